"""Python modules to JavaScript modules: one `.js` with its source map for each module that an entry reaches.

The output is the same for the same input, wherever the project lies. Modules whose input has not changed
since the last call are left alone.
"""

import hashlib
import importlib.metadata
import json
import re
import sys
from pathlib import Path

from .modules import (
    JAVASCRIPT,
    Module,
    TranspileError,
    load_scans,
    reachable,
    save_scans,
    standard_modules,
)
from .reserved import identifier

RUNTIME_NAME = re.compile(r"^export (?:const|function\*?) (\w+)", re.M)
WORD = re.compile(r"[A-Za-z_]\w*")
# Names that the generator understands itself.
SPECIAL = {
    "__pragma__",
    "super",
    "type",
    "True",
    "False",
    "None",
    "property",
    "classmethod",
    "staticmethod",
    "TypeError",
}
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def transpile(root: Path, entry: str, out: Path) -> Path:
    """Transpile what `entry` reaches into the folder `out`; returns the entry's JavaScript file.

    root: the folder that holds the top package; entry: a dotted module name, such as
    "pybrowserml.entry_full". Several entries may share one folder. Raises TranspileError, whose message names
    the Python file and line.
    """
    transpile_modules(reached_from(root, entry, out), out)
    return out / f"{entry}.js"


def reached_from(root: Path, entry: str, out: Path) -> dict[str, Module]:
    """modules.reachable, with what earlier builds in the folder `out` found in the sources."""
    scans = out / f"{entry}.scans.json"
    load_scans(scans)
    reached = reachable(root, entry)
    out.mkdir(parents=True, exist_ok=True)
    save_scans(scans, reached)
    return reached


def transpile_modules(reached: dict[str, Module], out: Path) -> None:
    """Transpile these modules, which import nothing but each other, into the folder `out`."""
    runtime = {
        path.relative_to(JAVASCRIPT): path.read_text(encoding="utf-8")
        for path in [JAVASCRIPT / "runtime.js", *sorted((JAVASCRIPT / "runtime").glob("*.js"))]
    }
    runtime_names = frozenset(name for text in runtime.values() for name in RUNTIME_NAME.findall(text))
    method_names = frozenset(name for module in reached.values() for name in module.methods)
    (out / "runtime").mkdir(exist_ok=True)
    for place, text in runtime.items():
        _write(out / place, text)
    for name in standard_modules():
        _write(out / f"{name}.js", (JAVASCRIPT / f"{name}.js").read_text(encoding="utf-8"))
    tools = _tools_key()
    for module in reached.values():
        _check_unbound(module, runtime_names)
        bindable = method_names & module.attributes
        key = _key(tools, module, reached, bindable, runtime_names)
        stamp = out / f"{module.name}.key"
        target = out / f"{module.name}.js"
        if target.is_file() and stamp.is_file() and stamp.read_text() == key:
            continue
        text, source_map = _module_text(module, reached, bindable, runtime_names)
        stamp.unlink(missing_ok=True)
        target.write_text(text, encoding="utf-8")
        (out / f"{module.name}.js.map").write_text(source_map, encoding="utf-8")
        stamp.write_text(key)


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _tools_key() -> str:
    here = Path(__file__).resolve().parent
    digest = hashlib.sha256(importlib.metadata.version("transcrypt").encode())
    names = ["transpile.py", "modules.py", "reserved.py"]
    for path in [*(here / name for name in names), *sorted((here / "generator").glob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _key(tools, module: Module, reached: dict[str, Module], bindable, runtime_names) -> str:
    """Changes whenever the JavaScript of the module could."""
    targets = [
        [
            item.module,
            item.name,
            item.name in reached[item.module].raw_exports if item.module in reached else None,
        ]
        for item in module.imports
    ]
    parts = [
        tools,
        module.name,
        module.label,
        module.source,
        targets,
        sorted(bindable),
        sorted(runtime_names),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _check_unbound(module: Module, runtime_names: frozenset[str]) -> None:
    if module.is_platform:
        return
    for name, line in sorted(module.unbound.items(), key=lambda item: item[1]):
        if name not in runtime_names and name not in SPECIAL:
            raise TranspileError(module.label, line, f"the name {name!r} does not exist in JavaScript")


def _module_text(module: Module, reached, bindable, runtime_names) -> tuple[str, str]:
    from .generator import SubsetError, javascript_of  # slow to import, and not needed when nothing changed

    aliases = frozenset(item.alias for item in module.imports if item.name is None)
    try:
        body, numbers = javascript_of(module.source, module.name, bindable, aliases)
    except SubsetError as failure:
        raise TranspileError(
            module.label, failure.line, f"{failure}, which has no meaning in JavaScript"
        ) from None
    head = _import_lines(module, reached)
    words = set(WORD.findall("\n".join(body)))
    own = module.defined | module.raw_names | {item.alias for item in module.imports}
    used = sorted((words & runtime_names) - own)
    if used:
        head.insert(0, f"import {{{', '.join(used)}}} from './runtime.js';")
    text = "\n".join([*head, *body, f"//# sourceMappingURL={module.name}.js.map", ""])
    source_map = {
        "version": 3,
        "file": f"{module.name}.js",
        "sources": [module.label],
        "sourcesContent": [module.source],
        "names": [],
        "mappings": _mappings([None] * len(head) + numbers),
    }
    return text, json.dumps(source_map, separators=(",", ":"))


def _import_lines(module: Module, reached: dict[str, Module]) -> list[str]:
    lines: list[str] = []
    seen: set[tuple] = set()
    for item in module.imports:
        if (item.module, item.name, item.alias) in seen:
            continue
        seen.add((item.module, item.name, item.alias))
        path, alias = f"./{item.module}.js", identifier(item.alias)
        if item.name is None:
            lines.append(f"import * as {alias} from '{path}';")
        else:
            target = reached.get(item.module)
            raw = target is None or item.name in target.raw_exports
            name = item.name if raw else identifier(item.name)
            lines.append(f"import {{{name if name == alias else f'{name} as {alias}'}}} from '{path}';")
    exported = sorted({identifier(item.alias) for item in module.imports}) if module.is_package else []
    if exported:
        lines.append(f"export {{{', '.join(exported)}}};")
    return lines


def _mappings(numbers: list[int | None]) -> str:
    """A source map's `mappings`, for lines that each come from one source line (from 1), or from none."""
    groups = []
    before = 0
    for number in numbers:
        if number is None:
            groups.append("")
            continue
        groups.append("AA" + _vlq(number - 1 - before) + "A")
        before = number - 1
    return ";".join(groups)


def _vlq(value: int) -> str:
    rest = (-value << 1) | 1 if value < 0 else value << 1
    digits = ""
    while True:
        digit, rest = rest & 31, rest >> 5
        digits += BASE64[digit | (32 if rest else 0)]
        if not rest:
            return digits


def main() -> None:
    """`python -m pybrowserml.tools.transpile MODULE OUT` transpiles one module and all that it imports."""
    if len(sys.argv) != 3:
        raise SystemExit("usage: python -m pybrowserml.tools.transpile pybrowserml.MODULE OUT_FOLDER")
    try:
        print(transpile(Path(__file__).resolve().parents[2], sys.argv[1], Path(sys.argv[2])))
    except TranspileError as failure:
        print(failure, file=sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
