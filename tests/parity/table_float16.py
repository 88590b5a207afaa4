"""Rows of float16: every result is rounded to half precision once, whatever computes it.

Where NumPy's own result before the rounding is exact or rounded in float32, ours is that number; functions that
approximate may fall on the other side of a rounding, so they may differ by one step: 2**-10 relative.
"""

import numpy as np

from pybrowserml import ops
from pybrowserml.core.opset import binary as two
from pybrowserml.core.opset import gathering, movement, reduction
from pybrowserml.core.opset import unary as one

from .rows import Row, booleans, integers, values

STEP = 2.0**-10
EXACT = {"rtol": 0, "atol": 0, "webgl": (0, 0), "dtype": "float16"}
CLOSE = {"rtol": STEP, "atol": 2.0**-24, "webgl": (STEP, 2.0**-24), "dtype": "float16"}
GRADIENT = {"grad_tolerance": (4 * STEP, 4 * STEP), "webgl_grad": (4 * STEP, 4 * STEP)}


def halves(shape, low=-2.0, high=2.0):
    return lambda rng: rng.uniform(low, high, shape).astype(np.float16)


def half(function):
    """A reference of float64 arrays that are half-precision numbers: computed in float32, rounded once."""

    def call(*arrays):
        with np.errstate(all="ignore"):
            found = function(*[a.astype(np.float32) if a.dtype.kind == "f" else a for a in arrays])
            found = found if isinstance(found, list) else [found]
            return [
                item.astype(np.float16).astype(np.float64) if item.dtype.kind == "f" else item
                for item in found
            ]

    return call


# Ties between two halves, the largest, what overflows, subnormal numbers and halves between them.
TIES = [
    1 + 2.0**-11,
    1 + 3 * 2.0**-11,
    -(1 + 2.0**-11),
    2049,
    2051,
    65504,
    65519.9,
    65520,
    -65520,
    1e6,
    np.inf,
]
TIES += [
    2.0**-14,
    2.0**-14 - 2.0**-26,
    2.0**-24,
    2.0**-25,
    2.0**-25 * 1.001,
    3 * 2.0**-25,
    5e-8,
    -0.0,
    0,
    -1e-9,
]
EDGES = [0, -0.0, 1, -1.5, 3.140625, 65504, -65504, 6.1e-5, 6e-8, 1000, np.inf, -np.inf, np.nan]


def crossed(numbers):
    return [
        values([a for a in numbers for _ in numbers], np.float16),
        values([b for _ in numbers for b in numbers], np.float16),
    ]


def arithmetic(a, b):
    return [two.add(a, b), two.subtract(a, b), two.multiply(a, b), two.maximum(a, b), two.minimum(a, b)]


ROWS = [
    Row(
        "cast float32 to float16",
        lambda x: one.cast(x, "float16"),
        [[values([*TIES, np.nan])], [lambda rng: rng.uniform(-70000, 70000, [3, 30]).astype(np.float32)]],
        half(lambda x: x),
        **EXACT,
    ),
    Row(
        "cast float16 to others",
        lambda x: [one.cast(x, "float32"), one.cast(x, "int32"), one.cast(x, "uint8"), one.cast(x, "bool")],
        [[values([0, -0.0, 1.5, -3.75, 65504, 6e-8, 255.5], np.float16)]],
        lambda x: [x, np.trunc(x).astype(np.int64), np.trunc(x).astype(np.int64) % 256, x != 0],
        rtol=0,
        atol=0,
        webgl=(0, 0),
        dtype=["float32", "int32", "uint8", "bool"],
    ),
    Row(
        "cast integers to float16",
        lambda a, b: [one.cast(a, "float16"), one.cast(b, "float16")],
        [[values([0, 2049, -2051, 65519, 65520, 2147483647], np.int32), values([4294967295, 7], np.uint32)]],
        lambda a, b: [half(lambda x: x.astype(np.float32))(a)[0], half(lambda x: x.astype(np.float32))(b)[0]],
        **EXACT,
    ),
    Row(
        "arithmetic of float16",
        arithmetic,
        [
            crossed(EDGES),
            [halves([3, 1]), halves([4])],
            [halves([]), halves([2, 2])],
            [halves([0, 3]), halves([3])],
        ],
        half(lambda a, b: [a + b, a - b, a * b, np.maximum(a, b), np.minimum(a, b)]),
        **EXACT,
    ),
    Row(
        "multiply float16",
        two.multiply,
        [[halves([3, 4]), halves([4])], [halves([3, 1]), halves([1, 5])]],
        np.multiply,
        grad=(0, 1),
        **CLOSE,
        **GRADIENT,
    ),
    Row(
        "division of float16",
        lambda a, b: [two.divide(a, b), one.sqrt(one.absolute(a)), one.floor(a), one.round_half_even(a)],
        [
            [halves([40], -60, 60), halves([40], 0.2, 30)],
            [values([1, -1, 7, 0], np.float16), halves([4], 1, 2)],
        ],
        half(lambda a, b: [a / b, np.sqrt(np.abs(a)), np.floor(a), np.rint(a)]),
        **CLOSE,
    ),
    Row(
        "functions of float16",
        lambda x: [one.exp(x), one.tanh(x), one.sigmoid(x), one.sin(x), one.log(one.absolute(x))],
        [[halves([40], -5, 5)], [values([11.1, -20, 0, 12, 6e-8], np.float16)]],
        half(
            lambda x: [np.exp(x), np.tanh(x), 1 / (1 + np.exp(-x)), np.sin(x), np.log(np.abs(x))],
        ),
        **CLOSE,
    ),
    Row(
        "exp float16",
        one.exp,
        [[halves([3, 4])], [halves([])]],
        np.exp,
        grad=(0,),
        second=True,
        **CLOSE,
        **GRADIENT,
    ),
    Row(
        "comparisons of float16",
        lambda a, b: [
            two.equal(a, b),
            two.less(a, b),
            two.greater_equal(a, b),
            one.isnan(a),
            one.isfinite(b),
        ],
        [crossed(EDGES)],
        lambda a, b: [a == b, a < b, a >= b, np.isnan(a), np.isfinite(b)],
        dtype="bool",
    ),
    Row(
        "a chain of float16 rounds each step",
        lambda a, b: two.multiply(two.add(two.multiply(a, b), 1.0), two.subtract(a, 0.1)),
        [[halves([50]), halves([50])], [halves([5, 1]), halves([7])]],
        lambda a, b: chain(a.astype(np.float16), b.astype(np.float16)).astype(np.float64),
        **EXACT,
    ),
    Row(
        "float16 meets other dtypes",
        lambda x, n, u, b, f: [
            two.add(x, n),
            two.multiply(x, u),
            two.add(x, b),
            two.multiply(x, f),
            two.multiply(x, 2.5),
            two.add(x, 3),
            ops.where(b, x, 0.5),
        ],
        [
            [
                halves([6]),
                integers([6], -9, 9),
                integers([6], 0, 9, np.uint8),
                booleans([6]),
                lambda rng: rng.uniform(-1, 1, [6]).astype(np.float32),
            ]
        ],
        lambda x, n, u, b, f: [
            *half(lambda x, n: x + n.astype(np.float32))(x, n),
            *half(lambda x, u: x * u.astype(np.float32))(x, u),
            *half(lambda x, b: x + b.astype(np.float32))(x, b),
            x * f,
            *half(lambda x: x * np.float32(2.5))(x),
            *half(lambda x: x + np.float32(3))(x),
            np.where(b, x, 0.5),
        ],
        rtol=1e-6,
        dtype=["float16", "float16", "float16", "float32", "float16", "float16", "float16"],
    ),
    Row(
        "sums of float16 are computed in float32",
        lambda x: [
            reduction.reduce_sum(x, 1, False),
            ops.mean(x),
            ops.var(x, 0),
            reduction.reduce_max(x, 0, True),
        ],
        [[halves([3, 700], 0, 90)], [halves([5, 4])], [halves([2, 3000], 20, 21)]],
        half(
            lambda x: [
                x.sum(1),
                x.mean(dtype=np.float64),
                x.astype(np.float64).var(0),
                x.max(0, keepdims=True),
            ]
        ),
        **CLOSE,
    ),
    Row(
        "sum float16",
        lambda x: reduction.reduce_sum(x, 0, False),
        [[halves([4, 5])], [halves([3, 2, 2])]],
        lambda x: x.sum(0),
        grad=(0,),
        **CLOSE,
        **GRADIENT,
    ),
    Row(
        "matmul float16",
        ops.matmul,
        [[halves([5, 70]), halves([70, 6])], [halves([2, 3, 4]), halves([4, 5])], [halves([4]), halves([4])]],
        np.matmul,
        grad=(0, 1),
        **CLOSE,
        **GRADIENT,
    ),
    Row(
        "matmul of float16 with an epilogue",
        lambda a, b, c: ops.relu(two.add(ops.matmul(a, b), c)),
        [[halves([5, 17]), halves([17, 6]), halves([6])]],
        lambda a, b, c: np.maximum(half(lambda y, c: y + c)(*half(lambda a, b: a @ b)(a, b), c)[0], 0),
        rtol=4 * STEP,
        atol=STEP,
        webgl=(4 * STEP, STEP),
        dtype="float16",
    ),
    Row(
        "convolution and pooling of float16",
        lambda x, w: [ops.conv(x, w, 1, "same"), ops.max_pool(x, 2), ops.average_pool(x, 2)],
        [[halves([1, 6, 5, 3]), halves([3, 3, 3, 4])]],
        lambda x, w: networks(x, w),
        **CLOSE,
    ),
    Row(
        "movement of float16",
        lambda x: [
            movement.transpose(x, [1, 0]),
            movement.pad_interior(x, [[1, 0, 0], [2, 1, 0]], 0.5),
            movement.concatenate([x, movement.flip(x, [1])], 0),
            gathering.gather(x, ops.array([1, 0, 1]), 0),
            ops.sort(x, 0),
            ops.cumsum(x, 1),
            gathering.scatter_add(ops.array([1, 1]), x, 0, [3, 5]),
        ],
        [[halves([2, 5], 0.5, 2)]],
        lambda x: [
            x.T,
            np.pad(x, [(1, 0), (2, 1)], constant_values=0.5),
            np.concatenate([x, x[:, ::-1]]),
            x[[1, 0, 1]],
            np.sort(x, 0),
            np.cumsum(x, 1).astype(np.float16).astype(np.float64),
            np.stack([0 * x[0], (x[0] + x[1]).astype(np.float16).astype(np.float64), 0 * x[0]]),
        ],
        **CLOSE,
    ),
    Row(
        "softmax of float16",
        lambda x: ops.softmax(x, -1),
        [[halves([3, 7], -4, 4)]],
        lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
        grad=(0,),
        rtol=4 * STEP,
        atol=STEP,
        webgl=(4 * STEP, STEP),
        dtype="float16",
        **GRADIENT,
    ),
    Row(
        "saturate_cast to float16",
        lambda x: [ops.saturate_cast(x, "float16"), ops.signbit(one.cast(x, "float16"))],
        [[values([1e6, -1e6, 65504, 0.1, -0.0, np.inf])]],
        lambda x: [np.clip(x, -65504, 65504).astype(np.float16).astype(np.float64), np.signbit(x)],
        rtol=0,
        atol=0,
        webgl=(0, 0),
        dtype=["float16", "bool"],
    ),
]


def chain(a, b):
    return (a * b + np.float16(1)) * (a - np.float16(0.1))


def networks(x, w):
    padded = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)])
    conv = sum(padded[:, i : i + 6, j : j + 5] @ w[i, j] for i in range(3) for j in range(3))
    tiles = x[:, :6, :4].reshape(1, 3, 2, 2, 2, 3)
    return [conv, tiles.max((2, 4)), tiles.mean((2, 4))]
