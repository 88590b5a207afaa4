"""Activations as layers."""

from .. import activations
from ..core.config import register_all
from ..core.opset.binary import add, greater_equal, minimum, multiply, where
from ..core.opset.registry import as_float
from ..ops.activations import elu, leaky_relu, relu, softmax
from ..ops.arguments import shown
from ..platform.errors import error
from ..platform.numbers import is_number
from .layer import Layer


def _number(value, argument):
    if not is_number(value):
        raise error("ArgumentError", argument + " must be a number, got " + shown(value))
    return value


class Activation(Layer):
    """An activation function as a layer. activation: a name such as "relu", or a function of a tensor."""

    def __init__(self, activation, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.activation = activations.get(activation, self.shown_name())

    def call(self, x, training):
        return activations.activate(self.activation, x)


class ReLU(Layer):
    """x from the threshold on (at most max_value), negative_slope * (x - threshold) below."""

    def __init__(
        self,
        max_value=None,
        negative_slope=0.0,
        threshold=0.0,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.max_value = None if max_value is None else _number(max_value, self.argument("max_value"))
        self.negative_slope = (
            0.0 if negative_slope is None else _number(negative_slope, self.argument("negative_slope"))
        )
        self.threshold = 0.0 if threshold is None else _number(threshold, self.argument("threshold"))

    def call(self, x, training):
        x = as_float(x)
        if self.negative_slope == 0 and self.threshold == 0:
            y = relu(x)
        else:
            below = multiply(add(x, -self.threshold), self.negative_slope)
            y = where(greater_equal(x, self.threshold), x, below)
        return y if self.max_value is None else minimum(y, self.max_value)


class LeakyReLU(Layer):
    """x above 0, negative_slope * x below."""

    def __init__(self, negative_slope=0.3, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.negative_slope = _number(negative_slope, self.argument("negative_slope"))

    def call(self, x, training):
        return leaky_relu(x, self.negative_slope)


class ELU(Layer):
    """x above 0, alpha * (exp(x) - 1) below."""

    def __init__(self, alpha=1.0, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.alpha = _number(alpha, self.argument("alpha"))

    def call(self, x, training):
        return elu(x, self.alpha)


class Softmax(Layer):
    """exp(x) / sum(exp(x)) along an axis, or several."""

    def __init__(self, axis=-1, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.axis = axis

    def call(self, x, training):
        return softmax(x, self.axis)


register_all(
    {"activation": Activation, "relu": ReLU, "leaky_relu": LeakyReLU, "elu": ELU, "softmax": Softmax}, "layer"
)
