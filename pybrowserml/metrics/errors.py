"""Losses as metrics: mean errors and cross-entropies."""

from .. import losses
from ..core.opset.binary import subtract
from ..core.opset.registry import as_float
from ..core.opset.unary import sqrt
from ..ops.math import square
from .base import MeanMetricWrapper


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
