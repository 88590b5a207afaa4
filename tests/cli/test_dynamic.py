"""`build --dynamic`: a user's layer, cell, loss, callback and training script, unchanged in the page."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pybrowserml.tools.dynamic import build_dynamic
from pybrowserml.tools.failures import Failure
from pybrowserml.tools.modules import TranspileError

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "user_parts.py"
TASKS = ["train", "recur", "eager", "models", "tuples_of_sizes", "names"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("dynamic") / "parts"
    build_dynamic(SOURCE, out)
    return out


@pytest.fixture(scope="module")
def expected():
    import user_parts

    return {task: json.loads(json.dumps(getattr(user_parts, task)())) for task in TASKS}


def assert_same(found, wanted, tolerance):
    """Equal texts, whole numbers and shapes; floats within a tolerance."""
    if isinstance(wanted, dict):
        assert found.keys() == wanted.keys()
        for key in wanted:
            assert_same(found[key], wanted[key], tolerance)
    elif isinstance(wanted, list):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            assert_same(one, other, tolerance)
    elif isinstance(wanted, float):
        np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)
    else:
        assert found == wanted


def test_in_node(folder, expected):
    script = folder.parent / "run.mjs"
    script.write_text(
        "import * as mine from './parts/module.js';\n"
        f"const found = {{}}; for (const task of {json.dumps(TASKS)}) found[task] = await mine[task]();\n"
        "console.log(JSON.stringify(found));"
    )
    done = subprocess.run(["node", str(script)], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    # float32 results, summed in another order than NumPy's.
    assert_same(json.loads(done.stdout.splitlines()[-1]), expected, 2e-6)


def test_the_example_of_the_documents(folder, expected):
    text = (HERE.parents[1] / "docs" / "python.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```js\n(.*?)```", text, re.DOTALL)
    script = folder.parent / "example.mjs"
    script.write_text(
        block.replace("./mine/", "./parts/").replace("console.log(", "console.log(JSON.stringify([")[:-3]
        + "]));\n"
    )
    done = subprocess.run(["node", str(script)], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    losses, y = json.loads(done.stdout)
    assert_same(losses, expected["train"]["losses"], 2e-6)
    assert np.shape(y) == (1, 4)


@pytest.mark.browser
@pytest.mark.parametrize("engine", ["cpu", "webgl"])
def test_in_chromium(folder, expected, opened, js, engine):
    opened(folder)
    found = js(
        """
        const mine = await import("./module.js");
        mine.pb.setBackend(args[0]);
        const found = {};
        for (const task of args[1]) found[task] = await mine[task]();
        // Classes of the module beside the library's own, in JavaScript clothes.
        const layer = mine.Affine(2, { scale: 1 });
        const y = layer.apply(mine.pb.tensor([[1, 2]]));
        found.page = [layer.units, layer.scale, Array.from((await y.data()).data), mine.pb.backendInfo().name];
        return found;
        """,
        engine,
        TASKS,
    )
    page = found.pop("page")
    import user_parts

    wanted = user_parts.Affine(2, scale=1.0)(np.array([[1.0, 2.0]], np.float32)).numpy()[0]
    assert page[:2] == [2, 1] and page[3] == engine
    # The engines' exponentials and divisions are exact to a few units in the last place of a float32.
    tolerance = 2e-6 if engine == "cpu" else 2e-5
    np.testing.assert_allclose(page[2], wanted, rtol=tolerance)
    assert_same(found, expected, tolerance)


def test_refusals_name_file_line_and_reason(tmp_path):
    source = tmp_path / "mine.py"
    source.write_text("import pybrowserml as pb\nimport numpy as np\n")
    with pytest.raises(TranspileError, match=r"^mine.py:2:1: the module 'numpy' has no meaning in a page; "):
        build_dynamic(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    source.write_text("import pybrowserml as pb\n\n\ndef make():\n    return pb.layers.Dens(3)\n")
    with pytest.raises(
        TranspileError, match=r"^mine.py:5:12: the member 'pybrowserml.layers.Dens' has no meaning"
    ):
        build_dynamic(source, tmp_path / "out")
    with pytest.raises(Failure, match="is no Python file"):
        build_dynamic(tmp_path, tmp_path / "out")


def test_what_must_answer_at_once_cannot_wait(tmp_path):
    source = tmp_path / "mine.py"
    source.write_text(
        "import pybrowserml as pb\n\n\nclass Bad(pb.Layer):\n    def call(self, x, training=None):\n"
        "        return x * x.numpy()[0]\n"
    )
    with pytest.raises(
        TranspileError, match=r"^mine.py:6:20: waiting for 'x.numpy' in a method that must answer"
    ):
        build_dynamic(source, tmp_path / "out")


def test_the_command(tmp_path):
    (tmp_path / "mine.py").write_text("match 1:\n    case 1:\n        pass\n")
    command = [sys.executable, "-m", "pybrowserml.tools.cli", "build", "--dynamic"]
    done = subprocess.run(
        [*command, str(tmp_path / "mine.py"), "-o", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "mine.py:1:1: a match statement has no meaning in a page; write if and elif" in done.stderr
