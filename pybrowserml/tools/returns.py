"""Which functions give a tensor, read from their `return` statements where no annotation says so."""

import ast

# Those that make tensors of nodes, at the bottom of all ops.
SOURCES = {"to_tensor", "scalar", "with_dtype", "as_float", "constant", "placeholder"}
# Those that give a list of them.
LIST_SOURCES = {"record", "custom_gradient"}


class Returns:
    """definition(module, name) -> (module, node), following imports, as in signatures."""

    def __init__(self, definition):
        self.definition = definition
        self.known: dict[tuple[str, str], bool] = {}

    def gives_tensor(self, module: str, node: ast.FunctionDef) -> bool:
        """True when every `return` of a function gives a tensor, as far as its text tells."""
        key = module, node.name
        if key not in self.known:
            if node.name in SOURCES and ".core." in f".{module}.":
                self.known[key] = True
            else:
                # A function that ends in itself gives what its other ways out give.
                self.known[key] = True
                values = [part.value for part in _own_statements(node) if isinstance(part, ast.Return)]
                self.known[key] = bool(values) and all(
                    self.is_tensor(module, node, value) for value in values
                )
        return self.known[key]

    def is_tensor(self, module: str, function: ast.FunctionDef, value: ast.expr | None) -> bool:
        if isinstance(value, ast.IfExp):
            return all(self.is_tensor(module, function, part) for part in (value.body, value.orelse))
        if isinstance(value, ast.Subscript):
            first = isinstance(value.slice, ast.Constant) and value.slice.value == 0
            return first and isinstance(value.value, ast.Call) and _name(value.value.func) in LIST_SOURCES
        if isinstance(value, ast.Call):
            return self.is_tensor_call(module, value.func)
        if isinstance(value, ast.Name):
            given = [
                part.value
                for part in _own_statements(function)
                if isinstance(part, ast.Assign) and [_name(target) for target in part.targets] == [value.id]
            ]
            recursive = (isinstance(part, ast.Name) and part.id == value.id for part in given)
            return (
                bool(given)
                and not any(recursive)
                and all(self.is_tensor(module, function, part) for part in given)
            )
        return False

    def is_tensor_call(self, module: str, called: ast.expr) -> bool:
        if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            home, node = self.definition(module, called.value.id)
            if node is not None:
                return False
            module, name = home, called.attr
        elif isinstance(called, ast.Name):
            name = called.id
        else:
            return False
        home, node = self.definition(module, name)
        return isinstance(node, ast.FunctionDef) and self.gives_tensor(home, node)


def _name(node: ast.expr) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def _own_statements(function: ast.FunctionDef):
    """The statements of a function, without those of functions inside it."""
    waiting: list[ast.stmt] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            for part in ("body", "orelse", "finalbody"):
                waiting.extend(getattr(node, part, []))
            for handler in getattr(node, "handlers", []):
                waiting.extend(handler.body)
