"""A bundle is a good guest: pages in Chromium with strict policies, own prototypes, and two copies."""

import re
import shutil

import pytest
from guest import HOSTILE_PAGE, POLICY, SNAPSHOT, page

from pybrowserml.tools.bundle import BUILD, bundle

WORK = """
const work = async (pb) => {
  const model = pb.sequential([pb.layers.dense(3, {activation: 'relu'}), pb.layers.dense({units: 2})]);
  const logs = [];
  const size = await model.fit([1, -2], {batchSize: 4, onBatchEnd: (log) => logs.push(log.loss)});
  return [model.predictNow([1, -2]), size, logs, pb.ops.takeOut(['a', 'b'], 'a'),
    pb.ops.countValues(['x', 'toString', 'x']), pb.ops.wordsOf(' to be ')];
};
"""

WORKED = [[6, 0], 4, [6], ["start", "b", "end"], "toString=1,x=2", ["to", "be"]]


@pytest.mark.browser
def test_strict_policy_and_trusted_types(tiny, tmp_path, serve, result_of):
    folder = shutil.copytree(tiny, tmp_path / "page")
    (folder / "watch.js").write_text(
        "globalThis.violations = [];"
        "addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));"
    )
    page(
        folder,
        f"""
        import * as module from './tiny.mjs';
        import * as small from './tiny.min.mjs';
        {WORK}
        let evalWorks = true;
        try {{ (0, eval)('1'); }} catch {{ evalWorks = false; }}
        const expected = violations.length;
        const results = [];
        for (const pb of [module, small, pybrowserml]) results.push(await work(pb));
        await new Promise((resolve) => setTimeout(resolve, 50));
        document.title = JSON.stringify({{results, evalWorks, extra: violations.slice(expected + 1)}});
        """,
        ["watch.js", "tiny.global.min.js"],
    )
    result = result_of(serve(folder, {"Content-Security-Policy": POLICY}))
    assert result["evalWorks"] is False, "the policy must be in force"
    assert result["results"] == [WORKED, WORKED, WORKED]
    assert result["extra"] == []


@pytest.mark.browser
def test_the_page_is_left_as_it_was(tiny, tmp_path, serve, result_of):
    folder = shutil.copytree(tiny, tmp_path / "page")
    page(
        folder,
        f"""
        {SNAPSHOT} {WORK}
        const before = snapshot();
        const pb = await import('./tiny.mjs');
        const work1 = await work(pb);
        document.title = JSON.stringify({{same: before === snapshot(), seen: enumerated(), work1}});
        """,
    )
    assert result_of(serve(folder)) == {"same": True, "seen": ["0", "0"], "work1": WORKED}


@pytest.mark.browser
def test_works_on_a_page_with_prototypes_of_its_own(tiny, tmp_path, serve, result_of):
    folder = shutil.copytree(tiny, tmp_path / "page")
    (folder / "hostile.js").write_text(HOSTILE_PAGE)
    page(
        folder,
        f"""
        {SNAPSHOT} {WORK}
        const before = [snapshot(), enumerated()];
        const pb = await import('./tiny.min.mjs');
        const work1 = await work(pb);
        document.title = JSON.stringify({{
          same: JSON.stringify(before) === JSON.stringify([snapshot(), enumerated()]), work1,
          mine: [1].remove(0)}});
        """,
        ["hostile.js"],
    )
    assert result_of(serve(folder)) == {"same": True, "work1": WORKED, "mine": "mine"}


@pytest.mark.browser
def test_two_copies_side_by_side(tiny, sample, tmp_path, serve, result_of):
    """A second copy, of another version, neither disturbs the first nor mixes with it."""
    path = sample / "tiny" / "layers" / "dense.py"
    path.write_text(path.read_text().replace("value * self.units", "value * self.units + 1"))
    folder = shutil.copytree(tiny, tmp_path / "page")
    bundle("other", "tiny.entry", folder, tmp_path / "cache", sample)
    (folder / "keep.js").write_text("globalThis.first = pybrowserml;")
    page(
        folder,
        f"""
        {WORK}
        document.title = JSON.stringify([await work(first), await work(pybrowserml), await work(first),
          first !== pybrowserml]);
        """,
        ["tiny.global.js", "keep.js", "other.global.js"],
    )
    # Both layers of the other version add one: (1 * 3 + 1) * 2 + 1, and relu(-2 * 3 + 1) * 2 + 1.
    other = [[9, 1], 4, [9], *WORKED[3:]]
    assert result_of(serve(folder)) == [WORKED, other, WORKED, True]


@pytest.mark.browser
def test_static_script_from_a_file(tiny, tmp_path, result_of):
    folder = shutil.copytree(tiny, tmp_path / "page")
    (folder / "index.html").write_text(
        f"<!doctype html><title></title><script src='tiny.global.js'></script><script>{WORK}"
        "work(pybrowserml).then((result) => { document.title = JSON.stringify(result); });</script>"
    )
    assert result_of(f"file://{folder}/index.html") == WORKED


FORBIDDEN = re.compile(
    r"\beval\s*\(|\bnew\s+Function\b|\bFunction\s*\(|\bimportScripts\b|\bdocument\.write\b"
)


def built_scripts():
    files = sorted((BUILD / "dist").glob("*.*js"))
    return files or [None]


@pytest.mark.parametrize("path", built_scripts(), ids=lambda path: path.name if path else "none")
def test_no_code_from_strings(path):
    if path is None:
        pytest.skip("build/dist is empty: run `make build`")
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


def test_no_code_from_strings_in_the_sample(tiny):
    for path in tiny.glob("*.*js"):
        text = path.read_text(encoding="utf-8")
        assert FORBIDDEN.findall(text) == []
        assert ".prototype." not in text.replace("Function.prototype.", "").replace("Object.prototype.", "")
