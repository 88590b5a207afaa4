"""Whole models in HDF5 files, as Keras 3 and Keras 2 have them (CPython only).

The configuration is a JSON text in an attribute, weights stand in groups by layer in the order of the layer's weights,
and what is a configuration of Keras 2 is made one of Keras 3 before it is read.
"""

import json
import os
from typing import Any

from ..core.context import with_weight_budget
from ..core.keras_form import with_modules
from ..core.known import with_custom_objects
from ..core.sharing import read_sharing
from ..core.slots import fetch_hosts
from ..platform.console import warn
from ..platform.errors import PybrowsermlError, error
from ..platform.files import split_path, write_file
from .hdf5 import array_of, at_path, attribute, made, member, opened, texts, write_array, write_texts
from .keras2_configs import from_keras2
from .keras_entries import with_operations
from .keras_file import (
    KERAS_VERSION,
    MOST_CONFIG_BYTES,
    MOST_GROWTH,
    MOST_WEIGHT_BYTES,
    compile_restored,
    telling,
)
from .keras_functions import operation_of
from .loading import ModelMakers
from .saving import compile_entry, model_entry

WEIGHTS = "model_weights"
OPTIMIZER = "optimizer_weights"
TOP = "top_level_model_weights"
PURPOSE = "an .h5 file"


def load_h5(path, compile=True, custom_objects=None):
    """The model in an `.h5` file, with its weights. Raises FormatError, which names file and fault."""
    return telling(
        os.fspath(path), lambda name: with_custom_objects(custom_objects, lambda: _load(name, compile))
    )


def _load(name, compile):
    data = _bytes_of(name)
    with opened(data, PURPOSE) as file:
        config = _json(file, "model_config")
        if config is None:
            raise error("FormatError", "it holds weights only: build the model, and load_weights()")
        config = from_keras2(config)
        model = with_weight_budget(
            MOST_GROWTH * len(data), lambda: read_sharing(lambda: ModelMakers(_operation).model(config))
        )
        if len(model._model_inputs) == 0:
            group = member(file, WEIGHTS, "it")
            names = texts(group, "layer_names")
            if any(texts(member(group, name, "it"), "weight_names") for name in names):
                raise error("FormatError", "the model does not say what its input looks like")
            return model
        _read_weights(model, member(file, WEIGHTS, "it"), len(data), False)
        training = _json(file, "training_config") if compile else None
        if training is not None and training.get("optimizer_config") is not None:
            compile_restored(model, {**training, "optimizer": training["optimizer_config"]}, name)
            if model.compiled is not None:
                _read_optimizer(model, file, name, len(data))
    return model


def _operation(entry):
    """What applies an operation between layers, or None for a layer. These files do not tell them apart by modules, but
    every layer says whether it is trainable.
    """
    config = entry.get("config")
    if entry.get("module") is None and isinstance(config, dict) and set(config) == {"name"}:
        return operation_of({**entry, "module": "keras.ops"})
    return operation_of(entry)


def _bytes_of(name):
    if not os.path.isfile(name):
        raise error("FormatError", f"{name}: no such file")
    if os.path.getsize(name) > MOST_WEIGHT_BYTES:
        raise error("FormatError", f"it is over the limit of {MOST_WEIGHT_BYTES} bytes")
    with open(name, "rb") as stream:
        return stream.read()


def _json(file, key):
    text = attribute(file, key)
    if text is None:
        return None
    if not isinstance(text, str) or len(text) > MOST_CONFIG_BYTES:
        raise error("FormatError", f"its {key} is no text, or too long")
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise error("FormatError", f"its {key} is not valid JSON ({problem})") from None
    if not isinstance(found, dict):
        raise error("FormatError", f"its {key} must be an object")
    return found


def _with_weights(model):
    """The layers that have weights, in order, each once."""
    return [layer for layer in model.layers if layer.weights]


def keras_order(layer):
    """A layer's weights as these files have them: those that may be trained first, each layer's own before its
    sublayers'.
    """
    everything = layer.weights
    first = [variable for variable in everything if variable.trainable]
    return first + [variable for variable in everything if not variable.trainable]


def _read_weights(model, group, budget, skip_mismatch, by_name=False):
    """Take weights, layer by layer in order, or those of layers of the same names; nothing is set unless all fit."""
    names = [name for name in texts(group, "layer_names") if texts(member(group, name, "it"), "weight_names")]
    layers = _with_weights(model)
    if by_name:
        pairs = [(layer, layer.name) for layer in layers if layer.name in names]
    elif len(names) != len(layers):
        raise error("FormatError", f"it has weights of {len(names)} layers, and the model has {len(layers)}")
    else:
        pairs = list(zip(layers, names, strict=True))
    found = []
    for layer, name in pairs:
        found.extend(_weights_of(layer.name, keras_order(layer), group[name], name, budget, skip_mismatch))
    if TOP in group and model._own_weights:
        found.extend(
            _weights_of(model.name, model._own_weights, member(group, TOP, "it"), TOP, budget, skip_mismatch)
        )
    for variable, host in found:
        variable.set_host(host)


def _weights_of(label, variables, group, name, budget, skip_mismatch):
    paths = texts(group, "weight_names")
    if len(paths) != len(variables):
        text = f"'{name}' has {len(paths)} weights, and the layer '{label}' has {len(variables)}"
        if not skip_mismatch:
            raise error("FormatError", text)
        warn(f"{text}; they stay as they are")
        return []
    found = []
    for variable, path in zip(variables, paths, strict=True):
        shown = f"its weight '{variable.path}' of layer '{label}' ({name}/{path})"
        try:
            found.append((variable, array_of(at_path(group, path, "it"), variable, shown, budget)))
        except PybrowsermlError as problem:
            if not skip_mismatch:
                raise
            warn(f"{problem}; it stays as it is")
    return found


def _read_optimizer(model, file, name, budget):
    """Take the optimizer's state, or say that it starts anew."""
    model.compiled.optimizer.build(model.trainable_weights)
    if OPTIMIZER not in file:
        return
    group = member(file, OPTIMIZER, "it")
    variables = model.compiled.state()
    paths = texts(group, "weight_names")
    if len(paths) != len(variables):
        warn(f"{name}: the optimizer's state has another form here, so it starts anew")
        return
    found = []
    for variable, path in zip(variables, paths, strict=True):
        shown = f"its '{variable.path}' of the optimizer ({path})"
        found.append((variable, array_of(at_path(group, path, "it"), variable, shown, budget)))
    for variable, host in found:
        variable.set_host(host)


def load_weights_alone(model, path, skip_mismatch):
    """Generator: take the weights of an `.h5` file, of a whole model or of weights alone."""
    yield None
    telling(os.fspath(path), lambda name: _take_weights(model, name, skip_mismatch))
    return None


def load_weights_by_name(model, path, skip_mismatch):
    """Generator: take the weights of those layers whose names the `.h5` file has."""
    yield None
    telling(os.fspath(path), lambda name: _take_weights(model, name, skip_mismatch, True))
    return None


def _take_weights(model, name, skip_mismatch, by_name=False):
    data = _bytes_of(name)
    with opened(data, PURPOSE) as file:
        group = member(file, WEIGHTS, "it") if WEIGHTS in file else file
        _read_weights(model, group, len(data), skip_mismatch, by_name)


# Writing


def save_h5(model, path, include_optimizer):
    """Generator: write a whole model."""
    compiled = model.compiled if include_optimizer else None
    saved = None if compiled is None else compile_entry(model)
    hosts = yield from _hosts(model.weights)
    state = []
    if compiled is not None:
        state = yield from fetch_hosts(compiled.state())

    def write(file):
        file.attrs["keras_version"] = KERAS_VERSION
        file.attrs["model_config"] = json.dumps(with_modules(with_operations(model_entry(model))))
        if saved is not None:
            training: Any = with_modules(saved, "loss")
            training["optimizer_config"] = training.pop("optimizer")
            file.attrs["training_config"] = json.dumps(training)
        _write_weights(model, file.create_group(WEIGHTS), hosts)
        if compiled is not None and state:
            group = file.create_group(OPTIMIZER)
            paths = [variable.path for variable in compiled.state()]
            write_texts(group, "weight_names", paths)
            for key, host in zip(paths, state, strict=True):
                write_array(group, key, host)

    yield from _write_file(path, write)
    return None


def save_weights_alone(model, path):
    """Generator: write the weights in the form of a whole model's."""
    hosts = yield from _hosts(model.weights)
    yield from _write_file(path, lambda file: _write_weights(model, file, hosts))
    return None


def _hosts(variables):
    found = yield from fetch_hosts(variables)
    return {id(variable): host for variable, host in zip(variables, found, strict=True)}


def _write_file(path, write):
    place = split_path(path)
    yield write_file(place[0], place[1], made(PURPOSE, write))
    return None


def _write_weights(model, group, hosts):
    group.attrs["keras_version"] = KERAS_VERSION
    write_texts(group, "layer_names", [layer.name for layer in model.layers])
    for layer in model.layers:
        _write_group(group.create_group(layer.name), keras_order(layer), hosts)
    _write_group(group.create_group(TOP), model._own_weights, hosts)


def _write_group(group, variables, hosts):
    paths = []
    for variable in variables:
        path = variable.path
        number = 1
        while path in paths:
            number += 1
            path = f"{variable.path}_{number}"
        paths.append(path)
    write_texts(group, "weight_names", paths)
    for path, variable in zip(paths, variables, strict=True):
        write_array(group, path, hosts[id(variable)])


def refuse_model(model, path, include_optimizer):
    """Generator: refuse to write a whole model to a file of weights."""
    yield None
    raise error(
        "ArgumentError", f"{os.fspath(path)}: .weights.h5 is for save_weights; save takes .keras or .h5"
    )


def refuse_weights(path, compile=True, custom_objects=None):
    """Refuse to load a model from a file of weights."""
    raise error(
        "FormatError", f"{os.fspath(path)}: it holds weights only: build the model, and load_weights()"
    )
