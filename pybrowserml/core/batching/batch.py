"""Batching: a recorded computation for one element → the same for all elements of a leading axis."""

from ...platform.errors import error
from ...platform.maps import new_map
from ..dims import is_symbolic
from ..graph import pop_label, push_label
from ..opset.movement import broadcast_to
from ..subgraph import key_of, nodes_below
from .axes import front
from .table import BATCHING


class Batch:
    """The mapped versions made so far of the tensors of a computation.

    size: how many elements; start: the serial of the newest node from before the computation: random numbers recorded
    since are drawn for each element. None: all elements share their random numbers.
    """

    def __init__(self, size, start):
        self.size = size
        self.start = start
        self.made = new_map()
        self.loops = new_map()

    def put(self, source, target):
        """From now on `target`, which has the mapped axis in front, stands for `source`."""
        self.made.put(key_of(source), target)

    def afresh(self):
        """A Batch of as many elements that knows nothing yet."""
        return Batch(self.size, self.start)

    def fork(self):
        """A copy that may go on by itself."""
        copy = Batch(self.size, self.start)
        copy.loops = self.loops
        for key in self.made.all_keys():
            copy.made.put(key, self.made.at(key))
        return copy

    def run(self, outputs):
        """[tensor, whether it has the mapped axis in front] for each of the outputs."""
        for node in nodes_below(outputs, self.made):
            mapped = []
            inputs = []
            for tensor in node.inputs:
                key = key_of(tensor)
                mapped.append(self.made.has(key))
                inputs.append(self.made.at(key) if self.made.has(key) else tensor)
            if True in mapped or self._draws(node):
                push_label(node.label)
                results = BATCHING[node.op](node, inputs, mapped, self)
                pop_label()
                for i in range(len(results)):
                    self.made.put(str(node.serial) + ":" + str(i), results[i])
        found = []
        for tensor in outputs:
            key = key_of(tensor)
            found.append([self.made.at(key), True] if self.made.has(key) else [tensor, False])
        return found

    def _draws(self, node):
        """True for random numbers of the computation itself, in the body of a loop too."""
        if self.start is None or node.serial <= self.start:
            return False
        if "body" in node.attrs:
            for inner in nodes_below(node.attrs["body"].results, new_map()):
                if self._draws(inner):
                    return True
        return node.op == "random_bits"

    def raised(self, x, mapped):
        """x with the mapped axis: repeated along it where it has none."""
        return x if mapped else broadcast_to(x, front(self.size, x.shape))

    def known_size(self, op):
        """The number of elements as an integer."""
        if is_symbolic(self.size):
            raise error("ShapeError", "vmap: " + op + " of mapped operands needs a known number of elements")
        return self.size
