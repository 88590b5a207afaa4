"""The classes and functions that saved configurations may name."""

from ..platform.construct import with_known_arguments
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_string
from ..platform.reflection import is_class, name_of_class, saved_name_of_function

CLASSES = new_map()
FUNCTIONS = new_map()


def register(class_name, cls):
    """Make a class known by name, so that saved configurations can name it. Returns the class."""
    CLASSES.put(class_name, with_known_arguments(cls))
    return cls


def register_function(function_name, function):
    """Make a function (an activation, a loss) known by name. Returns the function."""
    FUNCTIONS.put(function_name, function)
    return function


def register_all(names, kind):
    """Make the classes of a table known as objects of a kind (losses and metrics share class names)."""
    for cls in names.values():
        CLASSES.put(kind + "." + name_of_class(cls), with_known_arguments(cls))
        if not CLASSES.has(name_of_class(cls)):
            CLASSES.put(name_of_class(cls), cls)


def make_known(objects):
    """Make the classes and functions of a dict known by its keys; gives what `restore_known` takes back."""
    held = []
    if objects is not None:
        for key in objects.keys():
            thing = objects[key]
            table = CLASSES if is_class(thing) else FUNCTIONS
            held.append([table, key, table.at(key)])
            table.put(key, thing)
    return held


def restore_known(held):
    """Forget what `make_known` made known."""
    for entry in held:
        if entry[2] is None:
            entry[0].drop(entry[1])
        else:
            entry[0].put(entry[1], entry[2])
    return None


def with_custom_objects(objects, function):
    """Call `function()` while the classes and functions of a dict are known by its keys."""
    held = make_known(objects)
    try:
        return function()
    finally:
        restore_known(held)


def class_named(class_name, kind):
    """The registered class of a name among those of a kind, or None."""
    if not is_string(class_name):
        return None
    if CLASSES.has(kind + "." + class_name):
        return CLASSES.at(kind + "." + class_name)
    return CLASSES.at(class_name) if CLASSES.has(class_name) else None


def registered_name(cls):
    """The name with a package under which a user's class was registered, or None."""
    for key in CLASSES.all_keys():
        if ">" in key and CLASSES.at(key) is cls:
            return key
    return None


def function_named(name):
    """The registered function of a name, or None."""
    return FUNCTIONS.at(name) if is_string(name) and FUNCTIONS.has(name) else None


def function_name(function):
    """The name that a function was registered under, else that of its definition: who loads must know it by that."""
    for name in FUNCTIONS.all_keys():
        if FUNCTIONS.at(name) is function:
            return name
    defined = saved_name_of_function(function)
    if defined is not None:
        return defined
    raise error(
        "ArgumentError",
        "cannot save a function that is not registered: give it a name with register_function",
    )


def registered_function_name(function):
    """The name of a function; where it has several, that with a package. None where it has none."""
    found = None
    for name in FUNCTIONS.all_keys():
        if FUNCTIONS.at(name) is function:
            if ">" in name:
                return name
            if found is None:
                found = name
    return found
