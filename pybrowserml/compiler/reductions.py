"""Reductions along neighbouring axes with the elementwise work that makes their operands, as one step.

So variances, gradients of biases and of scales, losses and the like read an expression instead of a stored tensor, and
several of them along the same axes go over their operands once. What others read, too, is stored by the same step.
"""

from ..core.shapes import same_shape
from .fuse import is_elementwise

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
        if group.reduced is not None:
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
    if group.anchor is not None or group.rows is not None or not same_shape(group.shape, node.inputs[0].shape):
        return False
    if group.reduced is not None:
        return same_shape(group.reduced, node.attrs["axes"])
    for member in group.nodes:
        if not is_elementwise(member) or member.op == "random_bits" or member.outputs[0][1] == "float64":
            return False
        for tensor in member.inputs:
            if tensor.dtype == "float64":
                return False
    return True


def _join_siblings(fusion, group):
    """Take in reductions, along the same axes, of what the group reads anyway."""
    for tensor in group.operands:
        for user in fusion.users.at(tensor.node.serial):
            own = fusion.group_of(user)
            if user.op != "reduce" or own is group or len(own.nodes) > 1 or user.inputs[0].output != tensor.output:
                continue
            if user.outputs[0][1] not in DTYPES or not _takes(group, user):
                continue
            if not fusion.reaches_outside(group, [user], own) and not fusion.reaches_outside(
                own, group.nodes, group
            ):
                _merge(fusion, group, own)


def _merge(fusion, group, own):
    group.reduced = own.nodes[0].attrs["axes"]
    fusion.merge(group, own)
