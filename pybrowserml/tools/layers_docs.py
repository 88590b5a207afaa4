"""docs/layers.md: every layer, and what models are trained with, with signatures in both languages; how much of Keras
and of the layers of TensorFlow.js is there. `make docs` writes it from the sources.
"""

import ast
import functools
import operator

import pybrowserml

from .docs_parts import (
    ROOT,
    arguments_of,
    coverage,
    keras_rows,
    python_call,
    script_call,
    subject,
    tensorflow_rows,
    unwrapped,
)
from .layers_absences import ABSENT, ABSENT_MEMBERS, ABSENT_MODULES, LEFT_OUT, RENAMED
from .signatures import Class, Function, Namespace, interface, javascript_name

TARGET = ROOT / "docs" / "layers.md"
# Tables of what is no layer: namespace, title, whether its functions are listed.
TABLES = [
    ("losses", "Losses", False),
    ("metrics", "Metrics", False),
    ("optimizers", "Optimizers", False),
    ("optimizers.schedules", "Schedules", False),
    ("initializers", "Initializers", False),
    ("regularizers", "Regularizers", False),
    ("constraints", "Constraints", False),
    ("callbacks", "Callbacks", False),
    ("activations", "Activations", True),
    ("models", "Models", True),
    ("saving", "Saving", True),
    ("utils", "Utilities", True),
]
# Namespaces of Keras that are compared; "" is its top.
KERAS_SPACES = ["", "layers", *(space for space, _, _ in TABLES), "random", "tree"]
# Arguments of every layer, which stand last, and of most other things.
COMMON = {"name", "trainable", "dtype"}
# Classes of Keras whose methods and properties are compared.
KERAS_CLASSES = [
    "Layer",
    "Model",
    "Sequential",
    "metrics.Metric",
    "optimizers.Optimizer",
    "callbacks.Callback",
]
# Namespaces of TensorFlow.js, and ours.
TENSORFLOW_SPACES = {
    "layers": "layers",
    "metrics": "metrics",
    "initializers": "initializers",
    "regularizers": "regularizers",
    "constraints": "constraints",
    "train": "optimizers",
    "data": "data",
}

HEAD = """# Layers and models

Generated from the sources by `make docs`; do not edit.

`import pybrowserml as pb` in Python, `import * as pb from "pybrowserml"` in JavaScript. There a class is made by a
function: its required arguments come first, or all of them by name in one object. `layer(x)` in Python is
`layer.apply(x)` in JavaScript. Every layer runs on every engine (numpy, cpu, webgl), in training too; names, order and
defaults of arguments and weights are those of Keras 3, so that files of either can be read. Arguments that all layers
have stand last: `name`, `trainable`, `dtype`.
"""


def main() -> None:
    TARGET.write_text(document(), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)} is written")


def document() -> str:
    """The text of docs/layers.md."""
    layers = classes("layers")
    parts = [HEAD, _contents(layers)]
    for module, names in _files(layers):
        parts.append(f"## {_title(module)}\n\n{subject(module)}\n\n`{module.replace('.', '/')}.py`\n")
        parts += [_entry(name, layers[name]) for name in names]
    parts.append(_table("layers", "Functions of layers", True, False))
    parts += [_table(space, title, functions, True) for space, title, functions in TABLES]
    parts += [_keras_table(), _member_table(), _tensorflow_table()]
    return "\n".join(parts)


@functools.cache
def public() -> Namespace:
    """The names that a page sees."""
    return interface(ROOT, "pybrowserml.entry_full")


def namespace(space: str) -> Namespace:
    found = public()
    for part in space.split("."):
        inner = found[part]
        assert isinstance(inner, dict)
        found = inner
    return found


def classes(space: str) -> dict[str, Class]:
    """The classes of a namespace by their own names."""
    found = namespace(space).items()
    return {name: item for name, item in found if isinstance(item, Class) and item.name == name}


def other_names(space: str, name: str) -> list[str]:
    """Further names of a class."""
    found = namespace(space).items()
    return [other for other, item in found if isinstance(item, Class) and item.name == name and other != name]


def _files(layers: dict[str, Class]) -> list[tuple[str, list[str]]]:
    """(module, names): the files that layers stand in, that of the base first."""
    files: dict[str, list[str]] = {}
    for name in sorted(layers):
        files.setdefault(layers[name].module, []).append(name)
    return sorted(files.items(), key=lambda item: (not item[0].endswith(".layer"), item[0]))


def _title(module: str) -> str:
    words = module.removeprefix("pybrowserml.layers.").replace("_", " ").split(".")
    return ", ".join(words).capitalize()


def _contents(layers: dict[str, Class]) -> str:
    names = " ".join(f"[{name}](#{name.lower()})" for name in sorted(layers))
    return f"{len(layers)} layers: {names}\n"


def _entry(name: str, item: Class) -> str:
    also = other_names("layers", name)
    more = f"\n\nAlso: {', '.join(f'`{other}`' for other in also)}." if also else ""
    path = f"layers.{name}"
    return (
        f"### {name}\n\nPython: `{python_call(path, item.arguments, item.rest)}`<br>"
        f"JavaScript: `{script_call(path, item.arguments, item.rest)}`\n\n{unwrapped(item.doc)}{more}\n"
    )


def _table(space: str, title: str, with_functions: bool, with_classes: bool) -> str:
    lines = [f"## {title}", "", "| Python | what it is |", "|---|---|"]
    for name, item in sorted(namespace(space).items()):
        is_listed = (
            with_classes and item.name == name
            if isinstance(item, Class)
            else with_functions and isinstance(item, Function)
        )
        if is_listed and isinstance(item, Class | Function):
            call = python_call(f"{space}.{name}", item.arguments, item.rest).replace("|", "\\|")
            also = other_names(space, name) if isinstance(item, Class) else []
            more = f" Also {', '.join(f'`{other}`' for other in also)}." if also else ""
            lines.append(f"| `{call}` | {_first_paragraph(item.doc)}{more} |")
    return "\n".join([*lines, ""])


def _first_paragraph(doc: str) -> str:
    return unwrapped(doc.strip().split("\n\n")[0])


# Coverage


def keras_names() -> list[str]:
    """The classes and functions of Keras that are compared."""
    found = []
    for row in keras_rows():
        space = row[0].removeprefix("keras.").rpartition(".")[0] if row[0].count(".") > 1 else ""
        if row[1] in ("class", "func") and space in KERAS_SPACES:
            found.append(row[0])
    return found


def keras_members() -> list[str]:
    """The methods and properties of Keras that are compared."""
    wanted = [f"keras.{name}" for name in KERAS_CLASSES]
    return [
        row[0]
        for row in keras_rows()
        if row[0].rpartition(".")[0] in wanted and row[1] not in ("class", "func")
    ]


def different_arguments() -> list[str]:
    """Classes of Keras whose arguments, by name and order, do not begin ours; those of LEFT_OUT may lack."""
    found = []
    for row in keras_rows():
        space, _, name = row[0].removeprefix("keras.").rpartition(".")
        if row[1] != "class" or space not in [item[0] for item in TABLES] + ["layers"]:
            continue
        item = classes(space).get(name)
        theirs = ast.parse(f"def f{row[2]}: ...").body[0]
        if item is not None and isinstance(theirs, ast.FunctionDef):
            ours = [argument.name for argument in item.arguments if argument.name not in COMMON]
            wanted = [argument for argument, _ in arguments_of(theirs.args) if argument not in COMMON]
            wanted = [argument for argument in wanted if argument in ours or argument not in LEFT_OUT]
            if ours[: len(wanted)] != wanted:
                found.append(row[0])
    return found


def tensorflow_names() -> list[str]:
    """The functions of TensorFlow.js for layers and training."""
    return [
        name for name in tensorflow_rows() if name.count(".") == 2 and name.split(".")[1] in TENSORFLOW_SPACES
    ]


def ours_of(name: str) -> str | None:
    """Our name of a function or class of Keras or TensorFlow.js, None where there is none."""
    if name in RENAMED:
        return RENAMED[name]
    if name.startswith("keras."):
        inner = name.removeprefix("keras.")
        return f"pb.{inner}" if _has(pybrowserml, inner) else None
    _, space, last = name.split(".")
    ours = TENSORFLOW_SPACES[space]
    for found in namespace(ours):
        if javascript_name(found).lower() == last.lower():
            return f"pb.{ours}.{javascript_name(found)}"
    return None


def has_member(name: str) -> bool:
    """Whether a class of ours has a method or property of Keras."""
    path, _, last = name.removeprefix("keras.").rpartition(".")
    space, _, cls = path.rpartition(".")
    item = (namespace(space) if space else public())[cls]
    assert isinstance(item, Class)
    return last in item.all_methods() or last in item.all_attributes()


def _has(home, path: str) -> bool:
    try:
        operator.attrgetter(path)(home)
    except AttributeError:
        return False
    return True


def reason_of_member(name: str) -> str:
    """Why a method or property is absent."""
    last = name.rpartition(".")[2]
    return next((reason for part, reason in ABSENT_MEMBERS.items() if part in last), "")


def _keras_table() -> str:
    found = {name: ours_of(name) for name in keras_names()}
    renamed = [name for name in found if name in RENAMED]
    lines = [
        coverage("Keras", "classes and functions", found, renamed, ABSENT),
        "| left out | reason |",
        "|---|---|",
    ]
    lines += [f"| argument `{name}` | {reason} |" for name, reason in LEFT_OUT.items()]
    lines += [f"| `{name}` | {reason} |" for name, reason in ABSENT_MODULES.items()]
    return "\n".join([*lines, ""])


def _member_table() -> str:
    found = {name: name if has_member(name) else None for name in keras_members()}
    reasons = {name: reason_of_member(name) for name in found}
    shown = {name: value for name, value in found.items() if not name.startswith("keras.Sequential.")}
    return coverage("methods and properties of Keras's classes", "names", shown, [], reasons)


def _tensorflow_table() -> str:
    found = {name: ours_of(name) for name in tensorflow_names()}
    renamed = [name for name in found if name in RENAMED]
    return coverage("TensorFlow.js layers and training", "functions", found, renamed, ABSENT)


if __name__ == "__main__":
    main()
