"""Functions, classes and other statements in JavaScript."""

import ast

from ..reserved import identifier
from .expressions import Expressions, method_name

# Classes of these rooms are never built from a stored configuration.
INTERNAL_ROOMS = {"platform", "core", "compiler", "backends", "ops"}
# Methods whose arguments platform/construct and platform/reflection may be asked for.
NOTED = {"__init__": "__arguments__", "call": "__call_arguments__", "build": "__build_arguments__"}


class Generator(Expressions):
    """Writes one module."""

    def visit_arguments(self, node):
        if node.kwonlyargs or node.kwarg or node.posonlyargs:
            self.refuse(node, "keyword-only, positional-only or ** arguments")
        required = len(node.args) - len(node.defaults)
        if getattr(self.getScope().node, "args", None) is node:
            self.getScope().nonlocals.update(arg.arg for arg in node.args)
        self.emit("(")
        for index, arg in enumerate(node.args):
            self.emitComma(index)
            self.emit("{}", identifier(arg.arg))
            if index >= required:
                self.emit(" = ")
                self.visit(node.defaults[index - required])
        if node.vararg:
            self.emitComma(len(node.args))
            self.emit("...{}", identifier(node.vararg.arg))
        self.emit(") {{\n")
        self.indent()

    def visit_FunctionDef(self, node, anAsync=False):
        # Transcrypt writes methods with decorators as accessors that take self as an argument.
        names = [getattr(decorator, "id", None) for decorator in node.decorator_list]
        in_class = isinstance(self.getScope().node, ast.ClassDef)
        if in_class and node.name == "__init__":
            node.name = method_name(node.name)
        before = self.allowJavaScriptCall
        plain = not node.decorator_list or names in (["staticmethod"], ["classmethod"])
        self.allowJavaScriptCall = in_class and plain and not anAsync
        try:
            super().visit_FunctionDef(node, anAsync)
        finally:
            self.allowJavaScriptCall = before

    def visit_ClassDef(self, node):
        if len(node.bases) > 1 or node.keywords:
            self.refuse(node, "multiple inheritance or a metaclass")
        if any(getattr(decorator, "id", None) == "dataclass" for decorator in node.decorator_list):
            self.refuse(node, "a dataclass")
        if set(self.module.name.split(".")).isdisjoint(INTERNAL_ROOMS):
            for member in [item for item in node.body if isinstance(item, ast.FunctionDef)]:
                if member.name in NOTED:
                    self.note(node, NOTED[member.name], [argument.arg for argument in member.args.args[1:]])
        super().visit_ClassDef(node)

    def note(self, node, attribute, names):
        """Keep names of arguments in an attribute of a class."""
        value = ast.List(elts=[ast.Constant(value=name) for name in names], ctx=ast.Load())
        assign = ast.Assign(targets=[ast.Name(id=attribute, ctx=ast.Store())], value=value)
        node.body.append(ast.fix_missing_locations(ast.copy_location(assign, node)))

    def visit_Raise(self, node):
        self.adaptLineNrString(node)
        self.emit("throw ")
        if node.exc is None:
            self.emit(self.getTemp("except"))
        else:
            self.visit(node.exc)

    def visit_With(self, node):
        self.refuse(node, "a with statement; use try/finally")

    def visit_Try(self, node):
        if node.orelse:
            self.refuse(node, "try ... else")
        super().visit_Try(node)

    def visit_Assign(self, node):
        # A variable is declared where it first gets a value; Transcrypt's `nonlocals` are those that are already.
        targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
        super().visit_Assign(node)
        scope = self.getScope()
        if isinstance(scope.node, ast.FunctionDef) and len(targets) == len(node.targets) == 1:
            scope.nonlocals.add(targets[0])

    def visit_AugAssign(self, node):
        if isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.value, ast.UnaryOp):
            node.value = ast.copy_location(
                ast.BinOp(left=ast.Constant(value=0), op=ast.Sub(), right=node.value.operand), node.value
            )
            self.visit(node.target)
            self.emit(" {}= (", self.operators[type(node.op)][0])
            self.visit(node.value)
            self.emit(")")
        else:
            super().visit_AugAssign(node)
