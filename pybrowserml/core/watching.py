"""Finding NaN and infinity: while a step is recorded, the first bad element of each layer's result is asked for too."""

from .dtypes import is_float
from .graph import current_trace
from .opset.binary import where
from .opset.movement import reshape
from .opset.reduction import argmax, reduce_max
from .opset.unary import cast, isfinite, logical_not


class _Watching:
    """enabled: whether steps are to be watched; entries: [label, shape, int32 scalar], of the trace being watched."""

    def __init__(self):
        self.enabled = False
        self.trace = None
        self.entries = []


WATCHING = _Watching()


def start_watching():
    """Collect what `watch` is given in the present trace from now on."""
    WATCHING.trace = current_trace()
    WATCHING.entries = []


def stop_watching():
    """The entries since `start_watching`."""
    WATCHING.trace = None
    return WATCHING.entries


def watch(label, tensor):
    """Ask for the place of the first NaN or infinity of a tensor, in row-major order; -1 where there is none.

    What belongs to another trace, such as the body of a loop, is left out.
    """
    if WATCHING.trace is None or WATCHING.trace is not current_trace() or not is_float(tensor.dtype):
        return None
    bad = cast(logical_not(isfinite(reshape(tensor, [-1]))), "int32")
    first = where(reduce_max(bad, None, False), argmax(bad, 0, False), -1)
    WATCHING.entries.append([label, tensor.shape, first])
    return None
