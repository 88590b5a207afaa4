"""Keras's older place of functions for sequences (CPython only)."""

from ..data.preparing import pad_sequences

__all__ = ["pad_sequences"]
