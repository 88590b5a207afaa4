"""Metrics over three batches of different sizes against formulas in double precision."""

import numpy as np
import pytest

from pybrowserml import metrics, ops
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.dims import size_named
from pybrowserml.platform.errors import PybrowsermlError

from .harness import run

RNG = np.random.default_rng(1)
N = 10
P = RNG.dirichlet([1, 1, 1, 1], N)
LABELS = RNG.integers(0, 4, N).astype(np.int32)
HOT = np.eye(4)[LABELS]
Q = RNG.random((N, 3))
YES = (RNG.random((N, 3)) > 0.5).astype(float)
A, B = RNG.normal(size=(N, 3)), RNG.normal(size=(N, 3))
WEIGHTS = RNG.random(N)
TOP2 = (np.argsort(-P, 1)[:, :2] == LABELS[:, None]).any(1)


def bce(y, p):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


ROWS = [
    (metrics.BinaryAccuracy, YES, Q, ((Q > 0.5) == YES).mean(1)),
    (lambda: metrics.BinaryAccuracy(threshold=0.2), YES, Q, ((Q > 0.2) == YES).mean(1)),
    (metrics.CategoricalAccuracy, HOT, P, P.argmax(1) == LABELS),
    (metrics.SparseCategoricalAccuracy, LABELS, P, P.argmax(1) == LABELS),
    (metrics.SparseCategoricalAccuracy, LABELS[:, None], P, P.argmax(1) == LABELS),
    (lambda: metrics.TopKCategoricalAccuracy(2), HOT, P, TOP2),
    (lambda: metrics.SparseTopKCategoricalAccuracy(2), LABELS, P, TOP2),
    (metrics.MeanSquaredError, A, B, ((A - B) ** 2).mean(1)),
    (metrics.MeanAbsoluteError, A, B, np.abs(A - B).mean(1)),
    (metrics.BinaryCrossentropy, YES, Q, bce(YES, Q).mean(1)),
    (metrics.CategoricalCrossentropy, HOT, P, -np.log((HOT * P).sum(1))),
    (metrics.SparseCategoricalCrossentropy, LABELS, P, -np.log((HOT * P).sum(1))),
    (metrics.Accuracy, LABELS, P.argmax(1).astype(np.int32), P.argmax(1) == LABELS),
]


def over_batches(metric, arrays):
    """The result after batches of 5, 3 and 2, and that after a reset and the last batch again."""
    batch = size_named("batch")
    specs = [
        [f"x{i}", [batch, *a.shape[1:]], "int32" if a.dtype.kind == "i" else "float32"]
        for i, a in enumerate(arrays)
    ]

    def step(inputs):
        metric.update_state(*inputs)
        return [["result", metric.result()]]

    runner = trace_runner(step, specs)
    for part in (slice(0, 5), slice(5, 8), slice(8, 10)):
        whole = float(run(runner, [a[part] for a in arrays])[0])
    metric.reset_state()
    return whole, float(run(runner, [a[8:] for a in arrays])[0])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: type(row[0]()).__name__)
def test_mean_of_samples(row, float64):
    make, y, p, samples = row
    whole, last = over_batches(make(), [y, p])
    np.testing.assert_allclose(whole, samples.mean(), rtol=1e-7)
    np.testing.assert_allclose(last, samples[8:].mean(), rtol=1e-7)
    weighted, _ = over_batches(make(), [y, p, WEIGHTS])
    np.testing.assert_allclose(weighted, (samples * WEIGHTS).sum() / WEIGHTS.sum(), rtol=1e-7)
    entry = config_of(make())
    assert config_of(from_config(entry, "metric")) == entry


def test_root_mean_squared_error(float64):
    whole, last = over_batches(metrics.RootMeanSquaredError(), [A, B])
    np.testing.assert_allclose(whole, np.sqrt(((A - B) ** 2).mean()))
    np.testing.assert_allclose(last, np.sqrt(((A - B)[8:] ** 2).mean()))


@pytest.mark.parametrize("class_id", [None, 1])
def test_precision_and_recall(class_id, float64):
    y, p = (YES, Q) if class_id is None else (YES[:, [class_id]], Q[:, [class_id]])
    chosen = p > 0.6
    hits = (chosen & (y > 0)).sum()
    precision, _ = over_batches(metrics.Precision(0.6, None, class_id), [YES, Q])
    recall, _ = over_batches(metrics.Recall(0.6, None, class_id), [YES, Q])
    np.testing.assert_allclose(precision, hits / chosen.sum())
    np.testing.assert_allclose(recall, hits / y.sum())
    weighted, _ = over_batches(metrics.Recall(0.6, None, class_id), [YES, Q, WEIGHTS])
    np.testing.assert_allclose(
        weighted, ((chosen & (y > 0)) * WEIGHTS[:, None]).sum() / (y * WEIGHTS[:, None]).sum()
    )


def test_mean_and_sum(float64):
    mean, _ = over_batches(metrics.Mean(), [A])
    total, _ = over_batches(metrics.Sum(), [A])
    np.testing.assert_allclose([mean, total], [A.mean(), A.sum()])


@pytest.mark.parametrize(
    ("y", "output", "expected"),
    [
        ([8], [8, 4], "SparseCategoricalAccuracy"),
        ([8, 1], [8, 4], "SparseCategoricalAccuracy"),
        ([8, 4], [8, 4], "CategoricalAccuracy"),
        ([8], [8, 1], "BinaryAccuracy"),
        ([8, 1], [8, 1], "BinaryAccuracy"),
    ],
)
def test_accuracy_fits_the_shapes(y, output, expected):
    found = metrics.get("accuracy", y, output)
    assert type(found).__name__ == expected
    assert found.name == "accuracy"


def test_names():
    assert metrics.get("mse").name == "mse"
    assert metrics.get("MeanSquaredError").name == "mean_squared_error"
    assert metrics.get(lambda y, p: p).name == "<lambda>"


def test_eager_use():
    metric = metrics.AUC(curve="PR")
    for part in (slice(0, 5), slice(5, 10)):
        metric.update_state(YES[part, 0], Q[part, 0])
    whole = metrics.AUC(curve="PR")
    np.testing.assert_allclose(float(whole(YES[:, 0], Q[:, 0])), float(metric.result()), rtol=1e-6)
    metric.reset_state()
    assert float(metric.result()) == 0
    assert float(metrics.Mean()([1.0, 5.0])) == 3
    assert float(metrics.MeanSquaredError()([1.0], [3.0])) == 4


class Largest(metrics.Metric):
    """A metric of a user's: the largest error so far."""

    def __init__(self, name="largest", dtype=None):
        super().__init__(name=name, dtype=dtype)
        self.error = self.add_weight(name="error", initializer="zeros")
        self.batches = self.add_variable(shape=(), initializer="zeros", dtype="int32", name="batches")

    def update_state(self, y_true, y_pred, sample_weight=None):
        found = ops.max(ops.abs(ops.subtract(y_true, y_pred)))
        self.error.assign(ops.maximum(self.error.value, found))
        self.batches.assign(ops.add(self.batches.value, 1))

    def result(self):
        return self.error.value


def test_a_metric_of_a_user():
    metric = Largest()
    whole, last = over_batches(metric, [A, B])
    np.testing.assert_allclose([whole, last], [np.abs(A - B).max(), np.abs(A - B)[8:].max()], rtol=1e-6)
    assert [variable.path for variable in metric.variables] == ["largest/error", "largest/batches"]
    assert int(metric.batches.value.numpy()) == 1
    assert metric.get_config() == {"name": "largest", "dtype": "float32"}


def test_a_function_is_a_metric():
    metric = metrics.get(lambda y, p: ops.abs(ops.subtract(y, p)))
    weighted, _ = over_batches(metric, [A, B, WEIGHTS])
    np.testing.assert_allclose(weighted, (np.abs(A - B).mean(1) * WEIGHTS).sum() / WEIGHTS.sum(), rtol=1e-6)


def test_masks_of_predictions():
    mask = np.arange(N) % 3 > 0

    def step(inputs):
        inputs[1].mask = inputs[2]
        found = []
        for metric in (metrics.MeanSquaredError(), metrics.BinaryIoU(), metrics.TruePositives()):
            metric.update_state(*inputs[:2])
            found.append(metric.result())
        return [[f"y{i}", tensor] for i, tensor in enumerate(found)]

    specs = [["y", [N, 1], "float32"], ["p", [N, 1], "float32"], ["mask", [N], "bool"]]
    y, p = YES[:, :1], Q[:, :1].astype(np.float32)
    error, overlap, hits = run(trace_runner(step, specs), [y, p, mask])
    y, p = y[mask], p[mask]
    np.testing.assert_allclose(error, ((y - p) ** 2).mean(), rtol=1e-6)
    assert hits == ((p > 0.5) & (y > 0)).sum()
    shares = [((p >= 0.5) & (y > 0)).sum() / ((p >= 0.5) | (y > 0)).sum()]
    shares.append(((p < 0.5) & (y == 0)).sum() / ((p < 0.5) | (y == 0)).sum())
    np.testing.assert_allclose(overlap, np.mean(shares), rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: metrics.AUC(curve="roc-pr"), "curve"),
        (lambda: metrics.AUC(num_labels=3), "num_labels is of use only with multi_label"),
        (lambda: metrics.Precision(1.5), r"thresholds must be numbers in \[0, 1\], got 1.5"),
        (lambda: metrics.SensitivityAtSpecificity(2.0), r"specificity must be in \[0, 1\]"),
        (lambda: metrics.IoU(2, [0, 2]), "target class 2 is out of range"),
        (lambda: metrics.F1Score("mean"), "average"),
        (lambda: metrics.F1Score()(YES[0], Q[0]), r"needs labels and predictions \(batch, columns\)"),
        (lambda: metrics.R2Score("sum"), "class_aggregation"),
        (lambda: metrics.Precision(class_id=1)(YES[:, 0], Q[:, 0]), r"class_id needs predictions"),
        (lambda: metrics.get("acuracy"), "unknown metric 'acuracy'"),
    ],
)
def test_messages(make, message):
    with pytest.raises(PybrowsermlError, match=message):
        make()
