"""Layers, under Keras's names."""

from .convolution import Conv2D
from .core import Activation, Dense, Dropout, Embedding
from .input import Input, InputLayer
from .layer import Layer
from .merging import Add, Average, Concatenate, Maximum, Minimum, Multiply, Subtract
from .normalization import BatchNormalization, LayerNormalization
from .pooling import AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D, MaxPooling2D
from .reshaping import Flatten, Reshape
