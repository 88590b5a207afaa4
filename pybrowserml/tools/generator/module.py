"""A whole module: its text in, the lines of its JavaScript out."""

import ast
import re
import warnings
from types import SimpleNamespace

from ..modules import prepare
from .statements import Generator
from .transcrypt import SubsetError, compiler, utils

# Empty statements, the header with its time stamp, what the runtime does itself (properties), unused names.
DROPPED = re.compile(
    r"^\s*(;|// pass;?|// Transcrypt'ed .*|import \{\} from '';|var __name__ = .*|__module__: __name__,"
    r"|Object\.defineProperty \(\S+, '\w+', .*\);;?)$"
)
# A bundler may drop these when nobody uses the name: they only make a value.
PURE = re.compile(r"^(export var \w+ = +)((?:__class__|dict|set|waits) \()")


class _Prepare(ast.NodeTransformer):
    """Annotated assignments become plain ones; imports are written elsewhere."""

    def visit_Import(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_ImportFrom(self, node):
        return ast.copy_location(ast.Pass(), node)

    def visit_AnnAssign(self, node):
        self.generic_visit(node)
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)


def javascript_of(
    source: str, name: str, method_names: frozenset[str], module_aliases: frozenset[str]
) -> tuple[list[str], list[int]]:
    """The JavaScript lines of a module, without its imports, and the Python line that each comes from.

    source: the text of the module; name: its dotted name; method_names: the names of all methods of the
    program; module_aliases: the names that the module's imports bind to modules. Raises SubsetError.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as failure:
        raise SubsetError(failure.lineno or 1, f"syntax error: {failure.msg}") from None
    tree = _Prepare().visit(prepare(tree))
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parentNode = node  # pyright: ignore[reportAttributeAccessIssue]
    program = SimpleNamespace(
        symbols=[],
        runtimeModuleName="",
        moduleDict={"": SimpleNamespace(exportedNames=[], importRelPath="")},
        envir=SimpleNamespace(transpiler_name="transcrypt"),
        importStack=[[None, None]],
    )
    module = SimpleNamespace(
        parseTree=tree, program=program, name=name, __name__=name, sourcePath=name, sourcePrename=""
    )
    utils.setProgram(program)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            generator = Generator(module, method_names, module_aliases)
        except utils.Error as failure:
            cause = failure.__context__
            while cause is not None and not isinstance(cause, SubsetError):
                cause = cause.__context__
            if cause is not None:
                raise cause from None
            line = getattr(failure, "lineNr", 1)
            inner = failure.__context__
            reason = " ".join(str(getattr(failure, "message", "") or "").split())
            raise SubsetError(line, reason or f"cannot be transpiled ({inner!r})") from None
    lines, numbers = [], []
    digits = compiler.sourcemaps.lineNrLength
    for line in "".join(generator.targetFragments).split("\n"):
        text, number = (
            line[:-digits],
            int("1" + line[-digits:]) - compiler.sourcemaps.maxNrOfSourceLinesPerModule,
        )
        if DROPPED.match(text):
            continue
        lines.append(PURE.sub(r"\1/* @__PURE__ */ \2", text).rstrip())
        numbers.append(number)
    return lines, numbers
