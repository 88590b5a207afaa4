"""Callbacks: what may happen between the batches and epochs of fit, evaluate and predict.

A hook may return something to be waited for (in JavaScript a promise). Besides instances of `Callback`,
`callbacks` takes dicts of functions, such as {"on_epoch_end": lambda epoch, logs: ...}.
"""

from typing import Any

from .platform.console import write_line
from .platform.errors import error
from .platform.numbers import is_finite, show
from .platform.tasks import drive

__all__ = [
    "Callback",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "ReduceLROnPlateau",
    "TerminateOnNaN",
]


class Callback:
    """Base of callbacks. `model` is the model in training; `params` has verbose, epochs and steps.

    logs: dict of the numbers known at that time, such as {"loss": 0.3, "val_loss": 0.4}.
    """

    def __init__(self):
        self.model: Any = None
        self.params: Any = None

    def set_model(self, model):
        self.model = model

    def set_params(self, params):
        self.params = params

    def on_train_begin(self, logs=None):
        return None

    def on_train_end(self, logs=None):
        return None

    def on_epoch_begin(self, epoch, logs=None):
        return None

    def on_epoch_end(self, epoch, logs=None):
        return None

    def on_batch_begin(self, batch, logs=None):
        """Another name for on_train_batch_begin."""
        return None

    def on_batch_end(self, batch, logs=None):
        """Another name for on_train_batch_end."""
        return None

    def on_train_batch_begin(self, batch, logs=None):
        return self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        return self.on_batch_end(batch, logs)

    def on_test_begin(self, logs=None):
        return None

    def on_test_end(self, logs=None):
        return None

    def on_test_batch_begin(self, batch, logs=None):
        return None

    def on_test_batch_end(self, batch, logs=None):
        return None

    def on_predict_begin(self, logs=None):
        return None

    def on_predict_end(self, logs=None):
        return None

    def on_predict_batch_begin(self, batch, logs=None):
        return None

    def on_predict_batch_end(self, batch, logs=None):
        return None


class History(Callback):
    """The logs of every epoch; `fit` returns one. history: dict name → list of numbers; epoch: list of
    epochs.
    """

    def __init__(self):
        super().__init__()
        self.history = {}
        self.epoch = []

    def on_train_begin(self, logs=None):
        self.epoch = []
        return None

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        if logs is not None:
            for key in logs.keys():
                if key not in self.history:
                    self.history[key] = []
                self.history[key].append(logs[key])
        return None


class LambdaCallback(Callback):
    """A callback made of functions; each is None or takes what the hook of that name takes."""

    def __init__(
        self,
        on_epoch_begin=None,
        on_epoch_end=None,
        on_train_begin=None,
        on_train_end=None,
        on_train_batch_begin=None,
        on_train_batch_end=None,
    ):
        super().__init__()
        self.functions = {
            "epoch_begin": on_epoch_begin,
            "epoch_end": on_epoch_end,
            "train_begin": on_train_begin,
            "train_end": on_train_end,
            "batch_begin": on_train_batch_begin,
            "batch_end": on_train_batch_end,
        }

    def _call_with(self, hook_name, position, logs):
        function = self.functions[hook_name]
        return None if function is None else function(position, logs)

    def on_epoch_begin(self, epoch, logs=None):
        return self._call_with("epoch_begin", epoch, logs)

    def on_epoch_end(self, epoch, logs=None):
        return self._call_with("epoch_end", epoch, logs)

    def on_train_begin(self, logs=None):
        function = self.functions["train_begin"]
        return None if function is None else function(logs)

    def on_train_end(self, logs=None):
        function = self.functions["train_end"]
        return None if function is None else function(logs)

    def on_train_batch_begin(self, batch, logs=None):
        return self._call_with("batch_begin", batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        return self._call_with("batch_end", batch, logs)


class TerminateOnNaN(Callback):
    """Stop training when the loss is NaN or infinite; raise_error: raise NumericError instead of only
    stopping.
    """

    def __init__(self, raise_error=False):
        super().__init__()
        self.raise_error = raise_error

    def on_batch_end(self, batch, logs=None):
        if logs is not None and "loss" in logs and not is_finite(logs["loss"]):
            message = "batch " + str(batch + 1) + ": the loss is " + show(logs["loss"]) + ", training stops"
            if self.raise_error:
                raise error("NumericError", message)
            write_line(message)
            self.model.stop_training = True
        return None


def _direction(mode, monitor, owner):
    """1 when more is better, -1 when less is."""
    if mode not in ["auto", "min", "max"]:
        raise error("ArgumentError", owner + ": mode must be auto, min or max, got " + str(mode))
    if mode == "auto":
        return (
            1 if "acc" in monitor or "auc" in monitor or "precision" in monitor or "recall" in monitor else -1
        )
    return 1 if mode == "max" else -1


def _monitored(logs, monitor, owner):
    if logs is None or monitor not in logs:
        known = [] if logs is None else [key for key in logs.keys()]
        raise error(
            "ArgumentError", owner + ": there is no '" + monitor + "' to monitor; known: " + ", ".join(known)
        )
    return logs[monitor]


class EarlyStopping(Callback):
    """Stop when a monitored number has not improved for `patience` epochs.

    monitor: its name in the logs. min_delta: what counts as improvement. mode: "min", "max" or "auto" (by the
    name). baseline: a value to be better than. restore_best_weights: go back to the best epoch's weights at
    the end. start_from_epoch: epochs to wait before monitoring.
    """

    def __init__(
        self,
        monitor="val_loss",
        min_delta=0,
        patience=0,
        verbose=0,
        mode="auto",
        baseline=None,
        restore_best_weights=False,
        start_from_epoch=0,
    ):
        super().__init__()
        self.monitor = monitor
        self.min_delta = min_delta
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self.direction = _direction(mode, monitor, "EarlyStopping")
        self.best = None
        self.best_epoch = 0
        self.best_weights = None
        self.stopped_epoch = 0
        self.wait = 0

    def on_train_begin(self, logs=None):
        self.best = None
        self.best_epoch = 0
        self.best_weights = None
        self.stopped_epoch = 0
        self.wait = 0
        return None

    def _improves(self, value, reference):
        return self.direction * (value - reference) > abs(self.min_delta)

    def on_epoch_end(self, epoch, logs=None):
        return drive(self._look(epoch, logs))

    def _look(self, epoch, logs):
        value = _monitored(logs, self.monitor, "EarlyStopping")
        if epoch < self.start_from_epoch:
            return None
        self.wait = self.wait + 1
        if self.best is None or self._improves(value, self.best):
            self.best = value
            self.best_epoch = epoch
            if self.restore_best_weights:
                self.best_weights = yield self.model.get_weights()
            if self.baseline is None or self._improves(value, self.baseline):
                self.wait = 0
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True
        return None

    def on_train_end(self, logs=None):
        if self.stopped_epoch > 0 and self.verbose > 0:
            write_line("Epoch " + str(self.stopped_epoch + 1) + ": early stopping")
        if self.best_weights is not None:
            return self.model.set_weights(self.best_weights)
        return None


class LearningRateScheduler(Callback):
    """Set the learning rate at the start of each epoch: schedule(epoch, present rate) → rate."""

    def __init__(self, schedule, verbose=0):
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch, logs=None):
        return drive(self._set(epoch))

    def _set(self, epoch):
        present = yield self.model.get_learning_rate()
        rate = yield self.schedule(epoch, present)
        self.model.set_learning_rate(rate)
        if self.verbose > 0:
            write_line("Epoch " + str(epoch + 1) + ": the learning rate is " + show(rate))
        return None


class ReduceLROnPlateau(Callback):
    """Multiply the learning rate by `factor` when a number has not improved for `patience` epochs."""

    def __init__(
        self,
        monitor="val_loss",
        factor=0.1,
        patience=10,
        verbose=0,
        mode="auto",
        min_delta=0.0001,
        cooldown=0,
        min_lr=0.0,
    ):
        super().__init__()
        if factor >= 1.0:
            raise error("ArgumentError", "ReduceLROnPlateau: factor must be below 1, got " + show(factor))
        self.monitor = monitor
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.min_delta = min_delta
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.direction = _direction(mode, monitor, "ReduceLROnPlateau")
        self.best = None
        self.wait = 0
        self.cooling = 0

    def on_train_begin(self, logs=None):
        self.best = None
        self.wait = 0
        self.cooling = 0
        return None

    def on_epoch_end(self, epoch, logs=None):
        return drive(self._look(epoch, logs))

    def _look(self, epoch, logs):
        value = _monitored(logs, self.monitor, "ReduceLROnPlateau")
        if self.cooling > 0:
            self.cooling = self.cooling - 1
            self.wait = 0
        if self.best is None or self.direction * (value - self.best) > self.min_delta:
            self.best = value
            self.wait = 0
        elif self.cooling <= 0:
            self.wait = self.wait + 1
            if self.wait >= self.patience:
                present = yield self.model.get_learning_rate()
                if present > self.min_lr:
                    rate = max(present * self.factor, self.min_lr)
                    self.model.set_learning_rate(rate)
                    if self.verbose > 0:
                        write_line("Epoch " + str(epoch + 1) + ": the learning rate falls to " + show(rate))
                    self.cooling = self.cooldown
                    self.wait = 0
        return None


class ModelCheckpoint(Callback):
    """Save the model after each epoch. filepath: a folder; "{epoch}" in it is the epoch's number from 1.

    save_best_only: only when the monitored number improved. save_weights_only: weights without the
    architecture.
    """

    def __init__(
        self,
        filepath,
        monitor="val_loss",
        verbose=0,
        save_best_only=False,
        save_weights_only=False,
        mode="auto",
    ):
        super().__init__()
        self.filepath = filepath
        self.monitor = monitor
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.direction = _direction(mode, monitor, "ModelCheckpoint")
        self.best = None

    def on_epoch_end(self, epoch, logs=None):
        if self.save_best_only:
            value = _monitored(logs, self.monitor, "ModelCheckpoint")
            if self.best is not None and self.direction * (value - self.best) <= 0:
                return None
            self.best = value
        path = str(self.filepath).replace("{epoch}", str(epoch + 1))
        if self.verbose > 0:
            write_line("Epoch " + str(epoch + 1) + ": saving to " + path)
        return self.model.save_weights(path) if self.save_weights_only else self.model.save(path)
