"""Reverse-mode differentiation: graph → graph, so gradients can be differentiated again."""

from ..platform.errors import error
from ..platform.maps import new_map
from .graph import walk
from .opset.binary import add
from .opset.movement import broadcast_to
from .opset.registry import LATE, PRIMITIVES, scalar, with_dtype
from .shapes import format_shape, same_shape


def gradients(outputs, inputs, cotangents=None):
    """Tensors d(sum of outputs * cotangents) / d(input), one per input, or None where an input has no influence.

    outputs: float tensors. cotangents: tensors of their shapes; None stands for ones.
    """
    order = walk(outputs)
    reaches = _nodes_between(order, inputs)
    sums = new_map()
    for i in range(len(outputs)):
        output = outputs[i]
        if cotangents is None:
            seed = broadcast_to(scalar(1.0, output.dtype), output.shape)
        else:
            seed = with_dtype(cotangents[i], output.dtype)
            if not same_shape(seed.shape, output.shape):
                raise error(
                    "ShapeError",
                    "gradients: a cotangent of shape "
                    + format_shape(seed.shape)
                    + " does not fit an output of shape "
                    + format_shape(output.shape),
                )
        _accumulate(sums, output, seed)
    for i in range(len(order)):
        node = order[len(order) - 1 - i]
        if reaches.has(node.serial) and len(node.inputs) > 0 and sums.has(node.serial):
            _spread(node, sums, reaches)
    return [_cotangent_of(sums, tensor) for tensor in inputs]


def _nodes_between(order, inputs):
    """The serials of the nodes that depend on one of the inputs, those of the inputs included."""
    reaches = new_map()
    for tensor in inputs:
        reaches.put(tensor.node.serial, True)
    for node in order:
        for tensor in node.inputs:
            if reaches.has(tensor.node.serial):
                reaches.put(node.serial, True)
    return reaches


def _accumulate(sums, tensor, cotangent):
    serial = tensor.node.serial
    if not sums.has(serial):
        sums.put(serial, [None for output in tensor.node.outputs])
    entry = sums.at(serial)
    entry[tensor.output] = cotangent if entry[tensor.output] is None else add(entry[tensor.output], cotangent)


def _cotangent_of(sums, tensor):
    return sums.at(tensor.node.serial)[tensor.output] if sums.has(tensor.node.serial) else None


def _spread(node, sums, reaches):
    rule = PRIMITIVES[node.op].grad
    if rule is None:
        raise error("ArgumentError", node.op + " has no gradient")
    found = rule(node, sums.at(node.serial))
    for i in range(len(node.inputs)):
        if found[i] is not None and reaches.has(node.inputs[i].node.serial):
            _accumulate(sums, node.inputs[i], found[i])


LATE.gradients = gradients
