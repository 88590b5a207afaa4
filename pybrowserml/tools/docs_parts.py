"""What the generated documents share: docstrings as Markdown, signatures in both languages, tables of coverage."""

import ast
import importlib
import re
from pathlib import Path

from .signatures import Argument, attribute_name, javascript_name

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"


def keras_rows() -> list[list[str]]:
    """[name, kind, signature] of every public name of Keras."""
    lines = (CASES / "keras_api.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def tensorflow_rows() -> list[str]:
    """The public names of TensorFlow.js."""
    lines = (CASES / "tfjs_api.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("tf.")]


def subject(module: str) -> str:
    """The docstring of a module as Markdown."""
    return unwrapped(importlib.import_module(module).__doc__ or "")


def unwrapped(text: str) -> str:
    """A docstring as Markdown: paragraphs on one line each."""
    paragraphs = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    return "\n\n".join(escaped(part) for part in paragraphs)


def escaped(text: str) -> str:
    """Characters that Markdown reads are marked, save in `code`."""
    parts = text.split("`")
    return "`".join(
        part if i % 2 else re.sub(r"([\[\]<>*|_])", r"\\\1", part) for i, part in enumerate(parts)
    )


def python_call(path: str, arguments: list[Argument], rest: str | None = None) -> str:
    """`ops.name(x, axis=None)`."""
    given = [item.name if item.default is None else f"{item.name}={item.default}" for item in arguments]
    given += [f"*{rest}"] if rest else []
    return f"{path}({', '.join(given)})"


def script_call(path: str, arguments: list[Argument], rest: str | None = None, waits: bool = False) -> str:
    """`ops.name(x, { axis })`, with `await` where it returns a promise."""
    given = [attribute_name(item.name) for item in arguments if item.default is None]
    options = [attribute_name(item.name) for item in arguments if item.default is not None]
    given += ["{ " + ", ".join(options) + " }"] if options else []
    given += [f"...{attribute_name(rest)}"] if rest else []
    space, _, last = path.rpartition(".")
    return f"{'await ' if waits else ''}{space}.{javascript_name(last)}({', '.join(given)})"


def arguments_of(arguments: ast.arguments) -> list[tuple[str, str | None]]:
    """(name, default) of positional arguments."""
    names = [item.arg for item in arguments.args]
    defaults = [ast.unparse(item) for item in arguments.defaults]
    return list(zip(names, [None] * (len(names) - len(defaults)) + defaults, strict=True))


def snake_case(name: str) -> str:
    """squaredDifference -> squared_difference."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match.group(1).lower(), name).lower()


def coverage(
    library: str, noun: str, found: dict[str, str | None], renamed: list[str], absent: dict[str, str]
) -> str:
    """How much of a library is there. found: its names and ours, None where there is none; renamed: those that have
    another name here; absent: the reasons.
    """
    names = list(found)
    there = [name for name in names if found[name] is not None]
    lines = [
        f"## Coverage of {library}",
        "",
        f"{len(there)} of {len(names)} {noun}, {len(renamed)} of them under another name.",
        "",
    ]
    if renamed:
        lines += [
            "| there | here |",
            "|---|---|",
            *(f"| `{name}` | `{found[name]}` |" for name in renamed),
            "",
        ]
    missing = [name for name in names if found[name] is None]
    if missing:
        lines += ["| absent | reason |", "|---|---|"]
        lines += [f"| `{name}` | {absent.get(name, '')} |" for name in missing]
        lines.append("")
    return "\n".join(lines)
