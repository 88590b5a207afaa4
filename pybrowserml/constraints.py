"""Constraints: what weights must fulfil after every update."""

from typing import Any

from .core.annotations import Axes
from .core.config import Configurable, resolve
from .core.keras_form import keras_entry
from .core.known import register_all, with_custom_objects
from .core.opset.binary import add, divide, maximum, multiply
from .core.opset.reduction import reduce_sum
from .core.opset.registry import as_float
from .core.opset.unary import sqrt
from .ops.math import clip, square
from .platform.construct import construct
from .platform.numbers import is_function
from .platform.reflection import call_with, is_class

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "serialize",
]

EPSILON = 1e-7


class Constraint(Configurable):
    """Base class: `__call__(w)` → an allowed tensor of the same shape."""

    def project(self, w):
        """The allowed weight that takes the place of w."""
        return as_float(call_with(self, "__call__", w, {}))

    def __call__(self, w) -> Any:
        return w


class FunctionConstraint(Constraint):
    """A function of a weight as a constraint."""

    def __init__(self, function):
        self.function = function

    def project(self, w):
        return as_float(self.function(w))

    def __call__(self, w):
        return self.function(w)


class _Projection(Constraint):
    """A constraint that extends `project`."""

    def __call__(self, w):
        return self.project(as_float(w))


def _norms(w, axis):
    return sqrt(reduce_sum(square(w), axis, True))


class MaxNorm(_Projection):
    """Norms along `axis` are at most max_value."""

    def __init__(self, max_value: float = 2, axis: Axes = 0):
        self.max_value = max_value
        self.axis = axis

    def project(self, w):
        norms = _norms(w, self.axis)
        return multiply(w, divide(clip(norms, 0.0, self.max_value), add(norms, EPSILON)))


class NonNeg(_Projection):
    """No weight is negative."""

    def project(self, w):
        return maximum(w, 0.0)


class UnitNorm(_Projection):
    """Norms along `axis` are 1."""

    def __init__(self, axis: Axes = 0):
        self.axis = axis

    def project(self, w):
        return divide(w, add(_norms(w, self.axis), EPSILON))


class MinMaxNorm(_Projection):
    """Norms along `axis` move into [min_value, max_value] at a rate (1: at once)."""

    def __init__(self, min_value=0.0, max_value=1.0, rate=1.0, axis: Axes = 0):
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def project(self, w):
        norms = _norms(w, self.axis)
        limited = multiply(clip(norms, self.min_value, self.max_value), self.rate)
        wanted = add(limited, multiply(norms, 1.0 - self.rate))
        return multiply(w, divide(wanted, add(norms, EPSILON)))


NAMES = {"max_norm": MaxNorm, "non_neg": NonNeg, "unit_norm": UnitNorm, "min_max_norm": MinMaxNorm}
register_all(NAMES, "constraint")

# Keras's other spellings of the classes.
max_norm = MaxNorm
non_neg = NonNeg
unit_norm = UnitNorm
min_max_norm = MinMaxNorm


def get(identifier, owner=None) -> Any:
    """A constraint of a name ("non_neg"), a configuration, a constraint or a function; None stays None.

    owner: who asks, for messages.
    """
    if identifier is None:
        return None
    if is_class(identifier):
        return construct(identifier, {})
    if is_function(identifier) and not isinstance(identifier, Constraint):
        return FunctionConstraint(identifier)
    return resolve(identifier, "constraint", NAMES, Constraint, owner)


def serialize(constraint):
    """The configuration {"module", "class_name", "config", "registered_name"} of a constraint."""
    return keras_entry(constraint, "constraint")


def deserialize(config, custom_objects=None) -> Any:
    """The constraint of a configuration; custom_objects: dict of further classes and functions by name."""
    return with_custom_objects(custom_objects, lambda: get(config))
