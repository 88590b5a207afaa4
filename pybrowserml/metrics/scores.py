"""Scores of several labels or numbers at a time: F-scores and the coefficient of determination."""

from ..core.dims import dims_equal, is_symbolic
from ..core.opset.binary import add, divide, greater, greater_equal, logical_and, multiply, subtract, where
from ..core.opset.generators import size_of
from ..core.opset.movement import broadcast_to
from ..core.opset.reduction import reduce_max, reduce_sum
from ..core.opset.registry import as_float
from ..core.opset.unary import absolute, cast
from ..core.shapes import element_count, format_shape, same_shape
from ..losses.base import EPSILON, mask_of, masked_weights, same_rank
from ..ops.arguments import require_choice, require_whole, shown
from ..ops.math import square
from ..ops.movement import expand_dims
from ..ops.predicates import isinf
from ..ops.reduction import mean
from ..platform.errors import error
from ..platform.numbers import is_number
from .base import Metric, gather


def _require_columns(y_true_shape, y_pred_shape, metric):
    """The number of columns of labels and predictions [batch, columns]."""
    count = y_pred_shape[len(y_pred_shape) - 1] if len(y_pred_shape) > 0 else None
    if len(y_pred_shape) != 2 or len(y_true_shape) != 2 or is_symbolic(count):
        raise error(
            "ShapeError",
            metric
            + ": needs labels and predictions (batch, columns) with a known number of columns, got "
            + format_shape(y_true_shape)
            + " and "
            + format_shape(y_pred_shape),
        )
    return count


class FBetaScore(Metric):
    """(1 + beta²) precision · recall / (beta² precision + recall) of one-hot or yes-no labels [batch, classes].

    average: None for one score a class, "micro" of all counts together, "macro" the mean over classes, "weighted" the
    mean by the classes' frequencies. threshold: what is above it is predicted; None: the largest prediction.
    """

    def __init__(self, average=None, beta=1.0, threshold=None, name="fbeta_score", dtype=None):
        super().__init__(dtype, name)
        if average is not None:
            require_choice(average, ["micro", "macro", "weighted"], "average")
        if not is_number(beta) or beta <= 0:
            raise error("ArgumentError", "beta must be a positive number, got " + shown(beta))
        if threshold is not None and (not is_number(threshold) or threshold <= 0 or threshold > 1):
            raise error("ArgumentError", "threshold must be in (0, 1], got " + shown(threshold))
        self.average = average
        self.beta = beta
        self.threshold = threshold
        self.counts = []

    def build(self, y_true_shape, y_pred_shape):
        classes = _require_columns(y_true_shape, y_pred_shape, "FBetaScore")
        shape = [] if self.average == "micro" else [classes]
        kinds = ["true_positives", "false_positives", "false_negatives", "intermediate_weights"]
        self.counts = [self.add_variable(shape, None, "float32", "sum", kind) for kind in kinds]
        return None

    def update_state(self, y_true, y_pred, sample_weight=None):
        weights = masked_weights(sample_weight, mask_of(y_pred), "sum")
        labels = as_float(y_true)
        output = as_float(y_pred)
        self.ensure_built(labels, output)
        self._require_shapes(labels, output)
        if self.threshold is None:
            highest = greater_equal(output, reduce_max(output, -1, True))
            chosen = logical_and(highest, greater(absolute(output), 1e-9))
        else:
            chosen = greater(output, self.threshold)
        chosen = cast(chosen, "float32")
        parts = [
            multiply(chosen, labels),
            multiply(chosen, subtract(1.0, labels)),
            multiply(subtract(1.0, chosen), labels),
            labels,
        ]
        axis = None if self.average == "micro" else 0
        for i in range(4):
            part = parts[i]
            if weights is not None:
                part = multiply(part, expand_dims(as_float(weights), 1))
            gather(self.counts[i], reduce_sum(part, axis, False))
        return None

    def _require_shapes(self, labels, output):
        kept = self.counts[0].shape
        same = same_shape(labels.shape, output.shape)
        if not same or len(kept) > 0 and not dims_equal(output.shape[1], kept[0]):
            raise error(
                "ShapeError",
                "metric '"
                + self.name
                + "': labels of shape "
                + format_shape(labels.shape)
                + " and predictions of shape "
                + format_shape(output.shape)
                + " must be equal"
                + ("" if len(kept) == 0 else ", with " + str(kept[0]) + " columns as before"),
            )
        return None

    def result(self):
        hits = self.counts[0].value
        precision = divide(hits, add(add(hits, self.counts[1].value), EPSILON))
        recall = divide(hits, add(add(hits, self.counts[2].value), EPSILON))
        squared = self.beta * self.beta
        below = add(add(multiply(precision, squared), recall), EPSILON)
        score = multiply(divide(multiply(precision, recall), below), 1.0 + squared)
        if self.average == "weighted":
            shares = self.counts[3].value
            shares = divide(shares, add(reduce_sum(shares, None, False), EPSILON))
            return reduce_sum(multiply(score, shares), None, False)
        return score if self.average is None else mean(score)


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall."""

    def __init__(self, average=None, threshold=None, name="f1_score", dtype=None):
        super().__init__(average, 1.0, threshold, name, dtype)


class R2Score(Metric):
    """1 - (sum of squared errors) / (sum of squared deviations from the mean), of numbers [batch, outputs].

    class_aggregation: "uniform_average" over outputs, "variance_weighted_average", or None for each. num_regressors:
    more than 0 gives the adjusted score, where there are samples enough.
    """

    def __init__(
        self, class_aggregation: str | None = "uniform_average", num_regressors=0, name="r2_score", dtype=None
    ):
        super().__init__(dtype, name)
        if class_aggregation is not None:
            choices = ["uniform_average", "variance_weighted_average"]
            require_choice(class_aggregation, choices, "class_aggregation")
        self.class_aggregation = class_aggregation
        self.num_regressors = require_whole(num_regressors, 0, "num_regressors")
        self.num_samples = self.add_variable([], None, "float32", "sum", "num_samples")
        self.sums = []

    def build(self, y_true_shape, y_pred_shape):
        shape = [_require_columns(y_true_shape, y_pred_shape, "R2Score")]
        for kind in ["squared_sum", "sum", "residual", "count"]:
            self.sums.append(self.add_variable(shape, None, "float32", "sum", kind))
        return None

    def update_state(self, y_true, y_pred, sample_weight=None):
        weights = masked_weights(sample_weight, mask_of(y_pred), "sum")
        both = same_rank(as_float(y_true), as_float(y_pred))
        labels = both[0]
        self.ensure_built(labels, both[1])
        weights = as_float(1.0 if weights is None else weights)
        if len(weights.shape) == 1:
            weights = expand_dims(weights, 1)
        weights = broadcast_to(weights, labels.shape)
        heavy = multiply(labels, weights)
        errors = multiply(square(subtract(labels, both[1])), weights)
        parts = [multiply(labels, heavy), heavy, errors, weights]
        for i in range(4):
            gather(self.sums[i], reduce_sum(parts[i], 0, False))
        return gather(self.num_samples, cast(size_of(element_count(labels.shape)), "float32"))

    def result(self):
        total = self.sums[1].value
        spread = subtract(self.sums[0].value, multiply(total, divide(total, self.sums[3].value)))
        scores = subtract(1.0, divide(self.sums[2].value, spread))
        score = where(isinf(scores), 0.0, scores)
        if self.class_aggregation == "uniform_average":
            score = mean(score)
        elif self.class_aggregation == "variance_weighted_average":
            score = divide(reduce_sum(multiply(spread, score), None, False), reduce_sum(spread, None, False))
        if self.num_regressors == 0:
            return score
        rest = subtract(self.num_samples.value, self.num_regressors + 1.0)
        enough = greater(rest, 0.0)
        missing = multiply(subtract(1.0, score), subtract(self.num_samples.value, 1.0))
        adjusted = subtract(1.0, divide(missing, where(enough, rest, 1.0)))
        return where(enough, adjusted, score)
