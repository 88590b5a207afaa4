"""docs/ops.md: every op with its signatures, what it records, gradient and tolerances, and how much of keras.ops and of
TensorFlow.js is there. `make docs` writes it; it needs a checkout, whose parity table it reads."""

import ast
import functools
import importlib
import json
import operator
import re
import sys

import pybrowserml

from .. import ops
from ..backends.numpy.kernels import KERNELS as NUMPY_KERNELS
from ..backends.webgl.kernels import KERNELS as WEBGL_KERNELS
from ..core.opset.registry import PRIMITIVES, is_elementwise
from ..ops import random
from .absences import ABSENT, DIFFERENT, LEFT_OUT, RENAMED
from .docs_parts import (
    ROOT,
    arguments_of,
    coverage,
    keras_rows,
    python_call,
    script_call,
    snake_case,
    subject,
    tensorflow_rows,
    unwrapped,
)
from .ops_trace import PLUMBING, Facts, Tracer
from .signatures import Function, Namespace, interface

TARGET = ROOT / "docs" / "ops.md"
ACCURACY = ROOT / "docs" / "accuracy.json"
# Namespaces of TensorFlow.js that hold ops.
TENSORFLOW_SPACES = {"image", "linalg", "math", "signal", "spectral", "sparse", "string", "fused", "losses"}

HEAD = """# Ops

Generated from the sources and the parity table by `make docs`; do not edit.

`import pybrowserml as pb` in Python, `import * as pb from "pybrowserml"` in JavaScript; `pb.ops.name(...)` in both. In
JavaScript optional arguments are passed as one object at the end. Every op records primitives of the graph, so it runs
on every engine (numpy, cpu, webgl) and fuses with its neighbours; where an engine differs, the entry says so.

*Gradient*: whether a float result can be differentiated by a float argument; gradients are graphs of ops themselves, so
they can be differentiated again. *Tolerance*: what the parity table allows between the op in float32 and NumPy or SciPy
in float64 on the same numbers (relative + absolute error; "exact" is bit for bit).
"""


def main() -> None:
    TARGET.write_text(document(), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)} is written")


def document() -> str:
    """The text of docs/ops.md."""
    described = functions()
    facts = facts_of_ops()
    parts = [HEAD, _summary(facts)]
    for module, names in _families(described):
        parts.append(f"## {_title(module)}\n\n{subject(module)}\n")
        parts += [_entry(name, described[name], facts[name]) for name in names]
    parts += [_accuracy_table(), _keras_table(), _tensorflow_table()]
    return "\n".join(parts)


@functools.cache
def present() -> dict:
    """Every public op by its name, those of `random` as "random.name", those of `ops.image` as "image.name"."""
    found = {}
    for name in functions():
        space, _, last = name.rpartition(".")
        home = random if space == "random" else operator.attrgetter(space)(ops) if space else ops
        found[name] = getattr(home, last)
    return found


@functools.cache
def functions() -> dict[str, Function]:
    """The signatures of the ops that a page sees too, by name."""
    public = interface(ROOT, "pybrowserml.entry_full")
    found: dict[str, Function] = {}
    for prefix, space in (("", public["ops"]), ("random.", public["random"])):
        assert isinstance(space, dict)
        _collect(found, prefix, space)
    return found


def _collect(found: dict[str, Function], prefix: str, space: Namespace) -> None:
    for name, item in space.items():
        if isinstance(item, Function):
            found[prefix + name] = item
        elif isinstance(item, dict):
            _collect(found, f"{prefix}{name}.", item)


@functools.cache
def facts_of_ops() -> dict[str, Facts]:
    sys.path.insert(0, str(ROOT / "tests"))
    try:
        rows = importlib.import_module("parity.table").ROWS
    finally:
        sys.path.remove(str(ROOT / "tests"))
    tracer = Tracer(present())
    for row in rows:
        tracer.trace(row)
    return tracer.facts


def _families(functions: dict[str, Function]) -> list[tuple[str, list[str]]]:
    """(module, names) of the files that ops stand in: the primitives first, then by the files' names."""
    families: dict[str, list[str]] = {}
    for name in sorted(functions):
        families.setdefault(functions[name].module, []).append(name)
    return sorted(families.items(), key=lambda item: (".opset." not in item[0], item[0]))


def _title(module: str) -> str:
    last = module.rsplit(".", 1)[1].replace("_", " ")
    return f"Primitives: {last}" if ".opset." in module else last.capitalize()


def python_signature(name: str, function: Function) -> str:
    """`ops.name(x, axis=None)`."""
    return python_call(_called(name), function.arguments, function.rest)


def script_signature(name: str, function: Function) -> str:
    """`ops.name(x, { axis })`, with `await` where it returns a promise."""
    return script_call(_called(name), function.arguments, function.rest, function.waits)


def _called(name: str) -> str:
    """ops.add, random.uniform."""
    return name if name.startswith("random.") else f"ops.{name}"


def _entry(name: str, function: Function, facts: Facts) -> str:
    notes = [_kind(function, facts)]
    if facts.gradient is not None:
        notes.append("gradient: " + ("yes" if facts.gradient else "no"))
    islands = sorted(op for op in facts.primitives if op in NUMPY_KERNELS and op not in WEBGL_KERNELS)
    if islands:
        notes.append(f"webgl: {', '.join(islands)} on the CPU engine")
    tolerance = _tolerance(facts)
    if tolerance:
        notes.append(tolerance)
    notes = [note for note in notes if note]
    facts_line = f"*{'; '.join(notes)}.*\n" if notes else ""
    return (
        f"### {name}\n\nPython: `{python_signature(name, function)}`<br>"
        f"JavaScript: `{script_signature(name, function)}`\n\n"
        f"{unwrapped(function.doc)}\n\n{facts_line}"
    )


def _kind(function: Function, facts: Facts) -> str:
    recorded = sorted(facts.primitives - PLUMBING)
    if ".opset." in function.module and len(recorded) <= 1:
        return "primitive"
    return f"composite of {', '.join(recorded)}" if recorded else ""


def _tolerance(facts: Facts) -> str:
    """The loosest tolerance of the rows that judge this op with the fewest others."""
    if not facts.rows:
        return ""
    fewest = min(count for _, count in facts.rows)
    own = [row for row, count in facts.rows if count == fewest]
    host = (max(row.rtol for row in own), max(row.atol for row in own))
    gpu = (max(row.webgl[0] for row in own), max(row.webgl[1] for row in own))
    return f"tolerance {_pair(*host)}" + ("" if gpu == host else f", webgl {_pair(*gpu)}")


def _pair(relative: float, absolute: float) -> str:
    return "exact" if relative == absolute == 0 else f"{relative:.1g} + {absolute:.1g}"


def _summary(facts: dict[str, Facts]) -> str:
    slopes = sum(1 for item in facts.values() if item.gradient)
    elementwise = sum(is_elementwise(op) for op in PRIMITIVES)
    marks = sum(not is_elementwise(op) and op not in NUMPY_KERNELS for op in PRIMITIVES)
    return (
        f"{len(facts)} ops over {len(PRIMITIVES) - marks} primitives, of which {elementwise} are elementwise "
        f"instructions, and {marks} marks without a kernel; {slopes} ops with a gradient.\n"
    )


def _accuracy_table() -> str:
    """The worst errors that `tests/parity/accuracy.py` measured."""
    measured = json.loads(ACCURACY.read_text(encoding="utf-8"))
    engines = sorted(
        {engine for entry in measured.values() for engine in entry if engine not in ("of", "floor")}
    )
    lines = [
        "## Measured errors",
        "",
        "The worst error of elementwise functions over a range, against NumPy or SciPy in float64, in units of the "
        "last place of the true result (and where it was); with a floor, of results that are not below it. Measured "
        "by `tests/parity/accuracy.py`; webgl on SwiftShader, cpu-node is the cpu engine in Node.js.",
        "",
        f"| op | range | {' | '.join(engines)} |",
        f"|---|---|{'---|' * len(engines)}",
    ]
    for name, entry in measured.items():
        cells = [_measured(entry[engine]) if engine in entry else "" for engine in engines]
        span = entry["of"] + (f", floor {entry['floor']:.2g}" if "floor" in entry else "")
        lines.append(f"| `{name}` | {span} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _measured(error: dict) -> str:
    """2.1 at 26.7."""
    places = ", ".join(f"{place:.3g}" for place in error["at"])
    return f"{error['ulp']:.2g} at {places}"


# Coverage


def keras_names() -> list[str]:
    """The functions of keras.ops."""
    return list(keras_signatures())


def keras_signatures() -> dict[str, str]:
    """Name → "(x, axis=None)" of the functions of keras.ops."""
    return {row[0]: row[2] for row in keras_rows() if re.fullmatch(r"keras\.ops\.\w+", row[0])}


def different_signatures() -> list[str]:
    """The functions of keras.ops whose arguments, by name, order and default, do not begin ours."""
    found = []
    for name, text in keras_signatures().items():
        ours = functions().get(name.rpartition(".")[2])
        theirs = ast.parse(f"def f{text}: ...").body[0]
        if ours is not None and isinstance(theirs, ast.FunctionDef):
            wanted = [item for item in arguments_of(theirs.args) if item[0] not in LEFT_OUT]
            given = [(item.name, item.default) for item in ours.arguments]
            rest = given[len(wanted) :]
            named = theirs.args.kwarg is not None and theirs.args.kwarg.arg in [item[0] for item in rest]
            if given[: len(wanted)] != wanted or named or any(item[1] is None for item in rest):
                found.append(name)
    return found


def tensorflow_names() -> list[str]:
    """The functions of TensorFlow.js that compute: of tf itself and of its namespaces of ops."""
    found = []
    for line in tensorflow_rows():
        parts = line.split(".")
        if len(parts) == 2 or (len(parts) == 3 and parts[1] in TENSORFLOW_SPACES):
            found.append(line)
    return found


def ours_of(name: str) -> str | None:
    """Our name of a function of keras.ops or TensorFlow.js, None where there is none."""
    space, _, last = name.rpartition(".")
    plain = RENAMED.get(name, last if name.startswith("keras.") else snake_case(last))
    inner = f"{space.partition('.')[2]}.{plain}"
    for ours in (plain, inner):
        if ours in present():
            return ours
    top = plain.removeprefix("pb.")
    if plain.startswith("layers."):
        return plain if hasattr(pybrowserml.layers, plain.removeprefix("layers.")) else None
    return f"pb.{top}" if callable(getattr(pybrowserml, top, None)) else None


def _coverage(library: str, names: list[str]) -> str:
    found = {name: ours_of(name) for name in names}
    renamed = [name for name in names if found[name] is not None and name in RENAMED]
    return coverage(library, "functions", found, renamed, ABSENT)


def _keras_table() -> str:
    lines = [_coverage("keras.ops", keras_names()), "| other arguments | reason |", "|---|---|"]
    lines += [f"| `{name}{keras_signatures()[name]}` | {reason} |" for name, reason in DIFFERENT.items()]
    lines += [f"| `{name}` of any | {reason} |" for name, reason in LEFT_OUT.items()]
    return "\n".join([*lines, ""])


def _tensorflow_table() -> str:
    return _coverage("TensorFlow.js", tensorflow_names())


if __name__ == "__main__":
    main()
