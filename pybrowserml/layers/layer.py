"""The base of all layers: weights, names, building, application."""

from .. import constraints, initializers, regularizers
from ..core.config import Configurable, arguments_of, dtype_of_policy, serialise
from ..core.context import current_path, current_training, pop_layer, push_layer, record_loss, spend_weight
from ..core.dims import dims_equal, format_dim, is_symbolic
from ..core.graph import is_tensor, placeholder, pop_label, push_label, record_trace
from ..core.host import host_array
from ..core.naming import automatic_name
from ..core.opset.binary import divide
from ..core.opset.generators import size_of
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast
from ..core.shapes import copy_shape, format_shape
from ..core.variables import Variable, fetch_host
from ..ops.arguments import shown
from ..platform.buffers import copy_of, is_array, to_user
from ..platform.errors import error, kind_of, message_of
from ..platform.numbers import is_list, is_string, is_whole
from ..platform.reflection import call_layer, class_name_of
from ..platform.tasks import waits
from .history import History, all_symbolic, mark

MOST_ELEMENTS = 268435456


class Layer(Configurable):
    """A function of tensors with weights.

    A subclass stores its arguments under attributes of the same names, makes its weights in
    `build(input_shape)` with `add_weight`, and computes in `call(x, training)`. input_shape and x are lists
    for a layer of several inputs.

    trainable: whether optimizers update its weights. name: made from the class's name when None. dtype: of
    its weights.
    """

    def __init__(self, trainable=True, name=None, dtype="float32"):
        self.name = automatic_name(class_name_of(self)) if name is None else _checked_name(name)
        self.path = self.name
        self.dtype = dtype_of_policy(dtype)
        self.built = False
        self.weights_list = []
        self.sublayers = []
        self.random_key = None
        self.penalties = []
        self.activity_regularizer = None
        self._trainable = trainable

    @property
    def trainable(self):
        return self._trainable

    @trainable.setter
    def trainable(self, value):
        self._trainable = value
        for layer in self.sublayers:
            layer.trainable = value

    def get_config(self):
        config = arguments_of(self)
        config["name"] = self.name
        config["trainable"] = self.trainable
        config["dtype"] = self.dtype
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = serialise(self.activity_regularizer)
        return config

    def adopt(self, config):
        """Take what every layer has from a configuration, where the constructor does not take it."""
        if is_string(config.get("name")):
            self.name = config["name"]
            self.path = self.name
        if "trainable" in config:
            self._trainable = config["trainable"]
        if "dtype" in config:
            self.dtype = config["dtype"]
        if "activity_regularizer" in config:
            self.activity_regularizer = regularizers.get(config["activity_regularizer"])
        return None

    # Weights

    def add_weight(
        self,
        name=None,
        shape=None,
        initializer=None,
        trainable=True,
        dtype="float32",
        regularizer=None,
        constraint=None,
    ):
        """A new Variable of a shape; its path is the layer's path, "/" and the name.

        name: "weight", "weight_1", ... by default. shape: a list of integers; [] by default, a scalar.
        initializer, regularizer, constraint: names or objects; the initializer None is "glorot_uniform".
        """
        if name is None:
            name = "weight" if len(self.weights_list) == 0 else "weight_" + str(len(self.weights_list))
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
        value = initializers.get("glorot_uniform" if initializer is None else initializer).make(
            copy_shape(shape), dtype
        )
        limits = constraints.get(constraint)
        variable = Variable(value, dtype, trainable, self.path + "/" + name, limits)
        self.weights_list.append(variable)
        penalty = regularizers.get(regularizer)
        if penalty is not None:
            self.penalties.append([variable, penalty])
        return variable

    def track(self, layer):
        """Make a layer part of this one; returns it."""
        self.sublayers.append(layer)
        return layer

    @property
    def weights(self):
        """All Variables: the layer's own, then those of its sublayers."""
        found = [variable for variable in self.weights_list]
        for layer in self.sublayers:
            found.extend(layer.weights)
        return found

    @property
    def trainable_weights(self):
        """The Variables that optimizers update."""
        if not self._trainable:
            return []
        found = [variable for variable in self.weights_list if variable.trainable]
        for layer in self.sublayers:
            found.extend(layer.trainable_weights)
        return found

    @property
    def non_trainable_weights(self):
        """The other Variables."""
        updated = self.trainable_weights
        return [variable for variable in self.weights if not _contains(updated, variable)]

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
            count = 1
            for dim in variable.shape:
                count = count * dim
            total = total + count
        return total

    def regularization_losses(self):
        """Scalar tensors: the penalties on the present weights, sublayers included."""
        if not self._trainable:
            return []
        found = [pair[1].penalty(pair[0].value()) for pair in self.penalties if pair[0].trainable]
        for layer in self.sublayers:
            found.extend(layer.regularization_losses())
        return found

    def add_loss(self, loss):
        """Add a scalar tensor to the model's loss; to be called in `call`."""
        record_loss(to_tensor(loss))
        return None

    # Application

    def build(self, input_shape):
        """Make the weights. input_shape: a list of dimensions, batch included, or a list of such lists."""
        return None

    def call(self, x, training):
        raise error("ArgumentError", class_name_of(self) + " needs a method call(x, training)")

    def __call__(self, x, training=None):
        return self.apply_to(x, training)

    def apply_to(self, x, training=None):
        """The layer's result for a tensor or a list of them; arrays and numbers become tensors.

        The first use builds the layer. training None takes the flag of the layer around, False outside of
        one. On a symbolic tensor (of Input) the result is symbolic and knows its history.
        """
        is_several = _is_several(x)
        inputs = [to_tensor(part) for part in x] if is_several else [to_tensor(x)]
        flag = current_training() if training is None else training
        around = current_path()
        if not self.built and around != "":
            self.path = around + "/" + self.name
        push_label(self.path)
        push_layer(self.path, flag)
        try:
            self._ensure_built(inputs, is_several)
            if all_symbolic(inputs):
                result = self._apply_symbolic(inputs, is_several, training)
            else:
                result = self._run(inputs, is_several, flag)
        except Exception as caught:
            kind = kind_of(caught)
            if kind not in ["ShapeError", "DtypeError", "ArgumentError"]:
                raise
            if message_of(caught).startswith("layer '"):
                raise
            raise error(kind, self.shown_name() + ": " + message_of(caught))
        finally:
            pop_label()
            pop_layer()
        return result

    def shown_name(self):
        """How messages name the layer: layer 'dense_1' (Dense)."""
        return "layer '" + self.name + "' (" + class_name_of(self) + ")"

    def argument(self, argument_name):
        """How messages name an argument: layer 'dense_1' (Dense): units."""
        return self.shown_name() + ": " + argument_name

    def _ensure_built(self, inputs, is_several):
        if self.built:
            return None
        shapes = [copy_shape(tensor.shape) for tensor in inputs]
        self.build(shapes if is_several else shapes[0])
        self.built = True
        return None

    def _run(self, inputs, is_several, training):
        result = call_layer(self, inputs if is_several else inputs[0], training)
        if self.activity_regularizer is not None:
            for tensor in result if is_list(result) else [result]:
                penalty = self.activity_regularizer.penalty(tensor)
                record_loss(divide(penalty, cast(size_of(tensor.shape[0]), "float32")))
        return result

    def _apply_symbolic(self, inputs, is_several, training):
        """Shapes and dtypes by calling on stand-ins; the results are new symbolic tensors."""

        def infer():
            stand_ins = [placeholder("stand_in", copy_shape(t.shape), t.dtype) for t in inputs]
            return self._run(stand_ins, is_several, False if training is None else training)

        result = record_trace(infer)[0]
        found = result if is_list(result) else [result]
        history = History(self, inputs, is_several, training)
        for i in range(len(found)):
            if not is_tensor(found[i]):
                raise error("ArgumentError", "call() must return a tensor or a list of them")
            output = placeholder(self.name, copy_shape(found[i].shape), found[i].dtype)
            history.outputs.append(output)
        for i in range(len(found)):
            mark(history.outputs[i], history, i)
        return history.outputs if is_list(result) else history.outputs[0]

    # Checks that subclasses share

    def require_rank(self, shape, rank):
        """Raise ShapeError unless a shape has the rank."""
        if len(shape) != rank:
            raise error(
                "ShapeError",
                "expected an input of rank " + str(rank) + ", got shape " + format_shape(shape),
            )
        return None

    def require_static(self, shape, axis):
        """The integer size of an axis (counted from the front); raises ShapeError when it is not known."""
        if axis < 0 or axis >= len(shape) or is_symbolic(shape[axis]):
            raise error(
                "ShapeError",
                "the size of axis " + str(axis) + " must be known, got shape " + format_shape(shape),
            )
        return shape[axis]

    def require_size(self, shape, axis, size):
        """Raise ShapeError unless an axis has the size that the layer was built for."""
        if not dims_equal(shape[axis], size):
            raise error(
                "ShapeError",
                "was built for inputs of size "
                + format_dim(size)
                + " along axis "
                + str(axis)
                + ", got shape "
                + format_shape(shape),
            )
        return None


def _contains(items, wanted):
    for item in items:
        if item is wanted:
            return True
    return False


def _checked_name(name):
    if not is_string(name) or name == "" or "/" in name:
        raise error("ArgumentError", "a layer's name must be a text without '/', got " + shown(name))
    return name


def _is_several(x):
    """Whether x is a list of tensors or arrays (and not nested numbers)."""
    if not is_list(x) or len(x) == 0:
        return False
    for part in x:
        if not is_tensor(part) and not hasattr(part, "slot") and not is_array(part):
            return False
    return True
