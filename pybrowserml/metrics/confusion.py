"""True and false positives and negatives at thresholds, and what they tell: precision, recall."""

from ..core.opset.binary import add, greater, maximum, multiply, subtract, where
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to, reshape, slice_strided
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float, constant_of, to_tensor
from ..core.opset.unary import cast, ceil
from ..core.shapes import copy_shape, format_shape
from ..losses.base import mask_of, masked_weights, same_rank
from ..ops.arguments import shown
from ..ops.joining import stack
from ..ops.losses import one_hot
from ..ops.math import clip, divide_no_nan
from ..ops.movement import expand_dims
from ..ops.scans import cumsum
from ..ops.scattering import segment_sum
from ..ops.sorting import top_k as largest
from ..platform.errors import error
from ..platform.numbers import is_list, is_number
from .base import Metric, gather

TRUE_POSITIVES = "true_positives"
FALSE_POSITIVES = "false_positives"
TRUE_NEGATIVES = "true_negatives"
FALSE_NEGATIVES = "false_negatives"
LOWEST = -1e10


class Thresholds:
    """Cuts between what counts as predicted and what does not: rising numbers.

    even: they divide [0, 1] evenly, so that counting is a histogram; includes_zero: the first lies below 0.
    """

    def __init__(self, numbers, even, includes_zero):
        self.numbers = numbers
        self.even = even
        self.includes_zero = includes_zero


def given_thresholds(given, default):
    """The Thresholds of an argument: a number in [0, 1], a list of them, or None for the default."""
    numbers = given if is_list(given) else [given]
    if given is None:
        numbers = [default]
    else:
        for number in numbers:
            if not is_number(number) or number < 0 or number > 1:
                raise error("ArgumentError", "thresholds must be numbers in [0, 1], got " + shown(number))
    return Thresholds(numbers, are_even(numbers), False)


def are_even(numbers):
    """Whether numbers, from 0 to 1, have equal distances."""
    count = len(numbers)
    if count < 3:
        return False
    for i in range(count):
        even = i / (count - 1)
        if abs(numbers[i] - even) > 1e-7 + 1e-5 * even:
            return False
    return True


def even_thresholds(count):
    """`count` thresholds from 0 to 1."""
    if count == 1:
        return Thresholds([0.5], False, False)
    return Thresholds([i / (count - 1) for i in range(count)], True, False)


def column_of(x, class_id, op):
    """[..., classes] → [..., 1]: the column of a class."""
    rank = len(x.shape)
    if rank < 2:
        raise error(
            "ShapeError",
            op + ": class_id needs predictions (samples, classes), got " + format_shape(x.shape),
        )
    begin = [0 for dim in x.shape]
    begin[rank - 1] = class_id
    shape = copy_shape(x.shape)
    shape[rank - 1] = 1
    return slice_strided(x, begin, shape, [1 for dim in shape])


def _only_largest(x, k):
    """Elements that are not among the k largest of their row become very small."""
    places = largest(x, k)[1]
    classes = x.shape[len(x.shape) - 1]
    chosen = reduce_sum(one_hot(places, classes), -2, False)
    return where(greater(chosen, 0.0), x, LOWEST)


class Confusion:
    """Counts of samples by label and prediction at thresholds: [thresholds], or [thresholds, labels].

    true_positives, false_positives; positives, negatives: all of each label.
    """

    def __init__(self, true_positives, false_positives, positives, negatives):
        self.true_positives = true_positives
        self.false_positives = false_positives
        self.positives = positives
        self.negatives = negatives

    def count(self, kind):
        if kind == TRUE_POSITIVES:
            return self.true_positives
        if kind == FALSE_POSITIVES:
            return self.false_positives
        if kind == TRUE_NEGATIVES:
            return subtract(self.negatives, self.false_positives)
        return subtract(self.positives, self.true_positives)


def confusion_of(y_true, y_pred, thresholds, sample_weight, class_id, top_k, label_weights, multi_label, op):
    """The (weighted) Confusion of a batch.

    class_id: only this column; top_k: only the k largest of each row are predicted; label_weights: [labels] or None;
    multi_label: count each label by itself.
    """
    weights = masked_weights(sample_weight, mask_of(y_pred), "sum")
    both = same_rank(as_float(y_pred), as_float(to_tensor(y_true)))
    predictions = both[0]
    labels = cast(cast(both[1], "bool"), "float32")
    if weights is not None:
        weights = as_float(weights)
        while len(weights.shape) < len(predictions.shape):
            weights = expand_dims(weights, -1)
    if top_k is not None:
        predictions = _only_largest(predictions, top_k)
    if class_id is not None:
        predictions = column_of(predictions, class_id, op)
        labels = column_of(labels, class_id, op)
    if label_weights is not None:
        row = constant_of(label_weights, [1, len(label_weights)], "float32")
        weights = row if weights is None else multiply(weights, row)
    yes = labels if weights is None else multiply(labels, weights)
    no = subtract(1.0, labels)
    no = no if weights is None else multiply(no, weights)
    yes = broadcast_to(yes, predictions.shape)
    no = broadcast_to(no, predictions.shape)
    if not multi_label:
        predictions = reshape(predictions, [-1])
        yes = reshape(yes, [-1])
        no = reshape(no, [-1])
    counted = _counted_evenly if thresholds.even else _counted_each
    hits = counted(predictions, yes, no, thresholds)
    axis = 0 if multi_label else None
    return Confusion(hits[0], hits[1], reduce_sum(yes, axis, False), reduce_sum(no, axis, False))


def _counted_each(predictions, yes, no, thresholds):
    """[sums of yes, of no] above each threshold, by comparing all with each."""
    count = len(thresholds.numbers)
    shape = [1 for dim in predictions.shape]
    shape.insert(0, count)
    chosen = greater(expand_dims(predictions, 0), constant_of(thresholds.numbers, shape, "float32"))
    flags = cast(chosen, "float32")
    return [
        reduce_sum(multiply(flags, expand_dims(yes, 0)), 1, False),
        reduce_sum(multiply(flags, expand_dims(no, 0)), 1, False),
    ]


def _counted_evenly(predictions, yes, no, thresholds):
    """[sums of yes, of no] above each of evenly spaced thresholds: a histogram, summed up from the end."""
    count = len(thresholds.numbers)
    place = subtract(ceil(multiply(clip(predictions, 0.0, 1.0), count - 1.0)), 1.0)
    if thresholds.includes_zero:
        place = maximum(place, 0.0)
    place = cast(place, "int32")
    shape = [count]
    if len(predictions.shape) == 2:
        labels = predictions.shape[1]
        shape.append(labels)
        place = add(multiply(place, labels), iota(predictions.shape, 1))
    cells = count if len(shape) == 1 else count * shape[1]
    pairs = stack([reshape(yes, [-1]), reshape(no, [-1])], 1)
    counts = segment_sum(pairs, reshape(place, [-1]), cells)
    found = []
    for i in range(2):
        one = reshape(slice_strided(counts, [0, i], [cells, 1], [1, 1]), shape)
        found.append(cumsum(one, 0, None, False, True))
    return found


class ThresholdMetric(Metric):
    """Base of metrics that keep counts at thresholds. kinds: which counts, by their names."""

    def __init__(self, cuts, kinds, top_k, class_id, name, dtype):
        super().__init__(dtype, name)
        self.cuts = cuts
        self.thresholds = cuts.numbers
        self.init_thresholds = None
        self.kinds = kinds
        self.top_k = top_k
        self.class_id = class_id
        self.counts = [self.add_variable([len(cuts.numbers)], None, "float32", "sum", kind) for kind in kinds]

    def update_state(self, y_true, y_pred, sample_weight=None):
        found = confusion_of(
            y_true,
            y_pred,
            self.cuts,
            sample_weight,
            self.class_id,
            self.top_k,
            None,
            False,
            self.name,
        )
        for i in range(len(self.kinds)):
            gather(self.counts[i], found.count(self.kinds[i]))
        return None

    def config_value(self, argument_name):
        return self.init_thresholds if argument_name == "thresholds" else super().config_value(argument_name)

    def count(self, kind):
        """The present counts of a kind, [thresholds]."""
        return self.counts[self.kinds.index(kind)].value

    def of_thresholds(self, values):
        """[thresholds], or a scalar where there is one."""
        return reshape(values, []) if len(self.cuts.numbers) == 1 else values


def ratio(part, rest):
    """part / (part + rest), 0 where both are."""
    return divide_no_nan(part, add(part, rest))


class _Count(ThresholdMetric):
    """One of the four counts."""

    def __init__(self, kind, thresholds, name, dtype):
        super().__init__(given_thresholds(thresholds, 0.5), [kind], None, None, name, dtype)
        self.init_thresholds = thresholds
        self.accumulator = self.counts[0]

    def result(self):
        return self.of_thresholds(self.counts[0].value)


class TruePositives(_Count):
    """How many positives were predicted positive: above the threshold, 0.5 unless told."""

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(TRUE_POSITIVES, thresholds, name, dtype)


class TrueNegatives(_Count):
    """How many negatives were not predicted positive."""

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(TRUE_NEGATIVES, thresholds, name, dtype)


class FalsePositives(_Count):
    """How many negatives were predicted positive."""

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(FALSE_POSITIVES, thresholds, name, dtype)


class FalseNegatives(_Count):
    """How many positives were not predicted positive."""

    def __init__(self, thresholds=None, name=None, dtype=None):
        super().__init__(FALSE_NEGATIVES, thresholds, name, dtype)


class Precision(ThresholdMetric):
    """The share of positives among what was predicted positive: above the threshold, 0.5 unless told.

    thresholds: a number, or a list for a list of results. top_k: only the k largest predictions of a sample are
    positive (above a given threshold). class_id: only this column of labels and predictions.
    """

    def __init__(self, thresholds=None, top_k=None, class_id=None, name=None, dtype=None):
        cuts = given_thresholds(thresholds, 0.5 if top_k is None else LOWEST)
        super().__init__(cuts, [TRUE_POSITIVES, FALSE_POSITIVES], top_k, class_id, name, dtype)
        self.init_thresholds = thresholds
        self.true_positives = self.counts[0]
        self.false_positives = self.counts[1]

    def result(self):
        return self.of_thresholds(ratio(self.count(TRUE_POSITIVES), self.count(FALSE_POSITIVES)))


class Recall(ThresholdMetric):
    """The share of what was predicted positive among the positives; arguments as of Precision."""

    def __init__(self, thresholds=None, top_k=None, class_id=None, name=None, dtype=None):
        cuts = given_thresholds(thresholds, 0.5 if top_k is None else LOWEST)
        super().__init__(cuts, [TRUE_POSITIVES, FALSE_NEGATIVES], top_k, class_id, name, dtype)
        self.init_thresholds = thresholds
        self.true_positives = self.counts[0]
        self.false_negatives = self.counts[1]

    def result(self):
        return self.of_thresholds(ratio(self.count(TRUE_POSITIVES), self.count(FALSE_NEGATIVES)))
