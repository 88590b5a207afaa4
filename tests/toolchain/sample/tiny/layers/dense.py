"""A scaling layer."""

from .base import Layer


class Dense(Layer):
    """Multiplies by `units`.

    units: the factor; activation: "relu" or None.
    """

    def __init__(self, units, activation=None, use_bias=True, name=None):
        super().__init__(name)
        self.units = units
        self.activation = activation
        self.use_bias = use_bias

    def call(self, x, training):
        result = []
        for value in x:
            scaled = value * self.units
            if self.activation == "relu" and scaled < 0:
                scaled = 0
            result.append(scaled)
        return result

    def __add__(self, other):
        raise TypeError("only for CPython")


class MaxPooling2D(Layer):
    """Keeps the largest."""

    def __init__(self, pool_size=2):
        super().__init__()
        self.pool_size = pool_size

    def call(self, x, training):
        return [max(x)]
