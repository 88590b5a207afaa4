"""The front of a model: layers of texts and tokens, and what they read, run on each batch before the plan."""

from ..compiler.realise import read_tensor
from ..core.graph import is_tensor
from ..core.host import HostArray, host_array
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast
from ..core.shapes import copy_shape
from ..layers.call import filled, filled_all, flat
from ..layers.preprocessing.host_layer import HostLayer
from ..layers.preprocessing.tokens import texts_of, tokens_of
from ..platform.buffers import is_array
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list
from .ends import Ends
from .functional import LayerGraph, bindings_of, run_op, source_of


def front_of(graph):
    """The Front of a LayerGraph that has layers of texts, else None."""
    needed = new_map()
    for i in range(len(graph.nodes)):
        node = graph.nodes[len(graph.nodes) - 1 - i]
        history = source_of(node)
        if needed.has(node.serial) or history is not None and isinstance(history.layer, HostLayer):
            needed.put(node.serial, node)
            for tensor in _sources(node):
                needed.put(tensor.node.serial, tensor.node)
    return None if needed.size() == 0 else Front(graph, needed)


def _sources(node):
    history = source_of(node)
    return node.inputs if history is None else history.inputs


class Front:
    """ends: the symbolic tensors that it hands to the plan; rest: the graph from them on."""

    def __init__(self, graph, needed):
        self.inputs = graph.inputs
        made = new_map()
        for tensor in graph.inputs:
            made.put(tensor.node.serial, tensor.node)
        self.nodes = []
        for node in graph.nodes:
            if needed.has(node.serial):
                self._require_fixed(node)
                self.nodes.append(node)
                made.put(node.serial, node)
        handed = []
        for node in graph.nodes:
            if not needed.has(node.serial):
                for tensor in _sources(node):
                    _hand_on(tensor, made, handed)
        for tensor in graph.outputs:
            _hand_on(tensor, made, handed)
        self.ends = Ends(handed, "inputs")
        self.rest = LayerGraph(handed, graph.outputs)

    def _require_fixed(self, node):
        history = source_of(node)
        if history is not None and len(history.layer.trainable_weights) > 0:
            raise error(
                "ArgumentError",
                "layer '"
                + history.layer.name
                + "' is trained, so no layer of texts or tokens may stand behind it in a model",
            )
        return None

    def prepared(self, given, names):
        """Generator → dict of HostArrays by the names of `names`: what the plan takes. names: of the model's inputs."""
        entries = _entries(given, names)
        values = new_map()
        tensors = []
        for i in range(len(entries)):
            value = yield from _host_of(entries[i])
            entry = _entry(value, self.inputs[i])
            values.put(self.inputs[i].node.serial, [entry])
            tensors.append(entry)
        bindings = bindings_of(self.inputs, tensors)
        for node in self.nodes:
            if not values.has(node.serial):
                yield from _run(node, values, bindings)
        found = {}
        for i in range(len(self.ends.tensors)):
            tensor = self.ends.tensors[i]
            found[self.ends.names[i]] = yield from _host_of(values.at(tensor.node.serial)[tensor.output])
        return found


def _hand_on(tensor, made, handed):
    """Add a tensor to those that are handed on, where the front makes it."""
    if not made.has(tensor.node.serial):
        return None
    for other in handed:
        if other.node.serial == tensor.node.serial and other.output == tensor.output:
            return None
    if tensor.dtype == "string":
        raise error(
            "ArgumentError",
            "the texts of '"
            + tensor.node.attrs["name"]
            + "' can only go to layers of texts, such as TextVectorization",
        )
    handed.append(tensor)
    return None


def _run(node, values, bindings):
    """Generator: the results of a node among the values."""
    history = source_of(node)
    inputs = []
    for tensor in _sources(node):
        inputs.append(values.at(tensor.node.serial)[tensor.output])
    if history is None:
        for tensor in node.inputs:
            values.put(tensor.node.serial, [to_tensor(value) for value in values.at(tensor.node.serial)])
        values.put(node.serial, run_op(node, values, bindings))
        return None
    layer = history.layer
    if isinstance(layer, HostLayer):
        hosts = []
        for value in inputs:
            host = yield from _host_of(value)
            hosts.append(host)
        found = [layer.apply_to(filled(history.x, hosts))]
        if not is_tensor(found[0]):
            tokens = texts_of(found[0])
            if tokens is None:
                tokens = tokens_of(found[0])
                found = [host_array(found[0], "int32")]
            else:
                found = [HostArray(tokens.items, tokens.shape, "string")]
    else:
        made = layer.apply_to(filled(history.x, inputs), False, filled_all(history.given, inputs))
        found = flat(made)
    for i in range(len(history.outputs)):
        values.put(history.outputs[i].node.serial, [found[i]])
    return None


def _host_of(value):
    """Generator → the HostArray of a tensor."""
    if not is_tensor(value):
        return value
    host = yield from read_tensor(value)
    return host


def _entries(given, names):
    """A user's data, one entry for each input."""
    if is_dict(given) and not is_array(given):
        for name in names:
            if name not in given:
                raise error(
                    "ArgumentError",
                    "input '" + name + "' is missing; got: " + ", ".join([key for key in given.keys()]),
                )
        return [given[name] for name in names]
    if len(names) == 1:
        alone = is_list(given) and len(given) == 1 and (is_array(given[0]) or isinstance(given[0], HostArray))
        return [given[0] if alone else given]
    if not is_list(given) or len(given) != len(names):
        raise error(
            "ArgumentError",
            "expected a list of "
            + str(len(names))
            + " inputs or a dict of them by name: "
            + ", ".join(names),
        )
    return [part for part in given]


def _entry(value, wanted):
    """An input as the front takes it: a HostArray of texts, a tensor of numbers; an axis of 1 at the end is mended."""
    tokens = texts_of(value)
    if (tokens is not None) != (wanted.dtype == "string"):
        kind = "texts" if wanted.dtype == "string" else "numbers"
        raise error("DtypeError", "input '" + wanted.node.attrs["name"] + "' must be " + kind)
    host = host_array(value, None) if tokens is None else HostArray(tokens.items, tokens.shape, "string")
    shape = copy_shape(host.shape)
    count = len(wanted.shape)
    if len(shape) + 1 == count and wanted.shape[count - 1] == 1:
        shape.append(1)
    elif len(shape) == count + 1 and shape[count] == 1:
        shape = shape[0:count]
    if len(shape) != count:
        raise error(
            "ShapeError",
            "input '"
            + wanted.node.attrs["name"]
            + "' must have "
            + str(count)
            + " axes, the batch's among them, got "
            + str(len(shape)),
        )
    fitted = HostArray(host.data, shape, host.dtype)
    if tokens is not None:
        return fitted
    tensor = to_tensor(fitted)
    return tensor if tensor.dtype == wanted.dtype else cast(tensor, wanted.dtype)
