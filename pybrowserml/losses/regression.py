"""Losses of numbers: labels and predictions [batch, ..., last] → [batch, ...]."""

from ..core.opset.binary import add, divide, less_equal, maximum, multiply, subtract, where
from ..core.opset.reduction import reduce_sum
from ..core.opset.unary import absolute, log, negative
from ..ops.activations import softplus
from ..ops.math import square
from ..ops.reduction import mean, normalize
from .base import EPSILON, Loss, float_pair

LOG_2 = 0.6931471805599453


def mean_squared_error(y_true, y_pred):
    """mean((y_true - y_pred)²) over the last axis."""
    both = float_pair(y_true, y_pred, "mean_squared_error")
    return mean(square(subtract(both[0], both[1])), -1, False)


def mean_absolute_error(y_true, y_pred):
    """mean(|y_true - y_pred|) over the last axis."""
    both = float_pair(y_true, y_pred, "mean_absolute_error")
    return mean(absolute(subtract(both[0], both[1])), -1, False)


def mean_absolute_percentage_error(y_true, y_pred):
    """100 mean(|y_true - y_pred| / max(|y_true|, 1e-7)) over the last axis."""
    both = float_pair(y_true, y_pred, "mean_absolute_percentage_error")
    shares = divide(subtract(both[0], both[1]), maximum(absolute(both[0]), EPSILON))
    return multiply(mean(absolute(shares), -1, False), 100.0)


def mean_squared_logarithmic_error(y_true, y_pred):
    """mean((log(1 + y_true) - log(1 + y_pred))²) over the last axis; both are taken as at least 1e-7."""
    both = float_pair(y_true, y_pred, "mean_squared_logarithmic_error")
    first = log(add(maximum(both[1], EPSILON), 1.0))
    second = log(add(maximum(both[0], EPSILON), 1.0))
    return mean(square(subtract(first, second)), -1, False)


def cosine_similarity(y_true, y_pred, axis=-1):
    """Minus the cosine of the angle between labels and predictions along an axis: -1 where they agree."""
    both = float_pair(y_true, y_pred, "cosine_similarity")
    return negative(reduce_sum(multiply(normalize(both[0], axis), normalize(both[1], axis)), axis, False))


def huber(y_true, y_pred, delta=1.0):
    """Half the squared error up to delta, linear above, as a mean over the last axis."""
    both = float_pair(y_true, y_pred, "huber")
    distance = absolute(subtract(both[0], both[1]))
    near = multiply(0.5, square(distance))
    far = multiply(subtract(distance, 0.5 * delta), delta)
    return mean(where(less_equal(distance, delta), near, far), -1, False)


def log_cosh(y_true, y_pred):
    """mean(log(cosh(y_pred - y_true))) over the last axis, without overflow."""
    both = float_pair(y_true, y_pred, "log_cosh")
    x = subtract(both[1], both[0])
    return mean(subtract(add(x, softplus(multiply(x, -2.0))), LOG_2), -1, False)


class MeanSquaredError(Loss):
    """The mean of squared errors."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="mean_squared_error", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return mean_squared_error(y_true, y_pred)


class MeanAbsoluteError(Loss):
    """The mean of absolute errors."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="mean_absolute_error", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return mean_absolute_error(y_true, y_pred)


class MeanAbsolutePercentageError(Loss):
    """The mean of absolute errors in percent of the labels."""

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name="mean_absolute_percentage_error", dtype=None
    ):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return mean_absolute_percentage_error(y_true, y_pred)


class MeanSquaredLogarithmicError(Loss):
    """The mean of squared differences of logarithms, for numbers >= 0."""

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name="mean_squared_logarithmic_error", dtype=None
    ):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return mean_squared_logarithmic_error(y_true, y_pred)


class CosineSimilarity(Loss):
    """Minus the cosine similarity along an axis, so that less is better."""

    def __init__(
        self, axis=-1, reduction: str | None = "sum_over_batch_size", name="cosine_similarity", dtype=None
    ):
        super().__init__(name, reduction, dtype)
        self.axis = axis

    def call(self, y_true, y_pred):
        return cosine_similarity(y_true, y_pred, self.axis)


class Huber(Loss):
    """Squared for errors up to delta, linear above. Source: Huber 1964."""

    def __init__(
        self, delta=1.0, reduction: str | None = "sum_over_batch_size", name="huber_loss", dtype=None
    ):
        super().__init__(name, reduction, dtype)
        self.delta = delta

    def call(self, y_true, y_pred):
        return huber(y_true, y_pred, self.delta)


class LogCosh(Loss):
    """The logarithm of the hyperbolic cosine of errors: half the square of small ones, linear for large ones."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="log_cosh", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return log_cosh(y_true, y_pred)
