"""Callbacks that change the learning rate."""

from ..compiler.realise import read_tensor
from ..platform.console import write_line
from ..platform.construct import call_taking
from ..platform.errors import error
from ..platform.numbers import show
from ..platform.tasks import drive, waits
from .base import Callback
from .monitor import MonitorCallback


def optimizers_of(model):
    """The optimizers that have a learning rate: of a MultiOptimizer those within."""
    optimizer = model.optimizer
    return optimizer.optimizers if hasattr(optimizer, "optimizers") else [optimizer]


@waits
def rate_of(optimizer):
    """The present learning rate, a number."""
    host = yield from read_tensor(optimizer.current_rate())
    return float(host.data[0])


def note_rate(model, logs):
    """Generator: put the present learning rate into the logs, or those of a MultiOptimizer by name."""
    if logs is not None:
        several = hasattr(model.optimizer, "optimizers")
        for optimizer in optimizers_of(model):
            key = "learning_rate_" + optimizer.name if several else "learning_rate"
            logs[key] = yield rate_of(optimizer)
    return None


class LearningRateScheduler(Callback):
    """Set the learning rate at the start of each epoch: schedule(epoch, present rate) → rate, or schedule(epoch)."""

    def __init__(self, schedule, verbose=0):
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch, logs=None):
        return drive(self._set(epoch))

    def on_epoch_end(self, epoch, logs=None):
        return drive(note_rate(self.model, logs))

    def _set(self, epoch):
        for optimizer in optimizers_of(self.model):
            present = yield rate_of(optimizer)
            rate = yield call_taking(self.schedule, [epoch, present])
            optimizer.set_rate(rate)
            if self.verbose > 0:
                write_line(
                    "Epoch "
                    + str(epoch + 1)
                    + ": LearningRateScheduler setting learning rate to "
                    + show(rate)
                )
        return None


class ReduceLROnPlateau(MonitorCallback):
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
        super().__init__(monitor, mode, None, min_delta)
        if factor >= 1.0:
            raise error("ArgumentError", "ReduceLROnPlateau: factor must be below 1, got " + show(factor))
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.wait = 0
        self.cooldown_counter = 0

    def on_train_begin(self, logs=None):
        self.best = None
        self.wait = 0
        self.cooldown_counter = 0
        return None

    def on_epoch_end(self, epoch, logs=None):
        return drive(self._look(epoch, logs))

    def _look(self, epoch, logs):
        yield from note_rate(self.model, logs)
        value = self.monitored(logs, "ReduceLROnPlateau")
        if value is None:
            return None
        if self.cooldown_counter > 0:
            self.cooldown_counter = self.cooldown_counter - 1
            self.wait = 0
        if self.improves(value, self.best):
            self.best = value
            self.wait = 0
        elif self.cooldown_counter <= 0:
            self.wait = self.wait + 1
            if self.wait >= self.patience:
                yield from self._reduce(epoch)
        return None

    def _reduce(self, epoch):
        """Generator: lower the rates that are above the least."""
        for optimizer in optimizers_of(self.model):
            present = yield rate_of(optimizer)
            if present > self.min_lr:
                rate = max(present * self.factor, self.min_lr)
                optimizer.set_rate(rate)
                self.cooldown_counter = self.cooldown
                self.wait = 0
                if self.verbose > 0:
                    write_line(
                        "Epoch "
                        + str(epoch + 1)
                        + ": ReduceLROnPlateau reducing learning rate to "
                        + show(rate)
                    )
        return None
