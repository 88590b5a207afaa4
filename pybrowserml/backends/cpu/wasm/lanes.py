"""Code on vectors of four lanes: constants before the loop, values that are computed once, choices, double precision.

A value is a Local of kind v128 or an expression (see assembler). Truth is a mask: a lane of ones, or of zeros.
"""

from ....platform.buffers import bytes_of, from_numbers, to_numbers
from ....platform.numbers import to_int32
from .assembler import Local

# Bytes of shuffles: the upper half in both halves; the lower halves of two vectors; every second lane of four bytes.
UPPER = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]
LOWER_HALVES = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]
HIGH_WORDS = [4, 5, 6, 7, 12, 13, 14, 15, 4, 5, 6, 7, 12, 13, 14, 15]

SIGN = -2147483648
INFINITE = 0x7F800000


def _word(bits, at):
    """The int32 of four bytes."""
    return to_int32(bits[at] | (bits[at + 1] << 8) | (bits[at + 2] << 16) | (bits[at + 3] << 24))


def word_of(x):
    """The bits of a float32, as an int32."""
    return _word(to_numbers(bytes_of(from_numbers("float32", [x]), "float32")), 0)


class Lanes:
    """head: code that stands before the loop: constants, and what does not depend on the position."""

    def __init__(self, f, tier):
        self.f = f
        self.tier = tier
        self.head = []
        self.known = {}

    def let(self, expression):
        """The value of an expression, computed once."""
        if isinstance(expression, Local):
            return expression
        local = self.f.local("v128")
        self.f.put(local, expression)
        return local

    def _constant(self, words):
        key = " ".join([str(word) for word in words])
        if key not in self.known:
            body = self.f.code
            self.f.code = self.head
            self.known[key] = self.let(["v128", words])
            self.f.code = body
        return self.known[key]

    def whole(self, n):
        """Four times an int32."""
        return self._constant([n, n, n, n])

    def number(self, x):
        """Four times a float32."""
        return self.whole(word_of(x))

    def steps(self):
        """The int32 numbers 0, 1, 2, 3."""
        return self._constant([0, 1, 2, 3])

    def long(self, low, high):
        """Twice an integer of 64 bits."""
        return self._constant([low, high, low, high])

    def double(self, x):
        """Twice a float64."""
        bits = to_numbers(bytes_of(from_numbers("float64", [x]), "float64"))
        return self.long(_word(bits, 0), _word(bits, 4))

    def choose(self, mask, a, b):
        """a where the mask is set, else b."""
        return ["v128.bitselect", a, b, mask]

    def madd(self, a, b, c):
        return self.tier.madd(a, b, c)

    def polynomial(self, x, coefficients):
        """By Horner; the first coefficient is that of the highest power. x: a Local."""
        p = self.number(coefficients[0])
        for k in range(1, len(coefficients)):
            p = self.madd(p, x, self.number(coefficients[k]))
        return p

    def magnitude(self, x):
        return ["v128.and", x, self.whole(0x7FFFFFFF)]

    def sign_of(self, x):
        """The sign bit alone."""
        return ["v128.and", x, self.whole(SIGN)]

    def in_doubles(self, values, function):
        """function(halves of the values in float64) for both halves; its results together in float32.

        values: Locals of float32 lanes.
        """
        low = function([self.let(["f64x2.promote_low_f32x4", x]) for x in values])
        upper = [["i8x16.shuffle", x, x, UPPER] for x in values]
        high = function([self.let(["f64x2.promote_low_f32x4", x]) for x in upper])
        low = ["f32x4.demote_f64x2_zero", low]
        return ["i8x16.shuffle", low, ["f32x4.demote_f64x2_zero", high], LOWER_HALVES]

    def each_lane(self, values, function):
        """function(lanes of the values as i32) for every lane. values: Locals."""
        found = self.let(self.whole(0))
        for lane in range(4):
            scalars = []
            for x in values:
                scalar = self.f.local("i32")
                self.f.put(scalar, ["i32x4.extract_lane", x, lane])
                scalars.append(scalar)
            found = ["i32x4.replace_lane", found, function(scalars), lane]
        return found
