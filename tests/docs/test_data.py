"""The examples of docs/data.md run: Python in CPython, JavaScript in Node; both shuffle alike."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
LIBRARY = ROOT / "build" / "dist" / "pybrowserml.mjs"


def block(language):
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return found


def printed(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_examples(tmp_path):
    if not LIBRARY.is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    (tmp_path / "example.py").write_text(block("python"), encoding="utf-8")
    (tmp_path / "example.mjs").write_text(
        f"import * as pb from '{LIBRARY}';\n" + block("js"), encoding="utf-8"
    )
    python = printed(sys.executable, tmp_path / "example.py")
    javascript = printed("node", tmp_path / "example.mjs")
    assert python[2] == "2 [(4,), (2,)]"
    first, rest = ([int(x) for x in re.findall(r"\d+", line)] for line in python[3:5])
    assert sorted([*first, *rest]) == list(range(6))
    assert javascript[3] == " ".join(map(str, [*first, *rest]))
    for ours, theirs in zip(javascript[:2], python[:2], strict=True):
        assert ours.replace(",", " ").endswith(theirs.split("] ")[-1])
    assert javascript[2] == "[ [ 2, 2 ], [ 2, 2 ] ]"
