"""The NumPy engine: what CPython runs on."""

from .engine import NumpyBackend

__all__ = ["NumpyBackend"]
