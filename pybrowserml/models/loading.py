"""Models from what was saved."""

from ..core.config import dtype_of_policy
from ..platform.numbers import is_bool, is_string
from ..platform.tasks import waits
from .configs import Makers, model_from_entry
from .model import Model
from .saving import load_model_folder
from .sequential import Sequential


class ModelMakers(Makers):
    """The classes that configurations of models stand for."""

    def model(self, entry):
        """The model of {"class_name", "config"}."""
        return model_from_entry(entry, self, 0)

    def make_sequential(self, config, layers):
        name = config.get("name")
        made = Sequential(None, True, name if is_string(name) else None)
        for layer in layers:
            made.add(layer)
        shape = config.get("build_input_shape")
        if made.graph is None and shape is not None and len(made.layers) > 0:
            made.build(shape)
        return self._adopted(made, config)

    def make_functional(self, config, inputs, outputs):
        name = config.get("name")
        return self._adopted(Model(inputs, outputs, name if is_string(name) else None, True), config)

    def _adopted(self, model, config):
        if is_bool(config.get("trainable")) and not config["trainable"]:
            model.trainable = False
        if "dtype" in config:
            model.dtype = dtype_of_policy(config["dtype"])
        return model


@waits
def load_model(filepath, compile=True):
    """The model that `save` wrote to a folder. compile: go on where training stopped."""
    model = yield from load_model_folder(filepath, ModelMakers(None), compile)
    return model


def model_from_config(entry):
    """The model, with fresh weights, of the configuration {"class_name", "config"}."""
    return ModelMakers(None).model(entry)
