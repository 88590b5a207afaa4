"""Factorisations of matrices: Cholesky, LU, QR. Each is one loop over columns with work on the whole matrix in a step,
so it runs where the tensors are; leading axes are a batch.
"""

from ..core.opset.binary import (
    add,
    divide,
    equal,
    greater,
    greater_equal,
    less,
    logical_and,
    multiply,
    subtract,
    where,
)
from ..core.opset.gathering import gather
from ..core.opset.generators import iota
from ..core.opset.marks import custom_gradient
from ..core.opset.matmul import matmul
from ..core.opset.movement import broadcast_to, slice_strided
from ..core.opset.reduction import argmax, reduce_sum
from ..core.opset.registry import scalar
from ..core.opset.unary import absolute, negative, sqrt
from ..core.shapes import copy_shape
from .arguments import require_choice
from .control import scan
from .indexing import take_along_axis
from .matrices import eye, tril, triu
from .movement import moveaxis
from .sorting import argsort
from .triangular import as_column, as_row, matrices_of, solve_triangular, solve_unit_lower, transposed


def symmetric(x):
    """(x + xᵀ) / 2"""
    return multiply(add(x, transposed(x)), 0.5)


def cholesky(x, upper=False):
    """The lower triangular L with L Lᵀ = x, or with `upper` the upper triangular U with Uᵀ U = x.

    x: [..., n, n], symmetric (its symmetric part is taken) and positive definite; otherwise the result has NaN.
    Gradient: Murray 2016, "Differentiation of the Cholesky decomposition".
    """
    x = symmetric(matrices_of(x, "cholesky", True))
    found = _lower_factor(x)
    return transposed(found) if upper else found


def _lower_factor(x):
    if x.shape[len(x.shape) - 1] == 0:
        return x
    return custom_gradient([_cholesky_loop(x)], [x], _cholesky_backward)[0]


def _cholesky_loop(x):
    """Column by column; what a column explains is taken off the rest."""
    rank = len(x.shape)
    n = x.shape[rank - 1]
    rows = iota([n], 0)

    def step(rest, j):
        column = gather(rest, j, rank - 1)
        pivot = as_column(sqrt(gather(column, j, rank - 2)))
        found = where(greater_equal(rows, j), divide(column, pivot), scalar(0, x.dtype))
        return [subtract(rest, multiply(as_column(found), as_row(found))), found]

    return moveaxis(scan(step, x, iota([n], 0))[1], 0, -1)


def _cholesky_backward(args, cotangents):
    lower = _lower_factor(args[0])
    inner = tril(matmul(lower, cotangents[0], True, False))
    shape = copy_shape(inner.shape[len(inner.shape) - 2 : len(inner.shape)])
    halved = where(equal(iota(shape, 0), iota(shape, 1)), multiply(inner, 0.5), inner)
    left = solve_triangular(transposed(lower), halved, False)
    whole = transposed(solve_triangular(transposed(lower), transposed(left), False))
    return [symmetric(whole)]


def lu_loop(x):
    """[lu, pivots, order of the rows, sign of the order] of [..., m, n], by partial pivoting.

    lu holds U and, below the diagonal, L without its ones; a column whose pivot is 0 is left as it is.
    """
    rank = len(x.shape)
    m, n = x.shape[rank - 2], x.shape[rank - 1]
    lead = copy_shape(x.shape[0 : rank - 2])
    count = m if m < n else n
    rows = iota([m], 0)
    columns = iota([n], 0)
    zero = scalar(0, x.dtype)
    vector = copy_shape(lead)
    vector.append(m)
    start = [x, broadcast_to(rows, vector), broadcast_to(scalar(1, x.dtype), copy_shape(lead))]
    if count == 0:
        vector[rank - 2] = 0
        return [x, broadcast_to(scalar(0, "int32"), vector), start[1], start[2]]

    def step(carry, j):
        rest, order, sign = carry
        column = gather(rest, j, rank - 1)
        size = where(greater_equal(rows, j), absolute(column), scalar(-1, x.dtype))
        chosen = argmax(size, -1, False)
        here = equal(rows, j)
        there = equal(rows, as_column(chosen))
        best = reduce_sum(where(as_column(there), rest, zero), -2, False)
        swapped = where(
            as_column(here), as_row(best), where(as_column(there), as_row(gather(rest, j, rank - 2)), rest)
        )
        moved = where(there, as_column(gather(column, j, rank - 2)), column)
        pivot = as_column(gather(best, j, rank - 2))
        flat = equal(pivot, zero)
        factor = where(flat, zero, divide(moved, where(flat, scalar(1, x.dtype), pivot)))
        factor = where(greater(rows, j), factor, zero)
        taken = subtract(swapped, multiply(as_column(factor), as_row(where(greater(columns, j), best, zero))))
        below = logical_and(as_column(greater(rows, j)), equal(columns, j))
        first = reduce_sum(where(there, order, 0), -1, False)
        order = where(here, as_column(first), where(there, as_column(gather(order, j, rank - 2)), order))
        sign = where(equal(chosen, j), sign, negative(sign))
        return [[where(below, as_column(factor), taken), order, sign], chosen]

    last, pivots = scan(step, start, iota([count], 0))
    return [last[0], moveaxis(pivots, 0, -1), last[1], last[2]]


def lu_factor(x):
    """[lu, pivots] of matrices [..., m, n], with partial pivoting.

    lu: U in the upper triangle, L without its diagonal of ones below. pivots: int32 [..., min(m, n)]; row i was
    exchanged with row pivots[i], counted from 0. A singular matrix gives zeros on the diagonal of U.
    Gradient of square matrices by their factors; of others through the loop.
    """
    x = matrices_of(x, "lu_factor", False)
    found = lu_loop(x)
    rank = len(x.shape)
    if x.shape[rank - 2] != x.shape[rank - 1] or x.shape[rank - 1] == 0:
        return [found[0], found[1]]

    def backward(args, cotangents):
        again = lu_loop(args[0])
        return [_lu_gradient(again[0], again[2], cotangents[0])]

    return [custom_gradient([found[0]], [x], backward)[0], found[1]]


def _lu_gradient(lu, order, cotangent):
    shape = copy_shape(lu.shape[len(lu.shape) - 2 : len(lu.shape)])
    ones = equal(iota(shape, 0), iota(shape, 1))
    lower = where(ones, scalar(1, lu.dtype), tril(lu))
    upper = triu(lu)
    of_lower = tril(matmul(lower, tril(cotangent, -1), True, False), -1)
    of_upper = triu(matmul(triu(cotangent), upper, False, True))
    inner = add(of_lower, of_upper)
    left = solve_unit_lower(lower, inner, True)
    whole = transposed(solve_triangular(upper, transposed(left), False))
    back = argsort(order, -1)
    return take_along_axis(whole, as_column(back), -2)


def qr(x, mode="reduced"):
    """[q, r] with q r = x, q with orthonormal columns, r upper triangular, by Householder reflections as in LAPACK.

    x: [..., m, n]. mode: "reduced" (q [..., m, k], r [..., k, n], k = min(m, n)) or "complete" (q [..., m, m],
    r [..., m, n]). Gradient of the reduced form with m >= n: Walter, Lehmann, Lamour 2012; else through the loops.
    """
    require_choice(mode, ["reduced", "complete"], "qr: mode")
    x = matrices_of(x, "qr", False)
    rank = len(x.shape)
    m, n = x.shape[rank - 2], x.shape[rank - 1]
    found = _qr_loops(x, m if mode == "complete" or m < n else n)
    if mode == "complete" or m < n or n == 0:
        return found
    return custom_gradient(found, [x], _qr_backward)


def _qr_loops(x, width):
    """q of `width` columns and r of as many rows."""
    rank = len(x.shape)
    m, n = x.shape[rank - 2], x.shape[rank - 1]
    count = m if m < n else n
    lead = copy_shape(x.shape[0 : rank - 2])
    rows = iota([m], 0)
    zero = scalar(0, x.dtype)
    one = scalar(1, x.dtype)
    shape = copy_shape(lead)
    shape.extend([m, width])
    start = broadcast_to(eye(m, width, 0, x.dtype), shape)
    if count == 0:
        rest = copy_shape(lead)
        rest.extend([width, n])
        return [start, broadcast_to(zero, rest)]

    def step(rest, j):
        column = gather(rest, j, rank - 1)
        head = as_column(gather(column, j, rank - 2))
        below = where(greater(rows, j), column, zero)
        tail = reduce_sum(multiply(below, below), -1, True)
        active = greater(tail, zero)
        length = sqrt(where(active, add(multiply(head, head), tail), one))
        pivot = add(head, where(less(head, zero), negative(length), length))
        reflector = where(equal(rows, j), pivot, below)
        squared = where(active, add(multiply(pivot, pivot), tail), one)
        weight = where(active, divide(scalar(2, x.dtype), squared), zero)
        return [_reflected(rest, reflector, weight), [reflector, weight]]

    rest, kept = scan(step, x, iota([count], 0))

    def back(product, item):
        return [_reflected(product, item[0], item[1]), None]

    q = scan(back, start, kept, None, True)[0]
    begin = [0 for dim in x.shape]
    shape = copy_shape(lead)
    shape.extend([width, n])
    r = slice_strided(triu(rest), begin, shape, [1 for dim in x.shape])
    return [q, r]


def _reflected(x, reflector, weight):
    """x - weight · v (vᵀ x)"""
    along = matmul(as_row(reflector), x)
    return subtract(x, multiply(multiply(as_column(reflector), as_column(weight)), along))


def _qr_backward(args, cotangents):
    q, r = qr(args[0], "reduced")
    inner = None
    if cotangents[1] is not None:
        inner = matmul(r, cotangents[1], False, True)
    if cotangents[0] is not None:
        turned = matmul(cotangents[0], q, True, False)
        inner = negative(turned) if inner is None else subtract(inner, turned)
    whole = matmul(q, add(tril(inner), transposed(tril(inner, -1))))
    if cotangents[0] is not None:
        whole = add(whole, cotangents[0])
    return [transposed(solve_triangular(r, transposed(whole), False))]
