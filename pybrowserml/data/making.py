"""Functions that make Datasets of arrays, generators and other Datasets."""

from ..core.host import HostArray
from ..ops.arguments import shown
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.numbers import is_dict, is_list, is_whole
from ..platform.records import is_none, is_tuple, record_at, record_keys
from ..platform.streams import is_promise
from .dataset import Dataset, stage_of
from .elements import Item, item_of
from .mixing import ZipStage
from .stages import Cursor, Stage, breathe
from .steps import require_function


def from_arrays(inputs, targets=None, sample_weight=None) -> Dataset:
    """The same as `Dataset`: the rows of arrays."""
    return Dataset(inputs, targets, sample_weight)


def from_tensor_slices(tensors) -> Dataset:
    """A Dataset of the rows of an array, or of a tuple, list or dict of arrays."""
    return Dataset.from_tensor_slices(tensors)


def from_generator(generator) -> Dataset:
    """A Dataset of what a function gives to iterate over, which is called for each pass; or of an iterable.

    Elements are numbers, texts, arrays or tensors, nested in tuples, lists and dicts. In JavaScript the iterable may be
    asynchronous, and the function may return a promise of it.
    """
    return Dataset.from_generator(generator)


def array(items) -> Dataset:
    """A Dataset of the items of a list, each an element: a number, text, array, tensor, tuple or dict."""
    if not is_list(items):
        raise error("ArgumentError", "array: expected a list of elements, got " + shown(items))
    return Dataset(_ItemsStage(items))


def func(f) -> Dataset:
    """A Dataset of what a function gives, call by call, until it gives None; in JavaScript it may return promises."""
    return Dataset(_CallsStage(require_function(f, "func")))


def range_dataset(start, stop=None, step: float = 1) -> Dataset:
    """A Dataset of whole numbers, as `range` of Python: int32."""
    for number in [start, 0 if stop is None else stop, step]:
        if not is_whole(number):
            raise error("ArgumentError", "range: start, stop and step must be integers")
    if step == 0:
        raise error("ArgumentError", "range: step must not be 0")
    first = 0 if stop is None else start
    last = start if stop is None else stop
    count = (last - first + step - 1) // step if step > 0 else (first - last - step - 1) // (0 - step)
    return Dataset(_RangeStage(first, step, count if count > 0 else 0))


def zip_datasets(datasets) -> Dataset:
    """A Dataset whose elements hold one of each dataset side by side, nested as the datasets are given: in a list or
    tuple (then elements are tuples) or dict; it ends with the shortest.
    """
    stages = []
    nesting = _nesting(datasets, stages)
    return Dataset(ZipStage(stages, lambda specs: _filled(nesting, specs)))


def _nesting(tree, stages):
    """The structure of a tree of datasets, with the places of their stages as leaves."""
    if is_dict(tree):
        keys = record_keys(tree)
        return ["dict", keys, [_nesting(record_at(tree, key), stages) for key in keys]]
    if is_list(tree) or is_tuple(tree):
        return ["tuple", [_nesting(part, stages) for part in tree]]
    stages.append(stage_of(tree))
    return ["leaf", len(stages) - 1]


def _filled(nesting, specs):
    if nesting[0] == "leaf":
        return specs[nesting[1]]
    if nesting[0] == "dict":
        return ["dict", nesting[1], [_filled(part, specs) for part in nesting[2]]]
    return ["tuple", [_filled(part, specs) for part in nesting[1]]]


class _RangeStage(Stage):
    def __init__(self, start, step, rows):
        super().__init__([])
        self.start = start
        self.step = step
        self.rows = rows

    def count(self):
        return self.rows

    def begin(self, path):
        return _RangeCursor(self)


class _RangeCursor(Cursor):
    def __init__(self, stage):
        super().__init__([])
        self.stage = stage
        self.place = 0

    def advance(self):
        yield from breathe()
        stage = self.stage
        if self.place >= stage.rows:
            return None
        number = stage.start + self.place * stage.step
        self.place = self.place + 1
        return Item([HostArray(from_numbers("int32", [number]), [], "int32")], ["leaf"])

    def skip(self, count):
        yield from breathe()
        left = self.stage.rows - self.place
        passed = left if count > left else count
        self.place = self.place + passed
        return passed


class _ItemsStage(Stage):
    def __init__(self, items):
        super().__init__([])
        self.items = items

    def count(self):
        return len(self.items)

    def begin(self, path):
        return _ItemsCursor(self.items)


class _ItemsCursor(Cursor):
    def __init__(self, items):
        super().__init__([])
        self.items = items
        self.place = 0

    def advance(self):
        yield from breathe()
        if self.place >= len(self.items):
            return None
        self.place = self.place + 1
        item = yield from item_of(self.items[self.place - 1])
        return item

    def skip(self, count):
        yield from breathe()
        left = len(self.items) - self.place
        passed = left if count > left else count
        self.place = self.place + passed
        return passed


class _CallsStage(Stage):
    def __init__(self, body):
        super().__init__([])
        self.body = body

    def begin(self, path):
        return _CallsCursor(self.body)


class _CallsCursor(Cursor):
    def __init__(self, body):
        super().__init__([])
        self.body = body

    def advance(self):
        yield from breathe()
        found = self.body()
        if is_promise(found):
            found = yield found
        if is_none(found):
            return None
        item = yield from item_of(found)
        return item
