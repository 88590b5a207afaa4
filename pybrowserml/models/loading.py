"""Models from what was saved."""

from ..core.config import from_config, well_formed
from ..core.known import with_custom_objects
from ..core.sharing import read_sharing
from ..layers.input import InputLayer
from ..platform.construct import construct
from ..platform.errors import attempt, error
from ..platform.numbers import is_bool, is_dict, is_list, is_string
from ..platform.tasks import waits
from ..platform.text import from_json
from .model import Model
from .revival import USUAL, Makers, model_from_entry
from .saving import load_model_folder
from .sequential import Sequential


class ModelMakers(Makers):
    """The classes that configurations of models stand for."""

    def model(self, entry):
        """The model of {"class_name", "config"}."""
        return model_from_entry(entry, self, 0)

    def make_sequential(self, config, layers, cls=None):
        name = config.get("name")
        if cls is None:
            made = Sequential(None, True, name if is_string(name) else None)
        else:
            made = construct(cls, {"name": name} if is_string(name) else {})
        for layer in layers:
            made.add(layer)
        shape = config.get("build_input_shape")
        if made._layer_graph is None and shape is not None and len(made.layers) > 0:
            made.build(shape)
        return self._adopted(made, config)

    def make_functional(self, config, inputs, outputs):
        name = config.get("name")
        return self._adopted(Model(inputs, outputs, name if is_string(name) else None, True), config)

    def make_subclassed(self, entry):
        model = from_config(entry, "model")
        if not isinstance(model, Model):
            raise error("FormatError", "'" + entry["class_name"] + "' is a layer, not a model")
        if model._layer_graph is None and entry.get("inputs") is not None:
            model._trace_call(mapped_entries(entry["inputs"]))
        return model

    def _adopted(self, model, config):
        if is_bool(config.get("trainable")) and not config["trainable"]:
            model.trainable = False
        if "dtype" in config:
            model.dtype_policy = config["dtype"]
        return model


USUAL.append(ModelMakers(None))


def mapped_entries(entries):
    """Symbolic tensors of the stored configurations of inputs: of one, or of a list or dict of them."""
    if is_list(entries):
        return [mapped_entries(entry) for entry in entries]
    if is_dict(entries) and "class_name" not in entries:
        made = {}
        for key in entries.keys():
            made[key] = mapped_entries(entries[key])
        return made
    layer = from_config(entries, "layer")
    if not isinstance(layer, InputLayer):
        raise error("FormatError", "the inputs of a model must be InputLayers")
    return layer.tensor


def model_from_json(json_string, custom_objects=None):
    """The model, with fresh weights, of a text that `to_json` made here or in Keras 3."""
    parsed = attempt(lambda: from_json(json_string))
    if parsed[1] is not None:
        raise error("FormatError", "model_from_json: not valid JSON text")
    return model_from_config(parsed[0], custom_objects)


@waits
def load_model(filepath, custom_objects=None, compile=True, safe_mode=True):
    """The model that `save` wrote to a folder.

    custom_objects: dict of classes and functions by name, that the file may name besides the registered ones.
    compile: go on where training stopped. safe_mode: only True; no code is ever loaded from a file.
    """
    if not safe_mode:
        raise error(
            "ArgumentError", "load_model: safe_mode=False is not supported; no code is loaded from files"
        )
    model = yield from load_model_folder(filepath, ModelMakers(None), compile, custom_objects)
    return model


def model_from_config(entry, custom_objects=None):
    """The model, with fresh weights, of the configuration {"class_name", "config"}."""
    return well_formed(
        lambda: with_custom_objects(custom_objects, lambda: read_sharing(lambda: USUAL[0].model(entry)))
    )


def save_model(model, filepath, overwrite=True, zipped=None, include_optimizer=True):
    """The same as `model.save`."""
    return model.save(filepath, overwrite, zipped, include_optimizer)
