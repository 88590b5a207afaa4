"""Normalisations of each sample: over axes, groups of channels, by the root of mean squares, to unit length."""

from ..core.annotations import Axes, Initial
from ..core.known import register_all
from ..core.opset.binary import add, multiply, subtract
from ..core.opset.movement import reshape
from ..core.opset.registry import as_float
from ..core.opset.unary import rsqrt
from ..core.shapes import copy_shape, normalize_axes, normalize_axis
from ..ops.arguments import shown
from ..ops.math import square
from ..ops.normalization import layer_normalization, rms_normalization
from ..ops.reduction import mean, normalize
from ..platform.errors import error
from ..platform.numbers import is_whole
from .affine import AffineLayer, not_negative, single_axis, whole_axes
from .layer import Layer


class LayerNormalization(AffineLayer):
    """Each sample with mean 0 and variance 1 over `axis` (or several), times gamma, plus beta.

    rms_scaling: leave mean and beta alone, and only divide by the standard deviation; deprecated in Keras, where
    RMSNormalization is the one to use. Weights: gamma, beta, of the shape of the normalised axes.
    Source: Ba, Kiros, Hinton 2016, arXiv:1607.06450.
    """

    def __init__(
        self,
        axis: Axes = -1,
        epsilon=0.001,
        center=True,
        scale=True,
        beta_initializer: Initial = "zeros",
        gamma_initializer: Initial = "ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        rms_scaling=False,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.axis = whole_axes(axis, self.argument("axis"))
        self.epsilon = not_negative(epsilon, self.argument("epsilon"))
        self.rms_scaling = rms_scaling
        self.keep_affine(
            center and not rms_scaling,
            scale or rms_scaling,
            beta_initializer,
            gamma_initializer,
            beta_regularizer,
            gamma_regularizer,
            beta_constraint,
            gamma_constraint,
        )
        self.supports_masking = True

    def build(self, input_shape):
        axes = normalize_axes(self.axis, len(input_shape), "LayerNormalization")
        self.build_affine([self.require_static(input_shape, axis) for axis in axes])

    def call(self, x, training=None):
        if self.rms_scaling:
            x = as_float(x)
            axes = normalize_axes(self.axis, len(x.shape), "LayerNormalization")
            spread = rsqrt(add(mean(square(subtract(x, mean(x, axes, True))), axes, True), self.epsilon))
            return multiply(multiply(x, spread), self.gamma_value())
        return layer_normalization(x, self.gamma_value(), self.beta_value(), self.axis, self.epsilon)


class GroupNormalization(AffineLayer):
    """Each group of channels of a sample with mean 0 and variance 1, times gamma, plus beta.

    groups: their number, which divides that of the channels; -1: as many as channels (instance normalisation). axis: of
    the channels. Weights: gamma, beta, one a channel. Source: Wu, He 2018, arXiv:1803.08494.
    """

    def __init__(
        self,
        groups=32,
        axis=-1,
        epsilon=0.001,
        center=True,
        scale=True,
        beta_initializer: Initial = "zeros",
        gamma_initializer: Initial = "ones",
        beta_regularizer=None,
        gamma_regularizer=None,
        beta_constraint=None,
        gamma_constraint=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        if not is_whole(groups) or groups < -1 or groups == 0:
            raise error(
                "ArgumentError",
                self.argument("groups") + " must be an integer >= 1, or -1, got " + shown(groups),
            )
        self.groups = groups
        self.axis = single_axis(axis, self.argument("axis"))
        self.epsilon = not_negative(epsilon, self.argument("epsilon"))
        self.keep_affine(
            center,
            scale,
            beta_initializer,
            gamma_initializer,
            beta_regularizer,
            gamma_regularizer,
            beta_constraint,
            gamma_constraint,
        )
        self.supports_masking = True

    def build(self, input_shape):
        channels = self.require_static(
            input_shape, normalize_axis(self.axis, len(input_shape), "GroupNormalization")
        )
        if channels % self._groups_of(channels) != 0:
            raise error(
                "ShapeError",
                "the channels of the input ("
                + str(channels)
                + ") must be divisible by groups, "
                + str(self.groups),
            )
        self.build_affine([channels])

    def _groups_of(self, channels):
        return channels if self.groups == -1 else self.groups

    def call(self, x, training=None):
        x = as_float(x)
        rank = len(x.shape)
        axis = normalize_axis(self.axis, rank, "GroupNormalization")
        channels = self.require_static(x.shape, axis)
        groups = self._groups_of(channels)
        shape = copy_shape(x.shape[0:axis])
        shape.extend([groups, channels // groups])
        shape.extend(x.shape[axis + 1 : rank])
        parts = reshape(x, shape)
        axes = [i for i in range(1, rank + 1) if i != axis]
        centred = subtract(parts, mean(parts, axes, True))
        spread = add(mean(square(centred), axes, True), self.epsilon)
        return self.affine(reshape(multiply(centred, rsqrt(spread)), x.shape), axis)


class RMSNormalization(Layer):
    """x divided by the root of the mean square over `axis` (or several), times a learned scale.

    Weight: scale, of the shape of the normalised axes. Source: Zhang, Sennrich 2019, arXiv:1910.07467.
    """

    def __init__(self, axis: Axes = -1, epsilon=0.000001, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.axis = whole_axes(axis, self.argument("axis"))
        self.epsilon = not_negative(epsilon, self.argument("epsilon"))

    def build(self, input_shape):
        axes = normalize_axes(self.axis, len(input_shape), "RMSNormalization")
        shape = [self.require_static(input_shape, axis) for axis in axes]
        self.scale = self.new_weight("scale", shape, "ones", True, self.dtype)

    def call(self, x, training=None):
        return rms_normalization(x, self.scale.value, self.axis, self.epsilon)


class UnitNormalization(Layer):
    """Each sample divided by its Euclidean norm over `axis` (or several)."""

    def __init__(self, axis: Axes = -1, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.axis = whole_axes(axis, self.argument("axis"))
        self.supports_masking = True

    def call(self, x, training=None):
        return normalize(x, self.axis, 2, 1e-12)


register_all(
    {
        "LayerNormalization": LayerNormalization,
        "GroupNormalization": GroupNormalization,
        "RMSNormalization": RMSNormalization,
        "UnitNormalization": UnitNormalization,
    },
    "layer",
)
