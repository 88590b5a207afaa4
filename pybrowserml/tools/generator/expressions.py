"""Calls, attributes and other expressions in JavaScript."""

import ast
import json

from ..reserved import RESERVED, identifier
from .transcrypt import SubsetError, compiler

METHODS = frozenset(
    """append extend insert remove index count pop clear copy discard sort get keys values items setdefault
    update join split rsplit splitlines partition strip lstrip rstrip startswith endswith find rfind lower
    upper capitalize replace zfill ljust rjust isdigit isalpha isalnum isspace""".split()
)


# Calls of these may have keywords; the names are in the order of the runtime function's arguments.
KEYWORDS = {
    "sorted": ["iterable", "key", "reverse"],
    "sort": ["key", "reverse"],
    "enumerate": ["iterable", "start"],
}


# Functions whose arguments are no functions.
DATA_FUNCTIONS = frozenset("abs enumerate float int len list max min range round str sum zip".split())


def method_name(name: str) -> str:
    """The name of a method in JavaScript. (Transcrypt treats one called __init__ in a way of its own.)"""
    return "__construct__" if name == "__init__" else name


def is_data(node):
    """Whether an expression stands where a method as a value would make no sense: it needs no binding."""
    parent = getattr(node, "parentNode", None)
    match parent:
        case ast.BinOp() | ast.UnaryOp() | ast.Compare() | ast.FormattedValue() | ast.AugAssign():
            return True
        case ast.Attribute() | ast.Subscript():
            return True
        case ast.For() | ast.comprehension():
            return parent.iter is node
        case ast.If() | ast.While() | ast.IfExp() | ast.Assert():
            return parent.test is node
        case ast.Call(func=ast.Name(id=name)):
            return name in DATA_FUNCTIONS
    return False


class Expressions(compiler.Generator):
    """Writes calls, attributes and other expressions."""

    def __init__(self, module, method_names: frozenset[str], module_aliases: frozenset[str]):
        self.method_names = method_names
        self.module_aliases = module_aliases
        self.called = None
        super().__init__(module)

    # Transcrypt fills these in its constructor, just before it starts.
    def visit_Module(self, node):
        self.aliases = [(name, "py_" + name) for name in sorted(RESERVED)]
        self.operators[ast.Eq] = ("===", 10)
        self.operators[ast.NotEq] = ("!==", 10)
        self.allowJavaScriptCall = True
        super().visit_Module(node)

    def filterId(self, qualifiedId):
        """The JavaScript name of a variable. Members of classes keep their names, which JavaScript allows."""
        in_class = bool(self.scopes) and isinstance(self.getScope().node, ast.ClassDef)
        return identifier(qualifiedId) if self.idFiltering and not in_class else qualifiedId

    def refuse(self, node, message):
        raise SubsetError(getattr(node, "lineno", self.lineNr), message)

    def emit_list(self, nodes):
        for index, node in enumerate(nodes):
            self.emitComma(index)
            if isinstance(node, ast.Starred):
                self.emit("...")
                node = node.value
            self.visit(node)

    def visit_operand(self, node):
        """The expression before a dot or a bracket."""
        loose = (
            ast.BinOp,
            ast.BoolOp,
            ast.Compare,
            ast.UnaryOp,
            ast.Yield,
            ast.YieldFrom,
            ast.Await,
            ast.Lambda,
        )
        if isinstance(node, loose) or (
            isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        ):
            self.emit("(")
            self.visit(node)
            self.emit(")")
        else:
            self.visit(node)

    # ------------------------------------------------------------ calls and attributes

    def visit_Call(self, node, dataClassArgDict=None):
        func = node.func
        if isinstance(func, ast.Name) and func.id == "__pragma__":
            return self.emit_raw(node)
        self.adaptLineNrString(node)
        arguments = self.positional(node)
        if isinstance(func, ast.Attribute) and self.is_super(func.value):
            self.emit("__super__ ({}, '{}').call (self", self.class_in_scope(), method_name(func.attr))
            if arguments:
                self.emit(", ")
            self.emit_list(arguments)
            self.emit(")")
        elif isinstance(func, ast.Attribute) and func.attr == "__init__":
            self.refuse(node, "a call of __init__ by the name of its class; use super()")
        elif isinstance(func, ast.Attribute) and getattr(func.value, "id", "").startswith("__accu"):
            self.visit(func.value)
            self.emit(".push (")
            self.emit_list(arguments)
            self.emit(")")
        elif isinstance(func, ast.Attribute) and func.attr in METHODS and not self.is_module(func.value):
            self.emit("m_{} (", func.attr)
            self.emit_list([func.value, *arguments])
            self.emit(")")
        elif isinstance(func, ast.Name) and func.id == "type":
            self.emit("py_typeof (")
            self.emit_list(arguments)
            self.emit(")")
        else:
            self.called = func
            if isinstance(func, ast.Attribute | ast.Name | ast.Call | ast.Subscript):
                self.visit(func)
            else:
                self.visit_operand(func)
            self.emit(" (")
            self.emit_list(arguments)
            self.emit(")")

    def emit_raw(self, node):
        """`__pragma__ ("js", "{}", code)`: the code, each line mapped to its own line of the source."""
        if [getattr(part, "value", None) for part in node.args[:2]] != ["js", "{}"] or len(node.args) != 3:
            self.refuse(node, 'a pragma other than __pragma__("js", "{}", """code""")')
        for index, line in enumerate(node.args[2].value.split("\n")):
            self.adaptLineNrString(node.args[2], index)
            self.emit("{}\n", line)

    def positional(self, node):
        """The arguments of a call in order, keywords of known functions put in their places."""
        if not node.keywords:
            return node.args
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        order = KEYWORDS.get(name or "")
        if order is None or any(keyword.arg not in order for keyword in node.keywords):
            given = node.keywords[0].arg or "**"
            self.refuse(node, f"keyword argument {given!r} in a call; pass it by position")
        arguments = list(node.args)
        for keyword in node.keywords:
            place = order.index(keyword.arg)
            while len(arguments) <= place:
                arguments.append(ast.Constant(value=None, lineno=node.lineno, col_offset=node.col_offset))
            arguments[place] = keyword.value
        return arguments

    def is_super(self, node):
        if not self.isCall(node, "super"):
            return False
        if node.args:
            self.refuse(node, "super() with arguments")
        return True

    def class_in_scope(self):
        return ".".join(scope.node.name for scope in self.getAdjacentClassScopes(True))

    def is_module(self, node):
        return isinstance(node, ast.Name) and node.id in self.module_aliases

    def visit_Attribute(self, node):
        bind = (
            node is not self.called
            and isinstance(node.ctx, ast.Load)
            and node.attr in self.method_names
            and not self.is_module(node.value)
            and not is_data(node)
        )
        if bind:
            self.emit("__bind__ (")
            self.visit(node.value)
            self.emit(", '{}'", node.attr)
            if isinstance(node.value, ast.Name):
                # Read here, where the engine knows the object's class, rather than by name in the runtime.
                self.emit(", ")
                self.visit(node.value)
                self.emit(".{}", node.attr)
            self.emit(")")
        else:
            self.visit_operand(node.value)
            self.emit(".{}", node.attr)

    def visit_Subscript(self, node):
        if isinstance(node.slice, ast.Tuple):
            self.refuse(node, "a subscript with a comma")
        if isinstance(node.slice, ast.Slice):
            if not isinstance(node.ctx, ast.Load):
                self.refuse(node, "assigning to or deleting a slice; build a new list")
            self.emit("__slice__ (")
            none = ast.Constant(value=None)
            self.emit_list(
                [node.value, node.slice.lower or none, node.slice.upper or none, node.slice.step or none]
            )
            self.emit(")")
        else:
            self.expectingNonOverloadedLhsIndex = False
            self.visit_operand(node.value)
            self.emit(" [")
            self.visit(node.slice)
            self.emit("]")

    # ------------------------------------------------------------ expressions

    def visit_Constant(self, node):
        value = node.value
        if isinstance(value, str):
            self.emit("{}", json.dumps(value))
        elif isinstance(value, bytes):
            self.refuse(node, "a bytes literal")
        elif isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
            self.emit("Infinity")
        else:
            super().visit_Constant(node)

    def visit_JoinedStr(self, node):
        self.emit("__text__ (")
        for index, part in enumerate(node.values):
            self.emitComma(index)
            self.visit(part)
        self.emit(")")

    def visit_FormattedValue(self, node):
        if node.format_spec is not None or node.conversion not in (-1, 115):
            self.refuse(node, "a format specification in an f-string; use platform.numbers.fmt")
        self.visit(node.value)

    def visit_Compare(self, node):
        for index, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            left = node.left if index == 0 else node.comparators[index - 1]
            if index:
                self.emit(" && ")
            elif len(node.ops) > 1:
                self.emit("(")
            if isinstance(op, ast.In | ast.NotIn):
                self.emit("__in__ (" if isinstance(op, ast.In) else "!__in__ (")
                self.emit_list([left, right])
                self.emit(")")
            else:
                nothing = isinstance(right, ast.Constant) and right.value is None
                symbol = self.operators[type(op)][0]
                self.visitSubExpr(node, left)
                self.emit(" {} ", symbol[:2] if nothing else symbol)
                self.visitSubExpr(node, right)
        if len(node.ops) > 1:
            self.emit(")")

    def visit_UnaryOp(self, node):
        self.emit(self.operators[type(node.op)][0])
        simple = isinstance(node.operand, ast.Name | ast.Attribute | ast.Call | ast.Subscript) or (
            isinstance(node.operand, ast.Constant)
        )
        if simple:
            self.visit(node.operand)
        else:
            self.emit("(")
            self.visit(node.operand)
            self.emit(")")

    def visit_Yield(self, node):
        self.emit_yield(node, super().visit_Yield)

    def visit_YieldFrom(self, node):
        self.emit_yield(node, super().visit_YieldFrom)

    def emit_yield(self, node, write):
        if isinstance(getattr(node, "parentNode", None), ast.Expr | ast.Assign | ast.Return):
            write(node)
        else:
            self.emit("(")
            write(node)
            self.emit(")")

    def visit_Tuple(self, node):
        self.stripTuple = False
        self.visit_List(node)

    def visit_List(self, node):
        self.emit("[")
        self.emit_list(node.elts)
        self.emit("]")

    def visit_Set(self, node):
        self.emit("set ([")
        self.emit_list(node.elts)
        self.emit("])")

    def visit_Dict(self, node):
        if any(key is None for key in node.keys):
            self.refuse(node, "** in a dict literal; use update()")
        if node.keys:
            super().visit_Dict(node)
        else:
            self.emit("dict ()")

    def visit_NamedExpr(self, node):
        self.refuse(node, "an assignment inside an expression")

    def visit_Starred(self, node):
        self.refuse(node, "star unpacking here")

    def visit_Match(self, node):
        self.refuse(node, "a match statement")
