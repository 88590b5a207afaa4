"""Metrics: numbers that are gathered over batches in variables, inside the plan of a step."""

from typing import Any

from ..core.config import resolve
from ..core.dims import dims_equal
from ..core.keras_form import keras_entry
from ..core.known import register_all, with_custom_objects
from ..losses import (
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_hinge,
    hinge,
    huber,
    kl_divergence,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
    poisson,
    sparse_categorical_crossentropy,
    squared_hinge,
)
from ..platform.construct import construct
from ..platform.numbers import is_dict, is_function, is_string
from ..platform.reflection import is_class, label_of_function
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
from .confusion import FalseNegatives, FalsePositives, Precision, Recall, TrueNegatives, TruePositives
from .correlation import (
    ConcordanceCorrelation,
    PearsonCorrelation,
    concordance_correlation,
    pearson_correlation,
)
from .curves import (
    AUC,
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
)
from .errors import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    CosineSimilarity,
    Hinge,
    KLDivergence,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    RootMeanSquaredError,
    SparseCategoricalCrossentropy,
    SquaredHinge,
)
from .overlap import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from .scores import F1Score, FBetaScore, R2Score

__all__ = [
    "AUC",
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "BinaryIoU",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "F1Score",
    "FBetaScore",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "IoU",
    "KLDivergence",
    "LogCoshError",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanIoU",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "OneHotIoU",
    "OneHotMeanIoU",
    "PearsonCorrelation",
    "Poisson",
    "Precision",
    "PrecisionAtRecall",
    "R2Score",
    "Recall",
    "RecallAtPrecision",
    "RootMeanSquaredError",
    "SensitivityAtSpecificity",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SpecificityAtSensitivity",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "binary_accuracy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "concordance_correlation",
    "deserialize",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "pearson_correlation",
    "poisson",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
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
    "MSE": MeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "MAE": MeanAbsoluteError,
    "mean_absolute_percentage_error": MeanAbsolutePercentageError,
    "mape": MeanAbsolutePercentageError,
    "MAPE": MeanAbsolutePercentageError,
    "mean_squared_logarithmic_error": MeanSquaredLogarithmicError,
    "msle": MeanSquaredLogarithmicError,
    "MSLE": MeanSquaredLogarithmicError,
    "root_mean_squared_error": RootMeanSquaredError,
    "rmse": RootMeanSquaredError,
    "cosine_similarity": CosineSimilarity,
    "log_cosh_error": LogCoshError,
    "logcosh": LogCoshError,
    "r2_score": R2Score,
    "auc": AUC,
    "true_positives": TruePositives,
    "true_negatives": TrueNegatives,
    "false_positives": FalsePositives,
    "false_negatives": FalseNegatives,
    "precision": Precision,
    "recall": Recall,
    "concordance_correlation": ConcordanceCorrelation,
    "pearson_correlation": PearsonCorrelation,
    "hinge": Hinge,
    "squared_hinge": SquaredHinge,
    "categorical_hinge": CategoricalHinge,
    "kl_divergence": KLDivergence,
    "poisson": Poisson,
    "binary_crossentropy": BinaryCrossentropy,
    "bce": BinaryCrossentropy,
    "BCE": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "f1_score": F1Score,
    "fbeta_score": FBetaScore,
    "binary_io_u": BinaryIoU,
}
register_all(NAMES, "metric")
# These are not made by a name alone, or by another one.
register_all(
    {
        "accuracy": Accuracy,
        "io_u": IoU,
        "mean_io_u": MeanIoU,
        "one_hot_io_u": OneHotIoU,
        "one_hot_mean_io_u": OneHotMeanIoU,
        "precision_at_recall": PrecisionAtRecall,
        "recall_at_precision": RecallAtPrecision,
        "sensitivity_at_specificity": SensitivityAtSpecificity,
        "specificity_at_sensitivity": SpecificityAtSensitivity,
        "mean_metric_wrapper": MeanMetricWrapper,
    },
    "metric",
)


def get(identifier, y_shape=None, output_shape=None, from_logits=False) -> Any:
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
    if is_dict(identifier) and identifier.get("class_name") == "function":
        return get(identifier.get("config"))
    if is_class(identifier):
        return construct(identifier, {})
    if is_function(identifier) and not isinstance(identifier, Metric):
        return MeanMetricWrapper(identifier, label_of_function(identifier))
    return resolve(identifier, "metric", NAMES, Metric)


def serialize(metric):
    """The configuration {"module", "class_name", "config", "registered_name"} of a metric."""
    return keras_entry(metric, "metric")


def deserialize(config, custom_objects=None) -> Any:
    """The metric of a configuration; custom_objects: dict of further classes and functions by name."""
    return with_custom_objects(custom_objects, lambda: get(config))


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
