"""Initializers: the first values of weights, made on the host."""

from typing import Any

from ..core.config import resolve
from ..core.keras_form import keras_entry
from ..core.known import register, register_all, with_custom_objects
from ..core.variables import HOOKS
from ..ops.streams import SeedGenerator
from ..platform.buffers import is_array
from ..platform.construct import construct
from ..platform.numbers import is_function
from ..platform.reflection import is_class
from .base import FunctionInitializer, Initializer
from .constants import STFT, Constant, Identity, Ones, Zeros
from .random import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomNormal",
    "RandomUniform",
    "STFT",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "deserialize",
    "get",
    "serialize",
]

NAMES = {
    "zeros": Zeros,
    "zero": Zeros,
    "ones": Ones,
    "one": Ones,
    "constant": Constant,
    "identity": Identity,
    "orthogonal": Orthogonal,
    "stft": STFT,
    "normal": RandomNormal,
    "uniform": RandomUniform,
    "random_normal": RandomNormal,
    "random_uniform": RandomUniform,
    "truncated_normal": TruncatedNormal,
    "variance_scaling": VarianceScaling,
    "glorot_uniform": GlorotUniform,
    "glorot_normal": GlorotNormal,
    "he_uniform": HeUniform,
    "he_normal": HeNormal,
    "lecun_uniform": LecunUniform,
    "lecun_normal": LecunNormal,
}
register_all(NAMES, "initializer")
register("SeedGenerator", SeedGenerator)
# Class names of older files.
register("OrthogonalInitializer", Orthogonal)
register("IdentityInitializer", Identity)
register("STFTInitializer", STFT)

# Keras's other spellings of the classes.
IdentityInitializer = Identity
OrthogonalInitializer = Orthogonal
STFTInitializer = STFT
zeros = Zeros
ones = Ones
constant = Constant
identity = Identity
orthogonal = Orthogonal
stft = STFT
random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
glorot_uniform = GlorotUniform
glorot_normal = GlorotNormal
he_uniform = HeUniform
he_normal = HeNormal
lecun_uniform = LecunUniform
lecun_normal = LecunNormal


def get(identifier, owner=None) -> Any:
    """An initializer of a name ("glorot_uniform"), a configuration, an initializer, a function or an array.

    A function takes (shape, dtype) and gives numbers of that shape, an array has the weight's shape; None stays None.
    owner: who asks, for messages.
    """
    if identifier is None and owner is None:
        return None
    if is_array(identifier):
        return Constant(identifier)
    if is_class(identifier):
        return construct(identifier, {})
    if is_function(identifier) and not isinstance(identifier, Initializer):
        return FunctionInitializer(identifier)
    return resolve(identifier, "initializer", NAMES, Initializer, owner)


HOOKS.initializer_of = get


def serialize(initializer):
    """The configuration {"module", "class_name", "config", "registered_name"} of an initializer."""
    return keras_entry(initializer, "initializer")


def deserialize(config, custom_objects=None) -> Any:
    """The initializer of a configuration; custom_objects: dict of further classes and functions by name."""
    return with_custom_objects(custom_objects, lambda: get(config))
