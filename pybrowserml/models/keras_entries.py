"""Configurations as Keras 3 writes them, with the module of each class (CPython only)."""

from ..core.config import CLASSES, class_named
from .keras_operations import keras_operations

LIBRARY = "pybrowserml"
MODULES = {
    "layers": "keras.layers",
    "initializers": "keras.initializers",
    "regularizers": "keras.regularizers",
    "constraints": "keras.constraints",
    "losses": "keras.losses",
    "metrics": "keras.metrics",
    "optimizers": "keras.optimizers",
    "schedules": "keras.optimizers.schedules",
}
MODELS = {"Sequential": "keras", "Functional": "keras.src.models.functional", "Model": "keras"}
# Arguments that layers have here and not in Keras.
UNKNOWN = {
    "SimpleRNN": ("implementation",),
    "Discretization": ("trainable",),
    "Pipeline": ("trainable",),
}
UNKNOWN.update({f"SpatialDropout{rank}D": ("trainable",) for rank in (1, 2, 3)})


def with_modules(value, kind="layer"):
    """A configuration in which every entry of a class says where Keras has it.

    kind: what is expected there, since losses and metrics share names.
    """
    if isinstance(value, (list, tuple)):
        return [with_modules(item, kind) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: with_modules(item, _kind_of(key, kind)) for key, item in value.items()}
    class_name = value.get("class_name")
    if not isinstance(class_name, str) or "config" not in value or class_name.startswith("__"):
        return found
    if isinstance(found["config"], dict):
        for key in UNKNOWN.get(class_name, ()):
            found["config"].pop(key, None)
    if "module" in value and str(value["module"]).startswith("keras.src.ops"):
        return found
    if class_name == "function":
        return {"module": "builtins", **found, "registered_name": "function"}
    module, registered = _place_of(class_name, kind)
    return {"module": module, **found, "registered_name": registered}


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


def _kind_of(key, kind):
    """What stands under a key of a configuration."""
    if key in ("loss", "optimizer", "metrics"):
        return {"metrics": "metric"}.get(key, key)
    if key == "weighted_metrics":
        return "metric"
    for name in ("initializer", "regularizer", "constraint"):
        if key.endswith(name):
            return name
    return "object" if key == "learning_rate" else kind


def _place_of(class_name, kind):
    """[module, registered name] of a class."""
    if class_name in MODELS:
        return MODELS[class_name], None
    cls = class_named(class_name, kind)
    if cls is None:
        return None, class_name
    parts = cls.__module__.split(".")
    if parts[0] == LIBRARY:
        return MODULES.get(parts[1]), None
    return None, _registered_name(cls, class_name)


def _registered_name(cls, class_name):
    for key in CLASSES.all_keys():
        if ">" in key and CLASSES.at(key) is cls:
            return key
    return class_name
