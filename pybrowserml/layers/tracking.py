"""What a layer owns: weights, sublayers, penalties; found from its attributes, counted, read and set."""

from typing import Any

from .. import constraints, initializers, regularizers
from ..core.config import Configurable
from ..core.context import spend_weight
from ..core.dims import is_symbolic
from ..core.dtypes import is_float
from ..core.host import host_array
from ..core.shapes import copy_shape, element_count, format_shape
from ..core.slots import fetch_host
from ..core.variables import Variable, state_variable
from ..platform.buffers import copy_of, to_user
from ..platform.errors import error
from ..platform.maps import new_map
from ..platform.numbers import is_dict, is_list, is_number, is_string, is_whole
from ..platform.reflection import class_name_of, own_attributes
from ..platform.tasks import waits

MOST_ELEMENTS = 268435456
DEEPEST = 32

# Attributes that name other layers, or tensors, without owning them.
NOT_OWNED = [
    "_sublayers_list",
    "_weights_list",
    "_layer_calls",
    "_call_losses",
    "compiled",
    "_model_steps",
    "_layer_graph",
    "_model_inputs",
]
NOT_OWNED.extend(["_model_outputs", "_stacked_tensors", "_model_begins", "_model_ends", "_given_arguments"])


class Tracked(Configurable):
    """The part of a Layer that keeps weights. What is assigned to an attribute belongs to the layer: other layers,
    Variables and metrics, alone or in lists and dicts.
    """

    def __init__(self, name, trainable):
        self.name = name
        self.path = name
        self._was_built = False
        self._call_losses: list[Any] = []
        self._weights_list: list[Any] = []
        self._sublayers_list: list[Any] = []
        self._trainable = trainable

    @property
    def built(self):
        """Whether the weights are there."""
        return self._was_built

    @built.setter
    def built(self, value):
        self._was_built = value

    @property
    def trainable(self):
        """Whether optimizers update the weights; setting it sets that of all sublayers."""
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = value
        for layer in self._inner_layers:
            layer.trainable = value

    def shown_name(self):
        """How messages name the layer: layer 'dense_1' (Dense)."""
        return "layer '" + self.name + "' (" + class_name_of(self) + ")"

    def add_weight(
        self,
        shape=None,
        initializer=None,
        dtype=None,
        trainable=True,
        autocast=True,
        regularizer=None,
        constraint=None,
        aggregation="none",
        overwrite_with_gradient=False,
        name=None,
    ):
        """A new Variable of a shape; its path is the layer's path, "/" and the name.

        shape: a list of integers; [] by default, a scalar. initializer, regularizer, constraint: names or objects; the
        initializer None is "glorot_uniform", and "zeros" for integers and bool. dtype: that of the layer's weights by
        default. overwrite_with_gradient: optimizers put the gradient in the place of the value. name: "variable",
        "variable_1", ... by default. autocast and aggregation are known for Keras's sake: nothing is cast, and there is
        one device.
        """
        if is_string(shape):
            raise error(
                "ArgumentError",
                "add_weight: shape must be a list of sizes, got '"
                + str(shape)
                + "'; the name is given by keyword, name=",
            )
        dtype = self._weights_dtype() if dtype is None else dtype
        if initializer is None and not is_float(dtype):
            initializer = "zeros"
        made = self.new_weight(name, shape, initializer, trainable, dtype, regularizer, constraint)
        made.overwrite_with_gradient = overwrite_with_gradient
        return made

    def _weights_dtype(self):
        """The dtype of weights where none is said."""
        return "float32"

    def new_weight(
        self,
        name=None,
        shape=None,
        initializer=None,
        trainable=True,
        dtype="float32",
        regularizer=None,
        constraint=None,
    ):
        """As add_weight, with the arguments of most use first: what the library's layers call."""
        if name is None:
            name = "variable" if len(self._weights_list) == 0 else "variable_" + str(len(self._weights_list))
        if shape is None:
            shape = []
        count = 1
        for dim in shape:
            if is_symbolic(dim) or not is_whole(dim) or dim < 0:
                raise error(
                    "ShapeError", "the weight '" + name + "' cannot have shape " + format_shape(shape)
                )
            count = count * dim
        if count > MOST_ELEMENTS:
            raise error(
                "ArgumentError",
                "the weight '" + name + "' of shape " + format_shape(shape) + " has more than 2**28 elements",
            )
        spend_weight(self.path + "/" + name, count)
        chosen: Any = initializers.get("glorot_uniform" if initializer is None else initializer)
        value = chosen.make(copy_shape(shape), dtype)
        limits = constraints.get(constraint)
        variable = state_variable(value, dtype, trainable, self.path + "/" + name, limits)
        variable.regularizer = regularizers.get(regularizer)
        self._weights_list.append(variable)
        return variable

    def track(self, layer):
        """Make a layer part of this one; returns it. Attributes are tracked by themselves."""
        self._sublayers_list.append(layer)
        return layer

    @property
    def _inner_layers(self):
        """The layers inside, in the order in which they were assigned."""
        return self._owned()[0]

    @property
    def _own_metrics(self):
        """The metrics kept as attributes, those of sublayers included."""
        owned = self._owned()
        found = owned[2]
        for layer in owned[0]:
            found.extend(layer._own_metrics)
        return found

    @property
    def metrics(self):
        """The metrics kept as attributes, those of sublayers included."""
        return self._own_metrics

    @property
    def metrics_variables(self):
        """The Variables of all metrics."""
        found = []
        for metric in self.metrics:
            found.extend(metric.variables)
        return found

    def _owned(self):
        """[sublayers, Variables, metrics] of this layer itself."""
        seen = new_map()
        owned = [[], [], []]
        for layer in self._sublayers_list:
            _keep(layer, owned, seen)
        for variable in self._weights_list:
            _keep(variable, owned, seen)
        for pair in own_attributes(self):
            if pair[0] not in NOT_OWNED:
                _collect(pair[1], owned, seen, 0)
        return owned

    @property
    def _own_weights(self):
        """The layer's own Variables: those that optimizers may update first."""
        variables = self._owned()[1]
        found = [variable for variable in variables if variable.trainable]
        found.extend([variable for variable in variables if not variable.trainable])
        return found

    @property
    def weights(self):
        """All Variables, none twice: the layer's own, then those of its sublayers."""
        found = self._own_weights
        for layer in self._inner_layers:
            found.extend(layer.weights)
        return _unique(found)

    @property
    def variables(self):
        """All Variables: the same as `weights`."""
        return self.weights

    @property
    def trainable_weights(self):
        """The Variables that optimizers update."""
        if not self._trainable:
            return []
        found = [variable for variable in self._own_weights if variable.trainable]
        for layer in self._inner_layers:
            found.extend(layer.trainable_weights)
        return _unique(found)

    @property
    def trainable_variables(self):
        """The same as `trainable_weights`."""
        return self.trainable_weights

    @property
    def non_trainable_weights(self):
        """The other Variables."""
        updated = new_map()
        for variable in self.trainable_weights:
            updated.put(variable, True)
        return [variable for variable in self.weights if not updated.has(variable)]

    @property
    def non_trainable_variables(self):
        """The same as `non_trainable_weights`."""
        return self.non_trainable_weights

    @waits
    def get_weights(self):
        """All weights as arrays, in the order of `weights`."""
        self._require_weights()
        found = []
        for variable in self.weights:
            host = yield from fetch_host(variable)
            found.append(to_user(copy_of(host.data), host.shape, host.dtype))
        return found

    def set_weights(self, weights):
        """Set all weights from a list of arrays in the order of `weights`."""
        self._require_weights()
        variables = self.weights
        if not is_list(weights) or len(weights) != len(variables):
            raise error(
                "ArgumentError",
                self.shown_name() + ": set_weights needs a list of " + str(len(variables)) + " arrays",
            )
        for i in range(len(variables)):
            variables[i].assign(host_array(weights[i], variables[i].dtype))
        return None

    def _require_weights(self):
        if not self.built:
            raise error(
                "NotBuiltError",
                "layer '" + self.name + "' has no weights yet: call it on a tensor, or build() it, first",
            )
        return None

    def count_params(self):
        """The number of elements of all weights. Raises NotBuiltError before there are any."""
        self._require_weights()
        total = 0
        for variable in self.weights:
            total = total + element_count(variable.shape)
        return total

    def regularization_losses(self):
        """Scalar tensors: the penalties on the present values of trainable weights, sublayers included."""
        return [
            regularizers.get(variable.regularizer).penalty(variable.value)
            for variable in self.trainable_weights
            if variable.regularizer is not None
        ]

    @property
    def losses(self):
        """Scalar tensors: what the last call added (`add_loss`, activity regularizers), then the penalties on weights.

        Those of sublayers are included.
        """
        found = self._losses_of_calls()
        found.extend(self.regularization_losses())
        return found

    def _losses_of_calls(self):
        found = [loss for loss in self._call_losses]
        for layer in self._inner_layers:
            found.extend(layer._losses_of_calls())
        return found


def _collect(value, owned, seen, depth):
    """What an attribute's value makes the layer own; lists that hold themselves are not gone through for ever."""
    if depth > DEEPEST:
        return None
    if is_list(value):
        # Vocabularies are long, and own nothing.
        if len(value) > 0 and (is_string(value[0]) or is_number(value[0])):
            return None
        for item in value:
            _collect(item, owned, seen, depth + 1)
    elif is_dict(value):
        for key in value.keys():
            _collect(value[key], owned, seen, depth + 1)
    else:
        _keep(value, owned, seen)
    return None


def _keep(item, owned, seen):
    place = _kind(item)
    if place >= 0 and not seen.has(item):
        seen.put(item, True)
        owned[place].append(item)
    return None


def _kind(item):
    """0 of a layer, 1 of a Variable, 2 of a metric, else -1."""
    if isinstance(item, Tracked):
        return 0
    if isinstance(item, Variable):
        return 1
    return 2 if hasattr(item, "update_state") and hasattr(item, "reset_state") else -1


def _unique(variables):
    seen = new_map()
    found = []
    for variable in variables:
        if not seen.has(variable):
            seen.put(variable, True)
            found.append(variable)
    return found
