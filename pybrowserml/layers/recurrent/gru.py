"""GRU."""

from typing import Any

from ... import activations
from ...activations import activate
from ...core.annotations import Activation, Initial
from ...core.known import register
from ...core.opset.binary import add, multiply, subtract
from ...core.opset.movement import reshape
from ...ops.joining import split
from .cell import Product, RecurrentCell, columns, float_input, times_mask
from .rnn import RNN


class GRUCell(RecurrentCell):
    """One step of a GRU: [batch, features] with the state [h] → [h, [h]].

    The gates z (update) and r (reset) are recurrent_activation of their columns of inputs · kernel + h ·
    recurrent_kernel + bias; h = z h + (1 - z) activation(candidate). reset_after: the candidate has r · (h ·
    recurrent_kernel + bias), with a bias of its own for each of the two products, bias [2, 3 units]; else (r h) ·
    recurrent_kernel, bias [3 units]. Columns stand in the order z, r, candidate. Weights: kernel, recurrent_kernel,
    bias. Source: Cho et al. 2014, arXiv:1406.1078. implementation: 1 gives every gate a dropout mask of its own, as
    recurrent_dropout does.
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
        kernel_regularizer=None,
        recurrent_regularizer=None,
        bias_regularizer=None,
        kernel_constraint=None,
        recurrent_constraint=None,
        bias_constraint=None,
        dropout=0.0,
        recurrent_dropout=0.0,
        reset_after=True,
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
        self.reset_after = reset_after
        self.implementation = implementation
        self.mask_count = 3 if implementation == 1 or self.recurrent_dropout > 0 else 1
        self.state_size = self.units
        self.output_size = self.units

    def build(self, input_shape):
        features = self.require_static(input_shape, len(input_shape) - 1)
        width = 3 * self.units
        self.make_weights(
            [features, width],
            [self.units, width],
            [2, width] if self.reset_after else [width],
            self.bias_initializer,
        )

    def call(self, inputs, states, training=None):
        x = float_input(inputs)
        self.require_size(x.shape, len(x.shape) - 1, self.kernel.shape[0])
        h = states[0]
        shared: Any = self.shared(x, h, training)
        products = shared[2]
        sums = products[0].parts(x)
        inner = products[1].parts(h)
        z = activate(self.recurrent_activation, add(sums[0], inner[0]))
        r = activate(self.recurrent_activation, add(sums[1], inner[1]))
        if self.reset_after:
            candidate = multiply(r, inner[2])
        else:
            candidate = products[2].whole(multiply(r, times_mask(h, shared[1], 2)))
        fresh = activate(self.activation, add(sums[2], candidate))
        after = add(multiply(z, h), multiply(subtract(1.0, z), fresh))
        return [after, [after]]

    def products(self, input_masks, state_masks):
        units = self.units
        biases = self._biases()
        weights = self.recurrent_kernel.value
        found = [Product(self.kernel.value, biases[0], input_masks, 3, units)]
        if self.reset_after:
            found.append(Product(weights, biases[1], state_masks, 3, units))
        else:
            masks = state_masks
            if state_masks is not None and len(state_masks) > 1:
                masks = state_masks[0:2]
            found.append(Product(columns(weights, 0, 2 * units), None, masks, 2, units))
            found.append(Product(columns(weights, 2 * units, units), None, None, 1, units))
        return found

    def _biases(self):
        """[bias of the input's product, bias of the state's product], None where there is none."""
        if self.bias is None:
            return [None, None]
        value = self.bias.value
        if not self.reset_after:
            return [value, None]
        rows = split(value, 2, 0)
        width = [3 * self.units]
        return [reshape(rows[0], width), reshape(rows[1], width)]


class GRU(RNN):
    """A recurrent layer of GRU cells: [batch, time, features] → [batch, units], or as RNN says. See GRUCell.

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
        reset_after=True,
        use_cudnn: str | bool = "auto",
        zero_output_for_mask=False,
        implementation=2,
        name=None,
        trainable=True,
        dtype=None,
    ):
        cell = GRUCell(
            units,
            activation,
            recurrent_activation,
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
            reset_after,
            seed,
            implementation,
            "gru_cell",
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
ARGUMENTS = ["units", "activation", "recurrent_activation", "use_bias"]
ARGUMENTS.extend(["kernel_initializer", "recurrent_initializer", "bias_initializer"])
ARGUMENTS.extend(["kernel_regularizer", "recurrent_regularizer", "bias_regularizer"])
ARGUMENTS.extend(["kernel_constraint", "recurrent_constraint", "bias_constraint"])
ARGUMENTS.extend(["dropout", "recurrent_dropout", "reset_after", "seed", "implementation"])

register("GRUCell", GRUCell)
register("GRU", GRU)
