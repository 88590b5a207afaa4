"""How the symbolic tensors of functional models came to be."""

from ..core.graph import walk


class History:
    """How a symbolic tensor came to be: output `index` of `outputs`, which `layer` makes of `inputs`.

    inputs, outputs: lists of symbolic tensors. is_list: whether the layer takes its inputs as a list.
    training: the flag that the layer was applied with, None for that of the call. An InputLayer has no
    inputs.
    """

    def __init__(self, layer, inputs, is_list, training):
        self.layer = layer
        self.inputs = inputs
        self.is_list = is_list
        self.training = training
        self.outputs = []
        self.index = 0


def mark(tensor, history, index):
    """Attach its history to a symbolic tensor and its node: recorded ops keep handles of their own."""
    own = History(history.layer, history.inputs, history.is_list, history.training)
    own.outputs = history.outputs
    own.index = index
    tensor.history = own
    tensor.node.attrs["history"] = own


def history_of(tensor):
    """The History of a symbolic tensor, or None for the result of an op or a plain input."""
    if tensor.history is not None:
        return tensor.history
    return tensor.node.attrs.get("history") if tensor.node.op == "input" else None


def all_symbolic(inputs):
    """Whether the inputs belong to a functional graph. Raises ArgumentError where only some do."""
    for tensor in inputs:
        if _in_functional_graph(tensor):
            return True
    return False


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
