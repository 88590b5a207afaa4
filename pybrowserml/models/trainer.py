"""Training and asking: what every model does with data."""

from typing import Any

from ..backends.active import active_backend
from ..backends.fast_path import require_at_once
from ..callbacks.base import History
from ..callbacks.progress import ProgbarLogger
from ..compiler.realise import read_tensor
from ..core.annotations import Sizes
from ..core.host import HostArray
from ..core.opset.generators import size_of
from ..core.opset.unary import cast
from ..data.parts import unpack_x_y_sample_weight
from ..layers.call import flat
from ..platform.console import usual_verbosity
from ..platform.construct import call_taking
from ..platform.errors import error
from ..platform.numbers import is_list
from ..platform.reflection import keep_own
from ..platform.tasks import drive_sync, waits
from .batches import Batches
from .callback_list import Callbacks, listed
from .compilation import Compiled
from .intake import Intake
from .limits import limited_epochs, limited_steps
from .loop import Schedule, evaluate_batches, fit_epochs, logs_of, predict_batches
from .streams import Stream, is_stream


class Trainer(Intake):
    """What a model does with data. A subclass gives the graph, its inputs and outputs."""

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
        return self._usual_step(parts[0], parts[1], parts[2], True)

    def test_step(self, data):
        """As train_step, for evaluate: returns a dict name → scalar tensor, and changes no weights."""
        parts = unpack_x_y_sample_weight(data)
        return self._usual_step(parts[0], parts[1], parts[2], False)

    def predict_step(self, data):
        """The outputs for one batch: what `predict` runs. A subclass may write its own, and give other results.

        data: x as the model's inputs are structured; a list of inputs in a tuple (x,).
        """
        return self.apply_to(unpack_x_y_sample_weight(data)[0], False)

    def _usual_step(self, x, y, sample_weight, training):
        """Predict, compute_loss, learn when training, compute_metrics."""
        y_pred = self.apply_to(x, training)
        loss = call_taking(self.compute_loss, [x, y, y_pred, sample_weight, training])
        if training:
            self._model_steps.learn(loss)
        self.compiled.trackers[0].add_batch(loss, cast(size_of(flat(x)[0].shape[0]), "float32"))
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
        found.extend(self._own_metrics)
        return found

    @property
    def metrics_names(self):
        """The names of `metrics`, in their order."""
        return [metric.name for metric in self.metrics]

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

        steps_per_execution: the hooks of callbacks for batches are called once for so many batches.

        Every step is one compiled plan, so run_eagerly and jit_compile change nothing here; nor does auto_scale_loss,
        since losses are scaled where the optimizer is a LossScaleOptimizer.
        """
        self.compiled = Compiled(optimizer, loss, loss_weights, metrics, weighted_metrics)
        self.run_eagerly = run_eagerly
        self.jit_compile = jit_compile == "auto" or jit_compile
        self.steps_per_execution = steps_per_execution
        self._model_steps.forget()
        if len(self._model_outputs) > 0 and loss is not None and not self.compiled.depends_on_data(self):
            self.compiled.settle(self)
        return None

    @property
    def loss(self) -> Any:
        """The loss as compile was given it."""
        return None if self.compiled is None else self.compiled.given["loss"]

    @loss.setter
    def loss(self, value):
        keep_own(self, "loss", value)

    @property
    def optimizer(self) -> Any:
        return None if self.compiled is None else self.compiled.optimizer

    @optimizer.setter
    def optimizer(self, value):
        keep_own(self, "optimizer", value)

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
        verbose: 0 silent, 1 a progress bar, 2 a line per epoch; "auto" is 1 in Python and 0 in JavaScript, where a bar
        is a line of the console. validation_split: this last fraction
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
        self._data_source = batches
        epochs = limited_epochs(epochs)
        steps = limited_steps(steps_per_epoch)
        schedule = Schedule(
            epochs, initial_epoch, shuffle, steps, limited_steps(validation_steps), validation_freq
        )
        history = History()
        self.history = history
        # History comes last: callbacks such as ReduceLROnPlateau add to the logs.
        entries = with_progress(callbacks, verbose)
        entries.append(history)
        params = call_params(verbose, epochs, batches, steps)
        hooks = Callbacks(entries, self, params, self.steps_per_execution)
        yield from fit_epochs(self._model_steps, batches, validation, schedule, hooks)
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
        """Loss and metrics over data: a list (one number when there is only the loss), or a dict by name.

        verbose: as of fit.
        """
        batches = yield from self._data(
            x, y, sample_weight, None, 32 if batch_size is None else batch_size, "evaluate"
        )
        steps = limited_steps(steps)
        params = call_params(verbose, 1, batches, steps)
        hooks = Callbacks(with_progress(callbacks, verbose), self, params, self.steps_per_execution)
        logs = yield from evaluate_batches(self._model_steps, batches, steps, hooks)
        return self._scores(logs, "test", return_dict)

    def _scores(self, logs, kind, return_dict):
        if return_dict:
            return logs
        scores = [logs[name] for name in self._model_steps.log_names(kind)]
        return scores if len(scores) > 1 else scores[0]

    @waits
    def predict(self, x, batch_size=None, verbose: str | bool | int = "auto", steps=None, callbacks=None):
        """The outputs for inputs of any number of rows: an array, or a list or dict of arrays as the outputs are.

        verbose: as of fit.
        """
        batches: Any = None
        if is_stream(x):
            batches = Stream(x, self._only_inputs)
        else:
            found = yield from self._only_inputs(x, None, None)
            batches = Batches(found[0], [], [], 32 if batch_size is None else batch_size)
            if batches.rows == 0:
                hosts = yield from self._model_steps.predict(batches.whole())
                return self._structured(hosts)
        steps = limited_steps(steps)
        params = call_params(verbose, 1, batches, steps)
        hooks = Callbacks(with_progress(callbacks, verbose), self, params, self.steps_per_execution)
        structured = self._structured
        hosts = yield from predict_batches(self._model_steps, batches, steps, hooks, structured)
        return self._structured(hosts)

    @waits
    def predict_on_batch(self, x):
        """The outputs for one batch."""
        found = yield from self._predicted(x)
        return found

    def predict_sync(self, x):
        """As predict_on_batch, in JavaScript at once and without a promise: for the engines on the processor.

        Raises EngineError where the engine has to be waited for, or is in the middle of something else.
        """
        steps = self._model_steps
        fast_path = steps.fast_path
        if steps.leads_on(fast_path) and fast_path.passes(x):
            instant = fast_path.instant
            return self._structured([HostArray(instant.result(0), instant.out_shapes[0], "float32")])
        require_at_once(active_backend())
        return drive_sync(self._predicted(x))

    def _predicted(self, x):
        """Generator → the outputs for one batch."""
        found = yield from self._only_inputs(x, None, None)
        hosts = yield from self._model_steps.predict(Batches(found[0], [], [], 1).whole())
        return self._structured(hosts)

    @waits
    def train_on_batch(self, x, y=None, sample_weight=None, class_weight=None, return_dict=False):
        """One training step; returns loss and metrics of this batch alone, before the step."""
        batches = yield from self._data(x, y, sample_weight, class_weight, 1, "train_on_batch")
        numbers = yield from self._model_steps.train(batches.whole(), True)
        return self._scores(logs_of(self._model_steps.log_names("train"), numbers), "train", return_dict)

    @waits
    def test_on_batch(self, x, y=None, sample_weight=None, return_dict=False):
        """Loss and metrics of one batch; nothing is learned."""
        batches = yield from self._data(x, y, sample_weight, None, 1, "test_on_batch")
        numbers = yield from self._model_steps.test(batches.whole(), True)
        return self._scores(logs_of(self._model_steps.log_names("test"), numbers), "test", return_dict)

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


def with_progress(callbacks, verbose):
    """A list of callbacks, with one that shows progress where it is wanted and they have none."""
    entries = listed([], callbacks)
    shown = usual_verbosity() if verbose == "auto" else int(verbose)
    if shown > 0 and len([entry for entry in entries if isinstance(entry, ProgbarLogger)]) == 0:
        entries.append(ProgbarLogger())
    return entries


def call_params(verbose, epochs, batches, most_steps):
    """What callbacks are told of a call. most_steps: at most so many batches a pass, or None."""
    steps = batches.batch_count()
    if steps is None or most_steps is not None and most_steps < steps:
        steps = most_steps
    return {"verbose": verbose, "epochs": epochs, "steps": steps}
