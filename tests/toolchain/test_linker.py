"""Fragments of a finished script: what needs what, whatever its names are, and what is put together from them."""

import json
import subprocess

import pytest

from pybrowserml.tools.bundle import BUILD
from pybrowserml.tools.linker import Script, link

FIRST = "/* first */"
TABLES = {"kernels": ["add", "sort"], "engines": ["near", "far"], "functions": ["low", "high"]}


def fragments(text):
    """The list of fragments of a module."""
    script = (
        f"import {{ fragmentsOf }} from {json.dumps(str(BUILD / 'fragments.mjs'))};\n"
        f"console.log(JSON.stringify(fragmentsOf({json.dumps(text)}, {len(FIRST)}, {json.dumps(TABLES)})));\n"
    )
    run = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=False
    )
    if run.returncode != 0:
        raise ValueError(run.stderr)
    return json.loads(run.stdout)


# An expression over a, b and c, all declared at the top → those that it needs.
NEEDS = {
    "a + b.c": "ab",
    "(a) => a + b": "b",
    "(a = b) => a": "b",
    "({ a, b: c }) => [a, b, c]": "b",
    "({ a: { b } = c }) => b": "c",
    "([a, ...b]) => a + b + c": "c",
    "function a() { return a; }": "",
    "() => { { let a = 1; use(a); } return a; }": "a",
    "() => { { let b = 1; use(b); } }": "",
    "() => { use(a); var a = 1; }": "",
    "() => { if (c) { var b = 1; } return b; }": "c",
    "() => { for (let a = 0; a < b; a++) c(a); return a; }": "abc",
    "() => { for (const a of b) c(a); }": "bc",
    "() => { try { a(); } catch (b) { c(b); } }": "ac",
    "() => { try { a(); } catch { b(); } }": "ab",
    "() => { a: for (;;) break a; }": "",
    "() => { switch (a) { case 1: let b = 2; use(b); } return b; }": "ab",
    "{ a: 1, [b]: 2, c }": "bc",
    "class { a = b; static c() { return this.a; } }": "b",
    "class a extends b { [c]() { return a; } }": "bc",
    "async () => { for await (const a of b) use(a); }": "b",
    "`${a} b`": "a",
    "x?.a?.[b]": "b",
    "(() => { function a() { return b; } return a(); })()": "b",
}


def test_what_a_fragment_needs():
    lines = [FIRST, "var a = 1, b = 2, c = 3, x = 4;"]
    lines += [f"var t{k} = ({text});" for k, text in enumerate(NEEDS)]
    listed = fragments("".join([*lines, "export { t0 as first };"]))
    tests = listed["fragments"][4:]
    found = {text: "".join("abcx"[i] for i in part[3]) for text, part in zip(NEEDS, tests, strict=True)}
    assert {text: needs.replace("x", "") for text, needs in found.items()} == NEEDS
    assert listed["roots"] == [4]


PROGRAM = """var dict = (entries) => entries;
var shared = () => "@@pybrowserml-shared@@";
var low = "unused";
var both = { value: 1 };
var LIST = [];
LIST.push(0);
var extend = (list, more) => list.push(...more);
extend(LIST, [1]);
var alone = "only far", here = () => import.meta.url;
var SOURCES = dict({ low: "low", high: ["low"] });
var KERNELS = dict({ add: () => both.value + 1, sort: () => alone });
var far = () => [alone, both, here(), LIST, SOURCES["high"], KERNELS.add()];
var near = () => both;
var ENGINES = dict({ near, far: [far] });
console.log(ENGINES.near);
var result = { ENGINES, shared };
export { result as default };
"""


@pytest.fixture
def script(tmp_path):
    """A Script of PROGRAM."""
    listed = fragments(FIRST + PROGRAM)
    name = "small.min"
    (tmp_path / f"{name}.mjs").write_text(FIRST + PROGRAM + "//# sourceMappingURL=small.map\n")
    (tmp_path / f"{name}.parts.json").write_text(json.dumps({"starts": {".mjs": len(FIRST)}, **listed}))
    return Script(tmp_path, name, ".mjs")


def test_all_in_one_file(script):
    text, modules = link(script, {"kernels": {"add"}}, [])
    assert modules == {}
    assert text.startswith(FIRST)
    assert "sourceMappingURL" not in text
    assert "sort:" not in text
    assert "low = " not in text, "nobody needs it"
    for part in ("far:", "alone = ", "LIST.push(0)", "extend(LIST, [1])", 'high: ["low"]', 'low: "low"'):
        assert part in text


def test_an_engine_in_a_file_of_its_own(script, tmp_path):
    text, modules = link(script, {"kernels": {"add"}}, ["far"])
    assert list(modules) == ["far"]
    for part in ("far:", "alone = ", "LIST = ", "KERNELS = "):
        assert part not in text
    assert "here = " in text, "it asks for the address of the whole"
    assert text.count("both = ") == 1
    (tmp_path / "main.mjs").write_text(text.replace("console.log(ENGINES.near);", ""))
    (tmp_path / "far.mjs").write_text(modules["far"])
    run = (
        'const { default: { ENGINES, shared } } = await import("./main.mjs");\n'
        'const before = "far" in ENGINES;\n'
        '(await import("./far.mjs")).join(shared());\n'
        "const [alone, both, place, list, source, sum] = ENGINES.far[0]();\n"
        "const same = both === ENGINES.near();\n"
        'console.log(JSON.stringify([before, alone, same, place.endsWith("/main.mjs"), list, source, sum]));\n'
    )
    (tmp_path / "run.mjs").write_text(run)
    done = subprocess.run(["node", "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [False, "only far", True, True, [0, 1], ["low"], 2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("var { a } = b;export { a };", "no fragment"),
        ("var a = 1;var a = 2;export { a };", "name a"),
        ("let a = 1;export { a };", "no place for"),
        ("var a = '\U0001f600';export { a };", "count otherwise"),
    ],
)
def test_what_would_be_read_wrongly_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        fragments(FIRST + text)
