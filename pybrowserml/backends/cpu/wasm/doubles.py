"""Functions of four lanes by way of float64: power, remainders, quotients of integers, sin, cos and tan.

Errors in units of the last place, tested as those of functions.py: sin and cos 2, tan 4, huge angles included. mod and
floor_divide are exact as far as the plain kernels are.
"""

from .functions import or_itself
from .lanes import HIGH_WORDS, LOWER_HALVES, UPPER

LOG2_E = 1.4426950408889634
LOG_2 = 0.6931471805599453
# 1.5 * 2**52: to add it rounds to a whole number, which then stands in the lowest bits.
MAGIC = 6755399441055744.0
# log(m) = 2 artanh(s), s = (m - 1) / (m + 1): its series in s².
ARTANH = [1.0 / 15.0, 1.0 / 13.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 7.0, 1.0 / 5.0, 1.0 / 3.0, 1.0]
# Taylor's series of exp; beyond log(2) / 2 it is not needed.
EXP = [1.0 / 3628800.0, 1.0 / 362880.0, 1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0]
EXP.extend([1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0])
# pi / 2 in two parts; the first has 29 bits, so that up to 2**24 times it is exact.
HALF_PI_HIGH = 1.5707963258028030
HALF_PI_LOW = 9.920935796805404e-10
HALF_PI = 1.5707963267948966
TWO_OVER_PI = 0.6366197723675814
# 2 / pi: 24 bits at a time.
CHUNKS = [0xA2F983, 0x6E4E44, 0x1529FC, 0x2757D1, 0xF534DD, 0xC0DB62, 0x95993C, 0x439041, 0xFE5163]
# sin(r) = r + r³ p(r²), cos(r) = 1 - r²/2 + r⁴ p(r²), |r| <= pi / 4
SIN = [-0.0001951083832, 0.008332131431, -0.1666665375]
COS = [2.44312032e-05, -0.001388730598, 0.04166664556]
# Quotients up to here, times a float32, are exact.
EXACT = 268435456.0


def _series(lanes, x, coefficients):
    p = lanes.double(coefficients[0])
    for k in range(1, len(coefficients)):
        p = ["f64x2.add", ["f64x2.mul", p, x], lanes.double(coefficients[k])]
    return p


def _absolute(lanes, x):
    return ["f64x2.abs", x]


def power(lanes, x, y):
    """x to the y as IEEE 754's pow has it."""
    return lanes.in_doubles([x, y], lambda halves: _power(lanes, halves[0], halves[1]))


def _power(lanes, x, y):
    one = lanes.double(1.0)
    size = lanes.let(["f64x2.abs", x])
    # size = m 2**k with m from sqrt(1/2) to sqrt(2); k stands in the upper twelve bits.
    moved = lanes.let(["i64x2.sub", size, lanes.double(0.7071067811865476)])
    m = lanes.let(["i64x2.sub", size, ["v128.and", moved, lanes.long(0, -1048576)]])
    high = lanes.let(["i32x4.shr_s", moved, 20])
    k = ["f64x2.convert_low_i32x4_s", ["i8x16.shuffle", high, high, HIGH_WORDS]]
    s = lanes.let(["f64x2.div", ["f64x2.sub", m, one], ["f64x2.add", m, one]])
    square = lanes.let(["f64x2.mul", s, s])
    log = ["f64x2.mul", ["f64x2.add", s, s], _series(lanes, square, ARTANH)]
    log = ["f64x2.add", log, ["f64x2.mul", k, lanes.double(LOG_2)]]
    infinite = lanes.long(0, 0x7FF00000)
    log = lanes.choose(["f64x2.lt", size, infinite], log, size)
    log = lanes.choose(["f64x2.eq", size, lanes.double(0.0)], lanes.long(0, -1048576), log)
    z = ["f64x2.mul", y, log]
    # float32 overflows and vanishes well before.
    z = lanes.let(["f64x2.pmax", ["f64x2.pmin", z, lanes.double(120.0)], lanes.double(-120.0)])
    shifted = ["f64x2.add", ["f64x2.mul", z, lanes.double(LOG2_E)], lanes.double(MAGIC)]
    shifted = lanes.let(shifted)
    times = ["f64x2.sub", shifted, lanes.double(MAGIC)]
    r = lanes.let(["f64x2.sub", z, ["f64x2.mul", times, lanes.double(LOG_2)]])
    scale = ["i64x2.add", ["i64x2.shl", shifted, 52], one]
    result = ["f64x2.mul", _series(lanes, r, EXP), scale]
    floor = lanes.let(["f64x2.floor", y])
    half = lanes.let(["f64x2.mul", y, lanes.double(0.5)])
    odd = ["v128.and", ["f64x2.eq", y, floor], ["f64x2.ne", half, ["f64x2.floor", half]]]
    result = ["v128.xor", result, ["v128.and", odd, ["v128.and", x, lanes.double(-0.0)]]]
    # NaN for a negative number to a power that is not whole.
    negative = ["v128.and", ["f64x2.lt", x, lanes.double(0.0)], ["f64x2.ne", size, infinite]]
    result = ["v128.or", result, ["v128.and", negative, ["f64x2.ne", y, floor]]]
    ends = ["v128.and", ["f64x2.eq", size, one], ["f64x2.eq", ["f64x2.abs", y], infinite]]
    unit = ["v128.or", ["f64x2.eq", y, lanes.double(0.0)], ["f64x2.eq", x, one]]
    return lanes.let(lanes.choose(["v128.or", unit, ends], one, result))


def _remainder(lanes, a, b):
    """What truncated division leaves, with the sign of a, as a Local."""
    f = lanes.f
    infinite = lanes.long(0, 0x7FF00000)
    r = f.local("v128")
    f.put(r, a)
    ratio = f.local("v128")
    f.put(ratio, ["f64x2.div", r, b])
    large = f.local("v128")
    f.put(large, _is_large(lanes, ratio))
    f.begin_while(["v128.any_true", large])
    # Takes away b times a power of two, as often as it goes: 28 digits of the quotient at a time.
    digits = ["f64x2.mul", ["v128.and", ratio, infinite], lanes.double(7.450580596923828e-09)]
    scaled = lanes.let(["f64x2.mul", b, digits])
    times = ["f64x2.trunc", ["f64x2.div", r, scaled]]
    f.put(r, lanes.choose(large, ["f64x2.sub", r, ["f64x2.mul", times, scaled]], r))
    f.put(ratio, ["f64x2.div", r, b])
    f.put(large, _is_large(lanes, ratio))
    f.end_while()
    rest = ["f64x2.sub", r, ["f64x2.mul", ["f64x2.trunc", ratio], b]]
    unchanged = [
        "v128.and",
        ["f64x2.eq", ["f64x2.abs", b], infinite],
        ["f64x2.lt", ["f64x2.abs", a], infinite],
    ]
    rest = ["f64x2.abs", lanes.choose(unchanged, a, rest)]
    return lanes.let(["v128.or", rest, ["v128.and", a, lanes.double(-0.0)]])


def _is_large(lanes, ratio):
    size = lanes.let(["f64x2.abs", ratio])
    finite = ["f64x2.lt", size, lanes.long(0, 0x7FF00000)]
    return ["v128.and", ["f64x2.ge", size, lanes.double(EXACT)], finite]


def _crosses(lanes, r, b):
    """True where a remainder has not the divisor's sign."""
    zero = lanes.double(0.0)
    signs = ["v128.xor", ["f64x2.lt", r, zero], ["f64x2.lt", b, zero]]
    return ["v128.and", ["f64x2.ne", r, zero], signs]


def mod(lanes, a, b):
    return lanes.in_doubles([a, b], lambda halves: _mod(lanes, halves[0], halves[1]))


def _mod(lanes, a, b):
    r = _remainder(lanes, a, b)
    return lanes.let(lanes.choose(_crosses(lanes, r, b), ["f64x2.add", r, b], r))


def floor_divide(lanes, a, b):
    return lanes.in_doubles([a, b], lambda halves: _floor_divide(lanes, halves[0], halves[1]))


def _floor_divide(lanes, a, b):
    r = _remainder(lanes, a, b)
    q = ["f64x2.nearest", ["f64x2.div", ["f64x2.sub", a, r], b]]
    q = ["f64x2.sub", q, ["v128.and", _crosses(lanes, r, b), lanes.double(1.0)]]
    return lanes.let(lanes.choose(["f64x2.eq", b, lanes.double(0.0)], ["f64x2.div", a, b], q))


def int_floor_divide(lanes, a, b, unsigned):
    """floor(a / b) of integers; 0 for b = 0."""
    kind = "u" if unsigned else "s"
    halves = []
    for half in range(2):
        parts = []
        for x in [a, b]:
            low = x if half == 0 else ["i8x16.shuffle", x, x, UPPER]
            parts.append(["f64x2.convert_low_i32x4_" + kind, low])
        q = ["f64x2.floor", ["f64x2.div", parts[0], parts[1]]]
        halves.append(["i32x4.trunc_sat_f64x2_" + kind + "_zero", q])
    q = ["i8x16.shuffle", halves[0], halves[1], LOWER_HALVES]
    if not unsigned:
        # The least number divided by -1 wraps.
        q = lanes.choose(["i32x4.eq", b, lanes.whole(-1)], ["i32x4.neg", a], q)
    return ["v128.and", q, ["i32x4.ne", b, lanes.whole(0)]]


def int_mod(lanes, a, b, unsigned):
    """a - b floor(a / b); 0 for b = 0."""
    q = int_floor_divide(lanes, a, b, unsigned)
    return ["v128.and", ["i32x4.sub", a, ["i32x4.mul", b, q]], ["i32x4.ne", b, lanes.whole(0)]]


class _Angle:
    """x = (quarter + r / (pi / 2)) pi / 2: sine and cosine of r, and the number of the quarter turn."""

    def __init__(self, lanes, x):
        self.lanes = lanes
        f = lanes.f
        rests = []
        quarters = []
        halves = []
        for half in range(2):
            part = x if half == 0 else ["i8x16.shuffle", x, x, UPPER]
            d = lanes.let(["f64x2.promote_low_f32x4", part])
            q = lanes.let(["f64x2.nearest", ["f64x2.mul", d, lanes.double(TWO_OVER_PI)]])
            r = ["f64x2.sub", d, ["f64x2.mul", q, lanes.double(HALF_PI_HIGH)]]
            rests.append(lanes.let(["f64x2.sub", r, ["f64x2.mul", q, lanes.double(HALF_PI_LOW)]]))
            quarters.append(q)
            halves.append(d)
        f.begin_if(["v128.any_true", ["f32x4.ge", lanes.magnitude(x), lanes.number(16777216.0)]])
        for half in range(2):
            self._reduce_large(halves[half], rests[half], quarters[half])
        f.end_if()
        low = ["f32x4.demote_f64x2_zero", rests[0]]
        low = ["i8x16.shuffle", low, ["f32x4.demote_f64x2_zero", rests[1]], LOWER_HALVES]
        r = lanes.let(low)
        low = ["i32x4.trunc_sat_f64x2_s_zero", quarters[0]]
        low = ["i8x16.shuffle", low, ["i32x4.trunc_sat_f64x2_s_zero", quarters[1]], LOWER_HALVES]
        self.quarter = lanes.let(low)
        z = lanes.let(["f32x4.mul", r, r])
        self.sine = lanes.let(lanes.madd(["f32x4.mul", r, z], lanes.polynomial(z, SIN), r))
        near = lanes.madd(z, lanes.number(-0.5), lanes.number(1.0))
        self.cosine = lanes.let(lanes.madd(["f32x4.mul", z, z], lanes.polynomial(z, COS), near))

    def _reduce_large(self, x, rest, quarter):
        """Angles from 2**24 on: products with 24 bits of 2 / pi at a time are exact, whole turns of them are
        dropped.
        """
        lanes = self.lanes
        f = lanes.f
        s = f.local("v128")
        q = f.local("v128")
        f.put(s, lanes.double(0.0))
        f.put(q, lanes.double(0.0))
        unit = 1.0
        for chunk in CHUNKS:
            unit = unit / 16777216.0
            turns = lanes.let(["f64x2.mul", x, lanes.double(chunk * unit)])
            whole = ["f64x2.nearest", ["f64x2.mul", turns, lanes.double(0.25)]]
            f.put(s, ["f64x2.add", s, ["f64x2.sub", turns, ["f64x2.mul", whole, lanes.double(4.0)]]])
            near = lanes.let(["f64x2.nearest", s])
            f.put(s, ["f64x2.sub", s, near])
            f.put(q, ["f64x2.add", q, near])
        large = lanes.let(["f64x2.ge", ["f64x2.abs", x], lanes.double(16777216.0)])
        f.put(rest, lanes.choose(large, ["f64x2.mul", s, lanes.double(HALF_PI)], rest))
        f.put(quarter, lanes.choose(large, q, quarter))

    def is_odd(self, quarter):
        one = self.lanes.whole(1)
        return ["i32x4.eq", ["v128.and", quarter, one], one]

    def turned(self, quarter):
        """The sine, `quarter` quarter turns on."""
        lanes = self.lanes
        y = lanes.choose(self.is_odd(quarter), self.cosine, self.sine)
        return ["v128.xor", y, ["i32x4.shl", ["v128.and", quarter, lanes.whole(2)], 30]]


def sin(lanes, x):
    angle = _Angle(lanes, x)
    return or_itself(lanes, x, angle.turned(angle.quarter))


def cos(lanes, x):
    angle = _Angle(lanes, x)
    return angle.turned(lanes.let(["i32x4.add", angle.quarter, lanes.whole(1)]))


def tan(lanes, x):
    angle = _Angle(lanes, x)
    odd = lanes.let(angle.is_odd(angle.quarter))
    above = lanes.choose(odd, angle.cosine, angle.sine)
    y = ["f32x4.div", above, lanes.choose(odd, angle.sine, angle.cosine)]
    return or_itself(lanes, x, ["v128.xor", y, ["i32x4.shl", odd, 31]])
