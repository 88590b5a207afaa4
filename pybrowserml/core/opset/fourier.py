"""The discrete Fourier transform of the last axis, of complex numbers as pairs [real, imaginary]."""

from ...platform.errors import error
from ..shapes import copy_shape, format_shape, same_shape
from .movement import broadcast_to
from .registry import computed_pair, record, register, require_dtypes, scalar, with_dtype
from .rules import COMPUTED, require_one_dtype


def transform(re, im, inverse):
    """y[k] = sum over j of x[j] e^(-2πi jk/n), with + in the exponent for `inverse`; nothing is divided by n.

    re, im: of one shape. Returns [real, imaginary] of the same shape.
    """
    operands = computed_pair(re, im, "transform")
    found = record("fft", [operands[0], operands[1]], {"inverse": inverse})
    return [with_dtype(found[0], operands[2]), with_dtype(found[1], operands[2])]


def _fft_rule(shapes, dtypes, attrs):
    require_dtypes("fft", dtypes, COMPUTED)
    require_one_dtype("fft", dtypes[0], dtypes[1])
    if len(shapes[0]) == 0 or not same_shape(shapes[0], shapes[1]):
        raise error(
            "ShapeError",
            "fft: real and imaginary part must have one shape of rank >= 1, got "
            + format_shape(shapes[0])
            + " and "
            + format_shape(shapes[1]),
        )
    return [[copy_shape(shapes[0]), dtypes[0]], [copy_shape(shapes[1]), dtypes[0]]]


def _fft_grad(node, cotangents):
    """The matrix of the transform is symmetric, so its adjoint is its conjugate: the transform the other way."""
    real, imaginary = cotangents[0], cotangents[1]
    if real is None:
        real = broadcast_to(scalar(0.0, imaginary.dtype), imaginary.shape)
    if imaginary is None:
        imaginary = broadcast_to(scalar(0.0, real.dtype), real.shape)
    return transform(real, imaginary, not node.attrs["inverse"])


register("fft", _fft_rule, _fft_grad)
