"""Common subexpressions: equal nodes of equal inputs become one."""

from ..core.graph import Node, Tensor, new_serial
from ..platform.maps import new_map
from ..platform.text import to_json
from .rewrite import attrs_key, rewrite


def share_common(outputs):
    """Equivalent tensors in which no two nodes compute the same."""
    seen = new_map()
    variables = new_map()

    def rule(node, inputs):
        if node.op == "variable":
            variable = node.attrs["variable"]
            if not variables.has(variable):
                variables.put(variable, node)
            return [Tensor(variables.at(variable), 0)]
        key = _key(node, inputs)
        if key is None:
            return None
        if seen.has(key):
            return [Tensor(seen.at(key), i) for i in range(len(node.outputs))]
        kept = _with_inputs(node, inputs)
        seen.put(key, kept)
        return [Tensor(kept, i) for i in range(len(node.outputs))]

    return rewrite(outputs, rule)


def _with_inputs(node, inputs):
    for i in range(len(inputs)):
        if inputs[i].node is not node.inputs[i].node or inputs[i].output != node.inputs[i].output:
            return Node(node.op, inputs, node.attrs, node.outputs, new_serial(), node.label)
    return node


def _key(node, inputs):
    """Text that identifies what a node computes, or None for a leaf that equals only itself."""
    if node.op == "constant":
        data = node.attrs["data"]
        if len(data.shape) > 0:
            return None
        return "constant " + data.dtype + " " + str(data.data[0])
    if node.op == "input":
        return None
    parts = [[tensor.node.serial, tensor.output] for tensor in inputs]
    return node.op + " " + attrs_key(node.attrs) + " " + to_json(parts)
