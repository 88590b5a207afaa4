"""The generated part of the JavaScript facade: names and argument tables for build/src/facade.js."""

from .modules import TranspileError
from .reserved import identifier
from .signatures import Argument, Class, Function, Namespace, attribute_name, javascript_name

# Classes that a page may derive its own from, exported under their own names too.
BASES = (
    "Callback",
    "Constraint",
    "Initializer",
    "Layer",
    "LearningRateSchedule",
    "Loss",
    "Metric",
    "Model",
    "Optimizer",
    "Regularizer",
)
# Options of every layer; see Layer._take_common. The page's half stands in build/src/facade.js.
COMMON = ("input_shape", "input_dim", "batch_input_shape", "activity_regularizer")


def is_layer(item: Class) -> bool:
    """Whether a class is a layer of the library."""
    return item.name == "Layer" or (item.parent is not None and is_layer(item.parent))


def bases_of(public: Namespace) -> dict[str, Class]:
    """The classes that pages may derive from, wherever in the namespaces they stand."""
    found: dict[str, Class] = {}
    for item in public.values():
        if isinstance(item, dict):
            found.update(bases_of(item))
        elif isinstance(item, Class) and item.name in BASES:
            found[item.name] = item
    return dict(sorted(found.items()))


def facade_source(public: Namespace, errors: str | None) -> str:
    """JavaScript that exports the public names, dressed.

    public: from signatures.interface; errors: the module that defines `error(kind, message)`, if any. The
    text belongs beside the transpiled modules and a copy of build/src/facade.js.
    """
    writer = _Writer()
    exports = writer.exports(public)
    head = ["import { tailor } from './facade.js';", "import { dict } from './runtime.js';"]
    if errors is None:
        head.append("const error = (kind, message) => new TypeError(message);")
    else:
        head.append(f"import {{ error }} from './{errors}.js';")
    cut = "const { dressed, factory, layerFactory, extendable, either, dress } = /* @__PURE__ */ tailor(dict, error);"
    bases = [
        _export(name, f"/* @__PURE__ */ extendable({writer.dress(item)}, '{signature_text(item)}')")
        for name, item in bases_of(public).items()
    ]
    body = [*writer.classes.values(), *(_export(name, text) for name, text in exports), *bases]
    return "\n".join([*head, *sorted(writer.imports), cut, *body, ""])


def _export(name: str, text: str) -> str:
    if identifier(name) == name:
        return f"export const {name} = {text};"
    return f"const {identifier(name)} = {text};\nexport {{ {identifier(name)} as {name} }};"


def dressed_names(public: Namespace) -> dict[str, str]:
    """JavaScript name -> Python name of a namespace. Raises TranspileError when two meet in one name.

    Where a class and a function do (Huber and huber), the function has the name; see class_behind. Two names of
    one class or function may meet. Exceptions keep their names.
    """
    names: dict[str, str] = {}
    for name in public:
        item = public[name]
        dressed = name if isinstance(item, Class) and item.is_error else javascript_name(name)
        other = names.get(dressed)
        if other is not None and not _is_one(public[name], public[other]):
            if isinstance(public[name], Class) == isinstance(public[other], Class):
                raise TranspileError(name, 1, f"{name} and {other} have one JavaScript name, {dressed}")
            if isinstance(public[name], Class):
                continue
        names[dressed] = name
    return names


def _is_one(item, other) -> bool:
    kinds = Class | Function
    return (
        isinstance(item, kinds)
        and isinstance(other, kinds)
        and (item.module, item.name) == (other.module, other.name)
    )


def class_behind(public: Namespace, name: str) -> Class | None:
    """The class that has the JavaScript name of the function `name` too and is made by options alone.

    losses.huber(y, p) is the number of the function huber; losses.huber({ delta: 2 }) makes a Huber.
    """
    for other in public.values():
        if isinstance(other, Class) and javascript_name(other.name) == javascript_name(name):
            optional = all(argument.default is not None for argument in other.arguments)
            return other if optional and isinstance(public[name], Function) else None
    return None


def signature_text(item: Class | Function) -> str:
    """The form that build/src/facade.js reads: "await units,activation=,*rest", in camelCase.

    An argument `keywords` takes any further option by name, as a dict: "x,**keywords".
    """
    waits = "await " if isinstance(item, Function) and item.waits else ""
    return waits + ",".join(_argument_texts(item.arguments, item.rest))


def _argument_texts(arguments: list[Argument], rest: str | None) -> list[str]:
    parts = [
        "**keywords" if item.name == "keywords" else attribute_name(item.name) + ("=" if item.default else "")
        for item in arguments
    ]
    return [*parts, *(["*" + rest] if rest else [])]


class _Writer:
    def __init__(self):
        self.imports: set[str] = set()
        self.classes: dict[tuple[str, str], str] = {}

    def exports(self, public: Namespace) -> list[tuple[str, str]]:
        named = dressed_names(public)
        for name, item in public.items():
            if isinstance(item, Class) and name not in named.values():
                self.dress(item)
        exports = []
        for dressed, name in sorted(named.items()):
            function, behind = public[name], class_behind(public, name)
            text = self.value(dressed, function)
            if behind is not None and isinstance(function, Function):
                required = sum(argument.default is None for argument in function.arguments)
                text = f"/* @__PURE__ */ either({self.value(dressed, behind)}, {text}, {required})"
            exports.append((dressed, text))
        return exports

    def value(self, label: str, item) -> str:
        if isinstance(item, dict):
            parts = [f"{dressed}: {text}" for dressed, text in self.exports(item)]
            return "/* @__PURE__ */ Object.freeze({\n  " + ",\n  ".join(parts) + ",\n})"
        if isinstance(item, Class) and item.is_error:
            return self.local(item.module, item.name)
        if isinstance(item, Class):
            make = "layerFactory" if is_layer(item) else "factory"
            return f"/* @__PURE__ */ {make}('{item.name}', {self.dress(item)}, '{signature_text(item)}')"
        local = self.local(item.module, item.name)
        if isinstance(item, Function):
            return f"/* @__PURE__ */ dressed('{label}', {local}, '{signature_text(item)}')"
        return local

    def local(self, module: str, name: str) -> str:
        local = f"{module.replace('.', '_')}__{name}"
        self.imports.add(f"import {{ {identifier(name)} as {local} }} from './{module}.js';")
        return local

    def dress(self, item: Class) -> str:
        """The name of the dressed class; its parents are dressed first.

        A bundler must not drop it: functions that a page takes alone (loadModel) give instances of any class.
        """
        local = self.local(item.module, item.name)
        name = f"{local}_dressed"
        if (item.module, item.name) not in self.classes:
            parent = self.dress(item.parent) if item.parent else "null"
            methods = [
                f"{method.name}: ['{attribute_name(method.name)}', '{signature_text(method)}']"
                for method in sorted(item.methods.values(), key=lambda method: method.name)
            ]
            attributes = [
                f"{attribute}: '{attribute_name(attribute)}'"
                for attribute in sorted(item.attributes)
                if attribute_name(attribute) != attribute and attribute not in item.all_methods()
            ]
            self.classes[item.module, item.name] = (
                f"const {name} = dress({local}, {parent}, "
                f"{{ {', '.join(methods)} }}, {{ {', '.join(attributes)} }});"
            )
        return name
