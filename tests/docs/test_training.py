"""The examples of docs/training.md: the first and last run here, the others as tests/models/test_page_training.py."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
LIBRARY = ROOT / "build" / "dist" / "pybrowserml.mjs"
USE = """
const own = new Own();
own.compile({ optimizer: pb.optimizers.sgd(0.1) });
const found = await own.fit([[1], [2]], [[2], [4]], { epochs: 30, verbose: 0 });
console.log(found.history.squared.at(-1) < found.history.squared[0], Object.keys(found.history).join(" "));
"""


def test_examples(tmp_path):
    if not LIBRARY.is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    blocks = re.findall(r"```js\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) == 4
    text = (blocks[0] + blocks[3] + USE).replace('"pybrowserml"', f"'{LIBRARY}'")
    (tmp_path / "example.mjs").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["node", tmp_path / "example.mjs"], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["true loss furthest", "41", "true squared"]
