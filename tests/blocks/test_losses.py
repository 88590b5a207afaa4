"""Losses against formulas in double precision."""

import numpy as np
import pytest

from pybrowserml import losses, metrics, ops
from pybrowserml.core.config import config_of, from_config
from pybrowserml.platform.errors import PybrowsermlError

from .harness import compiled

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(6, 3)), RNG.normal(size=(6, 3))
P = np.exp(B) / np.exp(B).sum(1, keepdims=True)
HOT = np.eye(3)[RNG.integers(0, 3, 6)]
SIGMOID = 1 / (1 + np.exp(-B))
YES = (A > 0).astype(float)


def huber(e, d):
    return np.where(np.abs(e) > d, d * (np.abs(e) - d / 2), e * e / 2)


ROWS = [
    ("mse", losses.MeanSquaredError(), A, B, ((A - B) ** 2).mean(1)),
    ("mae", losses.MeanAbsoluteError(), A, B, np.abs(A - B).mean(1)),
    ("huber", losses.Huber(0.7), A, B, huber(A - B, 0.7).mean(1)),
    ("hinge", losses.Hinge(), YES, B, np.maximum(1 - (2 * YES - 1) * B, 0).mean(1)),
    ("kl", losses.KLDivergence(), P[::-1], P, (P[::-1] * np.log(P[::-1] / P)).sum(1)),
    (
        "bce",
        losses.BinaryCrossentropy(),
        YES,
        SIGMOID,
        -(YES * np.log(SIGMOID) + (1 - YES) * np.log(1 - SIGMOID)).mean(1),
    ),
    (
        "bce_logits",
        losses.BinaryCrossentropy(from_logits=True),
        YES,
        B,
        -(YES * np.log(SIGMOID) + (1 - YES) * np.log(1 - SIGMOID)).mean(1),
    ),
    (
        "bce_smooth",
        losses.BinaryCrossentropy(label_smoothing=0.2),
        YES,
        SIGMOID,
        -((0.8 * YES + 0.1) * np.log(SIGMOID) + (0.9 - 0.8 * YES) * np.log(1 - SIGMOID)).mean(1),
    ),
    ("cce", losses.CategoricalCrossentropy(), HOT, P, -(HOT * np.log(P)).sum(1)),
    ("cce_unnormalised", losses.CategoricalCrossentropy(), HOT, 2 * P, -(HOT * np.log(P)).sum(1)),
    ("cce_logits", losses.CategoricalCrossentropy(from_logits=True), HOT, B, -(HOT * np.log(P)).sum(1)),
    (
        "cce_smooth",
        losses.CategoricalCrossentropy(label_smoothing=0.3),
        HOT,
        P,
        -((0.7 * HOT + 0.1) * np.log(P)).sum(1),
    ),
    ("scce", losses.SparseCategoricalCrossentropy(), HOT.argmax(1), P, -(HOT * np.log(P)).sum(1)),
    (
        "scce_column",
        losses.SparseCategoricalCrossentropy(),
        HOT.argmax(1)[:, None],
        P,
        -(HOT * np.log(P)).sum(1),
    ),
    (
        "scce_logits",
        losses.SparseCategoricalCrossentropy(from_logits=True),
        HOT.argmax(1),
        B,
        -(HOT * np.log(P)).sum(1),
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_loss(row, float64):
    loss, y, p, samples = row[1:]
    weights = np.linspace(0, 2, 6)
    found = compiled(lambda xs: [loss.compute(xs[0], xs[1], None), loss.compute(*xs)], [y, p, weights])
    np.testing.assert_allclose(found[0], samples.mean(), rtol=1e-7)
    np.testing.assert_allclose(found[1], (samples * weights).mean(), rtol=1e-7)
    assert config_of(from_config(config_of(loss), "loss")) == config_of(loss)


@pytest.mark.parametrize("reduction", losses.REDUCTIONS)
def test_reduction(reduction, float64):
    loss = losses.MeanSquaredError(reduction)
    weights = np.linspace(0, 2, 6)
    found = compiled(lambda xs: [loss.compute(*xs)], [A, B, weights])[0]
    samples = ((A - B) ** 2).mean(1) * weights
    expected = {
        "sum": samples.sum(),
        "none": samples,
        "sum_over_batch_size": samples.mean(),
        "mean": samples.mean(),
        "mean_with_sample_weight": samples.sum() / weights.sum(),
    }
    np.testing.assert_allclose(found, expected[reduction])


def test_configurations_are_those_of_keras():
    found = losses.SparseCategoricalCrossentropy(reduction=None, dtype="float32").get_config()
    named = {"name": "sparse_categorical_crossentropy", "reduction": None}
    assert found == {**named, "from_logits": False, "ignore_class": None, "axis": -1}
    assert losses.Poisson().get_config() == {"name": "poisson", "reduction": "sum_over_batch_size"}
    samples = losses.MeanSquaredError(reduction=None)(A.astype("float32"), B.astype("float32"))
    np.testing.assert_allclose(samples, ((A - B) ** 2).mean(1), rtol=1e-5)
    assert "thresholds" not in metrics.AUC().get_config()
    assert metrics.AUC(thresholds=[0.5]).get_config()["thresholds"] == [0.5]


def test_ranks_that_differ_by_a_last_axis_of_one(float64):
    found = compiled(lambda xs: [losses.get("mse").compute(xs[0], xs[1])], [A[:, 0], B[:, :1]])[0]
    np.testing.assert_allclose(found, ((A[:, 0] - B[:, 0]) ** 2).mean())


def test_certain_mistakes_stay_finite():
    wrong = np.array([[1.0, 0.0]], np.float32)
    for name, label in (("sparse_categorical_crossentropy", np.array([1])), ("bce", wrong[:, ::-1].copy())):
        value = float(losses.get(name)(label, wrong))
        assert 15 < value < 17
    huge = np.array([[1e4, -1e4]], np.float32)
    assert float(losses.SparseCategoricalCrossentropy(from_logits=True)(np.array([1]), huge)) == 2e4
    assert float(losses.BinaryCrossentropy(from_logits=True)(np.array([[0.0, 1.0]]), huge)) == 1e4


def test_a_function_is_a_loss():
    loss = losses.get(lambda y, p: ops.max(ops.abs(ops.subtract(y, p)), -1))
    np.testing.assert_allclose(float(loss(A, B)), np.abs(A - B).max(1).mean(), rtol=1e-6)


def test_ignored_labels_do_not_count(float64):
    found = compiled(
        lambda xs: [losses.SparseCategoricalCrossentropy(ignore_class=1).compute(*xs)], [HOT.argmax(1), P]
    )[0]
    samples = -np.log((HOT * P).sum(1))
    np.testing.assert_allclose(found, samples[HOT[:, 1] == 0].mean(), rtol=1e-7)


def test_classes_and_functions_are_losses():
    found = losses.get(losses.MeanAbsoluteError)
    assert isinstance(found, losses.MeanAbsoluteError)
    assert losses.get(lambda y, p: ops.mean(p, -1)).name == "<lambda>"
    assert type(losses.get("KLD")).__name__ == "KLDivergence"
    assert losses.deserialize(losses.serialize(losses.Huber(0.5))).delta == 0.5


class Distance(losses.Loss):
    """A loss of a user's."""

    def __init__(self, power=2.0, name=None):
        super().__init__(name=name, reduction="sum")
        self.power = power

    def call(self, y_true, y_pred):
        return ops.mean(ops.power(ops.abs(ops.subtract(y_true, y_pred)), self.power), -1)


def test_a_loss_of_a_user():
    loss = Distance(3.0)
    assert loss.name == "distance"
    np.testing.assert_allclose(float(loss(A, B)), (np.abs(A - B) ** 3).mean(1).sum(), rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: losses.CategoricalGeneralizedCrossEntropy(1.5), "q must be between 0 and 1, got 1.5"),
        (lambda: losses.MeanSquaredError("average"), "reduction"),
        (lambda: losses.circle([0, 1], np.ones((2, 3, 4), np.float32)), r"circle: needs embeddings"),
        (lambda: losses.dice(A, B[:, :2]), "dice: labels of shape"),
    ],
)
def test_messages(make, message):
    with pytest.raises(PybrowsermlError, match=message):
        make()


def test_unknown():
    with pytest.raises(PybrowsermlError, match="unknown loss 'msee'; known: mean_squared_error"):
        losses.get("msee")


def test_ctc_counts_labels_up_to_the_first_zero():
    logits = RNG.normal(size=(3, 5, 4)).astype(np.float32)
    labels = np.asarray([[1, 2, 3], [2, 0, 0], [3, 3, 0]], np.int32)
    wanted = ops.ctc_loss(labels, logits, [3, 1, 2], [5, 5, 5]).numpy()
    np.testing.assert_allclose(losses.ctc(labels, logits).numpy(), wanted, rtol=1e-6)
    np.testing.assert_allclose(losses.CTC()(labels, logits).numpy(), wanted.mean(), rtol=1e-6)
    with pytest.raises(PybrowsermlError, match=r"ctc: needs labels \(batch, labels\)"):
        losses.ctc(labels[0], logits)
