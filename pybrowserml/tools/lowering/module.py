"""One module of a program: its text in, JavaScript out."""

import ast
from collections import Counter

from .names import Scope, bound_names, declared, js_name
from .statements import Statements


class ModuleWriter(Statements):
    """Writes a whole module. program: where it belongs; tree: its syntax."""

    def __init__(self, label: str, name: str, tree: ast.Module, program):
        super().__init__(label, name, program)
        self.tree = tree

    def write(self) -> tuple[list[str], list[int | None]]:
        """The lines of JavaScript and the Python line that each comes from."""
        tree = self.tree
        self.read_imports(tree)
        names = exports_of(tree)
        self.scope = Scope("module", names)
        self.scope.waits = True
        self.always = frozenset(_bound_once(tree))
        self.body(tree.body)
        head = [f"import * as $ from '{self.program.shared}/python/index.js';"]
        if self.program.library_used:
            head.append("import './program.glue.js';")
        head += self.imported
        if names:
            head.append(f"export let {', '.join(js_name(name) for name in sorted(names))};")
        if self.scope.temps:
            head.append(f"let {', '.join(self.scope.temps)};")
        return [*head, *self.lines], [None] * len(head) + self.numbers


def exports_of(tree: ast.Module) -> set[str]:
    """The names that a module binds."""
    found = bound_names(list(tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found |= declared(list(node.body), ast.Global)
    return found


def _bound_once(tree: ast.Module) -> set[str]:
    """Names of functions and classes that nothing else binds."""
    times = Counter(name for node in tree.body for name in bound_names([node]))
    changed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            changed |= set(node.names)
    definitions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return {name for name in definitions if times[name] == 1 and name not in changed}
