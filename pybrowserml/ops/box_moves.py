"""Boxes of images that are turned, moved, cut or padded."""

import math

from ..core.opset.binary import add, divide, maximum, minimum, multiply, subtract
from ..core.opset.movement import reshape
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast, cos, negative, sin, tan
from ..platform.errors import error
from .arguments import shown
from .bounding_boxes import columns_of, float_boxes, joined, length_of, limited


def affine_transform(
    boxes,
    angle,
    translate_x,
    translate_y,
    scale,
    shear_x,
    shear_y,
    height,
    width,
    center_x=None,
    center_y=None,
    bounding_box_format="xyxy",
):
    """The boxes around boxes [batch, count, 4] that are turned, moved and slanted as an image may be.

    angle, shear_x, shear_y: degrees; translate_x, translate_y: shares of the image's size; scale: factors; all [batch].
    height, width: of the image. center_x, center_y: what stays, 0.5 when None, as shares of the size.
    """
    _require_corners(bounding_box_format, "affine_transform")
    x = float_boxes(boxes, "affine_transform")
    right = subtract(length_of(width), 1.0)
    bottom = subtract(length_of(height), 1.0)
    cx = multiply(right, 0.5 if center_x is None else center_x)
    cy = multiply(bottom, 0.5 if center_y is None else center_y)
    turn = multiply(_for_boxes(angle, x), -math.pi / 180.0)
    slant_x = tan(multiply(_for_boxes(shear_x, x), -math.pi / 180.0))
    slant_y = multiply(_for_boxes(shear_y, x), -math.pi / 180.0)
    moved_x = subtract(cx, multiply(_for_boxes(translate_x, x), right))
    moved_y = subtract(cy, multiply(_for_boxes(translate_y, x), bottom))
    factor = _for_boxes(scale, x)
    # The inverse of a turn after slants, whose determinant is 1.
    a = divide(cos(subtract(turn, slant_y)), cos(slant_y))
    c = negative(divide(sin(subtract(turn, slant_y)), cos(slant_y)))
    b = add(multiply(a, slant_x), sin(turn))
    d = subtract(cos(turn), multiply(c, slant_x))
    rows = [
        [multiply(d, factor), multiply(negative(b), factor)],
        [multiply(negative(c), factor), multiply(a, factor)],
    ]
    columns = columns_of(x)
    lows = []
    highs = []
    for i in range(2):
        along = [multiply(rows[i][0], columns[0]), multiply(rows[i][0], columns[2])]
        across = [multiply(rows[i][1], columns[1]), multiply(rows[i][1], columns[3])]
        offset = subtract(
            cx if i == 0 else cy, add(multiply(rows[i][0], moved_x), multiply(rows[i][1], moved_y))
        )
        # A corner's place is a sum of a part of x and a part of y: so is the extreme of the four corners.
        lows.append(add(add(minimum(along[0], along[1]), minimum(across[0], across[1])), offset))
        highs.append(add(add(maximum(along[0], along[1]), maximum(across[0], across[1])), offset))
    return joined([lows[0], lows[1], highs[0], highs[1]])


def crop(boxes, top, left, height, width, bounding_box_format="xyxy"):
    """Boxes in the part of an image that begins at (left, top) and is height × width."""
    _require_corners(bounding_box_format, "crop")
    columns = _moved(boxes, negative(to_tensor(left, "float32")), negative(to_tensor(top, "float32")), "crop")
    return joined(limited(columns, [length_of(width), length_of(height)]))


def pad(boxes, top, left, height=None, width=None, bounding_box_format="xyxy"):
    """Boxes of an image with `top` further rows above and `left` further columns on the left."""
    _require_corners(bounding_box_format, "pad")
    return joined(_moved(boxes, left, top, "pad"))


def _moved(boxes, right, down, op):
    columns = columns_of(float_boxes(boxes, op))
    return [add(columns[i], right if i % 2 == 0 else down) for i in range(4)]


def _require_corners(bounding_box_format, op):
    if bounding_box_format != "xyxy":
        raise error("ArgumentError", op + ": the format must be xyxy, got " + shown(bounding_box_format))


def _for_boxes(value, boxes):
    """Numbers [batch] in a shape that broadcasts with columns of boxes."""
    return for_boxes(value, len(boxes.shape))


def for_boxes(value, rank):
    """One number an image, [batch, 1, 1], or [1, 1] for the boxes (rank 2) of one image."""
    t = cast(to_tensor(value), "float32")
    return reshape(t, [-1, 1, 1] if rank == 3 else [-1, 1])
