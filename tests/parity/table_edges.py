"""Rows of slopes where the pieces of a function meet, and of arguments that only some callers use."""

import numpy as np

from pybrowserml import ops
from pybrowserml.core.autodiff import gradients

from . import reference_windows as windows
from .rows import Row, distinct, integers, uniform, values

INF, NAN = float("inf"), float("nan")
SELU = [1.6732632423543772, 1.0507009873554805]
# Sums of about thirty products of float32.
SUMS = {"rtol": 1e-5, "atol": 1e-5, "webgl": (2e-5, 2e-5)}


def slopes(function):
    def build(x):
        return gradients([function(x)], [x])[0]

    return build


def joint(name, function, theirs, points, **more):
    """The slope itself, as the result of a graph, at and around the places where the pieces meet."""
    return Row("slope of " + name, slopes(function), [[values(points)]], theirs, **more)


JOINTS = [
    joint(
        "elu",
        lambda x: ops.elu(x, 0.7),
        lambda x: np.where(x > 0, 1, 0.7 * np.exp(np.minimum(x, 0))),
        [-1.5, 0, -0.0, 2, 1e-30],
    ),
    joint("celu", ops.celu, lambda x: np.where(x > 0, 1, np.exp(np.minimum(x, 0))), [-1.5, 0, 2]),
    joint(
        "selu",
        ops.selu,
        lambda x: SELU[1] * np.where(x > 0, 1, SELU[0] * np.exp(np.minimum(x, 0))),
        [-1.5, 0, 2, -100],
    ),
    joint("sparse_plus", ops.sparse_plus, lambda x: np.clip((x + 1) / 2, 0, 1), [-2, -1, -0.5, 0, 0.5, 1, 2]),
    joint(
        "clip",
        lambda x: ops.clip(x, -1, 2),
        lambda x: 1.0 * ((x >= -1) & (x <= 2)),
        [-1.5, -1, 0, 2, 2.5, INF, NAN],
    ),
    joint("hard_tanh", ops.hard_tanh, lambda x: 1.0 * (np.abs(x) <= 1), [-2, -1, 0, 1, 2]),
    joint("relu6", ops.relu6, lambda x: 1.0 * ((x > 0) & (x < 6)), [-1, 0, 3, 6, 7]),
    joint("sparse_sigmoid", ops.sparse_sigmoid, lambda x: 0.5 * (np.abs(x) < 1), [-2, -1, 0, 1, 2]),
]


def among(targets, predictions, k):
    own = np.take_along_axis(predictions, targets[..., None], -1)
    return (predictions > own).sum(-1) < k


def held(indices, size):
    return np.clip(np.where(indices < 0, indices + size, indices), 0, size - 1)


def batches(x, indices):
    """x[b, indices[b, k], ...]."""
    picked = [np.take(a, held(i, a.shape[0]), 0) for a, i in zip(x, indices, strict=True)]
    return np.stack(picked) if picked else np.zeros([0, indices.shape[1], *x.shape[2:]])


def first(x):
    return np.moveaxis(x, -1, 1)


PADDED = [
    Row(
        "convolutions with pads of all axes",
        lambda x, w, d: [
            ops.conv2d(x, w, 1, [[0, 0], [1, 2], [0, 1], [0, 0]]),
            ops.conv2d(ops.transpose(x, [0, 3, 1, 2]), w, [2, 1], [[0, 0], [0, 0], [0, 1], [1, 0]], "NCHW"),
            ops.depthwise_conv2d(x, d, 1, [[0, 0], [2, 0], [1, 1], [0, 0]]),
            ops.conv2d_transpose(x, w, [2, 3, 5, 2], 1, [[0, 0], [0, 1], [0, 0], [0, 0]]),
        ],
        [[uniform([2, 3, 4, 2]), uniform([2, 2, 2, 2]), uniform([2, 2, 2, 1])]],
        lambda x, w, d: [
            windows.conv(x, w, [1, 1], [[1, 2], [0, 1]]),
            first(windows.conv(x, w, [2, 1], [[0, 1], [1, 0]])),
            windows.conv(x, d.transpose(0, 1, 3, 2), [1, 1], [[2, 0], [1, 1]], None, 2),
            windows.conv_transpose(x, w, [1, 1], [3, 5], [0, 0]),
        ],
        grad=(0, 1),
        grad_tolerance=(4e-5, 4e-5),
        webgl_grad=(1e-4, 1e-4),
        **SUMS,
    ),
    Row(
        "pools with pads of all axes",
        lambda x: [
            ops.pool(x, 2, "max", [[0, 0], [1, 0], [0, 1], [0, 0]]),
            ops.average_pool(x, 2, 1, [[0, 0], [1, 0], [0, 1], [0, 0]]),
        ],
        [[distinct([2, 3, 4, 2], 0.1)]],
        lambda x: [
            windows.max_pool(x, [2, 2], [1, 1], [[1, 0], [0, 1]]),
            windows.average_pool(x, [2, 2], [1, 1], [[1, 0], [0, 1]]),
        ],
        grad=(0,),
        **SUMS,
    ),
]

HORIZON = [1.0, 0, 0, 0, 1, 0, -1, 0]


OTHERS = [
    Row(
        "transform with a horizon",
        lambda x: ops.image.transform(x, [HORIZON], "nearest", "constant", -3),
        [[uniform([1, 4, 4, 1], 1, 2)]],
        # Columns x / (1 - x): the first shows itself, the second is the horizon, the others, -2 and -1.5, lie left of
        # the image.
        lambda x: np.where(np.arange(4)[None, None, :, None] == 0, x, -3),
        rtol=0,
        atol=0,
        webgl=(0, 0),
    ),
    Row(
        "in_top_k of more axes",
        lambda t, p: [ops.in_top_k(t, p, 1), ops.in_top_k(t, p, 2)],
        [[integers([2, 3], 0, 3), distinct([2, 3, 4])], [integers([2, 0], 0, 3), uniform([2, 0, 4])]],
        lambda t, p: [among(t, p, 1), among(t, p, 2)],
    ),
    Row(
        "frames that are none",
        lambda x: [ops.frame(x, 6, 1), ops.frame(x, 6, 2, True, 1.5)],
        [[uniform([2, 5])]],
        lambda x: [
            np.zeros([2, 0, 6]),
            np.stack([np.pad(x, [[0, 0], [0, 6]], constant_values=1.5)[:, s : s + 6] for s in (0, 2, 4)], 1),
        ],
    ),
    Row(
        "sparse_to_dense at a number",
        lambda i, v: ops.sparse_to_dense(i, v, [6], -1),
        [[values(2, np.int32), uniform([])]],
        lambda i, v: np.where(np.arange(6) == i, v, -1),
    ),
    Row(
        "scatter at places of the first axis",
        lambda i, v: [ops.scatter(i, v, [5, 3]), ops.scatter(i, ops.sum(v, 1), [5])],
        [[values([0, 4, 0], np.int32), uniform([3, 3])], [values([3], np.int32), uniform([1, 3])]],
        lambda i, v: [
            np.eye(5)[i].T @ v,
            np.eye(5)[i].T @ v.sum(1),
        ],
        grad=(1,),
    ),
    Row(
        "strided_slice with ellipses and new axes",
        lambda x: [
            ops.strided_slice(x, [0, -1], [0, 0], [1, 1], 0, 2, 1),
            ops.strided_slice(x, [1, 0, 0], [3, 0, 2], [1, 1, 1], 0, 0, 2),
            ops.strided_slice(x, [0, 1], [0, 2], None, 0, 0, 0, 1, 2),
            ops.strided_slice(x, [0, 0, 1], [0, 0, 3], None, 0, 0, 2, 1, 3),
        ],
        [[distinct([3, 2, 4], 0.1)]],
        lambda x: [x[..., -1:], x[1:3, ..., 0:2], x[None, 1], x[None, ..., 1:3]],
        grad=(0,),
        rtol=0,
        atol=0,
        webgl=(0, 0),
    ),
    Row(
        "take in batches",
        lambda x, i: [ops.take(x, i, 1, 1), ops.take(x, i, -1, -1), ops.take(x, i, 1, 0)],
        [
            [distinct([2, 3, 4], 0.1), integers([2, 2], -3, 3)],
            [distinct([1, 1, 2], 0.1), values([[5, -9, 0]], np.int32)],
            [uniform([0, 3, 2]), integers([0, 2], 0, 2)],
        ],
        lambda x, i: [
            batches(x, i),
            np.swapaxes(batches(np.swapaxes(x, 1, 2), i), 1, 2),
            np.take(x, held(i, x.shape[1]), 1),
        ],
        grad=(0,),
        rtol=0,
        atol=0,
        webgl=(0, 0),
    ),
    Row(
        "non_max_suppression_padded of no boxes",
        lambda b, s: ops.image.non_max_suppression_padded(b, s, 3),
        [[uniform([0, 4]), uniform([0])]],
        lambda b, s: [np.zeros(3, int), 0],
    ),
    Row(
        "batch_normalization by tensors of the same rank",
        lambda x, m, v, o, s: ops.batch_normalization(x, m, v, -1, o, s, 0.01),
        [
            [
                uniform([2, 3, 2]),
                uniform([2, 3, 2]),
                uniform([2, 1, 2], 0.5, 2),
                uniform([1, 1, 2]),
                uniform([2, 3, 1]),
            ]
        ],
        lambda x, m, v, o, s: (x - m) / np.sqrt(v + 0.01) * s + o,
        grad=(0, 1, 2, 3, 4),
        # The mean and the shift cancel.
        rtol=4e-6,
        atol=4e-6,
        webgl=(1e-5, 1e-5),
        grad_tolerance=(4e-5, 4e-5),
    ),
]

ROWS = [*JOINTS, *PADDED, *OTHERS]
