"""Reductions: sum, product, maximum, minimum over axes, and the index of an extremum."""

from ...platform.errors import error
from ..dims import dims_equal
from ..dtypes import is_float
from ..shapes import copy_shape, normalize_axes, normalize_axis, reduced_shape
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
from .rules import NUMERIC


def reduce_sum(x, axis, keepdims):
    """Sum over axes (None: all); bool and int8 are summed as int32, uint8 as uint32."""
    return _reduce("sum", x, axis, keepdims)


def reduce_prod(x, axis, keepdims):
    """Product over axes (None: all)."""
    return _reduce("prod", x, axis, keepdims)


def reduce_max(x, axis, keepdims):
    """Maximum over axes (None: all)."""
    return _reduce("max", x, axis, keepdims)


def reduce_min(x, axis, keepdims):
    """Minimum over axes (None: all)."""
    return _reduce("min", x, axis, keepdims)


def argmax(x, axis, keepdims):
    """int32 index of the first maximum along one axis."""
    return _arg_reduce("argmax", x, axis, keepdims)


def argmin(x, axis, keepdims):
    """int32 index of the first minimum along one axis."""
    return _arg_reduce("argmin", x, axis, keepdims)


def _reduce(op, x, axis, keepdims):
    x = to_tensor(x, None, op, "x")
    axes = normalize_axes(axis, len(x.shape), op)
    dtype = x.dtype
    attrs = {"op": op, "axes": axes, "keepdims": keepdims}
    if op == "max" or op == "min":
        if len(axes) == 0:
            return x
        if dtype == "bool":
            return with_dtype(record("reduce", [with_dtype(x, "int32")], attrs)[0], "bool")
        return record("reduce", [x], attrs)[0]
    if dtype == "bool" or dtype == "int8":
        dtype = "int32"
    elif dtype == "uint8":
        dtype = "uint32"
    if len(axes) == 0:
        return with_dtype(x, dtype)
    return with_dtype(record("reduce", [with_dtype(x, computed_dtype(dtype))], attrs)[0], dtype)


def _arg_reduce(op, x, axis, keepdims):
    x = to_tensor(x, None, op, "x")
    if x.dtype == "bool":
        x = with_dtype(x, "int32")
    place = normalize_axis(axis, len(x.shape), op)
    return record("arg_reduce", [x], {"op": op, "axis": place, "keepdims": keepdims})[0]


def _reduce_rule(shapes, dtypes, attrs):
    op = attrs["op"]
    require_dtypes(op, dtypes, NUMERIC)
    if op == "max" or op == "min":
        for axis in attrs["axes"]:
            if dims_equal(shapes[0][axis], 0):
                raise error("ShapeError", op + ": axis " + str(axis) + " is empty and has no " + op + "imum")
    return [[reduced_shape(shapes[0], attrs["axes"], attrs["keepdims"]), dtypes[0]]]


def _arg_reduce_rule(shapes, dtypes, attrs):
    require_dtypes(attrs["op"], dtypes, NUMERIC)
    if dims_equal(shapes[0][attrs["axis"]], 0):
        raise error("ShapeError", attrs["op"] + ": axis " + str(attrs["axis"]) + " is empty")
    return [[reduced_shape(shapes[0], [attrs["axis"]], attrs["keepdims"]), "int32"]]


def _kept(tensor, node):
    """The tensor with the reduced axes of a node put back as 1."""
    x = node.inputs[0]
    if node.attrs["keepdims"]:
        return tensor
    return record("reshape", [tensor], {"shape": reduced_shape(x.shape, node.attrs["axes"], True)})[0]


def _reduce_grad(node, cotangents):
    x = node.inputs[0]
    if not is_float(x.dtype):
        return [None]
    dy = _kept(cotangents[0], node)
    op = node.attrs["op"]
    if op == "sum":
        return [record("broadcast_to", [dy], {"shape": copy_shape(x.shape)})[0]]
    if op == "prod":
        return [_prod_grad(node, dy)]
    y = _kept(result_of(node, 0), node)
    chosen = with_dtype(record("equal", [x, y], {})[0], dy.dtype)
    count = reduce_sum(chosen, node.attrs["axes"], True)
    return [record("multiply", [record("divide", [dy, count], {})[0], chosen], {})[0]]


def _prod_grad(node, dy):
    """dy times the product of the others: y / x, save where a zero stands, where the product leaves that zero out.

    Beside one zero y / x is 0, but its gradient by the zero is not.
    """
    x = node.inputs[0]
    y = _kept(result_of(node, 0), node)
    axes = node.attrs["axes"]
    zero = scalar(0.0, x.dtype)
    one = scalar(1.0, x.dtype)
    is_zero = record("equal", [x, zero], {})[0]
    zeros = reduce_sum(with_dtype(is_zero, x.dtype), axes, True)
    safe = record("where", [is_zero, one, x], {})[0]
    rest = reduce_prod(safe, axes, True)
    at_zero = record("where", [record("equal", [zeros, one], {})[0], rest, zero], {})[0]
    elsewhere = record("divide", [y, safe], {})[0]
    return record("multiply", [dy, record("where", [is_zero, at_zero, elsewhere], {})[0]], {})[0]


register("reduce", _reduce_rule, _reduce_grad)
register("arg_reduce", _arg_reduce_rule, lambda node, cotangents: [None])
