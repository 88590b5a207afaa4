"""Where Keras keeps each weight of a model in an HDF5 file of weights (CPython only).

Groups are named by class in the order of layers, each with vars/0, vars/1, ...; what stands in an attribute of a layer
is named by the attribute.
"""

from typing import Any

import numpy as np

from ..core.naming import snake_case
from ..platform.console import warn
from ..platform.errors import PybrowsermlError
from .hdf5 import array_of, at_path, write_array
from .model import Model

OPTIMIZER = "optimizer/vars"


class Place:
    """A layer, and the path of its group."""

    def __init__(self, layer, path):
        self.layer = layer
        self.path = path

    def path_of(self, number):
        """The path of the layer's own weight of a number."""
        return self.under("vars") + "/" + str(number)

    def under(self, key):
        """The path of what stands under a key."""
        return key if self.path == "" else self.path + "/" + key


def places_of(model):
    """The places of a model, and of all layers in it, those without weights too."""
    found = []
    _collect(model, "", found, set())
    return found


def _collect(layer, path, found, seen):
    if id(layer) in seen:
        return
    seen.add(id(layer))
    here = Place(layer, path)
    found.append(here)
    if isinstance(layer, Model) and (layer.graph is not None or hasattr(layer, "stack")):
        counts = {}
        for inner in layer.layers:
            base = snake_case(_keras_class(inner))
            number = counts.get(base, 0)
            counts[base] = number + 1
            _collect(
                inner, here.under("layers/" + (base if number == 0 else f"{base}_{number}")), found, seen
            )
        return
    names = _sublayer_names(layer)
    sublayers = layer.sublayers
    if isinstance(layer, Model):
        # Keras goes through a model's attributes by name, and one of them is the list of all its layers.
        early = [inner for inner in sublayers if names[id(inner)][0] < "layers"]
        names = {**_names_in_list(layer.layers), **{id(inner): names[id(inner)] for inner in early}}
        sublayers = early + [inner for inner in sublayers if inner not in early]
    for inner in sublayers:
        _collect(inner, here.under("/".join(names[id(inner)])), found, seen)


def _names_in_list(layers):
    names, counts = {}, {}
    for inner in layers:
        base = snake_case(_keras_class(inner))
        number = counts.get(base, 0)
        counts[base] = number + 1
        names[id(inner)] = ["layers", base if number == 0 else f"{base}_{number}"]
    return names


def _keras_class(layer):
    if isinstance(layer, Model) and (layer.graph is not None or hasattr(layer, "stack")):
        return "Sequential" if hasattr(layer, "stack") else "Functional"
    return type(layer).__name__


def _sublayer_names(layer):
    """The groups in which Keras keeps each sublayer: named by its attribute, and inside of a list by its class."""
    names = {id(sublayer): [sublayer.name] for sublayer in layer.sublayers}
    for attribute, value in vars(layer).items():
        if attribute == "sublayers_list":
            continue
        if id(value) in names:
            names[id(value)] = [attribute.lstrip("_")]
        elif isinstance(value, (list, tuple, dict)):
            counts = {}
            for item in value.values() if isinstance(value, dict) else value:
                if id(item) in names:
                    base = snake_case(_keras_class(item))
                    number = counts.get(base, 0)
                    counts[base] = number + 1
                    names[id(item)] = [attribute.lstrip("_"), base if number == 0 else f"{base}_{number}"]
    return names


def read_weights(model, file, file_name, budget, skip_mismatch=False):
    """Take the weights of a model from an open file; nothing is set unless all fit, or skip_mismatch."""
    found = []
    for place in places_of(model):
        for number, variable in enumerate(place.layer.own_weights):
            path = place.path_of(number)
            shown = f"{file_name}: weight '{variable.path}' of layer '{place.layer.name}' ({path})"
            try:
                found.append((variable, array_of(at_path(file, path, file_name), variable, shown, budget)))
            except PybrowsermlError as problem:
                if not skip_mismatch:
                    raise
                warn(f"{problem}; it stays as it is")
    for variable, host in found:
        variable.set_host(host)


def read_optimizer(model, file, file_name, budget):
    """Take the state of a compiled model's optimizer from an open file; False where there is none that fits."""
    optimizer = model.compiled.optimizer
    optimizer.build(model.trainable_weights)
    variables = model.compiled.state()
    if "optimizer" not in file or "vars" not in file["optimizer"]:
        return False
    stored: Any = at_path(file, OPTIMIZER, file_name)
    if len(stored) != len(variables):
        warn(
            f"{file_name}: the optimizer's state has {len(stored)} arrays, and {type(optimizer).__name__} has "
            f"{len(variables)}; it starts anew"
        )
        return False
    found = []
    for number, variable in enumerate(variables):
        path = f"{OPTIMIZER}/{number}"
        shown = f"{file_name}: '{variable.path}' of the optimizer ({path})"
        found.append((variable, array_of(at_path(file, path, file_name), variable, shown, budget)))
    for variable, host in found:
        variable.set_host(host)
    return True


def write_weights(model, hosts, file, optimizer_hosts):
    """Write weights, and an optimizer's state, into an open file. hosts: HostArrays by the id of their Variable."""
    for place in places_of(model):
        group = file.require_group(place.under("vars"))
        group.attrs["name"] = place.layer.name
        for number, variable in enumerate(place.layer.own_weights):
            write_array(file, place.path_of(number), hosts[id(variable)])
        if place.layer.random_key is not None:
            # Keras asks for the state of each generator; ours is the key from which numbers are drawn.
            key = np.asarray(place.layer.random_key, dtype=np.int64).astype(np.uint32)
            file.create_dataset(place.under("seed_generator/vars/0"), data=key)
    for number, host in enumerate(optimizer_hosts):
        write_array(file, f"{OPTIMIZER}/{number}", host)
