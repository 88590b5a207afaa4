"""Results whose size depends on values: what is not zero, what is unique, what another lacks.

These functions read how large their result is, so they return promises in JavaScript and cannot stand inside
compiled functions (`unique` with a size can).
"""

from ..compiler.realise import read_tensor
from ..core.dims import dims_equal
from ..core.opset.binary import add, greater, not_equal
from ..core.opset.binary import where as where_primitive
from ..core.opset.gathering import gather
from ..core.opset.gathering import scatter as scatter_primitive
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to, concatenate, reshape, slice_strided, transpose
from ..core.opset.registry import scalar, to_tensor
from ..core.opset.scanning import cumulative
from ..core.opset.sorting import sort as sort_primitive
from ..core.opset.unary import cast
from ..core.shapes import copy_shape, element_count, format_shape, is_static, normalize_axis, same_shape
from ..platform.errors import error
from ..platform.tasks import waits
from .arguments import require_whole
from .joining import stack
from .scattering import unravel_index
from .searching import isin


def where(condition, x1=None, x2=None):
    """x1 where the condition holds, else x2; all three broadcast.

    Without x1 and x2 the same as `nonzero`, which returns a promise in JavaScript.
    """
    if x1 is None and x2 is None:
        return nonzero(condition)
    if x1 is None or x2 is None:
        raise error("ArgumentError", "where: needs both x1 and x2, or none of them")
    return where_primitive(condition, x1, x2)


@waits
def nonzero(x):
    """A list of int32 tensors, one an axis: the places of the elements that are not zero, in row-major order.

    In JavaScript a promise.
    """
    x = _static(x, "nonzero")
    places = yield from _places_of(reshape(x, [-1]))
    return unravel_index(places, x.shape)


@waits
def argwhere(x):
    """int32 [count, rank]: the places of the elements that are not zero, in row-major order (JavaScript: a promise)."""
    x = _static(x, "argwhere")
    places = yield from _places_of(reshape(x, [-1]))
    return stack(unravel_index(places, x.shape), 1)


@waits
def boolean_mask(x, mask, axis=0):
    """The slices of x where a mask holds, along the axes of the mask, which begin at `axis` and become one axis.

    In JavaScript a promise.
    """
    x = _static(x, "boolean_mask")
    mask = cast(to_tensor(mask, None, "boolean_mask", "mask"), "bool")
    place = normalize_axis(axis, len(x.shape), "boolean_mask")
    end = place + len(mask.shape)
    if len(mask.shape) == 0 or end > len(x.shape) or not same_shape(x.shape[place:end], mask.shape):
        raise error(
            "ShapeError",
            "boolean_mask: the mask must have the shape of axes of x, got "
            + format_shape(mask.shape)
            + " for "
            + format_shape(x.shape)
            + " from axis "
            + str(place),
        )
    shape = copy_shape(x.shape[0:place])
    shape.append(element_count(mask.shape))
    shape.extend(x.shape[end : len(x.shape)])
    places = yield from _places_of(reshape(mask, [-1]))
    if dims_equal(shape[place], 0):
        return reshape(x, shape)
    return gather(reshape(x, shape), places, place)


@waits
def setdiff1d(x, y):
    """[values, int32 indices] of the elements of x [n] that y [m] lacks, in their order. In JavaScript a promise."""
    x = _static(x, "setdiff1d")
    if len(x.shape) != 1:
        raise error("ShapeError", "setdiff1d: x must have one axis, got " + format_shape(x.shape))
    places = yield from _places_of(isin(x, y, False, True))
    if dims_equal(x.shape[0], 0):
        return [x, places]
    return [gather(x, places, 0), places]


def unique(
    x,
    sorted=True,
    return_index=False,
    return_inverse=False,
    return_counts=False,
    axis=None,
    size=None,
    fill_value=None,
):
    """The unique elements of x (axis None: of the flattened tensor), or its unique slices along an axis, in order.

    return_index: also the places where each occurs first; return_inverse: also which of them each element is;
    return_counts: also how often each occurs; all int32, in a list behind the values. size: cut to so many, or filled
    up with fill_value (None: the first of them), the places with the first place, the counts with 0. They are in order
    even when `sorted` is False. A NaN is equal to none. Without a size the function reads how many there are: a promise
    in JavaScript.
    """
    x = _static(x, "unique")
    flags = [return_index, return_inverse, return_counts]
    work = _Unique(x, axis)
    if size is None:
        return _unique_found(work, flags)
    size = require_whole(size, 0, "unique: size")
    return work.results(size, fill_value, True, flags)


@waits
def _unique_found(work, flags):
    """As many unique slices as there are."""
    count = 0
    if work.n > 0:
        host = yield from read_tensor(slice_strided(work.groups, [work.n - 1], [1], [1]))
        count = int(host.data[0]) + 1
    return work.results(count, 0, False, flags)


class _Unique:
    """Slices in order, and which of the unique ones each is."""

    def __init__(self, x, axis):
        self.x = x
        self.axis = axis
        rank = len(x.shape)
        self.perm = [0]
        if axis is None:
            self.rows = reshape(x, [-1])
        else:
            place = normalize_axis(axis, rank, "unique")
            self.perm = [i for i in range(rank) if i != place]
            self.perm.insert(0, place)
            self.rows = transpose(x, self.perm)
        self.n = self.rows.shape[0]
        self.order = iota([self.n], 0)
        self.groups = self.order
        if self.n > 0:
            self.order = _order_of_rows(self.rows)
            self.groups = _groups(self.rows, self.order)

    def results(self, count, fill_value, filled, flags):
        """The first `count` unique slices and what the flags ask for; filled: there may be fewer."""
        n = self.n
        shape = copy_shape(self.rows.shape)
        shape[0] = count
        if n == 0 or count == 0:
            unique_rows = broadcast_to(
                scalar(0 if fill_value is None else fill_value, self.rows.dtype), shape
            )
            first = broadcast_to(scalar(0, "int32"), [count])
            counts = first
            inverse = self.groups
        else:
            ones = broadcast_to(scalar(1, "int32"), [n])
            nothing = broadcast_to(scalar(0, "int32"), [count])
            counts = scatter_primitive("add", self.groups, ones, 0, [count], False, nothing)
            first = gather(self.order, cumulative("sum", counts, 0, False, True), 0)
            unique_rows = gather(self.rows, first, 0)
            inverse = scatter_primitive("update", self.order, self.groups, 0, [n], False)
            if filled:
                there = greater(counts, 0)
                wide = [1 for dim in shape]
                wide[0] = count
                if fill_value is None:
                    lowest = copy_shape(shape)
                    lowest[0] = 1
                    filling = slice_strided(unique_rows, [0 for dim in shape], lowest, [1 for dim in shape])
                else:
                    filling = scalar(fill_value, unique_rows.dtype)
                unique_rows = where_primitive(reshape(there, wide), unique_rows, filling)
                first = where_primitive(there, first, slice_strided(first, [0], [1], [1]))
        if self.axis is not None:
            unique_rows = transpose(unique_rows, [self.perm.index(i) for i in range(len(self.perm))])
        found = [unique_rows]
        if flags[0]:
            found.append(first)
        if flags[1]:
            found.append(reshape(inverse, self.x.shape) if self.axis is None else inverse)
        if flags[2]:
            found.append(counts)
        return found[0] if len(found) == 1 else found


def _static(x, op):
    x = to_tensor(x, None, op, "x")
    if not is_static(x.shape):
        raise error("ShapeError", op + ": the shape must be known, got " + format_shape(x.shape))
    return x


def _places_of(mask):
    """Generator → int32 [count]: where the elements of [n] are not zero."""
    n = mask.shape[0]
    if n == 0:
        return broadcast_to(scalar(0, "int32"), [0])
    mask = cast(mask, "bool")
    numbers = cumulative("sum", cast(mask, "int32"), 0, False, False)
    host = yield from read_tensor(slice_strided(numbers, [n - 1], [1], [1]))
    count = int(host.data[0])
    if count == 0:
        return broadcast_to(scalar(0, "int32"), [0])
    target = where_primitive(mask, add(numbers, -1), -1)
    return scatter_primitive("update", target, iota([n], 0), 0, [count], False)


def _order_of_rows(rows):
    """Indices that put the slices along the first axis in order: stable sorting by every column, the last one first."""
    n = rows.shape[0]
    flat = reshape(rows, [n, element_count(rows.shape[1 : len(rows.shape)])])
    order = iota([n], 0)
    column = flat.shape[1] - 1
    while column >= 0 and n > 0:
        key = reshape(slice_strided(flat, [0, column], [n, 1], [1, 1]), [n])
        order = gather(order, sort_primitive(gather(key, order, 0), 0, False)[1], 0)
        column = column - 1
    return order


def _groups(rows, order):
    """int32 [n]: which of the unique slices each slice in order is."""
    n = rows.shape[0]
    flat = gather(reshape(rows, [n, element_count(rows.shape[1 : len(rows.shape)])]), order, 0)
    width = flat.shape[1]
    later = slice_strided(flat, [1, 0], [n - 1, width], [1, 1])
    before = slice_strided(flat, [0, 0], [n - 1, width], [1, 1])
    differs = not_equal(later, before)
    steps = (
        cumulative("max", cast(differs, "int32"), 1, False, False) if width > 1 else cast(differs, "int32")
    )
    last = slice_strided(steps, [0, width - 1], [n - 1, 1], [1, 1])
    first = broadcast_to(scalar(0, "int32"), [1])
    return cumulative("sum", concatenate([first, reshape(last, [n - 1])], 0), 0, False, False)
