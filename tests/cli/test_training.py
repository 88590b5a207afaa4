"""Training and keeping a built model on a page."""

import re

import numpy as np
import pytest
from page_scripts import ENGINES, LOAD
from small_models import make_dense, make_several

pytestmark = pytest.mark.browser


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


@pytest.mark.parametrize("engine", ENGINES)
def test_sample_and_class_weights(bundles, opened, js, samples, engine):
    """In fit, its validation, evaluate and single steps, in the page and in a worker."""
    _, folder = bundles("dense", trainable=True)
    policy = "default-src 'self'; img-src data:; require-trusted-types-for 'script'; "
    opened(folder, {"Content-Security-Policy": policy + "trusted-types pybrowserml"})
    x, y = samples
    weights = np.linspace(0, 2, len(x))
    found, told = js(
        LOAD
        + """
        const [x, y, weights, backend] = args;
        const sampleWeight = Float32Array.from(weights);
        const found = [];
        for (const worker of [false, true]) {
          const model = await load({ backend, worker });
          const held = [x.slice(0, 20), y.slice(0, 20), sampleWeight.subarray(0, 20)];
          const fits = [
            { sampleWeight, validationData: held },
            { classWeight: { 0: 0.5, 2: 3 }, validationSplit: 0.2 },
          ];
          const numbers = [];
          for (const options of fits) {
            const { history } = await model.fit(x, y, { ...options, epochs: 2, batchSize: 30 });
            numbers.push(history);
          }
          numbers.push(await model.evaluate(x, y, { sampleWeight: weights }));
          numbers.push(await model.trainOnBatch(x, y, { sampleWeight: { species: weights } }));
          numbers.push(await model.trainOnBatch(x, y, { classWeight: { 1: 9 } }));
          found.push(numbers);
          model.dispose();
        }
        const model = await load({ backend });
        const tell = (error) => `${error.name}: ${error.message}`;
        const wrong = { sampleWeight: weights, classWeight: { 1: 9 } };
        return [found, await model.fit(x, y, wrong).catch(tell)];
        """,
        x.tolist(),
        y.tolist(),
        weights.tolist(),
        engine,
    )
    assert told.startswith("ArgumentError: class_weight works for models of one output and without")
    model = make_dense()
    tolerance = 1e-4 if engine == "cpu" else 1e-3
    common = {"epochs": 2, "batch_size": 30, "verbose": 0}
    held = (x[:20], y[:20], weights[:20])
    expected = [
        model.fit(x, y, sample_weight=weights, validation_data=held, **common).history,
        model.fit(x, y, class_weight={0: 0.5, 2: 3}, validation_split=0.2, **common).history,
        model.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True),
        model.train_on_batch(x, y, sample_weight=weights, return_dict=True),
        model.train_on_batch(x, y, class_weight={1: 9}, return_dict=True),
    ]
    for numbers in found:
        for one, other in zip(numbers, expected, strict=True):
            assert sorted(one) == sorted(other)
            for key, value in other.items():
                assert one[key] == pytest.approx(value, rel=tolerance)


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_of_several_targets(bundles, opened, js, engine):
    """Shared by all, in a list, by name; and by rows where each row has several losses."""
    _, folder = bundles("several", trainable=True)
    opened(folder)
    rng = np.random.default_rng(5)
    x = rng.normal(size=(6, 4, 2)).astype(np.float32)
    y = {"sum": np.ones((6, 3), np.float32), "steps": np.zeros((6, 4, 1), np.float32)}
    row = np.linspace(0, 1, 6)
    places = np.linspace(0, 1, 24).reshape(6, 4)
    weights = [[places, row], {"sum": row[::-1], "steps": row[:, None]}]
    given = [[part.tolist() for part in weights[0]], {k: v.tolist() for k, v in weights[1].items()}]
    found = js(
        LOAD
        + """
        const [x, y, given, backend] = args;
        const model = await load({ backend });
        const found = [];
        for (const sampleWeight of given) found.push(await model.trainOnBatch(x, y, { sampleWeight }));
        found.push(await model.trainOnBatch(x, y));
        const told = await model.trainOnBatch(x, y, { sampleWeight: [[1], [2, 3]] }).catch(String);
        return [found, told];
        """,
        x.tolist(),
        {key: value.tolist() for key, value in y.items()},
        given,
        engine,
    )
    model = make_several()
    for one, weight in zip(found[0], [*weights, None], strict=True):
        assert one == pytest.approx(model.train_on_batch(x, y, weight, return_dict=True), rel=1e-3)
    assert "sample_weight" in found[1]


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
