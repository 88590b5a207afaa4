"""Rows of float64, on the engines that have it: tolerances a thousand times closer than float32 could meet.

WebGL refuses them (see test_table.py).
"""

import numpy as np
from scipy import special

from pybrowserml import ops
from pybrowserml.core.opset import binary as two
from pybrowserml.core.opset import convolution, gathering, movement, pooling, reduction, scanning, sorting
from pybrowserml.core.opset import unary as one

from . import reference
from .rows import Row, booleans, integers, values

# A few units in the last place, and the sums of some hundred products. Gradients are compared with differences of the
# reference, which are good to about 1e-9.
TIGHT = {"rtol": 1e-13, "atol": 1e-13, "dtype": "float64"}
GRADIENT = {"grad_tolerance": (1e-7, 1e-8)}
# Differences of differences are good to about the square of their step of 3e-4.
SECOND = {"second": True, "grad_tolerance": (3e-6, 3e-6)}


def doubles(shape, low=-2.0, high=2.0):
    return lambda rng: rng.uniform(low, high, shape)


def spread(shape, step=0.125):
    """Numbers without ties."""

    def make(rng):
        count = int(np.prod(shape))
        return ((rng.permutation(count) - count // 2 + 0.25) * step / 3).reshape(shape)

    return make


CONVOLUTION = [[2, 1], [[1, 0], [1, 2]], [1, 2], 2]


def convolved(x, w):
    return convolution.conv2d(x, w, *CONVOLUTION)


ROWS = [
    Row(
        "arithmetic of float64",
        lambda a, b: [
            two.add(a, b),
            two.subtract(a, b),
            two.multiply(a, b),
            two.divide(a, b),
            two.power(one.absolute(a), b),
        ],
        [
            [doubles([3, 4]), doubles([3, 4], 0.3, 2)],
            [doubles([3, 1]), doubles([5], 0.3, 2)],
            [doubles([]), doubles([2, 3], 0.3, 2)],
            [doubles([0, 3]), doubles([3], 0.3, 2)],
            [doubles([700]), doubles([700], 0.3, 2)],
            [values([1e300, 1e-300, 0.1], np.float64), values([1e-10, 1e10, 3], np.float64)],
        ],
        lambda a, b: [a + b, a - b, a * b, a / b, np.abs(a) ** b],
        **TIGHT,
    ),
    Row(
        "multiply float64",
        two.multiply,
        [[doubles([3, 4]), doubles([4])]],
        np.multiply,
        grad=(0, 1),
        **TIGHT,
        **SECOND,
    ),
    Row(
        "choices of float64",
        lambda a, b, c: [
            two.maximum(a, b),
            two.minimum(a, b),
            one.absolute(a),
            one.negative(a),
            one.sign(a),
            two.where(c, a, b),
            ops.relu(a),
            two.mod(a, b),
            two.floor_divide(a, b),
        ],
        [[spread([3, 5]), doubles([5], 0.2, 3), booleans([3, 5])]],
        lambda a, b, c: [
            np.maximum(a, b),
            np.minimum(a, b),
            np.abs(a),
            -a,
            np.sign(a),
            np.where(c, a, b),
            np.maximum(a, 0),
            np.mod(a, b),
            np.floor_divide(a, b),
        ],
        **TIGHT,
    ),
    Row(
        "functions of float64",
        lambda x: [
            one.exp(x),
            one.expm1(x),
            one.log(one.absolute(x)),
            one.log1p(one.absolute(x)),
            one.sqrt(one.absolute(x)),
            one.sin(x),
            one.cos(x),
            one.tanh(x),
            one.sigmoid(x),
            one.floor(x),
            one.round_half_even(x),
            one.reciprocal(x),
        ],
        [[doubles([30], -5, 5)], [doubles([2, 1, 3])]],
        lambda x: [
            np.exp(x),
            np.expm1(x),
            np.log(np.abs(x)),
            np.log1p(np.abs(x)),
            np.sqrt(np.abs(x)),
            np.sin(x),
            np.cos(x),
            np.tanh(x),
            special.expit(x),
            np.floor(x),
            np.rint(x),
            1 / x,
        ],
        **TIGHT,
    ),
    Row(
        "a chain of float64",
        lambda x, y: two.multiply(one.tanh(two.add(one.exp(x), y)), one.sigmoid(two.multiply(x, 0.1))),
        [[doubles([4, 3]), doubles([3])]],
        lambda x, y: np.tanh(np.exp(x) + y) * special.expit(x * 0.1),
        grad=(0, 1),
        **TIGHT,
        **SECOND,
    ),
    Row(
        "casts of float64",
        lambda x, n, h: [
            one.cast(x, "float32"),
            one.cast(x, "int32"),
            one.cast(x, "bool"),
            one.cast(n, "float64"),
            one.cast(h, "float64"),
            two.add(x, n),
            two.multiply(h, x),
            two.multiply(one.cast(two.multiply(x, 3.0), "float32"), h),
            two.less(x, 0.5),
        ],
        [
            [
                values([0.1, -2.7, 0, 16777217], np.float64),
                values([3, 2147483647, -5, 0], np.int32),
                lambda rng: rng.uniform(-1, 1, 4).astype(np.float32),
            ]
        ],
        lambda x, n, h: [
            x.astype(np.float32).astype(np.float64),
            np.trunc(x).astype(np.int64),
            x != 0,
            n.astype(np.float64),
            h,
            x + n,
            h * x,
            ((x * 3).astype(np.float32) * h.astype(np.float32)).astype(np.float64),
            x < 0.5,
        ],
        rtol=1e-15,
        atol=0,
        dtype=["float32", "int32", "bool", *["float64"] * 4, "float32", "bool"],
    ),
    Row(
        "cast of a sum to float16",
        lambda x: one.cast(two.multiply(x, 1.5), "float16"),
        [[doubles([20])]],
        lambda x: (x * 1.5).astype(np.float32).astype(np.float16).astype(np.float64),
        rtol=0,
        atol=0,
        dtype="float16",
    ),
    Row(
        "reductions of float64",
        lambda x: [
            reduction.reduce_sum(x, 0, False),
            reduction.reduce_prod(x, 1, True),
            reduction.reduce_max(x, None, False),
            ops.mean(x, 1),
            ops.var(x),
            ops.logsumexp(x, 1),
        ],
        [[doubles([3, 5], 0.5, 1.5)], [doubles([4, 300], 0.99, 1.01)]],
        lambda x: [
            x.sum(0),
            x.prod(1, keepdims=True),
            x.max(),
            x.mean(1),
            x.var(),
            special.logsumexp(x, axis=1),
        ],
        **TIGHT,
    ),
    Row(
        "softmax of float64",
        lambda x: ops.softmax(x, -1),
        [[doubles([3, 4])]],
        lambda x: special.softmax(x, axis=-1),
        grad=(0,),
        **TIGHT,
        **SECOND,
    ),
    Row(
        "matmul of float64",
        ops.matmul,
        [
            [doubles([3, 4]), doubles([4, 5])],
            [doubles([2, 3, 4]), doubles([4, 2])],
            [doubles([2, 1, 3, 4]), doubles([3, 4, 2])],
            [doubles([4]), doubles([4])],
            [doubles([0, 4]), doubles([4, 2])],
        ],
        np.matmul,
        grad=(0, 1),
        **TIGHT,
        **SECOND,
    ),
    Row(
        "matmul of float64 with an epilogue",
        lambda a, b, c: one.tanh(two.add(ops.matmul(a, b), c)),
        [
            [doubles([3, 300]), doubles([300, 4]), doubles([4])],
            [doubles([2, 2]), doubles([2, 3]), doubles([2, 1])],
        ],
        lambda a, b, c: np.tanh(a @ b + c),
        grad=(2,),
        **TIGHT,
        **GRADIENT,
    ),
    Row(
        "convolution of float64",
        convolved,
        [[doubles([2, 5, 4, 4]), doubles([2, 2, 2, 4])]],
        lambda x, w: reference.conv2d(x, w, *CONVOLUTION),
        grad=(0, 1),
        **TIGHT,
        **SECOND,
    ),
    Row(
        "pooling of float64",
        lambda x: [
            pooling.max_pool2d(x, [2, 2], [2, 2], [[0, 0], [0, 1]])[0],
            pooling.avg_pool2d(x, [2, 3], [1, 2], [[1, 0], [1, 1]]),
        ],
        [[spread([2, 4, 3, 2])], [spread([1, 5, 5, 1])]],
        lambda x: [
            reference.max_pool2d(x, [2, 2], [2, 2], [[0, 0], [0, 1]])[0],
            reference.avg_pool2d(x, [2, 3], [1, 2], [[1, 0], [1, 1]]),
        ],
        grad=(0,),
        **TIGHT,
        **SECOND,
    ),
    Row(
        "movement of float64",
        lambda x: [
            movement.transpose(x, [1, 0]),
            movement.pad_interior(x, [[1, 0, 1], [2, 1, 0]], 0.1),
            movement.slice_strided(x, [0, 1], [2, 2], [1, 2]),
            movement.concatenate([x, movement.flip(x, [0, 1])], 0),
            movement.broadcast_to(x, [2, 2, 5]),
            movement.reshape(x, [5, 2]),
            gathering.gather(x, ops.array([1, 0, 1]), 0),
            gathering.gather(x, ops.array([4, 0]), 1),
        ],
        [[doubles([2, 5])]],
        lambda x: [
            x.T,
            reference.pad_interior(x, [[1, 0, 1], [2, 1, 0]], 0.1),
            x[:, 1:5:2],
            np.concatenate([x, x[::-1, ::-1]]),
            np.broadcast_to(x, (2, 2, 5)),
            x.reshape(5, 2),
            x[[1, 0, 1]],
            x[:, [4, 0]],
        ],
        grad=(0,),
        **TIGHT,
        **GRADIENT,
    ),
    Row(
        "scatter and running values of float64",
        lambda x, i: [
            gathering.scatter_add(i, x, 0, [4, 5]),
            scanning.cumulative("sum", x, 1, False, False),
            scanning.cumulative("prod", x, 0, True, False),
            scanning.cumulative("logsumexp", x, 1, False, False),
        ],
        [[doubles([3, 5]), integers([3], 0, 4)]],
        lambda x, i: [
            reference.scatter_add(i, x, 0, [4, 5]),
            np.cumsum(x, 1),
            np.cumprod(x[::-1], 0)[::-1],
            np.logaddexp.accumulate(x, 1),
        ],
        grad=(0,),
        **TIGHT,
        **GRADIENT,
    ),
    Row(
        "order of float64",
        lambda x: [
            *sorting.sort(x, 1, False),
            *sorting.sort(x, 0, True),
            reduction.argmax(x, 1, False),
            reduction.argmin(x, 0, False),
        ],
        [
            [lambda rng: 1 + rng.permutation(21).reshape(3, 7) * 1e-15],
            [values([[np.nan, 1, -np.inf, 1, 0.5], [2, np.nan, 2, np.inf, -1]], np.float64)],
        ],
        lambda x: ordered(x),
        rtol=0,
        atol=0,
        dtype=["float64", "int32", "float64", "int32", "int32", "int32"],
    ),
    Row(
        "transforms of float64",
        lambda x, y: ops.fft([x, y]),
        [[doubles([3, 8]), doubles([3, 8])], [doubles([6]), doubles([6])]],
        lambda x, y: [np.fft.fft(x + 1j * y).real, np.fft.fft(x + 1j * y).imag],
        grad=(0, 1),
        **TIGHT,
        **GRADIENT,
    ),
    Row(
        "a loop of float64",
        lambda x, c: ops.scan(lambda a, b: [two.add(two.multiply(a, 0.7), one.sin(b)), one.exp(a)], c, x),
        [[doubles([4, 3]), doubles([3])]],
        lambda x, c: looped(x, c),
        grad=(0, 1),
        **TIGHT,
        **GRADIENT,
    ),
    Row(
        "ldexp and signbit of float64",
        lambda x, n: [ops.ldexp(x, n), ops.signbit(x), ops.fmod(x, 0.7)],
        [[values([1.1, -0.0, 0.0, -3.3, 1e-200], np.float64), values([900, 3, -2, -900, 650], np.int32)]],
        lambda x, n: [np.ldexp(x, n), np.signbit(x), np.fmod(x, 0.7)],
        rtol=0,
        atol=1e-15,
        dtype=["float64", "bool", "float64"],
    ),
]


def ordered(x):
    last_nan = np.where(np.isnan(x), np.inf, x)
    down = np.argsort(np.where(np.isnan(x), -np.inf, -x), 0, kind="stable")
    up = np.argsort(last_nan, 1, kind="stable") if not np.isnan(x).any() else np.argsort(x, 1, kind="stable")
    return [
        np.take_along_axis(x, up, 1),
        up,
        np.take_along_axis(x, down, 0),
        down,
        np.argmax(x, 1),
        np.argmin(x, 0),
    ]


def looped(x, c):
    found = []
    for row in x:
        found.append(np.exp(c))
        c = c * 0.7 + np.sin(row)
    return [c, np.stack(found)]
