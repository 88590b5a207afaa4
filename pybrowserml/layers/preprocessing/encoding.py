"""Whole numbers as vectors: one-hot, multi-hot, counts."""

from typing import Any

from ...compiler.realise import read_tensor
from ...core.dims import size_named
from ...core.graph import is_tensor, placeholder, record_trace
from ...core.host import host_array, host_numbers
from ...core.known import register
from ...core.opset.binary import multiply
from ...core.opset.movement import reshape
from ...core.opset.reduction import reduce_sum
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast
from ...core.shapes import open_shape
from ...ops.arguments import require_whole, shown
from ...ops.losses import one_hot
from ...ops.movement import expand_dims
from ...ops.scattering import multi_hot
from ...ops.searching import digitize
from ...platform.buffers import is_array
from ...platform.errors import error
from ...platform.maps import new_map
from ...platform.numbers import fround, is_list
from ...platform.tasks import drive_sync, waits
from ..layer import Layer
from .feeding import comes_in_parts, each_part

MODES = ["int", "one_hot", "multi_hot", "count"]


def require_mode(mode, known, owner):
    """The mode; raises ArgumentError unless it is known."""
    if mode not in known:
        raise error(
            "ArgumentError",
            owner + ": output_mode must be one of " + ", ".join(known) + ", got " + shown(mode),
        )
    return mode


def encoded(indices, mode, depth, count_weights=None):
    """int indices as `mode` says: themselves, or vectors of size `depth`."""
    indices = to_tensor(indices)
    if mode == "int":
        return cast(indices, "int32")
    if len(indices.shape) == 0:
        indices = expand_dims(indices, -1)
    if mode == "multi_hot":
        return multi_hot(indices, depth)
    rank = len(indices.shape)
    if mode == "one_hot":
        if rank > 1 and indices.shape[rank - 1] == 1:
            indices = reshape(indices, indices.shape[0 : rank - 1])
        return one_hot(indices, depth)
    found = one_hot(indices, depth)
    if count_weights is not None:
        found = multiply(found, expand_dims(cast(to_tensor(count_weights), "float32"), -1))
    return reduce_sum(found, 1 if rank > 1 else 0, False)


class CategoryEncoding(Layer):
    """Whole numbers 0 .. num_tokens - 1 as vectors of size num_tokens.

    output_mode: "one_hot" for each number (a last axis of size 1 becomes the vector); "multi_hot" for a row of numbers;
    "count" for how often a row has each, weighted by count_weights of the call.
    """

    def __init__(
        self,
        num_tokens=None,
        output_mode="multi_hot",
        sparse=False,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.num_tokens = require_whole(num_tokens, 1, self.argument("num_tokens"))
        self.output_mode = require_mode(output_mode, ["multi_hot", "one_hot", "count"], self.shown_name())
        if sparse:
            raise error("ArgumentError", self.argument("sparse") + ": there are no sparse tensors")
        self.sparse = sparse

    def call(self, x, count_weights=None):
        if count_weights is not None and self.output_mode != "count":
            raise error("ArgumentError", "count_weights are for output_mode 'count'")
        return encoded(x, self.output_mode, self.num_tokens, count_weights)


class Discretization(Layer):
    """The number of the bin that holds each element: how many of bin_boundaries are not above it.

    bin_boundaries: rising numbers; or num_bins, and adapt(data) finds boundaries at the quantiles, exact to a share
    epsilon of the data. output_mode: "int", "one_hot", "multi_hot", "count".
    """

    def __init__(
        self,
        bin_boundaries=None,
        num_bins=None,
        epsilon=0.01,
        output_mode="int",
        sparse=False,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        if bin_boundaries is None and num_bins is None:
            raise error("ArgumentError", self.shown_name() + ": give bin_boundaries, or num_bins and adapt()")
        if sparse:
            raise error("ArgumentError", self.argument("sparse") + ": there are no sparse tensors")
        if bin_boundaries is not None and num_bins is not None:
            raise error("ArgumentError", self.shown_name() + ": give either bin_boundaries or num_bins")
        if num_bins is not None:
            require_whole(num_bins, 1, self.argument("num_bins"))
        self.bin_boundaries: Any = bin_boundaries
        self.num_bins: Any = num_bins
        self.epsilon = epsilon
        self.output_mode = require_mode(output_mode, MODES, self.shown_name())
        self.sparse = sparse
        self.summary = [[], []]

    @waits
    def adapt(self, data, steps=None):
        """Find boundaries so that the bins hold about equally many elements of the data.

        data: an array; or a list of batches, a Dataset, a generator or another iterable of batches, of which steps are
        read, None for all.
        """
        yield from self.adapting(data, steps)
        return None

    def adapting(self, data, steps):
        """Generator: find the boundaries."""
        if self.num_bins is None:
            raise error(
                "ArgumentError", self.shown_name() + ": bin_boundaries were given, so adapt() finds none"
            )
        self.reset_state()
        if comes_in_parts(data):
            yield from each_part(data, steps, self.update_state)
        elif is_list(data) and not is_array(data):
            # As Keras has it, each entry is a batch.
            for part in data:
                self.update_state(part)
        else:
            self.update_state(data)
        self.finalize_state()
        return None

    def reset_state(self):
        """Forget what update_state has seen."""
        self.summary = [[], []]
        return None

    def update_state(self, data):
        """Take some data into account."""
        given = drive_sync(read_tensor(data)) if is_tensor(data) else data
        values = sorted(host_numbers(host_array(given, "float32")))
        step = max(len(values) * self.epsilon, 1)
        width = int(step)
        places = []
        weights = []
        for i in range(int(step - 1), len(values), width):
            places.append(values[i])
            weights.append(step * 1.0)
        self.summary = compressed(joined(self.summary, [places, weights]), self.epsilon)
        return None

    def finalize_state(self):
        """Make the boundaries of what was seen."""
        found = compressed(self.summary, 1.0 / self.num_bins)[0]
        self.bin_boundaries = found[0 : len(found) - 1]
        return None

    def config_value(self, argument_name):
        # One of the two makes a layer: learned boundaries are boundaries.
        if argument_name == "num_bins" and self.bin_boundaries is not None:
            return None
        return super().config_value(argument_name)

    def compute_output_shape(self, input_shape):
        """The shape of the result; None stands for any size. It is known before the boundaries are."""
        if self.bin_boundaries is not None:
            return super().compute_output_shape(input_shape)
        shape = [
            size_named("axis_" + str(i)) if input_shape[i] is None else input_shape[i]
            for i in range(len(input_shape))
        ]

        def infer():
            return encoded(placeholder("stand_in", shape, "int32"), self.output_mode, self.num_bins)

        return open_shape(record_trace(infer)[0].shape)

    def call(self, x):
        if self.bin_boundaries is None:
            raise error("NotBuiltError", self.shown_name() + " has no boundaries yet: call adapt(data) first")
        places = digitize(x, [float(boundary) for boundary in self.bin_boundaries])
        return encoded(places, self.output_mode, len(self.bin_boundaries) + 1)


def joined(first, second):
    """Two summaries [values, weights] as one, by rising values."""
    values = [value for value in first[0]]
    values.extend(second[0])
    weights = [weight for weight in first[1]]
    weights.extend(second[1])
    order = sorted_places(values)
    return [[values[i] for i in order], [weights[i] for i in order]]


def sorted_places(values):
    """The places of numbers in rising order."""
    pairs = new_map()
    for i in range(len(values)):
        if not pairs.has(values[i]):
            pairs.put(values[i], [])
        pairs.at(values[i]).append(i)
    found = []
    for value in sorted(pairs.all_keys()):
        found.extend(pairs.at(value))
    return found


def compressed(summary, epsilon):
    """A summary with a value for each share epsilon of the weight, interpolated between the values that there are."""
    count = len(summary[0])
    if count * epsilon < 1:
        return summary
    sums = []
    total = 0.0
    for weight in summary[1]:
        total = total + weight
        sums.append(total)
    values = []
    weights = []
    before = 0.0
    steps = int(1.0 / epsilon + 0.999999)
    for i in range(steps):
        share = epsilon + i * epsilon
        place = 0
        while place < count and sums[place] / total < share:
            place = place + 1
        value = interpolated(summary[0], sums, place, share * total)
        reached = interpolated(sums, sums, place, share * total)
        values.append(fround(value))
        weights.append(fround(reached - before))
        before = reached
    return [values, weights]


def interpolated(values, sums, place, target):
    """The value at a target between the sums at place - 1 and place; the ends go on level."""
    if place == 0:
        return values[0]
    if place >= len(values):
        return values[len(values) - 1]
    width = sums[place] - sums[place - 1]
    share = (target - sums[place - 1]) / width if width > 0 else 1.0
    return values[place - 1] + (values[place] - values[place - 1]) * share


register("CategoryEncoding", CategoryEncoding)
register("Discretization", Discretization)
