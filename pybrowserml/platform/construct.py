"""Objects from stored configurations: a class and a dict of its constructor's arguments."""

import functools
import inspect

from .errors import error

COLLECTING = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def argument_names(cls):
    """The names of the constructor's arguments, in order; where it collects further ones (**kwargs), also those of the
    constructor of the base that it hands them to, but for what each layer takes (it saves that itself).
    """
    names = []
    for base in cls.__mro__:
        if "__init__" not in vars(base):
            continue
        if "_take_common" in vars(base) and base is not cls:
            break
        own, collects = _own_names(base)
        names.extend(name for name in own if name not in names)
        if not collects:
            break
    return names


def _own_names(cls):
    """[names of the constructor's arguments, whether it collects further ones]."""
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    names = [parameter.name for parameter in parameters if parameter.kind not in COLLECTING]
    return names, any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters)


def takes_options(cls):
    """Whether the constructor takes a configuration as it is: classes that a page wrote in JavaScript."""
    return False


def construct(cls, config):
    """An instance of `cls`; `config` maps names of constructor arguments to values, others get their defaults.

    Raises ArgumentError for a name that the constructor does not know.
    """
    _require_known(cls, config)
    for parameter in list(inspect.signature(cls.__init__).parameters.values())[1:]:
        wanted = parameter.default is parameter.empty and parameter.kind not in COLLECTING
        if wanted and parameter.name not in config:
            raise error("ArgumentError", f"{cls.__name__} needs its argument '{parameter.name}'")
    return cls(**config)


# Options of every layer, whether or not its constructor names them; see Layer._take_common.
COMMON = (
    "input_shape",
    "input_dim",
    "batch_input_shape",
    "activity_regularizer",
    "name",
    "trainable",
    "dtype",
)


def with_known_arguments(cls):
    """The class, whose constructor from now on refuses unknown keywords with an ArgumentError that lists its own.

    A layer's takes the options in COMMON too.
    """
    original = cls.__dict__.get("__init__")
    if original is not None and not hasattr(original, "__wrapped__"):

        @functools.wraps(original)
        def checked(self, *args, **kwargs):
            common = {}
            if hasattr(cls, "_take_common"):
                names = _own_names(cls)[0]
                common = {key: kwargs.pop(key) for key in COMMON if key in kwargs and key not in names}
            if type(self) is cls:
                _require_known(cls, kwargs)
            original(self, *args, **kwargs)
            if common:
                self._take_common(common)

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


def call_taking(function, values):
    """function(...) with as many of the values, from the front, as it takes."""
    try:
        kinds = [parameter.kind for parameter in inspect.signature(function).parameters.values()]
    except ValueError:
        return function(*values)
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return function(*values)
    placed = [inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD]
    return function(*values[: len([kind for kind in kinds if kind in placed])])
