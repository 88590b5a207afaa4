"""Common subexpressions: equal nodes of equal inputs become one."""

from ..core.graph import Node, Tensor, new_serial
from ..platform.maps import new_map
from .rewrite import attrs_key, number_text, rewrite


def share_common(outputs):
    """Equivalent tensors in which no two nodes compute the same."""
    sharing = Sharing()
    return rewrite(outputs, sharing.shared)


class Sharing:
    """The nodes seen so far, by what they compute."""

    def __init__(self):
        self.seen = new_map()

    def shared(self, node, inputs):
        """The tensors of the first node that computes the same from these inputs."""
        key = _key(node, inputs)
        found = None if key is None else self.seen.at(key)
        if found is None:
            kept = _with_inputs(node, inputs)
            found = [Tensor(kept, i) for i in range(len(node.outputs))]
            if key is not None:
                self.seen.put(key, found)
        return found


def _with_inputs(node, inputs):
    for i in range(len(inputs)):
        if inputs[i].node is not node.inputs[i].node or inputs[i].output != node.inputs[i].output:
            return Node(node.op, inputs, node.attrs, node.outputs, new_serial(), node.label)
    return node


def _key(node, inputs):
    """What identifies the values of a node: text, or a variable itself; None for a leaf that equals only itself."""
    if node.op == "variable":
        return node.attrs["variable"]
    if node.op == "constant":
        data = node.attrs["data"]
        if len(data.shape) > 0:
            return None
        return "constant " + data.dtype + " " + number_text(data.data[0])
    if node.op == "input":
        return None
    key = node.op
    for tensor in inputs:
        key = key + " " + str(tensor.node.serial) + "." + str(tensor.output)
    return key + attrs_key(node.attrs)
