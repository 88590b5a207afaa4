"""What `adapt` learns from: arrays at once, or batches that come one by one."""

from typing import Any

from ...core.graph import is_tensor
from ...platform.buffers import is_array
from ...platform.iteration import is_iterable
from ...platform.numbers import is_dict, is_list, is_number, is_string
from ...platform.records import is_tuple
from ...platform.streams import elements_of


def comes_in_parts(data):
    """Whether data is a Dataset, a generator or another iterable of batches, and not the data itself."""
    if is_array(data) or is_tensor(data) or is_list(data) or is_dict(data):
        return False
    if data is None or is_string(data) or is_number(data) or hasattr(data, "slot"):
        return False
    return hasattr(data, "iterate") or is_iterable(data)


class Parts:
    """The batches of a Dataset or an iterable, up to `steps` of them, None for all; see `advance`."""

    def __init__(self, data, steps):
        self.steps = steps
        self.taken = 0
        self.iteration = data.iterate() if hasattr(data, "iterate") else None
        self.elements: Any = elements_of(data) if self.iteration is None else None

    def advance(self):
        """Generator → [whether the end is reached, the batch]; of (x, y) and (x, y, sample_weight) it is x."""
        if self.steps is not None and self.taken >= self.steps:
            if self.iteration is not None:
                self.iteration.close()
            return [True, None]
        self.taken = self.taken + 1
        if self.iteration is None:
            found = yield self.elements.next_element()
            return found if found[0] else [False, inputs_of(found[1])]
        parts = yield from self.iteration.next_batch()
        return [True, None] if parts is None else [False, parts[0]]


def each_part(data, steps, take):
    """Generator: take(batch) for each of the batches that Parts gives."""
    parts = Parts(data, steps)
    while True:
        step = yield from parts.advance()
        if step[0]:
            return None
        take(step[1])


def inputs_of(batch):
    """x of a batch that may be (x, y) or (x, y, sample_weight)."""
    if is_list(batch) and len(batch) > 0 and (is_tuple(batch) or is_array(batch[0])):
        return batch[0]
    return batch
