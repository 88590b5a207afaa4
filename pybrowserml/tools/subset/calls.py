"""Rules on calls, arguments, functions, classes and names."""

import ast

from .kinds import called_method, called_name
from .rule import rule

KEYWORD_CALLS = {"sorted", "sort"}


@rule("keyword-call", ast.Call, "keywords arrive as a dict", "arguments by position")
def keyword_call(node, context):
    return bool(node.keywords) and (called_name(node) or called_method(node)) not in KEYWORD_CALLS


@rule(
    "keyword-arguments",
    ast.arguments,
    "keyword-only and ** arguments need a slow preamble",
    "plain arguments",
)
def keyword_arguments(node, context):
    return bool(node.kwonlyargs or node.kwarg or node.posonlyargs)


@rule("default-value", ast.arguments, "defaults are evaluated at each call", "None or a constant as default")
def default_value(node, context):
    return not isinstance(context.parent(node), ast.Lambda) and any(
        not _is_constant(default) for default in node.defaults
    )


def _is_constant(node: ast.AST) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


@rule("lambda-default", ast.Lambda, "a lambda's default is undefined", "a function that makes the function")
def lambda_default(node, context):
    return bool(node.args.defaults)


@rule(
    "getattr-default",
    ast.Call,
    "getattr() ignores its default",
    "hasattr() before, or an attribute set to None",
)
def getattr_default(node, context):
    return called_name(node) == "getattr" and len(node.args) > 2


@rule(
    "object-dict", ast.Attribute, "does not exist in JavaScript", "explicit attributes, or a dict attribute"
)
def object_dict(node, context):
    return node.attr in ("__dict__", "__mro__", "__bases__", "__subclasses__", "__annotations__", "__slots__")


@rule(
    "operator-call", ast.Attribute, "operators are not methods in JavaScript", "a function or a named method"
)
def operator_call(node, context):
    operators = (
        "add sub mul truediv floordiv mod pow matmul neg eq ne lt le gt ge getitem setitem call contains"
    )
    return node.attr in {f"__{name}__" for name in operators.split()}


@rule(
    "multiple-inheritance", ast.ClassDef, "JavaScript has one parent and no metaclass", "single inheritance"
)
def multiple_inheritance(node, context):
    return len(node.bases) > 1 or bool(node.keywords)


@rule("class-decorator", ast.ClassDef, "dataclasses and other class decorators do not work", "an __init__")
def class_decorator(node, context):
    return bool(node.decorator_list)


@rule(
    "class-attribute",
    ast.Assign,
    "subclasses and instances keep the old value",
    "an instance attribute; a dict",
)
def class_attribute(node, context):
    return any(
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id in context.classes
        for target in node.targets
    )


# The transpiler renames all names that JavaScript reserves; these would mislead the reader of raw JavaScript.
MISLEADING = {
    "this",
    "arguments",
    "eval",
    "undefined",
    "NaN",
    "Infinity",
    "null",
    "typeof",
    "void",
    "let",
    "const",
}


@rule(
    "reserved-name",
    (ast.Name, ast.arg, ast.FunctionDef, ast.ClassDef),
    "the name means something else in JavaScript",
    "another name",
)
def reserved_name(node, context):
    if isinstance(node, ast.Name):
        return isinstance(node.ctx, ast.Store) and node.id in MISLEADING
    if isinstance(node, ast.FunctionDef) and isinstance(context.parent(node), ast.ClassDef):
        return False
    if isinstance(node, ast.arg) and node.arg == "arguments" and _of_constructor(node, context):
        # Keras's Lambda has an argument of this name.
        return False
    return (node.arg if isinstance(node, ast.arg) else node.name) in MISLEADING


def _of_constructor(node, context):
    function = context.parent(context.parent(node))
    return isinstance(function, ast.FunctionDef) and function.name == "__init__"


@rule(
    "function-property", ast.ClassDef, "functions have this property in JavaScript", "another attribute name"
)
def function_property(node, context):
    names = {"length", "arguments", "caller", "prototype", "constructor"}
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and member.name in names:
            return True
        if isinstance(member, ast.Assign) and any(
            getattr(part, "id", None) in names for part in member.targets
        ):
            return True
    return False


ALIASED = set(
    "clear copy get items keys pop popitem setdefault sort split replace values fromkeys deepcopy".split()
)


@rule(
    "aliased-method", ast.FunctionDef, "the name is a method of lists, texts or dicts", "another method name"
)
def aliased_method(node, context):
    return isinstance(context.parent(node), ast.ClassDef) and node.name in ALIASED


@rule("pragma", ast.Call, "raw JavaScript belongs to platform/js", "a function in platform with two halves")
def pragma(node, context):
    return called_name(node) == "__pragma__" and "platform/js/" not in context.path


MISSING = set(
    """frozenset vars locals globals eval exec compile open input memoryview bytearray bytes slice format hash
    id dir complex ascii breakpoint delattr""".split()
)


@rule("missing-builtin", ast.Name, "does not exist in JavaScript", "a function of platform, or own code")
def missing_builtin(node, context):
    return (
        isinstance(node.ctx, ast.Load)
        and node.id in MISSING
        and context.kind(node) is None
        and node.id not in _bound_anywhere(context)
    )


MISSING_ERRORS = set(
    """ArithmeticError LookupError RuntimeError OSError IOError EOFError MemoryError OverflowError
    RecursionError UnicodeError UnicodeDecodeError BufferError SystemError TimeoutError PermissionError
    FileNotFoundError
    FloatingPointError ModuleNotFoundError ImportError NameError KeyboardInterrupt""".split()
)


@rule(
    "missing-error",
    ast.Name,
    "the exception does not exist in JavaScript",
    "error(kind, message) of platform",
)
def missing_error(node, context):
    return isinstance(node.ctx, ast.Load) and node.id in MISSING_ERRORS


def _bound_anywhere(context) -> set[str]:
    names: set[str] = set()
    for part in ast.walk(context.tree):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            names.add(part.id)
        elif isinstance(part, ast.arg):
            names.add(part.arg)
        elif isinstance(part, ast.FunctionDef | ast.ClassDef):
            names.add(part.name)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            names.update(item.asname or item.name for item in part.names)
    return names


ALLOWED_IMPORTS = {"math", "typing", "__future__", "collections.abc", "types"}


@rule(
    "import",
    (ast.Import, ast.ImportFrom),
    "the module does not exist in JavaScript",
    "a function of platform",
)
def library_import(node, context):
    if isinstance(node, ast.Import):
        names = [item.name for item in node.names]
    else:
        names = [node.module or ""] if node.level == 0 else []
        if any(item.name == "*" for item in node.names):
            return True
    return any(name not in ALLOWED_IMPORTS and name.partition(".")[0] != "pybrowserml" for name in names)
