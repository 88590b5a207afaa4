"""Names for classes that files may ask for, and objects as configurations. Names are those of keras.saving."""

from .core.config import restored, well_formed, with_build_configs
from .core.keras_form import keras_entry, keras_value
from .core.known import (
    CLASSES,
    FUNCTIONS,
    class_named,
    function_name,
    function_named,
    make_known,
    register,
    register_function,
    registered_function_name,
    registered_name,
    restore_known,
    with_custom_objects,
)
from .models.loading import load_model, save_model
from .platform.errors import error
from .platform.numbers import is_dict, is_function, is_list
from .platform.reflection import is_class, is_of_library, label_of_function, name_of_class


def register_keras_serializable(package="Custom", name=None):
    """A decorator that makes a class, or a function, known to saved models by its name.

    name: that of the class when None. Of several classes of one name, files tell by "package>name" which is meant.
    """

    def decorate(thing):
        known = name
        if is_class(thing):
            known = name_of_class(thing) if name is None else name
            # A class of the library keeps its name.
            if not CLASSES.has(known) or not is_of_library(CLASSES.at(known)):
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
    if is_class(obj):
        known = registered_name(obj)
        return name_of_class(obj) if known is None else known
    known = registered_function_name(obj)
    return function_name(obj) if known is None else known


def get_registered_object(name):
    """The class or function of a registered name, or None."""
    found = class_named(name, "layer")
    return function_named(name) if found is None else found


def serialize_keras_object(obj):
    """A configuration that holds no objects: {"module", "class_name", "config", "registered_name"} of an object with
    get_config, of a function, an array or a tensor; of a list or dict one with what such things in it become.
    """
    if is_function(obj) and not hasattr(obj, "get_config"):
        return keras_entry(obj, "layer")
    if is_list(obj):
        return [serialize_keras_object(item) for item in obj]
    if is_dict(obj):
        made = {}
        for key in obj.keys():
            made[key] = serialize_keras_object(obj[key])
        return made
    return with_build_configs(lambda: keras_value(obj))


def deserialize_keras_object(config, custom_objects=None, safe_mode=True):
    """What serialize_keras_object made its argument of; custom_objects: dict of further classes and functions by name.

    safe_mode: only True; no code is ever made of a configuration. Raises FormatError for a class that is neither
    registered nor among custom_objects.
    """
    if not safe_mode:
        raise error("ArgumentError", "deserialize_keras_object: safe_mode=False is not supported")
    return well_formed(
        lambda: with_custom_objects(custom_objects, lambda: with_build_configs(lambda: restored(config)))
    )


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
