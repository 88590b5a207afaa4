"""What all convolution layers share, and those with one kernel over all channels."""

from typing import Any

from .. import activations, constraints, initializers, regularizers
from ..core.annotations import Initial, Sizes
from ..core.known import register, register_all
from ..core.opset.binary import add
from ..ops.arguments import data_format_of, require_choice, require_whole
from ..ops.convolution import convolve, from_channels_last, to_channels_last
from ..platform.errors import error
from .spatial import SpatialLayer


class SlidingWindow(SpatialLayer):
    """Base of the layers that slide a window with weights over one, two or three spatial axes, add a bias and
    apply an activation.

    A subclass says its `spatial_rank`, makes its kernels in `build_kernels(channels)`, and moves the window over
    channels-last data in `slide(x)`.
    """

    def keep_window(self, kernel_size, strides, padding, data_format, dilation_rate):
        """Check and keep how the window moves."""
        choices = ["valid", "same"]
        if self.spatial_rank() == 1 and self.slides_causally():
            choices.append("causal")
        self.kernel_size = self.sizes_of(kernel_size, 1, "kernel_size")
        self.strides = self.sizes_of(strides, 1, "strides")
        self.padding = require_choice(padding, choices, self.argument("padding"))
        self.data_format = data_format_of(data_format, self.argument("data_format"))
        self.dilation_rate = self.sizes_of(dilation_rate, 1, "dilation_rate")

    def slides_causally(self):
        """Whether sequences may be padded before their first step only."""
        return True

    def keep_result(
        self,
        activation,
        use_bias,
        bias_initializer,
        bias_regularizer,
        activity_regularizer,
        bias_constraint,
    ):
        """Check and keep what happens to the sums of the window."""
        self.activation = activations.get(activation, self.shown_name())
        self.use_bias = use_bias
        self.bias_initializer = initializers.get(bias_initializer, self.shown_name())
        self.bias_regularizer = regularizers.get(bias_regularizer, self.shown_name())
        self.activity_regularizer = regularizers.get(activity_regularizer, self.shown_name())
        self.bias_constraint = constraints.get(bias_constraint, self.shown_name())
        self.bias: Any = None

    def channel_axis(self):
        return self.spatial_rank() + 1 if self.data_format == "channels_last" else 1

    def build(self, input_shape):
        self.require_rank(input_shape, self.spatial_rank() + 2)
        self.channels = self.require_static(input_shape, self.channel_axis())
        results = self.build_kernels(self.channels)
        if self.use_bias:
            self.bias = self.new_weight(
                "bias",
                [results],
                self.bias_initializer,
                True,
                self.dtype,
                self.bias_regularizer,
                self.bias_constraint,
            )

    def build_kernels(self, channels):
        """Make the kernels for inputs of so many channels; returns the number of the result's."""
        raise error("ArgumentError", "a convolution needs a method build_kernels(channels)")

    def kernel_shape(self, inner, outer):
        """The window's sizes, then two more."""
        shape = [size for size in self.kernel_size]
        shape.append(inner)
        shape.append(outer)
        return shape

    def slide(self, x):
        """The sums of the windows on channels-last data."""
        raise error("ArgumentError", "a convolution needs a method slide(x)")

    def call(self, x, training=None):
        self.require_spatial(x)
        self.require_size(x.shape, self.channel_axis(), self.channels)
        y = self.slide(to_channels_last(x, self.data_format))
        if self.bias is not None:
            y = add(y, self.bias.value)
        # The activation comes last: softmax and its like work on the last axis of what the user sees.
        return activations.activate(self.activation, from_channels_last(y, self.data_format))


class Convolution(SlidingWindow):
    """Base of the plain convolutions.

    filters: channels of the result, divisible by groups. kernel_size, strides, dilation_rate: an integer, or a list
    with one per spatial axis. padding: "valid", "same", for sequences also "causal". data_format: "channels_last" (the
    default) or "channels_first". Weights: kernel [window, channels / groups, filters], bias [filters].
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides: Sizes = 1,
        padding="valid",
        data_format=None,
        dilation_rate: Sizes = 1,
        groups=1,
        activation=None,
        use_bias=True,
        kernel_initializer: Initial = "glorot_uniform",
        bias_initializer: Initial = "zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.filters = require_whole(filters, 1, self.argument("filters"))
        self.keep_window(kernel_size, strides, padding, data_format, dilation_rate)
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
        self.kernel_initializer = initializers.get(kernel_initializer, self.shown_name())
        self.kernel_regularizer = regularizers.get(kernel_regularizer, self.shown_name())
        self.kernel_constraint = constraints.get(kernel_constraint, self.shown_name())
        self.keep_result(
            activation, use_bias, bias_initializer, bias_regularizer, activity_regularizer, bias_constraint
        )

    def build_kernels(self, channels):
        if channels % self.groups != 0:
            raise error(
                "ShapeError",
                "the channels of the input ("
                + str(channels)
                + ") must be divisible by groups, "
                + str(self.groups),
            )
        self.kernel = self.new_weight(
            "kernel",
            self.kernel_shape(channels // self.groups, self.filters),
            self.kernel_initializer,
            True,
            self.dtype,
            self.kernel_regularizer,
            self.kernel_constraint,
        )
        return self.filters

    def slide(self, x):
        kernel = self.kernel.value
        return convolve(x, kernel, self.strides, self.padding, self.dilation_rate, self.groups)


class Conv1D(Convolution):
    """activation(convolution of sequences with learned filters + bias): [batch, steps, channels] → [batch, steps',
    filters].

    For the arguments see Convolution; padding "causal" lets no step see later ones.
    """

    def spatial_rank(self):
        return 1


class Conv2D(Convolution):
    """activation(convolution of images with learned filters + bias): [batch, height, width, channels] → [batch,
    height', width', filters].

    For the arguments see Convolution.
    """

    def spatial_rank(self):
        return 2


class Conv3D(Convolution):
    """activation(convolution of volumes with learned filters + bias): [batch, depth, height, width, channels] →
    [batch, depth', height', width', filters].

    For the arguments see Convolution.
    """

    def spatial_rank(self):
        return 3


register_all(
    {
        "Conv1D": Conv1D,
        "Conv2D": Conv2D,
        "Conv3D": Conv3D,
    },
    "layer",
)
register("Convolution1D", Conv1D)
register("Convolution2D", Conv2D)
register("Convolution3D", Conv3D)
