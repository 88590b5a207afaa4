"""Assignments, branches, loops, exceptions and other statements."""

import ast

from .expressions import BINARY, text_of
from .functions import Functions
from .names import js_name


class Statements(Functions):
    """Writes statements."""

    # How `break` leaves each loop around: the flag that its else clause asks, or None.
    loops: list[str | None] = []
    # The exceptions caught around.
    caught: list[str] = []

    def body(self, nodes: list[ast.stmt]) -> None:
        for node in nodes:
            getattr(self, f"statement_{type(node).__name__}", self.unknown)(node)

    def unknown(self, node: ast.stmt) -> None:
        keys = {"Match": "match", "TryStar": "except-star", "TypeAlias": "generic"}
        self.refuse(node, keys.get(type(node).__name__, "async"))

    def statement_Import(self, node: ast.Import) -> None:
        pass

    def statement_ImportFrom(self, node: ast.ImportFrom) -> None:
        pass

    def statement_Global(self, node: ast.Global) -> None:
        pass

    def statement_Nonlocal(self, node: ast.Nonlocal) -> None:
        pass

    def statement_Pass(self, node: ast.Pass) -> None:
        pass

    def statement_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):
            self.line(f"{self.expression(node.value)};", node)

    def statement_Return(self, node: ast.Return) -> None:
        self.line(f"return {self.expression(node.value) if node.value else 'null'};", node)

    def statement_Assert(self, node: ast.Assert) -> None:
        message = f"[{self.expression(node.msg)}]" if node.msg else "[]"
        self.line(f"if (!{self.test(node.test)}) throw $.call($.AssertionError, {message});", node)

    # ------------------------------------------------------------ assignments

    def assignment(self, target: ast.expr, value: str) -> list[str]:
        """The statements that give a target its value, the text of an expression."""
        if isinstance(target, ast.Name):
            return [f"{self.bind(target)} = {value};"]
        if isinstance(target, ast.Attribute):
            outer = self.target_of(target)
            if outer is not None:
                self.refuse(target, "module-assigned", ast.unparse(target))
            return [
                f"$.setattr({self.expression(target.value)}, {text_of(self.attribute(target))}, {value});"
            ]
        if isinstance(target, ast.Subscript):
            return [f"$.setitem({self.expression(target.value)}, {self.expression(target.slice)}, {value});"]
        if isinstance(target, ast.Starred):
            return self.assignment(target.value, value)
        assert isinstance(target, ast.Tuple | ast.List)
        stars = [i for i, part in enumerate(target.elts) if isinstance(part, ast.Starred)]
        items = self.unique("items")
        count = len(target.elts)
        if stars:
            text = f"$.unpackStar({value}, {stars[0]}, {count - stars[0] - 1})"
        else:
            text = f"$.unpack({value}, {count})"
        lines = [f"const {items} = {text};"]
        for index, part in enumerate(target.elts):
            lines += self.assignment(part, f"{items}[{index}]")
        return lines

    def bind(self, target: ast.Name) -> str:
        """The JavaScript name of a variable that gets a value, which it has from here on."""
        owner = self.owner(target.id)
        if owner is None or (owner.kind == "module" and target.id in self.targets):
            self.refuse(target, "import-assigned", target.id)
        assert owner is not None
        if owner is self.scope:
            owner.sure.add(target.id)
        return owner.js(target.id)

    def statement_Assign(self, node: ast.Assign) -> None:
        value = self.expression(node.value)
        if len(node.targets) > 1:
            shared = self.unique("value")
            self.line(f"const {shared} = {value};", node)
            value = shared
        for target in node.targets:
            for text in self.assignment(target, value):
                self.line(text, node)

    def statement_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            for text in self.assignment(node.target, self.expression(node.value)):
                self.line(text, node)

    def statement_AugAssign(self, node: ast.AugAssign) -> None:
        name = f"i{BINARY[type(node.op)]}"
        target = node.target
        if isinstance(target, ast.Name):
            before = self.expression(ast.copy_location(ast.Name(target.id, ast.Load()), target))
            self.line(f"{self.bind(target)} = $.{name}({before}, {self.expression(node.value)});", node)
            return
        owner = self.unique("owner")
        if isinstance(target, ast.Attribute):
            if self.target_of(target) is not None:
                self.refuse(target, "module-assigned", ast.unparse(target))
            label = text_of(self.attribute(target))
            read, write = f"$.getattr({owner}, {label})", f"$.setattr({owner}, {label}, "
            self.line(f"const {owner} = {self.expression(target.value)};", node)
        else:
            key = self.unique("key")
            read, write = f"$.getitem({owner}, {key})", f"$.setitem({owner}, {key}, "
            self.line(f"const {owner} = {self.expression(target.value)};", node)
            self.line(f"const {key} = {self.expression(target.slice)};", node)
        self.line(f"{write}$.{name}({read}, {self.expression(node.value)}));", node)

    def statement_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                owner = self.owner(target.id)
                name = self.bind(target)
                if owner is not None:
                    owner.sure.discard(target.id)
                    owner.parameters.discard(target.id)
                self.line(f"$.bound({name}, {text_of(target.id)});", node)
                self.line(f"{name} = undefined;", node)
            elif isinstance(target, ast.Attribute):
                label = text_of(self.attribute(target))
                self.line(f"$.delattr({self.expression(target.value)}, {label});", node)
            elif isinstance(target, ast.Subscript):
                place = self.expression(target.slice)
                self.line(f"$.delitem({self.expression(target.value)}, {place});", node)
            else:
                self.refuse(node, "delete")

    # ------------------------------------------------------------ branches and loops

    def block(self, nodes: list[ast.stmt]) -> None:
        with self.branch(), self.indented():
            self.body(nodes)

    def statement_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        self.line(f"if ({self.test(node.test)}) {{", node)
        self.block(node.body)
        if node.orelse:
            self.line("} else {")
            self.block(node.orelse)
        self.line("}")

    def loop(self, head: str, node: ast.For | ast.While, first: list[str]) -> None:
        flag = self.unique("broke") if node.orelse else None
        if flag:
            self.line(f"let {flag} = false;", node)
        self.line(head, node)
        loops, self.loops = self.loops, [*self.loops, flag]
        with self.branch(), self.indented():
            if isinstance(node, ast.For):
                first = first + self.assignment(node.target, self.item)
            for text in first:
                self.line(text, node)
            self.body(node.body)
        self.loops = loops
        self.line("}")
        if flag:
            self.line(f"if (!{flag}) {{")
            self.block(node.orelse)
            self.line("}")

    item = ""

    def statement_For(self, node: ast.For) -> None:
        source = self.expression(node.iter)
        self.item = self.unique("item")
        self.loop(f"for (const {self.item} of $.iterate({source})) {{", node, [])

    def statement_While(self, node: ast.While) -> None:
        self.loop(f"while ({self.test(node.test)}) {{", node, [])

    def statement_Break(self, node: ast.Break) -> None:
        if self.loops[-1]:
            self.line(f"{self.loops[-1]} = true;", node)
        self.line("break;", node)

    def statement_Continue(self, node: ast.Continue) -> None:
        self.line("continue;", node)

    # ------------------------------------------------------------ exceptions

    def statement_Raise(self, node: ast.Raise) -> None:
        if node.exc is None:
            if not self.caught:
                self.refuse(node, "bare-raise")
            self.line(f"throw {self.caught[-1]};", node)
            return
        cause = f", {self.expression(node.cause)}" if node.cause else ""
        self.line(f"throw $.raised({self.expression(node.exc)}{cause});", node)

    def statement_Try(self, node: ast.Try) -> None:
        outer = bool(node.orelse and node.finalbody)
        passed = self.unique("passed") if node.orelse else None
        if passed:
            self.line(f"let {passed} = false;", node)
        if outer:
            self.line("try {", node)
        self.line("try {", node)
        self.block(node.body)
        if passed:
            self.line(f"  {passed} = true;")
        if node.handlers:
            thrown = self.unique("thrown")
            error = self.unique("error")
            self.line(f"}} catch ({thrown}) {{", node.handlers[0])
            with self.indented():
                self.line(f"const {error} = $.caught({thrown});")
                self.handlers(node.handlers, error)
        elif passed and not outer:
            pass
        if node.finalbody and not outer:
            self.line("} finally {")
            self.block(node.finalbody)
        self.line("}")
        if passed:
            self.line(f"if ({passed}) {{")
            self.block(node.orelse)
            self.line("}")
        if outer:
            self.line("} finally {")
            self.block(node.finalbody)
            self.line("}")

    def handlers(self, handlers: list[ast.ExceptHandler], error: str) -> None:
        word = ""
        complete = False
        for handler in handlers:
            if handler.type is None:
                complete = True
                self.line(f"{word}{{" if word else "{", handler)
            else:
                self.line(f"{word}if ($.matches({error}, {self.expression(handler.type)})) {{", handler)
            word = "} else "
            caught, self.caught = self.caught, [*self.caught, error]
            with self.branch(), self.indented():
                if handler.name:
                    target = ast.copy_location(ast.Name(handler.name, ast.Store()), handler)
                    self.line(f"{self.bind(target)} = {error};", handler)
                self.body(handler.body)
            self.caught = caught
        if complete:
            self.line("}")
        else:
            self.line(f"}} else throw {error};")

    def statement_With(self, node: ast.With) -> None:
        self.with_items(node, node.items)

    def with_items(self, node: ast.With, items: list[ast.withitem]) -> None:
        manager, failed, error = self.unique("manager"), self.unique("failed"), self.unique("error")
        item = items[0]
        self.line(f"const {manager} = {self.expression(item.context_expr)};", node)
        entered = f"$.enter({manager})"
        if item.optional_vars is not None:
            for text in self.assignment(item.optional_vars, entered):
                self.line(text, node)
        else:
            self.line(f"{entered};", node)
        self.line(f"let {failed} = false;")
        self.line("try {")
        with self.branch(), self.indented():
            if len(items) > 1:
                self.with_items(node, items[1:])
            else:
                self.body(node.body)
        self.line(f"}} catch ({error}) {{")
        self.line(f"  {failed} = true;")
        self.line(f"  if (!$.truth($.exit({manager}, $.caught({error})))) throw {error};")
        self.line("} finally {")
        self.line(f"  if (!{failed}) $.exit({manager}, null);")
        self.line("}")


def exported_name(name: str) -> str:
    return js_name(name)
