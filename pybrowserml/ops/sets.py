"""Results whose size depends on values: what is not zero, what is unique, what another lacks.

These functions read how large their result is, so they return promises in JavaScript and cannot stand inside
compiled functions.
"""

from ..compiler.realise import read_tensor
from ..core.dims import dims_equal
from ..core.dtypes import is_float
from ..core.opset.binary import add, logical_and, not_equal
from ..core.opset.binary import where as where_primitive
from ..core.opset.gathering import gather
from ..core.opset.gathering import scatter as scatter_primitive
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to, concatenate, reshape, slice_strided, transpose
from ..core.opset.registry import scalar, to_tensor
from ..core.opset.scanning import cumulative
from ..core.opset.sorting import sort as sort_primitive
from ..core.opset.unary import cast, isnan, logical_not
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
    mask = cast(to_tensor(mask), "bool")
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
    shape = x.shape[0:place]
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


@waits
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
    return_counts: also how often each occurs; all int32, in a list behind the values. size: cut or filled up to so
    many, with fill_value or the first of them. They are in order even when `sorted` is False. NaN is equal to NaN.
    In JavaScript a promise.
    """
    x = _static(x, "unique")
    whole = x
    if axis is None:
        rows = reshape(x, [-1])
        order = sort_primitive(rows, 0, False)[1]
    else:
        place = normalize_axis(axis, len(x.shape), "unique")
        perm = [i for i in range(len(x.shape)) if i != place]
        perm.insert(0, place)
        rows = transpose(x, perm)
        order = _order_of_rows(rows)
    n = rows.shape[0]
    if n == 0:
        groups = None
        count = 0
    else:
        groups = _groups(rows, order)
        host = yield from read_tensor(slice_strided(groups, [n - 1], [1], [1]))
        count = int(host.data[0]) + 1
    parts = _unique_parts(rows, order, groups, n, count)
    values = parts[0]
    if axis is not None:
        values = transpose(values, _inverse(perm))
    elif size is None:
        values = parts[0]
    found = [_resized(values, 0 if axis is None else place, count, size, fill_value)]
    if return_index:
        found.append(_resized(parts[1], 0, count, size, None))
    if return_inverse:
        found.append(reshape(parts[2], whole.shape) if axis is None else parts[2])
    if return_counts:
        found.append(_resized(parts[3], 0, count, size, 0))
    return found[0] if len(found) == 1 else found


def _static(x, op):
    x = to_tensor(x)
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
    if is_float(flat.dtype):
        differs = logical_and(differs, logical_not(logical_and(isnan(later), isnan(before))))
    steps = (
        cumulative("max", cast(differs, "int32"), 1, False, False) if width > 1 else cast(differs, "int32")
    )
    last = slice_strided(steps, [0, width - 1], [n - 1, 1], [1, 1])
    first = broadcast_to(scalar(0, "int32"), [1])
    return cumulative("sum", concatenate([first, reshape(last, [n - 1])], 0), 0, False, False)


def _unique_parts(rows, order, groups, n, count):
    """[slices, first places, which one each is, counts]."""
    if n == 0:
        nothing = broadcast_to(scalar(0, "int32"), [0])
        return [rows, nothing, nothing, nothing]
    ones = broadcast_to(scalar(1, "int32"), [n])
    counts = scatter_primitive("add", groups, ones, 0, [count], False)
    starts = cumulative("sum", counts, 0, False, True)
    first = gather(order, starts, 0)
    inverse = scatter_primitive("update", order, groups, 0, [n], False)
    return [gather(rows, first, 0), first, inverse, counts]


def _inverse(perm):
    return [perm.index(i) for i in range(len(perm))]


def _resized(values, axis, count, size, fill_value):
    """Cut or filled up to a size along an axis; fill_value None: with the first slice."""
    if size is None or size == count:
        return values
    require_whole(size, 0, "unique: size")
    begin = [0 for dim in values.shape]
    shape = copy_shape(values.shape)
    strides = [1 for dim in values.shape]
    if size < count:
        shape[axis] = size
        return slice_strided(values, begin, shape, strides)
    more = copy_shape(values.shape)
    more[axis] = size - count
    if fill_value is None and count > 0:
        shape[axis] = 1
        filling = broadcast_to(slice_strided(values, begin, shape, strides), more)
    else:
        filling = broadcast_to(scalar(0 if fill_value is None else fill_value, values.dtype), more)
    return concatenate([values, filling], axis)
