"""The base of all layers: options, application, masks."""

from typing import Any

from .. import regularizers
from ..compiler.realise import close_call, open_call
from ..core.config import arguments_of, dtype_of_policy, serialise
from ..core.context import current_path, current_training, pop_layer, push_layer, record_loss
from ..core.graph import is_tensor, placeholder, pop_label, push_label, record_trace
from ..core.naming import automatic_name
from ..core.opset.binary import divide, maximum
from ..core.opset.generators import size_of
from ..core.opset.registry import to_tensor
from ..core.opset.unary import cast
from ..core.policies import policy_of
from ..core.shapes import copy_shape, open_shape
from ..core.watching import WATCHING, watch
from ..ops.arguments import shown
from ..platform.construct import with_known_arguments
from ..platform.errors import error, kind_of, message_of
from ..platform.numbers import is_string
from ..platform.reflection import (
    call_with,
    class_name_of,
    method_arguments,
    overrides,
)
from .building import Buildable
from .call import CallInputs, filled, filled_all, flat, has_places, masks_of, shapes_of
from .history import History, all_symbolic, mark
from .input_spec import check_inputs
from .shapes import StandIns, over_shapes, stand_in, structured
from .stateless import stateless_call


class Layer(Buildable):
    """A function of tensors with weights.

    A subclass stores its arguments under attributes of the same names, makes its weights in
    `build(input_shape)` with `add_weight`, and computes in `call(x, training=None, mask=None, ...)`: of these and
    further arguments it gets those that it names. x is a tensor, or a list or dict of them, and input_shape likewise.
    Layers, Variables and metrics that are assigned to attributes belong to the layer.

    trainable: whether optimizers update its weights. name: made from the class's name when None. dtype: of its weights,
    or a policy of precision; the global policy (`config.set_dtype_policy`) when None. activity_regularizer: a penalty
    on its outputs, added to the model's loss.
    A layer with supports_masking, or with a compute_mask of its own, hands masks on, as compute_mask says; others drop
    them.
    """

    def __init__(self, trainable=True, name=None, dtype: str | None = None, activity_regularizer=None):
        super().__init__(
            automatic_name(class_name_of(self)) if name is None else _checked_name(name), trainable
        )
        self._dtype_policy: Any = policy_of(dtype)
        self.dtype = dtype_of_policy(self._dtype_policy.name)
        self._random_key: Any = None
        # Who says how masks go on has them go on.
        self.supports_masking = overrides(self, "compute_mask", Layer)
        self.activity_regularizer: Any = regularizers.get(activity_regularizer)
        self._layer_calls = []
        # An InputSpec, or a list or dict of them, that inputs are checked against; None: `build` and `call` do that.
        self.input_spec: Any = None
        self._given_shape: Any = None

    def get_config(self):
        """The constructor's arguments as plain values, with name, trainable and dtype."""
        config = arguments_of(self, overrides(self, "get_config", Layer))
        config["name"] = self.name
        config["trainable"] = self.trainable
        config["dtype"] = self._dtype_policy.name
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = serialise(self.activity_regularizer)
        return config

    def _adopt(self, config):
        """Take what every layer has from a configuration, where the constructor does not take it."""
        if is_string(config.get("name")):
            self.name = config["name"]
            self.path = self.name
        if "trainable" in config:
            self._trainable = config["trainable"]
        if "dtype" in config:
            self.dtype_policy = config["dtype"]
        if "activity_regularizer" in config:
            self.activity_regularizer = regularizers.get(config["activity_regularizer"])
        return None

    def _take_common(self, options):
        """Take options that every layer knows though its constructor does not name them.

        input_shape: the shape of one sample; a Sequential whose first layer this is makes its Input of it.
        batch_input_shape: the same with the batch's size in front; input_dim: for [input_dim].
        """
        self._adopt(options)
        if "input_shape" in options:
            self._given_shape = [None]
            self._given_shape.extend(options["input_shape"])
        elif "input_dim" in options:
            self._given_shape = [None, options["input_dim"]]
        elif "batch_input_shape" in options:
            self._given_shape = options["batch_input_shape"]
        return None

    def add_loss(self, loss):
        """Add a scalar tensor to the model's loss; to be called in `call`."""
        self._note_loss(to_tensor(loss))
        return None

    def _note_loss(self, loss):
        record_loss(loss)
        self._call_losses.append(loss)
        return None

    @property
    def dtype_policy(self):
        """The DTypePolicy of the layer; it may be set by name. Whatever it says, floats are float32."""
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value):
        self._dtype_policy = policy_of(value)
        if not self.built:
            self.dtype = dtype_of_policy(self._dtype_policy.name)

    @property
    def compute_dtype(self):
        """The dtype that Keras would compute in; here floats are float32."""
        return self._dtype_policy.compute_dtype

    @property
    def variable_dtype(self):
        """The dtype that the layer's weights would have in Keras; here floats are float32."""
        return self._dtype_policy.variable_dtype

    def _weights_dtype(self):
        """The dtype of weights where none is said."""
        return self.dtype

    # Application

    def call(self, x, training=None) -> Any:
        """The result for a tensor, or for a list or dict of them."""
        raise error("ArgumentError", class_name_of(self) + " needs a method call(x, training)")

    def compute_mask(self, inputs, previous_mask=None) -> Any:
        """The mask of the result, where supports_masking is set: by default that of the inputs."""
        return previous_mask

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self.apply_to(*args, **keywords)

    def apply_to(self, x, training=None, keywords=None) -> Any:
        """The layer's result for a tensor, or for a list or dict of them; arrays and numbers become tensors.

        The first use builds the layer. training None takes the flag of the layer around, outside of one the layer's
        own, False for most. keywords: further arguments of `call` by name, such as mask. On a symbolic tensor (of
        Input) the result is symbolic and knows its history.
        """
        around = current_path()
        if not self._was_built and around != "":
            self.path = around + "/" + self.name
        flag = current_training() if training is None else training
        push_label(self.path)
        push_layer(self.path, flag)
        self._call_losses = []
        result = None
        open_call()
        try:
            inputs = CallInputs(x, self._checked_keywords(keywords))
            if self.input_spec is not None:
                check_inputs(self.input_spec, filled(inputs.x, inputs.tensors))
            self._ensure_built(inputs)
            if all_symbolic(inputs.tensors):
                result = self._apply_symbolic(inputs, training)
                self._call_losses = []
            else:
                result = self._run(inputs, inputs.tensors, self._default_training() if flag is None else flag)
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
            close_call(flat(result))
        return result

    def stateless_call(
        self,
        trainable_variables,
        non_trainable_variables,
        x,
        training=None,
        return_losses=False,
        keywords=None,
    ) -> Any:
        """[result, values of non_trainable_variables after the call]: a call with other weights, without side effects.

        trainable_variables, non_trainable_variables: values (tensors, arrays or Variables) in the order of the
        properties of those names. return_losses: the list of the layer's losses is the third part. Further arguments
        are those of a call. No Variable changes. What random layers drop depends on how often they were applied.
        """
        return stateless_call(
            self,
            trainable_variables,
            non_trainable_variables,
            lambda: self.apply_to(x, training, keywords),
            return_losses,
        )

    def _default_training(self):
        """Whether it trains where nobody says: outside of fit, evaluate and predict, without the argument."""
        return False

    def argument(self, argument_name):
        """How messages name an argument: layer 'dense_1' (Dense): units."""
        return self.shown_name() + ": " + argument_name

    def _checked_keywords(self, keywords):
        given = {}
        if keywords is None:
            return given
        names = method_arguments(self, "call")
        for key in keywords.keys():
            if key not in names and "**" not in names:
                raise error(
                    "ArgumentError", "call has no argument '" + key + "'; it has: " + ", ".join(names)
                )
            given[key] = keywords[key]
        return given

    def _ensure_built(self, inputs):
        if not self._was_built:
            shapes = {}
            for key in inputs.given.keys():
                if has_places(inputs.given[key]):
                    shapes[key + "_shape"] = shapes_of(inputs.given[key], inputs.tensors)
            call_with(self, "build", shapes_of(inputs.x, inputs.tensors), shapes)
            self.built = True
        return None

    def _run(self, inputs, tensors, training):
        """The result for the tensors of a call. inputs: CallInputs that say where they stand."""
        x = filled(inputs.x, tensors)
        given = filled_all(inputs.given, tensors)
        given["training"] = training
        self._add_masks(inputs, tensors, given)
        result = call_with(self, "call", x, given)
        if WATCHING.trace is not None:
            for tensor in flat(result):
                watch(self.shown_name(), tensor)
        if self.activity_regularizer is not None:
            for tensor in flat(result):
                penalty = self.activity_regularizer.penalty(tensor)
                self._note_loss(divide(penalty, cast(maximum(size_of(tensor.shape[0]), 1), "float32")))
        if self.supports_masking and not _has_mask(result):
            known = given.get("mask")
            _attach(result, self.compute_mask(x, masks_of(inputs.x, tensors) if known is None else known))
        return result

    def _add_masks(self, inputs, tensors, given):
        """Give `call` the masks that its tensors have, where it names them: mask, or value_mask for `value`."""
        names = method_arguments(self, "call")
        if "mask" in names and given.get("mask") is None:
            given["mask"] = masks_of(inputs.x, tensors)
        first = names[0] + "_mask"
        if first in names and given.get(first) is None:
            given[first] = masks_of(inputs.x, tensors)
        for key in inputs.given.keys():
            name = key + "_mask"
            if name in names and given.get(name) is None:
                given[name] = masks_of(inputs.given[key], tensors)
        return None

    def _apply_symbolic(self, inputs, training):
        """Shapes and dtypes by calling on stand-ins; the results are new symbolic tensors."""

        def infer():
            return self._run(inputs, [stand_in(tensor) for tensor in inputs.tensors], training is True)

        result = record_trace(infer)[0]
        history = History(self, inputs.tensors, inputs.x, inputs.given, training)
        for found in flat(result):
            if not is_tensor(found):
                raise error("ArgumentError", "call() must return a tensor, or a list or dict of them")
            history.outputs.append(placeholder(self.name, copy_shape(found.shape), found.dtype))
            mask = found.mask
            history.masks.append(
                None if mask is None else placeholder("mask", copy_shape(mask.shape), "bool")
            )
        for i in range(len(history.outputs)):
            mark(history.outputs[i], history, i)
            if history.masks[i] is not None:
                mark(history.masks[i], history, i)
                history.outputs[i].mask = history.masks[i]
        self._layer_calls.append(history)
        return structured(result, history.outputs)

    # What functional models ask

    @property
    def input(self) -> Any:
        """The symbolic tensors of the layer's first call: one, or all of them in a list."""
        tensors = self._first_call().inputs
        return tensors[0] if len(tensors) == 1 else [tensor for tensor in tensors]

    @property
    def output(self) -> Any:
        """The symbolic results of the layer's first call: one, or all of them in a list."""
        tensors = self._first_call().outputs
        return tensors[0] if len(tensors) == 1 else [tensor for tensor in tensors]

    def _first_call(self):
        if len(self._layer_calls) == 0:
            raise error("NotBuiltError", self.shown_name() + " was not called on a symbolic tensor yet")
        return self._layer_calls[0]

    def compute_output_shape(self, input_shape) -> Any:
        """The shape of the result for a shape (or a list or dict of shapes); None stands for any size."""
        stand_ins = StandIns()

        def infer():
            return self.apply_to(over_shapes(input_shape, lambda shape: stand_ins.tensor(shape)))

        result = record_trace(infer)[0]
        shapes = [open_shape(tensor.shape) for tensor in flat(result)]
        return structured(result, shapes)


def _checked_name(name):
    if not is_string(name) or name == "" or "/" in name:
        raise error("ArgumentError", "a layer's name must be a text without '/', got " + shown(name))
    return name


def _has_mask(result):
    for tensor in flat(result):
        if not is_tensor(tensor) or tensor.mask is not None:
            return True
    return False


def _attach(result, masks):
    """Give tensors their masks, in order."""
    tensors = flat(result)
    found = flat(masks)
    for i in range(len(tensors)):
        if i < len(found) and found[i] is not None:
            tensors[i].mask = found[i]
    return None


with_known_arguments(Layer)
