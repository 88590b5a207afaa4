"""Normalisation layers."""

from .. import constraints, initializers, regularizers
from ..core.config import register
from ..core.opset.binary import add, multiply, subtract
from ..core.shapes import normalize_axes, normalize_axis
from ..ops.arguments import shown
from ..ops.math import square
from ..ops.normalization import batch_normalization, layer_normalization
from ..ops.reduction import mean
from ..platform.errors import error
from ..platform.numbers import is_list, is_number, is_whole
from .layer import Layer


class BatchNormalization(Layer):
    """Each channel with mean 0 and variance 1, times gamma, plus beta.

    In training the mean and (biased) variance are those of the batch, and moving averages of them are kept,
    which take their place otherwise and when the layer is not trainable. axis: of the channels. Weights:
    gamma, beta, moving_mean, moving_variance. Source: Ioffe, Szegedy 2015, arXiv:1502.03167.
    """

    def __init__(
        self,
        axis=-1,
        momentum=0.99,
        epsilon=0.001,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        moving_mean_initializer="zeros",
        moving_variance_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.axis = _single(axis, self.argument("axis"))
        self.momentum = _number(momentum, self.argument("momentum"))
        self.epsilon = _number(epsilon, self.argument("epsilon"))
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer, self.shown_name())
        self.gamma_initializer = initializers.get(gamma_initializer, self.shown_name())
        self.moving_mean_initializer = initializers.get(moving_mean_initializer, self.shown_name())
        self.moving_variance_initializer = initializers.get(moving_variance_initializer, self.shown_name())
        self.beta_regularizer = regularizers.get(beta_regularizer, self.shown_name())
        self.gamma_regularizer = regularizers.get(gamma_regularizer, self.shown_name())
        self.beta_constraint = constraints.get(beta_constraint, self.shown_name())
        self.gamma_constraint = constraints.get(gamma_constraint, self.shown_name())
        self.gamma = None
        self.beta = None

    def build(self, input_shape):
        axis = normalize_axis(self.axis, len(input_shape), "BatchNormalization")
        shape = [self.require_static(input_shape, axis)]
        if self.scale:
            self.gamma = self.add_weight(
                "gamma",
                shape,
                self.gamma_initializer,
                True,
                self.dtype,
                self.gamma_regularizer,
                self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                "beta",
                shape,
                self.beta_initializer,
                True,
                self.dtype,
                self.beta_regularizer,
                self.beta_constraint,
            )
        self.moving_mean = self.add_weight("moving_mean", shape, self.moving_mean_initializer, False)
        self.moving_variance = self.add_weight(
            "moving_variance", shape, self.moving_variance_initializer, False
        )

    def call(self, x, training):
        rank = len(x.shape)
        axis = normalize_axis(self.axis, rank, "BatchNormalization")
        self.require_size(x.shape, axis, self.moving_mean.shape[0])
        if training and self.trainable:
            others = [i for i in range(rank) if i != axis]
            centre = mean(x, others, True)
            variance = mean(square(subtract(x, centre)), others, False)
            centre = mean(centre, others, False)
            self._follow(self.moving_mean, centre)
            self._follow(self.moving_variance, variance)
        else:
            centre = self.moving_mean.value()
            variance = self.moving_variance.value()
        beta = None if self.beta is None else self.beta.value()
        gamma = None if self.gamma is None else self.gamma.value()
        return batch_normalization(x, centre, variance, axis, beta, gamma, self.epsilon)

    def _follow(self, average, value):
        kept = multiply(average.value(), self.momentum)
        average.assign(add(kept, multiply(value, 1.0 - self.momentum)))


class LayerNormalization(Layer):
    """Each sample with mean 0 and variance 1 over `axis` (or several), times gamma, plus beta.

    Weights: gamma, beta, of the shape of the normalised axes. Source: Ba, Kiros, Hinton 2016,
    arXiv:1607.06450.
    """

    def __init__(
        self,
        axis=-1,
        epsilon=0.001,
        center=True,
        scale=True,
        beta_initializer="zeros",
        gamma_initializer="ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.axis = axis
        self.epsilon = _number(epsilon, self.argument("epsilon"))
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer, self.shown_name())
        self.gamma_initializer = initializers.get(gamma_initializer, self.shown_name())
        self.beta_regularizer = regularizers.get(beta_regularizer, self.shown_name())
        self.gamma_regularizer = regularizers.get(gamma_regularizer, self.shown_name())
        self.beta_constraint = constraints.get(beta_constraint, self.shown_name())
        self.gamma_constraint = constraints.get(gamma_constraint, self.shown_name())
        self.gamma = None
        self.beta = None

    def build(self, input_shape):
        axes = normalize_axes(self.axis, len(input_shape), "LayerNormalization")
        shape = [self.require_static(input_shape, axis) for axis in axes]
        if self.scale:
            self.gamma = self.add_weight(
                "gamma",
                shape,
                self.gamma_initializer,
                True,
                self.dtype,
                self.gamma_regularizer,
                self.gamma_constraint,
            )
        if self.center:
            self.beta = self.add_weight(
                "beta",
                shape,
                self.beta_initializer,
                True,
                self.dtype,
                self.beta_regularizer,
                self.beta_constraint,
            )

    def call(self, x, training):
        beta = None if self.beta is None else self.beta.value()
        gamma = None if self.gamma is None else self.gamma.value()
        return layer_normalization(x, gamma, beta, self.axis, self.epsilon)


def _single(axis, argument):
    """One axis; Keras files may hold it in a list."""
    found = axis[0] if is_list(axis) and len(axis) == 1 else axis
    if not is_whole(found):
        raise error("ArgumentError", argument + " must be an integer, got " + shown(axis))
    return found


def _number(value, argument):
    if not is_number(value) or value < 0:
        raise error("ArgumentError", argument + " must be a number >= 0, got " + shown(value))
    return value


register("BatchNormalization", BatchNormalization)
register("LayerNormalization", LayerNormalization)
