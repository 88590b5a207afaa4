"""Convolutional LSTMs over time: sequences of sequences, of images and of volumes."""

from ...core.annotations import Activation, Initial, Sizes
from ...core.known import register
from .conv_cell import ConvLSTMCell
from .rnn import RNN

# What the layer keeps of its cell, for its configuration.
ARGUMENTS = ["filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate"]
ARGUMENTS.extend(["activation", "recurrent_activation", "use_bias", "unit_forget_bias"])
ARGUMENTS.extend(["kernel_initializer", "recurrent_initializer", "bias_initializer"])
ARGUMENTS.extend(["kernel_regularizer", "recurrent_regularizer", "bias_regularizer"])
ARGUMENTS.extend(["kernel_constraint", "recurrent_constraint", "bias_constraint"])
ARGUMENTS.extend(["dropout", "recurrent_dropout", "seed"])


class ConvLSTM1D(RNN):
    """A convolutional LSTM: [batch, time, length, channels] →
    [batch, new length, filters], or as RNN says. For the arguments see ConvLSTMCell.
    """

    def __init__(
        self,
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
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        zero_output_for_mask=False,
        name=None,
        trainable=True,
        dtype=None,
    ):
        cell = ConvLSTMCell(
            1,
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            recurrent_activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            unit_forget_bias,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            "conv_lstm_cell",
            trainable,
            dtype,
        )
        super().__init__(
            cell,
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            unroll,
            zero_output_for_mask,
            activity_regularizer,
            name,
            trainable,
            dtype,
        )
        self.take_from_cell(ARGUMENTS)
        self._input_rank = 4


class ConvLSTM2D(RNN):
    """A convolutional LSTM: [batch, time, height, width, channels] →
    [batch, new height, new width, filters], or as RNN says. For the arguments see ConvLSTMCell.
    """

    def __init__(
        self,
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
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        zero_output_for_mask=False,
        name=None,
        trainable=True,
        dtype=None,
    ):
        cell = ConvLSTMCell(
            2,
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            recurrent_activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            unit_forget_bias,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            "conv_lstm_cell",
            trainable,
            dtype,
        )
        super().__init__(
            cell,
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            unroll,
            zero_output_for_mask,
            activity_regularizer,
            name,
            trainable,
            dtype,
        )
        self.take_from_cell(ARGUMENTS)
        self._input_rank = 5


class ConvLSTM3D(RNN):
    """A convolutional LSTM: [batch, time, depth, height, width, channels] →
    [batch, new depth, new height, new width, filters], or as RNN says. For the arguments see ConvLSTMCell.
    """

    def __init__(
        self,
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
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        zero_output_for_mask=False,
        name=None,
        trainable=True,
        dtype=None,
    ):
        cell = ConvLSTMCell(
            3,
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            recurrent_activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            unit_forget_bias,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            "conv_lstm_cell",
            trainable,
            dtype,
        )
        super().__init__(
            cell,
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            unroll,
            zero_output_for_mask,
            activity_regularizer,
            name,
            trainable,
            dtype,
        )
        self.take_from_cell(ARGUMENTS)
        self._input_rank = 6


register("ConvLSTM1D", ConvLSTM1D)
register("ConvLSTM2D", ConvLSTM2D)
register("ConvLSTM3D", ConvLSTM3D)
