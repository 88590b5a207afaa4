"""Regularizers: penalties on weights that are added to the loss."""

from typing import Any

from .core.config import Configurable, resolve
from .core.keras_form import keras_entry
from .core.known import register_all, with_custom_objects
from .core.opset.binary import add, multiply, subtract
from .core.opset.matmul import matmul
from .core.opset.reduction import reduce_sum
from .core.opset.registry import as_float
from .core.opset.unary import absolute
from .core.shapes import format_shape
from .ops.arguments import require_choice, shown
from .ops.math import square
from .ops.matrices import eye
from .ops.reduction import normalize
from .platform.construct import construct
from .platform.errors import error
from .platform.numbers import is_finite, is_function, is_number
from .platform.reflection import call_with, is_class

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "serialize",
]


class Regularizer(Configurable):
    """Base class: `__call__(x)` → a scalar that is added to the loss."""

    def penalty(self, x):
        """The penalty of a weight, a float32 scalar tensor."""
        return as_float(call_with(self, "__call__", x, {}))

    def __call__(self, x) -> Any:
        return 0.0


class FunctionRegularizer(Regularizer):
    """A function of a weight as a regularizer."""

    def __init__(self, function):
        self.function = function

    def penalty(self, x):
        return as_float(self.function(x))

    def __call__(self, x):
        return self.function(x)


class _Penalty(Regularizer):
    """A regularizer that extends `penalty`."""

    def __call__(self, x):
        return self.penalty(as_float(x))


def _strength(value, default, argument):
    """A factor of a penalty: a number of at least 0."""
    if value is None:
        return default
    if not is_number(value) or not is_finite(value) or value < 0:
        raise error("ArgumentError", argument + " must be a number of at least 0, got " + shown(value))
    return value


class L1L2(_Penalty):
    """l1 * sum(|x|) + l2 * sum(x * x)."""

    def __init__(self, l1=0.0, l2=0.0):
        self.l1 = _strength(l1, 0.0, "l1")
        self.l2 = _strength(l2, 0.0, "l2")

    def penalty(self, x):
        return add(L1(self.l1).penalty(x), L2(self.l2).penalty(x))


class L1(_Penalty):
    """l1 * sum(|x|)."""

    def __init__(self, l1=0.01):
        self.l1 = _strength(l1, 0.01, "l1")

    def penalty(self, x):
        return multiply(reduce_sum(absolute(x), None, False), self.l1)


class L2(_Penalty):
    """l2 * sum(x * x)."""

    def __init__(self, l2=0.01):
        self.l2 = _strength(l2, 0.01, "l2")

    def penalty(self, x):
        return multiply(reduce_sum(square(x), None, False), self.l2)


class OrthogonalRegularizer(_Penalty):
    """factor times the mean |cosine| of the angles between the rows (or the columns) of a matrix."""

    def __init__(self, factor=0.01, mode="rows"):
        self.factor = _strength(factor, 0.01, "factor")
        self.mode = require_choice(mode, ["rows", "columns"], "mode")

    def penalty(self, x):
        if len(x.shape) != 2:
            raise error("ShapeError", "OrthogonalRegularizer: needs a matrix, got " + format_shape(x.shape))
        by_rows = self.mode == "rows"
        unit = normalize(x, 1 if by_rows else 0)
        count = x.shape[0] if by_rows else x.shape[1]
        cosines = absolute(matmul(unit, unit, not by_rows, by_rows))
        others = multiply(cosines, subtract(1.0, eye(count)))
        pairs = count * (count - 1.0) / 2.0
        return multiply(reduce_sum(others, None, False), self.factor * 0.5 / pairs)


NAMES = {"l1": L1, "l2": L2, "l1_l2": L1L2, "l1l2": L1L2, "orthogonal_regularizer": OrthogonalRegularizer}
register_all(NAMES, "regularizer")

# Keras's other spellings of the classes.
l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer


def get(identifier, owner=None) -> Any:
    """A regularizer of a name ("l2"), a configuration, a regularizer or a function; None stays None.

    owner: who asks, for messages.
    """
    if identifier is None:
        return None
    if is_class(identifier):
        return construct(identifier, {})
    if is_function(identifier) and not isinstance(identifier, Regularizer):
        return FunctionRegularizer(identifier)
    return resolve(identifier, "regularizer", NAMES, Regularizer, owner)


def serialize(regularizer):
    """The configuration {"module", "class_name", "config", "registered_name"} of a regularizer."""
    return keras_entry(regularizer, "regularizer")


def deserialize(config, custom_objects=None) -> Any:
    """The regularizer of a configuration; custom_objects: dict of further classes and functions by name."""
    return with_custom_objects(custom_objects, lambda: get(config))
