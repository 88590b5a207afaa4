"""Dataset: a pipeline of elements that can be gone through many times, in the same order in both worlds."""

from collections.abc import Callable

from ..core.rng import next_key
from ..ops.arguments import require_whole, shown
from ..platform.errors import error
from ..platform.numbers import is_dict, is_function, is_list, is_whole
from ..platform.records import record_at, record_has
from ..platform.streams import ahead, install_iteration, is_promise
from ..platform.tasks import drive, waits
from .elements import user_value
from .keeping import CacheStage, PrefetchStage
from .mixing import ConcatenateStage, InterleaveStage, RepeatStage, ShuffleStage
from .padding import Padding
from .parts import split_element
from .sources import ArraysStage, GeneratorStage
from .stages import Stage
from .steps import (
    BatchStage,
    EnumerateStage,
    FilterStage,
    MapStage,
    SkipStage,
    TakeStage,
    UnbatchStage,
    WindowStage,
    require_function,
)


class Iteration:
    """One pass over a Dataset. `advance()` is a generator as platform.tasks says."""

    def __init__(self, dataset, number, taken):
        self.dataset = dataset
        self.number = number
        self.taken = taken
        self.ended = False
        self._skipped = taken == 0
        self._cursor = dataset.stage.begin([number])

    def advance(self):
        """Generator → the next Item (leaves: HostArrays, spec: how they are nested), None at the end."""
        if self.ended:
            return None
        if not self._skipped:
            self._skipped = True
            yield from self._cursor.skip(self.taken)
        item = yield from self._cursor.advance()
        if item is None:
            self.close()
            return None
        self.taken = self.taken + 1
        return item

    def skip(self, count):
        """Generator → how many elements were passed over, with as little work as the stages allow."""
        if self.ended:
            return 0
        if not self._skipped:
            self._skipped = True
            yield from self._cursor.skip(self.taken)
        passed = yield from self._cursor.skip(count)
        self.taken = self.taken + passed
        return passed

    def next_batch(self):
        """Generator → [x, y, sample_weight] of the next element, nested HostArrays or None each; None at the end."""
        item = yield from self.advance()
        return None if item is None else split_element(item)

    def advance_pair(self):
        """Generator → [whether the end is reached, the element as users see it]."""
        item = yield from self.advance()
        return [True, None] if item is None else [False, user_value(item)]

    def state(self):
        """Where the pass stands, as JSON; `Dataset.restore` takes it. At the end it is the start of the next pass."""
        count = self.dataset.cardinality()
        over = self.ended or (count >= 0 and self.taken >= count)
        return {
            "number": self.number + 1 if over else self.number,
            "taken": 0 if over else self.taken,
            "keys": self.dataset.keys_of_shuffles(),
        }

    def close(self):
        """End the pass and give back what it holds (files, cameras)."""
        if not self.ended:
            self.ended = True
            self._cursor.close()
        return None


class Dataset:
    """Elements that are made one by one: from arrays, a generator, text, CSV or images, through stages such as `map`,
    `shuffle` and `batch`, each of which gives a new Dataset.

    inputs: arrays that are cut along their first axis: one, or tuples, lists and dicts of them. targets, sample_weight:
    more of them; then an element is (inputs, targets) or (inputs, targets, sample_weight). A list of nothing but
    numbers is one array. Raises ShapeError unless all have as many rows.

    A function in the place of arrays makes the Dataset of what it gives to iterate over, as `from_generator`.

    In Python a Dataset is iterated by `for x in dataset`, in JavaScript by `for await (const x of dataset)`. Elements
    are NumPy arrays and scalars, in JavaScript {data, shape, dtype} and numbers; texts are texts.
    """

    def __init__(self, inputs, targets=None, sample_weight=None):
        if isinstance(inputs, Stage):
            self.stage = inputs
        elif is_function(inputs):
            self.stage = GeneratorStage(inputs)
        else:
            self.stage = ArraysStage(_given(inputs, targets, sample_weight), "Dataset")
        self.class_names = None
        self._number = 0
        self._taken = 0
        self._last = None

    @staticmethod
    def from_tensor_slices(tensors) -> "Dataset":
        """A Dataset of the rows of an array, or of a tuple, list or dict of arrays."""
        return Dataset(ArraysStage([tensors], "from_tensor_slices"))

    @staticmethod
    def from_generator(generator) -> "Dataset":
        """A Dataset of what a function gives to iterate over, which is called for each pass; or of an iterable."""
        return Dataset(GeneratorStage(generator))

    def __iter__(self):
        iteration = self.iterate()
        try:
            while True:
                step = drive(iteration.advance_pair())
                if step[0]:
                    return
                yield step[1]
        finally:
            iteration.close()

    def __len__(self):
        count = self.cardinality()
        if count < 0:
            # What list(dataset) asks must be a TypeError.
            raise TypeError("the dataset has no known length, or is infinite")
        return count

    # ------------------------------------------------------------ for the training loop

    def iterate(self):
        """An Iteration: the next pass, or the rest of the one that `restore` named."""
        self._last = Iteration(self, self._number, self._taken)
        self._number = self._number + 1
        self._taken = 0
        return self._last

    def state(self) -> dict:
        """Where the last pass that was begun stands, as JSON: its number, how many elements it gave, and the keys of
        all shuffles.
        """
        if self._last is None:
            return {"number": self._number, "taken": self._taken, "keys": self.keys_of_shuffles()}
        return self._last.state()

    def restore(self, state: dict) -> None:
        """Let the next pass go on where a `state` of the same pipeline was taken."""
        stages = _shuffles(self.stage, [])
        if not _is_state(state) or len(record_at(state, "keys")) != len(stages):
            raise error("ArgumentError", "Dataset.restore: this is no state of such a pipeline")
        for i in range(len(stages)):
            stages[i].key = [number for number in record_at(state, "keys")[i]]
        self._number = record_at(state, "number")
        self._taken = record_at(state, "taken")
        self._last = None
        return None

    def keys_of_shuffles(self):
        """The random keys of all shuffles of the pipeline, in order."""
        return [[number for number in stage.key] for stage in _shuffles(self.stage, [])]

    def cardinality(self) -> int:
        """How many elements a pass gives; -1 (INFINITE) when it never ends, -2 (UNKNOWN) when nobody can tell."""
        return self.stage.count()

    def batch_count(self) -> int | None:
        """How many elements a pass gives, None when that is not known or infinite."""
        count = self.stage.count()
        return None if count < 0 else count

    # ------------------------------------------------------------ stages

    def map(self, map_func: Callable) -> "Dataset":
        """Each element through a function; parts of a tuple or list are its arguments.

        map_func: gets what iterating gives, and returns a structure of arrays, numbers, texts or tensors; in JavaScript
        it may return a promise. It must give the same for the same element, or a restored position is not exact.
        """
        return Dataset(MapStage(self.stage, require_function(map_func, "map")))

    def filter(self, predicate: Callable) -> "Dataset":
        """The elements of which a function, called as by `map`, gives true."""
        return Dataset(FilterStage(self.stage, require_function(predicate, "filter")))

    def batch(self, batch_size: int, drop_remainder=False) -> "Dataset":
        """Each `batch_size` elements stacked along a new first axis; the last batch may be smaller, or is dropped."""
        require_whole(batch_size, 1, "batch: batch_size")
        return Dataset(BatchStage(self.stage, batch_size, drop_remainder, None))

    def padded_batch(
        self, batch_size: int, padded_shapes=None, padding_values=None, drop_remainder=False
    ) -> "Dataset":
        """As `batch`, for elements of different sizes: they are filled up at the end of each axis.

        padded_shapes: the shape to fill up to, or a list of those of all parts of an element, in order; None in the
        place of a size, or of all, takes the longest of the batch. padding_values: what fills up, 0 (or "") when None.
        """
        require_whole(batch_size, 1, "padded_batch: batch_size")
        return Dataset(
            BatchStage(self.stage, batch_size, drop_remainder, Padding(padded_shapes, padding_values))
        )

    def unbatch(self) -> "Dataset":
        """The rows of all elements, one by one."""
        return Dataset(UnbatchStage(self.stage))

    def shuffle(self, buffer_size: int, seed=None, reshuffle_each_iteration=True) -> "Dataset":
        """Elements in random order, each drawn from a buffer of `buffer_size` of them.

        seed: an integer that fixes the order; None takes the next of the global seed. reshuffle_each_iteration: whether
        each pass has an order of its own. The order is the same in Python and JavaScript.
        """
        require_whole(buffer_size, 1, "shuffle: buffer_size")
        return Dataset(ShuffleStage(self.stage, buffer_size, next_key(seed), reshuffle_each_iteration))

    def repeat(self, count=None) -> "Dataset":
        """`count` passes one after another; None (or -1) without end."""
        times = None if count is None or count == -1 else require_whole(count, 0, "repeat: count")
        return Dataset(RepeatStage(self.stage, times))

    def take(self, count: int) -> "Dataset":
        """The first `count` elements; -1 takes all."""
        return self if count == -1 else Dataset(TakeStage(self.stage, require_whole(count, 0, "take: count")))

    def skip(self, count: int) -> "Dataset":
        """All but the first `count` elements."""
        return Dataset(SkipStage(self.stage, require_whole(count, 0, "skip: count")))

    def prefetch(self, buffer_size: int) -> "Dataset":
        """The same elements; in JavaScript up to `buffer_size` of them are made while the last one is still used."""
        require_whole(buffer_size, 1, "prefetch: buffer_size")
        return Dataset(PrefetchStage(self.stage, buffer_size, ahead))

    def cache(self) -> "Dataset":
        """The elements of the first pass, kept in memory for all others."""
        return Dataset(CacheStage(self.stage))

    def window(self, size: int, shift=None, stride=1, drop_remainder=False) -> "Dataset":
        """Overlapping windows: each `size` elements, `stride` apart, stacked; the next begins `shift` further on.

        shift: None means `size`. drop_remainder: leave out windows at the end that are not full.
        """
        require_whole(size, 1, "window: size")
        step = size if shift is None else require_whole(shift, 1, "window: shift")
        require_whole(stride, 1, "window: stride")
        return Dataset(WindowStage(self.stage, size, step, stride, drop_remainder))

    def interleave(self, map_func: Callable, cycle_length=2, block_length=1) -> "Dataset":
        """A function makes a Dataset of each element; `block_length` elements of each of `cycle_length` of these
        datasets come in turn.
        """
        require_function(map_func, "interleave")
        require_whole(cycle_length, 1, "interleave: cycle_length")
        require_whole(block_length, 1, "interleave: block_length")
        return Dataset(InterleaveStage(self.stage, map_func, cycle_length, block_length, stage_of))

    def flat_map(self, map_func: Callable) -> "Dataset":
        """A function makes a Dataset of each element; their elements, one dataset after another."""
        return Dataset(InterleaveStage(self.stage, require_function(map_func, "flat_map"), 1, 1, stage_of))

    def enumerate(self, start=0) -> "Dataset":
        """Pairs (number, element) that count from `start`."""
        return Dataset(EnumerateStage(self.stage, start))

    def concatenate(self, dataset: "Dataset") -> "Dataset":
        """These elements, then those of another dataset."""
        return Dataset(ConcatenateStage([self.stage, stage_of(dataset)]))

    # ------------------------------------------------------------ use without a loop

    @waits
    def to_array(self):
        """All elements in a list; in JavaScript a promise of it."""
        found = []
        iteration = self.iterate()
        while True:
            step = yield from iteration.advance_pair()
            if step[0]:
                return found
            found.append(step[1])

    @waits
    def for_each_async(self, body: Callable):
        """Call a function with each element in turn; in JavaScript promises that it returns are waited for."""
        require_function(body, "for_each_async")
        iteration = self.iterate()
        try:
            while True:
                step = yield from iteration.advance_pair()
                if step[0]:
                    return None
                found = body(step[1])
                if is_promise(found):
                    yield found
        finally:
            iteration.close()


def stage_of(dataset):
    """The stage of a Dataset; raises ArgumentError for anything else."""
    if not isinstance(dataset, Dataset):
        raise error("ArgumentError", "expected a Dataset, got " + shown(dataset))
    return dataset.stage


def _shuffles(stage, found):
    """All ShuffleStages of a pipeline."""
    for source in stage.sources:
        _shuffles(source, found)
    if isinstance(stage, ShuffleStage):
        found.append(stage)
    return found


def _given(inputs, targets, sample_weight):
    if sample_weight is not None:
        return [inputs, targets, sample_weight]
    return [inputs] if targets is None else [inputs, targets]


def _is_state(state):
    if not is_dict(state):
        return False
    for key in ["number", "taken"]:
        if not record_has(state, key) or not is_whole(record_at(state, key)) or record_at(state, key) < 0:
            return False
    return record_has(state, "keys") and is_list(record_at(state, "keys"))


install_iteration(Dataset, lambda dataset: dataset.iterate())
