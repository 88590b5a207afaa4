"""LSTM."""

from ... import activations
from ...activations import activate
from ...core.annotations import Activation, Initial
from ...core.known import register
from ...core.opset.binary import add, multiply
from .cell import ForgetBias, Product, RecurrentCell, float_input, gate_sums
from .rnn import RNN


class LSTMCell(RecurrentCell):
    """One step of an LSTM: [batch, features] with the states [h, c] → [h, [h, c]].

    The gates i, f, o are recurrent_activation of their columns of inputs · kernel + h · recurrent_kernel + bias;
    c = f c + i activation(...), h = o activation(c). Columns stand in the order i, f, c, o. unit_forget_bias: the bias
    of f begins at 1. Weights: kernel, recurrent_kernel, bias. Source: Hochreiter, Schmidhuber 1997.
    implementation: 1 gives every gate a dropout mask of its own, as recurrent_dropout does.
    """

    def __init__(
        self,
        units,
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
        implementation=2,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.keep_arguments(
            units,
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
        self.recurrent_activation = activations.get(recurrent_activation, self.shown_name())
        self.unit_forget_bias = unit_forget_bias
        self.implementation = implementation
        self.mask_count = 4 if implementation == 1 or self.recurrent_dropout > 0 else 1
        self.state_size = [self.units, self.units]
        self.output_size = self.units

    def build(self, input_shape):
        features = self.require_static(input_shape, len(input_shape) - 1)
        width = 4 * self.units
        initializer = ForgetBias(self.bias_initializer) if self.unit_forget_bias else self.bias_initializer
        self.make_weights([features, width], [self.units, width], [width], initializer)

    def call(self, inputs, states, training=None):
        x = float_input(inputs)
        self.require_size(x.shape, len(x.shape) - 1, self.kernel.shape[0])
        h = states[0]
        shared = self.shared(x, h, training)
        parts = gate_sums(x, shared[2][0], h, shared[2][1])
        return lstm_step(parts, states[1], self.activation, self.recurrent_activation)

    def products(self, input_masks, state_masks):
        bias = None if self.bias is None else self.bias.value
        return [
            Product(self.kernel.value, bias, input_masks, 4, self.units),
            Product(self.recurrent_kernel.value, None, state_masks, 4, self.units),
        ]


def lstm_step(parts, c, activation, recurrent_activation):
    """[h, [h, c]] of the four gates' sums i, f, c, o and the carry c."""
    i = activate(recurrent_activation, parts[0])
    f = activate(recurrent_activation, parts[1])
    carried = add(multiply(f, c), multiply(i, activate(activation, parts[2])))
    o = activate(recurrent_activation, parts[3])
    h = multiply(o, activate(activation, carried))
    return [h, [h, carried]]


class LSTM(RNN):
    """A recurrent layer of LSTM cells: [batch, time, features] → [batch, units], or as RNN says. See LSTMCell.

    use_cudnn: accepted, and without meaning here.
    """

    def __init__(
        self,
        units,
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
        use_cudnn: str | bool = "auto",
        zero_output_for_mask=False,
        implementation=2,
        name=None,
        trainable=True,
        dtype=None,
    ):
        cell = LSTMCell(
            units,
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
            implementation,
            "lstm_cell",
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
        self.use_cudnn = use_cudnn
        self._input_rank = 3


# What the layer keeps of its cell, for its configuration.
ARGUMENTS = ["units", "activation", "recurrent_activation", "use_bias", "unit_forget_bias"]
ARGUMENTS.extend(["kernel_initializer", "recurrent_initializer", "bias_initializer"])
ARGUMENTS.extend(["kernel_regularizer", "recurrent_regularizer", "bias_regularizer"])
ARGUMENTS.extend(["kernel_constraint", "recurrent_constraint", "bias_constraint"])
ARGUMENTS.extend(["dropout", "recurrent_dropout", "seed", "implementation"])

register("LSTMCell", LSTMCell)
register("LSTM", LSTM)
