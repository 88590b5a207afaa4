"""Callbacks for optimizers that keep averages of the weights."""

from ..core.variables import fetch_hosts, store_hosts
from ..platform.errors import error
from ..platform.tasks import drive
from .base import Callback


class SwapEMAWeights(Callback):
    """Evaluate and predict with the moving averages of the weights, and train with the weights themselves.

    The optimizer must have use_ema=True. swap_on_epoch: swap at the end of each epoch too, so that what other
    callbacks save there are the averages; and back when the next one begins.
    """

    def __init__(self, swap_on_epoch=False):
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self.swapped = False

    def on_train_begin(self, logs=None):
        optimizer = self.model.optimizer
        if optimizer is None or not optimizer.use_ema:
            raise error("ArgumentError", "SwapEMAWeights needs an optimizer with use_ema=True")
        return None

    def on_epoch_begin(self, epoch, logs=None):
        return drive(self._swap(False))

    def on_epoch_end(self, epoch, logs=None):
        return drive(self._swap(True)) if self.swap_on_epoch else None

    def on_test_begin(self, logs=None):
        return drive(self._swap(True))

    def on_test_end(self, logs=None):
        return drive(self._swap(False))

    def on_predict_begin(self, logs=None):
        return drive(self._swap(True))

    def on_predict_end(self, logs=None):
        return drive(self._swap(False))

    def on_train_end(self, logs=None):
        return drive(self._swap(False))

    def _swap(self, wanted):
        """Generator: exchange weights and averages, unless they are as wanted."""
        optimizer = self.model.optimizer
        if self.swapped == wanted or optimizer is None or len(optimizer.averages) == 0:
            return None
        weights = yield from fetch_hosts(optimizer.slot_owners)
        averages = yield from fetch_hosts(optimizer.averages)
        yield from store_hosts(optimizer.slot_owners, averages)
        yield from store_hosts(optimizer.averages, weights)
        self.swapped = wanted
        return None
