"""Convolution and pooling.

Images are [batch, height, width, channels] for data_format "channels_last" (the default) and
[batch, channels, height, width] for "channels_first".
"""

from ..core.dims import is_symbolic
from ..core.opset.convolution import conv2d, same_pads
from ..core.opset.movement import reshape, transpose
from ..core.opset.pooling import avg_pool2d, max_pool2d
from ..core.opset.registry import as_float
from ..core.shapes import format_shape
from ..platform.errors import error
from .arguments import data_format_of, pair_of, require_choice


def to_channels_last(x, data_format):
    return transpose(x, [0, 2, 3, 1]) if data_format == "channels_first" else x


def from_channels_last(x, data_format):
    return transpose(x, [0, 3, 1, 2]) if data_format == "channels_first" else x


def _images(inputs, op):
    x = as_float(inputs)
    if len(x.shape) != 4:
        raise error("ShapeError", op + ": needs images of rank 4, got " + format_shape(x.shape))
    return x


def conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Two-dimensional convolution (cross-correlation); kernel [kh, kw, channels / groups, filters].

    The number of groups follows from the channels. padding: "valid" or "same".
    """
    form = data_format_of(data_format)
    x = to_channels_last(_images(inputs, "conv"), form)
    w = as_float(kernel)
    if len(w.shape) != 4:
        raise error(
            "ShapeError", "conv: the kernel must be [kh, kw, channels, filters], got " + format_shape(w.shape)
        )
    groups = 1
    if not is_symbolic(x.shape[3]) and w.shape[2] > 0 and x.shape[3] % w.shape[2] == 0:
        groups = x.shape[3] // w.shape[2]
    return from_channels_last(
        conv_nhwc(
            x, w, pair_of(strides, 1, "strides"), padding, pair_of(dilation_rate, 1, "dilation_rate"), groups
        ),
        form,
    )


def conv_nhwc(x, w, strides, padding, dilations, groups):
    """conv2d of channels-last images with pairs for strides and dilations, padding by name."""
    require_choice(padding, ["valid", "same"], "padding")
    pads = same_pads(x, [w.shape[0], w.shape[1]], strides, dilations, padding, "conv2d")
    return conv2d(x, w, strides, pads, dilations, groups)


def depthwise_conv(inputs, kernel, strides=1, padding="valid", data_format=None, dilation_rate=1):
    """Each channel convolved with its own filters: kernel [kh, kw, channels, multiplier]."""
    form = data_format_of(data_format)
    x = to_channels_last(_images(inputs, "depthwise_conv"), form)
    steps = pair_of(strides, 1, "strides")
    y = depthwise_nhwc(x, as_float(kernel), steps, padding, pair_of(dilation_rate, 1, "dilation_rate"))
    return from_channels_last(y, form)


def depthwise_nhwc(x, w, strides, padding, dilations):
    """As `depthwise_conv`, of channels-last images with pairs for strides and dilations."""
    channels = w.shape[2]
    flat = reshape(w, [w.shape[0], w.shape[1], 1, channels * w.shape[3]])
    return conv_nhwc(x, flat, strides, padding, dilations, channels)


def separable_conv(
    inputs, depthwise_kernel, pointwise_kernel, strides=1, padding="valid", data_format=None, dilation_rate=1
):
    """A depthwise convolution, then one with 1 × 1 filters."""
    deep = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(deep, pointwise_kernel, 1, "valid", data_format, 1)


def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The maximum of each window. strides None: the pool size."""
    form = data_format_of(data_format)
    x = to_channels_last(_images(inputs, "max_pool"), form)
    windows = _windows(x, pool_size, strides, padding, "max_pool")
    return from_channels_last(max_pool2d(x, windows[0], windows[1], windows[2])[0], form)


def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The mean of the part of each window that lies inside the image. strides None: the pool size."""
    form = data_format_of(data_format)
    x = to_channels_last(_images(inputs, "average_pool"), form)
    windows = _windows(x, pool_size, strides, padding, "average_pool")
    return from_channels_last(avg_pool2d(x, windows[0], windows[1], windows[2]), form)


def _windows(x, pool_size, strides, padding, op):
    size = pair_of(pool_size, 1, "pool_size")
    steps = size if strides is None else pair_of(strides, 1, "strides")
    require_choice(padding, ["valid", "same"], "padding")
    return [size, steps, same_pads(x, size, steps, [1, 1], padding, op)]
