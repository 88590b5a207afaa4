"""Callbacks for optimizers that keep averages of the weights."""

from ..core.host import HostArray
from ..core.slots import fetch_hosts, store_hosts
from ..platform.buffers import copy_of
from ..platform.errors import error
from ..platform.tasks import drive
from .base import Callback


def copied(host):
    return HostArray(copy_of(host.data), host.shape, host.dtype)


class SwapEMAWeights(Callback):
    """Evaluate and predict with the moving averages of the weights, and train with the weights themselves.

    The optimizer must have use_ema=True. swap_on_epoch: swap at the end of each epoch too, so that what other
    callbacks save there are the averages; and back when the next one begins.
    """

    def __init__(self, swap_on_epoch=False):
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self.swapped = False

    def _averaging(self):
        """The optimizers that keep averages: within a LossScaleOptimizer, or among those of a MultiOptimizer."""
        optimizer = self.model.optimizer
        if hasattr(optimizer, "inner_optimizer"):
            optimizer = optimizer.inner_optimizer
        found = optimizer.optimizers if hasattr(optimizer, "optimizers") else [optimizer]
        return [entry for entry in found if entry is not None and entry.use_ema]

    def on_train_begin(self, logs=None):
        if len(self._averaging()) == 0:
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
        return drive(self._end())

    def _swap(self, wanted):
        """Generator: exchange weights and averages, unless they are as wanted."""
        if self.swapped == wanted:
            return None
        for optimizer in self._averaging():
            weights = yield from fetch_hosts(optimizer._slot_owners)
            averages = yield from fetch_hosts(optimizer._averages)
            yield from store_hosts(optimizer._slot_owners, averages)
            yield from store_hosts(optimizer._averages, weights)
            optimizer._swapped = wanted
        self.swapped = wanted
        return None

    def _end(self):
        """Generator: the weights are the averages now, and both stay so."""
        if self.swapped:
            for optimizer in self._averaging():
                weights = yield from fetch_hosts(optimizer._slot_owners)
                yield from store_hosts(optimizer._averages, [copied(host) for host in weights])
                optimizer._swapped = False
            self.swapped = False
        return None
