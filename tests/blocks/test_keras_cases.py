"""Stored models and numbers of Keras 3: every case whose layers exist here."""

import json
from pathlib import Path

import numpy as np
import pytest

from pybrowserml.core.known import class_named

from .harness import compiled
from .keras_model import read_keras

FOLDER = Path(__file__).resolve().parent.parent / "cases" / "keras3"
MODELS = {"Sequential", "Functional"}


def exists(folder):
    case = json.loads((folder / "case.json").read_text())
    # Layers inside of layers, and calls with further arguments, are for the library's own reader: tests/models.
    if case["family"] in ("rnn", "mask") or "MultiHeadAttention" in case["layers"]:
        return False
    names = set(case["layers"]) - MODELS
    return all(class_named(name, "layer") is not None for name in names)


CASES = sorted(folder.name for folder in FOLDER.iterdir() if exists(folder))


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    case = json.loads((FOLDER / name / "case.json").read_text())
    model = read_keras(FOLDER / name / "model.keras")
    inputs = [np.load(FOLDER / name / entry["file"]) for entry in case["inputs"]]
    compiled(model, inputs)
    model.load()
    found = compiled(model, inputs)
    assert len(found) == len(case["outputs"])
    for result, entry in zip(found, case["outputs"], strict=True):
        wanted = np.load(FOLDER / name / entry["file"])
        assert result.shape == wanted.shape
        np.testing.assert_allclose(result, wanted, rtol=case["rtol"], atol=case["atol"])


def test_cases_are_there():
    assert len(CASES) >= 16
