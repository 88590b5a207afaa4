"""What callbacks look at: a number of the logs, and which direction is better."""

from ..platform.errors import error

BETTER_WHEN_MORE = ["acc", "auc", "precision", "recall", "f1", "fbeta", "iou", "r2", "cosine_similarity"]


def direction_of(mode, monitor, owner):
    """1 when more is better, -1 when less is."""
    if mode not in ["auto", "min", "max"]:
        raise error("ArgumentError", owner + ": mode must be auto, min or max, got " + str(mode))
    if mode == "auto":
        for part in BETTER_WHEN_MORE:
            if part in monitor:
                return 1
        return -1
    return 1 if mode == "max" else -1


def monitored(logs, monitor, owner):
    if logs is None or monitor not in logs:
        known = [] if logs is None else [key for key in logs.keys()]
        raise error(
            "ArgumentError", owner + ": there is no '" + monitor + "' to monitor; known: " + ", ".join(known)
        )
    return logs[monitor]
