"""Indexing as x[key] does it: parts with steps, single places, new axes."""

from ..core.dims import dim_add, dim_floordiv, dim_max, dim_min, dim_sub, dims_equal, is_symbolic
from ..core.graph import is_tensor
from ..core.opset.gathering import gather
from ..core.opset.movement import flip, reshape, slice_strided
from ..core.opset.registry import to_tensor
from ..core.shapes import format_shape
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from ..platform.reflection import is_dots, slice_parts
from .arguments import shown
from .indexing import wrapped


def get_item(x, key):
    """x[key] as in NumPy.

    key: an entry, or a list of entries for the axes in order. An integer takes one place and drops the axis;
    [start, stop] or [start, stop, step] (None for what is not said; in Python also a slice) takes a part; None adds
    an axis; "..." (in Python also an Ellipsis) stands for all axes without an entry; an int32 tensor takes the
    places that it holds (one such entry at most). Starts and stops count from the end where they are negative; so
    does a negative step run.
    """
    x = to_tensor(x, None, "get_item", "x")
    entries = _spread([part for part in key] if is_list(key) else [key], x)
    begin = []
    sizes = []
    strides = []
    flipped = []
    axis = 0
    for entry in entries:
        if entry is None:
            continue
        size = x.shape[axis]
        part = _part(entry, size, axis, x)
        begin.append(part[0])
        sizes.append(part[1])
        strides.append(part[2])
        if part[3]:
            flipped.append(axis)
        axis = axis + 1
    y = slice_strided(x, begin, sizes, strides)
    if len(flipped) > 0:
        y = flip(y, flipped)
    return _finished(y, entries)


def strided_slice(
    x,
    begin,
    end,
    strides=None,
    begin_mask=0,
    end_mask=0,
    ellipsis_mask=0,
    new_axis_mask=0,
    shrink_axis_mask=0,
):
    """The part from begin to end of every axis, in steps, as `get_item` takes it.

    Bit i of a mask: begin[i] or end[i] is left open; entry i stands for all axes that no other names; it is a new
    axis of size 1; its axis has one place, at begin[i], and is dropped. What a mask says goes before numbers.
    """
    key = []
    for i in range(len(begin)):
        if (ellipsis_mask >> i) & 1 == 1:
            key.append("...")
        elif (new_axis_mask >> i) & 1 == 1:
            key.append(None)
        elif (shrink_axis_mask >> i) & 1 == 1:
            key.append(begin[i])
        else:
            start = None if (begin_mask >> i) & 1 == 1 else begin[i]
            stop = None if (end_mask >> i) & 1 == 1 else end[i]
            key.append([start, stop, None if strides is None else strides[i]])
    return get_item(x, key)


def _spread(parts, x):
    """One entry for every axis, and None for new ones; slices as [start, stop, step]."""
    named = 0
    dots = False
    tensors = 0
    for part in parts:
        if is_dots(part):
            if dots:
                raise error("ArgumentError", "get_item: '...' may stand once in a key")
            dots = True
        elif part is not None:
            named = named + 1
            if is_tensor(part):
                tensors = tensors + 1
    if named > len(x.shape):
        raise error(
            "ShapeError",
            "get_item: "
            + str(named)
            + " entries are too many for a tensor of shape "
            + format_shape(x.shape),
        )
    if tensors > 1:
        raise error("ArgumentError", "get_item: a key may hold one tensor, got " + str(tensors))
    entries = []
    for part in parts:
        if is_dots(part):
            for _axis in range(len(x.shape) - named):
                entries.append([None, None, None])
        else:
            cut = slice_parts(part)
            entries.append(part if cut is None else cut)
    if not dots:
        for _axis in range(len(x.shape) - named):
            entries.append([None, None, None])
    return entries


def _part(entry, size, axis, x):
    """[begin, size, stride, whether it is turned round] of an entry on an axis."""
    if is_tensor(entry):
        return [0, size, 1, False]
    if is_whole(entry):
        place = entry if entry >= 0 else dim_add(size, entry)
        outside = not is_symbolic(place) and place < 0
        outside = outside or not is_symbolic(size) and not is_symbolic(place) and place >= size
        if outside:
            raise error(
                "ShapeError",
                "get_item: index "
                + str(entry)
                + " is out of range for axis "
                + str(axis)
                + " of "
                + format_shape(x.shape),
            )
        return [place, 1, 1, False]
    if not is_list(entry) or len(entry) < 2 or len(entry) > 3:
        raise error(
            "ArgumentError",
            "get_item: an entry must be an integer, [start, stop, step], None, '...' or a tensor, got "
            + shown(entry),
        )
    step = entry[2] if len(entry) == 3 and entry[2] is not None else 1
    if not is_whole(step) or step == 0:
        raise error("ArgumentError", "get_item: a step must be an integer other than 0, got " + shown(step))
    if step > 0:
        start = _bound(entry[0], size, 0)
        stop = _bound(entry[1], size, size)
        return [start, _count(start, stop, step), step, False]
    # The same places from the other end: size - 1 - place.
    start = _bound(_mirrored(entry[0], size), size, 0)
    stop = _bound(_mirrored(entry[1], size), size, size)
    count = _count(start, stop, -step)
    if dims_equal(count, 0):
        return [0, 0, 1, False]
    last = dim_add(start, _times(dim_sub(count, 1), -step))
    return [dim_sub(dim_sub(size, 1), last), count, -step, True]


def _times(dim, factor):
    """dim * factor by additions of expressions."""
    total = 0
    for _turn in range(factor):
        total = dim_add(total, dim)
    return total


def _mirrored(place, size):
    """A place seen from the end of an axis; None stays."""
    if place is None:
        return None
    if is_whole(place) and place < 0:
        return -1 - place
    return _Far(dim_sub(dim_sub(size, 1), place))


class _Far:
    """A place that is counted from the front already, though it may be negative."""

    def __init__(self, place):
        self.place = place


def _bound(place, size, default):
    """A start or stop between 0 and the size."""
    if place is None:
        return default
    if isinstance(place, _Far):
        found = place.place
    else:
        found = dim_add(size, place) if is_whole(place) and place < 0 else place
    if is_symbolic(size) and not is_symbolic(found) and found >= 0:
        return dim_min(found, size)
    return dim_min(dim_max(found, 0), size)


def _count(start, stop, step):
    """How many places there are from start to stop."""
    room = dim_max(dim_sub(stop, start), 0)
    return room if step == 1 else dim_floordiv(dim_add(room, step - 1), step)


def _finished(y, entries):
    """Axes of integers dropped, new ones added, places of a tensor taken."""
    shape = []
    taken = None
    axis = 0
    place = 0
    for entry in entries:
        if entry is None:
            shape.append(1)
            continue
        if is_tensor(entry):
            taken = entry
            place = len(shape)
        if not is_whole(entry):
            shape.append(y.shape[axis])
        axis = axis + 1
    y = reshape(y, shape)
    return y if taken is None else gather(y, wrapped(taken, y.shape[place]), place)
