"""Linear systems, inverses and determinants; leading axes are a batch."""

from ..core.opset.binary import multiply
from ..core.opset.marks import custom_gradient
from ..core.opset.matmul import matmul
from ..core.opset.movement import broadcast_to
from ..core.opset.reduction import reduce_prod, reduce_sum
from ..core.opset.unary import absolute, log, negative, sign
from ..core.shapes import copy_shape
from ..platform.errors import error
from ..platform.numbers import is_whole
from .arguments import shown
from .factorization import lu_loop
from .indexing import take_along_axis
from .matrices import diagonal, eye
from .movement import squeeze
from .triangular import as_column, matrices_of, solve_triangular, substitution_loop, system_of, transposed


def solve(a, b):
    """x with a x = b, by LU factorisation with partial pivoting.

    a: [..., n, n]; b: [..., n] (one axis less than a) or [..., n, k]. A singular matrix gives infinities or NaN.
    """
    given = system_of("solve", a, b)
    found = _solved(given[0], given[1])
    return squeeze(found, -1) if given[2] else found


def _solved(a, b):
    if a.shape[len(a.shape) - 1] == 0:
        return b

    def backward(args, cotangents):
        x = _solved(args[0], args[1])
        to_b = _solved(transposed(args[0]), cotangents[0])
        return [negative(matmul(to_b, x, False, True)), to_b]

    return custom_gradient([_solve_loops(a, b)], [a, b], backward)[0]


def _solve_loops(a, b):
    found = lu_loop(a)
    moved = take_along_axis(b, as_column(found[2]), -2)
    half = substitution_loop(found[0], moved, True, True)
    return substitution_loop(found[0], half, False, False)


def inv(x):
    """The inverses of matrices [..., n, n]; of a singular one infinities or NaN."""
    x = matrices_of(x, "inv", True)
    if x.shape[len(x.shape) - 1] == 0:
        return x
    identity = broadcast_to(eye(x.shape[len(x.shape) - 1], None, 0, x.dtype), copy_shape(x.shape))
    return custom_gradient([_solve_loops(x, identity)], [x], _inv_backward)[0]


def _inv_backward(args, cotangents):
    found = inv(args[0])
    return [negative(matmul(matmul(found, cotangents[0], True, False), found, False, True))]


def cholesky_inverse(x, upper=False):
    """The inverse of a matrix from its Cholesky factor x [..., n, n], which is lower triangular unless `upper`."""
    x = matrices_of(x, "cholesky_inverse", True)
    identity = broadcast_to(eye(x.shape[len(x.shape) - 1], None, 0, x.dtype), copy_shape(x.shape))
    if upper:
        half = solve_triangular(x, identity, False)
        return matmul(half, half, False, True)
    half = solve_triangular(x, identity, True)
    return matmul(half, half, True, False)


def det(x):
    """The determinants of matrices [..., n, n], shape [...]. The gradient asks for a matrix that is not singular."""
    x = matrices_of(x, "det", True)
    found = lu_loop(x)
    value = multiply(found[3], reduce_prod(diagonal(found[0], 0, -2, -1), -1, False))
    return custom_gradient([value], [x], _det_backward)[0]


def _det_backward(args, cotangents):
    scale = multiply(cotangents[0], det(args[0]))
    return [multiply(as_column(as_column(scale)), transposed(inv(args[0])))]


def slogdet(x):
    """[sign, log of |value|] of the determinants of matrices [..., n, n]; 0 and -infinity for a singular one."""
    x = matrices_of(x, "slogdet", True)
    found = lu_loop(x)
    pivots = diagonal(found[0], 0, -2, -1)
    turned = multiply(found[3], reduce_prod(sign(pivots), -1, False))
    logs = reduce_sum(log(absolute(pivots)), -1, False)
    return [turned, custom_gradient([logs], [x], _logdet_backward)[0]]


def _logdet_backward(args, cotangents):
    return [multiply(as_column(as_column(cotangents[0])), transposed(inv(args[0])))]


def logdet(x):
    """The logarithms of the determinants of matrices [..., n, n] whose determinant is positive, shape [...]."""
    return slogdet(x)[1]


def matrix_power(x, n):
    """Matrices [..., m, m] to an integer power, by repeated squaring; a negative one of the inverse."""
    x = matrices_of(x, "matrix_power", True)
    if not is_whole(n):
        raise error("ArgumentError", "matrix_power: n must be an integer, got " + shown(n))
    if n == 0:
        return broadcast_to(eye(x.shape[len(x.shape) - 1], None, 0, x.dtype), copy_shape(x.shape))
    base = inv(x) if n < 0 else x
    left = -n if n < 0 else n
    found = None
    while left > 0:
        if left % 2 == 1:
            found = base if found is None else matmul(found, base)
        left = left // 2
        if left > 0:
            base = matmul(base, base)
    return found
