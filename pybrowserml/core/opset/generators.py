"""Elementwise primitives whose value follows from sizes, indices and random keys."""

from ...platform.errors import error
from ..shapes import copy_shape
from .registry import record, register_elementwise, register_generator, require_dtypes, to_tensor
from .rules import no_gradient, one_to


def iota(shape, axis):
    """int32 tensor of a shape that holds the index along an axis."""
    return record("iota", [], {"shape": shape, "axis": axis})[0]


def size_of(dim):
    """A dimension as an int32 scalar that follows the size when the plan runs."""
    return record("size", [], {"size": dim})[0]


def random_bits(key0, key1, step, shape):
    """int32 random bits: word 0 of Threefry2x32-20, key (key0, key1), counter (row-major index, step).

    key0, key1, step: int32 scalars (tensors or numbers). shape: of the result.
    Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
    """
    operands = [to_tensor(key0, "int32"), to_tensor(key1, "int32"), to_tensor(step, "int32")]
    return record("random_bits", operands, {"shape": shape})[0]


def bits_to_uniform(bits):
    """int32 bits → float32 in [0, 1) on a grid of 2**-24."""
    return record("bits_to_uniform", [bits], {})[0]


def bits_to_normal(bits):
    """int32 bits → standard normal float32, by the inverse error function.

    Source: Giles 2010, "Approximating the erfinv function".
    """
    return record("bits_to_normal", [bits], {})[0]


def _iota_rule(shapes, dtypes, attrs):
    return [[copy_shape(attrs["shape"]), "int32"]]


def _size_rule(shapes, dtypes, attrs):
    return [[[], "int32"]]


def _random_rule(shapes, dtypes, attrs):
    require_dtypes("random_bits", dtypes, ["int32"])
    for shape in shapes:
        if len(shape) > 0:
            raise error("ShapeError", "random_bits: key and step must be scalars")
    return [[copy_shape(attrs["shape"]), "int32"]]


register_generator("iota", _iota_rule, no_gradient)
register_elementwise("size", _size_rule, no_gradient)
register_generator("random_bits", _random_rule, no_gradient)
register_elementwise("bits_to_uniform", one_to("bits_to_uniform", ["int32"], "float32"), no_gradient)
register_elementwise("bits_to_normal", one_to("bits_to_normal", ["int32"], "float32"), no_gradient)
