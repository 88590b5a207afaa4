"""How Python calls, assigns and shows layers, models, metrics, losses and optimizers (CPython only)."""

# pyright: reportAttributeAccessIssue=false

from .core.config import made_of, restored, serialise
from .core.operands import Operands
from .core.stateless import StatelessScope, inside, pairs_of, values_after
from .core.variables import Variable
from .layers.layer import Layer
from .layers.tracking import Tracked
from .losses.base import Loss
from .metrics.base import MeanMetricWrapper, Metric
from .models.intake import Intake
from .models.model import Model
from .models.trainer import Trainer
from .optimizers.base import Optimizer
from .platform.construct import COMMON, argument_names
from .platform.errors import error
from .platform.reflection import GIVEN, method_arguments


def _apply(layer, *args, **kwargs):
    """The layer's result: `layer(x, value, training=True, mask=mask)`, arguments as its `call` names them."""
    given = _call_arguments(layer, args, kwargs)
    return layer.apply_to(*given)


def _stateless_call(
    layer, trainable_variables, non_trainable_variables, *args, return_losses=False, **kwargs
):
    """`stateless_call` with the arguments of a call as `layer(...)` takes them."""
    x, training, given = _call_arguments(layer, args, kwargs)
    return STATELESS_CALL(
        layer, trainable_variables, non_trainable_variables, x, training, return_losses, given
    )


def _call_arguments(layer, args, kwargs):
    """[first argument of `call`, training, others by name]."""
    names = method_arguments(layer, "call")
    if len(args) > len(names):
        shown = layer.shown_name()
        raise error(
            "ArgumentError", f"{shown}: call takes at most {len(names)} arguments, but got {len(args)}"
        )
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    if names[0] not in given and "inputs" in given:
        # Keras's name of the first argument.
        given[names[0]] = given.pop("inputs")
    if names[0] not in given:
        raise error("ArgumentError", f"{layer.shown_name()}: call needs '{names[0]}'")
    x = given.pop(names[0])
    return [x, given.pop("training", None), given]


STATELESS_CALL = Layer.stateless_call


def _stateless_update(metric, metric_variables, *args, **kwargs):
    """`stateless_update_state` with the arguments of `update_state`, by place or by name."""
    scope = StatelessScope(
        pairs_of(metric.variables, metric_variables, f"metric '{metric.name}'", "metric_variables")
    )
    inside(scope, lambda: metric.update_state(*args, **kwargs))
    return values_after(scope, metric.variables)


def _wrap_function(metric, fn, name=None, dtype=None, **kwargs):
    """`MeanMetricWrapper(fn)`; further arguments by name go to fn."""
    WRAPPER(metric, fn, name, dtype)
    metric.fn_arguments = kwargs


def _measure(metric, y_true, y_pred):
    return metric.fn(y_true, y_pred, **metric.fn_arguments)


def _wrapper_config(metric):
    """The constructor's arguments, and those of the function."""
    config = CONFIG(metric)
    config.update({name: serialise(value) for name, value in metric.fn_arguments.items()})
    return config


def _wrapper_from(cls, config):
    """A MeanMetricWrapper with what its function takes; a subclass says itself what it takes."""
    if cls is not MeanMetricWrapper:
        return made_of(cls, cls.__name__, config, "metric", 0)
    return cls(**{name: restored(value) for name, value in config.items()})


WRAPPER = MeanMetricWrapper.__init__
CONFIG = MeanMetricWrapper.get_config

# Properties of models under whose names a subclass may keep something of its own.
FREE = ("input_names", "input_shape", "inputs", "loss", "optimizer")


FREE += ("output_names", "output_shape", "outputs", "position")


class _Free:
    """A property that an attribute of the instance covers."""

    def __init__(self, covered):
        self.fget = covered.fget
        self.__doc__ = covered.__doc__

    def __get__(self, instance, owner=None):
        return self if instance is None else self.fget(instance)


def _free(cls):
    for name in FREE:
        if isinstance(vars(cls).get(name), property):
            setattr(cls, name, _Free(vars(cls)[name]))


def _assign(owner, name, value):
    """Set an attribute; what a layer owns stands in the order of the last assignment, as in Keras."""
    if isinstance(value, (Tracked, Variable)) and owner.__dict__.get(name) is None:
        owner.__dict__.pop(name, None)
    object.__setattr__(owner, name, value)


def _noted(cls, *args, **kwargs):
    """A new layer that remembers what it was constructed with, for a configuration that nobody wrote."""
    made = object.__new__(cls)
    if not cls.__module__.startswith("pybrowserml."):
        object.__setattr__(made, GIVEN, [args, kwargs])
    return made


def _computed(compute):
    """`compute` of losses, which leaves a subclass with a `__call__` of its own, and no `call`, to that."""

    def computed(loss, y_true, y_pred, sample_weight=None):
        kind = type(loss)
        if kind.__call__ is not Loss.__call__ and kind.call is Loss.call:
            return loss(y_true, y_pred, sample_weight)
        return compute(loss, y_true, y_pred, sample_weight)

    return computed


COMPUTE = Loss.compute


def _layer_config(layer):
    """What `super().get_config()` gives a user's `get_config`: the arguments of the library's class that it extends."""
    config = LAYER_CONFIG(layer)
    kinds = type(layer).__mro__
    own = next(i for i, kind in enumerate(kinds) if "get_config" in vars(kind))
    if _is_ours(kinds[own]):
        return config
    known = argument_names(next(kind for kind in kinds[own:] if _is_ours(kind)))
    return {name: value for name, value in config.items() if name in known or name in COMMON}


def _is_ours(kind):
    return kind.__module__.split(".")[0] == __package__


LAYER_CONFIG = Layer.get_config


def _set_rate(optimizer, value):
    """Set the learning rate; of a tensor or variable, such as another optimizer's rate, its present number."""
    RATE.__set__(optimizer, float(value) if isinstance(value, Operands) else value)


RATE = Optimizer.learning_rate


def install():
    """Attach them to the classes."""
    Layer.__call__ = _apply
    Layer.stateless_call = _stateless_call
    Metric.stateless_update_state = _stateless_update
    MeanMetricWrapper.__init__ = _wrap_function
    MeanMetricWrapper.measure = _measure
    MeanMetricWrapper.from_config = classmethod(_wrapper_from)
    MeanMetricWrapper.get_config = _wrapper_config
    Layer.get_config = _layer_config
    Layer.__repr__ = lambda layer: f"<{type(layer).__name__} name={layer.name}, built={layer.built}>"
    Loss.compute = _computed(COMPUTE)
    Optimizer.learning_rate = property(RATE.fget, _set_rate, doc=RATE.__doc__)
    Tracked.__setattr__ = _assign
    for cls in (Intake, Trainer, Model):
        _free(cls)
    Tracked.__new__ = _noted
