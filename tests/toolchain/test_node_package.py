"""The npm package in Node: by its name, as CommonJS and as ES modules, on the cpu engine."""

import json
import subprocess

import pytest

from pybrowserml.tools.bundle import BUILD

WORK = """
const work = async (pb) => {
  const model = pb.sequential([pb.layers.dense(2, {kernelInitializer: 'ones'})]);
  const { data } = await model.predict([[1, 2, 3]]);
  const { name, why } = pb.backendInfo();
  return JSON.stringify([Array.from(data), name, why]);
};
"""
LOADERS = {
    "require": ("cjs", "const pb = require('pybrowserml');"),
    "require min": ("cjs", "const pb = require('pybrowserml/min');"),
    "import": ("mjs", "import * as pb from 'pybrowserml';"),
    "import of CommonJS by names": (
        "mjs",
        "import { sequential, layers, backendInfo } from 'pybrowserml/dist/pybrowserml.cjs';"
        "const pb = { sequential, layers, backendInfo };",
    ),
}


@pytest.fixture
def node_in(tmp_path):
    """node_in(suffix, script) -> what Node prints for the script in a folder where the package is installed."""
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "pybrowserml").symlink_to(BUILD, target_is_directory=True)

    def run(suffix, script):
        file = tmp_path / f"run.{suffix}"
        file.write_text(script)
        done = subprocess.run(["node", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize("form", LOADERS)
def test_predicts_on_the_cpu_and_says_why(node_in, form):
    suffix, load = LOADERS[form]
    found = json.loads(node_in(suffix, f"{load}\n{WORK}\nwork(pb).then(console.log);"))
    assert found[:2] == [[6, 6], "cpu"]
    assert found[2].startswith("webgl is not available: ") and len(found[2]) > 30


@pytest.mark.parametrize(
    ("suffix", "load"),
    [
        ("cjs", "const runtime = require('pybrowserml/runtime');"),
        ("mjs", "import * as runtime from 'pybrowserml/runtime';"),
    ],
)
def test_the_runtime_says_what_it_needs(node_in, suffix, load):
    script = f"{load} runtime.load().catch((e) => console.log(JSON.stringify([runtime.version, e.name, e.message])));"
    version, name, message = json.loads(node_in(suffix, script))
    assert version == json.loads((BUILD / "package.json").read_text())["version"]
    assert name == "ArgumentError" and "url" in message


def test_both_forms_live_side_by_side(node_in):
    script = """
    import { createRequire } from 'node:module';
    import * as one from 'pybrowserml';
    const two = createRequire(import.meta.url)('pybrowserml');
    const run = async (pb) => Array.from((await pb.ops.add([1, 2], [3, 4]).data()).data);
    console.log(JSON.stringify([await run(one), await run(two), one.ops === two.ops]));
    """
    assert json.loads(node_in("mjs", script)) == [[4, 6], [4, 6], False]
