"""Cumulative sums, products and extrema along an axis."""

from ...platform.errors import error
from ..dtypes import FLOATS, WIDTHS, is_float
from ..shapes import copy_shape, normalize_axis
from .binary import add, divide, equal, logical_and, multiply, subtract, where
from .gathering import scatter_add_along
from .generators import iota
from .marks import custom_gradient
from .movement import transpose
from .registry import (
    computed_dtype,
    record,
    register,
    require_dtypes,
    result_of,
    scalar,
    to_tensor,
    with_dtype,
)
from .rules import NUMERIC, no_gradient
from .unary import exp, log, negative


def cumulative(op, x, axis, reverse, exclusive):
    """y[i] = x[0] op ... op x[i] along an axis, op being sum, prod, max, min or logsumexp.

    reverse: from the end to i. exclusive: without x[i] itself, so the first is the op's identity (sum, prod and
    logsumexp only). bool is counted as int32; else shape and dtype of x.
    """
    x = to_tensor(x, None, op, "x")
    if x.dtype == "bool":
        x = with_dtype(x, "int32")
    dtype = x.dtype
    computed = computed_dtype(dtype)
    if WIDTHS[dtype] == 8 and op != "max" and op != "min":
        computed = "int32"
    place = normalize_axis(axis, len(x.shape), "cum" + op)
    attrs = {"op": op, "axis": place, "reverse": reverse, "exclusive": exclusive}
    return with_dtype(record("cumulative", [with_dtype(x, computed)], attrs)[0], dtype)


def _rule(shapes, dtypes, attrs):
    op = attrs["op"]
    require_dtypes("cum" + op, dtypes, FLOATS if op == "logsumexp" else NUMERIC)
    if attrs["exclusive"] and (op == "max" or op == "min"):
        raise error("ArgumentError", "cum" + op + ": cannot be exclusive")
    return [[copy_shape(shapes[0]), dtypes[0]]]


def _again(node, op, x, turned):
    """A cumulative op with a node's attributes, in the same or (turned) the other direction."""
    reverse = node.attrs["reverse"] != turned
    return cumulative(op, x, node.attrs["axis"], reverse, node.attrs["exclusive"])


def _grad(node, cotangents):
    if not is_float(node.inputs[0].dtype):
        return no_gradient(node, cotangents)
    op = node.attrs["op"]
    dy = cotangents[0]
    if op == "sum":
        return [_again(node, "sum", dy, True)]
    if op == "prod":
        return [_prod_grad(node, dy)]
    if op == "logsumexp":
        return [_logsumexp_grad(node, dy)]
    return [_extreme_grad(node, dy)]


def _prod_grad(node, dy):
    """The sum of dy * y, divided by x; where x is zero, the same sum with a one in its place, so that the products
    leave it out. The second zero of a row is done like the first: its gradient is zero, but not the gradient of that.
    """
    x = node.inputs[0]
    y = result_of(node, 0)
    is_zero = equal(x, 0.0)
    zeros = cumulative("sum", with_dtype(is_zero, "int32"), node.attrs["axis"], node.attrs["reverse"], False)
    dx = divide(_again(node, "sum", multiply(dy, y), True), where(is_zero, 1.0, x))
    dx = where(is_zero, 0.0, dx)
    for count in [1, 2]:
        held = logical_and(is_zero, equal(zeros, count))
        left_out = _again(node, "prod", where(held, 1.0, x), False)
        dx = where(held, _again(node, "sum", multiply(dy, left_out), True), dx)
    return dx


def _logsumexp_grad(node, dy):
    return _weighted_sums(node, dy, negative(finite_or_zero(result_of(node, 0))), node.inputs[0], True)


def _weighted_sums(node, v, inside, outside, turned):
    """exp(outside) times the cumulated v * exp(inside), positive and negative v apart, so that nothing overflows.

    It is linear in v, but by way of logarithms, so its derivatives are given: the adjoint is the same in the other
    direction with the two exponents exchanged.
    """
    parts = []
    for signed in [v, negative(v)]:
        positive = greater_than_zero(signed)
        logs = where(positive, log(where(positive, signed, 1.0)), scalar(-3.0e38, v.dtype))
        parts.append(exp(add(_again(node, "logsumexp", add(logs, inside), turned), outside)))
    held = []

    def backward(args, cotangents):
        adjoint = _weighted_sums(node, cotangents[0], args[2], args[1], not turned)
        return [adjoint, multiply(args[0], adjoint), multiply(cotangents[0], held[0])]

    held.append(custom_gradient([subtract(parts[0], parts[1])], [v, inside, outside], backward)[0])
    return held[0]


def greater_than_zero(x):
    return record("greater", [x, scalar(0.0, x.dtype)], {})[0]


def finite_or_zero(x):
    return where(record("isfinite", [x], {})[0], x, 0.0)


def _extreme_grad(node, dy):
    """dy goes to the element that holds the extremum: the last one that reached it so far."""
    x = node.inputs[0]
    rank = len(x.shape)
    last = rank - 1
    axis = node.attrs["axis"]
    order = [i for i in range(rank)]
    order[axis] = last
    order[last] = axis
    y = result_of(node, 0)
    places = iota(copy_shape(x.shape), axis)
    reached = equal(x, y)
    if node.attrs["reverse"]:
        holders = cumulative("min", where(reached, places, 2147483647), axis, True, False)
    else:
        holders = cumulative("max", where(reached, places, -1), axis, False, False)
    taken = scatter_add_along(transpose(holders, order), transpose(dy, order), x.shape[axis])
    return transpose(taken, order)


register("cumulative", _rule, _grad)
