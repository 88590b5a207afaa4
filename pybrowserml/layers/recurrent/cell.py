"""What the cells of the library share: their arguments, states and dropout masks."""

from typing import Any

from ... import activations, constraints, initializers, regularizers
from ...core.context import next_call, training_step
from ...core.host import HostArray
from ...core.opset.binary import add, multiply
from ...core.opset.matmul import matmul
from ...core.opset.movement import slice_strided
from ...core.opset.registry import as_float
from ...core.rng import fold_in, next_key
from ...core.shapes import copy_shape
from ...initializers.base import Made
from ...ops.arguments import require_whole, shown
from ...ops.creation import ones, zeros
from ...ops.joining import split
from ...ops.random import dropout_with_key
from ...platform.buffers import from_numbers
from ...platform.errors import error
from ...platform.numbers import is_number
from ...platform.reflection import class_name_of
from ..layer import Layer

# Keys of the masks of states are folded in from here on, those of inputs from 0.
STATE_MASKS = 16


class RecurrentCell(Layer):
    """A cell: one step of a recurrent layer, `call(inputs, states, training)` → [output, next states].

    state_size: the size of its state, or a list of sizes; output_size: that of its output. The output is the first
    state. What all steps share, such as masks of dropout, a recurrent layer makes with `hold` before its loop.
    """

    def __init__(self, trainable, name, dtype):
        super().__init__(trainable, name, dtype)
        self.state_size: Any = None
        self.output_size: Any = None
        self.output_is_state = True
        self.mask_count = 1
        self._held = None
        self.bias: Any = None

    def keep_arguments(
        self,
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
    ):
        """Check and keep the arguments that all cells have."""
        owner = self.shown_name()
        self.units = require_whole(units, 1, self.argument("units"))
        self.activation = activations.get(activation, owner)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer, owner)
        self.recurrent_initializer = initializers.get(recurrent_initializer, owner)
        self.bias_initializer = initializers.get(bias_initializer, owner)
        self.kernel_regularizer = regularizers.get(kernel_regularizer, owner)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer, owner)
        self.bias_regularizer = regularizers.get(bias_regularizer, owner)
        self.kernel_constraint = constraints.get(kernel_constraint, owner)
        self.recurrent_constraint = constraints.get(recurrent_constraint, owner)
        self.bias_constraint = constraints.get(bias_constraint, owner)
        self.dropout = self._rate(dropout, "dropout")
        self.recurrent_dropout = self._rate(recurrent_dropout, "recurrent_dropout")
        self.seed = seed

    def _rate(self, rate, argument_name):
        if not is_number(rate):
            raise error(
                "ArgumentError", self.argument(argument_name) + " must be a number, got " + shown(rate)
            )
        if rate < 0:
            return 0.0
        return 1.0 if rate > 1 else rate

    def make_weights(self, kernel_shape, recurrent_shape, bias_shape, bias_initializer):
        """The weights kernel, recurrent_kernel and bias, and the key of the masks."""
        self.kernel = self.new_weight(
            "kernel",
            kernel_shape,
            self.kernel_initializer,
            True,
            self.dtype,
            self.kernel_regularizer,
            self.kernel_constraint,
        )
        self.recurrent_kernel = self.new_weight(
            "recurrent_kernel",
            recurrent_shape,
            self.recurrent_initializer,
            True,
            self.dtype,
            self.recurrent_regularizer,
            self.recurrent_constraint,
        )
        if self.use_bias:
            self.bias = self.new_weight(
                "bias",
                bias_shape,
                bias_initializer,
                True,
                self.dtype,
                self.bias_regularizer,
                self.bias_constraint,
            )
        if self.dropout > 0 or self.recurrent_dropout > 0:
            self._random_key = next_key(self.seed)

    def get_initial_state(self, batch_size=None):
        """The first state: zeros."""
        return zero_states(self.state_size, batch_size, self.dtype)

    # What all steps share: [masks of the input, masks of the first state, products]. Masks are None where nothing is
    # dropped, else a list of one mask, or of one a gate.

    def hold(self, input_shape, state_shape, training):
        """Make what all steps share, until `release`: in a loop it is made before it."""
        self._held = self._shared(input_shape, state_shape, training)
        return None

    def release(self):
        """Forget what the steps shared."""
        self._held = None
        return None

    def shared(self, x, h, training):
        """What is held, or new for a single step."""
        return self._shared(x.shape, h.shape, training) if self._held is None else self._held

    def products(self, input_masks, state_masks) -> list[Any]:
        """The weights in the parts in which the cell multiplies by them.

        Parts are cut outside of the loop, so that their gradients are products over all steps.
        """
        raise error(
            "ArgumentError", class_name_of(self) + " needs a method products(input_masks, state_masks)"
        )

    def _shared(self, input_shape, state_shape, training):
        masks = self._masks(input_shape, state_shape, training)
        return [masks[0], masks[1], self.products(masks[0], masks[1])]

    def _masks(self, input_shape, state_shape, training):
        if not training or (self.dropout == 0 and self.recurrent_dropout == 0):
            return [None, None]
        key = fold_in(self._random_key, next_call(self.path))
        return [
            self._masks_of(self.dropout, input_shape, key, 0),
            self._masks_of(self.recurrent_dropout, state_shape, key, STATE_MASKS),
        ]

    def _masks_of(self, rate, shape, key, first):
        if rate == 0 or (rate == 1 and not self._drops_all()):
            return None
        found = []
        for i in range(self.mask_count):
            if rate == 1:
                found.append(zeros(copy_shape(shape), self.dtype))
            else:
                kept = ones(copy_shape(shape), self.dtype)
                found.append(dropout_with_key(kept, rate, None, fold_in(key, first + i), training_step()))
        return found

    def _drops_all(self):
        """Whether a rate of 1 sets everything to 0; Keras's cells with gates drop nothing then."""
        return False


class ForgetBias(Made):
    """The bias of an LSTM: ones for the forget gate, the second of four, and another initializer for the others."""

    def __init__(self, initializer):
        self.initializer = initializer

    def make(self, shape, dtype):
        units = shape[0] // 4
        first = self.initializer.make([units], dtype)
        others = self.initializer.make([2 * units], dtype)
        numbers = []
        for i in range(units):
            numbers.append(first.data[i])
        for i in range(units):
            numbers.append(1.0)
        for i in range(2 * units):
            numbers.append(others.data[i])
        return HostArray(from_numbers(dtype, numbers), shape, dtype)


def zero_states(state_size, batch, dtype):
    """Zeros [batch, size] for each size of nested lists; a list of one for a bare size."""
    if is_number(state_size):
        return [zeros([batch, state_size], dtype)]
    return [_zeros_of(size, batch, dtype) for size in state_size]


def _zeros_of(size, batch, dtype):
    return zeros([batch, size], dtype) if is_number(size) else zero_states(size, batch, dtype)


def float_input(x):
    """A cell's input as floats."""
    return as_float(x)


def times_mask(x, masks, gate):
    """x with the dropout mask of a gate; masks: None, a list of one for all gates, or of one for each."""
    if masks is None:
        return x
    return multiply(x, masks[gate if len(masks) > 1 else 0])


def columns(x, first, count):
    """Columns of a matrix (or entries of a vector), as many as `count` from `first` on."""
    axis = len(x.shape) - 1
    begin = [0 for dim in x.shape]
    begin[axis] = first
    shape = copy_shape(x.shape)
    shape[axis] = count
    return slice_strided(x, begin, shape, [1 for dim in x.shape])


class Product:
    """The product of an operand with a kernel whose columns belong to gates, side by side, plus a bias or None.

    masks: the dropout masks of the operand. With one for each gate there are as many products, else one.
    """

    def __init__(self, kernel, bias, masks, gates, units):
        self.masks = masks
        self.gates = gates
        self.kernels = [kernel]
        self.biases = [bias]
        if masks is not None and len(masks) > 1:
            self.kernels = [columns(kernel, k * units, units) for k in range(gates)]
            self.biases = [None if bias is None else columns(bias, k * units, units) for k in range(gates)]

    def whole(self, x):
        """The result for all gates side by side, or None where each gate has its own product."""
        return self._part(x, 0) if len(self.kernels) == 1 else None

    def _part(self, x, k):
        y = matmul(times_mask(x, self.masks, k), self.kernels[k], False, False)
        return y if self.biases[k] is None else add(y, self.biases[k])

    def parts(self, x):
        """The results, one for each gate."""
        if len(self.kernels) == 1:
            return split(self._part(x, 0), self.gates, -1)
        return [self._part(x, k) for k in range(self.gates)]


def gate_sums(x, of_input, h, of_state):
    """One tensor for each gate: the sums of the products of the input and of the state."""
    left = of_input.whole(x)
    right = of_state.whole(h)
    if left is not None and right is not None:
        return split(add(left, right), of_input.gates, -1)
    lefts = of_input.parts(x)
    rights = of_state.parts(h)
    return [add(lefts[k], rights[k]) for k in range(of_input.gates)]
