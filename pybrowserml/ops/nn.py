"""Neural network functions: activations, normalisation, cross-entropies."""

from ..core.dims import dims_equal
from ..core.opset.binary import add, divide, equal, greater, maximum, minimum, multiply, subtract, where
from ..core.opset.generators import iota
from ..core.opset.movement import reshape
from ..core.opset.reduction import reduce_max, reduce_sum
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import (
    absolute,
    cast,
    erf,
    exp,
    expm1,
    log,
    log1p,
    negative,
    rsqrt,
    sigmoid,
    stop_gradient,
    tanh,
)
from ..core.shapes import copy_shape, format_shape, normalize_axes, normalize_axis, same_shape
from ..platform.errors import error
from .math import clip, mean, square
from .movement import expand_dims, squeeze

EPSILON = 1e-7

# Activations, elementwise: float tensor of any shape → the same shape


def relu(x):
    """max(x, 0)."""
    return maximum(as_float(x), 0.0)


def relu6(x):
    """x limited to [0, 6]."""
    return clip(as_float(x), 0.0, 6.0)


def leaky_relu(x, negative_slope=0.2):
    """x above 0, negative_slope * x below."""
    x = as_float(x)
    return where(greater(x, 0.0), x, multiply(x, negative_slope))


def elu(x, alpha=1.0):
    """x above 0, alpha * (exp(x) - 1) below. Source: Clevert et al. 2016, arXiv:1511.07289."""
    x = as_float(x)
    return where(greater(x, 0.0), x, multiply(expm1(minimum(x, 0.0)), alpha))


def celu(x, alpha=1.0):
    """x above 0, alpha * (exp(x / alpha) - 1) below."""
    x = as_float(x)
    return where(greater(x, 0.0), x, multiply(expm1(divide(minimum(x, 0.0), alpha)), alpha))


def selu(x):
    """Scaled elu. Source: Klambauer et al. 2017, arXiv:1706.02515."""
    return multiply(elu(x, 1.6732632423543772), 1.0507009873554805)


def gelu(x, approximate=True):
    """x times the normal distribution function of x, by tanh when `approximate`. Source: arXiv:1606.08415."""
    x = as_float(x)
    if approximate:
        inner = multiply(add(x, multiply(multiply(multiply(x, x), x), 0.044715)), 0.7978845608028654)
        return multiply(multiply(x, 0.5), add(tanh(inner), 1.0))
    return multiply(multiply(x, 0.5), add(erf(multiply(x, 0.7071067811865476)), 1.0))


def silu(x):
    """x * sigmoid(x). Source: Elfwing, Uchibe, Doya 2018, arXiv:1702.03118."""
    x = as_float(x)
    return multiply(x, sigmoid(x))


def softplus(x):
    """log(1 + exp(x)) without overflow."""
    x = as_float(x)
    size = absolute(x)
    return add(multiply(0.5, add(x, size)), log1p(exp(negative(size))))


def softsign(x):
    """x / (1 + |x|)."""
    x = as_float(x)
    return divide(x, add(absolute(x), 1.0))


def log_sigmoid(x):
    """log(sigmoid(x)) without underflow."""
    return negative(softplus(negative(as_float(x))))


def hard_sigmoid(x):
    """x / 6 + 1/2, limited to [0, 1]."""
    return multiply(relu6(add(as_float(x), 3.0)), 1.0 / 6.0)


def hard_silu(x):
    """x * hard_sigmoid(x)."""
    x = as_float(x)
    return multiply(x, hard_sigmoid(x))


def hard_tanh(x):
    """x limited to [-1, 1]."""
    return clip(as_float(x), -1.0, 1.0)


def tanh_shrink(x):
    """x - tanh(x)."""
    x = as_float(x)
    return subtract(x, tanh(x))


def mish(x):
    """x * tanh(softplus(x)). Source: Misra 2019, arXiv:1908.08681."""
    x = as_float(x)
    return multiply(x, tanh(softplus(x)))


def softmax(x, axis=-1):
    """exp(x) / sum(exp(x)) along an axis (or a list of axes), without overflow."""
    x = as_float(x)
    powers = exp(subtract(x, stop_gradient(reduce_max(x, axis, True))))
    return divide(powers, reduce_sum(powers, axis, True))


def log_softmax(x, axis=-1):
    """log(softmax(x)) along an axis (or a list of axes), without underflow."""
    x = as_float(x)
    shifted = subtract(x, stop_gradient(reduce_max(x, axis, True)))
    return subtract(shifted, log(reduce_sum(exp(shifted), axis, True)))


# Normalisation


def _along(vector, rank, axes):
    """A tensor over some axes, reshaped to broadcast against a tensor of a rank."""
    vector = to_tensor(vector)
    shape = [1 for i in range(rank)]
    for i in range(len(axes)):
        shape[axes[i]] = vector.shape[i]
    return reshape(vector, shape)


def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=0.001):
    """(x - mean) / sqrt(variance + epsilon) * scale + offset; these are vectors along `axis`.

    Source: Ioffe, Szegedy 2015, arXiv:1502.03167.
    """
    x = as_float(x)
    rank = len(x.shape)
    axes = [normalize_axis(axis, rank, "batch_normalization")]
    factor = rsqrt(add(as_float(variance), epsilon))
    if scale is not None:
        factor = multiply(factor, scale)
    shift = negative(multiply(mean, factor))
    if offset is not None:
        shift = add(shift, offset)
    return add(multiply(x, _along(factor, rank, axes)), _along(shift, rank, axes))


def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=0.001):
    """x with mean 0 and variance 1 over `axis` (or several), times gamma, plus beta (shaped as those axes).

    Source: Ba, Kiros, Hinton 2016, arXiv:1607.06450.
    """
    x = as_float(x)
    rank = len(x.shape)
    axes = normalize_axes(axis, rank, "layer_normalization")
    centred = subtract(x, mean(x, axes, True))
    result = multiply(centred, rsqrt(add(mean(square(centred), axes, True), epsilon)))
    if gamma is not None:
        result = multiply(result, _along(gamma, rank, axes))
    if beta is not None:
        result = add(result, _along(beta, rank, axes))
    return result


# Labels and cross-entropies


def one_hot(x, num_classes, axis=-1, dtype="float32"):
    """int labels → a new axis of size num_classes that is 1 at the label and 0 elsewhere."""
    x = cast(to_tensor(x), "int32")
    place = normalize_axis(axis, len(x.shape) + 1, "one_hot")
    shape = copy_shape(x.shape)
    shape.insert(place, num_classes)
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
    target = as_float(target)
    output = as_float(output)
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
    target = cast(to_tensor(target), "int32")
    output = as_float(output)
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
    target = as_float(target)
    output = as_float(output)
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
