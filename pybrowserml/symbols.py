"""Symbolic tensors and graphs under the names that Keras gives them (CPython only; a page has `input` and `Model`)."""

from . import tree
from .core.graph import Tensor, record_trace
from .core.naming import automatic_name
from .core.opset.registry import to_tensor
from .layers.call import flat
from .layers.history import is_keras_tensor
from .layers.input import Input
from .layers.shapes import structured
from .models.ends import Ends, given_for
from .models.functional import LayerGraph
from .platform.errors import error


class _Symbolic(type):
    """Says that symbolic tensors are KerasTensors."""

    def __instancecheck__(cls, instance):
        return isinstance(instance, Tensor) and is_keras_tensor(instance)


class KerasTensor(metaclass=_Symbolic):
    """A symbolic tensor of a shape: what `Input` gives, with the batch in the shape.

    shape: sizes, the batch's first, None for one that is not known. `isinstance(x, KerasTensor)` tells symbolic tensors
    of models, results of layers and ops on them too, from tensors with values.
    """

    def __new__(cls, shape, dtype="float32", sparse=False, ragged=False, record_history=True, name=None):
        if sparse or ragged:
            raise error("ArgumentError", "KerasTensor: tensors are dense here")
        if not isinstance(shape, (list, tuple)) or len(shape) == 0:
            raise error(
                "ShapeError",
                f"KerasTensor: shape must be a list of sizes, the batch's first, got {shape!r}",
            )
        return Input(batch_shape=list(shape), dtype=dtype, name=name)


class Function:
    """A function from symbolic inputs to outputs, as `Model` without layers' weights, training and files.

    inputs, outputs: symbolic tensors, alone or in lists, tuples and dicts. Called on tensors or arrays of the structure
    of the inputs it gives results of that of the outputs.
    """

    def __init__(self, inputs, outputs, name=None):
        self.name = automatic_name("Function") if name is None else name
        self._inputs_struct = inputs
        self._outputs_struct = outputs
        self._begins = Ends(inputs, "inputs")
        self._results = Ends(outputs, "outputs")
        self._graph = LayerGraph(self._begins.tensors, self._results.tensors)

    @property
    def inputs(self):
        """The symbolic inputs in a list."""
        return list(self._begins.tensors)

    @property
    def outputs(self):
        """The symbolic outputs in a list."""
        return list(self._results.tensors)

    @property
    def operations(self):
        """The layers in the order of their use; ops between them are none."""
        return list(self._graph.layers)

    def __call__(self, inputs):
        given = tree.map_structure(to_tensor, inputs)
        return self._filled(self._graph.run(given_for(given, self._begins), None))

    def compute_output_spec(self, inputs):
        """The outputs for symbolic tensors."""
        return self(inputs)

    def compute_output_shape(self, input_shape):
        """The shapes of the outputs for shapes of the inputs, None standing for any size."""
        found = record_trace(lambda: self(tree.map_shape_structure(KerasTensor, input_shape)))[0]
        return structured(found, [tuple(tensor.shape) for tensor in flat(found)])

    def _filled(self, found):
        return tree.pack_sequence_as(self._outputs_struct, found)
