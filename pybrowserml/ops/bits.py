"""Operations on the bits of integers and floats, and whole-number arithmetic."""

from ..core.dims import dim_mul, is_symbolic
from ..core.dtypes import BOUNDS, WIDTHS, check_dtype, is_float, is_integer
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
from ..core.opset.bits import (
    bitcast,
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    greatest_divisor,
    shift_left,
    shift_right,
)
from ..core.opset.movement import reshape
from ..core.opset.registry import as_float, float_pair, pair, scalar, to_tensor, with_dtype
from ..core.opset.unary import absolute, cast, isfinite, isnan, logical_not, reciprocal
from ..core.shapes import copy_shape, format_shape
from ..platform.errors import error
from .arguments import require_broadcast
from .joining import stack, unstack


def bitwise_not(x):
    """All bits of an integer the other way round, elementwise; of booleans, the opposite."""
    x = to_tensor(x, None, "bitwise_not", "x")
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
    """The same bits under another dtype: float32, int32 and uint32, uint8 and int8.

    Between 32 and 8 bits the last axis becomes four times as long, or a fourth; the lowest byte comes first. Raises
    DtypeError for other dtypes. A GPU may take numbers below 2**-126 for zero when it reads them as float32.
    """
    x = to_tensor(x, None, "view", "x")
    dtype = x.dtype if dtype is None else check_dtype(dtype, "view")
    if x.dtype == dtype:
        return x
    narrow = WIDTHS[x.dtype] == 8
    if x.dtype == "bool" or dtype == "bool" or narrow == (WIDTHS[dtype] == 8) or len(x.shape) == 0:
        return bitcast(x, dtype)
    return _bytes_joined(x, dtype) if narrow else _bytes_of(x, dtype)


def _bytes_of(x, dtype):
    bits = bitcast(x, "uint32")
    parts = [with_dtype(bitwise_and(shift_right(bits, 8 * k), 255), "uint8") for k in range(4)]
    shape = copy_shape(x.shape)
    last = len(shape) - 1
    shape[last] = dim_mul(shape[last], 4)
    return bitcast(reshape(stack(parts, -1), shape), dtype)


def _bytes_joined(x, dtype):
    shape = copy_shape(x.shape)
    last = len(shape) - 1
    if is_symbolic(shape[last]) or shape[last] % 4 != 0:
        raise error(
            "ShapeError", "view: the last axis must be a multiple of 4, got shape " + format_shape(x.shape)
        )
    shape[last] = shape[last] // 4
    shape.append(4)
    parts = unstack(with_dtype(reshape(bitcast(x, "uint8"), shape), "uint32"), None, -1)
    bits = parts[0]
    for k in range(1, 4):
        bits = bitwise_or(bits, shift_left(parts[k], 8 * k))
    return bitcast(bits, dtype)


def _bounds(op, dtype):
    if not is_integer(dtype):
        raise error("DtypeError", op + ": dtype must be an integer or bool, got " + dtype)
    return BOUNDS[dtype]


def signbit(x):
    """True where the sign bit of x is set, that of -0.0 and of NaN included, elementwise."""
    x = to_tensor(x, None, "signbit", "x")
    if x.dtype == "bool" or is_integer(x.dtype):
        return less(x, 0)
    if x.dtype == "float64":
        return less(where(equal(x, 0.0), reciprocal(x), x), 0.0)
    return less(bitcast(with_dtype(x, "float32"), "int32"), 0)


def nextafter(x1, x2):
    """The float next to x1 in the direction of x2, elementwise with broadcasting; x2 where both are equal.

    float16 or float32; integers become float32. float32 below 2**-126 counts as zero on a GPU.
    """
    operands = float_pair(x1, x2, "nextafter")
    require_broadcast("nextafter", operands)
    dtype = operands[0].dtype
    if dtype == "float64":
        raise error("DtypeError", "nextafter: dtype must be float16 or float32, got float64")
    a = with_dtype(operands[0], "float32")
    b = with_dtype(operands[1], "float32")
    found = where(equal(a, b), b, _next_half(a, b) if dtype == "float16" else _next_single(a, b))
    return with_dtype(where(logical_or(isnan(a), isnan(b)), add(a, b), found), dtype)


def _next_bits(a, b, step):
    """a with its bits moved by a step toward b."""
    bits = bitcast(a, "int32")
    away = equal(greater(b, a), greater(a, 0.0))
    return bitcast(where(away, add(bits, step), subtract(bits, step)), "float32")


def _next_single(a, b):
    least = bitcast(where(greater(b, 0.0), 1, -2147483647), "float32")
    return where(equal(a, 0.0), least, _next_bits(a, b, 1))


def _next_half(a, b):
    """In float32: 13 bits lower are no digits of a half; below 2**-14 the step is 2**-24; behind infinity is 65504."""
    size = absolute(a)
    step = where(greater(b, a), 5.960464477539063e-08, -5.960464477539063e-08)
    inward = absolute(add(a, step))
    low = less(minimum(size, inward), 6.103515625e-05)
    found = where(low, add(a, step), _next_bits(a, b, 8192))
    return where(isfinite(a), found, where(less(a, 0.0), -65504.0, 65504.0))


def saturate_cast(x, dtype):
    """x in another dtype, with what lies outside of its range moved to the nearest end of it instead of wrapped.

    To bool: whether x is positive.
    """
    x = to_tensor(x, None, "saturate_cast", "x")
    dtype = check_dtype(dtype, "saturate_cast")
    if x.dtype == dtype or x.dtype == "bool":
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
    x1 = as_float(x1, "ldexp", "x1")
    dtype = x1.dtype
    exponent = cast(to_tensor(x2, None, "ldexp", "x2"), "int32")
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
    operands = pair(x1, x2, op)
    if operands[0].dtype == "bool":
        return [with_dtype(operands[0], "int32"), with_dtype(operands[1], "int32")]
    _bounds(op, operands[0].dtype)
    return operands
