"""Dropout of elements and of whole channels."""

from ..core.known import register_all
from ..core.opset.binary import add, greater_equal, multiply, where
from ..core.opset.registry import as_float
from ..core.shapes import copy_shape
from ..ops.arguments import data_format_of
from ..ops.random import dropout_with_key
from ..platform import real
from ..platform.errors import error
from .random_layer import RandomLayer

# Of the activation selu (Klambauer et al. 2017): -scale * alpha is what it tends to far below 0.
SELU_LOWEST = -1.7580993408473766


class Dropout(RandomLayer):
    """In training, sets a share `rate` of the elements to 0 and divides the others by 1 - rate.

    noise_shape: the shape of the mask, None entries as in the input. seed: an integer; None uses the global
    seed. Source: Srivastava et al. 2014.
    """

    def __init__(self, rate, noise_shape=None, seed=None, name=None, trainable=True, dtype=None):
        super().__init__(seed, name, trainable, dtype)
        self.rate = self.share_of(rate, "rate", False)
        self.noise_shape = self.checked_noise_shape(noise_shape)

    def call(self, x, training=None):
        if not training or self.rate == 0:
            return x
        return self.dropped(x, self.noise_shape)

    def dropped(self, x, noise_shape):
        """x with a mask of a shape."""
        if self.rate == 1:
            return multiply(as_float(x), 0.0)
        stream = self.next_stream()
        return dropout_with_key(x, self.rate, noise_shape, stream.key, stream.step)


class SpatialDropout(Dropout):
    """Base of the dropouts that drop whole channels."""

    def keep_spatial(self, data_format):
        """Check and keep where the channels are."""
        self.data_format = data_format_of(data_format, self.argument("data_format"))

    def spatial_rank(self):
        """The number of spatial axes."""
        return 2

    def call(self, x, training=None):
        rank = self.spatial_rank() + 2
        self.require_rank(x.shape, rank)
        if not training or self.rate == 0:
            return x
        shape = [1 for dim in x.shape]
        shape[0] = x.shape[0]
        channels = rank - 1 if self.data_format == "channels_last" else 1
        shape[channels] = x.shape[channels]
        return self.dropped(x, shape)


class SpatialDropout1D(SpatialDropout):
    """In training, drops whole channels of sequences [batch, steps, channels]. Source: Tompson et al. 2014."""

    def __init__(self, rate, seed=None, name=None, trainable=True, dtype=None):
        super().__init__(rate, None, seed, name, trainable, dtype)
        self.keep_spatial(None)

    def spatial_rank(self):
        return 1


class SpatialDropout2D(SpatialDropout):
    """In training, drops whole channels of images [batch, height, width, channels]. Source: Tompson et al. 2014."""

    def __init__(self, rate, data_format=None, seed=None, name=None, trainable=True, dtype=None):
        super().__init__(rate, None, seed, name, trainable, dtype)
        self.keep_spatial(data_format)

    def spatial_rank(self):
        return 2


class SpatialDropout3D(SpatialDropout):
    """In training, drops whole channels of volumes [batch, depth, height, width, channels]. Source: Tompson et al.
    2014."""

    def __init__(self, rate, data_format=None, seed=None, name=None, trainable=True, dtype=None):
        super().__init__(rate, None, seed, name, trainable, dtype)
        self.keep_spatial(data_format)

    def spatial_rank(self):
        return 3


class AlphaDropout(RandomLayer):
    """Dropout that keeps mean and variance of what selu gives: dropped elements get its lowest value, and an affine map
    follows.

    noise_shape: the shape of the mask, None entries as in the input. Source: Klambauer, Unterthiner, Mayr, Hochreiter
    2017, arXiv:1706.02515.
    """

    def __init__(self, rate, noise_shape=None, seed=None, name=None, trainable=True, dtype=None):
        super().__init__(seed, name, trainable, dtype)
        self.rate = self.share_of(rate, "rate", True)
        self.noise_shape = self.checked_noise_shape(noise_shape)

    def call(self, x, training=None):
        if not training or self.rate == 0:
            return x
        x = as_float(x)
        shape = copy_shape(x.shape)
        if self.noise_shape is not None:
            if len(self.noise_shape) != len(shape):
                raise error("ShapeError", "noise_shape must have " + str(len(shape)) + " entries")
            for i in range(len(shape)):
                if self.noise_shape[i] is not None:
                    shape[i] = self.noise_shape[i]
        kept = greater_equal(self.next_stream().uniform(shape), self.rate)
        spread = (1.0 - self.rate) * (1.0 + self.rate * SELU_LOWEST * SELU_LOWEST)
        scale = 1.0 / real.sqrt(spread)
        shift = -scale * SELU_LOWEST * self.rate
        return add(multiply(where(kept, x, SELU_LOWEST), scale), shift)


register_all(
    {
        "Dropout": Dropout,
        "SpatialDropout1D": SpatialDropout1D,
        "SpatialDropout2D": SpatialDropout2D,
        "SpatialDropout3D": SpatialDropout3D,
        "AlphaDropout": AlphaDropout,
    },
    "layer",
)
