"""Callbacks that change the learning rate."""

from typing import Any

from ..platform.console import write_line
from ..platform.construct import call_taking
from ..platform.errors import error
from ..platform.numbers import show
from ..platform.tasks import drive
from .base import Callback
from .monitor import direction_of, monitored


def note_rate(model, logs):
    """Generator: put the present learning rate into the logs."""
    if logs is not None:
        logs["learning_rate"] = yield model.get_learning_rate()
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
        present = yield self.model.get_learning_rate()
        rate = yield call_taking(self.schedule, [epoch, present])
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
        self.direction = direction_of(mode, monitor, "ReduceLROnPlateau")
        self.best: Any = None
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
        value = monitored(logs, self.monitor, "ReduceLROnPlateau")
        if self.cooldown_counter > 0:
            self.cooldown_counter = self.cooldown_counter - 1
            self.wait = 0
        if self.best is None or self.direction * (value - self.best) > self.min_delta:
            self.best = value
            self.wait = 0
        elif self.cooldown_counter <= 0:
            self.wait = self.wait + 1
            if self.wait >= self.patience:
                present = yield self.model.get_learning_rate()
                if present > self.min_lr:
                    rate = max(present * self.factor, self.min_lr)
                    self.model.set_learning_rate(rate)
                    if self.verbose > 0:
                        write_line("Epoch " + str(epoch + 1) + ": the learning rate falls to " + show(rate))
                    self.cooldown_counter = self.cooldown
                    self.wait = 0
        return None
