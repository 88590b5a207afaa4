"""Gather and its transpose, scatter_add, along one axis."""

from ...platform.errors import error
from ..dims import dim_mul, dims_equal, is_symbolic
from ..dtypes import WIDTHS
from ..shapes import copy_shape, element_count, format_shape, normalize_axis
from .binary import add, multiply
from .generators import iota, size_of
from .movement import broadcast_to, reshape
from .registry import computed_dtype, record, register, require_dtypes, scalar, to_tensor, with_dtype


def gather(x, indices, axis=0):
    """Slices of x along an axis: shape x.shape[:axis] + indices.shape + x.shape[axis+1:]. Indices are clamped."""
    x = to_tensor(x)
    place = normalize_axis(axis, len(x.shape), "take")
    return record("gather", [x, with_dtype(to_tensor(indices), "int32")], {"axis": place})[0]


def scatter_add(indices, updates, axis, shape):
    """Zeros of a shape to which `updates` are added at `indices` along an axis; repeated indices add up."""
    updates = to_tensor(updates)
    narrow = WIDTHS[updates.dtype] == 8
    added = with_dtype(updates, "int32" if narrow else computed_dtype(updates.dtype))
    tensors = [with_dtype(to_tensor(indices), "int32"), added]
    return with_dtype(record("scatter_add", tensors, {"axis": axis, "shape": shape})[0], updates.dtype)


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
    shape = indices.shape[0 : len(indices.shape) - 1]
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
    result = shape[0:axis]
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
    require_dtypes("scatter_add", [dtypes[0]], ["int32"])
    require_dtypes("scatter_add", [dtypes[1]], ["float32", "float64", "int32", "uint32"])
    wanted = _gather_shape(attrs["shape"], shapes[0], attrs["axis"])
    fits = len(wanted) == len(shapes[1])
    if fits:
        for i in range(len(wanted)):
            fits = fits and dims_equal(wanted[i], shapes[1][i])
    if not fits:
        raise error(
            "ShapeError",
            "scatter_add: updates must have shape "
            + format_shape(wanted)
            + ", got "
            + format_shape(shapes[1]),
        )
    return [[copy_shape(attrs["shape"]), dtypes[1]]]


def _gather_grad(node, cotangents):
    x = node.inputs[0]
    return [scatter_add(node.inputs[1], cotangents[0], node.attrs["axis"], copy_shape(x.shape)), None]


def _scatter_grad(node, cotangents):
    return [None, gather(cotangents[0], node.inputs[0], node.attrs["axis"])]


register("gather", _gather_rule, _gather_grad)
register("scatter_add", _scatter_rule, _scatter_grad)
