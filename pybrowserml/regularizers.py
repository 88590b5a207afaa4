"""Regularizers: penalties on weights that are added to the loss."""

from .core.config import Configurable, register_all, resolve
from .core.opset.binary import add, multiply
from .core.opset.reduction import reduce_sum
from .core.opset.registry import as_float
from .core.opset.unary import absolute
from .ops.math import square
from .platform.errors import error

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "Regularizer",
    "get",
]


class Regularizer(Configurable):
    """Base class: `penalty(x)` → float32 scalar tensor."""

    def penalty(self, x):
        raise error("ArgumentError", "a regularizer needs a method penalty(x)")

    def __call__(self, x):
        return self.penalty(as_float(x))


class L1L2(Regularizer):
    """l1 * sum(|x|) + l2 * sum(x * x)."""

    def __init__(self, l1=0.0, l2=0.0):
        self.l1 = 0.0 if l1 is None else l1
        self.l2 = 0.0 if l2 is None else l2

    def penalty(self, x):
        return add(L1(self.l1).penalty(x), L2(self.l2).penalty(x))


class L1(Regularizer):
    """l1 * sum(|x|)."""

    def __init__(self, l1=0.01):
        self.l1 = l1

    def penalty(self, x):
        return multiply(reduce_sum(absolute(x), None, False), self.l1)


class L2(Regularizer):
    """l2 * sum(x * x)."""

    def __init__(self, l2=0.01):
        self.l2 = l2

    def penalty(self, x):
        return multiply(reduce_sum(square(x), None, False), self.l2)


NAMES = {"l1": L1, "l2": L2, "l1_l2": L1L2}
register_all(NAMES, "regularizer")


def get(identifier, owner=None):
    """A regularizer of a name ("l2"), a configuration or a regularizer; None stays None.

    owner: who asks, for messages.
    """
    return None if identifier is None else resolve(identifier, "regularizer", NAMES, Regularizer, owner)
