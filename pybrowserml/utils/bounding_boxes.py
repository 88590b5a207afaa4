"""What Keras has under `keras.utils.bounding_boxes`."""

from ..ops.bounding_boxes import clip_to_image_size, convert_format
from ..ops.box_deltas import decode_deltas_to_boxes, encode_box_to_deltas
from ..ops.box_moves import affine_transform, crop, pad
from ..ops.box_overlap import compute_ciou, compute_iou

__all__ = [
    "affine_transform",
    "clip_to_image_size",
    "compute_ciou",
    "compute_iou",
    "convert_format",
    "crop",
    "decode_deltas_to_boxes",
    "encode_box_to_deltas",
    "pad",
]
