"""The examples of docs/transformations.md run: Python in CPython, JavaScript in Node."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "transformations.md").read_text(encoding="utf-8")
LIBRARY = ROOT / "build" / "dist" / "pybrowserml.mjs"


def block(language):
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return found


def test_python(tmp_path):
    (tmp_path / "example.py").write_text(block("python"))
    done = subprocess.run(
        [sys.executable, tmp_path / "example.py"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:4] == ["(5, 3, 2)", "[[ 6.  0.]", " [ 0. 12.]]", "[3. 4.]"]


def test_javascript(tmp_path):
    if not LIBRARY.is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    (tmp_path / "example.mjs").write_text(f"import * as pb from '{LIBRARY}';\n" + block("js"))
    done = subprocess.run(["node", tmp_path / "example.mjs"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:3] == ["[ 2, 9 ] [ 6.5 ]", "[ 2, 2 ]", "[ 10, 20 ]"]
