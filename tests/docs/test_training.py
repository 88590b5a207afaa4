"""The examples of docs/training.md run in a page, one after the other, as they stand."""

import re
from pathlib import Path

import pytest
from pages import page_of

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
AFTER = """
const own = new Own();
own.compile({ optimizer: pb.optimizers.sgd(0.1) });
const found = await own.fit([[1], [2]], [[2], [4]], { epochs: 30, verbose: 0 });
console.log(found.history.squared.at(-1) < found.history.squared[0], Object.keys(found.history).join(" "));
export const printed = () => [lines, loaded.position];
"""

pytestmark = pytest.mark.browser


def test_examples(tmp_path):
    blocks = re.findall(r"```js\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) == 4
    imported, first = blocks[0].split("\n", 1)
    assert imported == 'import * as pb from "pybrowserml";'
    log = "const lines = []; const console = { log: (...parts) => lines.push(parts.join(' ')) };\n"
    quiet = [block.replace("epochs: 50", "epochs: 3, verbose: 0") for block in blocks[1:3]]
    text = imported.replace("pybrowserml", "./pybrowserml.mjs") + "\n" + log + first + quiet[0]
    text += quiet[1] + blocks[3] + AFTER
    (tmp_path / "example.mjs").write_text(text, encoding="utf-8")
    (tmp_path / "served").mkdir()
    with page_of(tmp_path / "served", tmp_path / "example.mjs") as page:
        lines, position = page.ask("example.mjs", "printed")
    assert lines == ["true furthest loss", "41", "true squared"]
    assert position == [3, 0]
