"""Noise in training, and penalties on activations."""

from .. import regularizers
from ..core.known import register_all
from ..core.opset.binary import add, multiply
from ..core.opset.registry import as_float
from ..platform import real
from .layer import Layer
from .random_layer import RandomLayer


class GaussianNoise(RandomLayer):
    """In training, adds normal numbers with mean 0 and the standard deviation stddev, from 0 to 1."""

    def __init__(self, stddev, seed=None, name=None, trainable=True, dtype=None):
        super().__init__(seed, name, trainable, dtype)
        self.stddev = self.share_of(stddev, "stddev", False)

    def call(self, x, training=None):
        if not training or self.stddev == 0:
            return x
        x = as_float(x)
        return add(x, multiply(self.next_stream().normal(x.shape), self.stddev))


class GaussianDropout(RandomLayer):
    """In training, multiplies by normal numbers with mean 1 and standard deviation sqrt(rate / (1 - rate)).

    Source: Srivastava et al. 2014, section 10.
    """

    def __init__(self, rate, seed=None, name=None, trainable=True, dtype=None):
        super().__init__(seed, name, trainable, dtype)
        self.rate = self.share_of(rate, "rate", True)

    def call(self, x, training=None):
        if not training or self.rate == 0:
            return x
        x = as_float(x)
        spread = real.sqrt(self.rate / (1.0 - self.rate))
        return multiply(x, add(multiply(self.next_stream().normal(x.shape), spread), 1.0))


class ActivityRegularization(Layer):
    """x itself; its penalty l1 * sum(|x|) + l2 * sum(x²), a sample, is added to the model's loss."""

    def __init__(self, l1=0.0, l2=0.0, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.activity_regularizer = regularizers.L1L2(l1, l2)
        self.l1 = l1
        self.l2 = l2
        self.supports_masking = True

    def get_config(self):
        config = super().get_config()
        own = {}
        for key in config.keys():
            if key != "activity_regularizer":
                own[key] = config[key]
        return own

    def call(self, x, training=None):
        return x


register_all(
    {
        "GaussianNoise": GaussianNoise,
        "GaussianDropout": GaussianDropout,
        "ActivityRegularization": ActivityRegularization,
    },
    "layer",
)
