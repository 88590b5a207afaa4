"""Callbacks that stop training."""


from ..platform.console import write_line
from ..platform.errors import error
from ..platform.numbers import is_finite, show
from ..platform.tasks import drive
from .base import Callback
from .monitor import MonitorCallback


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


class EarlyStopping(MonitorCallback):
    """Stop when a monitored number has not improved for `patience` epochs.

    monitor: its name in the logs. min_delta: what counts as improvement. mode: "min", "max" or "auto" (by the
    name). baseline: a value to be better than. restore_best_weights: go back to the best epoch's weights at
    the end. start_from_epoch: epochs to wait before monitoring.
    """

    def __init__(
        self,
        monitor="val_loss",
        min_delta: float = 0,
        patience=0,
        verbose=0,
        mode="auto",
        baseline=None,
        restore_best_weights=False,
        start_from_epoch=0,
    ):
        super().__init__(monitor, mode, None, min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
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

    def on_epoch_end(self, epoch, logs=None):
        return drive(self._look(epoch, logs))

    def _look(self, epoch, logs):
        value = self.monitored(logs, "EarlyStopping")
        if value is None or epoch < self.start_from_epoch:
            return None
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights = yield self.model.get_weights()
            self.best_epoch = epoch
        self.wait = self.wait + 1
        if self.improves(value, self.best):
            self.best = value
            self.best_epoch = epoch
            if self.restore_best_weights:
                self.best_weights = yield self.model.get_weights()
            if self.baseline is None or self.improves(value, self.baseline):
                self.wait = 0
            return None
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True
        return None

    def on_train_end(self, logs=None):
        if self.stopped_epoch > 0 and self.verbose > 0:
            write_line("Epoch " + str(self.stopped_epoch + 1) + ": early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                write_line("Restoring the weights of the best epoch: " + str(self.best_epoch + 1))
            return self.model.set_weights(self.best_weights)
        return None
