"""The base of initializers, and a user's functions as initializers."""

from typing import Any

from ..core.config import Configurable
from ..core.graph import constant
from ..core.host import host_array
from ..core.shapes import copy_shape, format_shape, same_shape
from ..platform.errors import error
from ..platform.reflection import call_with


class Initializer(Configurable):
    """Base class: `__call__(shape, dtype)` → numbers of that shape. shape: a list of integers.

    Those of the library extend `make(shape, dtype)` → HostArray instead, which needs no engine.
    """

    def make(self, shape, dtype):
        """A HostArray of first values."""
        return values_of(call_with(self, "__call__", shape, {"dtype": dtype}), shape, dtype)

    def __call__(self, shape, dtype=None) -> Any:
        raise error("ArgumentError", "an initializer needs a method __call__(shape, dtype)")


def values_of(given, shape, dtype):
    """A HostArray of the numbers that a user's initializer gives."""
    host = host_array(given, dtype)
    if not same_shape(host.shape, shape):
        raise error(
            "ShapeError",
            "an initializer must give values of shape "
            + format_shape(shape)
            + ", got "
            + format_shape(host.shape),
        )
    return host


class FunctionInitializer(Initializer):
    """A function (shape, dtype) → numbers as an initializer."""

    def __init__(self, function):
        self.function = function

    def make(self, shape, dtype):
        return values_of(self.function(shape, dtype), shape, dtype)

    def __call__(self, shape, dtype=None):
        return self.function(shape, "float32" if dtype is None else dtype)


class Made(Initializer):
    """An initializer that extends `make`."""

    def __call__(self, shape, dtype=None):
        return constant(self.make(copy_shape(shape), "float32" if dtype is None else dtype))
