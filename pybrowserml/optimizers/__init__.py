"""Optimizers: how gradients become updates."""

from .. import schedules
from ..core.config import register_all, resolve
from .base import Optimizer
from .rules import SGD, Adagrad, Adam, AdamW, RMSprop

__all__ = [
    "Adagrad",
    "Adam",
    "AdamW",
    "Optimizer",
    "RMSprop",
    "SGD",
    "get",
    "schedules",
]

NAMES = {"sgd": SGD, "adam": Adam, "adamw": AdamW, "rmsprop": RMSprop, "adagrad": Adagrad}
register_all(NAMES, "optimizer")


def get(identifier):
    """An optimizer of a name ("adam"), a configuration or an optimizer."""
    return resolve(identifier, "optimizer", NAMES, Optimizer)
