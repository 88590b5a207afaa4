"""Saved models: a folder of model.json and weights.safetensors.

model.json: {"format", "version", "library", "model": {class_name, config}, "signature", "weights": {file,
bytes, sha256, entries}, "compile", "optimizer", "training"}. A folder is written whole or not at all; what is
read is checked before it is used.
"""

from ..core.config import config_of, serialise, with_functions
from ..core.context import with_weight_budget
from ..core.graph import is_tensor
from ..core.known import class_named, with_custom_objects
from ..core.sharing import read_sharing, written_sharing
from ..layers.call import mapped_structure
from ..platform.console import warn
from ..platform.errors import attempt, error, message_of
from ..platform.files import exists, path_text, read_file, sha256_hex, split_path, write_file, write_folder
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list, is_string, is_whole
from ..platform.reflection import class_name_of
from ..platform.text import to_json, utf8_encode
from .configs import graph_config
from .formats import FORMATS, also_weights, format_of
from .safetensors import decode_tensors, encode_tensors, read_json
from .training_state import mean_variables, random_layers, restore_random, restore_training, training_entry
from .weights import read_state, set_state, unique_keys

FORMAT = "pybrowserml-model"
FORMAT_VERSION = 1
LIBRARY_VERSION = "0.1.0"
MANIFEST = "model.json"
WEIGHTS = "weights.safetensors"
MOST_MANIFEST_BYTES = 268435456
MOST_WEIGHT_BYTES = 4294967296


def model_entry(model):
    """{"class_name", "config"} of a model, in the layout of Keras 3.

    A subclass around a graph keeps its name where it is registered, or has a get_config of its own; else the graph is
    what is kept. A subclass with a `call` of its own also has the "inputs" that it was called on.
    """
    return written_sharing(lambda: _model_entry(model))


def _model_entry(model):
    name = class_name_of(model)
    own = name not in ["Sequential", "Model", "Functional"] and (
        model.has_own("get_config") or class_named(name, "model") is not None
    )
    if hasattr(model, "_stacked_layers"):
        return {"class_name": name if own else "Sequential", "config": model.get_config()}
    if model._layer_graph is None:
        entry = config_of(model)
        if len(model._model_inputs) > 0:
            entry["inputs"] = mapped_structure(model._structured_inputs(model._model_inputs), _input_entry)
        return entry
    return {
        "class_name": name if own else "Functional",
        "config": model.get_config() if own else functional_config(model),
    }


def functional_config(model):
    """The graph of a model as a configuration."""
    config = graph_config(model._layer_graph)
    config["name"] = model.name
    config["trainable"] = model.trainable
    config["input_layers"] = model._model_begins.structured(config["input_layers"])
    config["output_layers"] = model._model_ends.structured(config["output_layers"])
    return config


def _input_entry(tensor):
    return serialise(tensor.history.layer)


def sequential_config(model):
    """The layers of a Sequential as a configuration, its Input first where it has one."""
    layers = []
    if len(model._stacked_tensors) > 0 and is_tensor(model._stacked_tensors[0]):
        layers.append(serialise(model._stacked_tensors[0].history.layer))
    for layer in model._stacked_layers:
        layers.append(serialise(layer))
    return {"name": model.name, "trainable": model.trainable, "layers": layers}


def compile_entry(model):
    """The arguments of compile as JSON, or None where the model is not compiled or they cannot be kept."""
    if model.compiled is None:
        return None
    made = attempt(lambda: _compile_arguments(model.compiled))
    if made[1] is not None:
        warn(
            "how model '"
            + model.name
            + "' was compiled is not saved; call compile() after loading ("
            + message_of(made[1])
            + ")"
        )
    return made[0]


def _compile_arguments(compiled):
    given = compiled.given
    found = {"optimizer": serialise(compiled.optimizer)}
    for key in ["loss", "loss_weights", "metrics", "weighted_metrics"]:
        found[key] = serialise(given[key])
    return found


def save_model(model, path, overwrite, zipped=None, include_optimizer=True):
    """Generator: write a model's folder, or the file that the path's ending asks for (see models/formats).

    zipped: False for a folder of what a `.keras` file has inside, where there are such files.
    include_optimizer: keep how the model was compiled and how far its training came.
    """
    kind = format_of(path)
    if zipped is not None:
        _check_zipped(zipped, path, kind)
    if kind is None and zipped is False and len(FORMATS) > 0:
        kind = FORMATS[0]
    taken = False
    if kind is None or not hasattr(path, "write"):
        taken = yield exists(path)
    if taken and not overwrite:
        raise error("ArgumentError", path_text(path) + " exists already; pass overwrite=True to replace it")
    if kind is not None:
        if zipped is False:
            yield from kind.save_folder(model, path, include_optimizer)
        else:
            yield from kind.save(model, path, include_optimizer)
        return None
    files = yield from model_files(model, include_optimizer)
    yield write_folder(path, files)
    return None


def _check_zipped(zipped, path, kind):
    if zipped and (kind is None or kind.save_folder is None):
        raise error("ArgumentError", "save: zipped=True is for .keras files, got " + path_text(path))
    if not zipped and kind is not None and (kind.save_folder is None or hasattr(path, "write")):
        raise error("ArgumentError", "save: zipped=False makes a folder, got " + path_text(path))
    return None


def model_files(model, include_optimizer=True):
    """Generator → list of [file name, bytes]."""
    variables = model.weights
    keys = unique_keys(variables, "")
    tensors = yield from read_state(variables, keys)
    optimizer_keys = []
    mean_keys = []
    training = None
    if model.compiled is not None and include_optimizer:
        state = model.compiled.state()
        optimizer_keys = unique_keys(state, "optimizer/")
        found = yield from read_state(state, optimizer_keys)
        tensors.extend(found)
        means = mean_variables(model)
        mean_keys = unique_keys(means, "logs/")
        found = yield from read_state(means, mean_keys)
        tensors.extend(found)
        training = training_entry(model)
    data = encode_tensors(tensors)
    manifest = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "library": LIBRARY_VERSION,
        "model": model_entry(model),
        "compile": compile_entry(model) if include_optimizer else None,
        "signature": {"inputs": model.input_specs(), "outputs": model.output_specs()},
        "weights": {
            "file": WEIGHTS,
            "bytes": len(data),
            "sha256": sha256_hex(data),
            "entries": keys,
            "optimizer": optimizer_keys,
            "logs": mean_keys,
        },
        "training": training,
        "random": [layer._random_key for layer in random_layers(model)],
    }
    return [[MANIFEST, utf8_encode(to_json(manifest))], [WEIGHTS, data]]


def load_model_folder(path, makers, compiling, custom_objects):
    """Generator → the model saved in a folder. makers: see models/configs; compiling: restore compile and
    training; custom_objects: see core/known.
    """
    place = path_text(path) + "/" + MANIFEST
    data = yield read_file(path, MANIFEST, MOST_MANIFEST_BYTES)
    manifest = read_json(data, place)
    _check_manifest(manifest, place)
    data = yield read_file(path, WEIGHTS, MOST_WEIGHT_BYTES)
    making = _making(manifest["model"], makers, len(data))
    made = attempt(lambda: with_custom_objects(custom_objects, making))
    if made[1] is not None:
        raise error("FormatError", place + ": " + message_of(made[1]))
    model = made[0]
    if len(model._model_inputs) == 0:
        raise error("FormatError", place + ": the model has no input")
    if compiling and manifest.get("compile") is not None:
        compiling_again = _compiling(model, manifest["compile"])
        compiled = attempt(lambda: with_custom_objects(custom_objects, compiling_again))
        if compiled[1] is not None:
            raise error("FormatError", place + ": compile: " + message_of(compiled[1]))
    _set_weights(model, manifest, data, path, place)
    restore_random(model, manifest.get("random"), place)
    return model


def load_state(model, path):
    """Generator: take weights, optimizer and the state of training from a folder that `save` wrote of such a model.

    Raises FormatError, and changes nothing, where the weights do not fit.
    """
    place = path_text(path) + "/" + MANIFEST
    data = yield read_file(path, MANIFEST, MOST_MANIFEST_BYTES)
    manifest = read_json(data, place)
    _check_manifest(manifest, place)
    data = yield read_file(path, WEIGHTS, MOST_WEIGHT_BYTES)
    _set_weights(model, manifest, data, path, place)
    restore_random(model, manifest.get("random"), place)
    return None


def _making(entry, makers, elements):
    return lambda: with_weight_budget(elements, lambda: read_sharing(lambda: makers.model(entry)))


def _compiling(model, entry):
    def compile_again():
        if not is_dict(entry) or "optimizer" not in entry:
            raise error("FormatError", "must be an object with an optimizer")
        return model.compile(
            entry["optimizer"],
            with_functions(entry.get("loss")),
            entry.get("loss_weights"),
            with_functions(entry.get("metrics")),
            with_functions(entry.get("weighted_metrics")),
        )

    return compile_again


def _check_manifest(manifest, place):
    if not is_dict(manifest) or manifest.get("format") != FORMAT:
        raise error(
            "FormatError", place + ": this is no model that save() wrote: its format is not " + FORMAT
        )
    if manifest.get("version") != FORMAT_VERSION:
        raise error(
            "FormatError",
            place + ": its version is not " + str(FORMAT_VERSION) + ", the one this library reads",
        )
    if not is_dict(manifest.get("model")):
        raise error("FormatError", place + ": 'model' must be an object")
    weights = manifest.get("weights")
    if not is_dict(weights) or weights.get("file") != WEIGHTS:
        raise error("FormatError", place + ": 'weights' must name the file " + WEIGHTS)
    for key in ["entries", "optimizer", "logs"]:
        if key == "logs" and key not in weights:
            continue
        if not is_list(weights.get(key)):
            raise error("FormatError", place + ": 'weights' must have a list '" + key + "'")
        for name in weights[key]:
            if not is_string(name):
                raise error("FormatError", place + ": 'weights." + key + "' must be names")


def _set_weights(model, manifest, data, path, place):
    weights = manifest["weights"]
    file_place = path_text(path) + "/" + WEIGHTS
    if not is_whole(weights.get("bytes")) or weights["bytes"] != len(data):
        raise error(
            "FormatError",
            file_place
            + ": truncated or changed, it has "
            + str(len(data))
            + " bytes, and model.json says "
            + str(weights.get("bytes")),
        )
    if sha256_hex(data) != weights.get("sha256"):
        raise error("FormatError", file_place + ": damaged, its SHA-256 is not the one in model.json")
    tensors = decode_tensors(data, file_place)
    names = weights["entries"]
    variables = model.weights
    if len(names) != len(variables):
        raise error(
            "FormatError",
            place
            + ": the model has "
            + str(len(variables))
            + " weights, but "
            + str(len(names))
            + " are saved",
        )
    logs = weights["logs"] if "logs" in weights else []
    optimizer = weights["optimizer"]
    set_state(variables, names, _not_among(tensors, [optimizer, logs]), file_place)
    if model.compiled is not None:
        model.compiled.optimizer.build(model.trainable_weights)
        _set_if_all(model.compiled.state(), optimizer, tensors, file_place)
        model.compiled.settle(model)
        _set_if_all(mean_variables(model), logs, tensors, file_place)
        training = manifest.get("training")
        if is_dict(training):
            restore_training(model, training, place)
    return None


def _not_among(tensors, lists):
    """The entries whose names stand in none of the lists."""
    taken = new_map()
    for names in lists:
        for name in names:
            taken.put(name, True)
    return [entry for entry in tensors if not taken.has(entry[0])]


def _set_if_all(variables, names, tensors, place):
    """Set variables from those of the tensors that have these names, where there are as many."""
    wanted = new_map()
    for name in names:
        wanted.put(name, True)
    found = [entry for entry in tensors if wanted.has(entry[0])]
    if len(found) == len(variables):
        set_state(variables, names, found, place)
    return None


def save_weights_file(model, path, overwrite):
    """Generator: write the weights to a .safetensors file, or in the format of the path's ending."""
    place = split_path(path)
    kind = format_of(path)
    if kind is None and (not is_string(place[1]) or not place[1].endswith(".safetensors")):
        raise error(
            "ArgumentError",
            "save_weights writes a .safetensors file" + also_weights() + ", got " + path_text(path),
        )
    taken = yield exists(path)
    if taken and not overwrite:
        raise error("ArgumentError", path_text(path) + " exists already; pass overwrite=True to replace it")
    if kind is not None:
        yield from kind.save_weights(model, path)
        return None
    variables = model.weights
    tensors = yield from read_state(variables, unique_keys(variables, ""))
    yield write_file(place[0], place[1], encode_tensors(tensors))
    return None


def load_weights_file(model, path, skip_mismatch=False, by_name=False):
    """Generator: read the weights of a .safetensors file, or of one in the format of the path's ending.

    skip_mismatch: leave weights as they are that the file has not, or has in another shape. by_name: take those of
    layers whose names the file has.
    """
    kind = format_of(path)
    if by_name:
        if kind is None or kind.load_by_name is None:
            raise error("ArgumentError", "load_weights: by_name is for .h5 files, got " + path_text(path))
        yield from kind.load_by_name(model, path, skip_mismatch)
        return None
    if kind is not None:
        yield from kind.load_weights(model, path, skip_mismatch)
        return None
    if skip_mismatch:
        raise error(
            "ArgumentError", "load_weights: skip_mismatch is for .keras and .h5 files, got " + path_text(path)
        )
    place = split_path(path)
    data = yield read_file(place[0], place[1], MOST_WEIGHT_BYTES)
    variables = model.weights
    tensors = decode_tensors(data, path_text(path))
    set_state(variables, _keys_among(variables, tensors), tensors, path_text(path))
    return None


def _keys_among(variables, tensors):
    """The keys of variables in a file. Layers that got other automatic names than those saved, as those of a second
    model of the same layers do, are found by their order.
    """
    keys = unique_keys(variables, "")
    if len(tensors) != len(keys):
        return keys
    same = True
    for i in range(len(keys)):
        same = same and keys[i] == tensors[i][0]
        if _own_name(keys[i]) != _own_name(tensors[i][0]):
            return keys
    return keys if same else [entry[0] for entry in tensors]


def _own_name(key):
    """What stands behind the names of layers: "kernel" of "dense/kernel"."""
    parts = key.split("/")
    return parts[len(parts) - 1]
