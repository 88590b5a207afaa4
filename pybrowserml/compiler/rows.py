"""Reductions along the last axis with the elementwise work before and behind them, as one step.

So softmax, layer normalization, their gradients, a logarithm of a sum of powers and the like are each one kernel
`rows`, which keeps what it needs of a few rows in cache, or in registers, instead of storing tensors in between.
"""

from ..core.dims import is_symbolic
from ..core.opset.registry import is_generator
from ..core.shapes import reduced_shape, same_shape
from .fuse import MOST_OPERANDS, is_elementwise, is_inline

REDUCTIONS = {"sum": "row_sum", "max": "row_max", "min": "row_min"}
# Longer rows are reduced in parts, by kernels that can share them out.
LONGEST = 16384
MOST_RESULTS = 4


def join_rows(fusion):
    """Merge groups of a Fusion around reductions along the last axis."""
    for node in list(fusion.nodes):
        if is_row_reduction(node):
            _Cluster(fusion, node).grow()


def is_row_reduction(node):
    """True for a reduction that a step `rows` can take in."""
    if node.op != "reduce" or node.attrs["op"] not in REDUCTIONS or node.outputs[0][1] != "float32":
        return False
    shape = node.inputs[0].shape
    last = len(shape) - 1
    axes = node.attrs["axes"]
    if len(axes) != 1 or axes[0] != last:
        return False
    return is_symbolic(shape[last]) or 1 < shape[last] <= LONGEST


class _Cluster:
    """The group of a reduction, which takes in its neighbours one after the other."""

    def __init__(self, fusion, node):
        self.fusion = fusion
        self.wide = node.inputs[0].shape
        self.narrow = reduced_shape(self.wide, [len(self.wide) - 1], True)
        self.group = fusion.group_of(node)

    def grow(self):
        fits = True
        while fits:
            fits = False
            for other in self._neighbours():
                if other.merged_into is None and other is not self.group and self._takes(other):
                    self._merge(other)
                    fits = True

    def _neighbours(self):
        """The groups that hand on to the cluster, or read it."""
        found = []
        for node in self.group.nodes:
            for tensor in node.inputs:
                self._note(found, tensor.node)
            for user in self.fusion.users.at(node.serial):
                self._note(found, user)
        return found

    def _note(self, found, node):
        group = self.fusion.group_of(node)
        if group is None or group is self.group:
            return None
        for known in found:
            if known is group:
                return None
        found.append(group)
        return None

    def _takes(self, other):
        """Whether a group can be part of the step."""
        if other.anchor is not None or not self._is_of_rows(other):
            return False
        nodes = list(self.group.nodes)
        nodes.extend(other.nodes)
        groups = [self.group, other]
        if len(self._operands(groups)) > MOST_OPERANDS or not self._are_aligned(nodes, groups):
            return False
        if self._results(groups) > MOST_RESULTS:
            return False
        fusion = self.fusion
        if fusion.reaches_outside(self.group, other.nodes, other):
            return False
        return not fusion.reaches_outside(other, self.group.nodes, self.group)

    def _is_of_rows(self, group):
        """Elementwise work on whole rows, or on one number a row, or reductions of such rows; no float64."""
        for node in group.nodes:
            shape = node.outputs[0][0]
            if len(node.outputs) != 1 or node.outputs[0][1] == "float64":
                return False
            for tensor in node.inputs:
                if tensor.dtype == "float64":
                    return False
            if is_row_reduction(node):
                if not same_shape(node.inputs[0].shape, self.wide):
                    return False
            elif not is_elementwise(node) or is_generator(node.op):
                return False
            elif not same_shape(shape, self.wide) and not same_shape(shape, self.narrow):
                return False
        return True

    def _are_aligned(self, nodes, groups):
        """No node reads a result without its axis of 1: that would be aligned with other rows."""
        rank = len(self.wide)
        for node in nodes:
            for tensor in node.inputs:
                home = self.fusion.group_of(tensor.node)
                if (home is groups[0] or home is groups[1]) and len(tensor.shape) != rank:
                    return False
        return True

    def _operands(self, groups):
        found = []
        for group in groups:
            for node in group.nodes:
                for tensor in node.inputs:
                    if not is_inline(tensor.node):
                        self.fusion.note_operand(found, tensor, groups)
        return found

    def _results(self, groups):
        """How many values of the groups are read outside of them, or are outputs."""
        count = 0
        for group in groups:
            for node in group.nodes:
                escapes = self.fusion.kept.has(node.serial)
                for user in self.fusion.users.at(node.serial):
                    home = self.fusion.group_of(user)
                    escapes = escapes or home is not groups[0] and home is not groups[1]
                if escapes:
                    count = count + 1
        return count

    def _merge(self, other):
        operands = self._operands([self.group, other])
        self.fusion.merge(self.group, other)
        self.group.operands = operands
        self.group.rows = self.wide
