"""No elementwise function is off by more units of the last place than its row allows, on any engine."""

import pytest
from engines import ENGINES
from parity.accuracy import TABLE, measured


@pytest.mark.parametrize("engine", ENGINES)
def test_worst_errors(engines, engine):
    found = measured(engines, engine, list(TABLE))
    wrong = [name for name, error in found.items() if error["ulp"] is None or error["ulp"] > TABLE[name].most]
    assert {name: found[name] for name in wrong} == {}
