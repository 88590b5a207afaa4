"""Boxes of objects: formats, moves, overlap, deltas."""

import numpy as np

from pybrowserml.ops import bounding_boxes as boxes
from pybrowserml.ops import box_deltas, box_moves, box_overlap

from .rows import Row, uniform

SIZE = np.array([20.0, 10.0, 20.0, 10.0])


def corners(shape, low=1.0, high=9.0):
    """[left, top, right, bottom] with sizes from 0.5 on."""

    def make(rng):
        start = rng.uniform(low, high - 2.0, (*shape, 2))
        return np.concatenate([start, start + rng.uniform(0.5, 2.0, (*shape, 2))], -1).astype(np.float32)

    return make


CASES = [
    [corners((3,))],
    [corners((2, 5))],
    [corners((1, 1))],
    [corners((0,))],
    [corners((7,))],
    [corners((2, 1, 3))],
]


def middles(x):
    return np.concatenate([(x[..., :2] + x[..., 2:]) / 2, x[..., 2:] - x[..., :2]], -1)


def as_all_formats(x):
    """There and back through each format."""
    made = []
    for target in [
        "yxyx",
        "xywh",
        "center_xywh",
        "center_yxhw",
        "rel_xyxy",
        "rel_yxyx",
        "rel_xywh",
        "rel_center_xywh",
    ]:
        found = boxes.convert_format(x, "xyxy", target, 10, 20)
        made.extend([found, boxes.convert_format(found, target, "xyxy", 10, 20)])
    return made


def all_formats(x):
    start, size, center = x[..., :2], x[..., 2:] - x[..., :2], middles(x)
    swapped = x[..., [1, 0, 3, 2]]
    wide = np.concatenate([start, size], -1)
    found = [swapped, wide, center, center[..., [1, 0, 3, 2]], x / SIZE, (x / SIZE)[..., [1, 0, 3, 2]]]
    found.extend([wide / SIZE, center / SIZE])
    return [item for made in found for item in (made, x)]


def moved(x):
    return [
        box_moves.crop(x, 2, 3, 4, 5),
        box_moves.pad(x, 2, 3),
        boxes.clip_to_image_size({"boxes": x}, 6, 7)["boxes"],
    ]


def moved_reference(x):
    way = np.array([3.0, 2.0, 3.0, 2.0])
    return [np.clip(x - way, 0, [5, 4, 5, 4]), x + way, np.clip(x, 0, [7, 6, 7, 6])]


def turned(x, angle, shift, scale):
    return box_moves.affine_transform(x, angle, shift, shift, scale, shift, angle, 11, 21)


def turned_reference(x, angle, shift, scale):
    """The corners under the inverse of a turn, slants and a move, one box at a time."""
    made = np.zeros(x.shape)
    middle = np.array([10.0, 5.0])
    for b in range(x.shape[0]):
        rotation, sx, sy = -np.radians(angle[b]), -np.radians(shift[b]), -np.radians(angle[b])
        a = np.cos(rotation - sy) / np.cos(sy)
        c = -np.sin(rotation - sy) / np.cos(sy)
        m = (
            np.array([[np.cos(rotation) - c * np.tan(sx), -a * np.tan(sx) - np.sin(rotation)], [-c, a]])
            * scale[b]
        )
        for n in range(x.shape[1]):
            left, top, right, bottom = x[b, n]
            points = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
            places = (points - middle + shift[b] * np.array([20.0, 10.0])) @ m.T + middle
            made[b, n] = np.concatenate([places.min(0), places.max(0)])
    return made


def overlap(a, b):
    """Intersection over union of boxes that broadcast."""
    both = np.prod(
        np.clip(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0, None), -1
    )
    areas = [np.prod(x[..., 2:] - x[..., :2], -1) for x in (a, b)]
    return both / (areas[0] + areas[1] - both)


def complete_overlap(a, b):
    """Complete IoU, as the paper defines it."""
    iou = overlap(a, b)
    hull = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    apart = middles(a)[..., :2] - middles(b)[..., :2]
    ratio = [np.arctan((x[..., 2] - x[..., 0]) / (x[..., 3] - x[..., 1])) for x in (a, b)]
    v = 4 / np.pi**2 * (ratio[1] - ratio[0]) ** 2
    return iou - (apart**2).sum(-1) / (hull**2).sum(-1) - v * v / (v - iou + 1)


def there_and_back(anchors, given):
    deltas = box_deltas.encode_box_to_deltas(
        anchors, given, "xyxy", "xyxy", "center_xywh", [0.1, 0.1, 0.2, 0.2]
    )
    back = box_deltas.decode_deltas_to_boxes(
        anchors, deltas, "xyxy", "xyxy", "center_xywh", [0.1, 0.1, 0.2, 0.2]
    )
    return [deltas, back]


def deltas_reference(anchors, given):
    a, b = middles(anchors), middles(given)
    way = (b[..., :2] - a[..., :2]) / a[..., 2:] / 0.1
    return [np.concatenate([way, np.log(b[..., 2:] / a[..., 2:]) / 0.2], -1), given]


def numbers(*shape):
    return uniform(shape, -0.4, 0.4)


TURNS = [
    [corners(shape), uniform((shape[0],), -60.0, 60.0), numbers(shape[0]), uniform((shape[0],), 0.5, 2.0)]
    for shape in [(1, 1), (2, 3), (3, 2), (2, 0), (1, 5), (4, 1)]
]
PAIRS = [
    [corners(a), corners(b)]
    for a, b in [((3,), (4,)), ((2, 3), (2, 2)), ((1,), (1,)), ((0,), (2,)), ((5,), (1,))]
]
PAIRS.append([corners((2, 1)), corners((2, 4))])
SAME = [[corners(shape), corners(shape)] for shape in [(3,), (2, 4), (1,), (0,), (5,), (2, 1, 2)]]
TOLD = [
    [corners(a), corners(b)]
    for a, b in [((3,), (3,)), ((4,), (2, 4)), ((1,), (1,)), ((0,), (0,)), ((5,), (5,))]
]
TOLD.append([corners((1,)), corners((3, 1))])
# Differences of coordinates near 10 that are divided by sizes from 0.5 on, and by variances of 0.1.
FAR = {"rtol": 1e-5, "atol": 2e-5, "webgl": (2e-5, 5e-5)}

ROWS = [
    Row("boxes_convert_format", as_all_formats, CASES, all_formats, 2e-6, 2e-6, grad=(0,)),
    Row("boxes_moved", moved, CASES, moved_reference, grad=(0,)),
    Row("boxes_affine_transform", turned, TURNS, turned_reference, **FAR),
    Row(
        "boxes_compute_iou",
        lambda a, b: box_overlap.compute_iou(a, b, "xyxy"),
        PAIRS,
        lambda a, b: overlap(a[..., :, None, :], b[..., None, :, :]),
        **FAR,
    ),
    Row(
        "boxes_compute_ciou",
        lambda a, b: box_overlap.compute_ciou(a, b, "xyxy"),
        SAME,
        complete_overlap,
        **FAR,
    ),
    Row("boxes_deltas", there_and_back, TOLD, deltas_reference, **FAR, grad=(1,)),
]
