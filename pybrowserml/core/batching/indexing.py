"""Batching of gathers and scatters."""

from ..dims import dim_mul
from ..opset.binary import add, equal, maximum, minimum, multiply, where
from ..opset.gather_sum import gather_sum
from ..opset.gathering import dim_scalar, gather
from ..opset.generators import iota
from ..opset.movement import reshape, transpose
from ..opset.registry import record
from .axes import fold_rows, front, moved, with_attr


def _offset_indices(indices, count, batch, clamp=True):
    """Indices [B, ...] into an axis of `count` → indices into all B of them, one behind the other.

    clamp: whether those out of range are clamped, or (False) become -1.
    """
    size = dim_scalar(count)
    clamped = maximum(minimum(indices, add(size, -1)), 0)
    shape = [1 for dim in indices.shape]
    shape[0] = batch.size
    places = add(clamped, multiply(iota(shape, 0), size))
    return places if clamp else where(equal(clamped, indices), places, -1)


def gather_rule(node, inputs, mapped, batch):
    x, indices = inputs[0], inputs[1]
    axis = node.attrs["axis"]
    if not mapped[1]:
        return [gather(x, indices, axis + 1)]
    if not mapped[0]:
        return [moved(gather(x, indices, axis), axis, 0)]
    count = x.shape[axis + 1]
    lines = fold_rows(moved(x, axis + 1, 1))
    taken = gather(lines, _offset_indices(indices, count, batch), 0)
    return [_gathered(taken, axis, len(indices.shape) - 1)]


def _gathered(taken, axis, inside):
    """[B, indices, before, after] → [B, before, indices, after], `axis` axes before and `inside` of the indices."""
    perm = [0]
    perm.extend([1 + inside + i for i in range(axis)])
    perm.extend([1 + i for i in range(inside)])
    perm.extend([i for i in range(1 + inside + axis, len(taken.shape))])
    return transpose(taken, perm)


def scatter_rule(node, inputs, mapped, batch):
    attrs = node.attrs
    axis = attrs["axis"]
    shape = attrs["shape"]
    tensors = [batch.raised(inputs[i], mapped[i]) for i in range(1, len(inputs))]
    if not mapped[0]:
        tensors.insert(0, inputs[0])
        attrs = with_attr(with_attr(attrs, "axis", axis + 1), "shape", front(batch.size, shape))
        return record("scatter", tensors, attrs)
    # [B, before, indices, after] → [B, indices, before, after]
    inside = len(inputs[0].shape) - 1
    perm = [0]
    perm.extend([1 + axis + i for i in range(inside)])
    perm.extend([1 + i for i in range(axis)])
    perm.extend([i for i in range(1 + axis + inside, len(tensors[0].shape))])
    lines = [_offset_indices(inputs[0], shape[axis], batch, attrs["clamp"]), transpose(tensors[0], perm)]
    if len(tensors) == 2:
        lines.append(fold_rows(moved(tensors[1], axis + 1, 1)))
    rest = shape[0:axis]
    rest.extend(shape[axis + 1 : len(shape)])
    total = front(dim_mul(batch.size, shape[axis]), rest)
    found = record("scatter", lines, with_attr(with_attr(attrs, "axis", 0), "shape", total))[0]
    return [moved(reshape(found, front(batch.size, front(shape[axis], rest))), 1, axis + 1)]


def gather_sum_rule(node, inputs, mapped, batch):
    x = inputs[0]
    axis = node.attrs["axis"]
    if not mapped[1] and not mapped[2]:
        return [gather_sum(x, inputs[1], inputs[2], axis + 1)]
    indices = batch.raised(inputs[1], mapped[1])
    weights = batch.raised(inputs[2], mapped[2])
    if not mapped[0]:
        return [moved(gather_sum(x, indices, weights, axis), axis, 0)]
    lines = fold_rows(moved(x, axis + 1, 1))
    places = _offset_indices(indices, x.shape[axis + 1], batch)
    return [_gathered(gather_sum(lines, places, weights, 0), axis, len(indices.shape) - 2)]
