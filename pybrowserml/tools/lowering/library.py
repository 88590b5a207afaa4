"""What of the library a user's module names: where it is defined, its arguments, and whether it waits."""

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

from ..modules import Module
from ..reserved import identifier
from ..signatures import _Reader

TOP = "pybrowserml"
ENTRY = "pybrowserml.entry_full"
# Names under which Keras has its ops again, by subject.
OPS = f"{TOP}.ops"
GROUPS_OF_OPS = ("nn", "numpy", "linalg")
# Rooms whose classes a user never meets.
INNER = ("pybrowserml.backends", "pybrowserml.compiler", "pybrowserml.platform")


@dataclass
class Found:
    """A name of the library. kind: "module", "class", "function" or "value"; arguments without self."""

    kind: str
    module: str
    name: str
    arguments: list[str]
    waits: bool = False

    @property
    def local(self) -> str:
        return f"{self.module.replace('.', '$')}${self.name}"

    def imported(self, shared: str) -> str:
        """The import of it. shared: where the library's JavaScript lies."""
        return f"import {{ {identifier(self.name)} as {self.local} }} from '{shared}/{self.module}.js';"


class Library:
    """The library's public names. root: the folder of its package; modules: those that reach JavaScript."""

    def __init__(self, root: Path, modules: dict[str, Module]):
        self.modules = modules
        self.reader = _Reader(root, ENTRY, modules)
        source = (root / TOP / "__init__.py").read_text(encoding="utf-8")
        self.top = {
            item.asname or item.name: (f"{TOP}.{node.module}" if node.module else TOP, item.name)
            for node in ast.parse(source).body
            if isinstance(node, ast.ImportFrom) and node.level == 1
            for item in node.names
        }

    def has_module(self, name: str) -> bool:
        return name == TOP or name in self.modules

    def find(self, module: str, name: str) -> Found | None:
        """A name of a module of the library, or None."""
        if module == TOP:
            found = self._found(ENTRY, name)
            if found is None and name in self.top:
                home, original = self.top[name]
                found = self._found(home, original) if home != TOP else self._module(f"{TOP}.{original}")
            return found
        return self._found(module, name)

    def _module(self, name: str) -> Found | None:
        return Found("module", name, "", []) if name in self.modules else None

    def _found(self, module: str, name: str) -> Found | None:
        if module not in self.modules:
            return None
        if module == OPS and name in GROUPS_OF_OPS:
            return self._module(module)
        if f"{module}.{name}" in self.modules:
            return self._module(f"{module}.{name}")
        home, node = self.reader.definition(module, name)
        if node is None:
            return self._module(home)
        if isinstance(node, ast.ClassDef):
            return Found("class", home, node.name, self.constructor(home, node))
        if isinstance(node, ast.FunctionDef):
            decorators = {getattr(item, "id", "") for item in node.decorator_list}
            names = [argument.arg for argument in node.args.args]
            return Found("function", home, node.name, names, "waits" in decorators)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            return Found("value", home, target.id, []) if isinstance(target, ast.Name) else None
        return self._raw(home, name)

    def _raw(self, module: str, name: str) -> Found | None:
        if module in self.modules and name in self.modules[module].raw_exports:
            return Found("function", module, name, [])
        return None

    def constructor(self, module: str, node: ast.ClassDef) -> list[str]:
        return [argument.name for argument in self.reader.read_class(module, node).arguments]

    @functools.cached_property
    def classes(self) -> list[ast.ClassDef]:
        found = []
        for name in self.modules:
            if not name.startswith(INNER):
                found += [node for node in self.reader.tree(name).body if isinstance(node, ast.ClassDef)]
        return found

    @functools.cached_property
    def waiting_methods(self) -> set[str]:
        """The names of methods that wait."""
        found = {"numpy"}
        for node in self.classes:
            for member in node.body:
                if isinstance(member, ast.FunctionDef):
                    if any(getattr(item, "id", "") == "waits" for item in member.decorator_list):
                        found.add(member.name)
        return found

    def signatures(self, method: str) -> dict[str, str]:
        """Class → the names of the arguments of a method."""
        found = {}
        for node in self.classes:
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name == method:
                    found[node.name] = ",".join(argument.arg for argument in member.args.args[1:])
        return found
