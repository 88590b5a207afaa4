"""The progress of fit, evaluate and predict."""

from typing import Any

from ..platform.console import write_line
from .base import Callback
from .progbar import Progbar


class ProgbarLogger(Callback):
    """Shows progress, with the logs beside it: what `verbose` of fit, evaluate and predict adds by itself."""

    def __init__(self):
        super().__init__()
        self.progbar: Any = None
        self.target: Any = None
        self.verbose = 1
        self.epochs = 1
        self.in_fit = False
        self.seen = 0

    def set_params(self, params):
        super().set_params(params)
        verbose = params.get("verbose")
        self.verbose = 1 if verbose == "auto" or verbose is None else int(verbose)
        epochs = params.get("epochs")
        self.epochs = 1 if epochs is None else epochs
        self.target = params.get("steps")

    def on_train_begin(self, logs=None):
        # Within fit, validation is silent.
        self.in_fit = True
        return None

    def on_train_end(self, logs=None):
        self.in_fit = False
        return None

    def on_epoch_begin(self, epoch, logs=None):
        self._begin()
        if self.verbose > 0 and self.epochs > 1:
            write_line("Epoch " + str(epoch + 1) + "/" + str(self.epochs))
        return None

    def on_train_batch_end(self, batch, logs=None):
        return self._step(batch, logs)

    def on_epoch_end(self, epoch, logs=None):
        return self._finish(logs)

    def on_test_begin(self, logs=None):
        return None if self.in_fit else self._begin()

    def on_test_batch_end(self, batch, logs=None):
        return None if self.in_fit else self._step(batch, logs)

    def on_test_end(self, logs=None):
        return None if self.in_fit else self._finish(logs)

    def on_predict_begin(self, logs=None):
        return self._begin()

    def on_predict_batch_end(self, batch, logs=None):
        return self._step(batch, None)

    def on_predict_end(self, logs=None):
        return self._finish(None)

    def _begin(self):
        self.seen = 0
        self.progbar = Progbar(self.target, 20, self.verbose, 0.05, None, [])
        return None

    def _step(self, batch, logs):
        self.seen = batch + 1
        if self.verbose == 1:
            self._bar().update(self.seen, _pairs(logs), False)
        return None

    def _finish(self, logs):
        if self.target is None:
            self.target = self.seen
        bar = self._bar()
        bar.target = self.target
        bar.update(self.target, _pairs(logs), True)
        return None

    def _bar(self) -> Any:
        if self.progbar is None:
            self._begin()
        return self.progbar


def _pairs(logs):
    return [] if logs is None else [[key, logs[key]] for key in logs.keys()]
