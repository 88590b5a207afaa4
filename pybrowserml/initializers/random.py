"""Initializers that draw random numbers, the same in Python and JavaScript."""

from ..core.host import HostArray
from ..core.rng import next_key
from ..core.shapes import element_count, format_shape
from ..ops.arguments import require_choice, shown
from ..ops.streams import SeedGenerator
from ..platform import real
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.linear import orthonormal_columns
from ..platform.numbers import is_whole
from ..platform.random import normal_array, truncated_normal_array, uniform_array
from .base import Made


class _Random(Made):
    """An initializer with a seed: an integer gives the same numbers each time, None draws from the global seed, a
    SeedGenerator counts up.
    """

    def __init__(self, seed):
        if seed is not None and not is_whole(seed) and not isinstance(seed, SeedGenerator):
            raise error(
                "ArgumentError", "seed must be an integer, a SeedGenerator or None, got " + shown(seed)
            )
        self.seed = seed

    def key(self):
        """The random key of the next use."""
        if isinstance(self.seed, SeedGenerator):
            return self.seed.host_key()
        return next_key(self.seed)


class RandomNormal(_Random):
    """Normal numbers. seed None draws from the global seed."""

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def make(self, shape, dtype):
        key = self.key()
        data = normal_array(key[0], key[1], 0, element_count(shape), self.mean, self.stddev)
        return HostArray(data, shape, "float32")


class TruncatedNormal(_Random):
    """Normal numbers within two standard deviations of the mean."""

    def __init__(self, mean=0.0, stddev=0.05, seed=None):
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def make(self, shape, dtype):
        key = self.key()
        data = truncated_normal_array(key[0], key[1], 0, element_count(shape), self.mean, self.stddev)
        return HostArray(data, shape, "float32")


class RandomUniform(_Random):
    """Uniform numbers in [minval, maxval)."""

    def __init__(self, minval=-0.05, maxval=0.05, seed=None):
        super().__init__(seed)
        self.minval = minval
        self.maxval = maxval

    def make(self, shape, dtype):
        key = self.key()
        data = uniform_array(key[0], key[1], 0, element_count(shape), self.minval, self.maxval)
        return HostArray(data, shape, "float32")


def fans(shape, input_axes=None, output_axes=None):
    """[inputs, outputs] of a weight: of a kernel [..., in, out] times the size of its window, or of given axes."""
    if input_axes is not None and output_axes is not None:
        return [
            element_count([shape[axis] for axis in input_axes]),
            element_count([shape[axis] for axis in output_axes]),
        ]
    if len(shape) == 0:
        return [1, 1]
    if len(shape) == 1:
        return [shape[0], shape[0]]
    window = element_count(shape[0 : len(shape) - 2])
    return [shape[len(shape) - 2] * window, shape[len(shape) - 1] * window]


class VarianceScaling(_Random):
    """Random numbers of variance scale / n; n: the inputs ("fan_in"), outputs, or their mean ("fan_avg").

    distribution: "truncated_normal" ("normal"), "untruncated_normal" or "uniform". input_axes, output_axes: which axes
    are inputs and outputs, where the weight is no kernel.
    Sources: Glorot, Bengio 2010; He et al. 2015, arXiv:1502.01852; LeCun et al. 1998.
    """

    def __init__(
        self,
        scale=1.0,
        mode="fan_in",
        distribution="truncated_normal",
        seed=None,
        input_axes=None,
        output_axes=None,
    ):
        super().__init__(seed)
        if scale <= 0:
            raise error("ArgumentError", "VarianceScaling: scale must be positive")
        self.scale = scale
        self.mode = require_choice(mode, ["fan_in", "fan_out", "fan_avg"], "mode")
        shapes = ["truncated_normal", "untruncated_normal", "uniform"]
        wanted = "truncated_normal" if distribution == "normal" else distribution
        self.distribution = require_choice(wanted, shapes, "distribution")
        self.input_axes = input_axes
        self.output_axes = output_axes

    def make(self, shape, dtype):
        both = fans(shape, self.input_axes, self.output_axes)
        size = both[0] if self.mode == "fan_in" else both[1]
        if self.mode == "fan_avg":
            size = (both[0] + both[1]) / 2
        variance = self.scale / (size if size > 1 else 1)
        key = self.key()
        count = element_count(shape)
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

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_avg", "uniform", seed, input_axes, output_axes)


class GlorotNormal(VarianceScaling):
    """Truncated normal of variance 2 / (inputs + outputs)."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, input_axes, output_axes)


class HeUniform(VarianceScaling):
    """Uniform within sqrt(6 / inputs)."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(2.0, "fan_in", "uniform", seed, input_axes, output_axes)


class HeNormal(VarianceScaling):
    """Truncated normal of variance 2 / inputs."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(2.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)


class LecunUniform(VarianceScaling):
    """Uniform within sqrt(3 / inputs)."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_in", "uniform", seed, input_axes, output_axes)


class LecunNormal(VarianceScaling):
    """Truncated normal of variance 1 / inputs."""

    def __init__(self, seed=None, input_axes=None, output_axes=None):
        super().__init__(1.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)


class Orthogonal(_Random):
    """A matrix with orthonormal rows or columns, whichever are fewer, times gain.

    Of more axes all but the last count as rows. It is the Q of a normal matrix's QR decomposition, with signs such that
    it is evenly distributed. Source: Saxe, McClelland, Ganguli 2014, arXiv:1312.6120.
    """

    def __init__(self, gain=1.0, seed=None):
        super().__init__(seed)
        self.gain = gain

    def make(self, shape, dtype):
        if len(shape) < 2:
            raise error("ShapeError", "Orthogonal: needs at least two axes, got " + format_shape(shape))
        columns = shape[len(shape) - 1]
        rows = element_count(shape[0 : len(shape) - 1])
        wide = rows < columns
        tall = columns if wide else rows
        narrow = rows if wide else columns
        key = self.key()
        normal = normal_array(key[0], key[1], 0, tall * narrow, 0.0, 1.0)
        q = orthonormal_columns(normal, tall, narrow)
        numbers = []
        for i in range(rows):
            for j in range(columns):
                numbers.append(self.gain * (q[j * narrow + i] if wide else q[i * narrow + j]))
        return HostArray(from_numbers("float32", numbers), shape, "float32")
