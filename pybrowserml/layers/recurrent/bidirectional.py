"""Bidirectional."""

from typing import Any

from ...core.config import config_of, from_config
from ...core.known import register
from ...core.opset.binary import add, multiply
from ...core.opset.movement import concatenate, flip
from ...ops.arguments import require_choice, shown
from ...platform.errors import error
from ...platform.numbers import is_list
from ...platform.reflection import class_name_of
from ..layer import Layer

MODES = ["sum", "mul", "ave", "concat"]
ALIKE = ["stateful", "return_sequences", "return_state"]


class Bidirectional(Layer):
    """A recurrent layer forwards and a second one backwards in time, their outputs merged.

    layer: a recurrent layer; a copy of it runs forwards. backward_layer: runs backwards; a copy with go_backwards by
    default. merge_mode: "concat" (along the last axis), "sum", "ave", "mul", or None for a list of both. weights: first
    values of all weights, a list of arrays. The states, and initial_state, are those of the layer forwards, then those
    of the other.
    """

    def __init__(
        self,
        layer,
        merge_mode: str | None = "concat",
        weights=None,
        backward_layer=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        for part in [layer, backward_layer]:
            if part is not None and not isinstance(part, Layer):
                raise error(
                    "ArgumentError", self.argument("layer") + " must be a layer, got " + class_name_of(part)
                )
        self.merge_mode = None if merge_mode is None else require_choice(merge_mode, MODES, "merge_mode")
        self.forward_layer = _copy(layer, "forward_", False)
        self.backward_layer: Any = (
            _copy(layer, "backward_", True) if backward_layer is None else backward_layer
        )
        self._require_pair()
        for part in [self.forward_layer, self.backward_layer]:
            if hasattr(part, "zero_output_for_mask"):
                part.zero_output_for_mask = part.return_sequences
        self.first_weights = weights
        self.stateful = layer.stateful
        self.return_sequences = layer.return_sequences
        self.return_state = layer.return_state
        self.supports_masking = True

    def _require_pair(self):
        if self.forward_layer.go_backwards == self.backward_layer.go_backwards:
            raise error(
                "ArgumentError",
                self.shown_name()
                + ": layer and backward_layer must differ in go_backwards, both have "
                + shown(self.forward_layer.go_backwards),
            )
        for field in ALIKE:
            if getattr(self.forward_layer, field) != getattr(self.backward_layer, field):
                raise error(
                    "ArgumentError",
                    self.shown_name() + ": layer and backward_layer must have the same " + field,
                )
        return None

    @property
    def layer(self):
        """The layer that runs forwards."""
        return self.forward_layer

    @property
    def states(self):
        """The Variables of stateful layers that were built, else None."""
        if self.forward_layer.states is None or self.backward_layer.states is None:
            return None
        found = [state for state in self.forward_layer.states]
        found.extend(self.backward_layer.states)
        return found

    def config_value(self, argument_name):
        return None if argument_name == "weights" else getattr(self, argument_name)

    def reset_state(self):
        """Set the states of stateful layers to 0."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()
        return None

    def reset_states(self):
        """The same as `reset_state`."""
        return self.reset_state()

    def build(self, input_shape):
        for part in [self.forward_layer, self.backward_layer]:
            if not part._was_built:
                part.path = self.path + "/" + part.name
                part.build(input_shape)
                part.built = True
        self.built = True
        if self.first_weights is not None and len(self.first_weights) > 0:
            self.set_weights(self.first_weights)

    def call(self, sequences, initial_state=None, mask=None, training=None):
        forward = {"mask": mask}
        backward = {"mask": mask}
        if initial_state is not None:
            half = len(initial_state) // 2
            forward["initial_state"] = initial_state[0:half]
            backward["initial_state"] = initial_state[half : len(initial_state)]
        y = self.forward_layer.apply_to(sequences, training, forward)
        other = self.backward_layer.apply_to(sequences, training, backward)
        states = []
        if self.return_state:
            states.extend(y[1 : len(y)])
            states.extend(other[1 : len(other)])
            y = y[0]
            other = other[0]
        if self.return_sequences:
            other = flip(other, [1])
        merged: Any = self._merged(y, other)
        if not self.return_state:
            return merged
        result = []
        if is_list(merged):
            result.extend(merged)
        else:
            result.append(merged)
        result.extend(states)
        return result

    def _merged(self, y, other):
        if self.merge_mode is None:
            return [y, other]
        if self.merge_mode == "concat":
            return concatenate([y, other], len(y.shape) - 1)
        if self.merge_mode == "mul":
            return multiply(y, other)
        total = add(y, other)
        return total if self.merge_mode == "sum" else multiply(total, 0.5)

    def compute_mask(self, inputs, mask: Any = None):
        """The mask of the outputs of all steps; one output, and states, have none."""
        mask = mask[0] if is_list(mask) else mask
        if not self.return_sequences:
            return None
        return mask if self.merge_mode is not None else [mask, mask]


def _copy(layer, prefix, backwards):
    """A layer of the same configuration, under a name with the prefix."""
    entry = config_of(layer)
    layer_name = layer.name
    if layer_name.startswith(prefix):
        layer_name = layer_name[len(prefix) : len(layer_name)]
    entry["config"]["name"] = prefix + layer_name
    if backwards:
        entry["config"]["go_backwards"] = True
    return from_config(entry, "layer")


register("Bidirectional", Bidirectional)
