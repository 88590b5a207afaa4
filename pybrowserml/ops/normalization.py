"""Normalisations: tensors with mean 0 and variance 1, or of unit size, over some axes."""

from ..core.annotations import Axes
from ..core.dims import dims_equal
from ..core.opset.binary import add, less_equal, multiply, power, subtract
from ..core.opset.generators import iota
from ..core.opset.matmul import matmul
from ..core.opset.movement import reshape
from ..core.opset.registry import as_float, computed, to_tensor, with_dtype
from ..core.opset.unary import absolute, cast, negative, rsqrt
from ..core.shapes import format_shape, normalize_axes, normalize_axis
from ..platform.errors import error
from .arguments import require_whole
from .math import square
from .reduction import mean

EPSILON = 1e-7


def _fits(shape, wanted):
    """Whether a shape of the same rank broadcasts to another."""
    if len(shape) != len(wanted):
        return False
    for i in range(len(shape)):
        if not dims_equal(shape[i], 1) and not dims_equal(shape[i], wanted[i]):
            return False
    return True


def _along(vector, x_shape, axes, op, argument):
    """A tensor over some axes of a shape, or over all, reshaped to broadcast against a tensor of it."""
    vector = to_tensor(vector, None, op, "vector")
    rank = len(x_shape)
    if _fits(vector.shape, x_shape):
        return vector
    wanted = [x_shape[axis] for axis in axes]
    if not _fits(vector.shape, wanted):
        raise error(
            "ShapeError",
            op
            + ": "
            + argument
            + " must have shape "
            + format_shape(wanted)
            + ", got "
            + format_shape(vector.shape),
        )
    shape = [1 for i in range(rank)]
    for i in range(len(axes)):
        shape[axes[i]] = vector.shape[i]
    return reshape(vector, shape)


def batch_normalization(x, mean, variance, axis, offset=None, scale=None, epsilon=0.001):
    """(x - mean) / sqrt(variance + epsilon) * scale + offset; these are vectors along `axis`.

    Or they all have the rank of x and broadcast to its shape.
    Source: Ioffe, Szegedy 2015, arXiv:1502.03167.
    """
    x = as_float(x, "batch_normalization")
    op = "batch_normalization"
    rank = len(x.shape)
    axes = [normalize_axis(axis, rank, op)]
    full = rank > 1 and len(to_tensor(mean, None, "batch_normalization", "mean").shape) == rank
    if full:
        axes = [i for i in range(rank)]
    # Each is checked alone, since a vector too long would show only after what is computed of it.
    for entry in [[mean, "mean"], [variance, "variance"], [offset, "offset"], [scale, "scale"]]:
        if entry[0] is not None:
            _along(entry[0], x.shape, axes, op, entry[1])
    factor = rsqrt(add(as_float(variance, "batch_normalization", "variance"), epsilon))
    if scale is not None:
        factor = multiply(factor, scale)
    shift = negative(multiply(mean, factor))
    if offset is not None:
        shift = add(shift, offset)
    return add(
        multiply(x, _along(factor, x.shape, axes, op, "scale")), _along(shift, x.shape, axes, op, "offset")
    )


def layer_normalization(x, gamma=None, beta=None, axis: Axes = -1, epsilon=None):
    """x with mean 0 and variance 1 over `axis` (or several), times gamma, plus beta (shaped as those axes).

    epsilon: added to the variance; None: 1e-7. The result has the dtype of x; float16 is computed in float32.
    Source: Ba, Kiros, Hinton 2016, arXiv:1607.06450.
    """
    given = as_float(x, "layer_normalization")
    x = computed(given)
    op = "layer_normalization"
    axes = normalize_axes(axis, len(x.shape), op)
    centred = subtract(x, mean(x, axes, True))
    result = multiply(
        centred, rsqrt(add(mean(square(centred), axes, True), EPSILON if epsilon is None else epsilon))
    )
    if gamma is not None:
        result = multiply(result, _along(gamma, x.shape, axes, op, "gamma"))
    if beta is not None:
        result = add(result, _along(beta, x.shape, axes, op, "beta"))
    return with_dtype(result, given.dtype)


def rms_normalization(x, scale=None, axis: Axes = -1, epsilon=None):
    """x divided by the root of the mean square over `axis` (or several), times scale (shaped as those axes).

    epsilon: added to the mean square; None: 1e-7. The result has the dtype of x; float16 is computed in float32.
    Source: Zhang, Sennrich 2019, arXiv:1910.07467.
    """
    given = as_float(x, "rms_normalization")
    x = computed(given)
    op = "rms_normalization"
    axes = normalize_axes(axis, len(x.shape), op)
    size = add(mean(square(x), axes, True), EPSILON if epsilon is None else epsilon)
    result = multiply(x, rsqrt(size))
    if scale is not None:
        result = multiply(result, _along(scale, x.shape, axes, op, "scale"))
    return with_dtype(result, given.dtype)


def local_response_normalization(x, depth_radius=5, bias=1.0, alpha=1.0, beta=0.5):
    """x / (bias + alpha * sum of x² over the channels at most depth_radius away)**beta; channels are the last axis.

    Source: Krizhevsky, Sutskever, Hinton 2012, section 3.3.
    """
    x = as_float(x, "local_response_normalization")
    depth_radius = require_whole(depth_radius, 0, "local_response_normalization: depth_radius")
    if len(x.shape) < 2:
        raise error(
            "ShapeError", "local_response_normalization: needs channels, got " + format_shape(x.shape)
        )
    channels = x.shape[len(x.shape) - 1]
    band = [channels, channels]
    near = less_equal(absolute(subtract(iota(band, 0), iota(band, 1))), depth_radius)
    total = matmul(square(x), cast(near, "float32"), False, False)
    return multiply(x, power(add(multiply(total, alpha), bias), -beta))
