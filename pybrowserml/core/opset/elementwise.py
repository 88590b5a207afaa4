"""Elementwise primitives: recorders, shape and dtype rules, gradients. Operands broadcast as in NumPy."""

from ...platform.errors import error
from ..dims import dims_equal
from ..dtypes import check_dtype, is_float
from ..shapes import broadcast_shapes, copy_shape, same_shape
from .reduction import reduce_sum
from .registry import (
    as_float,
    pair,
    record,
    register,
    require_dtypes,
    result_of,
    scalar,
    to_tensor,
    with_dtype,
)

# Recorders


def negative(x):
    """-x, elementwise; float32 or int32."""
    return record("negative", [to_tensor(x)], {})[0]


def absolute(x):
    """|x|, elementwise; float32 or int32."""
    return record("absolute", [to_tensor(x)], {})[0]


def sign(x):
    """-1, 0 or 1, elementwise; float32 or int32."""
    return record("sign", [to_tensor(x)], {})[0]


def exp(x):
    """e to the power x, elementwise."""
    return record("exp", [as_float(x)], {})[0]


def expm1(x):
    """exp(x) - 1, exact for small x."""
    return record("expm1", [as_float(x)], {})[0]


def log(x):
    """Natural logarithm, elementwise; -inf at 0, NaN below."""
    return record("log", [as_float(x)], {})[0]


def log1p(x):
    """log(1 + x), exact for small x."""
    return record("log1p", [as_float(x)], {})[0]


def sqrt(x):
    """Square root, elementwise; NaN below 0."""
    return record("sqrt", [as_float(x)], {})[0]


def rsqrt(x):
    """1 / sqrt(x), elementwise."""
    return record("rsqrt", [as_float(x)], {})[0]


def reciprocal(x):
    """1 / x, elementwise."""
    return record("reciprocal", [as_float(x)], {})[0]


def sin(x):
    """Sine of radians, elementwise."""
    return record("sin", [as_float(x)], {})[0]


def cos(x):
    """Cosine of radians, elementwise."""
    return record("cos", [as_float(x)], {})[0]


def tan(x):
    """Tangent of radians, elementwise."""
    return record("tan", [as_float(x)], {})[0]


def tanh(x):
    """Hyperbolic tangent, elementwise."""
    return record("tanh", [as_float(x)], {})[0]


def sigmoid(x):
    """1 / (1 + exp(-x)), elementwise."""
    return record("sigmoid", [as_float(x)], {})[0]


def erf(x):
    """The error function, elementwise."""
    return record("erf", [as_float(x)], {})[0]


def floor(x):
    """The largest whole number <= x, elementwise."""
    return record("floor", [as_float(x)], {})[0]


def ceil(x):
    """The smallest whole number >= x, elementwise."""
    return record("ceil", [as_float(x)], {})[0]


def round_half_even(x):
    """The nearest whole number, halves to the even one, elementwise."""
    return record("round", [as_float(x)], {})[0]


def isnan(x):
    """True where x is not a number."""
    return record("isnan", [as_float(x)], {})[0]


def isfinite(x):
    """True where x is neither infinite nor NaN."""
    return record("isfinite", [as_float(x)], {})[0]


def logical_not(x):
    """True where x is zero or False."""
    return record("logical_not", [with_dtype(to_tensor(x), "bool")], {})[0]


def add(a, b):
    """a + b, elementwise with broadcasting."""
    return record("add", _arithmetic(a, b), {})[0]


def subtract(a, b):
    """a - b, elementwise with broadcasting."""
    return record("subtract", _arithmetic(a, b), {})[0]


def multiply(a, b):
    """a * b, elementwise with broadcasting."""
    return record("multiply", _arithmetic(a, b), {})[0]


def divide(a, b):
    """a / b as float32, elementwise with broadcasting."""
    operands = pair(a, b)
    return record("divide", [as_float(operands[0]), as_float(operands[1])], {})[0]


def power(a, b):
    """a to the power b, elementwise with broadcasting."""
    return record("power", _arithmetic(a, b), {})[0]


def maximum(a, b):
    """The larger of a and b, elementwise with broadcasting."""
    return record("maximum", _arithmetic(a, b), {})[0]


def minimum(a, b):
    """The smaller of a and b, elementwise with broadcasting."""
    return record("minimum", _arithmetic(a, b), {})[0]


def mod(a, b):
    """Remainder with the sign of b, as Python's %."""
    return record("mod", _arithmetic(a, b), {})[0]


def floor_divide(a, b):
    """floor(a / b), as Python's //."""
    return record("floor_divide", _arithmetic(a, b), {})[0]


def equal(a, b):
    """a == b, elementwise with broadcasting."""
    return record("equal", pair(a, b), {})[0]


def not_equal(a, b):
    """a != b, elementwise with broadcasting."""
    return record("not_equal", pair(a, b), {})[0]


def less(a, b):
    """a < b, elementwise with broadcasting."""
    return record("less", pair(a, b), {})[0]


def less_equal(a, b):
    """a <= b, elementwise with broadcasting."""
    return record("less_equal", pair(a, b), {})[0]


def greater(a, b):
    """a > b, elementwise with broadcasting."""
    return record("greater", pair(a, b), {})[0]


def greater_equal(a, b):
    """a >= b, elementwise with broadcasting."""
    return record("greater_equal", pair(a, b), {})[0]


def logical_and(a, b):
    """a and b, elementwise with broadcasting."""
    return record("logical_and", [with_dtype(to_tensor(a), "bool"), with_dtype(to_tensor(b), "bool")], {})[0]


def logical_or(a, b):
    """a or b, elementwise with broadcasting."""
    return record("logical_or", [with_dtype(to_tensor(a), "bool"), with_dtype(to_tensor(b), "bool")], {})[0]


def where(condition, a, b):
    """a where the condition holds, else b; all three broadcast."""
    branches = pair(a, b)
    return record("where", [with_dtype(to_tensor(condition), "bool"), branches[0], branches[1]], {})[0]


def cast(x, dtype):
    """Another dtype: float → int truncates, number → bool is != 0."""
    x = to_tensor(x)
    return with_dtype(x, check_dtype(dtype))


def stop_gradient(x):
    """x, through which no gradient flows."""
    return record("stop_gradient", [to_tensor(x)], {})[0]


def iota(shape, axis):
    """int32 tensor of a shape that holds the index along an axis."""
    return record("iota", [], {"shape": shape, "axis": axis})[0]


def size_of(dim):
    """A dimension as an int32 scalar that follows the size when the plan runs."""
    return record("size", [], {"size": dim})[0]


def random_bits(key0, key1, step, shape):
    """int32 random bits: word 0 of Threefry2x32-20, key (key0, key1), counter (row-major index, step).

    key0, key1, step: int32 scalars (tensors or numbers). shape: of the result.
    Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
    """
    operands = [to_tensor(key0, "int32"), to_tensor(key1, "int32"), to_tensor(step, "int32")]
    return record("random_bits", operands, {"shape": shape})[0]


def bits_to_uniform(bits):
    """int32 bits → float32 in [0, 1) on a grid of 2**-24."""
    return record("bits_to_uniform", [bits], {})[0]


def bits_to_normal(bits):
    """int32 bits → standard normal float32, by the inverse error function.

    Source: Giles 2010, "Approximating the erfinv function".
    """
    return record("bits_to_normal", [bits], {})[0]


def _arithmetic(a, b):
    operands = pair(a, b)
    if operands[0].dtype == "bool" or operands[0].dtype == "uint8":
        return [with_dtype(operands[0], "int32"), with_dtype(operands[1], "int32")]
    return operands


# Shape and dtype rules


def _float_to_float(op):
    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, ["float32"])
        return [[copy_shape(shapes[0]), dtypes[0]]]

    return infer


def _signed_to_same(op):
    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, ["float32", "int32"])
        return [[copy_shape(shapes[0]), dtypes[0]]]

    return infer


def _any_to_same(shapes, dtypes, attrs):
    return [[copy_shape(shapes[0]), dtypes[0]]]


def _one_to(op, allowed, result):
    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, allowed)
        return [[copy_shape(shapes[0]), result]]

    return infer


def _two_to_same(op, allowed):
    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, allowed)
        _require_one_dtype(op, dtypes[0], dtypes[1])
        return [[broadcast_shapes(shapes[0], shapes[1], op), dtypes[0]]]

    return infer


def _two_to_bool(op, allowed):
    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, allowed)
        _require_one_dtype(op, dtypes[0], dtypes[1])
        return [[broadcast_shapes(shapes[0], shapes[1], op), "bool"]]

    return infer


def _require_one_dtype(op, a, b):
    if a != b:
        raise error("DtypeError", op + ": both operands must have one dtype, got " + a + " and " + b)


def _where_rule(shapes, dtypes, attrs):
    require_dtypes("where", [dtypes[0]], ["bool"])
    _require_one_dtype("where", dtypes[1], dtypes[2])
    shape = broadcast_shapes(shapes[0], broadcast_shapes(shapes[1], shapes[2], "where"), "where")
    return [[shape, dtypes[1]]]


def _cast_rule(shapes, dtypes, attrs):
    return [[copy_shape(shapes[0]), check_dtype(attrs["dtype"])]]


def _iota_rule(shapes, dtypes, attrs):
    return [[copy_shape(attrs["shape"]), "int32"]]


def _size_rule(shapes, dtypes, attrs):
    return [[[], "int32"]]


def _random_rule(shapes, dtypes, attrs):
    require_dtypes("random_bits", dtypes, ["int32"])
    for shape in shapes:
        if len(shape) > 0:
            raise error("ShapeError", "random_bits: key and step must be scalars")
    return [[copy_shape(attrs["shape"]), "int32"]]


# Gradients


def unbroadcast(cotangent, shape):
    """Sum a cotangent over the axes along which its operand was repeated."""
    if same_shape(cotangent.shape, shape):
        return cotangent
    lead = len(cotangent.shape) - len(shape)
    axes = []
    for i in range(len(cotangent.shape)):
        if i < lead:
            axes.append(i)
        elif dims_equal(shape[i - lead], 1) and not dims_equal(cotangent.shape[i], 1):
            axes.append(i)
    summed = reduce_sum(cotangent, axes, False) if len(axes) > 0 else cotangent
    return record("reshape", [summed], {"shape": shape})[0] if not same_shape(summed.shape, shape) else summed


def _chain(derivative):
    """The rule of a unary op from x, y → dy/dx."""

    def grad(node, cotangents):
        return [multiply(cotangents[0], derivative(node.inputs[0], result_of(node, 0)))]

    return grad


def _flat(node, cotangents):
    return [None for tensor in node.inputs]


def _one_negative(node, cotangents):
    return [negative(cotangents[0])]


def _add_grad(node, cotangents):
    return [
        unbroadcast(cotangents[0], node.inputs[0].shape),
        unbroadcast(cotangents[0], node.inputs[1].shape),
    ]


def _subtract_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    return [unbroadcast(cotangents[0], a.shape), unbroadcast(negative(cotangents[0]), b.shape)]


def _multiply_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    return [
        unbroadcast(multiply(cotangents[0], b), a.shape),
        unbroadcast(multiply(cotangents[0], a), b.shape),
    ]


def _divide_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    left = divide(cotangents[0], b)
    return [unbroadcast(left, a.shape), unbroadcast(negative(multiply(left, result_of(node, 0))), b.shape)]


def _power_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    if not is_float(a.dtype):
        return [None, None]
    dy = cotangents[0]
    down = power(a, subtract(b, 1.0))
    left = multiply(dy, multiply(b, where(equal(b, 0.0), scalar(0.0, "float32"), down)))
    safe = where(greater(a, 0.0), a, scalar(1.0, "float32"))
    right = multiply(dy, multiply(result_of(node, 0), log(safe)))
    return [unbroadcast(left, a.shape), unbroadcast(right, b.shape)]


def _choice_grad(compare):
    """maximum and minimum: the chosen operand gets the cotangent; equal operands share it.

    Against a constant the first operand gets it where the result passes the constant, and nothing where they are equal
    (so relu has gradient 0 at 0). This asks for the result only: the operand need not be kept for the gradient.
    """

    def grad(node, cotangents):
        a, b = node.inputs[0], node.inputs[1]
        dy = cotangents[0]
        if b.node.op == "constant" and len(b.shape) == 0:
            left = where(compare(result_of(node, 0), b), dy, scalar(0, dy.dtype))
            return [unbroadcast(left, a.shape), unbroadcast(subtract(dy, left), b.shape)]
        share = where(equal(a, b), scalar(0.5, "float32"), cast(compare(a, b), "float32"))
        left = multiply(dy, share)
        return [unbroadcast(left, a.shape), unbroadcast(subtract(dy, left), b.shape)]

    return grad


def _mod_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    if not is_float(a.dtype):
        return [None, None]
    right = negative(multiply(cotangents[0], floor(divide(a, b))))
    return [unbroadcast(cotangents[0], a.shape), unbroadcast(right, b.shape)]


def _where_grad(node, cotangents):
    condition = node.inputs[0]
    dy = cotangents[0]
    zero = scalar(0.0, dy.dtype)
    return [
        None,
        unbroadcast(where(condition, dy, zero), node.inputs[1].shape),
        unbroadcast(where(condition, zero, dy), node.inputs[2].shape),
    ]


def _cast_grad(node, cotangents):
    x = node.inputs[0]
    return [cotangents[0] if is_float(x.dtype) and is_float(node.attrs["dtype"]) else None]


# The table

NUMERIC = ["float32", "int32"]
ANY = ["float32", "int32", "bool", "uint8"]

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
    register(row[0], _float_to_float(row[0]), _flat if row[1] is None else _chain(row[1]))

register("negative", _signed_to_same("negative"), _one_negative)
register("absolute", _signed_to_same("absolute"), _chain(lambda x, y: sign(x)))
register("sign", _signed_to_same("sign"), _flat)
register("isnan", _one_to("isnan", ["float32"], "bool"), _flat)
register("isfinite", _one_to("isfinite", ["float32"], "bool"), _flat)
register("logical_not", _one_to("logical_not", ["bool"], "bool"), _flat)
register("stop_gradient", _any_to_same, _flat)

BINARY = [
    # op            operand dtypes      gradient
    ["add", NUMERIC, _add_grad],
    ["subtract", NUMERIC, _subtract_grad],
    ["multiply", NUMERIC, _multiply_grad],
    ["divide", ["float32"], _divide_grad],
    ["power", NUMERIC, _power_grad],
    ["maximum", NUMERIC, _choice_grad(greater)],
    ["minimum", NUMERIC, _choice_grad(less)],
    ["mod", NUMERIC, _mod_grad],
    ["floor_divide", NUMERIC, _flat],
]

for row in BINARY:
    register(row[0], _two_to_same(row[0], row[1]), row[2])

COMPARISONS = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]
for op in COMPARISONS:
    register(op, _two_to_bool(op, ANY), _flat)

register("logical_and", _two_to_bool("logical_and", ["bool"]), _flat)
register("logical_or", _two_to_bool("logical_or", ["bool"]), _flat)
register("where", _where_rule, _where_grad)
register("cast", _cast_rule, _cast_grad)
register("iota", _iota_rule, _flat)
register("size", _size_rule, _flat)
register("random_bits", _random_rule, _flat)
register("bits_to_uniform", _one_to("bits_to_uniform", ["int32"], "float32"), _flat)
register("bits_to_normal", _one_to("bits_to_normal", ["int32"], "float32"), _flat)

GENERATORS = ["iota", "random_bits"]
ELEMENTWISE = [row[0] for row in UNARY]
ELEMENTWISE.extend([row[0] for row in BINARY])
ELEMENTWISE.extend(COMPARISONS)
ELEMENTWISE.extend(GENERATORS)
ELEMENTWISE.extend(
    [
        "negative",
        "absolute",
        "sign",
        "isnan",
        "isfinite",
        "logical_not",
        "logical_and",
        "logical_or",
        "where",
        "cast",
    ]
)
ELEMENTWISE.extend(["size", "bits_to_uniform", "bits_to_normal"])
