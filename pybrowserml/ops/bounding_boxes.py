"""Boxes around objects of images, and their formats; see also box_moves, box_overlap and box_deltas.

Boxes are [..., 4] floats, or {"boxes": boxes, "labels": labels} where it says so. The formats, with x to the right and
y downwards: "xyxy" (left, top, right, bottom), "yxyx", "xywh" (left, top, width, height), "center_xywh",
"center_yxhw"; and "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh" in shares of the image's size.
"""

from ..core.dims import dims_equal, is_symbolic
from ..core.opset.binary import (
    add,
    divide,
    greater,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ..core.opset.generators import size_of
from ..core.opset.movement import concatenate, reshape, slice_strided
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast
from ..core.shapes import copy_shape, format_shape
from ..platform.errors import error
from ..platform.numbers import is_dict, is_number
from .arguments import shown

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
    return [numbers_of(x, i, 1) for i in range(4)]


def numbers_of(x, start, count):
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


def size_of_image(image_shape):
    """[height, width] of [height, width, channels]; of None two None."""
    return [None, None] if image_shape is None else [image_shape[0], image_shape[1]]
