"""Elementwise instructions on blocks whose operands are uint32: stored as int32 with the same bits, seen without sign.

Signature as in blocks_float. What is not here is the same on the bits of both (blocks_int).
"""

from ...platform.numbers import imul, to_int32, to_uint32
from ...platform.real import floor as floor_of


def sign(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (i[a + p] != 0) | 0


def maximum(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = i[a + p]
        y = i[b + p]
        i[o + p] = x if to_uint32(x) > to_uint32(y) else y


def minimum(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = i[a + p]
        y = i[b + p]
        i[o + p] = x if to_uint32(x) < to_uint32(y) else y


def uint_power(x, e):
    """x to the e, wrapping; e is an unsigned number."""
    result = 1
    base = x
    left = e
    for _k in range(32):
        if (left & 1) == 1:
            result = imul(result, base)
        base = imul(base, base)
        left = left >> 1
    return result


def power(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = uint_power(i[a + p], i[b + p])


def mod(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = to_uint32(i[a + p])
        y = to_uint32(i[b + p])
        i[o + p] = to_int32(x - y * floor_of(x / y)) if y > 0 else 0


def floor_divide(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        y = to_uint32(i[b + p])
        i[o + p] = to_int32(floor_of(to_uint32(i[a + p]) / y)) if y > 0 else 0


def less(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (to_uint32(i[a + p]) < to_uint32(i[b + p])) | 0


def less_equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (to_uint32(i[a + p]) <= to_uint32(i[b + p])) | 0


def greater(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (to_uint32(i[a + p]) > to_uint32(i[b + p])) | 0


def greater_equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (to_uint32(i[a + p]) >= to_uint32(i[b + p])) | 0


def shift_right(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        count = i[b + p]
        x = i[a + p]
        # The first place apart: then the sign is gone, and the rest is a shift of a positive number.
        rest = (x >> 1) & 0x7FFFFFFF
        moved = x if count == 0 else rest >> (count - 1)
        i[o + p] = moved if count >= 0 and count < 32 else 0


def divisor(x, y):
    """The greatest common divisor of two numbers that are not negative, by Euclid."""
    while y > 0:
        rest = x - y * floor_of(x / y)
        x = y
        y = rest
    return x


def gcd(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = to_int32(divisor(to_uint32(i[a + p]), to_uint32(i[b + p])))


def signed_gcd(f, i, o, a, b, c, n, position, attr):
    """The same of signed integers."""
    for p in range(n):
        x = i[a + p]
        y = i[b + p]
        i[o + p] = to_int32(divisor(0 - x if x < 0 else x, 0 - y if y < 0 else y))


def to_float(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = to_uint32(i[a + p])
