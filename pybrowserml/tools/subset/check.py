"""Checks sources against the table of rules."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from ..modules import prepare
from . import calls, containers, statements, texts
from .kinds import Context
from .rule import RULES, Rule

# The rule modules fill the table when they are imported.
RULE_MODULES = (calls, containers, statements, texts)

# `x = a % b  # subset: ok kernel-loop once per row`
ESCAPE = re.compile(r"#\s*subset:\s*ok\s+([\w-]+)(\s+\S.*)?")


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule."""

    path: str
    line: int
    column: int
    rule: str
    why: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column} {self.rule} {self.why}; write instead: {self.instead}"


def check_source(source: str, path: str) -> list[Finding]:
    """The findings of a module's text, in order. `path` decides which rules of place apply."""
    try:
        tree = prepare(ast.parse(source))
    except SyntaxError as failure:
        place = (path, failure.lineno or 1, (failure.offset or 1) - 1)
        return [Finding(*place, "syntax", f"does not parse: {failure.msg}", "valid Python")]
    context = Context(path, tree)
    skipped = _annotations(tree)
    escapes, findings = _escapes(source, path)
    by_type: dict[type, list[Rule]] = {}
    for rule in RULES.values():
        for kind in rule.nodes:
            by_type.setdefault(kind, []).append(rule)
    used: set[tuple[int, str]] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        for rule in by_type.get(type(node), ()):
            if rule.check(node, context):
                line, column = _place(node, context)
                last = getattr(node, "end_lineno", line) or line
                excused = [place for place in range(line, last + 1) if (place, rule.name) in escapes]
                if excused:
                    used.add((excused[0], rule.name))
                else:
                    why = f"{_subject(node)}{rule.why}"
                    findings.append(Finding(path, line, column, rule.name, why, rule.instead))
    for line, name in sorted(escapes - used):
        findings.append(Finding(path, line, 0, "escape", f"nothing here breaks {name}", "no escape"))
    return sorted(set(findings), key=lambda finding: (finding.line, finding.column, finding.rule))


def check_file(path: Path, root: Path) -> list[Finding]:
    label = path.resolve()
    label = label.relative_to(root) if label.is_relative_to(root) else path
    return check_source(path.read_text(encoding="utf-8"), label.as_posix())


def transpilable_files(package: Path) -> list[Path]:
    """The sources that become JavaScript: all but tools, the NumPy engine, CPython's half of platform, and
    modules whose docstring's first line says "CPython only"."""
    files = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).parts
        if parts[0] == "tools" or parts[:2] == ("backends", "numpy"):
            continue
        if parts[0] == "platform" and parts[1] != "js":
            continue
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        if not (first.startswith('"""') and "CPython only" in first):
            files.append(path)
    return files


def _escapes(source: str, path: str) -> tuple[set[tuple[int, str]], list[Finding]]:
    escapes: set[tuple[int, str]] = set()
    findings = []
    for number, line in enumerate(source.splitlines(), 1):
        match = ESCAPE.search(line)
        if match is None:
            continue
        if match.group(1) not in RULES:
            findings.append(
                Finding(path, number, match.start(), "escape", "there is no such rule", "its name")
            )
        elif not (match.group(2) or "").strip():
            findings.append(
                Finding(path, number, match.start(), "escape", "has no reason", "why it is right here")
            )
        else:
            escapes.add((number, match.group(1)))
    return escapes, findings


def _annotations(tree: ast.Module) -> set[int]:
    """Nodes that leave no JavaScript: annotations, and the arguments of decorators' names."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if part is not None:
                inside.update(id(child) for child in ast.walk(part))
    return inside


def _subject(node: ast.AST) -> str:
    """The name that a finding is about, where it is about a name."""
    for field in ("id", "arg", "name", "attr"):
        if isinstance(getattr(node, field, None), str):
            return f"{getattr(node, field)}: "
    return ""


def _place(node: ast.AST, context: Context) -> tuple[int, int]:
    current: ast.AST | None = node
    while current is not None and not hasattr(current, "lineno"):
        current = context.parent(current)
    return (getattr(current, "lineno", 1), getattr(current, "col_offset", 0))
