"""Counter-based random numbers on blocks: Threefry2x32-20 and the distributions made from its bits.

Signature as in blocks_float.
Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
"""

from ...platform.numbers import bit_xor, rotate_left, to_int32
from .special import inverse_erf


def threefry_first(k0, k1, c0, c1):
    """First word of Threefry2x32-20 for key (k0, k1) and counter (c0, c1), all as signed 32-bit integers."""
    k2 = bit_xor(bit_xor(k0, k1), 0x1BD11BDA)
    x = to_int32(c0 + k0)
    y = to_int32(c1 + k1)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 13), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 15), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 26), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 6), x)
    x = to_int32(x + k1)
    y = to_int32(to_int32(y + k2) + 1)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 17), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 29), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 16), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 24), x)
    x = to_int32(x + k2)
    y = to_int32(to_int32(y + k0) + 2)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 13), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 15), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 26), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 6), x)
    x = to_int32(x + k0)
    y = to_int32(to_int32(y + k1) + 3)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 17), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 29), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 16), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 24), x)
    x = to_int32(x + k1)
    y = to_int32(to_int32(y + k2) + 4)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 13), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 15), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 26), x)
    x = to_int32(x + y)
    y = bit_xor(rotate_left(y, 6), x)
    return to_int32(x + k2)


def random_bits(f, i, o, a, b, c, n, position, attr):
    k0 = i[a]
    k1 = i[b]
    step = i[c]
    for p in range(n):
        i[o + p] = threefry_first(k0, k1, to_int32(position + p), step)


def bits_to_uniform(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = ((i[a + p] >> 8) & 16777215) * 5.960464477539063e-08


def bits_to_normal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = (2.0 * ((i[a + p] >> 9) & 8388607) + 1.0) * 1.1920928955078125e-07 - 1.0
        f[o + p] = 1.4142135623730951 * inverse_erf(x)
