"""Two-dimensional convolution."""

from .. import activations, constraints, initializers, regularizers
from ..core.config import register, register_all
from ..core.opset.binary import add
from ..ops.arguments import data_format_of, pair_of, require_choice, require_whole
from ..ops.convolution import convolve, convolve_depthwise, from_channels_last, to_channels_last
from ..platform.errors import error
from .layer import Layer


class Conv2D(Layer):
    """activation(convolution of images with learned filters + bias).

    filters: channels of the result, divisible by groups. kernel_size, strides, dilation_rate: an integer or
    [height, width]. padding: "valid" or "same". data_format: "channels_last" ([batch, height, width,
    channels]) or "channels_first". Weights: kernel [height, width, channels / groups, filters], bias
    [filters].
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
        groups=1,
        activation=None,
        use_bias=True,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.filters = require_whole(filters, 1, self.argument("filters"))
        self.kernel_size = pair_of(kernel_size, 1, self.argument("kernel_size"))
        self.strides = pair_of(strides, 1, self.argument("strides"))
        self.padding = require_choice(padding, ["valid", "same"], self.argument("padding"))
        self.data_format = data_format_of(data_format, self.argument("data_format"))
        self.dilation_rate = pair_of(dilation_rate, 1, self.argument("dilation_rate"))
        self.groups = require_whole(groups, 1, self.argument("groups"))
        if self.filters % self.groups != 0:
            raise error(
                "ArgumentError",
                self.argument("filters")
                + " ("
                + str(filters)
                + ") must be divisible by groups ("
                + str(groups)
                + ")",
            )
        self.activation = activations.get(activation, self.shown_name())
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer, self.shown_name())
        self.bias_initializer = initializers.get(bias_initializer, self.shown_name())
        self.kernel_regularizer = regularizers.get(kernel_regularizer, self.shown_name())
        self.bias_regularizer = regularizers.get(bias_regularizer, self.shown_name())
        self.activity_regularizer = regularizers.get(activity_regularizer, self.shown_name())
        self.kernel_constraint = constraints.get(kernel_constraint, self.shown_name())
        self.bias_constraint = constraints.get(bias_constraint, self.shown_name())
        self.bias = None

    def channel_axis(self):
        return 3 if self.data_format == "channels_last" else 1

    def build(self, input_shape):
        self.require_rank(input_shape, 4)
        channels = self.require_static(input_shape, self.channel_axis())
        if channels % self.groups != 0:
            raise error(
                "ShapeError",
                "the channels of the input ("
                + str(channels)
                + ") must be divisible by groups, "
                + str(self.groups),
            )
        self.kernel = self.add_weight(
            "kernel",
            [self.kernel_size[0], self.kernel_size[1], channels // self.groups, self.filters],
            self.kernel_initializer,
            True,
            self.dtype,
            self.kernel_regularizer,
            self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.filters],
                self.bias_initializer,
                True,
                self.dtype,
                self.bias_regularizer,
                self.bias_constraint,
            )

    def call(self, x, training):
        self.require_rank(x.shape, 4)
        self.require_size(x.shape, self.channel_axis(), self.kernel.shape[2] * self.groups)
        y = convolve(
            to_channels_last(x, self.data_format),
            self.kernel.value(),
            self.strides,
            self.padding,
            self.dilation_rate,
            self.groups,
        )
        if self.bias is not None:
            y = add(y, self.bias.value())
        return from_channels_last(activations.activate(self.activation, y), self.data_format)


class DepthwiseConv2D(Layer):
    """Each channel convolved with depth_multiplier filters of its own, plus a bias, then an activation.

    Weights: kernel [height, width, channels, depth_multiplier], bias [channels * depth_multiplier]. The
    arguments are those of Conv2D.
    """

    def __init__(
        self,
        kernel_size,
        strides=1,
        padding="valid",
        depth_multiplier=1,
        data_format=None,
        dilation_rate=1,
        activation=None,
        use_bias=True,
        depthwise_initializer="glorot_uniform",
        bias_initializer="zeros",
        depthwise_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        depthwise_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.kernel_size = pair_of(kernel_size, 1, self.argument("kernel_size"))
        self.strides = pair_of(strides, 1, self.argument("strides"))
        self.padding = require_choice(padding, ["valid", "same"], self.argument("padding"))
        self.depth_multiplier = require_whole(depth_multiplier, 1, self.argument("depth_multiplier"))
        self.data_format = data_format_of(data_format, self.argument("data_format"))
        self.dilation_rate = pair_of(dilation_rate, 1, self.argument("dilation_rate"))
        self.activation = activations.get(activation, self.shown_name())
        self.use_bias = use_bias
        self.depthwise_initializer = initializers.get(depthwise_initializer, self.shown_name())
        self.bias_initializer = initializers.get(bias_initializer, self.shown_name())
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer, self.shown_name())
        self.bias_regularizer = regularizers.get(bias_regularizer, self.shown_name())
        self.activity_regularizer = regularizers.get(activity_regularizer, self.shown_name())
        self.depthwise_constraint = constraints.get(depthwise_constraint, self.shown_name())
        self.bias_constraint = constraints.get(bias_constraint, self.shown_name())
        self.bias = None

    def channel_axis(self):
        return 3 if self.data_format == "channels_last" else 1

    def build(self, input_shape):
        self.require_rank(input_shape, 4)
        channels = self.require_static(input_shape, self.channel_axis())
        self.kernel = self.add_weight(
            "kernel",
            [self.kernel_size[0], self.kernel_size[1], channels, self.depth_multiplier],
            self.depthwise_initializer,
            True,
            self.dtype,
            self.depthwise_regularizer,
            self.depthwise_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [channels * self.depth_multiplier],
                self.bias_initializer,
                True,
                self.dtype,
                self.bias_regularizer,
                self.bias_constraint,
            )

    def call(self, x, training):
        self.require_rank(x.shape, 4)
        self.require_size(x.shape, self.channel_axis(), self.kernel.shape[2])
        images = to_channels_last(x, self.data_format)
        y = convolve_depthwise(images, self.kernel.value(), self.strides, self.padding, self.dilation_rate)
        if self.bias is not None:
            y = add(y, self.bias.value())
        return from_channels_last(activations.activate(self.activation, y), self.data_format)


class SeparableConv2D(Layer):
    """A depthwise convolution, then one with 1 × 1 filters, plus a bias, then an activation.

    Weights: depthwise_kernel [height, width, channels, depth_multiplier], pointwise_kernel
    [1, 1, channels * depth_multiplier, filters], bias [filters]. The arguments are those of Conv2D.
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides=1,
        padding="valid",
        data_format=None,
        dilation_rate=1,
        depth_multiplier=1,
        activation=None,
        use_bias=True,
        depthwise_initializer="glorot_uniform",
        pointwise_initializer="glorot_uniform",
        bias_initializer="zeros",
        depthwise_regularizer=None,
        pointwise_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        depthwise_constraint=None,
        pointwise_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.filters = require_whole(filters, 1, self.argument("filters"))
        self.kernel_size = pair_of(kernel_size, 1, self.argument("kernel_size"))
        self.strides = pair_of(strides, 1, self.argument("strides"))
        self.padding = require_choice(padding, ["valid", "same"], self.argument("padding"))
        self.data_format = data_format_of(data_format, self.argument("data_format"))
        self.dilation_rate = pair_of(dilation_rate, 1, self.argument("dilation_rate"))
        self.depth_multiplier = require_whole(depth_multiplier, 1, self.argument("depth_multiplier"))
        self.activation = activations.get(activation, self.shown_name())
        self.use_bias = use_bias
        self.depthwise_initializer = initializers.get(depthwise_initializer, self.shown_name())
        self.pointwise_initializer = initializers.get(pointwise_initializer, self.shown_name())
        self.bias_initializer = initializers.get(bias_initializer, self.shown_name())
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer, self.shown_name())
        self.pointwise_regularizer = regularizers.get(pointwise_regularizer, self.shown_name())
        self.bias_regularizer = regularizers.get(bias_regularizer, self.shown_name())
        self.activity_regularizer = regularizers.get(activity_regularizer, self.shown_name())
        self.depthwise_constraint = constraints.get(depthwise_constraint, self.shown_name())
        self.pointwise_constraint = constraints.get(pointwise_constraint, self.shown_name())
        self.bias_constraint = constraints.get(bias_constraint, self.shown_name())
        self.bias = None

    def channel_axis(self):
        return 3 if self.data_format == "channels_last" else 1

    def build(self, input_shape):
        self.require_rank(input_shape, 4)
        channels = self.require_static(input_shape, self.channel_axis())
        self.depthwise_kernel = self.add_weight(
            "depthwise_kernel",
            [self.kernel_size[0], self.kernel_size[1], channels, self.depth_multiplier],
            self.depthwise_initializer,
            True,
            self.dtype,
            self.depthwise_regularizer,
            self.depthwise_constraint,
        )
        self.pointwise_kernel = self.add_weight(
            "pointwise_kernel",
            [1, 1, channels * self.depth_multiplier, self.filters],
            self.pointwise_initializer,
            True,
            self.dtype,
            self.pointwise_regularizer,
            self.pointwise_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.filters],
                self.bias_initializer,
                True,
                self.dtype,
                self.bias_regularizer,
                self.bias_constraint,
            )

    def call(self, x, training):
        self.require_rank(x.shape, 4)
        self.require_size(x.shape, self.channel_axis(), self.depthwise_kernel.shape[2])
        images = to_channels_last(x, self.data_format)
        kernel = self.depthwise_kernel.value()
        deep = convolve_depthwise(images, kernel, self.strides, self.padding, self.dilation_rate)
        y = convolve(deep, self.pointwise_kernel.value(), [1, 1], "valid", [1, 1], 1)
        if self.bias is not None:
            y = add(y, self.bias.value())
        return from_channels_last(activations.activate(self.activation, y), self.data_format)


register_all(
    {"conv2d": Conv2D, "depthwise_conv2d": DepthwiseConv2D, "separable_conv2d": SeparableConv2D}, "layer"
)
register("Convolution2D", Conv2D)
