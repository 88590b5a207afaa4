"""The blocks in CPython and in Node.js: the same configurations, messages and training curves."""

import json
from pathlib import Path

import numpy as np
import pytest
from engines import NodeHost, transpiled
from scipy.signal import get_window

from pybrowserml.platform.tasks import drive

from .program import answers

PROGRAM = Path(__file__).resolve().parent / "program.py"


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    host = NodeHost(transpiled(tmp_path_factory.mktemp("blocks"), PROGRAM), PROGRAM.stem)
    try:
        answer = host.call([["run_job", ""]])[0]
    finally:
        host.close()
    assert "ok" in answer, answer
    return json.loads(answer["ok"])


@pytest.fixture
def python():
    return json.loads(drive(answers()))


def test_configurations(javascript, python):
    assert javascript["configs"] == python["configs"]


def test_messages(javascript, python):
    assert javascript["failures"] == python["failures"]
    assert ["none", ""] not in python["failures"]


def test_entries(javascript, python):
    assert javascript["entries"] == python["entries"]
    assert [entry[1:] for entry in python["entries"]] == [[True, True]] * 11
    found = [
        [entry["module"], entry["class_name"], entry["registered_name"]] for entry, _, _ in python["entries"]
    ]
    assert found == [
        ["keras.losses", "Huber", None],
        ["keras.losses", "MeanSquaredError", None],
        ["keras.metrics", "MeanSquaredError", None],
        ["keras.optimizers", "SGD", None],
        ["keras.optimizers.schedules", "CosineDecay", None],
        ["keras.initializers", "Constant", None],
        ["keras.regularizers", "L2", None],
        ["keras.constraints", "MaxNorm", None],
        ["keras.layers", "Dense", None],
        ["keras.layers", "TimeDistributed", None],
        [None, "Custom", "pack>Custom"],
    ]
    rate = python["entries"][3][0]["config"]["learning_rate"]
    assert rate["module"] == "keras.optimizers.schedules"
    assert python["entries"][8][0]["config"]["kernel_regularizer"]["module"] == "keras.regularizers"


def test_windows(javascript, python):
    for name, windows in python["windows"].items():
        for count, pair, theirs in zip((2, 8, 9), windows, javascript["windows"][name], strict=True):
            for periodic in (False, True):
                expected = get_window(name, count, periodic)
                np.testing.assert_allclose(pair[periodic], expected, rtol=1e-12, atol=1e-15)
                np.testing.assert_allclose(theirs[periodic], expected, rtol=1e-12, atol=1e-15)


def test_metrics_inside_of_metrics(javascript, python):
    paths = ["inner/total", "inner/count", "mean/total", "mean/count", "sum/total", "ratio/steps"]
    found = {path: [value, reset] for path, value, reset in python["inner"]}
    assert found == dict(zip(paths, [[1, 0], [1, 0], [2, 0], [2, 0], [0, 0], [1, 0]], strict=True))
    assert python["inner"][0][0] == "ratio/steps"
    assert javascript["inner"] == python["inner"]


def test_gradients_that_overwrite(javascript, python):
    assert javascript["overwritten"] == python["overwritten"] == [-0.5, 3]


def test_training(javascript, python):
    for ours, theirs in zip(javascript["runs"], python["runs"], strict=True):
        for a, b in zip(ours[:6], theirs[:6], strict=True):
            np.testing.assert_allclose(a, b, rtol=2e-5)
        assert [entry[0] for entry in ours[6:]] == [entry[0] for entry in theirs[6:]]
        np.testing.assert_allclose(
            [entry[1] for entry in ours[6:]], [entry[1] for entry in theirs[6:]], rtol=1e-3, atol=1e-3
        )


def test_builds(javascript, python):
    assert javascript["builds"] == python["builds"]
    dense, conv, relu, dropout, activity, penalised = python["builds"][:6]
    assert dense == ["dense", False, True, [[4, 3], [3]], [[4, 3], [3]], 1]
    assert conv == ["conv2d", False, True, [[3, 3, 1, 2], [2]], [[3, 3, 1, 2], [2]], 0]
    assert relu == ["re_lu", True, True, [], [], 0]
    assert dropout == ["dropout", True, True, [], [], 0]
    assert activity[5] == penalised[5] == 1
    assert len(python["builds"][6][3]) == 8 and python["builds"][6][2]
    assert python["builds"][7] == [2, 3, 4]
