"""Reading at indices: along an axis, at points, by slices."""

from typing import Any

from ..core.dims import dim_mul, dim_sub, dims_equal, format_dim, is_symbolic
from ..core.graph import is_tensor
from ..core.opset.binary import (
    add,
    greater_equal,
    less,
    less_equal,
    logical_and,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ..core.opset.gathering import dim_scalar, gather, take_along
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to, pad_interior, reshape, slice_strided, transpose
from ..core.opset.plain import plain
from ..core.opset.registry import scalar, to_tensor, with_dtype
from ..core.opset.unary import cast
from ..core.shapes import (
    broadcast_shapes,
    copy_shape,
    element_count,
    format_shape,
    normalize_axis,
    same_shape,
)
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .arguments import shown


def wrapped(indices, size):
    """int32 indices in which negative ones count from the end of an axis."""
    indices = cast(to_tensor(indices), "int32")
    return where(less(indices, 0), add(indices, dim_scalar(size)), indices)


def take(x, indices, axis=None, batch_dims=0):
    """Slices of x at int32 indices along an axis (None: of the flattened tensor).

    Negative indices count from the end; those out of range are clamped.
    Shape: x.shape[:axis] + indices.shape[batch_dims:] + x.shape[axis+1:]. batch_dims: so many leading axes x and the
    indices share, each element of which has its own indices (negative: counted from the rank of the indices).
    """
    x = to_tensor(x, None, "take", "x")
    if batch_dims != 0:
        return _take_in_batches(x, to_tensor(indices, None, "take", "indices"), axis, batch_dims)
    if axis is None:
        x = reshape(x, [-1])
    place = 0 if axis is None else normalize_axis(axis, len(x.shape), "take")
    return gather(x, wrapped(indices, x.shape[place]), place)


def _take_in_batches(x, indices, axis, batch_dims):
    """Of the tensor with its batch and the axis flattened, at indices that begin where their element does."""
    if axis is None:
        raise error("ArgumentError", "take: batch_dims needs an axis")
    place = normalize_axis(axis, len(x.shape), "take")
    inner = len(indices.shape)
    count = batch_dims + inner if batch_dims < 0 else batch_dims
    if count < 0 or count > min(place, inner) or not same_shape(x.shape[0:count], indices.shape[0:count]):
        raise error(
            "ShapeError",
            "take: x and indices must share "
            + str(batch_dims)
            + " axes before the axis "
            + str(place)
            + ", got the shapes "
            + format_shape(x.shape)
            + " and "
            + format_shape(indices.shape),
        )
    size = x.shape[place]
    batch = copy_shape(x.shape[0:count])
    if dims_equal(element_count(batch), 0):
        none = copy_shape(x.shape[0:place])
        none.extend(indices.shape[count:inner])
        none.extend(x.shape[place + 1 : len(x.shape)])
        return broadcast_to(scalar(0, x.dtype), none)
    between = [i for i in range(count, place)]
    order = [i for i in range(count)]
    order.append(place)
    order.extend(between)
    order.extend([i for i in range(place + 1, len(x.shape))])
    rest = [x.shape[i] for i in order[count + 1 : len(order)]]
    flat = [dim_mul(element_count(batch), size)]
    flat.extend(rest)
    rows = [element_count(batch), element_count(indices.shape[count:inner])]
    top = subtract(dim_scalar(size), 1)
    within = minimum(maximum(reshape(wrapped(indices, size), rows), 0), top)
    places = add(within, multiply(iota(copy_shape(rows), 0), dim_scalar(size)))
    taken = copy_shape(indices.shape)
    taken.extend(rest)
    y = reshape(gather(reshape(transpose(x, order), flat), places, 0), taken)
    # The axes of the indices go where the axis was.
    back = [i for i in range(count)]
    back.extend([inner + i for i in range(len(between))])
    back.extend([i for i in range(count, inner)])
    back.extend([i for i in range(inner + len(between), len(taken))])
    return transpose(y, back)


def take_along_axis(x, indices, axis=None):
    """y[i, k, j] = x[i, indices[i, k, j], j] along an axis (None: of both flattened).

    x and the int32 indices have one rank; their other axes broadcast. Negative indices count from the end.
    """
    x = to_tensor(x, None, "take_along_axis", "x")
    indices = to_tensor(indices, None, "take_along_axis", "indices")
    if axis is None:
        x = reshape(x, [-1])
        indices = reshape(indices, [-1])
    rank = len(x.shape)
    place = normalize_axis(-1 if axis is None else axis, rank, "take_along_axis")
    if len(indices.shape) != rank:
        raise error(
            "ShapeError",
            "take_along_axis: x and indices must have one rank, got the shapes "
            + format_shape(x.shape)
            + " and "
            + format_shape(indices.shape),
        )
    size = x.shape[place]
    count = indices.shape[place]
    sides = copy_shape(indices.shape)
    sides[place] = size
    shape = broadcast_shapes(x.shape, sides, "take_along_axis")
    x = broadcast_to(x, shape)
    picked = copy_shape(shape)
    picked[place] = count
    indices = broadcast_to(wrapped(indices, size), picked)
    last = rank - 1
    if place == last:
        return take_along(x, indices)
    order = [i for i in range(rank)]
    order[place] = last
    order[last] = place
    return transpose(take_along(transpose(x, order), transpose(indices, order)), order)


def point_index(indices, shape, op):
    """Points [..., k] of the first k axes of a shape as places in these axes flattened; negative ones count from the
    end. A point out of range has the place -1.
    """
    indices = cast(to_tensor(indices, None, op, "indices"), "int32")
    rank = len(indices.shape)
    if rank == 0 or is_symbolic(indices.shape[rank - 1]) or indices.shape[rank - 1] > len(shape):
        raise error(
            "ShapeError",
            op
            + ": the last axis of indices must be at most the rank of "
            + format_shape(shape)
            + ", got indices of shape "
            + format_shape(indices.shape),
        )
    depth = indices.shape[rank - 1]
    lead = copy_shape(indices.shape[0 : rank - 1])
    place = broadcast_to(scalar(0, "int32"), lead)
    outside = broadcast_to(scalar(False, "bool"), lead)
    for k in range(depth):
        begin = [0 for dim in lead]
        begin.append(k)
        one = copy_shape(lead)
        one.append(1)
        column = reshape(slice_strided(indices, begin, one, [1 for dim in one]), lead)
        size = dim_scalar(shape[k])
        column = where(less(column, 0), add(column, size), column)
        inside = logical_and(greater_equal(column, 0), less(column, size))
        outside = where(inside, outside, True)
        place = add(multiply(place, size), column)
    return where(outside, -1, place)


def gather_nd(x, indices, batch_dims=0):
    """Slices of x at points: y[...] = x[indices[..., 0], indices[..., 1], ...].

    indices: int32 [..., k] with k at most the rank of x (behind the batch axes, which both share). Shape:
    indices.shape[:-1] + x.shape[batch_dims + k:]. Negative indices count from the end; points out of range read the
    first slice.
    """
    x = to_tensor(x, None, "gather_nd", "x")
    indices = cast(to_tensor(indices, None, "gather_nd", "indices"), "int32")
    if batch_dims > 0:
        return _batched_gather_nd(x, indices, batch_dims)
    place = point_index(indices, x.shape, "gather_nd")
    depth = indices.shape[len(indices.shape) - 1]
    flat = [element_count(x.shape[0:depth])]
    flat.extend(x.shape[depth : len(x.shape)])
    return gather(reshape(x, flat), place, 0)


def _batched_gather_nd(x, indices, batch_dims):
    """The batch axes become a first index of every point."""
    lead = copy_shape(x.shape[0:batch_dims])
    rows = element_count(lead)
    inner = [rows]
    inner.extend(x.shape[batch_dims : len(x.shape)])
    points = [rows]
    points.extend(indices.shape[batch_dims : len(indices.shape)])
    flat = reshape(indices, points)
    shape = copy_shape(points)
    shape[len(shape) - 1] = 1
    batch = iota(shape, 0)
    last = len(points) - 1
    widened = copy_shape(points)
    widened[last] = points[last] + 1
    before = pad_interior(flat, _pads(len(points), last, 1, 0), 0)
    after = pad_interior(batch, _pads(len(points), last, 0, points[last]), 0)
    found = gather_nd(reshape(x, inner), add(before, after), 0)
    result = copy_shape(lead)
    result.extend(found.shape[1 : len(found.shape)])
    return reshape(found, result)


def _pads(rank, axis, low, high):
    return [[low, high, 0] if i == axis else [0, 0, 0] for i in range(rank)]


def _starts(start_indices, rank, op):
    """One start for each axis: integers, sizes, or int32 scalars."""
    if is_tensor(start_indices):
        if len(start_indices.shape) != 1 or start_indices.shape[0] != rank:
            raise error(
                "ShapeError",
                op
                + ": start_indices must have shape ("
                + str(rank)
                + ",), got "
                + format_shape(start_indices.shape),
            )
        return [cast(reshape(slice_strided(start_indices, [i], [1], [1]), []), "int32") for i in range(rank)]
    start_indices = plain(start_indices)
    if not is_list(start_indices) or len(start_indices) != rank:
        raise error(
            "ShapeError",
            op + ": start_indices must have " + str(rank) + " entries, got " + shown(start_indices),
        )
    return [cast(reshape(start, []), "int32") if is_tensor(start) else start for start in start_indices]


def slice(inputs, start_indices, shape):
    """The part of a shape that begins at the given index of each axis.

    start_indices: integers, int32 scalars, or one int32 tensor; those that are tensors are moved back so far that
    the part fits. A size of -1 reaches to the end.
    """
    x = to_tensor(inputs, None, "slice", "inputs")
    rank = len(x.shape)
    starts = _starts(start_indices, rank, "slice")
    shape = plain(shape)
    if len(shape) != rank:
        raise error("ShapeError", "slice: shape must have " + str(rank) + " entries, got " + str(len(shape)))
    begin = []
    sizes = []
    for i in range(rank):
        size = shape[i]
        if not is_symbolic(size) and size == -1:
            size = x.shape[i] if is_tensor(starts[i]) else dim_sub(x.shape[i], starts[i])
        sizes.append(size)
        begin.append(0 if is_tensor(starts[i]) else starts[i])
    kept = [x.shape[i] if is_tensor(starts[i]) else sizes[i] for i in range(rank)]
    y = slice_strided(x, begin, kept, [1 for dim in kept])
    for i in range(rank):
        if is_tensor(starts[i]):
            first = _fitting(starts[i], x.shape[i], sizes[i])
            y = gather(y, add(iota([sizes[i]], 0), first), i)
    return y


def _fitting(start, size, count):
    """A start between 0 and size - count."""
    most = dim_scalar(dim_sub(size, count))
    start = where(less(start, 0), 0, start)
    return where(less_equal(start, most), start, most)


def slice_update(inputs, start_indices, updates):
    """inputs with the part that begins at the given index of each axis replaced by `updates`.

    start_indices: as in `slice`.
    """
    x = to_tensor(inputs, None, "slice_update", "inputs")
    updates = with_dtype(to_tensor(updates, None, "slice_update", "updates"), x.dtype)
    rank = len(x.shape)
    if len(updates.shape) != rank:
        raise error(
            "ShapeError",
            "slice_update: updates must have the rank of inputs, got "
            + format_shape(updates.shape)
            + " and "
            + format_shape(x.shape),
        )
    starts = _starts(start_indices, rank, "slice_update")
    pads = []
    for i in range(rank):
        if is_tensor(starts[i]):
            pads.append([0, 0, 0])
            continue
        behind = dim_sub(dim_sub(x.shape[i], updates.shape[i]), starts[i])
        start: Any = starts[i]
        negative = is_whole(start) and start < 0
        if negative or not is_symbolic(behind) and behind < 0:
            raise error(
                "ShapeError",
                "slice_update: updates of shape "
                + format_shape(updates.shape)
                + " at axis "
                + str(i)
                + " and start "
                + format_dim(starts[i])
                + " do not fit into "
                + format_shape(x.shape),
            )
        pads.append([starts[i], behind, 0])
    if dims_equal(element_count(updates.shape), 0):
        return x
    wide = pad_interior(updates, pads, 0)
    inside = scalar(True, "bool")
    for i in range(rank):
        places = iota(_along(x.shape, i), i)
        if is_tensor(starts[i]):
            first = _fitting(starts[i], x.shape[i], updates.shape[i])
            wide = gather(wide, add(iota([x.shape[i]], 0), multiply(first, -1)), i)
        else:
            first = dim_scalar(starts[i])
        after = add(first, dim_scalar(updates.shape[i]))
        inside = logical_and(inside, logical_and(greater_equal(places, first), less(places, after)))
    return where(inside, wide, x)


def _along(shape, axis):
    """A shape with one axis kept and ones elsewhere."""
    return [shape[i] if i == axis else 1 for i in range(len(shape))]
