"""Rows of the special functions against SciPy."""

import numpy as np
from scipy import special

from pybrowserml import ops

from .rows import Row, extremes, uniform, values
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

ROWS = [*FUNCTIONS, *DETAIL]
