"""Normalization: numbers with a known mean and variance."""

from typing import Any

from ..core.annotations import Axes
from ..core.config import register_all
from ..core.graph import constant, is_tensor
from ..core.host import host_array
from ..core.opset.binary import add, divide, maximum, multiply, subtract
from ..core.opset.movement import reshape
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import sqrt
from ..core.shapes import copy_shape, format_shape, normalize_axes, same_shape
from ..ops.math import square
from ..ops.reduction import mean
from ..platform.buffers import is_array, to_nested
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .layer import Layer

# The least standard deviation.
LEAST = 1e-7


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
        dtype="float32",
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
        self.mean: Any = None
        self.variance: Any = None
        self.supports_masking = True

    def config_value(self, argument_name):
        if argument_name == "mean" or argument_name == "variance":
            host = self.input_mean if argument_name == "mean" else self.input_variance
            return None if host is None else to_nested(host.data, host.shape)
        return super().config_value(argument_name)

    def build(self, input_shape):
        axes = self._kept(input_shape)
        shape = [self.require_static(input_shape, axis) for axis in axes]
        self.sizes = shape
        if self.input_mean is None:
            self.mean = self.add_weight("mean", shape, "zeros", False)
            self.variance = self.add_weight("variance", shape, "ones", False)
            self.count = self.add_weight("count", [], "zeros", False, "int32")

    def _kept(self, shape):
        """The axes that keep means of their own, in order."""
        return normalize_axes(self.axis, len(shape), "Normalization") if len(self.axis) > 0 else []

    def adapt(self, data):
        """Take mean and variance of data: an array or tensor with all samples, or a list of such batches."""
        batches = data if is_list(data) and len(data) > 0 and _is_batch(data[0]) else [data]
        if self.input_mean is not None:
            raise error("ArgumentError", self.shown_name() + " has a mean and a variance already")
        total = 0
        for part in batches:
            x = as_float(to_tensor(part))
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
            centre = reshape(centre, self.sizes)
            # Means and variances of several batches, by their numbers of elements.
            share = number / (total + number)
            total = total + number
            if share < 1:
                earlier = self.mean.value()
                joined = add(multiply(earlier, 1.0 - share), multiply(centre, share))
                spread = add(
                    multiply(add(self.variance.value(), square(subtract(earlier, joined))), 1.0 - share),
                    multiply(add(spread, square(subtract(centre, joined))), share),
                )
                centre = joined
            self.mean.assign(centre)
            self.variance.assign(spread)
        return None

    def _require_sizes(self, shape, axes):
        for i in range(len(axes)):
            self.require_size(shape, axes[i], self.sizes[i])
        return None

    def call(self, x, training):
        x = as_float(x)
        axes = self._kept(x.shape)
        self._require_sizes(x.shape, axes)
        centre = self._along(self.mean, self.input_mean, x.shape, axes)
        deviation = maximum(sqrt(self._along(self.variance, self.input_variance, x.shape, axes)), LEAST)
        if self.invert:
            return add(centre, multiply(x, deviation))
        return divide(subtract(x, centre), deviation)

    def _along(self, variable, given, shape, axes):
        """A statistic, shaped so that it broadcasts to x."""
        value = variable.value() if given is None else constant(given)
        wide = [1 for dim in shape]
        rank = len(value.shape)
        for i in range(rank):
            # Fewer axes than are kept: the last ones.
            wide[axes[len(axes) - rank + i]] = value.shape[i]
        return reshape(value, wide)


def _is_batch(value):
    return is_array(value) or is_tensor(value)


register_all({"Normalization": Normalization}, "layer")
