"""Non-maximum suppression with results of exact length, and inside compiled functions."""

import numpy as np
import pytest
from parity import reference_images as images

import pybrowserml as pb
from pybrowserml.platform.errors import PybrowsermlError


@pytest.mark.parametrize("seed", range(4))
def test_as_many_as_there_are(seed):
    rng = np.random.default_rng(seed)
    boxes = rng.uniform(0, 1, (30, 4)).astype(np.float32)
    scores = rng.uniform(-0.5, 1, 30).astype(np.float32)
    least = [None, 0.1, 0.9, 2.0][seed]
    found = pb.ops.image.non_max_suppression(boxes, scores, 12, 0.4, least).numpy()
    assert found.dtype == np.int32
    assert found.tolist() == images.non_max_suppression(boxes, scores, 12, 0.4, least)[0]
    indices, kept = pb.ops.image.non_max_suppression_with_score(boxes, scores, 40, 0.9, least, 0.3)
    wanted = images.non_max_suppression(boxes, scores, 40, 0.9, least, 0.3)
    assert indices.numpy().tolist() == wanted[0]
    np.testing.assert_allclose(kept.numpy(), np.array(wanted[1], float), rtol=1e-5)


def test_no_boxes_are_left_when_none_are_good_enough():
    found = pb.ops.image.non_max_suppression(
        np.zeros((3, 4), np.float32), np.zeros(3, np.float32), 2, 0.5, 0.5
    )
    assert found.numpy().shape == (0,)


def test_the_padded_form_compiles():
    rng = np.random.default_rng(9)
    boxes = rng.uniform(0, 1, (8, 4)).astype(np.float32)
    scores = rng.uniform(0, 1, 8).astype(np.float32)
    choose = pb.function(lambda b, s: pb.ops.image.non_max_suppression_padded(b, s, 5, 0.2))
    indices, count = choose(boxes, scores)
    wanted = images.non_max_suppression(boxes, scores, 5, 0.2)[0]
    assert int(count.numpy()) == len(wanted)
    assert indices.numpy()[: len(wanted)].tolist() == wanted


@pytest.mark.parametrize(
    "arguments, message",
    [
        (([[0.0, 0, 1]], [1.0], 2), r"boxes must be \[n, 4\], got \(1, 3\)"),
        (([[0.0, 0, 1, 1]], [1.0, 2.0], 2), r"one score a box, got \(2\) for \(1, 4\)"),
        (([[0.0, 0, 1, 1]], [1.0], 0), "max_output_size must be an integer >= 1, got 0"),
        (([[0.0, 0, 1, 1]], [1.0], 1, 1.5), r"iou_threshold must be in \[0, 1\], got 1.5"),
    ],
)
def test_messages(arguments, message):
    with pytest.raises(PybrowsermlError, match=message):
        pb.ops.image.non_max_suppression(*arguments)
