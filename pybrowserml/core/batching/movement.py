"""Batching of movement."""

from ..opset.movement import broadcast_to, slice_strided
from ..opset.registry import record
from .axes import aligned, all_raised, front, with_attr


def reshape_rule(node, inputs, mapped, batch):
    return record("reshape", inputs, {"shape": front(batch.size, node.outputs[0][0])})


def transpose_rule(node, inputs, mapped, batch):
    perm = [0]
    perm.extend([axis + 1 for axis in node.attrs["perm"]])
    return record("transpose", inputs, {"perm": perm})


def broadcast_rule(node, inputs, mapped, batch):
    shape = node.outputs[0][0]
    return [broadcast_to(aligned(inputs[0], True, len(shape)), front(batch.size, shape))]


def slice_rule(node, inputs, mapped, batch):
    attrs = node.attrs
    return [
        slice_strided(
            inputs[0],
            front(0, attrs["begin"]),
            front(batch.size, attrs["shape"]),
            front(1, attrs["strides"]),
        )
    ]


def pad_rule(node, inputs, mapped, batch):
    return record("pad", inputs, with_attr(node.attrs, "pads", front([0, 0, 0], node.attrs["pads"])))


def concat_rule(node, inputs, mapped, batch):
    return record("concat", all_raised(inputs, mapped, batch), {"axis": node.attrs["axis"] + 1})
