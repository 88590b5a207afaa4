"""Convolution (cross-correlation) over one, two or three spatial axes, and its transpose.

Data are [batch, spatial axes, channels] for data_format "channels_last" (the default) and
[batch, channels, spatial axes] for "channels_first". The kernels of the engines have two spatial axes: a
sequence is an image of height 1, and of a volume the depth joins the batch while the taps of the window along the
depth join the channels, so that one two-dimensional convolution does the work.

padding: "valid" (none), "same" (as many windows as size / stride, rounded up), "causal" (sequences only: all of
it before the first step), a number, or [before, after] of each spatial axis (of images and volumes also of all
axes, in the order batch, spatial axes, channels).
"""

from ..core.annotations import Sizes
from ..core.dims import dim_add, dim_mul, dim_sub, dims_equal, is_symbolic
from ..core.opset.binary import add
from ..core.opset.convolution import conv2d as conv2d_primitive
from ..core.opset.convolution import conv2d_input_grad
from ..core.opset.movement import concatenate, pad_interior, reshape, slice_strided, transpose
from ..core.opset.registry import as_float
from ..core.shapes import copy_shape, format_shape, window_pads, window_size, windowed_size
from ..platform.errors import error
from ..platform.numbers import is_list, is_string, is_whole
from .arguments import data_format_of, per_axis, require_choice, require_whole, shown


def to_channels_last(x, data_format):
    """The channels as the last axis."""
    if data_format != "channels_first":
        return x
    rank = len(x.shape)
    order = [0]
    order.extend([i for i in range(2, rank)])
    order.append(1)
    return transpose(x, order)


def from_channels_last(x, data_format):
    """The channels back in their place."""
    if data_format != "channels_first":
        return x
    rank = len(x.shape)
    order = [0, rank - 1]
    order.extend([i for i in range(1, rank - 1)])
    return transpose(x, order)


def spatial_input(inputs, op):
    """The input as a float tensor with one to three spatial axes."""
    x = as_float(inputs, op, "inputs")
    if len(x.shape) < 3 or len(x.shape) > 5:
        raise error(
            "ShapeError",
            op + ": needs sequences, images or volumes (rank 3, 4 or 5), got " + format_shape(x.shape),
        )
    return x


def window_paddings(shape, window, strides, dilations, padding, causal, op):
    """[before, after] of each spatial axis of a channels-last shape; causal: whether that is a choice."""
    count = len(window)
    if is_string(padding):
        padding = padding.lower()
        choices = ["valid", "same"]
        if count == 1 and causal:
            choices.append("causal")
        require_choice(padding, choices, op + ": padding")
        if padding == "causal":
            return [[window_size(window[0], dilations[0]) - 1, 0]]
        return [
            window_pads(shape[i + 1], window[i], strides[i], dilations[i], padding, op) for i in range(count)
        ]
    if is_whole(padding):
        padding = require_whole(padding, 0, op + ": padding")
        return [[padding, padding] for i in range(count)]
    if is_list(padding) and count > 1 and len(padding) == count + 2:
        padding = _without_margins(padding, op)
    if not is_list(padding) or len(padding) != count:
        raise error(
            "ArgumentError",
            "padding must be a name, an integer or [before, after] for each of "
            + str(count)
            + " axes, got "
            + shown(padding),
        )
    return [per_axis(entry, 2, 0, op + ": padding") for entry in padding]


def _without_margins(padding, op):
    """The spatial entries of paddings of all axes, [batch, spatial axes, channels]; the others must be [0, 0]."""
    last = len(padding) - 1
    for entry in [padding[0], padding[last]]:
        pair = per_axis(entry, 2, 0, op + ": padding")
        if pair[0] != 0 or pair[1] != 0:
            raise error(
                "ArgumentError", op + ": padding of batch and channels must be 0, got " + shown(padding)
            )
    return padding[1:last]


def window_taps(x, window, strides, dilations, pads, value):
    """For images, per tap of a window (row-major) the tensor of what the windows see there.

    x is padded with a value; all taps have the shape of the result of a convolution without filters.
    """
    shape = copy_shape(x.shape)
    padded = False
    for i in range(2):
        shape[i + 1] = windowed_size(x.shape[i + 1], window[i], strides[i], dilations[i], pads[i], "window")
        padded = padded or not dims_equal(pads[i][0], 0) or not dims_equal(pads[i][1], 0)
    if padded:
        entries = [[0, 0, 0], [pads[0][0], pads[0][1], 0], [pads[1][0], pads[1][1], 0], [0, 0, 0]]
        x = pad_interior(x, entries, value)
    taps = []
    for i in range(window[0]):
        for j in range(window[1]):
            begin = [0, i * dilations[0], j * dilations[1], 0]
            taps.append(slice_strided(x, begin, shape, [1, strides[0], strides[1], 1]))
    return taps


def conv(inputs, kernel, strides: Sizes = 1, padding="valid", data_format=None, dilation_rate: Sizes = 1):
    """Convolution of sequences, images or volumes; kernel [window sizes, channels / groups, filters].

    The number of groups follows from the channels. strides, dilation_rate: an integer, or one per spatial axis.
    padding: "valid", "same", "causal" (sequences), a number, or [before, after] per spatial axis.
    """
    form = data_format_of(data_format, "conv: data_format")
    x = to_channels_last(spatial_input(inputs, "conv"), form)
    w = as_float(kernel, "conv", "kernel")
    rank = len(x.shape)
    if len(w.shape) != rank:
        raise error(
            "ShapeError",
            "conv: the kernel of inputs of rank "
            + str(rank)
            + " must be ["
            + ", ".join(["window" for i in range(rank - 2)])
            + ", channels, filters], got "
            + format_shape(w.shape),
        )
    channels = x.shape[rank - 1]
    inner = w.shape[rank - 2]
    groups = 1
    if not is_symbolic(channels) and inner > 0 and channels % inner == 0:
        groups = channels // inner
    steps = per_axis(strides, rank - 2, 1, "conv: strides")
    rates = per_axis(dilation_rate, rank - 2, 1, "conv: dilation_rate")
    return from_channels_last(convolve(x, w, steps, padding, rates, groups), form)


def convolve(x, w, strides, padding, dilations, groups):
    """The convolution of channels-last data; strides and dilations are lists, one entry a spatial axis."""
    rank = len(x.shape)
    pads = window_paddings(x.shape, w.shape[0 : rank - 2], strides, dilations, padding, True, "conv")
    if rank == 3:
        return _squeezed(
            conv2d_primitive(
                _as_image(x),
                reshape(w, _with_front(w.shape)),
                [1, strides[0]],
                [[0, 0], pads[0]],
                [1, dilations[0]],
                groups,
            )
        )
    if rank == 4:
        return conv2d_primitive(x, w, strides, pads, dilations, groups)
    return _convolve_volumes(x, w, strides, pads, dilations, groups)


def _with_front(shape):
    wide = [1]
    wide.extend(shape)
    return wide


def _as_image(x):
    """[batch, length, channels] → [batch, 1, length, channels]."""
    return reshape(x, [x.shape[0], 1, x.shape[1], x.shape[2]])


def _squeezed(y):
    """[batch, 1, length, channels] → [batch, length, channels]."""
    return reshape(y, [y.shape[0], y.shape[2], y.shape[3]])


def _convolve_volumes(x, w, strides, pads, dilations, groups):
    taps = w.shape[0]
    inner = w.shape[3]
    if is_symbolic(x.shape[4]) or x.shape[4] != inner * groups:
        raise error(
            "ShapeError",
            "conv: filters "
            + format_shape(w.shape)
            + " with "
            + str(groups)
            + " groups do not fit an input of "
            + format_shape(x.shape),
        )
    depth = windowed_size(x.shape[1], taps, strides[0], dilations[0], pads[0], "conv")
    if not dims_equal(pads[0][0], 0) or not dims_equal(pads[0][1], 0):
        x = pad_interior(x, [[0, 0, 0], [pads[0][0], pads[0][1], 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]], 0)
    parts = []
    for k in range(taps):
        part = x
        if taps > 1 or strides[0] > 1:
            shape = copy_shape(x.shape)
            shape[1] = depth
            part = slice_strided(x, [0, k * dilations[0], 0, 0, 0], shape, [1, strides[0], 1, 1, 1])
        joined = dim_mul(x.shape[0], depth)
        parts.append(reshape(part, [joined, x.shape[2], x.shape[3], groups, inner]))
    # The channels of a group stay together, so that groups remain groups.
    planes = concatenate(parts, 4)
    planes = reshape(planes, [planes.shape[0], x.shape[2], x.shape[3], groups * taps * inner])
    y = conv2d_primitive(planes, _depth_as_channels(w), strides[1:3], pads[1:3], dilations[1:3], groups)
    return reshape(y, [x.shape[0], depth, y.shape[1], y.shape[2], y.shape[3]])


def _depth_as_channels(w):
    """[kd, kh, kw, c, f] → [kh, kw, kd * c, f]."""
    return reshape(
        transpose(w, [1, 2, 0, 3, 4]), [w.shape[1], w.shape[2], w.shape[0] * w.shape[3], w.shape[4]]
    )


def depthwise_conv(
    inputs, kernel, strides: Sizes = 1, padding="valid", data_format=None, dilation_rate: Sizes = 1
):
    """Each channel convolved with its own filters: kernel [window sizes, channels, multiplier].

    The result has channels * multiplier channels. Other arguments as in `conv`.
    """
    form = data_format_of(data_format, "depthwise_conv: data_format")
    x = to_channels_last(spatial_input(inputs, "depthwise_conv"), form)
    w = as_float(kernel, "depthwise_conv", "kernel")
    count = len(x.shape) - 2
    if len(w.shape) != count + 2 or not dims_equal(w.shape[count], x.shape[count + 1]):
        raise error(
            "ShapeError",
            "depthwise_conv: the kernel must be [window sizes, channels, multiplier] with the channels of an input of "
            + format_shape(x.shape)
            + ", got "
            + format_shape(w.shape),
        )
    steps = per_axis(strides, count, 1, "depthwise_conv: strides")
    y = convolve_depthwise(
        x, w, steps, padding, per_axis(dilation_rate, count, 1, "depthwise_conv: dilation_rate")
    )
    return from_channels_last(y, form)


def convolve_depthwise(x, w, strides, padding, dilations):
    """As `depthwise_conv`, of channels-last data with lists for strides and dilations."""
    count = len(w.shape) - 2
    channels = w.shape[count]
    shape = copy_shape(w.shape[0:count])
    shape.extend([1, channels * w.shape[count + 1]])
    return convolve(x, reshape(w, shape), strides, padding, dilations, channels)


def separable_conv(
    inputs,
    depthwise_kernel,
    pointwise_kernel,
    strides: Sizes = 1,
    padding="valid",
    data_format=None,
    dilation_rate: Sizes = 1,
):
    """A depthwise convolution, then one with windows of size 1 over all channels."""
    deep = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(deep, pointwise_kernel, 1, "valid", data_format, 1)


def conv_transpose(
    inputs,
    kernel,
    strides: Sizes = 1,
    padding="valid",
    output_padding=None,
    data_format=None,
    dilation_rate: Sizes = 1,
):
    """The transpose of a convolution; kernel [window sizes, filters, channels].

    The size of a spatial axis with a (dilated) window k becomes, with output_padding None: size * strides for
    "same", (size - 1) * strides + max(k, strides) for "valid"; else (size - 1) * strides + output_padding plus k
    ("valid") or k % 2 ("same"). As in Keras 3.
    """
    form = data_format_of(data_format, "conv_transpose: data_format")
    x = to_channels_last(spatial_input(inputs, "conv_transpose"), form)
    w = as_float(kernel, "conv_transpose", "kernel")
    count = len(x.shape) - 2
    if len(w.shape) != count + 2 or not dims_equal(w.shape[count + 1], x.shape[count + 1]):
        raise error(
            "ShapeError",
            "conv_transpose: the kernel must be [window sizes, filters, channels] with the channels of an input of "
            + format_shape(x.shape)
            + ", got "
            + format_shape(w.shape),
        )
    padding = padding.lower() if is_string(padding) else padding
    require_choice(padding, ["valid", "same"], "conv_transpose: padding")
    steps = per_axis(strides, count, 1, "conv_transpose: strides")
    rates = per_axis(dilation_rate, count, 1, "conv_transpose: dilation_rate")
    extra = (
        None
        if output_padding is None
        else per_axis(output_padding, count, 0, "conv_transpose: output_padding")
    )
    crops = []
    for i in range(count):
        more = None if extra is None else extra[i]
        crops.append(_transposed_crops(window_size(w.shape[i], rates[i]), steps[i], padding, more))
    return from_channels_last(convolve_transposed(x, w, steps, crops, rates), form)


def _transposed_crops(window, stride, padding, extra):
    """What Keras cuts off [before, after] of the (size - 1) * stride + window values; negative: adds."""
    if padding == "valid":
        more = (window if window > stride else stride) - window if extra is None else extra
        return [0, -more]
    total = stride + window - 2 if extra is None else window + window % 2 - 2 + extra
    before = total - total // 2
    if before > window - 1:
        before = window - 1
    return [window - 1 - before, window - 1 - (total - before)]


def convolve_transposed(x, w, strides, crops, dilations):
    """The transposed convolution of channels-last data, cut by [before, after] along each spatial axis.

    A negative cut after the end adds zeros.
    """
    rank = len(x.shape)
    if rank == 3:
        y = _transposed_images(
            _as_image(x),
            reshape(w, _with_front(w.shape)),
            [1, strides[0]],
            [[0, 0], crops[0]],
            [1, dilations[0]],
        )
        return _squeezed(y)
    if rank == 4:
        return _transposed_images(x, w, strides, crops, dilations)
    taps = w.shape[0]
    filters = w.shape[3]
    depth = x.shape[1]
    planes = reshape(x, [dim_mul(x.shape[0], depth), x.shape[2], x.shape[3], x.shape[4]])
    y = _transposed_images(planes, _depth_as_channels(w), strides[1:3], crops[1:3], dilations[1:3])
    shape = [x.shape[0], depth, y.shape[1], y.shape[2], filters]
    y = reshape(y, [x.shape[0], depth, y.shape[1], y.shape[2], taps * filters])
    total = None
    for k in range(taps):
        part = slice_strided(y, [0, 0, 0, 0, k * filters], shape, [1, 1, 1, 1, 1]) if taps > 1 else y
        begin = k * dilations[0]
        pads = [[0, 0, 0], [begin, (taps - 1) * dilations[0] - begin, strides[0] - 1]]
        pads.extend([[0, 0, 0], [0, 0, 0], [0, 0, 0]])
        part = pad_interior(part, pads, 0)
        total = part if total is None else add(total, part)
    return _cut(total, 1, crops[0])


def _transposed_images(x, w, strides, crops, dilations):
    shape = [x.shape[0]]
    pads = []
    rest = []
    for i in range(2):
        window = window_size(w.shape[i], dilations[i])
        size = dim_add(dim_mul(dim_sub(x.shape[i + 1], 1), strides[i]), window)
        after = crops[i][1]
        # Rows that no window reaches cost no step of their own while there are fewer of them than a stride.
        reached = after if after > -strides[i] else 0
        shape.append(dim_sub(size, crops[i][0] + reached))
        pads.append([crops[i][0], reached if reached > 0 else 0])
        rest.append([0, after - reached])
    shape.append(w.shape[2])
    attrs = {"strides": strides, "pads": pads, "dilations": dilations, "groups": 1}
    y = conv2d_input_grad(x, w, attrs, shape)
    return _cut(_cut(y, 1, rest[0]), 2, rest[1])


def _cut(y, axis, crop):
    """y without crop[0] values before and crop[1] after along an axis; a negative crop[1] adds zeros."""
    if crop[1] < 0:
        pads = [[0, 0, 0] for dim in y.shape]
        pads[axis] = [0, -crop[1], 0]
        y = pad_interior(y, pads, 0)
    after = crop[1] if crop[1] > 0 else 0
    if crop[0] == 0 and after == 0:
        return y
    begin = [0 for dim in y.shape]
    begin[axis] = crop[0]
    shape = copy_shape(y.shape)
    shape[axis] = dim_sub(shape[axis], crop[0] + after)
    return slice_strided(y, begin, shape, [1 for dim in y.shape])
