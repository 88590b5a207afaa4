"""Statistics and distances: correlation, pairwise distances, integration, confusion."""

from typing import Any

from ..core.dims import dim_sub, dims_equal
from ..core.opset.binary import add, divide, multiply, power, subtract
from ..core.opset.matmul import matmul
from ..core.opset.movement import reshape, slice_strided
from ..core.opset.reduction import reduce_sum
from ..core.opset.registry import as_float
from ..core.opset.unary import sqrt
from ..core.shapes import copy_shape, format_shape, normalize_axis
from ..platform.errors import error
from .math import clip, square
from .movement import expand_dims
from .reduction import mean, safe_sqrt


def corrcoef(x):
    """Pearson's correlation coefficients between the rows: [rows, rows]; a scalar for a vector or one row."""
    x = as_float(x, "corrcoef")
    if len(x.shape) > 2 or len(x.shape) == 0:
        raise error("ShapeError", "corrcoef: needs one axis or two, got " + format_shape(x.shape))
    rows = reshape(x, [1, x.shape[0]]) if len(x.shape) == 1 else x
    centred = subtract(rows, mean(rows, 1, True))
    unit = divide(centred, sqrt(reduce_sum(square(centred), 1, True)))
    found = clip(matmul(unit, unit, False, True), -1.0, 1.0)
    return reshape(found, []) if dims_equal(rows.shape[0], 1) else found


def cdist(x, y):
    """Euclidean distances between points: x [..., P, M], y [..., R, M] → [..., P, R]; gradient 0 at distance 0."""
    x = as_float(x, "cdist")
    y = as_float(y, "cdist", "y")
    rank = len(x.shape)
    if rank < 2 or len(y.shape) < 2 or not dims_equal(x.shape[rank - 1], y.shape[len(y.shape) - 1]):
        raise error(
            "ShapeError",
            "cdist: needs points [..., P, M] and [..., R, M], got "
            + format_shape(x.shape)
            + " and "
            + format_shape(y.shape),
        )
    # By differences: the products of a matmul would cancel where points are close.
    return safe_sqrt(reduce_sum(square(subtract(expand_dims(x, -2), expand_dims(y, -3))), -1, False))


def _part(x, axis, begin, size):
    """`size` entries along an axis from `begin` on."""
    start = [begin if i == axis else 0 for i in range(len(x.shape))]
    shape = copy_shape(x.shape)
    shape[axis] = size
    return slice_strided(x, start, shape, [1 for dim in shape])


def trapezoid(y, x=None, dx: Any = 1.0, axis=-1):
    """The integral of y along an axis by the trapezoidal rule.

    x: the places of the samples, of the shape of y or a vector along the axis; None: a distance of dx.
    """
    y = as_float(y, "trapezoid", "y")
    place = normalize_axis(axis, len(y.shape), "trapezoid")
    count = y.shape[place]
    if dims_equal(count, 0) or dims_equal(count, 1):
        return reduce_sum(multiply(y, 0.0), place, False)
    gaps = dim_sub(count, 1)
    heights = multiply(0.5, add(_part(y, place, 0, gaps), _part(y, place, 1, gaps)))
    if x is None:
        return multiply(reduce_sum(heights, place, False), dx)
    x = as_float(x, "trapezoid")
    if len(x.shape) == 1:
        shape = [1 for dim in y.shape]
        shape[place] = x.shape[0]
        x = reshape(x, shape)
    widths = subtract(_part(x, place, 1, gaps), _part(x, place, 0, gaps))
    return reduce_sum(multiply(heights, widths), place, False)


def moving_average(v, x, decay, step=None, zero_debias=True):
    """v + (x - v) * (1 - decay); with `zero_debias` the change is divided by 1 - decay**step, step counted from 1.

    The new value is returned; v stays as it is.
    """
    change = multiply(subtract(x, v), subtract(1.0, as_float(decay, "moving_average", "decay")))
    if zero_debias:
        if step is None:
            raise error("ArgumentError", "moving_average: zero_debias needs a step, got None")
        change = divide(
            change,
            subtract(
                1.0,
                power(as_float(decay, "moving_average", "decay"), as_float(step, "moving_average", "step")),
            ),
        )
    return add(v, change)
