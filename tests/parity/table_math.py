"""Rows of elementwise mathematics: trigonometry, roots, remainders, questions about numbers."""

import numpy as np

from pybrowserml import ops

from .rows import Row, booleans, distinct, extreme_pairs, extremes, integers, uniform, values

SHAPES = [[], [7], [3, 5], [2, 1, 3, 1, 2], [0, 3]]


def smooth(name, build, theirs, low, high, second=True, **more):
    """A smooth function of one number; derivatives to the second order."""
    cases = [[uniform(shape, low, high)] for shape in SHAPES]
    first, last = int(np.ceil(low)), int(np.floor(high))
    if first <= last:
        cases.append([integers([4], first, last + 1)])
    return Row(name, build, cases, theirs, grad=(0,), second=second, **more)


def of_two(name, build, theirs, makers, **more):
    """A function of two numbers: broadcasts, sizes of 1, rank 0 and empty tensors."""
    shapes = [([3, 4], [4]), ([3, 1], [1, 4]), ([], [5]), ([6], []), ([2, 1, 2], [2, 1]), ([0, 3], [1, 3])]
    cases = [[makers[0](a), makers[1](b)] for a, b in shapes]
    return Row(name, build, cases, theirs, **more)


def between(low, high):
    return lambda shape: uniform(shape, low, high)


def spaced(step, shift=0.0):
    """Numbers without ties, off the whole numbers by a shift."""

    def maker(shape):
        make = distinct(shape, step)
        return lambda rng: make(rng) + np.float32(shift)

    return maker


# The derivative grows without bound towards ±1, and with it the error of differences.
STEEP = {"grad_tolerance": (4e-5, 4e-5), "webgl_grad": (1e-4, 1e-4)}

TRIGONOMETRY = [
    smooth("arcsin", ops.arcsin, np.arcsin, -0.9, 0.9, **STEEP),
    smooth("arccos", ops.arccos, np.arccos, -0.9, 0.9, **STEEP),
    smooth("arctan", ops.arctan, np.arctan, -5, 5),
    smooth("arcsinh", ops.arcsinh, np.arcsinh, -9, 9),
    smooth("arccosh", ops.arccosh, np.arccosh, 1.2, 9, **STEEP),
    smooth("arctanh", ops.arctanh, np.arctanh, -0.9, 0.9, **STEEP),
    smooth("sinh", ops.sinh, np.sinh, -4, 4, grad_tolerance=(2e-5, 4e-5)),
    smooth("cosh", ops.cosh, np.cosh, -4, 4, grad_tolerance=(2e-5, 4e-5)),
    smooth("sinc", ops.sinc, np.sinc, -4, 4, grad_tolerance=(2e-5, 1e-4), webgl_grad=(1e-4, 1e-4)),
    smooth("sinc near zero", ops.sinc, np.sinc, -0.29, 0.29, grad_tolerance=(2e-5, 4e-5)),
    smooth("deg2rad", ops.deg2rad, np.deg2rad, -720, 720),
    smooth("rad2deg", ops.rad2deg, np.rad2deg, -9, 9),
    Row(
        "small angles keep their digits",
        lambda x: [f(x) for f in (ops.arcsin, ops.arctan, ops.arcsinh, ops.arctanh, ops.sinh)],
        [[uniform([40], -1e-3, 1e-3)], [uniform([40], -1e-6, 1e-6)]],
        lambda x: [f(x) for f in (np.arcsin, np.arctan, np.arcsinh, np.arctanh, np.sinh)],
        rtol=5e-7,
        atol=0,
        webgl=(1e-6, 1e-37),
    ),
    Row(
        "inverses near the ends of their ranges",
        lambda x: [ops.arcsin(x), ops.arccos(x), ops.arctanh(x), ops.arccosh(ops.divide(1.0, ops.abs(x)))],
        [[values(np.float32(1) - np.float32(2.0) ** -np.arange(3, 24))]],
        lambda x: [
            np.arcsin(x),
            np.arccos(x),
            np.arctanh(x),
            np.arccosh(np.float64(1 / x.astype(np.float32))),
        ],
    ),
    of_two(
        "arctan2",
        ops.arctan2,
        np.arctan2,
        [spaced(0.3), spaced(0.3, 0.11)],
        grad=(0, 1),
        second=True,
        grad_tolerance=(4e-5, 4e-4),
        webgl_grad=(1e-4, 4e-4),
    ),
    of_two(
        "hypot",
        ops.hypot,
        np.hypot,
        [spaced(0.3), spaced(0.3, 0.11)],
        grad=(0, 1),
        second=True,
        grad_tolerance=(4e-5, 4e-5),
        webgl_grad=(1e-4, 1e-4),
    ),
    extreme_pairs("arctan2 and hypot at the extremes", [[ops.arctan2, np.arctan2], [ops.hypot, np.hypot]]),
    Row(
        "arctan2 of integers",
        ops.arctan2,
        [[values([0, 0, 1, -1, 3, -3], np.int32), values([1, -1, 0, 0, -4, -4], np.int32)]],
        np.arctan2,
    ),
    extremes(
        "trigonometry at the extremes",
        [
            [ops.arcsin, np.arcsin],
            [ops.arccos, np.arccos],
            [ops.arctan, np.arctan],
            [ops.deg2rad, np.deg2rad],
            [ops.rad2deg, np.rad2deg],
            [ops.angle, np.angle],
        ],
    ),
    extremes(
        "hyperbolic functions at the extremes",
        [
            [ops.arcsinh, np.arcsinh],
            [ops.arccosh, np.arccosh],
            [ops.arctanh, np.arctanh],
            [ops.sinh, np.sinh],
            [ops.cosh, np.cosh],
        ],
    ),
    Row(
        "real, imag, conj, angle",
        lambda x: [ops.real(x), ops.imag(x), ops.conj(x), ops.conjugate(x), ops.angle(x), ops.isreal(x)],
        [[distinct([3, 2])], [integers([4], -2, 3)], [uniform([])], [uniform([0, 2])]],
        lambda x: [x, np.zeros_like(x), x, x, np.angle(x), np.isreal(x)],
    ),
    Row(
        "gradients of real and conj",
        lambda x: [ops.multiply(ops.real(x), x), ops.conj(x)],
        [[uniform([3])]],
        lambda x: [x * x, x],
        grad=(0,),
    ),
]

POWERS = [
    smooth("exp2", ops.exp2, np.exp2, -6, 6, second=False, grad_tolerance=(2e-5, 1e-4)),
    smooth("cbrt", ops.cbrt, np.cbrt, 0.3, 30),
    smooth("cbrt of negative numbers", ops.cbrt, np.cbrt, -30, -0.3),
    smooth("log2", ops.log2, np.log2, 0.2, 50, grad_tolerance=(2e-5, 1e-4), webgl_grad=(1e-4, 1e-4)),
    smooth("log10", ops.log10, np.log10, 0.2, 50, grad_tolerance=(2e-5, 1e-4), webgl_grad=(1e-4, 1e-4)),
    extremes(
        "powers at the extremes",
        [[ops.exp2, np.exp2], [ops.cbrt, np.cbrt], [ops.log2, np.log2], [ops.log10, np.log10]],
    ),
    of_two(
        "logaddexp",
        ops.logaddexp,
        np.logaddexp,
        [spaced(0.3), spaced(0.3, 0.11)],
        grad=(0, 1),
        second=True,
    ),
    of_two(
        "logaddexp2",
        ops.logaddexp2,
        np.logaddexp2,
        [spaced(0.3), spaced(0.3, 0.11)],
        grad=(0, 1),
        second=True,
    ),
    extreme_pairs(
        "sums of exponentials at the extremes",
        [[ops.logaddexp, np.logaddexp], [ops.logaddexp2, np.logaddexp2]],
    ),
    Row(
        "slope of logaddexp between equals",
        lambda a, b: ops.logaddexp(a, b),
        [[values([0, 5, -30]), values([0, 5, -30])]],
        np.logaddexp,
        grad=(0, 1),
    ),
    Row(
        "ldexp at the extremes",
        ops.ldexp,
        [[values([1.5, -1.25, 1, 3, 0, np.inf, np.nan]), values([127, 3, -126, -149, 300, 3, -3], np.int32)]],
        lambda x, n: np.ldexp(x, n.astype(int)),
        atol=0,
        webgl=(4e-6, 1e-37),
    ),
]

REMAINDERS = [
    Row(
        "fmod int32",
        ops.fmod,
        [
            [
                values([7, -7, 7, -7, 6, -6, 2147483647, -2147483647], np.int32),
                values([3, 3, -3, -3, 3, 3, 10, 10], np.int32),
            ]
        ],
        np.fmod,
    ),
    extreme_pairs(
        "remainders at the extremes",
        [
            [ops.fmod, lambda a, b: np.fmod(a.astype(np.float32), b.astype(np.float32)).astype(float)],
            [ops.mod, lambda a, b: np.mod(a.astype(np.float32), b.astype(np.float32)).astype(float)],
        ],
        # Numbers of one magnitude: the remainder of 1e20 by 1 is what is left of 67 bits.
        [np.inf, -np.inf, np.nan, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 7.25, -7.25, 1000.125, -3.0],
    ),
    extreme_pairs(
        "floor_divide at the extremes",
        [
            [
                ops.floor_divide,
                lambda a, b: np.floor_divide(a.astype(np.float32), b.astype(np.float32)).astype(float),
            ]
        ],
        [np.inf, -np.inf, np.nan, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 7.25, -7.25, 1000.125, -3.0],
    ),
    Row(
        "mod of numbers just below a multiple",
        lambda a, b: [ops.mod(a, b), ops.floor_divide(a, b)],
        [[values([0.3, 0.6, 0.9, 1.2, -0.3, 1e6]), values([0.1, 0.1, 0.3, 0.4, 0.1, 0.7])]],
        lambda a, b: [np.mod(a, b), np.floor_divide(a, b)],
        webgl=(4e-6, 4e-6),
    ),
]

CHOICES = [
    of_two("fmax", ops.fmax, np.fmax, [spaced(0.25), spaced(0.25, 0.125)], grad=(0, 1)),
    of_two("fmin", ops.fmin, np.fmin, [spaced(0.25), spaced(0.25, 0.125)], grad=(0, 1)),
    Row(
        "fmax, fmin int32",
        lambda a, b: [ops.fmax(a, b), ops.fmin(a, b)],
        [[integers([5], -5, 5), integers([5], -5, 5)]],
        lambda a, b: [np.fmax(a, b), np.fmin(a, b)],
    ),
    of_two(
        "heaviside", ops.heaviside, np.heaviside, [lambda s: integers(s, -1, 2, np.float32), between(2, 3)]
    ),
    of_two(
        "squared_difference",
        ops.squared_difference,
        lambda a, b: (a - b) ** 2,
        [between(-2, 2)] * 2,
        grad=(0, 1),
        second=True,
    ),
    extreme_pairs(
        "choices at the extremes",
        [
            [ops.fmax, np.fmax],
            [ops.fmin, np.fmin],
            [ops.maximum, np.maximum],
            [ops.minimum, np.minimum],
            [ops.heaviside, np.heaviside],
        ],
    ),
    Row(
        "step",
        lambda x: [ops.step(x), ops.step(x, 0.25)],
        [
            [values([0, -0.0, 1, -1, np.nan, np.inf, -np.inf])],
            [uniform([3, 2])],
            [uniform([])],
            [uniform([0])],
        ],
        lambda x: [np.where(np.isnan(x), x, x > 0), np.where(np.isnan(x), x, np.where(x > 0, 1, 0.25))],
    ),
    Row(
        "fabs",
        ops.fabs,
        [[distinct([3, 4])], [integers([5], -3, 3)], [uniform([], -3, -1)], [booleans([3])], [uniform([0])]],
        lambda x: np.fabs(x.astype(float)),
        grad=(0,),
    ),
    Row(
        "add_n",
        lambda a, b, c: ops.add_n([a, b, c]),
        [[uniform([3, 2])] * 3, [integers([4], -9, 9)] * 3, [uniform([])] * 3, [uniform([0, 2])] * 3],
        lambda a, b, c: a + b + c,
        grad=(0, 1, 2),
    ),
    Row(
        "round to tens",
        lambda x: [ops.round(x, -1), ops.round(x, 3)],
        [[uniform([3, 5], -200, 200)]],
        lambda x: [np.round(x, -1), np.round(x, 3)],
        rtol=4e-6,
    ),
    Row(
        "round of integers",
        lambda x: [
            ops.round(x),
            ops.round(x, 2),
            ops.round(x, -1),
            ops.round(x, -2),
            ops.trunc(x),
            ops.round(x, -12),
        ],
        [
            [values([15, 25, -15, -25, 14, 16, -14, 0, 149, 150, 250, 16777215, 16777217], np.int32)],
            [integers([3, 2], -500, 500)],
            [integers([], -500, 500)],
            [integers([0], -500, 500)],
        ],
        lambda x: [x, x, np.round(x, -1), np.round(x, -2), x, x * 0],
    ),
    Row("absolute of bool", ops.absolute, [[booleans([5])], [booleans([])]], lambda x: x),
    Row(
        "square and round of bool",
        lambda x: [ops.square(x), ops.cast(ops.round(x), "int32"), ops.cast(ops.trunc(x), "int32")],
        [[booleans([4])]],
        lambda x: [x.astype(int)] * 3,
    ),
    Row(
        "nan_to_num",
        lambda x: [ops.nan_to_num(x), ops.nan_to_num(x, 1.5, 7.0, -8.0)],
        [[values([np.nan, np.inf, -np.inf, 0, 3.4e38])], [uniform([2, 3])], [uniform([])], [uniform([0])]],
        lambda x: [
            np.nan_to_num(x, posinf=float(np.finfo(np.float32).max), neginf=float(np.finfo(np.float32).min)),
            np.nan_to_num(x, nan=1.5, posinf=7.0, neginf=-8.0),
        ],
    ),
    Row("nan_to_num int32", ops.nan_to_num, [[integers([4], -9, 9)]], lambda x: x),
    extremes("clip at the extremes", [[lambda x: ops.clip(x, -1.5, 90.0), lambda x: np.clip(x, -1.5, 90)]]),
    Row(
        "clip by tensors",
        ops.clip,
        [
            [distinct([3, 4], 0.3), uniform([4], -0.5, 0), uniform([3, 1], 0.1, 0.5)],
            [integers([6], -9, 9), values(-3, np.int32), values(4, np.int32)],
        ],
        np.clip,
        grad=(0,),
    ),
]


def close(a, b):
    return [
        ops.isclose(a, b),
        ops.isclose(a, b, 0.1, 0.0, True),
        ops.allclose(a, b),
        ops.allclose(a, b, 1.0, 1e9, True),
    ]


def closeness(a, b):
    with np.errstate(all="ignore"):
        return [
            np.isclose(a, b),
            np.isclose(a, b, 0.1, 0.0, True),
            np.allclose(a, b),
            np.allclose(a, b, 1.0, 1e9, True),
        ]


PREDICATES = [
    extremes(
        "isinf, isposinf, isneginf, signbit",
        [
            [ops.isinf, np.isinf],
            [ops.isposinf, np.isposinf],
            [ops.isneginf, np.isneginf],
            # The sign of NaN is nothing to rely on.
            [lambda x: ops.signbit(ops.nan_to_num(x)), lambda x: np.signbit(np.nan_to_num(x))],
        ],
    ),
    Row(
        "isinf, signbit of integers",
        lambda x: [ops.isinf(x), ops.isposinf(x), ops.isneginf(x), ops.signbit(x)],
        [[integers(shape, -2, 3)] for shape in ([5], [], [2, 1, 3], [0, 2])],
        lambda x: [x > 99, x > 99, x > 99, x < 0],
    ),
    Row(
        "isclose, allclose",
        close,
        [
            [
                values([1, 1, 0, np.nan, np.inf, np.inf, -np.inf, 1e9]),
                values([1.00001, 1.1, 1e-9, np.nan, np.inf, 1, np.inf, np.inf]),
            ],
            [values([1, 2]), values([1, 2])],
            [integers([3, 1], 0, 3), integers([1, 4], 0, 3)],
            [uniform([]), uniform([])],
            [uniform([0, 2]), uniform([0, 2])],
            [uniform([2, 1, 3]), uniform([3])],
        ],
        closeness,
    ),
]

ROWS = [*TRIGONOMETRY, *POWERS, *REMAINDERS, *CHOICES, *PREDICATES]
