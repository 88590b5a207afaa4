"""Rows of ordinary ops at the ends of float32, at rank 8, and of empty tensors."""

import numpy as np
from scipy import special

from pybrowserml import ops
from pybrowserml.core.autodiff import gradients

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
    # A device that joins the two factors of a power of two has nothing but infinity here.
    Row(
        "exponentials just below the largest number",
        lambda x: [ops.exp(x), ops.sinh(x), ops.exp2(ops.multiply(x, 1.4426950408889634))],
        [[values([88.0, 88.3, 88.4, 88.5, 88.6, 88.7, 88.72])]],
        lambda x: [
            np.exp(x),
            np.sinh(x),
            np.exp2(np.float64(np.float32(x) * np.float32(1.4426950408889634))),
        ],
        rtol=4e-6,
        webgl=(8e-6, 0),
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


def slope(function):
    return lambda *xs: gradients([function(*xs)], list(xs))[0]


INF = np.inf
# [function, places, its slopes there by the textbook]: where differentiating a formula would meet infinities or a kink.
SLOPES = [
    [ops.softplus, [0, -0.0, INF, -INF, 100, -90], [0.5, 0.5, 1, 0, 1, np.exp(-90)]],
    [ops.log_sigmoid, [0, INF, -INF, -100], [0.5, 0, 1, 1]],
    [ops.squareplus, [0, 1e20, -1e20], [0.5, 1, 0]],
    [ops.tanh_shrink, [0, 1, -1, INF], [0, np.tanh(1) ** 2, np.tanh(1) ** 2, 1]],
    [ops.arcsin, [0, 1, -1], [1, INF, INF]],
    [ops.arccos, [0, 1, -1], [-1, -INF, -INF]],
    [ops.arctan, [0, INF, -1e30], [1, 0, 0]],
    [ops.arcsinh, [0, -0.0, 1e30, -INF], [1, 1, 1e-30, 0]],
    [ops.arccosh, [1, 1e30], [INF, 1e-30]],
    [ops.arctanh, [0, 1, -1], [1, INF, INF]],
    [ops.sinh, [0, 89], [1, np.cosh(89)]],
    [ops.cosh, [0, -89], [0, -np.sinh(89)]],
    [ops.cbrt, [0, 8, -8, INF], [INF, 1 / 12, 1 / 12, 0]],
    [ops.sinc, [0, 1, 2], [0, -1, 0.5]],
    [ops.erfc, [0, 20, -20], [-2 / np.sqrt(np.pi), 0, 0]],
    [ops.erfinv, [0, 1], [np.sqrt(np.pi) / 2, INF]],
    [ops.i1, [0, -0.0], [0.5, 0.5]],
    [ops.i1e, [0], [0.5]],
    [ops.euclidean_norm, [0, 0], [0, 0]],
    [ops.logsumexp, [1000, 1000], [0.5, 0.5]],
]
PAIR_SLOPES = [
    [ops.hypot, [0, 3e38, INF], [0, 4, 1], [0, 1, np.nan]],
    [ops.arctan2, [0, 1e-30, 1e30, 0], [0, 1e-30, 1e30, -2], [0, 0.5e30, 0.5e-30, -0.5]],
    [ops.logaddexp, [INF, -INF, 1000, 0], [INF, -INF, 1000, -200], [0.5, 0.5, 0.5, 1]],
    [ops.fmod, [5, -5], [3, 3], [1, 1]],
]
GRADIENTS = [
    Row(
        f"slopes of {function.__name__}",
        slope(function),
        [[values(places)]],
        lambda x, s=slopes: np.float64(s),
        rtol=2e-6,
        atol=1e-37,
        webgl=(6e-6, 1e-37),
    )
    for function, places, slopes in SLOPES
]
GRADIENTS += [
    Row(
        f"slopes of {function.__name__}",
        slope(function),
        [[values(left), values(right)]],
        lambda a, b, s=slopes: np.float64(s),
        rtol=2e-6,
        atol=1e-37,
        webgl=(6e-6, 1e-37),
    )
    for function, left, right, slopes in PAIR_SLOPES
]

ROWS = [*EXTREME, *SHAPES, *GRADIENTS]
