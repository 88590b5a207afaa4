"""Imports, and what names mean that the module itself does not bind: modules, the library, builtins."""

import ast
import re
from dataclasses import dataclass

from ..modules import JAVASCRIPT
from .expressions import Expressions, text_of
from .library import TOP, Found, Library
from .names import js_name

PYTHON = JAVASCRIPT / "python"
EXPORTED = re.compile(r"^export (?:const|function\*?|class) (\w+)|^  get (\w+)\(", re.M)
# Modules that serve types only.
TYPES = {"typing", "__future__", "collections.abc", "types", "abc"}
MATH = "math"


def _exports(*files: str) -> frozenset[str]:
    texts = [(PYTHON / file).read_text(encoding="utf-8") for file in files]
    return frozenset(found for text in texts for pair in EXPORTED.findall(text) for found in pair if found)


BUILTINS = frozenset(
    name[2:]
    for name in _exports("builtins.js", "builtin_types.js", "builtin_iteration.js")
    if name.startswith("b_")
)
MATHEMATICS = _exports("mathematics.js")
EXCEPTIONS = (
    frozenset(
        re.findall(r"makeException\(\s*\"(\w+)\"", (JAVASCRIPT / "runtime" / "exceptions.js").read_text())
    )
    | frozenset(re.findall(r"derived\(\"(\w+)\"", (PYTHON / "errors.js").read_text()))
    | {"BaseException"}
)
SINGLETONS = {"NotImplemented", "Ellipsis"}


@dataclass
class Target:
    """What an imported name is. kind: "own" (a module of the program), "own-name", "library" (a module of the
    library), "found" (a name of it), "math", "math-name" or "types"."""

    kind: str
    module: str = ""
    name: str = ""
    found: Found | None = None


class Imports(Expressions):
    """Resolves names. program: the modules beside this one, and the library."""

    def __init__(self, label: str, name: str, program):
        super().__init__(label)
        self.name = name
        self.program = program
        self.targets: dict[str, Target] = {}
        self.imported: dict[str, None] = {}

    @property
    def library(self) -> Library:
        return self.program.library

    def read_imports(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for item in node.names:
                    self.import_module(node, item)
            elif isinstance(node, ast.ImportFrom):
                self.import_names(node)

    def import_module(self, node: ast.Import, item: ast.alias) -> None:
        alias = item.asname or item.name
        if item.name in TYPES:
            self.targets[alias.split(".")[0]] = Target("types")
        elif item.name == MATH:
            self.targets[alias] = Target("math")
        elif item.name.split(".")[0] == TOP:
            if "." in item.name and item.asname is None:
                self.targets[TOP] = Target("library", TOP)
            elif self.library.has_module(item.name):
                self.targets[alias] = Target("library", item.name)
            else:
                self.refuse(node, "module", item.name)
        elif self.program.is_own(item.name):
            if "." in item.name and item.asname is None:
                self.refuse(node, "dotted-import", item.name)
            self.targets[alias] = Target("own", item.name)
        else:
            self.refuse(node, "module", item.name)

    def import_names(self, node: ast.ImportFrom) -> None:
        source = self.absolute(node)
        if source in TYPES:
            for item in node.names:
                self.targets[item.asname or item.name] = Target("types")
            return
        for item in node.names:
            alias = item.asname or item.name
            if item.name == "*":
                self.refuse(node, "star-import")
            if source == MATH:
                if item.name not in MATHEMATICS:
                    self.refuse(node, "member", f"math.{item.name}")
                self.targets[alias] = Target("math-name", name=item.name)
            elif source.split(".")[0] == TOP and source != "":
                self.targets[alias] = self.from_library(node, source, item.name)
            elif self.program.is_own(f"{source}.{item.name}" if source else item.name):
                self.targets[alias] = Target("own", f"{source}.{item.name}" if source else item.name)
            elif self.program.is_own(source):
                self.targets[alias] = Target("own-name", source, item.name)
            else:
                self.refuse(node, "module", source)

    def absolute(self, node: ast.ImportFrom) -> str:
        if node.level == 0:
            return node.module or ""
        parts = self.name.split(".")[: -node.level]
        return ".".join([*parts, node.module] if node.module else parts)

    def from_library(self, node: ast.AST, module: str, name: str) -> Target:
        found = self.library.find(module, name)
        if found is None:
            self.refuse(node, "member", f"{module}.{name}")
        assert found is not None
        return Target("library", found.module) if found.kind == "module" else Target("found", found=found)

    # ------------------------------------------------------------ what a name means

    def means_something(self, name: str) -> bool:
        known = BUILTINS | EXCEPTIONS | SINGLETONS | {"__name__"}
        return self.owner(name) is not None or name in self.targets or name in known

    def outer_name(self, node: ast.Name) -> str:
        name = node.id
        if name in self.targets:
            return self.of_target(node, self.targets[name])
        if name == "__name__":
            return text_of(self.name)
        if name in BUILTINS:
            return f"$.b_{name}"
        if name in EXCEPTIONS:
            return "$.py_TypeError" if name == "TypeError" else f"$.{name}"
        if name in SINGLETONS:
            return f"$.{name}"
        if name == "EnvironmentError" or name == "IOError":
            return "$.OSError"
        return self.refuse(node, "name", name)

    def of_target(self, node: ast.AST, target: Target) -> str:
        """The JavaScript of an imported name as a value."""
        if target.kind == "own-name":
            local = f"{target.module.replace('.', '$')}${target.name}"
            self.need(
                f"import {{ {js_name(target.name)} as {local} }} from './{self.program.file(target.module)}';"
            )
            self.program.check_name(self, node, target.module, target.name)
            return local
        if target.kind == "own":
            local = f"{target.module.replace('.', '$')}$"
            self.need(f"import * as {local} from './{self.program.file(target.module)}';")
            return local
        if target.kind == "math-name":
            self.need(f"import * as math$ from '{self.program.shared}/python/mathematics.js';")
            return f"math$.{target.name}"
        if target.kind == "found":
            assert target.found is not None
            return self.of_library(target.found)
        if target.kind == "types":
            return "null"
        return self.refuse(node, "library-module", target.module or MATH)

    def of_library(self, found: Found) -> str:
        self.need(found.imported(self.program.shared))
        return found.local

    def need(self, line: str) -> None:
        self.imported[line] = None

    def target_of(self, node: ast.expr) -> Target | None:
        """What a name or a chain of attributes means among imported things, or None."""
        if isinstance(node, ast.Name):
            return self.targets.get(node.id) if self.owner(node.id) is None else None
        if not isinstance(node, ast.Attribute):
            return None
        base = self.target_of(node.value)
        if base is None or base.kind not in ("own", "library", "math"):
            return None
        if base.kind == "library":
            return self.from_library(node, base.module, node.attr)
        if base.kind == "math":
            if node.attr not in MATHEMATICS:
                self.refuse(node, "member", f"math.{node.attr}")
            return Target("math-name", name=node.attr)
        return Target("own-name", base.module, node.attr)

    def outer_attribute(self, node: ast.Attribute) -> str | None:
        target = self.target_of(node)
        if target is None:
            base = self.target_of(node.value)
            if base is not None and base.kind == "types":
                return "null"
            return None
        return self.of_target(node, target)
