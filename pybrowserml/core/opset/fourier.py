"""The discrete Fourier transform of the last axis, of complex numbers as pairs [real, imaginary]."""

from ...platform.errors import error
from ..shapes import copy_shape, format_shape, same_shape
from .movement import broadcast_to
from .registry import as_float, record, register, require_dtypes, scalar


def transform(re, im, inverse):
    """y[k] = sum over j of x[j] e^(-2πi jk/n), with + in the exponent for `inverse`; nothing is divided by n.

    re, im: of one shape, float32. Returns [real, imaginary] of the same shape.
    """
    return record("fft", [as_float(re), as_float(im)], {"inverse": inverse})


def _fft_rule(shapes, dtypes, attrs):
    require_dtypes("fft", dtypes, ["float32"])
    if len(shapes[0]) == 0 or not same_shape(shapes[0], shapes[1]):
        raise error(
            "ShapeError",
            "fft: real and imaginary part must have one shape of rank >= 1, got "
            + format_shape(shapes[0])
            + " and "
            + format_shape(shapes[1]),
        )
    return [[copy_shape(shapes[0]), "float32"], [copy_shape(shapes[1]), "float32"]]


def _fft_grad(node, cotangents):
    """The matrix of the transform is symmetric, so its adjoint is its conjugate: the transform the other way."""
    real, imaginary = cotangents[0], cotangents[1]
    if real is None:
        real = broadcast_to(scalar(0.0, "float32"), imaginary.shape)
    if imaginary is None:
        imaginary = broadcast_to(scalar(0.0, "float32"), real.shape)
    return transform(real, imaginary, not node.attrs["inverse"])


register("fft", _fft_rule, _fft_grad)
