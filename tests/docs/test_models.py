"""The examples of docs/models.md run in an empty folder: Python in CPython, JavaScript in Node."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pages import LIBRARY

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
# What the tests of this folder run: every example of a document.
RUN = {
    "README.md": ["python", "js", "js"],
    "data.md": ["python", "js"],
    "models.md": ["python", "python", "python", "js"],
    "python.md": ["js"],
    "training.md": ["js", "js", "js", "js"],
    "transformations.md": ["python", "js"],
}


def test_every_example_of_the_documents_is_run():
    found = {}
    for path in DOCUMENTS:
        languages = re.findall(r"^```(\w+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        if languages:
            found[path.name] = languages
    assert found == RUN


def ran(language, name, command, folder):
    text = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL))
    (folder / name).write_text(script.replace('"pybrowserml"', f'"{LIBRARY.as_uri()}"'), encoding="utf-8")
    done = subprocess.run(
        [command, name], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def test_python(tmp_path):
    lines = ran("python", "example.py", sys.executable, tmp_path)
    assert lines[-5:] == ["True"] * 5
    assert "{'kind': (64, 3), 'sold': (64, 1)}" in lines
    assert {path.name for path in tmp_path.iterdir()} >= {"shop", "shop.keras", "shop.weights.h5"}


def test_javascript(tmp_path):
    if not LIBRARY.is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    lines = ran("js", "example.mjs", "node", tmp_path)
    assert lines == ["auc loss val_auc val_loss", "[ 64, 1 ] 2737"]
