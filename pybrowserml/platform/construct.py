"""Objects from stored configurations: a class and a dict of its constructor's arguments."""

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
    names = argument_names(cls)
    for key in config.keys():
        if key not in names:
            known = ", ".join(names)
            raise error("ArgumentError", f"{cls.__name__} has no argument '{key}'; it has: {known}")
    return cls(**config)
