"""Special functions of one number, in double precision."""

from ...platform.real import divide, exp, log, remainder, sqrt
from ...platform.real import floor as floor_of


def erf(x):
    """The error function to about 1e-13, relative: polynomials fitted at Chebyshev nodes.

    |x| < 1: erf(x)/x in x²; 1 <= |x| < 4.2: exp(x²)·erfc(x) in 1/(1 + x/2); beyond, float32 has only ±1.
    """
    if x != x:
        return x
    a = x if x >= 0.0 else -x
    if a < 1.0:
        u = x * x
        p = -1.0473180599068228e-07
        p = p * u + 1.5308235043187727e-06
        p = p * u - 1.4795386571410046e-05
        p = p * u + 0.0001204629784415501
        p = p * u - 0.0008547935934165846
        p = p * u + 0.005223967271184677
        p = p * u - 0.026866169065995718
        p = p * u + 0.1128379165870043
        p = p * u - 0.37612638902814144
        p = p * u + 1.1283791670954944
        return x * p
    if a >= 4.2:
        return 1.0 if x > 0.0 else -1.0
    t = 1.0 / (1.0 + 0.5 * a)
    p = 0.02005945377114792
    p = p * t - 0.1850948652741809
    p = p * t + 0.618786169158245
    p = p * t - 0.9846200888537011
    p = p * t + 0.7406582481657843
    p = p * t - 0.3084856983514063
    p = p * t + 0.31698650513839394
    p = p * t + 0.2125361756056947
    p = p * t + 0.2875586102506396
    p = p * t + 0.2815802013173937
    p = p * t + 2.177258257984871e-05
    y = 1.0 - exp(0.0 - a * a) * p
    return y if x > 0.0 else 0.0 - y


def inverse_erf(x):
    """The single-precision approximation of M. Giles, "Approximating the erfinv function" (2010), |x| < 1."""
    w = 0.0 - log((1.0 - x) * (1.0 + x))
    if w < 5.0:
        w = w - 2.5
        p = 2.81022636e-08
        p = p * w + 3.43273939e-07
        p = p * w - 3.5233877e-06
        p = p * w - 4.39150654e-06
        p = p * w + 0.00021858087
        p = p * w - 0.00125372503
        p = p * w - 0.00417768164
        p = p * w + 0.246640727
        p = p * w + 1.50140941
        return p * x
    w = sqrt(w) - 3.0
    p = -0.000200214257
    p = p * w + 0.000100950558
    p = p * w + 0.00134934322
    p = p * w - 0.00367342844
    p = p * w + 0.00573950773
    p = p * w - 0.0076224613
    p = p * w + 0.00943887047
    p = p * w + 1.00167406
    p = p * w + 2.83297682
    return p * x


def round_half_even(x):
    """The nearest whole number; halves go to the even one. NaN and infinities stay."""
    low = floor_of(x)
    d = x - low
    if d < 0.5:
        return low
    if d > 0.5:
        return low + 1.0
    if d != 0.5:
        return x
    half = low * 0.5
    return low if floor_of(half) == half else low + 1.0


def modulo(a, b):
    """a mod b with the divisor's sign; NaN for b = 0."""
    r = remainder(a, b)
    if r != 0.0:
        return r + b if (r < 0.0) != (b < 0.0) else r
    return r


def float_floor_divide(a, b):
    """floor(a / b) from the exact remainder, since the rounded quotient may reach a whole number that a / b
    does not.
    """
    if b == 0.0:
        return divide(a, b)
    r = remainder(a, b)
    q = round_half_even((a - r) / b)
    return q - 1.0 if r != 0.0 and (r < 0.0) != (b < 0.0) else q


def int_floor_divide(a, b):
    """floor(a / b) of 32-bit integers; 0 for b = 0."""
    return 0 if b == 0 else floor_of(a / b)


def int_modulo(a, b):
    """a mod b of 32-bit integers with the divisor's sign; 0 for b = 0."""
    if b == 0:
        return 0
    return a - b * floor_of(a / b)
