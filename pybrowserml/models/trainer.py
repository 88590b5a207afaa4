"""Training and asking: what every model does with data."""

from typing import Any

from ..callbacks.base import History
from ..compiler.realise import read_tensor
from ..core.annotations import Sizes
from ..core.graph import is_tensor
from ..core.shapes import encode_shape
from ..data.parts import unpack_x_y_sample_weight
from ..layers.call import flat
from ..layers.layer import Layer
from ..platform.buffers import is_array, to_user
from ..platform.console import new_progress
from ..platform.construct import call_taking
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list
from ..platform.tasks import now, waits
from .batches import (
    Batches,
    class_weights_of,
    input_arrays,
    require_one_count,
    target_arrays,
    to_host,
    weight_arrays,
)
from .compilation import Compiled
from .loop import Callbacks, Schedule, averaged, evaluate_batches, fit_epochs, listed, named, predict_batches
from .steps import ModelSteps
from .streams import Stream, is_stream
from .subclassed import is_several


class Trainer(Layer):
    """What a model does with data. A subclass gives the graph, its inputs and outputs."""

    def __init__(self, trainable, name):
        super().__init__(trainable, name, "float32")
        self.graph: Any = None
        self.begins: Any = None
        self.ends: Any = None
        self.inputs = []
        self.outputs = []
        # What runs on texts and tokens before the plan, or None; see models/front.
        self.front: Any = None
        self.input_names = []
        self.output_names = []
        self.input_keys = None
        self.output_keys = None
        self.several_inputs = False
        self.several_outputs = False
        self.compiled: Any = None
        self.steps = ModelSteps(self)
        self.stop_training = False
        self.stop_evaluating = False
        self.stop_predicting = False
        self.position = [0, 0]
        self.source: Any = None
        self.data_state: Any = None

    def require_built(self, action):
        """Raise NotBuiltError unless the model knows its inputs and outputs."""
        if len(self.inputs) == 0:
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
        inputs = self.inputs if self.front is None else self.front.ends.tensors
        names = self.input_names if self.front is None else self.front.ends.names
        return [[names[i], inputs[i].shape, inputs[i].dtype] for i in range(len(inputs))]

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

    def meet(self, x):
        """Look at data before it is used: the first builds a model that waits for it."""
        if len(self.inputs) == 0:
            self.build_for(x)
        return None

    def _inputs_of(self, x, action):
        """Generator → HostArrays of the inputs."""
        given = yield from _read_tensors(x)
        self.meet(given)
        self.require_built(action)
        if self.front is not None:
            given = yield from self.front.prepared(given, self.input_names)
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
        if self.steps.is_own("test" if action in ["evaluate", "test_on_batch"] else "train"):
            given = yield from _read_tensors(y)
            self.steps.take_targets(given)
            ys = [to_host(part, "target") for part in parts_of(given)]
            weights = None if sample_weight is None else [to_host(sample_weight, "sample_weight")]
            labels.extend(["target" for host in ys])
        else:
            given = yield from _read_tensors(y)
            if y is not None:
                self.compiled.look_at(self, given)
            targets = self.compiled.targets(self)
            if y is None and len(targets) > 0:
                raise error(
                    "ArgumentError",
                    action + " needs targets y for: " + ", ".join([t["name"] for t in targets]),
                )
            ys = target_arrays(given, targets, batch_size) if len(targets) > 0 else []
            weights = weight_arrays(sample_weight, targets)
            labels.extend(["target '" + target["name"] + "'" for target in targets])
            if class_weight is not None:
                if weights is not None or len(targets) != 1:
                    raise error(
                        "ArgumentError",
                        "class_weight works for models of one output and without sample_weight",
                    )
                weights = [class_weights_of(class_weight, ys[0], targets[0])]
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
        return self.structured(arrays)  # pyright: ignore[reportAttributeAccessIssue]

    # What a subclass may write

    def has_own(self, method_name):
        """Whether a subclass wrote this method."""
        return False

    def train_step(self, data):
        """One training step, recorded once and run for every batch; returns a dict name → scalar tensor.

        data: x, or a tuple (in JavaScript a list) of x, y and perhaps sample_weight; tensors structured as the user's
        data. A subclass computes its loss, changes weights (with variable_grads and self.optimizer.apply), and
        returns what the logs show.
        """
        parts = unpack_x_y_sample_weight(data)
        return self.usual_step(parts[0], parts[1], parts[2], True)

    def test_step(self, data):
        """As train_step, for evaluate: returns a dict name → scalar tensor, and changes no weights."""
        parts = unpack_x_y_sample_weight(data)
        return self.usual_step(parts[0], parts[1], parts[2], False)

    def usual_step(self, x, y, sample_weight, training):
        """Predict, compute_loss, learn when training, compute_metrics."""
        y_pred = self.apply_to(x, training)
        loss = call_taking(self.compute_loss, [x, y, y_pred, sample_weight, training])
        if training:
            self.steps.learn(loss)
        self.compiled.trackers[0].update_state(loss)
        return self.compute_metrics(x, y, y_pred, sample_weight)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """The loss that compile chose, with what layers add to it: a scalar tensor. A subclass may write its own."""
        return self.compiled.total_of(self, flat(y), flat(y_pred), sample_weight)

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Update the metrics that compile chose; returns a dict of the results of all metrics."""
        self.compiled.update_metrics(flat(y), flat(y_pred), sample_weight)
        return self.get_metrics_result()

    def get_metrics_result(self):
        """Name → scalar tensor of all metrics."""
        found = {}
        for metric in self.metrics:
            found[metric.name] = metric.result()
        return found

    @property
    def metrics(self):
        """The mean of the loss, the metrics of compile, and those kept as attributes."""
        found = []
        if self.compiled is not None:
            found = self.compiled.own_trackers()
            if len(found) > 0 and self.compiled.given["loss"] is None and self.has_own("train_step"):
                found = found[1 : len(found)]
        found.extend(self.own_metrics)
        return found

    def reset_metrics(self):
        """Start all metrics anew."""
        for metric in self.metrics:
            metric.reset_state()
        return None

    # Training

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss=None,
        loss_weights=None,
        metrics=None,
        weighted_metrics=None,
        run_eagerly=False,
        steps_per_execution=1,
        jit_compile: str | bool = "auto",
        auto_scale_loss=True,
    ):
        """Choose how to train.

        optimizer, loss, metrics: names, objects or (loss, metrics) functions; lists or dicts for several
        outputs. loss_weights: factors of the outputs' losses. weighted_metrics: metrics that use sample
        weights. The loss "crossentropy" and the metrics "accuracy" and "crossentropy" mean those that fit the data.

        Every step is one compiled plan, so run_eagerly, steps_per_execution and jit_compile change nothing here;
        nor does auto_scale_loss, since losses are scaled where the optimizer is a LossScaleOptimizer.
        """
        self.compiled = Compiled(optimizer, loss, loss_weights, metrics, weighted_metrics)
        self.steps.forget()
        if len(self.outputs) > 0 and loss is not None and not self.compiled.depends_on_data(self):
            self.compiled.settle(self)
        return None

    @property
    def optimizer(self) -> Any:
        return None if self.compiled is None else self.compiled.optimizer

    @waits
    def fit(
        self,
        x=None,
        y=None,
        batch_size=None,
        epochs=1,
        verbose: str | bool | int = "auto",
        callbacks=None,
        validation_split=0.0,
        validation_data=None,
        shuffle: str | bool = True,
        class_weight=None,
        sample_weight=None,
        initial_epoch=0,
        steps_per_epoch=None,
        validation_steps=None,
        validation_batch_size=None,
        validation_freq: Sizes = 1,
    ):
        """Train; returns a History whose `history` maps names to one number per epoch.

        x, y: arrays, lists or dicts of them by name. batch_size: 32 when None. epochs: the epoch to stop at.
        verbose: 0 silent, 1 ("auto") a progress bar, 2 a line per epoch. validation_split: this last fraction
        of the data is not trained on but evaluated after each epoch; validation_data: [x, y] or [x, y,
        sample_weight] instead. shuffle: a new order of rows each epoch, that depends on the seed only.
        class_weight: dict class → weight. A loss that is no number warns once; training goes on.

        x may be a Dataset, a generator or another iterable of (x, y) or (x, y, sample_weight) instead; y is None then.
        initial_epoch: the epoch to start at; [epoch, batch], such as `model.position` after loading, goes on within
        one as if training had not been stopped.
        """
        size = 32 if batch_size is None else batch_size
        batches = yield from self._data(x, y, sample_weight, class_weight, size, "fit")
        validation = None
        held_size = size if validation_batch_size is None else validation_batch_size
        if is_stream(validation_data):
            validation = yield from self._data(validation_data, None, None, None, held_size, "validation")
        elif validation_data is not None:
            if not is_list(validation_data) or len(validation_data) not in [2, 3]:
                raise error("ArgumentError", "validation_data must be [x, y] or [x, y, sample_weight]")
            held_weights = validation_data[2] if len(validation_data) == 3 else None
            validation = yield from self._data(
                validation_data[0], validation_data[1], held_weights, None, held_size, "validation"
            )
        elif validation_split != 0:
            if is_stream(x):
                raise error("ArgumentError", "validation_split works for arrays; use validation_data")
            parts = batches.cut(validation_split)
            batches = parts[0]
            validation = Batches(parts[1].xs, parts[1].ys, parts[1].weights, held_size)
        self.source = batches
        schedule = Schedule(
            epochs, initial_epoch, shuffle, steps_per_epoch, validation_steps, validation_freq
        )
        history = History()
        shown = 1 if verbose == "auto" else int(verbose)
        # History comes last: callbacks such as ReduceLROnPlateau add to the logs.
        entries = listed([], callbacks)
        entries.append(history)
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
        verbose: str | bool | int = "auto",
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
        progress.end_epoch(averaged(logs), (now() - started) / 1000)
        return self._scores(logs, "test", return_dict)

    def _scores(self, logs, kind, return_dict):
        if return_dict:
            return logs
        scores = [logs[name] for name in self.steps.log_names(kind)]
        return scores if len(scores) > 1 else scores[0]

    @waits
    def predict(self, x, batch_size=None, verbose: str | bool | int = "auto", steps=None, callbacks=None):
        """The outputs for inputs of any number of rows: an array, or a list or dict of arrays as the outputs
        are.
        """
        if is_stream(x):
            hooks = Callbacks(callbacks, self, {"steps": None})
            hosts = yield from predict_batches(self.steps, Stream(x, self._only_inputs), steps, hooks)
            return self._structured(hosts)
        found = yield from self._only_inputs(x, None, None)
        batches = Batches(found[0], [], [], 32 if batch_size is None else batch_size)
        if batches.rows == 0:
            hosts = yield from self.steps.predict(batches.whole())
        else:
            hooks = Callbacks(callbacks, self, {"steps": batches.batch_count()})
            hosts = yield from predict_batches(self.steps, batches, steps, hooks)
        return self._structured(hosts)

    @waits
    def predict_on_batch(self, x):
        """The outputs for one batch."""
        found = yield from self._only_inputs(x, None, None)
        hosts = yield from self.steps.predict(Batches(found[0], [], [], 1).whole())
        return self._structured(hosts)

    @waits
    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """One training step; returns loss and metrics of this batch alone, before the step."""
        batches = yield from self._data(x, y, sample_weight, class_weight, 1, "train_on_batch")
        numbers = yield from self.steps.train(batches.whole(), True)
        return self._scores(named(self.steps.log_names("train"), numbers), "train", return_dict)

    @waits
    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """Loss and metrics of one batch; nothing is learned."""
        batches = yield from self._data(x, y, sample_weight, None, 1, "test_on_batch")
        numbers = yield from self.steps.test(batches.whole(), True)
        return self._scores(named(self.steps.log_names("test"), numbers), "test", return_dict)

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
