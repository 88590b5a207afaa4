"""Configurations in the form in which Keras 3 writes them: each entry says where Keras has the class."""

from ..platform.numbers import is_dict, is_function, is_list, is_string
from ..platform.reflection import is_of_library
from .config import config_of, function_entry, serialise
from .known import CLASSES, class_named, registered_name

MODULES = {
    "layer": "keras.layers",
    "initializer": "keras.initializers",
    "regularizer": "keras.regularizers",
    "constraint": "keras.constraints",
    "loss": "keras.losses",
    "metric": "keras.metrics",
    "optimizer": "keras.optimizers",
    "schedule": "keras.optimizers.schedules",
}
# Classes that are elsewhere than others of their kind.
PLACES = {
    "Sequential": "keras",
    "Functional": "keras.src.models.functional",
    "Model": "keras",
    "DTypePolicy": "keras",
    "SeedGenerator": "keras.random",
}
# Arguments that layers have here and not in Keras.
UNKNOWN = {
    "SimpleRNN": ["implementation"],
    "Discretization": ["trainable"],
    "Pipeline": ["trainable"],
    "SpatialDropout1D": ["trainable"],
    "SpatialDropout2D": ["trainable"],
    "SpatialDropout3D": ["trainable"],
}
KEYS = {"loss": "loss", "optimizer": "optimizer", "metrics": "metric", "weighted_metrics": "metric"}


def keras_entry(thing, kind):
    """The configuration of an object or function: {"module", "class_name", "config", "registered_name"}.

    kind: of what it is; see MODULES.
    """
    if is_function(thing) and not hasattr(thing, "get_config"):
        entry = function_entry(thing)
        return with_modules({"class_name": "function", "config": entry} if is_string(entry) else entry, kind)
    return with_modules(config_of(thing), kind)


def keras_value(value):
    """A plain value, or what `keras_entry` makes of an object of any kind."""
    if not is_list(value) and not is_dict(value) and hasattr(value, "get_config"):
        return with_modules(serialise(value), _kind_of_object(value))
    return with_modules(serialise(value), "layer")


def with_modules(value, kind="layer"):
    """A configuration in which every entry of a class says where Keras has it.

    kind: what is expected there, since losses and metrics share names.
    """
    if is_list(value):
        return [with_modules(item, kind) for item in value]
    if not is_dict(value):
        return value
    found = {}
    for key in value.keys():
        found[key] = with_modules(value[key], _kind_of(key, kind))
    class_name = value.get("class_name")
    if not is_string(class_name) or "config" not in value or class_name.startswith("__"):
        return found
    if class_name in UNKNOWN and is_dict(found["config"]):
        config = found["config"]
        known = [key for key in config.keys() if key not in UNKNOWN[class_name]]
        found["config"] = {key: config[key] for key in known}
    if "module" in value and str(value["module"]).startswith("keras.src.ops"):
        return found
    place = ["builtins", "function"] if class_name == "function" else _place_of(class_name, kind)
    if is_string(value.get("registered_name")) and ">" in value["registered_name"]:
        place = [None, value["registered_name"]]
    made = {"module": place[0]}
    for key in found.keys():
        if key != "module":
            made[key] = found[key]
    made["registered_name"] = place[1]
    return made


def _kind_of(key, kind):
    """What stands under a key of a configuration."""
    if key in KEYS:
        return KEYS[key]
    for name in ["initializer", "regularizer", "constraint"]:
        if key.endswith(name):
            return name
    return "schedule" if key == "learning_rate" else kind


def _kind_of_object(thing):
    for kind in MODULES.keys():
        entry = serialise(thing)
        cls = class_named(entry["class_name"], kind)
        if cls is not None and CLASSES.has(kind + "." + entry["class_name"]) and isinstance(thing, cls):
            return kind
    return "layer"


def _place_of(class_name, kind):
    """[module, registered name] of a class."""
    if class_name in PLACES:
        return [PLACES[class_name], None]
    cls = class_named(class_name, kind)
    if cls is None:
        return [None, class_name]
    registered = registered_name(cls)
    if registered is not None:
        return [None, registered]
    if not is_of_library(cls):
        return [None, class_name]
    if not CLASSES.has(kind + "." + class_name):
        for other in MODULES.keys():
            if CLASSES.at(other + "." + class_name) is cls:
                return [MODULES[other], None]
    return [MODULES[kind] if kind in MODULES else MODULES["layer"], None]
