"""Losses: classes for `compile`, and functions that give one number per sample."""

from .core.config import Configurable, function_named, register_all, resolve
from .core.dims import dims_equal
from .core.opset.binary import add, divide, greater, maximum, multiply, not_equal, subtract, where
from .core.opset.generators import size_of
from .core.opset.movement import broadcast_to, reshape
from .core.opset.reduction import reduce_sum
from .core.opset.registry import as_float, to_tensor
from .core.opset.unary import absolute, cast, log
from .core.shapes import element_count, format_shape, same_shape
from .ops import losses as of_ops
from .ops.arguments import require_choice
from .ops.ctc import ctc_loss
from .ops.math import clip, divide_no_nan, square
from .ops.movement import expand_dims, squeeze
from .ops.reduction import count_of, mean
from .platform.errors import error
from .platform.numbers import is_function, is_string

__all__ = [
    "BinaryCrossentropy",
    "CTC",
    "CategoricalCrossentropy",
    "Hinge",
    "Huber",
    "KLDivergence",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
    "binary_crossentropy",
    "categorical_crossentropy",
    "ctc",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "mean_absolute_error",
    "mean_squared_error",
    "sparse_categorical_crossentropy",
]

REDUCTIONS = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"]


def same_rank(a, b):
    """Two tensors of one rank where they differ by a last axis of 1, as labels and predictions often do."""
    if len(a.shape) == len(b.shape) + 1 and dims_equal(a.shape[len(a.shape) - 1], 1):
        return [a, expand_dims(b, -1)] if len(b.shape) == 1 else [squeeze(a, -1), b]
    if len(b.shape) == len(a.shape) + 1 and dims_equal(b.shape[len(b.shape) - 1], 1):
        return [expand_dims(a, -1), b] if len(a.shape) == 1 else [a, squeeze(b, -1)]
    return [a, b]


def _pair(y_true, y_pred, op):
    """Float labels and predictions of one shape."""
    found = same_rank(as_float(y_true), as_float(y_pred))
    if not same_shape(found[0].shape, found[1].shape):
        raise error(
            "ShapeError",
            op
            + ": labels of shape "
            + format_shape(to_tensor(y_true).shape)
            + " do not fit predictions of shape "
            + format_shape(to_tensor(y_pred).shape),
        )
    return found


# Functions: labels and predictions [batch, ..., last] → [batch, ...]


def mean_squared_error(y_true, y_pred):
    """mean((y_true - y_pred)²) over the last axis."""
    both = _pair(y_true, y_pred, "mean_squared_error")
    return mean(square(subtract(both[0], both[1])), -1, False)


def mean_absolute_error(y_true, y_pred):
    """mean(|y_true - y_pred|) over the last axis."""
    both = _pair(y_true, y_pred, "mean_absolute_error")
    return mean(absolute(subtract(both[0], both[1])), -1, False)


def huber(y_true, y_pred, delta=1.0):
    """Half the squared error below delta, linear above, as a mean over the last axis."""
    both = _pair(y_true, y_pred, "huber")
    distance = absolute(subtract(both[0], both[1]))
    near = multiply(0.5, square(distance))
    far = multiply(delta, subtract(distance, 0.5 * delta))
    return mean(where(greater(distance, delta), far, near), -1, False)


def hinge(y_true, y_pred):
    """mean(max(1 - y_true * y_pred, 0)) over the last axis; labels -1 and 1 (0 is taken as -1)."""
    both = _pair(y_true, y_pred, "hinge")
    signs = where(greater(both[0], 0.0), 1.0, -1.0)
    return mean(maximum(subtract(1.0, multiply(signs, both[1])), 0.0), -1, False)


def kl_divergence(y_true, y_pred):
    """sum(y_true * log(y_true / y_pred)) over the last axis."""
    both = _pair(y_true, y_pred, "kl_divergence")
    p = clip(both[0], 1e-7, 1.0)
    q = clip(both[1], 1e-7, 1.0)
    return reduce_sum(multiply(p, log(divide(p, q))), -1, False)


def binary_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """Cross-entropy of independent yes-no labels, as a mean over `axis`."""
    both = _pair(y_true, y_pred, "binary_crossentropy")
    labels = both[0]
    if label_smoothing > 0:
        labels = add(multiply(labels, 1.0 - label_smoothing), 0.5 * label_smoothing)
    return mean(of_ops.binary_crossentropy(labels, both[1], from_logits), axis, False)


def categorical_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """Cross-entropy of one-hot labels (or distributions) along `axis`."""
    labels = as_float(y_true)
    output = as_float(y_pred)
    if label_smoothing > 0 and len(labels.shape) > 0:
        place = len(output.shape) + axis if axis < 0 else axis
        classes = output.shape[place]
        labels = add(multiply(labels, 1.0 - label_smoothing), divide(label_smoothing, count_of(classes)))
    return of_ops.categorical_crossentropy(labels, output, from_logits, axis)


def sparse_categorical_crossentropy(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    """Cross-entropy of integer labels along `axis`; labels equal to ignore_class count as 0."""
    labels = cast(to_tensor(y_true), "int32")
    if ignore_class is None:
        return of_ops.sparse_categorical_crossentropy(labels, y_pred, from_logits, axis)
    valid = not_equal(labels, ignore_class)
    found = of_ops.sparse_categorical_crossentropy(where(valid, labels, 0), y_pred, from_logits, axis)
    return where(reshape(valid, found.shape), found, 0.0)


def ctc(y_true, y_pred):
    """Connectionist temporal classification of label sequences; see `ops.ctc_loss`.

    y_true: int [batch, labels], 0 where a sequence has ended; y_pred: logits [batch, time, classes], class 0 for no
    label; all time steps count.
    """
    labels = cast(to_tensor(y_true), "int32")
    logits = as_float(y_pred)
    if len(labels.shape) != 2 or len(logits.shape) != 3:
        raise error(
            "ShapeError",
            "ctc: needs labels (batch, labels) and predictions (batch, time, classes), got "
            + format_shape(labels.shape)
            + " and "
            + format_shape(logits.shape),
        )
    lengths = reduce_sum(cast(not_equal(labels, 0), "int32"), -1, False)
    steps = broadcast_to(size_of(logits.shape[1]), [labels.shape[0]])
    return ctc_loss(labels, logits, lengths, steps, 0)


def weighted(values, sample_weight):
    """[values, weights] of one rank, or [values, None]."""
    if sample_weight is None:
        return [values, None]
    return same_rank(values, as_float(sample_weight))


def reduced(values, sample_weight, reduction):
    """A per-sample tensor, weighted and reduced."""
    both = weighted(values, sample_weight)
    weights = both[1]
    result = both[0] if weights is None else multiply(both[0], weights)
    if reduction == "none" or len(result.shape) == 0:
        return result
    total = reduce_sum(result, None, False)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weights is not None:
        return divide_no_nan(total, reduce_sum(weights, None, False))
    return divide(total, count_of(element_count(result.shape)))


class Loss(Configurable):
    """Base class: `call(y_true, y_pred)` → a tensor with one number per sample.

    reduction: "sum_over_batch_size" (the mean), "sum", "mean", "mean_with_sample_weight" or "none".
    """

    def __init__(self, name=None, reduction="sum_over_batch_size"):
        self.name = name
        self.reduction = require_choice("none" if reduction is None else reduction, REDUCTIONS, "reduction")

    def call(self, y_true, y_pred):
        raise error("ArgumentError", "a loss needs a method call(y_true, y_pred)")

    def compute(self, y_true, y_pred, sample_weight=None):
        """The loss as a scalar tensor (per sample when reduction is "none")."""
        values = as_float(self.call(to_tensor(y_true), as_float(y_pred)))
        return reduced(values, sample_weight, self.reduction)

    def __call__(self, y_true, y_pred, sample_weight=None):
        return self.compute(y_true, y_pred, sample_weight)


class FunctionLoss(Loss):
    """A function (y_true, y_pred) → per-sample tensor as a loss."""

    def __init__(self, function, name=None, reduction="sum_over_batch_size"):
        super().__init__(name, reduction)
        self.function = function

    def call(self, y_true, y_pred):
        return self.function(y_true, y_pred)


class MeanSquaredError(Loss):
    """The mean of squared errors."""

    def __init__(self, reduction="sum_over_batch_size", name="mean_squared_error", dtype=None):
        super().__init__(name, reduction)
        self.dtype = dtype

    def call(self, y_true, y_pred):
        return mean_squared_error(y_true, y_pred)


class MeanAbsoluteError(Loss):
    """The mean of absolute errors."""

    def __init__(self, reduction="sum_over_batch_size", name="mean_absolute_error", dtype=None):
        super().__init__(name, reduction)
        self.dtype = dtype

    def call(self, y_true, y_pred):
        return mean_absolute_error(y_true, y_pred)


class Huber(Loss):
    """Squared for errors below delta, linear above. Source: Huber 1964."""

    def __init__(self, delta=1.0, reduction="sum_over_batch_size", name="huber_loss", dtype=None):
        super().__init__(name, reduction)
        self.delta = delta
        self.dtype = dtype

    def call(self, y_true, y_pred):
        return huber(y_true, y_pred, self.delta)


class Hinge(Loss):
    """max(1 - y_true * y_pred, 0) for labels -1 and 1."""

    def __init__(self, reduction="sum_over_batch_size", name="hinge", dtype=None):
        super().__init__(name, reduction)
        self.dtype = dtype

    def call(self, y_true, y_pred):
        return hinge(y_true, y_pred)


class KLDivergence(Loss):
    """The Kullback-Leibler divergence of two distributions."""

    def __init__(self, reduction="sum_over_batch_size", name="kl_divergence", dtype=None):
        super().__init__(name, reduction)
        self.dtype = dtype

    def call(self, y_true, y_pred):
        return kl_divergence(y_true, y_pred)


class BinaryCrossentropy(Loss):
    """Cross-entropy of yes-no labels. from_logits: predictions are not yet probabilities."""

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction="sum_over_batch_size",
        name="binary_crossentropy",
        dtype=None,
    ):
        super().__init__(name, reduction)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis
        self.dtype = dtype

    def call(self, y_true, y_pred):
        return binary_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing, self.axis)


class CategoricalCrossentropy(Loss):
    """Cross-entropy of one-hot labels. from_logits: predictions are not yet probabilities."""

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction="sum_over_batch_size",
        name="categorical_crossentropy",
        dtype=None,
    ):
        super().__init__(name, reduction)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis
        self.dtype = dtype

    def call(self, y_true, y_pred):
        return categorical_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing, self.axis)


class CTC(Loss):
    """Connectionist temporal classification: label sequences without times. Labels are 1 or more, 0 fills up."""

    def __init__(self, reduction="sum_over_batch_size", name="ctc", dtype=None):
        super().__init__(name, reduction)
        self.dtype = dtype

    def call(self, y_true, y_pred):
        return ctc(y_true, y_pred)


class SparseCategoricalCrossentropy(Loss):
    """Cross-entropy of integer labels. from_logits: predictions are not yet probabilities."""

    def __init__(
        self,
        from_logits=False,
        ignore_class=None,
        axis=-1,
        reduction="sum_over_batch_size",
        name="sparse_categorical_crossentropy",
        dtype=None,
    ):
        super().__init__(name, reduction)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis
        self.dtype = dtype

    def call(self, y_true, y_pred):
        return sparse_categorical_crossentropy(y_true, y_pred, self.from_logits, self.ignore_class, self.axis)


NAMES = {
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "huber": Huber,
    "hinge": Hinge,
    "kl_divergence": KLDivergence,
    "binary_crossentropy": BinaryCrossentropy,
    "bce": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "ctc": CTC,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}
register_all(NAMES, "loss")


def get(identifier):
    """A loss of a name, a configuration, a loss, or a function (y_true, y_pred) → per-sample tensor."""
    if is_string(identifier):
        # A registered function of the user's; the names of the library come first.
        custom = function_named(identifier)
        if identifier not in NAMES and custom is not None:
            return FunctionLoss(custom, identifier)
        return resolve(identifier, "loss", NAMES, Loss)
    if is_function(identifier) and not isinstance(identifier, Loss):
        return FunctionLoss(identifier)
    return resolve(identifier, "loss", NAMES, Loss)
