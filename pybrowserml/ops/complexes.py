"""Complex numbers as pairs [real, imaginary], under Keras's names."""

from ..core.opset.binary import multiply
from ..core.opset.registry import as_float
from ..core.opset.unary import cos, sin
from ..core.shapes import format_shape
from ..platform.errors import error
from .arguments import require_broadcast
from .fourier import complex_pair
from .joining import stack, unstack


def polar(abs_, angle):
    """[real, imaginary] of numbers by absolute value and angle, elementwise with broadcasting."""
    abs_ = as_float(abs_, "polar", "abs_")
    angle = as_float(angle, "polar", "angle")
    require_broadcast("polar", [abs_, angle])
    return [multiply(abs_, cos(angle)), multiply(abs_, sin(angle))]


def view_as_complex(x):
    """[real, imaginary] of a tensor whose last axis, of size 2, holds both; the axis is left out."""
    x = as_float(x, "view_as_complex")
    if len(x.shape) == 0 or x.shape[len(x.shape) - 1] != 2:
        raise error(
            "ShapeError", "view_as_complex: the last axis must have size 2, got " + format_shape(x.shape)
        )
    return unstack(x, 2, -1)


def view_as_real(x):
    """The two parts of a pair [real, imaginary] along a new last axis of size 2."""
    return stack(complex_pair(x, "view_as_real"), -1)
