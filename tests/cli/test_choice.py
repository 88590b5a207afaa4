"""The engine that a page's model chooses by itself: by time, on a GPU that the page only claims to have."""

import numpy as np
import pytest
from page_scripts import LOAD, PLAIN, arrays

pytestmark = pytest.mark.browser

# contexts: what asked for WebGL. clock(step): from now on so many milliseconds pass from one look at the clock to
# the next, and nearly none once the GPU has drawn. claim(): the renderer is no SwiftShader any more.
WORLD = """
const contexts = [];
for (const kind of [OffscreenCanvas, HTMLCanvasElement]) {
  const { getContext } = kind.prototype;
  kind.prototype.getContext = function (...args) {
    contexts.push(args[0]);
    return getContext.apply(this, args);
  };
}
const clock = (step) => {
  let time = 0;
  performance.now = () => (time += step);
  const { drawArrays } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.drawArrays = function (...args) {
    step = 0.01;
    return drawArrays.apply(this, args);
  };
};
const claim = () => {
  const { getParameter } = WebGL2RenderingContext.prototype;
  WebGL2RenderingContext.prototype.getParameter = function (name) {
    return name === 37446 ? "A real GPU" : getParameter.call(this, name);
  };
};
const settled = async (model) => {
  for (let i = 0; i < 400 && !model.backendInfo().settled; i++) await new Promise((done) => setTimeout(done, 10));
  return model.backendInfo();
};
const databases = async () => (await indexedDB.databases()).map(({ name }) => name).sort();
const forget = () => new Promise((done) => {
  const request = indexedDB.deleteDatabase("pybrowserml-engines");
  request.onsuccess = request.onerror = done;
});
"""
BOTH = ["cpu", "webgl"]


def test_a_small_model_opens_no_context(bundles, opened, js, samples):
    model, folder = bundles("dense", trainable=True)
    opened(folder)
    before, after, found, contexts, kept = js(
        WORLD
        + LOAD
        + PLAIN
        + """
        await forget();
        clock(0.01);
        const model = await load();
        const before = model.backendInfo();
        let found;
        for (let i = 0; i < 4; i++) found = await model.predict(args[0]);
        return [before, model.backendInfo(), plain(found), contexts, await databases()];
        """,
        samples[0].tolist(),
    )
    assert (before["name"], before["settled"]) == ("cpu", False)
    assert (after["name"], after["settled"]) == ("cpu", True)
    assert list(after["measured"]) == ["cpu"]
    assert "too short for a GPU to pay" in after["why"]
    assert contexts == []
    assert "pybrowserml-engines" not in kept
    np.testing.assert_allclose(arrays(found), model.predict(samples[0], verbose=0), atol=1e-5)


def test_a_processor_that_plays_a_gpu_is_passed(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    info, contexts = js(
        WORLD
        + LOAD
        + """
        await forget();
        clock(2);
        const model = await load();
        for (let i = 0; i < 2; i++) await model.predict(args[0]);
        const info = await settled(model);
        await model.predict(args[0]);
        return [info, contexts];
        """,
        samples[0].tolist(),
    )
    assert info["name"] == "cpu"
    assert "webgl is drawn by the processor here" in info["why"]
    assert list(info["measured"]) == ["cpu"]
    # One to ask with, which is given back.
    assert contexts == ["webgl2"]


@pytest.mark.parametrize("storage", ["kept", "broken", "unwanted"])
def test_the_faster_engine_takes_over(bundles, opened, driver, js, samples, storage):
    model, folder = bundles("dense", trainable=True)
    x = samples[0]
    opened(folder)
    script = (
        WORLD
        + LOAD
        + PLAIN
        + """
        const [x, storage, fresh] = args;
        if (fresh) await forget();
        clock(2);
        claim();
        if (storage === "broken") indexedDB.open = () => { throw new DOMException("no", "SecurityError"); };
        const model = await load({ remember: storage !== "unwanted" });
        const results = [];
        for (let i = 0; i < 2; i++) results.push(plain(await model.predict(x)));
        const opened = contexts.length;
        const info = await settled(model);
        results.push(plain(await model.predict(x)));
        return [info, results, opened];
        """
    )
    info, results, _ = js(script, x.tolist(), storage, True)
    assert info["name"] == "webgl", info
    assert sorted(info["measured"]) == BOTH
    assert 0 < info["measured"]["webgl"] < info["measured"]["cpu"]
    assert info["why"].startswith("a run takes")
    for found in results:
        np.testing.assert_allclose(arrays(found), model.predict(x, verbose=0), atol=1e-5)
    driver.refresh()
    info, _, _ = js(script, x.tolist(), storage, False)
    assert info["name"] == "webgl"
    assert info["why"].endswith(", as was found before") == (storage == "kept")


def test_nobody_waits_for_a_slow_processor(bundles, opened, js, samples):
    """With 40 ms for each look at the clock a prediction is given up as soon as the GPU's file has come, and the GPU
    answers.
    """
    model, folder = bundles("dense", trainable=True)
    opened(folder)
    found, info = js(
        WORLD
        + LOAD
        + PLAIN
        + """
        await forget();
        clock(40);
        claim();
        const model = await load();
        await model.predict(args[0]);
        while (!performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/model.webgl.js")))
          await new Promise((done) => setTimeout(done, 20));
        const found = plain(await model.predict(args[0]));
        return [found, model.backendInfo()];
        """,
        samples[0].tolist(),
    )
    assert (info["name"], info["settled"]) == ("webgl", True)
    # The file may have come while the first prediction ran: then that one was given up, and has no time.
    assert "more than 100 ms on cpu" in info["why"] or info["measured"]["cpu"] > 100
    np.testing.assert_allclose(arrays(found), model.predict(samples[0], verbose=0), atol=1e-5)


def test_training_keeps_its_engine(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    first, same, again, why = js(
        WORLD
        + LOAD
        + """
        const [x, y] = args;
        await forget();
        clock(2);
        claim();
        const steps = async (one) => {
          for (let i = 0; i < 3; i++) await one.trainOnBatch(x, y);
          return one;
        };
        // One by one: what a GPU draws while a model is loaded moves the clock on for others, too.
        const model = await steps(await load());
        const named = await steps(await load({ backend: "webgl" }));
        const [mine, other] = [await model.predict(x), await named.predict(x)];
        await model.save("indexeddb://kept");
        const back = await load({ from: "indexeddb://kept" });
        const before = back.backendInfo();
        await back.trainOnBatch(x, y);
        return [model.backendInfo().name, mine.data.every((value, i) => value === other.data[i]),
          [before.name, back.backendInfo().name], before.why];
        """,
        x.tolist(),
        y.tolist(),
    )
    assert first == "webgl"
    assert same, "the trials before the first step changed what is trained"
    assert again == ["webgl", "webgl"]
    assert why == "the engine that the model was trained on"
