"""Calls and comprehensions."""

import ast

from .expressions import text_of
from .imports import Imports
from .names import Scope, bound_names


class Calls(Imports):
    """Writes calls."""

    def expression_Call(self, node: ast.Call) -> str:
        text = self.call_text(node)
        if self.may_wait() and self.program.library_used and self.program.calls_compiled(self.name, node):
            return f"(await {text})"
        return text

    def call_text(self, node: ast.Call) -> str:
        func = node.func
        if isinstance(func, ast.Name) and func.id == "super" and self.owner("super") is None:
            return self.superclass(node)
        if isinstance(func, ast.Name) and func.id == "type" and len(node.args) == 3:
            self.refuse(node, "type-call")
        target = self.target_of(func) if isinstance(func, ast.Name | ast.Attribute) else None
        if target is not None and target.kind == "types":
            return self.of_types(node)
        args, keywords = self.arguments(node)
        if target is not None and target.kind == "found":
            found = target.found
            assert found is not None
            local = self.of_library(found)
            names = ", ".join(text_of(name) for name in [found.name, *found.arguments])
            text = f"$.library({local}, [{names}], [{args}]{keywords})"
            return self.awaited(node, text, found.name) if found.waits else text
        if target is not None:
            assert isinstance(func, ast.Name | ast.Attribute)
            text = f"$.call({self.of_target(func, target)}, [{args}]{keywords})"
            waits = target.kind == "own-name" and self.program.waits(target.module, target.name)
            return self.awaited(node, text, target.name) if waits else text
        if isinstance(func, ast.Attribute):
            name = self.attribute(func)
            self.program.note_method(name)
            text = f"$.callm({self.expression(func.value)}, {text_of(name)}, [{args}]{keywords})"
            return self.awaited(node, text, name) if name in self.program.waiting_methods else text
        if isinstance(func, ast.Name):
            owner = self.owner(func.id)
            text = f"$.call({self.called(func)}, [{args}]{keywords})"
            if owner is None and func.id in ("float", "int") and self.may_wait() and len(node.args) == 1:
                value = self.expression(node.args[0])
                return f"$.call($.b_{func.id}, [await $.awaited({value})])"
            return self.awaited(node, text, func.id) if self.name_waits(func.id) else text
        return f"$.call({self.expression(func)}, [{args}]{keywords})"

    def name_waits(self, name: str) -> bool:
        """Whether a name stands for a function that waits: of the module, or inside of a function around."""
        owner = self.owner(name)
        if owner is None or owner.kind == "inner":
            return False
        return name in owner.waiting if owner.kind == "function" else self.program.waits(self.name, name)

    def called(self, func: ast.Name) -> str:
        return Imports.expression_Name(self, func)

    def expression_Name(self, node: ast.Name) -> str:
        owner = self.owner(node.id)
        if owner is not None and owner.kind != "class" and self.name_waits(node.id):
            self.refuse(node, "waits-as-value", node.id)
        return super().expression_Name(node)

    def of_types(self, node: ast.Call) -> str:
        """typing.cast(type, value) is its value; a TypeVar and the like is nothing."""
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        return self.expression(node.args[1]) if name == "cast" and len(node.args) == 2 else "null"

    def arguments(self, node: ast.Call | ast.ClassDef) -> tuple[str, str]:
        """The texts of the positional arguments, and of the keywords with a comma before them."""
        args = self.items(node.args if isinstance(node, ast.Call) else node.bases)
        parts = []
        for keyword in node.keywords:
            value = self.expression(keyword.value)
            if keyword.arg == "__proto__":
                self.refuse(node, "proto")
            parts.append(f"{text_of(keyword.arg)}: {value}" if keyword.arg else f"...$.keywords({value})")
        return args, f", {{{', '.join(parts)}}}" if parts else ""

    def may_wait(self) -> bool:
        return self.scope.kind != "inner" and self.scope.waits

    def awaited(self, node: ast.AST, text: str, name: str) -> str:
        if self.scope.kind == "inner":
            self.refuse(node, "waits-in-expression", name)
        if not self.scope.waits:
            self.refuse(node, "waits-in-special", name)
        return f"(await {text})"

    def superclass(self, node: ast.Call) -> str:
        if len(node.args) == 2:
            return f"$.superof({self.expression(node.args[0])}, {self.expression(node.args[1])})"
        if node.args:
            self.refuse(node, "super-arguments")
        scope = self.method_scope()
        if scope is None or scope.first is None or not self.cells:
            self.refuse(node, "super-outside")
        assert scope is not None and scope.first is not None
        return f"$.superof({self.cells[-1]}, {scope.js(scope.first)})"

    cells: list[str] = []

    # ------------------------------------------------------------ comprehensions

    def expression_ListComp(self, node: ast.ListComp) -> str:
        return f"$.listed({self.generator(node, lambda: self.expression(node.elt))})"

    def expression_SetComp(self, node: ast.SetComp) -> str:
        return f"$.set({self.generator(node, lambda: self.expression(node.elt))})"

    def expression_GeneratorExp(self, node: ast.GeneratorExp) -> str:
        return self.generator(node, lambda: self.expression(node.elt))

    def expression_DictComp(self, node: ast.DictComp) -> str:
        def pair() -> str:
            return f"[{self.expression(node.key)}, {self.expression(node.value)}]"

        return f"$.dict({self.generator(node, pair)})"

    def generator(self, node, element) -> str:
        """A generator over the clauses of a comprehension; the first of them is evaluated at once."""
        source = f"$.iterate({self.expression(node.generators[0].iter)})"
        first = self.unique("source")
        names: set[str] = set()
        for clause in node.generators:
            names |= bound_names([clause.target])
        with self.inside(Scope("inner", names, self.scope)) as scope:
            head, tail = "", ""
            for index, clause in enumerate(node.generators):
                if clause.is_async:
                    self.refuse(node, "async")
                item = self.unique("item")
                walked = first if index == 0 else f"$.iterate({self.expression(clause.iter)})"
                head += f"for (const {item} of {walked}) {{ {' '.join(self.assignment(clause.target, item))} "
                tail += "}"
                for test in clause.ifs:
                    head += f"if ({self.test(test)}) {{ "
                    tail += "}"
            body = f"{head}yield {element()}; {tail}"
            variables = [scope.js(name) for name in sorted(names)] + scope.temps
        return f"(function* ({first}) {{ let {', '.join(variables)}; {body} }})({source})"

    def assignment(self, target: ast.expr, value: str) -> list[str]:
        raise NotImplementedError
