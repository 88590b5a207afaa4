"""Labels and cross-entropies."""

from ..core.dims import dims_equal
from ..core.opset.binary import add, divide, equal, multiply, subtract, where
from ..core.opset.generators import iota
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import cast, log, negative
from ..core.shapes import copy_shape, format_shape, normalize_axis, same_shape
from ..platform.errors import error
from .activations import log_softmax, softplus
from .arguments import require_whole
from .math import clip
from .movement import expand_dims, squeeze

EPSILON = 1e-7


def one_hot(x, num_classes, axis=-1, dtype=None, sparse=False):
    """int labels → a new axis of size num_classes that is 1 at the label and 0 elsewhere; float32 unless told."""
    if sparse:
        raise error("ArgumentError", "one_hot: there are no sparse tensors")
    count = require_whole(num_classes, 0, "one_hot: num_classes")
    x = cast(to_tensor(x, None, "one_hot", "x"), "int32")
    place = normalize_axis(axis, len(x.shape) + 1, "one_hot")
    shape = copy_shape(x.shape)
    shape.insert(place, count)
    return cast(equal(iota(shape, place), expand_dims(x, place)), "float32" if dtype is None else dtype)


def _log_probabilities(output, from_logits, axis):
    """Logarithms of class probabilities; probabilities are normalised and kept off 0 and 1."""
    if from_logits:
        return log_softmax(output, axis)
    scaled = divide(output, reduce_sum(output, axis, True))
    return log(clip(scaled, EPSILON, 1.0 - EPSILON))


def categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """-sum(target * log(output)) along an axis; target and output have one shape.

    output: probabilities, or logits when `from_logits`.
    """
    target = as_float(target, "categorical_crossentropy", "target")
    output = as_float(output, "categorical_crossentropy", "output")
    if not same_shape(target.shape, output.shape):
        raise error(
            "ShapeError",
            "categorical_crossentropy: the target must have the shape of the output, "
            + format_shape(output.shape)
            + ", got "
            + format_shape(target.shape),
        )
    return negative(reduce_sum(multiply(target, _log_probabilities(output, from_logits, axis)), axis, False))


def sparse_categorical_crossentropy(target, output, from_logits=False, axis=-1):
    """-log(output at the target's class); target: integer labels without a class axis, or with one of 1."""
    target = cast(to_tensor(target, None, "sparse_categorical_crossentropy", "target"), "int32")
    output = as_float(output, "sparse_categorical_crossentropy", "output")
    rank = len(output.shape)
    if rank < 1:
        raise error("ShapeError", "sparse_categorical_crossentropy: the output must have a class axis")
    place = normalize_axis(axis, rank, "sparse_categorical_crossentropy")
    labels = target
    if len(target.shape) == rank and dims_equal(target.shape[rank - 1], 1):
        labels = squeeze(target, -1)
    wanted = [output.shape[i] for i in range(rank) if i != place]
    if not same_shape(labels.shape, wanted):
        raise error(
            "ShapeError",
            "sparse_categorical_crossentropy: labels must have shape "
            + format_shape(wanted)
            + " for an output of "
            + format_shape(output.shape)
            + ", got "
            + format_shape(target.shape),
        )
    hit = equal(iota(output.shape, place), expand_dims(labels, place))
    return negative(reduce_sum(where(hit, _log_probabilities(output, from_logits, place), 0.0), place, False))


def binary_crossentropy(target, output, from_logits=False):
    """-(target * log(output) + (1 - target) * log(1 - output)), elementwise."""
    target = as_float(target, "binary_crossentropy", "target")
    output = as_float(output, "binary_crossentropy", "output")
    if not same_shape(target.shape, output.shape):
        raise error(
            "ShapeError",
            "binary_crossentropy: the target must have the shape of the output, "
            + format_shape(output.shape)
            + ", got "
            + format_shape(target.shape),
        )
    if from_logits:
        return subtract(softplus(output), multiply(target, output))
    output = clip(output, EPSILON, 1.0 - EPSILON)
    missed = multiply(subtract(1.0, target), log(subtract(1.0, output)))
    return negative(add(multiply(target, log(output)), missed))
