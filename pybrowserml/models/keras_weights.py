"""Where Keras keeps each weight of a model in an HDF5 file of weights (CPython only).

Groups are named by class in the order of layers, each with vars/0, vars/1, ...; what stands in an attribute of a layer
is named by the attribute.
"""

from typing import Any

import numpy as np

from ..core.naming import snake_case
from ..layers.tracking import NOT_OWNED, Tracked
from ..platform.console import warn
from ..platform.errors import PybrowsermlError
from .hdf5 import array_of, at_path, numbers_of, write_array
from .hooks import has_own, own_variables
from .model import Model

OPTIMIZER = "optimizer/vars"
# Classes whose layers stand in private attributes in Keras alone, and those that it exports under another name.
PRIVATE = {
    "GroupQueryAttention": ("query_dense", "key_dense", "value_dense", "output_dense", "dropout_layer"),
    "MultiHeadAttention": ("dropout_layer",),
}
OTHER_NAMES = {"GroupQueryAttention": "GroupedQueryAttention"}


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


def places_of(model, is_there=None):
    """The places of a model, and of all layers in it, those without weights too.

    is_there(place): whether a file has it; a layer that is known by several attributes is looked for under all.
    """
    found: list = []
    missing: dict = {}
    _collect(model, "", found, _Seen(is_there, missing))
    present = {id(place.layer) for place in found}
    found.extend(place for key, place in missing.items() if key not in present)
    return found


class _Seen(set):
    """The ids of layers whose places are known. missing: by id, the first place of those that a file has not there."""

    def __init__(self, is_there, missing):
        super().__init__()
        self.is_there = is_there
        self.missing = missing


def _collect(layer, path, found, seen):
    if id(layer) in seen:
        return
    here = Place(layer, path)
    if seen.is_there is not None and not seen.is_there(here):
        seen.missing.setdefault(id(layer), here)
        return
    seen.add(id(layer))
    found.append(here)
    if _has_graph(layer):
        _collect_from(layer.layers, here.under("layers"), found, seen, set())
    for attribute, value in _attributes(layer):
        if isinstance(value, Tracked):
            _collect(value, here.under(attribute), found, seen)
        elif isinstance(value, (list, tuple, dict)):
            _collect_from(value, here.under(attribute), found, seen, set())
    for inner in layer._inner_layers:
        _collect(inner, here.under(inner.name), found, seen)


def _collect_from(container, path, found, seen, containers):
    """What stands in a list or dict, named by its class, and numbered where it repeats."""
    if id(container) in containers:
        return
    containers.add(id(container))
    counts = {}
    for item in container.values() if isinstance(container, dict) else container:
        if isinstance(item, Tracked):
            _collect(item, f"{path}/{_numbered(snake_case(_keras_class(item)), counts)}", found, seen)
        elif isinstance(item, (list, tuple, dict)):
            _collect_from(item, f"{path}/{_numbered('container', counts)}", found, seen, containers)


def _numbered(base, counts):
    number = counts.get(base, 0)
    counts[base] = number + 1
    return base if number == 0 else f"{base}_{number}"


def _has_graph(layer):
    return isinstance(layer, Model) and (layer._layer_graph is not None or hasattr(layer, "_stacked_layers"))


def _attributes(layer):
    """[name, value] of a layer's attributes in the order in which Keras goes through them: by name, private ones last.

    Keras sees properties too, which matters in the classes of users; layers of the library have the names that Keras's
    have but for an underscore.
    """
    values = {key: value for key, value in vars(layer).items() if key not in NOT_OWNED}
    own = not type(layer).__module__.startswith("pybrowserml.")
    if own:
        for cls in type(layer).__mro__:
            if not cls.__module__.startswith("pybrowserml."):
                for key, value in vars(cls).items():
                    if isinstance(value, property) and key not in values:
                        values[key] = _value_of(layer, key)
        if isinstance(layer, Model) and not _has_graph(layer):
            # Keras goes through a model's attributes by name, and one of them is the list of all its layers.
            values["layers"] = layer.layers
    else:
        private = PRIVATE.get(type(layer).__name__, ())
        plain = {key.lstrip("_"): value for key, value in values.items()}
        values = {"_" + key if key in private else key: value for key, value in plain.items()}
    names = [key for key in values if not key.startswith("__")]
    return [[key, values[key]] for key in sorted(names, key=lambda key: "~" + key if key[0] == "_" else key)]


def _value_of(layer, name):
    """The value of a property; None where it has none yet."""
    try:
        return getattr(layer, name)
    except Exception:  # it is the user's code, which may want what is not there
        return None


def _keras_class(layer):
    if _has_graph(layer):
        return "Sequential" if hasattr(layer, "_stacked_layers") else "Functional"
    name = type(layer).__name__
    return OTHER_NAMES.get(name, name)


def read_weights(model, file, file_name, budget, skip_mismatch=False):
    """Take the weights of a model from an open file; nothing is set unless all fit, or skip_mismatch."""
    found = []
    owners = []
    for place in places_of(model, lambda place: _is_in(file, place)):
        if has_own(place.layer, "load_own_variables"):
            owners.append((place.layer, _store(file, place, file_name, budget)))
            continue
        for number, variable in enumerate(place.layer._own_weights):
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
    for layer, store in owners:
        layer.load_own_variables(store)


def _is_in(file, place):
    """Whether a file has anything where a layer with weights should be."""
    if not place.layer._own_weights:
        return True
    return f"{place.under('vars')}/0" in file or has_own(place.layer, "load_own_variables")


def _store(file, place, file_name, budget):
    """The arrays by name that a layer of a user kept itself."""
    path = place.under("vars")
    group: Any = at_path(file, path, file_name) if path in file else {}
    shown = f"{file_name}: what layer '{place.layer.name}' keeps ({path}/"
    return {
        key: numbers_of(at_path(file, f"{path}/{key}", file_name), f"{shown}{key})", budget) for key in group
    }


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
        if has_own(place.layer, "save_own_variables"):
            for key, array in own_variables(place.layer).items():
                file.create_dataset(f"{place.under('vars')}/{key}", data=array)
            continue
        for number, variable in enumerate(place.layer._own_weights):
            write_array(file, place.path_of(number), hosts[id(variable)])
        if place.layer._random_key is not None:
            # Keras asks for the state of each generator; ours is the key from which numbers are drawn.
            key = np.asarray(place.layer._random_key, dtype=np.int64).astype(np.uint32)
            file.create_dataset(place.under("seed_generator/vars/0"), data=key)
    for number, host in enumerate(optimizer_hosts):
        write_array(file, f"{OPTIMIZER}/{number}", host)
