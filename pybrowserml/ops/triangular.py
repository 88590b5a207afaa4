"""Triangular systems by substitution, and what the other files of linear algebra share."""

from ..core.dims import format_dim, is_symbolic
from ..core.opset.binary import add, divide, greater, less, multiply, where
from ..core.opset.gathering import gather
from ..core.opset.generators import iota
from ..core.opset.marks import custom_gradient
from ..core.opset.matmul import matmul
from ..core.opset.movement import broadcast_to
from ..core.opset.registry import as_float, float_pair, scalar
from ..core.opset.unary import negative
from ..core.shapes import broadcast_shapes, copy_shape, format_shape
from ..platform.errors import error
from .control import scan
from .matrices import eye, tril, triu
from .movement import expand_dims, moveaxis, squeeze, swapaxes


def matrices_of(x, op, square):
    """x as float matrices of known sizes; raises ShapeError otherwise."""
    x = as_float(x, op)
    rank = len(x.shape)
    if rank < 2:
        raise error("ShapeError", op + ": x must have rank >= 2, got shape " + format_shape(x.shape))
    rows, columns = x.shape[rank - 2], x.shape[rank - 1]
    if is_symbolic(rows) or is_symbolic(columns):
        raise error(
            "ShapeError",
            op
            + ": the matrices must have known sizes, got "
            + format_dim(rows)
            + " x "
            + format_dim(columns),
        )
    if square and rows != columns:
        raise error("ShapeError", op + ": the matrices must be square, got shape " + format_shape(x.shape))
    return x


def transposed(x):
    """The matrices of the last two axes with rows and columns exchanged."""
    return swapaxes(x, -1, -2)


def as_column(v):
    """[..., n] → [..., n, 1]"""
    return expand_dims(v, -1)


def as_row(v):
    """[..., n] → [..., 1, n]"""
    return expand_dims(v, -2)


def system_of(op, a, b):
    """[a, b as matrices, whether b was a vector], with one batch shape and one dtype."""
    a = matrices_of(a, op, True)
    b = as_float(b, op, "b")
    both = float_pair(a, b, op)
    a, b = both[0], both[1]
    vector = len(b.shape) == len(a.shape) - 1
    if vector:
        b = as_column(b)
    rank = len(a.shape)
    if len(b.shape) < 2 or b.shape[len(b.shape) - 2] != a.shape[rank - 1]:
        raise error(
            "ShapeError",
            op
            + ": b must have shape (..., "
            + str(a.shape[rank - 1])
            + ") or one axis more, got "
            + format_shape(b.shape),
        )
    lead = broadcast_shapes(a.shape[0 : rank - 2], b.shape[0 : len(b.shape) - 2], op)
    left = copy_shape(lead)
    left.extend(a.shape[rank - 2 : rank])
    right = copy_shape(lead)
    right.extend(b.shape[len(b.shape) - 2 : len(b.shape)])
    return [broadcast_to(a, left), broadcast_to(b, right), vector]


def solve_triangular(a, b, lower=False):
    """x with a x = b for triangular a; the other triangle is not read.

    a: [..., n, n]; b: [..., n] (one axis less than a) or [..., n, k]. A zero on the diagonal gives infinities or NaN.
    """
    given = system_of("solve_triangular", a, b)
    found = _substituted(given[0], given[1], lower)
    return squeeze(found, -1) if given[2] else found


def _substituted(a, b, lower):
    """Substitution with its gradient."""
    if a.shape[len(a.shape) - 1] == 0:
        return b

    def backward(args, cotangents):
        x = _substituted(args[0], args[1], lower)
        to_b = _substituted(transposed(args[0]), cotangents[0], not lower)
        to_a = negative(matmul(to_b, x, False, True))
        return [tril(to_a) if lower else triu(to_a), to_b]

    return custom_gradient([substitution_loop(a, b, lower, False)], [a, b], backward)[0]


def substitution_loop(a, b, lower, unit):
    """Row after row; each solved one is taken off the rest."""
    rank = len(a.shape)
    n = a.shape[rank - 1]
    rows = iota([n], 0)

    def step(rest, item):
        column, j = item
        solved = gather(rest, j, rank - 2)
        if not unit:
            solved = divide(solved, as_column(gather(column, j, rank - 2)))
        later = greater(rows, j) if lower else less(rows, j)
        factor = where(later, column, scalar(0, a.dtype))
        return [add(rest, negative(multiply(as_column(factor), as_row(solved)))), solved]

    walked = [moveaxis(a, -1, 0), rows]
    return moveaxis(scan(step, b, walked, None, not lower)[1], 0, -2)


def solve_unit_lower(a, b, transpose):
    """x with L x = b, or Lᵀ x = b, for a lower triangle L with ones on its diagonal, whatever stands there."""
    n = a.shape[len(a.shape) - 1]
    shape = [n, n]
    ones = less(iota(shape, 1), iota(shape, 0))
    clean = where(ones, a, eye(n, None, 0, a.dtype))
    return _substituted(transposed(clean) if transpose else clean, b, not transpose)
