"""docs/python.md: what Python a page understands. `make docs` writes it; its tables follow from the sources."""

import re
from pathlib import Path

from .lowering.imports import BUILTINS, EXCEPTIONS, MATHEMATICS, PYTHON
from .lowering.problems import REFUSED

TARGET = Path(__file__).resolve().parents[2] / "docs" / "python.md"
METHODS = ("strings.js", "containers.js")
KINDS = {"STR": "str", "LIST": "list", "TUPLE": "tuple", "DICT": "dict", "SET": "set, frozenset"}

TEXT = Path(__file__).resolve().parent / "python.md"
METHOD = re.compile(r"^    (\w+): \[", re.M)


def document() -> str:
    """The text of docs/python.md."""
    refused = sorted({(construct.replace("*'", "...'"), instead) for construct, instead in REFUSED.values()})
    rows = [f"| {_cell(construct)} | {_cell(instead)} |" for construct, instead in refused]
    table = "\n".join(["| construct | instead |", "|---|---|", *rows])
    parts = [TEXT.read_text(encoding="utf-8").rstrip(), table, "## What there is"]
    parts.append("Builtins: " + _names(BUILTINS) + ".")
    parts.append("Exceptions: " + _names(EXCEPTIONS) + ".")
    parts.append("`math`: " + _names(MATHEMATICS) + ".")
    methods = ["| type | methods |", "|---|---|"]
    source = "".join((PYTHON / name).read_text(encoding="utf-8") for name in METHODS)
    for block, shown in KINDS.items():
        body = re.search(
            rf"^export const {block} = \(\) =>\n  table\(\{{\n(.*?)\n  \}}\);", source, re.S | re.M
        )
        assert body is not None
        methods.append(f"| {shown} | {_names(METHOD.findall(body[1]))} |")
    parts.append("\n".join(methods))
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _names(names) -> str:
    return " ".join(f"`{name}`" for name in sorted(names))


def main() -> None:
    """`python -m pybrowserml.tools.python_docs` writes docs/python.md."""
    TARGET.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
