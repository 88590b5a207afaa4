"""Limits on what fit, evaluate and predict do, to try out a script in little time."""

from typing import Any

from ..platform.console import warn


class _Limits:
    """epochs: most of a fit; steps: most of an epoch, an evaluation or a prediction; None: no limit."""

    def __init__(self):
        self.epochs: Any = None
        self.steps: Any = None


LIMITS = _Limits()


def limited_epochs(epochs):
    """The epochs of a fit."""
    if LIMITS.epochs is None or LIMITS.epochs >= epochs:
        return epochs
    warn("epochs are limited to " + str(LIMITS.epochs) + " by set_max_epochs")
    return LIMITS.epochs


def limited_steps(steps):
    """Most steps of a pass over data; None: all that there are."""
    if LIMITS.steps is None or steps is not None and steps <= LIMITS.steps:
        return steps
    return LIMITS.steps
