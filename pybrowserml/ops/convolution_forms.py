"""Convolutions by the number of their axes, under TensorFlow.js's names, and grey dilation.

data_format: "NWC", "NHWC", "NDHWC" (the defaults) or "NCW", "NCHW", "NCDHW". pad: "valid", "same", a number, or
[before, after] of each spatial axis (of images and volumes also of all axes, in the order of data_format).
"""

from typing import Any

from ..core.annotations import Sizes
from ..core.dims import is_symbolic
from ..core.opset.binary import add, maximum
from ..core.opset.movement import reshape, slice_strided
from ..core.opset.registry import as_float
from ..core.shapes import copy_shape, format_shape, windowed_size
from ..platform.errors import error
from ..platform.numbers import is_list
from .arguments import per_axis, require_choice
from .convolution import (
    conv,
    convolve_transposed,
    depthwise_conv,
    separable_conv,
    window_paddings,
    window_taps,
)

# Half of the lowest number: a sum with a filter stays finite, and still never wins.
LOWEST = -1.7e38


def format_named(value, count):
    """ "channels_last" or "channels_first" of a format such as "NHWC"."""
    last = ["NWC", "NHWC", "NDHWC"][count - 1]
    first = ["NCW", "NCHW", "NCDHW"][count - 1]
    if value is None:
        return "channels_last"
    require_choice(value, [last, first, "channels_last", "channels_first"], "data_format")
    return "channels_first" if value == first or value == "channels_first" else "channels_last"


def _spatial(pad, form) -> Any:
    """Paddings of all axes of channels-first data in the order batch, spatial axes, channels; others as they are."""
    if form != "channels_first" or not is_list(pad) or len(pad) < 4:
        return pad
    moved = [pad[0]]
    moved.extend(pad[2 : len(pad)])
    moved.append(pad[1])
    return moved


def _batch_of(x, rank, op):
    """[a batch of rank `rank`, whether x was a single one without batch axis]."""
    x = as_float(x, op)
    if len(x.shape) == rank - 1:
        wide = [1]
        wide.extend(x.shape)
        return [reshape(x, wide), True]
    if len(x.shape) != rank:
        raise error(
            "ShapeError",
            op
            + ": needs an input of rank "
            + str(rank)
            + ", or "
            + str(rank - 1)
            + " without batch, got "
            + format_shape(x.shape),
        )
    return [x, False]


def _like(y, single):
    """The result in the form that the input had."""
    return reshape(y, y.shape[1 : len(y.shape)]) if single else y


def conv1d(x, filter, stride, pad, data_format="NWC", dilation: Sizes = 1):
    """`conv` of sequences [batch, length, channels], or of one; filter [width, channels, filters]."""
    given = _batch_of(x, 3, "conv1d")
    return _like(conv(given[0], filter, stride, pad, format_named(data_format, 1), dilation), given[1])


def conv2d(x, filter, strides, pad, data_format="NHWC", dilations: Sizes = 1):
    """`conv` of images, or of one; filter [height, width, channels, filters]."""
    given = _batch_of(x, 4, "conv2d")
    form = format_named(data_format, 2)
    return _like(conv(given[0], filter, strides, _spatial(pad, form), form, dilations), given[1])


def conv3d(x, filter, strides, pad, data_format="NDHWC", dilations: Sizes = 1):
    """`conv` of volumes, or of one; filter [depth, height, width, channels, filters]."""
    given = _batch_of(x, 5, "conv3d")
    form = format_named(data_format, 3)
    return _like(conv(given[0], filter, strides, _spatial(pad, form), form, dilations), given[1])


def depthwise_conv2d(x, filter, strides, pad, data_format="NHWC", dilations: Sizes = 1):
    """`depthwise_conv` of images, or of one; filter [height, width, channels, multiplier]."""
    given = _batch_of(x, 4, "depthwise_conv2d")
    form = format_named(data_format, 2)
    return _like(depthwise_conv(given[0], filter, strides, _spatial(pad, form), form, dilations), given[1])


def separable_conv2d(
    x, depthwise_filter, pointwise_filter, strides, pad, dilation: Sizes = 1, data_format="NHWC"
):
    """`separable_conv` of images, or of one."""
    given = _batch_of(x, 4, "separable_conv2d")
    form = format_named(data_format, 2)
    pads = _spatial(pad, form)
    y = separable_conv(given[0], depthwise_filter, pointwise_filter, strides, pads, form, dilation)
    return _like(y, given[1])


def conv2d_transpose(x, filter, output_shape, strides, pad):
    """The transpose of `conv2d` from images of output_shape; filter [height, width, filters, channels].

    x: a batch, or one image with an output_shape without batch.
    """
    return _transpose_to(x, filter, 2, output_shape, strides, pad, "conv2d_transpose")


def conv3d_transpose(x, filter, output_shape, strides, pad):
    """The transpose of `conv3d` from volumes of output_shape; filter [depth, height, width, filters, channels].

    x: a batch, or one volume with an output_shape without batch.
    """
    return _transpose_to(x, filter, 3, output_shape, strides, pad, "conv3d_transpose")


def _transpose_to(x, filter, count, output_shape, strides, pad, op):
    given = _batch_of(x, count + 2, op)
    x = given[0]
    w = as_float(filter, op, "filter")
    if len(w.shape) != count + 2:
        raise error(
            "ShapeError",
            op + ": the filter must have rank " + str(count + 2) + ", got " + format_shape(w.shape),
        )
    target = []
    if given[1]:
        target.append(1)
    target.extend(output_shape)
    steps = per_axis(strides, count, 1, "strides")
    ones = [1 for i in range(count)]
    if len(target) != count + 2:
        raise error(
            "ShapeError",
            op + ": output_shape must have one entry an axis of x, got " + format_shape(output_shape),
        )
    for i in range(count):
        if is_symbolic(target[i + 1]) or is_symbolic(x.shape[i + 1]):
            raise error(
                "ShapeError",
                op + ": needs static sizes, got " + format_shape(x.shape) + "; see conv_transpose",
            )
    window = copy_shape(w.shape[0:count])
    pads = window_paddings(target, window, steps, ones, pad, False, op)
    crops = []
    for i in range(count):
        size = target[i + 1]
        found = windowed_size(size, window[i], steps[i], 1, pads[i], op)
        if found != x.shape[i + 1]:
            raise error(
                "ShapeError",
                op
                + ": a convolution of output_shape "
                + format_shape(output_shape)
                + " does not have the size of x, "
                + format_shape(x.shape),
            )
        full = (x.shape[i + 1] - 1) * steps[i] + window[i]
        crops.append([pads[i][0], full - pads[i][0] - size])
    return _like(convolve_transposed(x, w, steps, crops, ones), given[1])


def dilation2d(x, filter, strides, pad, dilations: Sizes = 1, data_format="NHWC"):
    """Grey dilation: the maximum over each window of x + filter; filter [height, width, channels].

    Padding never wins. x: images [batch, height, width, channels], or one; the result has as many channels.
    """
    given = _batch_of(x, 4, "dilation2d")
    x = given[0]
    w = as_float(filter, "dilation2d", "filter")
    require_choice(data_format, ["NHWC"], "data_format")
    if len(w.shape) != 3 or w.shape[2] != x.shape[3]:
        raise error(
            "ShapeError",
            "dilation2d: the filter must be [height, width, channels] with the channels of "
            + format_shape(x.shape)
            + ", got "
            + format_shape(w.shape),
        )
    steps = per_axis(strides, 2, 1, "strides")
    rates = per_axis(dilations, 2, 1, "dilations")
    pads = window_paddings(x.shape, w.shape[0:2], steps, rates, pad, False, "dilation2d")
    best = None
    taps = window_taps(x, w.shape[0:2], steps, rates, pads, LOWEST)
    for k in range(len(taps)):
        place = [k // w.shape[1], k % w.shape[1], 0]
        part = reshape(slice_strided(w, place, [1, 1, w.shape[2]], [1, 1, 1]), [w.shape[2]])
        raised = add(taps[k], part)
        best = raised if best is None else maximum(best, raised)
    return _like(best, given[1])
