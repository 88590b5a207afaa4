"""Layers of the sample."""

from .base import Layer
from .dense import Dense, MaxPooling2D

__all__ = ["Layer", "Dense", "MaxPooling2D"]
