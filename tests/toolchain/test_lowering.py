"""Users' modules keep Python's meaning in JavaScript: programs in both worlds, and what is refused."""

import ast
import contextlib
import importlib.util
import io
import json
import shutil
import subprocess
import sys
import warnings
from pathlib import Path
from random import Random

import pytest

from pybrowserml.tools.lowering import Refused, lower_program
from pybrowserml.tools.lowering.problems import REFUSED
from pybrowserml.tools.modules import JAVASCRIPT

PROGRAMS = Path(__file__).resolve().parent / "programs"
RUN = """
import * as program from './program.%s.js';
import * as $ from './python/index.js';
const answers = {};
for (const name of %s) {
  try {
    answers[name] = $.repr($.call(program[name], []));
  } catch (thrown) {
    const error = $.caught(thrown);
    answers[name] = `${error.__class__.__name__}: ${$.str(error)}`;
  }
}
console.log(JSON.stringify(answers));
"""


def runtime(folder):
    """A folder with the runtime, where lowered modules can run."""
    shutil.copy(JAVASCRIPT / "runtime.js", folder)
    shutil.copytree(JAVASCRIPT / "runtime", folder / "runtime")
    (folder / "package.json").write_text('{"type": "module"}')
    return folder


def in_node(folder, module, names):
    (folder / "run.mjs").write_text(RUN % (module, json.dumps(names)))
    done = subprocess.run(
        ["node", str(folder / "run.mjs")], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def in_python(path, names):
    sys.path.insert(0, str(path.parent))
    try:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            spec.loader.exec_module(module)
            return {name: answer(getattr(module, name)) for name in names}
    finally:
        sys.path.remove(str(path.parent))


def answer(function):
    try:
        return repr(function())
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def lowered(source, folder, out):
    """Lower a file of programs; those that are refused are left out. Returns (names, refusals by name)."""
    lines = source.read_text().split("\n")
    spans = {
        node.name: (node.lineno, node.end_lineno)
        for node in ast.parse("\n".join(lines)).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("c_")
    }
    refused = {}
    shutil.copy(PROGRAMS / "helpers_mod.py", folder)
    while True:
        (folder / source.name).write_text("\n".join(lines))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                lower_program(folder / source.name, out)
            return [name for name in spans if name not in refused], refused
        except Refused as refusal:
            name = next(name for name, (first, last) in spans.items() if first <= refusal.line <= last)
            refused[name] = str(refusal)
            first, last = spans[name]
            lines[first - 1 : last] = [""] * (last - first + 1)


def both_worlds(source, tmp_path):
    folder, out = tmp_path / "sources", runtime(tmp_path)
    folder.mkdir()
    names, refused = lowered(source, folder, out)
    there, here = in_node(out, source.stem, names), in_python(source, names)
    differing = {name: (here[name], there[name]) for name in names if here[name] != there[name]}
    return names, refused, differing


def test_small_programs_agree(tmp_path):
    names, refused, differing = both_worlds(PROGRAMS / "cases.py", tmp_path)
    assert differing == {}
    assert len(names) + len(refused) == 354
    assert len(names) >= 350
    for name, message in refused.items():
        assert message.startswith("cases.py:"), name
        assert "has no meaning in a page; " in message


def test_the_language_agrees(tmp_path):
    names, refused, differing = both_worlds(PROGRAMS / "language.py", tmp_path)
    assert refused == {}
    assert differing == {}
    assert len(names) > 50


SPECS = [
    "",
    ".2f",
    "10.3f",
    "+.1e",
    "g",
    ".3g",
    ",.2f",
    "010.2f",
    "%",
    ".0f",
    "^14.3e",
    "G",
    "#.3g",
    "_.3f",
    ".17g",
]
WHOLE_SPECS = ["", "5d", "+d", "x", "#b", ",", "_", "08d", "e", ".2f", "^20", "X", "%"]
NUMBERS = """
def c_text(): return [repr(v) for v in FLOATS]
def c_formats(): return [format(v, s) for v in FLOATS for s in SPECS]
def c_whole_formats(): return [format(v, s) for v in INTS for s in WHOLE_SPECS]
def c_rounding(): return [[round(v), *(round(v, n) for n in (-1, 1, 2, 5))] for v in FLOATS if abs(v) < 1e15]
def c_whole_rounding(): return [[round(v, -1), round(v, -3)] for v in INTS]
def pairs(values): return [(a, b) for a, b in zip(values, values[1:]) if b != 0]
def c_floats(): return [[a + b, a - b, a * b, a / b, a // b, a % b, a < b, int(a), -a] for a, b in pairs(FLOATS)]
def c_ints(): return [[a + b, a - b, a * b, a / b, a // b, a % b, a & b, a | b, a ^ b] for a, b in pairs(INTS)]
def c_more(): return [[~a, a << 3, a >> 5, a < b, float(a), a * 0.5, a**2, a == float(a)] for a, b in pairs(INTS)]
def c_percent(): return ["%.3f %e %g %d %5.1f" % (v, v, v, int(v), v) for v in FLOATS if abs(v) < 1e18]
def c_tiny(): return [10**300 / 10**20, 3 / 10**310, 10**400 / 7**400, -1 / 10**330]
"""


def test_numbers_and_formats_agree(tmp_path):
    random = Random(7)
    floats = [random.uniform(-1, 1) * 10 ** random.randint(-12, 20) for _ in range(120)]
    # Halves, which rounding must send to the even side, and floats without a fraction.
    floats += [random.randint(-(10**6), 10**6) / 8 for _ in range(80)]
    floats += [float(random.randint(-100, 100)) for _ in range(40)]
    ints = [random.randint(-(10**size), 10**size) for size in (2, 16, 20) for _ in range(30)]
    source = tmp_path / "numbers_mod.py"
    given = {"FLOATS": floats, "INTS": ints, "SPECS": SPECS, "WHOLE_SPECS": WHOLE_SPECS}
    source.write_text("".join(f"{name} = {value!r}\n" for name, value in given.items()) + NUMBERS)
    names, refused, differing = both_worlds(source, tmp_path)
    assert (len(names), refused, differing) == (10, {}, {})


REFUSALS = [
    ("async def f(): pass", "async", 1, 1),
    ("def f(x):\n    match x:\n        case 1: pass", "match", 2, 5),
    ("class A(metaclass=type): pass", "metaclass", 1, 1),
    ("x = b'a'", "bytes", 1, 5),
    ("x = 1 + 2j", "complex", 1, 9),
    ("def f():\n    return eval('1')", "name", 2, 12),
    ("import numpy as np", "module", 1, 1),
    ("from os import path", "module", 1, 1),
    ("import math\nx = math.no_such", "member", 2, 5),
    ("from helpers_mod import *", "star-import", 1, 1),
    ("import helpers_mod as h\nh.COUNT = 3", "module-assigned", 2, 1),
    ("import math\nmath = 3", "import-assigned", 2, 1),
    ("def f(): return super().x", "super-outside", 1, 17),
    ("def f(a): a.__proto__ = 1", "proto", 1, 11),
    ("raise", "bare-raise", 1, 1),
    ("T = type('T', (), {})", "type-call", 1, 5),
    ("import dataclasses", "module", 1, 1),
    ("from helpers_mod import nothing\nprint(nothing)", "member", 2, 7),
]


@pytest.mark.parametrize(("source", "key", "line", "column"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_what_a_page_does_not_understand_is_refused(source, key, line, column, tmp_path):
    shutil.copy(PROGRAMS / "helpers_mod.py", tmp_path)
    (tmp_path / "mine.py").write_text(source)
    with pytest.raises(Refused) as caught:
        lower_program(tmp_path / "mine.py", tmp_path / "out")
    assert caught.value.key == key
    assert str(caught.value).startswith(f"mine.py:{line}:{column}: ")
    assert REFUSED[key][1].split(",")[0] in str(caught.value)


def test_modules_of_a_program_and_lines_of_errors(tmp_path):
    """Modules import each other as in Python, and an error's stack names the Python line."""
    sources = tmp_path / "sources"
    (sources / "inner").mkdir(parents=True)
    (sources / "inner" / "__init__.py").write_text("")
    (sources / "inner" / "deep.py").write_text(
        "from .other import TABLE as table\nimport shared\n\ndef look(key):\n    return table[key] + shared.START\n"
    )
    (sources / "inner" / "other.py").write_text("TABLE = {'a': 1}\n")
    (sources / "shared.py").write_text("START = 10\n\ndef new(default=[]):\n    return default\n")
    (sources / "main.py").write_text(
        "import shared as s\nfrom inner import deep\nfrom inner.deep import look\n\n"
        "def c_all():\n    return [deep.look('a'), look('a'), s.new(), s.START]\n\n"
        "def c_fails():\n    return look('b')\n"
    )
    out = runtime(tmp_path)
    lower_program(sources / "main.py", out)
    assert in_node(out, "main", ["c_all", "c_fails"]) == {
        "c_all": "[11, 11, [], 10]",
        "c_fails": "KeyError: 'b'",
    }
    (out / "fails.mjs").write_text("import * as m from './program.main.js'; m.c_fails();")
    done = subprocess.run(
        ["node", "--enable-source-maps", str(out / "fails.mjs")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "deep.py:5" in done.stderr and "main.py:9" in done.stderr


def test_calls_from_a_page(tmp_path):
    """JavaScript calls by position or with an options object, and gets plain values."""
    (tmp_path / "mine.py").write_text(
        "class Point:\n    def __init__(self, x, y_place=0.0):\n        self.x, self.y_place = x, y_place\n"
        "    def shifted(self, by=1, *, times=2):\n        return {'x': self.x + by * times, 'y': [self.y_place]}\n\n"
        "def area(width, height_of=2.0):\n    return width * height_of\n"
    )
    out = runtime(tmp_path)
    lower_program(tmp_path / "mine.py", out)
    (out / "page.mjs").write_text(
        "import { Point, area } from './program.mine.js';"
        "const p = Point(3, { yPlace: 4 });"
        "console.log(JSON.stringify([area(3), area(3, { heightOf: 5 }), area({ width: 1 }), p.shifted(),"
        "p.shifted({ by: 2, times: 3 }), p.yPlace ?? p.y_place]));"
    )
    done = subprocess.run(["node", str(out / "page.mjs")], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout) == [6, 15, 2, {"x": 5, "y": [0 + 4]}, {"x": 9, "y": [4]}, 4], done.stderr
