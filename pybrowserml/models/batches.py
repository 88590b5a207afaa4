"""What users pass as data, checked against what a model takes, and cut into batches.

A spec is {"name", "shape", "dtype"} with the shape as it stands in a plan: integers and {"dim": size}; the
first axis is the batch.
"""

from ..backends.backend import format_json_shape
from ..core.dtypes import is_float
from ..core.host import HostArray, host_array
from ..core.rng import host_permutation
from ..platform.buffers import from_numbers, is_array, set_at, subarray, zeros
from ..platform.errors import attempt, error, kind_of, message_of
from ..platform.numbers import is_dict, is_list, is_whole, show
from ..platform.tasks import PAUSE


def separate(value, specs, what):
    """A user's data as a list with one entry per spec: from an array, a list in order, or a dict by name.

    what: "input", "target" or "sample weight", for messages.
    """
    if is_dict(value) and not is_array(value):
        return _by_name(value, specs, what)
    if len(specs) == 1:
        if is_list(value) and len(value) == 1 and is_array(value[0]):
            inner = host_array(value[0], None)
            if len(inner.shape) == len(specs[0]["shape"]):
                return [inner]
        return [value]
    if not is_list(value) or len(value) != len(specs):
        count = str(len(value)) if is_list(value) else "one array"
        raise error(
            "ArgumentError",
            "expected a list of "
            + str(len(specs))
            + " "
            + what
            + "s ("
            + ", ".join([spec["name"] for spec in specs])
            + ") or a dict of them by name, got "
            + count,
        )
    return [item for item in value]


def of_targets(value, names, targets):
    """The part of targets or weights that belongs to the outputs with a loss; names: those of all outputs.

    Values for the others may stand among them, as in Keras: in a list with one entry per output, or by their names.
    """
    if len(targets) == len(names):
        return value
    if is_dict(value) and not is_array(value):
        found = {}
        for key in value.keys():
            if key not in names or _has(targets, key):
                found[key] = value[key]
        return found
    if is_list(value) and len(value) == len(names):
        return [value[i] for i in range(len(names)) if _has(targets, names[i])]
    return value


def _has(specs, name):
    for spec in specs:
        if spec["name"] == name:
            return True
    return False


def _by_name(value, specs, what):
    found = []
    for spec in specs:
        if spec["name"] not in value:
            raise error(
                "ArgumentError",
                what + " '" + spec["name"] + "' is missing; got: " + ", ".join([key for key in value.keys()]),
            )
        found.append(value[spec["name"]])
    for key in value.keys():
        if not _has(specs, key):
            raise error(
                "ArgumentError",
                "unknown " + what + " '" + key + "'; known: " + ", ".join([spec["name"] for spec in specs]),
            )
    return found


def to_host(value, what):
    """A HostArray of a user's array. what: such as "input 'x'"."""
    made = attempt(lambda: host_array(value, None))
    if made[1] is not None:
        if kind_of(made[1]) == "ShapeError":
            raise error("ShapeError", what + ": " + message_of(made[1]))
        raise error("DtypeError", what + " must be numbers in a regular (not ragged) nested list or array")
    return made[0]


def require_shape(host, spec, what):
    """Raise ShapeError where an array's shape does not fit a spec; symbolic axes take any size.

    Nor does the number of rows matter: it is the batches cut from them that must fit.
    """
    wanted = spec["shape"]
    fits = len(host.shape) == len(wanted)
    if fits:
        for i in range(1, len(wanted)):
            fits = fits and (is_dict(wanted[i]) or wanted[i] == host.shape[i])
    if not fits:
        raise error(
            "ShapeError",
            what
            + " '"
            + spec["name"]
            + "' must have shape "
            + format_json_shape(wanted)
            + ", got "
            + format_json_shape(host.shape),
        )
    return None


def require_dtype(host, spec, what):
    """Raise DtypeError where numbers would lose their fraction."""
    if is_float(host.dtype) and not is_float(spec["dtype"]):
        raise error(
            "DtypeError",
            what + " '" + spec["name"] + "' must have dtype " + spec["dtype"] + ", got " + host.dtype,
        )
    return None


def of_rank(host, wanted):
    """The same numbers, with a trailing axis of size 1 that is missing or too much mended."""
    count = len(wanted)
    rank = len(host.shape)
    if rank == count + 1 and host.shape[rank - 1] == 1:
        return HostArray(host.data, host.shape[0 : rank - 1], host.dtype)
    if rank > 0 and rank + 1 == count and wanted[count - 1] == 1:
        shape = [dim for dim in host.shape]
        shape.append(1)
        return HostArray(host.data, shape, host.dtype)
    return host


def input_arrays(value, specs):
    """HostArrays of a model's inputs, checked; converted to the specs' dtypes batch by batch.

    A trailing axis of size 1 that is missing or too much is mended, as (batch,) for (batch, 1).
    """
    entries = separate(value, specs, "input")
    found = []
    for i in range(len(specs)):
        host = of_rank(to_host(entries[i], "input '" + specs[i]["name"] + "'"), specs[i]["shape"])
        require_shape(host, specs[i], "input")
        require_dtype(host, specs[i], "input")
        found.append(host)
    return found


def _for_every_output(host, wanted):
    """One number a sample, repeated for all outputs of a row."""
    rows, count = host.shape[0], wanted[1]
    data = zeros(host.dtype, rows * count)
    for row in range(rows):
        for i in range(count):
            data[row * count + i] = host.data[row]
    return HostArray(data, [rows, count], host.dtype)


def target_arrays(value, targets, batch_size=None):
    """HostArrays of the targets. targets: {"name", "shape", "dtype", "classes"}; shape None takes any.

    A trailing axis of size 1 that is missing or too much is mended, as (batch,) for (batch, 1). Batches of one sample
    compare a single number with every output of a row, as they broadcast in Keras.
    """
    entries = separate(value, targets, "target")
    found = []
    for i in range(len(targets)):
        target = targets[i]
        host = to_host(entries[i], "target '" + target["name"] + "'")
        if target["shape"] is not None:
            wanted = target["shape"]
            host = of_rank(host, wanted)
            if batch_size == 1 and len(host.shape) == 1 and len(wanted) == 2 and not is_dict(wanted[1]):
                host = _for_every_output(host, wanted)
            require_shape(host, target, "target")
        found.append(host)
    return found


def require_one_count(arrays, names):
    """The number of rows that all arrays have; raises ShapeError naming those that differ."""
    count = None
    parts = []
    same = True
    for i in range(len(arrays)):
        if len(arrays[i].shape) == 0:
            raise error("ShapeError", names[i] + " must have a batch axis, got a single number")
        rows = arrays[i].shape[0]
        parts.append(names[i] + " has " + str(rows))
        if count is None:
            count = rows
        same = same and rows == count
    if not same:
        raise error("ShapeError", "all data must have the same number of rows: " + ", ".join(parts))
    return count


def require_labels(host, target, first_row, rows):
    """Raise ArgumentError for a label that is no class. rows: rows of the user's data, or None for first_row
    on.
    """
    classes = target["classes"]
    count = host.shape[0]
    width = len(host.data) // count if count > 0 else 1
    data = host.data
    for i in range(len(data)):
        label = data[i]
        if not (label >= 0 and label < classes) or not is_whole(label):
            row = i // width
            place = first_row + row if rows is None else rows[row]
            raise error(
                "ArgumentError",
                "target '"
                + target["name"]
                + "': the label "
                + show(label)
                + " in row "
                + str(place)
                + " is out of range; there are "
                + str(classes)
                + " classes, so labels go from 0 to "
                + str(classes - 1),
            )
    return None


def converted(host, dtype):
    """The same array in another dtype."""
    if host.dtype == dtype:
        return host
    return HostArray(from_numbers(dtype, host.data), host.shape, dtype)


def take_rows(host, rows):
    """The rows of a host array in a given order."""
    width = len(host.data) // host.shape[0] if host.shape[0] > 0 else 0
    data = zeros(host.dtype, len(rows) * width)
    for i in range(len(rows)):
        start = rows[i] * width
        set_at(data, subarray(host.data, start, start + width), i * width)
    shape = [dim for dim in host.shape]
    shape[0] = len(rows)
    return HostArray(data, shape, host.dtype)


def row_range(host, start, end):
    """Rows [start, end) of a host array, without copying."""
    width = len(host.data) // host.shape[0] if host.shape[0] > 0 else 0
    shape = [dim for dim in host.shape]
    shape[0] = end - start
    return HostArray(subarray(host.data, start * width, end * width), shape, host.dtype)


class Batch:
    """xs, ys, weights: lists of HostArrays (ys and weights may be empty); size: rows; rows: their places, or
    None.
    """

    def __init__(self, xs, ys, weights, first, size, rows):
        self.xs = xs
        self.ys = ys
        self.weights = weights
        self.first = first
        self.size = size
        self.rows = rows


class Batches:
    """Data cut into batches; the last one may be smaller. weights: list of HostArrays, empty when there are
    none.
    """

    def __init__(self, xs, ys, weights, batch_size):
        if not is_whole(batch_size) or batch_size < 1:
            raise error(
                "ArgumentError", "batch_size must be a whole number of at least 1, got " + str(batch_size)
            )
        self.xs = xs
        self.ys = ys
        self.weights = weights
        self.batch_size = batch_size
        self.rows = xs[0].shape[0]
        self.order = None
        self.place = 0

    def batch_count(self):
        return (self.rows + self.batch_size - 1) // self.batch_size

    def epoch_begins(self):
        return None

    def epoch_ends(self):
        return None

    def begin(self, shuffle, key, number, at):
        """Generator: start a pass at batch `at`; shuffled, in an order that depends on key and number only."""
        self.order = None
        self.place = at
        if shuffle:
            self.order = host_permutation(key, number, self.rows)
            yield PAUSE
        return None

    def take(self):
        """Generator → the next Batch, None at the end."""
        yield from ()
        if self.place >= self.batch_count():
            return None
        self.place = self.place + 1
        return self.batch(self.place - 1)

    def state(self):
        """Nothing to keep of a pass: key, number and place tell it all."""
        return None

    def restore(self, state):
        return None

    def batch(self, index):
        """The Batch of an index from 0."""
        first = index * self.batch_size
        last = first + self.batch_size
        if last > self.rows:
            last = self.rows
        groups = []
        rows = None if self.order is None else self.order[first:last]
        for arrays in [self.xs, self.ys, self.weights]:
            if rows is None:
                groups.append([row_range(host, first, last) for host in arrays])
            else:
                groups.append([take_rows(host, rows) for host in arrays])
        return Batch(groups[0], groups[1], groups[2], first, last - first, rows)

    def whole(self):
        """All rows as one Batch."""
        return Batch(self.xs, self.ys, self.weights, 0, self.rows, None)

    def cut(self, fraction):
        """[the first part, the last `fraction` of the rows] as Batches."""
        if not (fraction > 0 and fraction < 1):
            raise error("ArgumentError", "validation_split must lie between 0 and 1, got " + show(fraction))
        at = int(self.rows * (1 - fraction))
        if at == 0 or at == self.rows:
            raise error(
                "ArgumentError",
                "validation_split "
                + show(fraction)
                + " of "
                + str(self.rows)
                + " rows leaves one part empty",
            )
        return [self._part(0, at), self._part(at, self.rows)]

    def _part(self, start, end):
        parts = []
        for arrays in [self.xs, self.ys, self.weights]:
            parts.append([row_range(host, start, end) for host in arrays])
        return Batches(parts[0], parts[1], parts[2], self.batch_size)
