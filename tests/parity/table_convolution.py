"""Rows of convolution over one to three axes, its transpose, and what is made of them."""

import numpy as np

from pybrowserml import ops
from pybrowserml.core.opset.gather_sum import gather_sum

from . import reference_windows as windows
from .rows import Row, distinct, integers, uniform, values

# Sums of up to 54 products of numbers of up to 4 in float32.
SUMS = {
    "rtol": 4e-6,
    "atol": 8e-6,
    "webgl": (1e-5, 1e-5),
    "grad_tolerance": (2e-5, 4e-5),
    "webgl_grad": (1e-4, 4e-5),
}


def row(name, build, theirs, *shapes, second=False, **more):
    return Row(
        name,
        build,
        [[uniform(shape) for shape in shapes]],
        theirs,
        grad=tuple(range(len(shapes))),
        second=second,
        **{**SUMS, **more},
    )


def conv_row(name, x, w, strides=1, padding="valid", form=None, dilation=1, pads=None, **more):
    """A row of ops.conv; pads: what the reference pads, by default what "same" or "valid" mean."""
    count = len(w) - 2
    steps = [strides] * count if isinstance(strides, int) else strides
    rates = [dilation] * count if isinstance(dilation, int) else dilation
    first = form == "channels_first"

    def theirs(a, b):
        a = windows.to_last(a) if first else a
        own = pads
        if own is None:
            same = windows.same(a.shape[1:-1], w[:count], steps, rates)
            own = same if padding == "same" else [[0, 0]] * count
        y = windows.conv(a, b, steps, own, rates, a.shape[-1] // w[-2])
        return windows.to_first(y) if first else y

    return row(name, lambda a, b: ops.conv(a, b, strides, padding, form, dilation), theirs, x, w, **more)


CONV = [
    conv_row("conv", [1, 5, 6, 2], [3, 3, 2, 3], 2, "same", second=True),
    conv_row("conv with groups, channels first", [1, 4, 5, 6], [3, 2, 2, 4], form="channels_first"),
    conv_row("conv with pads", [1, 4, 5, 2], [3, 2, 2, 2], padding=[[2, 0], [1, 3]], pads=[[2, 0], [1, 3]]),
    conv_row("conv with one pad", [1, 3, 3, 1], [2, 2, 1, 2], padding=1, pads=[[1, 1], [1, 1]]),
    conv_row("conv of sequences", [2, 9, 3], [3, 3, 4], 2, second=True),
    conv_row("conv of sequences, same", [2, 7, 3], [4, 3, 2], padding="same", dilation=2),
    conv_row("conv of sequences, causal", [2, 6, 2], [3, 2, 3], padding="causal", dilation=2, pads=[[4, 0]]),
    conv_row("conv of sequences, first, groups", [2, 4, 7], [3, 2, 6], 3, "same", "channels_first"),
    conv_row("conv of a sequence of one", [1, 1, 1], [1, 1, 1]),
    conv_row("conv of volumes", [1, 4, 3, 5, 2], [2, 2, 3, 2, 3], second=True),
    conv_row("conv of volumes, strides", [1, 5, 4, 3, 2], [3, 2, 2, 2, 2], [2, 1, 2], "same"),
    conv_row("conv of volumes, groups", [1, 3, 3, 3, 4], [2, 2, 2, 2, 4], padding="same"),
    conv_row(
        "conv of volumes, first", [1, 2, 5, 3, 3], [2, 1, 2, 2, 3], 1, "same", "channels_first", [2, 1, 1]
    ),
    conv_row("conv of volumes, flat window", [2, 3, 3, 2, 1], [1, 2, 2, 1, 2]),
    row(
        "conv of sequences and of volumes with bias and activation",
        lambda x, v, w, b: [
            ops.tanh(ops.add(ops.conv(ops.reshape(x, [2, 4, 3]), v), b)),
            ops.multiply(ops.tanh(ops.add(ops.conv(ops.reshape(x, [1, 2, 2, 2, 3]), w, 1, "same"), b)), 0.5),
        ],
        lambda x, v, w, b: [
            np.tanh(windows.conv(x.reshape(2, 4, 3), v, [1], [[0, 0]]) + b),
            0.5
            * np.tanh(
                windows.conv(x.reshape(1, 2, 2, 2, 3), w, [1, 1, 1], windows.same([2] * 3, [2] * 3, [1] * 3))
                + b
            ),
        ],
        [24],
        [2, 3, 2],
        [2, 2, 2, 3, 2],
        [2],
        second=True,
    ),
    Row(
        "conv of nothing",
        lambda x, w: ops.conv(x, w, 1, "same"),
        [[uniform([0, 5, 2]), uniform([3, 2, 4])]],
        lambda x, w: np.zeros((0, 5, 4)),
    ),
    Row(
        "conv of integers",
        ops.conv,
        [[integers([1, 4, 4, 1], 0, 9), uniform([2, 2, 1, 2])]],
        lambda x, w: windows.conv(x, w, [1, 1], [[0, 0], [0, 0]]),
        **SUMS,
    ),
]


def spread(w):
    """[window, c, m] as the filters of groups."""
    return w.reshape([*w.shape[:-2], 1, w.shape[-2] * w.shape[-1]])


DEPTHWISE = [
    row(
        "depthwise_conv",
        lambda x, w: ops.depthwise_conv(x, w, 1, "same"),
        lambda x, w: windows.conv(x, spread(w), [1, 1], windows.same([4, 5], [3, 3], [1, 1]), None, 3),
        [1, 4, 5, 3],
        [3, 3, 3, 2],
    ),
    row(
        "depthwise_conv of sequences",
        lambda x, w: ops.depthwise_conv(x, w, 2, "valid", "channels_first"),
        lambda x, w: windows.to_first(windows.conv(windows.to_last(x), spread(w), [2], [[0, 0]], None, 3)),
        [2, 3, 7],
        [3, 3, 1],
    ),
    row(
        "depthwise_conv of volumes",
        lambda x, w: ops.depthwise_conv(x, w, 1, "valid", None, 2),
        lambda x, w: windows.conv(x, spread(w), [1, 1, 1], [[0, 0]] * 3, [2, 2, 2], 2),
        [1, 3, 4, 3, 2],
        [2, 2, 2, 2, 2],
    ),
    row(
        "separable_conv",
        ops.separable_conv,
        lambda x, d, p: windows.conv(
            windows.conv(x, spread(d), [1, 1], [[0, 0], [0, 0]], None, 3), p, [1, 1], [[0, 0], [0, 0]]
        ),
        [1, 4, 5, 3],
        [2, 2, 3, 1],
        [1, 1, 3, 2],
    ),
    row(
        "separable_conv of sequences",
        lambda x, d, p: ops.separable_conv(x, d, p, 2, "same"),
        lambda x, d, p: windows.conv(
            windows.conv(x, spread(d), [2], windows.same([7], [3], [2]), None, 2), p, [1], [[0, 0]]
        ),
        [2, 7, 2],
        [3, 2, 2],
        [1, 4, 3],
    ),
]


def transpose_row(
    name, x, w, sizes, before, strides=1, padding="valid", extra=None, form=None, dilation=1, **more
):
    """A row of ops.conv_transpose; sizes, before: of the result, as Keras 3 gives them."""
    count = len(w) - 2
    steps = [strides] * count if isinstance(strides, int) else strides
    rates = [dilation] * count
    first = form == "channels_first"

    def theirs(a, b):
        y = windows.conv_transpose(windows.to_last(a) if first else a, b, steps, sizes, before, rates)
        return windows.to_first(y) if first else y

    return row(
        name,
        lambda a, b: ops.conv_transpose(a, b, strides, padding, extra, form, dilation),
        theirs,
        x,
        w,
        **more,
    )


# Sizes: valid (n - 1) s + max(k, s), same n s, with output_padding (n - 1) s + k (same: k % 2) + output_padding. What
# is cut off before: k - 1 - min(ceil(p / 2), k - 1) of a total p = s + k - 2 (with output_padding: k + k % 2 - 2 + it).
TRANSPOSED = [
    transpose_row("conv_transpose", [1, 3, 4, 2], [3, 2, 3, 2], [7, 8], [0, 0], 2, second=True),
    transpose_row("conv_transpose, same", [1, 3, 4, 2], [3, 4, 2, 2], [6, 8], [0, 1], 2, "same"),
    transpose_row("conv_transpose, wide strides", [1, 2, 3, 1], [2, 1, 2, 1], [8, 12], [0, 0], 4, "same"),
    transpose_row(
        "conv_transpose, dilated", [1, 3, 3, 2], [2, 2, 2, 2], [5, 5], [0, 0], 1, "valid", None, None, 2
    ),
    transpose_row("conv_transpose, padded", [1, 3, 3, 1], [3, 3, 2, 1], [6, 6], [0, 0], 2, "same", 1),
    transpose_row("conv_transpose of sequences", [2, 4, 3], [3, 2, 3], [9], [0], 2),
    transpose_row(
        "conv_transpose, first", [2, 3, 4], [4, 2, 3], [12], [0], 3, "same", None, "channels_first"
    ),
    transpose_row(
        "conv_transpose of volumes", [1, 2, 3, 2, 2], [2, 3, 2, 2, 2], [4, 7, 4], [0, 0, 0], 2, second=True
    ),
    transpose_row(
        "conv_transpose of volumes, same",
        [1, 2, 2, 3, 1],
        [3, 2, 1, 2, 1],
        [2, 4, 3],
        [1, 0, 0],
        [1, 2, 1],
        "same",
    ),
    row(
        "conv2d_transpose",
        lambda x, w: ops.conv2d_transpose(x, w, [1, 6, 7, 2], 2, "same"),
        lambda x, w: windows.conv_transpose(x, w, [2, 2], [6, 7], [0, 1]),
        [1, 3, 4, 2],
        [3, 3, 2, 2],
    ),
    row(
        "conv3d_transpose",
        lambda x, w: ops.conv3d_transpose(x, w, [1, 3, 5, 4, 2], [1, 2, 3], "valid"),
        lambda x, w: windows.conv_transpose(x, w, [1, 2, 3], [3, 5, 4], [0, 0, 0]),
        [1, 2, 2, 1, 1],
        [2, 3, 3, 2, 1],
    ),
]

FORMS = [
    row(
        "conv1d, conv2d, conv3d",
        lambda x, u, v, w: [
            ops.conv1d(ops.reshape(x, [2, 6, 2]), u, 1, "same"),
            ops.conv2d(ops.reshape(x, [2, 2, 2, 3]), v, [2, 1], 0, "NCHW"),
            ops.conv3d(ops.reshape(x, [1, 2, 3, 2, 2]), w, 1, "valid"),
        ],
        lambda x, u, v, w: [
            windows.conv(x.reshape(2, 6, 2), u, [1], windows.same([6], [3], [1])),
            windows.to_first(
                windows.conv(windows.to_last(x.reshape(2, 2, 2, 3)), v, [2, 1], [[0, 0], [0, 0]])
            ),
            windows.conv(x.reshape(1, 2, 3, 2, 2), w, [1, 1, 1], [[0, 0]] * 3),
        ],
        [24],
        [3, 2, 2],
        [1, 2, 2, 1],
        [2, 2, 1, 2, 2],
    ),
    row(
        "depthwise_conv2d, separable_conv2d",
        lambda x, d, p: [ops.depthwise_conv2d(x, d, 1, "same"), ops.separable_conv2d(x, d, p, 2, "valid")],
        lambda x, d, p: [
            windows.conv(x, spread(d), [1, 1], windows.same([4, 5], [2, 3], [1, 1]), None, 2),
            windows.conv(
                windows.conv(x, spread(d), [2, 2], [[0, 0], [0, 0]], None, 2), p, [1, 1], [[0, 0], [0, 0]]
            ),
        ],
        [1, 4, 5, 2],
        [2, 3, 2, 2],
        [1, 1, 4, 3],
    ),
    row(
        "forms of one image",
        lambda x, w: [
            ops.conv2d(x, w, 1, "same"),
            ops.conv1d(ops.reshape(x, [-1, 2]), ops.reshape(w, [4, 2, 3]), 2, "valid"),
            ops.conv2d_transpose(ops.conv2d(x, w, 1, "same"), w, [3, 4, 2], 1, "same"),
        ],
        lambda x, w: [
            windows.conv(x[None], w, [1, 1], [[0, 1]] * 2)[0],
            windows.conv(x.reshape(1, -1, 2), w.reshape(4, 2, 3), [2], [[0, 0]])[0],
            windows.conv_transpose(windows.conv(x[None], w, [1, 1], [[0, 1]] * 2), w, [1, 1], [3, 4], [0, 0])[
                0
            ],
        ],
        [3, 4, 2],
        [2, 2, 2, 3],
        # A product of two sums of products.
        atol=2e-5,
        webgl=(2e-5, 2e-5),
        grad_tolerance=(4e-5, 1e-4),
        webgl_grad=(1e-4, 1e-4),
    ),
    Row(
        "dilation2d",
        lambda x, w: [ops.dilation2d(x, w, 1, "same"), ops.dilation2d(x, w, [2, 1], "valid", [1, 2])],
        [[distinct([1, 5, 6, 2], 0.3), distinct([3, 2, 2], 0.011)]],
        lambda x, w: [
            windows.dilation2d(x, w, [1, 1], windows.same([5, 6], [3, 2], [1, 1]), [1, 1]),
            windows.dilation2d(x, w, [2, 1], [[0, 0], [0, 0]], [1, 2]),
        ],
        grad=(0, 1),
        **SUMS,
    ),
]


def summed(x, indices, weights, axis):
    picked = np.take(x, np.clip(indices, 0, x.shape[axis] - 1), axis)
    shape = [*weights.shape, *[1] * (x.ndim - 1 - axis)]
    return (picked * weights.reshape(shape)).sum(axis + weights.ndim - 1)


PLACES = [[0, 2, 1], [3, 9, -4]]
SHARES = [[0.5, -1, 0], [2, 1, 0.25]]


def table_row(name, shape, axis, **more):
    """gather_sum with constant tables, whose gradient reads a transposed table."""
    return Row(
        name,
        lambda x: gather_sum(x, PLACES, SHARES, axis),
        [[uniform(shape)]],
        lambda x: summed(x, np.array(PLACES), np.array(SHARES), axis),
        grad=(0,),
        second=True,
        **{**SUMS, **more},
    )


GATHERED = [
    Row(
        "gather_sum",
        lambda x, i, w: [gather_sum(x, i, w, 0), gather_sum(x, i, w, 1)],
        [
            [uniform([4, 5]), integers([3, 2], 0, 4), uniform([3, 2])],
            [uniform([2, 3, 4]), integers([2, 2, 5], -1, 5), uniform([2, 2, 5])],
            [uniform([3, 2, 5, 3]), integers([1, 1], 0, 3), uniform([1, 1])],
        ],
        lambda x, i, w: [summed(x, i, w, 0), summed(x, i, w, 1)],
        grad=(0, 2),
        second=True,
        **SUMS,
    ),
    Row(
        "gather_sum of one row",
        lambda x, i, w: gather_sum(x, i, w, 0),
        [
            [uniform([300]), integers([3], 0, 300), uniform([3])],
            [uniform([5, 0]), integers([2, 3], 0, 5), uniform([2, 3])],
        ],
        lambda x, i, w: summed(x, i, w, 0),
        **SUMS,
    ),
    table_row("gather_sum by tables", [4, 5], 0),
    table_row("gather_sum by tables, middle", [2, 4, 3], 1),
    table_row("gather_sum by tables, last", [3, 4], 1),
    Row(
        "gather_sum reads nothing for a weight of 0",
        lambda x: gather_sum(x, [[0, 1]], [[1.0, 0.0]], 0),
        [[values([[1.0, 2.0], [np.nan, np.inf]])]],
        lambda x: x[:1],
    ),
]

ROWS = [*CONV, *DEPTHWISE, *TRANSPOSED, *FORMS, *GATHERED]
