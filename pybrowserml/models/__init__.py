"""Models: build, train, save, load."""

from .loading import load_model, model_from_config
from .model import Model
from .sequential import Sequential

__all__ = ["Model", "Sequential", "load_model", "model_from_config"]
