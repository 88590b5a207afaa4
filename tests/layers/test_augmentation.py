"""Random image layers: equal numbers in Python and JavaScript for one seed, Keras's where nothing is random."""

import json
import os
import subprocess

import numpy as np
import pytest
from pages import LIBRARY

from pybrowserml import layers

from .augmentation_rows import FIXED, ROWS, TOLD
from .rows import HERE

# They do the same whether training or not, or crop.
CHANGING = {"RandomCrop", "AutoContrast", "CenterCrop", "Resizing", "MaxNumBoundingBoxes"}
CHANGING.add("ContrastLimitedAdaptiveHistogramEqualization")
NAMES = [row["name"] for row in ROWS]
# Rows with one draw that decides for all images, or none: two calls may agree.
STEADY = {row["name"] for row in FIXED} | {"RandomInvert", "RandomGaussianBlur", "RandomCrop larger"}
STEADY |= {"RandomFlip horizontal"} | {row["name"] for row in TOLD}
STEADY |= {row["name"] for row in ROWS if row["boxes"] is not None or "Limited" in row["name"]}


CPU = ["cpu-node", pytest.param("cpu", marks=pytest.mark.browser)]
LONG = os.environ.get("PYBROWSERML_LONG") == "1"
# Shaders are compiled for seconds: one row of each class, the last, in which most is random, is applied once.
LAST = {row["layer"]["class_name"]: row["name"] for row in ROWS if row["boxes"] is None}
ON_WEBGL = NAMES if LONG else sorted({*LAST.values(), "MaxNumBoundingBoxes"})


@pytest.fixture(scope="module")
def answers(preparing):
    """What Python answers, by name."""
    return dict(zip(NAMES, preparing.run("numpy", ROWS), strict=True))


@pytest.fixture(scope="module")
def others(preparing, engine):
    """What the CPU engine in JavaScript answers, by name."""
    return dict(zip(NAMES, preparing.run(engine, ROWS), strict=True))


@pytest.fixture(scope="module")
def on_webgl(preparing):
    """What webgl answers to the rows of ON_WEBGL, by name."""
    rows = [{**row, "brief": not LONG} for row in ROWS if row["name"] in ON_WEBGL]
    return dict(zip([row["name"] for row in rows], preparing.run("webgl", rows), strict=True))


def array(found):
    return np.array(found[1], np.float64).reshape(found[0])


def parts(found):
    """The arrays of an answer."""
    return (
        [part for key in sorted(found) for part in parts(found[key])]
        if isinstance(found, dict)
        else [array(found)]
    )


def test_names_are_unique():
    assert len(set(NAMES)) == len(NAMES)


def assert_same(ours, theirs):
    assert "failed" not in theirs, theirs["failed"]
    assert ours["config"] == theirs["config"]
    for key in {"plain", "trained", "next", "told"} & theirs.keys():
        for a, b in zip(parts(ours[key]), parts(theirs[key]), strict=True):
            assert a.shape == b.shape
            # Colors reach 255 and go through float32 matrices whose sums have another order.
            np.testing.assert_allclose(b, a, rtol=1e-5, atol=2e-3, err_msg=key)


@pytest.mark.parametrize("engine", CPU, scope="module")
@pytest.mark.parametrize("name", NAMES)
def test_both_worlds(answers, others, name):
    assert_same(answers[name], others[name])


@pytest.mark.browser
@pytest.mark.parametrize("name", ON_WEBGL)
def test_on_webgl(answers, on_webgl, name):
    assert_same(answers[name], on_webgl[name])


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_numbers(answers, row):
    ours = answers[row["name"]]
    assert ours["again"] == ours["config"]
    given = parts(ours["given"])
    if row["layer"]["class_name"] not in CHANGING:
        for a, b in zip(parts(ours["plain"]), given, strict=True):
            np.testing.assert_array_equal(a, b)
    changed = parts(ours["trained"])
    assert all(np.isfinite(part).all() for part in changed)
    assert any(a.shape != b.shape or not np.allclose(a, b) for a, b in zip(changed, given, strict=True))
    if row["name"] not in STEADY:
        after = parts(ours["next"])
        assert any(a.shape != b.shape or not np.allclose(a, b) for a, b in zip(changed, after, strict=True))


@pytest.mark.parametrize("name", [row["name"] for row in FIXED])
def test_keras(answers, name):
    with np.load(HERE / "expected_augmentation.npz") as stored:
        expected = stored[name]
    # Relative to colors of up to 255: the places of samples are rounded otherwise.
    np.testing.assert_allclose(array(answers[name]["trained"]), expected, rtol=2e-5, atol=5e-3)


@pytest.mark.parametrize("row", TOLD, ids=[row["name"] for row in TOLD])
def test_told(answers, row):
    found = answers[row["name"]]["told"]
    with np.load(HERE / "expected_augmentation.npz") as stored:
        np.testing.assert_allclose(array(found["images"]), stored[row["name"]], rtol=2e-5, atol=5e-3)
        if row["boxes"] is not None:
            boxes = stored[row["name"] + " boxes"]
            np.testing.assert_allclose(array(found["boxes"]["boxes"]), boxes, rtol=2e-5, atol=2e-5)
            np.testing.assert_array_equal(array(found["boxes"]["labels"]), stored[row["name"] + " labels"])


def test_labels_follow_images(answers):
    for name in ("MixUp labels", "CutMix labels"):
        labels = array(answers[name]["trained"]["labels"])
        np.testing.assert_allclose(labels.sum(axis=1), 1.0, rtol=1e-6)


def test_every_class_has_a_row():
    from pybrowserml.layers import augmentation

    classes = {name for name in dir(augmentation) if isinstance(getattr(augmentation, name), type)}
    assert {name for name in classes if hasattr(layers, name)} <= {row["layer"]["class_name"] for row in ROWS}


MEMORY = """
import * as pb from "%s";
await pb.setBackend("cpu");
const data = Float32Array.from({ length: 8 * 64 * 64 * 3 }, (_, i) => (i * 31) %% 251);
const images = pb.tensor({ data, shape: [8, 64, 64, 3] });
const found = pb.layers.augMix({ seed: 3 }).apply(images, { training: true });
const { data: mixed } = await found.data();
console.log(JSON.stringify([process.memoryUsage().external / data.byteLength, mixed.every(Number.isFinite)]));
"""


def test_steps_of_a_call_are_not_kept():
    """Eager AugMix has some 1500 steps, whose handles JavaScript collects much later than they are used last."""
    if not LIBRARY.is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    command = ["node", "--input-type=module", "-e", MEMORY % LIBRARY.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    images, finite = json.loads(done.stdout)
    assert finite and images < 60
