"""Losses of overlapping regions, for segmentation: Dice and Tversky."""

from ..core.opset.binary import add, divide, multiply, subtract
from ..core.opset.reduction import reduce_sum
from .base import EPSILON, Loss, float_pair


def dice(y_true, y_pred, axis=None):
    """1 - 2 |A ∩ B| / (|A| + |B|), summed over `axis` (None: all, batch included)."""
    both = float_pair(y_true, y_pred, "dice")
    common = reduce_sum(multiply(both[0], both[1]), axis, False)
    sizes = add(reduce_sum(both[0], axis, False), reduce_sum(both[1], axis, False))
    return subtract(1.0, divide(multiply(common, 2.0), add(sizes, EPSILON)))


def tversky(y_true, y_pred, alpha=0.5, beta=0.5, axis=None):
    """1 - |A ∩ B| / (|A ∩ B| + alpha |A - B| + beta |B - A|), A the labels, B the predictions.

    Summed over `axis` (None: all, batch included). Source: Salehi et al. 2017, arXiv:1706.05721.
    """
    both = float_pair(y_true, y_pred, "tversky")
    common = reduce_sum(multiply(both[0], both[1]), axis, False)
    only_true = reduce_sum(multiply(subtract(1.0, both[1]), both[0]), axis, False)
    only_pred = reduce_sum(multiply(both[1], subtract(1.0, both[0])), axis, False)
    others = add(multiply(only_true, alpha), multiply(only_pred, beta))
    return subtract(1.0, divide(common, add(add(common, others), EPSILON)))


class Dice(Loss):
    """One minus the Dice coefficient of labels and predictions in [0, 1]."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="dice", axis=None, dtype=None):
        super().__init__(name, reduction, dtype)
        self.axis = axis

    def call(self, y_true, y_pred):
        return dice(y_true, y_pred, self.axis)


class Tversky(Loss):
    """One minus the Tversky index; alpha weighs what was missed, beta what was found in excess."""

    def __init__(
        self,
        alpha=0.5,
        beta=0.5,
        reduction: str | None = "sum_over_batch_size",
        name="tversky",
        axis=None,
        dtype=None,
    ):
        super().__init__(name, reduction, dtype)
        self.alpha = alpha
        self.beta = beta
        self.axis = axis

    def call(self, y_true, y_pred):
        return tversky(y_true, y_pred, self.alpha, self.beta, self.axis)
