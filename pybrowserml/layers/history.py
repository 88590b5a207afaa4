"""How the symbolic tensors of functional models came to be."""

from ..core.graph import is_tensor, walk
from ..platform.errors import error
from ..platform.maps import new_map


class History:
    """How a symbolic tensor came to be: output `index` of what `layer` makes when called.

    inputs: all symbolic and other tensors of the call; x, given: its arguments with Places for them (see
    layers/call). training: the flag that the layer was applied with, None for that of the call. outputs, masks: what
    the call made, masks None where there is none. An InputLayer has no inputs.
    """

    def __init__(self, layer, inputs, x, given, training):
        self.layer = layer
        self.inputs = inputs
        self.x = x
        self.given = given
        self.training = training
        self.outputs = []
        self.masks = []
        self.index = 0


def mark(tensor, history, index):
    """Attach its history to a symbolic tensor and its node: recorded ops keep handles of their own."""
    own = History(history.layer, history.inputs, history.x, history.given, history.training)
    own.outputs = history.outputs
    own.masks = history.masks
    own.index = index
    tensor.history = own
    tensor.node.attrs["history"] = own


def history_of(tensor):
    """The History of a symbolic tensor, or None for the result of an op or a plain input."""
    if tensor.history is not None:
        return tensor.history
    return tensor.node.attrs.get("history") if tensor.node.op == "input" else None


def all_symbolic(inputs):
    """Whether the inputs belong to a functional graph."""
    for tensor in inputs:
        if _in_functional_graph(tensor):
            return True
    return False


def is_keras_tensor(x):
    """Whether x is a symbolic tensor of a functional model."""
    return is_tensor(x) and _in_functional_graph(x)


def get_source_inputs(tensor):
    """The symbolic tensors of `Input` that a symbolic tensor comes from, in a list, each once."""
    if not is_keras_tensor(tensor):
        raise error("ArgumentError", "get_source_inputs takes a symbolic tensor of a model")
    seen = new_map()
    found = []
    waiting = [tensor]
    while len(waiting) > 0:
        here = waiting.pop()
        if seen.has(here.node.serial):
            continue
        seen.put(here.node.serial, True)
        history = history_of(here)
        inputs = here.node.inputs if history is None else history.inputs
        if history is not None and len(inputs) == 0:
            found.append(history.outputs[history.index])
        for i in range(len(inputs)):
            waiting.append(inputs[len(inputs) - 1 - i])
    return found


def _in_functional_graph(tensor):
    if history_of(tensor) is not None:
        return True
    if not tensor.node.symbolic:
        return False
    # The result of an op: it belongs to the graph when something that it was made of does.
    for node in walk([tensor]):
        if node.op == "input" and node.attrs.get("history") is not None:
            return True
    return False
