"""RNN: a cell over time."""

from typing import Any

from ...core.dims import dims_equal, format_dim, is_symbolic
from ...core.graph import is_tensor, placeholder, record_trace
from ...core.known import register
from ...core.opset.registry import to_tensor
from ...core.shapes import copy_shape, format_shape
from ...core.structure import flatten, unflatten
from ...core.variables import state_variable
from ...platform.errors import error
from ...platform.numbers import is_list
from ...platform.reflection import class_name_of
from ..layer import Layer
from .loop import Recurrence, as_states
from .stacked import StackedRNNCells, apply_cell, build_inside, field, first_states, hold, release


class Held:
    """The Variables of a stateful layer: no weights of the layer, as in Keras."""

    def __init__(self):
        self.spec: Any = None
        self.variables: list[Any] = []


class RNN(Layer):
    """A cell run over time: [batch, time, ...] → the last output, [batch, ...].

    cell: a layer with call(inputs, states) → [output, next states] and `state_size`, the size of its state or a list of
    sizes (nested, where states are); perhaps output_size and get_initial_state(batch_size). A list of cells is stacked.
    return_sequences: all outputs, [batch, time, ...]. return_state: a list of the output and the last states.
    go_backwards: from the last step to the first, outputs in that order. stateful: a batch begins with the last states
    of the one before; the batch's size must be known. zero_output_for_mask: the output of a masked step is 0, else that
    of the step before; states pass masked steps as they are. unroll: accepted; the loop is one step of the plan anyway.

    Called with initial_state, a list of tensors, it begins with these; constants, a list of tensors, are handed to the
    cell's call as `constants`.
    """

    def __init__(
        self,
        cell,
        return_sequences=False,
        return_state=False,
        go_backwards=False,
        stateful=False,
        unroll=False,
        zero_output_for_mask=False,
        activity_regularizer=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype, activity_regularizer)
        self.cell = StackedRNNCells(cell) if is_list(cell) else cell
        if not hasattr(self.cell, "call"):
            raise error(
                "ArgumentError",
                self.argument("cell") + " must have a method call, got " + class_name_of(self.cell),
            )
        if field(self.cell, "state_size", "stateSize") is None:
            raise error(
                "ArgumentError",
                self.argument("cell") + " must have a state_size, got " + class_name_of(self.cell),
            )
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.supports_masking = True
        self._input_rank = 0
        self._held: Any = None

    def take_from_cell(self, names):
        """Keep the cell's arguments as the layer's own."""
        for argument_name in names:
            setattr(self, argument_name, getattr(self.cell, argument_name))
        return None

    @property
    def state_size(self):
        """The sizes of the states, a list."""
        size = field(self.cell, "state_size", "stateSize")
        return size if is_list(size) else [size]

    @property
    def states(self):
        """The Variables of a stateful layer that was built, structured as the cell's states; else None."""
        return None if self._held is None else unflatten(self._held.spec, self._held.variables)

    def build(self, input_shape):
        shape = input_shape[0] if is_list(input_shape[0]) else input_shape
        if self._input_rank > 0:
            self.require_rank(shape, self._input_rank)
        elif len(shape) < 2:
            raise error(
                "ShapeError", "expected an input with the axes batch and time, got " + format_shape(shape)
            )
        build_inside(self, self.cell, _of_step(shape))
        if self.stateful and self._held is None:
            self._make_states(shape[0])

    def _make_states(self, batch):
        if is_symbolic(batch):
            raise error(
                "ArgumentError",
                self.shown_name() + ": stateful=True needs a batch of known size: give Input a batch_size",
            )
        made: Any = []

        def infer():
            made.append(first_states(self.cell, batch, self.dtype))

        record_trace(infer)
        taken = flatten(made[0], False)
        self._held = Held()
        self._held.spec = taken[1]
        path = self.path + "/rnn_state"
        for i in range(len(taken[0])):
            tensor = taken[0][i]
            zeros = _zeros(tensor.shape)
            variable = state_variable(
                zeros, tensor.dtype, False, path if i == 0 else path + "_" + str(i), None
            )
            self._held.variables.append(variable)
        return None

    def reset_state(self):
        """Set the states of a stateful layer to 0."""
        if self._held is not None:
            for variable in self._held.variables:
                variable.assign(_zeros(variable.shape))
        return None

    def reset_states(self):
        """The same as `reset_state`."""
        return self.reset_state()

    def get_initial_state(self, batch_size):
        """The states that a batch of a size begins with, a list."""
        return as_states(first_states(self.cell, batch_size, self.dtype))

    def call(self, sequences, initial_state=None, mask=None, training=None, constants=None):
        x: Any = sequences
        if is_list(x):
            # Keras 2: the initial states stand behind the input.
            if len(x) > 1:
                initial_state = x[1 : len(x)]
            x = x[0]
        flags: Any = mask
        if is_list(flags):
            flags = flags[0]
        self._require_input(x)
        states = self._begin(x, initial_state)
        shape = _of_step(x.shape)

        def step(inputs, before):
            return apply_cell(self.cell, inputs, before, training, constants)

        def output_like():
            found: Any = []

            def infer():
                output: Any = step(placeholder("stand_in", shape, x.dtype), states)[0]
                found.append([copy_shape(output.shape), output.dtype])

            record_trace(infer)
            return found[0]

        known = hasattr(self.cell, "output_is_state") and self.cell.output_is_state
        loop = Recurrence(step, self.go_backwards, self.return_sequences, self.zero_output_for_mask, known)
        hold(self.cell, shape, states, training)
        try:
            found = loop.run(x, states, flags, output_like)
        finally:
            release(self.cell)
        if self.stateful:
            last = flatten(found[2], False)[0]
            for i in range(len(last)):
                self._held.variables[i].assign(last[i])
        output = found[0] if self.return_sequences else found[1]
        if not self.return_state:
            return output
        result = [output]
        result.extend(found[2])
        return result

    def compute_mask(self, inputs, mask: Any = None):
        """The mask of the outputs of all steps; one output, and states, have none."""
        mask = mask[0] if is_list(mask) else mask
        return mask if self.return_sequences else None

    def _require_input(self, x):
        if self._input_rank > 0:
            self.require_rank(x.shape, self._input_rank)
        return None

    def _begin(self, x, initial_state):
        """The first states, structured as the cell has them."""
        batch = x.shape[0]
        if self._held is not None:
            expected = self._held.variables[0].shape[0]
            if not dims_equal(batch, expected):
                raise error(
                    "ShapeError",
                    "a stateful layer keeps the size of its batches, "
                    + str(expected)
                    + ", but got a batch of "
                    + format_dim(batch),
                )
        if initial_state is not None:
            given = flatten([initial_state] if is_tensor(initial_state) else initial_state, False)[0]
            spec = flatten(self.get_initial_state(batch), False)
            if len(given) != len(spec[0]):
                raise error(
                    "ArgumentError",
                    "initial_state must hold "
                    + str(len(spec[0]))
                    + " tensors, one for each state, got "
                    + str(len(given)),
                )
            return unflatten(spec[1], [to_tensor(state, self.dtype) for state in given])
        if self._held is not None:
            return unflatten(self._held.spec, [variable.value for variable in self._held.variables])
        return self.get_initial_state(batch)


def _of_step(shape):
    """The shape of one step of a sequence's."""
    found = [shape[0]]
    found.extend(shape[2 : len(shape)])
    return found


def _zeros(shape):
    """Nested lists of zeros, or a number for a scalar."""
    if len(shape) == 0:
        return 0.0
    inner = copy_shape(shape[1 : len(shape)])
    return [_zeros(inner) for i in range(shape[0])]


register("RNN", RNN)
