"""Gather along one axis, and scatter, which contains its transpose."""

from ...platform.errors import error
from ..dims import dim_mul, dims_equal, is_symbolic
from ..dtypes import BOUNDS, WIDTHS, is_float
from ..shapes import copy_shape, element_count, format_shape, normalize_axis, same_shape
from .binary import add, divide, equal, greater_equal, less, logical_and, maximum, multiply, where
from .generators import iota, size_of
from .movement import broadcast_to, reshape
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


def gather(x, indices, axis=0):
    """Slices of x along an axis: shape x.shape[:axis] + indices.shape + x.shape[axis+1:]. Indices are clamped."""
    x = to_tensor(x)
    place = normalize_axis(axis, len(x.shape), "take")
    return record("gather", [x, with_dtype(to_tensor(indices), "int32")], {"axis": place})[0]


def scatter(reduction, indices, updates, axis, shape, clamp, base=None):
    """A tensor of a shape that takes in `updates` at `indices` along an axis.

    reduction: "add", "mul", "max", "min" or "update" (the last of several wins). base: a tensor of the result's
    shape and dtype that takes part; None: where no index points stands what the reduction begins with (0 for
    "update").
    Indices out of range are clamped, or (clamp False) their updates are left out.
    """
    updates = to_tensor(updates, None, "scatter", "updates")
    dtype = updates.dtype
    computed = dtype
    if reduction != "update":
        narrow = WIDTHS[dtype] == 8
        computed = "int32" if narrow else computed_dtype(dtype)
        if narrow and base is None and (reduction == "max" or reduction == "min"):
            # The extremes of int32, with which the kernel begins, are no numbers of a narrower dtype.
            bounds = [0, 1] if dtype == "bool" else BOUNDS[dtype]
            base = broadcast_to(scalar(bounds[0 if reduction == "max" else 1], "int32"), shape)
    tensors = [
        with_dtype(to_tensor(indices, None, "scatter", "indices"), "int32"),
        with_dtype(updates, computed),
    ]
    if base is not None:
        tensors.append(with_dtype(base, computed))
    attrs = {"reduction": reduction, "axis": axis, "shape": shape, "clamp": clamp}
    return with_dtype(record("scatter", tensors, attrs)[0], dtype)


def scatter_add(indices, updates, axis, shape):
    """Zeros of a shape to which `updates` are added at (clamped) `indices` along an axis; repeated indices add up."""
    return scatter("add", indices, updates, axis, shape, True)


def dim_scalar(dim):
    """A dimension as an int32 scalar: a constant, or a node where it is symbolic."""
    return size_of(dim) if is_symbolic(dim) else scalar(dim, "int32")


def take_along(x, indices):
    """y[..., k] = x[..., indices[..., k]]; the leading axes of both agree. Indices must be in range."""
    length = x.shape[len(x.shape) - 1]
    if dims_equal(element_count(indices.shape), 0):
        return broadcast_to(scalar(0, x.dtype), indices.shape)
    flat = _flat_places(indices, length)
    return reshape(gather(reshape(x, [-1]), flat, 0), indices.shape)


def scatter_add_along(indices, updates, length):
    """The adjoint of take_along: zeros [..., length] with updates[..., k] added at indices[..., k]."""
    shape = copy_shape(indices.shape[0 : len(indices.shape) - 1])
    shape.append(length)
    if dims_equal(element_count(shape), 0):
        return broadcast_to(scalar(0, updates.dtype), shape)
    flat = _flat_places(indices, length)
    return reshape(scatter_add(flat, reshape(updates, [-1]), 0, [element_count(shape)]), shape)


def _flat_places(indices, length):
    """Indices along the last axis as places in the flattened tensor whose last axis has a length."""
    last = len(indices.shape) - 1
    rows = element_count(indices.shape[0:last])
    count = indices.shape[last]
    flat = reshape(indices, [dim_mul(rows, count)])
    if dims_equal(rows, 1):
        return flat
    start = multiply(iota([rows, count], 0), dim_scalar(length))
    return add(flat, reshape(start, flat.shape))


def _gather_shape(shape, indices, axis):
    result = copy_shape(shape[0:axis])
    result.extend(indices)
    result.extend(shape[axis + 1 : len(shape)])
    return result


def _gather_rule(shapes, dtypes, attrs):
    require_dtypes("take", [dtypes[1]], ["int32"])
    if dims_equal(shapes[0][attrs["axis"]], 0):
        raise error(
            "ShapeError", "take: axis " + str(attrs["axis"]) + " of " + format_shape(shapes[0]) + " is empty"
        )
    return [[_gather_shape(shapes[0], shapes[1], attrs["axis"]), dtypes[0]]]


def _scatter_rule(shapes, dtypes, attrs):
    require_dtypes("scatter", [dtypes[0]], ["int32"])
    if attrs["reduction"] != "update":
        require_dtypes("scatter", [dtypes[1]], NUMERIC)
    wanted = _gather_shape(attrs["shape"], shapes[0], attrs["axis"])
    if not same_shape(wanted, shapes[1]):
        raise error(
            "ShapeError",
            "scatter: updates must have shape " + format_shape(wanted) + ", got " + format_shape(shapes[1]),
        )
    if len(shapes) == 3:
        if dtypes[2] != dtypes[1]:
            raise error(
                "DtypeError",
                "scatter: updates must have the dtype of what they go into, got "
                + dtypes[1]
                + " and "
                + dtypes[2],
            )
        if not same_shape(shapes[2], attrs["shape"]):
            raise error("ShapeError", "scatter: the base must have shape " + format_shape(attrs["shape"]))
    return [[copy_shape(attrs["shape"]), dtypes[1]]]


def _gather_grad(node, cotangents):
    x = node.inputs[0]
    return [scatter_add(node.inputs[1], cotangents[0], node.attrs["axis"], copy_shape(x.shape)), None]


def _scatter_grad(node, cotangents):
    """Cotangents of indices (none), updates and base."""
    if not is_float(node.outputs[0][1]):
        return no_gradient(node, cotangents)
    return _SCATTER_GRADS[node.attrs["reduction"]](node, cotangents[0])


def _at_updates(node, x):
    """x of the result's shape, read where the updates went; 0 for updates that were left out."""
    axis = node.attrs["axis"]
    indices = node.inputs[0]
    found = gather(x, indices, axis)
    if node.attrs["clamp"]:
        return found
    inside = logical_and(greater_equal(indices, 0), less(indices, dim_scalar(node.attrs["shape"][axis])))
    shape = copy_shape(indices.shape)
    shape.extend([1 for dim in node.attrs["shape"][axis + 1 : len(node.attrs["shape"])]])
    return where(reshape(inside, shape), found, scalar(0, x.dtype))


def _again(node, reduction, updates, base=None):
    """Updates at a node's indices, under another reduction."""
    attrs = node.attrs
    return scatter(
        reduction, node.inputs[0], updates, attrs["axis"], copy_shape(attrs["shape"]), attrs["clamp"], base
    )


def _add_grad(node, dy):
    return [None, _at_updates(node, dy), dy][0 : len(node.inputs)]


def _update_grad(node, dy):
    """Only the last update of a place has influence, and the base where no index points."""
    updates = node.inputs[1]
    axis = node.attrs["axis"]
    indices = node.inputs[0]
    order = reshape(iota([element_count(indices.shape)], 0), indices.shape)
    rank = len(node.attrs["shape"])
    wide = copy_shape(indices.shape)
    wide.extend([1 for i in range(axis + 1, rank)])
    order = broadcast_to(reshape(order, wide), updates.shape)
    wins = equal(_at_updates(node, _again(node, "update", add(order, 1))), add(order, 1))
    found = [None, where(wins, _at_updates(node, dy), 0.0)]
    if len(node.inputs) == 3:
        nothing = broadcast_to(scalar(0.0, dy.dtype), updates.shape)
        found.append(_again(node, "update", nothing, dy))
    return found


def _extreme_grad(node, dy):
    """Shared equally by all that reach the extremum."""
    y = result_of(node, 0)
    updates = node.inputs[1]
    reached = with_dtype(equal(updates, _at_updates(node, y)), dy.dtype)
    if len(node.inputs) == 2:
        share = divide(dy, maximum(_again(node, "add", reached), 1.0))
        return [None, multiply(reached, _at_updates(node, share))]
    kept = with_dtype(equal(node.inputs[2], y), dy.dtype)
    share = divide(dy, maximum(_again(node, "add", reached, kept), 1.0))
    return [None, multiply(reached, _at_updates(node, share)), multiply(kept, share)]


def _mul_grad(node, dy):
    """dy times the product of the others: with one zero among the factors only that one has a gradient."""
    updates = node.inputs[1]
    zero = equal(updates, 0.0)
    safe = where(zero, 1.0, updates)
    if len(node.inputs) == 3:
        base = node.inputs[2]
        base_zero = equal(base, 0.0)
        zeros = _again(node, "add", with_dtype(zero, dy.dtype), with_dtype(base_zero, dy.dtype))
        rest = _again(node, "mul", safe, where(base_zero, 1.0, base))
    else:
        zeros = _again(node, "add", with_dtype(zero, dy.dtype))
        rest = _again(node, "mul", safe)
    alone = where(equal(zeros, 1.0), multiply(dy, rest), 0.0)
    others = multiply(dy, result_of(node, 0))
    found = [
        None,
        where(zero, _at_updates(node, alone), divide(_at_updates(node, others), safe)),
    ]
    if len(node.inputs) == 3:
        found.append(where(base_zero, alone, divide(others, where(base_zero, 1.0, base))))
    return found


_SCATTER_GRADS = {
    "add": _add_grad,
    "mul": _mul_grad,
    "max": _extreme_grad,
    "min": _extreme_grad,
    "update": _update_grad,
}

register("gather", _gather_rule, _gather_grad)
register("scatter", _scatter_rule, _scatter_grad)
