"""Recurrent layers in CPython and, transpiled, in Node.js."""

import json
from pathlib import Path

import numpy as np
import pytest
from engines import NodeHost, transpiled

from pybrowserml.platform.tasks import drive

from .recurrent_program import answer
from .recurrent_rows import ROWS, layer, row

PROGRAM = Path(__file__).resolve().parent / "recurrent_program.py"
DROPPING = [
    row("lstm drops", layer("LSTM", units=3, dropout=0.3, recurrent_dropout=0.2)),
    row("gru drops", layer("GRU", units=3, dropout=0.3, recurrent_dropout=0.2, reset_after=False)),
    row("simple drops", layer("SimpleRNN", units=3, dropout=0.3, recurrent_dropout=1.0)),
    row(
        "conv drops",
        layer("ConvLSTM1D", filters=2, kernel_size=2, dropout=0.3, recurrent_dropout=0.2),
        [2, 3, 5, 2],
    ),
]
GIVEN = [*ROWS, *DROPPING]


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    host = NodeHost(transpiled(tmp_path_factory.mktemp("recurrent"), PROGRAM), PROGRAM.stem)
    try:
        found = host.call([["run_job", json.dumps(GIVEN)]])[0]
    finally:
        host.close()
    assert "ok" in found, found
    return json.loads(found["ok"])


@pytest.fixture(scope="module")
def python():
    return json.loads(drive(answer(json.dumps(GIVEN))))


@pytest.mark.parametrize("place", range(len(GIVEN)), ids=[given["name"] for given in GIVEN])
def test_rows(javascript, python, place):
    theirs, ours = javascript["rows"][place], python["rows"][place]
    assert theirs["paths"] == ours["paths"]
    assert theirs["config"] == ours["config"]
    assert theirs["again"] == theirs["config"]
    for key in ("outputs", "trained"):
        np.testing.assert_allclose(theirs[key], ours[key], rtol=2e-5, atol=2e-6)
    if "drops" in GIVEN[place]["name"]:
        assert not np.allclose(ours["outputs"], ours["trained"])


@pytest.mark.parametrize("key", ["own cell", "stateful", "reset", "learning"])
def test_numbers(javascript, python, key):
    np.testing.assert_allclose(
        np.ravel(javascript[key]), np.ravel(python[key]), rtol=1e-3 if key == "learning" else 2e-5, atol=2e-6
    )


def test_models(javascript, python):
    for key in ("names", "config", "saved"):
        assert javascript[key] == python[key]
