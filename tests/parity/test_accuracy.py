"""No elementwise function is off by more than a few units of the last place, on any engine (see `accuracy`)."""

import pytest
from engines import ENGINES
from parity.accuracy import TABLE, measured

# Composites of some ten rounded steps, the last of which multiplies what the others have lost.
MOST = 8.0


@pytest.mark.parametrize("engine", ENGINES)
def test_worst_errors(engines, engine):
    found = measured(engines, engine, list(TABLE))
    assert {name: error for name, error in found.items() if error["ulp"] is None or error["ulp"] > MOST} == {}
