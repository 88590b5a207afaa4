"""Copies of models."""

from ..layers.call import flat
from ..layers.layer import Layer
from ..platform.construct import construct
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list
from ..platform.reflection import class_name_of, class_of
from .ends import Ends, input_like
from .model import Model
from .saving import compile_entry
from .sequential import Sequential


def clone_model(model, input_tensors=None, clone_function=None, call_function=None, recursive=False):
    """A model of the same layers with fresh weights; compiled like it, where it is.

    input_tensors: symbolic tensors to start from, structured as the model's inputs, instead of new ones.
    clone_function: makes the copy of a layer (`layer → layer`), instead of its configuration; it may return the layer
    itself, which is shared then. call_function: calls a copied layer, `(layer, x, ...) → result` with the arguments of
    the call, and may put layers before or after it (models around a graph only). recursive: both functions are for the
    layers of models within, too, instead of for these models.
    """
    if not isinstance(model, Model):
        raise error("ArgumentError", "clone_model takes a model")
    cloning = _Cloning(clone_function, call_function, recursive)
    return cloning.clone(model, input_tensors)


class _Cloning:
    """copies: what was made of each layer."""

    def __init__(self, clone_function, call_function, recursive):
        self.clone_function = clone_function
        self.call_function = call_function
        self.recursive = recursive
        self.copies = new_map()

    def clone(self, model, input_tensors):
        """The copy of a model."""
        if hasattr(model, "_stacked_layers"):
            made = self._row(model, input_tensors)
        elif model._layer_graph is None:
            made = self._subclassed(model, input_tensors)
        else:
            made = self._graph(model, input_tensors)
        return _compiled_like(made, model)

    def _row(self, model, input_tensors):
        if self.call_function is not None and not self.recursive:
            raise error(
                "ArgumentError", "clone_model: call_function is for models around a graph, not Sequential"
            )
        layers = [self.stand_in(layer) for layer in model._stacked_layers]
        if input_tensors is not None:
            given = flat(input_tensors)
            if len(given) != 1:
                raise error("ArgumentError", "clone_model: input_tensors must be one tensor for a Sequential")
            layers.insert(0, given[0])
        elif len(model._stacked_tensors) > 0 and model._told_input:
            layers.insert(0, _input_of(model._stacked_tensors[0]))
        return Sequential(layers, model.trainable, model.name)

    def _subclassed(self, model, input_tensors):
        if input_tensors is not None or self.clone_function is not None or self.call_function is not None:
            raise error(
                "ArgumentError", "a model with a `call` of its own is cloned without further arguments"
            )
        return class_of(model).from_config(model.get_config())

    def _graph(self, model, input_tensors):
        if input_tensors is None:
            given = [_input_of(tensor) for tensor in model._model_inputs]
        else:
            given = Ends(input_tensors, "input_tensors").tensors
            if not _same_structure(input_tensors, model.input):
                raise error(
                    "ArgumentError",
                    "clone_model: input_tensors must be structured as the inputs of the model",
                )
        outputs = model._layer_graph.run_with(given, None, self.stand_in, self.call_function)
        return Model(model._structured_inputs(given), model.structured(outputs), model.name, model.trainable)

    def stand_in(self, layer):
        """The copy of a layer, the same at every place where it is used."""
        if not self.copies.has(layer):
            self.copies.put(layer, self._copy(layer))
        return self.copies.at(layer)

    def _copy(self, layer):
        if isinstance(layer, Model) and (self.recursive or self.clone_function is None):
            return self.clone(layer, None)
        if self.clone_function is None:
            return copied(layer)
        made = self.clone_function(layer)
        if not isinstance(made, Layer):
            raise error("ArgumentError", "clone_function must return a layer for '" + layer.name + "'")
        return made


def copied(layer):
    """A layer of the same class and configuration."""
    # A Lambda's function needs no name here, since no file is involved.
    if class_name_of(layer) == "Lambda":
        given = {}
        for key in ["function", "output_shape", "mask", "arguments", "name", "trainable", "dtype"]:
            given[key] = getattr(layer, key)
        return construct(class_of(layer), given)
    return class_of(layer).from_config(layer.get_config())


def _input_of(tensor):
    return input_like(tensor, tensor.history.layer.name)


def _compiled_like(made, model):
    entry = compile_entry(model)
    if entry is not None:
        made.compile(
            entry["optimizer"],
            entry["loss"],
            entry["loss_weights"],
            entry["metrics"],
            entry["weighted_metrics"],
        )
    return made


def _same_structure(one, other):
    if is_dict(one) or is_dict(other):
        if not is_dict(one) or not is_dict(other) or len(one.keys()) != len(other.keys()):
            return False
        for key in one.keys():
            if key not in other or not _same_structure(one[key], other[key]):
                return False
        return True
    if is_list(one) or is_list(other):
        if not is_list(one) or not is_list(other) or len(one) != len(other):
            return False
        for i in range(len(one)):
            if not _same_structure(one[i], other[i]):
                return False
    return True
