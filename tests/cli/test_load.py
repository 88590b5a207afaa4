"""A built model on a page: the numbers of Python, progress, errors, independence, saving."""

import json
import re
import shutil

import numpy as np
import pytest
from small_models import PageError, make_dense

pytestmark = pytest.mark.browser

ENGINES = ["webgl", "cpu"]
LOAD = "const { load } = await import(new URL('model.js', location.href)); "


def arrays(result):
    return np.asarray(result["data"], np.float32).reshape(result["shape"])


PLAIN = "const plain = ({ data, shape, dtype }) => ({ data: Array.from(data), shape, dtype }); "


@pytest.mark.parametrize("engine", ENGINES)
def test_predicts_what_python_predicts(bundles, opened, js, samples, engine):
    model, folder = bundles("dense", trainable=True)
    opened(folder)
    x, _ = samples
    for rows in (1, 3, 70):
        found = js(
            LOAD + PLAIN + "const model = await load({ backend: args[1] });"
            "return plain(await model.predict(args[0]));",
            x[:rows].tolist(),
            engine,
        )
        assert found["shape"] == [rows, 3]
        assert found["dtype"] == "float32"
        np.testing.assert_allclose(arrays(found), model.predict(x[:rows], verbose=0), atol=1e-5)


def test_every_form_of_input(bundles, opened, js, samples):
    model, folder = bundles("dense", trainable=True)
    opened(folder)
    x = samples[0][:2]
    found = js(
        LOAD
        + PLAIN
        + """
        const model = await load({ backend: "cpu" });
        const nested = args[0], flat = nested.flat();
        const forms = [
          nested, new Float32Array(flat), new Float64Array(flat),
          { data: new Float32Array(flat), shape: [2, 4] }, { data: flat, shape: [2, 4] },
          { features: nested }, { features: new Float32Array(flat) }, [{ data: flat, shape: [2, 4] }],
        ];
        const results = [];
        for (const form of forms) results.push(plain(await model.predict(form)));
        results.push(plain(await model.predict(nested, { batchSize: 1 })));
        return results;
        """,
        x.tolist(),
    )
    expected = model.predict(x, verbose=0)
    for result in found:
        np.testing.assert_allclose(arrays(result), expected, atol=1e-5)


def test_several_inputs_and_outputs(bundles, opened, js):
    model, folder = bundles("two")
    opened(folder)
    rng = np.random.default_rng(1)
    words, size = rng.normal(size=(3, 5)).astype(np.float32), rng.normal(size=(3, 2)).astype(np.float32)
    ordered, named, signature = js(
        LOAD
        + PLAIN
        + """
        const model = await load({ backend: "cpu" });
        const ordered = await model.predict([args[0], args[1]]);
        const named = await model.predict({ size: args[1], words: args[0] });
        return [ordered.map(plain), [plain(named.price), plain(named.kind)], model.signature];
        """,
        words.tolist(),
        size.tolist(),
    )
    for result in (ordered, named):
        for mine, expected in zip(result, model.predict([words, size], verbose=0), strict=True):
            np.testing.assert_allclose(arrays(mine), expected, atol=1e-5)
    assert [item["name"] for item in signature["inputs"]] == ["words", "size"]
    assert [item["name"] for item in signature["outputs"]] == ["price", "kind"]
    assert signature["inputs"][0]["shape"] == [None, 5]


@pytest.mark.parametrize("engine", ENGINES)
def test_trains_as_python_trains(bundles, opened, js, samples, engine):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    found = js(
        LOAD
        + """
        const [x, y] = args;
        const model = await load({ backend: args[2] });
        const steps = [];
        for (let i = 0; i < 3; i++) steps.push(await model.trainOnBatch(x, y));
        const seen = [];
        const history = await model.fit(x, y, {
          epochs: 2, batchSize: 16,
          onBatchEnd: (logs, batch) => seen.push([batch, logs.loss, logs.accuracy]),
        });
        const after = await model.evaluate(x, y);
        return { steps, seen, history: history.history, epochs: history.epoch, after };
        """,
        x.tolist(),
        y.tolist(),
        engine,
    )
    model = make_dense()
    tolerance = 1e-4 if engine == "cpu" else 1e-3
    for step in found["steps"]:
        expected = model.train_on_batch(x, y, return_dict=True)
        assert step == pytest.approx({key: float(value) for key, value in expected.items()}, rel=tolerance)
    history = model.fit(x, y, epochs=2, batch_size=16, verbose=0)
    assert found["epochs"] == [0, 1]
    assert [entry[0] for entry in found["seen"]] == [0, 1, 2, 3, 4] * 2
    for key, values in history.history.items():
        assert found["history"][key] == pytest.approx(values, rel=tolerance)
    expected = model.evaluate(x, y, verbose=0, return_dict=True)
    assert found["after"] == pytest.approx(expected, rel=tolerance)


def test_progress_in_bytes(bundles, opened, js):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    seen = js(LOAD + "const seen = []; await load({ onProgress: (p) => seen.push(p) }); return seen;")
    total = sum((folder / name).stat().st_size for name in ("model.json", "model.safetensors"))
    assert [entry["total"] for entry in seen] == [total] * len(seen)
    loaded = [entry["loaded"] for entry in seen]
    assert loaded == sorted(loaded)
    assert loaded[-1] == total
    assert {entry["file"] for entry in seen} == {"model.json", "model.safetensors"}


def failure(js, body, *args):
    with pytest.raises(PageError) as caught:
        js(LOAD + "const model = await load({ backend: 'cpu' }); " + body, *args)
    return caught.value.kind, caught.value.message


# Call in JavaScript, call in Python, both refused in the same words.
WRONG = [
    ("model.predict([[1, 2, 3]])", lambda model: model.predict([[1.0, 2.0, 3.0]], verbose=0)),
    ("model.predict([[[1, 2, 3, 4]]])", lambda model: model.predict([[[1.0, 2.0, 3.0, 4.0]]], verbose=0)),
    ("model.predict([[1, 2, 3, 4], [1]])", lambda model: model.predict([[1.0, 2, 3, 4], [1.0]], verbose=0)),
    (
        "model.predict({ petals: [[1, 2, 3, 4]] })",
        lambda model: model.predict({"petals": [[1.0, 2, 3, 4]]}, verbose=0),
    ),
    ("model.trainOnBatch([[1, 2, 3, 4]], [3])", lambda model: model.train_on_batch([[1.0, 2, 3, 4]], [3])),
    ("model.trainOnBatch([[1, 2, 3, 4]], [-1])", lambda model: model.train_on_batch([[1.0, 2, 3, 4]], [-1])),
    (
        "model.trainOnBatch([[1, 2, 3, 4]], [1, 2])",
        lambda model: model.train_on_batch([[1.0, 2, 3, 4]], [1, 2]),
    ),
    (
        "model.fit([[1, 2, 3, 4]], [1], { epochs: -1 })",
        lambda model: model.fit([[1.0, 2, 3, 4]], [1], epochs=-1),
    ),
]


@pytest.mark.parametrize("call, same", WRONG, ids=[call for call, _ in WRONG])
def test_wrong_data_is_refused_as_in_python(bundles, opened, js, call, same):
    model, folder = bundles("dense", trainable=True)
    opened(folder)
    kind, message = failure(js, f"return {call};")
    with pytest.raises(Exception) as caught:
        same(model)
    assert (kind, message) == (type(caught.value).__name__, str(caught.value))


@pytest.mark.parametrize(
    "body, told",
    [
        ("model.predict()", "no data was passed; expected 'features'"),
        ("model.predict([[1, 2, 3, 4]], { batch: 3 })", "predict has no option 'batch'; it has: batchSize"),
        ("load({ engine: 'cpu' })", "load has no option 'engine'; it has: backend"),
        ("load({ backend: 'cuda' })", "unknown engine 'cuda'; known: auto, webgl, cpu"),
        ("load({ from: 'digits' })", 'expected "indexeddb://NAME", got "digits"'),
        (
            "load({ from: 'indexeddb://never-saved' })",
            "indexeddb://never-saved: nothing is saved under this name",
        ),
        (
            "model.save('file:///tmp/x')",
            'expected "indexeddb://NAME" or "download://NAME", got "file:///tmp/x"',
        ),
        (
            "model.fit([[1, 2, 3, 4]], [1], { batchsize: 1 })",
            "fit has no option 'batchsize'; it has: epochs, batchSize",
        ),
        ("(model.dispose(), model.predict([[1, 2, 3, 4]]))", "disposed"),
    ],
)
def test_wrong_calls(bundles, opened, js, body, told):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    kind, message = failure(js, f"return {body};")
    assert told in message
    assert kind in ("ArgumentError", "EngineError", "FormatError")


def test_not_trainable(bundles, opened, js):
    _, folder = bundles("two")
    opened(folder)
    kind, message = failure(js, "return model.fit([[1]], [1]);")
    assert kind == "ArgumentError"
    assert "--trainable" in message


@pytest.fixture
def copied(bundles, tmp_path):
    """A copy of a bundle that a test may damage."""
    _, folder = bundles("dense", trainable=True)
    return shutil.copytree(folder, tmp_path / "copy")


def refused(js, options="{}", script="model.js"):
    with pytest.raises(PageError) as caught:
        js(f"const {{ load }} = await import(new URL('{script}', location.href)); await load({options});")
    assert caught.value.kind == "FormatError"
    return caught.value.message


def test_truncated_weights(copied, opened, js):
    data = (copied / "model.safetensors").read_bytes()
    (copied / "model.safetensors").write_bytes(data[:-5])
    opened(copied)
    assert refused(js).startswith(f"model.safetensors: expected {len(data)} bytes, got {len(data) - 5} bytes")


def test_longer_weights(copied, opened, js):
    with (copied / "model.safetensors").open("ab") as file:
        file.write(b"more")
    opened(copied)
    assert "model.safetensors: expected" in refused(js)


def test_missing_weights(copied, opened, js):
    (copied / "model.safetensors").unlink()
    opened(copied)
    told = refused(js)
    assert told.startswith("model.safetensors: ")
    assert "404" in told


def test_changed_weights(copied, opened, js):
    data = bytearray((copied / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (copied / "model.safetensors").write_bytes(bytes(data))
    opened(copied)
    assert "model.safetensors: its SHA-256 is not the one of the build" in refused(js)


def test_files_of_two_builds(copied, bundles, opened, js):
    _, other = bundles("two")
    shutil.copy(other / "model.json", copied / "model.json")
    opened(copied)
    assert refused(js).startswith("model.json: expected")


def hostile(manifest):
    """Changes of a model.json, each with the part that the refusal must name."""
    plan = manifest["plans"]["predict"]

    def step(change):
        return {**manifest, "plans": {**manifest["plans"], "predict": {**plan, **change}}}

    first = plan["steps"][0]
    yield "no JSON", "{", "model.json"
    yield "a list", [], "model.json"
    yield "no plans", {**manifest, "plans": {}}, "model.json"
    yield "another format", {**manifest, "format": "pickle"}, "format"
    yield (
        "unknown kernel",
        step({"steps": [{**first, "kernel": "__proto__"}, *plan["steps"][1:]]}),
        "__proto__",
    )
    yield "kernel of a prototype", step({"steps": [{**first, "kernel": "constructor"}]}), "constructor"
    yield "value out of range", step({"steps": [{**first, "inputs": [999999]}]}), "model.json"
    yield "negative value", step({"steps": [{**first, "inputs": [-1]}]}), "model.json"
    yield (
        "huge value",
        step({"values": [{"shape": [2**30, 2**30], "dtype": "float32"}] * len(plan["values"])}),
        "model.json",
    )
    yield (
        "weights elsewhere",
        {**manifest, "weights": [{"file": "../../x", "bytes": 1, "sha256": ""}]},
        "weights",
    )
    yield (
        "weights of another origin",
        {**manifest, "weights": [{"file": "https://a.b/c", "bytes": 1}]},
        "weights",
    )
    yield (
        "endless weights",
        {**manifest, "weights": [{"file": "model.safetensors", "bytes": 1e15}]},
        "weights",
    )


CASES = ["no JSON", "a list", "no plans", "another format", "unknown kernel", "kernel of a prototype"]
CASES += ["value out of range", "negative value", "huge value"]
CASES += ["weights elsewhere", "weights of another origin", "endless weights"]


@pytest.mark.parametrize("case", CASES)
def test_hostile_manifest(copied, opened, js, case):
    """Read by the plain runtime, which has no hashes to trust."""
    from pybrowserml.tools.bundle import runtime_folder

    shutil.copy(runtime_folder() / "runtime.min.mjs", copied / "runtime.mjs")
    manifest = json.loads((copied / "model.json").read_text())
    changed, named = next((text, named) for name, text, named in hostile(manifest) if name == case)
    (copied / "model.json").write_text(changed if isinstance(changed, str) else json.dumps(changed))
    opened(copied)
    told = refused(js, "{ url: 'model.json', backend: 'cpu' }", "runtime.mjs")
    assert named in told


def test_plain_runtime_loads_a_folder(copied, opened, js, bundles, samples):
    from pybrowserml.tools.bundle import runtime_folder

    model, _ = bundles("dense", trainable=True)
    shutil.copy(runtime_folder() / "runtime.min.mjs", copied / "runtime.mjs")
    opened(copied)
    found = js(
        "const { load } = await import(new URL('runtime.mjs', location.href));"
        + PLAIN
        + "const model = await load({ url: 'model.json', backend: 'cpu' });"
        "return plain(await model.predict(args[0]));",
        samples[0].tolist(),
    )
    np.testing.assert_allclose(arrays(found), model.predict(samples[0], verbose=0), atol=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
def test_two_loads_are_independent(bundles, opened, js, samples, engine):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    before, trained, other, after = js(
        LOAD
        + """
        const [a, b] = await Promise.all([load({ backend: args[2] }), load({ backend: args[2] })]);
        const numbers = async (model) => Array.from((await model.predict(args[0])).data);
        const before = await numbers(b);
        await a.fit(args[0], args[1], { epochs: 2 });
        const trained = await numbers(a), other = await numbers(b);
        a.dispose();
        return [before, trained, other, await numbers(b)];
        """,
        x.tolist(),
        y.tolist(),
        engine,
    )
    assert before == other == after
    assert np.abs(np.subtract(before, trained)).max() > 1e-3


@pytest.mark.parametrize("engine", ENGINES)
def test_calls_made_at_once_are_queued(bundles, opened, js, samples, engine):
    """Training steps that are not waited for give the numbers of steps one after another."""
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    at_once, one_by_one = js(
        LOAD
        + """
        const [x, y, backend] = args;
        const first = await load({ backend }), second = await load({ backend });
        const calls = [];
        for (let i = 0; i < 5; i++) calls.push(first.trainOnBatch(x, y), first.predict(x));
        const results = await Promise.all(calls);
        const atOnce = results.filter((result) => "loss" in result).map(({ loss }) => loss);
        const oneByOne = [];
        for (let i = 0; i < 5; i++) oneByOne.push((await second.trainOnBatch(x, y)).loss);
        return [atOnce, oneByOne];
        """,
        x.tolist(),
        y.tolist(),
        engine,
    )
    assert at_once == one_by_one


def test_predict_inside_fit(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    shapes = js(
        LOAD
        + """
        const model = await load({ backend: "cpu" });
        const shapes = [];
        const onBatchEnd = async () => shapes.push((await model.predict(args[0])).shape);
        await model.fit(args[0], args[1], { onBatchEnd });
        return shapes;
        """,
        x.tolist(),
        y.tolist(),
    )
    assert shapes == [[70, 3]] * 3


def test_a_callback_that_throws_ends_fit(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    told = js(
        LOAD
        + """
        const model = await load({ backend: "cpu" });
        const stop = () => { throw new RangeError("enough"); };
        const told = await model.fit(args[0], args[1], { onBatchEnd: stop }).catch((error) => String(error));
        return [told, (await model.predict(args[0])).shape];
        """,
        x.tolist(),
        y.tolist(),
    )
    assert told == ["RangeError: enough", [70, 3]]


def test_stop_training(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    count = js(
        LOAD
        + """
        const model = await load({ backend: "cpu" });
        let count = 0;
        const onBatchEnd = () => { if (++count === 3) model.stopTraining(); };
        await model.fit(args[0], args[1], { batchSize: 10, epochs: 9, onBatchEnd });
        return count;
        """,
        x.tolist(),
        y.tolist(),
    )
    assert count == 3


@pytest.mark.parametrize("engine", ENGINES)
def test_save_in_the_browser_and_load_again(bundles, opened, js, samples, engine):
    """What comes back predicts the same and goes on training where it was."""
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    x, y = samples
    kept, back, next_kept, next_back, shape = js(
        LOAD
        + """
        const [x, y, backend] = args;
        const model = await load({ backend });
        for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
        await model.save("indexeddb://mine");
        const again = await load({ backend, from: "indexeddb://mine" });
        const numbers = async (model) => Array.from((await model.predict(x)).data);
        const results = [await numbers(model), await numbers(again)];
        for (const each of [model, again]) results.push((await each.trainOnBatch(x, y)).loss);
        return [...results, again.signature.inputs[0].shape];
        """,
        x.tolist(),
        y.tolist(),
        engine,
    )
    assert kept == back
    assert next_kept == next_back
    assert shape == [None, 4]


def test_hostile_things_in_the_database(bundles, opened, js):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    told = js(
        LOAD
        + """
        const model = await load({ backend: "cpu" });
        await model.save("indexeddb://broken");
        const database = await new Promise((done) => {
          const opening = indexedDB.open("pybrowserml");
          opening.onsuccess = () => done(opening.result);
        });
        const put = (value) => new Promise((done) => {
          const transaction = database.transaction("models", "readwrite");
          transaction.objectStore("models").put(value, "broken");
          transaction.oncomplete = done;
        });
        const said = [];
        const bytes = (text) => new TextEncoder().encode(text);
        const damaged = [["{}", ""], ["[", "x"]].map(([a, b]) => ({ manifest: bytes(a), weights: bytes(b) }));
        const tell = (error) => `${error.name}: ${error.message}`;
        for (const value of [7, {}, ...damaged]) {
          await put(value);
          said.push(await load({ from: "indexeddb://broken" }).then(() => "loaded", tell));
        }
        database.close();
        return said;
        """
    )
    assert len(told) == 4
    for said in told:
        assert re.match(r"FormatError: indexeddb://broken", said), said


def test_download(bundles, opened, js):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    seen = js(
        LOAD
        + """
        const model = await load({ backend: "cpu" });
        const seen = [];
        const note = (event) => { seen.push(event.target.download); event.preventDefault(); };
        addEventListener("click", note, true);
        await model.save("download://flowers");
        return [seen, document.querySelectorAll("a").length];
        """
    )
    assert seen == [["flowers.json", "flowers.safetensors"], 0]


def test_loading_can_be_given_up(bundles, opened, js):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    told = js(
        LOAD
        + """
        const control = new AbortController();
        control.abort();
        return load({ signal: control.signal }).catch((error) => error.name);
        """
    )
    assert told == "AbortError"


def test_engines_are_told_and_switched(bundles, opened, js, samples):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    auto, forced, first, second = js(
        LOAD
        + """
        const auto = (await load()).backendInfo();
        const model = await load({ backend: "cpu" });
        const forced = model.backendInfo();
        await model.trainOnBatch(args[0], args[1]);
        const first = Array.from((await model.predict(args[0])).data);
        await model.setBackend("webgl");
        const second = Array.from((await model.predict(args[0])).data);
        return [auto, forced, first, [model.backendInfo().name, second]];
        """,
        samples[0].tolist(),
        samples[1].tolist(),
    )
    assert auto["name"] == "webgl"
    assert forced["name"] == "cpu"
    assert forced["why"] == "asked for by name"
    assert second[0] == "webgl"
    np.testing.assert_allclose(first, second[1], atol=1e-5)


def test_weights_in_shards_and_embedded(bundles, opened, js, samples):
    x = samples[0]
    for options in ({"shard_bytes": 100}, {"embed": True}, {"embed": True, "minify": False}):
        model, folder = bundles("dense", **options)
        opened(folder)
        found = js(
            LOAD + PLAIN + "return plain(await (await load({ backend: 'cpu' })).predict(args[0]));",
            x.tolist(),
        )
        np.testing.assert_allclose(arrays(found), model.predict(x, verbose=0), atol=1e-5)
