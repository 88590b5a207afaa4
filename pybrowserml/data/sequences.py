"""Batches by their place: the base of Keras's way to write a source of data as a class."""

from typing import Any

from ..platform.errors import error


class PyDataset:
    """A base for classes that know how many batches they have (`__len__`, or a property `num_batches`, None for no end)
    and give each by its place (`__getitem__`): x, (x, y) or (x, y, sample_weight). `fit`, `evaluate` and `predict` take
    it, in Python.

    workers: how many threads make batches ahead of time, where it is more than 1; processes with use_multiprocessing.
    max_queue_size: how many batches at most wait to be used.
    """

    def __init__(self, workers=1, use_multiprocessing=False, max_queue_size=10):
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index) -> Any:
        raise error("ArgumentError", "a PyDataset needs a method __getitem__(index)")

    @property
    def num_batches(self) -> Any:
        """The number of batches."""
        if not hasattr(self, "__len__"):
            raise error("ArgumentError", "a PyDataset needs a property num_batches, or a method __len__")
        return len(self)  # pyright: ignore[reportArgumentType]

    def __iter__(self):
        count = self.num_batches
        index = 0
        while count is None or index < count:
            yield self.__getitem__(index)
            index = index + 1

    def on_epoch_begin(self):
        """Called before an epoch."""
        return None

    def on_epoch_end(self):
        """Called when an epoch has ended: the place to mix the samples anew."""
        return None
