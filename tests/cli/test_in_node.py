"""A built model and a saved one in Node.js, from the disk."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from pybrowserml.tools.bundle import BUILD, runtime_folder

TOLD = "const told = ({ name, message }) => console.log(JSON.stringify([name, message]));\n"


@pytest.fixture
def node(tmp_path):
    """node(script, folder=None) -> what the last line prints, as JSON, of a module that runs in the folder."""

    def run(script, folder=tmp_path):
        (tmp_path / "run.mjs").write_text(script)
        ended = subprocess.run(
            ["node", str(tmp_path / "run.mjs")], cwd=folder, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    return run


def predicting(place, options, x):
    return (
        f"const {{ load }} = await import({json.dumps(str(place))});\n"
        "const seen = [];\n"
        f"const model = await load({{ onProgress: (p) => seen.push(p), ...{json.dumps(options)} }});\n"
        f"const {{ data, shape }} = await model.predict({json.dumps(x.tolist())});\n"
        "const { name } = model.backendInfo();\n"
        "console.log(JSON.stringify({ data: Array.from(data), shape, name, seen }));"
    )


@pytest.mark.parametrize("options", [{}, {"shard_bytes": 100}, {"embed": True}], ids=str)
def test_a_bundle_beside_its_weights(bundles, node, samples, options):
    model, folder = bundles("dense", **options)
    x, _ = samples
    found = node(predicting(folder / "model.js", {}, x))
    expected = model.predict(x, verbose=0)
    assert (found["shape"], found["name"]) == ([70, 3], "cpu")
    np.testing.assert_allclose(np.reshape(found["data"], [70, 3]), expected, atol=1e-5)
    assert found["seen"][-1]["loaded"] == found["seen"][-1]["total"] > 0


def test_a_file_in_pieces(bundles, node, tmp_path):
    """Weights are read where they arrived, in pieces of whole tensors with a hash each."""
    model, folder = bundles("large")
    (entry,) = json.loads((folder / "model.json").read_text())["weights"]
    assert len(entry["pieces"]) == 2
    x = np.random.default_rng(3).normal(size=(3, 900)).astype(np.float32)
    found = node(predicting(folder / "model.js", {}, x))
    np.testing.assert_allclose(found["data"], model.predict(x, verbose=0).ravel(), atol=1e-4)

    changed = shutil.copytree(folder, tmp_path / "changed")
    data = bytearray((changed / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (changed / "model.safetensors").write_bytes(bytes(data))
    script = f"import {{ load }} from {json.dumps(str(changed / 'model.js'))};\nload().catch(told);\n"
    kind, message = node(TOLD + script)
    assert kind == "FormatError" and entry["pieces"][1][1][:12] in message


def test_inputs_stay_with_their_page(bundles, node):
    """A call has a copy of its numbers, which it gives back when it is over: an array may be filled anew after the call
    and predicted again, and calls that wait for each other have numbers of their own.
    """
    model, folder = bundles("large")
    xs = np.random.default_rng(4).normal(size=(3, 20, 900)).astype(np.float32)
    found = node(f"""
        const {{ load }} = await import({json.dumps(str(folder / "model.js"))});
        const model = await load({{ backend: "cpu" }});
        const xs = {json.dumps(xs.tolist())}.map((x) => x.flat());
        const array = new Float32Array(20 * 900);
        const calls = xs.map((x) => {{
          array.set(x);
          return model.predict(array);
        }});
        const results = (await Promise.all(calls)).map(({{ data }}) => Array.from(data));
        results.push(Array.from((await model.predict({{ data: array, shape: [20, 900] }})).data));
        console.log(JSON.stringify({{ results, count: array.length }}));
    """)
    assert found["count"] == 18000
    for result, x in zip(found["results"], [*xs, xs[2]], strict=True):
        np.testing.assert_allclose(result, model.predict(x, verbose=0).ravel(), atol=1e-4)


def test_a_folder_with_signs_in_its_name(bundles, node, samples, tmp_path):
    model, folder = bundles("dense")
    x, _ = samples
    odd = shutil.copytree(folder, tmp_path / "100% für #1?")
    found = node(
        "import { pathToFileURL } from 'node:url';\n"
        + predicting(odd / "model.js", {}, x).replace(
            json.dumps(str(odd / "model.js")), f"pathToFileURL({json.dumps(str(odd / 'model.js'))}).href"
        )
    )
    np.testing.assert_allclose(found["data"], model.predict(x, verbose=0).ravel(), atol=1e-5)


@pytest.mark.parametrize("url", ["model.json", "./"])
def test_the_plain_runtime_reads_from_the_working_folder(bundles, node, samples, url):
    model, folder = bundles("dense")
    x, _ = samples
    found = node(predicting(runtime_folder() / "runtime.min.mjs", {"url": url}, x), folder)
    np.testing.assert_allclose(found["data"], model.predict(x, verbose=0).ravel(), atol=1e-5)


def test_missing_weights(bundles, node, tmp_path):
    folder = shutil.copytree(bundles("dense")[1], tmp_path / "copy")
    (folder / "model.safetensors").unlink()
    script = (
        f"const {{ load }} = await import({json.dumps(str(folder / 'model.js'))});\nawait load().catch(told);"
    )
    kind, message = node(TOLD + script)
    assert kind == "FormatError"
    assert message.startswith("model.safetensors: ") and message.endswith("must lie beside model.js")


def test_truncated_weights(bundles, node, tmp_path):
    folder = shutil.copytree(bundles("dense")[1], tmp_path / "copy")
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[:-5])
    script = (
        f"const {{ load }} = await import({json.dumps(str(folder / 'model.js'))});\nawait load().catch(told);"
    )
    kind, message = node(TOLD + script)
    assert kind == "FormatError"
    assert message.startswith(f"model.safetensors: expected {len(data)} bytes, got {len(data) - 5} bytes")


def test_a_saved_model_by_its_path(bundles, node, samples, tmp_path):
    model, _ = bundles("dense")
    x, _ = samples
    model.save(str(tmp_path / "saved"))
    script = (
        f"import * as pb from {json.dumps(str(BUILD / 'dist' / 'pybrowserml.min.mjs'))};\n"
        "const model = await pb.loadModel('saved');\n"
        f"const {{ data }} = await model.predict({json.dumps(x.tolist())}, {{ verbose: 0 }});\n"
        "console.log(JSON.stringify(Array.from(data)));"
    )
    np.testing.assert_allclose(node(script), model.predict(x, verbose=0).ravel(), atol=1e-5)
    script = script.replace("loadModel('saved')", "loadModel('elsewhere').catch(told)")
    script = script.splitlines()
    kind, message = node(script[0] + "\n" + TOLD + script[1])
    assert kind == "FormatError" and "elsewhere/model.json: no such file" in message
