"""Stages that change elements or choose among them: map, filter, batch, unbatch, window, take, skip, enumerate."""

from ..core.host import host_scalar
from ..platform.errors import error
from ..platform.numbers import is_bool
from ..platform.streams import is_promise
from .elements import Item, item_of, leaf_of, parts_for_call, row_count, row_item, stack_items
from .stages import Cursor, Stage, smaller, without


def result_of(body, item):
    """Generator → what a user's function gives of an element; a promise is waited for."""
    found = body(*parts_for_call(item))
    if is_promise(found):
        found = yield found
    return found


class MapStage(Stage):
    """Each element through a user's function."""

    def __init__(self, source, body):
        super().__init__([source])
        self.body = body

    def count(self):
        return self.sources[0].count()

    def begin(self, path):
        return _MapCursor(self.sources[0].begin(path), self.body)


class _MapCursor(Cursor):
    def __init__(self, source, body):
        super().__init__([source])
        self.body = body

    def advance(self):
        item = yield from self.sources[0].advance()
        if item is None:
            return None
        found = yield from result_of(self.body, item)
        made = yield from item_of(found)
        return made

    def skip(self, count):
        passed = yield from self.sources[0].skip(count)
        return passed


class FilterStage(Stage):
    """The elements of which a user's function is true."""

    def __init__(self, source, body):
        super().__init__([source])
        self.body = body

    def begin(self, path):
        return _FilterCursor(self.sources[0].begin(path), self.body)


class _FilterCursor(Cursor):
    def __init__(self, source, body):
        super().__init__([source])
        self.body = body

    def advance(self):
        while True:
            item = yield from self.sources[0].advance()
            if item is None:
                return None
            found = yield from result_of(self.body, item)
            keep = found
            if not is_bool(found):
                leaf = yield from leaf_of(found, False)
                keep = _truth(leaf)
            if keep:
                return item


def _truth(leaf):
    if not hasattr(leaf, "shape") or len(leaf.data) != 1:
        raise error("ArgumentError", "filter: the function must give one boolean")
    return leaf.data[0] != 0


class BatchStage(Stage):
    """So many elements stacked to one."""

    def __init__(self, source, size, drop_remainder, padding):
        super().__init__([source])
        self.size = size
        self.drop_remainder = drop_remainder
        self.padding = padding

    def count(self):
        count = self.sources[0].count()
        if count < 0:
            return count
        return (count if self.drop_remainder else count + self.size - 1) // self.size

    def begin(self, path):
        return _BatchCursor(self.sources[0].begin(path), self)


class _BatchCursor(Cursor):
    def __init__(self, source, stage):
        super().__init__([source])
        self.stage = stage

    def advance(self):
        items = []
        source = self.sources[0]
        while len(items) < self.stage.size:
            item = yield from source.advance()
            if item is None:
                break
            items.append(item)
        if len(items) == 0 or len(items) < self.stage.size and self.stage.drop_remainder:
            return None
        padding = self.stage.padding
        if padding is not None:
            return stack_items(padding.padded(items), "padded_batch")
        return stack_items(items, "batch")

    def skip(self, count):
        size = self.stage.size
        passed = yield from self.sources[0].skip(count * size)
        return (passed if self.stage.drop_remainder else passed + size - 1) // size


class UnbatchStage(Stage):
    """The rows of each element."""

    def __init__(self, source):
        super().__init__([source])

    def begin(self, path):
        return _UnbatchCursor(self.sources[0].begin(path))


class _UnbatchCursor(Cursor):
    def __init__(self, source):
        super().__init__([source])
        self.item = None
        self.rows = 0
        self.row = 0

    def advance(self):
        while self.row >= self.rows:
            item = yield from self.sources[0].advance()
            if item is None:
                return None
            self.item = item
            self.rows = row_count(item, "unbatch")
            self.row = 0
        self.row = self.row + 1
        return row_item(self.item, self.row - 1)


class WindowStage(Stage):
    """Overlapping windows of `size` elements, each stacked; element i of one is `stride` elements after i - 1."""

    def __init__(self, source, size, shift, stride, drop_remainder):
        super().__init__([source])
        self.size = size
        self.shift = shift
        self.stride = stride
        self.drop_remainder = drop_remainder

    def count(self):
        count = self.sources[0].count()
        if count < 0:
            return count
        if self.drop_remainder:
            count = without(count, (self.size - 1) * self.stride)
        return (count + self.shift - 1) // self.shift

    def begin(self, path):
        return _WindowCursor(self.sources[0].begin(path), self)


class _WindowCursor(Cursor):
    def __init__(self, source, stage):
        super().__init__([source])
        self.stage = stage
        self.held = []
        self.ended = False

    def advance(self):
        stage = self.stage
        span = (stage.size - 1) * stage.stride + 1
        while len(self.held) < span and not self.ended:
            item = yield from self.sources[0].advance()
            if item is None:
                self.ended = True
            else:
                self.held.append(item)
        if len(self.held) == 0 or len(self.held) < span and stage.drop_remainder:
            return None
        chosen = []
        for i in range(stage.size):
            if i * stage.stride < len(self.held):
                chosen.append(self.held[i * stage.stride])
        gone = len(self.held) if stage.shift > len(self.held) else stage.shift
        if stage.shift > gone and not self.ended:
            yield from self.sources[0].skip(stage.shift - gone)
        self.held = self.held[gone : len(self.held)]
        return stack_items(chosen, "window")


class TakeStage(Stage):
    """The first elements."""

    def __init__(self, source, most):
        super().__init__([source])
        self.most = most

    def count(self):
        return smaller(self.sources[0].count(), self.most)

    def begin(self, path):
        return _TakeCursor(self.sources[0].begin(path), self.most)


class _TakeCursor(Cursor):
    def __init__(self, source, left):
        super().__init__([source])
        self.left = left

    def advance(self):
        if self.left == 0:
            return None
        self.left = self.left - 1
        item = yield from self.sources[0].advance()
        return item

    def skip(self, count):
        wanted = self.left if count > self.left else count
        self.left = self.left - wanted
        passed = yield from self.sources[0].skip(wanted)
        return passed


class SkipStage(Stage):
    """All but the first elements."""

    def __init__(self, source, dropped):
        super().__init__([source])
        self.dropped = dropped

    def count(self):
        return without(self.sources[0].count(), self.dropped)

    def begin(self, path):
        return _SkipCursor(self.sources[0].begin(path), self.dropped)


class _SkipCursor(Cursor):
    def __init__(self, source, dropped):
        super().__init__([source])
        self.dropped = dropped

    def _drop(self):
        dropped = self.dropped
        self.dropped = 0
        if dropped > 0:
            yield from self.sources[0].skip(dropped)
        return None

    def advance(self):
        yield from self._drop()
        item = yield from self.sources[0].advance()
        return item

    def skip(self, count):
        yield from self._drop()
        passed = yield from self.sources[0].skip(count)
        return passed


class EnumerateStage(Stage):
    """Pairs of a number that counts up and an element."""

    def __init__(self, source, start):
        super().__init__([source])
        self.start = start

    def count(self):
        return self.sources[0].count()

    def begin(self, path):
        return _EnumerateCursor(self.sources[0].begin(path), self.start)


class _EnumerateCursor(Cursor):
    def __init__(self, source, start):
        super().__init__([source])
        self.number = start

    def advance(self):
        item = yield from self.sources[0].advance()
        if item is None:
            return None
        leaves = [host_scalar(self.number, "int32")]
        leaves.extend(item.leaves)
        self.number = self.number + 1
        return Item(leaves, ["tuple", [["leaf"], item.spec]])

    def skip(self, count):
        passed = yield from self.sources[0].skip(count)
        self.number = self.number + passed
        return passed


def require_function(body, op):
    """The function itself; raises ArgumentError for anything else."""
    if not callable(body):
        raise error("ArgumentError", op + ": expected a function")
    return body
