"""Boxes cut out of images and resampled; see `sampling`."""

from ...core.dims import dims_equal
from ...core.opset.binary import (
    add,
    equal,
    greater_equal,
    less_equal,
    logical_and,
    multiply,
    subtract,
    where,
)
from ...core.opset.gather_sum import gather_sum
from ...core.opset.generators import iota
from ...core.opset.movement import reshape
from ...core.opset.registry import as_float, to_tensor
from ...core.opset.unary import cast
from ...core.shapes import copy_shape, format_shape
from ...platform.errors import error
from ..arguments import require_choice
from .resizing import target_size
from .sampling import ORDERS, columns_of, corners_of, length_of, pixels_of, sample_table


def crop_and_resize(image, boxes, box_ind, crop_size, method="bilinear", extrapolation_value: float = 0):
    """Boxes of images, each resampled to crop_size [height, width].

    image: [batch, height, width, channels]; boxes: [count, 4] of y1, x1, y2, x2, where 0 and 1 are the centres of the
    first and last pixels; box_ind: int32 [count], the image of each box. method: "bilinear" or "nearest". Samples
    outside of the image are extrapolation_value. Returns [count, height, width, channels].
    """
    require_choice(method, ["bilinear", "nearest"], "crop_and_resize: method")
    x = as_float(image, "crop_and_resize", "image")
    rectangles = as_float(boxes, "crop_and_resize", "boxes")
    of = cast(to_tensor(box_ind, None, "crop_and_resize", "box_ind"), "int32")
    target = target_size(crop_size, "crop_size")
    if len(x.shape) != 4:
        raise error("ShapeError", "crop_and_resize: needs images of rank 4, got " + format_shape(x.shape))
    if len(rectangles.shape) != 2 or not dims_equal(rectangles.shape[1], 4):
        raise error(
            "ShapeError", "crop_and_resize: boxes must be [count, 4], got " + format_shape(rectangles.shape)
        )
    count = rectangles.shape[0]
    if len(of.shape) != 1 or not dims_equal(of.shape[0], count):
        raise error(
            "ShapeError", "crop_and_resize: box_ind must have one index a box, got " + format_shape(of.shape)
        )
    edges = columns_of(rectangles, count, 4)
    order = ORDERS[method]
    shape = [count, target[0], target[1], corners_of(2, order)]
    places = _box_places(edges, x, target, shape)
    table = sample_table(places, [x.shape[1], x.shape[2]], order, "nearest")
    plane = multiply(length_of(x.shape[1]), length_of(x.shape[2]))
    indices = add(table[0], multiply(reshape(of, [count, 1, 1, 1]), plane))
    y = gather_sum(pixels_of(x), indices, where(_is_inside(places, x), table[1], 0.0), 0)
    if extrapolation_value == 0:
        return y
    shape[3] = 1
    outside = where(_is_inside(_box_places(edges, x, target, shape), x), 0.0, float(extrapolation_value))
    return add(y, outside)


def _last(dim):
    """The place of the last pixel of an axis, as a float."""
    return cast(to_tensor(subtract(length_of(dim), 1)), "float32")


def _box_places(edges, x, target, shape):
    """[rows, columns] of a shape, where the samples of the boxes lie."""
    places = []
    for axis in range(2):
        n = target[axis]
        # Both ends are exact in this form: a box that ends with the image never leaves it.
        share = multiply(cast(iota(copy_shape(shape), axis + 1), "float32"), 1.0 / (n - 1) if n > 1 else 0.0)
        share = (
            where(equal(iota(copy_shape(shape), axis + 1), n - 1), 1.0, share) if n > 1 else add(share, 0.5)
        )
        place = add(multiply(subtract(1.0, share), edges[axis]), multiply(share, edges[axis + 2]))
        places.append(multiply(place, _last(x.shape[axis + 1])))
    return places


def _is_inside(places, x):
    inside = None
    for axis in range(2):
        here = logical_and(
            greater_equal(places[axis], 0.0), less_equal(places[axis], _last(x.shape[axis + 1]))
        )
        inside = here if inside is None else logical_and(inside, here)
    return inside
