"""Weights, steps of one's own, epochs of so many steps, limits and progress: the same in Python and in JavaScript."""

import json
from pathlib import Path

import numpy as np
import pytest
from engines import NodeHost, transpiled

from pybrowserml.platform.tasks import drive

from .training_program import answer

PROGRAM = Path(__file__).parent / "training_program.py"


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    host = NodeHost(transpiled(tmp_path_factory.mktemp("training"), PROGRAM), PROGRAM.stem)
    try:
        found = host.call([["run_job", ""]])[0]
    finally:
        host.close()
    assert "ok" in found, found["failed"]
    return json.loads(found["ok"])


@pytest.fixture(scope="module")
def python():
    return json.loads(drive(answer("")))


def close(one, other):
    """Equal structures, numbers that float32 makes the same."""
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            close(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            close(a, b)
    elif isinstance(one, float | int):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    else:
        assert one == other


@pytest.mark.parametrize("key", ["weights", "classes", "own steps", "epochs", "bar", "compiled alike"])
def test_numbers(javascript, python, key):
    close(javascript[key], python[key])


@pytest.mark.parametrize("key", ["refused", "names", "limits", "texts", "times"])
def test_the_rest_is_equal(javascript, python, key):
    assert javascript[key] == python[key]


def test_a_frozen_model_trains_as_the_other(javascript):
    found = javascript["weights"]
    for i in range(0, len(found), 2):
        close(found[i], found[i + 1])
    close(javascript["classes"][0], javascript["classes"][1])


def test_own_steps_have_the_means_of_the_usual_one(javascript):
    usual, stepped, weighed = (javascript["own steps"][i : i + 3] for i in (0, 3, 6))
    for i in range(2):
        close(weighed[i]["b_loss"], usual[i]["b_loss"])
        assert stepped[i]["b_loss"][0] == pytest.approx(usual[i]["b_loss"][0], rel=1e-5)


def test_epochs_go_on_in_the_data(javascript):
    arrays, dataset, endless = javascript["epochs"]
    assert [len(epoch) for epoch in arrays] == [2, 2, 1, 2] and arrays == dataset
    assert [len(epoch) for epoch in endless] == [2, 2, 2, 2]
    assert arrays[0] == arrays[3] != arrays[1]
