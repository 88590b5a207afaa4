"""How often predictions are right: functions of one float32 number per sample, and their metrics."""

from ..core.dims import dims_equal
from ..core.opset.binary import equal, greater, less, logical_and, where
from ..core.opset.generators import iota
from ..core.opset.reduction import argmax, reduce_sum
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import cast
from ..losses.base import same_rank
from ..ops.arguments import require_whole
from ..ops.losses import one_hot
from ..ops.movement import expand_dims, squeeze
from ..ops.reduction import any as any_true
from .base import MeanMetricWrapper


def binary_accuracy(y_true, y_pred, threshold=0.5):
    """1 where a probability lies on the label's side of the threshold."""
    both = same_rank(as_float(y_true), as_float(y_pred))
    return cast(equal(both[0], cast(greater(both[1], threshold), "float32")), "float32")


def categorical_accuracy(y_true, y_pred):
    """1 where the largest prediction is at the one-hot label."""
    return cast(equal(argmax(y_true, -1, False), argmax(y_pred, -1, False)), "float32")


def sparse_categorical_accuracy(y_true, y_pred):
    """1 where the largest prediction is at the integer label."""
    y_pred = to_tensor(y_pred)
    chosen = argmax(y_pred, -1, False)
    return cast(equal(_labels(y_true, y_pred), chosen), "float32")


def _labels(y_true, y_pred):
    """Integer labels without a last axis of 1."""
    labels = cast(to_tensor(y_true), "int32")
    rank = len(labels.shape)
    if rank == len(y_pred.shape) and rank > 0 and dims_equal(labels.shape[rank - 1], 1):
        return squeeze(labels, -1)
    return labels


def sparse_top_k_categorical_accuracy(y_true, y_pred, k=5, from_sorted_ids=False):
    """1 where fewer than k predictions are larger than that at the integer label.

    from_sorted_ids: predictions are classes, the likeliest first, and the label must be among the first k.
    """
    y_pred = as_float(y_pred)
    labels = _labels(y_true, y_pred)
    if from_sorted_ids:
        same = equal(expand_dims(cast(labels, "float32"), -1), y_pred)
        first = less(iota(y_pred.shape, len(y_pred.shape) - 1), k)
        return cast(any_true(logical_and(same, first), -1), "float32")
    classes = y_pred.shape[len(y_pred.shape) - 1]
    hit = greater(one_hot(labels, classes), 0.0)
    own = reduce_sum(where(hit, y_pred, 0.0), -1, True)
    larger = reduce_sum(cast(greater(y_pred, own), "float32"), -1, False)
    return cast(greater(k * 1.0, larger), "float32")


def top_k_categorical_accuracy(y_true, y_pred, k=5):
    """1 where the one-hot label is among the k largest predictions."""
    return sparse_top_k_categorical_accuracy(argmax(y_true, -1, False), y_pred, k)


class Accuracy(MeanMetricWrapper):
    """How often predictions equal labels."""

    def __init__(self, name="accuracy", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        both = same_rank(y_true, y_pred)
        return cast(equal(both[0], both[1]), "float32")


class BinaryAccuracy(MeanMetricWrapper):
    """How often probabilities lie on the label's side of the threshold."""

    def __init__(self, name="binary_accuracy", dtype=None, threshold=0.5):
        super().__init__(None, name, dtype)
        self.threshold = threshold

    def measure(self, y_true, y_pred):
        return binary_accuracy(y_true, y_pred, self.threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is at the one-hot label."""

    def __init__(self, name="categorical_accuracy", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return categorical_accuracy(y_true, y_pred)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is at the integer label."""

    def __init__(self, name="sparse_categorical_accuracy", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return sparse_categorical_accuracy(y_true, y_pred)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the one-hot label is among the k largest predictions."""

    def __init__(self, k=5, name="top_k_categorical_accuracy", dtype=None):
        super().__init__(None, name, dtype)
        self.k = require_whole(k, 1, "k")

    def measure(self, y_true, y_pred):
        return top_k_categorical_accuracy(y_true, y_pred, self.k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the integer label is among the k largest predictions."""

    def __init__(self, k=5, name="sparse_top_k_categorical_accuracy", dtype=None, from_sorted_ids=False):
        super().__init__(None, name, dtype)
        self.k = require_whole(k, 1, "k")
        self.from_sorted_ids = from_sorted_ids

    def measure(self, y_true, y_pred):
        return sparse_top_k_categorical_accuracy(y_true, y_pred, self.k, self.from_sorted_ids)
