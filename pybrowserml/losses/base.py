"""What losses share: one number per sample, weights, masks, reductions."""

from typing import Any

from ..core.config import Configurable
from ..core.dims import dims_equal
from ..core.naming import automatic_name
from ..core.opset.binary import divide, logical_and, multiply
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import cast
from ..core.shapes import element_count, format_shape, same_shape
from ..ops.arguments import require_choice
from ..ops.math import divide_no_nan
from ..ops.movement import expand_dims, squeeze
from ..ops.reduction import count_of
from ..platform.errors import error
from ..platform.reflection import class_name_of

EPSILON = 1e-7
REDUCTIONS = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"]


def same_rank(a, b):
    """Two tensors of one rank where they differ by a last axis of 1, as labels and predictions often do."""
    if len(a.shape) == len(b.shape) + 1 and dims_equal(a.shape[len(a.shape) - 1], 1):
        return [a, expand_dims(b, -1)] if len(b.shape) == 1 else [squeeze(a, -1), b]
    if len(b.shape) == len(a.shape) + 1 and dims_equal(b.shape[len(b.shape) - 1], 1):
        return [expand_dims(a, -1), b] if len(a.shape) == 1 else [a, squeeze(b, -1)]
    return [a, b]


def float_pair(y_true, y_pred, op):
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


def mask_of(tensor):
    """The mask that a tensor carries, or None."""
    return tensor.mask if hasattr(tensor, "mask") else None


def masked_weights(sample_weight, mask, reduction):
    """Sample weights that are 0 where the mask is false; None where there is neither.

    For reductions to a mean the others grow, so that the mean is that of what the mask leaves.
    """
    if mask is None:
        return sample_weight
    mask = to_tensor(mask)
    weights = cast(mask, "float32")
    if reduction in ["mean", "sum_over_batch_size"]:
        total = count_of(element_count(mask.shape))
        weights = multiply(weights, divide_no_nan(total, reduce_sum(weights, None, False)))
    if sample_weight is None:
        return weights
    both = same_rank(weights, as_float(sample_weight))
    return multiply(both[0], both[1])


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
    if reduction is None or reduction == "none" or len(result.shape) == 0:
        return result
    total = reduce_sum(result, None, False)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weights is not None:
        return divide_no_nan(total, reduce_sum(weights, None, False))
    return divide(total, count_of(element_count(result.shape)))


class Loss(Configurable):
    """Base class: `call(y_true, y_pred)` → a tensor with one number per sample.

    reduction: "sum_over_batch_size" (the mean), "sum", "mean", "mean_with_sample_weight" or "none" (None).
    A mask that the predictions carry, and one that `call` gives its result, say which samples count.
    """

    def __init__(self, name=None, reduction: str | None = "sum_over_batch_size", dtype=None):
        self.name = automatic_name(class_name_of(self)) if name is None else name
        self.reduction = None if reduction is None else require_choice(reduction, REDUCTIONS, "reduction")
        self.dtype = "float32" if dtype is None else dtype

    def get_config(self):
        """The constructor's arguments but for dtype, as in Keras."""
        config = super().get_config()
        if "dtype" in config:
            config.pop("dtype")
        return config

    def call(self, y_true, y_pred) -> Any:
        raise error("ArgumentError", "a loss needs a method call(y_true, y_pred)")

    def compute(self, y_true, y_pred, sample_weight=None) -> Any:
        """The loss as a scalar tensor (per sample when reduction is "none")."""
        mask = mask_of(y_pred)
        values = self.call(to_tensor(y_true), as_float(y_pred))
        own = mask_of(values)
        if mask is not None and own is not None:
            mask = logical_and(to_tensor(mask), own)
        elif own is not None:
            mask = own
        weights = masked_weights(sample_weight, mask, self.reduction)
        return reduced(as_float(values), weights, self.reduction)

    def __call__(self, y_true, y_pred, sample_weight=None) -> Any:
        return self.compute(y_true, y_pred, sample_weight)


class FunctionLoss(Loss):
    """A function (y_true, y_pred) → per-sample tensor as a loss."""

    def __init__(self, function, name=None, reduction: str | None = "sum_over_batch_size"):
        super().__init__(name, reduction)
        self.function = function

    def call(self, y_true, y_pred):
        both = same_rank(y_true, y_pred)
        return self.function(both[0], both[1])
