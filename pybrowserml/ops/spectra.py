"""Eigenvalues, singular values, and what follows from them; leading axes are a batch.

The decompositions run on the processor, on webgl as islands in the middle of a plan. Vectors have no sign of their own:
the largest component of each eigenvector, and of each row of vh, is positive.
"""

from ..core.opset.binary import add, divide, greater, multiply, subtract, where
from ..core.opset.marks import custom_gradient
from ..core.opset.matmul import matmul
from ..core.opset.movement import concatenate, slice_strided
from ..core.opset.reduction import reduce_max, reduce_sum
from ..core.opset.registry import as_float, scalar
from ..core.opset.spectral import eigh as eigh_primitive
from ..core.opset.spectral import svd as svd_primitive
from ..core.opset.unary import cast
from ..core.shapes import copy_shape, format_shape
from ..platform.errors import error
from .factorization import qr, symmetric
from .matrices import eye
from .triangular import as_row, matrices_of, transposed

# The spacing of float32 at 1, by which NumPy cuts small singular values.
EPSILON = 1.1920928955078125e-07


def eigh(x):
    """[w, v] of symmetric matrices [..., n, n] (their symmetric part is taken): eigenvalues in rising order, shape
    [..., n], and eigenvectors as the columns of v.

    The gradient through v asks for eigenvalues that differ.
    """
    found = eigh_primitive(symmetric(matrices_of(x, "eigh", True)))
    return [found[0], found[1]]


def svd(x, full_matrices=True, compute_uv=True):
    """[u, s, vh] with x = u s vh, for matrices [..., m, n] and k = min(m, n): singular values s [..., k] in falling
    order.

    full_matrices: u [..., m, m] and vh [..., n, n], else u [..., m, k] and vh [..., k, n]. compute_uv False: s alone.
    The gradient through u and vh asks for singular values that differ.
    """
    x = matrices_of(x, "svd", False)
    found = svd_primitive(x)
    if not compute_uv:
        return found[1]
    if not full_matrices:
        return [found[0], found[1], found[2]]
    return [_completed(found[0]), found[1], transposed(_completed(transposed(found[2])))]


def _completed(u):
    """Orthonormal columns and as many more as make the matrix square."""
    rank = len(u.shape)
    m, k = u.shape[rank - 2], u.shape[rank - 1]
    if m <= k:
        return u
    whole = qr(u, "complete")[0]
    begin = [0 for dim in u.shape]
    begin[rank - 1] = k
    shape = copy_shape(whole.shape)
    shape[rank - 1] = m - k
    return concatenate([u, slice_strided(whole, begin, shape, [1 for dim in shape])], rank - 1)


def pinv(x, rcond=None):
    """The pseudo-inverses [..., n, m] of matrices [..., m, n].

    Singular values up to rcond times the largest count as 0; None: max(m, n) times the spacing of float32.
    Gradient: Golub, Pereyra 1973, for a constant rank.
    """
    x = matrices_of(x, "pinv", False)

    def backward(args, cotangents):
        return [_pinv_gradient(args[0], pinv(args[0], rcond), cotangents[0])]

    return custom_gradient([_pinv_of(x, rcond)], [x], backward)[0]


def _pinv_of(x, rcond):
    rank = len(x.shape)
    m, n = x.shape[rank - 2], x.shape[rank - 1]
    if m == 0 or n == 0:
        return transposed(x)
    cut = EPSILON * (m if m > n else n) if rcond is None else rcond
    u, s, vh = svd_primitive(x)
    kept = greater(s, multiply(reduce_max(s, -1, True), cut))
    inverse = where(kept, divide(1.0, where(kept, s, scalar(1, s.dtype))), scalar(0, s.dtype))
    return matmul(multiply(transposed(vh), as_row(inverse)), transposed(u))


def _pinv_gradient(a, p, cotangent):
    rank = len(a.shape)
    m, n = a.shape[rank - 2], a.shape[rank - 1]
    if m == 0 or n == 0:
        return transposed(cotangent)
    outside = subtract(eye(m, None, 0, a.dtype), matmul(a, p))
    beside = subtract(eye(n, None, 0, a.dtype), matmul(p, a))
    turned = transposed(cotangent)
    first = matmul(matmul(p, cotangent, True, False), p, False, True)
    second = matmul(matmul(outside, turned), matmul(p, p, False, True))
    third = matmul(matmul(p, p, True, False), matmul(turned, beside))
    return subtract(add(second, third), first)


def lstsq(a, b, rcond=None):
    """The x of smallest norm for which the norm of b - a x is smallest, by the pseudo-inverse.

    a: [m, n]; b: [m] or [m, k]. rcond: see `pinv`.
    """
    a = matrices_of(a, "lstsq", False)
    b = as_float(b, "lstsq", "b")
    if len(a.shape) != 2 or len(b.shape) < 1 or len(b.shape) > 2 or b.shape[0] != a.shape[0]:
        raise error(
            "ShapeError",
            "lstsq: needs a of shape (m, n) and b of shape (m) or (m, k), got "
            + format_shape(a.shape)
            + " and "
            + format_shape(b.shape),
        )
    return matmul(pinv(a, rcond), b)


def matrix_rank(x, tol=None):
    """How many singular values of matrices [..., m, n] are larger than tol, int32 of shape [...].

    tol None: max(m, n) times the spacing of float32 times the largest singular value.
    """
    x = matrices_of(x, "matrix_rank", False)
    rank = len(x.shape)
    m, n = x.shape[rank - 2], x.shape[rank - 1]
    if m == 0 or n == 0:
        raise error(
            "ShapeError", "matrix_rank: the matrices must not be empty, got shape " + format_shape(x.shape)
        )
    s = svd_primitive(x)[1]
    limit = multiply(reduce_max(s, -1, True), EPSILON * (m if m > n else n)) if tol is None else tol
    return reduce_sum(cast(greater(s, limit), "int32"), -1, False)
