"""What counts at many thresholds tell: one rate where another is high enough, areas under curves."""

from ..core.dims import is_symbolic
from ..core.opset.binary import (
    add,
    divide,
    equal,
    greater,
    greater_equal,
    logical_and,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ..core.opset.movement import slice_strided
from ..core.opset.reduction import reduce_max, reduce_sum
from ..core.opset.registry import as_float, constant_of
from ..core.opset.unary import log, sigmoid
from ..core.shapes import copy_shape, format_shape
from ..ops.arguments import require_choice, require_whole, shown
from ..ops.math import divide_no_nan
from ..ops.reduction import mean
from ..platform.errors import error
from ..platform.numbers import is_number
from .base import Metric, gather
from .confusion import (
    FALSE_NEGATIVES,
    FALSE_POSITIVES,
    TRUE_NEGATIVES,
    TRUE_POSITIVES,
    ThresholdMetric,
    Thresholds,
    are_even,
    confusion_of,
    even_thresholds,
    ratio,
)

ALL_KINDS = [TRUE_POSITIVES, FALSE_POSITIVES, TRUE_NEGATIVES, FALSE_NEGATIVES]


class _RateAtRate(ThresholdMetric):
    """The largest of one rate over all thresholds at which another is at least `wanted`."""

    def __init__(self, wanted, argument, num_thresholds, class_id, name, dtype):
        if not is_number(wanted) or wanted < 0 or wanted > 1:
            raise error("ArgumentError", argument + " must be in [0, 1], got " + shown(wanted))
        require_whole(num_thresholds, 1, "num_thresholds")
        super().__init__(even_thresholds(num_thresholds), ALL_KINDS, None, class_id, name, dtype)
        self.wanted = wanted
        self.num_thresholds = num_thresholds

    def recall_rates(self):
        return ratio(self.count(TRUE_POSITIVES), self.count(FALSE_NEGATIVES))

    def specificities(self):
        return ratio(self.count(TRUE_NEGATIVES), self.count(FALSE_POSITIVES))

    def precisions(self):
        return ratio(self.count(TRUE_POSITIVES), self.count(FALSE_POSITIVES))

    def best(self, rates, others):
        return reduce_max(where(greater_equal(others, self.wanted), rates, 0.0), None, False)


class SensitivityAtSpecificity(_RateAtRate):
    """The best recall of positives at a threshold where so large a share of negatives is recognised."""

    def __init__(self, specificity, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(specificity, "specificity", num_thresholds, class_id, name, dtype)
        self.specificity = specificity

    def result(self):
        return self.best(self.recall_rates(), self.specificities())


class SpecificityAtSensitivity(_RateAtRate):
    """The best recall of negatives at a threshold where so large a share of positives is recognised."""

    def __init__(self, sensitivity, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(sensitivity, "sensitivity", num_thresholds, class_id, name, dtype)
        self.sensitivity = sensitivity

    def result(self):
        return self.best(self.specificities(), self.recall_rates())


class PrecisionAtRecall(_RateAtRate):
    """The best precision at a threshold where the recall is at least this."""

    def __init__(self, recall, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(recall, "recall", num_thresholds, class_id, name, dtype)
        self.recall = recall

    def result(self):
        return self.best(self.precisions(), self.recall_rates())


class RecallAtPrecision(_RateAtRate):
    """The best recall at a threshold where the precision is at least this."""

    def __init__(self, precision, num_thresholds=200, class_id=None, name=None, dtype=None):
        super().__init__(precision, "precision", num_thresholds, class_id, name, dtype)
        self.precision = precision

    def result(self):
        return self.best(self.recall_rates(), self.precisions())


class AUC(Metric):
    """The area under a curve through all thresholds.

    curve: "ROC" (recall over the share of false alarms), "PR" (precision over recall) or "PRGAIN". summation_method:
    "interpolation" (trapezoids; of PR the exact interpolation of counts), "minoring" or "majoring" rectangles.
    thresholds: numbers in (0, 1) instead of num_thresholds even ones. multi_label: the mean over the columns of
    [batch, labels], weighed by label_weights; else label_weights weigh the columns' samples. from_logits: predictions
    are not yet probabilities.
    Source: Davis, Goadrich 2006, "The relationship between precision-recall and ROC curves".
    """

    def __init__(
        self,
        num_thresholds=200,
        curve="ROC",
        summation_method="interpolation",
        name=None,
        dtype=None,
        thresholds=None,
        multi_label=False,
        num_labels=None,
        label_weights=None,
        from_logits=False,
    ):
        super().__init__(dtype, name)
        self.curve = require_choice(curve.upper(), ["ROC", "PR", "PRGAIN"], "curve")
        methods = ["interpolation", "minoring", "majoring"]
        self.summation_method = require_choice(summation_method.lower(), methods, "summation_method")
        if num_labels is not None and not multi_label:
            raise error("ArgumentError", "AUC: num_labels is of use only with multi_label")
        self.init_thresholds = thresholds
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = label_weights
        self.from_logits = from_logits
        even = True
        if thresholds is None:
            require_whole(num_thresholds, 2, "num_thresholds")
            inner = [(i + 1) / (num_thresholds - 1) for i in range(num_thresholds - 2)]
        else:
            inner = sorted(thresholds)
            around = [0.0]
            around.extend(inner)
            around.append(1.0)
            even = are_even(around)
        self.num_thresholds = len(inner) + 2
        cuts = [-1e-7]
        cuts.extend(inner)
        cuts.append(1.0 + 1e-7)
        self.cuts = Thresholds(cuts, even, True)
        self.thresholds = cuts
        self.counts = []
        if not multi_label:
            self._is_built = True
            self._make([self.num_thresholds])
        elif num_labels is not None:
            self._is_built = True
            self._make([self.num_thresholds, num_labels])

    def get_config(self):
        config = super().get_config()
        if self.init_thresholds is None:
            config.pop("thresholds")
        return config

    def config_value(self, argument_name):
        return self.init_thresholds if argument_name == "thresholds" else super().config_value(argument_name)

    def build(self, y_true_shape, y_pred_shape):
        if len(y_pred_shape) != 2 or is_symbolic(y_pred_shape[1]):
            raise error(
                "ShapeError",
                "AUC: multi_label needs predictions (batch, labels), got " + format_shape(y_pred_shape),
            )
        self._make([self.num_thresholds, y_pred_shape[1]])
        return None

    def _make(self, shape):
        self.counts = [self.add_variable(shape, None, "float32", "sum", kind) for kind in ALL_KINDS]
        self.true_positives = self.counts[0]
        self.false_positives = self.counts[1]
        self.true_negatives = self.counts[2]
        self.false_negatives = self.counts[3]
        return None

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.ensure_built(y_true, y_pred)
        predictions = y_pred
        if self.from_logits:
            predictions = sigmoid(as_float(y_pred))
            if hasattr(y_pred, "mask"):
                predictions.mask = y_pred.mask
        found = confusion_of(
            y_true,
            predictions,
            self.cuts,
            sample_weight,
            None,
            None,
            None if self.multi_label else self.label_weights,
            self.multi_label,
            "AUC",
        )
        for i in range(4):
            gather(self.counts[i], found.count(ALL_KINDS[i]))
        return None

    def result(self):
        tp = self.counts[0].value
        fp = self.counts[1].value
        tn = self.counts[2].value
        fn = self.counts[3].value
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._summed(_interpolated(tp, fp, fn))
        if self.curve == "ROC":
            x = ratio(fp, tn)
            y = ratio(tp, fn)
        elif self.curve == "PR":
            x = ratio(tp, fn)
            y = ratio(tp, fp)
        else:
            scale = divide_no_nan(add(tp, fn), add(tn, fp))
            none = equal(tp, 0.0)
            x = subtract(1.0, multiply(scale, divide_no_nan(fn, tp)))
            x = maximum(where(none, 0.0, x), 0.0)
            y = where(none, 1.0, subtract(1.0, multiply(scale, divide_no_nan(fp, tp))))
        if self.summation_method == "interpolation":
            heights = divide(add(_without_last(y), _without_first(y)), 2.0)
        elif self.summation_method == "minoring":
            heights = minimum(_without_last(y), _without_first(y))
        else:
            heights = maximum(_without_last(y), _without_first(y))
        return self._summed(multiply(subtract(_without_last(x), _without_first(x)), heights))

    def _summed(self, parts):
        """The area from its parts [thresholds - 1, ...]."""
        areas = reduce_sum(parts, 0, False)
        if not self.multi_label:
            return areas
        if self.label_weights is None:
            return mean(areas)
        weights = constant_of(self.label_weights, [len(self.label_weights)], "float32")
        total = reduce_sum(multiply(areas, weights), None, False)
        return divide_no_nan(total, reduce_sum(weights, None, False))


def _interpolated(tp, fp, fn):
    """The parts of the area under the precision-recall curve, true positives linear in all positives between cuts."""
    p = add(tp, fp)
    p_low = _without_first(p)
    p_high = _without_last(p)
    tp_low = _without_first(tp)
    rise = subtract(_without_last(tp), tp_low)
    slope = divide_no_nan(rise, maximum(subtract(p_high, p_low), 0.0))
    intercept = subtract(tp_low, multiply(slope, p_low))
    both = logical_and(greater(p_high, 0.0), greater(p_low, 0.0))
    share = divide(where(both, p_high, 1.0), where(both, p_low, 1.0))
    parts = multiply(slope, add(rise, multiply(intercept, log(share))))
    return divide_no_nan(parts, maximum(add(tp_low, _without_first(fn)), 0.0))


def _part(x, first):
    shape = copy_shape(x.shape)
    shape[0] = shape[0] - 1
    begin = [0 for dim in shape]
    begin[0] = first
    return slice_strided(x, begin, shape, [1 for dim in shape])


def _without_last(x):
    return _part(x, 0)


def _without_first(x):
    return _part(x, 1)
