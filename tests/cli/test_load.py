"""A built model on a page: the numbers of Python, progress, independence."""

import shutil

import numpy as np
import pytest
from page_scripts import ENGINES, LOAD, PLAIN, arrays

pytestmark = pytest.mark.browser


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


def test_programs_are_made_before_somebody_asks_for_numbers(bundles, opened, js, samples):
    model, folder = bundles("dense", trainable=True)
    opened(folder)
    x = samples[0][:1]
    found = js(
        LOAD
        + PLAIN
        + """
        const model = await load({ backend: "webgl" });
        const started = performance.now();
        const made = () => model.backendInfo().stats.programs;
        while (made() === 0 && performance.now() - started < 20000) await new Promise((go) => setTimeout(go, 20));
        return [made(), plain(await model.predict(args[0]))];
        """,
        x.tolist(),
    )
    assert found[0] > 0
    np.testing.assert_allclose(arrays(found[1]), model.predict(x, verbose=0), atol=1e-5)


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


def test_plain_runtime_loads_a_folder(tmp_path, opened, js, bundles, samples):
    from pybrowserml.tools.bundle import runtime_folder

    model, folder = bundles("dense", trainable=True)
    copied = shutil.copytree(folder, tmp_path / "copy")
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
    assert (auto["name"], auto["settled"]) == ("cpu", False)
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


@pytest.mark.parametrize("name", ["dense", "words"])
def test_a_disposed_model_gives_its_textures_back(bundles, opened, js, name):
    """At once, without the garbage collector: weights, constants, and what was computed from weights beforehand."""
    _, folder = bundles(name, trainable=True)
    opened(folder)
    held = js(
        LOAD
        + """
        const one = async () => {
          const model = await load({ backend: "webgl", remember: false });
          const x = model.signature.inputs.map(({ shape }) => {
            const sizes = shape.map((size) => size ?? 2);
            return { data: new Float32Array(sizes.reduce((a, b) => a * b, 1)), shape: sizes };
          });
          await model.predict(x);
          return model;
        };
        const bytes = (model) => { const { stats } = model.backendInfo(); return stats.bytes - stats.free_bytes; };
        const first = await one();
        const held = [bytes(first)];
        for (let i = 0; i < 3; i++) {
          const model = await one();
          held.push(bytes(model));
          model.dispose();
          await new Promise((done) => setTimeout(done, 0));
          held.push(bytes(first));
        }
        return held;
        """
    )
    assert held[1] > held[0]
    assert [held[k] for k in (2, 4, 6)] == [held[0]] * 3, held
