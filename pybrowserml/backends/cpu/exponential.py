"""The exponential for results of float32, in double precision: half as long as Math.exp.

e^x = 2^(n / 32) e^r with n the whole number next to 32 x / ln 2, so that |r| < 0.011 and four terms of the series err
by less than 3e-12. The table holds the powers 2^(n / 32) for one octave, and those of whole octaves.
"""

from ...platform.buffers import float64_array
from ...platform.numbers import to_int32
from ...platform.real import floor, power

PARTS = 32
OCTAVES = 176


def _powers(count, first, step):
    """2^(first + k step) for k = 0 .. count - 1."""
    made = float64_array(count)
    for k in range(count):
        made[k] = power(2.0, first + k * step)
    return made


def make_exp_single(parts, octaves):
    """The function, over tables that are constants of its closure: it is made once."""

    def exp_single(x):
        """e^x, within 3e-12 of its value for |x| <= 120; beyond that what rounds to 0 or infinity in float32."""
        y = x
        if x > 120.0:
            y = 120.0
        if x < -120.0:
            y = -120.0
        # 32 / ln 2, and ln 2 / 32 as the sum of two numbers; n times the first of them is exact.
        n = floor(y * 46.16624130844683 + 0.5)
        i = to_int32(n)
        r = (y - n * 0.02166084938653512) - n * 5.9631716539705866e-12
        p = 1.0 + r * (1.0 + r * (0.5 + r * (0.16666666666666666 + r * 0.041666666666666664)))
        return p * parts[i & 31] * octaves[((i >> 5) + 176) & 511]

    return exp_single


exp_single = make_exp_single(_powers(PARTS, 0.0, 1.0 / PARTS), _powers(512, -OCTAVES, 1.0))
