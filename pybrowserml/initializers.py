"""Initializers: the first values of weights, made on the host."""

from .core.config import Configurable, register_all, resolve
from .core.graph import constant
from .core.host import HostArray
from .core.rng import next_key
from .core.shapes import copy_shape, format_shape
from .ops.arguments import require_choice
from .platform import real
from .platform.buffers import from_numbers, zeros
from .platform.errors import error
from .platform.random import normal_array, truncated_normal_array, uniform_array

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "get",
]


def _count(shape):
    count = 1
    for dim in shape:
        count = count * dim
    return count


class Initializer(Configurable):
    """Base class: `make(shape, dtype)` → HostArray. shape: a list of integers."""

    def make(self, shape, dtype):
        raise error("ArgumentError", "an initializer needs a method make(shape, dtype)")

    def __call__(self, shape, dtype="float32"):
        return constant(self.make(copy_shape(shape), dtype))


class Constant(Initializer):
    """Every element has one value."""

    def __init__(self, value=0.0):
        self.value = value

    def make(self, shape, dtype):
        numbers = [self.value for i in range(_count(shape))]
        return HostArray(from_numbers(dtype, numbers), shape, dtype)


class Zeros(Initializer):
    """Every element is 0."""

    def make(self, shape, dtype):
        return HostArray(zeros(dtype, _count(shape)), shape, dtype)


class Ones(Initializer):
    """Every element is 1."""

    def make(self, shape, dtype):
        return HostArray(from_numbers(dtype, [1 for i in range(_count(shape))]), shape, dtype)


class Identity(Initializer):
    """A square matrix with `gain` on its diagonal."""

    def __init__(self, gain=1.0):
        self.gain = gain

    def make(self, shape, dtype):
        if len(shape) != 2:
            raise error("ShapeError", "Identity: needs a matrix, got " + format_shape(shape))
        data = zeros(dtype, _count(shape))
        for i in range(shape[0] if shape[0] < shape[1] else shape[1]):
            data[i * shape[1] + i] = self.gain
        return HostArray(data, shape, dtype)


class RandomNormal(Initializer):
    """Normal numbers. seed None draws from the global seed."""

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        self.mean = mean
        self.stddev = stddev
        self.seed = seed

    def make(self, shape, dtype):
        key = next_key(self.seed)
        data = normal_array(key[0], key[1], 0, _count(shape), self.mean, self.stddev)
        return HostArray(data, shape, "float32")


class TruncatedNormal(Initializer):
    """Normal numbers within two standard deviations of the mean."""

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        self.mean = mean
        self.stddev = stddev
        self.seed = seed

    def make(self, shape, dtype):
        key = next_key(self.seed)
        data = truncated_normal_array(key[0], key[1], 0, _count(shape), self.mean, self.stddev)
        return HostArray(data, shape, "float32")


class RandomUniform(Initializer):
    """Uniform numbers in [minval, maxval)."""

    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        self.minval = minval
        self.maxval = maxval
        self.seed = seed

    def make(self, shape, dtype):
        key = next_key(self.seed)
        data = uniform_array(key[0], key[1], 0, _count(shape), self.minval, self.maxval)
        return HostArray(data, shape, "float32")


def fans(shape):
    """[inputs, outputs] of a weight: of a kernel [..., in, out] times the size of its window."""
    if len(shape) == 0:
        return [1, 1]
    if len(shape) == 1:
        return [shape[0], shape[0]]
    window = _count(shape[0 : len(shape) - 2])
    return [shape[len(shape) - 2] * window, shape[len(shape) - 1] * window]


class VarianceScaling(Initializer):
    """Random numbers of variance scale / n; n: the inputs ("fan_in"), outputs, or their mean ("fan_avg").

    distribution: "truncated_normal", "untruncated_normal" or "uniform".
    Sources: Glorot, Bengio 2010; He et al. 2015, arXiv:1502.01852; LeCun et al. 1998.
    """

    def __init__(self, scale=1.0, mode="fan_in", distribution="truncated_normal", seed=None):
        if scale <= 0:
            raise error("ArgumentError", "VarianceScaling: scale must be positive")
        self.scale = scale
        self.mode = require_choice(mode, ["fan_in", "fan_out", "fan_avg"], "mode")
        shapes = ["truncated_normal", "untruncated_normal", "uniform"]
        self.distribution = require_choice(distribution, shapes, "distribution")
        self.seed = seed

    def make(self, shape, dtype):
        both = fans(shape)
        size = both[0] if self.mode == "fan_in" else both[1]
        if self.mode == "fan_avg":
            size = (both[0] + both[1]) / 2
        variance = self.scale / (size if size > 1 else 1)
        key = next_key(self.seed)
        count = _count(shape)
        if self.distribution == "uniform":
            limit = real.sqrt(3.0 * variance)
            data = uniform_array(key[0], key[1], 0, count, -limit, limit)
        elif self.distribution == "untruncated_normal":
            data = normal_array(key[0], key[1], 0, count, 0.0, real.sqrt(variance))
        else:
            # A normal cut at two standard deviations has this much less spread.
            stddev = real.sqrt(variance) / 0.87962566103423978
            data = truncated_normal_array(key[0], key[1], 0, count, 0.0, stddev)
        return HostArray(data, shape, "float32")


class GlorotUniform(VarianceScaling):
    """Uniform within sqrt(6 / (inputs + outputs))."""

    def __init__(self, seed=None):
        super().__init__(1.0, "fan_avg", "uniform", seed)


class GlorotNormal(VarianceScaling):
    """Truncated normal of variance 2 / (inputs + outputs)."""

    def __init__(self, seed=None):
        super().__init__(1.0, "fan_avg", "truncated_normal", seed)


class HeUniform(VarianceScaling):
    """Uniform within sqrt(6 / inputs)."""

    def __init__(self, seed=None):
        super().__init__(2.0, "fan_in", "uniform", seed)


class HeNormal(VarianceScaling):
    """Truncated normal of variance 2 / inputs."""

    def __init__(self, seed=None):
        super().__init__(2.0, "fan_in", "truncated_normal", seed)


class LecunUniform(VarianceScaling):
    """Uniform within sqrt(3 / inputs)."""

    def __init__(self, seed=None):
        super().__init__(1.0, "fan_in", "uniform", seed)


class LecunNormal(VarianceScaling):
    """Truncated normal of variance 1 / inputs."""

    def __init__(self, seed=None):
        super().__init__(1.0, "fan_in", "truncated_normal", seed)


NAMES = {
    "zeros": Zeros,
    "ones": Ones,
    "constant": Constant,
    "identity": Identity,
    "normal": RandomNormal,
    "uniform": RandomUniform,
    "random_normal": RandomNormal,
    "random_uniform": RandomUniform,
    "truncated_normal": TruncatedNormal,
    "variance_scaling": VarianceScaling,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "lecun_uniform": LecunUniform,
    "lecun_normal": LecunNormal,
}
register_all(NAMES, "initializer")


def get(identifier, owner=None):
    """An initializer of a name ("glorot_uniform"), a configuration or an initializer.

    owner: who asks, for messages.
    """
    return resolve(identifier, "initializer", NAMES, Initializer, owner)
