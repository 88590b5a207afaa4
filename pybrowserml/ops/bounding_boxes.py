"""Boxes around objects of images: their formats, moves, overlap, and how they are told relative to anchors.

Boxes are [..., 4] floats, or {"boxes": boxes, "labels": labels} where it says so. The formats, with x to the right and
y downwards: "xyxy" (left, top, right, bottom), "yxyx", "xywh" (left, top, width, height), "center_xywh",
"center_yxhw"; and "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh" in shares of the image's size.
"""

import math

from ..core.dims import dims_equal, is_symbolic
from ..core.opset.binary import (
    add,
    divide,
    greater,
    less,
    logical_or,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ..core.opset.generators import size_of
from ..core.opset.movement import concatenate, reshape, slice_strided, transpose
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast, cos, exp, log, negative, sin, tan
from ..core.shapes import copy_shape, format_shape
from ..platform.errors import error
from ..platform.numbers import is_dict, is_number
from .arguments import shown
from .math import square
from .trigonometry import arctan

KINDS = ["xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw"]
FORMATS = ["rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh"]
SMALL = 1.0e-7


def float_boxes(boxes, op, dtype="float32"):
    """Boxes as a float tensor [..., 4]."""
    x = cast(to_tensor(boxes), dtype)
    rank = len(x.shape)
    if rank == 0 or not dims_equal(x.shape[rank - 1], 4):
        raise error("ShapeError", op + ": boxes must have a last axis of 4, got " + format_shape(x.shape))
    return x


def columns_of(x):
    """The four numbers of boxes, each [..., 1]."""
    return [_part(x, i, 1) for i in range(4)]


def _part(x, start, count):
    """Numbers start .. start + count of the last axis."""
    shape = copy_shape(x.shape)
    last = len(shape) - 1
    shape[last] = count
    begin = [0 for dim in shape]
    begin[last] = start
    return slice_strided(x, begin, shape, [1 for dim in shape])


def joined(columns):
    """Boxes of four columns."""
    return concatenate(columns, len(columns[0].shape) - 1)


def length_of(size):
    """A size (a number, a symbolic one, or a tensor) as float number or tensor."""
    if is_symbolic(size):
        return cast(size_of(size), "float32")
    if is_number(size):
        return size * 1.0
    return cast(to_tensor(size), "float32")


def _checked_format(name, op):
    lowered = name.lower()
    if lowered not in KINDS and lowered not in FORMATS:
        raise error(
            "ArgumentError",
            op
            + ": a format of boxes must be one of "
            + ", ".join(KINDS)
            + ", "
            + ", ".join(FORMATS)
            + ", got "
            + shown(name),
        )
    return lowered


def _corners(columns, kind):
    """[left, top, right, bottom] of columns of a kind."""
    a, b, c, d = columns[0], columns[1], columns[2], columns[3]
    if kind == "yxyx":
        return [b, a, d, c]
    if kind == "xywh":
        return [a, b, add(a, c), add(b, d)]
    if kind == "center_xywh":
        x, y, half_width, half_height = a, b, multiply(c, 0.5), multiply(d, 0.5)
    elif kind == "center_yxhw":
        x, y, half_width, half_height = b, a, multiply(d, 0.5), multiply(c, 0.5)
    else:
        return [a, b, c, d]
    return [subtract(x, half_width), subtract(y, half_height), add(x, half_width), add(y, half_height)]


def _of_corners(corners, kind):
    """Columns of a kind of [left, top, right, bottom]."""
    a, b, c, d = corners[0], corners[1], corners[2], corners[3]
    if kind == "xyxy":
        return [a, b, c, d]
    if kind == "yxyx":
        return [b, a, d, c]
    width = subtract(c, a)
    height = subtract(d, b)
    if kind == "xywh":
        return [a, b, width, height]
    x = add(a, multiply(width, 0.5))
    y = add(b, multiply(height, 0.5))
    return [x, y, width, height] if kind == "center_xywh" else [y, x, height, width]


def _kind(name):
    return name[4 : len(name)] if name.startswith("rel_") else name


def convert_format(boxes, source, target, height=None, width=None, dtype="float32"):
    """Boxes of one format in another one.

    boxes: [..., 4], or {"boxes": ..., "labels": ...}, of which a copy is given back. height, width: of the image,
    where one format is relative and the other one is not. Raises ArgumentError for an unknown format or a size that is
    missing, ShapeError for a last axis other than 4.
    """
    if is_dict(boxes):
        made = with_boxes(boxes, None)
        made["boxes"] = convert_format(boxes["boxes"], source, target, height, width, dtype)
        return made
    x = float_boxes(boxes, "convert_format", dtype)
    source = _checked_format(source, "convert_format")
    target = _checked_format(target, "convert_format")
    relative = source.startswith("rel_")
    if (relative or target.startswith("rel_")) and (height is None or width is None):
        raise error(
            "ArgumentError",
            "convert_format: needs height and width between " + source + " and " + target,
        )
    if source == target:
        return x
    corners = _corners(columns_of(x), _kind(source))
    if relative != target.startswith("rel_"):
        sizes = [cast(to_tensor(length_of(width)), dtype), cast(to_tensor(length_of(height)), dtype)]
        for i in range(4):
            scaled = multiply if relative else divide
            corners[i] = scaled(corners[i], sizes[i % 2])
    return joined(_of_corners(corners, _kind(target)))


def with_boxes(bounding_boxes, boxes):
    """A copy of {"boxes", "labels"} with other boxes."""
    made = {}
    for key in bounding_boxes.keys():
        made[key] = bounding_boxes[key]
    if boxes is not None:
        made["boxes"] = boxes
    return made


def clip_to_image_size(bounding_boxes, height=None, width=None, bounding_box_format="xyxy"):
    """{"boxes", "labels"} with the parts of boxes inside of the image; the label of what is empty then becomes -1.

    bounding_box_format: "xyxy", which needs height and width, or "rel_xyxy".
    """
    if bounding_box_format not in ["xyxy", "rel_xyxy"]:
        raise error(
            "ArgumentError",
            "clip_to_image_size: the format must be xyxy or rel_xyxy, got " + shown(bounding_box_format),
        )
    relative = bounding_box_format == "rel_xyxy"
    if not relative and (height is None or width is None):
        raise error("ArgumentError", "clip_to_image_size: needs height and width for xyxy")
    limits = [1.0, 1.0] if relative else [length_of(width), length_of(height)]
    columns = limited(columns_of(float_boxes(bounding_boxes["boxes"], "clip_to_image_size")), limits)
    made = with_boxes(bounding_boxes, joined(columns))
    if "labels" in bounding_boxes:
        made["labels"] = labels_of_areas(bounding_boxes["labels"], columns)
    return made


def limited(columns, limits):
    """Columns within [0, limit]. limits: [width, height]."""
    return [minimum(maximum(columns[i], 0.0), limits[i % 2]) for i in range(4)]


def labels_of_areas(labels, columns):
    """Labels, -1 where columns [left, top, right, bottom] hold nothing."""
    area = multiply(subtract(columns[2], columns[0]), subtract(columns[3], columns[1]))
    found = to_tensor(labels)
    kept = greater(reshape(area, area.shape[0 : len(area.shape) - 1]), 0.0)
    if len(found.shape) > len(kept.shape):
        kept = greater(area, 0.0)
    return where(kept, found, cast(to_tensor(-1), found.dtype))


def _require_corners(bounding_box_format, op):
    if bounding_box_format != "xyxy":
        raise error("ArgumentError", op + ": the format must be xyxy, got " + shown(bounding_box_format))


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


def _for_boxes(value, boxes):
    """Numbers [batch] in a shape that broadcasts with columns of boxes."""
    return for_boxes(value, len(boxes.shape))


def for_boxes(value, rank):
    """One number an image, [batch, 1, 1], or [1, 1] for the boxes (rank 2) of one image."""
    t = cast(to_tensor(value), "float32")
    return reshape(t, [-1, 1, 1] if rank == 3 else [-1, 1])


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


def _centered(encoding, op):
    if encoding not in ["center_xywh", "center_yxhw"]:
        raise error(
            "ArgumentError", op + ": the encoding must be center_xywh or center_yxhw, got " + shown(encoding)
        )


def _variance(variance, op):
    found = to_tensor(variance, "float32")
    if len(found.shape) == 0 or not dims_equal(found.shape[len(found.shape) - 1], 4):
        raise error("ArgumentError", op + ": variance must be 4 numbers, got " + format_shape(found.shape))
    return found


def _size(image_shape):
    return [None, None] if image_shape is None else [image_shape[0], image_shape[1]]


def encode_box_to_deltas(
    anchors, boxes, anchor_format, box_format, encoding_format="center_yxhw", variance=None, image_shape=None
):
    """Boxes told by anchors [count, 4]: the way between their middles in sizes of the anchor, and the logarithms of
    the ratios of their sizes.

    boxes: [count, 4] or [batch, count, 4]. encoding_format: "center_xywh" or "center_yxhw". variance: 4 numbers that
    the result is divided by. image_shape: [height, width, channels], for relative formats.
    Source: Ren et al. 2015, arXiv:1506.01497.
    """
    _centered(encoding_format, "encode_box_to_deltas")
    size = _size(image_shape)
    anchor = convert_format(anchors, anchor_format, encoding_format, size[0], size[1])
    box = convert_format(boxes, box_format, encoding_format, size[0], size[1])
    spans = maximum(_part(anchor, 2, 2), SMALL)
    way = divide(subtract(_part(box, 0, 2), _part(anchor, 0, 2)), spans)
    ratio = log(divide(maximum(_part(box, 2, 2), SMALL), spans))
    deltas = concatenate([way, ratio], len(way.shape) - 1)
    return deltas if variance is None else divide(deltas, _variance(variance, "encode_box_to_deltas"))


def decode_deltas_to_boxes(
    anchors,
    boxes_delta,
    anchor_format,
    box_format,
    encoded_format="center_yxhw",
    variance=None,
    image_shape=None,
):
    """The boxes that `encode_box_to_deltas` told by anchors; of dicts of anchors and deltas a dict."""
    if is_dict(anchors) and is_dict(boxes_delta):
        made = {}
        for key in anchors.keys():
            made[key] = decode_deltas_to_boxes(
                anchors[key],
                boxes_delta[key],
                anchor_format,
                box_format,
                encoded_format,
                variance,
                image_shape,
            )
        return made
    _centered(encoded_format, "decode_deltas_to_boxes")
    size = _size(image_shape)
    anchor = convert_format(anchors, anchor_format, encoded_format, size[0], size[1])
    delta = float_boxes(boxes_delta, "decode_deltas_to_boxes")
    if variance is not None:
        delta = multiply(delta, _variance(variance, "decode_deltas_to_boxes"))
    spans = _part(anchor, 2, 2)
    middle = add(multiply(_part(delta, 0, 2), spans), _part(anchor, 0, 2))
    box = concatenate([middle, multiply(exp(_part(delta, 2, 2)), spans)], len(delta.shape) - 1)
    return convert_format(box, encoded_format, box_format, size[0], size[1])


def _areas(columns):
    return multiply(subtract(columns[2], columns[0]), subtract(columns[3], columns[1]))


def _corner_columns(boxes, bounding_box_format, image_shape):
    size = _size(image_shape)
    return columns_of(convert_format(boxes, bounding_box_format, "xyxy", size[0], size[1]))


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


def _largest(columns):
    return maximum(maximum(columns[0], columns[1]), maximum(columns[2], columns[3]))


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
