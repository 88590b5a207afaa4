"""Reductions. axis: None (all axes), an integer or a list; keepdims leaves the reduced axes as 1."""

from ..core.annotations import Axes
from ..core.dims import dim_max, dim_mul, dims_equal, is_symbolic
from ..core.opset.binary import add, divide, equal, maximum, minimum, multiply, power, subtract, where
from ..core.opset.generators import size_of
from ..core.opset.movement import broadcast_to, reshape, transpose
from ..core.opset.reduction import argmax as index_of_max
from ..core.opset.reduction import argmin as index_of_min
from ..core.opset.reduction import reduce_max, reduce_min, reduce_prod, reduce_sum
from ..core.opset.registry import as_float, computed, float_pair, scalar, to_tensor, with_dtype
from ..core.opset.spectral import svd
from ..core.opset.unary import absolute, cast, exp, isfinite, log, sqrt, stop_gradient
from ..core.shapes import (
    broadcast_shapes,
    format_shape,
    normalize_axes,
    normalize_axis,
    reduced_shape,
    same_shape,
)
from ..platform.errors import error
from ..platform.numbers import is_number, is_string
from .arguments import shown
from .bits import saturate_cast
from .math import square


def sum(x, axis=None, keepdims=False):
    """Sum; booleans and int8 are summed as int32, uint8 as uint32. 0 of nothing."""
    return reduce_sum(x, axis, keepdims)


def prod(x, axis=None, keepdims=False, dtype=None):
    """Product, computed in `dtype` where one is given. 1 of nothing."""
    return reduce_prod(x if dtype is None else cast(x, dtype), axis, keepdims)


def is_empty(shape, axes):
    """Whether one of the axes is known to have size 0."""
    for axis in axes:
        if dims_equal(shape[axis], 0):
            return True
    return False


def require_elements(shape, axis, op):
    """The axes that a reduction takes together; raises ShapeError where one is known to be empty."""
    axes = normalize_axes(axis, len(shape), op)
    if is_empty(shape, axes):
        raise error(
            "ShapeError", op + ": there is nothing to reduce along an empty axis of " + format_shape(shape)
        )
    return axes


def _extremum(reduce, combine, x, axis, keepdims, initial, op):
    x = to_tensor(x, None, op, "x")
    if initial is None:
        return reduce(x, axis, keepdims)
    axes = normalize_axes(axis, len(x.shape), op)
    if is_empty(x.shape, axes):
        return broadcast_to(scalar(initial, x.dtype), reduced_shape(x.shape, axes, keepdims))
    # As a boolean, "or" and "and" keep the dtype.
    return combine(reduce(x, axis, keepdims), scalar(initial, "bool") if x.dtype == "bool" else initial)


def max(x, axis=None, keepdims=False, initial=None):
    """Maximum, not below `initial`, which is the maximum of nothing. NaN wins."""
    return _extremum(reduce_max, maximum, x, axis, keepdims, initial, "max")


def min(x, axis=None, keepdims=False, initial=None):
    """Minimum, not above `initial`, which is the minimum of nothing. NaN wins."""
    return _extremum(reduce_min, minimum, x, axis, keepdims, initial, "min")


def amax(x, axis=None, keepdims=False):
    """Maximum. NaN wins."""
    return reduce_max(x, axis, keepdims)


def amin(x, axis=None, keepdims=False):
    """Minimum. NaN wins."""
    return reduce_min(x, axis, keepdims)


def ptp(x, axis=None, keepdims=False):
    """Maximum minus minimum."""
    x = to_tensor(x, None, "ptp", "x")
    require_elements(x.shape, axis, "ptp")
    return subtract(reduce_max(x, axis, keepdims), reduce_min(x, axis, keepdims))


def _as_counts(x):
    return cast(cast(to_tensor(x), "bool"), "int32")


def any(x, axis=None, keepdims=False):
    """bool: whether some element is not zero."""
    x = _as_counts(x)
    return cast(max(x, normalize_axes(axis, len(x.shape), "any"), keepdims, 0), "bool")


def all(x, axis=None, keepdims=False):
    """bool: whether no element is zero."""
    x = _as_counts(x)
    return cast(min(x, normalize_axes(axis, len(x.shape), "all"), keepdims, 1), "bool")


def count_nonzero(x, axis=None):
    """int32: the number of elements that are not zero."""
    return reduce_sum(_as_counts(x), axis, False)


def argmax(x, axis=None, keepdims=False):
    """int32 index of the first maximum along an axis; of None, in the flattened tensor. NaN counts as the largest."""
    return _index(index_of_max, x, axis, keepdims)


def argmin(x, axis=None, keepdims=False):
    """int32 index of the first minimum along an axis; of None, in the flattened tensor. NaN counts as the smallest."""
    return _index(index_of_min, x, axis, keepdims)


def _index(find, x, axis, keepdims):
    x = to_tensor(x)
    if axis is not None:
        return find(x, axis, keepdims)
    found = find(reshape(x, [-1]), 0, False)
    return reshape(found, [1 for dim in x.shape]) if keepdims else found


def count_of(dim):
    """A dimension as a float32 scalar, at least 1 where it is known, to divide by."""
    if is_symbolic(dim):
        return cast(size_of(dim), "float32")
    return scalar(dim_max(dim, 1), "float32")


def count_over(x, axis, op):
    """The number of elements that a reduction of x takes together, as a dimension."""
    count = 1
    for place in normalize_axes(axis, len(x.shape), op):
        count = dim_mul(count, x.shape[place])
    return count


def mean(x, axis=None, keepdims=False):
    """Arithmetic mean, float32 of integers; NaN of nothing. float16 is summed and divided in float32."""
    x = as_float(x, "mean")
    count = count_over(x, axis, "mean")
    total = reduce_sum(computed(x, "mean"), axis, keepdims)
    if dims_equal(count, 0):
        total = add(total, float("nan"))
    elif not dims_equal(count, 1):
        total = divide(total, count_of(count))
    return with_dtype(total, x.dtype)


def var(x, axis=None, keepdims=False):
    """Variance (of the whole population, divided by the count), float32 of integers, in two passes."""
    return _variance(as_float(x, "var"), axis, keepdims, "var")


def _variance(x, axis, keepdims, op):
    wide = computed(x, op)
    axes = normalize_axes(axis, len(x.shape), op)
    return with_dtype(mean(square(subtract(wide, mean(wide, axes, True))), axes, keepdims), x.dtype)


def std(x, axis=None, keepdims=False):
    """Standard deviation of the whole population, float32 of integers; its gradient at equal elements is 0."""
    return safe_sqrt(_variance(as_float(x, "std"), axis, keepdims, "std"))


def moments(x, axes, keepdims=False, synchronized=False):
    """[mean, variance] over axes. synchronized: over devices, of which there is one here.

    float16 is computed in float32, and what it cannot hold becomes its largest number.
    """
    x = as_float(x, "moments")
    places = normalize_axes(axes, len(x.shape), "moments")
    wide = computed(x, "moments")
    found = [mean(wide, places, keepdims), _variance(wide, places, keepdims, "moments")]
    return [saturate_cast(part, x.dtype) for part in found]


def average(x, axis=None, weights=None):
    """sum(x * weights) / sum(weights) in the float dtype of both, float32 of integers; a mean without weights.

    weights: of the shape of x, or a vector along the one axis.
    """
    if weights is None:
        return mean(x, axis, False)
    operands = float_pair(x, weights, "average")
    x, w = operands[0], operands[1]
    if len(w.shape) == 1 and len(x.shape) > 1:
        if axis is None or not is_number(axis):
            raise error("ShapeError", "average: a vector of weights needs one axis, got " + shown(axis))
        place = normalize_axis(axis, len(x.shape), "average")
        shape = [1 for dim in x.shape]
        shape[place] = w.shape[0]
        if not dims_equal(w.shape[0], x.shape[place]):
            raise error(
                "ShapeError",
                "average: weights of shape "
                + format_shape(w.shape)
                + " do not fit axis "
                + str(place)
                + " of "
                + format_shape(x.shape),
            )
        w = reshape(w, shape)
    if not same_shape(broadcast_shapes(w.shape, x.shape, "average"), x.shape):
        raise error(
            "ShapeError",
            "average: weights of shape "
            + format_shape(w.shape)
            + " do not broadcast to "
            + format_shape(x.shape),
        )
    w = broadcast_to(w, x.shape)
    return divide(reduce_sum(multiply(x, w), axis, False), reduce_sum(w, axis, False))


def logsumexp(x, axis=None, keepdims=False):
    """log(sum(exp(x))) without overflow; -infinity of nothing."""
    x = as_float(x, "logsumexp")
    axes = normalize_axes(axis, len(x.shape), "logsumexp")
    if is_empty(x.shape, axes):
        return log(reduce_sum(x, axis, keepdims))
    highest = stop_gradient(reduce_max(x, axis, True))
    shift = where(isfinite(highest), highest, 0.0)
    total = log(reduce_sum(exp(subtract(x, shift)), axis, keepdims))
    return add(total, shift if keepdims else reshape(shift, total.shape))


# Lengths


def safe_sqrt(x):
    """sqrt(x) whose gradient at 0 is 0 instead of infinite."""
    zero = equal(x, 0.0)
    return where(zero, 0.0, sqrt(where(zero, 1.0, x)))


def euclidean_norm(x, axis=None, keepdims=False):
    """sqrt(sum(x²)); its gradient at 0 is 0."""
    return safe_sqrt(reduce_sum(square(as_float(x, "euclidean_norm")), axis, keepdims))


def norm(x, ord=None, axis=None, keepdims=False):
    """The norm of vectors along one axis, or of matrices along two.

    ord: of vectors None or 2 (Euclidean), 1, a number, "inf"-like infinities (largest and smallest |x|), 0 (how many
    are not zero). Of matrices None or "fro" (Frobenius), 1 and -1 (largest and smallest column sum of |x|), ±infinity
    (the same of rows), 2 and -2 (largest and smallest singular value), "nuc" (the sum of these). axis None: all of x,
    which has one or two axes unless ord is None.
    """
    x = as_float(x, "norm")
    rank = len(x.shape)
    if ord is None or (is_string(ord) and ord == "euclidean"):
        return euclidean_norm(x, axis, keepdims)
    if is_string(ord) and ord != "nuc" and ord != "fro":
        raise error(
            "ArgumentError",
            "norm: ord must be a number, None, 'fro', 'nuc' or 'euclidean', got " + shown(ord),
        )
    places = [i for i in range(rank)] if axis is None else _axes_in_order(axis, rank)
    if len(places) == 1 and not is_string(ord):
        return _vector_norm(x, ord, places[0], keepdims)
    if len(places) != 2:
        raise error(
            "ShapeError",
            "norm: ord "
            + shown(ord)
            + (" needs two axes, got " if is_string(ord) else " needs one axis or two, got ")
            + format_shape(places),
        )
    if is_string(ord) and ord == "fro":
        return euclidean_norm(x, places, keepdims)
    return _matrix_norm(x, ord, places[0], places[1], keepdims)


def _axes_in_order(axis, rank):
    wanted = [axis] if is_number(axis) else axis
    return [normalize_axis(place, rank, "norm") for place in wanted]


def _vector_norm(x, ord, axis, keepdims):
    size = absolute(x)
    if ord == float("inf"):
        return reduce_max(size, axis, keepdims)
    if ord == float("-inf"):
        return reduce_min(size, axis, keepdims)
    if ord == 0:
        return reduce_sum(cast(cast(x, "bool"), x.dtype), axis, keepdims)
    if ord == 1:
        return reduce_sum(size, axis, keepdims)
    if ord == 2:
        return euclidean_norm(x, axis, keepdims)
    return power(reduce_sum(power(size, ord), axis, keepdims), 1.0 / ord)


def _matrix_norm(x, ord, rows, columns, keepdims):
    if is_string(ord) or ord == 2 or ord == -2:
        return _singular_norm(x, ord, rows, columns, keepdims)
    by_column = ord == 1 or ord == -1
    if not by_column and ord != float("inf") and ord != float("-inf"):
        raise error(
            "ArgumentError",
            "norm: ord of matrices must be 1, -1, 2, -2, an infinity, 'fro', 'nuc' or None, got "
            + shown(ord),
        )
    sums = reduce_sum(absolute(x), rows if by_column else columns, True)
    found = (
        reduce_max(sums, [rows, columns], keepdims)
        if ord > 0
        else reduce_min(sums, [rows, columns], keepdims)
    )
    return found


def _singular_norm(x, ord, rows, columns, keepdims):
    order = [i for i in range(len(x.shape)) if i != rows and i != columns]
    order.extend([rows, columns])
    values = svd(transpose(x, order))[1]
    if is_string(ord):
        found = reduce_sum(values, -1, False)
    else:
        found = reduce_max(values, -1, False) if ord > 0 else reduce_min(values, -1, False)
    if not keepdims:
        return found
    return reshape(found, reduced_shape(x.shape, [rows, columns], True))


def normalize(x, axis: Axes = -1, order=2, epsilon=None):
    """x divided by its norm along an axis, or by epsilon (1e-7) where that is larger.

    order: of the norm, a number >= 1.
    """
    if not is_number(order) or not order >= 1:
        raise error("ArgumentError", "normalize: order must be a number >= 1, got " + shown(order))
    x = as_float(x, "normalize")
    normalize_axes(axis, len(x.shape), "normalize")
    # Of several axes order 2 means the root of the sum of squares, not the norm of matrices.
    length = euclidean_norm(x, axis, True) if order == 2 else norm(x, order, axis, True)
    return divide(x, maximum(length, 1e-7 if epsilon is None else epsilon))
