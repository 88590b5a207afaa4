"""What can be gone through: iterables, and sequences such as Keras's PyDataset, with a length and items."""

import collections
import concurrent.futures
import itertools
from typing import Any


class Sequence:
    """An object with `num_batches` or `__len__`, and `__getitem__`.

    Its items are asked for one by one or, where it has `workers`, ahead of time by threads or processes.
    """

    def __init__(self, given):
        self.given = given

    def count(self):
        """How many items it has; None of one without an end."""
        if hasattr(self.given, "num_batches"):
            return self.given.num_batches
        return len(self.given)

    def elements(self, order, at):
        """A function that gives the items from place `at` on. order: their indices by place, None for 0, 1, ..."""
        count = self.count()
        places = itertools.count(at) if count is None else range(at, count)
        indices = places if order is None else (order[place] for place in places)
        workers = getattr(self.given, "workers", 1)
        processes = getattr(self.given, "use_multiprocessing", False)
        if workers > 1 or (workers > 0 and processes):
            most = max(workers, getattr(self.given, "max_queue_size", 10))
            return lambda: _ahead(self.given, indices, workers, processes, most)
        return lambda: (self.given[int(index)] for index in indices)

    def begin_epoch(self):
        """Tell an object that wants to know it that an epoch begins."""
        if hasattr(self.given, "on_epoch_begin"):
            self.given.on_epoch_begin()

    def end_epoch(self):
        """Tell an object that wants to know it that an epoch has ended."""
        if hasattr(self.given, "on_epoch_end"):
            self.given.on_epoch_end()


# In a process of a pool: what it takes items from.
_GIVEN: list[Any] = [None]


def _hold(given):
    _GIVEN[0] = given


def _item_of_process(index):
    return _GIVEN[0][index]


def _ahead(given, indices, workers, processes, most):
    """Items in order, up to `most` of them made ahead of time."""
    if processes:
        pool = concurrent.futures.ProcessPoolExecutor(workers, initializer=_hold, initargs=(given,))
        item = _item_of_process
    else:
        pool = concurrent.futures.ThreadPoolExecutor(workers)
        item = given.__getitem__
    waiting = collections.deque()
    try:
        for index in indices:
            waiting.append(pool.submit(item, int(index)))
            if len(waiting) >= most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def as_sequence(given):
    """A Sequence of an object with a length and items (in JavaScript of none), else None."""
    known = hasattr(given, "num_batches") or hasattr(given, "__len__")
    return Sequence(given) if known and hasattr(given, "__getitem__") else None


def is_iterable(given):
    """Whether something can be gone through (in JavaScript also asynchronously)."""
    return hasattr(given, "__iter__") or hasattr(given, "__next__") or as_sequence(given) is not None
