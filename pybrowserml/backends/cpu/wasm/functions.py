"""Functions of float32 on four lanes: exp, log and what follows from them, erf, and what decides about signs.

Each takes (lanes, x) with x a Local and gives an expression. Errors in units of the last place stay below what
tests/backends/cpu/test_wasm_chains.py asks on samples of all magnitudes: exp, expm1, log, log1p and erf 2, sigmoid
and tanh 3. Results below the normal range are
rounded as others are. The polynomials are fits of ours in the largest error, weighted with that of the result.
"""

from .lanes import INFINITE, word_of

LOG2_E = 1.4426950408889634
# log 2 in two parts: the first times a whole number below 2**12 is exact.
LOG2_HIGH = 0.693359375
LOG2_LOW = -0.00021219444005469057
# To add 1.5 * 2**23 rounds to a whole number, which then stands in the lowest bits.
MAGIC = 12582912.0

# exp(r) = 1 + r + r² q(r), |r| <= log(2) / 2
EXP = [0.001395084779, 0.008369096555, 0.04166620225, 0.1666651666, 0.5]
# log(1 + f) = f - f²/2 + f³ p(f), sqrt(1/2) <= 1 + f < sqrt(2)
LOG = [-0.07634215802, 0.1276925802, -0.1316384226, 0.1420098245]
LOG.extend([-0.1662292928, 0.2000124454, -0.2500083148, 0.3333333135])
# erf(x) = x + x p(x²), |x| < 1
ERF = [
    7.853857824e-05,
    -0.0008010192541,
    0.005188327748,
    -0.026853811,
    0.1128358543,
    -0.3761262596,
    0.1283791661,
]
# erf(x) = 1 - exp(p(x)), 1 <= x < 4
ERF_FAR = [0.000187972546, -0.00296401442, 0.02190650813, -0.1032562703]
ERF_FAR.extend([-0.6379649043, -1.127202272, -0.0003124597424])


class _Power:
    """exp(x) = 2**k (1 + m): m a Local, k the whole number of i32 lanes."""

    def __init__(self, lanes, x):
        shifted = lanes.let(lanes.madd(x, lanes.number(LOG2_E), lanes.number(MAGIC)))
        times = lanes.let(["f32x4.sub", shifted, lanes.number(MAGIC)])
        r = lanes.madd(times, lanes.number(-LOG2_HIGH), x)
        r = lanes.let(lanes.madd(times, lanes.number(-LOG2_LOW), r))
        self.m = lanes.let(lanes.madd(["f32x4.mul", r, r], lanes.polynomial(r, EXP), r))
        self.k = lanes.let(["i32x4.sub", shifted, lanes.whole(word_of(MAGIC))])


def _two_to(lanes, k):
    """2**k for k from -126 to 127."""
    return ["i32x4.shl", ["i32x4.add", k, lanes.whole(127)], 23]


def _within(lanes, x, low, high):
    """x limited to low..high; NaN stays."""
    return ["f32x4.pmax", ["f32x4.pmin", x, lanes.number(high)], lanes.number(low)]


def exp(lanes, x):
    power = _Power(lanes, lanes.let(_within(lanes, x, -104.0, 89.0)))
    # In two steps, since the power of two may lie outside of what is normal.
    half = lanes.let(["i32x4.shr_s", power.k, 1])
    near = ["f32x4.mul", ["f32x4.add", power.m, lanes.number(1.0)], _two_to(lanes, half)]
    return ["f32x4.mul", near, _two_to(lanes, ["i32x4.sub", power.k, half])]


def _shrinking(lanes, x):
    """exp(x) for -80 < x <= 0."""
    power = _Power(lanes, x)
    return ["f32x4.mul", ["f32x4.add", power.m, lanes.number(1.0)], _two_to(lanes, power.k)]


def expm1(lanes, x):
    power = _Power(lanes, lanes.let(_within(lanes, x, -18.0, 89.0)))
    # Half of the result, so that 2**128 is not needed.
    scale = lanes.let(_two_to(lanes, ["i32x4.sub", power.k, lanes.whole(1)]))
    half = lanes.let(lanes.madd(power.m, scale, ["f32x4.sub", scale, lanes.number(0.5)]))
    return or_itself(lanes, x, ["f32x4.add", half, half])


def or_itself(lanes, x, result):
    """The result, or x where |x| is so small that the function is x."""
    tiny = ["f32x4.lt", lanes.magnitude(x), lanes.number(2.9802322387695312e-08)]
    return lanes.choose(tiny, x, result)


def _log_of(lanes, x):
    """log of x > 0, below infinity; elsewhere anything."""
    tiny = lanes.let(["f32x4.lt", x, lanes.number(1.1754943508222875e-38)])
    bits = lanes.let(lanes.choose(tiny, ["f32x4.mul", x, lanes.number(33554432.0)], x))
    k = lanes.let(["i32x4.shr_s", ["i32x4.sub", bits, lanes.whole(word_of(0.7071067811865476))], 23])
    f = lanes.let(["f32x4.sub", ["i32x4.sub", bits, ["i32x4.shl", k, 23]], lanes.number(1.0)])
    lost = ["v128.and", tiny, lanes.number(-25.0)]
    times = lanes.let(["f32x4.add", ["f32x4.convert_i32x4_s", k], lost])
    square = lanes.let(["f32x4.mul", f, f])
    y = ["f32x4.mul", ["f32x4.mul", f, square], lanes.polynomial(f, LOG)]
    y = lanes.madd(times, lanes.number(LOG2_LOW), y)
    y = lanes.madd(square, lanes.number(-0.5), y)
    return lanes.madd(times, lanes.number(LOG2_HIGH), ["f32x4.add", f, y])


def _log_at_ends(lanes, x, result):
    """The result, with what log has at 0 and infinity, and NaN below 0."""
    infinite = lanes.whole(INFINITE)
    y = lanes.choose(["f32x4.eq", x, infinite], x, result)
    y = lanes.choose(["f32x4.eq", x, lanes.number(0.0)], ["f32x4.neg", infinite], y)
    return lanes.choose(["f32x4.ge", x, lanes.number(0.0)], y, lanes.whole(0x7FC00000))


def log(lanes, x):
    return _log_at_ends(lanes, x, _log_of(lanes, x))


def log1p(lanes, x):
    # log of the rounded sum, and to first order what the rounding lost.
    u = lanes.let(["f32x4.add", x, lanes.number(1.0)])
    lost = ["f32x4.sub", x, ["f32x4.sub", u, lanes.number(1.0)]]
    inside = ["v128.and", ["f32x4.gt", u, lanes.number(0.0)], ["f32x4.lt", u, lanes.whole(INFINITE)]]
    more = ["v128.and", ["f32x4.div", lost, u], inside]
    y = ["f32x4.add", _log_at_ends(lanes, u, _log_of(lanes, u)), more]
    return or_itself(lanes, x, y)


def sigmoid(lanes, x):
    e = lanes.let(exp(lanes, lanes.let(["v128.or", x, lanes.whole(word_of(-0.0))])))
    one = lanes.number(1.0)
    above = lanes.choose(["f32x4.lt", x, lanes.number(0.0)], e, one)
    return ["f32x4.div", above, ["f32x4.add", e, one]]


def tanh(lanes, x):
    # e / (e + 2), e = expm1(2 |x|); at 2 |x| = 20 it is 1.
    y = lanes.let(lanes.magnitude(x))
    power = _Power(lanes, lanes.let(["f32x4.pmin", ["f32x4.add", y, y], lanes.number(20.0)]))
    scale = lanes.let(_two_to(lanes, power.k))
    e = lanes.let(lanes.madd(power.m, scale, ["f32x4.sub", scale, lanes.number(1.0)]))
    return ["v128.or", ["f32x4.div", e, ["f32x4.add", e, lanes.number(2.0)]], lanes.sign_of(x)]


def erf(lanes, x):
    t = lanes.let(["f32x4.pmin", lanes.magnitude(x), lanes.number(4.0)])
    square = lanes.let(["f32x4.mul", x, x])
    near = lanes.madd(lanes.polynomial(square, ERF), x, x)
    rest = _shrinking(lanes, lanes.let(lanes.polynomial(t, ERF_FAR)))
    far = ["v128.or", ["f32x4.sub", lanes.number(1.0), rest], lanes.sign_of(x)]
    return lanes.choose(["f32x4.lt", t, lanes.number(1.0)], near, far)


def rsqrt(lanes, x):
    return ["f32x4.div", lanes.number(1.0), ["f32x4.sqrt", x]]


def reciprocal(lanes, x):
    return ["f32x4.div", lanes.number(1.0), x]


def sign(lanes, x):
    zero = lanes.number(0.0)
    y = lanes.choose(["f32x4.gt", x, zero], lanes.number(1.0), x)
    return lanes.choose(["f32x4.lt", x, zero], lanes.number(-1.0), y)


def isnan(lanes, x):
    return ["f32x4.ne", x, x]


def isfinite(lanes, x):
    return ["f32x4.lt", lanes.magnitude(x), lanes.whole(INFINITE)]


def inverse_erf(lanes, x):
    """As special.inverse_erf, |x| < 1."""
    one = lanes.number(1.0)
    inside = lanes.let(["f32x4.mul", ["f32x4.sub", one, x], ["f32x4.add", one, x]])
    w = lanes.let(["f32x4.neg", _log_of(lanes, inside)])
    near = lanes.polynomial(lanes.let(["f32x4.sub", w, lanes.number(2.5)]), INVERSE_NEAR)
    far = lanes.polynomial(lanes.let(["f32x4.sub", ["f32x4.sqrt", w], lanes.number(3.0)]), INVERSE_FAR)
    return ["f32x4.mul", lanes.choose(["f32x4.lt", w, lanes.number(5.0)], near, far), x]


INVERSE_NEAR = [2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087]
INVERSE_NEAR.extend([-0.00125372503, -0.00417768164, 0.246640727, 1.50140941])
INVERSE_FAR = [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773]
INVERSE_FAR.extend([-0.0076224613, 0.00943887047, 1.00167406, 2.83297682])
