"""Metrics: numbers that are gathered over batches in variables, inside the plan of a step."""

from . import losses
from .core.config import Configurable, register_all, resolve
from .core.dims import dims_equal
from .core.host import HostArray
from .core.naming import automatic_name
from .core.opset.binary import add, equal, greater, logical_and, multiply, subtract
from .core.opset.generators import size_of
from .core.opset.movement import broadcast_to
from .core.opset.reduction import argmax, reduce_sum
from .core.opset.registry import as_float, to_tensor
from .core.opset.unary import cast, logical_not, sqrt
from .core.shapes import copy_shape
from .core.variables import Variable
from .ops.arguments import require_whole
from .ops.losses import one_hot
from .ops.math import divide_no_nan, square
from .ops.movement import expand_dims, squeeze
from .ops.reduction import mean
from .platform.buffers import from_numbers
from .platform.construct import construct
from .platform.errors import error
from .platform.numbers import is_function, is_string
from .platform.reflection import class_name_of, label_of_function

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "Mean",
    "MeanAbsoluteError",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "Metric",
    "Precision",
    "Recall",
    "RootMeanSquaredError",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "Sum",
    "TopKCategoricalAccuracy",
    "binary_accuracy",
    "categorical_accuracy",
    "get",
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "top_k_categorical_accuracy",
]


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


# Functions: one float32 number per sample


def binary_accuracy(y_true, y_pred, threshold=0.5):
    """1 where a probability lies on the label's side of the threshold."""
    both = losses.same_rank(as_float(y_true), as_float(y_pred))
    return cast(equal(both[0], cast(greater(both[1], threshold), "float32")), "float32")


def categorical_accuracy(y_true, y_pred):
    """1 where the largest prediction is at the one-hot label."""
    return cast(equal(argmax(y_true, -1, False), argmax(y_pred, -1, False)), "float32")


def sparse_categorical_accuracy(y_true, y_pred):
    """1 where the largest prediction is at the integer label."""
    y_pred = to_tensor(y_pred)
    chosen = argmax(y_pred, -1, False)
    return cast(equal(_labels(y_true, y_pred), chosen), "float32")


def _labels(y_true, y_pred):
    """Integer labels without a last axis of 1."""
    labels = cast(to_tensor(y_true), "int32")
    rank = len(labels.shape)
    if rank == len(y_pred.shape) and rank > 0 and dims_equal(labels.shape[rank - 1], 1):
        return squeeze(labels, -1)
    return labels


def sparse_top_k_categorical_accuracy(y_true, y_pred, k=5):
    """1 where fewer than k predictions are larger than that at the integer label."""
    y_pred = as_float(y_pred)
    labels = _labels(y_true, y_pred)
    classes = y_pred.shape[len(y_pred.shape) - 1]
    own = reduce_sum(multiply(y_pred, one_hot(labels, classes)), -1, True)
    larger = reduce_sum(cast(greater(y_pred, own), "float32"), -1, False)
    return cast(greater(k * 1.0, larger), "float32")


def top_k_categorical_accuracy(y_true, y_pred, k=5):
    """1 where the one-hot label is among the k largest predictions."""
    return sparse_top_k_categorical_accuracy(argmax(y_true, -1, False), y_pred, k)


# Accuracies


class Accuracy(MeanMetricWrapper):
    """How often predictions equal labels."""

    def __init__(self, name="accuracy", dtype="float32"):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        both = losses.same_rank(y_true, y_pred)
        return cast(equal(both[0], both[1]), "float32")


class BinaryAccuracy(MeanMetricWrapper):
    """How often probabilities lie on the label's side of the threshold."""

    def __init__(self, name="binary_accuracy", dtype="float32", threshold=0.5):
        super().__init__(None, name, dtype)
        self.threshold = threshold

    def measure(self, y_true, y_pred):
        return binary_accuracy(y_true, y_pred, self.threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is at the one-hot label."""

    def __init__(self, name="categorical_accuracy", dtype="float32"):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return categorical_accuracy(y_true, y_pred)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """How often the largest prediction is at the integer label."""

    def __init__(self, name="sparse_categorical_accuracy", dtype="float32"):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return sparse_categorical_accuracy(y_true, y_pred)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the one-hot label is among the k largest predictions."""

    def __init__(self, k=5, name="top_k_categorical_accuracy", dtype="float32"):
        super().__init__(None, name, dtype)
        self.k = require_whole(k, 1, "k")

    def measure(self, y_true, y_pred):
        return top_k_categorical_accuracy(y_true, y_pred, self.k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often the integer label is among the k largest predictions."""

    def __init__(self, k=5, name="sparse_top_k_categorical_accuracy", dtype="float32"):
        super().__init__(None, name, dtype)
        self.k = require_whole(k, 1, "k")

    def measure(self, y_true, y_pred):
        return sparse_top_k_categorical_accuracy(y_true, y_pred, self.k)


# Errors and losses as metrics


class MeanSquaredError(MeanMetricWrapper):
    """The mean of squared errors."""

    def __init__(self, name="mean_squared_error", dtype="float32"):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.mean_squared_error(y_true, y_pred)


class MeanAbsoluteError(MeanMetricWrapper):
    """The mean of absolute errors."""

    def __init__(self, name="mean_absolute_error", dtype="float32"):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.mean_absolute_error(y_true, y_pred)


class RootMeanSquaredError(MeanMetricWrapper):
    """The root of the mean of squared errors."""

    def __init__(self, name="root_mean_squared_error", dtype="float32"):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        both = losses.same_rank(as_float(y_true), as_float(y_pred))
        return square(subtract(both[0], both[1]))

    def result(self):
        return sqrt(super().result())


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of yes-no labels."""

    def __init__(self, name="binary_crossentropy", dtype="float32", from_logits=False, label_smoothing=0):
        super().__init__(None, name, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing

    def measure(self, y_true, y_pred):
        return losses.binary_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing)


class CategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of one-hot labels."""

    def __init__(
        self,
        name="categorical_crossentropy",
        dtype="float32",
        from_logits=False,
        label_smoothing=0,
        axis=-1,
    ):
        super().__init__(None, name, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def measure(self, y_true, y_pred):
        return losses.categorical_crossentropy(
            y_true, y_pred, self.from_logits, self.label_smoothing, self.axis
        )


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of integer labels."""

    def __init__(self, name="sparse_categorical_crossentropy", dtype="float32", from_logits=False, axis=-1):
        super().__init__(None, name, dtype)
        self.from_logits = from_logits
        self.axis = axis

    def measure(self, y_true, y_pred):
        return losses.sparse_categorical_crossentropy(y_true, y_pred, self.from_logits, None, self.axis)


# Counts


class _Ratio(Metric):
    """true positives / (true positives + others). class_id: one column of labels and predictions."""

    def __init__(self, thresholds, class_id, name, dtype):
        super().__init__(name, dtype)
        self.thresholds = thresholds
        self.class_id = class_id
        self.true_positives = self.add_variable("true_positives", [])
        self.others = self.add_variable(self.others_name(), [])

    def others_name(self):
        return "others"

    def others_of(self, labels, chosen):
        raise error("ArgumentError", "a ratio needs a method others_of(labels, chosen)")

    def update_state(self, y_true, y_pred, sample_weight=None):
        both = losses.same_rank(as_float(y_true), as_float(y_pred))
        threshold = 0.5 if self.thresholds is None else self.thresholds
        labels = cast(both[0], "bool")
        chosen = greater(both[1], threshold)
        if self.class_id is not None:
            classes = both[1].shape[len(both[1].shape) - 1]
            column = cast(one_hot(to_tensor(self.class_id), classes), "bool")
            labels = logical_and(labels, column)
            chosen = logical_and(chosen, column)
        self._count(self.true_positives, logical_and(labels, chosen), sample_weight)
        self._count(self.others, self.others_of(labels, chosen), sample_weight)
        return None

    def _count(self, variable, hits, sample_weight):
        found = cast(hits, "float32")
        if sample_weight is not None:
            weights = as_float(sample_weight)
            while len(weights.shape) < len(found.shape):
                weights = expand_dims(weights, -1)
            found = multiply(found, weights)
        variable.assign(add(variable.value(), reduce_sum(found, None, False)))
        return None

    def result(self):
        hits = self.true_positives.value()
        return divide_no_nan(hits, add(hits, self.others.value()))


class Precision(_Ratio):
    """The share of positives among what was predicted positive (above the threshold, 0.5 by default)."""

    def __init__(self, thresholds=None, class_id=None, name="precision", dtype="float32"):
        super().__init__(thresholds, class_id, name, dtype)

    def others_name(self):
        return "false_positives"

    def others_of(self, labels, chosen):
        return logical_and(logical_not(labels), chosen)


class Recall(_Ratio):
    """The share of what was predicted positive among the positives."""

    def __init__(self, thresholds=None, class_id=None, name="recall", dtype="float32"):
        super().__init__(thresholds, class_id, name, dtype)

    def others_name(self):
        return "false_negatives"

    def others_of(self, labels, chosen):
        return logical_and(labels, logical_not(chosen))


NAMES = {
    "mean": Mean,
    "sum": Sum,
    "binary_accuracy": BinaryAccuracy,
    "categorical_accuracy": CategoricalAccuracy,
    "sparse_categorical_accuracy": SparseCategoricalAccuracy,
    "top_k_categorical_accuracy": TopKCategoricalAccuracy,
    "sparse_top_k_categorical_accuracy": SparseTopKCategoricalAccuracy,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "root_mean_squared_error": RootMeanSquaredError,
    "rmse": RootMeanSquaredError,
    "binary_crossentropy": BinaryCrossentropy,
    "bce": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "precision": Precision,
    "recall": Recall,
}
register_all(NAMES, "metric")
register_all({"accuracy": Accuracy}, "metric")


def get(identifier, y_shape=None, output_shape=None, from_logits=False):
    """A metric of a name, a configuration, a metric, or a function (y_true, y_pred) → per-sample tensor.

    "accuracy" and "crossentropy" mean the one that fits the shapes of labels and predictions, as in Keras; so
    do "acc" and "ce". The metric bears the name that was given.
    """
    if is_string(identifier):
        if identifier in ["accuracy", "acc"]:
            if y_shape is None:
                return Accuracy()
            return _fitting(
                y_shape,
                output_shape,
                identifier,
                BinaryAccuracy,
                CategoricalAccuracy,
                SparseCategoricalAccuracy,
            )
        if identifier in ["crossentropy", "ce"] and y_shape is not None:
            found = _fitting(
                y_shape,
                output_shape,
                identifier,
                BinaryCrossentropy,
                CategoricalCrossentropy,
                SparseCategoricalCrossentropy,
            )
            found.from_logits = from_logits
            return found
        if identifier in NAMES:
            return _named(NAMES[identifier], identifier)
        return resolve(identifier, "metric", NAMES, Metric)
    if is_function(identifier) and not isinstance(identifier, Metric):
        return MeanMetricWrapper(identifier, label_of_function(identifier))
    return resolve(identifier, "metric", NAMES, Metric)


def _named(cls, given):
    return construct(cls, {"name": given})


def _fitting(y_shape, output_shape, given, binary, categorical, sparse):
    rank = len(output_shape)
    if rank > 0 and dims_equal(output_shape[rank - 1], 1):
        return _named(binary, given)
    narrow = len(y_shape) > 0 and dims_equal(y_shape[len(y_shape) - 1], 1)
    if len(y_shape) < rank or narrow:
        return _named(sparse, given)
    return _named(categorical, given)
