"""Layers as configurations, and back."""

from typing import Any

from ..core.config import from_config
from ..core.keras_form import keras_entry
from ..core.known import with_custom_objects
from ..platform.errors import error
from ..platform.reflection import class_name_of
from .layer import Layer


def serialize(layer):
    """The configuration {"module", "class_name", "config", "registered_name"} of a layer."""
    return keras_entry(layer, "layer")


def deserialize(config, custom_objects=None) -> Any:
    """The layer of a configuration; custom_objects: dict of further classes and functions by name.

    Raises FormatError for a class that is neither registered nor among them, or is no layer.
    """
    made = with_custom_objects(custom_objects, lambda: from_config(config, "layer"))
    if not isinstance(made, Layer):
        raise error("FormatError", class_name_of(made) + " is not a layer")
    return made
