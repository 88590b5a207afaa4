"""Keras 3 `.keras` files (CPython only): a zip of config.json, metadata.json and model.weights.h5.

Nothing in the file can name code: layers come from the registry of this library. What the file claims is
checked against the size of what is there before memory is taken for it. h5py reads HDF5; it is an extra
(`pybrowserml[keras]`).
"""

import inspect
import io
import json
import os
import zipfile

import numpy as np

from .. import ops
from ..core.config import with_custom_objects
from ..core.context import with_weight_budget
from ..core.host import host_array
from ..core.naming import snake_case
from ..core.shapes import format_shape
from ..platform.console import warn
from ..platform.errors import PybrowsermlError, error
from .loading import ModelMakers
from .model import Model

CONFIG = "config.json"
WEIGHTS = "model.weights.h5"
MOST_CONFIG_BYTES = 64_000_000
MOST_WEIGHT_BYTES = 4_000_000_000
MOST_RATIO = 2000  # a deflated entry that claims to grow more than this is a bomb
MOST_GROWTH = 64  # elements of weights per stored byte: float16 and compression are allowed for

# Operations between layers, by Keras's class names, whose functions have other names here.
OPERATIONS = {
    "GetItem": "get_item",
    "TrueDivide": "divide",
    "Absolute": "absolute",
    "Relu6": "relu6",
    "Log1p": "log1p",
}


def load_keras(path, compile=True, custom_objects=None):
    """The model in a `.keras` file, with its weights. custom_objects: further classes by name.

    compile: restore optimizer, loss and metrics where the file has them and they exist here; else warn.
    Raises FormatError, which names the file and what is wrong in it.
    """
    name = os.fspath(path)
    try:
        return with_custom_objects(custom_objects, lambda: _load(name, compile))
    except PybrowsermlError as problem:
        text = str(problem)
        raise error("FormatError", text if text.startswith(name) else f"{name}: {text}") from None
    except RecursionError:
        raise error("FormatError", f"{name}: its configuration is nested too deep") from None
    except (zipfile.BadZipFile, EOFError) as problem:
        raise error("FormatError", f"{name}: no intact .keras file ({problem})") from None
    except MemoryError:
        raise error("FormatError", f"{name}: it claims more memory than there is") from None
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OSError,
        RuntimeError,
        OverflowError,
    ) as problem:
        raise error("FormatError", f"{name}: cannot be read: {problem}") from problem


def _load(name, compile):
    if not os.path.isfile(name):
        raise error("FormatError", f"{name}: no such file")
    with zipfile.ZipFile(name) as archive:
        config = json.loads(_entry(archive, CONFIG, MOST_CONFIG_BYTES).decode("utf-8"))
        weights = _entry(archive, WEIGHTS, MOST_WEIGHT_BYTES)
    if not isinstance(config, dict):
        raise error("FormatError", f"{CONFIG} must be an object")
    _require_module(config)
    model = with_weight_budget(MOST_GROWTH * len(weights), lambda: ModelMakers(_operation_of).model(config))
    if model.graph is None:
        raise error("FormatError", "the model does not say what its input looks like")
    _set_weights(model, weights)
    compiled = config.get("compile_config")
    if compile and isinstance(compiled, dict) and compiled.get("optimizer") is not None:
        _compile(model, compiled, name)
    return model


def _entry(archive, entry, most):
    """The bytes of one entry; nothing is ever written to disk."""
    try:
        info = archive.getinfo(entry)
    except KeyError:
        raise error("FormatError", f"it has no {entry}") from None
    if info.file_size > most:
        raise error("FormatError", f"{entry} claims {info.file_size} bytes; at most {most} are read")
    if info.file_size > 1_000_000 and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise error(
            "FormatError", f"{entry} claims to grow from {info.compress_size} to {info.file_size} bytes"
        )
    return archive.read(info)


def _require_module(entry):
    module = entry.get("module")
    if isinstance(module, str) and module.split(".")[0] not in ("keras", "builtins"):
        raise error(
            "FormatError",
            f"it names '{module}.{entry.get('class_name')}', which is no part of Keras; it is not imported",
        )


def _operation_of(entry):
    """What applies a Keras operation such as keras.src.ops.numpy.Multiply, or None for a layer."""
    _require_module(entry)
    module = entry.get("module")
    if not isinstance(module, str) or not module.startswith(("keras.src.ops", "keras.ops")):
        return None
    class_name = entry.get("class_name")
    function = _function_named(class_name)
    if function is None:
        raise error("FormatError", f"the operation {class_name} does not exist here")
    config = {key: value for key, value in entry.get("config", {}).items() if key not in ("name", "dtype")}
    names = inspect.signature(function).parameters

    def call(args, kwargs):
        given = {
            **config,
            **{key: value for key, value in kwargs.items() if key in names or value is not None},
        }
        given = {key: value for key, value in given.items() if key in names or value is not None}
        if class_name == "Einsum":
            return function(given.pop("subscripts"), *args, **given)
        return function(*args, **given)

    return call


def _function_named(class_name):
    """The op of a class name such as LogSoftmax, or None; only functions of tensors that pb.ops offers."""
    if not isinstance(class_name, str):
        return None
    name = OPERATIONS.get(class_name, snake_case(class_name))
    function = getattr(ops, name, None)
    rooms = ("pybrowserml.ops", "pybrowserml.core.opset")
    return function if inspect.isfunction(function) and function.__module__.startswith(rooms) else None


# Weights: groups named by class in the order of layers, each with vars/0, vars/1, ...


def _set_weights(model, data):
    import h5py

    with h5py.File(io.BytesIO(data), "r") as file:
        found = []
        _collect(model, file, "", found, len(data))
        for variable, array in found:
            variable.set_host(host_array(array, variable.dtype))


def _collect(model, group, place, found, budget):
    """Pairs of variable and array of a model's layers."""
    layers = _member(group, "layers", place)
    counts = {}
    for layer in model.layers:
        base = snake_case(_keras_class(layer))
        number = counts.get(base, 0)
        counts[base] = number + 1
        key = base if number == 0 else f"{base}_{number}"
        _collect_layer(layer, layers, key, f"{place}layers/{key}", found, budget)


def _keras_class(layer):
    if isinstance(layer, Model):
        return "Sequential" if hasattr(layer, "stack") else "Functional"
    return type(layer).__name__


def _collect_layer(layer, layers, key, place, found, budget):
    if not layer.weights:
        return
    group = _member(layers, key, place)
    if isinstance(layer, Model):
        _collect(layer, group, place + "/", found, budget)
        return
    if layer.own_weights:
        stored = _member(group, "vars", place)
        for number, variable in enumerate(layer.own_weights):
            found.append(
                (variable, _array(stored, str(number), variable, layer, f"{place}/vars/{number}", budget))
            )
    names = _sublayer_names(layer)
    for sublayer in layer.sublayers:
        inside, at = group, place
        *containers, name = names[id(sublayer)]
        for container in containers if sublayer.weights else ():
            at = f"{at}/{container}"
            inside = _member(inside, container, at)
        _collect_layer(sublayer, inside, name, f"{at}/{name}", found, budget)


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


def _member(group, key, place):
    import h5py

    link = group.get(key, getlink=True)
    if link is None:
        raise error("FormatError", f"{WEIGHTS} has no group '{place or key}'")
    if not isinstance(link, h5py.HardLink):
        raise error("FormatError", f"{WEIGHTS}: '{place or key}' is a link; links are not followed")
    return group[key]


def _array(group, key, variable, layer, place, budget):
    import h5py

    dataset = _member(group, key, place)
    shown = f"{WEIGHTS}: weight '{variable.path}' of layer '{layer.name}' ({place})"
    if not isinstance(dataset, h5py.Dataset):
        raise error("FormatError", f"{shown} is no dataset")
    if dataset.external:
        raise error("FormatError", f"{shown} lies in another file, which is not read")
    if list(dataset.shape) != list(variable.shape):
        raise error(
            "FormatError",
            f"{shown} must have shape {format_shape(variable.shape)}, "
            f"got {format_shape(list(dataset.shape))}",
        )
    if dataset.dtype.kind not in "fiub":
        raise error("FormatError", f"{shown} has the dtype {dataset.dtype}, which is no number")
    stored = dataset.id.get_storage_size()
    needed = int(np.prod(dataset.shape)) * dataset.dtype.itemsize
    if stored == 0 < needed or stored > budget or needed > MOST_RATIO * max(stored, 1):
        raise error("FormatError", f"{shown} claims {needed} bytes, but the file stores {stored}")
    return np.asarray(dataset[()], dtype=np.float32 if variable.dtype == "float32" else dataset.dtype)


def _compile(model, compiled, name):
    """Restore how the model was compiled; what does not exist here only costs a warning."""
    try:
        model.compile(
            optimizer=compiled["optimizer"],
            loss=compiled.get("loss"),
            loss_weights=compiled.get("loss_weights"),
            metrics=compiled.get("metrics"),
            weighted_metrics=compiled.get("weighted_metrics"),
        )
    except PybrowsermlError as problem:
        model.compiled = None
        warn(f"{name}: how it was compiled is not restored ({problem}); call compile() yourself")
