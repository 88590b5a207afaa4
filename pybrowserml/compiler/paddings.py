"""Zeros around an image that a convolution reads are pads of the convolution, and so in both its gradients.

So a `ZeroPadding2D` before a convolution makes no padded copy. Pads that a window could lie in entirely stay what they
are. For a maximum what lies outside is less than everything, which makes no difference where nothing is negative:
behind a relu, as in ResNet-50. Other pooling keeps its zeros.
"""

from ..core.dims import dim_add, dim_sub, dims_equal, is_symbolic
from ..core.graph import walk
from ..core.shapes import window_size
from ..platform.maps import new_map
from .rewrite import derive, rewrite, scalar_value


def absorb_pad(node, inputs):
    """conv2d(pad(x), w) → conv2d(x, w) with more pads; likewise the gradient of its filter."""
    filters = inputs[1].shape if node.op == "conv2d" else node.attrs["filter_shape"]
    pads = _pads_with(
        node, inputs[0].node, [window_size(filters[k], node.attrs["dilations"][k]) for k in range(2)]
    )
    if pads is None:
        return None
    operands = [inputs[0].node.inputs[0], inputs[1]]
    return derive(node.op, operands, _with(node.attrs, "pads", pads), node.label)


def absorb_pooling_pads(outputs, passes=None):
    """max_pool2d(pad(x)) → max_pool2d(x) with more pads, where x is not negative and nobody asks where the maximum is.

    The place is told in another image then. passes: takes note of it.
    """
    nodes = walk(outputs)
    asked = new_map()
    chance = False
    for node in nodes:
        chance = chance or node.op == "max_pool2d" and node.inputs[0].node.op == "pad"
        for tensor in node.inputs:
            if tensor.output == 1:
                asked.put(tensor.node.serial, True)
    for tensor in outputs:
        if tensor.output == 1:
            asked.put(tensor.node.serial, True)
    if not chance:
        return outputs

    def rule(node, inputs):
        if node.op != "max_pool2d" or asked.has(node.serial):
            return None
        padded = inputs[0].node
        pads = _pads_with(node, padded, node.attrs["pool_size"])
        if pads is None or not _is_never_negative(padded.inputs[0]):
            return None
        return derive(node.op, padded.inputs, _with(node.attrs, "pads", pads), node.label)

    made = rewrite(outputs, rule)
    if passes is not None:
        passes.add("zeros around pooling", len(nodes), len(walk(made)), "nodes", "")
    return made


def _is_never_negative(x):
    node = x.node
    if node.op == "maximum" or node.op == "minimum":
        for side in range(2):
            number = scalar_value(node.inputs[side])
            if number is not None and number >= 0:
                return node.op == "maximum" or _is_never_negative(node.inputs[1 - side])
    return node.op == "sigmoid" or node.op == "absolute" or node.op == "exp"


def _pads_with(node, padded, windows):
    """The pads of a node together with the zeros that its operand has got, or None."""
    if padded.op != "pad" or padded.attrs["value"] != 0:
        return None
    around = padded.attrs["pads"]
    for axis in range(4):
        if not dims_equal(around[axis][2], 0):
            return None
    if not _is_zero(around[0]) or not _is_zero(around[3]):
        return None
    return _more_pads(node, windows, around[1:3])


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
    filters = source.inputs[1].shape
    windows = [window_size(filters[k], source.attrs["dilations"][k]) for k in range(2)]
    pads = _more_pads(source, windows, around[1:3])
    if pads is None:
        return None
    attrs = _with(_with(source.attrs, "pads", pads), "input_shape", kept)
    return derive("conv2d_input_grad", source.inputs, attrs, source.label)


def _is_zero(pads):
    return dims_equal(pads[0], 0) and dims_equal(pads[1], 0)


def _more_pads(node, windows, around):
    """The pads of a node with windows and those around its image in one, or None."""
    pads = []
    for k in range(2):
        pair = [dim_add(node.attrs["pads"][k][i], around[k][i]) for i in range(2)]
        for pad in pair:
            if is_symbolic(pad) or is_symbolic(windows[k]) or pad >= windows[k]:
                return None
        pads.append(pair)
    return pads


def _with(attrs, key, value):
    made = {}
    for each in attrs.keys():
        made[each] = attrs[each]
    made[key] = value
    return made
