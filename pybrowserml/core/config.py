"""Configurations: objects to and from {"class_name": ..., "config": {...}}.

A configurable object keeps its constructor's arguments under attributes of the same names; its configuration
is read from these. Objects are made again by the registry only: a file can name no class that was not
registered.
Configurations that Keras 3 wrote (with "module" and "registered_name") are read as well.
"""

from ..platform.buffers import argument_of, is_array, to_nested
from ..platform.construct import argument_names, construct, takes_options
from ..platform.errors import attempt, because, error, kind_of, message_of
from ..platform.numbers import is_bool, is_dict, is_function, is_list, is_number, is_string
from ..platform.reflection import (
    class_name_of,
    class_of,
    class_overrides,
    given_argument,
    name_of_class,
    plain_number,
)
from .dtypes import check_dtype
from .host import host_array
from .known import (
    CLASSES,
    class_named,
    function_name,
    function_named,
    registered_function_name,
    registered_name,
)
from .naming import snake_case
from .sharing import note_shared, shared_object

DEEPEST = 64

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
    if hasattr(configurable, "_own_build_config"):
        built = configurable.get_build_config() if BUILDS[0] else configurable._own_build_config()
        if built is not None:
            entry["build_config"] = serialise(built)
    note_shared(configurable, entry)
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
    elif hasattr(made, "_own_build"):
        made._own_build(entry["build_config"])
    return made


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
    known = registered_function_name(function)
    if known is not None and ">" not in known:
        return known
    shown = function_name(function) if known is None else known
    return {"class_name": "function", "config": shown}


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
    if hasattr(made, "_take_common"):
        made._take_common(of_layer)
        if config.get("dtype") is not None:
            made.dtype_policy = config["dtype"]
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
