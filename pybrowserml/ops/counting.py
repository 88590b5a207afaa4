"""How often numbers occur."""

from ..compiler.realise import read_tensor
from ..core.dims import dims_equal
from ..core.dtypes import is_float
from ..core.graph import current_trace
from ..core.opset.binary import (
    add,
    divide,
    equal,
    greater_equal,
    less,
    less_equal,
    logical_and,
    multiply,
    subtract,
    where,
)
from ..core.opset.gathering import gather
from ..core.opset.gathering import scatter as scatter_primitive
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to, reshape
from ..core.opset.reduction import reduce_max, reduce_min
from ..core.opset.registry import as_float, scalar, to_tensor
from ..core.opset.unary import cast, floor
from ..core.shapes import element_count, format_shape, same_shape
from ..platform.errors import error
from ..platform.numbers import is_list
from ..platform.tasks import waits
from .arguments import require_whole, shown


def bincount(x, weights=None, minlength=0, sparse=False):
    """How often each number 0, 1, ... occurs in x: [n], or for rows [batch, n] counted apart.

    weights: what each element counts, of the shape of x; the result has their dtype (integers wrap), else int32.
    Negative elements are left out. There are as many bins as the largest element asks for, and at least minlength: the
    function reads x, and returns a promise in JavaScript. Inside of a compiled function there are exactly minlength
    bins, and elements beyond them are left out; see also `dense_bincount`.
    """
    if sparse:
        raise error("ArgumentError", "bincount: there are no sparse tensors")
    minlength = require_whole(minlength, 0, "bincount: minlength")
    x = _labels(x, weights, "bincount")
    if not is_known(x):
        require_whole(minlength, 1, "bincount: inside of a compiled function, minlength")
        return _counts(x, weights, minlength, False)
    return _counted(x, weights, minlength)


def is_known(x):
    """True for a tensor whose values can be read now: outside of compiled functions and models."""
    return current_trace() is None and not x.node.symbolic


def dense_bincount(x, weights, size, binary_output=False):
    """How often each number below `size` occurs in x [n], or in its rows [batch, n]; see `bincount`.

    weights: None, or as in `bincount`. binary_output: 1 for what occurs at all.
    """
    size = require_whole(size, 0, "dense_bincount: size")
    return _counts(_labels(x, weights, "dense_bincount"), weights, size, binary_output)


@waits
def _counted(x, weights, minlength):
    """bincount with as many bins as the largest element asks for."""
    count = minlength
    if not dims_equal(element_count(x.shape), 0):
        host = yield from read_tensor(reduce_max(x, None, False))
        count = max(count, int(host.data[0]) + 1)
    return _counts(x, weights, count, False)


def _labels(x, weights, op):
    x = to_tensor(x, None, op, "x")
    if is_float(x.dtype) or len(x.shape) < 1 or len(x.shape) > 2:
        raise error(
            "ShapeError",
            op
            + ": x must be integers with one axis or two, got "
            + x.dtype
            + " of shape "
            + format_shape(x.shape),
        )
    if weights is not None and not same_shape(to_tensor(weights, None, op, "weights").shape, x.shape):
        raise error(
            "ShapeError",
            op
            + ": weights must have the shape of x, got "
            + format_shape(to_tensor(weights, None, op, "weights").shape)
            + " and "
            + format_shape(x.shape),
        )
    return cast(x, "int32")


def _counts(x, weights, size, binary):
    """The counts of [n] or [batch, n] in a static number of bins."""
    added = broadcast_to(scalar(1, "int32"), x.shape)
    dtype = "int32"
    if weights is not None and not binary:
        given = to_tensor(weights)
        dtype = given.dtype
        added = given if is_float(given.dtype) else cast(given, "int32")
    reduction = "max" if binary else "add"
    rows = 1 if len(x.shape) == 1 else x.shape[0]
    shape = [size] if len(x.shape) == 1 else [rows, size]
    nothing = broadcast_to(scalar(0, added.dtype), shape)
    if dims_equal(element_count(shape), 0) or dims_equal(element_count(x.shape), 0):
        return cast(nothing, dtype)
    place = x
    flat = element_count(shape)
    if len(x.shape) == 2:
        inside = logical_and(greater_equal(x, 0), less(x, size))
        place = where(inside, add(multiply(iota(x.shape, 0), size), x), -1)
        place = reshape(place, [element_count(x.shape)])
        added = reshape(added, place.shape)
    counted = scatter_primitive(reduction, place, added, 0, [flat], False, reshape(nothing, [flat]))
    counted = reshape(counted, shape)
    return cast(counted, "float32" if binary and weights is not None else dtype)


def confusion_matrix(labels, predictions, num_classes):
    """int32 [num_classes, num_classes]: how often the class of a row was predicted as that of a column.

    labels, predictions: int32 [n]; classes out of range are left out.
    """
    num_classes = require_whole(num_classes, 1, "confusion_matrix: num_classes")
    rows = cast(to_tensor(labels, None, "confusion_matrix", "labels"), "int32")
    columns = cast(to_tensor(predictions, None, "confusion_matrix", "predictions"), "int32")
    if len(rows.shape) != 1 or not same_shape(rows.shape, columns.shape):
        raise error(
            "ShapeError",
            "confusion_matrix: labels and predictions must have one shape [n], got "
            + format_shape(rows.shape)
            + " and "
            + format_shape(columns.shape),
        )
    # A class that is none makes the cell lie outside.
    known = logical_and(greater_equal(rows, 0), less(rows, num_classes))
    known = logical_and(known, logical_and(greater_equal(columns, 0), less(columns, num_classes)))
    cell = where(known, add(multiply(rows, num_classes), columns), -1)
    return reshape(_counts(cell, None, num_classes * num_classes, False), [num_classes, num_classes])


def histogram(x, bins=10, range=None):
    """[counts, edges]: how many elements of x fall into each of `bins` equal parts of a range, and the bins + 1 edges.

    range: [low, high], or None for the smallest and the largest element. The last part holds its upper edge; what
    lies outside, and NaN, is left out. counts: int32; edges: float32.
    """
    bins = require_whole(bins, 1, "histogram: bins")
    x = reshape(as_float(x, "histogram"), [-1])
    empty = dims_equal(x.shape[0], 0)
    if range is not None:
        if not is_list(range) or len(range) != 2 or not range[0] <= range[1]:
            raise error("ArgumentError", "histogram: range must be [low, high], got " + shown(range))
        low = scalar(range[0] * 1.0, x.dtype)
        high = scalar(range[1] * 1.0, x.dtype)
    elif empty:
        low = scalar(0.0, x.dtype)
        high = scalar(1.0, x.dtype)
    else:
        low = reduce_min(x, None, False)
        high = reduce_max(x, None, False)
    flat = equal(low, high)
    first = where(flat, subtract(low, 0.5), low)
    last = where(flat, add(high, 0.5), high)
    width = subtract(last, first)
    steps = iota([bins + 1], 0)
    edges = add(multiply(divide(cast(steps, x.dtype), bins), width), first)
    edges = where(equal(steps, bins), last, edges)
    if empty:
        return [broadcast_to(scalar(0, "int32"), [bins]), edges]
    inside = logical_and(less_equal(first, x), less_equal(x, last))
    place = cast(floor(multiply(divide(subtract(where(inside, x, first), first), width), bins)), "int32")
    place = where(less(place, bins), place, bins - 1)
    # Rounding may have put an element beside its bin: the edges decide.
    place = where(less(x, gather(edges, place, 0)), add(place, -1), place)
    behind = logical_and(greater_equal(x, gather(edges, add(place, 1), 0)), less(place, bins - 1))
    place = where(inside, where(behind, add(place, 1), place), -1)
    ones = broadcast_to(scalar(1, "int32"), x.shape)
    nothing = broadcast_to(scalar(0, "int32"), [bins])
    return [scatter_primitive("add", place, ones, 0, [bins], False, nothing), edges]
