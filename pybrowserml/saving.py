"""Names for classes that files may ask for, and objects as configurations. Names are those of keras.saving."""

from .core.config import (
    CLASSES,
    FUNCTIONS,
    class_named,
    config_of,
    from_config,
    function_name,
    function_named,
    register,
    register_function,
    with_custom_objects,
)
from .models.loading import load_model
from .platform.reflection import is_class, label_of_function, name_of_class


def register_keras_serializable(package="Custom", name=None):
    """A decorator that makes a class, or a function, known to saved models by its name.

    name: that of the class when None. In files that Keras wrote the class may also stand as "package>name".
    """

    def decorate(thing):
        known = name
        if is_class(thing):
            known = name_of_class(thing) if name is None else name
            register(known, thing)
            register(package + ">" + known, thing)
        else:
            known = label_of_function(thing) if name is None else name
            register_function(known, thing)
            register_function(package + ">" + known, thing)
        return thing

    return decorate


def get_registered_name(obj):
    """The name under which a class or function was registered, else its own."""
    for table in [CLASSES, FUNCTIONS]:
        for key in table.all_keys():
            if table.at(key) is obj and ">" in key:
                return key
    return name_of_class(obj) if is_class(obj) else function_name(obj)


def get_registered_object(name):
    """The class or function of a registered name, or None."""
    found = class_named(name, "layer")
    return function_named(name) if found is None else found


def serialize_keras_object(obj):
    """{"class_name", "config"} of an object with get_config; the registered name of a function."""
    return config_of(obj) if hasattr(obj, "get_config") else function_name(obj)


def deserialize_keras_object(config, custom_objects=None):
    """The object that a configuration describes; custom_objects: dict of further classes and functions by name.

    Raises FormatError for a class that is neither registered nor among them.
    """
    return with_custom_objects(custom_objects, lambda: from_config(config, "object"))


def save_model(model, filepath, overwrite=True):
    """The same as `model.save`."""
    return model.save(filepath, overwrite)


__all__ = [
    "deserialize_keras_object",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "register_keras_serializable",
    "save_model",
    "serialize_keras_object",
]
