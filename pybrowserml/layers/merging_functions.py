"""The merging layers as functions of a list of tensors: layers.add([a, b]) is layers.Add()([a, b])."""

from typing import Any

from .merging import Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract


def add(inputs, name=None):
    """The sum of the inputs. name: of the layer that this makes."""
    return Add(name).apply_to(inputs)


def subtract(inputs, name=None):
    """The first of two inputs minus the second. name: of the layer that this makes."""
    return Subtract(name).apply_to(inputs)


def multiply(inputs, name=None):
    """The product of the inputs. name: of the layer that this makes."""
    return Multiply(name).apply_to(inputs)


def average(inputs, name=None):
    """The mean of the inputs. name: of the layer that this makes."""
    return Average(name).apply_to(inputs)


def maximum(inputs, name=None):
    """The largest of the inputs, elementwise. name: of the layer that this makes."""
    return Maximum(name).apply_to(inputs)


def minimum(inputs, name=None):
    """The smallest of the inputs, elementwise. name: of the layer that this makes."""
    return Minimum(name).apply_to(inputs)


def concatenate(inputs, axis=-1, name=None):
    """The inputs joined along an axis. name: of the layer that this makes."""
    return Concatenate(axis, name).apply_to(inputs)


def dot(inputs, axes: Any = -1, normalize=False, name=None):
    """The products of two inputs summed over an axis of each, see Dot. name: of the layer that this makes."""
    return Dot(axes, normalize, name).apply_to(inputs)
