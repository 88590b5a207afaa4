"""How much boxes overlap: intersection over union, and its complete form."""

import math

from ..core.opset.binary import add, divide, less, logical_or, maximum, minimum, multiply, subtract, where
from ..core.opset.movement import reshape, transpose
from ..platform.errors import error
from .bounding_boxes import SMALL, columns_of, convert_format, size_of_image
from .math import square
from .trigonometry import arctan


def compute_iou(boxes1, boxes2, bounding_box_format, use_masking=False, mask_val=-1, image_shape=None):
    """The share of every box of boxes1 [(batch,) n, 4] and every one of boxes2 [(batch,) m, 4] that both cover:
    intersection over union, [(batch,) n, m].

    use_masking: mask_val where a box has only negative numbers. image_shape: [height, width, channels], for relative
    formats.
    """
    first = _corner_columns(boxes1, bounding_box_format, image_shape)
    second = _corner_columns(boxes2, bounding_box_format, image_shape)
    ranks = [len(first[0].shape), len(second[0].shape)]
    if ranks[0] not in [2, 3] or ranks[1] not in [2, 3]:
        raise error(
            "ShapeError",
            "compute_iou: boxes must have rank 2 or 3, got " + str(ranks[0]) + " and " + str(ranks[1]),
        )
    rows = [transpose(column, [1, 0] if ranks[1] == 2 else [0, 2, 1]) for column in second]
    width = subtract(minimum(first[2], rows[2]), maximum(first[0], rows[0]))
    height = subtract(minimum(first[3], rows[3]), maximum(first[1], rows[1]))
    both = multiply(maximum(width, 0.0), maximum(height, 0.0))
    union = subtract(add(_areas(first), _areas(rows)), both)
    found = divide(both, add(union, SMALL))
    if not use_masking:
        return found
    outside = logical_or(less(_largest(first), 0.0), less(_largest(rows), 0.0))
    return where(outside, mask_val * 1.0, found)


def compute_ciou(boxes1, boxes2, bounding_box_format, image_shape=None):
    """Complete IoU of pairs of boxes [..., 4]: their intersection over union, less what their middles lie apart and
    what their shapes differ.

    Source: Zheng et al. 2019, arXiv:1911.08287.
    """
    a = _corner_columns(boxes1, bounding_box_format, image_shape)
    b = _corner_columns(boxes2, bounding_box_format, image_shape)
    widths = [subtract(a[2], a[0]), subtract(b[2], b[0])]
    heights = [add(subtract(a[3], a[1]), SMALL), add(subtract(b[3], b[1]), SMALL)]
    both = multiply(
        maximum(subtract(minimum(a[2], b[2]), maximum(a[0], b[0])), 0.0),
        maximum(subtract(minimum(a[3], b[3]), maximum(a[1], b[1])), 0.0),
    )
    union = subtract(add(multiply(widths[0], heights[0]), multiply(widths[1], heights[1])), both)
    iou = divide(both, add(union, 2.0 * SMALL))
    wide = subtract(maximum(a[2], b[2]), minimum(a[0], b[0]))
    high = subtract(maximum(a[3], b[3]), minimum(a[1], b[1]))
    diagonal = add(add(square(wide), square(high)), SMALL)
    apart = add(
        square(multiply(subtract(add(a[0], a[2]), add(b[0], b[2])), 0.5)),
        square(multiply(subtract(add(a[1], a[3]), add(b[1], b[3])), 0.5)),
    )
    shapes = subtract(arctan(divide(widths[1], heights[1])), arctan(divide(widths[0], heights[0])))
    v = multiply(square(shapes), 4.0 / (math.pi * math.pi))
    weight = divide(v, add(subtract(v, iou), 1.0 + SMALL))
    found = subtract(iou, add(divide(apart, diagonal), multiply(v, weight)))
    return reshape(found, found.shape[0 : len(found.shape) - 1])


def _areas(columns):
    return multiply(subtract(columns[2], columns[0]), subtract(columns[3], columns[1]))


def _largest(columns):
    return maximum(maximum(columns[0], columns[1]), maximum(columns[2], columns[3]))


def _corner_columns(boxes, bounding_box_format, image_shape):
    size = size_of_image(image_shape)
    return columns_of(convert_format(boxes, bounding_box_format, "xyxy", size[0], size[1]))
