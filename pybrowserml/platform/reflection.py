"""What a program may ask about its own classes and functions."""

import inspect


def class_of(thing):
    return type(thing)


def class_name_of(thing):
    """The name of an object's class."""
    return type(thing).__name__


def name_of_class(cls):
    return cls.__name__


def label_of_function(function):
    """The name that a function was defined with."""
    return getattr(function, "__name__", type(function).__name__)


def plain_number(number):
    """A number of a number library as the language's own."""
    return number.item() if hasattr(number, "item") else number


_PARAMETERS = {}


def call_layer(layer, x, training):
    """layer.call(x, training), without `training` where the method does not take it."""
    cls = type(layer)
    if cls not in _PARAMETERS:
        _PARAMETERS[cls] = _training_place(cls.call)
    place = _PARAMETERS[cls]
    if place == "keyword":
        return layer.call(x, training=training)
    return layer.call(x, training) if place == "second" else layer.call(x)


def _training_place(method):
    parameters = list(inspect.signature(method).parameters.values())
    names = [parameter.name for parameter in parameters]
    if "training" in names:
        return "second" if names.index("training") == 2 else "keyword"
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters):
        return "keyword"
    return "none"


def slice_parts(thing):
    """[start, stop, step] of a slice, None of anything else."""
    return [thing.start, thing.stop, thing.step] if isinstance(thing, slice) else None


def is_dots(thing):
    """True for an Ellipsis and the text "..."."""
    return thing is Ellipsis or (isinstance(thing, str) and thing == "...")
