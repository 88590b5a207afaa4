"""Layers, under Keras's names."""

from .convolution import Conv2D
from .core import Activation, Dense, Dropout, Embedding
from .input import Input, InputLayer
from .layer import Layer
from .pooling import AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D
from .reshaping import Flatten, Reshape
