"""Simplifying, folding and sharing in one walk: each node is rewritten until no rule has anything to say."""

from ..core.graph import walk
from ..platform.maps import new_map
from .cse import Sharing
from .fold import fold_node
from .simplify import simplify_node

# Rules that undo each other would go round for ever.
MOST_TURNS = 50


def normalise(outputs, passes=None):
    """Equivalent tensors to which no rule of simplify, fold and share_common applies. passes: takes note of them."""
    settling = _Settling(passes)
    nodes = walk(outputs)
    for node in nodes:
        settling.settle(node, 0)
    settled = [settling.settled(tensor, 0) for tensor in outputs]
    if passes is not None:
        settling.report(len(nodes), len(walk(settled)))
    return settled


class _Settling:
    """done: serial → the tensors that stand for a node, those of the graph and those that rules made."""

    def __init__(self, passes):
        self.done = new_map()
        self.sharing = Sharing()
        self.passes = passes

    def report(self, before, after):
        parts = []
        for rule in ["simplify", "fold", "share"]:
            text = self.passes.rules[rule].text()
            if text != "":
                parts.append(rule + " " + text)
        self.passes.add("simplify, fold, share", before, after, "nodes", "; ".join(parts))

    def _note(self, rule, node):
        if self.passes is not None:
            self.passes.rules[rule].note(node.op)

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
            if found is not None:
                self._note("simplify", node)
            else:
                found = fold_node(node, inputs)
                if found is not None:
                    self._note("fold", node)
        if found is None:
            found = self.sharing.shared(node, inputs)
            if self.done.has(found[0].node.serial) and found[0].node is not node:
                self._note("share", node)
            self.done.put(found[0].node.serial, found)
        else:
            found = [self.settled(tensor, turns + 1) for tensor in found]
        self.done.put(node.serial, found)
        return found
