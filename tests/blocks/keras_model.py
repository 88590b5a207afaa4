"""A small reader of Keras files for tests: layers of configurations, weights of HDF5, a replay."""

import io
import json
import zipfile

import h5py
import numpy as np

from pybrowserml import layers
from pybrowserml.core.config import from_config
from pybrowserml.core.naming import snake_case


class KerasModel:
    """A Sequential or Functional model; call it on a list of tensors, get a list of tensors."""

    def __init__(self, entry, group):
        config = entry["config"]
        self.entries = config["layers"]
        self.functional = entry["class_name"] == "Functional"
        self.by_name = {}
        self.groups = []
        counts = {}
        for part in self.entries:
            name = part["config"]["name"]
            key = snake_case(part["class_name"])
            counts[key] = counts.get(key, 0) + 1
            stored = group["layers"].get(key if counts[key] == 1 else f"{key}_{counts[key] - 1}")
            if part["class_name"] in ("Sequential", "Functional"):
                self.by_name[name] = KerasModel(part, stored)
            else:
                self.by_name[name] = from_config(part, "layer")
                self.groups.append((self.by_name[name], stored))
        if self.functional:
            self.inputs = _places(config["input_layers"])
            self.outputs = _places(config["output_layers"])

    def __call__(self, inputs, training=False):
        if not self.functional:
            x = inputs[0]
            for part in self.entries:
                layer = self.by_name[part["config"]["name"]]
                if isinstance(layer, KerasModel):
                    x = layer([x], training)[0]
                elif not isinstance(layer, layers.InputLayer):
                    x = layer.apply_to(x, training)
            return [x]
        known = {tuple(place): x for place, x in zip(self.inputs, inputs, strict=True)}
        waiting = [
            (part["config"]["name"], number, node)
            for part in self.entries
            for number, node in enumerate(part["inbound_nodes"])
        ]
        while waiting:
            name, number, node = waiting.pop(0)
            sources = [_history(x) for x in _tensors(node["args"])]
            if any(source not in known for source in sources):
                waiting.append((name, number, node))
                continue
            xs = [known[source] for source in sources]
            layer = self.by_name[name]
            if isinstance(layer, KerasModel):
                results = layer(xs, training)
            else:
                several = isinstance(node["args"][0], list)
                results = [layer.apply_to(xs if several else xs[0], training)]
            for i, result in enumerate(results):
                known[(name, number, i)] = result
        return [known[tuple(place)] for place in self.outputs]

    def load(self):
        """Set the weights of the built layers to those of the file."""
        for layer in self.by_name.values():
            if isinstance(layer, KerasModel):
                layer.load()
        for layer, group in self.groups:
            stored = _stored(group)
            assert len(stored) == len(layer.weights), layer.name
            for variable, value in zip(layer.weights, stored, strict=True):
                variable.assign(value)

    def trainable_weights(self):
        return [v for layer, _ in self.groups for v in layer.trainable_weights]

    def penalties(self):
        return [loss for layer, _ in self.groups for loss in layer.regularization_losses()]


def read_keras(path):
    with zipfile.ZipFile(path) as archive:
        entry = json.loads(archive.read("config.json"))
        weights = h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r")
    return KerasModel(entry, weights)


def _stored(group):
    """The arrays of a layer in order; sublayers' after its own."""
    if group is None:
        return []
    own = group.get("vars", {})
    found = [np.asarray(own[str(i)]).astype(np.float32) for i in range(len(own))]
    for name in group:
        if name != "vars" and isinstance(group[name], h5py.Group):
            found.extend(_stored(group[name]))
    return found


def _places(value):
    if isinstance(value, dict):
        value = list(value.values())
    return [tuple(value)] if isinstance(value[0], str) else [tuple(place) for place in value]


def _tensors(args):
    for value in args:
        if isinstance(value, list):
            yield from _tensors(value)
        elif isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
            yield value


def _history(tensor):
    return tuple(tensor["config"]["keras_history"])
