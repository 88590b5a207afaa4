"""Elementwise instructions on blocks whose operands are int32, bool, uint8 or int8 (all stored as int32).

Signature as in blocks_float.
"""

from ...platform.numbers import bit_xor, imul, to_int32
from .special import int_floor_divide, int_modulo


def constant(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = attr


def copy(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = i[a + p]


def iota(f, i, o, a, b, c, n, position, attr):
    """attr: [count of elements in one step of the axis, length of the axis]."""
    inner = attr[0]
    length = attr[1]
    rest = position % inner
    index = int((position - rest) / inner) % length
    for p in range(n):
        i[o + p] = index
        rest += 1
        if rest == inner:
            rest = 0
            index += 1
            if index == length:
                index = 0


def negative(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = to_int32(0 - i[a + p])


def absolute(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = i[a + p]
        i[o + p] = to_int32(0 - x) if x < 0 else x


def sign(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = i[a + p]
        i[o + p] = 1 if x > 0 else (-1 if x < 0 else 0)


def logical_not(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (i[a + p] == 0) | 0


def logical_and(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = ((i[a + p] != 0) & (i[b + p] != 0)) | 0


def logical_or(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = ((i[a + p] != 0) | (i[b + p] != 0)) | 0


def add(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = to_int32(i[a + p] + i[b + p])


def subtract(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = to_int32(i[a + p] - i[b + p])


def multiply(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = imul(i[a + p], i[b + p])


def maximum(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = i[a + p]
        y = i[b + p]
        i[o + p] = x if x > y else y


def minimum(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = i[a + p]
        y = i[b + p]
        i[o + p] = x if x < y else y


def int_power(x, e):
    """x to the e, wrapping; a negative power truncates toward zero (0 to a negative power gives 0)."""
    if e < 0:
        if x == 1:
            return 1
        if x == -1:
            return 1 if (e & 1) == 0 else -1
        return 0
    result = 1
    base = x
    left = e
    while left > 0:
        if (left & 1) == 1:
            result = imul(result, base)
        base = imul(base, base)
        left = left >> 1
    return result


def power(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = int_power(i[a + p], i[b + p])


def mod(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = to_int32(int_modulo(i[a + p], i[b + p]))


def floor_divide(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = to_int32(int_floor_divide(i[a + p], i[b + p]))


def equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (i[a + p] == i[b + p]) | 0


def not_equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (i[a + p] != i[b + p]) | 0


def less(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (i[a + p] < i[b + p]) | 0


def less_equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (i[a + p] <= i[b + p]) | 0


def greater(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (i[a + p] > i[b + p]) | 0


def greater_equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (i[a + p] >= i[b + p]) | 0


def where(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        take = (i[a + p] != 0) | 0
        i[o + p] = (i[b + p] & (0 - take)) | (i[c + p] & (take - 1))


def bitwise_and(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = i[a + p] & i[b + p]


def bitwise_or(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = i[a + p] | i[b + p]


def bitwise_xor(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = bit_xor(i[a + p], i[b + p])


def shift_left(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        count = i[b + p]
        i[o + p] = to_int32(i[a + p] << count) if count >= 0 and count < 32 else 0


def shift_right(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        count = i[b + p]
        i[o + p] = i[a + p] >> (count if count >= 0 and count < 32 else 31)


def to_float(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = i[a + p]


def to_uint8(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = i[a + p] & 255


def to_int8(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = to_int32(i[a + p] << 24) >> 24


def to_bool(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (i[a + p] != 0) | 0
