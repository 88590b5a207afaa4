"""Quantiles, percentiles, medians: by sorting along the axes that are taken together."""

from ..core.dims import dim_mul, dims_equal, is_symbolic
from ..core.opset.binary import add, divide, equal, maximum, multiply, subtract, where
from ..core.opset.gathering import take_along
from ..core.opset.generators import size_of
from ..core.opset.movement import broadcast_to, reshape, slice_strided, transpose
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float, constant_of, scalar, with_dtype
from ..core.opset.sorting import sort
from ..core.opset.unary import cast, ceil, floor, isnan, logical_not, round_half_even
from ..core.shapes import copy_shape, format_shape, normalize_axes, reduced_shape
from ..platform.errors import error
from ..platform.numbers import is_list, is_number, to_int
from .arguments import require_choice, shown

METHODS = ["linear", "lower", "higher", "midpoint", "nearest"]
NAN = float("nan")


def median(x, axis=None, keepdims=False):
    """The middle of the ordered elements, the mean of the middle two; NaN where one is NaN."""
    return _quantile(x, 0.5, 1.0, axis, "linear", keepdims, False, "median")


def nanmedian(x, axis=None, keepdims=False):
    """As `median`, of what is a number."""
    return _quantile(x, 0.5, 1.0, axis, "linear", keepdims, True, "nanmedian")


def quantile(x, q, axis=None, method="linear", keepdims=False):
    """The elements below which a share q (in [0, 1]) of the elements lies; NaN where one is NaN.

    q: a number, or a vector, whose axis then comes first in the result. method: what to take between two neighbours,
    "linear" (interpolated), "lower", "higher", "midpoint" or "nearest" (of halves the even place).
    """
    return _quantile(x, q, 1.0, axis, method, keepdims, False, "quantile")


def nanquantile(x, q, axis=None, method="linear", keepdims=False):
    """As `quantile`, of what is a number; NaN where nothing is."""
    return _quantile(x, q, 1.0, axis, method, keepdims, True, "nanquantile")


def percentile(x, q, axis=None, method="linear", keepdims=False):
    """As `quantile`, with q in [0, 100]."""
    return _quantile(x, q, 100.0, axis, method, keepdims, False, "percentile")


def nanpercentile(x, q, axis=None, method="linear", keepdims=False):
    """As `nanquantile`, with q in [0, 100]."""
    return _quantile(x, q, 100.0, axis, method, keepdims, True, "nanpercentile")


def _quantile(x, q, whole, axis, method, keepdims, skip, op):
    """whole: the q of the largest element."""
    require_choice(method, METHODS, op + ": method")
    x = as_float(x, op)
    axes = normalize_axes(axis, len(x.shape), op)
    shares = as_float(q, op, "q")
    if len(shares.shape) > 1:
        raise error(
            "ShapeError", op + ": q must be a number or a vector, got shape " + format_shape(shares.shape)
        )
    for share in [q] if is_number(q) else q if is_list(q) else []:
        if not is_number(share) or share < 0 or share > whole:
            raise error("ArgumentError", op + ": q must lie in [0, " + shown(whole) + "], got " + shown(q))
    rows = _rows(x, axes)
    size = rows.shape[len(rows.shape) - 1]
    if dims_equal(size, 0):
        raise error("ShapeError", op + ": there is nothing to order in " + format_shape(x.shape))
    # NaN comes last, so the numbers of a row are its first ones.
    ordered = sort(rows, -1, False)[0]
    if skip:
        count = reduce_sum(cast(logical_not(isnan(rows)), "float32"), -1, True)
        places = _places_of(divide(reshape(shares, [-1]), whole), count)
        bad = equal(count, 0.0)
    else:
        numbers = [q] if is_number(q) else q
        if is_list(numbers) and not is_symbolic(size):
            places = _known_places([number / whole for number in numbers], size)
        else:
            count = cast(size_of(size), "float32") if is_symbolic(size) else scalar(size, "float32")
            places = _places_of(divide(reshape(shares, [-1]), whole), count)
        bad = isnan(_last(ordered))
    found = where(bad, NAN, _between(ordered, places, method))
    kept = reduced_shape(x.shape, axes, keepdims)
    if len(shares.shape) == 0:
        return reshape(found, kept)
    rank = len(found.shape)
    order = [rank - 1]
    order.extend([i for i in range(rank - 1)])
    shape = [shares.shape[0]]
    shape.extend(kept)
    return reshape(transpose(found, order), shape)


class _Places:
    """Where quantiles lie among ordered elements: int32 places below, above and nearest, and the share of the upper."""

    def __init__(self, below, above, nearest, share):
        self.below = below
        self.above = above
        self.nearest = nearest
        self.share = share


def _places_of(shares, count):
    """Places of float shares among `count` elements, in float32."""
    place = multiply(shares, maximum(subtract(count, 1.0), 0.0))
    below = floor(place)
    return _Places(
        cast(below, "int32"),
        cast(ceil(place), "int32"),
        cast(round_half_even(place), "int32"),
        subtract(place, below),
    )


def _known_places(shares, size):
    """Places of numbers among a known number of elements, in double precision, so that a share that meets an element
    meets it.
    """
    below = []
    above = []
    nearest = []
    rest = []
    for share in shares:
        place = share * (size - 1)
        low = to_int(place)
        part = place - low
        high = low if part == 0 else low + 1
        even = low if low % 2 == 0 else low + 1
        below.append(low)
        above.append(high)
        nearest.append(even if part == 0.5 else (low if part < 0.5 else high))
        rest.append(part)
    shape = [len(shares)]
    places = [constant_of(numbers, shape, "int32") for numbers in [below, above, nearest]]
    return _Places(places[0], places[1], places[2], constant_of(rest, shape, "float32"))


def _rows(x, axes):
    """x with the axes to reduce last and joined into one."""
    rest = [i for i in range(len(x.shape)) if i not in axes]
    order = copy_shape(rest)
    order.extend(axes)
    size = 1
    for axis in axes:
        size = dim_mul(size, x.shape[axis])
    shape = [x.shape[i] for i in rest]
    shape.append(size)
    return reshape(transpose(x, order), shape)


def _last(ordered):
    """The last element of every row, its axis kept."""
    rank = len(ordered.shape)
    size = ordered.shape[rank - 1]
    if is_symbolic(size):
        return _picked(ordered, subtract(size_of(size), 1))
    begin = [0 for dim in ordered.shape]
    begin[rank - 1] = size - 1
    shape = copy_shape(ordered.shape)
    shape[rank - 1] = 1
    return slice_strided(ordered, begin, shape, [1 for dim in shape])


def _picked(ordered, places):
    """The elements of every row at int32 places: [..., places]; places broadcast over the rows."""
    shape = copy_shape(ordered.shape)
    own = places.shape
    shape[len(shape) - 1] = 1 if len(own) == 0 else own[len(own) - 1]
    return take_along(ordered, broadcast_to(places, shape))


def _between(ordered, places, method):
    """The elements of every row at places, each between two neighbours."""
    if method == "nearest":
        return _picked(ordered, places.nearest)
    if method == "lower":
        return _picked(ordered, places.below)
    high = _picked(ordered, places.above)
    if method == "higher":
        return high
    low = _picked(ordered, places.below)
    share = with_dtype(places.share, ordered.dtype)
    if method == "midpoint":
        share = where(equal(share, 0.0), 0.0, 0.5)
    # Where both are equal, infinite perhaps, there is nothing to interpolate.
    mixed = add(low, multiply(subtract(high, low), share))
    return where(equal(low, high), low, where(equal(share, 0.0), low, mixed))
