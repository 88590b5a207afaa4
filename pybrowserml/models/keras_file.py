"""Keras 3 `.keras` files (CPython only), read and written: a zip of config.json, metadata.json, weights and assets.

Nothing in the file can name code: layers come from the registry of this library. What the file claims is
checked against the size of what is there before memory is taken for it. Beside what Keras reads, files of ours hold
training.json, where training stopped, with which it goes on as if it had not.
"""

import json
import os
import time
import zipfile
import zlib
from typing import Any

from ..core.config import config_of, from_config, serialise, with_build_configs
from ..core.context import with_weight_budget
from ..core.keras_form import with_modules
from ..core.known import class_named, with_custom_objects
from ..core.sharing import read_sharing
from ..core.slots import fetch_hosts
from ..platform.console import warn
from ..platform.errors import PybrowsermlError, error
from ..platform.files import split_path, write_file, write_folder
from ..platform.zips import zipped
from .archives import archive_at
from .assets import read_assets, written_assets
from .hdf5 import MOST_RATIO, made, opened
from .hooks import compile_as_stored
from .keras_entries import LIBRARY, with_operations
from .keras_functions import operation_of, require_module
from .keras_weights import read_optimizer, read_weights, write_weights
from .loading import ModelMakers
from .model import Model
from .safetensors import decode_tensors, encode_tensors
from .saving import LIBRARY_VERSION, model_entry
from .training_state import mean_variables, random_layers, restore_random, restore_training, training_entry
from .weights import read_state, set_state

CONFIG = "config.json"
WEIGHTS = "model.weights.h5"
METADATA = "metadata.json"
TRAINING = "training.json"
LOGS = "training.safetensors"
# The Keras whose files these are like.
KERAS_VERSION = "3.15.0"
MOST_CONFIG_BYTES = 64_000_000
MOST_WEIGHT_BYTES = 4_000_000_000
MOST_GROWTH = 64  # elements of weights per stored byte: float16 and compression are allowed for


def load_keras(path, compile=True, custom_objects=None):
    """The model in a `.keras` file, with its weights. custom_objects: further classes by name.

    compile: restore optimizer, loss and metrics where the file has them and they exist here; else warn.
    Raises FormatError, which names the file and what is wrong in it.
    """
    if hasattr(path, "read"):
        shown = str(getattr(path, "name", "the open file"))
        return telling(
            shown, lambda name: with_custom_objects(custom_objects, lambda: _load(name, path, compile))
        )
    return telling(
        os.fspath(path), lambda name: with_custom_objects(custom_objects, lambda: _load_file(name, compile))
    )


def telling(name, read):
    """`read(name)`; what is wrong with the file is a FormatError that names it."""
    try:
        return read(name)
    except PybrowsermlError as problem:
        text = str(problem)
        raise error("FormatError", text if text.startswith(name) else f"{name}: {text}") from None
    except RecursionError:
        raise error("FormatError", f"{name}: its configuration is nested too deep") from None
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as problem:
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


def _load_file(name, compile):
    if not os.path.exists(name):
        raise error("FormatError", f"{name}: no such file")
    return _load(name, name, compile)


def _load(name, source, compile):
    with archive_at(source) as archive:
        config = _parsed(_entry(archive, CONFIG, MOST_CONFIG_BYTES), CONFIG)
        weights = _entry(archive, WEIGHTS, MOST_WEIGHT_BYTES)
        training = _optional(archive, TRAINING)
        logs = _optional(archive, LOGS)
        if not isinstance(config, dict):
            raise error("FormatError", f"{CONFIG} must be an object")
        require_module(config)
        if _is_layer(config):
            return _load_layer(archive, config, weights)
        model = with_weight_budget(
            MOST_GROWTH * len(weights),
            lambda: read_sharing(lambda: ModelMakers(operation_of).model(_with_inputs(config))),
        )
        if len(model._model_inputs) == 0 and not _is_empty(weights):
            raise error("FormatError", "the model does not say what its input looks like")
        read_assets(model, archive, lambda entry: _entry(archive, entry, MOST_CONFIG_BYTES))
    compiled = config.get("compile_config")
    if compile and isinstance(compiled, dict) and compiled:
        compile_restored(model, compiled, name)
    if len(model._model_inputs) == 0:
        return model
    with opened(weights, "a .keras file") as file:
        read_weights(model, file, WEIGHTS, len(weights))
        if model.compiled is not None:
            read_optimizer(model, file, WEIGHTS, len(weights))
    if training is not None:
        _restore(model, training, logs)
    return model


def _is_layer(config):
    """Whether the configuration is that of a layer that is saved by itself."""
    cls = class_named(config.get("class_name"), "layer")
    return isinstance(cls, type) and hasattr(cls, "save") and not issubclass(cls, Model)


def _load_layer(archive, config, weights):
    """A layer with weights and vocabularies, as `save_layer` wrote it."""
    layer = with_weight_budget(
        MOST_GROWTH * len(weights), lambda: with_build_configs(lambda: from_config(config, "layer"))
    )
    read_assets(layer, archive, lambda entry: _entry(archive, entry, MOST_CONFIG_BYTES))
    with opened(weights, "a .keras file") as file:
        read_weights(layer, file, WEIGHTS, len(weights))
    return layer


def _parsed(data, entry):
    """The JSON value in bytes. Raises FormatError that names the entry."""
    try:
        return json.loads(data.decode("utf-8"))
    except ValueError as problem:
        raise error("FormatError", f"{entry} is not valid JSON ({problem})") from None


def _is_empty(weights):
    """Whether a file of weights has none, as that of a model that was not built."""
    found = []

    def look(path, thing):
        if hasattr(thing, "shape") and not path.startswith("optimizer/") and "seed_generator" not in path:
            found.append(path)

    with opened(weights, "a .keras file") as file:
        file.visititems(look)
    return not found


def _with_inputs(config):
    """The configuration of a subclassed model with its inputs, of which Keras only keeps the shapes."""
    built = config.get("build_config")
    if "inputs" in config or not isinstance(built, dict):
        return config
    if isinstance(config.get("config"), dict) and "layers" in config["config"]:
        return config
    inputs = _input_entries(built.get("input_shape"))
    return config if inputs is None else {**config, "inputs": inputs}


def _input_entries(shape):
    """The inputs of a shape with the batch first, which is that of the first data; of a list or dict of shapes."""
    if isinstance(shape, dict) and shape.get("class_name") == "__tuple__":
        shape = shape.get("items")
    if isinstance(shape, dict):
        entries = {key: _input_entries(item) for key, item in shape.items()}
        return None if None in entries.values() else entries
    if not isinstance(shape, list) or not shape:
        return None
    if isinstance(shape[0], (list, dict)):
        entries = [_input_entries(item) for item in shape]
        return None if None in entries else entries
    return {"class_name": "InputLayer", "config": {"batch_shape": [None, *shape[1:]]}}


def _optional(archive, entry):
    return _entry(archive, entry, MOST_CONFIG_BYTES) if entry in archive.namelist() else None


def _restore(model, training, logs):
    """Go on where the training of a file of ours stopped."""
    kept = _parsed(training, TRAINING)
    if not isinstance(kept, dict):
        raise error("FormatError", f"{TRAINING} must be an object")
    restore_random(model, kept.get("random"), TRAINING)
    if model.compiled is None or not isinstance(kept.get("training"), dict):
        return
    model.compiled.settle(model)
    restore_training(model, kept["training"], TRAINING)
    means = mean_variables(model)
    tensors = decode_tensors(logs, LOGS) if logs is not None else []
    if len(tensors) == len(means):
        set_state(means, _numbers(means), tensors, LOGS)


def _numbers(variables):
    return [str(number) for number in range(len(variables))]


# Writing


def save_keras(model, path, include_optimizer):
    """Generator: write a model as a `.keras` file. path: may be a binary file that is open for writing."""
    files = yield from _files(model, include_optimizer)
    if hasattr(path, "write"):
        path.write(zipped(files))
        return None
    place = split_path(path)
    yield write_file(place[0], place[1], zipped(files))
    return None


def _files(model, include_optimizer):
    """Generator → list of [name, bytes]."""
    compiled = model.compiled if include_optimizer else None
    config: Any = with_modules(with_operations(with_build_configs(lambda: model_entry(model))))
    saved: Any = None if compiled is None else serialise(model.get_compile_config())
    if saved is not None and len(saved) > 0:
        settings: Any = with_modules(saved, "loss")
        config["compile_config"] = {
            **settings,
            "run_eagerly": False,
            "steps_per_execution": 1,
            "jit_compile": False,
        }
    weights = yield from weights_file(model, saved is not None)
    training = {
        "training": None if compiled is None else training_entry(model),
        "random": [layer._random_key for layer in random_layers(model)],
    }
    files = [
        [METADATA, _json(_metadata())],
        [CONFIG, _json(config)],
        [WEIGHTS, weights],
        [TRAINING, _json(training)],
    ]
    if compiled is not None:
        means = mean_variables(model)
        tensors = yield from read_state(means, _numbers(means))
        files.append([LOGS, bytes(encode_tensors(tensors))])
    files.extend(written_assets(model))
    return files


def save_keras_folder(model, path, include_optimizer):
    """Generator: write what a `.keras` file has inside as files in a folder."""
    files = yield from _files(model, include_optimizer)
    yield write_folder(path, files)
    return None


def save_layer(layer, path):
    """Generator: write a layer that learned as a `.keras` file. path: may be a binary file that is open for writing."""
    config = with_modules(with_build_configs(lambda: config_of(layer)))
    weights = yield from weights_file(layer, False)
    files = [[METADATA, _json(_metadata())], [CONFIG, _json(config)], [WEIGHTS, weights]]
    files.extend(written_assets(layer))
    if hasattr(path, "write"):
        path.write(zipped(files))
        return None
    place = split_path(path)
    yield write_file(place[0], place[1], zipped(files))
    return None


def _metadata():
    return {
        "keras_version": KERAS_VERSION,
        "date_saved": time.strftime("%Y-%m-%d@%H:%M:%S"),
        "written_by": f"{LIBRARY} {LIBRARY_VERSION}",
    }


def weights_file(model, with_optimizer):
    """Generator → the bytes of a file of weights, as Keras's `.weights.h5`."""
    variables = model.weights
    found = yield from fetch_hosts(variables)
    hosts = {id(variable): host for variable, host in zip(variables, found, strict=True)}
    state = []
    if with_optimizer:
        state = yield from fetch_hosts(model.compiled.state())
    return made("a file of weights", lambda file: write_weights(model, hosts, file, state))


def _json(value):
    return json.dumps(value).encode("utf-8")


def save_weights_h5(model, path):
    """Generator: write weights as a `.weights.h5` file."""
    place = split_path(path)
    data = yield from weights_file(model, model.compiled is not None and model.compiled.optimizer is not None)
    yield write_file(place[0], place[1], data)
    return None


def load_weights_h5(model, path, skip_mismatch):
    """Generator: take the weights, and no more, of a `.weights.h5` or `.keras` file."""
    yield None
    telling(os.fspath(path), lambda name: _take_weights(model, name, skip_mismatch))
    return None


def _take_weights(model, name, skip_mismatch):
    if not os.path.exists(name):
        raise error("FormatError", f"{name}: no such file")
    shown = WEIGHTS if name.endswith(".keras") or os.path.isdir(name) else "it"
    if shown == WEIGHTS:
        with archive_at(name) as archive:
            data = _entry(archive, WEIGHTS, MOST_WEIGHT_BYTES)
            read_assets(model, archive, lambda entry: _entry(archive, entry, MOST_CONFIG_BYTES))
    else:
        with open(name, "rb") as stream:
            data = stream.read(MOST_WEIGHT_BYTES)
    with opened(data, "a .weights.h5 file") as file:
        read_weights(model, file, shown, len(data), skip_mismatch)


def save_weights_keras(model, path):
    """Generator: refuse; Keras keeps weights alone in `.weights.h5` files."""
    yield None
    raise error("ArgumentError", f"{os.fspath(path)}: weights alone go to a .weights.h5 or .safetensors file")


# Reading


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


def compile_restored(model, compiled, name):
    """Restore how the model was compiled; what does not exist here only costs a warning."""
    try:
        if not compile_as_stored(model, compiled):
            warn(
                f"{name}: compile() was not called, because {type(model).__name__} has its own; call it yourself, or "
                "write get_compile_config() and compile_from_config(config)"
            )
    except PybrowsermlError as problem:
        model.compiled = None
        warn(f"{name}: how it was compiled is not restored ({problem}); call compile() yourself")
