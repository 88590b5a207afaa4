"""Searching in what is sorted, and asking whether something is among others."""

from ..core.dims import dims_equal, format_dim, is_symbolic
from ..core.dtypes import is_float, promote
from ..core.opset.binary import (
    add,
    equal,
    greater,
    less,
    less_equal,
    logical_and,
    logical_or,
    multiply,
    where,
)
from ..core.opset.gathering import dim_scalar, gather, take_along
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to, reshape
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import scalar, to_tensor, with_dtype
from ..core.opset.sorting import sort as sort_primitive
from ..core.opset.unary import cast, isfinite, isnan, logical_not
from ..core.shapes import copy_shape, element_count, format_shape, same_shape
from ..platform.errors import error
from .arguments import require_choice, require_whole


def searchsorted(sorted_sequence, values, side="left"):
    """int32 places at which values would be inserted to keep a sequence in order.

    side: "left" before equal elements, "right" behind them. sorted_sequence: [n], or [..., n] with rows of its own for
    values [..., k]. NaN stands last. Shape of values. Source: bisection, log2(n) gathers.
    """
    require_choice(side, ["left", "right"], "searchsorted: side")
    return _places(sorted_sequence, values, side == "right", "searchsorted")


def lower_bound(sorted_sequence, values):
    """int32 places of the first elements that are not below the values; see `searchsorted`."""
    return _places(sorted_sequence, values, False, "lower_bound")


def upper_bound(sorted_sequence, values):
    """int32 places of the first elements above the values; see `searchsorted`."""
    return _places(sorted_sequence, values, True, "upper_bound")


def digitize(x, bins):
    """int32 numbers of the bins that hold the elements of x: how many of the rising `bins` [n] are not above it."""
    bins = to_tensor(bins, None, "digitize", "bins")
    if len(bins.shape) != 1:
        raise error("ShapeError", "digitize: bins must have one axis, got " + format_shape(bins.shape))
    return _places(bins, x, True, "digitize")


def _places(sequence, values, behind, op):
    sequence = to_tensor(sequence, None, op, "sequence")
    values = to_tensor(values, None, op, "values")
    dtype = promote(sequence.dtype, values.dtype)
    if dtype == "bool":
        dtype = "int32"
    sequence = with_dtype(sequence, dtype)
    values = with_dtype(values, dtype)
    rank = len(sequence.shape)
    if rank < 1 or rank > 1 and not same_shape(sequence.shape[0 : rank - 1], values.shape[0 : rank - 1]):
        raise error(
            "ShapeError",
            op
            + ": the sequence must have one axis, or the leading axes of the values, got the shapes "
            + format_shape(sequence.shape)
            + " and "
            + format_shape(values.shape),
        )
    n = sequence.shape[rank - 1]
    if is_symbolic(n):
        raise error("ShapeError", op + ": the length of the sequence must be known, got " + format_dim(n))
    place = broadcast_to(scalar(0, "int32"), values.shape)
    if n == 0 or dims_equal(element_count(values.shape), 0):
        return place
    start = _row_starts(values.shape, rank, n)
    flat = reshape(sequence, [-1])
    step = 1
    while step * 2 <= n:
        step = step * 2
    while step >= 1:
        tried = add(place, step)
        found = gather(flat, add(add(start, tried), -1), 0)
        place = where(logical_and(less_equal(tried, n), _before(found, values, behind)), tried, place)
        step = step // 2
    return place


def _row_starts(shape, rank, n):
    """Where the row of a sequence of rank `rank` begins, for values of a shape."""
    if rank == 1:
        return scalar(0, "int32")
    rows = element_count(shape[0 : rank - 1])
    lead = copy_shape(shape[0 : rank - 1])
    lead.append(1)
    lead.extend([1 for dim in shape[rank : len(shape)]])
    return reshape(multiply(iota([rows], 0), dim_scalar(n)), lead)


def _before(a, v, behind):
    """Whether an element stands before the place of a value, NaN being above all numbers."""
    before = less_equal(a, v) if behind else less(a, v)
    if not is_float(a.dtype):
        return before
    if behind:
        return logical_or(before, isnan(v))
    return logical_or(before, logical_and(isnan(v), logical_not(isnan(a))))


def isin(x1, x2, assume_unique=False, invert=False):
    """bool of the shape of x1: whether its elements are among those of x2 (invert: are not). NaN is among nothing.

    `assume_unique` changes nothing.
    """
    x1 = to_tensor(x1, None, "isin", "x1")
    x2 = reshape(to_tensor(x2, None, "isin", "x2"), [-1])
    dtype = promote(x1.dtype, x2.dtype)
    if dtype == "bool":
        dtype = "int32"
    x1 = with_dtype(x1, dtype)
    if dims_equal(x2.shape[0], 0):
        found = broadcast_to(scalar(False, "bool"), x1.shape)
    else:
        ordered = sort_primitive(with_dtype(x2, dtype), 0, False)[0]
        # Beyond the last element gather reads the last one, which is then smaller.
        found = equal(gather(ordered, _places(ordered, x1, False, "isin"), 0), x1)
    return logical_not(found) if invert else found


def in_top_k(targets, predictions, k):
    """bool [...]: whether the class `targets` [...] is among the k largest of `predictions` [..., classes].

    Classes that tie with the last of the k are among them; a prediction that is not finite, or a target that is no
    class, is not.
    """
    k = require_whole(k, 0, "in_top_k: k")
    predictions = to_tensor(predictions, None, "in_top_k", "predictions")
    targets = cast(to_tensor(targets, None, "in_top_k", "targets"), "int32")
    last = len(predictions.shape) - 1
    if last < 1 or not same_shape(predictions.shape[0:last], targets.shape):
        raise error(
            "ShapeError",
            "in_top_k: needs targets [...] and predictions [..., classes], got the shapes "
            + format_shape(targets.shape)
            + " and "
            + format_shape(predictions.shape),
        )
    classes = dim_scalar(predictions.shape[last])
    wide = copy_shape(targets.shape)
    wide.append(1)
    known = logical_and(less(-1, targets), less(targets, classes))
    place = where(known, targets, 0)
    own = take_along(predictions, reshape(place, wide))
    above = reduce_sum(cast(greater(predictions, own), "int32"), last, False)
    good = logical_and(known, isfinite(reshape(own, targets.shape)))
    return logical_and(good, less(above, k))
