"""Names for classes that files may ask for, and objects as configurations. Names are those of keras.saving."""

from .core.config import (
    CLASSES,
    FUNCTIONS,
    class_named,
    config_of,
    from_config,
    function_name,
    function_named,
    make_known,
    register,
    register_function,
    restore_known,
    with_custom_objects,
)
from .models.loading import load_model, save_model
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


def get_custom_objects():
    """A dict of the classes and functions that files may name, the library's own among them."""
    found = {}
    for table in [CLASSES, FUNCTIONS]:
        for key in table.all_keys():
            found[key] = table.at(key)
    return found


class CustomObjectScope:
    """With it (`with CustomObjectScope({"Mine": Mine}):`), files may name the classes and functions of a dict."""

    def __init__(self, custom_objects):
        self.custom_objects = custom_objects
        self.held = []

    def __enter__(self):
        self.held = make_known(self.custom_objects)
        return self

    def __exit__(self, kind, value, traceback):
        restore_known(self.held)
        return None


custom_object_scope = CustomObjectScope


def save_weights(model, filepath, overwrite=True):
    """The same as `model.save_weights`."""
    return model.save_weights(filepath, overwrite)


def load_weights(model, filepath):
    """The same as `model.load_weights`."""
    return model.load_weights(filepath)


__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]
