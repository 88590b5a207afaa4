"""Pooling over one, two or three spatial axes: the maximum or the mean of windows.

Data are [batch, spatial axes, channels], or [batch, channels, spatial axes] for data_format "channels_first". The
kernels of the engines have two spatial axes; a box-shaped window of a volume is pooled over height and width, and
then over the depth.
"""

from ..core.annotations import Sizes
from ..core.dims import dim_mul, is_symbolic
from ..core.opset.binary import add, divide, maximum, multiply
from ..core.opset.gather_sum import gather_sum, sparse_tables
from ..core.opset.gathering import gather
from ..core.opset.generators import iota
from ..core.opset.movement import broadcast_to, reshape
from ..core.opset.pooling import avg_pool2d, max_pool2d
from ..core.opset.reduction import reduce_max
from ..core.opset.registry import as_float, scalar, to_tensor
from ..core.shapes import format_shape
from ..platform.errors import error
from .arguments import data_format_of, per_axis, require_choice
from .convolution import from_channels_last, spatial_input, to_channels_last, window_paddings, window_taps

# What the padding of a maximum holds.
LOWEST = -3.4e38


def max_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The maximum of each window; padding never wins.

    pool_size, strides: an integer, or one per spatial axis; strides None: the pool size. padding: "valid", "same",
    a number, or [before, after] per spatial axis, smaller than the window.
    """
    form = data_format_of(data_format, "max_pool: data_format")
    x = to_channels_last(spatial_input(inputs, "max_pool"), form)
    return from_channels_last(_pooled(x, pool_size, strides, padding, "max_pool"), form)


def average_pool(inputs, pool_size, strides=None, padding="valid", data_format=None):
    """The mean of the part of each window that lies inside the input. Arguments as in `max_pool`."""
    form = data_format_of(data_format, "average_pool: data_format")
    x = to_channels_last(spatial_input(inputs, "average_pool"), form)
    return from_channels_last(_pooled(x, pool_size, strides, padding, "average_pool"), form)


def _windows(x, pool_size, strides, padding, op):
    """[window, strides, pads], lists with one entry a spatial axis."""
    count = len(x.shape) - 2
    size = per_axis(pool_size, count, 1, op + ": pool_size")
    steps = size if strides is None else per_axis(strides, count, 1, op + ": strides")
    pads = window_paddings(x.shape, size, steps, [1 for i in range(count)], padding, False, op)
    for i in range(count):
        for side in pads[i]:
            if not is_symbolic(side) and side >= size[i]:
                raise error(
                    "ArgumentError",
                    op
                    + ": padding must be smaller than the window, got "
                    + str(side)
                    + " for "
                    + str(size[i]),
                )
    return [size, steps, pads]


def _pooled(x, pool_size, strides, padding, op):
    windows = _windows(x, pool_size, strides, padding, op)
    size, steps, pads = windows[0], windows[1], windows[2]
    shape = x.shape
    if len(shape) == 3:
        wide = reshape(x, [shape[0], 1, shape[1], shape[2]])
        y = _pool_images(wide, [1, size[0]], [1, steps[0]], [[0, 0], pads[0]], op)
        return reshape(y, [y.shape[0], y.shape[2], y.shape[3]])
    if len(shape) == 4:
        return _pool_images(x, size, steps, pads, op)
    planes = reshape(x, [dim_mul(shape[0], shape[1]), shape[2], shape[3], shape[4]])
    y = _pool_images(planes, size[1:3], steps[1:3], pads[1:3], op)
    height, width = y.shape[1], y.shape[2]
    columns = reshape(y, [shape[0], shape[1], dim_mul(height, width), shape[4]])
    y = _pool_images(columns, [size[0], 1], [steps[0], 1], [pads[0], [0, 0]], op)
    return reshape(y, [shape[0], y.shape[1], height, width, shape[4]])


def _pool_images(x, size, steps, pads, op):
    if op == "max_pool":
        return max_pool2d(x, size, steps, pads)[0]
    return avg_pool2d(x, size, steps, pads)


def max_pool_with_argmax(x, filter_size, strides, pad, include_batch_in_index=False):
    """[maxima, int32 indices] of the windows of images [batch, height, width, channels].

    An index is (row * width + column) * channels + channel of the first maximum; with include_batch_in_index the
    index in the whole input.
    """
    x = as_float(x, "max_pool_with_argmax")
    if len(x.shape) != 4:
        raise error(
            "ShapeError", "max_pool_with_argmax: needs images of rank 4, got " + format_shape(x.shape)
        )
    windows = _windows(x, filter_size, strides, pad, "max_pool_with_argmax")
    if is_symbolic(x.shape[3]):
        raise error("ShapeError", "max_pool_with_argmax: needs a static number of channels")
    found = max_pool2d(x, windows[0], windows[1], windows[2])
    shape = found[1].shape
    places = add(multiply(found[1], x.shape[3]), iota(shape, 3))
    if include_batch_in_index:
        if is_symbolic(x.shape[1]) or is_symbolic(x.shape[2]):
            raise error("ShapeError", "max_pool_with_argmax: include_batch_in_index needs static sizes")
        places = add(places, multiply(iota(shape, 0), x.shape[1] * x.shape[2] * x.shape[3]))
    return [found[0], places]


def pool(input, window_shape, pooling_type, pad="valid", dilations: Sizes = 1, strides: Sizes = 1):
    """`max_pool` (pooling_type "max") or `average_pool` ("avg") of images, with windows that may be dilated."""
    require_choice(pooling_type, ["max", "avg"], "pool: pooling_type")
    op = "max_pool" if pooling_type == "max" else "average_pool"
    x = as_float(input, "pool", "input")
    if len(x.shape) != 4:
        raise error("ShapeError", "pool: needs images of rank 4, got " + format_shape(x.shape))
    rates = per_axis(dilations, 2, 1, "pool: dilations")
    if rates[0] == 1 and rates[1] == 1:
        return _pooled(x, window_shape, strides, pad, op)
    size = per_axis(window_shape, 2, 1, "pool: window_shape")
    steps = per_axis(strides, 2, 1, "pool: strides")
    pads = window_paddings(x.shape, size, steps, rates, pad, False, "pool")
    if pooling_type == "max":
        taps = window_taps(x, size, steps, rates, pads, LOWEST)
        best = taps[0]
        for i in range(1, len(taps)):
            best = maximum(best, taps[i])
        return best
    return divide(
        _sum_of(window_taps(x, size, steps, rates, pads, 0)),
        _sum_of(window_taps(_ones_like_image(x), size, steps, rates, pads, 0)),
    )


def _ones_like_image(x):
    return broadcast_to(scalar(1.0, "float32"), [1, x.shape[1], x.shape[2], 1])


def _sum_of(parts):
    total = parts[0]
    for i in range(1, len(parts)):
        total = add(total, parts[i])
    return total


def adaptive_average_pool(inputs, output_size, data_format=None):
    """The mean over output_size windows that cover each spatial axis: floor(i n / m) to ceil((i + 1) n / m).

    output_size: an integer, or one per spatial axis (None keeps its size). The sizes of the input must be known.
    """
    return _adaptive(inputs, output_size, data_format, "adaptive_average_pool")


def adaptive_max_pool(inputs, output_size, data_format=None):
    """The maximum over output_size windows that cover each spatial axis, as in `adaptive_average_pool`."""
    return _adaptive(inputs, output_size, data_format, "adaptive_max_pool")


def _adaptive(inputs, output_size, data_format, op):
    form = data_format_of(data_format, op + ": data_format")
    x = to_channels_last(spatial_input(inputs, op), form)
    count = len(x.shape) - 2
    sizes = per_axis(output_size, count, 1, op + ": output_size")
    windows = []
    even = True
    for i in range(count):
        if is_symbolic(x.shape[i + 1]) or x.shape[i + 1] == 0:
            raise error(
                "ShapeError",
                op + ": needs known spatial sizes of at least 1, got " + format_shape(x.shape),
            )
        even = even and x.shape[i + 1] % sizes[i] == 0
        windows.append(x.shape[i + 1] // sizes[i])
    if even:
        plain = "max_pool" if op == "adaptive_max_pool" else "average_pool"
        return from_channels_last(_pooled(x, windows, None, "valid", plain), form)
    for i in range(count):
        if x.shape[i + 1] != sizes[i]:
            spans = _spans(x.shape[i + 1], sizes[i])
            x = (
                _max_of_spans(x, i + 1, spans)
                if op == "adaptive_max_pool"
                else _mean_of_spans(x, i + 1, spans)
            )
    return from_channels_last(x, form)


def _spans(size, count):
    """[first, end] of each of the windows that cover an axis."""
    return [[i * size // count, ((i + 1) * size + count - 1) // count] for i in range(count)]


def _mean_of_spans(x, axis, spans):
    rows = []
    for span in spans:
        width = span[1] - span[0]
        rows.append([[p for p in range(span[0], span[1])], [1.0 / width for p in range(width)]])
    tables = sparse_tables(rows)
    return gather_sum(x, tables[0], tables[1], axis)


def _max_of_spans(x, axis, spans):
    widest = 1
    for span in spans:
        widest = max(widest, span[1] - span[0])
    # A shorter window names its last place again.
    places = [[min(span[0] + j, span[1] - 1) for j in range(widest)] for span in spans]
    return reduce_max(gather(x, to_tensor(places, "int32"), axis), axis + 1, False)
