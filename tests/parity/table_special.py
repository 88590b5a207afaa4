"""Rows of the special functions against SciPy."""

import numpy as np
from scipy import special

from pybrowserml import ops
from pybrowserml.core.autodiff import gradients

from .rows import Row, extremes, integers, uniform, values
from .table_math import smooth

# Some ten rounded steps of a polynomial and an exponential.
CHAIN = {"rtol": 2e-6, "atol": 1e-6, "webgl": (6e-6, 3e-6), "grad_tolerance": (4e-5, 4e-5)}


FUNCTIONS = [
    smooth("erfc", ops.erfc, special.erfc, -3, 3, **CHAIN),
    smooth("erfinv", ops.erfinv, special.erfinv, -0.9, 0.9, **CHAIN),
    smooth("lgamma", ops.lgamma, special.gammaln, 0.3, 9, **CHAIN),
    smooth("lgamma below zero", ops.lgamma, special.gammaln, -2.9, -2.1, second=False, **CHAIN),
    smooth("digamma", ops.digamma, special.psi, 0.4, 9, **CHAIN),
    smooth("digamma below zero", ops.digamma, special.psi, -1.8, -1.2, second=False, **CHAIN),
    smooth(
        "i0",
        ops.i0,
        special.i0,
        -5,
        5,
        **{**CHAIN, "grad_tolerance": (4e-5, 1e-4), "webgl_grad": (1e-4, 1e-4)},
    ),
    smooth(
        "i1",
        ops.i1,
        special.i1,
        -5,
        5,
        **{**CHAIN, "grad_tolerance": (4e-5, 1e-4), "webgl_grad": (1e-4, 1e-4)},
    ),
    smooth("i0 of large numbers", ops.i0, special.i0, 7, 10, second=False, **CHAIN),
    smooth("i0e", ops.i0e, special.i0e, 0.5, 20, **CHAIN),
    smooth("i1e", ops.i1e, special.i1e, 0.5, 20, **CHAIN),
]

# Relative errors count where results are small: no absolute tolerance but for what a GPU flushes.
DIGITS = {"rtol": 2e-6, "atol": 1e-37, "webgl": (6e-6, 1e-37)}
DETAIL = [
    Row(
        "erfc keeps its digits",
        ops.erfc,
        [[uniform([60], 0, 9)], [uniform([9], -1e-3, 1e-3)]],
        special.erfc,
        **DIGITS,
    ),
    Row(
        "erfinv near its ends and at 0",
        ops.erfinv,
        [[values(1 - np.float32(2.0) ** -np.arange(1, 24))], [uniform([9], -1e-6, 1e-6)]],
        special.erfinv,
        **DIGITS,
    ),
    Row(
        "lgamma near its zeros and at tiny numbers",
        ops.lgamma,
        [[uniform([30], 0.99, 1.01)], [uniform([30], 1.99, 2.01)], [uniform([30], 1e-30, 1e-3)]],
        special.gammaln,
        **DIGITS,
    ),
    Row(
        "digamma near its zero",
        ops.digamma,
        [[uniform([30], 1.4, 1.5)], [uniform([30], 1e-30, 1e-3)]],
        special.psi,
        **DIGITS,
    ),
    extremes(
        "special functions at the extremes",
        [
            [ops.erfc, special.erfc],
            [ops.erfinv, special.erfinv],
            [ops.lgamma, special.gammaln],
            [ops.digamma, special.psi],
            # SciPy's have no value at infinity.
            [ops.i0, lambda x: special.i0(np.clip(x, -600, 600))],
            [ops.i1, lambda x: special.i1(np.clip(x, -600, 600))],
            [ops.i0e, lambda x: special.i0e(np.clip(x, -1e38, 1e38))],
            [ops.i1e, lambda x: special.i1e(np.clip(x, -1e38, 1e38))],
        ],
        **CHAIN,
    ),
]

# x**a exp(-x) is an exponential of differences of numbers up to 40, whose rounding stays: 40 * 6e-8.
DIFFERENCES = {"rtol": 6e-6, "atol": 3e-6, "webgl": (1e-5, 3e-6), "grad_tolerance": (4e-5, 4e-5)}


def both(a, x):
    return [ops.gammainc(a, x), ops.gammaincc(a, x)]


def theirs(a, x):
    return [special.gammainc(a, x), special.gammaincc(a, x)]


INCOMPLETE = [
    Row(
        "gammainc and gammaincc",
        both,
        [
            [uniform([40], 0.05, 11), uniform([40], 0.05, 20)],
            [uniform([40], 12, 300), uniform([40], 5, 400)],
            [uniform([3, 1], 0.5, 5), uniform([4], 0.1, 9)],
            [uniform([], 2, 3), uniform([], 2, 3)],
            [uniform([0, 2], 1, 2), uniform([2], 1, 2)],
            [integers([5], 1, 30), integers([5], 1, 30)],
        ],
        theirs,
        grad=(1,),
        **DIFFERENCES,
    ),
    Row(
        "gammainc across the borders of its methods",
        both,
        [
            [values([11.9, 12, 12.1, 12, 12, 20, 20, 1, 0.9]), values([12, 12, 12, 6, 18, 10, 30, 2, 2])],
            [values([1e4] * 5), values([9.8e3, 9.99e3, 1e4, 1.001e4, 1.03e4])],
        ],
        theirs,
        **DIFFERENCES,
    ),
    Row(
        "slope of gammainc by its shape",
        both,
        [
            [uniform([30], 0.1, 11), uniform([30], 0.05, 20)],
            [uniform([30], 12, 300), uniform([30], 5, 400)],
            [values([11.9, 12, 12.1, 12, 12, 20, 20, 1, 0.9]), values([12, 12, 12, 6, 18, 10, 30, 2, 2])],
            [uniform([3, 1], 0.5, 5), uniform([4], 0.1, 9)],
        ],
        theirs,
        grad=(0,),
        **DIFFERENCES,
    ),
    Row(
        "slope of gammainc by its shape at the ends of its domain",
        lambda a, x: gradients([ops.gammainc(a, x)], [a])[0],
        [[values([1, 1, np.inf, -1, 1, np.nan, 20, 1]), values([0, np.inf, 1, 1, -1, 1, 1e5, 1e30])]],
        lambda a, x: np.asarray([0, 0, 0, np.nan, np.nan, np.nan, 0, 0]),
    ),
    Row(
        "gammainc at the ends of its domain",
        both,
        [
            [
                values([0, 0, 1, 1, np.inf, 1, np.inf, -1, 1, np.nan, 1, 1e30, 1e30, 1e-30]),
                values([0, 1, 0, np.inf, 1, 1, np.inf, 1, -1, 1, np.nan, 1, 1e31, 1]),
            ]
        ],
        theirs,
        **DIFFERENCES,
    ),
    Row(
        "second derivative of gammainc",
        lambda a, x: ops.gammainc(a, x),
        [[uniform([6], 0.5, 9), uniform([6], 0.5, 9)]],
        special.gammainc,
        grad=(1,),
        second=True,
        **DIFFERENCES,
    ),
]

ROWS = [*FUNCTIONS, *DETAIL, *INCOMPLETE]
