"""Random tensors: functions of a key and of each element's place, the same on every engine.

`seed` None draws a new key from the global seed, so that every call gives other numbers; an integer gives the
same numbers at every call.
"""

from ..core.dims import is_symbolic
from ..core.dtypes import check_dtype
from ..core.opset.binary import add, divide, greater_equal, multiply, where
from ..core.opset.generators import bits_to_normal, bits_to_uniform, random_bits
from ..core.opset.registry import as_float
from ..core.opset.unary import cast, floor
from ..core.rng import next_key
from ..core.rng import set_seed as set_global_seed
from ..core.shapes import copy_shape
from ..platform.errors import error
from ..platform.numbers import is_whole

__all__ = [
    "dropout",
    "normal",
    "randint",
    "set_seed",
    "uniform",
]


def set_seed(seed):
    """Make all that follows (initial weights, dropout, shuffles) depend on this integer only."""
    if not is_whole(seed):
        raise error("ArgumentError", "set_seed: the seed must be an integer")
    return set_global_seed(seed)


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    """Uniform numbers in [minval, maxval): float32, or whole ones of dtype int32."""
    if dtype is not None and check_dtype(dtype) == "int32":
        return randint(shape, minval, maxval, dtype, seed)
    return add(multiply(unit_uniform(next_key(seed), 0, shape), maxval - minval), minval)


def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
    """float32 normals with a mean and a standard deviation."""
    key = next_key(seed)
    z = bits_to_normal(random_bits(key[0], key[1], 0, copy_shape(shape)))
    return add(multiply(z, stddev), mean)


def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Whole numbers in [minval, maxval); the range has at most 2**24 numbers."""
    if maxval <= minval or maxval - minval > 16777216:
        raise error("ArgumentError", "randint: the range must hold 1 to 2**24 numbers")
    scaled = multiply(unit_uniform(next_key(seed), 0, shape), (maxval - minval) * 1.0)
    return cast(add(cast(floor(scaled), "int32"), minval), dtype)


def unit_uniform(key, step, shape):
    """float32 in [0, 1) for a key [k0, k1] and a step (an int32 scalar tensor or a number)."""
    return bits_to_uniform(random_bits(key[0], key[1], step, copy_shape(shape)))


def dropout(inputs, rate, noise_shape=None, seed=None):
    """inputs with a share `rate` of its elements set to 0 and the others divided by 1 - rate.

    noise_shape: the shape of the mask, which broadcasts to that of the inputs; None entries take the input's
    size.
    """
    return dropout_with_key(inputs, rate, noise_shape, next_key(seed), 0)


def dropout_with_key(inputs, rate, noise_shape, key, step):
    """As `dropout`, for a key and a step."""
    x = as_float(inputs)
    if not (rate >= 0 and rate < 1):
        raise error("ArgumentError", "dropout: rate must be in [0, 1), got " + str(rate))
    if rate == 0:
        return x
    shape = copy_shape(x.shape)
    if noise_shape is not None:
        if len(noise_shape) != len(shape):
            raise error("ShapeError", "dropout: noise_shape must have " + str(len(shape)) + " entries")
        for i in range(len(shape)):
            if is_symbolic(noise_shape[i]) or noise_shape[i] is not None:
                shape[i] = noise_shape[i]
    kept = greater_equal(unit_uniform(key, step, shape), rate)
    return where(kept, divide(x, 1.0 - rate), 0.0)
