"""Configurations of models as Keras 3 writes them (CPython only)."""

from .keras_operations import keras_operations

LIBRARY = "pybrowserml"


def with_operations(value):
    """A configuration in which primitives between layers are operations of Keras, where it has such."""
    if isinstance(value, list):
        return [with_operations(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: with_operations(item) for key, item in value.items()}
    if isinstance(found.get("layers"), list) and "output_layers" in found:
        found["layers"] = keras_operations(found["layers"])
    return found
