"""Rows of the elementwise primitives."""

import numpy as np
from scipy import special

from pybrowserml.core.opset import binary as two
from pybrowserml.core.opset import generators
from pybrowserml.core.opset import unary as one
from pybrowserml.core.opset.registry import scalar

from .rows import Row, booleans, distinct, integers, uniform, values

SHAPES = [[], [7], [3, 5], [2, 1, 3, 2, 2], [0, 3]]
LONG = [1029]


def unary(name, build, reference, low, high, **more):
    cases = [[uniform(shape, low, high)] for shape in [*SHAPES, LONG]]
    return Row(name, build, cases, reference, **more)


def kinked(name, build, reference, **more):
    """For functions with steps or kinks at whole and half numbers: inputs keep away from them."""
    cases = [[distinct(shape, 0.3)] for shape in SHAPES]
    return Row(name, build, cases, reference, **more)


def sigmoid(x):
    return special.expit(x)


SMOOTH = [
    unary("exp", one.exp, np.exp, -10, 10, atol=1e-9, grad=(0,), second=True, webgl=(4e-6, 1e-9)),
    unary("expm1", one.expm1, np.expm1, -3, 3, grad=(0,), second=True),
    unary("expm1 small", one.expm1, np.expm1, -1e-4, 1e-4, atol=1e-12, webgl=(4e-6, 1e-12)),
    unary("log", one.log, np.log, 0.05, 100, grad=(0,), second=True, grad_tolerance=(2e-5, 1e-4)),
    unary("log1p", one.log1p, np.log1p, -0.9, 10, grad=(0,), second=True),
    unary("log1p small", one.log1p, np.log1p, -1e-4, 1e-4, atol=1e-12, webgl=(4e-6, 1e-12)),
    unary("sqrt", one.sqrt, np.sqrt, 0.1, 100, grad=(0,), second=True),
    unary("rsqrt", one.rsqrt, lambda x: 1 / np.sqrt(x), 0.2, 100, grad=(0,), second=True),
    unary("reciprocal", one.reciprocal, lambda x: 1 / x, 0.3, 10, grad=(0,), second=True),
    unary("sin", one.sin, np.sin, -20, 20, grad=(0,), second=True),
    unary("cos", one.cos, np.cos, -20, 20, grad=(0,), second=True),
    unary("tan", one.tan, np.tan, -1.2, 1.2, grad=(0,), second=True),
    unary("tanh", one.tanh, np.tanh, -5, 5, grad=(0,), second=True),
    unary("tanh small", one.tanh, np.tanh, -1e-3, 1e-3, atol=1e-10, webgl=(4e-6, 1e-10)),
    unary("sigmoid", one.sigmoid, sigmoid, -20, 20, grad=(0,), second=True),
    unary("erf", one.erf, special.erf, -4, 4, grad=(0,), second=True),
    unary("erf small", one.erf, special.erf, -1e-3, 1e-3, atol=1e-10, webgl=(4e-6, 1e-10)),
    unary("negative", one.negative, np.negative, -3, 3, grad=(0,), rtol=0, atol=0, webgl=(0, 0)),
]

STEPPED = [
    kinked("floor", one.floor, np.floor, grad=(0,)),
    kinked("ceil", one.ceil, np.ceil, grad=(0,)),
    kinked("round", one.round_half_even, np.rint, grad=(0,)),
    kinked("absolute", one.absolute, np.abs, grad=(0,), second=True),
    kinked("sign", one.sign, np.sign, grad=(0,)),
    Row(
        "round halves",
        one.round_half_even,
        [[values([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 8388607.5, 16777216.0, -7.5])]],
        np.rint,
        rtol=0,
        atol=0,
        webgl=(0, 0),
    ),
    Row(
        "stop_gradient",
        lambda x: two.multiply(one.stop_gradient(x), 2.0),
        [[uniform([4])]],
        lambda x: 2 * x,
    ),
]

INTEGERS = [-2147483648, -2147483647, -16777217, -1, 0, 1, 16777217, 16777219, 2147483647]


def wrapped(function):
    """A function of int64 whose results wrap to 32 bits."""

    def call(*arrays):
        with np.errstate(over="ignore"):
            return function(*arrays).astype(np.int64).astype(np.uint32).astype(np.int32)

    return call


INT_UNARY = [
    Row("negative int32", one.negative, [[values(INTEGERS, np.int32)]], wrapped(np.negative)),
    Row("absolute int32", one.absolute, [[values(INTEGERS, np.int32)]], wrapped(np.abs)),
    Row("sign int32", one.sign, [[values(INTEGERS, np.int32)]], np.sign),
]

BROADCASTS = [
    ([3, 4], [3, 4]),
    ([3, 4], [4]),
    ([3, 1], [1, 4]),
    ([2, 3, 1, 5], [4, 1]),
    ([], [5]),
    ([6], []),
    ([], []),
    ([2, 1, 2, 1, 3], [1, 2, 1, 2, 1]),
    ([0, 3], [1, 3]),
]


def binary(name, build, reference, makers, **more):
    cases = [[makers[0](a), makers[1](b)] for a, b in BROADCASTS]
    return Row(name, build, cases, reference, **more)


def ranged(low, high):
    return lambda shape: uniform(shape, low, high)


def spaced(step, shift=0.0):
    def maker(shape):
        make = distinct(shape, step)
        return lambda rng: make(rng) + np.float32(shift)

    return maker


BINARY = [
    binary("add", two.add, np.add, [ranged(-2, 2)] * 2, grad=(0, 1)),
    binary("subtract", two.subtract, np.subtract, [ranged(-2, 2)] * 2, grad=(0, 1)),
    binary("multiply", two.multiply, np.multiply, [ranged(-2, 2)] * 2, grad=(0, 1), second=True),
    binary("divide", two.divide, np.divide, [ranged(-2, 2), ranged(0.4, 3)], grad=(0, 1), second=True),
    binary("power", two.power, np.power, [ranged(0.3, 3), ranged(-2, 3)], grad=(0, 1), second=True),
    binary("maximum", two.maximum, np.maximum, [spaced(0.25), spaced(0.25, 0.125)], grad=(0, 1), second=True),
    binary("minimum", two.minimum, np.minimum, [spaced(0.25), spaced(0.25, 0.125)], grad=(0, 1)),
    binary("mod", two.mod, np.mod, [spaced(0.37), ranged(1.1, 1.3)], grad=(0, 1), webgl=(4e-6, 4e-6)),
    binary("floor_divide", two.floor_divide, np.floor_divide, [spaced(0.37), ranged(1.1, 1.3)], grad=(0, 1)),
    Row(
        "power of negative bases",
        two.power,
        [[values([-2, -2, -2, -1.5, -3, -1, 0, 0]), values([2, 3, -1, 0, -2, 5, 0, 3])]],
        np.power,
    ),
    Row(
        "power with whole exponents",
        lambda x: two.power(x, 3.0),
        [[uniform([3, 4], -2, 2)]],
        lambda x: x**3,
        grad=(0,),
        second=True,
    ),
    Row(
        "signs of mod",
        lambda a, b: [two.mod(a, b), two.floor_divide(a, b)],
        [[values([7, -7, 7, -7, 5.5, -5.5, 0, 6]), values([3, 3, -3, -3, 2, 2, 4, -3])]],
        lambda a, b: [np.mod(a, b), np.floor_divide(a, b)],
    ),
]

PAIRS = np.array([(a, b) for a in INTEGERS for b in INTEGERS], dtype=np.int64)
NONZERO = PAIRS[(PAIRS[:, 1] != 0) & ~((PAIRS[:, 0] == -2147483648) & (PAIRS[:, 1] == -1))]


def int_binary(name, build, reference, pairs=PAIRS):
    cases = [
        [values(pairs[:, 0], np.int32), values(pairs[:, 1], np.int32)],
        [integers([3, 1], -1000, 1000), integers([1, 5], 1, 1000)],
    ]
    return Row(name, build, cases, reference)


INT_BINARY = [
    int_binary("add int32", two.add, wrapped(np.add)),
    int_binary("subtract int32", two.subtract, wrapped(np.subtract)),
    int_binary("multiply int32", two.multiply, wrapped(np.multiply)),
    int_binary("maximum int32", two.maximum, np.maximum),
    int_binary("minimum int32", two.minimum, np.minimum),
    int_binary("mod int32", two.mod, np.mod, NONZERO),
    int_binary("floor_divide int32", two.floor_divide, np.floor_divide, NONZERO),
    Row(
        "power int32",
        two.power,
        [[values([0, 2, 3, -3, -2, 7, 46340, 1], np.int32), values([0, 10, 5, 3, 4, 0, 2, 9], np.int32)]],
        wrapped(np.power),
    ),
]

FLOATS = np.array([-2.5, -1.0, -0.0, 0.0, 0.5, 1.0, 16777216.0, 3e38], dtype=np.float32)
BYTES = [0, 1, 127, 128, 255]


def compared(name, build, reference):
    floats = [[a for a in FLOATS for b in FLOATS], [b for a in FLOATS for b in FLOATS]]
    bytes_ = [[a for a in BYTES for b in BYTES], [b for a in BYTES for b in BYTES]]
    return Row(
        name,
        build,
        [
            [values(floats[0]), values(floats[1])],
            [values(PAIRS[:, 0], np.int32), values(PAIRS[:, 1], np.int32)],
            [values(bytes_[0], np.uint8), values(bytes_[1], np.uint8)],
            [values([0, 0, 1, 1], np.bool_), values([0, 1, 0, 1], np.bool_)],
            [uniform([3, 1]), uniform([4])],
        ],
        reference,
    )


COMPARISONS = [
    compared("equal", two.equal, np.equal),
    compared("not_equal", two.not_equal, np.not_equal),
    compared("less", two.less, np.less),
    compared("less_equal", two.less_equal, np.less_equal),
    compared("greater", two.greater, np.greater),
    compared("greater_equal", two.greater_equal, np.greater_equal),
]

LOGIC = [
    Row("logical_not", one.logical_not, [[booleans([9])], [booleans([])]], np.logical_not),
    Row("logical_and", two.logical_and, [[booleans([3, 4]), booleans([4])]], np.logical_and),
    Row("logical_or", two.logical_or, [[booleans([3, 4]), booleans([4])]], np.logical_or),
    Row("isnan", one.isnan, [[values([0, np.nan, np.inf, -np.inf, 1e38, -0.0])]], np.isnan),
    Row("isfinite", one.isfinite, [[values([0, np.nan, np.inf, -np.inf, 1e38, -0.0])]], np.isfinite),
    Row(
        "where",
        two.where,
        [
            [booleans([3, 4]), uniform([3, 4]), uniform([3, 4])],
            [booleans([4]), uniform([3, 1]), uniform([])],
            [booleans([3, 1]), uniform([]), uniform([1, 5])],
            [booleans([2, 1, 2, 1, 2]), uniform([1, 2, 1, 3, 1]), uniform([2])],
        ],
        np.where,
        grad=(1, 2),
    ),
    Row(
        "where of squares",
        lambda c, a, b: two.where(c, two.multiply(a, a), one.exp(b)),
        [[booleans([3, 4]), uniform([3, 4]), uniform([4])]],
        lambda c, a, b: np.where(c, a * a, np.exp(b)),
        grad=(1, 2),
        second=True,
    ),
    Row(
        "where int32",
        two.where,
        [[booleans([9]), values(INTEGERS, np.int32), integers([], 5, 6)]],
        np.where,
    ),
    Row(
        "where not a number in the branch not taken",
        lambda x: two.where(two.greater(x, 0.0), one.log(x), scalar(0.0, "float32")),
        [[values([-1, 0, 1, 2])]],
        lambda x: np.where(x > 0, np.log(np.where(x > 0, x, 1)), 0),
    ),
]


def cast(dtype):
    return lambda x: one.cast(x, dtype)


CASTS = [
    Row(
        "cast float32 to int32",
        cast("int32"),
        [[values([-2.9, -0.5, 0, 0.5, 2.9, 16777217, -2147483648, 2147483520])]],
        lambda x: np.trunc(x).astype(np.int64),
    ),
    Row(
        "cast float32 to uint8",
        cast("uint8"),
        [[values([0, 0.9, 254.9, 255, 256, 257.5, -1, -1.9, 1000])]],
        lambda x: np.trunc(x).astype(np.int64) % 256,
    ),
    Row("cast float32 to bool", cast("bool"), [[values([0, -0.0, 0.1, -3, np.nan])]], lambda x: x != 0),
    Row(
        "cast int32 to float32",
        cast("float32"),
        [[values([*INTEGERS, 16777217 * 3], np.int32)]],
        lambda x: x.astype(np.float32).astype(np.float64),
        rtol=0,
        atol=0,
        webgl=(0, 0),
    ),
    Row("cast int32 to bool", cast("bool"), [[values(INTEGERS, np.int32)]], lambda x: x != 0),
    Row("cast int32 to uint8", cast("uint8"), [[values(INTEGERS, np.int32)]], lambda x: x % 256),
    Row("cast uint8 to float32", cast("float32"), [[values(BYTES, np.uint8)]], lambda x: x.astype(float)),
    Row("cast uint8 to int32", cast("int32"), [[values(BYTES, np.uint8)]], lambda x: x),
    Row("cast uint8 to bool", cast("bool"), [[values(BYTES, np.uint8)]], lambda x: x != 0),
    Row("cast bool to float32", cast("float32"), [[booleans([7])]], lambda x: x.astype(float)),
    Row("cast bool to int32", cast("int32"), [[booleans([7])]], lambda x: x.astype(np.int64)),
    Row("cast bool to uint8", cast("uint8"), [[booleans([7])]], lambda x: x.astype(np.int64)),
]


def _indices(shape, axis):
    return np.broadcast_to(np.indices(shape)[axis], shape)


GENERATED = [
    Row(
        f"iota {shape} {axis}",
        lambda s=shape, a=axis: generators.iota(s, a),
        [[]],
        lambda s=shape, a=axis: _indices(s, a),
    )
    for shape, axis in [([7], 0), ([3, 4], 0), ([3, 4], 1), ([2, 3, 5], 1), ([1030], 0), ([0, 2], 1)]
]

ROWS = [
    *SMOOTH,
    *STEPPED,
    *INT_UNARY,
    *BINARY,
    *INT_BINARY,
    *COMPARISONS,
    *LOGIC,
    *CASTS,
    *GENERATED,
]
