"""Models as configurations, in the layout of Keras 3: what save writes and load_model reads.

A layer of a functional model stands with its calls, "inbound_nodes"; a tensor is named by [layer, call,
output]. Ops between layers are kept as entries of class "Operation", one per recorded primitive.
"""

from ..core.config import class_named, config_of, dtype_of_policy, from_config, serialise
from ..core.dims import encode_dim, is_symbolic
from ..core.dtypes import check_dtype
from ..core.graph import constant, is_tensor
from ..core.host import HostArray, host_array, host_numbers
from ..core.opset.registry import PRIMITIVES, record
from ..layers.call import mapped
from ..platform.buffers import from_numbers
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list, is_string, is_whole
from ..platform.reflection import method_arguments
from .functional import dim_from_json, source_of

MODEL_CLASSES = ["Sequential", "Functional", "Model"]
DEEPEST = 32


# To configurations


def graph_config(graph):
    """{"layers", "input_layers", "output_layers"} of a LayerGraph."""
    writer = _Writer(graph)
    return {
        "layers": writer.entries,
        "input_layers": [writer.place(tensor) for tensor in graph.inputs],
        "output_layers": [writer.place(tensor) for tensor in graph.outputs],
    }


class _Writer:
    def __init__(self, graph):
        self.entries = []
        self.by_layer = new_map()
        self.places = new_map()
        self.ops = 0
        for tensor in graph.inputs:
            self._add_input(tensor)
        for node in graph.nodes:
            history = source_of(node)
            if history is None:
                self._add_op(node)
            elif not self.places.has(str(node.serial) + ":0"):
                self._add_call(history)

    def place(self, tensor):
        """[layer, call, output] of a tensor."""
        return self.places.at(str(tensor.node.serial) + ":" + str(tensor.output))

    def _add_input(self, tensor):
        history = source_of(tensor.node)
        if history is None or len(history.inputs) > 0:
            raise error("ArgumentError", "cannot save a model whose inputs are not made by Input()")
        entry = self._entry(history.layer)
        self.places.put(str(tensor.node.serial) + ":0", [entry["name"], 0, 0])

    def _entry(self, layer):
        if not self.by_layer.has(layer):
            entry = config_of(layer)
            entry["name"] = layer.name
            entry["inbound_nodes"] = []
            self.entries.append(entry)
            self.by_layer.put(layer, entry)
        return self.by_layer.at(layer)

    def _add_call(self, history):
        entry = self._entry(history.layer)
        number = len(entry["inbound_nodes"])
        kwargs = {} if history.training is None else {"training": history.training}
        for key in history.given.keys():
            kwargs[key] = self._argument(history.given[key], history.inputs)
        args = [self._argument(history.x, history.inputs)]
        entry["inbound_nodes"].append({"args": args, "kwargs": kwargs})
        for i in range(len(history.outputs)):
            self.places.put(str(history.outputs[i].node.serial) + ":0", [entry["name"], number, i])

    def _add_op(self, node):
        self.ops = self.ops + 1
        name = "operation_" + str(self.ops)
        if node.op == "variable":
            raise error(
                "ArgumentError",
                "cannot save a model that uses the variable '"
                + node.attrs["variable"].path
                + "' outside of a layer",
            )
        if node.op == "constant":
            host = node.attrs["data"]
            config = {"op": "constant", "shape": host.shape, "dtype": host.dtype, "data": host_numbers(host)}
        elif node.buffers is not None:
            raise error("ArgumentError", "cannot save a model that uses a computed tensor outside of a layer")
        else:
            config = {"op": node.op, "attrs": encoded_attrs(node.attrs)}
        calls = [{"args": [[self._tensor(tensor) for tensor in node.inputs]], "kwargs": {}}]
        self.entries.append(
            {"class_name": "Operation", "config": config, "name": name, "inbound_nodes": calls}
        )
        for i in range(len(node.outputs)):
            self.places.put(str(node.serial) + ":" + str(i), [name, 0, i])

    def _argument(self, template, tensors):
        return serialise(mapped(template, lambda index: self._tensor(tensors[index])))

    def _tensor(self, tensor):
        if not self.places.has(str(tensor.node.serial) + ":" + str(tensor.output)):
            raise error("ArgumentError", "cannot save a model that passes on the mask of a tensor by hand")
        shape = [None if is_symbolic(dim) else dim for dim in tensor.shape]
        return {
            "class_name": "__keras_tensor__",
            "config": {"shape": shape, "dtype": tensor.dtype, "keras_history": self.place(tensor)},
        }


def encoded_attrs(value):
    """Attributes of a primitive as JSON."""
    if is_symbolic(value):
        return encode_dim(value)
    if is_list(value):
        return [encoded_attrs(item) for item in value]
    if is_dict(value):
        made = {}
        for key in value.keys():
            made[key] = encoded_attrs(value[key])
        return made
    return value


# From configurations


class Makers:
    """How to make models: make_sequential(config, layers) and make_functional(config, inputs, outputs).

    operation(entry): a function of (args, kwargs) for what is no layer of ours, or None; None: there are no
    such things.
    """

    def __init__(self, operation):
        self.operation = operation


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
        return model_from_entry(entry, makers, depth)
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
        found = result if is_list(result) else [result]
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
        if is_list(value) and len(value) > 0 and is_list(value[0]):
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
