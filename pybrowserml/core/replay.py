"""Recorded graphs as functions: what they take from outside, the same computation once more."""

from ..platform.maps import new_map
from .graph import Node, Tensor, new_serial
from .opset.marks import barrier
from .subgraph import key_of, nodes_below


def again(outputs, sources, targets, after):
    """The outputs computed anew from `targets` in the place of `sources`; what depends on none of them is shared.

    Random numbers are drawn anew too, the same ones, and not before the tensor `after` (if it is not None) is computed:
    nothing of the first computation need be kept for the second.
    """
    made = new_map()
    for i in range(len(sources)):
        made.put(key_of(sources[i]), targets[i])
    for node in nodes_below(outputs, made):
        inputs = []
        changed = False
        for tensor in node.inputs:
            key = key_of(tensor)
            changed = changed or made.has(key)
            inputs.append(made.at(key) if made.has(key) else tensor)
        if not changed and node.op == "random_bits":
            inputs[2] = barrier(inputs[2], after)
            changed = True
        if changed:
            copy = Node(node.op, inputs, node.attrs, node.outputs, new_serial(), node.label)
            for i in range(len(node.outputs)):
                output = Tensor(copy, i)
                key = str(node.serial) + ":" + str(i)
                if not made.has(key):
                    made.put(key, output)
    return [made.at(key_of(tensor)) if made.has(key_of(tensor)) else tensor for tensor in outputs]


def frontier(outputs, start, variables):
    """The tensors that a computation takes from before a moment, each once; constants are not among them.

    start: the serial of the newest node of before. variables: whether variables read since count too.
    """
    found = []
    seen = new_map()
    stack = list(outputs)
    while len(stack) > 0:
        tensor = stack.pop()
        node = tensor.node
        key = key_of(tensor)
        if seen.has(key) or node.op == "constant":
            continue
        seen.put(key, True)
        if node.serial <= start or variables and "variable" in node.attrs:
            found.append(tensor)
        else:
            stack.extend(node.inputs)
    return found
