"""Models: layers with inputs and outputs, that can be trained, asked, saved and explained."""

from typing import Any

from ..compiler.explain import explain
from ..core.dims import is_symbolic
from ..core.graph import is_tensor
from ..core.opset.unary import cast
from ..core.variables import fetch_hosts
from ..layers.call import flat
from ..ops.movement import expand_dims, squeeze
from ..platform.buffers import copy_of, to_user
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_whole
from ..platform.reflection import class_name_of, overrides
from ..platform.tasks import waits
from ..platform.text import to_json
from .functional import LayerGraph, source_of
from .saving import load_state, load_weights_file, model_entry, save_model, save_weights_file
from .subclassed import inputs_like, inputs_of_shapes
from .summary import summarise
from .trainer import Trainer
from .weights import set_from_list


class Model(Trainer):
    """A model of layers between symbolic tensors, from `Input` to outputs; or a subclass with a `call` of its own.

    inputs, outputs: a symbolic tensor, a list or a dict of them. name: made by itself when None. The model
    can be used as a layer in others. Raises ArgumentError where outputs do not come from the inputs.

    A subclass assigns layers to attributes and writes `call(self, x, training=None)`; it learns its inputs from the
    first data, or by build(input_shape). It may also write `train_step(data)`, `test_step(data)`,
    `compute_loss(...)` (see models/trainer).
    """

    def __init__(self, inputs=None, outputs=None, name=None, trainable=True):
        super().__init__(trainable, name)
        if inputs is not None or outputs is not None:
            self.set_graph(inputs, outputs)

    def set_graph(self, inputs, outputs):
        """Take the graph between symbolic tensors as this model's."""
        self.set_ends(inputs, outputs)
        self.graph = LayerGraph(self.inputs, self.outputs)
        self.sublayers_list = [layer for layer in self.graph.layers if not _is_input_layer(layer)]
        self._check_layer_names()
        self.built = True
        return None

    def set_ends(self, inputs, outputs):
        """Take symbolic tensors as the model's inputs and outputs."""
        self.inputs = _flat(inputs, "inputs")
        self.outputs = [] if outputs is None else _flat(outputs, "outputs")
        self.input_keys = _keys(inputs)
        self.output_keys = _keys(outputs)
        self.several_inputs = is_list(inputs) or is_dict(inputs)
        self.several_outputs = is_list(outputs) or is_dict(outputs)
        self.input_names = _names(self.inputs, self.input_keys)
        self.output_names = _names(self.outputs, self.output_keys)
        self.steps.forget()
        return None

    def _check_layer_names(self):
        seen = []
        for layer in self.graph.layers:
            if layer.name in seen:
                raise error(
                    "ArgumentError",
                    "model '" + self.name + "' has two layers named '" + layer.name + "'; names must differ",
                )
            seen.append(layer.name)

    # As a layer

    def default_training(self):
        """Each layer has its own."""
        return None

    def call(self, x, training) -> Any:
        """The outputs for tensors; a subclass may write its own, and then needs no inputs and outputs before."""
        self.require_built("call")
        if self.graph is None:
            raise error("NotBuiltError", "model '" + self.name + "' has no method call(x, training)")
        tensors = self._input_list(x)
        if len(tensors) == len(self.inputs):
            tensors = [_fitted(tensors[i], self.inputs[i]) for i in range(len(tensors))]
        found = self.graph.run(tensors, training)
        return self.structured(found)

    def _input_list(self, x):
        if is_dict(x):
            keys = self.input_names if self.input_keys is None else self.input_keys
            return [x[key] for key in keys]
        return x if is_list(x) else [x]

    def structured(self, found):
        """A list with one entry per output as the outputs were given: one, a list or a dict."""
        if self.output_keys is not None:
            made = {}
            for i in range(len(found)):
                made[self.output_keys[i]] = found[i]
            return made
        return found if self.several_outputs else found[0]

    @property
    def input(self) -> Any:
        """The symbolic inputs, structured as they were given."""
        self.require_built("tell its input")
        return self.structured_inputs([tensor for tensor in self.inputs])

    @property
    def output(self) -> Any:
        """The symbolic outputs, structured as they were given."""
        self.require_built("tell its output")
        return self.structured([tensor for tensor in self.outputs])

    @property
    def input_shape(self) -> Any:
        """The shape of the input, or shapes structured as the inputs; None stands for any size."""
        self.require_built("tell its input_shape")
        return self.structured_inputs([_plain_shape(tensor) for tensor in self.inputs])

    @property
    def output_shape(self) -> Any:
        """The shape of the output, or shapes structured as the outputs; None stands for any size."""
        self.require_built("tell its output_shape")
        return self.structured([_plain_shape(tensor) for tensor in self.outputs])

    def structured_inputs(self, tensors):
        """A list with one entry per input as the inputs were given."""
        if self.input_keys is not None:
            made = {}
            for i in range(len(tensors)):
                made[self.input_keys[i]] = tensors[i]
            return made
        return tensors if self.several_inputs else tensors[0]

    def run_outputs(self, tensors, training):
        """The list of output tensors for a list of input tensors."""
        if self.graph is not None:
            return self.graph.run(tensors, training)
        return flat(self.apply_to(self.structured_inputs(tensors), training))

    # Models with a `call` of their own

    def has_own(self, method_name):
        """Whether a subclass wrote this method."""
        return overrides(self, method_name, Model)

    def build(self, input_shape):
        """Make the weights, where only the data would tell the inputs. input_shape: the batch's size first, None
        for any; or a list or dict of such shapes.
        """
        if self.graph is None and self.has_own("call") and len(self.inputs) == 0:
            self.trace_call(inputs_of_shapes(input_shape))
        return None

    def build_for(self, x):
        """Build for the shape of the first data."""
        if self.has_own("call"):
            self.trace_call(inputs_like(x))
        elif self.has_own("train_step"):
            self.set_ends(inputs_like(x), None)
        return None

    def trace_call(self, inputs):
        """Take symbolic tensors as inputs, and what `call` makes of them as outputs."""
        outputs = self.apply_to(inputs)
        self.calls = []
        self.set_ends(inputs, outputs)
        return None

    def _ensure_built(self, inputs):
        # `build` of a subclass that wrote none asks for the inputs, which apply_to has already.
        if not self.has_own("build"):
            self.built = self.built or self.has_own("call")
        return super()._ensure_built(inputs)

    @property
    def layers(self):
        """The layers in the order of their use; of a model with a `call` of its own, as they were assigned."""
        return self.sublayers if self.graph is None else [layer for layer in self.graph.layers]

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
        if self.graph is None and not hasattr(self, "stack"):
            return super().get_config()
        return model_entry(self)["config"]

    def to_json(self):
        """The model as a JSON text without weights, which `model_from_json` reads."""
        return to_json(model_entry(self))

    # Weights and files

    @waits
    def get_weights(self):
        """All weights as arrays, in the order of `weights`."""
        self.require_built("give its weights")
        hosts = yield from fetch_hosts(self.weights)
        return [to_user(copy_of(host.data), host.shape, host.dtype) for host in hosts]

    @waits
    def set_weights(self, weights):
        """Set all weights from a list of arrays in the order of `weights`."""
        self.require_built("take weights")
        yield from set_from_list(self.weights, weights)
        return None

    @waits
    def save(self, filepath, overwrite=True):
        """Write the model, its weights and the state of its training to a folder."""
        self.require_built("be saved")
        yield from save_model(self, filepath, overwrite)
        return None

    @waits
    def load_state(self, filepath):
        """Take weights, optimizer and the state of training from a folder that `save` wrote of a model like this."""
        self.require_built("take a state")
        yield from load_state(self, filepath)
        return None

    @waits
    def save_weights(self, filepath, overwrite=True):
        """Write the weights to a .safetensors file."""
        self.require_built("be saved")
        yield from save_weights_file(self, filepath, overwrite)
        return None

    @waits
    def load_weights(self, filepath):
        """Read the weights from a .safetensors file that save_weights wrote."""
        self.require_built("load weights")
        yield from load_weights_file(self, filepath)
        return None

    # To look at

    def summary(
        self, line_length=None, positions=None, print_fn=None, expand_nested=False, show_trainable=False
    ):
        """Show the layers with their output shapes and numbers of weights.

        print_fn: is given the lines of the table one by one, instead of the console. expand_nested: also the layers of
        models within. show_trainable: also whether a layer is trained. line_length, positions: as in Keras, but the
        columns are as wide as what stands in them.
        """
        if not self.built:
            self.require_built("be summarised")
        return summarise(self, print_fn, expand_nested, show_trainable)

    def explain(self, batch_size=None):
        """The plan of predict as text: its steps, kernels, shapes; with a batch size also bytes."""
        self.require_built("be explained")
        plan = self.steps.predict_runner().plan
        return explain(plan, None if batch_size is None else {"batch": batch_size})


def _fitted(tensor, wanted):
    """A tensor in the dtype of an input, with a trailing axis of size 1 that is missing or too much mended."""
    rank = len(tensor.shape)
    count = len(wanted.shape)
    if tensor.dtype != wanted.dtype:
        tensor = cast(tensor, wanted.dtype)
    if rank == count + 1 and not is_symbolic(tensor.shape[rank - 1]) and tensor.shape[rank - 1] == 1:
        return squeeze(tensor, rank - 1)
    if rank + 1 == count and not is_symbolic(wanted.shape[rank]) and wanted.shape[rank] == 1:
        return expand_dims(tensor, rank)
    return tensor


def _plain_shape(tensor):
    return [None if is_symbolic(dim) else dim for dim in tensor.shape]


def _keys(structure):
    return [key for key in structure.keys()] if is_dict(structure) else None


def _flat(structure, field):
    """The tensors of a tensor, a list or a dict."""
    if is_dict(structure):
        found = [structure[key] for key in structure.keys()]
    elif is_list(structure):
        found = [item for item in structure]
    else:
        found = [structure]
    for tensor in found:
        if not is_tensor(tensor):
            raise error(
                "ArgumentError",
                field + " of a model must be symbolic tensors, as Input() and layers make them",
            )
    if len(found) == 0:
        raise error("ArgumentError", field + " of a model must not be empty")
    return found


def _names(tensors, keys):
    """Names of inputs or outputs: dict keys, or those of the layers, numbered where they repeat."""
    if keys is not None:
        return keys
    found = []
    for tensor in tensors:
        history = source_of(tensor.node)
        base = tensor.node.op if history is None else history.layer.name
        name = base
        number = 1
        while name in found:
            name = base + "_" + str(number)
            number = number + 1
        found.append(name)
    return found


def _is_input_layer(layer):
    return class_name_of(layer) == "InputLayer"
