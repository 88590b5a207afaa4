"""Random image layers: equal numbers in Python and JavaScript for one seed, Keras's where nothing is random."""

import numpy as np
import pytest

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


@pytest.fixture(scope="module")
def answers(preparing):
    """What Python answers, by name."""
    return dict(zip(NAMES, preparing.run("numpy", ROWS), strict=True))


@pytest.fixture(scope="module")
def others(preparing, engine):
    """What an engine in JavaScript answers."""
    return dict(zip(NAMES, preparing.run(engine, ROWS), strict=True))


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


@pytest.mark.parametrize("name", NAMES)
def test_both_worlds(answers, others, name):
    ours, theirs = answers[name], others[name]
    assert "failed" not in theirs, theirs["failed"]
    assert ours["config"] == theirs["config"]
    for key in ("plain", "trained", "next", *(["told"] if "told" in ours else [])):
        for a, b in zip(parts(ours[key]), parts(theirs[key]), strict=True):
            assert a.shape == b.shape
            # Colors reach 255 and go through float32 matrices whose sums have another order.
            np.testing.assert_allclose(b, a, rtol=1e-5, atol=2e-3, err_msg=key)


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
