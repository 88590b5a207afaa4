"""Tensors and images read at places between their elements.

Every sample is one row of a table of `gather_sum`: the flat indices of the pixels around it and their weights, made
by one fused elementwise step.
"""

from ...core.dims import dim_mul, dims_equal, is_symbolic
from ...core.dtypes import is_float
from ...core.opset.binary import (
    add,
    floor_divide,
    greater_equal,
    less,
    logical_and,
    maximum,
    minimum,
    mod,
    multiply,
    subtract,
    where,
)
from ...core.opset.gather_sum import gather_sum
from ...core.opset.generators import iota, size_of
from ...core.opset.movement import reshape, slice_strided, transpose
from ...core.opset.reduction import reduce_sum
from ...core.opset.registry import as_float, to_tensor, with_dtype
from ...core.opset.unary import absolute, cast, floor, sign
from ...core.shapes import copy_shape, format_shape
from ...platform.errors import error
from ..arguments import require_choice, shown

ORDERS = {"nearest": 0, "bilinear": 1}
FILL_MODES = ["constant", "nearest", "wrap", "mirror", "reflect"]


def length_of(dim):
    """A size as a number, or as a scalar that follows the size."""
    return size_of(dim) if is_symbolic(dim) else dim


def _mirrored(places, length):
    """d c b | a b c d | c b a: the edge once."""
    half = subtract(length, 1)
    period = maximum(multiply(half, 2), 1)
    return absolute(subtract(mod(add(places, half), period), half))


def _inside(places, length, fill_mode):
    """Places brought into an axis."""
    if fill_mode == "wrap":
        return mod(places, length)
    if fill_mode == "mirror":
        return _mirrored(places, length)
    if fill_mode == "reflect":
        twice = _mirrored(add(multiply(places, 2), 1), add(multiply(length, 2), 1))
        return floor_divide(subtract(twice, 1), 2)
    return minimum(maximum(places, 0), subtract(length, 1))


def rounded(x):
    """The nearest whole number, halves away from 0, as int32."""
    return cast(multiply(sign(x), floor(add(absolute(x), 0.5))), "int32")


def in_dtype(y, dtype):
    """Floats in a dtype: for integers rounded, halves away from 0."""
    return with_dtype(y if is_float(dtype) else rounded(y), dtype)


def corners_of(axes, order):
    """How many pixels each sample reads."""
    return 2**axes if order == 1 else 1


def sample_table(coordinates, lengths, order, fill_mode):
    """[flat indices, weights] of the pixels around each sample.

    coordinates: one float tensor an axis, all of one shape, whose last axis repeats each place for the pixels that it
    reads (`corners_of`), so that all of this is one fused step. lengths: sizes of the axes. order 0: the nearest
    pixel; 1: those around it, weighted by lines. "constant" gives pixels outside the weight 0.
    """
    axes = len(coordinates)
    corners = corners_of(axes, order)
    indices = None
    weights = None
    for a in range(axes):
        coordinate = coordinates[a]
        length = length_of(lengths[a])
        weight = None
        if order == 0:
            places = rounded(coordinate)
        else:
            # Corner j takes the upper pixel of axis a, with a weight of `share`, where bit axes - 1 - a of j is set;
            # the lower one has 1 - share.
            bits = [(j // 2 ** (axes - 1 - a)) % 2 for j in range(corners)]
            low = floor(coordinate)
            share = subtract(coordinate, low)
            places = add(cast(low, "int32"), to_tensor(bits, "int32"))
            slopes = to_tensor([2.0 * bit - 1.0 for bit in bits], "float32")
            weight = add(multiply(share, slopes), to_tensor([1.0 - bit for bit in bits], "float32"))
        fixed = _inside(places, length, fill_mode)
        if fill_mode == "constant":
            here = logical_and(greater_equal(places, 0), less(places, length))
            weight = where(here, 1.0 if weight is None else weight, 0.0)
        elif weight is None and a == 0:
            weight = where(greater_equal(fixed, 0), 1.0, 0.0)
        indices = fixed if indices is None else add(multiply(indices, length), fixed)
        if weight is not None:
            weights = weight if weights is None else multiply(weights, weight)
    return [indices, weights]


def _filled(sampled, weights, fill_mode, fill_value):
    """Adds what pixels outside of a constant world contribute."""
    if fill_mode != "constant" or fill_value == 0:
        return sampled
    missing = multiply(subtract(1.0, reduce_sum(weights, len(weights.shape) - 1, False)), fill_value)
    shape = copy_shape(missing.shape)
    for i in range(len(sampled.shape) - len(shape)):
        shape.append(1)
    return add(sampled, reshape(missing, shape))


def map_coordinates(inputs, coordinates, order, fill_mode="constant", fill_value: float = 0):
    """The values of a tensor at coordinates [rank, shape]: of that shape.

    order 0: the nearest element (halves away from 0), 1: by lines between elements. fill_mode, beyond the ends of
    a b c d: "constant" (fill_value everywhere), "nearest" (a a | a b c d | d d), "wrap" (c d | a b c d | a b), "mirror"
    (c b | a b c d | c b), "reflect" (b a | a b c d | d c). Integers are rounded, halves away from 0.
    """
    x = to_tensor(inputs, None, "map_coordinates", "inputs")
    places = as_float(coordinates, "map_coordinates", "coordinates")
    rank = len(x.shape)
    if rank < 1 or len(places.shape) < 2 or not dims_equal(places.shape[0], rank):
        raise error(
            "ShapeError",
            "map_coordinates: coordinates of an input of "
            + format_shape(x.shape)
            + " must be [its rank, ...] with rank 2 or more, got "
            + format_shape(places.shape),
        )
    if order != 0 and order != 1:
        raise error("ArgumentError", "order must be 0 or 1, got " + shown(order))
    require_choice(fill_mode, FILL_MODES, "map_coordinates: fill_mode")
    moved = transpose(places, [(a + 1) % len(places.shape) for a in range(len(places.shape))])
    shape = copy_shape(moved.shape)
    shape[len(shape) - 1] = 1
    corners = corners_of(rank, order)
    parts = []
    for a in range(rank):
        begin = [0 for dim in shape]
        begin[len(shape) - 1] = a
        part = slice_strided(moved, begin, copy_shape(shape), [1 for dim in shape])
        parts.append(add(part, to_tensor([0.0 for j in range(corners)], "float32")) if corners > 1 else part)
    table = sample_table(parts, x.shape, order, fill_mode)
    y = gather_sum(reshape(as_float(x), [-1]), table[0], table[1], 0)
    y = _filled(y, table[1], fill_mode, fill_value)
    return in_dtype(y, x.dtype)


def sample_images(x, rows, columns, order, fill_mode, fill_value):
    """[batch, height, width, channels] read at rows, columns [batch, h, w, corners] → [batch, h, w, channels]."""
    table = sample_table([rows, columns], [x.shape[1], x.shape[2]], order, fill_mode)
    indices = table[0]
    if not dims_equal(x.shape[0], 1):
        plane = multiply(length_of(x.shape[1]), length_of(x.shape[2]))
        indices = add(indices, multiply(iota(copy_shape(rows.shape), 0), plane))
    y = gather_sum(pixels_of(x), indices, table[1], 0)
    return _filled(y, table[1], fill_mode, fill_value)


def pixels_of(x):
    """The images as a list of pixels."""
    return reshape(x, [dim_mul(dim_mul(x.shape[0], x.shape[1]), x.shape[2]), x.shape[3]])


def columns_of(t, rows, count):
    """The columns of [rows, count] as tensors [rows, 1, 1, 1]."""
    wide = reshape(t, [rows, 1, 1, count])
    return [slice_strided(wide, [0, 0, 0, i], [rows, 1, 1, 1], [1, 1, 1, 1]) for i in range(count)]
