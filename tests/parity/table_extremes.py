"""Rows of ordinary ops at the ends of float32, at rank 8, and of empty tensors."""

import numpy as np
from scipy import special

from pybrowserml import ops

from .rows import Row, distinct, extreme_pairs, extremes, integers, uniform, values

POWERS = [np.inf, -np.inf, np.nan, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 1e20, -1e20]
HIGH = [2, 1, 3, 1, 2, 1, 2, 2]
FLAT = [1, 3, 1, 2, 1, 2, 1, 2]


def single(function):
    """A reference in float32, where rounding on the way belongs to the result."""
    return lambda *arrays: function(*[array.astype(np.float32) for array in arrays]).astype(np.float64)


EXTREME = [
    extreme_pairs("power at the extremes", [[ops.power, np.power]], POWERS),
    extremes(
        "roots and quotients at the extremes",
        [
            [ops.sqrt, np.sqrt],
            [ops.rsqrt, lambda x: 1 / np.sqrt(x)],
            [ops.reciprocal, lambda x: 1 / x],
            [ops.square, single(np.square)],
            [ops.sign, np.sign],
            [ops.negative, np.negative],
            [ops.trunc, np.trunc],
            [ops.floor, np.floor],
            [ops.ceil, np.ceil],
            [ops.round, np.rint],
        ],
        # Halves of the smallest normal number and squares of small ones are flushed or not.
        webgl=(4e-6, 1e-37),
        atol=1e-37,
    ),
    extremes(
        "exponentials and logarithms at the extremes",
        [
            [ops.exp, np.exp],
            [ops.expm1, np.expm1],
            [ops.log, np.log],
            [ops.log1p, np.log1p],
            [ops.tanh, np.tanh],
            [ops.sigmoid, lambda x: 1 / (1 + np.exp(-x))],
            [ops.erf, special.erf],
        ],
    ),
    Row(
        "divide_no_nan at the extremes",
        ops.divide_no_nan,
        [[values([1, -2, 0, np.inf, np.nan, 3e38, 0]), values([0, -0.0, 0, 0, 0, 1e-30, 5])]],
        lambda a, b: np.where(b == 0, 0, np.divide(a, np.where(b == 0, 1, b))),
    ),
    Row(
        "comparisons with what is not a number",
        lambda a, b: [
            ops.less(a, b),
            ops.greater_equal(a, b),
            ops.equal(a, b),
            ops.not_equal(a, b),
            ops.isnan(ops.add(a, b)),
        ],
        [
            [
                values([np.nan, 1, np.nan, np.inf, -np.inf, 0]),
                values([1, np.nan, np.nan, np.inf, np.inf, -0.0]),
            ]
        ],
        lambda a, b: [a < b, a >= b, a == b, a != b, np.isnan(a + b)],
    ),
]

SHAPES = [
    Row(
        "rank 8",
        lambda a, b: [
            ops.add(a, b),
            ops.sum(ops.multiply(a, b), [1, 3, 7]),
            ops.max(a, -2, True),
            ops.mean(b, [0, 2, 4, 6]),
            ops.softmax(a, 2),
            ops.argmax(a, 2),
        ],
        [[distinct(HIGH, 0.03), distinct(FLAT, 0.03)]],
        lambda a, b: [
            a + b,
            (a * b).sum((1, 3, 7)),
            a.max(-2, keepdims=True),
            b.mean((0, 2, 4, 6)),
            np.exp(a) / np.exp(a).sum(2, keepdims=True),
            a.argmax(2),
        ],
        grad=(0, 1),
        rtol=4e-6,
        atol=4e-6,
        webgl=(1e-5, 1e-5),
    ),
    Row(
        "empty tensors",
        lambda a, b: [
            ops.sinh(a),
            ops.hypot(a, b),
            ops.fmod(a, b),
            ops.softplus(a),
            ops.sum(a),
            ops.sum(a, 0),
            ops.any(a),
            ops.all(a),
        ],
        [[uniform([0, 3]), uniform([3])], [uniform([2, 0, 1]), uniform([1, 4])], [uniform([0]), uniform([])]],
        lambda a, b: [a, a + b, a + b, a, a.sum(), a.sum(0), np.bool_(False), np.bool_(True)],
    ),
    Row(
        "size-1 axes and scalars",
        lambda a, b: [
            ops.arctan2(a, b),
            ops.var(a),
            ops.std(a, -1, True),
            ops.logsumexp(a, 0),
            ops.norm(a),
            ops.max(a, -1),
        ],
        [
            [uniform([1, 1]), uniform([])],
            [uniform([1]), uniform([1, 1, 1])],
            [uniform([4, 1]), uniform([1, 5])],
        ],
        lambda a, b: [
            np.arctan2(a, b),
            a.var(),
            a.std(-1, keepdims=True),
            np.log(np.exp(a).sum(0)),
            np.sqrt((a * a).sum()),
            a.max(-1),
        ],
        rtol=4e-6,
        webgl=(1e-5, 1e-5),
    ),
    Row(
        "integers beyond the reach of float32",
        lambda a: [
            ops.max(a),
            ops.min(a, 0),
            ops.sum(a),
            ops.ptp(a, 0, True),
            ops.fmax(a, 16777217),
            ops.clip(a, -16777219, 16777219),
        ],
        [[values([16777217, -16777219, 16777219, 5, -7], np.int32)], [integers([6], 2**24, 2**25)]],
        lambda a: [
            a.max(),
            a.min(0),
            a.sum(),
            np.ptp(a, 0, keepdims=True),
            np.maximum(a, 16777217),
            np.clip(a, -16777219, 16777219),
        ],
    ),
]

ROWS = [*EXTREME, *SHAPES]
