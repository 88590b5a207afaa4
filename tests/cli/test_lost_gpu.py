"""A built model whose GPU is taken away goes on, and tells the page once."""

import shutil

import numpy as np
import pytest
from page_scripts import LOAD, PLAIN, arrays

pytestmark = pytest.mark.browser

# Keeps the contexts that are made, so that one can be taken away.
CATCH = """
const contexts = [];
const original = OffscreenCanvas.prototype.getContext;
OffscreenCanvas.prototype.getContext = function (...args) {
  const made = original.apply(this, args);
  if (made) contexts.push(made);
  return made;
};
const lose = () => contexts.at(-1).getExtension("WEBGL_lose_context").loseContext();
"""


def test_a_built_model_goes_on(bundles, opened, js, samples):
    model, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    found = js(
        LOAD
        + PLAIN
        + CATCH
        + """
        const told = [];
        const options = { backend: "webgl", onEngineChange: (change) => told.push(change) };
        const quiet = await load({ backend: "cpu" });
        const model = await load(options);
        const logs = [[], []];
        const first = plain(await model.predict(args[0]));
        for (let step = 0; step < 4; step++) {
          if (step === 2) lose();
          logs[0].push((await quiet.trainOnBatch(args[0], args[1])).loss);
          logs[1].push((await model.trainOnBatch(args[0], args[1])).loss);
        }
        const last = plain(await model.predict(args[0]));
        return { told, logs, first, last, expected: plain(await quiet.predict(args[0])), info: model.backendInfo() };
        """,
        x.tolist(),
        y.tolist(),
    )
    why = "the GPU took its memory away"
    assert found["told"] == [{"from": "webgl", "to": "cpu", "why": why}]
    assert found["info"]["name"] == "cpu" and found["info"]["why"] == f"the webgl engine was given up: {why}"
    np.testing.assert_allclose(found["logs"][1], found["logs"][0], rtol=1e-4)
    np.testing.assert_allclose(arrays(found["first"]), model.predict(x, verbose=0), atol=1e-5)
    np.testing.assert_allclose(arrays(found["last"]), arrays(found["expected"]), atol=1e-4)


def test_how_often_weights_are_copied(bundles, opened, js, samples):
    """The option `recovery` of load: the copies are reads beside those of the loss and the metric of each step."""
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    often, seldom, refused = js(
        LOAD
        + """
        let reads = 0;
        const { getBufferSubData } = WebGL2RenderingContext.prototype;
        WebGL2RenderingContext.prototype.getBufferSubData = function (...args) {
          reads += 1;
          return getBufferSubData.apply(this, args);
        };
        const counts = [];
        for (const steps of [2, 50]) {
          const model = await load({ backend: "webgl", recovery: { steps } });
          await model.trainOnBatch(args[0], args[1]);
          reads = 0;
          for (let step = 0; step < 8; step++) await model.trainOnBatch(args[0], args[1]);
          counts.push(reads);
          model.dispose();
        }
        const refused = [];
        for (const recovery of [{ period: 3 }, { steps: 0 }]) {
          refused.push(await load({ recovery }).catch((problem) => `${problem.name}: ${problem.message}`));
        }
        return [...counts, refused];
        """,
        x.tolist(),
        y.tolist(),
    )
    assert seldom >= 8
    assert often > seldom + 8
    assert refused[0].startswith("ArgumentError: load: recovery has no option 'period'")
    assert refused[1] == "ArgumentError: set_recovery: steps must be a whole number of at least 1"


# In front of the worker's script: the page says when its GPU goes.
IN_THE_WORKER = (
    CATCH
    + """
new BroadcastChannel("gpu").onmessage = () => {
  OffscreenCanvas.prototype.getContext = () => null;
  lose();
};
"""
)


def test_a_model_in_a_worker_goes_on(bundles, opened, js, samples, tmp_path):
    """The GPU goes for good while the worker trains: the page hears of it once, and the numbers are right."""
    _, folder = bundles("dense", trainable=True)
    folder = shutil.copytree(folder, tmp_path / "model")
    script = folder / "model.worker.js"
    script.write_text(IN_THE_WORKER + script.read_text())
    opened(folder, {"Content-Security-Policy": "default-src 'self'; img-src data:"})
    x, y = samples
    found = js(
        LOAD
        + PLAIN
        + """
        const told = [];
        const quiet = await load({ backend: "cpu" });
        const options = { backend: "webgl", worker: true, onEngineChange: (change) => told.push(change) };
        const model = await load(options);
        const channel = new BroadcastChannel("gpu");
        const training = { epochs: 3, batchSize: 7, shuffle: false };
        let batches = 0;
        const disturbed = model.fit(args[0], args[1], {
          ...training,
          onBatchEnd: () => { if (++batches === 12) channel.postMessage("lost"); },
        });
        const histories = [await quiet.fit(args[0], args[1], training), await disturbed];
        const losses = histories.map(({ history }) => history.loss);
        const predicted = [plain(await quiet.predict(args[0])), plain(await model.predict(args[0]))];
        channel.close();
        return { told, losses, predicted, info: model.backendInfo() };
        """,
        x.tolist(),
        y.tolist(),
    )
    why = "the GPU took its memory away"
    assert found["told"] == [{"from": "webgl", "to": "cpu", "why": why}]
    assert found["info"]["name"] == "cpu" and found["info"]["worker"] is True
    assert found["info"]["why"] == f"the webgl engine was given up: {why}"
    np.testing.assert_allclose(found["losses"][1], found["losses"][0], rtol=1e-4)
    np.testing.assert_allclose(*map(arrays, found["predicted"]), atol=1e-4)
