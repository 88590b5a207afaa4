"""Reading at indices: along an axis, at points, by slices."""

from ..core.opset.binary import add, less, where
from ..core.opset.gathering import dim_scalar, take_along
from ..core.opset.movement import broadcast_to, reshape, transpose
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast
from ..core.shapes import broadcast_shapes, copy_shape, format_shape, normalize_axis
from ..platform.errors import error


def wrapped(indices, size):
    """int32 indices in which negative ones count from the end of an axis."""
    indices = cast(to_tensor(indices), "int32")
    return where(less(indices, 0), add(indices, dim_scalar(size)), indices)


def take_along_axis(x, indices, axis=None):
    """y[i, k, j] = x[i, indices[i, k, j], j] along an axis (None: of both flattened).

    x and the int32 indices have one rank; their other axes broadcast. Negative indices count from the end.
    """
    x = to_tensor(x)
    indices = to_tensor(indices)
    if axis is None:
        x = reshape(x, [-1])
        indices = reshape(indices, [-1])
    rank = len(x.shape)
    place = normalize_axis(-1 if axis is None else axis, rank, "take_along_axis")
    if len(indices.shape) != rank:
        raise error(
            "ShapeError",
            "take_along_axis: x and indices must have one rank, got the shapes "
            + format_shape(x.shape)
            + " and "
            + format_shape(indices.shape),
        )
    size = x.shape[place]
    count = indices.shape[place]
    sides = copy_shape(indices.shape)
    sides[place] = size
    shape = broadcast_shapes(x.shape, sides, "take_along_axis")
    x = broadcast_to(x, shape)
    picked = copy_shape(shape)
    picked[place] = count
    indices = broadcast_to(wrapped(indices, size), picked)
    last = rank - 1
    if place == last:
        return take_along(x, indices)
    order = [i for i in range(rank)]
    order[place] = last
    order[last] = place
    return transpose(take_along(transpose(x, order), transpose(indices, order)), order)
