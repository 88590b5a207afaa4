"""Patches of images and volumes."""

from ...core.annotations import Sizes
from ...core.dims import dim_mul, is_symbolic
from ...core.opset.movement import reshape, transpose
from ...core.opset.registry import as_float
from ...core.shapes import format_shape
from ...platform.errors import error
from ...platform.numbers import is_list
from ..arguments import data_format_of, per_axis
from ..convolution import from_channels_last, to_channels_last, window_paddings
from ..patches import windows_along


def extract_patches(images, size, strides=None, dilation_rate: Sizes = 1, padding="valid", data_format=None):
    """Patches of size [height, width] as channels: [batch, h, w, c] → [batch, rows, columns, height * width * c].

    size: an integer or [height, width] (three numbers: as `extract_patches_3d`). strides: between patches, None: the
    size. padding: "valid", or "same" with zeros. images: one of rank 3, or a batch of rank 4.
    """
    if is_list(size) and len(size) == 3:
        return extract_patches_3d(images, size, strides, dilation_rate, padding, data_format)
    return _patches(images, 2, size, strides, dilation_rate, padding, data_format, "extract_patches")


def extract_patches_3d(
    volumes, size, strides=None, dilation_rate: Sizes = 1, padding="valid", data_format=None
):
    """Patches of size [depth, height, width] of one volume of rank 4, or of a batch of rank 5, as channels."""
    return _patches(volumes, 3, size, strides, dilation_rate, padding, data_format, "extract_patches_3d")


def _patches(images, count, size, strides, dilation_rate, padding, data_format, op):
    x = as_float(images, op, "images")
    form = data_format_of(data_format, op + ": data_format")
    rank = len(x.shape)
    if rank != count + 1 and rank != count + 2:
        raise error(
            "ShapeError",
            op
            + ": needs rank "
            + str(count + 1)
            + " or "
            + str(count + 2)
            + ", got "
            + format_shape(x.shape),
        )
    single = rank == count + 1
    if single:
        wide = [1]
        wide.extend(x.shape)
        x = reshape(x, wide)
    x = to_channels_last(x, form)
    channels = x.shape[count + 1]
    if is_symbolic(channels):
        raise error("ShapeError", op + ": needs a known number of channels, got " + format_shape(x.shape))
    window = per_axis(size, count, 1, op + ": size")
    steps = window if strides is None else per_axis(strides, count, 1, op + ": strides")
    rates = per_axis(dilation_rate, count, 1, op + ": dilation_rate")
    pads = window_paddings(x.shape, window, steps, rates, padding, False, op)
    # Axis i becomes axes 2 i + 1 and 2 i + 2; the last one comes first, as what follows it moves.
    for k in range(count):
        i = count - 1 - k
        x = windows_along(x, i + 1, window[i], steps[i], rates[i], pads[i], op)
    order = [0]
    shape = [x.shape[0]]
    for i in range(count):
        order.append(2 * i + 1)
        shape.append(x.shape[2 * i + 1])
    depth = channels
    for i in range(count):
        order.append(2 * i + 2)
        depth = dim_mul(depth, window[i])
    order.append(2 * count + 1)
    shape.append(depth)
    y = from_channels_last(reshape(transpose(x, order), shape), form)
    return reshape(y, y.shape[1 : count + 2]) if single else y
