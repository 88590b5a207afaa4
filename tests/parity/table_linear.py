"""Rows of matrix products, convolution and pooling."""

import numpy as np

from pybrowserml.core.opset import convolution, pooling
from pybrowserml.core.opset.binary import add, maximum
from pybrowserml.core.opset.matmul import matmul
from pybrowserml.core.opset.unary import tanh

from . import reference
from .rows import Row, distinct, uniform

SUMS = {"rtol": 2e-6, "atol": 4e-6, "webgl": (4e-6, 8e-6), "grad_tolerance": (1e-5, 2e-5)}

MATMULS = [
    Row(
        f"matmul{' ta' if ta else ''}{' tb' if tb else ''}",
        lambda a, b, ta=ta, tb=tb: matmul(a, b, ta, tb),
        [
            [uniform([5, 3] if ta else [3, 5]), uniform([4, 5] if tb else [5, 4])],
            [uniform([1, 1]), uniform([1, 1])],
            [uniform([2, 5, 3] if ta else [2, 3, 5]), uniform([2, 4, 5] if tb else [2, 5, 4])],
            [uniform([2, 1, 2, 3] if ta else [2, 1, 3, 2]), uniform([3, 4, 2] if tb else [3, 2, 4])],
            [uniform([0, 3] if ta else [3, 0]), uniform([4, 0] if tb else [0, 4])],
            [uniform([2, 0] if ta else [0, 2]), uniform([4, 2] if tb else [2, 4])],
        ],
        lambda a, b, ta=ta, tb=tb: reference.transposed_matmul(a, b, ta, tb),
        grad=(0, 1),
        second=True,
        **SUMS,
    )
    for ta in (False, True)
    for tb in (False, True)
]

MATMULS += [
    Row("matmul of vectors", matmul, [[uniform([6]), uniform([6])]], np.matmul, grad=(0, 1), **SUMS),
    Row("matmul vector matrix", matmul, [[uniform([6]), uniform([6, 3])]], np.matmul, grad=(0, 1), **SUMS),
    Row("matmul matrix vector", matmul, [[uniform([2, 3, 6]), uniform([6])]], np.matmul, grad=(0, 1), **SUMS),
    Row(
        "dense with tanh",
        lambda x, w, b: tanh(add(matmul(x, w), b)),
        [[uniform([5, 7], -1, 1), uniform([7, 3], -1, 1), uniform([3])]],
        lambda x, w, b: np.tanh(x @ w + b),
        grad=(0, 1, 2),
        second=True,
        **SUMS,
    ),
]

# name, x, w, strides, padding ("valid", "same" or pads), dilations, groups
CONVOLUTIONS = [
    ("1x1", [2, 3, 4, 3], [1, 1, 3, 2], [1, 1], "valid", [1, 1], 1),
    ("3x3 same", [2, 5, 4, 2], [3, 3, 2, 3], [1, 1], "same", [1, 1], 1),
    ("3x3 valid", [1, 6, 5, 2], [3, 3, 2, 1], [1, 1], "valid", [1, 1], 1),
    ("stride 2 same, odd sizes", [1, 7, 5, 2], [3, 3, 2, 2], [2, 2], "same", [1, 1], 1),
    ("stride 2 valid, rows left over", [1, 8, 7, 1], [3, 2, 1, 3], [2, 3], "valid", [1, 1], 1),
    ("even kernel same", [1, 5, 4, 1], [2, 4, 1, 2], [1, 1], "same", [1, 1], 1),
    ("stride larger than the kernel", [1, 7, 7, 1], [2, 2, 1, 2], [3, 3], "valid", [1, 1], 1),
    ("dilated", [1, 7, 8, 2], [3, 2, 2, 2], [1, 1], "same", [2, 3], 1),
    ("explicit pads", [1, 4, 5, 2], [3, 3, 2, 2], [2, 1], [[2, 0], [1, 3]], [1, 1], 1),
    ("groups", [1, 4, 5, 4], [3, 2, 2, 6], [1, 1], "same", [1, 1], 2),
    ("depthwise", [1, 5, 5, 3], [3, 3, 1, 3], [1, 1], "same", [1, 1], 3),
    ("depthwise, multiplier 2, stride 2", [1, 6, 5, 3], [3, 3, 1, 6], [2, 2], "same", [1, 1], 3),
    ("kernel as large as the image", [3, 4, 3, 2], [4, 3, 2, 5], [1, 1], "valid", [1, 1], 1),
    ("one row", [2, 1, 9, 3], [1, 3, 3, 2], [1, 2], "same", [1, 1], 1),
]


def resolved(x, w, strides, padding, dilations):
    """Pads by our rule for a name; the reference has its own."""
    if padding == "valid":
        return [[0, 0], [0, 0]]
    return reference.same_pads(x[1:3], w[:2], strides, dilations) if padding == "same" else padding


def convolution_row(name, x, w, strides, padding, dilations, groups):
    pads = resolved(x, w, strides, padding, dilations)

    def build(a, b):
        own = pads
        if isinstance(padding, str):
            own = convolution.same_pads(a, w[:2], strides, dilations, padding, "conv2d")
        return convolution.conv2d(a, b, strides, own, dilations, groups)

    return Row(
        f"conv2d {name}",
        build,
        [[uniform(x), uniform(w, -1, 1)]],
        lambda a, b: reference.conv2d(a, b, strides, pads, dilations, groups),
        grad=(0, 1),
        second=True,
        **SUMS,
    )


CONVS = [convolution_row(*entry) for entry in CONVOLUTIONS]
CONVS += [
    Row(
        "conv2d with bias and relu",
        lambda x, w, b: maximum(add(convolution.conv2d(x, w, [1, 1], [[1, 1], [1, 1]], [1, 1], 1), b), 0.0),
        [[distinct([1, 4, 3, 2], 0.37), uniform([3, 3, 2, 3], -1, 1), uniform([3])]],
        lambda x, w, b: np.maximum(reference.conv2d(x, w, [1, 1], [[1, 1], [1, 1]], [1, 1], 1) + b, 0),
        grad=(0, 1, 2),
        rtol=2e-6,
        atol=1e-5,
        webgl=(4e-6, 2e-5),
        grad_tolerance=(1e-5, 4e-5),
    ),
    Row(
        "conv2d without images",
        lambda x, w: convolution.conv2d(x, w, [1, 1], [[1, 1], [1, 1]], [1, 1], 1),
        [[uniform([0, 4, 3, 2]), uniform([3, 3, 2, 3])]],
        lambda x, w: np.zeros([0, 4, 3, 3]),
        grad=(0, 1),
    ),
]

# name, x, pool size, strides, pads
POOLS = [
    ("2x2", [2, 4, 6, 3], [2, 2], [2, 2], [[0, 0], [0, 0]]),
    ("2x2, odd sizes", [1, 5, 7, 5], [2, 2], [2, 2], [[0, 0], [0, 0]]),
    ("3x3 stride 2 same", [1, 7, 6, 2], [3, 3], [2, 2], [[1, 1], [0, 1]]),
    ("3x2 stride 1, overlapping", [1, 5, 6, 4], [3, 2], [1, 1], [[0, 0], [0, 0]]),
    ("2x2 stride 3, gaps", [1, 8, 7, 1], [2, 2], [3, 3], [[0, 0], [0, 0]]),
    ("pads on every side", [1, 4, 5, 2], [3, 3], [1, 2], [[2, 1], [1, 2]]),
    ("whole image", [2, 3, 4, 5], [3, 4], [1, 1], [[0, 0], [0, 0]]),
    ("1x1", [1, 3, 3, 2], [1, 1], [1, 1], [[0, 0], [0, 0]]),
]

POOLINGS = []
for entry in POOLS:
    POOLINGS.append(
        Row(
            f"max_pool2d {entry[0]}",
            lambda x, e=entry: pooling.max_pool2d(x, e[2], e[3], e[4]),
            [[distinct(entry[1])]],
            lambda x, e=entry: reference.max_pool2d(x, e[2], e[3], e[4]),
            rtol=0,
            atol=0,
            webgl=(0, 0),
            grad=(0,),
        )
    )
    POOLINGS.append(
        Row(
            f"tanh of max_pool2d {entry[0]}",
            lambda x, e=entry: tanh(pooling.max_pool2d(x, e[2], e[3], e[4])[0]),
            [[distinct(entry[1], 0.02)]],
            lambda x, e=entry: np.tanh(reference.max_pool2d(x, e[2], e[3], e[4])[0]),
            grad=(0,),
            second=True,
        )
    )
    POOLINGS.append(
        Row(
            f"tanh of avg_pool2d {entry[0]}",
            lambda x, e=entry: tanh(pooling.avg_pool2d(x, e[2], e[3], e[4])),
            [[uniform(entry[1])]],
            lambda x, e=entry: np.tanh(reference.avg_pool2d(x, e[2], e[3], e[4])),
            grad=(0,),
            second=True,
        )
    )


def _ties(rng):
    return rng.integers(0, 3, [2, 5, 6, 5]).astype(np.float32)


POOLINGS.append(
    Row(
        "max_pool2d takes the first of equals",
        lambda x: pooling.max_pool2d(x, [3, 2], [2, 1], [[1, 1], [0, 1]]),
        [[_ties]],
        lambda x: reference.max_pool2d(x, [3, 2], [2, 1], [[1, 1], [0, 1]]),
    )
)

ROWS = [*MATMULS, *CONVS, *POOLINGS]
