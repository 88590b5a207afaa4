"""TypeScript declarations from the Python signatures, annotations and docstrings."""

import re

from .facade import COMMON, bases_of, class_behind, dressed_names, is_layer
from .reserved import identifier
from .signatures import Argument, Class, Constant, Function, Namespace, attribute_name

# What a page may pass where the library takes numbers, and what it gets.
PRELUDE = """\
/** Numbers in any form that the library takes: nested arrays, typed arrays, {data, shape}, tensors. */
export type NumericData =
  | number
  | boolean
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint32Array
  | readonly NumericData[]
  | { data: ArrayLike<number>; shape: readonly number[]; dtype?: Dtype };
/** The element type of a tensor. */
export type Dtype = "float32" | "int32" | "bool" | "uint8" | "int8" | "uint32" | "float16" | "float64";
/** The value of a tensor: its elements in row-major order. */
export interface TensorData {
  data: Float32Array | Float64Array | Int32Array | Uint32Array | Int8Array | Uint8Array;
  shape: number[];
  dtype: Dtype;
}
/** A shape; null marks a size that is not known yet. */
export type Shape = readonly (number | null)[];
"""

PYTHON_TYPES = {
    "int": "number",
    "float": "number",
    "bool": "boolean",
    "str": "string",
    "None": "null",
    "object": "unknown",
    "dict": "{ [key: string]: any }",
    "list": "any[]",
    "tuple": "any[]",
    "Any": "any",
    "Callable": "(...args: any[]) => any",
    # Those of core/annotations.
    "Sizes": "number | readonly number[]",
    "Axes": "number | readonly number[] | null",
    "Margins": "number | readonly number[] | readonly (readonly number[])[]",
    "Factor": "number | readonly number[]",
    "Activation": "string | null | ((x: any) => any)",
    "Initial": "string | object | null",
    "Rate": "number | object",
}

# The types of arguments that are called the same everywhere.
NAMED_TYPES = {
    "units": "number",
    "filters": "number",
    "rate": "number",
    "dtype": "Dtype",
    "shape": "Shape",
    "newshape": "Shape",
    "input_shape": "Shape",
    "target_shape": "Shape",
    "kernel_size": "number | readonly number[]",
    "strides": "number | readonly number[]",
    "pool_size": "number | readonly number[]",
    "dilation_rate": "number | readonly number[]",
    "padding": '"valid" | "same"',
    "activation": "string | null | ((x: any) => any)",
    "use_bias": "boolean",
    "epochs": "number",
    "batch_size": "number",
    "verbose": "boolean | number | string",
    "shuffle": "boolean",
    "unroll": "boolean | number",
    "seed": "number | SeedGenerator | null",
    "axis": "number | readonly number[] | null",
    "rank": "number",
    "name": "string | null",
    "body": "(...args: any[]) => any",
    "argnums": "number | readonly number[]",
    "in_axes": "any",
    "out_axes": "any",
    "primals": "readonly any[]",
    "tangents": "readonly any[]",
    "vectors": "readonly any[]",
}

# What methods give whose Python has no annotation for it.
METHOD_RETURNS = {
    ("Tensor", "data"): "Promise<TensorData>",
    ("Tensor", "dispose"): "void",
    ("Dataset", "to_array"): "Promise<any[]>",
    ("Dataset", "for_each_async"): "Promise<void>",
}

# Members that no Python definition stands for.
MEMBERS = {"Dataset": "[Symbol.asyncIterator](): AsyncIterableIterator<any>;"}

# Options may follow the required arguments and up to so many, less one, of the optional ones.
MOST_POSITIONAL = 3


def typings_source(public: Namespace) -> str:
    """The text of a .d.ts file for the public names (from signatures.interface)."""
    writer = _Writer()
    body = writer.namespace(public, "")
    bases = [f"export const {name}: new (...args: any[]) => {name};" for name in bases_of(public)]
    parts = [PRELUDE, "export as namespace pybrowserml;", *writer.interfaces(), *body, *bases, "export {};"]
    return "// Generated from the Python sources by pybrowserml.tools.typings.\n" + "\n\n".join(parts) + "\n"


def _same_call(method: Function, other: Function) -> bool:
    """Whether an override can be called as what it overrides, so that the inherited type holds."""
    return (
        [argument.name for argument in method.arguments] == [argument.name for argument in other.arguments]
        and (method.waits, method.rest) == (other.waits, other.rest)
        and (method.returns is None or method.returns == other.returns)
    )


class _Writer:
    def __init__(self):
        self.classes: dict[str, Class] = {}

    def namespace(self, public: Namespace, indent: str) -> list[str]:
        lines = []
        named = dressed_names(public)
        for item in public.values():
            if isinstance(item, Class) and not item.is_error:
                self.remember(item)
        for dressed, name in sorted(named.items()):
            item = public[name]
            if isinstance(item, dict):
                inner = "\n\n".join(self.namespace(item, indent + "  "))
                lines.append(f"{indent}export namespace {dressed} {{\n{inner}\n{indent}}}")
            elif isinstance(item, Constant):
                lines.append(f"{indent}export const {dressed}: {self.type_of(item.annotation)};")
            elif isinstance(item, Class) and item.is_error:
                parent = item.parent.name if item.parent else "Error"
                lines.append(f"{_comment(item.doc, indent)}{indent}export class {name} extends {parent} {{}}")
            else:
                returns = item.name if isinstance(item, Class) else self.returned(item)
                local = identifier(dressed)
                keyword = "export " if local == dressed else "" if indent else "declare "
                lines.extend(filter(None, [_comment(item.doc, indent).rstrip()]))
                lines.extend(f"{indent}{keyword}function {local}{text}" for text in self.calls(item, returns))
                behind = class_behind(public, name)
                for text in self.calls(behind, behind.name) if behind else []:
                    lines.append(f"{indent}{keyword}function {local}{text}")
                if local != dressed:
                    lines.append(f"{indent}export {{ {local} as {dressed} }};")
        return lines

    def remember(self, item: Class) -> None:
        if item.parent is not None:
            self.remember(item.parent)
        self.classes.setdefault(item.name, item)

    def interfaces(self) -> list[str]:
        return [self.interface(item) for _, item in sorted(self.classes.items())]

    def interface(self, item: Class) -> str:
        extends = f" extends {item.parent.name}" if item.parent is not None else ""
        inherited = item.parent.all_methods() if item.parent else {}
        lines = [f"{_comment(item.doc, '')}export interface {item.name}{extends} {{"]
        given = {argument.name: argument for argument in item.arguments}
        for name, annotation in sorted(item.attributes.items()):
            if name in item.all_methods():
                continue
            # What a constructor takes under the same name is kept there; what it makes of a text may be an object.
            text = self.type_of(annotation, name)
            if text == "any" and name in given:
                text = _type_of_default(given[name].default)
            lines.append(f"  {attribute_name(name)}: {'any' if 'object' in text else text};")
        for name, method in sorted(item.methods.items()):
            if name in inherited:
                if _same_call(method, inherited[name]):
                    continue
                # An override may take other arguments than what it overrides; TypeScript wants one type.
                lines.append(
                    f"  {attribute_name(name)}: any;"
                    if not extends
                    else f"  {attribute_name(name)}(...args: any[]): any;"
                )
                continue
            lines.extend(filter(None, [_comment(method.doc, "  ").rstrip()]))
            returned = METHOD_RETURNS.get((item.name, name)) or self.returned(method)
            lines.extend(f"  {attribute_name(name)}{text}" for text in self.calls(method, returned))
        if item.name in MEMBERS:
            lines.append(f"  {MEMBERS[item.name]}")
        return "\n".join([*lines, "}"])

    def calls(self, item: Class | Function, returns: str) -> list[str]:
        """The ways to call: all by position; some by position with options for the rest; options alone."""
        required = [argument for argument in item.arguments if argument.default is None]
        if item.rest:
            parts = [self.argument(argument) for argument in item.arguments] + [f"...{item.rest}: any[]"]
            return [f"({', '.join(parts)}): {returns};"]
        positional = ", ".join(self.argument(argument) for argument in item.arguments)
        texts = [f"({positional}): {returns};"]
        for count in range(len(required), min(len(required) + MOST_POSITIONAL, len(item.arguments))):
            given = [self.argument(argument, mark="") for argument in item.arguments[:count]]
            parts = [*given, f"options: {self.options(item.arguments[count:])}"]
            texts.append(f"({', '.join(parts)}): {returns};")
        if required and isinstance(item, Class):
            texts.append(f"(options: {self.options(item.arguments)}): {returns};")
        if isinstance(item, Class) and is_layer(item):
            known = {argument.name for argument in item.arguments}
            extra = "".join(f"; {attribute_name(name)}?: any" for name in COMMON if name not in known)
            texts = [re.sub(r"(options: \{.*) \}\)", rf"\1{extra} }})", text) for text in texts]
        return texts

    def argument(self, argument: Argument, mark: str = "?") -> str:
        if argument.name == "keywords":
            return "options?: { [name: string]: any }"
        mark = "" if argument.default is None else mark
        return f"{identifier(attribute_name(argument.name))}{mark}: {self.argument_type(argument)}"

    def options(self, arguments: list[Argument]) -> str:
        parts = [
            f"{attribute_name(item.name)}{'' if item.default is None else '?'}: {self.argument_type(item)}"
            for item in arguments
        ]
        return "{ " + "; ".join(parts) + " }"

    def argument_type(self, argument: Argument) -> str:
        text_or_any = argument.annotation == "Any" and (argument.default or "").startswith(("'", '"'))
        if argument.annotation is not None and not text_or_any:
            return self.type_of(argument.annotation)
        if argument.name in NAMED_TYPES:
            text = NAMED_TYPES[argument.name]
            return f"{text} | null" if argument.default == "None" and "null" not in text else text
        return _type_of_default(argument.default)

    def returned(self, item: Function) -> str:
        text = "any" if item.returns is None else self.type_of(item.returns)
        text = "void" if text == "null" else text
        return f"Promise<{text}>" if item.waits else text

    def type_of(self, annotation: str | None, name: str = "") -> str:
        """A Python annotation in TypeScript; `any` for what has no name there."""
        if annotation is None:
            return NAMED_TYPES.get(name, "any")
        text = annotation.strip().strip("\"'")
        if "|" in text and "[" not in text:
            return " | ".join(dict.fromkeys(self.type_of(part) for part in text.split("|")))
        listed = re.fullmatch(r"(?:list|List|Sequence|tuple)\[(.*?)(?:, \.\.\.)?\]", text)
        if listed and "," not in listed.group(1):
            inner = self.type_of(listed.group(1))
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        keyed = re.fullmatch(r"dict\[str, (.*)\]", text)
        if keyed:
            return f"{{ [key: string]: {self.type_of(keyed.group(1))} }}"
        if text in self.classes:
            return text
        return PYTHON_TYPES.get(text, "any")


def _type_of_default(default: str | None) -> str:
    """What the default of an argument tells of its type: a text may stand for an object of that kind."""
    if default in ("True", "False"):
        return "boolean"
    if default is not None and re.fullmatch(r"-?[\d.]+(e-?\d+)?", default):
        return "number"
    if default is not None and re.fullmatch(r"'[^']*'|\"[^\"]*\"", default):
        return "string | object"
    return "any"


def _comment(doc: str, indent: str) -> str:
    if not doc:
        return ""
    lines = doc.replace("*/", "* /").splitlines()
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return (
        "\n".join([f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"]) + "\n"
    )
