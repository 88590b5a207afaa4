"""What classes of users may override to keep state of their own in Keras's files (CPython only).

As in Keras: `save_own_variables(store)` and `load_own_variables(store)` with a dict of arrays by name, and
`save_assets(dir)` and `load_assets(dir)` with a folder. A model that is compiled in its own way has
`get_compile_config()` and `compile_from_config(config)`.
"""

import os
import tempfile

import numpy as np

from ..layers.layer import Layer
from ..platform.errors import error
from .model import Model


def _save_own_variables(layer, store):
    for number, variable in enumerate(layer._own_weights):
        store[str(number)] = variable.numpy()


def _load_own_variables(layer, store):
    variables = layer._own_weights
    if len(store) != len(variables):
        raise error(
            "FormatError",
            f"layer '{layer.name}' has {len(variables)} weights of its own, but {len(store)} are saved",
        )
    for number, variable in enumerate(variables):
        variable.assign(np.asarray(store[str(number)]))


def _nothing(layer, folder):
    return None


HOOKS = {
    "save_own_variables": _save_own_variables,
    "load_own_variables": _load_own_variables,
    "save_assets": _nothing,
    "load_assets": _nothing,
}


def install():
    """Give layers the methods that classes of users may override."""
    for name, function in HOOKS.items():
        setattr(Layer, name, function)


def has_own(layer, name):
    """Whether a layer's class overrides a method of the table."""
    return getattr(type(layer), name, HOOKS[name]) is not HOOKS[name]


def own_variables(layer):
    """The arrays by name that a layer wants to keep in the place of its weights."""
    store = {}
    layer.save_own_variables(store)
    return {str(key): np.asarray(value) for key, value in store.items()}


def own_assets(layer):
    """A list of [path in the layer's folder, bytes] of what the layer writes there."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        layer.save_assets(folder)
        for here, _, names in sorted(os.walk(folder)):
            for name in sorted(names):
                path = os.path.join(here, name)
                with open(path, "rb") as stream:
                    found.append([os.path.relpath(path, folder).replace(os.sep, "/"), stream.read()])
    return found


def give_assets(layer, entries):
    """Let a layer read its folder. entries: list of [path, bytes]; paths that lead elsewhere are refused."""
    with tempfile.TemporaryDirectory() as folder:
        for path, data in entries:
            parts = path.split("/")
            if "\\" in path or ":" in path or any(part in ("", ".", "..") for part in parts):
                raise error(
                    "FormatError", f"the asset '{path}' of layer '{layer.name}' leads out of its folder"
                )
            place = os.path.join(folder, *parts)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as stream:
                stream.write(data)
        layer.load_assets(folder)


def has_own_compile(model):
    """Whether a model's class overrides compile, so that stored arguments may not fit it."""
    return type(model).compile is not Model.compile


def compile_as_stored(model, config):
    """Compile a model as a file says. False where its class compiles in its own way and does not say how."""
    if type(model).compile_from_config is Model.compile_from_config and has_own_compile(model):
        return False
    model.compile_from_config(config)
    return True


__all__ = ["compile_as_stored", "give_assets", "has_own", "install", "own_assets", "own_variables"]
