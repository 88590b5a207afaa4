"""Transposes of results move behind what does not care for the order of axes, so that they meet others and vanish.

Images whose channels come first are turned for each convolution and turned back behind it. Elementwise work, sums and
concatenations between two of them are done on what the kernel gave: the transposes cancel, biases, activations and
batch normalizations become epilogues and scales of weights, and one transpose is left where data come in.
"""

from ..core.dims import dims_equal
from ..core.opset.registry import is_elementwise
from ..core.shapes import reduced_shape, same_shape
from .rewrite import derive, same_value

# What gives images with their channels last, or matrices; and what may have been done to these.
KERNELS = [
    "conv2d",
    "conv2d_input_grad",
    "matmul",
    "max_pool2d",
    "max_pool2d_grad",
    "avg_pool2d",
    "avg_pool2d_grad",
    "concat",
    "pad",
]
# Through how many elementwise nodes the kernel is looked for.
DEEPEST = 6


def comes_from(tensor, ops, depth):
    """Whether a tensor is the result of one of these, or of elementwise work on one."""
    if tensor.node.op in ops:
        return True
    if depth == 0 or not is_elementwise(tensor.node.op):
        return False
    for operand in tensor.node.inputs:
        if same_shape(operand.shape, tensor.shape) and comes_from(operand, ops, depth - 1):
            return True
    return False


def sink_transpose(node, inputs):
    """op(transposed result of a kernel, vectors, others that are transposed alike) → transposed op. Masks stay where
    they are read.
    """
    if node.outputs[0][1] == "bool":
        return None
    perm = None
    for tensor in inputs:
        if perm is None and same_shape(tensor.shape, node.outputs[0][0]) and _is_turned(tensor):
            perm = tensor.node.attrs["perm"]
    if perm is None:
        return None
    operands = []
    for tensor in inputs:
        operand = _before(tensor, perm, DEEPEST)
        if operand is None:
            return None
        operands.append(operand)
    return _turned(derive(node.op, operands, node.attrs, node.label)[0], perm, node.label)


def sink_below_reduce(node, inputs):
    """reduce(transposed result of a kernel) → reduce(result), if that leaves the axes in their order. The last axis
    alone stays, whose reductions fuse with what is around them (`rows`).
    """
    x = inputs[0]
    axes = node.attrs["axes"]
    rank = len(x.shape)
    if not _is_turned(x) or len(axes) == 1 and axes[0] == rank - 1:
        return None
    perm = x.node.attrs["perm"]
    kept = [perm[axis] for axis in range(rank) if axis not in axes]
    for i in range(1, len(kept)):
        if kept[i] < kept[i - 1]:
            return None
    attrs = {"op": node.attrs["op"], "axes": sorted([perm[axis] for axis in axes]), "keepdims": False}
    made = derive("reduce", x.node.inputs, attrs, node.label)
    if not node.attrs["keepdims"]:
        return made
    return derive("reshape", made, {"shape": reduced_shape(x.shape, axes, True)}, node.label)


def sink_below_pad(node, inputs):
    """pad(transposed result of a kernel) → transposed pad."""
    x = inputs[0]
    if not _is_turned(x):
        return None
    perm = x.node.attrs["perm"]
    attrs = {"pads": _moved(node.attrs["pads"], perm), "value": node.attrs["value"]}
    return _turned(derive("pad", x.node.inputs, attrs, node.label)[0], perm, node.label)


def sink_below_slice(node, inputs):
    """slice(transposed result of a kernel) → transposed slice."""
    x = inputs[0]
    if not _is_turned(x):
        return None
    perm = x.node.attrs["perm"]
    attrs = {}
    for key in ["begin", "shape", "strides"]:
        attrs[key] = _moved(node.attrs[key], perm)
    return _turned(derive("slice", x.node.inputs, attrs, node.label)[0], perm, node.label)


def sink_below_concat(node, inputs):
    """concat(tensors that are transposed alike) → transposed concat."""
    sources = []
    for tensor in inputs:
        if tensor.node.op != "transpose":
            return None
        if not same_value(tensor.node.attrs["perm"], inputs[0].node.attrs["perm"]):
            return None
        sources.append(tensor.node.inputs[0])
    perm = inputs[0].node.attrs["perm"]
    made = derive("concat", sources, {"axis": perm[node.attrs["axis"]]}, node.label)[0]
    return _turned(made, perm, node.label)


def turn_before_broadcast(node, x):
    """transpose(repeated x) → repeated transpose(x)."""
    perm = node.attrs["perm"]
    source = x.node.inputs[0]
    shape = [1 for _axis in range(len(perm) - len(source.shape))]
    shape.extend(source.shape)
    whole = derive("reshape", [source], {"shape": shape}, node.label)[0]
    turned = _turned(whole, perm, node.label)
    return derive("broadcast_to", turned, {"shape": node.outputs[0][0]}, node.label)


def _is_turned(tensor):
    """Whether a tensor is the transposed result of a kernel, which may have been reshaped before."""
    if tensor.node.op != "transpose":
        return False
    source = tensor.node.inputs[0]
    if source.node.op == "reshape":
        source = source.node.inputs[0]
    return comes_from(source, KERNELS, DEEPEST)


def _turned(tensor, perm, label):
    return derive("transpose", [tensor], {"perm": perm}, label)


def _moved(entries, perm):
    """What stands for each axis of a transposed tensor, in the order of the axes that it had before."""
    made = list(entries)
    for axis in range(len(perm)):
        made[perm[axis]] = entries[axis]
    return made


def _before(tensor, perm, depth):
    """What an operand has been before the transpose, or None where that would need another one."""
    node = tensor.node
    if len(tensor.shape) == 0:
        return tensor
    if node.op == "transpose" and same_value(node.attrs["perm"], perm):
        return node.inputs[0]
    if node.op == "broadcast_to":
        return _before(node.inputs[0], perm, depth)
    dims = [1 for _axis in range(len(perm) - len(tensor.shape))]
    dims.extend(tensor.shape)
    long = [dim for dim in dims if not dims_equal(dim, 1)]
    if len(long) < 2:
        return derive("reshape", [tensor], {"shape": _moved(dims, perm)}, node.label)[0]
    if depth == 0 or tensor.dtype != "bool" or not is_elementwise(node.op) or len(node.inputs) == 0:
        return None
    operands = []
    for operand in node.inputs:
        found = _before(operand, perm, depth - 1)
        if found is None:
            return None
        operands.append(found)
    return derive(node.op, operands, node.attrs, node.label)[0]
