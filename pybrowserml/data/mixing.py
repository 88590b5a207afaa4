"""Stages that put elements in another order, repeat them, or join several datasets."""

from ..core.rng import fold_in
from ..platform.errors import error
from ..platform.random import threefry_words
from .elements import Item
from .stages import INFINITE, Cursor, Stage, least, together
from .steps import result_of

# How many random words are drawn at once.
DRAWS = 1024


class ShuffleStage(Stage):
    """Elements in random order: each is drawn from a buffer, which is filled up to `size` before each draw.

    The order depends on the key and, where every pass has another one, on the numbers of the pass.
    """

    def __init__(self, source, size, key, reshuffle):
        super().__init__([source])
        self.size = size
        self.key = key
        self.reshuffle = reshuffle

    def count(self):
        return self.sources[0].count()

    def begin(self, path):
        key = self.key
        if self.reshuffle:
            for number in path:
                key = fold_in(key, number)
        return _ShuffleCursor(self.sources[0].begin(path), self.size, key)


class _ShuffleCursor(Cursor):
    def __init__(self, source, size, key):
        super().__init__([source])
        self.size = size
        self.key = key
        self.held = []
        self.words = []
        self.drawn = 0
        self.ended = False

    def advance(self):
        while len(self.held) < self.size and not self.ended:
            item = yield from self.sources[0].advance()
            if item is None:
                self.ended = True
            else:
                self.held.append(item)
        count = len(self.held)
        if count == 0:
            return None
        place = self._draw() % count
        chosen = self.held[place]
        self.held[place] = self.held[count - 1]
        self.held.pop()
        return chosen

    def _draw(self):
        within = self.drawn % DRAWS
        if within == 0:
            self.words = threefry_words(self.key[0], self.key[1], self.drawn // DRAWS, DRAWS)
        self.drawn = self.drawn + 1
        return self.words[within]


class RepeatStage(Stage):
    """The passes of the source one after another; times None: without end."""

    def __init__(self, source, times):
        super().__init__([source])
        self.times = times

    def count(self):
        count = self.sources[0].count()
        if self.times == 0 or count == 0:
            return 0
        if self.times is None:
            return INFINITE
        return count if count < 0 else count * self.times

    def begin(self, path):
        return _RepeatCursor(self, path)


class _RepeatCursor(Cursor):
    def __init__(self, stage, path):
        super().__init__([])
        self.stage = stage
        self.path = path
        self.done = 0
        self.any = True

    def _over(self):
        return self.stage.times is not None and self.done >= self.stage.times

    def _open(self):
        path = [number for number in self.path]
        path.append(self.done)
        self.sources = [self.stage.sources[0].begin(path)]
        self.any = False

    def advance(self):
        while not self._over():
            if len(self.sources) == 0:
                self._open()
            item = yield from self.sources[0].advance()
            if item is not None:
                self.any = True
                return item
            self._end_pass()
        return None

    def _end_pass(self):
        if not self.any and self.stage.times is None:
            raise error("ArgumentError", "repeat: a dataset without elements cannot be repeated without end")
        self.done = self.done + 1
        self.sources[0].close()
        self.sources = []

    def skip(self, count):
        passed = 0
        each = self.stage.sources[0].count()
        while passed < count and not self._over():
            if len(self.sources) == 0:
                if each > 0 and count - passed >= each:
                    self.done = self.done + 1
                    passed = passed + each
                    continue
                self._open()
            found = yield from self.sources[0].skip(count - passed)
            self.any = self.any or found > 0
            passed = passed + found
            if passed < count:
                self._end_pass()
        return passed


class ConcatenateStage(Stage):
    """All elements of the sources, one source after another."""

    def count(self):
        return together([source.count() for source in self.sources])

    def begin(self, path):
        return _ConcatenateCursor([source.begin(path) for source in self.sources])


class _ConcatenateCursor(Cursor):
    def __init__(self, sources):
        super().__init__(sources)
        self.current = 0

    def advance(self):
        while self.current < len(self.sources):
            item = yield from self.sources[self.current].advance()
            if item is not None:
                return item
            self.current = self.current + 1
        return None

    def skip(self, count):
        passed = 0
        while passed < count and self.current < len(self.sources):
            found = yield from self.sources[self.current].skip(count - passed)
            passed = passed + found
            if passed < count:
                self.current = self.current + 1
        return passed


class ZipStage(Stage):
    """Elements of several sources side by side, as long as all have one. make_spec: the spec of the specs."""

    def __init__(self, sources, make_spec):
        super().__init__(sources)
        self.make_spec = make_spec

    def count(self):
        return least([source.count() for source in self.sources])

    def begin(self, path):
        return _ZipCursor([source.begin(path) for source in self.sources], self.make_spec)


class _ZipCursor(Cursor):
    def __init__(self, sources, make_spec):
        super().__init__(sources)
        self.make_spec = make_spec

    def advance(self):
        leaves = []
        specs = []
        for source in self.sources:
            item = yield from source.advance()
            if item is None:
                return None
            leaves.extend(item.leaves)
            specs.append(item.spec)
        return Item(leaves, self.make_spec(specs))

    def skip(self, count):
        passed = count
        for source in self.sources:
            found = yield from source.skip(count)
            passed = found if found < passed else passed
        return passed


class InterleaveStage(Stage):
    """Elements of the datasets that a user's function makes of each element, `block` of each of `cycle` in turn."""

    def __init__(self, source, body, cycle, block, stage_of):
        super().__init__([source])
        self.body = body
        self.cycle = cycle
        self.block = block
        self.stage_of = stage_of

    def begin(self, path):
        return _InterleaveCursor(self, path)


class _InterleaveCursor(Cursor):
    def __init__(self, stage, path):
        super().__init__([stage.sources[0].begin(path)])
        self.stage = stage
        self.path = path
        self.inner = []
        self.current = 0
        self.given = 0
        self.opened = 0
        self.ended = False

    def _open(self):
        """Generator → a cursor over what the next element makes, or None."""
        if self.ended:
            return None
        item = yield from self.sources[0].advance()
        if item is None:
            self.ended = True
            return None
        made = yield from result_of(self.stage.body, item)
        path = [number for number in self.path]
        path.append(self.opened)
        self.opened = self.opened + 1
        return self.stage.stage_of(made).begin(path)

    def advance(self):
        while len(self.inner) < self.stage.cycle and not self.ended:
            cursor = yield from self._open()
            if cursor is not None:
                self.inner.append(cursor)
        while len(self.inner) > 0:
            if self.given == self.stage.block:
                self.given = 0
                self.current = self.current + 1
            if self.current >= len(self.inner):
                self.current = 0
            item = yield from self.inner[self.current].advance()
            if item is not None:
                self.given = self.given + 1
                return item
            self.given = 0
            self.inner[self.current].close()
            cursor = yield from self._open()
            if cursor is not None:
                # What takes the place of one that ended has its turn at once only after all others had theirs.
                self.inner[self.current] = cursor
                self.current = self.current + 1
            else:
                self.inner.pop(self.current)
        return None

    def close(self):
        for cursor in self.inner:
            cursor.close()
        self.sources[0].close()
        return None
