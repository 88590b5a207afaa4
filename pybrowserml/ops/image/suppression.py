"""Non-maximum suppression: of boxes that overlap, those with the best scores.

One loop of the plan, a step for each box that may be chosen; nothing is read by the host. Boxes are float [n, 4] of
y1, x1, y2, x2, any two opposite corners; scores [n].
"""

from ...compiler.realise import read_tensor
from ...core.dims import dims_equal
from ...core.host import host_numbers
from ...core.opset.binary import (
    add,
    divide,
    equal,
    greater,
    greater_equal,
    logical_and,
    logical_or,
    maximum,
    minimum,
    multiply,
    subtract,
    where,
)
from ...core.opset.gathering import gather
from ...core.opset.generators import iota
from ...core.opset.movement import broadcast_to, reshape, slice_strided
from ...core.opset.reduction import argmax, reduce_sum
from ...core.opset.registry import as_float, scalar
from ...core.opset.unary import cast, exp, logical_not
from ...core.shapes import format_shape
from ...platform.errors import error
from ...platform.numbers import is_number
from ...platform.tasks import waits
from ..arguments import require_whole, shown
from ..control import scan

# Below every score.
LOWEST = -3.4e38


@waits
def non_max_suppression(boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=None):
    """int32 [at most max_output_size]: the chosen boxes, the best score first. In JavaScript a promise.

    A box is left out when its intersection over union with a chosen one is iou_threshold or more, or its score is
    not above score_threshold (None: any score will do).
    """
    found = choose_boxes(
        boxes, scores, max_output_size, iou_threshold, score_threshold, 0.0, "non_max_suppression"
    )
    count = yield from _read_count(found[2])
    return slice_strided(found[0], [0], [count], [1])


@waits
def non_max_suppression_with_score(
    boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=None, soft_nms_sigma=0.0
):
    """[int32 indices, float scores] of the chosen boxes, as `non_max_suppression`. In JavaScript a promise.

    With a soft_nms_sigma above 0 boxes that overlap less than iou_threshold lose score as well: a factor of
    exp(-iou² / (2 sigma)) for each chosen one. Source: Bodla et al. 2017, "Soft-NMS", arXiv:1704.04503.
    """
    op = "non_max_suppression_with_score"
    found = choose_boxes(boxes, scores, max_output_size, iou_threshold, score_threshold, soft_nms_sigma, op)
    count = yield from _read_count(found[2])
    return [slice_strided(found[0], [0], [count], [1]), slice_strided(found[1], [0], [count], [1])]


def non_max_suppression_padded(boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=None):
    """[int32 [max_output_size], int32 scalar]: as `non_max_suppression`, filled up with 0, and how many are valid.

    Its shape follows from its arguments alone, so that it may stand inside compiled functions.
    """
    op = "non_max_suppression_padded"
    found = choose_boxes(boxes, scores, max_output_size, iou_threshold, score_threshold, 0.0, op)
    return [found[0], found[2]]


def _read_count(count):
    host = yield from read_tensor(count)
    return host_numbers(host)[0]


def choose_boxes(boxes, scores, max_output_size, iou_threshold, score_threshold, sigma, op):
    """[indices, scores, count] of the chosen boxes, padded with 0."""
    boxes = as_float(boxes, op, "boxes")
    scores = as_float(scores, op, "scores")
    most = require_whole(max_output_size, 1, op + ": max_output_size")
    if len(boxes.shape) != 2 or not dims_equal(boxes.shape[1], 4):
        raise error("ShapeError", op + ": boxes must be [n, 4], got " + format_shape(boxes.shape))
    n = boxes.shape[0]
    if len(scores.shape) != 1 or not dims_equal(scores.shape[0], n):
        raise error(
            "ShapeError",
            op
            + ": needs one score a box, got "
            + format_shape(scores.shape)
            + " for "
            + format_shape(boxes.shape),
        )
    if not is_number(iou_threshold) or iou_threshold < 0 or iou_threshold > 1:
        raise error("ArgumentError", "iou_threshold must be in [0, 1], got " + shown(iou_threshold))
    if not is_number(sigma) or sigma < 0:
        raise error("ArgumentError", "soft_nms_sigma must be a number >= 0, got " + shown(sigma))
    if dims_equal(n, 0):
        none = broadcast_to(scalar(0, "int32"), [most])
        return [none, broadcast_to(scalar(0.0, scores.dtype), [most]), scalar(0, "int32")]
    columns = [reshape(slice_strided(boxes, [0, k], [n, 1], [1, 1]), [n]) for k in range(4)]
    edges = [
        minimum(columns[0], columns[2]),
        minimum(columns[1], columns[3]),
        maximum(columns[0], columns[2]),
        maximum(columns[1], columns[3]),
    ]
    areas = multiply(subtract(edges[2], edges[0]), subtract(edges[3], edges[1]))

    def step(carries, nothing):
        left = carries[0]
        # Which are left is no matter of numbers: in half precision the lowest is one that a score may have.
        open_still = carries[1]
        best = argmax(where(open_still, left, LOWEST), 0, False)
        score = gather(left, best, 0)
        valid = gather(open_still, best, 0)
        if score_threshold is not None:
            valid = logical_and(valid, greater(score, score_threshold))
        chosen = [gather(edge, best, 0) for edge in edges]
        height = subtract(minimum(edges[2], chosen[2]), maximum(edges[0], chosen[0]))
        width = subtract(minimum(edges[3], chosen[3]), maximum(edges[1], chosen[1]))
        shared = multiply(maximum(height, 0.0), maximum(width, 0.0))
        area = gather(areas, best, 0)
        whole = subtract(add(areas, area), shared)
        flat = logical_or(equal(areas, 0.0), equal(area, 0.0))
        overlap = where(flat, 0.0, divide(shared, where(flat, 1.0, whole)))
        kept = left
        if sigma > 0:
            kept = multiply(left, exp(multiply(multiply(overlap, overlap), -0.5 / sigma)))
        gone = logical_or(equal(iota([n], 0), best), greater_equal(overlap, iou_threshold))
        after = logical_and(open_still, logical_not(gone))
        return [[kept, after], [where(valid, best, 0), where(valid, score, 0.0), cast(valid, "int32")]]

    found = scan(step, [scores, greater(scores, LOWEST)], None, most)[1]
    return [found[0], found[1], reduce_sum(found[2], None, False)]
