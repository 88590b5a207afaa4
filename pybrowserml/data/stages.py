"""The stages of a pipeline. A Stage says what is done, a Cursor is one pass over it.

    stage.count()        how many elements a pass gives, INFINITE or UNKNOWN
    stage.begin(path)    → Cursor. path: the numbers of the pass and of the repetitions around the stage, which the
                         order of a shuffle depends on
    cursor.advance()     generator → the next Item, None at the end
    cursor.skip(count)   generator → how many elements were passed over: fewer than `count` only at the end
    cursor.close()       gives files, cameras and generators back

Generators yield as platform.tasks says. Skipping is what restores a position, so it does no work that it can avoid.
"""

from ..platform.tasks import PAUSE, now

INFINITE = -1
UNKNOWN = -2
# Milliseconds of work after which the page gets a turn.
PATIENCE = 8.0


class _Turn:
    def __init__(self):
        self.last = 0.0


TURN = _Turn()


def breathe():
    """Generator: let the page have a turn, if it is time."""
    moment = now()
    if moment - TURN.last > PATIENCE:
        yield PAUSE
        TURN.last = now()
    return None


class Stage:
    """A step of a pipeline, over the stages in `sources`."""

    def __init__(self, sources):
        self.sources = sources

    def count(self):
        """How many elements a pass gives."""
        return UNKNOWN

    def begin(self, path):
        """A Cursor over a new pass."""
        return Cursor([source.begin(path) for source in self.sources])


class Cursor:
    """One pass over a stage."""

    def __init__(self, sources):
        self.sources = sources

    def advance(self):
        """Generator → the next Item, or None."""
        item = yield from self.sources[0].advance()
        return item

    def skip(self, count):
        """Generator → how many elements were passed over."""
        passed = 0
        while passed < count:
            item = yield from self.advance()
            if item is None:
                break
            passed = passed + 1
        return passed

    def close(self):
        """Give back what the pass holds."""
        for source in self.sources:
            source.close()
        return None


def smaller(count, most):
    """A count of elements, cut at `most` (which is known)."""
    if count == UNKNOWN:
        return UNKNOWN if most > 0 else 0
    return most if count == INFINITE or count > most else count


def without(count, dropped):
    """A count of elements less `dropped`."""
    if count < 0:
        return count
    return count - dropped if count > dropped else 0


def together(counts):
    """The sum of counts of elements."""
    total = 0
    for count in counts:
        if count == INFINITE:
            return INFINITE
    for count in counts:
        if count == UNKNOWN:
            return UNKNOWN
        total = total + count
    return total


def least(counts):
    """The smallest of counts of elements."""
    found = INFINITE
    for count in counts:
        if count == UNKNOWN:
            return UNKNOWN
        if found == INFINITE or count != INFINITE and count < found:
            found = count
    return found
