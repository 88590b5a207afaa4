"""Optimizers: how gradients become updates."""

from .. import schedules
from ..core.config import config_of, register_all, resolve
from ..platform.construct import construct
from ..platform.reflection import is_class
from .adaptive import Adadelta, Adafactor, Adagrad, Ftrl, RMSprop
from .base import Optimizer
from .descent import SGD, Lion
from .loss_scale import LossScaleOptimizer
from .moments import Adam, Adamax, AdamW, Lamb, Nadam, ScheduleFreeAdamW
from .muon import Muon

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
    "Muon",
    "Nadam",
    "Optimizer",
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
register_all({"lossscaleoptimizer": LossScaleOptimizer}, "optimizer")


def get(identifier):
    """An optimizer of a name ("adam"), a configuration or an optimizer."""
    if is_class(identifier):
        return construct(identifier, {})
    return resolve(identifier, "optimizer", NAMES, Optimizer)


def serialize(optimizer):
    """The configuration {"class_name", "config"} of an optimizer."""
    return config_of(optimizer)


def deserialize(config):
    """The optimizer of a configuration."""
    return get(config)
