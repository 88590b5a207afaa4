"""Trigonometric and hyperbolic functions and their inverses: composites over sin, cos, tan, tanh, exp and arctan2.

The inverses take their derivatives from the textbook rather than from the composite, which would meet
infinities at the ends of their ranges.
"""

from ..core.opset.binary import (
    add,
    arctan2,
    divide,
    equal,
    greater,
    less,
    logical_or,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ..core.opset.derivative import with_derivatives
from ..core.opset.movement import broadcast_to
from ..core.opset.registry import as_float, scalar, to_tensor
from ..core.opset.unary import (
    absolute,
    cos,
    exp,
    expm1,
    floor,
    log,
    log1p,
    negative,
    reciprocal,
    round_half_even,
    rsqrt,
    sin,
    sqrt,
)
from ..core.shapes import copy_shape
from .arguments import two_floats
from .polynomials import polynomial

PI = 3.141592653589793
LOG_2 = 0.6931471805599453
INFINITY = float("inf")
NAN = float("nan")
# From here on x² + 1 and x² are one number in float32, and x² is still finite.
LARGE = 1e5


def deg2rad(x):
    """Degrees to radians."""
    return multiply(as_float(x, "deg2rad"), PI / 180.0)


def rad2deg(x):
    """Radians to degrees."""
    return multiply(as_float(x, "rad2deg"), 180.0 / PI)


def _complement(x):
    """1 - x², exact near ±1."""
    return multiply(subtract(1.0, x), add(1.0, x))


def arcsin(x):
    """The angle in [-pi/2, pi/2] whose sine is x; NaN outside of [-1, 1]."""
    x = as_float(x, "arcsin")
    y = arctan2(x, sqrt(_complement(x)))
    return with_derivatives(y, [x], lambda xs, y: [rsqrt(_complement(xs[0]))])


def arccos(x):
    """The angle in [0, pi] whose cosine is x; NaN outside of [-1, 1]."""
    x = as_float(x, "arccos")
    y = arctan2(sqrt(_complement(x)), x)
    return with_derivatives(y, [x], lambda xs, y: [negative(rsqrt(_complement(xs[0])))])


def arctan(x):
    """The angle in [-pi/2, pi/2] whose tangent is x."""
    x = as_float(x, "arctan")
    y = arctan2(x, scalar(1.0, x.dtype))
    return with_derivatives(y, [x], lambda xs, y: [reciprocal(add(multiply(xs[0], xs[0]), 1.0))])


def _odd(x, y):
    """y with the sign of x."""
    return where(less(x, 0.0), negative(y), y)


def sinh(x):
    """Hyperbolic sine, elementwise, by expm1 so that small x keep their digits."""
    x = as_float(x, "sinh")
    size = absolute(x)
    grown = expm1(minimum(size, 80.0))
    near = multiply(0.5, add(grown, divide(grown, add(grown, 1.0))))
    return with_derivatives(
        _odd(x, where(greater(size, 80.0), _half_exp(size), near)), [x], lambda xs, y: [cosh(xs[0])]
    )


def cosh(x):
    """Hyperbolic cosine, elementwise."""
    x = as_float(x, "cosh")
    size = absolute(x)
    power = exp(minimum(size, 80.0))
    near = multiply(0.5, add(power, reciprocal(power)))
    return with_derivatives(
        where(greater(size, 80.0), _half_exp(size), near), [x], lambda xs, y: [sinh(xs[0])]
    )


def _half_exp(x):
    """exp(x) / 2, also where exp(x) overflows and its half does not.

    The maximum changes nothing but keeps compilers of shaders from joining the two factors of the square.
    """
    root = exp(multiply(x, 0.5))
    return multiply(maximum(multiply(root, 0.5), 0.0), root)


def arcsinh(x):
    """Inverse hyperbolic sine, elementwise."""
    x = as_float(x, "arcsinh")
    size = absolute(x)
    a = minimum(size, LARGE)
    square = multiply(a, a)
    near = log1p(add(a, divide(square, add(sqrt(add(square, 1.0)), 1.0))))
    y = _odd(x, where(greater(size, LARGE), add(log(maximum(size, 1.0)), LOG_2), near))
    return with_derivatives(y, [x], _arcsinh_slope)


def _arcsinh_slope(xs, y):
    size = absolute(xs[0])
    near = minimum(size, LARGE)
    slope = rsqrt(add(multiply(near, near), 1.0))
    return [where(greater(size, LARGE), reciprocal(maximum(size, 1.0)), slope)]


def arccosh(x):
    """Inverse hyperbolic cosine, >= 0, elementwise; NaN below 1."""
    x = as_float(x, "arccosh")
    t = subtract(minimum(x, LARGE), 1.0)
    near = log1p(add(t, sqrt(multiply(t, add(t, 2.0)))))
    y = where(greater(x, LARGE), add(log(maximum(x, 1.0)), LOG_2), near)
    return with_derivatives(where(less(x, 1.0), NAN, y), [x], _arccosh_slope)


def _arccosh_slope(xs, y):
    x = xs[0]
    t = subtract(minimum(x, LARGE), 1.0)
    slope = rsqrt(multiply(t, add(t, 2.0)))
    return [where(greater(x, LARGE), reciprocal(maximum(x, 1.0)), slope)]


def arctanh(x):
    """Inverse hyperbolic tangent, elementwise; ±infinity at ±1, NaN beyond."""
    x = as_float(x, "arctanh")
    a = absolute(x)
    y = multiply(0.5, log1p(divide(add(a, a), subtract(1.0, a))))
    return with_derivatives(_odd(x, y), [x], lambda xs, y: [reciprocal(_complement(xs[0]))])


def hypot(x1, x2):
    """sqrt(x1² + x2²) without overflow, elementwise with broadcasting."""
    xs = two_floats(x1, x2, "hypot")
    a = absolute(xs[0])
    b = absolute(xs[1])
    high = maximum(a, b)
    ratio = where(equal(a, b), 1.0, divide(minimum(a, b), high))
    y = multiply(high, sqrt(add(multiply(ratio, ratio), 1.0)))
    infinite = logical_or(equal(a, INFINITY), equal(b, INFINITY))
    return with_derivatives(where(infinite, INFINITY, y), xs, _hypot_slopes)


def _hypot_slopes(xs, y):
    length = where(equal(y, 0.0), 1.0, y)
    return [divide(xs[0], length), divide(xs[1], length)]


def sinc(x):
    """sin(pi x) / (pi x), 1 at 0, elementwise. The angle is reduced before it is multiplied by pi."""
    x = as_float(x, "sinc")
    safe = where(equal(x, 0.0), 1.0, x)
    y = divide(sin_pi(safe), multiply(safe, PI))
    return with_derivatives(where(equal(x, 0.0), 1.0, y), [x], _sinc_slope)


def sin_pi(x):
    """sin(pi x) without losing digits to the product."""
    return multiply(_sign_of_turns(x), sin(multiply(subtract(x, round_half_even(x)), PI)))


def cos_pi(x):
    """cos(pi x) without losing digits to the product."""
    return multiply(_sign_of_turns(x), cos(multiply(subtract(x, round_half_even(x)), PI)))


def _sign_of_turns(x):
    """1 where the nearest whole number is even, -1 where it is odd."""
    half = multiply(round_half_even(x), 0.5)
    return subtract(1.0, multiply(4.0, subtract(half, floor(half))))


def _sinc_slope(xs, y):
    """(cos(pi x) - sinc(x)) / x, by its series where that would cancel."""
    x = xs[0]
    u = minimum(multiply(multiply(x, x), PI * PI), 1.0)
    series = polynomial(u, [1.0 / 1330560.0, -1.0 / 15120.0, 1.0 / 280.0, -1.0 / 10.0, 1.0])
    near = multiply(multiply(x, -PI * PI / 3.0), series)
    small = less(absolute(x), 0.3)
    safe = where(small, 1.0, x)
    return [where(small, near, divide(subtract(cos_pi(safe), y), safe))]


# Real numbers as complex ones


def angle(x):
    """The argument of real numbers: 0, or pi where x is negative."""
    return arctan2(0.0, as_float(x, "angle"))


def real(x):
    """The real part of a real tensor: x."""
    return to_tensor(x, None, "real", "x")


def imag(x):
    """The imaginary part of a real tensor: zeros of its shape and dtype."""
    x = to_tensor(x, None, "imag", "x")
    return broadcast_to(scalar(0, x.dtype), copy_shape(x.shape))


def conj(x):
    """The complex conjugate of a real tensor: x."""
    return to_tensor(x, None, "conj", "x")


def conjugate(x):
    """The same as `conj`."""
    return to_tensor(x, None, "conjugate", "x")
