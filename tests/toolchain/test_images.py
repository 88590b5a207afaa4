"""Images from JavaScript: the same numbers as in Python, promises where the size of a result depends on values."""

import json

import numpy as np
import pytest

from pybrowserml import ops
from pybrowserml.tools.bundle import BUILD

DIST = BUILD / "dist"

WORK = """
const pb = await import('DIST/pybrowserml.mjs');
await pb.setBackend('cpu');
const { image } = pb.ops;
const numbers = async (tensor) => Array.from((await tensor.data()).data);

const picture = pb.tensor(Float32Array.from({ length: 60 }, (_, i) => ((i * 7) % 60) / 60));
const x = pb.ops.reshape(picture, [1, 4, 5, 3]);
const boxes = [[0, 0, 1, 1], [0.1, 0.1, 1, 1], [0, 0, 0.4, 0.5]];
const [indices, scores] = await image.nonMaxSuppressionWithScore(
  boxes, [0.9, 0.8, 0.3], 3, { iouThreshold: 0.9, softNmsSigma: 0.5 });
const message = (() => {
  try { image.resize(x, { size: 2 }); } catch (error) { return `${error.name}: ${error.message}`; }
})();
console.log(JSON.stringify({
  resized: await numbers(image.resize(x, { size: [3, 2], interpolation: 'bicubic', antialias: true })),
  turned: await numbers(image.affineTransform(x, [1, 0.25, -0.5, 0, 1, 0.25, 0, 0], { fillMode: 'reflect' })),
  boxes: await numbers(image.cropAndResize(x, boxes, [0, 0, 0], [2, 2])),
  hsv: await numbers(image.rgbToHsv(x)),
  pooled: await numbers(pb.ops.adaptiveAveragePool(x, 3)),
  chosen: await numbers(await image.nonMaxSuppression(boxes, [0.9, 0.8, 0.3], 3)),
  indices: await numbers(indices),
  scores: await numbers(scores),
  message,
}));
"""


def expected():
    x = ((np.arange(60) * 7) % 60 / 60).astype(np.float32).reshape(1, 4, 5, 3)
    boxes, scores = [[0.0, 0, 1, 1], [0.1, 0.1, 1, 1], [0, 0, 0.4, 0.5]], [0.9, 0.8, 0.3]
    indices, kept = ops.image.non_max_suppression_with_score(boxes, scores, 3, 0.9, None, 0.5)
    return {
        "resized": ops.image.resize(x, [3, 2], "bicubic", True),
        "turned": ops.image.affine_transform(x, [1, 0.25, -0.5, 0, 1, 0.25, 0, 0], "bilinear", "reflect"),
        "boxes": ops.image.crop_and_resize(x, boxes, [0, 0, 0], [2, 2]),
        "hsv": ops.image.rgb_to_hsv(x),
        "pooled": ops.adaptive_average_pool(x, 3),
        "chosen": ops.image.non_max_suppression(boxes, scores, 3),
        "indices": indices,
        "scores": kept,
    }


def test_images(node, tmp_path):
    if not (DIST / "pybrowserml.mjs").is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    found = json.loads(node(WORK.replace("DIST", str(DIST)), tmp_path))
    assert found.pop("message") == "ArgumentError: size must be [height, width], got 2"
    wanted = expected()
    assert found["chosen"] == [0, 2]
    for name, tensor in wanted.items():
        np.testing.assert_allclose(
            found[name], tensor.numpy().reshape(-1), rtol=1e-6, atol=1e-6, err_msg=name
        )
