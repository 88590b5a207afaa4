"""Optimizers: how gradients become updates."""

from typing import Any

from .. import schedules
from ..core.config import resolve
from ..core.keras_form import keras_entry
from ..core.known import register_all, with_custom_objects
from ..platform.construct import construct
from ..platform.numbers import is_dict, is_string
from ..platform.reflection import is_class, name_of_class
from .adaptive import Adadelta, Adafactor, Adagrad, Ftrl, RMSprop
from .base import Optimizer
from .descent import SGD, Lion
from .loss_scale import LossScaleOptimizer
from .moments import Adam, Adamax, AdamW, Lamb, Nadam, ScheduleFreeAdamW
from .muon import Muon
from .several import MultiOptimizer, OptimizerMap

__all__ = [
    "Adadelta",
    "Adafactor",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lamb",
    "Lion",
    "LossScaleOptimizer",
    "MultiOptimizer",
    "Muon",
    "Nadam",
    "Optimizer",
    "OptimizerMap",
    "RMSprop",
    "SGD",
    "ScheduleFreeAdamW",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]

NAMES = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
    "adadelta": Adadelta,
    "adagrad": Adagrad,
    "adamax": Adamax,
    "adafactor": Adafactor,
    "nadam": Nadam,
    "ftrl": Ftrl,
    "lion": Lion,
    "lamb": Lamb,
    "muon": Muon,
    "schedulefreeadamw": ScheduleFreeAdamW,
}
register_all(NAMES, "optimizer")
register_all({"lossscaleoptimizer": LossScaleOptimizer, "multioptimizer": MultiOptimizer}, "optimizer")
register_all({"optimizermap": OptimizerMap}, "optimizer")


def get(identifier) -> Any:
    """An optimizer of a name ("adam"), a configuration, an optimizer or its class."""
    if is_class(identifier):
        return construct(identifier, {})
    if is_dict(identifier) and is_string(identifier.get("class_name")):
        known = NAMES.get(identifier["class_name"].lower())
        if known is not None:
            entry = {"class_name": name_of_class(known), "config": identifier.get("config")}
            return resolve(entry, "optimizer", NAMES, Optimizer)
    return resolve(identifier, "optimizer", NAMES, Optimizer)


def serialize(optimizer):
    """The configuration {"module", "class_name", "config", "registered_name"} of an optimizer."""
    return keras_entry(optimizer, "optimizer")


def deserialize(config, custom_objects=None) -> Any:
    """The optimizer of a configuration; custom_objects: dict of further classes and functions by name."""
    return with_custom_objects(custom_objects, lambda: get(config))
