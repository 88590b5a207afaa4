"""The regularised incomplete gamma functions P (lower) and Q = 1 - P (upper), in three regions.

Up to x = max(a + 1, 2) the power series gives P, beyond it the continued fraction gives Q, each with a fixed number
of terms, evaluated from its end. From a = 12 on, where |x - a| <= a / 2, Temme's uniform expansion gives both.
Source: Temme 1979, "The asymptotic expansion of the incomplete gamma functions", SIAM J. Math. Anal. 10.
"""

from ..core.autodiff import gradients
from ..core.opset.binary import (
    add,
    divide,
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_or,
    maximum,
    multiply,
    subtract,
    where,
)
from ..core.opset.derivative import with_derivatives
from ..core.opset.unary import absolute, exp, isnan, log, negative, reciprocal, rsqrt, sqrt, stop_gradient
from .arguments import two_floats
from .polynomials import polynomial
from .special import erfc, lgamma

INFINITY = float("inf")
NAN = float("nan")
LARGE = 12.0
# Enough for a relative error of 5e-8 up to a = 12, and for less beyond a / 2 from a.
SERIES_TERMS = 26
FRACTION_TERMS = 16
# (m - log(1 + m)) / m², |m| <= 1/2; 9.3e-9
DEVIATION = [0.162761503, -0.167817542, 0.047900533, -0.0578948724, 0.106244529, -0.116446095, 0.124459145]
DEVIATION.extend([-0.142450433, 0.166688213, -0.200013085, 0.249999691, -0.333333214, 0.500000001])
# Temme's coefficients of 1, 1 / a, 1 / a², 1 / a³: Taylor polynomials in eta, derived by exact fractions from
# eta² / 2 = m - log(1 + m) and C[k] = C[k - 1]' / eta + (-1)**k gamma[k] / m.
TEMME = [
    [-2.18544851e-06, 3.91926318e-05, -0.000178755144, 0.000352733686, 0.00115740741, -0.0148148148],
    [-4.01877572e-07, 0.000205761317, -0.000990226337, 0.00264550265, -0.00347222222, -0.00185185185],
    [2.00938786e-06, 0.000771604938, -0.00268132716, 0.00413359788],
    [0.000229472094, 0.000649434156],
]
TEMME[0].extend([0.0833333333, -0.333333333])


def gammainc(a, x):
    """P(a, x), the integral of t**(a - 1) exp(-t) from 0 to x divided by gamma(a); a > 0, x >= 0, else NaN.

    Elementwise with broadcasting.
    """
    xs = two_floats(a, x, "gammainc")
    return with_derivatives(
        _both(xs[0], xs[1])[0], xs, lambda xs, y: [_by_shape(xs[0], xs[1]), _density(xs[0], xs[1])]
    )


def gammaincc(a, x):
    """Q(a, x) = 1 - P(a, x) without cancelling where it is small; see `gammainc`."""
    xs = two_floats(a, x, "gammaincc")
    return with_derivatives(
        _both(xs[0], xs[1])[1],
        xs,
        lambda xs, y: [negative(_by_shape(xs[0], xs[1])), negative(_density(xs[0], xs[1]))],
    )


def _density(a, x):
    """x**(a - 1) exp(-x) / gamma(a)."""
    return divide(multiply(_front(a, x), a), x)


def _by_shape(a, x):
    """The derivative of P by a: that of the formulas, which hold a relative error of 1e-5 where it is above 1e-4."""
    proper = logical_and(greater(a, 0.0), greater_equal(x, 0.0))
    # Beyond 2 a + 100 it is below 1e-40; where a is infinite it is 0.
    inside = logical_and(greater(x, 0.0), less_equal(x, add(multiply(a, 2.0), 100.0)))
    inside = logical_and(logical_and(proper, inside), less(a, INFINITY))
    shape = where(inside, a, 1.0)
    p = _regions(shape, where(inside, x, 1.0))[0]
    return where(inside, gradients([p], [shape])[0], where(proper, 0.0, NAN))


def _front(a, x):
    """x**a exp(-x) / gamma(a + 1), by Stirling's series and the ratio of x and a where both are large."""
    is_small = less(a, LARGE)
    # Chosen, not cut off: at 12 the derivative is that of one side.
    low = where(is_small, a, LARGE)
    small = exp(subtract(subtract(multiply(low, log(x)), x), lgamma(add(low, 1.0))))
    high = where(is_small, LARGE, a)
    m = divide(subtract(x, high), high)
    near = less_equal(absolute(m), 0.5)
    bent = multiply(multiply(m, m), polynomial(where(near, m, 0.0), DEVIATION))
    spread = where(near, bent, subtract(m, log(divide(x, high))))
    r = reciprocal(high)
    stirling = multiply(r, polynomial(multiply(r, r), [-1.0 / 360.0, 1.0 / 12.0]))
    scale = multiply(0.3989422804014327, rsqrt(high))
    large = multiply(scale, exp(negative(add(multiply(high, spread), stirling))))
    return where(is_small, small, large)


def _both(a, x):
    """[P, Q]."""
    found = _regions(a, x)
    return [_at_ends(a, x, found[0], 0.0), _at_ends(a, x, found[1], 1.0)]


def _regions(a, x):
    """[P, Q] for finite a and x above 0."""
    front = _front(a, x)
    bound = maximum(add(a, 1.0), 2.0)
    rises = less(x, bound)
    # Neither sees an x outside of its region, where it would be infinite, and so would be what its derivative meets.
    p = multiply(front, _series(a, where(rises, x, 1.0)))
    q = divide(multiply(front, a), _fraction(a, where(rises, stop_gradient(bound), x)))
    lower = where(rises, p, subtract(1.0, q))
    upper = where(rises, subtract(1.0, p), q)
    middle = logical_and(greater_equal(a, LARGE), less_equal(absolute(subtract(x, a)), multiply(a, 0.5)))
    even = _uniform(a, x)
    return [where(middle, even[0], lower), where(middle, even[1], upper)]


def _at_ends(a, x, y, start):
    """y, with what holds at x = 0 (start), at infinities and outside of the domain."""
    end = 1.0 - start
    y = where(equal(x, 0.0), start, y)
    y = where(logical_or(equal(x, INFINITY), equal(a, 0.0)), end, y)
    y = where(equal(a, INFINITY), start, y)
    wrong = logical_or(less(a, 0.0), less(x, 0.0))
    empty = logical_and(equal(a, 0.0), equal(x, 0.0))
    endless = logical_and(equal(a, INFINITY), equal(x, INFINITY))
    y = where(logical_or(wrong, logical_or(empty, endless)), NAN, y)
    return where(isnan(a), a, where(isnan(x), x, y))


def _series(a, x):
    """1 + x / (a + 1) (1 + x / (a + 2) (1 + ...))."""
    total = add(divide(x, add(a, SERIES_TERMS * 1.0)), 1.0)
    for i in range(1, SERIES_TERMS):
        total = add(multiply(total, divide(x, add(a, SERIES_TERMS - i * 1.0))), 1.0)
    return total


def _fraction(a, x):
    """x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...))."""
    gap = subtract(x, a)
    total = add(gap, 2.0 * FRACTION_TERMS + 1.0)
    for i in range(FRACTION_TERMS):
        k = FRACTION_TERMS - i * 1.0
        over = divide(multiply(subtract(k, a), k), total)
        total = subtract(add(gap, 2.0 * k - 1.0), over)
    return total


def _uniform(a, x):
    """[P, Q] for large a near x, by the error function and a correction."""
    a = where(less(a, LARGE), LARGE, a)
    m = divide(subtract(x, a), a)
    # A little more than a half, for m is rounded.
    m = where(less_equal(absolute(m), 0.51), m, 0.0)
    # eta² / 2 is m² bent.
    bent = polynomial(m, DEVIATION)
    half = multiply(multiply(m, m), bent)
    eta = multiply(m, sqrt(multiply(bent, 2.0)))
    r = reciprocal(a)
    total = polynomial(eta, TEMME[3])
    for i in range(3):
        total = add(multiply(total, r), polynomial(eta, TEMME[2 - i]))
    correction = multiply(
        multiply(0.3989422804014327, rsqrt(a)), multiply(exp(negative(multiply(a, half))), total)
    )
    place = multiply(eta, sqrt(multiply(a, 0.5)))
    below = multiply(0.5, erfc(negative(place)))
    above = multiply(0.5, erfc(place))
    return [subtract(below, correction), add(above, correction)]
