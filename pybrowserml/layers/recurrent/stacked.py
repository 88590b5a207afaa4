"""StackedRNNCells, and how any cell is built and called."""

from typing import Any

from ...core.graph import is_tensor
from ...core.known import register
from ...core.shapes import copy_shape
from ...platform.errors import error
from ...platform.numbers import is_list
from ...platform.reflection import class_name_of, method_arguments
from ..layer import Layer
from .cell import RecurrentCell, zero_states
from .loop import as_states

NOT_STATES = ["training", "mask", "constants"]


def field(cell, field_name, camel_name):
    """An attribute of a cell, which a class written in JavaScript may spell in camelCase; None where there is none."""
    if hasattr(cell, field_name):
        return getattr(cell, field_name)
    return getattr(cell, camel_name) if hasattr(cell, camel_name) else None


def build_inside(owner, layer, shape):
    """Build a layer that is part of another one, before it is applied."""
    if isinstance(layer, Layer) and not layer._was_built:
        layer.path = owner.path + "/" + layer.name
        layer.build(shape)
        layer.built = True
    return None


def output_size_of(cell):
    """The size of a cell's output: its first state's, where it does not say."""
    size: Any = field(cell, "output_size", "outputSize")
    if size is not None:
        return size
    size = field(cell, "state_size", "stateSize")
    return size[0] if is_list(size) else size


def first_states(cell, batch, dtype):
    """The states that a cell begins with: what its get_initial_state says, else zeros."""
    if hasattr(cell, "get_initial_state"):
        return cell.get_initial_state(batch)
    if hasattr(cell, "getInitialState"):
        return cell.getInitialState(batch)
    return zero_states(field(cell, "state_size", "stateSize"), batch, dtype)


def apply_cell(cell, inputs, states, training, constants):
    """[output, next states] of a step."""
    if not isinstance(cell, Layer):
        return cell.call(inputs, states)
    given = {_states_argument(cell): states}
    if constants is not None:
        given["constants"] = constants
    return cell.apply_to(inputs, training, given)


def _states_argument(cell):
    """The name under which a cell's call takes the states: its second argument."""
    names = method_arguments(cell, "call")
    for i in range(1, len(names)):
        if names[i] not in NOT_STATES and names[i] != "**":
            return names[i]
    return "states"


def hold(cell, input_shape, states, training):
    """Make what all steps of a cell, or of the cells stacked in one, share."""
    if isinstance(cell, RecurrentCell):
        state = states[0] if is_list(states) else states
        cell.hold(input_shape, state.shape, training)
    if isinstance(cell, StackedRNNCells):
        shape = copy_shape(input_shape)
        for i in range(len(cell.cells)):
            hold(cell.cells[i], shape, states[i], training)
            shape = [input_shape[0], output_size_of(cell.cells[i])]
    return None


def release(cell):
    """Forget what `hold` made."""
    if isinstance(cell, RecurrentCell):
        cell.release()
    if isinstance(cell, StackedRNNCells):
        for part in cell.cells:
            release(part)
    return None


class StackedRNNCells(Layer):
    """Cells in a stack as one cell: each gets the output of the one before. Its states are the list of theirs."""

    def __init__(self, cells, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        if not is_list(cells) or len(cells) == 0:
            raise error("ArgumentError", self.argument("cells") + " must be a list of cells")
        for cell in cells:
            if not hasattr(cell, "call") or field(cell, "state_size", "stateSize") is None:
                raise error(
                    "ArgumentError",
                    self.argument("cells")
                    + " must have a method call and a state_size, got "
                    + class_name_of(cell),
                )
        self.cells = cells

    @property
    def state_size(self):
        """The sizes of the cells' states."""
        return [field(cell, "state_size", "stateSize") for cell in self.cells]

    @property
    def output_size(self):
        """The size of the last cell's output."""
        return output_size_of(self.cells[len(self.cells) - 1])

    @property
    def output_is_state(self):
        """Whether the output is the first state of the last cell."""
        last = self.cells[len(self.cells) - 1]
        return hasattr(last, "output_is_state") and last.output_is_state

    def get_initial_state(self, batch_size=None):
        """What each cell begins with."""
        return [self._first(cell, batch_size) for cell in self.cells]

    def _first(self, cell, batch_size):
        found = first_states(cell, batch_size, self.dtype)
        bare = not hasattr(cell, "get_initial_state") and not is_list(field(cell, "state_size", "stateSize"))
        return found[0] if bare and is_list(found) else found

    def build(self, input_shape):
        shape = input_shape
        for cell in self.cells:
            build_inside(self, cell, shape)
            shape = [input_shape[0], output_size_of(cell)]

    def call(self, inputs, states, training=None, constants=None):
        x = inputs
        following = []
        for i in range(len(self.cells)):
            bare = is_tensor(states[i])
            found = apply_cell(self.cells[i], x, as_states(states[i]), training, constants)
            x = found[0]
            after = as_states(found[1])
            following.append(after[0] if bare else after)
        return [x, following]


register("StackedRNNCells", StackedRNNCells)
