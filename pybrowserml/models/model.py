"""Models: layers with inputs and outputs, that can be trained, asked, saved and explained."""

from typing import Any

from ..compiler.explain import explain
from ..compiler.passes import with_passes
from ..core.config import well_formed
from ..core.graph import is_tensor
from ..core.known import with_custom_objects
from ..core.naming import automatic_name
from ..core.opset.registry import to_tensor
from ..layers.call import flat
from ..layers.history import all_symbolic
from ..platform.errors import attempt, error
from ..platform.numbers import is_whole
from ..platform.reflection import class_name_of, keep_own, overrides, watch_build
from ..platform.tasks import drive_sync
from .ends import Ends, from_inputs, given_for, plain_shape
from .front import front_of
from .functional import LayerGraph
from .revival import revived
from .saving import (
    functional_config,
)
from .stored import Stored
from .subclassed import inputs_like, inputs_of_shapes, inputs_of_tensors
from .summary import summarise


class Model(Stored):
    """A model of layers between symbolic tensors, from `Input` to outputs; or a subclass with a `call` of its own.

    inputs, outputs: a symbolic tensor, a list or a dict of them. name: made by itself when None. The model
    can be used as a layer in others. Raises ArgumentError where outputs do not come from the inputs.

    A subclass assigns layers to attributes and writes `call(self, x, training=None)`; it learns its inputs from the
    first data, or by build(input_shape). It may also write `train_step(data)`, `test_step(data)`,
    `compute_loss(...)` (see models/trainer).
    """

    def __init__(self, inputs=None, outputs=None, name=None, trainable=True):
        if name is None and inputs is not None and class_name_of(self) == "Model":
            name = automatic_name("Functional")
        super().__init__(trainable, name)
        if self._builds_itself():
            watch_build(self)
        if inputs is not None or outputs is not None:
            self._set_graph(inputs, outputs)

    def _set_graph(self, inputs, outputs):
        """Take the graph between symbolic tensors as this model's."""
        ends = from_inputs(inputs, outputs)
        self._set_ends(ends[0], ends[1])
        self._layer_graph = LayerGraph(self._model_inputs, self._model_outputs)
        self._text_front = front_of(self._layer_graph)
        self._sublayers_list = [layer for layer in self._layer_graph.layers if not _is_input_layer(layer)]
        self._check_layer_names()
        self.built = True
        return None

    def _set_ends(self, inputs, outputs):
        """Take symbolic tensors as the model's inputs and outputs."""
        self._model_begins = Ends(inputs, "inputs")
        self._model_inputs = self._model_begins.tensors
        self._input_names = self._model_begins.names
        self._model_ends = None if outputs is None else Ends(outputs, "outputs")
        self._model_outputs = [] if self._model_ends is None else self._model_ends.tensors
        self._output_keys = None if self._model_ends is None else self._model_ends.keys
        self._several_outputs = self._model_ends is not None and self._model_ends.several
        self._output_names = [] if self._model_ends is None else self._model_ends.names
        self._model_steps.forget()
        return None

    def _check_layer_names(self):
        seen = []
        for layer in self._layer_graph.layers:
            if layer.name in seen:
                raise error(
                    "ArgumentError",
                    "model '" + self.name + "' has two layers named '" + layer.name + "'; names must differ",
                )
            seen.append(layer.name)

    # As a layer

    def _default_training(self):
        """Each layer has its own."""
        return None

    def call(self, x, training=None) -> Any:
        """The outputs for tensors; a subclass may write its own, and then needs no inputs and outputs before."""
        self.require_built("call")
        if self._layer_graph is None:
            raise error("NotBuiltError", "model '" + self.name + "' has no method call(x, training)")
        begins = self._model_begins if self._text_front is None else self._text_front.ends
        return self.structured(self._run_outputs(given_for(x, begins), training))

    def apply_to(self, x, training=None, keywords=None):
        """The outputs for tensors or data. Texts go through the layers of texts first; see models/front."""
        if self._text_front is not None:
            tensors = [part for part in flat(x) if is_tensor(part)]
            if all_symbolic(tensors):
                # In another model each layer stands for itself, so that the front of that one may be told.
                return self.structured(self._layer_graph.run(given_for(x, self._model_begins), training))
            if len(tensors) == 0 or not tensors[0].node.symbolic:
                found = drive_sync(self._text_front.prepared(x, self._input_names))
                x = [to_tensor(found[key]) for key in self._text_front.ends.names]
        return super().apply_to(x, training, keywords)

    def structured(self, found):
        """A list with one entry per output as the outputs were given: one, a list or a dict."""
        return found[0] if self._model_ends is None else self._model_ends.structured(found)

    @property
    def input(self) -> Any:
        """The symbolic inputs, structured as they were given."""
        self.require_built("tell its input")
        return self._structured_inputs([tensor for tensor in self._model_inputs])

    @property
    def output(self) -> Any:
        """The symbolic outputs, structured as they were given."""
        self.require_built("tell its output")
        return self.structured([tensor for tensor in self._model_outputs])

    @property
    def input_shape(self) -> Any:
        """The shape of the input, or shapes structured as the inputs; None stands for any size."""
        self.require_built("tell its input_shape")
        return self._shapes_of_inputs()

    @input_shape.setter
    def input_shape(self, value):
        keep_own(self, "input_shape", value)

    @property
    def output_shape(self) -> Any:
        """The shape of the output, or shapes structured as the outputs; None stands for any size."""
        self.require_built("tell its output_shape")
        return self.structured([plain_shape(tensor) for tensor in self._model_outputs])

    @output_shape.setter
    def output_shape(self, value):
        keep_own(self, "output_shape", value)

    def _structured_inputs(self, tensors):
        """A list with one entry per input as the inputs were given."""
        if self._text_front is not None and len(tensors) == len(self._text_front.ends.tensors):
            return tensors
        return self._model_begins.structured(tensors)

    def _run_outputs(self, tensors, training):
        """The list of output tensors for a list of input tensors."""
        if self._layer_graph is not None:
            graph = self._layer_graph if self._text_front is None else self._text_front.rest
            return graph.run(tensors, training)
        return flat(self.apply_to(self._structured_inputs(tensors), training))

    # Models with a `call` of their own

    def has_own(self, method_name):
        """Whether a subclass wrote this method."""
        return overrides(self, method_name, Model)

    def build(self, input_shape):
        """Make the weights, where only the data would tell the inputs. input_shape: the batch's size first, None
        for any; or a list or dict of such shapes.
        """
        if self._layer_graph is None and self.has_own("call") and len(self._model_inputs) == 0:
            if not self.has_own("build"):
                self._trace_call(inputs_of_shapes(input_shape))
                return None
            # A `build` of a subclass asks for this; its `call` may need what it has not made yet.
            self.built = True
            attempt(lambda: self._trace_call(inputs_of_shapes(input_shape)))
        return None

    def _builds_itself(self):
        """Whether a subclass wrote a `build`."""
        return self.has_own("build")

    def get_build_config(self):
        """{"input_shape": shape} of the input, or shapes as the inputs were given; None of a model not built yet."""
        return None if len(self._model_inputs) == 0 else {"input_shape": self._shapes_of_inputs()}

    def _own_build_config(self):
        """What a subclass that writes `get_build_config` tells; None of others, whose layers say all."""
        own = self._layer_graph is None and self.has_own("get_build_config")
        return self.get_build_config() if own else None

    def _own_build(self, config):
        """Build a new model from what `_own_build_config` told."""
        if self.has_own("build_from_config"):
            self.build_from_config(config)
            self.built = True
        return None

    def _shapes_of_inputs(self):
        return self._structured_inputs([plain_shape(tensor) for tensor in self._model_inputs])

    def _build_for(self, x):
        """Build for the shape of the first data."""
        if self.has_own("call"):
            self._trace_call(inputs_like(x))
        elif self.has_own("train_step"):
            self._set_ends(inputs_like(x), None)
        return None

    def _trace_call(self, inputs):
        """Take symbolic tensors as inputs, and what `call` makes of them as outputs."""
        outputs = self.apply_to(inputs)
        self._layer_calls = []
        self._set_ends(inputs, outputs)
        return None

    def _ensure_built(self, inputs):
        # `build` of a subclass that wrote none asks for the inputs, which apply_to has already.
        if not self.has_own("build"):
            self.built = self.built or self.has_own("call")
        super()._ensure_built(inputs)
        if self._layer_graph is None and len(self._model_inputs) == 0 and self.has_own("call"):
            self._learn_inputs(inputs)
        return None

    def _learn_inputs(self, inputs):
        """Take note of what the first call's inputs look like, so that the model can be saved and trained."""
        if self.path != self.name or all_symbolic(inputs.tensors) or len(inputs.given.keys()) > 0:
            return None
        # Where `call` works on numbers only, that is no reason to refuse them.
        attempt(lambda: self._trace_call(inputs_of_tensors(inputs.x, inputs.tensors)))
        return None

    def get_layer(self, name=None, index=None) -> Any:
        """The layer of a name, or at an index. Raises ArgumentError where there is none."""
        layers = self.layers
        if index is not None:
            if not is_whole(index) or index < 0 or index >= len(layers):
                raise error(
                    "ArgumentError",
                    "model '"
                    + self.name
                    + "' has "
                    + str(len(layers))
                    + " layers, so none at index "
                    + str(index),
                )
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        known = ", ".join([layer.name for layer in layers])
        raise error(
            "ArgumentError",
            "model '" + self.name + "' has no layer '" + str(name) + "'; its layers: " + known,
        )

    def get_config(self) -> Any:
        """The layers and how they are connected; of a subclass with a `call` of its own, its arguments."""
        if self._layer_graph is not None:
            return functional_config(self)
        config = super().get_config()
        # A constructor that hands on **kwargs seems to take these two; layers say what the inputs are.
        for key in ["inputs", "outputs"]:
            if key in config:
                config.pop(key)
        return config

    def config_value(self, argument_name):
        """The value of a constructor's argument that goes into the configuration."""
        return None if argument_name in ["inputs", "outputs"] else super().config_value(argument_name)

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The model, with fresh weights, of what get_config gave.

        custom_objects: dict of further classes and functions by name, that the configuration may name.
        """
        return well_formed(lambda: with_custom_objects(custom_objects, lambda: revived(cls, config)))

    # To look at

    def summary(
        self,
        line_length=None,
        positions=None,
        print_fn=None,
        expand_nested=False,
        show_trainable=False,
        layer_range=None,
    ):
        """Show the layers with their output shapes and numbers of weights.

        print_fn: is given the lines of the table one by one, instead of the console. expand_nested: also the layers of
        models within. show_trainable: also whether a layer is trained. layer_range: the names of the first and the last
        layer to show, or regular expressions that names begin with. line_length, positions: as in Keras, but the
        columns are as wide as what stands in them.
        """
        if len(self.layers) == 0:
            self.require_built("be summarised")
        return summarise(self, print_fn, expand_nested, show_trainable, layer_range)

    def explain(self, batch_size=None, passes=False):
        """The plan of predict as text: its steps, kernels, shapes; with a batch size also bytes.

        passes: compile once more, and tell first what each pass of the compiler did: its size before and after.
        """
        self.require_built("be explained")
        runner = (
            with_passes(self._model_steps.trace_predict) if passes else self._model_steps.predict_runner()
        )
        return explain(runner.plan, None if batch_size is None else {"batch": batch_size}, runner.passes)


def _is_input_layer(layer):
    return class_name_of(layer) == "InputLayer"
