"""Transposed convolutions: images grow where a convolution would shrink them."""

from .. import constraints, initializers, regularizers
from ..core.annotations import Initial, Sizes
from ..core.known import register, register_all
from ..ops.arguments import require_whole
from ..ops.convolution import conv_transpose
from .convolution import SlidingWindow


class ConvolutionTranspose(SlidingWindow):
    """Base of the transposed convolutions of sequences and images.

    filters: channels of the result. kernel_size, strides, dilation_rate: an integer, or a list with one per spatial
    axis. padding: "valid" or "same". output_padding: what the result is longer at its end, None for the usual size (see
    ops.conv_transpose). Weights: kernel [window, filters, channels], bias [filters].
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides: Sizes = 1,
        padding="valid",
        output_padding=None,
        data_format=None,
        dilation_rate: Sizes = 1,
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
        self.output_padding = (
            None if output_padding is None else self.sizes_of(output_padding, 0, "output_padding")
        )
        self.kernel_initializer = initializers.get(kernel_initializer, self.shown_name())
        self.kernel_regularizer = regularizers.get(kernel_regularizer, self.shown_name())
        self.kernel_constraint = constraints.get(kernel_constraint, self.shown_name())
        self.keep_result(
            activation, use_bias, bias_initializer, bias_regularizer, activity_regularizer, bias_constraint
        )

    def slides_causally(self):
        return False

    def build_kernels(self, channels):
        self.kernel = self.new_weight(
            "kernel",
            self.kernel_shape(self.filters, channels),
            self.kernel_initializer,
            True,
            self.dtype,
            self.kernel_regularizer,
            self.kernel_constraint,
        )
        return self.filters

    def slide(self, x):
        return conv_transpose(
            x,
            self.kernel.value,
            self.strides,
            self.padding,
            self.output_padding,
            "channels_last",
            self.dilation_rate,
        )


class Conv1DTranspose(ConvolutionTranspose):
    """The transposed convolution of sequences [batch, steps, channels], plus a bias, then an activation.

    For the arguments see ConvolutionTranspose.
    """

    def spatial_rank(self):
        return 1


class Conv2DTranspose(ConvolutionTranspose):
    """The transposed convolution of images [batch, height, width, channels], plus a bias, then an activation.

    For the arguments see ConvolutionTranspose.
    """

    def spatial_rank(self):
        return 2


class Conv3DTranspose(ConvolutionTranspose):
    """The transposed convolution of volumes [batch, depth, height, width, channels], plus a bias, then an activation.

    For the arguments see ConvolutionTranspose; data_format stands before output_padding here, as in Keras.
    """

    def __init__(
        self,
        filters,
        kernel_size,
        strides: Sizes = 1,
        padding="valid",
        data_format=None,
        output_padding=None,
        dilation_rate: Sizes = 1,
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
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            output_padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            name,
            trainable,
            dtype,
        )

    def spatial_rank(self):
        return 3


register_all(
    {
        "Conv1DTranspose": Conv1DTranspose,
        "Conv2DTranspose": Conv2DTranspose,
        "Conv3DTranspose": Conv3DTranspose,
    },
    "layer",
)
register("Convolution1DTranspose", Conv1DTranspose)
register("Convolution2DTranspose", Conv2DTranspose)
register("Convolution3DTranspose", Conv3DTranspose)
