"""What a bundle holds of the runtime: the rows of its tables that the plans name, engines in files of their own."""

import json
import re
import subprocess

import brotli
import numpy as np
import pytest
from small_models import make_dense

import pybrowserml as pb
from pybrowserml.tools.build import BuildOptions, build_bundle

# What is downloaded for the processor and for the GPU, compressed, of a net of convolutions that predicts.
MOST = {"cpu": 80_000, "webgl": 66_000}


def make_convolutions():
    pb.random.set_seed(21)
    model = pb.Sequential(
        [
            pb.Input((12, 12, 1)),
            pb.layers.Conv2D(8, 3, activation="relu", padding="same"),
            pb.layers.MaxPooling2D(),
            pb.layers.Flatten(),
            pb.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """built(name) → the folder of a model, with readable scripts where the name ends so."""
    root = tmp_path_factory.mktemp("built")

    def folder(trainable=False, minify=True):
        place = root / f"{trainable}-{minify}"
        if not place.is_dir():
            build_bundle(make_convolutions(), place, BuildOptions(trainable=trainable, minify=minify))
        return place

    return folder


def kernels_of(folder):
    """The names in the kernel tables of readable scripts, by file."""
    found = {}
    for name in ("model.js", "model.cpu.js", "model.webgl.js"):
        text = (folder / name).read_text()
        tables = re.findall(r"var (?:KERNELS|RULES)\d* = [^{]*\{(.*)\}\);", text)
        assert len(tables) == 1, name
        found[name] = set(re.findall(r'"(\w+)": [\w\[]', tables[0]))
    return found


@pytest.mark.parametrize("trainable", [False, True])
def test_the_kernels_of_the_plans_and_no_others(built, trainable):
    folder = built(trainable, minify=False)
    plans = json.loads((folder / "model.json").read_text())["plans"]
    used = {step["kernel"] for plan in plans.values() for step in plan["steps"]}
    assert kernels_of(folder) == dict.fromkeys(("model.js", "model.cpu.js", "model.webgl.js"), used)
    assert ("conv2d_filter_grad" in used) == trainable


def test_what_only_they_need_is_left_out(built):
    texts = {trainable: built(trainable, minify=False) for trainable in (False, True)}
    for file, names in {
        "model.cpu.js": ["FilterGradLaunch", "MaxPoolGradLaunch"],
        "model.webgl.js": ["conv2d_filter_grad"],
        "model.js": ["FrozenTraining", "fit_epochs"],
    }.items():
        for name in names:
            pattern = re.compile(rf"^var {name}\d* = ", re.M)
            found = [bool(pattern.search((texts[kind] / file).read_text())) for kind in (False, True)]
            assert found == [False, True], name
    everywhere = "".join((texts[True] / file).read_text() for file in ("model.js", "model.cpu.js"))
    assert "FftLaunch" not in everywhere
    assert "SortLaunch" not in everywhere


def test_nothing_is_in_two_files(built):
    names = [
        set(re.findall(r"^var ([\w$]+) = ", (built(minify=False) / name).read_text(), re.M))
        for name in ("model.js", "model.cpu.js", "model.webgl.js")
    ]
    assert all(len(found) > 100 for found in names)
    assert not (names[0] & names[1] or names[0] & names[2] or names[1] & names[2])


def test_the_size_of_what_an_engine_needs(built):
    sizes = {
        name: len(brotli.compress((built() / f"model{name}.js").read_bytes(), quality=11))
        for name in ("", ".cpu", ".webgl")
    }
    for engine, most in MOST.items():
        assert sizes[""] + sizes[f".{engine}"] < most


@pytest.mark.parametrize("file", ["model.js", "model.global.js"])
@pytest.mark.parametrize("minify", [True, False])
def test_it_predicts(built, tmp_path, file, minify):
    folder = built(minify=minify)
    x = np.random.default_rng(2).normal(size=(3, 12, 12, 1)).astype(np.float32)
    opened = f"await import({json.dumps(str(folder / file))})"
    if file == "model.global.js":
        opened = f'new Function(readFileSync({json.dumps(str(folder / file))}, "utf8") + "; return pybrowserml;")()'
    script = (
        'import { readFileSync } from "node:fs";\n'
        f"const {{ load }} = {opened};\n"
        'const model = await load({ backend: "cpu" });\n'
        f"const found = await model.predict({json.dumps(x.tolist())});\n"
        "console.log(JSON.stringify(Array.from(found.data)));\n"
    )
    (tmp_path / "run.mjs").write_text(script)
    run = subprocess.run(["node", tmp_path / "run.mjs"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    expected = make_convolutions().predict(x, verbose=0)
    np.testing.assert_allclose(np.reshape(json.loads(run.stdout), [3, 10]), expected, atol=1e-5)


def test_a_model_of_another_build_names_what_is_missing(built, tmp_path):
    build_bundle(make_dense(), tmp_path / "dense", BuildOptions())
    build_bundle(make_dense(), tmp_path / "learns", BuildOptions(trainable=True))
    script = (
        f"const {{ load }} = await import({json.dumps(str(tmp_path / 'dense' / 'model.js'))});\n"
        "const said = [];\n"
        f"for (const url of {json.dumps([f'file://{built()}/', f'file://{tmp_path}/learns/'])})\n"
        "  await load({ url }).catch(({ message }) => said.push(message));\n"
        "console.log(JSON.stringify(said));\n"
    )
    (tmp_path / "run.mjs").write_text(script)
    run = subprocess.run(["node", tmp_path / "run.mjs"], capture_output=True, text=True, check=True)
    kernel, training = json.loads(run.stdout)
    assert re.search(r"steps\[0\]\.kernel: is unknown: conv2d; this runtime has: .*matmul", kernel)
    assert "--trainable" in training or "is unknown" in training


def test_a_file_of_an_engine_is_missing(tmp_path):
    build_bundle(make_dense(), tmp_path / "out", BuildOptions())
    (tmp_path / "out" / "model.cpu.js").unlink()
    script = (
        f"const {{ load }} = await import({json.dumps(str(tmp_path / 'out' / 'model.js'))});\n"
        "console.log(await load().catch(({ name, message }) => `${name}: ${message}`));\n"
    )
    (tmp_path / "run.mjs").write_text(script)
    run = subprocess.run(["node", tmp_path / "run.mjs"], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("EngineError: model.cpu.js cannot be loaded")
    assert "put all files of one build on the server" in run.stdout
