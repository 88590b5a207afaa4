"""SimpleRNN."""

from ...activations import activate
from ...core.annotations import Activation, Initial
from ...core.known import register
from ...core.opset.binary import add
from .cell import Product, RecurrentCell, float_input
from .rnn import RNN


class SimpleRNNCell(RecurrentCell):
    """One step of a plain recurrent layer: h = activation(inputs · kernel + h · recurrent_kernel + bias) → [h, [h]].

    Weights: kernel, recurrent_kernel, bias. implementation: accepted as older files carry it.
    """

    def __init__(
        self,
        units,
        activation: Activation = "tanh",
        use_bias=True,
        kernel_initializer: Initial = "glorot_uniform",
        recurrent_initializer: Initial = "orthogonal",
        bias_initializer: Initial = "zeros",
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
        self.implementation = implementation
        self.state_size = self.units
        self.output_size = self.units

    def build(self, input_shape):
        features = self.require_static(input_shape, len(input_shape) - 1)
        self.make_weights(
            [features, self.units], [self.units, self.units], [self.units], self.bias_initializer
        )

    def call(self, inputs, states, training=None):
        x = float_input(inputs)
        self.require_size(x.shape, len(x.shape) - 1, self.kernel.shape[0])
        h = states[0]
        products = self.shared(x, h, training)[2]
        after = activate(self.activation, add(products[0].whole(x), products[1].whole(h)))
        return [after, [after]]

    def products(self, input_masks, state_masks):
        bias = None if self.bias is None else self.bias.value
        return [
            Product(self.kernel.value, bias, input_masks, 1, self.units),
            Product(self.recurrent_kernel.value, None, state_masks, 1, self.units),
        ]

    def _drops_all(self):
        return True


class SimpleRNN(RNN):
    """A plain recurrent layer: [batch, time, features] → [batch, units], or as RNN says. See SimpleRNNCell."""

    def __init__(
        self,
        units,
        activation: Activation = "tanh",
        use_bias=True,
        kernel_initializer: Initial = "glorot_uniform",
        recurrent_initializer: Initial = "orthogonal",
        bias_initializer: Initial = "zeros",
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        seed=None,
        zero_output_for_mask=False,
        implementation=2,
        name=None,
        trainable=True,
        dtype=None,
    ):
        cell = SimpleRNNCell(
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
            implementation,
            "simple_rnn_cell",
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
        self._input_rank = 3


# What the layer keeps of its cell, for its configuration.
ARGUMENTS = ["units", "activation", "use_bias"]
ARGUMENTS.extend(["kernel_initializer", "recurrent_initializer", "bias_initializer"])
ARGUMENTS.extend(["kernel_regularizer", "recurrent_regularizer", "bias_regularizer"])
ARGUMENTS.extend(["kernel_constraint", "recurrent_constraint", "bias_constraint"])
ARGUMENTS.extend(["dropout", "recurrent_dropout", "seed", "implementation"])

register("SimpleRNNCell", SimpleRNNCell)
register("SimpleRNN", SimpleRNN)
