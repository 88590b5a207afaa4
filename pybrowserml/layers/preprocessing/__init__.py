"""Layers that prepare data: texts, categories, images, sound."""

from .encoding import CategoryEncoding, Discretization
from .hashing import HashedCrossing, Hashing
from .images import CenterCrop, Resizing
from .lookup import IntegerLookup, StringLookup
from .spectrograms import MelSpectrogram, STFTSpectrogram
from .text import TextVectorization

__all__ = [
    "CategoryEncoding",
    "CenterCrop",
    "Discretization",
    "HashedCrossing",
    "Hashing",
    "IntegerLookup",
    "MelSpectrogram",
    "Resizing",
    "STFTSpectrogram",
    "StringLookup",
    "TextVectorization",
]
