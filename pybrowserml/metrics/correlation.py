"""Correlations of labels and predictions."""

from ..core.opset.binary import add, divide, multiply, subtract
from ..losses.base import EPSILON, float_pair
from ..ops.math import square
from ..ops.reduction import mean, std, var
from .base import MeanMetricWrapper


def _centred(x, axis):
    return subtract(x, mean(x, axis, True))


def pearson_correlation(y_true, y_pred, axis=-1):
    """The correlation coefficient along an axis: 1 where predictions rise linearly with labels."""
    both = float_pair(y_true, y_pred, "pearson_correlation")
    a = _centred(both[0], axis)
    b = _centred(both[1], axis)
    return mean(multiply(divide(a, std(a, axis, True)), divide(b, std(b, axis, True))), axis, False)


def concordance_correlation(y_true, y_pred, axis=-1):
    """Lin's coefficient along an axis: 1 where predictions equal labels. Source: Lin 1989."""
    both = float_pair(y_true, y_pred, "concordance_correlation")
    a_mean = mean(both[0], axis, True)
    b_mean = mean(both[1], axis, True)
    together = multiply(subtract(both[0], b_mean), subtract(both[1], b_mean))
    apart = add(var(both[0], axis, True), var(both[1], axis, True))
    below = add(add(apart, square(subtract(a_mean, b_mean))), EPSILON)
    return mean(divide(multiply(together, 2.0), below), axis, False)


class PearsonCorrelation(MeanMetricWrapper):
    """The mean over samples of the correlation coefficient along an axis."""

    def __init__(self, name="pearson_correlation", dtype=None, axis=-1):
        super().__init__(None, name, dtype)
        self.axis = axis

    def measure(self, y_true, y_pred):
        return pearson_correlation(y_true, y_pred, self.axis)


class ConcordanceCorrelation(MeanMetricWrapper):
    """The mean over samples of Lin's concordance coefficient along an axis."""

    def __init__(self, name="concordance_correlation", dtype=None, axis=-1):
        super().__init__(None, name, dtype)
        self.axis = axis

    def measure(self, y_true, y_pred):
        return concordance_correlation(y_true, y_pred, self.axis)
