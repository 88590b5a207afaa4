"""What one model needs of the runtime, put together without Node.js.

The runtime is one finished script; beside it lies a list of its fragments (build/fragments.mjs): what stands at its
top, and which of it needs which. Rows of tables count as fragments of their own, so a kernel that no plan names is left
out with all that only it needs, and what only one engine needs can go into a file of its own.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The kind of tables of engines; their rows may lie in files of their own, which export `join`.
ENGINES = "engines"
# The kind of tables whose rows are wanted where something names them.
FUNCTIONS = "functions"
# Where the script names what it shares with them (build/src/model/module.js).
SHARED = '"@@pybrowserml-shared@@"'


@dataclass
class Row:
    """A row of a table: text[start:end] is `key: value`, and the value begins at `value`. needs: fragments; names: keys
    of tables of functions that it names.
    """

    key: str
    start: int
    value: int
    end: int
    needs: list[int]
    names: list[str]


@dataclass
class Fragment:
    """Part of a script: text[start:end] declares `name`, or does something where this is None.

    needs, names: as of a row. completes: the fragment without which it has no sense. home: it asks where its script
    lies. kinds, rows: of a table.
    """

    name: str | None
    start: int
    end: int
    needs: list[int]
    names: list[str]
    completes: int | None
    home: bool
    kinds: list[str]
    rows: list[Row]


Keeps = Callable[[list[str], str], bool]


class Script:
    """A bundle of the runtime: one of its forms, ".mjs" or ".global.js", and its fragments."""

    def __init__(self, folder: Path, name: str, form: str):
        listed = json.loads((folder / f"{name}.parts.json").read_text(encoding="utf-8"))
        stem, _, suffix = form.rpartition(".")
        small = ".min" if name.endswith(".min") else ""
        file = folder / f"{name.removesuffix(small)}{stem}{small}.{suffix}"
        text = file.read_text(encoding="utf-8")
        start = listed["starts"][form]
        self.minified = small != ""
        self.head = text[:start]
        self.body = text[start : start + listed["end"]]
        tail = text[start + listed["end"] :].splitlines()
        self.tail = "\n".join([line for line in tail if not line.startswith("//# sourceMappingURL=")] + [""])
        self.fragments = [_fragment(*entry) for entry in listed["fragments"]]
        self.completions: dict[int, list[int]] = {}
        for i, fragment in enumerate(self.fragments):
            if fragment.completes is not None:
                self.completions.setdefault(fragment.completes, []).append(i)
        acts = [i for i, part in enumerate(self.fragments) if part.name is None and part.completes is None]
        self.roots = [*listed["roots"], *acts]

    def reached(self, roots: Iterable[int], keeps: Keeps) -> set[int]:
        """What the fragments `roots` need, themselves included, with the rows that `keeps(kinds, key)` says."""
        found: set[int] = set()
        waiting = list(roots)
        while waiting:
            i = waiting.pop()
            if i in found:
                continue
            found.add(i)
            fragment = self.fragments[i]
            waiting += [*fragment.needs, *self.completions.get(i, [])]
            for row in fragment.rows:
                if keeps(fragment.kinds, row.key):
                    waiting += row.needs
        return found

    def written(self, numbers: Iterable[int], keeps: Keeps) -> str:
        """Fragments as text, in their order."""
        lines = []
        declared = []
        for i in sorted(numbers):
            fragment = self.fragments[i]
            text = self._text(fragment, keeps)
            if fragment.name is not None and self.minified:
                declared.append(text)
                continue
            lines += [f"var {','.join(declared)};"] if declared else []
            declared = []
            lines.append(f"{text};" if fragment.name is None else f"var {text};")
        lines += [f"var {','.join(declared)};"] if declared else []
        return "\n".join([*lines, ""])

    def _text(self, fragment: Fragment, keeps: Keeps) -> str:
        if not fragment.rows:
            return self.body[fragment.start : fragment.end]
        kept = [row for row in fragment.rows if keeps(fragment.kinds, row.key)]
        before = self.body[fragment.start : fragment.rows[0].start]
        after = self.body[fragment.rows[-1].end : fragment.end]
        return before + ",".join(self.body[row.start : row.end] for row in kept) + after


def _fragment(name: str | None, start: int, end: int, needs: list[int], more: dict[str, Any]) -> Fragment:
    rows = [Row(*row) for row in more.get("rows", [])]
    names = more.get("names", [])
    kinds, completes, home = more.get("kinds", []), more.get("completes"), more.get("home", False)
    return Fragment(name, start, end, needs, names, completes, home, kinds, rows)


def link(script: Script, wanted: dict[str, set[str]], apart: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The script with the rows of its tables that are `wanted`, keys by kind; and the texts of modules that hold what
    only one of the engines `apart` needs. Tables of kinds that are not named keep all their rows.
    """
    apart = list(apart)
    functions: set[str] = set()
    while True:
        keeps = _rule({**wanted, FUNCTIONS: functions}, apart)
        main, own = _parted(script, keeps, apart)
        rows = [row for engine in apart for _, row in _engine_rows(script, main, engine)]
        named = {name for i in main.union(*own.values()) for name in _names_of(script.fragments[i], keeps)}
        named |= {name for row in rows for name in row.names}
        if named == functions:
            break
        functions = named
    modules = {}
    shared: set[str] = set()
    for engine, inside in own.items():
        joined = _engine_rows(script, main, engine)
        needs = {j for i in inside for j in _needs_of(script.fragments[i], keeps)}
        needs |= {i for fragment, row in joined for i in [script.fragments.index(fragment), *row.needs]}
        names = sorted(str(script.fragments[i].name) for i in needs - inside)
        shared |= set(names)
        joins = [f"{part.name}.{row.key}={script.body[row.value : row.end]};" for part, row in joined]
        text = script.written(inside, keeps) + "\n".join(joins)
        modules[engine] = f"{script.head}export const join=({{{','.join(names)}}})=>{{\n{text}\n}};\n"
    text = script.written(main, keeps)
    text = text.replace(SHARED, f"({{{','.join(sorted(shared))}}})")
    return script.head + text + script.tail, modules


def _rule(wanted: dict[str, set[str]], apart: list[str]) -> Keeps:
    def keeps(kinds: list[str], key: str) -> bool:
        if ENGINES in kinds and key in apart:
            return False
        return any(kind not in wanted or key in wanted[kind] for kind in kinds)

    return keeps


def _parted(script: Script, keeps: Keeps, apart: list[str]) -> tuple[set[int], dict[str, set[int]]]:
    """The fragments of the script, and of each engine apart those that it does not share."""
    main = script.reached(script.roots, keeps)
    found = {}
    for engine in apart:
        rows = [row for _, row in _engine_rows(script, main, engine)]
        found[engine] = script.reached([i for row in rows for i in row.needs], keeps) - main
    common = {
        i
        for numbers in found.values()
        for i in numbers
        if script.fragments[i].home or sum(i in others for others in found.values()) > 1
    }
    main |= script.reached(common, keeps)
    return main, {engine: numbers - main for engine, numbers in found.items()}


def _names_of(fragment: Fragment, keeps: Keeps) -> list[str]:
    kept = [row for row in fragment.rows if keeps(fragment.kinds, row.key)]
    return [*fragment.names, *(name for row in kept for name in row.names)]


def _needs_of(fragment: Fragment, keeps: Keeps) -> list[int]:
    kept = [row for row in fragment.rows if keeps(fragment.kinds, row.key)]
    return [*fragment.needs, *(i for row in kept for i in row.needs)]


def _engine_rows(script: Script, numbers: Iterable[int], engine: str) -> list[tuple[Fragment, Row]]:
    """The rows of an engine in tables among the fragments."""
    tables = [script.fragments[i] for i in sorted(numbers) if ENGINES in script.fragments[i].kinds]
    return [(table, row) for table in tables for row in table.rows if row.key == engine]
