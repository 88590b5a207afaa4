"""Wrong data, wrong calls, damaged and hostile files: what a page is told."""

import json
import shutil

import pytest
from page_scripts import LOAD
from small_models import PageError

pytestmark = pytest.mark.browser


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
        (
            "model.predict({ data: new Float32Array(3), shape: [2, 4] })",
            "input 'features': a shape (2, 4) does not hold 3 numbers",
        ),
        (
            "model.predict({ data: new Float32Array(6), shape: [1.5, 4] })",
            "input 'features': a shape (1.5, 4) does not hold 6 numbers",
        ),
        (
            "model.trainOnBatch([[1, 2, 3, 4]], [1], { classWeight: { cat: 2 } })",
            "class_weight: 'cat' is no class, which 0, 1, ... are",
        ),
        (
            "model.trainOnBatch([[1, 2, 3, 4]], [1], { classWeight: { 1: 'two' } })",
            "class_weight: the weights of classes must be numbers",
        ),
        ("load({ backend: 'cpu', threads: 'two' })", "threads must be a whole number of at least 1, got two"),
        ("load({ recovery: { megabytes: NaN } })", "megabytes and wait must be numbers of at least 0"),
        ("load({ onEngineChange: 3 })", "load: onEngineChange must be a function"),
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
        ("(model.dispose(), model.save('download://x', () => {}))", "disposed"),
        ("(model.dispose(), model.setBackend('cpu'))", "disposed"),
        ("(model.dispose(), model.fit([[1, 2, 3, 4]], [1]))", "disposed"),
    ],
)
def test_wrong_calls(bundles, opened, js, body, told):
    _, folder = bundles("dense", trainable=True)
    opened(folder)
    kind, message = failure(js, f"return {body};")
    assert told in message
    assert kind in ("ArgumentError", "EngineError", "FormatError", "ShapeError")


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
