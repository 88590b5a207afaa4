"""The table on WebGL devices that allow less than this one; see LIMITS in tests/engines.py.

A few rows always, the whole table with `make test-limits` (PYBROWSERML_LIMITS=1, some minutes a device).
"""

import os

import pytest
from engines import LIMITS
from parity.table import ROWS
from parity.test_table import BY_NAME, DIFFERENTIABLE, SECOND, check, first_of, forward_of, second_of

pytestmark = pytest.mark.browser

WHOLE = os.environ.get("PYBROWSERML_LIMITS") is not None
CHOSEN = []
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
