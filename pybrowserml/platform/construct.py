"""Objects from stored configurations: a class and a dict of its constructor's arguments."""

import functools
import inspect

from .errors import error


def argument_names(cls):
    """The names of the constructor's arguments, in order, without *args and **kwargs."""
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    collecting = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [parameter.name for parameter in parameters if parameter.kind not in collecting]


def construct(cls, config):
    """An instance of `cls`; `config` maps names of constructor arguments to values, others get their defaults.

    Raises ArgumentError for a name that the constructor does not know.
    """
    _require_known(cls, config)
    return cls(**config)


def with_known_arguments(cls):
    """The class, whose constructor from now on refuses unknown keywords with an ArgumentError that lists its own."""
    original = cls.__dict__.get("__init__")
    if original is not None and not hasattr(original, "__wrapped__"):

        @functools.wraps(original)
        def checked(self, *args, **kwargs):
            if type(self) is cls:
                _require_known(cls, kwargs)
            original(self, *args, **kwargs)

        cls.__init__ = checked
    return cls


def _require_known(cls, config):
    parameters = inspect.signature(cls.__init__).parameters.values()
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters):
        return
    names = argument_names(cls)
    for key in config:
        if key not in names:
            known = ", ".join(names)
            raise error("ArgumentError", f"{cls.__name__} has no argument '{key}'; it has: {known}")
