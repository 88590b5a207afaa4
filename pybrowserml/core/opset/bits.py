"""Elementwise primitives on bits: logic, shifts, and the same bits under another dtype."""

from ...platform.errors import error
from ..dtypes import INTEGERS, WIDTHS, check_dtype
from ..shapes import copy_shape
from .binary import logical_and, logical_or, not_equal
from .registry import pair, record, register_elementwise, require_dtypes, to_tensor, with_dtype
from .rules import no_gradient, two_to_same


def bitwise_and(x, y):
    """The bits that both integers have, elementwise with broadcasting; of booleans, whether both hold."""
    operands = _operands("bitwise_and", x, y)
    if operands[0].dtype == "bool":
        return logical_and(operands[0], operands[1])
    return record("bitwise_and", operands, {})[0]


def bitwise_or(x, y):
    """The bits that one of two integers has, elementwise with broadcasting; of booleans, whether one holds."""
    operands = _operands("bitwise_or", x, y)
    if operands[0].dtype == "bool":
        return logical_or(operands[0], operands[1])
    return record("bitwise_or", operands, {})[0]


def bitwise_xor(x, y):
    """The bits that exactly one of two integers has, elementwise with broadcasting; of booleans, if they differ."""
    operands = _operands("bitwise_xor", x, y)
    if operands[0].dtype == "bool":
        return not_equal(operands[0], operands[1])
    return record("bitwise_xor", operands, {})[0]


def shift_left(a, b):
    """a with its bits moved up by b places, elementwise with broadcasting; 0 when b is not within the width."""
    return record("shift_left", _shifted("left_shift", a, b), {})[0]


def shift_right(a, b):
    """a with its bits moved down by b places, elementwise with broadcasting.

    Signed integers keep their sign: they become 0 or -1 when b is not within the width, as in NumPy.
    """
    return record("shift_right", _shifted("right_shift", a, b), {})[0]


def greatest_divisor(a, b):
    """The greatest common divisor of two integers of one dtype."""
    return record("gcd", [a, b], {})[0]


def bitcast(x, dtype):
    """The same bits under another dtype of the same width: float32, int32 and uint32, or uint8 and int8."""
    x = to_tensor(x)
    return x if x.dtype == check_dtype(dtype) else record("bitcast", [x], {"dtype": dtype})[0]


def _operands(op, a, b):
    operands = pair(a, b, op)
    if operands[0].dtype != "bool":
        require_dtypes(op, [operands[0].dtype], INTEGERS)
    return operands


def _shifted(op, a, b):
    operands = pair(a, b, op)
    if operands[0].dtype == "bool":
        return [with_dtype(operands[0], "int32"), with_dtype(operands[1], "int32")]
    require_dtypes(op, [operands[0].dtype], INTEGERS)
    return operands


def _bitcast_rule(shapes, dtypes, attrs):
    source = dtypes[0]
    target = attrs["dtype"]
    for dtype in [source, target]:
        if dtype != "float32" and dtype not in INTEGERS:
            raise error("DtypeError", "view: the bits of " + dtype + " cannot be seen under another dtype")
    if WIDTHS[source] != WIDTHS[target]:
        raise error("DtypeError", "view: " + source + " and " + target + " differ in width")
    return [[copy_shape(shapes[0]), target]]


BITWISE = ["bitwise_and", "bitwise_or", "bitwise_xor", "shift_left", "shift_right", "gcd"]
for op in BITWISE:
    register_elementwise(op, two_to_same(op, INTEGERS), no_gradient)

register_elementwise("bitcast", _bitcast_rule, no_gradient)
