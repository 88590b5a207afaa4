"""The table on WebGL devices that allow less than this one; see LIMITS in tests/engines.py.

A few rows always, the whole table with `make test-limits` (PYBROWSERML_LIMITS=1, some minutes a device).
"""

import os

import numpy as np
import pytest
from engines import LIMITS, Job
from parity.harness import plan_of
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


# Half floats have 11 bits: a result is off by 2**-11 of itself, and by what its operands, and what was stored on the
# way, were off.
HALF = Tolerance(4e-3, 4e-3)
HALF_ROWS = [
    "softmax",
    "batch_normalization",
    "dot_product_attention with everything",
    "conv2d stride 2 same, odd sizes",
    "matmul ta tb",
    "sort, argsort",
    "non_max_suppression_padded of equal scores and flat boxes",
]


@pytest.mark.parametrize("name", [row.name for row in ROWS] if WHOLE else HALF_ROWS)
def test_half_precision(engines, name):
    check(engines, "webgl-half", forward_of(name), HALF)
    if name in DIFFERENTIABLE:
        check(engines, "webgl-half", first_of(name), Tolerance(1e-2, 1e-2), 4)


def test_numbers_too_large_for_half_precision(engines):
    """They are the largest there is, also those that come from the host: none of what is not a number follows."""
    x = np.array([[1e30, 1e30, -1e30], [7e4, -np.inf, 1.0]], np.float32)
    plan = plan_of(lambda given: [ops.softmax(given[0]), ops.multiply(given[0], 1.0)], [x])
    shares, same = engines.run("webgl-half", [Job(plan, [x])])[0].outputs
    np.testing.assert_allclose(shares, [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]], atol=1e-3)
    np.testing.assert_array_equal(same, [[65504.0, 65504.0, -65504.0], [65504.0, -65504.0, 1.0]])
