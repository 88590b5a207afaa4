"""Losses as metrics: mean errors, margins, cross-entropies, divergences."""

from .. import losses
from ..core.opset.binary import subtract
from ..core.opset.registry import as_float
from ..core.opset.unary import negative, sqrt
from ..losses.base import mask_of, masked_weights, same_rank
from ..ops.math import square
from .base import Mean, MeanMetricWrapper


class MeanSquaredError(MeanMetricWrapper):
    """The mean of squared errors."""

    def __init__(self, name="mean_squared_error", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.mean_squared_error(y_true, y_pred)


class MeanAbsoluteError(MeanMetricWrapper):
    """The mean of absolute errors."""

    def __init__(self, name="mean_absolute_error", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.mean_absolute_error(y_true, y_pred)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """The mean of absolute errors in percent of the labels."""

    def __init__(self, name="mean_absolute_percentage_error", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.mean_absolute_percentage_error(y_true, y_pred)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """The mean of squared differences of logarithms."""

    def __init__(self, name="mean_squared_logarithmic_error", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.mean_squared_logarithmic_error(y_true, y_pred)


class RootMeanSquaredError(Mean):
    """The root of the mean of squared errors."""

    def __init__(self, name="root_mean_squared_error", dtype=None):
        super().__init__(name, dtype)

    def update_state(self, y_true, y_pred, sample_weight=None):
        both = same_rank(as_float(y_true), as_float(y_pred))
        weights = masked_weights(sample_weight, mask_of(y_pred), "sum")
        return self.gather_values(square(subtract(both[1], both[0])), weights)

    def result(self):
        return sqrt(super().result())

    def __call__(self, y_true, y_pred, sample_weight=None):
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()


class CosineSimilarity(MeanMetricWrapper):
    """The mean cosine of the angle between labels and predictions along an axis."""

    def __init__(self, name="cosine_similarity", dtype=None, axis=-1):
        super().__init__(None, name, dtype)
        self.axis = axis

    def measure(self, y_true, y_pred):
        return negative(losses.cosine_similarity(y_true, y_pred, self.axis))


class LogCoshError(MeanMetricWrapper):
    """The mean logarithm of the hyperbolic cosine of errors."""

    def __init__(self, name="logcosh", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.log_cosh(y_true, y_pred)


class Hinge(MeanMetricWrapper):
    """The mean of max(1 - y_true * y_pred, 0)."""

    def __init__(self, name="hinge", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.hinge(y_true, y_pred)


class SquaredHinge(MeanMetricWrapper):
    """The mean of max(1 - y_true * y_pred, 0)²."""

    def __init__(self, name="squared_hinge", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.squared_hinge(y_true, y_pred)


class CategoricalHinge(MeanMetricWrapper):
    """The mean margin between the prediction at the one-hot label and the largest other."""

    def __init__(self, name="categorical_hinge", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.categorical_hinge(y_true, y_pred)


class KLDivergence(MeanMetricWrapper):
    """The mean Kullback-Leibler divergence of two distributions."""

    def __init__(self, name="kl_divergence", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.kl_divergence(y_true, y_pred)


class Poisson(MeanMetricWrapper):
    """Minus the mean likelihood of counts, but for a constant."""

    def __init__(self, name="poisson", dtype=None):
        super().__init__(None, name, dtype)

    def measure(self, y_true, y_pred):
        return losses.poisson(y_true, y_pred)


class BinaryCrossentropy(MeanMetricWrapper):
    """The mean cross-entropy of yes-no labels."""

    def __init__(self, name="binary_crossentropy", dtype=None, from_logits=False, label_smoothing: float = 0):
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
        dtype=None,
        from_logits=False,
        label_smoothing: float = 0,
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
    """The mean cross-entropy of integer labels; those of ignore_class count as 0."""

    def __init__(
        self,
        name="sparse_categorical_crossentropy",
        dtype=None,
        from_logits=False,
        ignore_class=None,
        axis=-1,
    ):
        super().__init__(None, name, dtype)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def measure(self, y_true, y_pred):
        return losses.sparse_categorical_crossentropy(
            y_true, y_pred, self.from_logits, self.ignore_class, self.axis
        )
