"""Sums of parts that are one thing: parts that lie side by side (the gradient of a split), products of a batch."""

from typing import Any

from ..core.dims import dim_add, dim_mul, dims_equal
from ..core.shapes import same_shape
from .rewrite import derive


def join_pads(node, inputs):
    """pad(a) + pad(b), where a ends at the place where b begins → pad(concat(a, b))."""
    places = []
    for tensor in inputs:
        axis = _padded_axis(tensor.node)
        if axis is None or not same_shape(tensor.shape, node.outputs[0][0]):
            return None
        places.append(axis)
    if places[0] != places[1]:
        return None
    axis = places[0]
    if _touches(inputs[0].node, inputs[1].node, axis):
        return _joined(node, inputs[0].node, inputs[1].node, axis)
    if _touches(inputs[1].node, inputs[0].node, axis):
        return _joined(node, inputs[1].node, inputs[0].node, axis)
    return None


def _padded_axis(node):
    """The one axis along which zeros stand before or after a tensor, or None."""
    if node.op != "pad" or node.attrs["value"] != 0:
        return None
    found = None
    pads = node.attrs["pads"]
    for axis in range(len(pads)):
        if not dims_equal(pads[axis][2], 0):
            return None
        if not dims_equal(pads[axis][0], 0) or not dims_equal(pads[axis][1], 0):
            if found is not None:
                return None
            found = axis
    return found


def _touches(first, second, axis):
    end = dim_add(first.attrs["pads"][axis][0], first.inputs[0].shape[axis])
    return dims_equal(end, second.attrs["pads"][axis][0])


def _joined(node, first, second, axis):
    parts = []
    for item in [first, second]:
        source = item.inputs[0]
        if source.node.op == "concat" and source.node.attrs["axis"] == axis:
            parts.extend(source.node.inputs)
        else:
            parts.append(source)
    whole = derive("concat", parts, {"axis": axis}, node.label)[0]
    if same_shape(whole.shape, node.outputs[0][0]):
        return [whole]
    pads = list(first.attrs["pads"])
    pads[axis] = [first.attrs["pads"][axis][0], second.attrs["pads"][axis][1], 0]
    return derive("pad", [whole], {"pads": pads, "value": 0}, node.label)


def join_products(node, inputs):
    """The sum over a batch of products transpose(a) b → one product of all their rows.

    The gradient of a weight that multiplies vectors of a sequence is such a sum: no product of its own is stored for
    each element of the batch.
    """
    product = inputs[0].node
    if node.attrs["op"] != "sum" or product.op != "matmul":
        return None
    if not product.attrs["transpose_a"] or product.attrs["transpose_b"]:
        return None
    a = product.inputs[0]
    b = product.inputs[1]
    rank = len(a.shape)
    axes = node.attrs["axes"]
    if rank < 3 or len(b.shape) != rank or len(axes) != rank - 2:
        return None
    rows: Any = 1
    for axis in range(rank - 1):
        if axis < rank - 2 and axis not in axes or not dims_equal(a.shape[axis], b.shape[axis]):
            return None
        rows = dim_mul(rows, a.shape[axis])
    flat = []
    for operand in [a, b]:
        shape = [rows, operand.shape[rank - 1]]
        flat.append(derive("reshape", [operand], {"shape": shape}, node.label)[0])
    whole = derive("matmul", flat, product.attrs, node.label)
    if not node.attrs["keepdims"]:
        return whole
    return derive("reshape", whole, {"shape": node.outputs[0][0]}, node.label)
