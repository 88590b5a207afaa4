"""One module of the library to JavaScript: Transcrypt's code generator, with the page kept out of its output.

Transcrypt gives lists and strings their Python methods by adding them to `Array.prototype` and
`String.prototype`. A page would see these names, and a page that has a `remove` of its own would break
transpiled code. So this generator turns the calls of such methods into calls of functions
(`xs.append (x)` becomes `m_append (xs, x)`, see platform/js/runtime.js), and the runtime adds nothing to
anything. Other differences to plain Transcrypt: `==` is `===`, `is None` also holds for what JavaScript calls
undefined, default arguments are JavaScript's own, and methods are native functions, without a bound copy made
at each access.
"""

import ast
import json
import re
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace

from .modules import prepare
from .reserved import RESERVED, identifier

METHODS = frozenset(
    """append extend insert remove index count pop clear copy discard sort get keys values items setdefault
    update join split rsplit splitlines partition strip lstrip rstrip startswith endswith find rfind lower
    upper capitalize replace zfill ljust rjust isdigit isalpha isalnum isspace""".split()
)

# Classes of these rooms are never built from a stored configuration.
INTERNAL_ROOMS = {"platform", "core", "compiler", "backends", "ops"}

# Calls of these may have keywords; the names are in the order of the runtime function's arguments.
KEYWORDS = {
    "sorted": ["iterable", "key", "reverse"],
    "sort": ["key", "reverse"],
    "enumerate": ["iterable", "start"],
}


def method_name(name: str) -> str:
    """The name of a method in JavaScript. (Transcrypt treats one called __init__ in a way of its own.)"""
    return "__construct__" if name == "__init__" else name


class SubsetError(Exception):
    """The source uses something that has no JavaScript meaning; `line` is where."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line = line


def _load_transcrypt():
    """The compiler modules of Transcrypt, with the flags -b -m -n -e 6, and sys.path as it was."""
    import transcrypt

    before, arguments = list(sys.path), sys.argv
    sys.path.append(str(Path(next(iter(transcrypt.__path__))) / "modules"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from org.transcrypt import compiler, utils  # pyright: ignore[reportMissingImports]
        sys.argv = ["transcrypt", "-b", "-m", "-n", "-e", "6", "module.py"]
        utils.commandArgs.parse()
    finally:
        sys.path[:], sys.argv = before, arguments
    return compiler, utils


compiler, utils = _load_transcrypt()


class Generator(compiler.Generator):
    """Writes one module; see the head of this file."""

    def __init__(self, module, method_names: frozenset[str], module_aliases: frozenset[str]):
        self.method_names = method_names
        self.module_aliases = module_aliases
        self.called = None
        super().__init__(module)

    # Transcrypt fills these in its constructor, just before it starts.
    def visit_Module(self, node):
        self.aliases = [(name, "py_" + name) for name in sorted(RESERVED)]
        self.operators[ast.Eq] = ("===", 10)
        self.operators[ast.NotEq] = ("!==", 10)
        self.allowJavaScriptCall = True
        super().visit_Module(node)

    def filterId(self, qualifiedId):
        """The JavaScript name of a variable. Members of classes keep their names, which JavaScript allows."""
        in_class = bool(self.scopes) and isinstance(self.getScope().node, ast.ClassDef)
        return identifier(qualifiedId) if self.idFiltering and not in_class else qualifiedId

    def refuse(self, node, message):
        raise SubsetError(getattr(node, "lineno", self.lineNr), message)

    def emit_list(self, nodes):
        for index, node in enumerate(nodes):
            self.emitComma(index)
            if isinstance(node, ast.Starred):
                self.emit("...")
                node = node.value
            self.visit(node)

    def visit_operand(self, node):
        """The expression before a dot or a bracket."""
        loose = (
            ast.BinOp,
            ast.BoolOp,
            ast.Compare,
            ast.UnaryOp,
            ast.Yield,
            ast.YieldFrom,
            ast.Await,
            ast.Lambda,
        )
        if isinstance(node, loose) or (
            isinstance(node, ast.Constant) and isinstance(node.value, int | float)
        ):
            self.emit("(")
            self.visit(node)
            self.emit(")")
        else:
            self.visit(node)

    # ------------------------------------------------------------ calls and attributes

    def visit_Call(self, node, dataClassArgDict=None):
        func = node.func
        if isinstance(func, ast.Name) and func.id == "__pragma__":
            return self.emit_raw(node)
        self.adaptLineNrString(node)
        arguments = self.positional(node)
        if isinstance(func, ast.Attribute) and self.is_super(func.value):
            self.emit("__super__ ({}, '{}').call (self", self.class_in_scope(), method_name(func.attr))
            if arguments:
                self.emit(", ")
            self.emit_list(arguments)
            self.emit(")")
        elif isinstance(func, ast.Attribute) and func.attr == "__init__":
            self.refuse(node, "a call of __init__ by the name of its class; use super()")
        elif isinstance(func, ast.Attribute) and getattr(func.value, "id", "").startswith("__accu"):
            self.visit(func.value)
            self.emit(".push (")
            self.emit_list(arguments)
            self.emit(")")
        elif isinstance(func, ast.Attribute) and func.attr in METHODS and not self.is_module(func.value):
            self.emit("m_{} (", func.attr)
            self.emit_list([func.value, *arguments])
            self.emit(")")
        elif isinstance(func, ast.Name) and func.id == "type":
            self.emit("py_typeof (")
            self.emit_list(arguments)
            self.emit(")")
        else:
            self.called = func
            if isinstance(func, ast.Attribute | ast.Name | ast.Call | ast.Subscript):
                self.visit(func)
            else:
                self.visit_operand(func)
            self.emit(" (")
            self.emit_list(arguments)
            self.emit(")")

    def emit_raw(self, node):
        """`__pragma__ ("js", "{}", code)`: the code, each line mapped to its own line of the source."""
        if [getattr(part, "value", None) for part in node.args[:2]] != ["js", "{}"] or len(node.args) != 3:
            self.refuse(node, 'a pragma other than __pragma__("js", "{}", """code""")')
        for index, line in enumerate(node.args[2].value.split("\n")):
            self.adaptLineNrString(node.args[2], index)
            self.emit("{}\n", line)

    def positional(self, node):
        """The arguments of a call in order, keywords of known functions put in their places."""
        if not node.keywords:
            return node.args
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        order = KEYWORDS.get(name or "")
        if order is None or any(keyword.arg not in order for keyword in node.keywords):
            given = node.keywords[0].arg or "**"
            self.refuse(node, f"keyword argument {given!r} in a call; pass it by position")
        arguments = list(node.args)
        for keyword in node.keywords:
            place = order.index(keyword.arg)
            while len(arguments) <= place:
                arguments.append(ast.Constant(value=None, lineno=node.lineno, col_offset=node.col_offset))
            arguments[place] = keyword.value
        return arguments

    def is_super(self, node):
        if not self.isCall(node, "super"):
            return False
        if node.args:
            self.refuse(node, "super() with arguments")
        return True

    def class_in_scope(self):
        return ".".join(scope.node.name for scope in self.getAdjacentClassScopes(True))

    def is_module(self, node):
        return isinstance(node, ast.Name) and node.id in self.module_aliases

    def visit_Attribute(self, node):
        bind = (
            node is not self.called
            and isinstance(node.ctx, ast.Load)
            and node.attr in self.method_names
            and not self.is_module(node.value)
        )
        if bind:
            self.emit("__bind__ (")
            self.visit(node.value)
            self.emit(", '{}')", node.attr)
        else:
            self.visit_operand(node.value)
            self.emit(".{}", node.attr)

    def visit_Subscript(self, node):
        if isinstance(node.slice, ast.Tuple):
            self.refuse(node, "a subscript with a comma")
        if isinstance(node.slice, ast.Slice):
            if not isinstance(node.ctx, ast.Load):
                self.refuse(node, "assigning to or deleting a slice; build a new list")
            self.emit("__slice__ (")
            none = ast.Constant(value=None)
            self.emit_list(
                [node.value, node.slice.lower or none, node.slice.upper or none, node.slice.step or none]
            )
            self.emit(")")
        else:
            self.expectingNonOverloadedLhsIndex = False
            self.visit_operand(node.value)
            self.emit(" [")
            self.visit(node.slice)
            self.emit("]")

    # ------------------------------------------------------------ expressions

    def visit_Constant(self, node):
        value = node.value
        if isinstance(value, str):
            self.emit("{}", json.dumps(value))
        elif isinstance(value, bytes):
            self.refuse(node, "a bytes literal")
        elif isinstance(value, float) and (value != value or value in (float("inf"), -float("inf"))):
            self.emit("Infinity")
        else:
            super().visit_Constant(node)

    def visit_JoinedStr(self, node):
        self.emit("__text__ (")
        for index, part in enumerate(node.values):
            self.emitComma(index)
            self.visit(part)
        self.emit(")")

    def visit_FormattedValue(self, node):
        if node.format_spec is not None or node.conversion not in (-1, 115):
            self.refuse(node, "a format specification in an f-string; use platform.numbers.fmt")
        self.visit(node.value)

    def visit_Compare(self, node):
        for index, (op, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            left = node.left if index == 0 else node.comparators[index - 1]
            if index:
                self.emit(" && ")
            elif len(node.ops) > 1:
                self.emit("(")
            if isinstance(op, ast.In | ast.NotIn):
                self.emit("__in__ (" if isinstance(op, ast.In) else "!__in__ (")
                self.emit_list([left, right])
                self.emit(")")
            else:
                nothing = isinstance(right, ast.Constant) and right.value is None
                symbol = self.operators[type(op)][0]
                self.visitSubExpr(node, left)
                self.emit(" {} ", symbol[:2] if nothing else symbol)
                self.visitSubExpr(node, right)
        if len(node.ops) > 1:
            self.emit(")")

    def visit_UnaryOp(self, node):
        self.emit(self.operators[type(node.op)][0])
        simple = isinstance(node.operand, ast.Name | ast.Attribute | ast.Call | ast.Subscript) or (
            isinstance(node.operand, ast.Constant)
        )
        if simple:
            self.visit(node.operand)
        else:
            self.emit("(")
            self.visit(node.operand)
            self.emit(")")

    def visit_Yield(self, node):
        self.emit_yield(node, super().visit_Yield)

    def visit_YieldFrom(self, node):
        self.emit_yield(node, super().visit_YieldFrom)

    def emit_yield(self, node, write):
        if isinstance(getattr(node, "parentNode", None), ast.Expr | ast.Assign | ast.Return):
            write(node)
        else:
            self.emit("(")
            write(node)
            self.emit(")")

    def visit_Tuple(self, node):
        self.stripTuple = False
        self.visit_List(node)

    def visit_List(self, node):
        self.emit("[")
        self.emit_list(node.elts)
        self.emit("]")

    def visit_Set(self, node):
        self.emit("set ([")
        self.emit_list(node.elts)
        self.emit("])")

    def visit_Dict(self, node):
        if any(key is None for key in node.keys):
            self.refuse(node, "** in a dict literal; use update()")
        super().visit_Dict(node)

    def visit_NamedExpr(self, node):
        self.refuse(node, "an assignment inside an expression")

    def visit_Starred(self, node):
        self.refuse(node, "star unpacking here")

    def visit_Match(self, node):
        self.refuse(node, "a match statement")

    # ------------------------------------------------------------ statements

    def visit_arguments(self, node):
        if node.kwonlyargs or node.kwarg or node.posonlyargs:
            self.refuse(node, "keyword-only, positional-only or ** arguments")
        required = len(node.args) - len(node.defaults)
        if getattr(self.getScope().node, "args", None) is node:
            self.getScope().nonlocals.update(arg.arg for arg in node.args)
        self.emit("(")
        for index, arg in enumerate(node.args):
            self.emitComma(index)
            self.emit("{}", identifier(arg.arg))
            if index >= required:
                self.emit(" = ")
                self.visit(node.defaults[index - required])
        if node.vararg:
            self.emitComma(len(node.args))
            self.emit("...{}", identifier(node.vararg.arg))
        self.emit(") {{\n")
        self.indent()

    def visit_FunctionDef(self, node, anAsync=False):
        # Transcrypt writes methods with decorators as accessors that take self as an argument.
        names = [getattr(decorator, "id", None) for decorator in node.decorator_list]
        in_class = isinstance(self.getScope().node, ast.ClassDef)
        if in_class and node.name == "__init__":
            node.name = method_name(node.name)
        before = self.allowJavaScriptCall
        plain = not node.decorator_list or names in (["staticmethod"], ["classmethod"])
        self.allowJavaScriptCall = in_class and plain and not anAsync
        try:
            super().visit_FunctionDef(node, anAsync)
        finally:
            self.allowJavaScriptCall = before

    def visit_ClassDef(self, node):
        if len(node.bases) > 1 or node.keywords:
            self.refuse(node, "multiple inheritance or a metaclass")
        if any(getattr(decorator, "id", None) == "dataclass" for decorator in node.decorator_list):
            self.refuse(node, "a dataclass")
        names = self.constructor_arguments(node)
        if names is not None:
            value = ast.List(elts=[ast.Constant(value=name) for name in names], ctx=ast.Load())
            assign = ast.Assign(targets=[ast.Name(id="__arguments__", ctx=ast.Store())], value=value)
            node.body.append(ast.fix_missing_locations(ast.copy_location(assign, node)))
        super().visit_ClassDef(node)

    def constructor_arguments(self, node):
        """The names of __init__'s arguments, kept where platform.construct may need them."""
        if not set(self.module.name.split(".")).isdisjoint(INTERNAL_ROOMS):
            return None
        for member in node.body:
            if isinstance(member, ast.FunctionDef) and member.name == "__init__":
                return [argument.arg for argument in member.args.args[1:]]
        return None

    def visit_Raise(self, node):
        self.adaptLineNrString(node)
        self.emit("throw ")
        if node.exc is None:
            self.emit(self.getTemp("except"))
        else:
            self.visit(node.exc)

    def visit_With(self, node):
        self.refuse(node, "a with statement; use try/finally")

    def visit_Try(self, node):
        if node.orelse:
            self.refuse(node, "try ... else")
        super().visit_Try(node)

    def visit_Assign(self, node):
        # A variable is declared where it first gets a value; Transcrypt's `nonlocals` are those that are already.
        targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
        super().visit_Assign(node)
        scope = self.getScope()
        if isinstance(scope.node, ast.FunctionDef) and len(targets) == len(node.targets) == 1:
            scope.nonlocals.add(targets[0])

    def visit_AugAssign(self, node):
        if isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.value, ast.UnaryOp):
            node.value = ast.copy_location(
                ast.BinOp(left=ast.Constant(value=0), op=ast.Sub(), right=node.value.operand), node.value
            )
            self.visit(node.target)
            self.emit(" {}= (", self.operators[type(node.op)][0])
            self.visit(node.value)
            self.emit(")")
        else:
            super().visit_AugAssign(node)


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
