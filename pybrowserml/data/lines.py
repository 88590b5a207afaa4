"""Text that is read bit by bit, line by line, from one source or several."""

from ..core.host import HostArray
from ..platform.errors import error
from ..platform.streams import text_stream
from .elements import STRING, Item
from .mixing import ConcatenateStage
from .records import Lines
from .stages import Cursor, Stage, breathe


def joined(stages, op):
    """One stage of those of several sources. op: who asks, for messages."""
    if len(stages) == 0:
        raise error("ArgumentError", op + ": an empty list of sources")
    return ConcatenateStage(stages)


class TextCursor(Cursor):
    """A pass over text that `parser` cuts into pieces."""

    def __init__(self, source, parser):
        super().__init__([])
        self.stream = text_stream(source)
        self.parser = parser
        self.pieces = []
        self.place = 0
        self.begun = False
        self.ended = False

    def next_piece(self):
        """Generator → the next piece, None at the end."""
        yield from breathe()
        while self.place >= len(self.pieces):
            if self.ended:
                return None
            chunk = yield self.stream.next_chunk()
            if chunk is None:
                self.ended = True
                self.pieces = self.parser.finish()
            else:
                self.pieces = self.parser.feed(self._without_mark(chunk))
            self.place = 0
        self.place = self.place + 1
        return self.pieces[self.place - 1]

    def _without_mark(self, chunk):
        """A chunk without the byte order mark that a text may begin with."""
        first = not self.begun and len(chunk) > 0
        if first:
            self.begun = True
        return chunk[1 : len(chunk)] if first and chunk[0] == "\ufeff" else chunk

    def close(self):
        self.stream.close()
        return None


class LinesStage(Stage):
    """The lines of a text."""

    def __init__(self, source):
        super().__init__([])
        self.source = source

    def begin(self, path):
        return _LinesCursor(self.source)


class _LinesCursor(TextCursor):
    def __init__(self, source):
        super().__init__(source, Lines())

    def advance(self):
        line = yield from self.next_piece()
        return None if line is None else Item([HostArray([line], [], STRING)], ["leaf"])
