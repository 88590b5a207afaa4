"""Losses of more than one sample or step: the circle loss of embeddings, CTC of sequences."""

from ..core.opset.binary import (
    add,
    equal,
    greater,
    logical_and,
    maximum,
    multiply,
    not_equal,
    subtract,
    where,
)
from ..core.opset.generators import iota, size_of
from ..core.opset.matmul import matmul
from ..core.opset.movement import broadcast_to, reshape
from ..core.opset.reduction import reduce_max, reduce_sum
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import cast, exp, log, logical_not, stop_gradient
from ..core.shapes import element_count, format_shape
from ..ops.activations import softplus
from ..ops.ctc import ctc_loss
from ..ops.reduction import any as any_true
from ..platform.errors import error
from .base import Loss


def _column(labels):
    """Labels as [count, 1]."""
    return reshape(labels, [element_count(labels.shape), 1])


def _log_sum(values, chosen):
    """log(sum(exp(values))) of the chosen elements of each row; some number where none is chosen."""
    least = reduce_max(where(chosen, values, -3.0e38), 1, True)
    shift = stop_gradient(maximum(least, -1.0e30))
    parts = where(chosen, exp(subtract(where(chosen, values, shift), shift)), 0.0)
    total = reduce_sum(parts, 1, True)
    return add(log(where(greater(total, 0.0), total, 1.0)), shift)


def circle(
    y_true, y_pred, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80.0, margin=0.4
):
    """Pulls embeddings of one label together and pushes those of others apart, weighed by how far they are off.

    y_true: int labels [batch] or [batch, 1]; y_pred: embeddings [batch, width] of length 1. ref_labels,
    ref_embeddings: what they are compared with, themselves if None. remove_diagonal: an embedding is not compared with
    itself. Returns [batch], 0 (and masked out) where there is nothing of the same or of another label.
    Source: Sun et al. 2020, arXiv:2002.10857.
    """
    embeddings = as_float(y_pred)
    if len(embeddings.shape) != 2:
        raise error(
            "ShapeError",
            "circle: needs embeddings (batch, width), got " + format_shape(embeddings.shape),
        )
    labels = cast(to_tensor(y_true), "int32")
    others = embeddings if ref_embeddings is None else as_float(ref_embeddings)
    other_labels = labels if ref_labels is None else cast(to_tensor(ref_labels), "int32")
    distance = maximum(subtract(1.0, matmul(embeddings, others, False, True)), 0.0)
    row = reshape(other_labels, [1, element_count(other_labels.shape)])
    positive = equal(_column(labels), row)
    negative = logical_not(positive)
    if remove_diagonal:
        positive = logical_and(positive, not_equal(iota(distance.shape, 0), iota(distance.shape, 1)))
    pull = multiply(maximum(add(distance, margin), 0.0), subtract(distance, margin))
    push = multiply(maximum(subtract(1.0 + margin, distance), 0.0), subtract(1.0 - margin, distance))
    near = _log_sum(multiply(pull, gamma), positive)
    far = _log_sum(multiply(push, gamma), negative)
    both = logical_and(any_true(positive, 1, True), any_true(negative, 1, True))
    found = reshape(where(both, softplus(add(near, far)), 0.0), [embeddings.shape[0]])
    found.mask = greater(found, 0.0)
    return found


def ctc(y_true, y_pred):
    """Connectionist temporal classification of label sequences; see `ops.ctc_loss`.

    y_true: int [batch, labels], 0 where a sequence has ended; y_pred: logits [batch, time, classes], class 0 for no
    label; all time steps count.
    """
    labels = cast(to_tensor(y_true), "int32")
    logits = as_float(y_pred)
    if len(labels.shape) != 2 or len(logits.shape) != 3:
        raise error(
            "ShapeError",
            "ctc: needs labels (batch, labels) and predictions (batch, time, classes), got "
            + format_shape(labels.shape)
            + " and "
            + format_shape(logits.shape),
        )
    lengths = reduce_sum(cast(not_equal(labels, 0), "int32"), -1, False)
    steps = broadcast_to(size_of(logits.shape[1]), [labels.shape[0]])
    return ctc_loss(labels, logits, lengths, steps, 0)


class Circle(Loss):
    """The circle loss of embeddings with integer labels. gamma: scale; margin: how much is demanded."""

    def __init__(
        self,
        gamma=80.0,
        margin=0.4,
        remove_diagonal=True,
        reduction: str | None = "sum_over_batch_size",
        name="circle",
        dtype=None,
    ):
        super().__init__(name, reduction, dtype)
        self.gamma = gamma
        self.margin = margin
        self.remove_diagonal = remove_diagonal

    def call(self, y_true, y_pred):
        return circle(y_true, y_pred, None, None, self.remove_diagonal, self.gamma, self.margin)


class CTC(Loss):
    """Connectionist temporal classification: label sequences without times. Labels are 1 or more, 0 fills up."""

    def __init__(self, reduction: str | None = "sum_over_batch_size", name="ctc", dtype=None):
        super().__init__(name, reduction, dtype)

    def call(self, y_true, y_pred):
        return ctc(y_true, y_pred)
