"""Batching of gathers and scatters."""

from ..dims import dim_mul
from ..opset.binary import add, greater_equal, less, logical_and, maximum, minimum, multiply, where
from ..opset.gather_sum import gather_sum
from ..opset.gathering import dim_scalar, gather, scatter
from ..opset.generators import iota
from ..opset.movement import reshape, transpose
from .axes import fold_rows, front, moved


def _offset_indices(indices, count, batch):
    """Indices [B, ...] into an axis of `count` → indices into all B of them, one behind the other."""
    size = dim_scalar(count)
    clamped = maximum(minimum(indices, add(size, -1)), 0)
    shape = [1 for dim in indices.shape]
    shape[0] = batch.size
    return add(clamped, multiply(iota(shape, 0), size))


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
    updates = batch.raised(inputs[1], mapped[1])
    base = batch.raised(inputs[2], mapped[2]) if len(inputs) == 3 else None
    if not mapped[0]:
        whole = front(batch.size, shape)
        return [scatter(attrs["reduction"], inputs[0], updates, axis + 1, whole, attrs["clamp"], base)]
    # [B, before, indices, after] → [B, indices, before, after]
    inside = len(inputs[0].shape) - 1
    perm = [0]
    perm.extend([1 + axis + i for i in range(inside)])
    perm.extend([1 + i for i in range(axis)])
    perm.extend([i for i in range(1 + axis + inside, len(updates.shape))])
    rest = shape[0:axis]
    rest.extend(shape[axis + 1 : len(shape)])
    total = front(dim_mul(batch.size, shape[axis]), rest)
    indices = _offset_indices(inputs[0], shape[axis], batch)
    if not attrs["clamp"]:
        within = logical_and(greater_equal(inputs[0], 0), less(inputs[0], dim_scalar(shape[axis])))
        indices = where(within, indices, -1)
    lines = None if base is None else fold_rows(moved(base, axis + 1, 1))
    made = scatter(attrs["reduction"], indices, transpose(updates, perm), 0, total, False, lines)
    return [moved(reshape(made, front(batch.size, front(shape[axis], rest))), 1, axis + 1)]


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
