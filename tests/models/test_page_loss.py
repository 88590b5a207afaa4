"""The GPU is taken away while a page of Chromium trains: losses, weights and predictions are those of a quiet run."""

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

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """ask(name, argument): what a function of page_loss.mjs gives."""
    with page_of(tmp_path_factory.mktemp("page"), HERE / "page_loss.mjs") as page:
        yield lambda name, argument=None: page.ask("page_loss.mjs", name, argument)


def test_training_goes_on(ask):
    counts = ask("run", [])["found"][0]["counts"]
    moments = [
        {**moment, "count": 1 + round(moment["part"] * (counts[moment["method"]] - 1))} for moment in MOMENTS
    ]
    told = ask("run", moments)
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
