"""Elementwise primitives of two operands, and `where`: recorders, gradients, table. Operands broadcast as in NumPy."""

from ..dims import dims_equal
from ..dtypes import FLOATS, is_float
from ..shapes import broadcast_shapes, same_shape
from .reduction import reduce_sum
from .registry import (
    float_pair,
    pair,
    record,
    register_elementwise,
    require_dtypes,
    result_of,
    scalar,
    to_tensor,
    with_dtype,
)
from .rules import ANY, NUMERIC, no_gradient, require_one_dtype, two_to_bool, two_to_same


def add(x1, x2):
    """x1 + x2, elementwise with broadcasting; of booleans, whether one holds."""
    return _of_pair("add", "logical_or", x1, x2)


def subtract(x1, x2):
    """x1 - x2, elementwise with broadcasting."""
    return record("subtract", _arithmetic("subtract", x1, x2), {})[0]


def multiply(x1, x2):
    """x1 * x2, elementwise with broadcasting; of booleans, whether both hold."""
    return _of_pair("multiply", "logical_and", x1, x2)


def divide(x1, x2):
    """x1 / x2 as a float, elementwise with broadcasting; integers become float32."""
    return record("divide", float_pair(x1, x2, "divide"), {})[0]


def power(x1, x2):
    """x1 to the power x2, elementwise with broadcasting."""
    return record("power", _arithmetic("power", x1, x2), {})[0]


def maximum(x1, x2):
    """The larger of x1 and x2, elementwise with broadcasting."""
    return _of_pair("maximum", "logical_or", x1, x2)


def minimum(x1, x2):
    """The smaller of x1 and x2, elementwise with broadcasting."""
    return _of_pair("minimum", "logical_and", x1, x2)


def mod(x1, x2):
    """Remainder with the sign of x2, as Python's %."""
    return record("mod", _arithmetic("mod", x1, x2), {})[0]


def floor_divide(x1, x2):
    """floor(x1 / x2), as Python's //."""
    return record("floor_divide", _arithmetic("floor_divide", x1, x2), {})[0]


def arctan2(x1, x2):
    """The angle of the point (x2, x1) in [-pi, pi], elementwise with broadcasting."""
    return record("arctan2", float_pair(x1, x2, "arctan2"), {})[0]


def equal(x1, x2):
    """x1 == x2, elementwise with broadcasting."""
    return record("equal", pair(x1, x2, "equal"), {})[0]


def not_equal(x1, x2):
    """x1 != x2, elementwise with broadcasting."""
    return record("not_equal", pair(x1, x2, "not_equal"), {})[0]


def less(x1, x2):
    """x1 < x2, elementwise with broadcasting."""
    return record("less", pair(x1, x2, "less"), {})[0]


def less_equal(x1, x2):
    """x1 <= x2, elementwise with broadcasting."""
    return record("less_equal", pair(x1, x2, "less_equal"), {})[0]


def greater(x1, x2):
    """x1 > x2, elementwise with broadcasting."""
    return record("greater", pair(x1, x2, "greater"), {})[0]


def greater_equal(x1, x2):
    """x1 >= x2, elementwise with broadcasting."""
    return record("greater_equal", pair(x1, x2, "greater_equal"), {})[0]


def logical_and(x1, x2):
    """x1 and x2, elementwise with broadcasting."""
    return record("logical_and", [_truth("logical_and", x1, "x1"), _truth("logical_and", x2, "x2")], {})[0]


def logical_or(x1, x2):
    """x1 or x2, elementwise with broadcasting."""
    return record("logical_or", [_truth("logical_or", x1, "x1"), _truth("logical_or", x2, "x2")], {})[0]


def where(condition, x1, x2):
    """x1 where the condition holds, else x2; all three broadcast."""
    branches = pair(x1, x2, "where")
    return record(
        "where",
        [with_dtype(to_tensor(condition, None, "where", "condition"), "bool"), branches[0], branches[1]],
        {},
    )[0]


def _truth(op, x, argument):
    return with_dtype(to_tensor(x, None, op, argument), "bool")


def _of_pair(op, of_booleans, a, b):
    operands = pair(a, b, op)
    return record(of_booleans if operands[0].dtype == "bool" else op, operands, {})[0]


def _arithmetic(op, a, b):
    """Two operands of one dtype; booleans are counted as int32."""
    operands = pair(a, b, op)
    if operands[0].dtype == "bool":
        return [with_dtype(operands[0], "int32"), with_dtype(operands[1], "int32")]
    return operands


def _where_rule(shapes, dtypes, attrs):
    require_dtypes("where", [dtypes[0]], ["bool"])
    require_one_dtype("where", dtypes[1], dtypes[2])
    shape = broadcast_shapes(shapes[0], broadcast_shapes(shapes[1], shapes[2], "where"), "where")
    return [[shape, dtypes[1]]]


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


def _one(op, x):
    return record(op, [x], {})[0]


def _add_grad(node, cotangents):
    return [
        unbroadcast(cotangents[0], node.inputs[0].shape),
        unbroadcast(cotangents[0], node.inputs[1].shape),
    ]


def _subtract_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    return [unbroadcast(cotangents[0], a.shape), unbroadcast(_one("negative", cotangents[0]), b.shape)]


def _multiply_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    return [
        unbroadcast(multiply(cotangents[0], b), a.shape),
        unbroadcast(multiply(cotangents[0], a), b.shape),
    ]


def _divide_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    left = divide(cotangents[0], b)
    return [
        unbroadcast(left, a.shape),
        unbroadcast(_one("negative", multiply(left, result_of(node, 0))), b.shape),
    ]


def _power_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    if not is_float(a.dtype):
        return [None, None]
    dy = cotangents[0]
    down = power(a, subtract(b, 1.0))
    left = multiply(dy, multiply(b, where(equal(b, 0.0), scalar(0.0, dy.dtype), down)))
    safe = where(greater(a, 0.0), a, scalar(1.0, a.dtype))
    right = multiply(dy, multiply(result_of(node, 0), _one("log", safe)))
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
        share = where(equal(a, b), scalar(0.5, dy.dtype), with_dtype(compare(a, b), dy.dtype))
        left = multiply(dy, share)
        return [unbroadcast(left, a.shape), unbroadcast(subtract(dy, left), b.shape)]

    return grad


def _mod_grad(node, cotangents):
    a, b = node.inputs[0], node.inputs[1]
    if not is_float(a.dtype):
        return [None, None]
    right = _one("negative", multiply(cotangents[0], floor_divide(a, b)))
    return [unbroadcast(cotangents[0], a.shape), unbroadcast(right, b.shape)]


def _arctan2_grad(node, cotangents):
    """[b, -a] / (a² + b²), with both scaled by the larger, so that no square overflows; 0 at the origin."""
    a, b = node.inputs[0], node.inputs[1]
    largest = maximum(_one("absolute", a), _one("absolute", b))
    scale = where(equal(largest, 0.0), scalar(1.0, a.dtype), largest)
    p = divide(a, scale)
    q = divide(b, scale)
    square = multiply(scale, add(multiply(p, p), multiply(q, q)))
    factor = divide(cotangents[0], where(equal(largest, 0.0), scalar(1.0, a.dtype), square))
    return [
        unbroadcast(multiply(factor, q), a.shape),
        unbroadcast(_one("negative", multiply(factor, p)), b.shape),
    ]


def _where_grad(node, cotangents):
    condition = node.inputs[0]
    dy = cotangents[0]
    zero = scalar(0.0, dy.dtype)
    return [
        None,
        unbroadcast(where(condition, dy, zero), node.inputs[1].shape),
        unbroadcast(where(condition, zero, dy), node.inputs[2].shape),
    ]


# The table

BINARY = [
    # op            operand dtypes      gradient
    ["add", NUMERIC, _add_grad],
    ["subtract", NUMERIC, _subtract_grad],
    ["multiply", NUMERIC, _multiply_grad],
    ["divide", FLOATS, _divide_grad],
    ["power", NUMERIC, _power_grad],
    ["maximum", NUMERIC, _choice_grad(greater)],
    ["minimum", NUMERIC, _choice_grad(less)],
    ["mod", NUMERIC, _mod_grad],
    ["floor_divide", NUMERIC, no_gradient],
    ["arctan2", FLOATS, _arctan2_grad],
]

for row in BINARY:
    register_elementwise(row[0], two_to_same(row[0], row[1]), row[2])

COMPARISONS = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]
for op in COMPARISONS:
    register_elementwise(op, two_to_bool(op, ANY), no_gradient)

register_elementwise("logical_and", two_to_bool("logical_and", ["bool"]), no_gradient)
register_elementwise("logical_or", two_to_bool("logical_or", ["bool"]), no_gradient)
register_elementwise("where", _where_rule, _where_grad)
