"""Shapes: lists of dimensions. Every rule that computes with sizes stands here, symbolic sizes included.

Where a rule must decide, a symbolic size counts as at least 2 and as equal only to itself.
"""

from ..platform.errors import error
from ..platform.numbers import is_number, is_string, is_whole, show
from ..platform.records import as_tuple
from .dims import (
    dim_add,
    dim_floordiv,
    dim_max,
    dim_mul,
    dim_sub,
    dims_equal,
    encode_dim,
    format_dim,
    is_symbolic,
    may_be_equal,
)


def format_shape(shape):
    """(batch, 28, 28, 1)"""
    return "(" + ", ".join([format_dim(dim) for dim in shape]) + ")"


def same_shape(a, b):
    if len(a) != len(b):
        return False
    for i in range(len(a)):
        if not dims_equal(a[i], b[i]):
            return False
    return True


def copy_shape(shape):
    return [dim for dim in shape]


def open_shape(shape):
    """A shape as users see it: None in the place of a size that is not known; a tuple (in JavaScript an array)."""
    return as_tuple([None if is_symbolic(dim) else dim for dim in shape])


def element_count(shape):
    """The number of elements, as a dimension."""
    count = 1
    for dim in shape:
        count = dim_mul(count, dim)
    return count


def encode_shape(shape):
    """A shape as it stands in a plan."""
    return [encode_dim(dim) for dim in shape]


def is_static(shape):
    for dim in shape:
        if is_symbolic(dim):
            return False
    return True


def _got(value):
    if is_number(value):
        return ", got " + show(value)
    return ", got '" + value + "'" if is_string(value) else ""


def normalize_axis(axis, rank, op):
    """An axis counted from the front; raises ShapeError out of range."""
    if not is_whole(axis):
        raise error("ArgumentError", op + ": axis must be an integer" + _got(axis))
    if axis < -rank or axis >= rank:
        raise error("ShapeError", op + ": axis " + str(axis) + " is out of range for rank " + str(rank))
    return axis + rank if axis < 0 else axis


def normalize_axes(axis, rank, op):
    """Sorted axes from None (all), an integer or a list."""
    if axis is None:
        return [i for i in range(rank)]
    wanted = axis if isinstance(axis, (list, tuple)) else [axis]
    found = [normalize_axis(a, rank, op) for a in wanted]
    axes = []
    for i in range(rank):
        if i in found:
            axes.append(i)
    if len(axes) != len(found):
        raise error("ShapeError", op + ": an axis is given twice in " + format_shape(found))
    return axes


def broadcast_shapes(a, b, op):
    """The common shape of two operands, aligned at the right as in NumPy."""
    rank = len(a) if len(a) > len(b) else len(b)
    shape = []
    for i in range(rank):
        left = a[i - rank + len(a)] if i - rank + len(a) >= 0 else 1
        right = b[i - rank + len(b)] if i - rank + len(b) >= 0 else 1
        if dims_equal(left, right):
            shape.append(left)
        elif dims_equal(left, 1):
            shape.append(right)
        elif dims_equal(right, 1):
            shape.append(left)
        else:
            raise error(
                "ShapeError",
                op + ": shapes " + format_shape(a) + " and " + format_shape(b) + " do not broadcast",
            )
    return shape


def reduced_shape(shape, axes, keepdims):
    kept = []
    for i in range(len(shape)):
        if i in axes:
            if keepdims:
                kept.append(1)
        else:
            kept.append(shape[i])
    return kept


def reshaped(shape, target, op):
    """The target shape with -1 filled in; raises ShapeError when the element counts differ whatever the sizes are.

    Where some sizes make them equal, the engine checks those that come.
    """
    total = element_count(shape)
    known = 1
    open_axis = -1
    for i in range(len(target)):
        if not is_symbolic(target[i]) and target[i] == -1:
            if open_axis >= 0:
                raise error("ShapeError", op + ": only one dimension may be -1 in " + format_shape(target))
            open_axis = i
        else:
            known = dim_mul(known, target[i])
    result = copy_shape(target)
    if open_axis >= 0:
        if dims_equal(known, 0):
            raise error("ShapeError", op + ": cannot infer -1 in " + format_shape(target))
        quotient = dim_floordiv(total, known)
        if not dims_equal(dim_mul(quotient, known), total):
            raise error(
                "ShapeError", op + ": cannot reshape " + format_shape(shape) + " to " + format_shape(target)
            )
        result[open_axis] = quotient
    elif not may_be_equal(known, total):
        raise error(
            "ShapeError", op + ": cannot reshape " + format_shape(shape) + " to " + format_shape(target)
        )
    return result


def window_size(kernel, dilation):
    """The extent of a dilated window."""
    return (kernel - 1) * dilation + 1


def window_pads(size, kernel, stride, dilation, padding, op):
    """[before, after] padding of one spatial axis for "valid" or "same" (Keras's rule: the odd one goes after)."""
    if padding == "valid":
        return [0, 0]
    if padding != "same":
        raise error("ArgumentError", op + ": padding must be 'valid' or 'same', got '" + str(padding) + "'")
    if stride == 1:
        total = window_size(kernel, dilation) - 1
        return [total // 2, total - total // 2]
    out = dim_floordiv(dim_add(size, stride - 1), stride)
    total = dim_max(
        dim_sub(dim_add(dim_mul(dim_sub(out, 1), stride), window_size(kernel, dilation)), size), 0
    )
    before = dim_floordiv(total, 2)
    return [before, dim_sub(total, before)]


def windowed_size(size, kernel, stride, dilation, pads, op):
    """The number of windows along one spatial axis."""
    if stride == 1:
        windows = dim_add(dim_sub(dim_add(dim_add(size, pads[0]), pads[1]), window_size(kernel, dilation)), 1)
    else:
        span = dim_sub(dim_add(dim_add(size, pads[0]), pads[1]), window_size(kernel, dilation))
        windows = dim_add(dim_floordiv(span, stride), 1)
    if not is_symbolic(windows) and windows < 0:
        windows = 0
    if not is_symbolic(windows) and windows < 1 and not dims_equal(size, 0):
        raise error(
            "ShapeError",
            op
            + ": a window of "
            + str(window_size(kernel, dilation))
            + " does not fit into a size of "
            + format_dim(size),
        )
    return windows
