"""Copies of models."""

from ..core.config import config_of, from_config
from ..layers.call import flat
from ..layers.input import Input
from ..layers.layer import Layer
from ..platform.errors import error
from ..platform.maps import new_map
from .loading import model_from_config
from .model import Model
from .saving import model_entry


def clone_model(model, input_tensors=None, clone_function=None):
    """A model of the same layers with fresh weights.

    input_tensors: symbolic tensors to start from, instead of new ones. clone_function: makes the copy of a layer
    (`layer → layer`), instead of its configuration; the layer itself may be returned, and is shared then.
    """
    if not isinstance(model, Model):
        raise error("ArgumentError", "clone_model takes a model")
    model.require_built("be cloned")
    if input_tensors is None and clone_function is None:
        return model_from_config(model_entry(model))
    if model.graph is None:
        raise error("ArgumentError", "a model with a `call` of its own is cloned without further arguments")
    given = [_like(tensor) for tensor in model.inputs] if input_tensors is None else flat(input_tensors)
    outputs = _rerun(model, given, _copied if clone_function is None else clone_function)
    return Model(model.structured_inputs(given), model.structured(outputs), model.name, model.trainable)


def _like(tensor):
    layer = tensor.history.layer
    return Input(layer.shape, layer.batch_size, layer.dtype, None, layer.name)


def _copied(layer):
    if isinstance(layer, Model):
        return model_from_config(model_entry(layer))
    return from_config(config_of(layer), "layer")


def _rerun(model, given, clone_function):
    """The outputs when copies of the layers are called as the layers were."""
    copies = new_map()

    def stand_in(layer):
        if not copies.has(layer):
            made = clone_function(layer)
            if not isinstance(made, Layer):
                raise error("ArgumentError", "clone_function must return a layer for '" + layer.name + "'")
            copies.put(layer, made)
        return copies.at(layer)

    return model.graph.run_with(given, None, stand_in)
