"""The base of the lowering: lines of JavaScript with the Python lines that they come from, scopes, refusals."""

import ast
import contextlib

from .names import Scope
from .problems import Refused


class Writer:
    """Writes one module. label: its path, for messages."""

    def __init__(self, label: str):
        self.label = label
        self.lines: list[str] = []
        self.numbers: list[int] = []
        self.depth = 0
        self.here = 1
        self.count = 0
        self.around: list[str] = []
        self.scope = Scope("module", set())

    def refuse(self, node: ast.AST, key: str, detail: str = ""):
        raise Refused(self.label, node, key, detail)

    def line(self, text: str, node: ast.AST | None = None) -> None:
        if node is not None and hasattr(node, "lineno"):
            self.here = node.lineno  # pyright: ignore[reportAttributeAccessIssue]
        self.lines.append("  " * self.depth + text)
        self.numbers.append(self.here)

    @contextlib.contextmanager
    def indented(self):
        self.depth += 1
        yield
        self.depth -= 1

    @contextlib.contextmanager
    def named(self, *parts: str):
        """Inside of a function or class: how Python's messages name what is defined there."""
        before, self.around = self.around, [*self.around, *parts]
        yield
        self.around = before

    def unique(self, name: str) -> str:
        """A name that no Python name meets."""
        self.count += 1
        return f"{name}${self.count}"

    def temp(self) -> str:
        """An auxiliary variable of the scope."""
        name = self.unique("t")
        self.scope.temps.append(name)
        return name

    @contextlib.contextmanager
    def inside(self, scope: Scope):
        before, self.scope = self.scope, scope
        yield scope
        self.scope = before

    @contextlib.contextmanager
    def branch(self):
        """Statements that may not run: what they bind is not sure behind them."""
        before = set(self.scope.sure)
        yield
        self.scope.sure = before

    def owner(self, name: str) -> Scope | None:
        """The scope that a name belongs to, or None."""
        scope: Scope | None = self.scope
        while scope is not None:
            if name in scope.globals:
                while scope.parent is not None:
                    scope = scope.parent
                return scope if name in scope.names else None
            if name in scope.names and (scope.kind != "class" or scope is self.scope):
                return scope
            scope = scope.parent
        return None

    def method_scope(self) -> Scope | None:
        """The function around, lambdas and comprehensions skipped."""
        scope: Scope | None = self.scope
        while scope is not None and scope.kind == "inner":
            scope = scope.parent
        return scope
