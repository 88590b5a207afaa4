"""The base of callbacks, what `fit` returns, and callbacks made of functions.

A hook may return something to be waited for (in JavaScript a promise). Besides instances of `Callback`,
`callbacks` takes dicts of functions, such as {"on_epoch_end": lambda epoch, logs: ...}.
"""

from typing import Any


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

    def on_train_begin(self, logs: Any = None):
        return None

    def on_train_end(self, logs: Any = None):
        return None

    def on_epoch_begin(self, epoch, logs: Any = None):
        return None

    def on_epoch_end(self, epoch, logs: Any = None):
        return None

    def on_batch_begin(self, batch, logs: Any = None):
        """Another name for on_train_batch_begin."""
        return None

    def on_batch_end(self, batch, logs: Any = None):
        """Another name for on_train_batch_end."""
        return None

    def on_train_batch_begin(self, batch, logs: Any = None):
        return self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch, logs: Any = None):
        return self.on_batch_end(batch, logs)

    def on_test_begin(self, logs: Any = None):
        return None

    def on_test_end(self, logs: Any = None):
        return None

    def on_test_batch_begin(self, batch, logs: Any = None):
        return None

    def on_test_batch_end(self, batch, logs: Any = None):
        return None

    def on_predict_begin(self, logs: Any = None):
        return None

    def on_predict_end(self, logs: Any = None):
        return None

    def on_predict_batch_begin(self, batch, logs: Any = None):
        return None

    def on_predict_batch_end(self, batch, logs: Any = None):
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
