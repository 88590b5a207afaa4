"""Elementwise instructions on blocks whose operands are float32: one tight loop each.

Every function has the signature (f, i, o, a, b, c, n, position, attr): float32 and int32 views of one memory,
offsets of the result and the operands, the block's length, the row-major index of its first element, the
instruction's attr. Results are rounded to float32 by the store; mathematics in between is double.

Choices between two values are made with bit masks instead of branches: data that is as often positive as
negative makes a processor guess wrong every other time, which measured five times slower. The masks of
indices tell the JavaScript engine that an index never overflows (a quarter less time where the loop does little
else). They are numbers: of a name of the module it does not know the value (5 % of a training step).
"""

from ...platform.numbers import to_int32
from ...platform.real import arctan2 as real_arctan2
from ...platform.real import ceil as real_ceil
from ...platform.real import cos as real_cos
from ...platform.real import divide as real_divide
from ...platform.real import expm1 as real_expm1
from ...platform.real import floor as real_floor
from ...platform.real import log as real_log
from ...platform.real import log1p as real_log1p
from ...platform.real import power as real_power
from ...platform.real import sin as real_sin
from ...platform.real import sqrt as real_sqrt
from ...platform.real import tan as real_tan
from ...platform.real import trunc as real_trunc
from .exponential import exp_single
from .special import erf, float_floor_divide, modulo, round_half_even


def constant(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = attr


def copy(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = f[a + p]


def negative(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = -f[a + p]


def absolute(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = i[a + p] & 0x7FFFFFFF


def sign(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        f[o + p] = 1.0 if x > 0.0 else (-1.0 if x < 0.0 else x)


def exp(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = exp_single(f[a + p])


def expm1(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_expm1(f[a + p])


def log(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_log(f[a + p])


def log1p(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_log1p(f[a + p])


def sqrt(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_sqrt(f[a + p])


def rsqrt(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_divide(1.0, real_sqrt(f[a + p]))


def reciprocal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_divide(1.0, f[a + p])


def sin(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_sin(f[a + p])


def cos(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_cos(f[a + p])


def tan(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_tan(f[a + p])


def tanh(f, i, o, a, b, c, n, position, attr):
    # By one exponential in double precision, whose error is far below that of a float32; half as long as Math.tanh. No
    # branch asks for the sign, which a processor cannot guess.
    for p in range(n):
        x = f[a + p]
        f[o + p] = x if abs(x) < 0.0002 else 1.0 - 2.0 / (exp_single(x + x) + 1.0)


def sigmoid(f, i, o, a, b, c, n, position, attr):
    # In double precision 1 + e^-x loses nothing, however large it is.
    for p in range(n):
        f[o + p] = 1.0 / (1.0 + exp_single(-f[a + p]))


def erf_of(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = erf(f[a + p])


def floor(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_floor(f[a + p])


def ceil(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_ceil(f[a + p])


def round_even(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = round_half_even(f[a + p])


def isnan(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        i[o + p] = (x != x) | 0


def isfinite(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        i[o + p] = 1 if x - x == 0.0 else 0


def add(f, i, o, a, b, c, n, position, attr):
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    for p in range(n):
        f[o + p] = f[a + p] + f[b + p]


def subtract(f, i, o, a, b, c, n, position, attr):
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    for p in range(n):
        f[o + p] = f[a + p] - f[b + p]


def multiply(f, i, o, a, b, c, n, position, attr):
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    for p in range(n):
        f[o + p] = f[a + p] * f[b + p]


def divide(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_divide(f[a + p], f[b + p])


def maximum(f, i, o, a, b, c, n, position, attr):
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    for p in range(n):
        x = f[a + p]
        take = ((x > f[b + p]) | 0) | ((x != x) | 0)
        i[o + p] = (i[a + p] & (0 - take)) | (i[b + p] & (take - 1))


def minimum(f, i, o, a, b, c, n, position, attr):
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    for p in range(n):
        x = f[a + p]
        take = ((x < f[b + p]) | 0) | ((x != x) | 0)
        i[o + p] = (i[a + p] & (0 - take)) | (i[b + p] & (take - 1))


def power(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_power(f[a + p], f[b + p])


def mod(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = modulo(f[a + p], f[b + p])


def floor_divide(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = float_floor_divide(f[a + p], f[b + p])


def arctan2(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_arctan2(f[a + p], f[b + p])


def equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (f[a + p] == f[b + p]) | 0


def not_equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (f[a + p] != f[b + p]) | 0


def less(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (f[a + p] < f[b + p]) | 0


def less_equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (f[a + p] <= f[b + p]) | 0


def greater(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (f[a + p] > f[b + p]) | 0


def greater_equal(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (f[a + p] >= f[b + p]) | 0


def to_int(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        i[o + p] = to_int32(real_trunc(x)) if x - x == 0.0 else 0


def to_uint8(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        i[o + p] = to_int32(real_trunc(x)) & 255 if x - x == 0.0 else 0


def to_int8(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        i[o + p] = to_int32(to_int32(real_trunc(x)) << 24) >> 24 if x - x == 0.0 else 0


def to_half(f, i, o, a, b, c, n, position, attr):
    """The nearest half-precision number, stored as float32; of two that are as near the even one.

    On the bits: 13 digits of the fraction are dropped; below 2**-14 the step is 2**-24 throughout.
    """
    for p in range(n):
        x = i[a + p]
        magnitude = x & 0x7FFFFFFF
        sign = x & -2147483648
        if magnitude < 0x38800000:
            f[o + p] = round_half_even(f[a + p] * 16777216.0) * 5.960464477539063e-08
            i[o + p] = i[o + p] | sign
        elif magnitude < 0x477FF000:
            i[o + p] = sign | ((magnitude + 0xFFF + ((magnitude >> 13) & 1)) & -8192)
        elif magnitude <= 0x7F800000:
            i[o + p] = sign | 0x7F800000
        else:
            i[o + p] = x


def to_bool(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        i[o + p] = (f[a + p] != 0.0) | 0
