"""Random tensors: functions of a key and of each element's place, the same on every engine.

`seed` None draws a new key from the global seed, so that every call gives other numbers; an integer gives the
same numbers at every call; a `SeedGenerator` counts its calls, also inside of a compiled function.
"""

from typing import Any

from ..core.context import forget_calls
from ..core.dims import is_symbolic
from ..core.dtypes import check_dtype, is_float, is_integer
from ..core.opset.binary import add, divide, greater_equal, multiply, subtract, where
from ..core.opset.registry import as_float, with_dtype
from ..core.opset.unary import cast
from ..core.rng import set_seed as set_global_seed
from ..core.shapes import copy_shape
from ..platform.errors import error
from ..platform.numbers import is_number, is_whole
from .arguments import shown
from .creation import zeros_like
from .distributions import (
    beta,
    binomial,
    categorical,
    exponential,
    gamma,
    permutation,
    poisson,
    shuffle,
    truncated_normal,
)
from .streams import SeedGenerator, Stream, stream_of

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "exponential",
    "gamma",
    "normal",
    "permutation",
    "poisson",
    "randint",
    "set_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]


def set_seed(seed):
    """Make all that follows (initial weights, dropout, shuffles) depend on this integer only."""
    if not is_whole(seed):
        raise error("ArgumentError", "set_seed: the seed must be an integer")
    forget_calls()
    return set_global_seed(seed)


def uniform(shape, minval: Any = 0.0, maxval: Any = 1.0, dtype=None, seed=None):
    """Uniform numbers in [minval, maxval), float32 unless told, or whole ones of an integer dtype.

    minval, maxval: numbers; for floats also tensors that broadcast.
    """
    kind = "float32" if dtype is None else check_dtype(dtype, "uniform")
    if not is_float(kind):
        return randint(shape, minval, maxval, kind, seed)
    plain = is_number(minval) and is_number(maxval)
    width = maxval - minval if plain else subtract(maxval, minval)
    drawn = add(multiply(stream_of(seed).uniform(shape), width), minval)
    return drawn if dtype is None else with_dtype(drawn, kind)


def normal(shape, mean: Any = 0.0, stddev: Any = 1.0, dtype=None, seed=None):
    """Normals with a mean and a standard deviation (numbers or tensors that broadcast), float32 unless told."""
    drawn = add(multiply(stream_of(seed).normal(shape), stddev), mean)
    return drawn if dtype is None else cast(drawn, dtype)


def randint(shape, minval, maxval, dtype="int32", seed=None):
    """Whole numbers in [minval, maxval) of an integer dtype, each as likely; the range has fewer than 2**32 numbers."""
    dtype = check_dtype("int32" if dtype is None else dtype, "randint")
    if not is_integer(dtype):
        raise error("ArgumentError", "randint: dtype must be an integer dtype, got " + dtype)
    if not is_whole(minval) or not is_whole(maxval) or maxval <= minval or maxval - minval > 4294967295:
        raise error(
            "ArgumentError",
            "randint: minval and maxval must be integers with 1 to 2**32 - 1 numbers between them, got "
            + shown(minval)
            + " and "
            + shown(maxval),
        )
    drawn = stream_of(seed).below(shape, maxval - minval)
    if minval > 2147483647:
        return cast(add(cast(drawn, "uint32"), minval), dtype)
    return cast(add(drawn, minval), dtype)


def dropout(inputs, rate, noise_shape=None, seed=None):
    """inputs with a share `rate` of its elements set to 0 and the others divided by 1 - rate.

    noise_shape: the shape of the mask, which broadcasts to that of the inputs; None entries take the input's
    size.
    """
    stream = stream_of(seed)
    return dropout_with_key(inputs, rate, noise_shape, stream.key, stream.step)


def dropout_with_key(inputs, rate, noise_shape, key, step):
    """As `dropout`, for a key and a step."""
    x = as_float(inputs, "dropout_with_key", "inputs")
    if not (rate >= 0 and rate <= 1):
        raise error("ArgumentError", "dropout: rate must be in [0, 1], got " + shown(rate))
    if rate == 0 or rate == 1:
        return x if rate == 0 else zeros_like(x)
    shape = copy_shape(x.shape)
    if noise_shape is not None:
        missing = len(shape) - len(noise_shape)
        if missing < 0:
            raise error(
                "ShapeError", "dropout: noise_shape must have at most " + str(len(shape)) + " entries"
            )
        for i in range(len(shape)):
            if i < missing:
                shape[i] = 1
            elif is_symbolic(noise_shape[i - missing]) or noise_shape[i - missing] is not None:
                shape[i] = noise_shape[i - missing]
    kept = greater_equal(Stream(key, step).uniform(shape), rate)
    return where(kept, divide(x, 1.0 - rate), 0.0)
