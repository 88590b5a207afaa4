"""Layers of texts and tokens, which work on the host: before a model, in Dataset.map, or at the front of a model."""

from ...core.dims import size_named
from ...core.graph import is_tensor, placeholder, record_trace
from ...core.shapes import copy_shape, open_shape
from ...platform.errors import error
from ...platform.numbers import is_list
from ..call import CallInputs
from ..history import History, all_symbolic, mark
from ..layer import Layer


class HostLayer(Layer):
    """A layer whose `work` takes texts and numbers, alone, in nested lists, arrays or tensors with a value.

    On symbolic tensors it gives symbolic ones, as `outline` tells their shape and dtype; a model that has such layers
    runs them on each batch before its plan (see models/front).
    """

    def __init__(self, trainable=True, name=None, dtype=None):
        super().__init__(trainable, name, dtype)
        self._makes_weights = False
        self.built = True

    def work(self, x):
        """The result for data."""
        raise error("ArgumentError", self.shown_name() + " needs a method work(x)")

    def outline(self, shapes):
        """A symbolic stand-in of the result for inputs of these shapes."""
        raise error("ArgumentError", self.shown_name() + " needs a method outline(shapes)")

    def apply_to(self, x, training=None, keywords=None):
        """The result for data, or a symbolic tensor for symbolic tensors."""
        parts = x if is_list(x) else [x]
        if not all_symbolic([part for part in parts if is_tensor(part)]):
            return self.work(x)
        inputs = CallInputs(x, {})
        stand_in = self._outlined([tensor.shape for tensor in inputs.tensors])
        history = History(self, inputs.tensors, inputs.x, inputs.given, None)
        history.outputs.append(placeholder(self.name, copy_shape(stand_in.shape), stand_in.dtype))
        history.masks.append(None)
        mark(history.outputs[0], history, 0)
        self._layer_calls.append(history)
        return history.outputs[0]

    def _outlined(self, shapes):
        return record_trace(lambda: self.outline(shapes))[0]

    def compute_output_shape(self, input_shape):
        """The shape of the result for a shape, or a list of shapes; None stands for any size."""
        several = len(input_shape) > 0 and is_list(input_shape[0])
        shapes = [_named(shape) for shape in (input_shape if several else [input_shape])]
        return open_shape(self._outlined(shapes).shape)


def _named(shape):
    """A shape with a named size for each None."""
    return [size_named("axis_" + str(i)) if shape[i] is None else shape[i] for i in range(len(shape))]
