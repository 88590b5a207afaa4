"""The cell of convolutional LSTMs."""

from typing import Any

from ... import activations
from ...core.annotations import Activation, Initial, Sizes
from ...core.graph import placeholder, record_trace
from ...core.known import register
from ...core.opset.binary import add, multiply
from ...core.opset.movement import concatenate, reshape
from ...core.opset.registry import as_float
from ...core.shapes import copy_shape
from ...ops.arguments import data_format_of, per_axis, require_choice, require_whole
from ...ops.convolution import conv
from ...ops.creation import zeros
from ...ops.joining import split
from ...platform.errors import error
from .cell import ForgetBias, RecurrentCell
from .lstm import lstm_step


class ConvLSTMCell(RecurrentCell):
    """One step of an LSTM whose products are convolutions: see LSTMCell.

    rank: the number of spatial axes. filters: channels of the output and the states; kernel_size, strides, padding,
    dilation_rate: of the convolution of the inputs; that of the states has the same window, and keeps their size.
    Weights: kernel [window, channels, 4 filters], recurrent_kernel [window, filters, 4 filters], bias [4 filters].
    Source: Shi et al. 2015, arXiv:1506.04214.
    """

    def __init__(
        self,
        rank,
        filters,
        kernel_size,
        strides: Sizes = 1,
        padding="valid",
        data_format=None,
        dilation_rate: Sizes = 1,
        activation: Activation = "tanh",
        recurrent_activation: Activation = "sigmoid",
        use_bias=True,
        kernel_initializer: Initial = "glorot_uniform",
        recurrent_initializer: Initial = "orthogonal",
        bias_initializer: Initial = "zeros",
        unit_forget_bias=True,
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.keep_arguments(
            filters,
            activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
        )
        self.rank = require_whole(rank, 1, self.argument("rank"))
        self.filters = self.units
        self.kernel_size = per_axis(kernel_size, rank, 1, self.argument("kernel_size"))
        self.strides: Any = per_axis(strides, rank, 1, self.argument("strides"))
        self.padding = require_choice(padding, ["valid", "same"], self.argument("padding"))
        self.data_format = data_format_of(data_format, self.argument("data_format"))
        self.dilation_rate: Any = per_axis(dilation_rate, rank, 1, self.argument("dilation_rate"))
        for stride in self.strides:
            for rate in self.dilation_rate:
                if stride > 1 and rate > 1:
                    raise error(
                        "ArgumentError",
                        self.argument("strides") + " and dilation_rate cannot both be above 1",
                    )
        self.recurrent_activation = activations.get(recurrent_activation, self.shown_name())
        self.unit_forget_bias = unit_forget_bias
        self.mask_count = 4
        self.state_size = [self.filters, self.filters]
        self.output_size = self.filters
        self.state_shape = []

    def build(self, input_shape):
        self.require_rank(input_shape, self.rank + 2)
        channel_axis = self._channel_axis()
        for axis in range(1, self.rank + 2):
            self.require_static(input_shape, axis)
        kernel_shape = copy_shape(self.kernel_size)
        kernel_shape.extend([input_shape[channel_axis], 4 * self.filters])
        recurrent_shape = copy_shape(self.kernel_size)
        recurrent_shape.extend([self.filters, 4 * self.filters])
        initializer = ForgetBias(self.bias_initializer) if self.unit_forget_bias else self.bias_initializer
        self.make_weights(kernel_shape, recurrent_shape, [4 * self.filters], initializer)

        def infer():
            kernel = placeholder("kernel", kernel_shape, "float32")
            whole = self._of_inputs(placeholder("x", copy_shape(input_shape), "float32"), kernel)
            self.state_shape = copy_shape(whole.shape)

        record_trace(infer)
        self.state_shape[channel_axis] = self.filters

    def get_initial_state(self, batch_size=None):
        """The first states: zeros."""
        shape = copy_shape(self.state_shape)
        shape[0] = batch_size
        return [zeros(shape, self.dtype), zeros(copy_shape(shape), self.dtype)]

    def call(self, inputs, states, training=None):
        x = as_float(inputs)
        h = states[0]
        shared = self.shared(x, h, training)
        parts = shared[2]
        of_input = self._convolved(x, parts[0], shared[0], self._of_inputs)
        if parts[2] is not None:
            of_input = add(of_input, parts[2])
        total = add(of_input, self._convolved(h, parts[1], shared[1], self._of_states))
        sums = split(total, 4, self._channel_axis())
        return lstm_step(sums, states[1], self.activation, self.recurrent_activation)

    def products(self, input_masks, state_masks):
        kernel = self.kernel.value
        weights = self.recurrent_kernel.value
        return [
            [kernel] if input_masks is None else split(kernel, 4, self.rank + 1),
            [weights] if state_masks is None else split(weights, 4, self.rank + 1),
            None if self.bias is None else self._bias(),
        ]

    def _convolved(self, x, kernels, masks, function):
        """All gates side by side along the axis of the channels."""
        if masks is None:
            return function(x, kernels[0])
        gates = [function(multiply(x, masks[k]), kernels[k]) for k in range(4)]
        return concatenate(gates, self._channel_axis())

    def _channel_axis(self):
        return 1 if self.data_format == "channels_first" else self.rank + 1

    def _of_inputs(self, x, kernel):
        return conv(x, kernel, self.strides, self.padding, self.data_format, self.dilation_rate)

    def _of_states(self, h, kernel):
        return conv(h, kernel, 1, "same", self.data_format, 1)

    def _bias(self):
        value = self.bias.value
        if self.data_format != "channels_first":
            return value
        shape = [4 * self.filters]
        for i in range(self.rank):
            shape.append(1)
        return reshape(value, shape)


register("ConvLSTMCell", ConvLSTMCell)
