"""Functions and classes."""

import ast

from .calls import Calls
from .expressions import text_of
from .names import AT_ONCE, Scope, bound_names, declared, js_name, own_nodes


class Functions(Calls):
    """Writes functions, lambdas and classes."""

    def signature(self, args: ast.arguments) -> tuple[list[str], str, str]:
        """The parameters in order, the text that describes them, and the texts of the defaults."""
        positional = [*args.posonlyargs, *args.args]
        required = len(positional) - len(args.defaults)
        spec, defaults, names = [], [], []
        for index, argument in enumerate(positional):
            names.append(argument.arg)
            spec.append(argument.arg + ("=" if index >= required else ""))
            if index >= required:
                defaults.append(self.expression(args.defaults[index - required]))
            if index + 1 == len(args.posonlyargs):
                spec.append("/")
        if args.vararg:
            names.append(args.vararg.arg)
            spec.append(f"*{args.vararg.arg}")
        elif args.kwonlyargs:
            spec.append("*")
        for argument, value in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            names.append(argument.arg)
            spec.append(argument.arg + ("=" if value else ""))
            if value:
                defaults.append(self.expression(value))
        if args.kwarg:
            names.append(args.kwarg.arg)
            spec.append(f"**{args.kwarg.arg}")
        rest = f", [{', '.join(defaults)}]" if defaults else ""
        return names, ",".join(spec), rest

    def expression_Lambda(self, node: ast.Lambda) -> str:
        names, spec, defaults = self.signature(node.args)
        with self.inside(Scope("inner", set(names), self.scope)) as scope:
            scope.parameters = set(names)
            body = self.expression(node.body)
            parameters = ", ".join(scope.js(name) for name in names)
            temps = f"let {', '.join(scope.temps)}; " if scope.temps else ""
        yields = any(isinstance(part, ast.Yield | ast.YieldFrom) for part in own_nodes([node.body]))
        function = f"function* ({parameters})" if yields else f"({parameters}) =>"
        name = text_of(".".join([*self.around, "<lambda>"]))
        return f"$.def({function} {{ {temps}return {body}; }}, {name}, {text_of(spec)}{defaults})"

    def statement_FunctionDef(self, node: ast.FunctionDef) -> None:
        if getattr(node, "type_params", None):
            self.refuse(node, "generic")
        decorators = [self.expression(item) for item in node.decorator_list]
        names, spec, defaults = self.signature(node.args)
        own = list(own_nodes(node.body))
        yields = any(isinstance(part, ast.Yield | ast.YieldFrom) for part in own)
        waits = self.program.function_waits(node)
        if waits is not None and (self.scope.kind == "class" and self.answers_at_once(node) or yields):
            self.refuse(waits, "waits-in-special", ast.unparse(waits.func))
        owner = self.owner(node.name) or self.scope
        target = owner.js(node.name)
        opening = "".join(f"$.call({decorator}, [" for decorator in decorators)
        in_class = self.scope.kind == "class"
        kind = "async " if waits else ""
        scope = Scope("function", set(names) | bound_names(list(node.body)), self.scope)
        scope.globals = declared(list(node.body), ast.Global)
        scope.parameters = {name for name in names if name not in self.deleted(own)}
        scope.waits = waits is not None
        scope.waiting = self.program.waiting_inside(node)
        scope.first = names[0] if in_class and names else None
        parameters = ", ".join(js_name(name) for name in names)
        arrow = f"function* ({parameters}) {{" if yields else f"{kind}({parameters}) => {{"
        self.line(f"{target} = {opening}$.def({arrow}", node)
        with self.inside(scope), self.named(node.name, "<locals>"):
            place = len(self.lines)
            with self.indented():
                self.body(node.body)
                if not yields and not isinstance(node.body[-1], ast.Return | ast.Raise):
                    self.line("return null;")
            variables = [js_name(name) for name in sorted(scope.names - set(names))] + scope.temps
            if variables:
                self.lines.insert(place, "  " * (self.depth + 1) + f"let {', '.join(variables)};")
                self.numbers.insert(place, node.lineno)
        closing = "])" * len(decorators)
        self.line(
            f"}}, {text_of('.'.join([*self.around, node.name]))}, {text_of(spec)}{defaults}){closing};", node
        )
        self.scope.sure.add(node.name)

    def answers_at_once(self, node: ast.FunctionDef) -> bool:
        special = node.name.startswith("__") and node.name.endswith("__")
        decorated = any(getattr(item, "id", "") == "property" for item in node.decorator_list)
        return special or decorated or node.name in AT_ONCE

    def deleted(self, nodes: list[ast.AST]) -> set[str]:
        return {
            target.id
            for node in nodes
            if isinstance(node, ast.Delete)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def statement_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.refuse(node, "async")

    def statement_ClassDef(self, node: ast.ClassDef) -> None:
        if node.keywords:
            self.refuse(node, "metaclass")
        if getattr(node, "type_params", None):
            self.refuse(node, "generic")
        for item in node.decorator_list:
            function = item.func if isinstance(item, ast.Call) else item
            if getattr(function, "id", getattr(function, "attr", "")) == "dataclass":
                self.refuse(node, "dataclass")
        decorators = [self.expression(item) for item in node.decorator_list]
        bases = [self.expression(base) for base in node.bases if not self.is_types(base)]
        owner = self.owner(node.name) or self.scope
        opening = "".join(f"$.call({decorator}, [" for decorator in decorators)
        cell = self.unique("cell")
        self.line(
            f"{owner.js(node.name)} = {opening}$.klass({text_of(node.name)}, [{', '.join(bases)}], ({cell}) => {{",
            node,
        )
        scope = Scope("class", bound_names(list(node.body)), self.scope, self.unique(""))
        cells, self.cells = self.cells, [*self.cells, cell]
        names, self.class_names = self.class_names, [*self.class_names, node.name]
        with self.inside(scope), self.named(node.name):
            place = len(self.lines)
            with self.indented():
                self.body(node.body)
                members = [f"{text_of(self.member(name))}: {scope.js(name)}" for name in sorted(scope.names)]
                self.line(f"return {{ {', '.join(members)} }};")
            variables = [scope.js(name) for name in sorted(scope.names)] + scope.temps
            if variables:
                self.lines.insert(place, "  " * (self.depth + 1) + f"let {', '.join(variables)};")
                self.numbers.insert(place, node.lineno)
        self.cells, self.class_names = cells, names
        self.line(f"}}){'])' * len(decorators)};", node)
        self.scope.sure.add(node.name)

    def is_types(self, base: ast.expr) -> bool:
        if isinstance(base, ast.Subscript):
            base = base.value
        target = self.target_of(base)
        return target is not None and target.kind == "types"

    def member(self, name: str) -> str:
        if name.startswith("__") and not name.endswith("__"):
            return f"_{self.class_names[-1].lstrip('_')}{name}"
        return name

    def body(self, nodes: list[ast.stmt]) -> None:
        raise NotImplementedError
