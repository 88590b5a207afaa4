"""Intersection over union, from a matrix that counts labels by predictions."""

from ..core.opset.binary import (
    add,
    divide,
    greater,
    greater_equal,
    less,
    logical_and,
    multiply,
    not_equal,
    subtract,
    where,
)
from ..core.opset.movement import broadcast_to, reshape
from ..core.opset.reduction import argmax, reduce_sum
from ..core.opset.registry import scalar, to_tensor
from ..core.opset.unary import cast
from ..losses.base import EPSILON, mask_of, masked_weights
from ..ops.indexing import take
from ..ops.matrices import diagonal
from ..ops.scattering import segment_sum
from ..platform.errors import error
from .base import Metric, gather


class IoU(Metric):
    """The mean over target_class_ids of |label ∩ prediction| / |label ∪ prediction|.

    Labels and predictions are classes, or scores along `axis` where sparse_y_true or sparse_y_pred is False.
    ignore_class: labels that do not count. Counts are whole numbers, so weights are too, unless dtype is "float32".
    """

    def __init__(
        self,
        num_classes,
        target_class_ids,
        name=None,
        dtype=None,
        ignore_class=None,
        sparse_y_true=True,
        sparse_y_pred=True,
        axis=-1,
    ):
        super().__init__("int32" if dtype is None or dtype == "int" else dtype, name)
        for class_id in target_class_ids:
            if class_id < 0 or class_id >= num_classes:
                raise error(
                    "ArgumentError",
                    "IoU: target class "
                    + str(class_id)
                    + " is out of range, there are "
                    + str(num_classes)
                    + " classes",
                )
        self.num_classes = num_classes
        self.target_class_ids = [class_id for class_id in target_class_ids]
        self.ignore_class = ignore_class
        self.sparse_y_true = sparse_y_true
        self.sparse_y_pred = sparse_y_pred
        self.axis = axis
        shape = [num_classes, num_classes]
        self.total_cm = self.add_variable(shape, None, self.dtype, "sum", "total_confusion_matrix")

    def update_state(self, y_true, y_pred, sample_weight=None):
        weights = masked_weights(sample_weight, mask_of(y_pred), "sum")
        labels = to_tensor(y_true)
        predictions = to_tensor(y_pred)
        if not self.sparse_y_true:
            labels = argmax(labels, self.axis, False)
        if not self.sparse_y_pred:
            predictions = argmax(predictions, self.axis, False)
        return self.gather_classes(labels, predictions, weights)

    def gather_classes(self, labels, predictions, weights):
        """Count classes, tensors of one number of elements."""
        labels = reshape(cast(labels, "int32"), [-1])
        predictions = reshape(cast(predictions, "int32"), [-1])
        if weights is None:
            weights = scalar(1, self.dtype)
        else:
            weights = cast(to_tensor(weights), self.dtype)
        if len(weights.shape) > 1:
            weights = reshape(weights, [-1])
        counted = logical_and(self._is_class(labels), self._is_class(predictions))
        if self.ignore_class is not None:
            counted = logical_and(counted, not_equal(labels, self.ignore_class))
        # A cell that is none is left out.
        cell = where(counted, add(multiply(labels, self.num_classes), predictions), -1)
        weights = broadcast_to(weights, cell.shape)
        found = segment_sum(weights, cell, self.num_classes * self.num_classes)
        return gather(self.total_cm, reshape(found, [self.num_classes, self.num_classes]))

    def _is_class(self, x):
        return logical_and(greater_equal(x, 0), less(x, self.num_classes))

    def result(self):
        matrix = self.total_cm.value
        hits = diagonal(matrix)
        union = subtract(add(reduce_sum(matrix, 0, False), reduce_sum(matrix, 1, False)), hits)
        hits = cast(take(hits, self.target_class_ids, 0), "float32")
        union = cast(take(union, self.target_class_ids, 0), "float32")
        valid = greater(union, 1e-9)
        shares = where(valid, divide(hits, add(union, EPSILON)), 0.0)
        count = reduce_sum(cast(valid, "float32"), None, False)
        return divide(reduce_sum(shares, None, False), add(count, EPSILON))


class BinaryIoU(IoU):
    """IoU of two classes: predictions below and from the threshold."""

    def __init__(self, target_class_ids=None, threshold=0.5, name=None, dtype=None):
        super().__init__(2, [0, 1] if target_class_ids is None else target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true, y_pred, sample_weight=None):
        weights = masked_weights(sample_weight, mask_of(y_pred), "sum")
        chosen = greater_equal(to_tensor(y_pred, "float32"), self.threshold)
        return self.gather_classes(to_tensor(y_true), chosen, weights)


class MeanIoU(IoU):
    """IoU, the mean over all classes that occur."""

    def __init__(
        self,
        num_classes,
        name=None,
        dtype=None,
        ignore_class=None,
        sparse_y_true=True,
        sparse_y_pred=True,
        axis=-1,
    ):
        super().__init__(
            num_classes,
            [i for i in range(num_classes)],
            name,
            dtype,
            ignore_class,
            sparse_y_true,
            sparse_y_pred,
            axis,
        )


class OneHotIoU(IoU):
    """IoU of one-hot labels."""

    def __init__(
        self,
        num_classes,
        target_class_ids,
        name=None,
        dtype=None,
        ignore_class=None,
        sparse_y_pred=False,
        axis=-1,
    ):
        super().__init__(num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis)


class OneHotMeanIoU(MeanIoU):
    """IoU of one-hot labels, the mean over all classes that occur."""

    def __init__(self, num_classes, name=None, dtype=None, ignore_class=None, sparse_y_pred=False, axis=-1):
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)
