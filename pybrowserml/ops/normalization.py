"""Normalisations: tensors with mean 0 and variance 1, or of unit size, over some axes."""

from ..core.opset.binary import add, multiply, subtract
from ..core.opset.movement import reshape
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import negative, rsqrt
from ..core.shapes import normalize_axes, normalize_axis
from .math import square
from .reduction import mean


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
