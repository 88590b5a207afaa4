"""Which Python modules a bundle consists of: what an entry reaches by imports, what each defines and uses."""

import ast
import functools
import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

JAVASCRIPT = Path(__file__).resolve().parent.parent / "platform" / "js"

# Imports that serve types or the past; they leave no trace in JavaScript.
TYPES_ONLY = {"typing", "__future__", "collections.abc", "types"}

# Python's own protocols: methods by these names serve CPython only and leave no JavaScript.
PROTOCOLS = frozenset(
    f"__{name}__"
    for name in """eq ne lt le gt ge hash bool add radd iadd sub rsub isub mul rmul imul truediv rtruediv
    floordiv rfloordiv mod rmod pow rpow matmul rmatmul neg pos abs invert and or xor rand ror rxor lshift
    rshift getitem setitem delitem call iter next enter exit del array getattr setattr index int float
    complex""".split()
)

RAW_EXPORT = re.compile(r"^\s*export\s+(?:async\s+)?(?:const|let|var|function\*?|class)\s+([\w$]+)", re.M)
RAW_NAME = re.compile(r"^(?:export\s+)?(?:async\s+)?(?:const|let|var|function\*?|class)\s+([\w$]+)", re.M)


class TranspileError(Exception):
    """A module cannot become JavaScript. The message is one sentence that starts with file and line."""

    def __init__(self, file: str, line: int, message: str):
        super().__init__(f"{file}:{line}: {message}")
        self.file = file
        self.line = line


@dataclass
class Import:
    """One imported name: `name` of `module` bound to `alias`; without a name, the module itself."""

    module: str
    name: str | None
    alias: str
    line: int


@dataclass
class Module:
    """A module of the program. `label` is its path inside the project, as source maps and errors name it."""

    name: str
    label: str
    source: str
    is_package: bool
    is_platform: bool
    imports: list[Import] = field(default_factory=list)
    defined: set[str] = field(default_factory=set)
    raw_exports: set[str] = field(default_factory=set)
    raw_names: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    unbound: dict[str, int] = field(default_factory=dict)
    key: str = ""

    @property
    def exported(self) -> set[str]:
        imported = {item.alias for item in self.imports} if self.is_package else set()
        return self.defined | self.raw_exports | imported


@functools.cache
def standard_modules() -> list[str]:
    """Modules of Python's library that have a JavaScript twin."""
    return sorted(path.stem for path in JAVASCRIPT.glob("*.js") if path.stem != "runtime")


def reachable(root: Path, entry: str) -> dict[str, Module]:
    """All modules that the entry reaches by imports, by dotted name, in a fixed order.

    root: the folder that holds the top package; entry: a dotted module name. Each platform/X.py is replaced
    by platform/js/X.py. Raises TranspileError.
    """
    found: dict[str, Module] = {}
    standard = standard_modules()
    pending: list[tuple[str, str, int]] = [(entry, entry, 1)]
    while pending:
        name, wanted_by, line = pending.pop()
        if name in found or name in standard:
            continue
        module = _read(root, name)
        if module is None:
            raise TranspileError(
                wanted_by, line, f"module {name} does not exist or is not available in JavaScript"
            )
        found[name] = module
        _scan(root, module)
        for item in module.imports:
            pending.append((item.module, module.label, item.line))
        # The JavaScript of `a.b.c` never runs a/__init__.py: only what is named by an import is loaded.
    modules = {name: found[name] for name in sorted(found)}
    _check_names(modules)
    return modules


class _Prepare(ast.NodeTransformer):
    def visit_If(self, node):
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)

    def visit_ClassDef(self, node):
        node.body = [member for member in node.body if getattr(member, "name", None) not in PROTOCOLS]
        return self.generic_visit(node)


def prepare(tree: ast.Module) -> ast.Module:
    """The tree without what has no JavaScript: imports for type checkers, Python's own protocols."""
    return _Prepare().visit(tree)


def _read(root: Path, name: str) -> Module | None:
    base = root.joinpath(*name.split("."))
    is_package = base.is_dir()
    path = base / "__init__.py" if is_package else base.with_suffix(".py")
    is_platform = not is_package and base.parent.name == "platform"
    if is_platform:
        twin = base.parent / "js" / f"{base.name}.py"
        if path.is_file() and not twin.is_file():
            label = path.relative_to(root).as_posix()
            raise TranspileError(label, 1, f"has no JavaScript twin {twin.relative_to(root).as_posix()}")
        path = twin
    if not path.is_file():
        return None
    label = path.relative_to(root).as_posix()
    return Module(name, label, path.read_text(encoding="utf-8"), is_package, is_platform)


# What was found in a source, by its place and text: a build asks several times, and again after one change.
_KNOWN: dict[str, dict] = {}


def load_scans(path: Path) -> None:
    """Take over what an earlier process found; see save_scans."""
    if path.is_file():
        for key, facts in json.loads(path.read_text(encoding="utf-8")).items():
            _KNOWN.setdefault(key, facts)


def save_scans(path: Path, modules: dict[str, Module]) -> None:
    """Keep what was found in these modules, if it is not kept already."""
    text = json.dumps({module.key: _KNOWN[module.key] for module in modules.values()}, sort_keys=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _scan(root: Path, module: Module) -> None:
    """Fill in what the source defines, imports and uses."""
    digest = hashlib.sha256(_SELF)
    digest.update(f"{module.label}\0{module.name}\0{module.source}".encode())
    module.key = digest.hexdigest()
    if module.key not in _KNOWN:
        _KNOWN[module.key] = _facts(module)
    facts = _KNOWN[module.key]
    for source, name, alias, line in facts["imports"]:
        inner = f"{source}.{name}"
        if name is not None and source not in standard_modules() and _is_module(root, inner):
            module.imports.append(Import(inner, None, alias, line))
        else:
            module.imports.append(Import(source, name, alias, line))
    for key in ("defined", "raw_exports", "raw_names", "methods", "attributes"):
        setattr(module, key, set(facts[key]))
    module.unbound = facts["unbound"]


_SELF = Path(__file__).read_bytes()


def _facts(module: Module) -> dict:
    try:
        tree = prepare(ast.parse(module.source))
    except SyntaxError as failure:
        raise TranspileError(module.label, failure.lineno or 1, f"syntax error: {failure.msg}") from None
    imports = _imports(module, tree)
    raw_exports, raw_names = _raw_names(tree)
    bound = {alias for _, _, alias, _ in imports} | raw_names
    loaded: dict[str, int] = {}
    methods: set[str] = set()
    attributes: set[str] = set()
    annotations = _annotation_nodes(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and id(node) not in annotations:
            if isinstance(node.ctx, ast.Load):
                loaded.setdefault(node.id, node.lineno)
            else:
                bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
            if isinstance(node, ast.ClassDef):
                methods.update(_method_names(node))
        elif isinstance(node, ast.Attribute):
            attributes.add(node.attr)
    return {
        "imports": imports,
        "defined": sorted(set().union(*map(_bound_names, tree.body))),
        "raw_exports": sorted(raw_exports),
        "raw_names": sorted(raw_names),
        "methods": sorted(methods),
        "attributes": sorted(attributes),
        "unbound": {name: line for name, line in loaded.items() if name not in bound},
    }


def _annotation_nodes(tree: ast.AST) -> set[int]:
    """The ids of all nodes inside annotations, which leave no JavaScript."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if part is not None:
                inside.update(id(child) for child in ast.walk(part))
    return inside


def _bound_names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}


def _method_names(node: ast.ClassDef) -> set[str]:
    names = set()
    for member in node.body:
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = [ast.unparse(decorator) for decorator in member.decorator_list]
            if not any(text == "property" or text.endswith(".setter") for text in decorators):
                names.add(member.name)
    return names


def _imports(module: Module, tree: ast.Module) -> list[tuple[str, str | None, str, int]]:
    """(module, name or None, alias, line) of all imports; whether a name is a module is not known yet."""
    found: list[tuple[str, str | None, str, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                if item.name in TYPES_ONLY:
                    continue
                if "." in item.name and item.asname is None:
                    raise TranspileError(module.label, node.lineno, f"write `import {item.name} as ...`")
                found.append((item.name, None, item.asname or item.name, node.lineno))
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node)
            if source in TYPES_ONLY or source.endswith(".core.annotations"):
                continue
            for item in node.names:
                if item.name == "*":
                    raise TranspileError(module.label, node.lineno, "`import *`; name what you need")
                found.append((source, item.name, item.asname or item.name, node.lineno))
    return found


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if node.level == 0:
        return node.module or ""
    parts = module.name.split(".")
    base = parts if module.is_package else parts[:-1]
    base = base[: len(base) - (node.level - 1)]
    return ".".join([*base, node.module] if node.module else base)


def _is_module(root: Path, name: str) -> bool:
    base = os.path.join(root, *name.split("."))
    return os.path.isfile(base + ".py") or os.path.isfile(os.path.join(base, "__init__.py"))


def _raw_names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """The names that raw JavaScript exports, and all that it declares."""
    exports: set[str] = set()
    names: set[str] = set()
    for node in tree.body:
        call = node.value if isinstance(node, ast.Expr) else None
        if (
            isinstance(call, ast.Call)
            and getattr(call.func, "id", None) == "__pragma__"
            and len(call.args) == 3
        ):
            code = getattr(call.args[2], "value", None)
            if isinstance(code, str):
                exports.update(RAW_EXPORT.findall(code))
                names.update(RAW_NAME.findall(code))
    return exports, names


def _check_names(modules: dict[str, Module]) -> None:
    for module in modules.values():
        for item in module.imports:
            target = modules.get(item.module)
            if item.name is not None and target is not None and item.name not in target.exported:
                hint = ""
                if any(item.name == other.alias for other in target.imports):
                    hint = "; import it from the module that defines it"
                text = f"{item.module} does not define {item.name} in {target.label}{hint}"
                raise TranspileError(module.label, item.line, text)
