"""Batches by their place: the base of Keras's way to write a source of data as a class."""


class PyDataset:
    """A base for classes that know how many batches they have (`__len__`) and give each by its place (`__getitem__`):
    x, (x, y) or (x, y, sample_weight). `fit`, `evaluate` and `predict` take it, in Python.

    workers, use_multiprocessing and max_queue_size are kept and mean nothing here: batches are asked for one by one.
    """

    def __init__(self, workers=1, use_multiprocessing=False, max_queue_size=10):
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def on_epoch_begin(self):
        """Called before an epoch by who wants it so."""
        return None

    def on_epoch_end(self):
        """Called when all batches of an epoch were taken: the place to mix the samples anew."""
        return None
