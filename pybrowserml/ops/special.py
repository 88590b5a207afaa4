"""Special functions: error, gamma and Bessel functions, as polynomials over elementwise primitives.

Unless a source is named, polynomials are fitted here, by least squares on Chebyshev nodes with weights moved towards
the largest relative error, which stands beside each. Derivatives are the textbook's (`with_derivatives`).
"""

from ..core.opset.binary import (
    add,
    divide,
    equal,
    greater,
    less,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ..core.opset.derivative import with_derivatives
from ..core.opset.registry import as_float
from ..core.opset.unary import (
    absolute,
    exp,
    floor,
    log,
    negative,
    reciprocal,
    round_half_even,
    rsqrt,
    sign,
    sin,
    sqrt,
    tan,
)
from .polynomials import polynomial

PI = 3.141592653589793
INFINITY = float("inf")
NAN = float("nan")

# exp(x²) erfc(x) (1 + 2 x) in (x - 2) / (x + 2), 0 <= x <= 10.1; 1.3e-8
ERFCX = [-0.000400577843, -0.00122992877, 0.00131352365, 0.00863168235, -0.00805987542, -0.0542042988]
ERFCX.extend([0.164055347, -0.166031425, -0.0927639808, 1.27697839])
# lgamma(1 + t) / t, |t| <= 1/2; 8.5e-9
LOG_GAMMA_ONE = [
    -0.15786445,
    0.179938075,
    -0.0654360212,
    0.0651761241,
    -0.114552813,
    0.131127725,
    -0.14391884,
]
LOG_GAMMA_ONE.extend([0.169131146, -0.207382388, 0.270594424, -0.400685866, 0.822466911, -0.577215664])
# lgamma(2 + t) / t, -1/2 <= t <= 2; 6.3e-9
LOG_GAMMA_TWO = [
    1.37650506e-06,
    -1.45645064e-05,
    7.00770253e-05,
    -0.000214979391,
    0.0005223214,
    -0.0012038271,
]
LOG_GAMMA_TWO.extend([0.00289046403, -0.00738310022, 0.020580506, -0.067352483, 0.322467048, 0.422784338])
# digamma(2 + t) / (2 + t - its zero), |t| <= 1; 9.2e-9
DIGAMMA = [-0.000115952877, 0.000221717313, -3.77882011e-05, 0.000109843577, -0.000780580465, 0.00152682037]
DIGAMMA.extend([-0.00269590309, 0.00549003171, -0.0113474623, 0.023458044, -0.0495502318, 0.10899923])
DIGAMMA.extend([-0.260738975, 0.785307546])
# i0(x) in x² / 4, x <= 8; 8.9e-9. i0(x) exp(-x) sqrt(x) in 1 / x, x >= 8; 8.6e-9
I0_NEAR = [1.49843513e-11, 3.81133602e-10, 4.31585202e-08, 1.89379415e-06, 6.96370858e-05, 0.00173550433]
I0_NEAR.extend([0.0277788046, 0.249999188, 1.00000022, 0.999999991])
I0_FAR = [0.387972618, -0.0138525376, 0.0337853414, 0.0278987906, 0.0498695863, 0.398942277]
# i1(x) / (x / 2) and i1(x) exp(-x) sqrt(x), as above; 2.1e-9, 1.0e-8
I1_NEAR = [1.44202483e-12, 4.59348933e-11, 5.3012815e-09, 2.71833749e-07, 1.1595993e-05, 0.00034714706]
I1_NEAR.extend([0.0069445858, 0.0833332057, 0.500000042, 0.999999998])
I1_FAR = [-0.452377915, 0.00969888874, -0.04615635, -0.046575765, -0.149605448, 0.398942284]
# Giles 2010, "Approximating the erfinv function", single precision: where -log(1 - x²) < 5, and beyond.
ERFINV_CENTRE = [
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
]
ERFINV_CENTRE.extend([-0.00417768164, 0.246640727, 1.50140941])
ERFINV_TAIL = [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613]
ERFINV_TAIL.extend([0.00943887047, 1.00167406, 2.83297682])

# Error functions


def erfc(x):
    """1 - erf(x) that keeps its digits where it is small. The form is that of Shepherd and Laframboise 1981."""
    x = as_float(x, "erfc")
    size = minimum(absolute(x), 10.1)
    scaled = polynomial(divide(subtract(size, 2.0), add(size, 2.0)), ERFCX)
    tail = divide(multiply(_exp_minus_square(size), scaled), add(add(size, size), 1.0))
    y = where(less(x, 0.0), subtract(2.0, tail), where(greater(x, 10.1), 0.0, tail))
    return with_derivatives(
        y, [x], lambda xs, y: [multiply(-1.1283791670955126, exp(negative(multiply(xs[0], xs[0]))))]
    )


def _exp_minus_square(x):
    """exp(-x²), the square split in an exact part and the rest, whose rounding would grow with it."""
    coarse = multiply(floor(multiply(x, 64.0)), 1.0 / 64.0)
    rest = multiply(subtract(x, coarse), add(x, coarse))
    return multiply(exp(negative(multiply(coarse, coarse))), exp(negative(rest)))


def erfinv(x):
    """The y for which erf(y) is x; ±infinity at ±1, NaN beyond."""
    x = as_float(x, "erfinv")
    w = negative(log(multiply(subtract(1.0, x), add(1.0, x))))
    near = polynomial(subtract(minimum(w, 5.0), 2.5), ERFINV_CENTRE)
    far = polynomial(subtract(sqrt(minimum(maximum(w, 5.0), 100.0)), 3.0), ERFINV_TAIL)
    y = multiply(where(less(w, 5.0), near, far), x)
    y = where(equal(absolute(x), 1.0), multiply(x, INFINITY), y)
    return with_derivatives(y, [x], lambda xs, y: [multiply(0.886226925452758, exp(multiply(y, y)))])


# Gamma functions


def lgamma(x):
    """log(|gamma(x)|), elementwise; infinite at 0 and the negative whole numbers."""
    x = as_float(x, "lgamma")
    size = absolute(x)
    positive = _log_gamma(size)
    turns = absolute(sin(multiply(subtract(x, round_half_even(x)), PI)))
    mirrored = subtract(subtract(subtract(1.1447298858494002, log(turns)), log(size)), positive)
    mirrored = where(equal(turns, 0.0), INFINITY, mirrored)
    y = where(less(x, 0.0), mirrored, positive)
    y = where(equal(x, -INFINITY), x, y)
    return with_derivatives(y, [x], lambda xs, y: [digamma(xs[0])])


def _log_gamma(x):
    """For x >= 0: two polynomials in the distance from the zeros 1 and 2, Stirling's series from 4 on."""
    tiny = less(x, 0.5)
    t = where(tiny, x, subtract(minimum(x, 1.5), 1.0))
    one = multiply(t, polynomial(t, LOG_GAMMA_ONE))
    one = where(tiny, subtract(one, log(x)), one)
    t = subtract(minimum(maximum(x, 1.5), 4.0), 2.0)
    two = multiply(t, polynomial(t, LOG_GAMMA_TWO))
    large = maximum(x, 4.0)
    r = reciprocal(large)
    series = multiply(r, polynomial(multiply(r, r), [-1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0]))
    main = multiply(subtract(large, 0.5), subtract(log(large), 1.0))
    many = add(main, add(series, 0.4189385332046727))
    return where(less(x, 1.5), one, where(less(x, 4.0), two, many))


def digamma(x):
    """The derivative of lgamma, elementwise: a polynomial, its asymptotic series, and reflection below 0."""
    x = as_float(x, "digamma")
    below = less(x, 0.0)
    positive = _digamma(where(below, subtract(1.0, x), x))
    fraction = subtract(x, round_half_even(x))
    mirrored = subtract(positive, divide(PI, tan(multiply(fraction, PI))))
    y = where(below, where(equal(fraction, 0.0), NAN, mirrored), positive)
    return with_derivatives(y, [x], lambda xs, y: [_trigamma(xs[0])])


def _digamma(x):
    """For x >= 0: a polynomial in the distance from the zero on [1, 3], one step of the recurrence below 1."""
    tiny = less(x, 1.0)
    place = where(tiny, x, subtract(minimum(x, 3.0), 1.0))
    # The zero is 1.4616321325302124, exact in float32, and 1.24e-8: what that part takes from the product is a number
    # of its own, since compilers would join two subtractions.
    product = multiply(subtract(place, 0.46163213253021240), polynomial(subtract(place, 1.0), DIGAMMA))
    near = subtract(product, 1.2036052e-08)
    near = where(tiny, subtract(near, reciprocal(x)), near)
    large = maximum(x, 3.0)
    r = reciprocal(large)
    u = multiply(r, r)
    series = [-1.0 / 132.0, 1.0 / 240.0, -1.0 / 252.0, 1.0 / 120.0, -1.0 / 12.0]
    far = add(log(large), add(multiply(r, -0.5), multiply(u, polynomial(u, series))))
    return where(less(x, 3.0), near, far)


def _trigamma(x):
    """The second derivative of lgamma."""
    below = less(x, 0.0)
    y = where(below, subtract(1.0, x), x)
    small = less(y, 6.0)
    shifted = where(small, add(y, 6.0), y)
    base = where(small, y, 1.0)
    steps = 0.0
    for k in range(6):
        r = reciprocal(add(base, k * 1.0))
        steps = add(steps, multiply(r, r))
    r = reciprocal(shifted)
    u = multiply(r, r)
    odd = polynomial(u, [-1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 1.0 / 6.0, 1.0])
    series = add(multiply(r, odd), multiply(0.5, u))
    positive = where(small, add(series, steps), series)
    turns = divide(PI, sin(multiply(subtract(x, round_half_even(x)), PI)))
    return where(below, subtract(multiply(turns, turns), positive), positive)


# Modified Bessel functions


def _bessel(x, near, far):
    """[the function of x <= 8, what times exp(x) / sqrt(x) is that of x >= 8]; x >= 0."""
    a = minimum(x, 8.0)
    u = multiply(multiply(a, a), 0.25)
    return [polynomial(u, near), polynomial(reciprocal(maximum(x, 8.0)), far)]


def _grown(size, near, far):
    """near up to 8, far * exp(x) / sqrt(x) beyond, also where exp(x) alone would overflow."""
    root = exp(multiply(0.5, size))
    large = multiply(multiply(multiply(root, far), rsqrt(minimum(maximum(size, 8.0), 1e30))), root)
    return where(less(size, 8.0), near, large)


def _scaled(size, near, far):
    """near * exp(-x) up to 8, far / sqrt(x) beyond."""
    shrunk = multiply(near, exp(negative(minimum(size, 8.0))))
    return where(less(size, 8.0), shrunk, multiply(far, rsqrt(maximum(size, 8.0))))


def i0(x):
    """The modified Bessel function of the first kind of order 0, elementwise."""
    x = as_float(x, "i0")
    size = absolute(x)
    parts = _bessel(size, I0_NEAR, I0_FAR)
    return with_derivatives(_grown(size, parts[0], parts[1]), [x], lambda xs, y: [i1(xs[0])])


def i1(x):
    """The modified Bessel function of the first kind of order 1, elementwise."""
    x = as_float(x, "i1")
    size = absolute(x)
    parts = _bessel(size, I1_NEAR, I1_FAR)
    y = _grown(size, multiply(multiply(0.5, size), parts[0]), parts[1])
    return with_derivatives(where(less(x, 0.0), negative(y), y), [x], _i1_slope)


def _by_number(y, x):
    """y / x, and 1/2 at 0, for what starts as x / 2."""
    zero = equal(x, 0.0)
    return where(zero, 0.5, divide(y, where(zero, 1.0, x)))


def _i1_slope(xs, y):
    return [subtract(i0(xs[0]), _by_number(y, xs[0]))]


def i0e(x):
    """i0(x) * exp(-|x|), elementwise, which does not overflow."""
    x = as_float(x, "i0e")
    size = absolute(x)
    parts = _bessel(size, I0_NEAR, I0_FAR)
    return with_derivatives(
        _scaled(size, parts[0], parts[1]),
        [x],
        lambda xs, y: [subtract(i1e(xs[0]), multiply(sign(xs[0]), y))],
    )


def i1e(x):
    """i1(x) * exp(-|x|), elementwise, which does not overflow."""
    x = as_float(x, "i1e")
    size = absolute(x)
    parts = _bessel(size, I1_NEAR, I1_FAR)
    y = _scaled(size, multiply(multiply(0.5, size), parts[0]), parts[1])
    return with_derivatives(where(less(x, 0.0), negative(y), y), [x], _i1e_slope)


def _i1e_slope(xs, y):
    x = xs[0]
    return [subtract(subtract(i0e(x), _by_number(y, x)), multiply(sign(x), y))]
