"""Boxes told by anchors: how far they lie from them, in sizes of the anchor."""

from ..core.dims import dims_equal
from ..core.opset.binary import add, divide, maximum, multiply, subtract
from ..core.opset.movement import concatenate
from ..core.opset.registry import to_tensor
from ..core.opset.unary import exp, log
from ..core.shapes import format_shape
from ..platform.errors import error
from ..platform.numbers import is_dict
from .arguments import shown
from .bounding_boxes import SMALL, convert_format, float_boxes, numbers_of, size_of_image


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
    size = size_of_image(image_shape)
    anchor = convert_format(anchors, anchor_format, encoding_format, size[0], size[1])
    box = convert_format(boxes, box_format, encoding_format, size[0], size[1])
    spans = maximum(numbers_of(anchor, 2, 2), SMALL)
    way = divide(subtract(numbers_of(box, 0, 2), numbers_of(anchor, 0, 2)), spans)
    ratio = log(divide(maximum(numbers_of(box, 2, 2), SMALL), spans))
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
    size = size_of_image(image_shape)
    anchor = convert_format(anchors, anchor_format, encoded_format, size[0], size[1])
    delta = float_boxes(boxes_delta, "decode_deltas_to_boxes")
    if variance is not None:
        delta = multiply(delta, _variance(variance, "decode_deltas_to_boxes"))
    spans = numbers_of(anchor, 2, 2)
    middle = add(multiply(numbers_of(delta, 0, 2), spans), numbers_of(anchor, 0, 2))
    box = concatenate([middle, multiply(exp(numbers_of(delta, 2, 2)), spans)], len(delta.shape) - 1)
    return convert_format(box, encoded_format, box_format, size[0], size[1])


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
