"""Configurations: objects to and from {"class_name": ..., "config": {...}}.

A configurable object keeps its constructor's arguments under attributes of the same names; its configuration
is read from these. Objects are made again by the registry only: a file can name no class that was not
registered.
Configurations that Keras 3 wrote (with "module" and "registered_name") are read as well.
"""

from typing import Any

from ..platform.buffers import argument_of, is_array, to_nested
from ..platform.construct import argument_names, construct, takes_options, with_known_arguments
from ..platform.errors import attempt, because, error, kind_of, message_of
from ..platform.maps import new_map
from ..platform.numbers import is_bool, is_dict, is_function, is_list, is_number, is_string, is_whole
from ..platform.reflection import (
    class_name_of,
    class_of,
    class_overrides,
    given_argument,
    is_class,
    name_of_class,
    plain_number,
    saved_name_of_function,
)
from .dtypes import check_dtype
from .host import host_array
from .naming import snake_case

CLASSES = new_map()
FUNCTIONS = new_map()
DEEPEST = 64
SHARED_ID = "shared_object_id"
# The numbers of the objects that are being written, and the objects of those that are read.
SHARING: list[Any] = [None]
SHARED: list[Any] = [None]

# Whether entries of layers say what they were built for, though their classes do not.
BUILDS = [False]

# Arguments that Keras writes and that do not exist here; they may be absent, None or False.
ABSENT = ["quantization_config", "lora_rank", "lora_alpha", "sparse", "ragged", "optional", "synchronized"]
ABSENT.extend(
    [
        "renorm",
        "renorm_clipping",
        "autocast",
        "input_tensor",
        "input_axes",
        "output_axes",
        "weights",
        "rms_scaling",
        "time_major",
    ]
)
ABSENT.extend(["use_ema", "ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps"])
# Arguments without meaning where the ones above have their defaults.
MEANINGLESS = ["renorm_momentum", "registered_name", "build_config", "module", "ema_momentum"]
MEANINGLESS.extend(["vocabulary_size", "has_input_vocabulary", "vocabulary_dtype", "oov_method"])
# What a layer has whether or not its constructor names it.
OF_EVERY_LAYER = ["name", "trainable", "dtype", "activity_regularizer", "batch_input_shape"]


class Configurable:
    """Base of all objects that can be saved as a configuration."""

    def get_config(self):
        """The constructor's arguments as a dict of plain values and nested configurations."""
        return arguments_of(self)

    @classmethod
    def from_config(cls, config):
        """An object with the constructor's arguments from a dict, as get_config gives. A subclass may write its own,
        which gets the dict as it was stored.
        """
        return made_of(cls, name_of_class(cls), config, "object", 0)

    def config_value(self, argument_name):
        """The value of a constructor's argument that goes into the configuration."""
        return getattr(self, argument_name)


def register(class_name, cls):
    """Make a class known by name, so that saved configurations can name it. Returns the class."""
    CLASSES.put(class_name, with_known_arguments(cls))
    return cls


def register_function(function_name, function):
    """Make a function (an activation, a loss) known by name. Returns the function."""
    FUNCTIONS.put(function_name, function)
    return function


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


def register_all(names, kind):
    """Make the classes of a table known as objects of a kind (losses and metrics share class names)."""
    for cls in names.values():
        CLASSES.put(kind + "." + name_of_class(cls), with_known_arguments(cls))
        if not CLASSES.has(name_of_class(cls)):
            CLASSES.put(name_of_class(cls), cls)


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


def _needs_package(class_name, cls):
    """Whether a class's own name does not tell it: another class, or one of this library, has it too."""
    for key in CLASSES.all_keys():
        if key.endswith("." + class_name):
            return True
    return CLASSES.at(class_name) is not cls


def _entry_class(entry, kind):
    """The class that an entry names, or None. A name with a package tells apart classes that share a name."""
    registered = entry.get("registered_name")
    if is_string(registered) and ">" in registered and CLASSES.has(registered):
        return CLASSES.at(registered)
    return class_named(entry["class_name"], kind)


def config_of(configurable):
    """{"class_name", "config"} of an object; "registered_name" too of a class whose name others have as well,
    "build_config" of a layer that tells how it was built.
    """
    entry = {"class_name": class_name_of(configurable), "config": serialise(configurable.get_config())}
    registered = registered_name(class_of(configurable))
    if registered is not None and _needs_package(entry["class_name"], class_of(configurable)):
        entry["registered_name"] = registered
    if hasattr(configurable, "own_build_config"):
        built = configurable.get_build_config() if BUILDS[0] else configurable.own_build_config()
        if built is not None:
            entry["build_config"] = serialise(built)
    numbers = SHARING[0]
    if numbers is not None:
        if not numbers.has(configurable):
            numbers.put(configurable, numbers.size() + 1)
        entry[SHARED_ID] = numbers.at(configurable)
    return entry


def with_build_configs(function):
    """What `function()` gives while the entries of all layers say what these were built for, as Keras's do."""
    held = BUILDS[0]
    BUILDS[0] = True
    try:
        return function()
    finally:
        BUILDS[0] = held


def _built_again(made, entry):
    """A new object, a layer of which is built as its entry says."""
    if BUILDS[0] and hasattr(made, "build_from_config") and not made.built:
        made.build_from_config(entry["build_config"])
    elif hasattr(made, "own_build"):
        made.own_build(entry["build_config"])
    return made


def written_sharing(function):
    """What `function()` writes, where objects that stand in several places have a "shared_object_id", as in Keras."""
    held = SHARING[0]
    if held is not None:
        return function()
    SHARING[0] = new_map()
    try:
        found = function()
    finally:
        SHARING[0] = held
    counts = new_map()
    _count_shared(found, counts)
    return _without_single(found, counts)


def _count_shared(value, counts):
    if is_list(value):
        for item in value:
            _count_shared(item, counts)
    elif is_dict(value):
        if SHARED_ID in value:
            number = value[SHARED_ID]
            counts.put(number, counts.at(number) + 1 if counts.has(number) else 1)
        for key in value.keys():
            _count_shared(value[key], counts)
    return None


def _without_single(value, counts):
    """A configuration without the numbers of objects that stand in one place."""
    if is_list(value):
        return [_without_single(item, counts) for item in value]
    if not is_dict(value):
        return value
    made = {}
    for key in value.keys():
        if key != SHARED_ID or counts.at(value[key]) > 1:
            made[key] = _without_single(value[key], counts)
    return made


def read_sharing(function):
    """Call `function()`, in which entries of one "shared_object_id" become one object."""
    held = SHARED[0]
    if held is not None:
        return function()
    SHARED[0] = new_map()
    try:
        return function()
    finally:
        SHARED[0] = held


def well_formed(function):
    """Call `function()`, which reads a configuration that may hold anything: what trips over it is a FormatError."""
    made = attempt(function)
    if made[1] is None:
        return made[0]
    caught = made[1]
    if kind_of(caught) is None:
        caught = because(
            error("FormatError", "the configuration cannot be read: " + message_of(caught)), caught
        )
    raise caught


def shared_object(entry, make):
    """The object of an entry that stands in several places, else `make()`."""
    table = SHARED[0]
    number = entry.get(SHARED_ID) if is_dict(entry) else None
    if table is None or not is_whole(number):
        return make()
    key = str(number) + ":" + str(entry.get("class_name"))
    if not table.has(key):
        table.put(key, make())
    return table.at(key)


def arguments_of(configurable, lenient=False):
    """The constructor's arguments, read from the attributes of the same names.

    lenient: leave out arguments that are kept otherwise; else they raise an ArgumentError.
    """
    config = {}
    for name in argument_names(class_of(configurable)):
        if not hasattr(configurable, name):
            if lenient:
                continue
            given = given_argument(configurable, name)
            if given is not None:
                config[name] = serialise(given[0])
                continue
            raise error(
                "ArgumentError",
                class_name_of(configurable)
                + " cannot be saved: it must keep its argument '"
                + name
                + "' as attribute '"
                + name
                + "'",
            )
        config[name] = serialise(configurable.config_value(name))
    return config


def serialise(value):
    """Plain values as they are, objects as configurations, registered functions as their names."""
    if value is None or is_string(value) or is_bool(value):
        return value
    if is_number(value):
        return plain_number(value)
    if is_list(value):
        return [serialise(item) for item in value]
    if is_array(value):
        return array_entry(value)
    if is_dict(value):
        copied = {}
        for key in value.keys():
            copied[key] = serialise(value[key])
        return copied
    if hasattr(value, "get_config"):
        return config_of(value)
    if is_function(value):
        return function_entry(value)
    raise error("ArgumentError", "cannot save an argument of type " + class_name_of(value))


def array_entry(value):
    """{"class_name": "__numpy__", ...} of an array."""
    host = host_array(value, None)
    return {
        "class_name": "__numpy__",
        "config": {"value": to_nested(host.data, host.shape), "dtype": host.dtype},
    }


def function_entry(function):
    """The name of a function of the library; {"class_name": "function", ...} of a user's, who has to make it known
    again where it was not registered. Raises ArgumentError for a function without a name.
    """
    known = _registered_name(function)
    if known is not None and ">" not in known:
        return known
    shown = function_name(function) if known is None else known
    return {"class_name": "function", "config": shown}


def _registered_name(function):
    """The name of a function; where it has several, that with a package. None where it has none."""
    found = None
    for name in FUNCTIONS.all_keys():
        if FUNCTIONS.at(name) is function:
            if ">" in name:
                return name
            if found is None:
                found = name
    return found


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


def function_named(name):
    """The registered function of a name, or None."""
    return FUNCTIONS.at(name) if is_string(name) and FUNCTIONS.has(name) else None


def from_config(entry, kind):
    """The object that a configuration describes.

    kind: what is expected, for messages ("layer"). Raises FormatError for what is no configuration or names
    an unknown class, ArgumentError for an argument that the class does not have.
    """
    return _from_config(entry, kind, 0)


def _from_config(entry, kind, depth):
    if depth > DEEPEST:
        raise error("FormatError", "the configuration is nested more than " + str(DEEPEST) + " levels deep")
    if not is_dict(entry) or "class_name" not in entry:
        raise error("FormatError", "expected the configuration of a " + kind + ", with class_name and config")
    class_name = entry["class_name"]
    if class_name == "function":
        return _function_of(entry)
    cls = _entry_class(entry, kind)
    if cls is None:
        shown = class_name if is_string(class_name) else "(no text)"
        raise error("FormatError", "unknown " + kind + " class '" + shown + "': it is not registered")
    config = entry.get("config")
    if config is None:
        config = {}
    if not is_dict(config):
        raise error("FormatError", "the config of " + class_name + " must be an object of arguments")

    def make():
        if class_overrides(cls, "from_config", Configurable):
            made = cls.from_config(config)
        else:
            made = made_of(cls, class_name, config, kind, depth)
        return _built_again(made, entry) if is_dict(entry.get("build_config")) else made

    return shared_object(entry, make)


def made_of(cls, class_name, config, kind, depth):
    """An object of a class with arguments from a configuration. Raises ArgumentError for one that it does not have."""
    known = argument_names(cls)
    given = {}
    of_layer = {}
    for key in config.keys():
        value = _restore(config[key], depth + 1)
        if key in known or takes_options(cls):
            given[key] = value
        elif key in OF_EVERY_LAYER:
            of_layer[key] = value
        elif not _may_drop(key, value):
            raise error("ArgumentError", _unknown_argument(kind, class_name, config, key, known))
    made = construct(cls, given)
    if hasattr(made, "take_common"):
        made.take_common(of_layer)
        if config.get("dtype") is not None:
            made.dtype_policy = config["dtype"]
    elif hasattr(made, "adopt"):
        made.adopt(of_layer)
    return made


def _may_drop(key, value):
    if key in MEANINGLESS:
        return True
    return key in ABSENT and (value is None or is_bool(value) and not value)


def _unknown_argument(kind, class_name, config, key, known):
    name = config.get("name")
    shown = class_name if not is_string(name) else kind + " '" + name + "' (" + class_name + ")"
    return shown + " has no argument '" + key + "'; it has: " + ", ".join(known)


def _restore(value, depth):
    """A value of a configuration: nested configurations become objects."""
    if depth > DEEPEST:
        raise error("FormatError", "the configuration is nested more than " + str(DEEPEST) + " levels deep")
    if is_list(value):
        return [_restore(item, depth + 1) for item in value]
    if not is_dict(value):
        return value
    class_name = value.get("class_name")
    if class_name is None:
        restored = {}
        for key in value.keys():
            restored[key] = _restore(value[key], depth + 1)
        return restored
    if class_name == "__tuple__":
        return _restore(value.get("items"), depth + 1)
    if class_name in ["__tensor__", "__numpy__"]:
        return _array_of(_arguments_in(value.get("config")))
    if class_name == "DTypePolicy" or class_name == "Policy":
        return dtype_of_policy(value)
    if class_name == "function":
        return _function_of(value)
    return _from_config(value, "object", depth + 1)


def restored(value):
    """A value of a configuration, whose nested configurations become objects."""
    return _restore(value, 0)


def with_functions(value):
    """A value of a configuration with the functions that it names, and other entries as they are."""
    if is_list(value):
        return [with_functions(item) for item in value]
    if not is_dict(value):
        return value
    if value.get("class_name") == "function":
        # Losses and metrics of the library are known by name where one is compiled with.
        name = value.get("config")
        return name if is_string(name) and function_named(name) is None else _function_of(value)
    if "class_name" in value:
        return value
    made = {}
    for key in value.keys():
        made[key] = with_functions(value[key])
    return made


def _array_of(config):
    """The array that was kept as nested lists of numbers."""
    dtype = dtype_of_policy(config.get("dtype"))
    host = host_array(config.get("value"), None if dtype == "string" else check_dtype(dtype))
    return argument_of(host.data, host.shape, host.dtype)


def _arguments_in(value):
    """A dict of a configuration. Raises FormatError for anything else."""
    if not is_dict(value):
        raise error("FormatError", "expected an object of arguments in a configuration")
    return value


def _function_of(entry):
    name = entry.get("config")
    function = function_named(name)
    if function is None:
        shown = name if is_string(name) else "(no text)"
        raise error("FormatError", "unknown function '" + shown + "': it is not registered")
    return function


def dtype_of_policy(policy):
    """The dtype that a Keras dtype policy (a name or a configuration) stands for: floats are float32 here."""
    name = policy
    if is_dict(policy):
        inner = policy.get("config")
        name = inner.get("name") if is_dict(inner) else None
    if name is None:
        return "float32"
    if not is_string(name):
        raise error("FormatError", "a dtype must be a name")
    reduced = ["float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16"]
    return "float32" if name in reduced else name


def resolve(identifier, kind, names, base, owner=None):
    """An object of what a user may give: a name, a configuration, an object, a class.

    kind, owner (who asks): for messages. names: dict of short name → class. base: the class that every object
    of this kind has. Raises ArgumentError for an unknown name, which lists the known ones.
    """
    if is_string(identifier):
        if identifier in names:
            return construct(names[identifier], {})
        # JavaScript's spelling: meanSquaredError.
        if snake_case(identifier) in names:
            return construct(names[snake_case(identifier)], {})
        cls = class_named(identifier, kind)
        if cls is not None and issubclass(cls, base):
            return construct(cls, {})
        known = ", ".join([name for name in names.keys()])
        raise error(
            "ArgumentError", _asked_by(owner) + "unknown " + kind + " '" + identifier + "'; known: " + known
        )
    if is_dict(identifier):
        made = from_config(identifier, kind)
        if not isinstance(made, base):
            raise error("FormatError", _asked_by(owner) + class_name_of(made) + " is not a " + kind)
        return made
    if isinstance(identifier, base):
        return identifier
    raise error(
        "ArgumentError",
        _asked_by(owner) + "expected a " + kind + " or its name, got " + class_name_of(identifier),
    )


def _asked_by(owner):
    return "" if owner is None else owner + ": "
