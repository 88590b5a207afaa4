"""Arrays made ready for training on the host: classes to vectors, sequences to one length, splits, unit norms.

Results are arrays of the user's kind: NumPy arrays, in JavaScript {data, shape, dtype}.
"""

from typing import Any

from ..core.annotations import Axes
from ..core.dtypes import check_dtype, is_float
from ..core.host import host_array
from ..core.rng import host_permutation, next_key
from ..core.shapes import normalize_axis
from ..ops.arguments import require_choice, require_whole, shown
from ..platform import real
from ..platform.buffers import float64_array, from_numbers, set_at, to_user, zeros
from ..platform.errors import error
from ..platform.numbers import is_number, is_whole
from ..platform.tasks import drive_sync
from .dataset import Dataset
from .elements import Item, Thing, common_rows, leaf_of, row_item, stack_items, take_apart, user_value


def to_categorical(x, num_classes=None):
    """Classes as one-hot vectors: float32 of the shape of x (without a last axis of 1) and num_classes.

    x: whole numbers from 0. num_classes: None takes the largest class and one more. Raises ArgumentError for classes
    outside of the range.
    """
    host = host_array(x, None)
    shape = [dim for dim in host.shape]
    if len(shape) > 1 and shape[len(shape) - 1] == 1:
        shape.pop()
    count = len(host.data)
    largest = -1
    for i in range(count):
        if not is_whole(host.data[i]) or host.data[i] < 0:
            raise error(
                "ArgumentError", "to_categorical: classes must be integers >= 0, got " + shown(host.data[i])
            )
        if host.data[i] > largest:
            largest = host.data[i]
    classes = (
        int(largest) + 1
        if num_classes is None
        else require_whole(num_classes, 1, "to_categorical: num_classes")
    )
    data = zeros("float32", count * classes)
    for i in range(count):
        label = int(host.data[i])
        if label >= classes:
            raise error(
                "ArgumentError",
                "to_categorical: the class " + str(label) + " is outside of 0 .. " + str(classes - 1),
            )
        data[i * classes + label] = 1
    shape.append(classes)
    return to_user(data, shape, "float32")


def normalize(x, axis: Axes = -1, order=2):
    """x divided by its norms along an axis; where the norm is 0 nothing changes. order: of the norm, 1 or more."""
    if not is_number(order) or order < 1:
        raise error("ArgumentError", "normalize: order must be a number >= 1, got " + shown(order))
    host = host_array(x, None)
    shape = host.shape if len(host.shape) > 0 else [1]
    place = normalize_axis(axis, len(shape), "normalize")
    size = shape[place]
    inner = 1
    for i in range(place + 1, len(shape)):
        inner = inner * shape[i]
    count = len(host.data)
    outer = count // (size * inner) if count > 0 else 0
    dtype = host.dtype if is_float(host.dtype) else "float32"
    numbers = float64_array(count)
    for i in range(outer):
        for j in range(inner):
            start = i * size * inner + j
            total = 0.0
            for k in range(size):
                value = host.data[start + k * inner]
                total = total + _power(value if value >= 0 else 0.0 - value, order)
            norm = real.sqrt(total) if order == 2 else real.power(total, 1.0 / order)
            for k in range(size):
                at = start + k * inner
                numbers[at] = host.data[at] / (norm if norm > 0 else 1.0)
    return to_user(from_numbers(dtype, numbers), shape, dtype)


def _power(value, order):
    number = float(value)
    if order == 2:
        return number * number
    return number if order == 1 else real.power(number, order)


def pad_sequences(sequences, maxlen=None, dtype="int32", padding="pre", truncating="pre", value: Any = 0.0):
    """Sequences of different lengths as one array (sequences, maxlen, ...), filled up with `value`.

    maxlen: None takes the longest. padding, truncating: "pre" adds or cuts at the start, "post" at the end.
    """
    check_dtype(dtype)
    require_choice(padding, ["pre", "post"], "pad_sequences: padding")
    require_choice(truncating, ["pre", "post"], "pad_sequences: truncating")
    hosts = []
    longest = 0
    rest = None
    for sequence in sequences:
        host = host_array(sequence, None)
        if len(host.shape) == 0:
            raise error("ShapeError", "pad_sequences: a sequence must be a list or array, got a number")
        if host.shape[0] > 0:
            shape = host.shape[1 : len(host.shape)]
            if rest is not None and shown(rest) != shown(shape):
                raise error("ShapeError", "pad_sequences: the steps of all sequences must have one shape")
            rest = shape
        longest = host.shape[0] if host.shape[0] > longest else longest
        hosts.append(host)
    most = longest if maxlen is None else require_whole(maxlen, 0, "pad_sequences: maxlen")
    width = 1
    for dim in [] if rest is None else rest:
        width = width * dim
    data = from_numbers(dtype, [value for i in range(len(hosts) * most * width)])
    for i in range(len(hosts)):
        steps = hosts[i].shape[0]
        kept = steps if steps < most else most
        first = steps - kept if truncating == "pre" else 0
        at = i * most + (most - kept if padding == "pre" else 0)
        numbers = from_numbers(dtype, hosts[i].data[first * width : (first + kept) * width])
        set_at(data, numbers, at * width)
    shape = [len(hosts), most]
    if rest is not None:
        shape.extend(rest)
    return to_user(data, shape, dtype)


def train_test_split(x, y=None, test_size=0.25, shuffle=True, seed=None):
    """Rows of x (and y) in two parts: [x_train, x_test], with y [x_train, x_test, y_train, y_test].

    x, y: arrays, or tuples, lists and dicts of them, with as many rows. test_size: the fraction of the rows, rounded
    up, or their number, that go to the second part. shuffle: choose them at random, the same for the same seed in
    Python and JavaScript; else the last ones. seed: None takes the next of the global seed.
    """
    raw = []
    specs = [take_apart(tree, raw) for tree in ([x] if y is None else [x, y])]
    leaves = [drive_sync(leaf_of(value, False)) for value in raw]
    whole = Item(leaves, ["tuple", specs])
    shapes = [None if isinstance(leaf, Thing) else leaf.shape for leaf in leaves]
    rows = common_rows(shapes, whole.spec, "train_test_split")
    held = _test_rows(test_size, rows)
    order = host_permutation(next_key(seed), 0, rows) if shuffle else [i for i in range(rows)]
    parts = []
    for chosen in [order[0 : rows - held], order[rows - held : rows]]:
        parts.append(user_value(stack_items([row_item(whole, row) for row in chosen], "train_test_split")))
    found = []
    for i in range(len(specs)):
        found.append(parts[0][i])
        found.append(parts[1][i])
    return found


def _test_rows(test_size, rows):
    count = test_size
    if is_number(test_size) and test_size > 0 and test_size < 1:
        exact = rows * test_size
        count = int(exact)
        if count < exact:
            count = count + 1
    if not is_whole(count) or count < 1 or count >= rows:
        raise error(
            "ArgumentError",
            "train_test_split: test_size "
            + shown(test_size)
            + " of "
            + str(rows)
            + " rows leaves one part empty",
        )
    return int(count)


def split_dataset(dataset, left_size=None, right_size=None, shuffle=False, seed=None):
    """[left, right]: the first and the other elements of a Dataset of known length, or of arrays.

    left_size, right_size: fractions or numbers of elements; one of them is enough. shuffle: put the elements in one
    random order before.
    """
    whole = dataset if isinstance(dataset, Dataset) else Dataset(dataset)
    count = whole.cardinality()
    if count < 0:
        raise error("ArgumentError", "split_dataset: the dataset has no known length")
    if left_size is None and right_size is None:
        raise error("ArgumentError", "split_dataset: give left_size or right_size")
    left = _part_size(left_size, count)
    right = _part_size(right_size, count)
    if left is None:
        left = count - right
    if right is None:
        right = count - left
    if left < 0 or right < 0 or left + right > count:
        raise error(
            "ArgumentError",
            "split_dataset: parts of "
            + str(left)
            + " and "
            + str(right)
            + " elements are more than the "
            + str(count)
            + " there are",
        )
    if shuffle and count > 0:
        whole = whole.shuffle(count, seed, False)
    return [whole.take(left), whole.skip(left).take(right)]


def _part_size(size, count):
    if size is None:
        return None
    if is_number(size) and size > 0 and size < 1:
        return round(count * size)
    return require_whole(size, 0, "split_dataset: a size")
