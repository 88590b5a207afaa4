"""Rows of movement, creation, normalisation, convolution and cross-entropy in `pybrowserml.ops`."""

import numpy as np
from scipy import special

from pybrowserml import ops
from pybrowserml.core.opset.binary import greater

from . import reference
from .rows import Row, distinct, integers, uniform, values
from .table_ops import LOOSE, softplus


def moved(name, build, theirs, *makers):
    return Row(
        name, build, [list(makers)], theirs, rtol=0, atol=0, webgl=(0, 0), grad=tuple(range(len(makers)))
    )


MOVEMENT = [
    moved(
        "squeeze",
        lambda x: [ops.squeeze(x), ops.squeeze(x, 1), ops.squeeze(x, [-1])],
        lambda x: [x.squeeze(), x.squeeze(1), x.squeeze(-1)],
        distinct([2, 1, 3, 1]),
    ),
    moved(
        "expand_dims",
        lambda x: [ops.expand_dims(x, 0), ops.expand_dims(x, -1)],
        lambda x: [x[None], x[..., None]],
        distinct([2, 3]),
    ),
    moved("ravel", ops.ravel, np.ravel, distinct([2, 3])),
    moved("swapaxes", lambda x: ops.swapaxes(x, 0, -1), lambda x: np.swapaxes(x, 0, -1), distinct([2, 3, 4])),
    moved("moveaxis", lambda x: ops.moveaxis(x, 0, -1), lambda x: np.moveaxis(x, 0, -1), distinct([2, 3, 4])),
    moved(
        "unstack", lambda x: ops.unstack(x, None, 1), lambda x: [x[:, i] for i in range(3)], distinct([2, 3])
    ),
    moved("slice", lambda x: ops.slice(x, [1, 2], [2, 3]), lambda x: x[1:3, 2:5], distinct([4, 6])),
    moved(
        "pad",
        lambda x: [ops.pad(x, [[1, 2], [0, 1]]), ops.pad(x, 1), ops.pad(x, [0, 2])],
        lambda x: [np.pad(x, [(1, 2), (0, 1)]), np.pad(x, 1), np.pad(x, (0, 2))],
        distinct([2, 3]),
    ),
    Row(
        "take",
        lambda x, i: [ops.take(x, i, 1), ops.take(x, i)],
        [[distinct([2, 5]), values([[0, -1], [3, 3]], np.int32)]],
        lambda x, i: [np.take(x, i, 1), np.take(x, i)],
        grad=(0,),
        rtol=1e-6,
    ),
    Row(
        "one_hot",
        lambda x: [ops.one_hot(x, 5), ops.one_hot(x, 4, 0, "int32")],
        [[values([[0, 4], [2, -1]], np.int32)]],
        lambda x: [
            (x[..., None] == np.arange(5)).astype(float),
            (x[None] == np.arange(4)[:, None, None]).astype(np.int64),
        ],
    ),
]

CREATION = [
    Row(
        "zeros, ones, full",
        lambda: [ops.zeros([2, 3]), ops.ones([2], "int32"), ops.full([2, 2], 2.5)],
        [[]],
        lambda: [np.zeros((2, 3)), np.ones(2, np.int64), np.full((2, 2), 2.5)],
    ),
    Row(
        "zeros_like, ones_like, full_like",
        lambda x: [ops.zeros_like(x), ops.ones_like(x), ops.full_like(x, 7)],
        [[integers([2, 3], 0, 9)]],
        lambda x: [x * 0, x * 0 + 1, x * 0 + 7],
    ),
    Row(
        "linspace",
        lambda: [ops.linspace(0.0, 1.0, 5), ops.linspace(1.0, 2.0, 4, False)],
        [[]],
        lambda: [np.linspace(0, 1, 5), np.linspace(1, 2, 4, endpoint=False)],
    ),
    Row(
        "eye",
        lambda: [ops.eye(3), ops.eye(2, 4, 1), ops.eye(3, 2, -1), ops.identity(2)],
        [[]],
        lambda: [np.eye(3), np.eye(2, 4, 1), np.eye(3, 2, -1), np.eye(2)],
    ),
]


def normalized(x, axes, epsilon):
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + epsilon)


def first_channels(x):
    return np.transpose(x, [0, 2, 3, 1])


def last_channels(x):
    return np.transpose(x, [0, 3, 1, 2])


def same(x, w, strides, dilations=(1, 1)):
    return reference.same_pads(x.shape[1:3], w, strides, dilations)


ONE, NONE = [1, 1], [[0, 0], [0, 0]]
NETWORKS = [
    Row(
        "batch_normalization",
        lambda x, m, v, b, g: ops.batch_normalization(x, m, v, -1, b, g, 0.01),
        [[uniform([2, 3, 4]), uniform([4]), uniform([4], 0.5, 2), uniform([4]), uniform([4])]],
        lambda x, m, v, b, g: (x - m) / np.sqrt(v + 0.01) * g + b,
        grad=(0, 1, 2, 3, 4),
        second=True,
        **LOOSE,
    ),
    Row(
        "layer_normalization",
        lambda x, g, b: ops.layer_normalization(x, g, b, -1, 0.01),
        [[uniform([3, 5]), uniform([5]), uniform([5])]],
        lambda x, g, b: normalized(x, (1,), 0.01) * g + b,
        grad=(0, 1, 2),
        second=True,
        rtol=1e-5,
        atol=1e-5,
        webgl=(2e-5, 2e-5),
        grad_tolerance=(1e-4, 1e-4),
        webgl_grad=(2e-4, 2e-4),
    ),
    Row(
        "layer_normalization over axes",
        lambda x: ops.layer_normalization(x, None, None, [1, 2], 0.001),
        [[uniform([2, 3, 4])]],
        lambda x: normalized(x, (1, 2), 0.001),
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "categorical_crossentropy",
        lambda t, x: ops.categorical_crossentropy(t, x, True),
        [[uniform([3, 4], 0, 1), uniform([3, 4])]],
        lambda t, x: -(t * special.log_softmax(x, axis=-1)).sum(-1),
        grad=(0, 1),
        second=True,
        **LOOSE,
    ),
    Row(
        "categorical_crossentropy of probabilities",
        ops.categorical_crossentropy,
        [[uniform([3, 4], 0, 1), uniform([3, 4], 0.1, 1)]],
        lambda t, x: -(t * np.log(x / x.sum(-1, keepdims=True))).sum(-1),
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "sparse_categorical_crossentropy",
        lambda t, x: ops.sparse_categorical_crossentropy(t, x, True),
        [[integers([5], 0, 4), uniform([5, 4])], [integers([5, 1], 0, 4), uniform([5, 4])]],
        lambda t, x: -np.take_along_axis(special.log_softmax(x, axis=-1), t.reshape(-1, 1), 1)[:, 0],
        grad=(1,),
        second=True,
        **LOOSE,
    ),
    Row(
        "binary_crossentropy",
        lambda t, x: ops.binary_crossentropy(t, x, True),
        [[uniform([3, 4], 0, 1), distinct([3, 4], 0.3)]],
        lambda t, x: softplus(x) - t * x,
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "binary_crossentropy of probabilities",
        ops.binary_crossentropy,
        [[uniform([3, 4], 0, 1), uniform([3, 4], 0.1, 0.9)]],
        lambda t, x: -(t * np.log(x) + (1 - t) * np.log(1 - x)),
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "gradient where a branch has none",
        lambda x: ops.where(greater(x, 0.0), ops.log(ops.where(greater(x, 0.0), x, 1.0)), 0.0),
        [[values([-1.0, 0.5, 2.0])]],
        lambda x: np.log(np.where(x > 0, x, 1)),
        grad=(0,),
    ),
]

ROWS = [*MOVEMENT, *CREATION, *NETWORKS]
