"""Cheap elementwise results are computed where they are read instead of being stored.

What is made of one stored tensor and of few numbers costs a reader no more to compute than to load: the centered values
of a normalization, which its gradient reads again long after, for one. So the tensor alone stays in memory.
"""

from ..core.graph import Node, Tensor, new_serial
from ..core.opset.registry import is_generator
from ..core.shapes import same_shape
from ..platform.maps import new_map
from .fuse import MOST_OPERANDS, fuse, is_elementwise, is_inline
from .passes import Tally
from .reductions import join_reductions
from .rows import join_rows

CHEAP = [
    "add",
    "subtract",
    "multiply",
    "divide",
    "negative",
    "absolute",
    "maximum",
    "minimum",
    "equal",
    "not_equal",
    "less",
    "less_equal",
    "greater",
    "greater_equal",
    "logical_not",
    "cast",
]


def recompute(fusion, outputs, passes=None):
    """[Fusion, outputs] with a copy of each cheap node for each group that reads it; None where that saves nothing.

    passes: takes note of it.
    """
    search = _Search(fusion)
    chosen = new_map()
    tally = Tally()
    for node in fusion.nodes:
        if search.is_chosen(node, chosen):
            chosen.put(node.serial, True)
            search.reserve(node)
            tally.note(node.op if node.label is None else node.label)
    if chosen.size() == 0:
        return None
    copied = _copied(fusion, outputs, chosen)
    again = fuse(copied)
    join_rows(again)
    join_reductions(again)
    before = _stored_in(fusion)
    after = _stored_in(again)
    if after >= before or len(again.live_groups()) > len(fusion.live_groups()):
        return None
    if passes is not None:
        passes.add("recomputed where read", before, after, "stored values", tally.text())
    return [again, copied]


def _stored_in(fusion):
    """How many results of groups are stored."""
    count = 0
    for group in fusion.live_groups():
        count = count + len(fusion.escaping(group))
    return count


class _Search:
    """stored: serial → True for nodes whose results are written to memory; more: group number → operands that a group
    gets for nodes chosen so far.
    """

    def __init__(self, fusion):
        self.fusion = fusion
        self.stored = new_map()
        self.more = new_map()
        for node in fusion.nodes:
            if fusion.group_of(node) is None and not is_inline(node):
                self.stored.put(node.serial, True)
        for group in fusion.live_groups():
            self.more.put(group.number, 0)
            for node in fusion.escaping(group):
                self.stored.put(node.serial, True)

    def is_chosen(self, node, chosen):
        if node.op not in CHEAP or node.outputs[0][1] == "float64" or not self.stored.has(node.serial):
            return False
        fusion = self.fusion
        if fusion.kept.has(node.serial) or not self._has_one_large_operand(node, chosen):
            return False
        group = fusion.group_of(node)
        for user in fusion.users.at(node.serial):
            home = fusion.group_of(user)
            if home is not group and not self._may_take(home, user, node):
                return False
        return True

    def _has_one_large_operand(self, node, chosen):
        shape = node.outputs[0][0]
        large = None
        for tensor in node.inputs:
            if is_inline(tensor.node):
                continue
            if same_shape(tensor.shape, shape):
                if large is not None and large.node is not tensor.node:
                    return False
                large = tensor
        # What is made of variables alone is computed once for many runs, and new versions are written over old ones.
        if large is None or large.node.op == "variable" or large.node.op == "constant":
            return False
        return self.stored.has(large.node.serial) and not chosen.has(large.node.serial)

    def _may_take(self, home, user, node):
        """Whether the group of a node that reads another may compute that itself."""
        shape = node.outputs[0][0]
        if home is None or not is_elementwise(user) and home.rows is None and home.reduced is None:
            return False
        if not same_shape(home.shape if home.rows is None else home.rows, shape):
            return False
        return len(home.operands) + self.more.at(home.number) + len(node.inputs) - 1 <= MOST_OPERANDS

    def reserve(self, node):
        """Count the operands that the groups which read a chosen node get."""
        counted = new_map()
        own = self.fusion.group_of(node)
        for user in self.fusion.users.at(node.serial):
            home = self.fusion.group_of(user)
            if home is not own and not counted.has(home.number):
                counted.put(home.number, True)
                self.more.put(home.number, self.more.at(home.number) + len(node.inputs) - 1)
        return None


def _copied(fusion, outputs, chosen):
    done = new_map()
    copies = new_map()
    later = False
    for node in fusion.nodes:
        group = fusion.group_of(node)
        inputs = []
        for tensor in node.inputs:
            source = tensor.node
            found = done.at(source.serial)[tensor.output]
            if chosen.has(source.serial) and fusion.group_of(source) is not group:
                key = str(source.serial) + ":" + str(group.number)
                if not copies.has(key):
                    copies.put(key, Tensor(_renewed(source, found.node.inputs), 0))
                found = copies.at(key)
            later = later or found.node is not source
            inputs.append(found)
        # Groups depend on the order of serials, so what comes after a new node is made anew, too.
        leaf = len(node.inputs) == 0 and not is_generator(node.op)
        kept = _renewed(node, inputs) if later and not leaf else node
        done.put(node.serial, [Tensor(kept, i) for i in range(len(node.outputs))])
    return [done.at(tensor.node.serial)[tensor.output] for tensor in outputs]


def _renewed(node, inputs):
    return Node(node.op, inputs, node.attrs, node.outputs, new_serial(), node.label)
