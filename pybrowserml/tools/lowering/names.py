"""Which names a piece of code binds, and how they are called in JavaScript."""

import ast
from collections.abc import Sequence

RESERVED = frozenset(
    """arguments await break case catch class const continue debugger default delete do else enum eval export extends
    false finally for function if implements import in instanceof interface let new null package private protected
    public return static super switch this throw true try typeof undefined var void while with yield Infinity
    NaN""".split()
)

# Methods that a page cannot wait in: their callers need the answer at once.
AT_ONCE = {"call", "build", "compute_mask", "compute_output_shape", "get_config", "from_config", "train_step"}

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def js_name(name: str) -> str:
    """The JavaScript name of a variable."""
    return f"{name}$" if name in RESERVED else name


def bound_names(body: list[ast.AST]) -> set[str]:
    """The names that statements bind in their own scope (imports apart)."""
    found: set[str] = set()
    other: set[str] = set()
    pending: list[tuple[ast.AST, bool]] = [(node, False) for node in body]
    while pending:
        node, within = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            outer = [*node.decorator_list]
            if isinstance(node, ast.ClassDef):
                outer += node.bases
            else:
                outer += [*node.args.defaults, *[value for value in node.args.kw_defaults if value]]
            pending += [(part, within) for part in outer]
            continue
        if isinstance(node, ast.Lambda):
            pending += [(value, within) for value in node.args.defaults]
            continue
        if isinstance(node, ast.Global | ast.Nonlocal):
            other.update(node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.NamedExpr):
            found.add(node.target.id)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and not within:
            found.add(node.id)
        inside = within or isinstance(node, COMPREHENSIONS)
        pending += [(child, inside) for child in ast.iter_child_nodes(node)]
    return found - other


def declared(body: list[ast.AST], kind: type) -> set[str]:
    """The names in the `global` or `nonlocal` statements of a function, without those of functions inside."""
    found: set[str] = set()
    pending = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, FUNCTIONS | ast.ClassDef):
            continue
        if isinstance(node, kind):
            found.update(node.names)  # pyright: ignore[reportAttributeAccessIssue]
        pending += ast.iter_child_nodes(node)
    return found


def own_nodes(body: Sequence[ast.AST]):
    """All nodes of a function's body, without those of functions and classes inside."""
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, FUNCTIONS | ast.ClassDef):
            pending += ast.iter_child_nodes(node)


class Scope:
    """A scope of names. kind: "module", "function", "class" or "inner" (a lambda or comprehension).

    names: what it binds; suffix: what its JavaScript names end with (class bodies, which functions inside do not
    see); sure: the names that have a value at the place being written; temps: its auxiliary variables.
    """

    def __init__(self, kind: str, names: set[str], parent: "Scope | None" = None, suffix: str = ""):
        self.kind = kind
        self.names = names
        self.parent = parent
        self.suffix = suffix
        self.sure: set[str] = set()
        self.temps: list[str] = []
        self.globals: set[str] = set()
        self.parameters: set[str] = set()
        self.first: str | None = None
        self.waits = False
        # The functions in it, by name, that wait.
        self.waiting: set[str] = set()

    def js(self, name: str) -> str:
        return js_name(name) + self.suffix
