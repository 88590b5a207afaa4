"""Rules on numbers, texts and formatting."""

import ast

from .kinds import called_method, called_name
from .rule import rule

INT32 = 0x7FFFFFFF
SAFE_INTEGER = 2**53


@rule(
    "format-spec",
    ast.FormattedValue,
    "format specifications are ignored",
    "fmt(x, digits) of platform.numbers",
)
def format_spec(node, context):
    return node.format_spec is not None or node.conversion not in (-1, 115)


@rule("format-call", ast.Call, "format() differs or does not exist", "an f-string without specifications")
def format_call(node, context):
    return called_name(node) == "format" or (
        called_method(node) in ("format", "format_map") and context.kind(node.func.value) == "str"
    )


@rule("percent-format", ast.BinOp, "% on a text is NaN", "an f-string")
def percent_format(node, context):
    return isinstance(node.op, ast.Mod) and context.kind(node.left) == "str"


@rule(
    "text-of-float",
    ast.Call,
    "str(1.0) is '1'; floats are written in another way",
    "show(x) or fmt(x, digits)",
)
def text_of_float(node, context):
    if called_name(node) not in ("str", "repr") or len(node.args) != 1:
        return False
    value = node.args[0]
    division = isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div)
    return division or (isinstance(value, ast.Constant) and isinstance(value.value, float))


@rule("text-of-container", ast.Call, "containers are written with other quotes", "join() of the items")
def text_of_container(node, context):
    return called_name(node) in ("str", "repr") and any(
        context.kind(part) in ("list", "tuple", "dict", "set") for part in node.args
    )


@rule(
    "number-type",
    (ast.Call, ast.Compare),
    "1.0 is an int and 1 no float",
    "the dtype, or is_number of platform",
)
def number_type(node, context):
    if isinstance(node, ast.Compare):
        parts = [node.left, *node.comparators]
        asks = any(called_name(part) == "type" for part in parts)
        return asks and any(isinstance(part, ast.Name) and part.id in ("int", "float") for part in parts)
    if called_name(node) not in ("isinstance", "issubclass") or len(node.args) < 2:
        return False
    return any(isinstance(part, ast.Name) and part.id in ("int", "float") for part in ast.walk(node.args[1]))


@rule("int32", ast.BinOp, "bit operations wrap at 32 bits with a sign", "to_uint32, imul of platform.numbers")
def int32(node, context):
    if not isinstance(node.op, ast.LShift | ast.RShift | ast.BitAnd | ast.BitOr | ast.BitXor):
        return False
    if isinstance(node.op, ast.LShift | ast.RShift) and _number(node.right) >= 31:
        return True
    return max(_number(node.left), _number(node.right)) > INT32


@rule("invert", ast.UnaryOp, "~ gives a signed 32-bit number", "bit_xor with the mask that is meant")
def invert(node, context):
    return isinstance(node.op, ast.Invert)


@rule("big-integer", ast.Constant, "integers above 2**53 are rounded", "two 32-bit halves")
def big_integer(node, context):
    return isinstance(node.value, int) and abs(node.value) > SAFE_INTEGER


@rule("int-of-large", ast.Call, "int() of more than 32 bits wraps", "to_int of platform.numbers")
def int_of_large(node, context):
    return called_name(node) == "int" and len(node.args) == 1 and _number(node.args[0]) > INT32


@rule("int-base", ast.Call, "int(text, base) ignores the base", "a loop over the digits")
def int_base(node, context):
    return called_name(node) == "int" and len(node.args) + len(node.keywords) > 1


@rule("zero-division", (ast.BinOp, ast.AugAssign), "dividing by zero raises nothing", "a check before")
def zero_division(node, context):
    divisor = node.right if isinstance(node, ast.BinOp) else node.value
    divides = isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod)
    return divides and isinstance(divisor, ast.Constant) and divisor.value in (0, 0.0)


@rule("sum-start", ast.Call, "sum() ignores its start", "start + sum(xs)")
def sum_start(node, context):
    return called_name(node) == "sum" and len(node.args) + len(node.keywords) > 1


@rule("round-digits", ast.Call, "round(x, n) rounds halves in another way", "fmt(x, digits) for texts")
def round_digits(node, context):
    return called_name(node) == "round" and len(node.args) + len(node.keywords) > 1


@rule("strip-letters", ast.Call, "strip() takes no letters", "a loop, or removing one known text")
def strip_letters(node, context):
    return called_method(node) in ("strip", "lstrip", "rstrip") and len(node.args) > 0


TEXT_METHODS = set(
    """ljust rjust zfill partition rpartition swapcase expandtabs casefold isidentifier istitle isprintable
    removeprefix removesuffix""".split()
)
# These are also plausible names of other things' methods.
COMMON_METHODS = {"count", "center", "title", "encode", "translate"}


@rule(
    "missing-text-method", ast.Call, "the method does not exist in JavaScript", "find, replace, slices, loops"
)
def missing_text_method(node, context):
    name = called_method(node)
    if name in TEXT_METHODS:
        return True
    return name in COMMON_METHODS and context.kind(node.func.value) in ("str", "list")


MATH = set(
    """acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh e exp expm1 fabs floor hypot inf isnan log
    log10 log1p log2 nan pi pow sin sinh sqrt tan tanh tau trunc""".split()
)


@rule(
    "missing-math",
    (ast.Attribute, ast.ImportFrom),
    "not in JavaScript's math",
    "platform.numbers, or own code",
)
def missing_math(node, context):
    if isinstance(node, ast.ImportFrom):
        return node.module == "math" and node.level == 0 and any(item.name not in MATH for item in node.names)
    own = any(
        isinstance(part, ast.ImportFrom) and any(item.name == "math" for item in part.names)
        for part in context.tree.body
    )
    return not own and isinstance(node.value, ast.Name) and node.value.id == "math" and node.attr not in MATH


@rule("bytes-literal", ast.Constant, "bytes do not exist in JavaScript", "utf8_encode of platform.text")
def bytes_literal(node, context):
    return isinstance(node.value, bytes | complex)


@rule(
    "index-missing", ast.Try, "list.index() of a missing item gives -1 and raises nothing", "`x in xs` before"
)
def index_missing(node, context):
    catches = any(
        isinstance(handler.type, ast.Name) and handler.type.id == "ValueError" for handler in node.handlers
    )
    return catches and any(called_method(part) == "index" for line in node.body for part in ast.walk(line))


def _number(node: ast.AST) -> float:
    """The value of a literal number, -1 for anything else."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else -1
