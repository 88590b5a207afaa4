"""Shape and dtype rules of elementwise primitives, one maker a kind."""

from ...platform.errors import error
from ..dtypes import DTYPES, FLOATS, INTEGERS
from ..shapes import broadcast_shapes, copy_shape
from .registry import require_dtypes

# The floats in which kernels compute (see `computed` of the registry).
COMPUTED = ["float32", "float64"]
NUMERIC = [dtype for dtype in FLOATS]
NUMERIC.extend(INTEGERS)
ANY = DTYPES


def float_to_float(op):
    """One float operand → the same shape."""

    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, FLOATS)
        return [[copy_shape(shapes[0]), dtypes[0]]]

    return infer


def signed_to_same(op):
    """One float or integer operand → the same."""

    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, NUMERIC)
        return [[copy_shape(shapes[0]), dtypes[0]]]

    return infer


def any_to_same(shapes, dtypes, attrs):
    """One operand of any dtype → the same."""
    return [[copy_shape(shapes[0]), dtypes[0]]]


def one_to(op, allowed, result):
    """One operand of the allowed dtypes → the same shape with another dtype."""

    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, allowed)
        return [[copy_shape(shapes[0]), result]]

    return infer


def two_to_same(op, allowed):
    """Two operands of one allowed dtype → their common shape, the same dtype."""

    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, allowed)
        require_one_dtype(op, dtypes[0], dtypes[1])
        return [[broadcast_shapes(shapes[0], shapes[1], op), dtypes[0]]]

    return infer


def two_to_bool(op, allowed):
    """Two operands of one allowed dtype → their common shape, bool."""

    def infer(shapes, dtypes, attrs):
        require_dtypes(op, dtypes, allowed)
        require_one_dtype(op, dtypes[0], dtypes[1])
        return [[broadcast_shapes(shapes[0], shapes[1], op), "bool"]]

    return infer


def require_one_dtype(op, a, b):
    if a != b:
        raise error("DtypeError", op + ": both operands must have one dtype, got " + a + " and " + b)


def no_gradient(node, cotangents):
    """The gradient rule of what is constant almost everywhere or has no float result."""
    return [None for tensor in node.inputs]
