"""Convolutions of each channel by itself: depthwise, and separable, which mix the channels afterwards."""

from .. import constraints, initializers, regularizers
from ..core.annotations import Initial, Sizes
from ..core.known import register, register_all
from ..ops.arguments import require_whole
from ..ops.convolution import convolve, convolve_depthwise
from .convolution import SlidingWindow


class DepthwiseConvolution(SlidingWindow):
    """Base of the depthwise convolutions: each channel has depth_multiplier filters of its own.

    Weights: kernel [window, channels, depth_multiplier], bias [channels * depth_multiplier]. The other arguments are
    those of Convolution.
    """

    def __init__(
        self,
        kernel_size,
        strides: Sizes = 1,
        padding="valid",
        depth_multiplier=1,
        data_format=None,
        dilation_rate: Sizes = 1,
        activation=None,
        use_bias=True,
        depthwise_initializer: Initial = "glorot_uniform",
        bias_initializer: Initial = "zeros",
        depthwise_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        depthwise_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.keep_window(kernel_size, strides, padding, data_format, dilation_rate)
        self.depth_multiplier = require_whole(depth_multiplier, 1, self.argument("depth_multiplier"))
        self.depthwise_initializer = initializers.get(depthwise_initializer, self.shown_name())
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer, self.shown_name())
        self.depthwise_constraint = constraints.get(depthwise_constraint, self.shown_name())
        self.keep_result(
            activation, use_bias, bias_initializer, bias_regularizer, activity_regularizer, bias_constraint
        )

    def build_kernels(self, channels):
        self.kernel = self.new_weight(
            "kernel",
            self.kernel_shape(channels, self.depth_multiplier),
            self.depthwise_initializer,
            True,
            self.dtype,
            self.depthwise_regularizer,
            self.depthwise_constraint,
        )
        return channels * self.depth_multiplier

    def slide(self, x):
        kernel = self.kernel.value
        return convolve_depthwise(x, kernel, self.strides, self.padding, self.dilation_rate)


class DepthwiseConv1D(DepthwiseConvolution):
    """Each channel of a sequence convolved with filters of its own, plus a bias, then an activation.

    For the arguments see DepthwiseConvolution.
    """

    def spatial_rank(self):
        return 1


class DepthwiseConv2D(DepthwiseConvolution):
    """Each channel of an image convolved with filters of its own, plus a bias, then an activation.

    For the arguments see DepthwiseConvolution.
    """

    def spatial_rank(self):
        return 2


class SeparableConvolution(SlidingWindow):
    """Base of the separable convolutions: depthwise, then with windows of size 1 over all channels.

    Weights: depthwise_kernel [window, channels, depth_multiplier], pointwise_kernel [1, ...,
    channels * depth_multiplier, filters], bias [filters]. The other arguments are those of Convolution.
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides: Sizes = 1,
        padding="valid",
        data_format=None,
        dilation_rate: Sizes = 1,
        depth_multiplier=1,
        activation=None,
        use_bias=True,
        depthwise_initializer: Initial = "glorot_uniform",
        pointwise_initializer: Initial = "glorot_uniform",
        bias_initializer: Initial = "zeros",
        depthwise_regularizer=None,
        pointwise_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        depthwise_constraint=None,
        pointwise_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.filters = require_whole(filters, 1, self.argument("filters"))
        self.keep_window(kernel_size, strides, padding, data_format, dilation_rate)
        self.depth_multiplier = require_whole(depth_multiplier, 1, self.argument("depth_multiplier"))
        self.depthwise_initializer = initializers.get(depthwise_initializer, self.shown_name())
        self.pointwise_initializer = initializers.get(pointwise_initializer, self.shown_name())
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer, self.shown_name())
        self.pointwise_regularizer = regularizers.get(pointwise_regularizer, self.shown_name())
        self.depthwise_constraint = constraints.get(depthwise_constraint, self.shown_name())
        self.pointwise_constraint = constraints.get(pointwise_constraint, self.shown_name())
        self.keep_result(
            activation, use_bias, bias_initializer, bias_regularizer, activity_regularizer, bias_constraint
        )

    def build_kernels(self, channels):
        self.depthwise_kernel = self.new_weight(
            "depthwise_kernel",
            self.kernel_shape(channels, self.depth_multiplier),
            self.depthwise_initializer,
            True,
            self.dtype,
            self.depthwise_regularizer,
            self.depthwise_constraint,
        )
        shape = [1 for size in self.kernel_size]
        shape.append(channels * self.depth_multiplier)
        shape.append(self.filters)
        self.pointwise_kernel = self.new_weight(
            "pointwise_kernel",
            shape,
            self.pointwise_initializer,
            True,
            self.dtype,
            self.pointwise_regularizer,
            self.pointwise_constraint,
        )
        return self.filters

    def slide(self, x):
        kernel = self.depthwise_kernel.value
        deep = convolve_depthwise(x, kernel, self.strides, self.padding, self.dilation_rate)
        ones = [1 for size in self.kernel_size]
        return convolve(deep, self.pointwise_kernel.value, ones, "valid", ones, 1)


class SeparableConv1D(SeparableConvolution):
    """A depthwise convolution of sequences, then one of all channels of a step, plus a bias, then an activation.

    For the arguments see SeparableConvolution.
    """

    def spatial_rank(self):
        return 1


class SeparableConv2D(SeparableConvolution):
    """A depthwise convolution of images, then one of all channels of a pixel, plus a bias, then an activation.

    For the arguments see SeparableConvolution.
    """

    def spatial_rank(self):
        return 2


register_all(
    {
        "DepthwiseConv1D": DepthwiseConv1D,
        "DepthwiseConv2D": DepthwiseConv2D,
        "SeparableConv1D": SeparableConv1D,
        "SeparableConv2D": SeparableConv2D,
    },
    "layer",
)
register("SeparableConvolution1D", SeparableConv1D)
register("SeparableConvolution2D", SeparableConv2D)
