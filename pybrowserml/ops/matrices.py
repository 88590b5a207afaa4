"""Matrices by their diagonals and triangles, under Keras's names."""

from ..core.dims import dim_add, dim_max, dim_min, dim_mul, dim_sub, dims_equal, is_symbolic
from ..core.dtypes import check_dtype
from ..core.opset.binary import add, equal, greater_equal, less_equal, where
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to, pad_interior, reshape, slice_strided, transpose
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import scalar, to_tensor
from ..core.opset.unary import cast
from ..core.shapes import copy_shape, format_shape, normalize_axis
from ..platform.errors import error
from ..platform.numbers import is_whole
from .arguments import require_shape, shown


def eye(N, M=None, k=0, dtype=None):
    """An N × M matrix (square by default) with ones on the k-th diagonal. float32 unless told."""
    shape = require_shape([N, N if M is None else M], "eye")
    hit = equal(add(iota(shape, 0), k), iota(shape, 1))
    return cast(hit, "float32" if dtype is None else check_dtype(dtype, "eye"))


def identity(n, dtype=None):
    """The n × n identity matrix."""
    return eye(n, None, 0, dtype)


def tri(N, M=None, k=0, dtype=None):
    """An N × M matrix (square by default) with ones at and below the k-th diagonal. float32 unless told."""
    shape = require_shape([N, N if M is None else M], "tri")
    return cast(_at_or_below(shape, k), "float32" if dtype is None else check_dtype(dtype, "tri"))


def _at_or_below(shape, k):
    rank = len(shape)
    return less_equal(iota(shape, rank - 1), add(iota(shape, rank - 2), k))


def tril(x, k=0):
    """The matrices of the last two axes with zeros above the k-th diagonal."""
    x = _matrices(x, "tril")
    return where(_at_or_below(_last_two(x), k), x, scalar(0, x.dtype))


def triu(x, k=0):
    """The matrices of the last two axes with zeros below the k-th diagonal."""
    x = _matrices(x, "triu")
    shape = _last_two(x)
    kept = greater_equal(iota(shape, 1), add(iota(shape, 0), k))
    return where(kept, x, scalar(0, x.dtype))


def band_part(x, num_lower, num_upper):
    """The matrices of the last two axes with zeros outside of a band around the diagonal.

    num_lower, num_upper: how many diagonals below and above the main one stay; negative: all of them.
    """
    x = _matrices(x, "band_part")
    for count in [num_lower, num_upper]:
        if not is_whole(count):
            raise error(
                "ArgumentError", "band_part: a number of diagonals must be an integer, got " + shown(count)
            )
    found = x if num_lower < 0 else triu(x, -num_lower)
    return found if num_upper < 0 else tril(found, num_upper)


def _matrices(x, op):
    x = to_tensor(x, None, op, "x")
    if len(x.shape) < 2:
        raise error("ShapeError", op + ": x must have rank >= 2, got " + format_shape(x.shape))
    return x


def _last_two(x):
    return copy_shape(x.shape[len(x.shape) - 2 : len(x.shape)])


def diag(x, k=0):
    """The matrix whose k-th diagonal is a vector; of a matrix, its k-th diagonal."""
    x = to_tensor(x, None, "diag", "x")
    if len(x.shape) == 2:
        return diagonal(x, k, 0, 1)
    if len(x.shape) != 1:
        raise error("ShapeError", "diag: x must have rank 1 or 2, got " + format_shape(x.shape))
    _require_offset(k, "diag")
    count = x.shape[0]
    side = dim_add(count, k if k > 0 else -k)
    # Laid out flat, the elements of a diagonal stand side + 1 apart.
    first = k if k > 0 else dim_mul(side, -k)
    if dims_equal(count, 0):
        return broadcast_to(scalar(0, x.dtype), [side, side])
    last = dim_add(first, dim_mul(dim_sub(count, 1), dim_add(side, 1)))
    rest = dim_sub(dim_sub(dim_mul(side, side), last), 1)
    return reshape(pad_interior(x, [[first, rest, side]], 0), [side, side])


def _require_offset(k, op):
    if not is_whole(k):
        raise error("ArgumentError", op + ": the offset must be an integer, got " + shown(k))


def diagflat(x, k=0):
    """The matrix whose k-th diagonal are the elements of x."""
    return diag(reshape(to_tensor(x, None, "diagflat", "x"), [-1]), k)


def diagonal(x, offset=0, axis1=0, axis2=1):
    """The diagonals of the matrices of two axes, as a new last axis; the two axes are left out.

    offset > 0: above the main diagonal, along axis2.
    """
    x = _matrices(x, "diagonal")
    _require_offset(offset, "diagonal")
    rank = len(x.shape)
    first = normalize_axis(axis1, rank, "diagonal")
    second = normalize_axis(axis2, rank, "diagonal")
    if first == second:
        raise error("ShapeError", "diagonal: axis1 and axis2 must differ, got " + str(first) + " twice")
    order = [i for i in range(rank) if i != first and i != second]
    order.extend([first, second])
    moved = transpose(x, order)
    rows, columns = x.shape[first], x.shape[second]
    below = -offset if offset < 0 else 0
    above = offset if offset > 0 else 0
    count = _diagonal_count(dim_sub(rows, below), dim_sub(columns, above))
    shape = copy_shape(moved.shape[0 : rank - 2])
    if dims_equal(count, 0):
        shape.append(0)
        return broadcast_to(scalar(0, x.dtype), shape)
    shape.append(dim_mul(rows, columns))
    flat = reshape(moved, shape)
    begin = [0 for dim in shape]
    strides = [1 for dim in shape]
    begin[rank - 2] = dim_add(dim_mul(columns, below), above)
    strides[rank - 2] = dim_add(columns, 1)
    found = copy_shape(shape)
    found[rank - 2] = count
    return slice_strided(flat, begin, found, strides)


def _diagonal_count(rows, columns):
    if not is_symbolic(rows) and not is_symbolic(columns):
        return max(0, min(rows, columns))
    return dim_max(dim_min(rows, columns), 0)


def trace(x, offset=0, axis1=0, axis2=1):
    """The sum along a diagonal of the matrices of two axes; the two axes are left out."""
    return reduce_sum(diagonal(x, offset, axis1, axis2), -1, False)
