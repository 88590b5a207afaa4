"""Models: layers with inputs and outputs, that can be trained, asked, saved and explained."""

from ..callbacks import History
from ..compiler.explain import explain
from ..compiler.realise import read_tensor
from ..core.graph import is_tensor
from ..core.shapes import encode_shape, format_shape
from ..core.variables import fetch_host
from ..layers.layer import Layer
from ..platform.buffers import copy_of, is_array, to_user
from ..platform.console import new_progress, write_table
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_string, is_whole
from ..platform.reflection import class_name_of
from ..platform.tasks import now, waits
from .batches import (
    Batches,
    class_weights_of,
    input_arrays,
    require_one_count,
    target_arrays,
    weight_arrays,
)
from .compilation import Compiled
from .functional import LayerGraph, source_of
from .loop import Callbacks, Schedule, evaluate_batches, fit_epochs, named, predict_batches
from .saving import load_weights_file, model_entry, save_model, save_weights_file
from .steps import ModelSteps
from .weights import set_from_list, unique_variables


class Model(Layer):
    """A model of layers between symbolic tensors, from `Input` to outputs.

    inputs, outputs: a symbolic tensor, a list or a dict of them. name: made by itself when None. The model
    can be used as a layer in others. Raises ArgumentError where outputs do not come from the inputs.
    """

    def __init__(self, inputs=None, outputs=None, name=None, trainable=True):
        super().__init__(trainable, name, "float32")
        self.graph = None
        self.input_keys = None
        self.output_keys = None
        self.input_names = []
        self.output_names = []
        self.inputs = []
        self.outputs = []
        self.compiled = None
        self.steps = ModelSteps(self)
        self.stop_training = False
        self.several_inputs = False
        self.several_outputs = False
        self.restarts = True
        if inputs is not None or outputs is not None:
            self.set_graph(inputs, outputs)

    def set_graph(self, inputs, outputs):
        """Take the graph between symbolic tensors as this model's."""
        self.inputs = _flat(inputs, "inputs")
        self.outputs = _flat(outputs, "outputs")
        self.input_keys = [key for key in inputs.keys()] if is_dict(inputs) else None
        self.output_keys = [key for key in outputs.keys()] if is_dict(outputs) else None
        self.several_inputs = is_list(inputs) or is_dict(inputs)
        self.several_outputs = is_list(outputs) or is_dict(outputs)
        self.graph = LayerGraph(self.inputs, self.outputs)
        self.sublayers = [layer for layer in self.graph.layers if not _is_input_layer(layer)]
        self.input_names = _names(self.inputs, self.input_keys)
        self.output_names = _names(self.outputs, self.output_keys)
        self._check_layer_names()
        self.built = True
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

    def call(self, x, training):
        self.require_built("call")
        given = x if is_list(x) else [x]
        found = self.graph.run(given, training)
        return found if self.several_outputs else found[0]

    def run_outputs(self, tensors, training):
        """The list of output tensors for a list of input tensors."""
        return self.graph.run(tensors, training)

    def require_built(self, action):
        """Raise NotBuiltError unless the model knows its inputs and outputs."""
        if self.graph is None:
            raise error(
                "NotBuiltError",
                "model '"
                + self.name
                + "' is not built, so it cannot "
                + action
                + ": give its inputs and outputs, start it with Input(shape), call build(input_shape), or fit it first",
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

    @property
    def layers(self):
        """The layers in the order of their use."""
        return [] if self.graph is None else [layer for layer in self.graph.layers]

    @property
    def weights(self):
        """All Variables, in the order of the layers."""
        found = [variable for variable in self.weights_list]
        for layer in self.sublayers:
            found.extend(layer.weights)
        return unique_variables(found)

    @property
    def trainable_weights(self):
        """The Variables that the optimizer updates."""
        if not self.trainable:
            return []
        found = [variable for variable in self.weights_list if variable.trainable]
        for layer in self.sublayers:
            found.extend(layer.trainable_weights)
        return unique_variables(found)

    def get_layer(self, name=None, index=None):
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

    def get_config(self):
        return model_entry(self)["config"]

    # Data

    def input_dims(self):
        """[name, shape, dtype] per input; shapes may be symbolic."""
        return [
            [self.input_names[i], self.inputs[i].shape, self.inputs[i].dtype] for i in range(len(self.inputs))
        ]

    def input_specs(self):
        """{"name", "shape", "dtype"} per input, as JSON."""
        return [
            {"name": spec[0], "shape": encode_shape(spec[1]), "dtype": spec[2]} for spec in self.input_dims()
        ]

    def output_specs(self):
        """{"name", "shape", "dtype"} per output, as JSON."""
        found = []
        for i in range(len(self.outputs)):
            output = self.outputs[i]
            found.append(
                {"name": self.output_names[i], "shape": encode_shape(output.shape), "dtype": output.dtype}
            )
        return found

    def build_for(self, x):
        """Build a model that waits for its first data; x: what the user passed."""
        return None

    def _inputs_of(self, x, action):
        """Generator → HostArrays of the inputs."""
        given = yield from _read_tensors(x)
        if self.graph is None:
            self.build_for(given)
        self.require_built(action)
        return input_arrays(given, self.input_specs())

    def _data(self, x, y, sample_weight, class_weight, batch_size, action):
        """Generator → Batches with targets."""
        self.require_compiled(action)
        xs = yield from self._inputs_of(x, action)
        targets = self.compiled.targets(self)
        if y is None:
            raise error(
                "ArgumentError", action + " needs targets y for: " + ", ".join([t["name"] for t in targets])
            )
        given = yield from _read_tensors(y)
        ys = target_arrays(given, targets)
        weights = weight_arrays(sample_weight, targets)
        labels = ["input '" + spec["name"] + "'" for spec in self.input_specs()]
        labels.extend(["target '" + target["name"] + "'" for target in targets])
        arrays = [host for host in xs]
        arrays.extend(ys)
        if weights is not None:
            arrays.extend(weights)
            labels.extend(["sample_weight" for host in weights])
        require_one_count(arrays, labels)
        if class_weight is not None:
            if weights is not None or len(targets) != 1:
                raise error(
                    "ArgumentError", "class_weight works for models of one output and without sample_weight"
                )
            weights = [class_weights_of(class_weight, ys[0], targets[0])]
        return Batches(xs, ys, [] if weights is None else weights, batch_size)

    def _structured(self, hosts):
        """Results for the user: an array, or a list or dict of them as the outputs were given."""
        arrays = [to_user(host.data, host.shape, host.dtype) for host in hosts]
        if self.output_keys is not None:
            return named(self.output_keys, arrays)
        return arrays if self.several_outputs else arrays[0]

    # Training

    def compile(self, optimizer="rmsprop", loss=None, loss_weights=None, metrics=None, weighted_metrics=None):
        """Choose how to train.

        optimizer, loss, metrics: names, objects or (loss, metrics) functions; lists or dicts for several
        outputs. loss_weights: factors of the outputs' losses. weighted_metrics: metrics that use sample
        weights.
        """
        self.compiled = Compiled(optimizer, loss, loss_weights, metrics, weighted_metrics)
        self.steps.forget()
        if self.graph is not None and loss is not None:
            self.compiled.settle(self)
        return None

    @property
    def optimizer(self):
        return None if self.compiled is None else self.compiled.optimizer

    @waits
    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose="auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle=True,
        class_weight=None,
        sample_weight=None,
        initial_epoch=0,
        steps_per_epoch=None,
        validation_steps=None,
        validation_batch_size=None,
        validation_freq=1,
    ):
        """Train; returns a History whose `history` maps names to one number per epoch.

        x, y: arrays, lists or dicts of them by name. batch_size: 32 when None. epochs: the epoch to stop at.
        verbose: 0 silent, 1 ("auto") a progress bar, 2 a line per epoch. validation_split: this last fraction
        of the data is not trained on but evaluated after each epoch; validation_data: [x, y] or [x, y,
        sample_weight] instead. shuffle: a new order of rows each epoch, that depends on the seed only.
        class_weight: dict class → weight. A loss that is no number warns once; training goes on.
        """
        size = 32 if batch_size is None else batch_size
        batches = yield from self._data(x, y, sample_weight, class_weight, size, "fit")
        validation = None
        if validation_data is not None:
            if not is_list(validation_data) or len(validation_data) not in [2, 3]:
                raise error("ArgumentError", "validation_data must be [x, y] or [x, y, sample_weight]")
            held_size = size if validation_batch_size is None else validation_batch_size
            held_weights = validation_data[2] if len(validation_data) == 3 else None
            validation = yield from self._data(
                validation_data[0], validation_data[1], held_weights, None, held_size, "validation"
            )
        elif validation_split != 0:
            parts = batches.cut(validation_split)
            batches = parts[0]
            validation = parts[1]
            if validation_batch_size is not None:
                validation = Batches(validation.xs, validation.ys, validation.weights, validation_batch_size)
        schedule = Schedule(
            epochs, initial_epoch, shuffle, steps_per_epoch, validation_steps, validation_freq
        )
        history = History()
        shown = 1 if verbose == "auto" else int(verbose)
        entries = [history]
        if is_list(callbacks):
            entries.extend(callbacks)
        elif callbacks is not None:
            entries.append(callbacks)
        params = {"verbose": shown, "epochs": epochs, "steps": batches.batch_count()}
        hooks = Callbacks(entries, self, params)
        yield from fit_epochs(self.steps, batches, validation, schedule, hooks, new_progress(epochs, shown))
        return history

    @waits
    def evaluate(
        self,
        x=None,
        y=None,
        batch_size=None,
        verbose="auto",
        sample_weight=None,
        steps=None,
        callbacks=None,
        return_dict=False,
    ):
        """Loss and metrics over data: a list (one number when there is only the loss), or a dict by name."""
        batches = yield from self._data(
            x, y, sample_weight, None, 32 if batch_size is None else batch_size, "evaluate"
        )
        hooks = Callbacks(callbacks, self, {"steps": batches.batch_count()})
        started = now()
        logs = yield from evaluate_batches(self.steps, batches, steps, hooks)
        progress = new_progress(1, 1 if verbose == "auto" else int(verbose))
        progress.start_epoch(-1, None)
        progress.end_epoch(logs, (now() - started) / 1000)
        return self._scores(logs, return_dict)

    def _scores(self, logs, return_dict):
        if return_dict:
            return logs
        scores = [logs[name] for name in self.compiled.log_names()]
        return scores if len(scores) > 1 else scores[0]

    @waits
    def predict(self, x, batch_size=None, verbose="auto", steps=None, callbacks=None):
        """The outputs for inputs of any number of rows: an array, or a list or dict of arrays as the outputs
        are.
        """
        xs = yield from self._inputs_of(x, "predict")
        require_one_count(xs, ["input '" + spec["name"] + "'" for spec in self.input_specs()])
        batches = Batches(xs, [], [], 32 if batch_size is None else batch_size)
        if batches.rows == 0:
            hosts = yield from self.steps.predict(batches.whole())
        else:
            hooks = Callbacks(callbacks, self, {"steps": batches.batch_count()})
            hosts = yield from predict_batches(self.steps, batches, steps, hooks)
        return self._structured(hosts)

    @waits
    def predict_on_batch(self, x):
        """The outputs for one batch."""
        xs = yield from self._inputs_of(x, "predict")
        require_one_count(xs, ["input '" + spec["name"] + "'" for spec in self.input_specs()])
        hosts = yield from self.steps.predict(Batches(xs, [], [], 1).whole())
        return self._structured(hosts)

    @waits
    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """One training step; returns loss and metrics of this batch alone, before the step."""
        batches = yield from self._data(x, y, sample_weight, class_weight, 1, "train_on_batch")
        numbers = yield from self.steps.train(batches.whole(), True)
        return self._scores(named(self.compiled.log_names(), numbers), return_dict)

    @waits
    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """Loss and metrics of one batch; nothing is learned."""
        batches = yield from self._data(x, y, sample_weight, None, 1, "test_on_batch")
        numbers = yield from self.steps.test(batches.whole(), True)
        return self._scores(named(self.compiled.log_names(), numbers), return_dict)

    @waits
    def get_learning_rate(self):
        """The optimizer's present learning rate."""
        self.require_compiled("have a learning rate")
        host = yield from read_tensor(self.compiled.optimizer.current_rate())
        return float(host.data[0])

    def set_learning_rate(self, rate):
        """Change the optimizer's learning rate; nothing is compiled anew."""
        self.require_compiled("have a learning rate")
        self.compiled.optimizer.learning_rate = rate
        return None

    # Weights and files

    @waits
    def get_weights(self):
        """All weights as arrays, in the order of `weights`."""
        self.require_built("give its weights")
        found = []
        for variable in self.weights:
            host = yield from fetch_host(variable)
            found.append(to_user(copy_of(host.data), host.shape, host.dtype))
        return found

    def set_weights(self, weights):
        """Set all weights from a list of arrays in the order of `weights`."""
        self.require_built("take weights")
        set_from_list(self.weights, weights)
        return None

    @waits
    def save(self, filepath, overwrite=True):
        """Write the model, its weights and the state of its training to a folder."""
        self.require_built("be saved")
        yield from save_model(self, filepath, overwrite)
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

    def summary(self):
        """Print the layers with their output shapes and numbers of weights."""
        self.require_built("be summarised")
        rows = []
        for layer in self.layers:
            rows.append(
                [
                    layer.name + " (" + class_name_of(layer) + ")",
                    self._shape_text(layer),
                    _grouped(layer.count_params()),
                ]
            )
        total = self.count_params()
        trainable = 0
        for variable in self.trainable_weights:
            count = 1
            for dim in variable.shape:
                count = count * dim
            trainable = trainable + count
        notes = [
            "Total params: " + _grouped(total),
            "Trainable params: " + _grouped(trainable),
            "Non-trainable params: " + _grouped(total - trainable),
        ]
        write_table("Model: " + self.name, ["Layer (type)", "Output shape", "Params"], rows, notes)
        return None

    def _shape_text(self, layer):
        for tensor in self.inputs:
            if source_of(tensor.node) is not None and source_of(tensor.node).layer is layer:
                return format_shape(tensor.shape)
        for node in self.graph.nodes:
            history = source_of(node)
            if history is not None and history.layer is layer:
                return ", ".join([format_shape(tensor.shape) for tensor in history.outputs])
        return "?"

    def explain(self, batch_size=None):
        """The plan of predict as text: its steps, kernels, shapes; with a batch size also bytes."""
        self.require_built("be explained")
        plan = self.steps.predict_runner().plan
        return explain(plan, None if batch_size is None else {"batch": batch_size})


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


def _grouped(number):
    """1234567 → 1,234,567"""
    text = str(number)
    if not is_string(text) or len(text) <= 3:
        return text
    parts = []
    end = len(text)
    while end > 0:
        start = end - 3 if end > 3 else 0
        parts.insert(0, text[start:end])
        end = start
    return ",".join(parts)
