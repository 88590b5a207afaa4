"""Losses of maximum margins. Labels are -1 and 1; where all of a batch are 0 or 1, 0 is taken as -1."""

from ..core.opset.binary import add, equal, logical_or, maximum, multiply, subtract, where
from ..core.opset.reduction import reduce_max, reduce_sum
from ..ops.math import square
from ..ops.reduction import all as all_true
from ..ops.reduction import mean
from .base import Loss, float_pair


def _signs(labels):
    binary = all_true(logical_or(equal(labels, 0.0), equal(labels, 1.0)))
    return where(binary, subtract(multiply(labels, 2.0), 1.0), labels)


def _shortfall(y_true, y_pred, op):
    both = float_pair(y_true, y_pred, op)
    return maximum(subtract(1.0, multiply(_signs(both[0]), both[1])), 0.0)


def hinge(y_true, y_pred):
    """mean(max(1 - y_true * y_pred, 0)) over the last axis."""
    return mean(_shortfall(y_true, y_pred, "hinge"), -1, False)


def squared_hinge(y_true, y_pred):
    """mean(max(1 - y_true * y_pred, 0)²) over the last axis."""
    return mean(square(_shortfall(y_true, y_pred, "squared_hinge")), -1, False)


def categorical_hinge(y_true, y_pred):
    """max(neg - pos + 1, 0) over the last axis: pos is the prediction at the one-hot label, neg the largest other."""
    both = float_pair(y_true, y_pred, "categorical_hinge")
    pos = reduce_sum(multiply(both[0], both[1]), -1, False)
    neg = reduce_max(multiply(subtract(1.0, both[0]), both[1]), -1, False)
    return maximum(add(subtract(neg, pos), 1.0), 0.0)


class Hinge(Loss):
    """max(1 - y_true * y_pred, 0)."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="hinge", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return hinge(y_true, y_pred)


class SquaredHinge(Loss):
    """max(1 - y_true * y_pred, 0)²."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="squared_hinge", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return squared_hinge(y_true, y_pred)


class CategoricalHinge(Loss):
    """The margin between the prediction at the one-hot label and the largest other."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="categorical_hinge", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return categorical_hinge(y_true, y_pred)
