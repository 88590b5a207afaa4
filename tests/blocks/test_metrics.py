"""Metrics over three batches of different sizes against formulas in double precision."""

import numpy as np
import pytest

from pybrowserml import metrics
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.dims import size_named

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
    precision, _ = over_batches(metrics.Precision(0.6, class_id), [YES, Q])
    recall, _ = over_batches(metrics.Recall(0.6, class_id), [YES, Q])
    np.testing.assert_allclose(precision, hits / chosen.sum())
    np.testing.assert_allclose(recall, hits / y.sum())
    weighted, _ = over_batches(metrics.Recall(0.6, class_id), [YES, Q, WEIGHTS])
    np.testing.assert_allclose(
        weighted, ((chosen & (y > 0)) * WEIGHTS[:, None]).sum() / (y * WEIGHTS[:, None]).sum()
    )


def test_mean_and_sum(float64):
    mean, _ = over_batches(metrics.Mean(), [A])
    total, _ = over_batches(metrics.Sum(), [A])
    np.testing.assert_allclose([mean, total], [A.mean(), A.mean(1).sum()])


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
