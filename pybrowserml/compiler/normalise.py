"""Simplifying, folding and sharing in one walk: each node is rewritten until no rule has anything to say."""

from ..core.graph import walk
from ..platform.maps import new_map
from .cse import Sharing
from .fold import fold_node
from .simplify import simplify_node

# Rules that undo each other would go round for ever.
MOST_TURNS = 50


def normalise(outputs):
    """Equivalent tensors to which no rule of simplify, fold and share_common applies."""
    settling = _Settling()
    for node in walk(outputs):
        settling.settle(node, 0)
    return [settling.settled(tensor, 0) for tensor in outputs]


class _Settling:
    """done: serial → the tensors that stand for a node, those of the graph and those that rules made."""

    def __init__(self):
        self.done = new_map()
        self.sharing = Sharing()

    def settled(self, tensor, turns):
        found = self.done.at(tensor.node.serial)
        if found is None:
            found = self.settle(tensor.node, turns)
        return found[tensor.output]

    def settle(self, node, turns):
        """The tensors that stand for a node, whose inputs are settled first where a rule has just made them."""
        inputs = [self.settled(tensor, turns) for tensor in node.inputs]
        found = None
        if turns < MOST_TURNS:
            found = simplify_node(node, inputs)
            if found is None:
                found = fold_node(node, inputs)
        if found is None:
            found = self.sharing.shared(node, inputs)
            self.done.put(found[0].node.serial, found)
        else:
            found = [self.settled(tensor, turns + 1) for tensor in found]
        self.done.put(node.serial, found)
        return found
