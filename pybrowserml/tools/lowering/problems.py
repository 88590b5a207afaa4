"""What a page does not understand, and what to write instead."""

import ast

from ..modules import TranspileError


class Refused(TranspileError):
    """A construct that has no JavaScript. The message has file, line, column, construct and what to write instead."""

    def __init__(self, label: str, node: ast.AST | None, key: str, detail: str = ""):
        construct, instead = REFUSED[key]
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0) + 1
        named = construct.replace("*", detail) if "*" in construct else construct
        super().__init__(label, line, "")
        self.args = (f"{label}:{line}:{column}: {named} has no meaning in a page; {instead}",)
        self.key = key
        self.column = column


# key: (construct, what to write instead); a * stands for a name. docs/python.md shows this table.
REFUSED = {
    "async": ("async and await", "leave them out: functions that wait become asynchronous by themselves"),
    "match": ("a match statement", "write if and elif"),
    "except-star": ("except*", "catch the exceptions one by one"),
    "metaclass": ("a metaclass or class keyword", "leave it out, or use a class decorator"),
    "generic": ("a type parameter", "leave it out"),
    "bytes": ("a bytes literal", "write bytes([1, 2]) or a text"),
    "complex": ("a complex number", "keep real and imaginary part apart"),
    "name": (
        "the name '*'",
        "define or import it; of Python's builtins those exist that do not need files or a console",
    ),
    "module": (
        "the module '*'",
        "a page has math, typing, modules of your own beside this file, and pybrowserml (its ops replace NumPy)",
    ),
    "member": ("the member '*'", "it does not exist there; look for another name in the documentation"),
    "library-module": ("the module '*' as a value", "name what you need of it"),
    "star-import": ("import *", "name what you need"),
    "dotted-import": ("import of '*' without `as`", "write `import * as name`, or `from ... import ...`"),
    "import-assigned": ("assigning to the imported name '*'", "choose another name"),
    "module-assigned": ("assigning to '*' of another module", "call a function of that module which does it"),
    "super-outside": (
        "super() outside of a method",
        "call it in the method itself, which has self as its first argument",
    ),
    "super-arguments": ("super() with one argument or more than two", "write super()"),
    "type-call": ("type() with three arguments", "write a class"),
    "dataclass": ("a dataclass", "write __init__"),
    "waits-in-expression": (
        "waiting for '*' in a lambda, comprehension or generator",
        "write a loop in a function",
    ),
    "waits-in-special": (
        "waiting for '*' in a method that must answer at once",
        "read values in a function that is called from outside, such as a callback",
    ),
    "waits-as-value": (
        "'*', which waits, as a value",
        "call it; what is handed on to other functions must answer at once",
    ),
    "proto": ("the name '__proto__'", "choose another name"),
    "bare-raise": ("raise without an exception outside of except", "name the exception"),
    "delete": ("del of this", "delete a name, an item or an attribute"),
}
