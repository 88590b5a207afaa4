"""`pybrowserml build`: what it writes, where, and that it is there whole or not at all."""

import hashlib
import json
import re
import shutil
import subprocess
import sys

import pytest
from small_models import make_dense, make_two

from pybrowserml.core.naming import reset_names
from pybrowserml.platform.errors import PybrowsermlError
from pybrowserml.tools import build as build_module
from pybrowserml.tools.build import BuildOptions, build_bundle, explain_model
from pybrowserml.tools.bundle import BUILD
from pybrowserml.tools.failures import Failure

FILES = {
    "index.html",
    "model.cpu.js",
    "model.d.ts",
    "model.global.js",
    "model.js",
    "model.json",
    "model.safetensors",
    "model.webgl.js",
    "model.worker.js",
    "package.json",
    "try.css",
    "try.js",
}
SOURCE = """
import pybrowserml as pb

class Doubled(pb.layers.Layer):
    def call(self, x):
        return pb.ops.multiply(x, 2.0)

def build_model():
    return pb.Sequential([pb.Input((3,)), pb.layers.Dense(2), Doubled()], name="own")

model = build_model()
"""


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_all_files(bundles):
    _, folder = bundles("dense", trainable=True)
    assert names(folder) - {"blank.html"} == FILES
    manifest = json.loads((folder / "model.json").read_text())
    for entry in manifest["weights"]:
        data = (folder / entry["file"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["bytes"], entry["sha256"])
    assert "sourceMappingURL" not in (folder / "model.js").read_text()


def test_same_model_same_bytes(tmp_path):
    contents = []
    for name in ("a", "b"):
        reset_names()
        build_bundle(make_dense(), tmp_path / name, BuildOptions(trainable=True))
        contents.append({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()})
    assert contents[0] == contents[1]


def test_weights_inside_the_scripts(tmp_path):
    large = {}
    for embed in (None, True, False):
        folder = tmp_path / str(embed)
        build_bundle(make_dense(), folder, BuildOptions(embed=embed))
        large[embed] = [
            '"embedded":null' not in (folder / file).read_text() for file in ("model.js", "model.global.js")
        ]
    assert large == {None: [False, True], True: [True, True], False: [False, False]}


def test_shards(tmp_path):
    build_bundle(make_dense(), tmp_path / "out", BuildOptions(shard_bytes=100))
    files = sorted(name for name in names(tmp_path / "out") if name.endswith(".safetensors"))
    assert len(files) > 1
    assert files[0] == f"model-00001-of-{len(files):05}.safetensors"


def test_command_prints_sizes_and_needs_no_node(tmp_path):
    (tmp_path / "own.py").write_text(SOURCE)
    command = [sys.executable, "-m", "pybrowserml.tools.cli", "build", "own.py", "-o", "site/own"]
    environment = {"PATH": "/nonexistent", "PYTHONPATH": str(BUILD.parent), "COLUMNS": "120"}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert names(tmp_path / "site" / "own") == FILES
    for file in FILES:
        row = next(line for line in ended.stdout.splitlines() if file in line)
        raw, squeezed = re.findall(r"([\d.]+) (?:B|KB|MB)", row)
        assert float(raw) > 0
        assert float(squeezed) > 0
    assert "brotli" in ended.stdout


def test_an_earlier_bundle_is_replaced(tmp_path):
    out = tmp_path / "out"
    build_bundle(make_dense(), out, BuildOptions(shard_bytes=100))
    build_bundle(make_two(), out, BuildOptions())
    assert names(out) == FILES
    assert json.loads((out / "model.json").read_text())["name"] == "two"
    assert names(tmp_path) == {"out"}


def test_other_files_are_never_lost(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    with pytest.raises(Failure, match=r"out holds files that are no part of a bundle \(thesis.txt\)"):
        build_bundle(make_dense(), out, BuildOptions())
    assert names(out) == {"thesis.txt"}
    assert names(tmp_path) == {"out"}


def test_out_is_a_file_or_the_model_itself(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="is a file"):
        build_bundle(make_dense(), tmp_path / "file", BuildOptions())
    model = make_dense()
    model.save(str(tmp_path / "saved"))
    with pytest.raises(Failure, match="is the model itself"):
        build_bundle(model, tmp_path / "saved", BuildOptions(), tmp_path / "saved")


@pytest.mark.parametrize("earlier", [False, True])
def test_nothing_half_written_is_left(tmp_path, monkeypatch, earlier):
    out = tmp_path / "out"
    if earlier:
        build_bundle(make_two(), out, BuildOptions())

    def fail(*args):
        raise OSError(28, "No space left on device", "model.d.ts")

    monkeypatch.setattr(build_module, "model_typings", fail)
    with pytest.raises(OSError, match="No space"):
        build_bundle(make_dense(), out, BuildOptions())
    assert names(tmp_path) == ({"out"} if earlier else set())
    if earlier:
        assert json.loads((out / "model.json").read_text())["name"] == "two"


def test_runtime_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(build_module, "runtime_folder", lambda: tmp_path / "none")
    with pytest.raises(Failure, match="runtime.min.parts.json is missing; run `make build`"):
        build_bundle(make_dense(), tmp_path / "out", BuildOptions())
    assert names(tmp_path) == set()


def test_saved_folder_as_source(tmp_path):
    from pybrowserml.tools.source import load_source

    make_dense().save(str(tmp_path / "saved"))
    model = load_source(tmp_path / "saved")
    build_bundle(model, tmp_path / "out", BuildOptions(trainable=True))
    assert names(tmp_path / "out") == FILES


def test_not_compiled_and_trainable(tmp_path):
    with pytest.raises(PybrowsermlError, match="not compiled"):
        build_bundle(make_two(), tmp_path / "out", BuildOptions(trainable=True))
    assert names(tmp_path) == set()


def test_explain_shows_the_plans():
    told = explain_model(make_dense(), True)
    assert "matmul" in told
    assert "train" in told


@pytest.mark.parametrize("name, options", [("dense", {"trainable": True}), ("two", {}), ("image", {})])
def test_types_compile_strictly(bundles, tmp_path, name, options):
    _, folder = bundles(name, **options)
    shutil.copy(folder / "model.d.ts", tmp_path / "model.d.ts")
    use = {
        "dense": """
            const model = await load({ backend: "cpu", onProgress: ({ loaded, total }) => loaded / total });
            const { data, shape } = await model.predict(new Float32Array(4));
            const numbers: number[] = shape; const first: number = data[0]!;
            await model.predict({ features: [[1, 2, 3, 4]] });
            const logs = await model.trainOnBatch([[1, 2, 3, 4]], [1]);
            const loss: number = logs["loss"]!;
            const options = { epochs: 1, batchSize: 64, onBatchEnd: (l: Logs) => l["loss"] };
            const history = await model.fit([[1, 2, 3, 4]], [1], options);
            await model.save("indexeddb://digits"); model.dispose();
            numbers.push(first, loss, history.epoch.length);
            // @ts-expect-error: no such input
            await model.predict({ other: [1] });
        """,
        "two": """
            const model = await load();
            const out = await model.predict([[[1, 2, 3, 4, 5]], [[1, 2]]]);
            const [price, kind] = out;
            const shapes: number[][] = [price.shape, kind.shape, out.price.shape, out.kind.shape];
            await model.predict({ words: [[1, 2, 3, 4, 5]], size: [[1, 2]] });
            // @ts-expect-error: built without --trainable
            await model.fit([], []);
            shapes.pop();
        """,
        "image": """
            const model = await load();
            await model.predict(document.createElement("canvas"));
            await model.predict([new Image(), new ImageData(1, 1)]);
        """,
    }[name]
    (tmp_path / "use.ts").write_text(
        f'import {{ load{", type Logs" if options else ""}}} from "./model.js";\n{use}\nexport {{}};\n'
    )
    (tmp_path / "model.js").write_text("")
    flags = [
        "--strict",
        "--noEmit",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--lib",
        "es2022,dom",
        "--types",
        "",
    ]
    (tmp_path / "package.json").write_text('{"type": "module"}')
    compiler = BUILD / "node_modules" / ".bin" / "tsc"
    ended = subprocess.run(
        [compiler, *flags[:-2], "use.ts"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout
