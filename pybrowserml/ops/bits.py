"""Operations on the bits of integers and floats, and whole-number arithmetic."""

from ..core.dtypes import BOUNDS, check_dtype, is_float, is_integer
from ..core.opset.binary import (
    add,
    equal,
    floor_divide,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_or,
    maximum,
    minimum,
    multiply,
    power,
    subtract,
    where,
)
from ..core.opset.bits import bitcast, bitwise_xor, greatest_divisor, shift_left, shift_right
from ..core.opset.registry import as_float, float_pair, pair, scalar, to_tensor, with_dtype
from ..core.opset.unary import absolute, cast, isnan, logical_not, reciprocal
from ..platform.errors import error
from .arguments import require_broadcast


def bitwise_not(x):
    """All bits of an integer the other way round, elementwise; of booleans, the opposite."""
    x = to_tensor(x)
    if x.dtype == "bool":
        return logical_not(x)
    bounds = _bounds("bitwise_not", x.dtype)
    return bitwise_xor(x, scalar(bounds[1] if bounds[0] == 0 else -1, x.dtype))


def bitwise_invert(x):
    """The same as `bitwise_not`."""
    return bitwise_not(x)


def left_shift(x, y):
    """x with its bits moved up by y places, elementwise with broadcasting; 0 when y is not within the width."""
    return shift_left(x, y)


def right_shift(x, y):
    """x with its bits moved down by y places, elementwise with broadcasting; signed integers keep their sign."""
    return shift_right(x, y)


def bitwise_left_shift(x, y):
    """The same as `left_shift`."""
    return shift_left(x, y)


def bitwise_right_shift(x, y):
    """The same as `right_shift`."""
    return shift_right(x, y)


def view(x, dtype=None):
    """The same bits under another dtype of the same width: float32, int32 and uint32, or uint8 and int8.

    Raises DtypeError for other pairs. A GPU may take numbers below 2**-126 for zero when it reads them as float32.
    """
    return to_tensor(x) if dtype is None else bitcast(x, dtype)


def _bounds(op, dtype):
    if not is_integer(dtype):
        raise error("DtypeError", op + ": dtype must be an integer or bool, got " + dtype)
    return BOUNDS[dtype]


def signbit(x):
    """True where the sign bit of x is set, that of -0.0 and of NaN included, elementwise."""
    x = to_tensor(x)
    if x.dtype == "bool" or is_integer(x.dtype):
        return less(x, 0)
    if x.dtype == "float64":
        return less(where(equal(x, 0.0), reciprocal(x), x), 0.0)
    return less(bitcast(with_dtype(x, "float32"), "int32"), 0)


def nextafter(x1, x2):
    """The float32 next to x1 in the direction of x2, elementwise with broadcasting; x2 where both are equal.

    Numbers below 2**-126 count as zero on a GPU.
    """
    operands = float_pair(x1, x2)
    require_broadcast("nextafter", operands)
    a = with_dtype(operands[0], "float32")
    b = with_dtype(operands[1], "float32")
    bits = bitcast(a, "int32")
    away = equal(greater(b, a), greater(a, 0.0))
    moved = bitcast(where(away, add(bits, 1), subtract(bits, 1)), "float32")
    least = bitcast(where(greater(b, 0.0), 1, -2147483647), "float32")
    found = where(equal(a, b), b, where(equal(a, 0.0), least, moved))
    return where(logical_or(isnan(a), isnan(b)), add(a, b), found)


def saturate_cast(x, dtype):
    """x in another dtype, with what lies outside of its range moved to the nearest end of it instead of wrapped.

    To bool: whether x is positive.
    """
    x = to_tensor(x)
    if x.dtype == check_dtype(dtype) or x.dtype == "bool":
        return cast(x, dtype)
    if dtype == "bool":
        return greater(x, 0)
    if is_float(dtype):
        return cast(minimum(maximum(x, -65504.0), 65504.0) if dtype == "float16" else x, dtype)
    bounds = BOUNDS[dtype]
    if is_float(x.dtype):
        # The first number beyond the range has a float32, which the last one inside has not.
        found = where(greater_equal(x, bounds[1] + 1.0), scalar(bounds[1], dtype), cast(x, dtype))
        return where(less_equal(x, bounds[0]), scalar(bounds[0], dtype), found)
    own = BOUNDS[x.dtype]
    if own[0] < bounds[0]:
        x = maximum(x, scalar(bounds[0], x.dtype))
    if own[1] > bounds[1]:
        x = minimum(x, scalar(bounds[1], x.dtype))
    return cast(x, dtype)


def ldexp(x1, x2):
    """x1 times 2 to the whole power x2, elementwise with broadcasting; float16 and float32 are scaled in float32."""
    x1 = as_float(x1)
    dtype = x1.dtype
    exponent = cast(to_tensor(x2), "int32")
    if dtype == "float64":
        half = shift_right(exponent, 1)
        scaled = multiply(x1, power(scalar(2.0, dtype), with_dtype(half, dtype)))
        return multiply(scaled, power(scalar(2.0, dtype), with_dtype(subtract(exponent, half), dtype)))
    result = with_dtype(x1, "float32")
    left = minimum(maximum(exponent, -378), 381)
    for _k in range(3):
        part = minimum(maximum(left, -126), 127)
        result = multiply(result, bitcast(shift_left(add(part, 127), 23), "float32"))
        left = subtract(left, part)
    return with_dtype(result, dtype)


def gcd(x1, x2):
    """The greatest common divisor of two integers, elementwise with broadcasting; never negative."""
    operands = _whole("gcd", x1, x2)
    return greatest_divisor(operands[0], operands[1])


def lcm(x1, x2):
    """The least common multiple of two integers, elementwise with broadcasting; never negative, 0 where one is 0."""
    operands = _whole("lcm", x1, x2)
    a = absolute(operands[0])
    b = absolute(operands[1])
    return multiply(floor_divide(a, greatest_divisor(a, b)), b)


def _whole(op, x1, x2):
    operands = pair(x1, x2)
    if operands[0].dtype == "bool":
        return [with_dtype(operands[0], "int32"), with_dtype(operands[1], "int32")]
    _bounds(op, operands[0].dtype)
    return operands
