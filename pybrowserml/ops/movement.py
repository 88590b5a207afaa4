"""Movement: other shapes and places for the same numbers, under Keras's names."""

from typing import Any

from ..core.dims import dim_max, dim_mul, dim_sub, dims_equal, format_dim, is_symbolic
from ..core.opset.binary import mod, not_equal, subtract, where
from ..core.opset.gathering import gather
from ..core.opset.generators import iota, size_of
from ..core.opset.movement import broadcast_to as broadcast_primitive
from ..core.opset.movement import concatenate, flip, reshape, slice_strided, transpose
from ..core.opset.plain import plain
from ..core.opset.registry import constant_of, to_tensor
from ..core.opset.unary import cast
from ..core.shapes import broadcast_shapes, copy_shape, format_shape, normalize_axes, normalize_axis
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .arguments import require_whole, shown


def broadcast_to(x, shape):
    """x repeated to a shape, aligned at the right as in NumPy."""
    return broadcast_primitive(x, copy_shape(shape))


def squeeze(x, axis=None):
    """x without axes of size 1: all of them, or those named, which must have size 1."""
    x = to_tensor(x, None, "squeeze", "x")
    rank = len(x.shape)
    if axis is None:
        return reshape(x, [dim for dim in x.shape if not dims_equal(dim, 1)])
    axes = normalize_axes(axis, rank, "squeeze")
    for place in axes:
        if not dims_equal(x.shape[place], 1):
            raise error(
                "ShapeError",
                "squeeze: axis " + str(place) + " of " + format_shape(x.shape) + " does not have size 1",
            )
    return reshape(x, [x.shape[i] for i in range(rank) if i not in axes])


def expand_dims(x, axis):
    """x with a new axis of size 1 at a place of the result, or several at a list of places."""
    x = to_tensor(x, None, "expand_dims", "x")
    count = len(axis) if is_list(axis) else 1
    axes = normalize_axes(
        [axis] if count == 1 and not is_list(axis) else axis, len(x.shape) + count, "expand_dims"
    )
    shape = copy_shape(x.shape)
    for place in axes:
        shape.insert(place, 1)
    return reshape(x, shape)


def ravel(x):
    """x with one axis, in row-major order."""
    return reshape(x, [-1])


def swapaxes(x, axis1, axis2):
    """x with two axes exchanged."""
    x = to_tensor(x, None, "swapaxes", "x")
    rank = len(x.shape)
    order = [i for i in range(rank)]
    first = normalize_axis(axis1, rank, "swapaxes")
    second = normalize_axis(axis2, rank, "swapaxes")
    order[first] = second
    order[second] = first
    return transpose(x, order)


def moveaxis(x, source, destination):
    """x with axes moved to other places; the others keep their order. source, destination: an axis, or lists."""
    x = to_tensor(x, None, "moveaxis", "x")
    rank = len(x.shape)
    sources = source if is_list(source) else [source]
    targets = destination if is_list(destination) else [destination]
    if len(sources) != len(targets):
        raise error("ArgumentError", "moveaxis: source and destination must be as many")
    starts = [normalize_axis(axis, rank, "moveaxis") for axis in sources]
    ends = [normalize_axis(axis, rank, "moveaxis") for axis in targets]
    rest = [i for i in range(rank) if i not in starts]
    order = []
    for i in range(rank):
        order.append(starts[ends.index(i)] if i in ends else rest.pop(0))
    return transpose(x, order)


def roll(x, shift, axis=None):
    """x moved along axes; what leaves at one end comes back at the other (axis None: of the flattened tensor).

    shift, axis: integers, or lists of as many.
    """
    x = to_tensor(x, None, "roll", "x")
    if axis is None:
        return reshape(roll(reshape(x, [-1]), shift, 0), copy_shape(x.shape))
    axes = axis if is_list(axis) else [axis]
    shifts = shift if is_list(shift) else [shift for place in axes]
    if len(axes) != len(shifts):
        raise error("ArgumentError", "roll: shift and axis must be as many")
    for i in range(len(axes)):
        x = _rolled(x, shifts[i], normalize_axis(axes[i], len(x.shape), "roll"))
    return x


def _rolled(x, shift, axis):
    size = x.shape[axis]
    if not is_whole(shift):
        raise error("ArgumentError", "roll: shift must be an integer, got " + shown(shift))
    if is_symbolic(size):
        return gather(x, mod(subtract(iota([size], 0), shift), size_of(size)), axis)
    if size == 0 or shift % size == 0:
        return x
    cut = size - shift % size
    begin = [0 for dim in x.shape]
    ones = [1 for dim in x.shape]
    shape = copy_shape(x.shape)
    shape[axis] = cut
    low = slice_strided(x, copy_shape(begin), copy_shape(shape), ones)
    begin[axis] = cut
    shape[axis] = size - cut
    return concatenate([slice_strided(x, begin, shape, ones), low], axis)


def fliplr(x):
    """The second axis in reversed order."""
    x = to_tensor(x, None, "fliplr", "x")
    if len(x.shape) < 2:
        raise error("ShapeError", "fliplr: x must have rank >= 2, got " + format_shape(x.shape))
    return flip(x, 1)


def flipud(x):
    """The first axis in reversed order."""
    return flip(x, 0)


def rot90(array, k=1, axes=None):
    """Quarter turns of the plane of two axes, k times from the first axis towards the second.

    axes: the plane, [0, 1] by default.
    """
    x = to_tensor(array, None, "rot90", "array")
    plane = [0, 1] if axes is None else axes
    if not is_list(plane) or len(plane) != 2:
        raise error("ArgumentError", "rot90: axes must be two axes, got " + shown(axes))
    first = normalize_axis(plane[0], len(x.shape), "rot90")
    second = normalize_axis(plane[1], len(x.shape), "rot90")
    if first == second:
        raise error("ArgumentError", "rot90: the two axes must differ, got " + shown(plane))
    turns = k % 4
    if turns == 0:
        return x
    if turns == 2:
        return flip(x, [first, second])
    return (
        swapaxes(flip(x, second), first, second) if turns == 1 else flip(swapaxes(x, first, second), second)
    )


def broadcast_arrays(xs):
    """Tensors repeated to their common shape."""
    tensors = [to_tensor(x, None, "broadcast_arrays", "each tensor") for x in xs]
    shape = []
    for tensor in tensors:
        shape = broadcast_shapes(shape, tensor.shape, "broadcast_arrays")
    return [broadcast_primitive(tensor, shape) for tensor in tensors]


def diff(a, n=1, axis=-1):
    """Differences of neighbours along an axis, taken n times; of booleans: whether they differ."""
    x = to_tensor(a, None, "diff", "a")
    place = normalize_axis(axis, len(x.shape), "diff")
    for _again in range(require_whole(n, 0, "diff: n")):
        shape = copy_shape(x.shape)
        shape[place] = dim_max(dim_sub(shape[place], 1), 0)
        begin = [0 for dim in shape]
        ones = [1 for dim in shape]
        if dims_equal(shape[place], 0):
            x = slice_strided(x, begin, shape, ones)
            continue
        low = slice_strided(x, copy_shape(begin), shape, ones)
        begin[place] = 1
        high = slice_strided(x, begin, shape, ones)
        x = not_equal(high, low) if x.dtype == "bool" else subtract(high, low)
    return x


def select(condlist, choicelist, default: Any = 0):
    """Per element the choice of the first condition that holds, `default` where none does; all broadcast."""
    if not is_list(condlist) or not is_list(choicelist) or len(condlist) != len(choicelist):
        raise error("ArgumentError", "select: condlist and choicelist must be lists of the same length")
    chosen = default
    for i in range(len(condlist)):
        place = len(condlist) - 1 - i
        chosen = where(cast(to_tensor(condlist[place]), "bool"), choicelist[place], chosen)
    return to_tensor(chosen)


def repeat(x, repeats, axis=None):
    """Every slice along an axis several times in a row (axis None: of the flattened tensor).

    repeats: how often, a number for all slices or a list of one number a slice.
    """
    x = to_tensor(x, None, "repeat", "x")
    if axis is None:
        x = reshape(x, [-1])
    place = 0 if axis is None else normalize_axis(axis, len(x.shape), "repeat")
    repeats = plain(repeats)
    if is_list(repeats) and len(repeats) != 1:
        return gather(x, _repeated_places(repeats, x.shape[place]), place)
    count = repeats[0] if is_list(repeats) else repeats
    if not is_symbolic(count):
        count = require_whole(count, 0, "repeat: repeats")
    shape = copy_shape(x.shape)
    shape.insert(place + 1, count)
    wide = broadcast_primitive(expand_dims(x, place + 1), shape)
    joined = copy_shape(x.shape)
    joined[place] = dim_mul(joined[place], count)
    return reshape(wide, joined)


def _repeated_places(repeats, size):
    if not dims_equal(size, len(repeats)):
        raise error(
            "ShapeError",
            "repeat: needs one number a slice of an axis of size "
            + format_dim(size)
            + ", got "
            + str(len(repeats)),
        )
    places = []
    for i in range(len(repeats)):
        for _again in range(require_whole(repeats[i], 0, "repeat: repeats")):
            places.append(i)
    return constant_of(places, [len(places)], "int32")


def tile(x, repeats):
    """x laid out `repeats` times along its axes: a number, or one per axis (aligned at the right)."""
    x = to_tensor(x, None, "tile", "x")
    repeats = plain(repeats)
    counts = []
    for count in repeats if is_list(repeats) else [repeats]:
        counts.append(count if is_symbolic(count) else require_whole(count, 0, "tile: repeats"))
    rank = len(x.shape) if len(x.shape) > len(counts) else len(counts)
    split_shape = []
    wide_shape = []
    joined = []
    for i in range(rank):
        place = i - rank + len(x.shape)
        dim = x.shape[place] if place >= 0 else 1
        turn = i - rank + len(counts)
        count = counts[turn] if turn >= 0 else 1
        split_shape.extend([1, dim])
        wide_shape.extend([count, dim])
        joined.append(dim_mul(dim, count))
    return reshape(broadcast_primitive(reshape(x, split_shape), wide_shape), joined)
