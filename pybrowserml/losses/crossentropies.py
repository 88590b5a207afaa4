"""Losses of probabilities: cross-entropies, plain and focal, divergences."""

from ..core.dims import dims_equal
from ..core.opset.binary import add, divide, equal, multiply, not_equal, power, subtract, where
from ..core.opset.generators import iota
from ..core.opset.movement import reshape
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float, scalar, to_tensor
from ..core.opset.unary import cast, log, negative, sigmoid
from ..core.shapes import format_shape, normalize_axis, same_shape
from ..ops import losses as of_ops
from ..ops.activations import softmax
from ..ops.arguments import shown
from ..ops.math import clip
from ..ops.movement import expand_dims, squeeze
from ..ops.reduction import count_of, mean
from ..platform.errors import error
from ..platform.numbers import is_number
from .base import EPSILON, Loss, float_pair


def kl_divergence(y_true, y_pred):
    """sum(y_true * log(y_true / y_pred)) over the last axis; both are clipped to [1e-7, 1]."""
    both = float_pair(y_true, y_pred, "kl_divergence")
    p = clip(both[0], EPSILON, 1.0)
    q = clip(both[1], EPSILON, 1.0)
    return reduce_sum(multiply(p, log(divide(p, q))), -1, False)


def poisson(y_true, y_pred):
    """mean(y_pred - y_true * log(y_pred + 1e-7)) over the last axis: counts and their expected values."""
    both = float_pair(y_true, y_pred, "poisson")
    return mean(subtract(both[1], multiply(both[0], log(add(both[1], EPSILON)))), -1, False)


def _smoothed_binary(labels, label_smoothing):
    if label_smoothing > 0:
        return add(multiply(labels, 1.0 - label_smoothing), 0.5 * label_smoothing)
    return labels


def _smoothed(labels, label_smoothing):
    """One-hot labels moved towards equal shares of the classes along the last axis."""
    if label_smoothing > 0 and len(labels.shape) > 0:
        classes = count_of(labels.shape[len(labels.shape) - 1])
        return add(multiply(labels, 1.0 - label_smoothing), divide(label_smoothing, classes))
    return labels


def binary_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """Cross-entropy of independent yes-no labels, as a mean over `axis`."""
    both = float_pair(y_true, y_pred, "binary_crossentropy")
    labels = _smoothed_binary(both[0], label_smoothing)
    return mean(of_ops.binary_crossentropy(labels, both[1], from_logits), axis, False)


def binary_focal_crossentropy(
    y_true,
    y_pred,
    apply_class_balancing=False,
    alpha=0.25,
    gamma=2.0,
    from_logits=False,
    label_smoothing=0.0,
    axis=-1,
):
    """Cross-entropy of yes-no labels times (1 - p)^gamma, p the probability of the label, as a mean over `axis`.

    apply_class_balancing: "yes" counts alpha times, "no" 1 - alpha times. Source: Lin et al. 2018, arXiv:1708.02002.
    """
    both = float_pair(y_true, y_pred, "binary_focal_crossentropy")
    labels = _smoothed_binary(both[0], label_smoothing)
    output = sigmoid(both[1]) if from_logits else both[1]
    found = of_ops.binary_crossentropy(labels, output, False)
    other = subtract(1.0, labels)
    missing = subtract(1.0, add(multiply(labels, output), multiply(other, subtract(1.0, output))))
    found = multiply(power(missing, scalar(gamma, "float32")), found)
    if apply_class_balancing:
        found = multiply(add(multiply(labels, alpha), multiply(other, 1.0 - alpha)), found)
    return mean(found, axis, False)


def categorical_crossentropy(y_true, y_pred, from_logits=False, label_smoothing=0.0, axis=-1):
    """Cross-entropy of one-hot labels (or distributions) along `axis`."""
    labels = _smoothed(as_float(y_true), label_smoothing)
    return of_ops.categorical_crossentropy(labels, as_float(y_pred), from_logits, axis)


def categorical_focal_crossentropy(
    y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1
):
    """Cross-entropy of one-hot labels along `axis`, each class times alpha (1 - p)^gamma, p its probability.

    Source: Lin et al. 2018, arXiv:1708.02002.
    """
    both = float_pair(y_true, y_pred, "categorical_focal_crossentropy")
    labels = _smoothed(both[0], label_smoothing)
    output = softmax(both[1], axis) if from_logits else both[1]
    output = divide(output, reduce_sum(output, axis, True))
    output = clip(output, EPSILON, 1.0 - EPSILON)
    factor = multiply(power(subtract(1.0, output), scalar(gamma, "float32")), alpha)
    return reduce_sum(multiply(factor, negative(multiply(labels, log(output)))), axis, False)


def sparse_categorical_crossentropy(y_true, y_pred, from_logits=False, ignore_class=None, axis=-1):
    """Cross-entropy of integer labels along `axis`; labels equal to ignore_class count as 0 and are masked out."""
    labels = cast(to_tensor(y_true), "int32")
    output = as_float(y_pred)
    rank = len(output.shape)
    if rank > 0 and len(labels.shape) == rank:
        place = normalize_axis(axis, rank, "sparse_categorical_crossentropy")
        if dims_equal(labels.shape[place], 1):
            labels = squeeze(labels, place)
    if ignore_class is None:
        return of_ops.sparse_categorical_crossentropy(labels, output, from_logits, axis)
    valid = not_equal(labels, ignore_class)
    found = of_ops.sparse_categorical_crossentropy(where(valid, labels, 0), output, from_logits, axis)
    valid = reshape(valid, found.shape)
    found = where(valid, found, 0.0)
    found.mask = valid
    return found


def categorical_generalized_cross_entropy(y_true, y_pred, q):
    """(1 - p^q) / q, p the probability at the integer label along the last axis: less moved by wrong labels.

    y_true: int [...] or [..., 1]; y_pred: probabilities [..., classes]. Source: Zhang, Sabuncu 2018, arXiv:1805.07836.
    """
    output = as_float(y_pred)
    labels = cast(to_tensor(y_true), "int32")
    rank = len(output.shape)
    if len(labels.shape) == rank and rank > 0 and dims_equal(labels.shape[rank - 1], 1):
        labels = squeeze(labels, -1)
    if not same_shape(labels.shape, output.shape[0 : rank - 1]):
        raise error(
            "ShapeError",
            "categorical_generalized_cross_entropy: labels of shape "
            + format_shape(labels.shape)
            + " do not fit predictions of shape "
            + format_shape(output.shape),
        )
    hit = equal(iota(output.shape, rank - 1), expand_dims(labels, -1))
    share = reduce_sum(where(hit, output, 0.0), -1, False)
    return divide(subtract(1.0, power(share, scalar(q, "float32"))), q * 1.0)


class KLDivergence(Loss):
    """The Kullback-Leibler divergence of two distributions."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="kl_divergence", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return kl_divergence(y_true, y_pred)


class Poisson(Loss):
    """Minus the likelihood of counts by Poisson's distribution, but for a constant."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="poisson", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return poisson(y_true, y_pred)


class BinaryCrossentropy(Loss):
    """Cross-entropy of yes-no labels. from_logits: predictions are not yet probabilities."""

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction: str | None = "sum_over_batch_size",
        name="binary_crossentropy",
        dtype=None,
    ):
        super().__init__(name, reduction, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true, y_pred):
        return binary_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing, self.axis)


class BinaryFocalCrossentropy(Loss):
    """Cross-entropy of yes-no labels that counts hard samples more."""

    def __init__(
        self,
        apply_class_balancing=False,
        alpha=0.25,
        gamma=2.0,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction: str | None = "sum_over_batch_size",
        name="binary_focal_crossentropy",
        dtype=None,
    ):
        super().__init__(name, reduction, dtype)
        self.apply_class_balancing = apply_class_balancing
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true, y_pred):
        return binary_focal_crossentropy(
            y_true,
            y_pred,
            self.apply_class_balancing,
            self.alpha,
            self.gamma,
            self.from_logits,
            self.label_smoothing,
            self.axis,
        )


class CategoricalCrossentropy(Loss):
    """Cross-entropy of one-hot labels. from_logits: predictions are not yet probabilities."""

    def __init__(
        self,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction: str | None = "sum_over_batch_size",
        name="categorical_crossentropy",
        dtype=None,
    ):
        super().__init__(name, reduction, dtype)
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true, y_pred):
        return categorical_crossentropy(y_true, y_pred, self.from_logits, self.label_smoothing, self.axis)


class CategoricalFocalCrossentropy(Loss):
    """Cross-entropy of one-hot labels that counts hard samples more."""

    def __init__(
        self,
        alpha=0.25,
        gamma=2.0,
        from_logits=False,
        label_smoothing=0.0,
        axis=-1,
        reduction: str | None = "sum_over_batch_size",
        name="categorical_focal_crossentropy",
        dtype=None,
    ):
        super().__init__(name, reduction, dtype)
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis

    def call(self, y_true, y_pred):
        return categorical_focal_crossentropy(
            y_true, y_pred, self.alpha, self.gamma, self.from_logits, self.label_smoothing, self.axis
        )


class SparseCategoricalCrossentropy(Loss):
    """Cross-entropy of integer labels. from_logits: predictions are not yet probabilities.

    ignore_class: samples of this label do not count.
    """

    def __init__(
        self,
        from_logits=False,
        ignore_class=None,
        reduction: str | None = "sum_over_batch_size",
        axis=-1,
        name="sparse_categorical_crossentropy",
        dtype=None,
    ):
        super().__init__(name, reduction, dtype)
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis

    def call(self, y_true, y_pred):
        return sparse_categorical_crossentropy(y_true, y_pred, self.from_logits, self.ignore_class, self.axis)


class CategoricalGeneralizedCrossEntropy(Loss):
    """The generalised cross-entropy of integer labels; q in (0, 1), towards 0 the cross-entropy, towards 1 errors."""

    def __init__(
        self,
        q=0.5,
        reduction: str | None = "sum_over_batch_size",
        name="categorical_generalized_cross_entropy",
        dtype=None,
    ):
        super().__init__(name, reduction, dtype)
        if not is_number(q) or q <= 0 or q >= 1:
            raise error(
                "ArgumentError",
                "CategoricalGeneralizedCrossEntropy: q must be between 0 and 1, got " + shown(q),
            )
        self.q = q

    def call(self, y_true, y_pred):
        return categorical_generalized_cross_entropy(y_true, y_pred, self.q)
