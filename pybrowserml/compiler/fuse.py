"""Elementwise fusion: which nodes become one step.

Elementwise nodes of one shape join into groups, and a group that is the only reader of a matmul or convolution becomes
its epilogue. Joining never makes a cycle: a node joins a group only if no other path leads from the group to it.
"""

from ..core.graph import new_mark, walk
from ..core.opset.registry import is_elementwise as fuses
from ..core.opset.registry import is_generator
from ..core.shapes import same_shape
from ..platform.errors import error
from ..platform.maps import new_map
from .passes import titles_of
from .rewrite import contains

WITH_EPILOGUE = ["matmul", "conv2d"]
# WebGL2 guarantees 16 textures to a shader, of which a kernel with an epilogue needs up to three itself.
MOST_OPERANDS = 12


class Group:
    """Nodes that become one step. anchor: the node whose result an epilogue works on, or None. rows: the shape of what
    a step `rows` reduces, or None. reduced: the axes along which a step `reductions` reduces some of its results, or
    None. second: the last product of a step `attention`, whose first is its anchor, or None.
    inlined: nodes of other groups that the step computes once more. absorbed: all who read it do so, it is no step.

    lowest, highest: the serials of the oldest and the newest node. operands: the tensors that the nodes read from
    outside, inlined scalars left out. place: where it stands last among `Fusion.recent`, -1 once merged. mark: of the
    last search that went through it.
    """

    def __init__(self, number, shape):
        self.number = number
        self.shape = shape
        self.nodes = []
        self.anchor = None
        self.rows = None
        self.reduced = None
        self.second = None
        self.inlined = []
        self.absorbed = False
        self.merged_into = None
        self.lowest = 0
        self.highest = 0
        self.operands = []
        self.place = -1
        self.mark = 0

    def take(self, nodes):
        """Add nodes."""
        for node in nodes:
            if len(self.nodes) == 0 or node.serial < self.lowest:
                self.lowest = node.serial
            if len(self.nodes) == 0 or node.serial > self.highest:
                self.highest = node.serial
            self.nodes.append(node)


def is_inline(node):
    """True for scalars that are written into expressions: constants of rank 0 and sizes."""
    return node.op == "size" or node.op == "constant" and len(node.outputs[0][0]) == 0


def is_elementwise(node):
    return fuses(node.op) and not is_inline(node) or node.op == "broadcast_to"


def fuse(outputs, passes=None):
    """The Fusion of a graph: every node that is not a leaf or inlined is in one group. passes: takes note of them."""
    fusion = Fusion(outputs)
    for node in fusion.nodes:
        if len(node.inputs) > 0 or is_generator(node.op):
            if not is_inline(node):
                fusion.place(node)
    if passes is None:
        fusion.attach_epilogues()
        return fusion
    single = 0
    for node in fusion.nodes:
        if fusion.group_of(node) is not None:
            single = single + 1
    chained = fusion.live_groups()
    about = titles_of([group for group in chained if len(group.nodes) > 1])
    passes.add("chains of elementwise work", single, len(chained), "steps", about)
    fusion.attach_epilogues()
    finished = fusion.live_groups()
    about = titles_of([group for group in finished if group.anchor is not None])
    passes.add("epilogues", len(chained), len(finished), "steps", about)
    return fusion


class Fusion:
    """The groups made so far. users: serial → nodes that read it. homes: serial → the group that it was put into.

    recent: groups in the order of their newest nodes; only the last entry of a group counts.
    """

    def __init__(self, outputs):
        self.nodes = walk(outputs)
        self.kept = new_map()
        for tensor in outputs:
            self.kept.put(tensor.node.serial, True)
        self.groups = []
        self.recent = []
        self.homes = new_map()
        self.users = new_map()
        for node in self.nodes:
            self.users.put(node.serial, [])
            for tensor in node.inputs:
                self.users.at(tensor.node.serial).append(node)

    def group_of(self, node):
        """The group that a node belongs to, or None for leaves and inlined scalars."""
        group = self.homes.at(node.serial)
        if group is None:
            return None
        while group.merged_into is not None:
            group = group.merged_into
        return group

    def live_groups(self):
        return [group for group in self.groups if group.merged_into is None]

    def new_group(self, shape):
        group = Group(len(self.groups), shape)
        self.groups.append(group)
        return group

    def put(self, group, node):
        """Add the newest node to a group."""
        group.take([node])
        group.place = len(self.recent)
        self.recent.append(group)
        self.homes.put(node.serial, group)

    def merge(self, group, other):
        """Put all of another group into a group."""
        group.take(other.nodes)
        other.merged_into = group
        if other.place > group.place:
            group.place = other.place
            self.recent[other.place] = group
        other.place = -1

    def place(self, node):
        """Put a node into a group of its elementwise inputs where that is possible, else into a new one."""
        target = None
        operands = []
        if is_elementwise(node) and not self._waits_for_reader(node):
            for tensor in node.inputs:
                group = self.group_of(tensor.node)
                if group is None or group is target or not is_elementwise(tensor.node):
                    continue
                if not same_shape(group.shape, node.outputs[0][0]):
                    continue
                if self.reaches_outside(group, [node], None):
                    continue
                joined = self._operands_of(node, [group] if target is None else [group, target])
                if len(joined) > MOST_OPERANDS:
                    continue
                if target is None:
                    target = group
                    operands = joined
                elif not self.reaches_outside(group, target.nodes, target) and not self.reaches_outside(
                    target, group.nodes, group
                ):
                    target.take(group.nodes)
                    group.merged_into = target
                    group.place = -1
                    operands = joined
        if target is None:
            target = self.new_group(node.outputs[0][0])
            operands = self._operands_of(node, [])
        self.put(target, node)
        target.operands = operands

    def _operands_of(self, node, groups):
        """What an expression of a node and of groups reads from outside."""
        found = []
        for group in groups:
            for tensor in group.operands:
                self.note_operand(found, tensor, groups)
        for tensor in node.inputs:
            if not is_inline(tensor.node):
                self.note_operand(found, tensor, groups)
        return found

    def note_operand(self, found, tensor, groups):
        home = self.group_of(tensor.node)
        for group in groups:
            if group is home:
                return None
        for known in found:
            if known.node is tensor.node and known.output == tensor.output:
                return None
        found.append(tensor)
        return None

    def _waits_for_reader(self, node):
        """True for a node that is better computed where it is read than where its one operand is.

        The mask of a relu in the backward pass is one: its operand is stored anyway, so computing the mask beside its
        reader saves a stored value, and the forward group keeps the single result that an epilogue needs.
        """
        source = None
        for tensor in node.inputs:
            if not is_inline(tensor.node):
                if source is not None:
                    return False
                source = tensor.node
        if source is None or not is_elementwise(source) or self.kept.has(node.serial):
            return False
        if not self._is_stored(source):
            return False
        group = self.group_of(source)
        for user in self.users.at(node.serial):
            if not is_elementwise(user) or not same_shape(user.outputs[0][0], node.outputs[0][0]):
                return False
            if not self.reaches_outside(group, [node, user], None):
                return False
        return True

    def _is_stored(self, node):
        """True when an elementwise node's result is written to memory whatever the grouping."""
        if self.kept.has(node.serial):
            return True
        for user in self.users.at(node.serial):
            if not is_elementwise(user):
                return True
        return False

    def reaches_outside(self, group, nodes, own):
        """True when one of the nodes depends on the group by a path that leaves the group. own: the nodes' group."""
        mark = new_mark()
        stack = []
        for member in nodes:
            for tensor in member.inputs:
                home = self.group_of(tensor.node)
                if home is group or own is not None and home is own:
                    continue
                if own is None and contains(nodes, tensor.node):
                    continue
                stack.append(tensor.node)
        if len(stack) == 0:
            return False
        horizon = self._horizon(group.lowest)
        while len(stack) > 0:
            node = stack.pop()
            if node.mark == mark or node.serial < horizon:
                continue
            if self.group_of(node) is group:
                return True
            self._step_back(node, mark, stack)
        return False

    def _step_back(self, node, mark, stack):
        """Mark a node, and push what must run before it: it runs with its whole group."""
        node.mark = mark
        group = self.group_of(node)
        if group is None:
            for tensor in node.inputs:
                stack.append(tensor.node)
        elif group.mark != mark:
            group.mark = mark
            for member in group.nodes:
                for tensor in member.inputs:
                    if tensor.node.mark != mark:
                        stack.append(tensor.node)
            if group.anchor is not None:
                for tensor in group.anchor.inputs:
                    stack.append(tensor.node)

    def _horizon(self, serial):
        """The serial below which no node can depend on that of a given serial.

        Inputs have lower serials than their users, but a node runs with its whole group, so an old node may wait
        for a newer one. Groups that reach across the horizon move it down.
        """
        horizon = serial
        i = len(self.recent) - 1
        while i >= 0:
            group = self.recent[i]
            if group.place == i:
                if group.highest < horizon:
                    return horizon
                if group.lowest < horizon:
                    horizon = group.lowest
            i = i - 1
        return horizon

    def attach_epilogues(self):
        """Give each matmul or convolution the one group that alone reads it."""
        for node in self.nodes:
            if node.op in WITH_EPILOGUE and not self.kept.has(node.serial):
                group = self._only_reader(node)
                if group is not None and group.anchor is None and self._fits(group, node):
                    own = self.group_of(node)
                    group.anchor = node
                    own.merged_into = group
                    own.place = -1

    def _only_reader(self, node):
        found = None
        for user in self.users.at(node.serial):
            group = self.group_of(user)
            if not is_elementwise(user) or found is not None and group is not found:
                return None
            found = group
        return found

    def _fits(self, group, node):
        """An epilogue has the anchor's shape, makes one result, and its other operands do not wait for the anchor."""
        if not same_shape(group.shape, node.outputs[0][0]):
            return False
        if len(self.escaping(group)) != 1:
            return False
        return not self._depends_on(group, node)

    def _depends_on(self, group, anchor):
        """True when an operand of the group, other than the anchor, depends on the anchor outside of the group."""
        stack = []
        for member in group.nodes:
            for tensor in member.inputs:
                if tensor.node is not anchor and self.group_of(tensor.node) is not group:
                    stack.append(tensor.node)
        horizon = self._horizon(anchor.serial)
        mark = new_mark()
        while len(stack) > 0:
            node = stack.pop()
            if node is anchor:
                return True
            if node.mark != mark and node.serial >= horizon:
                self._step_back(node, mark, stack)
        return False

    def escaping(self, group):
        """The nodes of a group that are outputs or are read outside of it."""
        found = []
        for node in group.nodes:
            escapes = self.kept.has(node.serial)
            for user in self.users.at(node.serial):
                if self.group_of(user) is not group:
                    escapes = True
            if escapes:
                found.append(node)
        return found

    def is_read(self, node, output):
        """True when some node reads that output of a node."""
        for user in self.users.at(node.serial):
            for tensor in user.inputs:
                if tensor.node is node and tensor.output == output:
                    return True
        return False

    def dependencies(self, group):
        """The groups that must run before a group."""
        found = []
        mark = new_mark()
        members = list(group.nodes)
        if group.anchor is not None:
            members.append(group.anchor)
        for member in members:
            for tensor in member.inputs:
                other = self.group_of(tensor.node)
                if other is not None and other is not group and other.mark != mark:
                    other.mark = mark
                    found.append(other)
        return found


def order_groups(fusion):
    """The live groups in an order in which each follows its dependencies, near the order of recording."""
    groups = fusion.live_groups()
    by_last = new_map()
    keys = []
    for group in groups:
        keys.append(group.highest)
        by_last.put(group.highest, group)
    ordered = []
    opened = new_map()
    placed = new_map()
    for key in sorted(keys):
        stack = [by_last.at(key)]
        while len(stack) > 0:
            group = stack[len(stack) - 1]
            waiting = [other for other in fusion.dependencies(group) if not placed.has(other.number)]
            if len(waiting) == 0 or placed.has(group.number):
                stack.pop()
                if not placed.has(group.number):
                    placed.put(group.number, True)
                    ordered.append(group)
            elif opened.has(group.number):
                raise error("ArgumentError", "compiler: two groups of a plan wait for each other")
            else:
                opened.put(group.number, True)
                stack.extend(waiting)
    return ordered
