"""Questions about numbers: what is infinite, close, negative. Results are bool, elementwise."""

from ..core.opset.binary import (
    add,
    equal,
    less_equal,
    logical_and,
    logical_or,
    multiply,
    not_equal,
    subtract,
)
from ..core.opset.movement import broadcast_to
from ..core.opset.registry import as_float, scalar, to_tensor
from ..core.opset.unary import absolute, cast, isfinite, isnan
from ..core.shapes import copy_shape
from .arguments import two_floats
from .reduction import all as all_of

INFINITY = float("inf")


def isinf(x):
    """True where x is infinite."""
    return equal(absolute(as_float(x, "isinf")), INFINITY)


def isposinf(x):
    """True where x is +infinity."""
    return equal(as_float(x, "isposinf"), INFINITY)


def isneginf(x):
    """True where x is -infinity."""
    return equal(as_float(x, "isneginf"), -INFINITY)


def isreal(x):
    """True everywhere: tensors hold real numbers."""
    return broadcast_to(scalar(True, "bool"), copy_shape(to_tensor(x, None, "isreal", "x").shape))


def isclose(x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False):
    """True where |x1 - x2| <= atol + rtol * |x2|, or both are the same infinity (or NaN, if `equal_nan`)."""
    operands = two_floats(x1, x2, "isclose")
    a, b = operands[0], operands[1]
    near = less_equal(absolute(subtract(a, b)), add(multiply(absolute(b), rtol), atol))
    close = logical_or(equal(a, b), logical_and(isfinite(b), near))
    return logical_or(close, logical_and(isnan(a), isnan(b))) if equal_nan else close


def allclose(x1, x2, rtol=1e-05, atol=1e-08, equal_nan=False):
    """bool scalar: whether `isclose` holds everywhere."""
    return all_of(isclose(x1, x2, rtol, atol, equal_nan))


def logical_xor(x1, x2):
    """True where exactly one of two booleans holds."""
    return not_equal(
        cast(to_tensor(x1, None, "logical_xor", "x1"), "bool"),
        cast(to_tensor(x2, None, "logical_xor", "x2"), "bool"),
    )
