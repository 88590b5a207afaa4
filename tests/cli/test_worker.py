"""A built model in a worker: the same numbers, callbacks, errors and policies as in the page."""

import shutil

import numpy as np
import pytest

pytestmark = pytest.mark.browser

LOAD = "const { load } = await import(new URL('model.js', location.href)); "
PLAIN = "const plain = ({ data, shape, dtype }) => ({ data: Array.from(data), shape, dtype }); "
TOLD = "const told = (problem) => [problem instanceof Error, problem.name, problem.message]; "
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:"
)
HEADERS = {"Content-Security-Policy": POLICY}
TRUSTED = {
    "Content-Security-Policy": POLICY + "; require-trusted-types-for 'script'; trusted-types pybrowserml"
}


@pytest.mark.parametrize("engine", ["webgl", "cpu"])
def test_predicts_what_the_page_predicts(bundles, opened, js, samples, engine):
    _, folder = bundles("dense", trainable=True)
    opened(folder, HEADERS)
    here, there, info, signature = js(
        LOAD
        + PLAIN
        + """
        const models = [await load({ backend: args[1] }), await load({ backend: args[1], worker: true })];
        const flat = new Float32Array(args[0].flat());
        const forms = [args[0], flat, { features: flat }, { data: flat.subarray(4, 12), shape: [2, 4] }];
        const results = [[], []];
        for (const [i, model] of models.entries()) {
          for (const form of forms) results[i].push(plain(await model.predict(form)));
          results[i].push(plain(await model.predict(args[0], { batchSize: 3 })));
        }
        if (flat.length !== args[0].length * 4) throw new Error("the page's array was taken from it");
        const same = JSON.stringify(models[0].signature) === JSON.stringify(models[1].signature);
        return [...results, models[1].backendInfo(), same];
        """,
        samples[0].tolist(),
        engine,
    )
    assert here == there
    assert info["name"] == engine and info["why"] == "asked for by name" and info["worker"] is True
    assert signature is True


def test_several_outputs(bundles, opened, js):
    _, folder = bundles("two")
    opened(folder, HEADERS)
    found = js(
        LOAD
        + PLAIN
        + """
        const inputs = [[[1, 2, 3, 4, 5]], [[6, 7]]];
        const results = [];
        for (const worker of [false, true]) {
          const model = await load({ backend: "cpu", worker });
          const found = await model.predict(inputs);
          const names = model.signature.outputs.map(({ name }) => name);
          results.push([Array.from(found, plain), names.map((name) => plain(found[name]))]);
        }
        return results;
        """
    )
    assert found[0] == found[1]
    assert len(found[0][0]) == 2


def test_trains_with_callbacks(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder, HEADERS)
    x, y = samples
    here, there = js(
        LOAD
        + PLAIN
        + """
        const results = [];
        for (const worker of [false, true]) {
          const model = await load({ backend: "cpu", worker });
          const seen = [];
          const history = await model.fit(args[0], args[1], {
            epochs: 2, batchSize: 32, shuffle: false, validationData: [args[0], new Int32Array(args[1])],
            onEpochBegin: (epoch) => seen.push(["begin", epoch]),
            onBatchEnd: async (logs, batch) => seen.push(["batch", batch, logs, await model.predict([args[0][0]])]),
            onEpochEnd: (logs, epoch) => { seen.push(["end", epoch, logs]); },
          });
          const logs = [await model.trainOnBatch(args[0], args[1]), await model.evaluate(args[0], args[1])];
          await model.save("indexeddb://worker");
          const again = await load({ from: "indexeddb://worker", backend: "cpu", worker: !worker });
          results.push([history, seen, logs, plain(await again.predict(args[0]))]);
        }
        return results;
        """,
        x.tolist(),
        y.tolist(),
    )
    assert here == there
    assert [entry[0] for entry in here[1]] == ["begin", "batch", "batch", "batch", "end"] * 2


def test_callbacks_can_stop_and_fail(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder, HEADERS)
    x, y = samples
    epochs, failed, wrong = js(
        LOAD
        + TOLD
        + """
        const model = await load({ backend: "cpu", worker: true });
        const { epoch } = await model.fit(args[0], args[1], { epochs: 9, onEpochEnd: () => model.stopTraining() });
        const broken = () => { throw new RangeError("the page's own"); };
        const failed = await model.fit(args[0], args[1], { onBatchEnd: broken }).catch(told);
        return [epoch, failed, await model.fit(args[0], args[1], { onBatchEnd: 3 }).catch(told)];
        """,
        x.tolist(),
        y.tolist(),
    )
    assert epochs == [0]
    assert failed == [True, "RangeError", "the page's own"]
    assert wrong == [True, "ArgumentError", "fit: onBatchEnd must be a function"]


def test_errors_read_as_in_the_page(bundles, opened, js):
    _, folder = bundles("dense")
    opened(folder, HEADERS)
    here, there = js(
        LOAD
        + TOLD
        + """
        const image = new Image();
        const results = [];
        for (const worker of [false, true]) {
          const model = await load({ backend: "cpu", worker });
          const attempts = [
            () => model.predict([[1, 2, 3]]), () => model.predict(), () => model.predict([[1, 2, 3, 4]], { size: 1 }),
            () => model.predict([[1, 2, 3, 4]], 3), () => model.predict([["a", "b", "c", "d"]]),
            () => model.fit([[1, 2, 3, 4]], [0]), () => model.save("nowhere"), () => model.setBackend("abacus"),
            () => load({ worker, from: "indexeddb://missing" }), () => load({ worker, size: 1 }),
            () => { model.dispose(); return model.predict([[1, 2, 3, 4]]); },
          ];
          const found = [];
          for (const attempt of attempts) {
            found.push(await (async () => attempt())().then(() => "no error", told));
          }
          results.push(found);
        }
        return results;
        """
    )
    assert here == there
    assert all(entry[0] is True and entry[1].endswith("Error") for entry in here)


def test_images_go_as_bitmaps(bundles, opened, js):
    _, folder = bundles("image")
    opened(folder, HEADERS)
    here, there, empty = js(
        LOAD
        + TOLD
        + PLAIN
        + """
        const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
        const context = canvas.getContext("2d");
        context.fillStyle = "#c83"; context.fillRect(3, 4, 20, 15);
        const data = context.getImageData(0, 0, 40, 30);
        const bitmap = await createImageBitmap(canvas);
        const results = [];
        for (const worker of [false, true]) {
          const model = await load({ backend: "cpu", worker });
          const found = [];
          for (const image of [canvas, data, bitmap, [canvas, bitmap], data]) {
            found.push(model.predict(image));
            if (worker && image === canvas) context.clearRect(0, 0, 40, 30); // what it was at the call counts
          }
          results.push((await Promise.all(found)).map(plain));
          context.putImageData(data, 0, 0);
          if (worker) results.push(await model.predict(new Image()).catch(told));
        }
        if (bitmap.width !== 40) throw new Error("the page's bitmap was taken from it");
        return results;
        """
    )
    assert np.shape(here[0]["data"]) == np.shape(there[0]["data"])
    for one, other in zip(here[:3], there[:3], strict=True):
        np.testing.assert_allclose(one["data"], other["data"], atol=2e-3)
    assert empty[:2] == [True, "ArgumentError"]


def test_two_models_in_two_workers(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder, HEADERS)
    x, y = samples
    same, different, alive = js(
        LOAD
        + """
        const [one, two] = await Promise.all([load({ worker: true }), load({ worker: true })]);
        const text = async (model) => JSON.stringify(Array.from((await model.predict(args[0])).data));
        const same = (await text(one)) === (await text(two));
        await one.fit(args[0], args[1], { epochs: 2 });
        const different = (await text(one)) !== (await text(two));
        one.dispose();
        return [same, different, (await text(two)).length > 10];
        """,
        x.tolist(),
        y.tolist(),
    )
    assert (same, different, alive) == (True, True, True)


def test_disposing_ends_what_runs(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder, HEADERS)
    x, y = samples
    found = js(
        LOAD
        + TOLD
        + """
        const model = await load({ backend: "cpu", worker: true });
        let started;
        const first = new Promise((resolve) => { started = resolve; });
        const fitting = model.fit(args[0], args[1], { epochs: 100000, onBatchEnd: () => started() }).catch(told);
        await first;
        model.dispose();
        return fitting;
        """,
        x.tolist(),
        y.tolist(),
    )
    assert found[:2] == [True, "EngineError"] and "disposed" in found[2]


def test_progress_and_abort(bundles, opened, js):
    _, folder = bundles("dense")
    opened(folder, HEADERS)
    last, aborted = js(
        LOAD
        + TOLD
        + """
        let last = null;
        (await load({ worker: true, onProgress: (progress) => { last = progress; } })).dispose();
        const control = new AbortController();
        const loading = load({ worker: true, signal: control.signal }).then(() => "loaded", told);
        control.abort();
        return [last, await loading];
        """
    )
    assert last["loaded"] == last["total"] > 0
    assert aborted[1] == "AbortError"


def test_trusted_types(bundles, opened, js, driver):
    _, folder = bundles("dense")
    opened(folder, TRUSTED)
    info = js(
        LOAD
        + """
        const model = await load({ backend: "cpu", worker: true });
        await model.predict([[1, 2, 3, 4]]);
        return model.backendInfo();
        """
    )
    driver.get_log("browser")  # starting without a policy was tried first
    assert info["worker"] is True


def test_falls_back_where_the_page_forbids_workers(bundles, opened, js, driver):
    """`pybrowserml serve` allows no Trusted Types policy at all."""
    _, folder = bundles("dense")
    opened(folder)
    info, shape = js(
        LOAD
        + """
        const model = await load({ worker: true });
        return [model.backendInfo(), (await model.predict([[1, 2, 3, 4]])).shape];
        """
    )
    driver.get_log("browser")
    assert info["worker"] is False and "policy" in info["workerWhy"]
    assert shape == [1, 3]


def test_falls_back_where_the_file_is_missing(bundles, opened, js, tmp_path):
    folder = shutil.copytree(bundles("dense")[1], tmp_path / "page")
    (folder / "model.worker.js").unlink()
    opened(folder, HEADERS)
    info = js(LOAD + "return (await load({ worker: true })).backendInfo();")
    assert info["worker"] is False and "model.worker.js" in info["workerWhy"]


STATIC = """<!doctype html><meta charset="utf-8"><title></title>
<script src="model.global.js"></script><script src="page.js"></script>"""
STATIC_SCRIPT = """
(async () => {
  const model = await pybrowserml.load({ backend: "cpu", worker: true });
  const { data } = await model.predict([[1, 2, 3, 4]]);
  const { worker, workerWhy } = model.backendInfo();
  document.title = JSON.stringify({ worker, workerWhy, count: data.length });
})().catch((error) => { document.title = JSON.stringify({ failed: String(error?.stack) }); });
"""


@pytest.mark.parametrize("where", ["server", "file"])
def test_static_script(bundles, driver, serve, tmp_path, where):
    import json

    from selenium.webdriver.support.ui import WebDriverWait

    page = shutil.copytree(bundles("dense")[1], tmp_path / "page")
    (page / "page.html").write_text(STATIC)
    (page / "page.js").write_text(STATIC_SCRIPT)
    address = f"file://{page}/" if where == "file" else serve(page, HEADERS)
    driver.get(f"{address}page.html")
    WebDriverWait(driver, 30).until(lambda page: page.title.startswith("{"))
    found = json.loads(driver.title)
    assert found.get("failed") is None
    assert found["count"] == 3
    if where == "server":
        assert found["worker"] is True
    else:
        assert found["worker"] is False and "file://" in found["workerWhy"]
