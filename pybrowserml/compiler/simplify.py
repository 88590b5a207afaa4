"""Algebra: nodes that change nothing, movement that composes, transposes that a matmul can absorb."""

from ..core.dims import dim_mul, dims_equal
from ..core.opset.registry import is_elementwise, is_generator
from ..core.shapes import reduced_shape, same_shape
from .joins import join_pads, join_products
from .paddings import absorb_pad, absorb_slice
from .rewrite import derive, rewrite, scalar_value
from .transposes import (
    DEEPEST,
    comes_from,
    sink_below_concat,
    sink_below_pad,
    sink_below_reduce,
    sink_below_slice,
    sink_transpose,
    turn_before_broadcast,
)


def simplify(outputs):
    """Equivalent tensors with fewer nodes."""
    return rewrite(outputs, simplify_node)


def simplify_node(node, inputs):
    """The tensors that stand for a node of these inputs, or None to keep it."""
    rule = RULES.get(node.op)
    found = None if rule is None else rule(node, inputs)
    if found is None and len(inputs) > 0 and is_elementwise(node.op) and not is_generator(node.op):
        found = _sink_broadcast(node, inputs)
        if found is None:
            found = _raise_over_reshape(node, inputs)
        return sink_transpose(node, inputs) if found is None else found
    return found


def _sink_broadcast(node, inputs):
    """op(repeated scalars) → repeated op(scalars): the work is done once."""
    if len(node.outputs[0][0]) == 0:
        return None
    sources = []
    for tensor in inputs:
        source = tensor.node.inputs[0] if tensor.node.op == "broadcast_to" else tensor
        if len(source.shape) > 0:
            return None
        sources.append(source)
    single = derive(node.op, sources, node.attrs, node.label)[0]
    return derive("broadcast_to", [single], {"shape": node.outputs[0][0]}, node.label)


# What takes elementwise work as an epilogue.
ANCHORS = ["conv2d", "matmul"]


def _raise_over_reshape(node, inputs):
    """op(reshaped result of an anchor, vectors) → reshaped op(result, vectors), so that it can be an epilogue.

    Bias and activation behind a convolution of sequences, say; or the bias of attention's heads, whose axes the result
    of the product has as one. Rows stay rows. Masks stay where they are read.
    """
    shape = node.outputs[0][0]
    rank = len(shape)
    if rank == 0 or node.outputs[0][1] != "float32":
        return None
    place = -1
    for i in range(len(inputs)):
        if same_shape(inputs[i].shape, shape) and inputs[i].node.op == "reshape" and place < 0:
            place = i
    if place < 0:
        return None
    source = inputs[place].node.inputs[0]
    merged = _merged_axes(source.shape, shape)
    if merged == 0:
        return None
    operands = []
    for i in range(len(inputs)):
        given = inputs[i].shape
        if i != place and len(given) > 0 and not same_shape(given, shape[rank - merged : rank]):
            return None
        operands.append(inputs[i])
    if not comes_from(source, ANCHORS, DEEPEST):
        return None
    for i in range(len(inputs)):
        if i != place and len(inputs[i].shape) > 1:
            flat = {"shape": [source.shape[len(source.shape) - 1]]}
            operands[i] = derive("reshape", [inputs[i]], flat, node.label)[0]
    operands[place] = source
    raised = derive(node.op, operands, node.attrs, node.label)[0]
    return derive("reshape", [raised], {"shape": shape}, node.label)


def _merged_axes(source, shape):
    """How many last axes of a shape the last axis of what it is reshaped from holds; 0 for none, or more than three."""
    count = 1
    if len(source) == 0:
        return 0
    for merged in range(1, min(3, len(shape)) + 1):
        count = dim_mul(count, shape[len(shape) - merged])
        if dims_equal(count, source[len(source) - 1]):
            return merged
    return 0


def _drop(node, inputs):
    return [inputs[0]]


def _values(node, inputs):
    """What a node of a custom gradient stands for, once gradients are taken."""
    return inputs[0 : node.attrs["values"]]


def _drop_if_same_shape(node, inputs):
    return [inputs[0]] if same_shape(inputs[0].shape, node.outputs[0][0]) else None


def _reshape(node, inputs):
    x = inputs[0]
    if same_shape(x.shape, node.outputs[0][0]):
        return [x]
    if x.node.op == "reshape":
        source = x.node.inputs[0]
        if same_shape(source.shape, node.outputs[0][0]):
            return [source]
        return derive("reshape", [x.node.inputs[0]], node.attrs, node.label)
    if x.node.op == "broadcast_to" and len(x.node.inputs[0].shape) == 0:
        return derive("broadcast_to", [x.node.inputs[0]], {"shape": node.outputs[0][0]}, node.label)
    if len(x.shape) == 0:
        return derive("broadcast_to", [x], {"shape": node.outputs[0][0]}, node.label)
    if x.node.op == "reduce" and not x.node.attrs["keepdims"]:
        return _kept_reduce(node, x.node)
    return None


def _kept_reduce(node, reduction):
    """A reduction whose result is only given its axes of 1 back keeps them from the start."""
    attrs = reduction.attrs
    source = reduction.inputs[0]
    if not same_shape(node.outputs[0][0], reduced_shape(source.shape, attrs["axes"], True)):
        return None
    kept = {"op": attrs["op"], "axes": attrs["axes"], "keepdims": True}
    return derive("reduce", [source], kept, node.label)


def _broadcast(node, inputs):
    x = inputs[0]
    if x.node.op == "broadcast_to":
        return derive("broadcast_to", [x.node.inputs[0]], node.attrs, node.label)
    return _drop_if_same_shape(node, inputs)


def _transpose(node, inputs):
    x = inputs[0]
    perm = node.attrs["perm"]
    if x.node.op == "transpose":
        first = x.node.attrs["perm"]
        perm = [first[i] for i in perm]
        if _is_identity(perm):
            return [x.node.inputs[0]]
        return derive("transpose", [x.node.inputs[0]], {"perm": perm}, node.label)
    if _is_identity(perm):
        return [x]
    if x.node.op == "broadcast_to":
        return turn_before_broadcast(node, x)
    moved = [i for i in perm if not dims_equal(x.shape[i], 1)]
    if _is_rising(moved):
        return derive("reshape", [x], {"shape": node.outputs[0][0]}, node.label)
    return None


def _flip(node, inputs):
    """Turning around twice, perhaps with a transpose between, is nothing: both directions of a Bidirectional."""
    x = inputs[0]
    axes = node.attrs["axes"]
    if x.node.op == "transpose":
        perm = x.node.attrs["perm"]
        source = x.node.inputs[0]
        if source.node.op == "flip" and _same_axes([perm[axis] for axis in axes], source.node.attrs["axes"]):
            return derive("transpose", [source.node.inputs[0]], {"perm": perm}, node.label)
    if x.node.op == "flip" and _same_axes(axes, x.node.attrs["axes"]):
        return [x.node.inputs[0]]
    return None


def _same_axes(a, b):
    if len(a) != len(b):
        return False
    for axis in a:
        if axis not in b:
            return False
    return True


def _is_identity(perm):
    for i in range(len(perm)):
        if perm[i] != i:
            return False
    return True


def _is_rising(numbers):
    for i in range(1, len(numbers)):
        if numbers[i] < numbers[i - 1]:
            return False
    return True


def _swaps_last_two(tensor):
    """True for a transpose that exchanges the last two axes only."""
    if tensor.node.op != "transpose":
        return False
    perm = tensor.node.attrs["perm"]
    rank = len(perm)
    for i in range(rank - 2):
        if perm[i] != i:
            return False
    return perm[rank - 1] == rank - 2


def _matmul(node, inputs):
    a, b = inputs[0], inputs[1]
    ta, tb = node.attrs["transpose_a"], node.attrs["transpose_b"]
    if not _swaps_last_two(a) and not _swaps_last_two(b):
        return None
    if _swaps_last_two(a):
        a = a.node.inputs[0]
        ta = not ta
    if _swaps_last_two(b):
        b = b.node.inputs[0]
        tb = not tb
    return derive("matmul", [a, b], {"transpose_a": ta, "transpose_b": tb}, node.label)


def _neutral(number, either_side):
    """x op number → x (and number op x → x). Adding 0 turns -0 into 0, which no comparison can tell."""

    def rule(node, inputs):
        shape, dtype = node.outputs[0][0], node.outputs[0][1]
        if (
            scalar_value(inputs[1]) == number
            and same_shape(inputs[0].shape, shape)
            and inputs[0].dtype == dtype
        ):
            return [inputs[0]]
        if either_side and scalar_value(inputs[0]) == number and same_shape(inputs[1].shape, shape):
            return [inputs[1]]
        return None

    return rule


ADD_NOTHING = _neutral(0, True)


def _add(node, inputs):
    found = ADD_NOTHING(node, inputs)
    return join_pads(node, inputs) if found is None else found


def _negative(node, inputs):
    return [inputs[0].node.inputs[0]] if inputs[0].node.op == "negative" else None


def _reduce(node, inputs):
    x = inputs[0]
    for axis in node.attrs["axes"]:
        if not dims_equal(x.shape[axis], 1):
            found = join_products(node, inputs)
            return sink_below_reduce(node, inputs) if found is None else found
    return derive("reshape", [x], {"shape": node.outputs[0][0]}, node.label)


def _slice(node, inputs):
    found = _drop_if_same_shape(node, inputs)
    if found is None:
        found = absorb_slice(node, inputs)
    return sink_below_slice(node, inputs) if found is None else found


def _concat(node, inputs):
    return [inputs[0]] if len(inputs) == 1 else sink_below_concat(node, inputs)


def _pad(node, inputs):
    found = _drop_if_same_shape(node, inputs)
    return sink_below_pad(node, inputs) if found is None else found


RULES = {
    "stop_gradient": _drop,
    "with_derivatives": _drop,
    "custom_gradient": _values,
    "reshape": _reshape,
    "transpose": _transpose,
    "flip": _flip,
    "broadcast_to": _broadcast,
    "slice": _slice,
    "pad": _pad,
    "matmul": _matmul,
    "conv2d": absorb_pad,
    "conv2d_filter_grad": absorb_pad,
    "add": _add,
    "subtract": _neutral(0, False),
    "multiply": _neutral(1, True),
    "divide": _neutral(1, False),
    "power": _neutral(1, False),
    "negative": _negative,
    "reduce": _reduce,
    "concat": _concat,
}
