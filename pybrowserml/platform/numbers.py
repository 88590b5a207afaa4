"""Number helpers whose meaning differs between Python and JavaScript."""

import decimal
import math

import numpy as np

# JavaScript rounds halves away from zero where it counts digits.
_SIX_DIGITS = decimal.Context(prec=6, rounding=decimal.ROUND_HALF_UP)


def fround(x):
    """The nearest float32."""
    return float(np.float32(x))


def to_int(x):
    """A whole number from a float, truncated toward zero, exact up to 2**53."""
    return int(x)


def imul(a, b):
    """Low 32 bits of a product, as a signed integer."""
    return to_int32(int(a) * int(b))


def to_int32(x):
    """Wrap to a signed 32-bit integer."""
    x = int(x) & 0xFFFFFFFF
    return x - 0x100000000 if x >= 0x80000000 else x


def to_uint32(x):
    """Wrap to an unsigned 32-bit integer."""
    return int(x) & 0xFFFFFFFF


def rotate_left(x, count):
    """Rotate a signed 32-bit integer left; returns a signed 32-bit integer."""
    x = int(x) & 0xFFFFFFFF
    return to_int32((x << count) | (x >> (32 - count)))


def bit_xor(a, b):
    """Exclusive or of two signed 32-bit integers."""
    return to_int32(int(a) ^ int(b))


def is_whole(x):
    """True for a finite number without fraction (not for a bool)."""
    if isinstance(x, (bool, np.bool_)) or not isinstance(x, (int, float, np.integer, np.floating)):
        return False
    return math.isfinite(x) and x == math.floor(x)


def is_number(x):
    """True for an integer or float (not for a bool)."""
    return isinstance(x, (int, float, np.integer, np.floating)) and not isinstance(x, (bool, np.bool_))


def has_fraction_type(x):
    """True for a float (JavaScript, which has one number type: for a number with a fraction)."""
    return isinstance(x, (float, np.floating))


def is_bool(x):
    return isinstance(x, (bool, np.bool_))


def is_string(x):
    return isinstance(x, str)


def is_list(x):
    return isinstance(x, (list, tuple))


def is_dict(x):
    return isinstance(x, dict)


def is_function(x):
    return callable(x)


def is_finite(x):
    return math.isfinite(x)


def is_nan(x):
    return x != x


def fmt(x, digits):
    """A number with the given count of digits after the point."""
    return f"{x:.{digits}f}"


def show(x):
    """A number as a person reads it, the same text in both worlds: whole floats without a fraction, six digits."""
    if isinstance(x, (bool, np.bool_)):
        return "true" if x else "false"
    if x != x:
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    if x == math.floor(x) and abs(x) < 1e15:
        return str(int(x))
    return np.format_float_positional(float(_SIX_DIGITS.create_decimal_from_float(float(x))), trim="-")
