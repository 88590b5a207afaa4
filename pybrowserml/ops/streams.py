"""Streams of random bits: what a seed means, and uniform numbers of a stream.

A seed is None (a new key of the global seed at every call), an integer (the same numbers at every call), or a
SeedGenerator, whose counter is a variable: other numbers at every call, also of a compiled function.
"""

from ..core.naming import automatic_name
from ..core.opset.binary import add, multiply
from ..core.opset.bits import bitcast, bitwise_and, shift_right
from ..core.opset.generators import bits_to_normal, bits_to_uniform, random_bits
from ..core.opset.movement import reshape
from ..core.opset.registry import scalar, with_dtype
from ..core.rng import fold_in, next_key
from ..core.shapes import copy_shape
from ..core.variables import state_variable
from ..platform.errors import error
from ..platform.numbers import is_whole
from .arguments import shown


class SeedGenerator:
    """A source of seeds for the functions of `random`: every use counts its state up.

    seed: an integer, or None for one of the global seed. The state is an int32 variable, so what a compiled function
    draws differs from call to call, and it can be stored and restored.
    """

    def __init__(self, seed=None, name=None):
        if seed is not None and not is_whole(seed):
            raise error("ArgumentError", "SeedGenerator: seed must be an integer or None, got " + shown(seed))
        self.initial_seed = seed
        self.host_uses = 0
        self.key = next_key(seed)
        self.name = automatic_name("SeedGenerator") if name is None else name
        self.state = state_variable([0], "int32", False, self.name + "/seed_generator_state")

    def get_config(self):
        """The arguments of the constructor."""
        return {"seed": self.initial_seed}

    def host_key(self):
        """The key of the next use by what is computed on the host, such as a first weight."""
        self.host_uses = self.host_uses + 1
        return fold_in(fold_in(self.key, -1), self.host_uses)

    def draw(self):
        """[key, step] of the next use, the step an int32 scalar tensor."""
        state = self.state.value
        self.state.assign(add(state, 1))
        return [self.key, reshape(state, [])]


class Stream:
    """A key and a step; `part` gives streams that do not depend on each other."""

    def __init__(self, key, step):
        self.key = key
        self.step = step

    def part(self, number):
        """The stream of a number."""
        return Stream(fold_in(self.key, number), self.step)

    def bits(self, shape):
        """int32 random bits."""
        return random_bits(self.key[0], self.key[1], self.step, copy_shape(shape))

    def uniform(self, shape):
        """float32 in [0, 1) on a grid of 2**-24."""
        return bits_to_uniform(self.bits(shape))

    def normal(self, shape):
        """Standard normal float32."""
        return bits_to_normal(self.bits(shape))

    def below(self, shape, count):
        """Whole numbers 0 .. count - 1 as int32 (of the same bits beyond 2**31 - 1); count at most 2**32 - 1."""
        if count <= 16777216:
            return with_dtype(multiply(self.uniform(shape), count * 1.0), "int32")
        return bitcast(high_product(bitcast(self.bits(shape), "uint32"), count), "int32")


def stream_of(seed):
    """The stream of an argument `seed`."""
    if isinstance(seed, SeedGenerator):
        drawn = seed.draw()
        return Stream(drawn[0], drawn[1])
    if isinstance(seed, Stream):
        return seed
    if seed is not None and not is_whole(seed):
        raise error(
            "ArgumentError", "random: seed must be None, an integer or a SeedGenerator, got " + shown(seed)
        )
    return Stream(next_key(seed), 0)


def high_product(a, b):
    """floor(a * b / 2**32) of a uint32 tensor and a whole number below 2**32, by halves of 16 bits."""
    low = b % 65536
    high = (b - low) // 65536
    a_low = bitwise_and(a, scalar(65535, "uint32"))
    a_high = _upper(a)
    first = scalar(low, "uint32")
    second = scalar(high, "uint32")
    cross_a = multiply(a_high, first)
    cross_b = multiply(a_low, second)
    middle = add(_upper(multiply(a_low, first)), add(_lower(cross_a), _lower(cross_b)))
    return add(add(multiply(a_high, second), _upper(middle)), add(_upper(cross_a), _upper(cross_b)))


def _upper(x):
    return shift_right(x, scalar(16, "uint32"))


def _lower(x):
    return bitwise_and(x, scalar(65535, "uint32"))
