"""Transpiling: same results in both worlds, same bytes for the same input, errors that name file and line."""

import json
import re
import resource
import shutil
import subprocess
import time
from pathlib import Path

import both_worlds
import pytest

from pybrowserml.tools.bundle import BUILD, bundle
from pybrowserml.tools.modules import TranspileError, reachable
from pybrowserml.tools.transpile import transpile

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def javascript_results(node, tmp_path_factory):
    out = tmp_path_factory.mktemp("both")
    transpile(HERE / "sample", "both_worlds", out)
    script = """
    import { PROGRAMS } from './both_worlds.js';
    const results = {};
    for (const name of Object.keys(PROGRAMS)) {
      try { results[name] = PROGRAMS[name](); } catch (error) { results[name] = String(error.stack); }
    }
    console.log(JSON.stringify(results));
    """
    return json.loads(node(script, out))


@pytest.mark.parametrize("name", both_worlds.PROGRAMS)
def test_same_result_in_both_worlds(name, javascript_results):
    assert javascript_results[name] == json.loads(json.dumps(both_worlds.PROGRAMS[name]()))


def contents(folder):
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith((".key", ".json"))
    }


def test_same_bytes_wherever_the_project_lies(sample, tmp_path):
    first, second = tmp_path / "first", tmp_path / "a" / "second"
    bundle("tiny", "tiny.entry", first, tmp_path / "modules", sample)
    moved = Path(shutil.copytree(sample, tmp_path / "elsewhere" / "deep"))
    bundle("tiny", "tiny.entry", second, tmp_path / "other" / "modules", moved)
    assert contents(first) == contents(second)


def test_a_bundle_names_no_path_of_this_machine(tiny):
    for path in tiny.iterdir():
        assert str(HERE).encode() not in path.read_bytes()


def test_incremental_equals_fresh(sample, tmp_path):
    path = sample / "tiny" / "ops" / "lists.py"
    bundle("tiny", "tiny.entry", tmp_path / "out", tmp_path / "modules", sample)
    path.write_text(path.read_text().replace('"end"', '"finish"'))
    assert bundle("tiny", "tiny.entry", tmp_path / "out", tmp_path / "modules", sample) is True
    assert bundle("tiny", "tiny.entry", tmp_path / "out", tmp_path / "modules", sample) is False
    bundle("tiny", "tiny.entry", tmp_path / "fresh", tmp_path / "fresh_modules" / "modules", sample)
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")
    assert '"finish"' in (tmp_path / "out" / "tiny.mjs").read_text()


def seconds_of_work():
    """Processor time of this process and its children, which says the same on a busy machine."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def test_rebuild_after_one_change_is_quick(sample, tmp_path):
    path = sample / "tiny" / "layers" / "dense.py"
    modules = tmp_path / "modules"
    bundle("tiny", "tiny.entry", tmp_path / "out", modules, sample)
    before = {file.name: file.stat().st_mtime_ns for file in modules.glob("tiny.*.js")}
    path.write_text(path.read_text().replace("value * ", "2 * value * ", 1))
    start = seconds_of_work()
    assert bundle("tiny", "tiny.entry", tmp_path / "out", modules, sample) is True
    assert seconds_of_work() - start < 2
    changed = {name for name, when in before.items() if (modules / name).stat().st_mtime_ns != when}
    assert changed - {"tiny.facade.js"} == {"tiny.layers.dense.js"}


def test_source_map_leads_to_the_python_line(tiny, node):
    """A stack trace out of the minified bundle, mapped, names the line that raised."""
    script = f"""
    import {{ layers }} from '{tiny}/tiny.min.mjs';
    try {{ layers.layer().call([1], false); }} catch (error) {{ console.log(error.stack); }}
    """
    source = (HERE / "sample" / "tiny" / "layers" / "base.py").read_text().splitlines()
    line = next(i for i, text in enumerate(source, 1) if "a layer needs call" in text)
    assert f"tiny/layers/base.py:{line}" in node(script, tiny.parent)
    sources = json.loads((tiny / "tiny.min.mjs.map").read_text())["sources"]
    assert "tiny/layers/base.py" in sources and "tiny/platform/js/errors.py" in sources
    assert all(not name.startswith((".", "/")) for name in sources)


BROKEN = [
    (
        "layers/dense.py",
        "self.units = units",
        "self.units = self.call(units, training=2)",
        "keyword argument 'training'",
    ),
    ("layers/dense.py", "self.units = units", "self.units = frozenset(units)", "'frozenset'"),
    ("layers/dense.py", "self.units = units", "self.units = f'{units:.2f}'", "format specification"),
    ("layers/dense.py", "self.units = units", "self.units = (units", "syntax error"),
    ("layers/dense.py", "self.units = units", "import json", "json"),
    ("layers/dense.py", "from .base import Layer", "from .base import Layers", "does not define Layers"),
    ("layers/dense.py", "from .base import Layer", "from .basis import Layer", "basis"),
    (
        "models.py",
        "@waits\n    def fit",
        "@waits\n    def fit(self, *, x):\n        pass\n\n    def fat",
        "keyword-only",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN, ids=[row[3] for row in BROKEN])
def test_an_error_names_file_and_line_in_one_sentence(sample, tmp_path, file, old, new, message):
    path = sample / "tiny" / file
    text = path.read_text()
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(TranspileError, match=re.escape(message)) as caught:
        transpile(sample, "tiny.entry", tmp_path / "out")
    place = re.match(r"tiny/(\S+):(\d+): \S[^\n]*$", str(caught.value))
    assert place is not None, str(caught.value)
    assert place.group(1) == file
    assert int(place.group(2)) - line in (0, 1)


def test_a_missing_platform_twin_is_named(sample, tmp_path):
    (sample / "tiny" / "platform" / "js" / "tasks.py").unlink()
    with pytest.raises(TranspileError, match="tiny/platform/tasks.py:1: has no JavaScript twin"):
        transpile(sample, "tiny.entry", tmp_path / "out")


def test_only_what_is_imported_is_reached(sample):
    (sample / "tiny" / "unused.py").write_text("import numpy\n")
    assert "tiny.unused" not in reachable(sample, "tiny.entry")
    assert "tiny.platform.tasks" in reachable(sample, "tiny.entry")


def test_unused_functions_leave_the_bundle_and_classes_keep_their_clothes(sample, tmp_path):
    bundle("tiny", "tiny.entry", tmp_path / "out", tmp_path / "modules", sample)
    script = tmp_path / "use.mjs"
    script.write_text(
        f"import {{ loadModel }} from '{tmp_path}/out/tiny.mjs';\n"
        "const loaded = await loadModel('p');\nconsole.log(loaded.predictNow([4]));\n"
    )
    esbuild = BUILD / "node_modules" / ".bin" / "esbuild"
    used = tmp_path / "used.mjs"
    subprocess.run(
        [str(esbuild), str(script), "--bundle", "--format=esm", f"--outfile={used}", "--log-level=error"],
        check=True,
    )
    text = used.read_text()
    assert "take_out" not in text and "take_out" in (tmp_path / "out" / "tiny.mjs").read_text()
    done = subprocess.run(["node", str(used)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[", "4", "]"]
