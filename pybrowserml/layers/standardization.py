"""Normalization: numbers with a known mean and variance."""

from typing import Any

from ..core.annotations import Axes
from ..core.graph import constant, is_tensor
from ..core.host import host_array
from ..core.known import register_all
from ..core.opset.binary import add, divide, maximum, multiply, subtract
from ..core.opset.movement import broadcast_to, reshape
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import sqrt
from ..core.shapes import copy_shape, format_shape, normalize_axes, same_shape
from ..ops.math import square
from ..ops.reduction import mean
from ..platform.buffers import is_array, to_nested
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from ..platform.tasks import waits
from .layer import Layer
from .preprocessing.feeding import Parts, comes_in_parts, inputs_of

# The least standard deviation.
LEAST = 1e-7
# The batches that single samples of a Dataset are joined to.
SAMPLES = 128


class Normalization(Layer):
    """(x - mean) / sqrt(variance), or its inverse.

    axis: the axis or axes with a mean and a variance of their own for each place, None for one of all. mean, variance:
    numbers or arrays over these axes; None: those that `adapt` finds. invert: x * sqrt(variance) + mean. Weights, where
    mean is None: mean, variance, count.
    """

    def __init__(
        self,
        axis: Axes = -1,
        mean=None,
        variance=None,
        invert=False,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        axes: Any = axis
        if axes is None:
            self.axis = []
        else:
            self.axis = [axes] if is_whole(axes) else [entry for entry in axes]
        if (mean is None) != (variance is None):
            raise error("ArgumentError", self.shown_name() + ": mean and variance must be given together")
        self.input_mean: Any = None if mean is None else host_array(mean, "float32")
        self.input_variance: Any = None if variance is None else host_array(variance, "float32")
        if self.input_mean is not None:
            if not same_shape(self.input_mean.shape, self.input_variance.shape):
                raise error(
                    "ArgumentError",
                    self.shown_name()
                    + ": mean and variance must have one shape, got "
                    + format_shape(self.input_mean.shape)
                    + " and "
                    + format_shape(self.input_variance.shape),
                )
            if len(self.input_mean.shape) > len(self.axis):
                raise error(
                    "ArgumentError",
                    self.argument("mean")
                    + " has shape "
                    + format_shape(self.input_mean.shape)
                    + ", more axes than "
                    + str(len(self.axis)),
                )
        self.invert = invert
        self.adapt_mean: Any = None
        self.adapt_variance: Any = None
        # The rank and the axes that keep statistics of their own, of the input that it was built for.
        self.rank = 0
        self.kept = []
        self.sizes = []
        self.supports_masking = True

    def config_value(self, argument_name):
        if argument_name == "mean" or argument_name == "variance":
            host = self.input_mean if argument_name == "mean" else self.input_variance
            return None if host is None else to_nested(host.data, host.shape)
        return super().config_value(argument_name)

    def build(self, input_shape):
        axes = self._kept(input_shape)
        shape = [self.require_static(input_shape, axis) for axis in axes]
        self.rank = len(input_shape)
        self.kept = axes
        self.sizes = shape
        if self.input_mean is None:
            self.adapt_mean = self.new_weight("mean", shape, "zeros", False)
            self.adapt_variance = self.new_weight("variance", shape, "ones", False)
            self.count = self.new_weight("count", [], "zeros", False, "int32")

    @property
    def mean(self):
        """The mean, shaped so that it broadcasts to the input; None before the layer is built."""
        return self._statistic(self.adapt_mean, self.input_mean)

    @property
    def variance(self):
        """The variance, shaped so that it broadcasts to the input; None before the layer is built."""
        return self._statistic(self.adapt_variance, self.input_variance)

    def _statistic(self, variable, given):
        if not self._was_built:
            return None
        wide = [1 for i in range(self.rank)]
        for i in range(len(self.kept)):
            wide[self.kept[i]] = self.sizes[i]
        return broadcast_to(self._along(variable, given, wide, self.kept), wide)

    def _kept(self, shape):
        """The axes that keep means of their own, in order."""
        return normalize_axes(self.axis, len(shape), "Normalization") if len(self.axis) > 0 else []

    @waits
    def adapt(self, data):
        """Take mean and variance of data.

        data: an array or tensor with all samples; or batches: a list of arrays, a Dataset (one of single samples too),
        a generator or another iterable. Of batches (x, y) it is x that counts.
        """
        yield from self.adapting(data)
        return None

    def adapting(self, data):
        """Generator: take mean and variance of data."""
        if self.input_mean is not None:
            raise error("ArgumentError", self.shown_name() + " has a mean and a variance already")
        total = 0
        if comes_in_parts(data):
            parts = Parts(data, None)
            while True:
                step = yield from parts.advance()
                if step[0]:
                    break
                if total == 0 and hasattr(data, "batch") and _rank_of(step[1]) == 1:
                    parts = Parts(data.batch(SAMPLES), None)
                else:
                    total = self.take_batch(step[1], total)
        elif is_list(data) and len(data) == 0:
            total = 0
        elif is_list(data) and _holds_batches(data[0]):
            for part in data:
                total = self.take_batch(inputs_of(part), total)
        else:
            total = self.take_batch(data, total)
        if total == 0:
            raise error("ArgumentError", self.shown_name() + ": adapt() got no data")
        return None

    def take_batch(self, x, total):
        """Join the mean and variance of a batch with those of `total` elements before; returns their number now."""
        x = as_float(to_tensor(x))
        if not self.built:
            self.build(copy_shape(x.shape))
            self.built = True
        axes = self._kept(x.shape)
        self._require_sizes(x.shape, axes)
        others = [i for i in range(len(x.shape)) if i not in axes]
        centre = mean(x, others, True) if len(others) > 0 else x
        spread = mean(square(subtract(x, centre)), others, False) if len(others) > 0 else subtract(x, x)
        number = 1
        for i in others:
            number = number * x.shape[i]
        if number == 0:
            return total
        centre = reshape(centre, self.sizes)
        # Means and variances of several batches, by their numbers of elements.
        share = number / (total + number)
        if total > 0:
            earlier = self.adapt_mean.value
            joined = add(multiply(earlier, 1.0 - share), multiply(centre, share))
            spread = add(
                multiply(add(self.adapt_variance.value, square(subtract(earlier, joined))), 1.0 - share),
                multiply(add(spread, square(subtract(centre, joined))), share),
            )
            centre = joined
        self.adapt_mean.assign(centre)
        self.adapt_variance.assign(spread)
        return total + number

    def _require_sizes(self, shape, axes):
        for i in range(len(axes)):
            self.require_size(shape, axes[i], self.sizes[i])
        return None

    def call(self, x, training=None):
        x = as_float(x)
        axes = self._kept(x.shape)
        self._require_sizes(x.shape, axes)
        centre = self._along(self.adapt_mean, self.input_mean, x.shape, axes)
        deviation = maximum(sqrt(self._along(self.adapt_variance, self.input_variance, x.shape, axes)), LEAST)
        if self.invert:
            return add(centre, multiply(x, deviation))
        return divide(subtract(x, centre), deviation)

    def _along(self, variable, given, shape, axes):
        """A statistic, shaped so that it broadcasts to x."""
        value = variable.value if given is None else constant(given)
        wide = [1 for dim in shape]
        rank = len(value.shape)
        for i in range(rank):
            # Fewer axes than are kept: the last ones.
            wide[axes[len(axes) - rank + i]] = value.shape[i]
        return reshape(value, wide)


def _holds_batches(first):
    """Whether a list whose first entry this is holds batches, and not numbers."""
    part = inputs_of(first)
    return is_array(part) or is_tensor(part)


def _rank_of(value):
    return len(to_tensor(value).shape)


register_all({"Normalization": Normalization}, "layer")
