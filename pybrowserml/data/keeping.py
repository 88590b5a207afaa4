"""Stages that keep elements: prefetch those that come next, cache those that were."""

from .stages import Cursor, Stage


class PrefetchStage(Stage):
    """The same elements, some of them made before anybody asks; see platform.streams.ahead."""

    def __init__(self, source, size, ahead):
        super().__init__([source])
        self.size = size
        self.ahead = ahead

    def count(self):
        return self.sources[0].count()

    def begin(self, path):
        source = self.sources[0].begin(path)
        made = self.ahead(lambda: source.advance(), self.size)
        return source if made is None else _PrefetchCursor(source, made)


class _PrefetchCursor(Cursor):
    def __init__(self, source, made):
        super().__init__([source])
        self.made = made
        self.begun = False

    def advance(self):
        self.begun = True
        item = yield self.made.next_element()
        return item

    def skip(self, count):
        if not self.begun:
            passed = yield from self.sources[0].skip(count)
            return passed
        done = 0
        while done < count:
            item = yield self.made.next_element()
            if item is None:
                break
            done = done + 1
        return done

    def close(self):
        self.made.stop()
        self.sources[0].close()
        return None


class CacheStage(Stage):
    """The elements of a first pass, kept. What is below always makes that same pass, so that a restored position finds
    the same elements.
    """

    def __init__(self, source):
        super().__init__([source])
        self.items = None

    def count(self):
        return self.sources[0].count() if self.items is None else len(self.items)

    def begin(self, path):
        return _CacheCursor(self, self.sources[0].begin([0]))


class _CacheCursor(Cursor):
    def __init__(self, stage, source):
        super().__init__([source])
        self.stage = stage
        self.place = 0
        self.seen = []

    def advance(self):
        kept = self.stage.items
        if kept is not None:
            if self.place >= len(kept):
                return None
            self.place = self.place + 1
            return kept[self.place - 1]
        item = yield from self.sources[0].advance()
        if item is None:
            self.stage.items = self.seen
            return None
        self.seen.append(item)
        self.place = self.place + 1
        return item
