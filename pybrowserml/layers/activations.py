"""Activations as layers."""

from .. import activations, constraints, initializers, regularizers
from ..core.annotations import Axes, Initial
from ..core.known import register_all
from ..core.opset.binary import greater, multiply, subtract, where
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import negative
from ..core.shapes import broadcast_shapes, format_shape, normalize_axes, same_shape
from ..ops.activations import elu, leaky_relu, relu, softmax
from ..ops.arguments import require_whole, shown
from ..platform.errors import error
from ..platform.numbers import is_number, is_whole
from .layer import Layer

# What takes the place of masked numbers before a softmax.
MASKED = -1e9


def _number(value, argument):
    if not is_number(value):
        raise error("ArgumentError", argument + " must be a number, got " + shown(value))
    return value


class Elementwise(Layer):
    """Base of the activations, which hand masks on."""

    def __init__(self, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.supports_masking = True


class Activation(Elementwise):
    """An activation function as a layer. activation: a name such as "relu", or a function of a tensor."""

    def __init__(self, activation, name=None, trainable=True, dtype=None):
        super().__init__(name, trainable, dtype)
        self.activation = activations.get(activation, self.shown_name())

    def call(self, x, training=None):
        return activations.activate(self.activation, x)


class ReLU(Elementwise):
    """x above the threshold (at most max_value), negative_slope * (x - threshold) below it.

    max_value: a number >= 0, or None. negative_slope, threshold: numbers >= 0.
    """

    def __init__(
        self,
        max_value=None,
        negative_slope=0.0,
        threshold=0.0,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(name, trainable, dtype)
        self.max_value = None if max_value is None else self.not_negative(max_value, "max_value")
        self.negative_slope = self.not_negative(negative_slope, "negative_slope")
        self.threshold = self.not_negative(threshold, "threshold")

    def not_negative(self, value, argument):
        if not is_number(value) or value < 0:
            raise error(
                "ArgumentError", self.argument(argument) + " must be a number >= 0, got " + shown(value)
            )
        return value

    def call(self, x, training=None):
        return activations.relu(x, self.negative_slope, self.max_value, self.threshold)


class PReLU(Elementwise):
    """x above 0, alpha * x below; alpha is learned.

    shared_axes: axes (counted from the batch, which is 0) along which there is one alpha only. Weight: alpha, of the
    shape of one sample, with 1 for the shared axes. Source: He, Zhang, Ren, Sun 2015, arXiv:1502.01852.
    """

    def __init__(
        self,
        alpha_initializer: Initial = "zeros",
        alpha_regularizer=None,
        alpha_constraint=None,
        shared_axes=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(name, trainable, dtype)
        self.alpha_initializer = initializers.get(alpha_initializer, self.shown_name())
        self.alpha_regularizer = regularizers.get(alpha_regularizer, self.shown_name())
        self.alpha_constraint = constraints.get(alpha_constraint, self.shown_name())
        axes = [shared_axes] if is_whole(shared_axes) else shared_axes
        if axes is not None:
            for axis in axes:
                require_whole(axis, 1, self.argument("shared_axes"))
        self.shared_axes = None if axes is None else [axis for axis in axes]

    def build(self, input_shape):
        shape = []
        for axis in range(1, len(input_shape)):
            is_shared = self.shared_axes is not None and axis in self.shared_axes
            shape.append(1 if is_shared else self.require_static(input_shape, axis))
        self.alpha = self.new_weight(
            "alpha",
            shape,
            self.alpha_initializer,
            True,
            self.dtype,
            self.alpha_regularizer,
            self.alpha_constraint,
        )

    def call(self, x, training=None):
        x = as_float(x)
        return subtract(relu(x), multiply(self.alpha.value, relu(negative(x))))


class ThresholdedReLU(Elementwise):
    """x above theta, 0 elsewhere. A layer of TensorFlow.js."""

    def __init__(self, theta=1.0, name=None, trainable=True, dtype=None):
        super().__init__(name, trainable, dtype)
        self.theta = _number(theta, self.argument("theta"))

    def call(self, x, training=None):
        x = as_float(x)
        return where(greater(x, self.theta), x, 0.0)


class LeakyReLU(Elementwise):
    """x above 0, negative_slope * x below."""

    def __init__(self, negative_slope=0.3, name=None, trainable=True, dtype=None):
        super().__init__(name, trainable, dtype)
        self.negative_slope = _number(negative_slope, self.argument("negative_slope"))

    def call(self, x, training=None):
        return leaky_relu(x, self.negative_slope)


class ELU(Elementwise):
    """x above 0, alpha * (exp(x) - 1) below."""

    def __init__(self, alpha=1.0, name=None, trainable=True, dtype=None):
        super().__init__(name, trainable, dtype)
        self.alpha = _number(alpha, self.argument("alpha"))

    def call(self, x, training=None):
        return elu(x, self.alpha)


class Softmax(Elementwise):
    """exp(x) / sum(exp(x)) along an axis, or several.

    mask: a tensor that broadcasts to x; where it is false the result is 0, and the others sum up to 1.
    """

    def __init__(self, axis: Axes = -1, name=None, trainable=True, dtype=None):
        super().__init__(name, trainable, dtype)
        self.axis = axis

    def call(self, x, mask=None, training=None):
        x = as_float(x)
        normalize_axes(self.axis, len(x.shape), "Softmax")
        if mask is None:
            return softmax(x, self.axis)
        flags = to_tensor(mask)
        if not same_shape(broadcast_shapes(flags.shape, x.shape, "mask"), x.shape):
            raise error(
                "ShapeError",
                "mask must broadcast to the input, got "
                + format_shape(flags.shape)
                + " and "
                + format_shape(x.shape),
            )
        if flags.dtype != "bool":
            flags = greater(flags, 0.5)
        return where(flags, softmax(where(flags, x, MASKED), self.axis), 0.0)


register_all(
    {
        "activation": Activation,
        "relu": ReLU,
        "leaky_relu": LeakyReLU,
        "elu": ELU,
        "softmax": Softmax,
        "prelu": PReLU,
        "thresholded_relu": ThresholdedReLU,
    },
    "layer",
)
