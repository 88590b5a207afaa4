"""Metrics: numbers that are gathered over batches in variables, inside the plan of a step."""

from ..core.config import register_all, resolve
from ..core.dims import dims_equal
from ..platform.construct import construct
from ..platform.numbers import is_function, is_string
from ..platform.reflection import label_of_function
from .accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
    binary_accuracy,
    categorical_accuracy,
    sparse_categorical_accuracy,
    sparse_top_k_categorical_accuracy,
    top_k_categorical_accuracy,
)
from .base import Mean, MeanMetricWrapper, Metric, Sum
from .counts import Precision, Recall
from .errors import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    MeanAbsoluteError,
    MeanSquaredError,
    RootMeanSquaredError,
    SparseCategoricalCrossentropy,
)

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
