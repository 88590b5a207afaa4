"""Models from configurations, in the layout of Keras 3; see models/configs for what is written."""

from ..core.config import dtype_of_policy, from_config, made_of
from ..core.dtypes import check_dtype
from ..core.graph import constant, is_tensor
from ..core.host import HostArray, host_array
from ..core.known import class_named
from ..core.opset.registry import PRIMITIVES, record
from ..core.sharing import shared_object
from ..layers.call import flat
from ..layers.input import InputLayer
from ..platform.buffers import from_numbers
from ..platform.construct import argument_names, construct
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list, is_string, is_whole
from ..platform.reflection import method_arguments, name_of_class
from .functional import dim_from_json

MODEL_CLASSES = ["Sequential", "Functional", "Model"]
DEEPEST = 32


class Makers:
    """How to make models: make_sequential(config, layers) and make_functional(config, inputs, outputs).

    operation(entry): a function of (args, kwargs) for what is no layer of ours, or None; None: there are no
    such things.
    """

    def __init__(self, operation):
        self.operation = operation


# The makers that `from_config` of a model class uses; models/loading puts them here.
USUAL = []


def revived(cls, config):
    """A model of a class from what its get_config gave.

    Where that holds a graph and the constructor takes inputs and outputs, it gets these, and what else is in the
    configuration by name; any other constructor gets the configuration.
    """
    names = argument_names(cls)
    if not is_dict(config):
        raise error("FormatError", "from_config takes the dict that get_config gave")
    graphed = is_list(config.get("layers")) and "input_layers" in config and "output_layers" in config
    if not graphed or "inputs" not in names or "outputs" not in names:
        return made_of(cls, name_of_class(cls), config, "model", 0)
    reader = _Reader(config, USUAL[0], 0)
    given = {
        "inputs": reader.structure(config["input_layers"], "input_layers"),
        "outputs": reader.structure(config["output_layers"], "output_layers"),
    }
    for key in config.keys():
        if key not in ["layers", "input_layers", "output_layers", "dtype"]:
            given[key] = config[key]
    return construct(cls, given)


def model_from_entry(entry, makers, depth):
    """The model of {"class_name", "config"}. Raises FormatError for what is none."""
    if depth > DEEPEST:
        raise error("FormatError", "models are nested more than " + str(DEEPEST) + " levels deep")
    if not is_dict(entry) or not is_string(entry.get("class_name")) or not is_dict(entry.get("config")):
        raise error("FormatError", "expected the configuration of a model, with class_name and config")
    class_name = entry["class_name"]
    config = entry["config"]
    if class_name not in MODEL_CLASSES:
        if class_named(class_name, "layer") is not None:
            return makers.make_subclassed(entry)
        known = ", ".join(MODEL_CLASSES)
        raise error(
            "FormatError",
            "unknown model class '" + class_name + "'; known: " + known + ", and those of custom_objects",
        )
    if not is_list(config.get("layers")):
        raise error("FormatError", "the configuration of " + class_name + " has no list of layers")
    if class_name == "Sequential":
        layers = [layer_from_entry(part, makers, depth + 1) for part in config["layers"]]
        return makers.make_sequential(config, layers)
    reader = _Reader(config, makers, depth)
    inputs = reader.structure(config.get("input_layers"), "input_layers")
    outputs = reader.structure(config.get("output_layers"), "output_layers")
    return makers.make_functional(config, inputs, outputs)


def layer_from_entry(entry, makers, depth):
    """The layer or nested model of a configuration."""
    if is_dict(entry) and is_string(entry.get("class_name")) and entry["class_name"] in MODEL_CLASSES:
        return shared_object(entry, lambda: model_from_entry(entry, makers, depth))
    return from_config(entry, "layer")


class _Reader:
    """Makes the layers of a functional configuration, then their calls as their inputs appear."""

    def __init__(self, config, makers, depth):
        self.makers = makers
        self.tensors = new_map()
        waiting = []
        names = new_map()
        for entry in config["layers"]:
            name = _entry_name(entry)
            if names.has(name):
                raise error("FormatError", "two layers have the name '" + name + "'")
            names.put(name, True)
            calls = entry.get("inbound_nodes")
            if not is_list(calls):
                raise error("FormatError", "layer '" + name + "' has no list of inbound_nodes")
            apply = self._applier(entry, name, depth)
            if len(calls) == 0:
                self._keep(name, 0, apply([], {}))
            for number in range(len(calls)):
                if not is_dict(calls[number]) or not is_list(calls[number].get("args")):
                    raise error("FormatError", "layer '" + name + "' has a call without args")
                waiting.append([name, number, apply, calls[number]])
        self._settle(waiting)

    def _settle(self, waiting):
        while len(waiting) > 0:
            later = []
            for entry in waiting:
                kwargs = entry[3].get("kwargs")
                kwargs = kwargs if is_dict(kwargs) else {}
                if self._ready(entry[3]["args"], 0) and self._ready(kwargs, 0):
                    args = [self._value(part, entry[0]) for part in entry[3]["args"]]
                    self._keep(entry[0], entry[1], entry[2](args, self._named_values(kwargs, entry[0])))
                else:
                    later.append(entry)
            if len(later) == len(waiting):
                raise error(
                    "FormatError", "layer '" + later[0][0] + "' is called on something that no layer makes"
                )
            waiting = later

    def _applier(self, entry, name, depth):
        """A function (args, kwargs) → tensors."""
        if entry.get("class_name") == "Operation":
            return _operation(entry["config"], name)
        if self.makers.operation is not None:
            found = self.makers.operation(entry)
            if found is not None:
                return found
        layer = layer_from_entry(entry, self.makers, depth + 1)
        return _layer_call(layer, name)

    def _keep(self, name, number, result):
        found = flat(result)
        for i in range(len(found)):
            self.tensors.put(_key(name, number, i), found[i])

    def _ready(self, value, depth):
        if depth > DEEPEST:
            raise error("FormatError", "arguments of a call are nested too deep")
        if is_list(value):
            for item in value:
                if not self._ready(item, depth + 1):
                    return False
            return True
        if is_dict(value) and not _is_reference(value):
            return self._ready([value[key] for key in value.keys()], depth + 1)
        return not _is_reference(value) or self.tensors.has(
            _reference_key(value["config"].get("keras_history"))
        )

    def _value(self, value, name):
        if is_list(value):
            return [self._value(item, name) for item in value]
        if _is_reference(value):
            return self.tensors.at(_reference_key(value["config"].get("keras_history")))
        if is_dict(value):
            if "class_name" in value:
                special = _special(value)
                if special is not None:
                    return special
                raise error(
                    "FormatError", "layer '" + name + "' is called with an argument of an unknown kind"
                )
            return self._named_values(value, name)
        return value

    def _named_values(self, value, name):
        made = {}
        for key in value.keys():
            made[key] = self._value(value[key], name)
        return made

    def structure(self, value, field):
        """Tensors of input_layers or output_layers: one place, a list of places or a dict of them."""
        if is_dict(value):
            made = {}
            for key in value.keys():
                made[key] = self.structure(value[key], field)
            return made
        if is_list(value) and len(value) > 0 and not is_string(value[0]):
            return [self.structure(item, field) for item in value]
        key = _reference_key(value)
        if not self.tensors.has(key):
            raise error("FormatError", field + " names a tensor that no layer makes")
        return self.tensors.at(key)


def _special(value):
    """What Keras writes for arrays, parts of an index and "..."; None for anything else."""
    config = value.get("config")
    if value["class_name"] == "__ellipsis__":
        return "..."
    if not is_dict(config):
        return None
    if value["class_name"] == "__slice__":
        return [config.get("start"), config.get("stop"), config.get("step")]
    if value["class_name"] in ["__numpy__", "__tensor__"]:
        return constant(host_array(config.get("value"), dtype_of_policy(config.get("dtype"))))
    return None


def _entry_name(entry):
    if not is_dict(entry):
        raise error("FormatError", "a layer's configuration must be an object")
    name = entry.get("name")
    if name is None and is_dict(entry.get("config")):
        name = entry["config"].get("name")
    if not is_string(name):
        raise error("FormatError", "a layer has no name")
    return str(name)


def _is_reference(value):
    return is_dict(value) and value.get("class_name") == "__keras_tensor__" and is_dict(value.get("config"))


def _reference_key(place):
    if (
        not is_list(place)
        or len(place) < 3
        or not is_string(place[0])
        or not is_whole(place[1])
        or not is_whole(place[2])
    ):
        raise error("FormatError", "a tensor must be named by [layer, call, output]")
    return _key(place[0], place[1], place[2])


def _key(name, number, output):
    return str(number) + ":" + str(output) + ":" + name


def _layer_call(layer, name):
    """Applies a layer to arguments by position and by name."""

    def call(args, kwargs):
        if len(args) == 0:
            if not isinstance(layer, InputLayer):
                raise error("FormatError", "layer '" + name + "' is called on nothing")
            return layer.tensor
        names = method_arguments(layer, "call")
        keywords = {}
        for i in range(1, len(args)):
            if i >= len(names):
                raise error("FormatError", "layer '" + name + "' is called with too many arguments")
            keywords[names[i]] = args[i]
        for key in kwargs.keys():
            if key in names or "**" in names:
                keywords[key] = kwargs[key]
            elif key == "training":
                keywords[key] = kwargs[key]
            elif kwargs[key] is not None:
                raise error(
                    "FormatError", "layer '" + name + "' is called with '" + key + "', which is not supported"
                )
        training = keywords.get("training")
        given = {}
        for key in keywords.keys():
            if key != "training":
                given[key] = keywords[key]
        return layer.apply_to(args[0], training, given)

    return call


def _operation(config, name):
    """What applies a recorded primitive again; shapes are inferred, so a file cannot state wrong ones."""
    if not is_dict(config) or not is_string(config.get("op")):
        raise error("FormatError", "operation '" + name + "' has no op")
    op = config["op"]
    if op == "constant":
        tensor = constant(_constant_host(config, name))
        return lambda args, kwargs: tensor
    if op not in PRIMITIVES or not is_dict(config.get("attrs")):
        raise error("FormatError", "operation '" + name + "' is of the unknown op '" + op + "'")
    attrs = _decoded_attrs(config["attrs"], 0)

    def call(args, kwargs):
        inputs = args[0] if len(args) == 1 and is_list(args[0]) else args
        for tensor in inputs:
            if not is_tensor(tensor):
                raise error("FormatError", "operation '" + name + "' must be called on tensors")
        return record(op, inputs, attrs)

    return call


def _constant_host(config, name):
    shape = config.get("shape")
    data = config.get("data")
    count = 1
    if not is_list(shape) or not is_list(data) or not is_string(config.get("dtype")):
        raise error("FormatError", "constant '" + name + "' needs shape, dtype and data")
    for dim in shape:
        if not is_whole(dim) or dim < 0:
            raise error(
                "FormatError", "constant '" + name + "' has a shape that is not made of whole numbers"
            )
        count = count * dim
    if count != len(data):
        raise error(
            "FormatError",
            "constant '" + name + "' must have " + str(count) + " numbers, got " + str(len(data)),
        )
    dtype = check_dtype(config["dtype"])
    return HostArray(from_numbers(dtype, data), shape, dtype)


def _decoded_attrs(value, depth):
    if depth > DEEPEST:
        raise error("FormatError", "attributes are nested too deep")
    if is_list(value):
        return [_decoded_attrs(item, depth + 1) for item in value]
    if is_dict(value):
        if "dim" in value:
            return dim_from_json(value)
        made = {}
        for key in value.keys():
            made[key] = _decoded_attrs(value[key], depth + 1)
        return made
    return value
