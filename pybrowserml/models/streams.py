"""Batches that come one by one: from datasets, sequences, generators and whatever else can be iterated."""

from typing import Any

from ..core.rng import host_permutation
from ..data.elements import item_of
from ..data.parts import split_element
from ..platform.buffers import is_array
from ..platform.iteration import as_sequence, is_iterable
from ..platform.numbers import is_dict, is_list
from ..platform.streams import elements_of, is_read_once
from .batches import Batch


def is_stream(x):
    """Whether data comes batch by batch, and not as arrays."""
    if x is None or is_array(x) or is_list(x) or is_dict(x):
        return False
    return hasattr(x, "iterate") or is_iterable(x)


class Stream:
    """A source of batches, see models/loop.

    given: a Dataset, a sequence (with a length and items), an iterator or an iterable, whose elements are x, (x, y) or
    (x, y, sample_weight). arrays: generator function of these three → [xs, ys, weights], lists of checked HostArrays.
    """

    def __init__(self, given, arrays):
        self.given = given
        self.arrays = arrays
        self.sequence = as_sequence(given)
        self.running: Any = None
        self.once = not hasattr(given, "iterate") and is_read_once(given)

    def batch_count(self):
        if hasattr(self.given, "iterate"):
            return self.given.batch_count()
        return None if self.sequence is None else self.sequence.count()

    def epoch_begins(self):
        """Told at the start of an epoch, which may go on with the present pass."""
        if self.sequence is not None:
            self.sequence.begin_epoch()
        return None

    def epoch_ends(self):
        """Told at the end of an epoch."""
        if self.sequence is not None:
            self.sequence.end_epoch()
        return None

    def begin(self, shuffle, key, number, at):
        """Generator: start a pass at element `at`. An iterator that can be read once only goes on where it is.

        Sequences are shuffled, in an order that depends on key and number only; other sources shuffle themselves.
        """
        if self.once and self.running is not None:
            return None
        if hasattr(self.given, "iterate"):
            self.running = self.given.iterate()
            yield from self.running.skip(max(0, at - self.running.taken))
            return None
        elif self.sequence is not None:
            count = self.sequence.count()
            order = host_permutation(key, number, count) if shuffle and count is not None else None
            self.running = _Read(elements_of(self.sequence.elements(order, at)))
            return None
        else:
            self.running = _Read(elements_of(self.given))
        for _i in range(at):
            yield from self.running.next_batch()
        return None

    def take(self):
        """Generator → the next Batch, None at the end."""
        parts = yield from self.running.next_batch()
        if parts is None:
            return None
        found = yield from self.arrays(parts[0], parts[1], parts[2])
        return Batch(found[0], found[1], found[2], 0, found[0][0].shape[0], None)

    def state(self):
        """Where the pass stands, as JSON, or None where the data cannot tell."""
        return self.given.state() if hasattr(self.given, "iterate") else None

    def restore(self, state):
        """Let the next pass go on where `state` was taken."""
        if state is not None and hasattr(self.given, "restore"):
            self.given.restore(state)
        return None


class _Read:
    """A pass over what a user gave."""

    def __init__(self, elements):
        self.elements = elements

    def next_batch(self):
        """Generator → [x, y, sample_weight], None at the end."""
        found = yield self.elements.next_element()
        if found[0]:
            return None
        item = yield from item_of(found[1])
        return split_element(item)
