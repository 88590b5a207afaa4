"""Movement: other shapes and places for the same numbers, under Keras's names."""

from ..core.dims import dim_floordiv, dim_mul, dim_sub, dims_equal, format_dim, is_symbolic
from ..core.opset.binary import add, less, where
from ..core.opset.gathering import gather
from ..core.opset.movement import broadcast_to as broadcast_primitive
from ..core.opset.movement import concatenate as concatenate_primitive
from ..core.opset.movement import pad_interior, reshape, slice_strided, transpose
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast
from ..core.shapes import copy_shape, format_shape, normalize_axes, normalize_axis
from ..platform.errors import error
from ..platform.numbers import is_list, is_number, is_whole


def broadcast_to(x, shape):
    """x repeated to a shape, aligned at the right as in NumPy."""
    return broadcast_primitive(x, copy_shape(shape))


def squeeze(x, axis=None):
    """x without axes of size 1: all of them, or those named, which must have size 1."""
    x = to_tensor(x)
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
    """x with a new axis of size 1 at a place."""
    x = to_tensor(x)
    rank = len(x.shape)
    place = normalize_axis(axis, rank + 1, "expand_dims")
    shape = x.shape[0:place]
    shape.append(1)
    shape.extend(x.shape[place:rank])
    return reshape(x, shape)


def ravel(x):
    """x with one axis, in row-major order."""
    return reshape(x, [-1])


def swapaxes(x, axis1, axis2):
    """x with two axes exchanged."""
    x = to_tensor(x)
    rank = len(x.shape)
    order = [i for i in range(rank)]
    first = normalize_axis(axis1, rank, "swapaxes")
    second = normalize_axis(axis2, rank, "swapaxes")
    order[first] = second
    order[second] = first
    return transpose(x, order)


def moveaxis(x, source, destination):
    """x with one axis moved to another place; the others keep their order."""
    x = to_tensor(x)
    rank = len(x.shape)
    start = normalize_axis(source, rank, "moveaxis")
    order = [i for i in range(rank) if i != start]
    order.insert(normalize_axis(destination, rank, "moveaxis"), start)
    return transpose(x, order)


def concatenate(xs, axis=0):
    """Tensors of one dtype joined along an axis; all other dimensions agree."""
    return concatenate_primitive(xs, axis)


def stack(x, axis=0):
    """Tensors of one shape joined along a new axis."""
    return concatenate_primitive([expand_dims(part, axis) for part in x], axis)


def unstack(x, num=None, axis=0):
    """The list of slices along an axis, which is left out of them."""
    x = to_tensor(x)
    place = normalize_axis(axis, len(x.shape), "unstack")
    return [squeeze(part, place) for part in split(x, x.shape[place] if num is None else num, place)]


def split(x, indices_or_sections, axis=0):
    """A list of parts along an axis: a number of equal parts, or cuts at the given places."""
    x = to_tensor(x)
    place = normalize_axis(axis, len(x.shape), "split")
    size = x.shape[place]
    if is_list(indices_or_sections):
        cuts = [0]
        cuts.extend(indices_or_sections)
        cuts.append(size)
    else:
        count = indices_or_sections
        if not is_whole(count) or count < 1:
            raise error("ArgumentError", "split: needs a positive number of parts or a list of places")
        part = dim_floordiv(size, count)
        if not dims_equal(dim_mul(part, count), size):
            raise error(
                "ShapeError",
                "split: axis "
                + str(place)
                + " of size "
                + format_dim(size)
                + " does not divide into "
                + str(count)
                + " parts",
            )
        cuts = [dim_mul(part, i) for i in range(count + 1)]
    parts = []
    for i in range(len(cuts) - 1):
        begin = [cuts[i] if j == place else 0 for j in range(len(x.shape))]
        shape = copy_shape(x.shape)
        shape[place] = dim_sub(cuts[i + 1], cuts[i])
        parts.append(slice_strided(x, begin, shape, [1 for dim in x.shape]))
    return parts


def slice(inputs, start_indices, shape):
    """The part of a shape that begins at the given index of each axis."""
    return slice_strided(inputs, start_indices, copy_shape(shape), [1 for dim in shape])


def take(x, indices, axis=None):
    """Slices of x at int32 indices along an axis (None: of the flattened tensor).

    Negative indices count from the end; those out of range are clamped.
    Shape: x.shape[:axis] + indices.shape + x.shape[axis+1:].
    """
    x = to_tensor(x)
    if axis is None:
        x = reshape(x, [-1])
    place = 0 if axis is None else normalize_axis(axis, len(x.shape), "take")
    indices = cast(to_tensor(indices), "int32")
    size = x.shape[place]
    if not is_symbolic(size):
        indices = where(less(indices, 0), add(indices, size), indices)
    return gather(x, indices, place)


def pad(x, pad_width, mode="constant", constant_values=0):
    """x with `constant_values` around it.

    pad_width: [before, after] per axis, one such pair, or one number.
    """
    x = to_tensor(x)
    if mode != "constant":
        raise error("ArgumentError", "pad: mode must be 'constant', got '" + str(mode) + "'")
    pads = []
    for i in range(len(x.shape)):
        if is_number(pad_width):
            pads.append([pad_width, pad_width, 0])
        elif is_number(pad_width[0]):
            pads.append([pad_width[0], pad_width[1], 0])
        else:
            if len(pad_width) != len(x.shape):
                raise error(
                    "ShapeError",
                    "pad: needs one pair an axis of "
                    + format_shape(x.shape)
                    + ", got "
                    + str(len(pad_width)),
                )
            pads.append([pad_width[i][0], pad_width[i][1], 0])
    return pad_interior(x, pads, 0 if constant_values is None else constant_values)


def repeat(x, repeats, axis=None):
    """Every slice along an axis `repeats` times in a row (axis None: of the flattened tensor)."""
    x = to_tensor(x)
    if axis is None:
        x = reshape(x, [-1])
    place = 0 if axis is None else normalize_axis(axis, len(x.shape), "repeat")
    shape = copy_shape(x.shape)
    shape.insert(place + 1, repeats)
    wide = broadcast_primitive(expand_dims(x, place + 1), shape)
    joined = copy_shape(x.shape)
    joined[place] = dim_mul(joined[place], repeats)
    return reshape(wide, joined)


def tile(x, repeats):
    """x laid out `repeats` times along its axes: a number, or one per axis (aligned at the right)."""
    x = to_tensor(x)
    counts = repeats if is_list(repeats) else [repeats]
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
