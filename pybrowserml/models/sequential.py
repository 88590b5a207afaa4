"""Models that are a row of layers."""

from ..core.config import well_formed
from ..core.context import current_training, pop_layer, push_layer
from ..core.dims import is_symbolic
from ..core.graph import is_tensor
from ..core.host import HostArray, host_array
from ..core.known import register, with_custom_objects
from ..core.shapes import format_shape
from ..layers.history import history_of
from ..layers.input import Input
from ..layers.layer import Layer
from ..ops.arguments import shown
from ..platform.buffers import is_array
from ..platform.errors import attempt, error
from ..platform.numbers import is_dict, is_list
from ..platform.reflection import class_name_of
from .ends import input_like, plain_shape
from .model import Model
from .revival import USUAL, layer_from_entry
from .saving import sequential_config
from .subclassed import inputs_like, inputs_of_shapes, inputs_of_tensors


class Sequential(Model):
    """Layers one after the other, each with one input and one output.

    layers: a list of layers or models; `Input(shape)` as the first tells the model its input at once, else
    the first data, or build(input_shape), does.
    """

    def __init__(self, layers=None, trainable=True, name=None):
        super().__init__(None, None, name, trainable)
        self._stacked_layers = []
        # What each layer makes of what the one before made; the first is the input.
        self._stacked_tensors = []
        # Whether the input was given with the layers; else the first data told it.
        self._told_input = False
        if layers is not None:
            if not is_list(layers):
                raise error("ArgumentError", "Sequential takes a list of layers, got " + shown(layers))
            for layer in layers:
                self._append(layer)
            self._close()

    @property
    def layers(self):
        """The layers; the input is none of them."""
        return [layer for layer in self._stacked_layers]

    def add(self, layer):
        """Put a layer (or `Input(...)`, as the first) at the end."""
        self._append(layer)
        self._close()
        return None

    def pop(self):  # subset: ok aliased-method Keras calls it so, and no list is meant
        """Take the last layer away and return it."""
        if len(self._stacked_layers) == 0:
            raise error("ArgumentError", "model '" + self.name + "' has no layer to pop")
        layer = self._stacked_layers.pop()
        if len(self._stacked_tensors) > 0:
            self._stacked_tensors.pop()
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
        for other in self._stacked_layers:
            if other.name == layer.name:
                raise error(
                    "ArgumentError",
                    "model '" + self.name + "' has two layers named '" + layer.name + "'; names must differ",
                )
        if (
            len(self._stacked_tensors) == 0
            and len(self._stacked_layers) == 0
            and isinstance(layer, Model)
            and layer._layer_graph is not None
        ):
            if len(layer._model_inputs) == 1:
                first = layer._model_inputs[0]
                self._start(input_like(first))
        if (
            len(self._stacked_tensors) == 0
            and len(self._stacked_layers) == 0
            and layer._given_shape is not None
        ):
            shape = layer._given_shape
            self._start(Input(shape[1 : len(shape)], shape[0], "float32", None, None))
        if len(self._stacked_tensors) > 0:
            self._apply(layer)
        self._stacked_layers.append(layer)
        return None

    def _start(self, tensor):
        history = history_of(tensor)
        if history is None or len(history.inputs) > 0:
            raise error(
                "ArgumentError", "Sequential '" + self.name + "' takes layers and Input(), got a tensor"
            )
        if len(self._stacked_tensors) > 0 or len(self._stacked_layers) > 0:
            raise error("ArgumentError", "model '" + self.name + "': Input must be the first, and only one")
        self._stacked_tensors.append(tensor)
        self._told_input = True
        return None

    def _apply(self, layer):
        # Weights that are made here have the model's name in their paths.
        push_layer(self.path, current_training())
        try:
            self._stacked_tensors.append(
                layer.apply_to(self._stacked_tensors[len(self._stacked_tensors) - 1])
            )
        finally:
            pop_layer()
        return None

    def _close(self, changed=True):
        """Make the present row of layers the model's graph. changed: whether its losses and metrics are fitted anew."""
        self._sublayers_list = [layer for layer in self._stacked_layers]
        self._model_steps.forget()
        if changed and self.compiled is not None:
            self.compiled.unsettle()
        if len(self._stacked_tensors) > 1 and len(self._stacked_layers) > 0:
            self._set_graph(self._stacked_tensors[0], self._stacked_tensors[len(self._stacked_tensors) - 1])
        else:
            self._layer_graph = None
            self.built = False
        return None

    def build(self, input_shape):
        """Make the weights. input_shape: sizes, the batch's first, None where any will do; or a list or dict of such
        shapes. Raises ArgumentError where the input was given, and is another.
        """
        if len(self._stacked_tensors) == 0:
            self._require_layers()
            self._build_on(inputs_of_shapes(input_shape))
        elif is_list(input_shape) and is_tensor(self._stacked_tensors[0]):
            known = plain_shape(self._stacked_tensors[0])
            given = [None if is_symbolic(dim) else dim for dim in input_shape]
            if self._told_input and not _agree(known, given):
                raise error(
                    "ArgumentError",
                    "model '"
                    + self.name
                    + "' has the input shape "
                    + format_shape(known)
                    + ", so it cannot be built for "
                    + format_shape(given),
                )
        return None

    def _builds_itself(self):
        return False

    def _ensure_built(self, inputs):
        if len(self._stacked_tensors) == 0:
            self._require_layers()
            self._build_on(inputs_of_tensors(inputs.x, inputs.tensors))
        return super()._ensure_built(inputs)

    def _build_on(self, inputs, changed=True):
        """Call the layers on an input; one alone is taken as float32, as layers take it. changed: see `_close`."""
        if is_tensor(inputs) and inputs.dtype != "float32" and inputs.dtype != "string":
            shape = plain_shape(inputs)
            inputs = Input(shape[1 : len(shape)], shape[0], "float32", None, None)
        self._stacked_tensors = [inputs]
        for layer in self._stacked_layers:
            self._apply(layer)
        self._close(changed)
        return None

    def _require_layers(self):
        if len(self._stacked_layers) == 0:
            raise error("NotBuiltError", "model '" + self.name + "' has no layers: add() some first")
        return None

    def _build_for(self, x):
        """Build for the shape of the first data."""
        self._require_layers()
        self._build_on(inputs_like(_alone(x)))
        return None

    def _meet(self, x):
        """Take sizes that differ from those of the first data, where nothing else told them, as any size."""
        super()._meet(x)
        if (
            self._told_input
            or len(self._stacked_tensors) == 0
            or not is_tensor(self._stacked_tensors[0])
            or is_dict(x)
        ):
            return None
        known = self._stacked_tensors[0]
        if known.dtype == "string":
            return None
        value = _alone(x)
        known_array = isinstance(value, HostArray) or is_array(value)
        shape = host_array(value, None).shape if known_array else None
        if shape is None or len(shape) != len(known.shape):
            return None
        sizes = plain_shape(known)
        widened = [sizes[i] if sizes[i] == shape[i] else None for i in range(len(sizes))]
        if _agree(sizes, widened) or len(sizes) == 0:
            return None
        before = self._stacked_tensors
        made = attempt(
            lambda: self._build_on(Input(widened[1 : len(widened)], None, known.dtype, None, None), False)
        )
        if made[1] is not None:
            # A layer needs the size that it had; the data will be refused for what it is.
            self._stacked_tensors = before
            self._close(False)
        return None

    def get_config(self):
        """The layers, in order, the input first where there is one."""
        return sequential_config(self)

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """The model, with fresh weights, of what get_config gave."""
        if not is_dict(config) or not is_list(config.get("layers")):
            return super().from_config(config, custom_objects)
        return well_formed(
            lambda: with_custom_objects(
                custom_objects,
                lambda: USUAL[0].make_sequential(
                    config, [layer_from_entry(part, USUAL[0], 1) for part in config["layers"]], cls
                ),
            )
        )


def _alone(x):
    """The array in a list of one, as batches of generators come, else the data themselves."""
    return x[0] if is_list(x) and len(x) == 1 and is_array(x[0]) else x


def _agree(one, other):
    """Whether two shapes have the same sizes, the batch's aside."""
    if len(one) != len(other):
        return False
    for i in range(1, len(one)):
        if one[i] != other[i]:
            return False
    return True


register("Sequential", Sequential)
register("Model", Model)
register("Functional", Model)
