"""Colours: grey, hue and saturation, black and white."""

from ...core.dims import is_symbolic
from ...core.dtypes import is_float
from ...core.opset.binary import (
    add,
    divide,
    equal,
    greater,
    less,
    less_equal,
    logical_and,
    maximum,
    minimum,
    mod,
    multiply,
    subtract,
    where,
)
from ...core.opset.gathering import scatter_add
from ...core.opset.generators import iota
from ...core.opset.matmul import matmul
from ...core.opset.movement import broadcast_to, concatenate, reshape, slice_strided
from ...core.opset.reduction import argmax, reduce_sum
from ...core.opset.registry import as_float, scalar, to_tensor, with_dtype
from ...core.opset.unary import absolute, cast, reciprocal, round_half_even
from ...core.shapes import copy_shape, format_shape
from ...platform.errors import error
from ..arguments import data_format_of, require_choice

# What red, green and blue add to brightness, as Keras and TensorFlow weigh them.
LUMA = [0.2989, 0.587, 0.114]
# Differences below this are none (the distance of 1 to the next float32).
TINY = 1.1920929e-07


def _channel_axis(x, data_format, op):
    """The place of the channels of an image of rank 3 or a batch of rank 4."""
    form = data_format_of(data_format, op + ": data_format")
    rank = len(x.shape)
    if rank != 3 and rank != 4:
        raise error(
            "ShapeError", op + ": needs an image of rank 3 or a batch of rank 4, got " + format_shape(x.shape)
        )
    return rank - 1 if form == "channels_last" else rank - 3


def _require_channels(x, axis, counts, op):
    if is_symbolic(x.shape[axis]) or x.shape[axis] not in counts:
        raise error(
            "ShapeError",
            op
            + ": needs "
            + " or ".join([str(count) for count in counts])
            + " channels, got "
            + format_shape(x.shape),
        )


def _planes(x, axis):
    """The three channels, each with an axis of 1."""
    shape = copy_shape(x.shape)
    shape[axis] = 1
    parts = []
    for c in range(3):
        begin = [0 for dim in shape]
        begin[axis] = c
        parts.append(slice_strided(x, begin, copy_shape(shape), [1 for dim in shape]))
    return parts


def rgb_to_grayscale(images, data_format=None):
    """One channel of brightness, 0.2989 red + 0.587 green + 0.114 blue; the dtype stays, integers are cut off.

    images: [height, width, 3] or a batch of them; those of one channel are returned as they are.
    """
    x = to_tensor(images, None, "rgb_to_grayscale", "images")
    axis = _channel_axis(x, data_format, "rgb_to_grayscale")
    _require_channels(x, axis, [1, 3], "rgb_to_grayscale")
    if x.shape[axis] == 1:
        return x
    return with_dtype(_brightness(as_float(x), axis), x.dtype)


def _brightness(x, axis):
    rank = len(x.shape)
    if axis == rank - 1:
        rows = reshape(x, [-1, 3])
        shape = copy_shape(x.shape)
        shape[axis] = 1
        return reshape(matmul(rows, to_tensor([[w] for w in LUMA], "float32")), shape)
    weights = reshape(to_tensor(LUMA, "float32"), [3, 1, 1])
    return reduce_sum(multiply(x, weights), axis, True)


def grayscale_to_rgb(image):
    """The last axis, which has size 1, three times."""
    x = to_tensor(image, None, "grayscale_to_rgb", "image")
    rank = len(x.shape)
    if rank < 2:
        raise error("ShapeError", "grayscale_to_rgb: needs rank 2 or more, got " + format_shape(x.shape))
    _require_channels(x, rank - 1, [1], "grayscale_to_rgb")
    shape = copy_shape(x.shape)
    shape[rank - 1] = 3
    return broadcast_to(x, shape)


def _require_float(x, op):
    if not is_float(x.dtype):
        raise error("DtypeError", op + ": dtype must be a float, got " + x.dtype)


def rgb_to_hsv(images, data_format=None):
    """Hue, saturation and value, each in [0, 1], of red, green and blue in [0, 1].

    images: float [height, width, 3] or a batch of them. Grey has hue and saturation 0.
    """
    x = to_tensor(images, None, "rgb_to_hsv", "images")
    _require_float(x, "rgb_to_hsv")
    axis = _channel_axis(x, data_format, "rgb_to_hsv")
    _require_channels(x, axis, [3], "rgb_to_hsv")
    planes = [where(less(absolute(plane), TINY), 0.0, plane) for plane in _planes(x, axis)]
    red, green, blue = planes[0], planes[1], planes[2]
    value = maximum(maximum(red, green), blue)
    spread = subtract(value, minimum(minimum(red, green), blue))
    some = greater(spread, 0.0)
    saturation = where(greater(value, 0.0), divide(spread, where(greater(value, 0.0), value, 1.0)), 0.0)
    norm = reciprocal(multiply(where(some, spread, 1.0), 6.0))
    hue = where(
        equal(value, green),
        add(multiply(norm, subtract(blue, red)), 2.0 / 6.0),
        add(multiply(norm, subtract(red, green)), 4.0 / 6.0),
    )
    hue = where(equal(value, red), multiply(norm, subtract(green, blue)), hue)
    hue = where(some, hue, 0.0)
    return concatenate([where(less(hue, 0.0), add(hue, 1.0), hue), saturation, value], axis)


def hsv_to_rgb(images, data_format=None):
    """Red, green and blue of hue (a full turn is 1), saturation and value; the inverse of `rgb_to_hsv`."""
    x = to_tensor(images, None, "hsv_to_rgb", "images")
    _require_float(x, "hsv_to_rgb")
    axis = _channel_axis(x, data_format, "hsv_to_rgb")
    _require_channels(x, axis, [3], "hsv_to_rgb")
    planes = _planes(x, axis)
    turn = multiply(mod(planes[0], 1.0), 6.0)
    saturation, value = planes[1], planes[2]
    shares = [
        _limited(subtract(absolute(subtract(turn, 3.0)), 1.0)),
        _limited(subtract(2.0, absolute(subtract(turn, 2.0)))),
        _limited(subtract(2.0, absolute(subtract(turn, 4.0)))),
    ]
    pale = subtract(1.0, saturation)
    return concatenate([multiply(value, add(pale, multiply(saturation, share))) for share in shares], axis)


def _limited(x):
    return minimum(maximum(x, 0.0), 1.0)


def threshold(image, method="binary", inverted=False, thresh_value=0.5):
    """Black and white: int32 255 where the brightness of an image with values 0 to 255 is above a threshold, else 0.

    image: [height, width, 1 or 3]. method: "binary" (the threshold is 255 * thresh_value) or "otsu" (the one that
    separates the histogram's two sides best). inverted: 255 where it is not above.
    Source: Otsu 1979, "A threshold selection method from gray-level histograms".
    """
    require_choice(method, ["binary", "otsu"], "threshold: method")
    x = to_tensor(image, None, "threshold", "image")
    if len(x.shape) != 3:
        raise error("ShapeError", "threshold: needs an image of rank 3, got " + format_shape(x.shape))
    _require_channels(x, 2, [1, 3], "threshold")
    grey = as_float(x)
    if x.shape[2] == 3:
        grey = _brightness(grey, 2)
    limit = scalar(thresh_value * 255.0, "float32")
    if method == "otsu":
        limit = _otsu(cast(round_half_even(grey), "int32"))
    hit = less_equal(grey, limit) if inverted else greater(grey, limit)
    return multiply(cast(hit, "int32"), 255)


def _otsu(grey):
    """The first level of 0 to 255 with the largest variance between what is up to it and what is above."""
    flat = reshape(grey, [-1])
    counts = scatter_add(flat, broadcast_to(scalar(1.0, "float32"), copy_shape(flat.shape)), 0, [256])
    levels = cast(iota([256], 0), "float32")
    below = cast(less_equal(iota([256, 256], 0), iota([256, 256], 1)), "float32")
    both = concatenate([reshape(counts, [1, 256]), reshape(multiply(counts, levels), [1, 256])], 0)
    sums = matmul(both, below)
    first = slice_strided(sums, [0, 0], [1, 256], [1, 1])
    moment = slice_strided(sums, [1, 0], [1, 256], [1, 1])
    total = reduce_sum(counts, None, False)
    rest = subtract(total, first)
    split = logical_and(greater(first, 0.0), greater(rest, 0.0))
    mean_below = divide(moment, where(split, first, 1.0))
    mean_above = divide(
        subtract(reduce_sum(multiply(counts, levels), None, False), moment), where(split, rest, 1.0)
    )
    gap = subtract(mean_below, mean_above)
    share = divide(first, total)
    variance = where(split, multiply(multiply(share, subtract(1.0, share)), multiply(gap, gap)), 0.0)
    return reshape(cast(argmax(variance, 1, False), "float32"), [])
