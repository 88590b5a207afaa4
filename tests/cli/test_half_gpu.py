"""A GPU that can draw to half floats only is taken where it was asked for, says so, and is passed where it was not."""

import numpy as np
import pytest
from page_scripts import LOAD, PLAIN, arrays

from pybrowserml import engines

HALF = """
const { getExtension } = WebGL2RenderingContext.prototype;
WebGL2RenderingContext.prototype.getExtension = function (name) {
  return name === "EXT_color_buffer_float" ? null : getExtension.call(this, name);
};
"""


@pytest.mark.browser
def test_half_precision(bundles, opened, js, samples):
    model, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    found = js(
        LOAD
        + PLAIN
        + HALF
        + """
        const quiet = await load({ backend: "cpu" });
        const model = await load({ backend: "webgl" });
        const first = plain(await model.predict(args[0]));
        const losses = [];
        for (const each of [quiet, model]) {
          const { history } = await each.fit(args[0], args[1], { epochs: 2, batchSize: 10, shuffle: false });
          losses.push(history.loss);
        }
        return { first, losses, info: model.backendInfo() };
        """,
        x.tolist(),
        y.tolist(),
    )
    assert found["info"]["name"] == "webgl" and found["info"]["precision"] == "half"
    np.testing.assert_allclose(arrays(found["first"]), model.predict(x, verbose=0), atol=4e-3)
    np.testing.assert_allclose(found["losses"][1], found["losses"][0], rtol=0.05)


def test_auto_passes_it(monkeypatch):
    monkeypatch.setattr(engines.OPENED, "renderer", "A real one")
    assert engines.emulated_webgl() is None
    monkeypatch.setattr(engines.OPENED, "half", True)
    assert engines.emulated_webgl() == "webgl keeps numbers in half precision here"
