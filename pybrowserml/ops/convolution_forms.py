"""Convolutions by the number of their axes, under TensorFlow.js's names, and grey dilation.

data_format: "NWC", "NHWC", "NDHWC" (the defaults) or "NCW", "NCHW", "NCDHW". pad: "valid", "same", a number, or
[before, after] of each spatial axis.
"""

from ..core.dims import is_symbolic
from ..core.opset.binary import add, maximum
from ..core.opset.movement import reshape, slice_strided
from ..core.opset.registry import as_float
from ..core.shapes import format_shape, windowed_size
from ..platform.errors import error
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


def _require_rank(x, rank, op):
    if len(x.shape) != rank:
        raise error(
            "ShapeError", op + ": needs an input of rank " + str(rank) + ", got " + format_shape(x.shape)
        )
    return x


def conv1d(x, filter, stride, pad, data_format="NWC", dilation=1):
    """`conv` of sequences [batch, length, channels]; filter [width, channels, filters]."""
    x = _require_rank(as_float(x), 3, "conv1d")
    return conv(x, filter, stride, pad, format_named(data_format, 1), dilation)


def conv2d(x, filter, strides, pad, data_format="NHWC", dilations=1):
    """`conv` of images; filter [height, width, channels, filters]."""
    x = _require_rank(as_float(x), 4, "conv2d")
    return conv(x, filter, strides, pad, format_named(data_format, 2), dilations)


def conv3d(x, filter, strides, pad, data_format="NDHWC", dilations=1):
    """`conv` of volumes; filter [depth, height, width, channels, filters]."""
    x = _require_rank(as_float(x), 5, "conv3d")
    return conv(x, filter, strides, pad, format_named(data_format, 3), dilations)


def depthwise_conv2d(x, filter, strides, pad, data_format="NHWC", dilations=1):
    """`depthwise_conv` of images; filter [height, width, channels, multiplier]."""
    x = _require_rank(as_float(x), 4, "depthwise_conv2d")
    return depthwise_conv(x, filter, strides, pad, format_named(data_format, 2), dilations)


def separable_conv2d(x, depthwise_filter, pointwise_filter, strides, pad, dilation=1, data_format="NHWC"):
    """`separable_conv` of images."""
    x = _require_rank(as_float(x), 4, "separable_conv2d")
    form = format_named(data_format, 2)
    return separable_conv(x, depthwise_filter, pointwise_filter, strides, pad, form, dilation)


def conv2d_transpose(x, filter, output_shape, strides, pad):
    """The transpose of `conv2d` from images of output_shape; filter [height, width, filters, channels]."""
    x = _require_rank(as_float(x), 4, "conv2d_transpose")
    return _transpose_to(x, as_float(filter), output_shape, strides, pad, "conv2d_transpose")


def conv3d_transpose(x, filter, output_shape, strides, pad):
    """The transpose of `conv3d` from volumes of output_shape; filter [depth, height, width, filters, channels]."""
    x = _require_rank(as_float(x), 5, "conv3d_transpose")
    return _transpose_to(x, as_float(filter), output_shape, strides, pad, "conv3d_transpose")


def _transpose_to(x, w, output_shape, strides, pad, op):
    _require_rank(w, len(x.shape), op)
    count = len(x.shape) - 2
    steps = per_axis(strides, count, 1, "strides")
    ones = [1 for i in range(count)]
    if len(output_shape) != count + 2:
        raise error(
            "ShapeError",
            op + ": output_shape must have " + str(count + 2) + " entries, got " + format_shape(output_shape),
        )
    for i in range(count):
        if is_symbolic(output_shape[i + 1]) or is_symbolic(x.shape[i + 1]):
            raise error(
                "ShapeError",
                op + ": needs static sizes, got " + format_shape(x.shape) + "; see conv_transpose",
            )
    window = w.shape[0:count]
    pads = window_paddings(output_shape, window, steps, ones, pad, False, op)
    crops = []
    for i in range(count):
        size = output_shape[i + 1]
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
    return convolve_transposed(x, w, steps, crops, ones)


def dilation2d(x, filter, strides, pad, dilations=1, data_format="NHWC"):
    """Grey dilation: the maximum over each window of x + filter; filter [height, width, channels].

    Padding never wins. x: images [batch, height, width, channels]; the result has as many channels.
    """
    x = _require_rank(as_float(x), 4, "dilation2d")
    w = as_float(filter)
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
    return best
