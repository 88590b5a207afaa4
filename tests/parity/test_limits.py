"""The table on WebGL devices that allow less than this one; see LIMITS in tests/engines.py.

A few rows always, the whole table with `make test-limits` (PYBROWSERML_LIMITS=1, some minutes a device).
"""

import os

import numpy as np
import pytest
from engines import LIMITS, Job
from parity.harness import Gradient, forward_jobs, plan_of
from parity.rows import Tolerance
from parity.table import ROWS
from parity.test_table import BY_NAME, DIFFERENTIABLE, SECOND, check, first_of, forward_of, second_of

from pybrowserml import ops

pytestmark = pytest.mark.browser

WHOLE = os.environ.get("PYBROWSERML_LIMITS") is not None
# Many operands, many elements, several results of a draw, kernels with a way of their own for each count of targets.
CHOSEN = [
    "many operands",
    "matmul with many operands behind it",
    "batch_normalization",
    "reduce_max long",
    "scatter with many indices",
    "cumsum of many rows",
    "conv2d stride 2 same, odd sizes",
    "matmul ta tb",
    "sort, argsort",
]
NAMES = [row.name for row in ROWS] if WHOLE else CHOSEN


@pytest.mark.parametrize("device", LIMITS)
@pytest.mark.parametrize("name", NAMES)
def test_a_row(engines, device, name):
    row = BY_NAME[name]
    check(engines, device, forward_of(name), row.tolerance("webgl"))
    if name in DIFFERENTIABLE:
        check(engines, device, first_of(name), row.gradient_tolerance("webgl"), 4)
    if name in SECOND:
        check(engines, device, second_of(name), row.gradient_tolerance("webgl"), 2)


# Half floats have 11 bits: a result is off by 2**-11 of itself, and by what was stored on the way was off.
HALF = Tolerance(4e-3, 4e-3)
HALF_GRADIENT = Tolerance(1e-2, 1e-2)
MOST_HALF = 65504.0
HALF_ROWS = [
    "softmax",
    "batch_normalization",
    "dot_product_attention with everything",
    "conv2d stride 2 same, odd sizes",
    "matmul ta tb",
    "sort, argsort",
    "non_max_suppression_padded of equal scores and flat boxes",
]
# Rows that no order of computing keeps within that: why, and which. They are run, and have to fail.
BEYOND_HALF = {
    "sums, squares or scales in between are beyond the largest half, or below the smallest": [
        "uint32 with float32 gives float32",
        "slopes of hypot",
        "slopes of arctan2",
        "sums of float16 are computed in float32",
        "reductions keep what is not a number",
        "moments of float16",
        "nanvar of nothing but NaN",
        "nanstd of nothing but NaN",
    ],
    "what is stored between several draws is rounded each time": [
        "boxes_affine_transform",
        "boxes_deltas",
        "fft, ifft of 97",
        "fft, ifft of 100",
        "fft, ifft of 134",
        "fft, ifft of 256",
        "fft, ifft of 3000",
        "fft, ifft of 4096",
        "rfft by half",
        "rfft, irfft of a large prime",
        "eigh",
        "cumsum reverse exclusive",
        "cumsum of many rows",
    ],
    "whole numbers are made of floats near a half, or beyond the largest": [
        "resize of integers by the nearest",
        "resize of bytes",
        "affine_transform of integers",
        "rgb_to_grayscale of integers",
        "threshold of colours",
        "histogram",
    ],
    "a small difference of large numbers": [
        "cross-entropies of certain probabilities",
        "variance of a small spread around a large mean",
        "cdist of close points far away",
    ],
    "rounded, an operand is a multiple of the other, where there is no gradient to compare with": ["mod"],
}
REASONS = {name: reason for reason, names in BEYOND_HALF.items() for name in names}


def half_row(name):
    reason = REASONS.get(name)
    marks = () if reason is None else pytest.mark.xfail(reason=reason, strict=True)
    return pytest.param(name, id=name, marks=marks)


def stored(array):
    """Floats as such a device keeps them: rounded, and none beyond the largest."""
    if array.dtype.kind != "f":
        return array
    return np.clip(array, -MOST_HALF, MOST_HALF).astype(np.float16).astype(array.dtype)


def half_forward_of(name):
    """Jobs whose operands are those that are stored, and what comes out of them, as it is stored."""
    row = BY_NAME[name]
    jobs = [Job(job.plan, [stored(array) for array in job.inputs]) for job in forward_jobs(row)]
    return jobs, [[stored(np.asarray(item)) for item in row.expected(job.inputs)] for job in jobs]


def half_first_of(name):
    row = BY_NAME[name]
    cases = [Gradient(row, case) for case in Gradient.cases(row)[:4]]
    for case in cases:
        case.arrays = [stored(array) for array in case.arrays]
        case.seeds = [stored(array) for array in case.seeds]
    expected = [[stored(item) for item in case.first_expected()] for case in cases]
    return [case.first_job() for case in cases], expected


@pytest.mark.parametrize("name", [half_row(row.name) for row in ROWS] if WHOLE else HALF_ROWS)
def test_half_precision(engines, name):
    check(engines, "webgl-half", half_forward_of(name), HALF)
    if name in DIFFERENTIABLE:
        check(engines, "webgl-half", half_first_of(name), HALF_GRADIENT)


def test_numbers_too_large_for_half_precision(engines):
    """They are the largest there is, also those that come from the host: none of what is not a number follows."""
    x = np.array([[1e30, 1e30, -1e30], [7e4, -np.inf, 1.0]], np.float32)
    plan = plan_of(lambda given: [ops.softmax(given[0]), ops.multiply(given[0], 1.0)], [x])
    shares, same = engines.run("webgl-half", [Job(plan, [x])])[0].outputs
    np.testing.assert_allclose(shares, [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]], atol=1e-3)
    np.testing.assert_array_equal(same, [[65504.0, 65504.0, -65504.0], [65504.0, -65504.0, 1.0]])
