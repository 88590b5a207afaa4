"""Models that are a row of layers."""

from ..core.config import register
from ..core.graph import is_tensor
from ..layers.history import history_of
from ..layers.input import Input
from ..layers.layer import Layer
from ..layers.preprocessing.tokens import texts_of
from ..ops.arguments import shown
from ..platform.buffers import is_array
from ..platform.errors import error
from ..platform.numbers import is_list
from ..platform.reflection import class_name_of
from .batches import to_host
from .model import Model


class Sequential(Model):
    """Layers one after the other, each with one input and one output.

    layers: a list of layers or models; `Input(shape)` as the first tells the model its input at once, else
    the first data, or build(input_shape), does.
    """

    def __init__(self, layers=None, trainable=True, name=None):
        super().__init__(None, None, name, trainable)
        self.stack = []
        self.tensors = []
        if layers is not None:
            if not is_list(layers):
                raise error("ArgumentError", "Sequential takes a list of layers, got " + shown(layers))
            for layer in layers:
                self._append(layer)
            self._close()

    @property
    def layers(self):
        """The layers; the input is none of them."""
        return [layer for layer in self.stack]

    def add(self, layer):
        """Put a layer (or `Input(...)`, as the first) at the end."""
        self._append(layer)
        self._close()
        return None

    def pop(self):  # subset: ok aliased-method Keras calls it so, and no list is meant
        """Take the last layer away and return it."""
        if len(self.stack) == 0:
            raise error("ArgumentError", "model '" + self.name + "' has no layer to pop")
        layer = self.stack.pop()
        if len(self.tensors) > 0:
            self.tensors.pop()
        self._close()
        return layer

    def _append(self, layer):
        if is_tensor(layer) or class_name_of(layer) == "InputLayer":
            self._start(layer if is_tensor(layer) else layer.tensor)
            return None
        if not isinstance(layer, Layer):
            raise error(
                "ArgumentError",
                "Sequential '" + self.name + "' takes layers, got " + shown(layer),
            )
        for other in self.stack:
            if other.name == layer.name:
                raise error(
                    "ArgumentError",
                    "model '" + self.name + "' has two layers named '" + layer.name + "'; names must differ",
                )
        if (
            len(self.tensors) == 0
            and len(self.stack) == 0
            and isinstance(layer, Model)
            and layer.graph is not None
        ):
            if len(layer.inputs) == 1:
                first = layer.inputs[0]
                self._start(_like(first, self.name))
        if len(self.tensors) == 0 and len(self.stack) == 0 and layer.given_shape is not None:
            shape = layer.given_shape
            self._start(Input(shape[1 : len(shape)], shape[0], "float32", None, None))
        if len(self.tensors) > 0:
            self._apply(layer)
        self.stack.append(layer)
        return None

    def _start(self, tensor):
        history = history_of(tensor)
        if history is None or len(history.inputs) > 0:
            raise error(
                "ArgumentError", "Sequential '" + self.name + "' takes layers and Input(), got a tensor"
            )
        if len(self.tensors) > 0 or len(self.stack) > 0:
            raise error("ArgumentError", "model '" + self.name + "': Input must be the first, and only one")
        self.tensors.append(tensor)
        return None

    def _apply(self, layer):
        result = layer.apply_to(self.tensors[len(self.tensors) - 1])
        if is_list(result):
            raise error(
                "ArgumentError",
                "model '" + self.name + "': layer '" + layer.name + "' has several outputs; use Model",
            )
        self.tensors.append(result)
        return None

    def _close(self):
        """Make the present row of layers the model's graph."""
        self.sublayers_list = [layer for layer in self.stack]
        self.steps.forget()
        if self.compiled is not None:
            self.compiled.unsettle()
        if len(self.tensors) > 1:
            self.set_graph(self.tensors[0], self.tensors[len(self.tensors) - 1])
        else:
            self.graph = None
            self.built = False
        return None

    def build(self, input_shape):
        """Make the weights. input_shape: sizes, the batch's first, None where any will do."""
        if len(self.tensors) == 0:
            if not is_list(input_shape) or len(input_shape) == 0 or is_list(input_shape[0]):
                raise error(
                    "ArgumentError", "model '" + self.name + "' takes one input shape, a list of sizes"
                )
            sizes = [_size_or_none(dim) for dim in input_shape]
            batch = sizes[0] if is_number_size(sizes[0]) else None
            self._build_on(Input(sizes[1 : len(sizes)], batch, "float32", None, None))
        return None

    def _build_on(self, tensor):
        self._start_anew(tensor)
        for layer in self.stack:
            self._apply(layer)
        self._close()
        return None

    def _start_anew(self, tensor):
        self.tensors = [tensor]
        return None

    def build_for(self, x):
        """Build for the shape of the first data."""
        if len(self.stack) == 0:
            raise error("NotBuiltError", "model '" + self.name + "' has no layers: add() some first")
        value = x[0] if is_list(x) and len(x) == 1 and is_array(x[0]) else x
        tokens = texts_of(value)
        if tokens is not None:
            self._build_on(Input(tokens.shape[1 : len(tokens.shape)], None, "string", None, None))
            return None
        host = to_host(value, "the input of '" + self.name + "'")
        if len(host.shape) == 0:
            raise error(
                "ShapeError", "the input of '" + self.name + "' must have a batch axis, got a single number"
            )
        self._build_on(Input(host.shape[1 : len(host.shape)], None, "float32", None, None))
        return None


def _size_or_none(dim):
    return dim if is_number_size(dim) else None


def is_number_size(dim):
    """Whether a dimension is an integer, not None or symbolic."""
    return dim is not None and not hasattr(dim, "key")


def _like(tensor, label):
    """An Input of the same sample shape and dtype."""
    sizes = [_size_or_none(dim) for dim in tensor.shape]
    return Input(sizes[1 : len(sizes)], sizes[0], tensor.dtype, None, None)


register("Sequential", Sequential)
register("Model", Model)
register("Functional", Model)
