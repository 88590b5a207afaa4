"""Names, literals, attributes, items and operators."""

import ast
import json

from .names import Scope, js_name
from .writer import Writer

BINARY = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
}
UNARY = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert"}
COMPARE = {
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Is: "is",
    ast.In: "isIn",
}
NEGATED = {ast.IsNot: ast.Is, ast.NotIn: ast.In}


def text_of(value: str) -> str:
    """A text as JavaScript writes it."""
    return json.dumps(value, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


class Expressions(Writer):
    """Writes expressions: `expression(node)` is the JavaScript text of one."""

    def expression(self, node: ast.expr) -> str:
        return getattr(self, f"expression_{type(node).__name__}")(node)

    def test(self, node: ast.expr) -> str:
        """A JavaScript boolean: whether an expression is true."""
        if isinstance(node, ast.BoolOp):
            sign = " && " if isinstance(node.op, ast.And) else " || "
            return f"({sign.join(self.test(value) for value in node.values)})"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"!{self.test(node.operand)}"
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            return "true" if node.value else "false"
        return f"$.truth({self.expression(node)})"

    # ------------------------------------------------------------ names and literals

    def expression_Name(self, node: ast.Name) -> str:
        name = node.id
        owner = self.owner(name)
        if owner is None:
            return self.outer_name(node)
        text = owner.js(name)
        if owner.kind == "class":
            rest = self.outside_class(node, owner) if name not in owner.sure else None
            return text if rest is None else f"({text} ?? {rest})"
        if name in owner.sure and owner is self.scope or name in owner.parameters:
            return text
        if self.scope.kind == "inner" and name in owner.sure and self.method_scope() is owner:
            return text
        if owner.kind == "module" and name in self.always:
            return text
        return f"$.bound({text}, {text_of(name)})"

    # The names that a module's definitions and imports bind once and for all.
    always: frozenset[str] = frozenset()

    def outside_class(self, node: ast.Name, scope: Scope) -> str | None:
        """What a name means outside of the class body that also binds it, or None."""
        before, self.scope = self.scope, scope.parent or scope
        try:
            return self.expression_Name(node) if self.means_something(node.id) else None
        finally:
            self.scope = before

    def expression_Constant(self, node: ast.Constant) -> str:
        value = node.value
        if value is None:
            return "null"
        if value is Ellipsis:
            return "$.Ellipsis"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value) if abs(value) < 2**53 else f"{value}n"
        if isinstance(value, float):
            if value in (float("inf"), -float("inf")):
                return "Infinity"
            return f"$.real({int(value)})" if value.is_integer() and abs(value) < 2**53 else repr(value)
        if isinstance(value, str):
            return text_of(value)
        return self.refuse(node, "bytes" if isinstance(value, bytes) else "complex")

    def expression_JoinedStr(self, node: ast.JoinedStr) -> str:
        return f"$.joined({', '.join(self.expression(part) for part in node.values)})"

    def expression_FormattedValue(self, node: ast.FormattedValue) -> str:
        value = self.expression(node.value)
        if node.conversion in (114, 97):
            value = f"$.repr({value})"
        elif node.conversion == 115:
            value = f"$.str({value})"
        spec = f", {self.expression(node.format_spec)}" if node.format_spec is not None else ""
        return f"$.format({value}{spec})"

    def items(self, nodes: list[ast.expr]) -> str:
        """The texts of elements or arguments, stars as spreads."""
        parts = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                parts.append(f"...$.iterate({self.expression(node.value)})")
            else:
                parts.append(self.expression(node))
        return ", ".join(parts)

    def expression_List(self, node: ast.List) -> str:
        return f"[{self.items(node.elts)}]"

    def expression_Tuple(self, node: ast.Tuple) -> str:
        return f"$.tuple({self.items(node.elts)})"

    def expression_Set(self, node: ast.Set) -> str:
        return f"$.set([{self.items(node.elts)}])"

    def expression_Dict(self, node: ast.Dict) -> str:
        parts = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                parts.append(f"...$.pairs({self.expression(value)})")
            else:
                parts.append(f"[{self.expression(key)}, {self.expression(value)}]")
        return f"$.dict([{', '.join(parts)}])"

    # ------------------------------------------------------------ attributes and items

    def expression_Attribute(self, node: ast.Attribute) -> str:
        outer = self.outer_attribute(node)
        if outer is not None:
            return outer
        return f"$.getattr({self.expression(node.value)}, {text_of(self.attribute(node))})"

    def attribute(self, node: ast.Attribute) -> str:
        """The name of an attribute; private ones (`self.__x`) belong to their class."""
        name = node.attr
        if name == "__proto__":
            self.refuse(node, "proto")
        if name.startswith("__") and not name.endswith("__") and self.class_names:
            return f"_{self.class_names[-1].lstrip('_')}{name}"
        return name

    class_names: list[str] = []

    def expression_Subscript(self, node: ast.Subscript) -> str:
        return f"$.getitem({self.expression(node.value)}, {self.expression(node.slice)})"

    def expression_Slice(self, node: ast.Slice) -> str:
        bounds = [self.expression(part) if part else "null" for part in (node.lower, node.upper, node.step)]
        return f"$.slice({', '.join(bounds)})"

    # ------------------------------------------------------------ operators

    def expression_BinOp(self, node: ast.BinOp) -> str:
        return f"$.{BINARY[type(node.op)]}({self.expression(node.left)}, {self.expression(node.right)})"

    def expression_UnaryOp(self, node: ast.UnaryOp) -> str:
        operand = node.operand
        if isinstance(node.op, ast.Not):
            return f"!{self.test(operand)}"
        number = isinstance(operand, ast.Constant) and type(operand.value) is int and operand.value != 0
        if isinstance(node.op, ast.USub) and number:
            return f"-{self.expression(operand)}"
        return f"$.{UNARY[type(node.op)]}({self.expression(operand)})"

    def expression_BoolOp(self, node: ast.BoolOp) -> str:
        result = self.expression(node.values[-1])
        for value in reversed(node.values[:-1]):
            temp = self.temp()
            first, second = (result, temp) if isinstance(node.op, ast.And) else (temp, result)
            result = f"($.truth({temp} = {self.expression(value)}) ? {first} : {second})"
        return result

    def expression_Compare(self, node: ast.Compare) -> str:
        left = self.expression(node.left)
        texts = []
        for index, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            value = self.expression(right)
            if index + 1 < len(node.ops):
                temp = self.temp()
                texts.append(self.comparison(op, left, f"{temp} = {value}"))
                left = temp
            else:
                texts.append(self.comparison(op, left, value))
        result = texts[-1]
        for text in reversed(texts[:-1]):
            temp = self.temp()
            result = f"($.truth({temp} = {text}) ? {result} : {temp})"
        return result

    def comparison(self, op: ast.cmpop, left: str, right: str) -> str:
        if type(op) in NEGATED:
            return f"!$.{COMPARE[NEGATED[type(op)]]}({left}, {right})"
        return f"$.{COMPARE[type(op)]}({left}, {right})"

    def expression_IfExp(self, node: ast.IfExp) -> str:
        return f"({self.test(node.test)} ? {self.expression(node.body)} : {self.expression(node.orelse)})"

    def expression_NamedExpr(self, node: ast.NamedExpr) -> str:
        owner = self.owner(node.target.id)
        name = owner.js(node.target.id) if owner else js_name(node.target.id)
        return f"({name} = {self.expression(node.value)})"

    def expression_Starred(self, node: ast.Starred) -> str:
        return f"...$.iterate({self.expression(node.value)})"

    def expression_Await(self, node: ast.Await) -> str:
        return self.refuse(node, "async")

    def expression_Yield(self, node: ast.Yield) -> str:
        value = self.expression(node.value) if node.value else "null"
        return f"((yield {value}) ?? null)"

    def expression_YieldFrom(self, node: ast.YieldFrom) -> str:
        return f"((yield* $.iterate({self.expression(node.value)})) ?? null)"

    # Of the parts that follow.

    def outer_name(self, node: ast.Name) -> str:
        raise NotImplementedError

    def outer_attribute(self, node: ast.Attribute) -> str | None:
        raise NotImplementedError

    def means_something(self, name: str) -> bool:
        raise NotImplementedError
