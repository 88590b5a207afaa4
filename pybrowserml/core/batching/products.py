"""Batching of matrix products and convolutions."""

from ..dims import dim_mul
from ..opset.movement import reshape
from ..opset.registry import record
from ..shapes import copy_shape
from .axes import aligned, fold_rows, moved, unfolded, with_attr
from .makers import folded_attrs


def matmul_rule(node, inputs, mapped, batch):
    a, b = inputs[0], inputs[1]
    rank_a = len(a.shape) - 1 if mapped[0] else len(a.shape)
    rank_b = len(b.shape) - 1 if mapped[1] else len(b.shape)
    if not mapped[1] and rank_a == 2 and rank_b == 2 and not node.attrs["transpose_a"]:
        # One product of all rows.
        return unfolded(record("matmul", [fold_rows(a), b], node.attrs), a.shape[1], batch)
    rank = rank_a if rank_a > rank_b else rank_b
    return record("matmul", [aligned(a, mapped[0], rank), aligned(b, mapped[1], rank)], node.attrs)


def _channels(x):
    """[B, ..., C] → [..., B * C]"""
    last = len(x.shape) - 1
    beside = moved(x, 0, last - 1)
    shape = copy_shape(beside.shape[0 : last - 1])
    shape.append(dim_mul(x.shape[0], x.shape[last]))
    return reshape(beside, shape)


def _from_channels(y, size):
    """[..., B * C] → [B, ..., C]"""
    last = len(y.shape) - 1
    shape = copy_shape(y.shape[0:last])
    shape.append(size)
    shape.append(y.shape[last] // size)
    return moved(reshape(y, shape), last, 0)


def convolution_rule(rows, shape_key):
    """A convolution or one of its transposes. Elements become rows of the images where only these are mapped, else
    groups of channels.

    rows: places of the operands that hold images. shape_key: the attribute with the result's shape, or None.
    """

    def rule(node, inputs, mapped, batch):
        if len(rows) == 1 and not mapped[1]:
            folded = [fold_rows(inputs[0]), inputs[1]]
            results = record(node.op, folded, folded_attrs(node, batch, shape_key))
            return unfolded(results, inputs[0].shape[1], batch)
        size = batch.known_size(node.op)
        groups = node.attrs["groups"]
        shared = node.op != "conv2d_input_grad" and not mapped[0] and groups == 1
        first = inputs[0] if shared else _channels(batch.raised(inputs[0], mapped[0]))
        second = _channels(batch.raised(inputs[1], mapped[1]))
        attrs = node.attrs if shared else with_attr(node.attrs, "groups", groups * size)
        if shape_key is not None:
            shape = copy_shape(attrs[shape_key])
            shape[3] = shape[3] * size
            attrs = with_attr(attrs, shape_key, shape)
        return [_from_channels(record(node.op, [first, second], attrs)[0], size)]

    return rule
