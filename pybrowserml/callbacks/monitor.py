"""What callbacks look at: a number of the logs, and which direction is better."""

from typing import Any

from ..platform.console import warn
from .base import Callback

BETTER_WHEN_MORE = ["acc", "auc", "precision", "recall", "f1", "fbeta", "iou", "r2", "cosine_similarity"]
BETTER_WHEN_MORE.extend(["sensitivity", "specificity", "correlation"])


def less(a, b):
    return a < b


def greater(a, b):
    return a > b


class MonitorCallback(Callback):
    """Base of callbacks that watch a number of the logs.

    monitor: its name. mode: "min", "max" or "auto" (by the name). best: the best value so far, or None; one to be
    better than at first is `baseline`. min_delta: a smaller change is no improvement. monitor_op(a, b): is a better?
    """

    def __init__(self, monitor="val_loss", mode="auto", baseline=None, min_delta=0):
        super().__init__()
        if mode not in ["auto", "min", "max"]:
            warn("the callback's mode must be auto, min or max, got " + str(mode) + ": taken as auto")
            mode = "auto"
        self.monitor = monitor
        self.mode = mode
        self.best = baseline
        self.min_delta = abs(min_delta)
        self.monitor_op: Any = greater if mode == "max" or mode == "auto" and _grows(monitor) else less

    def improves(self, value, reference):
        """Whether a value is better than another by more than min_delta."""
        if reference is None:
            return True
        change = self.min_delta if self.monitor_op is greater else 0 - self.min_delta
        return self.monitor_op(value - change, reference)

    def monitored(self, logs, owner):
        """The number, or None with a warning where the logs lack it."""
        if logs is not None and self.monitor in logs:
            return logs[self.monitor]
        known = [] if logs is None else [key for key in logs.keys()]
        warn(owner + ": the logs have no '" + self.monitor + "' to monitor; they have: " + ", ".join(known))
        return None


def _grows(monitor):
    for part in BETTER_WHEN_MORE:
        if part in monitor:
            return True
    return False
