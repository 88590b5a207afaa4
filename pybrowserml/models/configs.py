"""Models as configurations, in the layout of Keras 3: what save writes, and models/revival reads.

A layer of a functional model stands with its calls, "inbound_nodes"; a tensor is named by [layer, call,
output]. Ops between layers are kept as entries of class "Operation", one per recorded primitive.
"""

from ..core.config import config_of, serialise
from ..core.dims import encode_dim, is_symbolic
from ..core.host import host_numbers
from ..layers.call import mapped
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list
from .functional import source_of


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
        if node.op == "custom_gradient":
            if node.attrs["chosen"]:
                raise error(
                    "ArgumentError", "cannot save a model that uses custom_gradient outside of a layer"
                )
            # What a file says follows from the values.
            for i in range(len(node.outputs)):
                self.places.put(str(node.serial) + ":" + str(i), self.place(node.inputs[i]))
            return None
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
        return None

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
