"""The base of metrics, and those that gather numbers as they come: mean and sum."""

from typing import Any

from .. import initializers
from ..core.config import Configurable
from ..core.naming import automatic_name
from ..core.opset.binary import add, multiply
from ..core.opset.generators import size_of
from ..core.opset.movement import broadcast_to
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float, scalar, to_tensor
from ..core.opset.unary import cast
from ..core.shapes import copy_shape
from ..core.stateless import StatelessScope, inside, pairs_of, values_after
from ..core.variables import Variable, state_variable
from ..losses.base import mask_of, masked_weights, weighted
from ..ops.math import divide_no_nan
from ..ops.reduction import mean
from ..platform.construct import call_taking
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list
from ..platform.reflection import class_name_of, own_attributes

DEEPEST = 8


class Metric(Configurable):
    """Base class: `update_state` records assignments, `result()` is a tensor, `reset_state()` starts anew.

    A subclass makes its variables with `add_variable` or `add_weight` in its constructor; where their shapes follow
    from the data, in `build`. Variables and other metrics that it keeps as attributes, alone or in lists and dicts,
    belong to it.
    """

    def __init__(self, dtype=None, name=None):
        self.name = automatic_name(class_name_of(self)) if name is None else name
        self.dtype = "float32" if dtype is None else dtype
        self._made_variables = []
        self._is_built = False

    @property
    def variables(self):
        """The Variables of the metric's state: its own, then those of metrics inside of it."""
        found = [[], []]
        seen = new_map()
        for pair in own_attributes(self):
            _collect(pair[1], found, seen, 0)
        for metric in found[1]:
            found[0].extend(metric.variables)
        return found[0]

    def add_variable(self, shape, initializer=None, dtype=None, aggregation="sum", name=None):
        """A Variable of the metric's state, zeros unless an initializer says otherwise."""
        kind = self.dtype if dtype is None else dtype
        kind = "int32" if kind == "int" else kind
        made: Any = initializers.get("zeros" if initializer is None else initializer)
        path = self.name + "/" + ("variable" if name is None else name)
        variable = state_variable(made.make(copy_shape(shape), kind), kind, False, path)
        self._made_variables.append(variable)
        return variable

    def add_weight(self, shape=None, initializer=None, dtype=None, name=None):
        """As `add_variable`; a scalar unless a shape is given."""
        return self.add_variable([] if shape is None else shape, initializer, dtype, "sum", name)

    def build(self, y_true_shape, y_pred_shape):
        """Make the variables whose shapes follow from the data."""
        return None

    def ensure_built(self, y_true, y_pred):
        """Call `build` once, before the first update."""
        if not self._is_built:
            self._is_built = True
            self.build(y_true.shape, y_pred.shape)
        return None

    def update_state(self, y_true, y_pred, sample_weight=None) -> Any:
        raise error("ArgumentError", "a metric needs a method update_state(y_true, y_pred, sample_weight)")

    def result(self) -> Any:
        raise error("ArgumentError", "a metric needs a method result()")

    def reset_state(self):
        """Set the variables to zero."""
        for variable in self.variables:
            variable.assign(broadcast_to(scalar(0, variable.dtype), variable.shape))
        return None

    def stateless_update_state(self, metric_variables, y_true, y_pred=None, sample_weight=None):
        """The values of `variables` after an update that starts from other values; no Variable changes.

        metric_variables: values in the order of `variables`; then the arguments of `update_state`.
        """
        scope = self._scope(metric_variables, "stateless_update_state")
        inside(scope, lambda: call_taking(self.update_state, [y_true, y_pred, sample_weight]))
        return values_after(scope, self.variables)

    def stateless_result(self, metric_variables) -> Any:
        """The result for other values of `variables`."""
        return inside(self._scope(metric_variables, "stateless_result"), self.result)

    def stateless_reset_state(self):
        """The values that `variables` would have after `reset_state`."""
        scope = StatelessScope()
        inside(scope, self.reset_state)
        return values_after(scope, self.variables)

    def _scope(self, values, asked):
        named = "metric '" + self.name + "': " + asked
        return StatelessScope(pairs_of(self.variables, values, named, "metric_variables"))

    def __call__(self, y_true, y_pred, sample_weight=None) -> Any:
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()


def _collect(value, found, seen, depth):
    """Put the Variables and metrics that an attribute's value holds into found, [Variables, metrics], none twice."""
    if is_list(value) and depth < DEEPEST:
        for item in value:
            _collect(item, found, seen, depth + 1)
    elif is_dict(value) and depth < DEEPEST:
        for key in value.keys():
            _collect(value[key], found, seen, depth + 1)
    elif isinstance(value, (Variable, Metric)) and not seen.has(value):
        seen.put(value, True)
        found[1 if isinstance(value, Metric) else 0].append(value)
    return None


def gather(variable, value):
    """Record variable ← variable + value."""
    variable.assign(add(variable.value, value))
    return None


def per_sample(values, sample_weight, reduce):
    """[values, weights or None], one number per sample: weighted, then reduced over the other axes.

    reduce: (tensor, axes, keepdims) → tensor. A mask that the values carry makes given weights 0.
    """
    if sample_weight is not None:
        sample_weight = masked_weights(sample_weight, mask_of(values), "sum")
    both = weighted(as_float(values), sample_weight)
    values = both[0]
    weights = both[1]
    if weights is not None:
        rank = len(weights.shape)
        if len(values.shape) > rank:
            values = reduce(values, [i for i in range(rank, len(values.shape))], False)
        weights = broadcast_to(weights, values.shape)
        values = multiply(values, weights)
        if rank > 1:
            weights = reduce(weights, [i for i in range(1, rank)], False)
    if len(values.shape) > 1:
        values = reduce(values, [i for i in range(1, len(values.shape))], False)
    return [values, weights]


class Mean(Metric):
    """The (weighted) mean of the values given."""

    def __init__(self, name="mean", dtype=None):
        super().__init__(dtype, name)
        self.total = self.add_variable([], None, "float32", "sum", "total")
        self.count = self.add_variable([], None, "float32", "sum", "count")

    def gather_values(self, values, sample_weight):
        """Take values [batch, ...] in."""
        both = per_sample(values, sample_weight, mean)
        gather(self.total, reduce_sum(both[0], None, False))
        if both[1] is not None:
            count = reduce_sum(both[1], None, False)
        elif len(both[0].shape) > 0:
            count = cast(size_of(both[0].shape[0]), "float32")
        else:
            count = 1.0
        gather(self.count, count)
        return None

    def update_state(self, values, sample_weight=None):
        return self.gather_values(values, sample_weight)

    def result(self):
        return divide_no_nan(self.total.value, self.count.value)

    def __call__(self, values, sample_weight=None):
        self.update_state(values, sample_weight)
        return self.result()


class Sum(Metric):
    """The (weighted) sum of the values given."""

    def __init__(self, name="sum", dtype=None):
        super().__init__(dtype, name)
        self.total = self.add_variable([], None, "float32", "sum", "total")

    def update_state(self, values, sample_weight=None):
        both = per_sample(values, sample_weight, reduce_sum)
        return gather(self.total, reduce_sum(both[0], None, False))

    def result(self):
        return self.total.value

    def __call__(self, values, sample_weight=None):
        self.update_state(values, sample_weight)
        return self.result()


class MeanMetricWrapper(Mean):
    """The mean of `measure(y_true, y_pred)`: a function fn, or a subclass's method.

    In Python further arguments by name are handed to fn.
    A mask that the predictions carry says which samples count.
    """

    def __init__(self, fn, name=None, dtype=None):
        super().__init__(automatic_name("MeanMetricWrapper") if name is None else name, dtype)
        self.fn = fn

    def measure(self, y_true, y_pred):
        return self.fn(y_true, y_pred)

    def update_state(self, y_true, y_pred, sample_weight=None):
        weights = masked_weights(sample_weight, mask_of(y_pred), "sum")
        return self.gather_values(self.measure(to_tensor(y_true), to_tensor(y_pred)), weights)

    def __call__(self, y_true, y_pred, sample_weight=None):
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()
