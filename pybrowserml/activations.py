"""Activations by name, as Keras names them."""

from typing import Any

from .core.config import from_config, function_entry
from .core.keras_form import keras_entry, with_modules
from .core.known import function_named, register_function, with_custom_objects
from .core.naming import snake_case
from .core.opset.binary import greater, multiply, subtract, where
from .core.opset.registry import as_float
from .core.opset.unary import exp, sigmoid, tanh
from .ops.activations import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_swish,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    mish,
    relu6,
    selu,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    swish,
    tanh_shrink,
    threshold,
)
from .ops.activations import gelu as gelu_op
from .ops.activations import relu as plain_relu
from .ops.arguments import shown
from .ops.math import clip
from .platform.errors import error
from .platform.numbers import is_dict, is_function, is_string

__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]


def linear(x):
    """x itself."""
    return x


def exponential(x):
    """exp(x)."""
    return exp(as_float(x))


def gelu(x, approximate=False):
    """x times the normal distribution function of x; by tanh when `approximate`."""
    return gelu_op(x, approximate)


def relu(x, negative_slope=0.0, max_value=None, threshold=0.0):
    """x above the threshold, negative_slope * (x - threshold) below it, never above max_value."""
    x = as_float(x)
    if negative_slope == 0 and threshold == 0:
        return plain_relu(x) if max_value is None else clip(x, 0.0, max_value)
    low = multiply(subtract(x, threshold), negative_slope)
    high = x if max_value is None else clip(x, 0.0, max_value)
    return where(greater(x, threshold), high, low)


TABLE = [
    # The first name of a function is the one that configurations use.
    ["linear", linear],
    ["relu", relu],
    ["relu6", relu6],
    ["leaky_relu", leaky_relu],
    ["elu", elu],
    ["celu", celu],
    ["selu", selu],
    ["gelu", gelu],
    ["silu", silu],
    ["swish", silu],
    ["glu", glu],
    ["softplus", softplus],
    ["softsign", softsign],
    ["softmax", softmax],
    ["log_softmax", log_softmax],
    ["sigmoid", sigmoid],
    ["log_sigmoid", log_sigmoid],
    ["hard_sigmoid", hard_sigmoid],
    ["hard_silu", hard_silu],
    ["hard_swish", hard_silu],
    ["hard_tanh", hard_tanh],
    ["tanh", tanh],
    ["tanh_shrink", tanh_shrink],
    ["exponential", exponential],
    ["mish", mish],
    ["hard_shrink", hard_shrink],
    ["soft_shrink", soft_shrink],
    ["threshold", threshold],
    ["squareplus", squareplus],
    ["sparse_plus", sparse_plus],
    ["sparse_sigmoid", sparse_sigmoid],
    ["sparsemax", sparsemax],
]
for row in TABLE:
    register_function(row[0], row[1])


def activate(activation, x):
    """The result of what `get` gave: a function, or a layer such as LeakyReLU; None changes nothing."""
    if activation is None:
        return x
    return activation.apply_to(x, None) if hasattr(activation, "apply_to") else activation(x)


def get(activation, owner=None) -> Any:
    """The function of a name, a function or layer itself, `linear` of None. Raises ArgumentError.

    owner: who asks, for messages.
    """
    if activation is None:
        return linear
    name = activation
    if is_dict(activation):
        name = activation.get("config")
    found = function_named(name)
    if found is None and is_string(name):
        # JavaScript's spelling: leakyRelu.
        found = function_named(snake_case(name))
    if found is not None:
        return found
    if is_function(activation) or hasattr(activation, "apply_to"):
        return activation
    known = ", ".join([entry[0] for entry in TABLE])
    start = "" if owner is None else owner + ": "
    raise error("ArgumentError", start + "unknown activation " + shown(name) + "; known: " + known)


def serialize(activation):
    """The registered name of a function, the configuration of a layer."""
    if hasattr(activation, "get_config"):
        return keras_entry(activation, "layer")
    return with_modules(function_entry(activation), "layer")


def deserialize(config, custom_objects=None) -> Any:
    """The activation of a name or a configuration; custom_objects: dict of further classes and functions by name."""
    return with_custom_objects(
        custom_objects, lambda: get(from_config(config, "layer") if is_dict(config) else config)
    )
