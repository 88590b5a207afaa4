"""What a program may ask about its own classes and functions."""

import functools
import inspect


def class_of(thing):
    return type(thing)


def is_class(thing):
    return isinstance(thing, type)


def class_name_of(thing):
    """The name of an object's class."""
    return type(thing).__name__


def is_of_library(cls):
    """Whether a class is one of this library, as far as that can be told (in JavaScript: no class of a page)."""
    return cls.__module__.split(".")[0] == __name__.split(".")[0]


def name_of_class(cls):
    return cls.__name__


def label_of_function(function):
    """The name that a function was defined with."""
    return getattr(function, "__name__", type(function).__name__)


def saved_name_of_function(function):
    """The name that a file may keep for a function nobody registered; None in JavaScript, where bundlers rename."""
    name = getattr(function, "__name__", None)
    return None if name == "<lambda>" else name


def plain_number(number):
    """A number of a number library as the language's own."""
    return number.item() if hasattr(number, "item") else number


_PARAMETERS = {}


def method_arguments(instance, method_name):
    """The names of a method's arguments without self; the last is "**" where it takes any further name."""
    function = getattr(type(instance), method_name)
    if function not in _PARAMETERS:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        collects = any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters)
        collecting = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        names = [parameter.name for parameter in parameters if parameter.kind not in collecting]
        _PARAMETERS[function] = [*names, "**"] if collects else names
    return _PARAMETERS[function]


def call_with(instance, method_name, first, given):
    """instance.method(first, ...) with those of the arguments by name that the method takes."""
    names = method_arguments(instance, method_name)
    known = given if "**" in names else {name: given[name] for name in given if name in names}
    return getattr(instance, method_name)(first, **known)


def call_function(function, first, given):
    """function(first, ...) with those of the arguments by name that the function takes."""
    parameters = inspect.signature(function).parameters.values()
    if not any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in parameters):
        names = [parameter.name for parameter in parameters]
        given = {name: given[name] for name in given if name in names[1:]}
    return function(first, **given)


def call_by_name(function, layer, x, given):
    """function(layer, x, ...) with arguments by name; in JavaScript these come as an object in third place."""
    return function(layer, x, **given)


def overrides(instance, method_name, base):
    """Whether an instance has a method of its own in the place of that of the class `base`."""
    return getattr(type(instance), method_name) is not getattr(base, method_name)


def class_overrides(cls, method_name, base):
    """Whether a class has a class method of its own in the place of that of `base`, or one that `base` lacks."""
    own = getattr(cls, method_name, None)
    return own is not None and own.__func__ is not getattr(base, method_name).__func__


def watch_build(instance):
    """Let `build` of a layer's class take shapes as users write them, and mark the layer as built at its end.

    What it was built with is kept by the names of the arguments, as `_built_with`.
    """
    cls = next(cls for cls in type(instance).__mro__ if "build" in vars(cls))
    original = cls.build
    if not hasattr(original, "__wrapped__"):
        signature = inspect.signature(original)

        @functools.wraps(original)
        def watched(self, *shapes, **named):
            shapes = [self._building_shape(shape) for shape in shapes]
            named = {name: self._building_shape(shape) for name, shape in named.items()}
            given = dict(signature.bind(self, *shapes, **named).arguments)
            given.pop(next(iter(signature.parameters)))
            if self._is_built_with(given):
                return
            self._building(lambda: original(self, *shapes, **named))
            object.__setattr__(self, "_built_with", given)

        cls.build = watched


def build_by_name(instance, shapes):
    """instance.build with shapes by name."""
    instance.build(**shapes)


# Under what name an instance of a user's class remembers the arguments that it was constructed with.
GIVEN = "_given_arguments"


def given_argument(instance, argument_name):
    """[value] of a constructor's argument that was given or has a default; None where it cannot be told."""
    given = vars(instance).get(GIVEN)
    if given is None:
        return None
    parameters = list(inspect.signature(type(instance).__init__).parameters.values())[1:]
    places = [parameter.name for parameter in parameters if parameter.kind is parameter.POSITIONAL_OR_KEYWORD]
    if argument_name in places and places.index(argument_name) < len(given[0]):
        return [given[0][places.index(argument_name)]]
    if argument_name in given[1]:
        return [given[1][argument_name]]
    for parameter in parameters:
        if parameter.name == argument_name and parameter.default is not parameter.empty:
            return [parameter.default]
    return None


def keep_own(instance, name, value):
    """Give an instance an attribute of its own in the place of a property of its class; see python_api.FREE."""
    vars(instance)[name] = value


def own_attributes(instance):
    """[name, value] of what was assigned to an instance, in that order."""
    return [[name, value] for name, value in vars(instance).items()]


def slice_parts(thing):
    """[start, stop, step] of a slice, None of anything else."""
    return [thing.start, thing.stop, thing.step] if isinstance(thing, slice) else None


def is_dots(thing):
    """True for an Ellipsis and the text "..."."""
    return thing is Ellipsis or (isinstance(thing, str) and thing == "...")
