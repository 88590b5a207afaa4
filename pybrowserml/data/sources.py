"""Where elements come from: arrays, and what a user's function gives."""

from ..core.graph import is_tensor
from ..core.variables import Variable
from ..platform.errors import error
from ..platform.streams import elements_of, is_read_once
from ..platform.tasks import drive_sync
from .elements import Item, Thing, common_rows, item_of, leaf_of, row_item, take_apart
from .stages import Cursor, Stage, breathe


class ArraysStage(Stage):
    """The rows of arrays that are nested as the user gave them. Tensors are read at the first pass.

    trees: one structure, or several, which become a tuple.
    """

    def __init__(self, trees, op):
        super().__init__([])
        self.raw = []
        specs = [take_apart(tree, self.raw) for tree in trees]
        self.spec = specs[0] if len(specs) == 1 else ["tuple", specs]
        self.leaves = []
        shapes = []
        for value in self.raw:
            if is_tensor(value) or isinstance(value, Variable):
                self.leaves.append(None)
                shapes.append(value.shape)
            else:
                leaf = drive_sync(leaf_of(value, False))
                self.leaves.append(leaf)
                shapes.append(None if isinstance(leaf, Thing) else leaf.shape)
        if len(self.raw) == 0:
            raise error("ArgumentError", op + ": there are no arrays in the data")
        self.rows = common_rows(shapes, self.spec, op)
        self.item = None

    def count(self):
        return self.rows

    def begin(self, path):
        return _ArraysCursor(self)

    def ready(self):
        """Generator → Item of all rows."""
        if self.item is None:
            leaves = []
            for i in range(len(self.raw)):
                leaf = self.leaves[i]
                if leaf is None:
                    leaf = yield from leaf_of(self.raw[i], False)
                leaves.append(leaf)
            self.item = Item(leaves, self.spec)
            self.raw = []
            self.leaves = []
        return self.item


class _ArraysCursor(Cursor):
    def __init__(self, stage):
        super().__init__([])
        self.stage = stage
        self.place = 0

    def advance(self):
        yield from breathe()
        if self.place >= self.stage.rows:
            return None
        item = self.stage.item
        if item is None:
            item = yield from self.stage.ready()
        self.place = self.place + 1
        return row_item(item, self.place - 1)

    def skip(self, count):
        yield from breathe()
        left = self.stage.rows - self.place
        passed = left if count > left else count
        self.place = self.place + passed
        return passed


class ListStage(Stage):
    """Items that are there already."""

    def __init__(self, items):
        super().__init__([])
        self.items = items

    def count(self):
        return len(self.items)

    def begin(self, path):
        return ListCursor(self.items)


class ListCursor(Cursor):
    """A pass over a list of Items."""

    def __init__(self, items):
        super().__init__([])
        self.items = items
        self.place = 0

    def advance(self):
        yield from breathe()
        if self.place >= len(self.items):
            return None
        self.place = self.place + 1
        return self.items[self.place - 1]

    def skip(self, count):
        yield from breathe()
        left = len(self.items) - self.place
        passed = left if count > left else count
        self.place = self.place + passed
        return passed


class GeneratorStage(Stage):
    """What a user's function, called for each pass, gives to iterate over."""

    def __init__(self, source):
        super().__init__([])
        self.source = source
        self.used = False

    def begin(self, path):
        if self.used and is_read_once(self.source):
            raise error(
                "ArgumentError",
                "from_generator: this generator was read already; give the function that makes it",
            )
        self.used = True
        return _GeneratorCursor(elements_of(self.source))


class _GeneratorCursor(Cursor):
    def __init__(self, elements):
        super().__init__([])
        self.elements = elements

    def advance(self):
        yield from breathe()
        step = yield self.elements.next_element()
        if step[0]:
            return None
        item = yield from item_of(step[1])
        return item

    def skip(self, count):
        passed = 0
        while passed < count:
            yield from breathe()
            step = yield self.elements.next_element()
            if step[0]:
                break
            passed = passed + 1
        return passed

    def close(self):
        self.elements.close()
        return None
