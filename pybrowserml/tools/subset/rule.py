"""What a rule of the subset is, and the table that the rule modules fill."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .kinds import Context


@dataclass(frozen=True)
class Rule:
    """One thing that Python does and JavaScript does not.

    name: how reports and `# subset: ok NAME reason` call it; nodes: the syntax that it looks at; why: what
    happens in JavaScript; instead: what to write; check: (node, context) -> whether the node breaks the rule.
    """

    name: str
    nodes: tuple[type[ast.AST], ...]
    why: str
    instead: str
    check: Callable[[ast.AST, Context], bool]


RULES: dict[str, Rule] = {}


def rule(name: str, nodes: type[ast.AST] | Iterable[type[ast.AST]], why: str, instead: str):
    """Decorator: adds a check to the table."""
    types = (nodes,) if isinstance(nodes, type) else tuple(nodes)

    def add(check):
        if name in RULES:
            raise ValueError(f"two rules are called {name}")
        RULES[name] = Rule(name, types, why, instead, check)
        return check

    return add
