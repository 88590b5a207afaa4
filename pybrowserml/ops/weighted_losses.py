"""Losses of labels and predictions in one number, under TensorFlow.js's names.

weights: None or a tensor that broadcasts to the losses. reduction: "none", "sum", "mean" (divided by the sum of the
weights) or "sum_by_nonzero_weights" (the default: divided by how many weights are not 0).
"""

from ..core.opset.binary import add, divide, minimum, multiply, not_equal, subtract
from ..core.opset.movement import broadcast_to
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float, scalar
from ..core.opset.unary import absolute, cast, log, negative
from ..core.shapes import broadcast_shapes, format_shape, normalize_axes, same_shape
from ..platform.errors import error
from .activations import log_softmax, relu, softplus
from .arguments import require_choice
from .math import square
from .reduction import count_of, mean

REDUCTIONS = ["none", "mean", "sum", "sum_by_nonzero_weights"]


def compute_weighted_loss(losses, weights=None, reduction: str | None = "sum_by_nonzero_weights"):
    """losses * weights, reduced."""
    require_choice(reduction, REDUCTIONS, "compute_weighted_loss: reduction")
    losses = as_float(losses, "compute_weighted_loss", "losses")
    spread = (
        scalar(1.0, "float32") if weights is None else as_float(weights, "compute_weighted_loss", "weights")
    )
    shape = broadcast_shapes(losses.shape, spread.shape, "compute_weighted_loss")
    if not same_shape(shape, losses.shape):
        raise error(
            "ShapeError",
            "compute_weighted_loss: weights of shape "
            + format_shape(spread.shape)
            + " do not broadcast to losses of shape "
            + format_shape(losses.shape),
        )
    weighted = losses if weights is None else multiply(losses, spread)
    if reduction == "none":
        return weighted
    if reduction == "sum":
        return reduce_sum(weighted, None, False)
    if weights is None:
        return mean(weighted, None, False)
    spread = broadcast_to(spread, losses.shape)
    counted = spread if reduction == "mean" else cast(not_equal(spread, 0.0), "float32")
    return divide(reduce_sum(weighted, None, False), reduce_sum(counted, None, False))


def _pair(labels, predictions, op):
    """Float labels and predictions, of one shape."""
    a = as_float(labels, op, "labels")
    b = as_float(predictions, op, "predictions")
    if not same_shape(a.shape, b.shape):
        raise error(
            "ShapeError",
            op
            + ": labels and predictions must have one shape, got "
            + format_shape(a.shape)
            + " and "
            + format_shape(b.shape),
        )
    return [a, b]


def absolute_difference(labels, predictions, weights=None, reduction: str | None = "sum_by_nonzero_weights"):
    """|labels - predictions|."""
    both = _pair(labels, predictions, "absolute_difference")
    return compute_weighted_loss(absolute(subtract(both[0], both[1])), weights, reduction)


def mean_squared_error(labels, predictions, weights=None, reduction: str | None = "sum_by_nonzero_weights"):
    """(labels - predictions)²."""
    both = _pair(labels, predictions, "mean_squared_error")
    return compute_weighted_loss(square(subtract(both[0], both[1])), weights, reduction)


def cosine_distance(
    labels, predictions, axis, weights=None, reduction: str | None = "sum_by_nonzero_weights"
):
    """1 - sum(labels * predictions) along an axis, which stays with size 1; both have unit length along it."""
    both = _pair(labels, predictions, "cosine_distance")
    normalize_axes(axis, len(both[0].shape), "cosine_distance")
    losses = subtract(1.0, reduce_sum(multiply(both[0], both[1]), axis, True))
    return compute_weighted_loss(losses, weights, reduction)


def hinge_loss(labels, predictions, weights=None, reduction: str | None = "sum_by_nonzero_weights"):
    """max(1 - s * predictions, 0), s = -1 for label 0 and 1 for label 1."""
    both = _pair(labels, predictions, "hinge_loss")
    signs = subtract(multiply(both[0], 2.0), 1.0)
    return compute_weighted_loss(relu(subtract(1.0, multiply(signs, both[1]))), weights, reduction)


def huber_loss(
    labels, predictions, weights=None, delta=1.0, reduction: str | None = "sum_by_nonzero_weights"
):
    """Half the squared error up to delta, linear beyond."""
    both = _pair(labels, predictions, "huber_loss")
    distance = absolute(subtract(both[1], both[0]))
    near = minimum(distance, delta)
    losses = add(multiply(0.5, square(near)), multiply(subtract(distance, near), delta))
    return compute_weighted_loss(losses, weights, reduction)


def log_loss(
    labels, predictions, weights=None, epsilon=1e-7, reduction: str | None = "sum_by_nonzero_weights"
):
    """Cross-entropy of yes-no labels and probabilities, epsilon added inside the logarithms."""
    both = _pair(labels, predictions, "log_loss")
    y, p = both[0], both[1]
    yes = multiply(y, log(add(p, epsilon)))
    no = multiply(subtract(1.0, y), log(add(subtract(1.0, p), epsilon)))
    return compute_weighted_loss(negative(add(yes, no)), weights, reduction)


def sigmoid_cross_entropy(
    multi_class_labels,
    logits,
    weights=None,
    label_smoothing=0.0,
    reduction: str | None = "sum_by_nonzero_weights",
):
    """Cross-entropy of independent yes-no labels and logits; labels are moved towards 1/2 by the smoothing."""
    both = _pair(multi_class_labels, logits, "sigmoid_cross_entropy")
    y, x = both[0], both[1]
    if label_smoothing > 0:
        y = add(multiply(y, 1.0 - label_smoothing), 0.5 * label_smoothing)
    return compute_weighted_loss(subtract(softplus(x), multiply(x, y)), weights, reduction)


def softmax_cross_entropy(
    onehot_labels, logits, weights=None, label_smoothing=0.0, reduction: str | None = "sum_by_nonzero_weights"
):
    """Cross-entropy of class distributions and logits along the last axis, labels moved towards equal shares."""
    both = _pair(onehot_labels, logits, "softmax_cross_entropy")
    y, x = both[0], both[1]
    if label_smoothing > 0:
        classes = count_of(x.shape[len(x.shape) - 1])
        y = add(multiply(y, 1.0 - label_smoothing), divide(label_smoothing, classes))
    losses = negative(reduce_sum(multiply(y, log_softmax(x, -1)), -1, False))
    return compute_weighted_loss(losses, weights, reduction)
