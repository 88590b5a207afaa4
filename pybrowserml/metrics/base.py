"""The base of metrics, and those that gather numbers as they come: mean and sum."""

from .. import losses
from ..core.config import Configurable
from ..core.host import HostArray
from ..core.naming import automatic_name
from ..core.opset.binary import add, multiply
from ..core.opset.generators import size_of
from ..core.opset.movement import broadcast_to
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import cast
from ..core.shapes import copy_shape
from ..core.variables import Variable
from ..ops.math import divide_no_nan
from ..ops.reduction import mean
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.reflection import class_name_of


class Metric(Configurable):
    """Base class: `update_state` records assignments, `result()` is a tensor, `reset_state()` starts anew.

    A subclass makes its variables with `add_variable` in its constructor.
    """

    def __init__(self, name=None, dtype="float32"):
        self.name = automatic_name(class_name_of(self)) if name is None else name
        self.dtype = "float32" if dtype is None else dtype
        self.variables = []

    def add_variable(self, name, shape):
        """A float32 Variable of zeros."""
        count = 1
        for dim in shape:
            count = count * dim
        data = from_numbers("float32", [0.0 for i in range(count)])
        variable = Variable(
            HostArray(data, copy_shape(shape), "float32"), "float32", False, self.name + "/" + name
        )
        self.variables.append(variable)
        return variable

    def update_state(self, y_true, y_pred, sample_weight=None):
        raise error("ArgumentError", "a metric needs a method update_state(y_true, y_pred, sample_weight)")

    def result(self):
        raise error("ArgumentError", "a metric needs a method result()")

    def reset_state(self):
        """Set the variables to zero."""
        for variable in self.variables:
            variable.assign(broadcast_to(to_tensor(0.0, "float32"), variable.shape))
        return None


def per_sample(values, sample_weight):
    """[values, weights or None], one number per sample: weighted, then the mean over the other axes."""
    both = losses.weighted(as_float(values), sample_weight)
    values = both[0]
    weights = both[1]
    if weights is not None:
        rank = len(weights.shape)
        if len(values.shape) > rank:
            values = mean(values, [i for i in range(rank, len(values.shape))], False)
        values = multiply(values, weights)
        if rank > 1:
            weights = mean(broadcast_to(weights, values.shape), [i for i in range(1, rank)], False)
    if len(values.shape) > 1:
        values = mean(values, [i for i in range(1, len(values.shape))], False)
    return [values, weights]


class Mean(Metric):
    """The (weighted) mean of the values given."""

    def __init__(self, name="mean", dtype="float32"):
        super().__init__(name, dtype)
        self.total = self.add_variable("total", [])
        self.count = self.add_variable("count", [])

    def update_state(self, values, sample_weight=None):
        both = per_sample(values, sample_weight)
        self.total.assign(add(self.total.value(), reduce_sum(both[0], None, False)))
        if both[1] is not None:
            count = reduce_sum(both[1], None, False)
        elif len(both[0].shape) > 0:
            count = cast(size_of(both[0].shape[0]), "float32")
        else:
            count = 1.0
        self.count.assign(add(self.count.value(), count))
        return None

    def result(self):
        return divide_no_nan(self.total.value(), self.count.value())


class Sum(Metric):
    """The (weighted) sum of the values given."""

    def __init__(self, name="sum", dtype="float32"):
        super().__init__(name, dtype)
        self.total = self.add_variable("total", [])

    def update_state(self, values, sample_weight=None):
        both = per_sample(values, sample_weight)
        self.total.assign(add(self.total.value(), reduce_sum(both[0], None, False)))
        return None

    def result(self):
        return self.total.value()


class MeanMetricWrapper(Mean):
    """The mean of `measure(y_true, y_pred)`: a function, or a subclass's method."""

    def __init__(self, function, name=None, dtype="float32"):
        super().__init__("mean_metric_wrapper" if name is None else name, dtype)
        self.function = function

    def measure(self, y_true, y_pred):
        return self.function(y_true, y_pred)

    def update_state(self, y_true, y_pred, sample_weight=None):
        return super().update_state(self.measure(to_tensor(y_true), to_tensor(y_pred)), sample_weight)
