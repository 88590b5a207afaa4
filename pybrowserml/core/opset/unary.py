"""Elementwise primitives of one operand: recorders, derivatives, table."""

from ..dtypes import FLOATS, check_dtype, is_float
from ..shapes import copy_shape
from .binary import add, divide, multiply, subtract
from .registry import as_float, record, register, register_elementwise, result_of, to_tensor, with_dtype
from .rules import any_to_same, float_to_float, no_gradient, one_to, signed_to_same


def _number(x, op):
    x = to_tensor(x, None, op, "x")
    return with_dtype(x, "int32") if x.dtype == "bool" else x


def negative(x):
    """-x, elementwise; the dtype stays (bool: int32)."""
    return record("negative", [_number(x, "negative")], {})[0]


def absolute(x):
    """|x|, elementwise; the dtype stays."""
    x = to_tensor(x, None, "absolute", "x")
    return x if x.dtype == "bool" else record("absolute", [x], {})[0]


def sign(x):
    """-1, 0 or 1, elementwise; the dtype stays (bool: int32)."""
    return record("sign", [_number(x, "sign")], {})[0]


def exp(x):
    """e to the power x, elementwise."""
    return record("exp", [as_float(x, "exp")], {})[0]


def expm1(x):
    """exp(x) - 1, exact for small x."""
    return record("expm1", [as_float(x, "expm1")], {})[0]


def log(x):
    """Natural logarithm, elementwise; -inf at 0, NaN below."""
    return record("log", [as_float(x, "log")], {})[0]


def log1p(x):
    """log(1 + x), exact for small x."""
    return record("log1p", [as_float(x, "log1p")], {})[0]


def sqrt(x):
    """Square root, elementwise; NaN below 0."""
    return record("sqrt", [as_float(x, "sqrt")], {})[0]


def rsqrt(x):
    """1 / sqrt(x), elementwise."""
    return record("rsqrt", [as_float(x, "rsqrt")], {})[0]


def reciprocal(x):
    """1 / x, elementwise."""
    return record("reciprocal", [as_float(x, "reciprocal")], {})[0]


def sin(x):
    """Sine of radians, elementwise."""
    return record("sin", [as_float(x, "sin")], {})[0]


def cos(x):
    """Cosine of radians, elementwise."""
    return record("cos", [as_float(x, "cos")], {})[0]


def tan(x):
    """Tangent of radians, elementwise."""
    return record("tan", [as_float(x, "tan")], {})[0]


def tanh(x):
    """Hyperbolic tangent, elementwise."""
    return record("tanh", [as_float(x, "tanh")], {})[0]


def sigmoid(x):
    """1 / (1 + exp(-x)), elementwise."""
    return record("sigmoid", [as_float(x, "sigmoid")], {})[0]


def erf(x):
    """The error function, elementwise."""
    return record("erf", [as_float(x, "erf")], {})[0]


def floor(x):
    """The largest whole number <= x, elementwise."""
    return record("floor", [as_float(x, "floor")], {})[0]


def ceil(x):
    """The smallest whole number >= x, elementwise."""
    return record("ceil", [as_float(x, "ceil")], {})[0]


def round_half_even(x):
    """The nearest whole number, halves to the even one, elementwise."""
    return record("round", [as_float(x, "round")], {})[0]


def isnan(x):
    """True where x is not a number."""
    return record("isnan", [as_float(x, "isnan")], {})[0]


def isfinite(x):
    """True where x is neither infinite nor NaN."""
    return record("isfinite", [as_float(x, "isfinite")], {})[0]


def logical_not(x):
    """True where x is zero or False."""
    return record("logical_not", [with_dtype(to_tensor(x, None, "logical_not", "x"), "bool")], {})[0]


def cast(x, dtype):
    """Another dtype: float → int truncates, number → bool is != 0."""
    x = to_tensor(x, None, "cast", "x")
    return with_dtype(x, check_dtype(dtype, "cast"))


def stop_gradient(variable):
    """The tensor itself, through which no gradient flows."""
    return record("stop_gradient", [to_tensor(variable, None, "stop_gradient", "variable")], {})[0]


def _cast_rule(shapes, dtypes, attrs):
    return [[copy_shape(shapes[0]), check_dtype(attrs["dtype"])]]


def _chain(derivative):
    """The rule of a unary op from x, y → dy/dx."""

    def grad(node, cotangents):
        return [multiply(cotangents[0], derivative(node.inputs[0], result_of(node, 0)))]

    return grad


def _one_negative(node, cotangents):
    return [negative(cotangents[0])]


def _cast_grad(node, cotangents):
    x = node.inputs[0]
    if not is_float(x.dtype) or not is_float(node.attrs["dtype"]):
        return [None]
    return [with_dtype(cotangents[0], x.dtype)]


# The table

UNARY = [
    # op            derivative of a float result by x (x, y → dy/dx), None: zero almost everywhere
    ["exp", lambda x, y: y],
    ["expm1", lambda x, y: add(y, 1.0)],
    ["log", lambda x, y: reciprocal(x)],
    ["log1p", lambda x, y: reciprocal(add(x, 1.0))],
    ["sqrt", lambda x, y: divide(0.5, y)],
    ["rsqrt", lambda x, y: multiply(-0.5, divide(y, x))],
    ["reciprocal", lambda x, y: negative(multiply(y, y))],
    ["sin", lambda x, y: cos(x)],
    ["cos", lambda x, y: negative(sin(x))],
    ["tan", lambda x, y: add(multiply(y, y), 1.0)],
    ["tanh", lambda x, y: subtract(1.0, multiply(y, y))],
    ["sigmoid", lambda x, y: multiply(y, subtract(1.0, y))],
    ["erf", lambda x, y: multiply(1.1283791670955126, exp(negative(multiply(x, x))))],
    ["floor", None],
    ["ceil", None],
    ["round", None],
]

for row in UNARY:
    register_elementwise(row[0], float_to_float(row[0]), no_gradient if row[1] is None else _chain(row[1]))

register_elementwise("negative", signed_to_same("negative"), _one_negative)
register_elementwise("absolute", signed_to_same("absolute"), _chain(lambda x, y: sign(x)))
register_elementwise("sign", signed_to_same("sign"), no_gradient)
register_elementwise("isnan", one_to("isnan", FLOATS, "bool"), no_gradient)
register_elementwise("isfinite", one_to("isfinite", FLOATS, "bool"), no_gradient)
register_elementwise("logical_not", one_to("logical_not", ["bool"], "bool"), no_gradient)
register("stop_gradient", any_to_same, no_gradient)

register_elementwise("cast", _cast_rule, _cast_grad)
