"""Ratios of counted hits and misses."""

from .. import losses
from ..core.opset.binary import add, greater, logical_and, multiply
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import cast, logical_not
from ..ops.losses import one_hot
from ..ops.math import divide_no_nan
from ..ops.movement import expand_dims
from ..platform.errors import error
from .base import Metric


class _Ratio(Metric):
    """true positives / (true positives + others). class_id: one column of labels and predictions."""

    def __init__(self, thresholds, class_id, name, dtype):
        super().__init__(name, dtype)
        self.thresholds = thresholds
        self.class_id = class_id
        self.true_positives = self.add_variable("true_positives", [])
        self.others = self.add_variable(self.others_name(), [])

    def others_name(self):
        return "others"

    def others_of(self, labels, chosen):
        raise error("ArgumentError", "a ratio needs a method others_of(labels, chosen)")

    def update_state(self, y_true, y_pred, sample_weight=None):
        both = losses.same_rank(as_float(y_true), as_float(y_pred))
        threshold = 0.5 if self.thresholds is None else self.thresholds
        labels = cast(both[0], "bool")
        chosen = greater(both[1], threshold)
        if self.class_id is not None:
            classes = both[1].shape[len(both[1].shape) - 1]
            column = cast(one_hot(to_tensor(self.class_id), classes), "bool")
            labels = logical_and(labels, column)
            chosen = logical_and(chosen, column)
        self._count(self.true_positives, logical_and(labels, chosen), sample_weight)
        self._count(self.others, self.others_of(labels, chosen), sample_weight)
        return None

    def _count(self, variable, hits, sample_weight):
        found = cast(hits, "float32")
        if sample_weight is not None:
            weights = as_float(sample_weight)
            while len(weights.shape) < len(found.shape):
                weights = expand_dims(weights, -1)
            found = multiply(found, weights)
        variable.assign(add(variable.value(), reduce_sum(found, None, False)))
        return None

    def result(self):
        hits = self.true_positives.value()
        return divide_no_nan(hits, add(hits, self.others.value()))


class Precision(_Ratio):
    """The share of positives among what was predicted positive (above the threshold, 0.5 by default)."""

    def __init__(self, thresholds=None, class_id=None, name="precision", dtype="float32"):
        super().__init__(thresholds, class_id, name, dtype)

    def others_name(self):
        return "false_positives"

    def others_of(self, labels, chosen):
        return logical_and(logical_not(labels), chosen)


class Recall(_Ratio):
    """The share of what was predicted positive among the positives."""

    def __init__(self, thresholds=None, class_id=None, name="recall", dtype="float32"):
        super().__init__(thresholds, class_id, name, dtype)

    def others_name(self):
        return "false_negatives"

    def others_of(self, labels, chosen):
        return logical_and(labels, logical_not(chosen))
