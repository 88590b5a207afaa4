"""Losses: classes for `compile`, and functions that give one number per sample."""

from typing import Any

from ..core.config import resolve
from ..core.keras_form import keras_entry
from ..core.known import function_named, register_all, with_custom_objects
from ..platform.construct import construct
from ..platform.numbers import is_dict, is_function, is_string
from ..platform.reflection import is_class, label_of_function
from .base import REDUCTIONS, FunctionLoss, Loss, mask_of, masked_weights, same_rank, weighted
from .crossentropies import (
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    binary_focal_crossentropy,
    categorical_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
    kl_divergence,
    poisson,
    sparse_categorical_crossentropy,
)
from .hinges import CategoricalHinge, Hinge, SquaredHinge, categorical_hinge, hinge, squared_hinge
from .regions import Dice, Tversky, dice, tversky
from .regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    cosine_similarity,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from .structured import CTC, Circle, circle, ctc

__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CTC",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
    "CategoricalHinge",
    "Circle",
    "CosineSimilarity",
    "Dice",
    "Hinge",
    "Huber",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "Tversky",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_generalized_cross_entropy",
    "categorical_hinge",
    "circle",
    "cosine_similarity",
    "ctc",
    "deserialize",
    "dice",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "poisson",
    "serialize",
    "sparse_categorical_crossentropy",
    "squared_hinge",
    "tversky",
]

NAMES = {
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
    "cosine_similarity": CosineSimilarity,
    "huber": Huber,
    "log_cosh": LogCosh,
    "logcosh": LogCosh,
    "hinge": Hinge,
    "squared_hinge": SquaredHinge,
    "categorical_hinge": CategoricalHinge,
    "kl_divergence": KLDivergence,
    "kld": KLDivergence,
    "KLD": KLDivergence,
    "poisson": Poisson,
    "binary_crossentropy": BinaryCrossentropy,
    "bce": BinaryCrossentropy,
    "BCE": BinaryCrossentropy,
    "binary_focal_crossentropy": BinaryFocalCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "categorical_focal_crossentropy": CategoricalFocalCrossentropy,
    "categorical_generalized_cross_entropy": CategoricalGeneralizedCrossEntropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "dice": Dice,
    "tversky": Tversky,
    "circle": Circle,
    "ctc": CTC,
}
register_all(NAMES, "loss")


def get(identifier) -> Any:
    """A loss of a name, a configuration, a loss, its class, or a function (y_true, y_pred) → per-sample tensor."""
    if is_string(identifier):
        # A registered function of the user's; the names of the library come first.
        custom = function_named(identifier)
        if identifier not in NAMES and custom is not None:
            return FunctionLoss(custom, identifier)
        return resolve(identifier, "loss", NAMES, Loss)
    if is_dict(identifier) and identifier.get("class_name") == "function":
        return get(identifier.get("config"))
    if identifier is None:
        return None
    if is_class(identifier):
        return construct(identifier, {})
    if is_function(identifier) and not isinstance(identifier, Loss):
        return FunctionLoss(identifier, label_of_function(identifier))
    return resolve(identifier, "loss", NAMES, Loss)


def serialize(loss):
    """The configuration {"module", "class_name", "config", "registered_name"} of a loss."""
    return keras_entry(loss, "loss")


def deserialize(name, custom_objects=None) -> Any:
    """The loss of a configuration or a name; custom_objects: dict of further classes and functions by name."""
    return with_custom_objects(custom_objects, lambda: get(name))
