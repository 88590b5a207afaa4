"""Reductions along neighbouring axes with the elementwise work that makes their operands, as one step.

So variances, gradients of biases and of scales, losses and the like read an expression instead of a stored tensor, and
several of them along the same axes go over their operands once. What others read, too, is stored by the same step.
"""

from ..core.lists import same_items
from ..core.shapes import same_shape
from .fuse import MOST_OPERANDS, is_elementwise

DTYPES = ["float32", "int32"]


def join_reductions(fusion):
    """Merge reductions into the groups of a Fusion that make their operands."""
    for node in fusion.nodes:
        if node.op == "reduce" and node.outputs[0][1] in DTYPES and are_neighbours(node):
            group = fusion.group_of(node.inputs[0].node)
            own = fusion.group_of(node)
            if len(own.nodes) == 1 and group is not None and _takes(group, node):
                _merge(fusion, group, own)
    for group in fusion.live_groups():
        if group.reduced is not None and group.merged_into is None:
            _join_siblings(fusion, group)


def are_neighbours(node):
    """Whether no axis that stays lies between those that are reduced, axes of 1 aside."""
    shape = node.inputs[0].shape
    axes = node.attrs["axes"]
    for axis in range(axes[0], axes[len(axes) - 1]):
        if axis not in axes and shape[axis] != 1:
            return False
    return True


def _takes(group, node):
    """Whether a group of elementwise work can reduce one of its results, beside what it reduces already."""
    if (
        group.anchor is not None
        or group.rows is not None
        or not same_shape(group.shape, node.inputs[0].shape)
    ):
        return False
    if group.reduced is not None:
        return same_items(group.reduced, node.attrs["axes"])
    for member in group.nodes:
        if not is_elementwise(member) or member.op == "random_bits" or member.outputs[0][1] == "float64":
            return False
        for tensor in member.inputs:
            if tensor.dtype == "float64":
                return False
    return True


def _join_siblings(fusion, group):
    """Take in other reductions along the same axes of what the group reads anyway."""
    for tensor in list(group.operands):
        if not same_shape(tensor.shape, group.shape):
            continue
        for user in fusion.users.at(tensor.node.serial):
            own = fusion.group_of(user)
            if own is group or own is None or not _is_alike(own, group, tensor):
                continue
            if _reads(fusion, group, own) or _reads(fusion, own, group):
                continue
            if len(group.operands) + len(own.operands) - 1 > MOST_OPERANDS:
                continue
            if not fusion.reaches_outside(group, own.nodes, own) and not fusion.reaches_outside(
                own, group.nodes, group
            ):
                _merge(fusion, group, own)


def _is_alike(own, group, tensor):
    """Whether a group reduces a tensor, or expressions, as another group does."""
    if own.reduced is not None:
        return same_shape(own.shape, group.shape) and same_items(own.reduced, group.reduced)
    node = own.nodes[0]
    if len(own.nodes) > 1 or node.op != "reduce" or node.outputs[0][1] not in DTYPES:
        return False
    return node.inputs[0].output == tensor.output and _takes(group, node)


def _reads(fusion, group, other):
    """Whether a node of a group reads one of another group."""
    for node in group.nodes:
        for tensor in node.inputs:
            if fusion.group_of(tensor.node) is other:
                return True
    return False


def _merge(fusion, group, own):
    operands = []
    for each in [group, own]:
        for tensor in each.operands:
            fusion.note_operand(operands, tensor, [group, own])
    group.reduced = own.reduced if own.reduced is not None else own.nodes[0].attrs["axes"]
    fusion.merge(group, own)
    group.operands = operands
