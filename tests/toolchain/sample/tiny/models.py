"""A model of the sample."""

from .platform.errors import error
from .platform.tasks import waits


class Sequential:
    """Layers in a row."""

    def __init__(self, layers=None, name=None):
        self.name = name
        self.layer_list = [] if layers is None else layers

    def add(self, layer):
        """Append a layer."""
        self.layer_list.append(layer)

    def predict_now(self, x):
        for layer in self.layer_list:
            x = layer.apply_to(x)
        return x

    @waits
    def fit(self, x, y=None, batch_size=32, on_batch_end=None):
        """Pretend to train; calls on_batch_end with a dict and returns the batch size."""
        if batch_size < 1:
            raise error("ArgumentError", "batch_size must be positive")
        read = self.predict_now
        value = yield read(x)
        if on_batch_end is not None:
            on_batch_end({"loss": value[0], "constructor": 1})
        return batch_size


@waits
def load_model(path):
    """A model from a path."""
    text = yield path
    return Sequential(None, text)
