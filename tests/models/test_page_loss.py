"""The GPU is taken away while a page of Chromium trains: losses, weights and predictions are those of a quiet run."""

import os
import random
from pathlib import Path

import numpy as np
import pytest
from pages import page_of

HERE = Path(__file__).resolve().parent
# Calls of WebGL, by how far training is, from its first upload to its last read.
MOMENTS = [
    {"method": method, "part": part, "returns": returns}
    for method, part, returns in [
        ("texSubImage3D", 0.0, False),
        # Programs are compiled by a new engine only, which the loss before this one left.
        ("linkProgram", 0.3, False),
        ("linkProgram", 1.0, True),
        ("drawArrays", 0.8, True),
        ("drawArrays", 0.95, False),
        ("readPixels", 0.3, False),
        ("getBufferSubData", 0.0, False),
        ("getBufferSubData", 0.6, False),
        ("fenceSync", 0.5, False),
    ]
]

CALLS = ["texSubImage3D", "linkProgram", "drawArrays", "readPixels", "getBufferSubData", "fenceSync"]
LONG = os.environ.get("PYBROWSERML_LONG") == "1"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """ask(name, argument): what a function of page_loss.mjs gives."""
    with page_of(tmp_path_factory.mktemp("page"), HERE / "page_loss.mjs") as page:
        yield lambda name, argument=None: page.ask("page_loss.mjs", name, argument)


def test_lost_while_it_is_opened(ask):
    """The first test of this page: no engine is there yet."""
    found = ask("opening")
    assert found["asked"] > 1 and found["name"] == "webgl" and found["found"] == [2]


def test_training_goes_on(ask):
    # Programs draw once more when they are made: of draws those of a second run are counted.
    first, second = [ask("run", {"moments": [], "fresh": False})["found"][0]["counts"] for _ in range(2)]
    counts = {**first, "drawArrays": second["drawArrays"]}
    moments = [
        {**moment, "count": 1 + round(moment["part"] * (counts[moment["method"]] - 1))} for moment in MOMENTS
    ]
    told = ask("run", {"moments": moments, "fresh": False})
    expected = told["undisturbed"]
    quiet, *found = told["found"]
    assert quiet["changes"] == []
    for moment, got in zip([{"returns": None}, *moments], [quiet, *found], strict=True):
        for name in ["losses", "predicted", "weights"]:
            np.testing.assert_allclose(
                got[name], expected[name], rtol=1e-4, atol=1e-5, err_msg=f"{name} {moment}"
            )
        if moment["returns"] is None:
            continue
        to = "webgl" if moment["returns"] else "cpu"
        assert got["happened"], moment
        assert got["changes"] == [{"from": "webgl", "to": to, "why": "the GPU took its memory away"}], moment
        assert got["info"]["name"] == to
        assert ("came back" if moment["returns"] else "was given up") in got["info"]["why"]


# What may happen, at which calls, with which words the user hears of it.
KINDS = {
    "loss": (CALLS, "the GPU took its memory away"),
    "reset": (CALLS, "the GPU took its memory away"),
    "memory": (["texStorage3D"], "the GPU has no memory left"),
    "shader": (["getProgramParameter"], "a shader does not compile: the shader does not link"),
}

# Snapshots on the way, and none.
STEPS = [3, 50]


def random_moment(seed, counts):
    """What happens in a training, when: a function of the seed. counts: of calls, by steps between snapshots."""
    pick = random.Random(seed)
    kind = list(KINDS)[seed % len(KINDS)]
    method = pick.choice(KINDS[kind][0])
    returns = kind == "loss" and pick.random() < 0.5
    steps = pick.choice(STEPS)
    moment = {
        "seed": seed,
        "kind": kind,
        "method": method,
        "count": pick.randint(1, counts[steps][method]),
        "returns": returns,
        "steps": steps,
    }
    if kind in ("loss", "reset") and pick.random() < 0.3:
        moment["later"] = pick.randint(0, 4)
    return moment


def test_whatever_happens_when(ask):
    """Losses, resets, lack of memory and programs that do not link, at random moments of a training that begins on an
    engine which has compiled nothing yet. Where all steps are done again on the CPU engine, the weights are exactly
    those of a training that was there from the beginning.

    PYBROWSERML_LONG=1 takes 30 seeds.
    """
    quiet = ask("run", {"moments": [{"method": None, "steps": steps} for steps in STEPS], "fresh": True})
    counts = {steps: found["counts"] for steps, found in zip(STEPS, quiet["found"][1:], strict=True)}
    seeds = range(30 if LONG else 4)
    for first in seeds[::4]:
        moments = [random_moment(seed, counts) for seed in seeds[first : first + 4]]
        told = ask("run", {"moments": moments, "fresh": True})
        check_moments(moments, told)


def check_moments(moments, told):
    for moment, got in zip(moments, told["found"][1:], strict=True):
        assert got["happened"], moment
        for name in ["losses", "predicted", "weights"]:
            np.testing.assert_allclose(
                got[name], told["undisturbed"][name], rtol=1e-4, atol=1e-5, err_msg=f"{name} {moment}"
            )
        if "later" in moment and got["changes"] == []:
            # It came when all was done.
            continue
        to = "webgl" if moment["returns"] else "cpu"
        why = KINDS[moment["kind"]][1].strip()
        assert [[change["from"], change["to"]] for change in got["changes"]] == [["webgl", to]], (
            moment,
            got["changes"],
        )
        assert got["changes"][0]["why"].strip() == why, moment
        whole = moment["steps"] == 50 and got["early"] and "later" not in moment
        if to == "cpu" and whole and moment["kind"] != "shader":
            assert got["weights"] == told["undisturbed"]["weights"], moment


def test_lost_again_on_the_way_back(ask):
    found = ask("again")
    assert found["asked"] == 1
    assert found["rejected"] == []
    assert [[change["from"], change["to"]] for change in found["changes"]] == [["webgl", "cpu"]]
    for name in ["losses", "predicted", "weights"]:
        np.testing.assert_allclose(
            found[name], found["undisturbed"][name], rtol=1e-4, atol=1e-5, err_msg=name
        )


def test_held_tensors(ask):
    found = ask("held")
    assert found["doubled"] == [2, 4, 6]
    name, message, right = found["told"]
    assert name == "TensorLostError" and right and "compute it anew" in message


def test_other_failures(ask):
    found = ask("failures")
    shader, memory = found["shader"], found["memory"]
    np.testing.assert_allclose(shader["found"], np.cosh([2.0, 3.0]), rtol=1e-5)
    assert [change["to"] for change in shader["changes"]] == ["cpu"]
    assert "does not compile" in shader["changes"][0]["why"]
    assert memory["found"] == [0]
    assert "more than the device has left" in memory["changes"][0]["why"]
