"""What models take: their inputs and outputs, and users' data made to the arrays that steps are run with."""

from typing import Any

from ..compiler.realise import read_tensor
from ..core.graph import is_tensor
from ..core.shapes import encode_shape
from ..layers.layer import Layer
from ..platform.buffers import is_array, to_user
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list
from ..platform.reflection import keep_own
from .batches import Batches, input_arrays, of_targets, require_one_count, target_arrays, to_host
from .sample_weights import class_weights_of, weight_arrays
from .steps import ModelSteps
from .streams import Stream, is_stream
from .subclassed import is_several


class Intake(Layer):
    """A model's ends, and its way with data. A subclass gives the graph, its inputs and outputs."""

    def __init__(self, trainable, name):
        super().__init__(trainable, name)
        self._layer_graph: Any = None
        self._model_begins: Any = None
        self._model_ends: Any = None
        self._model_inputs = []
        self._model_outputs = []
        # What runs on texts and tokens before the plan, or None; see models/front.
        self._text_front: Any = None
        self._input_names = []
        self._output_names = []
        self._output_keys = None
        self._several_outputs = False
        self.compiled: Any = None
        self._model_steps = ModelSteps(self)
        self.stop_training = False
        self.stop_evaluating = False
        self.stop_predicting = False
        self.history: Any = None
        self.run_eagerly = False
        self.jit_compile: Any = True
        self.steps_per_execution = 1
        self._train_position = [0, 0]
        self._data_source: Any = None
        self._data_state: Any = None

    # What a user may ask for; a subclass may keep something else under these names

    @property
    def inputs(self) -> Any:
        """The symbolic inputs in a list."""
        return self._model_inputs

    @inputs.setter
    def inputs(self, value):
        keep_own(self, "inputs", value)

    @property
    def outputs(self) -> Any:
        """The symbolic outputs in a list."""
        return self._model_outputs

    @outputs.setter
    def outputs(self, value):
        keep_own(self, "outputs", value)

    @property
    def layers(self):
        """The layers in the order of their use; of a model with a `call` of its own, as they were assigned."""
        return (
            self._inner_layers if self._layer_graph is None else [layer for layer in self._layer_graph.layers]
        )

    @property
    def input_names(self) -> Any:
        """The names of the inputs, in their order."""
        return self._input_names

    @input_names.setter
    def input_names(self, value):
        keep_own(self, "input_names", value)

    @property
    def output_names(self) -> Any:
        """The names of the outputs, in their order."""
        return self._output_names

    @output_names.setter
    def output_names(self, value):
        keep_own(self, "output_names", value)

    @property
    def position(self) -> Any:
        """[epoch, batch]: how far training came; `fit(initial_epoch=model.position)` goes on there."""
        return self._train_position

    @position.setter
    def position(self, value):
        keep_own(self, "position", value)

    def require_built(self, action):
        """Raise NotBuiltError unless the model knows its inputs and outputs."""
        if len(self._model_inputs) == 0:
            raise error(
                "NotBuiltError",
                "model '"
                + self.name
                + "' is not built, so it cannot "
                + action
                + ": give its inputs and outputs, start it with Input(shape), call build(input_shape), "
                + "or fit it first",
            )
        return None

    def require_compiled(self, action):
        """Raise NotBuiltError unless the model is compiled."""
        if self.compiled is None:
            raise error(
                "NotBuiltError",
                "model '"
                + self.name
                + "' is not compiled, so it cannot "
                + action
                + ": call compile(optimizer, loss)",
            )
        return None

    # Data

    def input_dims(self):
        """[name, shape, dtype] per input of the plan; shapes may be symbolic."""
        inputs = self._model_inputs if self._text_front is None else self._text_front.ends.tensors
        names = self._input_names if self._text_front is None else self._text_front.ends.names
        return [[names[i], inputs[i].shape, inputs[i].dtype] for i in range(len(inputs))]

    def input_specs(self):
        """{"name", "shape", "dtype"} per input, as JSON."""
        return [
            {"name": spec[0], "shape": encode_shape(spec[1]), "dtype": spec[2]} for spec in self.input_dims()
        ]

    def output_specs(self):
        """{"name", "shape", "dtype"} per output, as JSON."""
        found = []
        for i in range(len(self._model_outputs)):
            output = self._model_outputs[i]
            found.append(
                {"name": self._output_names[i], "shape": encode_shape(output.shape), "dtype": output.dtype}
            )
        return found

    def _build_for(self, x):
        """Build a model that waits for its first data; x: what the user passed."""
        return None

    def _meet(self, x):
        """Look at data before it is used: the first builds a model that waits for it."""
        if len(self._model_inputs) == 0:
            self._build_for(x)
        return None

    def _inputs_of(self, x, action):
        """Generator → HostArrays of the inputs."""
        given = yield from _read_tensors(x)
        self._meet(given)
        self.require_built(action)
        if self._text_front is not None:
            given = yield from self._text_front.prepared(given, self._input_names)
        return input_arrays(given, self.input_specs())

    def _only_inputs(self, x, y, sample_weight):
        """Generator → [xs, [], []]; targets are of no interest."""
        xs = yield from self._inputs_of(x, "predict")
        require_one_count(xs, ["input '" + spec["name"] + "'" for spec in self.input_specs()])
        return [xs, [], []]

    def _data(self, x, y, sample_weight, class_weight, batch_size, action) -> Any:
        """Generator → a source of batches with targets."""
        self.require_compiled(action)
        if is_stream(x):
            return self._stream(x, y, sample_weight, class_weight, action)
        found = yield from self._arrays(x, y, sample_weight, class_weight, action, batch_size)
        return Batches(found[0], found[1], found[2], batch_size)

    def _stream(self, x, y, sample_weight, class_weight, action):
        if y is not None or sample_weight is not None:
            raise error(
                "ArgumentError",
                action + ": a dataset or generator gives targets and weights itself, so y and "
                "sample_weight must be None",
            )

        def arrays(inputs, targets, weights):
            found = yield from self._arrays(inputs, targets, weights, class_weight, action, None)
            return found

        return Stream(x, arrays)

    def _arrays(self, x, y, sample_weight, class_weight, action, batch_size):
        """Generator → [xs, ys, weights]: lists of HostArrays that fit the model and each other."""
        xs = yield from self._inputs_of(x, action)
        labels = ["input '" + spec["name"] + "'" for spec in self.input_specs()]
        self._model_steps.without_targets = y is None
        if self._model_steps.is_own("test" if action in ["evaluate", "test_on_batch"] else "train"):
            given = yield from _read_tensors(y)
            weights_given = yield from _read_tensors(sample_weight)
            self._model_steps.take_targets(given, weights_given)
            ys = [to_host(part, "target") for part in parts_of(given)]
            weights = [to_host(part, "sample_weight") for part in parts_of(weights_given)]
            labels.extend(["target" for host in ys])
        else:
            given = yield from _read_tensors(y)
            if self._model_ends is not None:
                given = self._model_ends.in_order(given)
                sample_weight = self._model_ends.in_order(sample_weight)
            if y is not None:
                self.compiled.look_at(self, given)
            targets = self.compiled.targets(self)
            if y is None and len(targets) > 0:
                raise error(
                    "ArgumentError",
                    action + " needs targets y for: " + ", ".join([t["name"] for t in targets]),
                )
            names = self.output_names
            given = of_targets(given, names, targets)
            ys = target_arrays(given, targets, batch_size) if len(targets) > 0 else []
            weights = weight_arrays(of_targets(sample_weight, names, targets), targets)
            labels.extend(["target '" + target["name"] + "'" for target in targets])
            if class_weight is not None:
                weights = [class_weights_of(class_weight, weights, ys, targets)]
        if weights is None:
            weights = []
        labels.extend(["sample_weight" for host in weights])
        arrays = [host for host in xs]
        arrays.extend(ys)
        arrays.extend(weights)
        require_one_count(arrays, labels)
        return [xs, ys, weights]

    def _structured(self, hosts):
        """Results for the user: an array, or a list or dict of them as the outputs were given."""
        arrays = [to_user(host.data, host.shape, host.dtype) for host in hosts]
        return self._model_steps.structured_predictions(arrays)


def parts_of(y):
    """The arrays of targets: of one, a list or a dict of them, or None."""
    if y is None:
        return []
    if is_dict(y) and not is_array(y):
        return [y[key] for key in y.keys()]
    return [part for part in y] if is_several(y) else [y]


def _read_tensors(value):
    """Generator → the same data with eager tensors read."""
    if is_tensor(value):
        host = yield from read_tensor(value)
        return host
    if is_dict(value) and not is_array(value):
        made = {}
        for key in value.keys():
            made[key] = yield from _read_tensors(value[key])
        return made
    if is_list(value) and len(value) > 0 and is_tensor(value[0]):
        found = []
        for item in value:
            part = yield from _read_tensors(item)
            found.append(part)
        return found
    return value
