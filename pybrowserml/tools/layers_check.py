"""Checks who imports whom: imports point down only, engines do not know each other, modules have no cycles.

`python -m pybrowserml.tools.layers_check [FOLDER]` prints one line for each breach.
"""

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# From the bottom up; a room may import itself (engines excepted) and what stands before it.
LEVELS = [
    ["platform"],
    ["core"],
    ["backends"],
    ["compiler"],
    ["transforms"],
    ["ops"],
    [
        "layers",
        "losses",
        "metrics",
        "optimizers",
        "initializers",
        "activations",
        "regularizers",
        "constraints",
        "schedules",
    ],
    ["models", "data", "callbacks"],
]
# Folders of the room backends that are no engine.
SHARED_BY_ENGINES = ["kernel_shapes"]
# Which engine runs the steps that another one has no way to run.
ISLANDS = {"webgl": "cpu"}
LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
# Modules of the package's own folder: what users and bundles enter by, above all rooms but the tools.
ENTRANCE = len(LEVELS)
TOOLS = len(LEVELS) + 1


@dataclass(frozen=True)
class Breach:
    """An import that points the wrong way."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.message}"


def breaches(package: Path) -> list[Breach]:
    """All breaches in a package's folder, in order of file and line."""
    imports = {path: _imports(package, path) for path in sorted(package.rglob("*.py"))}
    found = []
    for path, targets in imports.items():
        for target, line in targets:
            message = _judge(package, _parts(package, path), target)
            if message is not None:
                found.append(Breach(path.relative_to(package.parent).as_posix(), line, message))
    return found + _cycles(package, imports)


def _parts(package: Path, path: Path) -> tuple[str, ...]:
    parts = path.relative_to(package).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def _level(parts: tuple[str, ...]) -> int:
    if not parts:
        return ENTRANCE
    if parts[0] in ("tools", "__main__"):
        return TOOLS
    return LEVEL_OF.get(parts[0], ENTRANCE)


def _engine(package: Path, parts: tuple[str, ...]) -> str | None:
    """The engine that a module belongs to, None for others and for what engines share."""
    if len(parts) < 2 or parts[0] != "backends" or parts[1] in SHARED_BY_ENGINES:
        return None
    return parts[1] if package.joinpath(parts[0], parts[1]).is_dir() else None


def _judge(package: Path, source: tuple[str, ...], target: tuple[str, ...]) -> str | None:
    source_engine, target_engine = _engine(package, source), _engine(package, target)
    names = f"{'.'.join(source) or 'the package'} imports {'.'.join(target) or 'the package'}"
    if _level(target) > _level(source):
        return f"{names}: imports point down only, and that is above"
    if source_engine and target_engine and target_engine not in (source_engine, ISLANDS.get(source_engine)):
        return f"{names}: an engine does not know another one"
    if source[:1] == ("platform",) and source[1:2] != ("js",) and target[:2] == ("platform", "js"):
        return f"{names}: CPython's half of platform does not import the JavaScript half"
    return None


def _imports(package: Path, path: Path) -> list[tuple[tuple[str, ...], int]]:
    """The modules of the package that a file imports, with lines; imports for type checkers do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = _parts(package, path)
    folder = inside if path.name == "__init__.py" else inside[:-1]
    found = []
    for node in _walk_run_time(tree):
        if isinstance(node, ast.ImportFrom):
            if node.level:
                base = folder[: len(folder) - node.level + 1]
                module = (*base, *(node.module.split(".") if node.module else ()))
            elif (node.module or "").split(".")[0] == package.name:
                module = tuple((node.module or "").split(".")[1:])
            else:
                continue
            for item in node.names:
                inner = (*module, item.name)
                found.append((inner if _exists(package, inner) else module, node.lineno))
        elif isinstance(node, ast.Import):
            for item in node.names:
                parts = tuple(item.name.split("."))
                if parts[0] == package.name:
                    found.append((parts[1:], node.lineno))
    return found


def _walk_run_time(tree: ast.AST):
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and getattr(node.test, "id", None) == "TYPE_CHECKING":
            pending.extend(node.orelse)
            continue
        yield node
        pending.extend(ast.iter_child_nodes(node))


def _exists(package: Path, parts: tuple[str, ...]) -> bool:
    base = package.joinpath(*parts)
    return base.with_suffix(".py").is_file() or (base / "__init__.py").is_file()


def _cycles(package: Path, imports: dict[Path, list[tuple[tuple[str, ...], int]]]) -> list[Breach]:
    """One breach for each circle of modules. A package's __init__ and its own modules make no circle when the
    modules import from beside it, since that never needs the package's names."""
    graph: dict[tuple[str, ...], dict[tuple[str, ...], int]] = {}
    for path, targets in imports.items():
        source = _parts(package, path)
        graph[source] = {target: line for target, line in reversed(targets) if target != source}
    found, done, trail = [], set(), []

    def visit(name: tuple[str, ...]) -> None:
        if name in trail:
            circle = trail[trail.index(name) :]
            first = min(circle)
            turned = circle[circle.index(first) :] + circle[: circle.index(first)]
            text = " -> ".join(".".join(part) or package.name for part in [*turned, first])
            line = graph[turned[0]][turned[1 % len(turned)]]
            base = package.joinpath(*first)
            path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
            found.append(
                Breach(path.relative_to(package.parent).as_posix(), line, f"imports go in a circle: {text}")
            )
            return
        if name in done or name not in graph:
            return
        trail.append(name)
        for target in graph[name]:
            visit(target)
        trail.pop()
        done.add(name)

    for name in graph:
        visit(name)
    return found


def main() -> None:
    package = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "pybrowserml"
    found = breaches(package)
    for breach in found:
        print(breach)
    if found:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
