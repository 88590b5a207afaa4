"""Elementwise fusion: which nodes become one step.

Elementwise nodes of one shape join into groups, and a group that is the only reader of a matmul or convolution becomes
its epilogue. Joining never makes a cycle: a node joins a group only if no other path leads from the group to it.
"""

from ..core.graph import walk
from ..core.opset.registry import is_elementwise as fuses
from ..core.opset.registry import is_generator
from ..core.shapes import same_shape
from ..platform.errors import error
from ..platform.maps import new_map

WITH_EPILOGUE = ["matmul", "conv2d"]
# WebGL2 guarantees 16 textures to a shader, of which a kernel with an epilogue needs up to three itself.
MOST_OPERANDS = 12


class Group:
    """Nodes that become one step. anchor: the node whose result an epilogue works on, or None.

    lowest, highest: the serials of the oldest and the newest node.
    """

    def __init__(self, number, shape):
        self.number = number
        self.shape = shape
        self.nodes = []
        self.anchor = None
        self.merged_into = None
        self.lowest = 0
        self.highest = 0

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


def fuse(outputs):
    """The Fusion of a graph: every node that is not a leaf or inlined is in one group."""
    fusion = Fusion(outputs)
    for node in fusion.nodes:
        if len(node.inputs) > 0 or is_generator(node.op):
            if not is_inline(node):
                fusion.place(node)
    fusion.attach_epilogues()
    return fusion


class Fusion:
    """The groups made so far. users: serial → serials of the nodes that read it."""

    def __init__(self, outputs):
        self.nodes = walk(outputs)
        self.kept = new_map()
        for tensor in outputs:
            self.kept.put(tensor.node.serial, True)
        self.groups = []
        self.group_numbers = new_map()
        self.users = new_map()
        for node in self.nodes:
            self.users.put(node.serial, [])
            for tensor in node.inputs:
                self.users.at(tensor.node.serial).append(node)

    def group_of(self, node):
        """The group that a node belongs to, or None for leaves and inlined scalars."""
        number = self.group_numbers.at(node.serial)
        if number is None:
            return None
        group = self.groups[number]
        while group.merged_into is not None:
            group = group.merged_into
        return group

    def live_groups(self):
        return [group for group in self.groups if group.merged_into is None]

    def place(self, node):
        """Put a node into a group of its elementwise inputs where that is possible, else into a new one."""
        target = None
        if is_elementwise(node) and not self._waits_for_reader(node):
            for tensor in node.inputs:
                group = self.group_of(tensor.node)
                if group is None or group is target or not is_elementwise(tensor.node):
                    continue
                if not same_shape(group.shape, node.outputs[0][0]) or self._reaches_outside(group, [node]):
                    continue
                joined = list(group.nodes)
                joined.append(node)
                if target is not None:
                    joined.extend(target.nodes)
                if self._operand_count(joined) > MOST_OPERANDS:
                    continue
                if target is None:
                    target = group
                elif not self._reaches_outside(group, target.nodes) and not self._reaches_outside(
                    target, group.nodes
                ):
                    target.take(group.nodes)
                    group.merged_into = target
        if target is None:
            target = Group(len(self.groups), node.outputs[0][0])
            self.groups.append(target)
        target.take([node])
        self.group_numbers.put(node.serial, target.number)

    def _operand_count(self, nodes):
        """How many values from outside an expression of these nodes reads."""
        inside = new_map()
        for node in nodes:
            inside.put(node.serial, True)
        seen = new_map()
        for node in nodes:
            for tensor in node.inputs:
                if not inside.has(tensor.node.serial) and not is_inline(tensor.node):
                    seen.put(str(tensor.node.serial) + ":" + str(tensor.output), True)
        return seen.size()

    def _waits_for_reader(self, node):
        """True for a node that is better computed where it is read than where its one operand is.

        The mask of a relu in the backward pass is one: its operand is stored anyway, so computing the mask beside its
        reader saves a stored value, and the forward group keeps the single result that an epilogue needs.
        """
        sources = [tensor.node for tensor in node.inputs if not is_inline(tensor.node)]
        if len(sources) != 1 or not is_elementwise(sources[0]) or self.kept.has(node.serial):
            return False
        if not self._is_stored(sources[0]):
            return False
        group = self.group_of(sources[0])
        for user in self.users.at(node.serial):
            if not is_elementwise(user) or not same_shape(user.outputs[0][0], node.outputs[0][0]):
                return False
            if not self._reaches_outside(group, [node, user]):
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

    def _reaches_outside(self, group, nodes):
        """True when one of the nodes depends on the group by a path that leaves the group."""
        horizon = self._horizon(group.lowest)
        own = new_map()
        for member in nodes:
            own.put(member.serial, True)
        seen = new_map()
        stack = []
        for member in nodes:
            for tensor in member.inputs:
                inside = self.group_of(tensor.node) is group
                if not inside and not own.has(tensor.node.serial):
                    stack.append(tensor.node)
        while len(stack) > 0:
            node = stack.pop()
            if seen.has(node.serial) or node.serial < horizon:
                continue
            seen.put(node.serial, True)
            found = self.group_of(node)
            if found is group:
                return True
            members = [node] if found is None else found.nodes
            for member in members:
                for tensor in member.inputs:
                    if not seen.has(tensor.node.serial):
                        stack.append(tensor.node)
        return False

    def _horizon(self, serial):
        """The serial below which no node can depend on that of a given serial.

        Inputs have lower serials than their users, but a node runs with its whole group, so an old node may wait
        for a newer one. Groups that reach across the horizon move it down.
        """
        horizon = serial
        moved = True
        while moved:
            moved = False
            for group in self.groups:
                if group.merged_into is None and group.lowest < horizon and group.highest >= horizon:
                    horizon = group.lowest
                    moved = True
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
        seen = new_map()
        while len(stack) > 0:
            node = stack.pop()
            if node is anchor:
                return True
            if seen.has(node.serial) or node.serial < horizon:
                continue
            seen.put(node.serial, True)
            found = self.group_of(node)
            for member in [node] if found is None else found.nodes:
                for tensor in member.inputs:
                    stack.append(tensor.node)
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
        members = list(group.nodes)
        if group.anchor is not None:
            members.append(group.anchor)
        for member in members:
            for tensor in member.inputs:
                other = self.group_of(tensor.node)
                if other is not None and other is not group:
                    present = False
                    for known in found:
                        present = present or known is other
                    if not present:
                        found.append(other)
        return found


def order_groups(fusion):
    """The live groups in an order in which each follows its dependencies, near the order of recording."""
    groups = fusion.live_groups()
    by_last = new_map()
    keys = []
    for group in groups:
        last = group.nodes[0].serial
        for node in group.nodes:
            if node.serial > last:
                last = node.serial
        keys.append(last)
        by_last.put(last, group)
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
