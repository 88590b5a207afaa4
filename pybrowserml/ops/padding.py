"""Margins around a tensor, under Keras's names."""

from ..core.dims import dim_add, dim_sub, is_symbolic
from ..core.opset.binary import minimum, mod, multiply, subtract
from ..core.opset.gathering import gather
from ..core.opset.generators import iota, size_of
from ..core.opset.movement import broadcast_to, concatenate, flip, pad_interior, slice_strided
from ..core.opset.registry import constant_of, to_tensor
from ..core.shapes import copy_shape, format_shape
from ..platform.errors import error
from ..platform.numbers import is_list
from .arguments import require_choice, require_whole, shown

MODES = ["constant", "edge", "reflect", "symmetric", "wrap"]


def pad(x, pad_width, mode="constant", constant_values=None):
    """x with margins along its axes.

    pad_width: [before, after] per axis, one such pair for all, or one number. mode: "constant" (`constant_values`,
    0 by default), "edge" (the outermost elements repeated), "reflect" (mirrored at them), "symmetric" (mirrored
    between them and their copies), "wrap" (from the other end).
    """
    x = to_tensor(x, None, "pad", "x")
    require_choice(mode, MODES, "pad: mode")
    widths = _widths(pad_width, x.shape)
    if mode == "constant":
        value = 0 if constant_values is None else constant_values
        return pad_interior(x, [[width[0], width[1], 0] for width in widths], value)
    if constant_values is not None:
        raise error(
            "ArgumentError", "pad: constant_values only go with mode 'constant', got mode '" + mode + "'"
        )
    for axis in range(len(widths)):
        if widths[axis][0] != 0 or widths[axis][1] != 0:
            x = _padded(x, axis, widths[axis][0], widths[axis][1], mode)
    return x


def mirror_pad(x, paddings, mode):
    """x with mirrored margins; mode: "reflect" or "symmetric", as in `pad`."""
    return pad(x, paddings, require_choice(mode, ["reflect", "symmetric"], "mirror_pad: mode"))


def _widths(pad_width, shape):
    """[before, after] per axis of what `pad` takes."""
    if not is_list(pad_width):
        return [[_width(pad_width), _width(pad_width)] for dim in shape]
    if len(pad_width) == 2 and not is_list(pad_width[0]):
        return [[_width(pad_width[0]), _width(pad_width[1])] for dim in shape]
    if len(pad_width) == 1 and is_list(pad_width[0]) and len(pad_width[0]) == 2:
        return _widths(pad_width[0], shape)
    fits = len(pad_width) == len(shape)
    for pair in pad_width:
        fits = fits and is_list(pair) and len(pair) == 2
    if not fits:
        raise error(
            "ShapeError",
            "pad: pad_width must hold a pair an axis of " + format_shape(shape) + ", got " + shown(pad_width),
        )
    return [[_width(pair[0]), _width(pair[1])] for pair in pad_width]


def _width(value):
    return value if is_symbolic(value) else require_whole(value, 0, "pad: pad_width")


def _padded(x, axis, before, after, mode):
    """One axis padded by pieces where they are known to fit, by indices otherwise (wide margins, unknown sizes)."""
    size = x.shape[axis]
    if not is_symbolic(size) and size == 0:
        raise error(
            "ShapeError",
            "pad: mode '"
            + mode
            + "' needs an element along axis "
            + str(axis)
            + " of "
            + format_shape(x.shape),
        )
    if mode == "edge":
        return _joined(x, axis, _edge(x, axis, 0, before), _edge(x, axis, dim_sub(size, 1), after))
    known = not is_symbolic(size) and not is_symbolic(before) and not is_symbolic(after)
    room = size - 1 if known and mode == "reflect" else size
    if not known or before > room or after > room:
        return gather(x, _source_indices(size, before, after, mode), axis)
    if mode == "wrap":
        low = _piece(x, axis, size - before, before)
        high = _piece(x, axis, 0, after)
    else:
        skipped = 1 if mode == "reflect" else 0
        low = flip(_piece(x, axis, skipped, before), axis)
        high = flip(_piece(x, axis, size - skipped - after, after), axis)
    return _joined(x, axis, low, high)


def _joined(x, axis, low, high):
    parts = [part for part in [low, x, high] if is_symbolic(part.shape[axis]) or part.shape[axis] > 0]
    return concatenate(parts, axis)


def _piece(x, axis, start, count):
    begin = [0 for dim in x.shape]
    begin[axis] = start
    shape = copy_shape(x.shape)
    shape[axis] = count
    return slice_strided(x, begin, shape, [1 for dim in x.shape])


def _edge(x, axis, place, count):
    shape = copy_shape(x.shape)
    shape[axis] = count
    return broadcast_to(_piece(x, axis, place, 1), shape)


def _source_indices(size, before, after, mode):
    """int32 index into an axis of every place of the padded axis."""
    total = dim_add(dim_add(size, before), after)
    if is_symbolic(total) or is_symbolic(before):
        return _computed_indices(size, before, total, mode)
    numbers = []
    for i in range(total):
        place = i - before
        if mode == "wrap":
            numbers.append(place % size)
        elif mode == "symmetric":
            place = place % (2 * size)
            numbers.append(min(place, 2 * size - 1 - place))
        elif size == 1:
            numbers.append(0)
        else:
            place = place % (2 * size - 2)
            numbers.append(min(place, 2 * size - 2 - place))
    return constant_of(numbers, [total], "int32")


def _computed_indices(size, before, total, mode):
    count = size_of(size) if is_symbolic(size) else size
    place = subtract(iota([total], 0), size_of(before) if is_symbolic(before) else before)
    if mode == "wrap":
        return mod(place, count)
    if mode == "symmetric":
        place = mod(place, multiply(count, 2))
        return minimum(place, subtract(subtract(multiply(count, 2), 1), place))
    period = multiply(subtract(count, 1), 2)
    place = mod(place, period)
    return minimum(place, subtract(period, place))
