"""The public interface of the library, read from its sources, for JavaScript callers and typings.

The names that an entry module binds are public: a package becomes a namespace with the names that its
`__init__` binds, another module one with the names that it defines; `__all__` chooses among them. Classes and
functions are described by arguments, defaults, annotations and docstrings.
"""

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

from .modules import Module, reachable
from .returns import Returns


@dataclass
class Argument:
    """One argument. `default` is the Python text of the default, None when the argument is required."""

    name: str
    default: str | None
    annotation: str | None


@dataclass
class Function:
    """A function or method. `waits`: in JavaScript it returns a promise; `rest`: the name of *args."""

    name: str
    module: str
    arguments: list[Argument]
    rest: str | None = None
    waits: bool = False
    returns: str | None = None
    doc: str = ""
    kind: str = "function"


@dataclass
class Class:
    """A class. `methods` and `attributes` (public names assigned to self, with annotations) are its own;
    `arguments` are those of its constructor, which may be inherited; `is_error`: an exception."""

    name: str
    module: str
    arguments: list[Argument]
    rest: str | None = None
    methods: dict[str, Function] = field(default_factory=dict)
    attributes: dict[str, str | None] = field(default_factory=dict)
    parent: "Class | None" = None
    doc: str = ""
    is_error: bool = False

    def all_methods(self) -> "dict[str, Function]":
        return {**(self.parent.all_methods() if self.parent else {}), **self.methods}

    def all_attributes(self) -> "dict[str, str | None]":
        return {**(self.parent.all_attributes() if self.parent else {}), **self.attributes}


@dataclass
class Constant:
    """A public value that is neither class nor function."""

    name: str
    module: str
    annotation: str | None = None


Namespace = dict[str, "Class | Function | Constant | Namespace"]


def interface(root: Path, entry: str, modules: dict[str, Module] | None = None) -> Namespace:
    """The public names of the entry. root: the folder of the top package; modules: what the entry reaches, if
    that is known already. Raises TranspileError."""
    return _Reader(root, entry, modules or reachable(root, entry)).namespace(entry)


def javascript_name(name: str) -> str:
    """A Python name in JavaScript clothes: my_op -> myOp, MaxPooling2D -> maxPooling2d, SGD -> sgd."""
    if "_" in name.strip("_"):
        head, *rest = name.strip("_").split("_")
        return head.lower() + "".join(part[:1].upper() + part[1:].lower() for part in rest)
    if name.isupper() or name in ("RMSprop", "PReLU"):
        return name.lower()
    text = re.sub(r"(\d)D(?=[A-Z]|$)", r"\1d", name)
    run = re.match(r"[A-Z]+", text)
    if run is None:
        return text
    upper = len(run.group())
    keep = 1 if upper == 1 or upper == len(text) else upper - 1
    return text[:keep].lower() + text[keep:]


def attribute_name(name: str) -> str:
    """A Python argument, method or attribute name in JavaScript: only underscores change.

    A layer's __call__ is `apply` there, as in TensorFlow.js: instances cannot be called.
    """
    if name == "apply_to":
        return "apply"
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


class _Reader:
    def __init__(self, root: Path, entry: str, modules: dict[str, Module]):
        self.root = root
        self.entry = entry
        self.modules = modules
        self.trees: dict[str, ast.Module] = {}
        self.classes: dict[tuple[str, str], Class] = {}
        self.found: dict[tuple[str, str], tuple[str, ast.AST | None]] = {}
        self.returns = Returns(self.definition)

    def tree(self, name: str) -> ast.Module:
        """The syntax of a module; of a platform module, its CPython half, where the signatures are."""
        if name not in self.trees:
            source = self.modules[name].source
            plain = self.root.joinpath(*name.split(".")).with_suffix(".py")
            if self.modules[name].is_platform and plain.is_file():
                source = plain.read_text(encoding="utf-8")
            self.trees[name] = ast.parse(source)
        return self.trees[name]

    def namespace(self, name: str) -> Namespace:
        module = self.modules[name]
        public: Namespace = {}
        names = sorted(module.defined | module.raw_exports | {item.alias for item in module.imports})
        chosen = self.declared(name)
        if chosen is None and not module.is_package and name != self.entry:
            chosen = module.defined
        for alias in names:
            if alias.startswith("_") or (chosen is not None and alias not in chosen):
                continue
            found = self.describe(name, alias)
            if found is not None:
                public[alias] = found
        return public

    def declared(self, name: str) -> set[str] | None:
        """The names of `__all__`, if the module has one."""
        for node in self.tree(name).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "__all__":
                return set(ast.literal_eval(node.value))
        return None

    def describe(self, module: str, name: str):
        home, node = self.definition(module, name)
        if node is None:
            is_library = home in self.modules and not self.modules[home].is_platform
            return self.namespace(home) if is_library else None
        if isinstance(node, ast.ClassDef):
            return self.read_class(home, node)
        if isinstance(node, ast.FunctionDef):
            function = _function(home, node)
            if function.returns is None and not function.waits and self.returns.gives_tensor(home, node):
                function.returns = "Tensor"
            return function
        if isinstance(node, ast.AnnAssign):
            return Constant(name, home, ast.unparse(node.annotation))
        if isinstance(node, ast.Assign):
            known = self.describe(home, node.value.id) if isinstance(node.value, ast.Name) else None
            return known if isinstance(known, Class | Function) else Constant(name, home)
        return None

    def definition(self, module: str, name: str) -> tuple[str, ast.AST | None]:
        """Where a name is defined, following imports: (module, node), with None for a module itself."""
        if (module, name) not in self.found:
            self.found[module, name] = self._find(module, name)
        return self.found[module, name]

    def _find(self, module: str, name: str) -> tuple[str, ast.AST | None]:
        for item in self.modules[module].imports:
            if item.alias == name:
                if item.name is None:
                    return item.module, None
                if item.module in self.modules:
                    return self.definition(item.module, item.name)
                return item.module, ast.Pass()
        for node in self.tree(module).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
                return module, node
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign):
                targets = [node.target]
            if any(getattr(target, "id", None) == name for target in targets):
                return module, node
        return module, ast.Pass()

    def read_class(self, home: str, node: ast.ClassDef) -> Class:
        if (home, node.name) not in self.classes:
            self.classes[home, node.name] = self.read_new_class(home, node)
        return self.classes[home, node.name]

    def read_new_class(self, home: str, node: ast.ClassDef) -> Class:
        result = Class(node.name, home, [], doc=ast.get_docstring(node) or "")
        for base in node.bases:
            if isinstance(base, ast.Name):
                module, parent = self.definition(home, base.id)
                if isinstance(parent, ast.ClassDef) and result.parent is None:
                    inherited = self.read_class(module, parent)
                    result.arguments, result.rest = inherited.arguments, inherited.rest
                    # A base without members of its own (Operands) tells a page nothing.
                    if (
                        inherited.is_error
                        or inherited.parent
                        or inherited.all_methods()
                        or inherited.attributes
                    ):
                        result.parent = inherited
                    result.is_error = result.is_error or inherited.is_error
                elif base.id == "Exception":
                    result.is_error = True
        for member in node.body:
            if isinstance(member, ast.FunctionDef):
                self.read_method(home, result, member)
            elif isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                if not member.target.id.startswith("_"):
                    result.attributes[member.target.id] = ast.unparse(member.annotation)
        return result

    def read_method(self, home: str, result: Class, member: ast.FunctionDef) -> None:
        decorators = [ast.unparse(decorator) for decorator in member.decorator_list]
        if any(text.endswith(".setter") for text in decorators):
            return
        if "property" in decorators:
            if not member.name.startswith("_"):
                result.attributes[member.name] = ast.unparse(member.returns) if member.returns else None
            return
        method = _function(home, member)
        if "staticmethod" in decorators:
            method.kind = "static"
        else:
            method.arguments = method.arguments[1:]
            method.kind = "class" if "classmethod" in decorators else "method"
        if member.name == "__init__":
            result.arguments, result.rest = method.arguments, method.rest
        elif not member.name.startswith("_"):
            result.methods[member.name] = method
        annotations = {argument.name: argument.annotation for argument in method.arguments}
        for part in ast.walk(member):
            targets = part.targets if isinstance(part, ast.Assign) else []
            if isinstance(part, ast.AnnAssign):
                targets = [part.target]
            for target in targets:
                if isinstance(target, ast.Attribute) and getattr(target.value, "id", None) == "self":
                    known = result.parent.all_attributes() if result.parent else {}
                    if not target.attr.startswith("_") and target.attr not in known:
                        given = ast.unparse(part.annotation) if isinstance(part, ast.AnnAssign) else None
                        value = getattr(part, "value", None)
                        copied = annotations.get(value.id) if isinstance(value, ast.Name) else None
                        result.attributes.setdefault(target.attr, given or copied)


def _function(module: str, node: ast.FunctionDef) -> Function:
    arguments = node.args.args
    required = len(arguments) - len(node.args.defaults)
    described = [
        Argument(
            argument.arg,
            None if index < required else ast.unparse(node.args.defaults[index - required]),
            ast.unparse(argument.annotation) if argument.annotation else None,
        )
        for index, argument in enumerate(arguments)
    ]
    decorators = [
        getattr(decorator, "id", getattr(decorator, "attr", "")) for decorator in node.decorator_list
    ]
    return Function(
        node.name,
        module,
        described,
        rest=node.args.vararg.arg if node.args.vararg else None,
        waits="waits" in decorators,
        returns=ast.unparse(node.returns) if node.returns else None,
        doc=ast.get_docstring(node) or "",
    )
