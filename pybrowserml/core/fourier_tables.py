"""What every engine's Fourier transform needs to know of a length: its factors and its roots of unity."""

from ..platform.buffers import float64_array
from ..platform.real import cos, sin

TWO_PI = 6.283185307179586


def radices_of(n):
    """Factors of n, fours first, then the other primes upwards: one pass of the transform each."""
    found = []
    rest = n
    for radix in [4, 2]:
        while rest % radix == 0 and rest > 1:
            found.append(radix)
            rest = rest // radix
    radix = 3
    while rest > 1:
        if radix * radix > rest:
            radix = rest
        while rest % radix == 0 and rest > 1:
            found.append(radix)
            rest = rest // radix
        radix = radix + 2
    return found if len(found) > 0 else [1]


def roots_of(n, inverse):
    """[cosines, sines] of the n roots e^(-2πik/n) (with + for inverse) in double precision.

    Angles are folded into an eighth of the circle, so that symmetric roots are the same numbers.
    """
    real = float64_array(n)
    imaginary = float64_array(n)
    for k in range(n):
        eighth = (8 * k) // n
        # From the nearest multiple of a quarter turn, in -1/8 .. 1/8 of a turn.
        quarter = (eighth + 1) // 2
        angle = TWO_PI * ((4 * k - quarter * n) / (4 * n))
        c = cos(angle)
        s = sin(angle)
        side = quarter % 4
        if side == 0:
            real[k] = c
            imaginary[k] = s
        elif side == 1:
            real[k] = -s
            imaginary[k] = c
        elif side == 2:
            real[k] = -c
            imaginary[k] = -s
        else:
            real[k] = s
            imaginary[k] = -c
        if not inverse:
            imaginary[k] = -imaginary[k]
    return [real, imaginary]
