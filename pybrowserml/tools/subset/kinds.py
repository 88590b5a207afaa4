"""What a rule may ask about an expression: its obvious kind, and where it stands."""

import ast
from collections.abc import Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.Module, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

# Functions and methods that always give one kind.
CALL_KINDS = {"list": "list", "sorted": "list", "dict": "dict", "set": "set", "tuple": "tuple", "str": "str"}
METHOD_KINDS = {
    "split": "list",
    "join": "str",
    "strip": "str",
    "lower": "str",
    "upper": "str",
    "format": "str",
}
ANNOTATION_KINDS = {"list": "list", "dict": "dict", "set": "set", "tuple": "tuple", "str": "str"}


class Context:
    """The module under check. Every node has a `parent`; `kind` knows literals and names bound to them."""

    def __init__(self, path: str, tree: ast.Module):
        self.path = path
        self.tree = tree
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
        self.modules = self._imported_modules()
        self.classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        self._names: dict[ast.AST, dict[str, str | None]] = {}

    def parent(self, node: ast.AST) -> ast.AST | None:
        return self.parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        current = self.parents.get(node)
        while current is not None:
            yield current
            current = self.parents.get(current)

    def scope(self, node: ast.AST) -> ast.AST:
        """The function, class or module that the node stands in."""
        return next((outer for outer in self.ancestors(node) if isinstance(outer, SCOPES)), self.tree)

    def kind(self, node: ast.AST | None) -> str | None:
        """list, tuple, dict, set, str, number, bool or none where that is plain to see, else None."""
        if isinstance(node, ast.Constant):
            return _constant_kind(node.value)
        if isinstance(node, ast.List | ast.ListComp):
            return "list"
        if isinstance(node, ast.Tuple):
            return "tuple"
        if isinstance(node, ast.Dict | ast.DictComp):
            return "dict"
        if isinstance(node, ast.Set | ast.SetComp):
            return "set"
        if isinstance(node, ast.JoinedStr):
            return "str"
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                return CALL_KINDS.get(node.func.id)
            return METHOD_KINDS.get(node.func.attr) if isinstance(node.func, ast.Attribute) else None
        if isinstance(node, ast.Name):
            return self._name_kind(node)
        return None

    def _name_kind(self, node: ast.Name) -> str | None:
        scope: ast.AST | None = self.scope(node)
        while scope is not None:
            names = self._bindings(scope)
            if node.id in names:
                return names[node.id]
            scope = None if scope is self.tree else self.scope(scope)
        return None

    def _bindings(self, scope: ast.AST) -> dict[str, str | None]:
        """The names bound in a scope; the kind of those that are always bound to one."""
        if scope not in self._names:
            found: dict[str, str | None] = {}
            self._names[scope] = found

            def bind(name: str, kind: str | None):
                found[name] = kind if name not in found or found[name] == kind else None

            if isinstance(scope, FUNCTIONS):
                for argument in scope.args.args:
                    bind(argument.arg, annotation_kind(argument.annotation))
            for node in own_nodes(scope):
                if isinstance(node, ast.Assign):
                    for target in node.targets:
                        if isinstance(target, ast.Name):
                            bind(target.id, self.kind(node.value))
                elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    bind(node.target.id, annotation_kind(node.annotation))
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    outer = self.parents.get(node)
                    if not isinstance(outer, ast.Assign | ast.AnnAssign | ast.AugAssign):
                        bind(node.id, None)
        return self._names[scope]

    def _imported_modules(self) -> set[str]:
        """Names bound by `import x` and by `from . import x`, which are modules in this library."""
        names = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names.update(item.asname or item.name for item in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module is None:
                names.update(item.asname or item.name for item in node.names)
        return names


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes below a scope, without those of functions and classes inside it."""
    pending = list(ast.iter_child_nodes(scope))
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, SCOPES):
            pending.extend(ast.iter_child_nodes(node))


def annotation_kind(node: ast.AST | None) -> str | None:
    if isinstance(node, ast.Subscript):
        node = node.value
    return ANNOTATION_KINDS.get(node.id) if isinstance(node, ast.Name) else None


def _constant_kind(value) -> str | None:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "str"
    return "none" if value is None else None


def called_name(node: ast.AST | None) -> str | None:
    """The name of a plain function call: `f(x)` -> "f"."""
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None


def called_method(node: ast.AST) -> str | None:
    """The name of a method call: `x.f()` -> "f"."""
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None


def names_in(node: ast.AST, context: type[ast.expr_context] = ast.Load) -> set[str]:
    return {
        part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, context)
    }


def contains(node: ast.AST, *types: type[ast.AST]) -> bool:
    return any(isinstance(part, types) for part in ast.walk(node))
