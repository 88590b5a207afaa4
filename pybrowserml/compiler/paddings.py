"""Zeros around an image that a convolution reads are pads of the convolution, and so in both its gradients.

So a `ZeroPadding2D` before a convolution makes no padded copy. Pads that a window could lie in entirely stay what they
are. Pooling counts what lies outside otherwise than zeros, so it keeps them.
"""

from ..core.dims import dim_add, dim_sub, dims_equal, is_symbolic
from ..core.shapes import window_size
from .rewrite import derive


def absorb_pad(node, inputs):
    """conv2d(pad(x), w) → conv2d(x, w) with more pads; likewise the gradient of its filter."""
    x = inputs[0].node
    if x.op != "pad" or x.attrs["value"] != 0:
        return None
    around = x.attrs["pads"]
    for axis in range(4):
        if not dims_equal(around[axis][2], 0):
            return None
    if not _is_zero(around[0]) or not _is_zero(around[3]):
        return None
    filters = inputs[1].shape if node.op == "conv2d" else node.attrs["filter_shape"]
    pads = _more_pads(node, filters, around[1:3])
    if pads is None:
        return None
    return derive(node.op, [x.inputs[0], inputs[1]], _with(node.attrs, "pads", pads), node.label)


def absorb_slice(node, inputs):
    """A part of the gradient of an image, as pad's gradient takes it → the gradient of that part."""
    source = inputs[0].node
    if source.op != "conv2d_input_grad":
        return None
    full = source.attrs["input_shape"]
    kept = node.outputs[0][0]
    around = []
    for axis in range(4):
        begin = node.attrs["begin"][axis]
        if not dims_equal(node.attrs["strides"][axis], 1):
            return None
        around.append([begin, dim_sub(dim_sub(full[axis], begin), kept[axis])])
    if not _is_zero(around[0]) or not _is_zero(around[3]):
        return None
    pads = _more_pads(source, source.inputs[1].shape, around[1:3])
    if pads is None:
        return None
    attrs = _with(_with(source.attrs, "pads", pads), "input_shape", kept)
    return derive("conv2d_input_grad", source.inputs, attrs, source.label)


def _is_zero(pads):
    return dims_equal(pads[0], 0) and dims_equal(pads[1], 0)


def _more_pads(node, filters, around):
    """The pads of a convolution's node and those around its image in one, or None."""
    pads = []
    for k in range(2):
        window = window_size(filters[k], node.attrs["dilations"][k])
        pair = [dim_add(node.attrs["pads"][k][i], around[k][i]) for i in range(2)]
        for pad in pair:
            if is_symbolic(pad) or is_symbolic(window) or pad >= window:
                return None
        pads.append(pair)
    return pads


def _with(attrs, key, value):
    made = {}
    for each in attrs.keys():
        made[each] = attrs[each]
    made[key] = value
    return made
