"""Spectral decompositions of matrices: eigenvalues of symmetric ones, singular values. Leading axes are a batch."""

from ...platform.errors import error
from ..dims import format_dim, is_symbolic
from ..shapes import copy_shape, format_shape
from .binary import add, divide, equal, multiply, subtract, where
from .generators import iota
from .matmul import matmul
from .movement import reshape, transpose
from .registry import computed, record, register, require_dtypes, result_of, scalar, with_dtype
from .rules import COMPUTED


def eigh(x):
    """[w, v] of symmetric [..., n, n]: eigenvalues in rising order, eigenvectors as columns."""
    return [with_dtype(part, x.dtype) for part in record("eigh", [computed(x, "eigh")], {})]


def svd(x):
    """[u, s, vh] of [..., m, n] with k = min(m, n) columns of u and rows of vh, and s in falling order."""
    return [with_dtype(part, x.dtype) for part in record("svd", [computed(x, "svd")], {})]


def _known_sizes(op, shape):
    rank = len(shape)
    if rank < 2:
        raise error("ShapeError", op + ": x must have rank >= 2, got shape " + format_shape(shape))
    for dim in shape[rank - 2 : rank]:
        if is_symbolic(dim):
            raise error("ShapeError", op + ": the matrices must have known sizes, got " + format_dim(dim))
    return [shape[rank - 2], shape[rank - 1]]


def _eigh_rule(shapes, dtypes, attrs):
    require_dtypes("eigh", dtypes, COMPUTED)
    sizes = _known_sizes("eigh", shapes[0])
    if sizes[0] != sizes[1]:
        raise error("ShapeError", "eigh: the matrices must be square, got shape " + format_shape(shapes[0]))
    return [[shapes[0][0 : len(shapes[0]) - 1], dtypes[0]], [copy_shape(shapes[0]), dtypes[0]]]


def _svd_rule(shapes, dtypes, attrs):
    require_dtypes("svd", dtypes, COMPUTED)
    sizes = _known_sizes("svd", shapes[0])
    count = sizes[0] if sizes[0] < sizes[1] else sizes[1]
    found = []
    for tail in [[sizes[0], count], [count], [count, sizes[1]]]:
        shape = copy_shape(shapes[0][0 : len(shapes[0]) - 2])
        shape.extend(tail)
        found.append([shape, dtypes[0]])
    return found


def _row(v):
    """[..., n] → [..., 1, n]"""
    shape = copy_shape(v.shape)
    shape.insert(len(shape) - 1, 1)
    return reshape(v, shape)


def _column(v):
    """[..., n] → [..., n, 1]"""
    shape = copy_shape(v.shape)
    shape.append(1)
    return reshape(v, shape)


def _turned(x):
    rank = len(x.shape)
    order = [i for i in range(rank)]
    order[rank - 1] = rank - 2
    order[rank - 2] = rank - 1
    return transpose(x, order)


def _on_diagonal(v):
    """[..., n] → [..., n, n] with zeros elsewhere."""
    n = v.shape[len(v.shape) - 1]
    return where(equal(iota([n, n], 0), iota([n, n], 1)), _row(v), scalar(0, v.dtype))


def _inverse_gaps(w):
    """1 / (w[j] - w[i]) at [i, j], 0 where they are equal."""
    gaps = subtract(_row(w), _column(w))
    same = equal(gaps, scalar(0, w.dtype))
    return where(same, scalar(0, w.dtype), divide(1.0, where(same, scalar(1, w.dtype), gaps)))


def _sum_of(a, b):
    if a is None or b is None:
        return b if a is None else a
    return add(a, b)


def _eigh_grad(node, cotangents):
    """Magnus 1985; the eigenvectors' part asks for eigenvalues that differ."""
    w = result_of(node, 0)
    v = result_of(node, 1)
    inner = None
    if cotangents[0] is not None:
        inner = _on_diagonal(cotangents[0])
    if cotangents[1] is not None:
        inner = _sum_of(inner, multiply(matmul(v, cotangents[1], True, False), _inverse_gaps(w)))
    return [matmul(matmul(v, inner), v, False, True)]


def _svd_grad(node, cotangents):
    """Townsend 2016, "Differentiating the singular value decomposition"; singular values must differ and, where a
    factor is not square, not be 0.
    """
    u, s, vh = result_of(node, 0), result_of(node, 1), result_of(node, 2)
    inner = None
    outer = None
    if cotangents[1] is not None:
        inner = _on_diagonal(cotangents[1])
    gaps = _inverse_gaps(multiply(s, s))
    zero = equal(s, scalar(0, s.dtype))
    inverse = where(zero, scalar(0, s.dtype), divide(1.0, where(zero, scalar(1, s.dtype), s)))
    if cotangents[0] is not None:
        along = matmul(u, cotangents[0], True, False)
        turning = multiply(gaps, subtract(along, _turned(along)))
        inner = _sum_of(inner, multiply(turning, _row(s)))
        if u.shape[len(u.shape) - 2] > u.shape[len(u.shape) - 1]:
            beyond = multiply(subtract(cotangents[0], matmul(u, along)), _row(inverse))
            outer = matmul(beyond, vh)
    if cotangents[2] is not None:
        along = matmul(vh, cotangents[2], False, True)
        turning = multiply(gaps, subtract(along, _turned(along)))
        inner = _sum_of(inner, multiply(_column(s), turning))
        if vh.shape[len(vh.shape) - 1] > vh.shape[len(vh.shape) - 2]:
            beyond = multiply(subtract(cotangents[2], matmul(_turned(along), vh)), _column(inverse))
            outer = _sum_of(outer, matmul(u, beyond))
    return [_sum_of(matmul(matmul(u, inner), vh), outer)]


register("eigh", _eigh_rule, _eigh_grad)
register("svd", _svd_rule, _svd_grad)
