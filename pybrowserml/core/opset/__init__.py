"""The primitives: one file a family; each row has a shape rule, a gradient rule and a recorder."""

from . import (
    binary,
    bits,
    control,
    convolution,
    fourier,
    gathering,
    generators,
    marks,
    matmul,
    movement,
    pooling,
    reduction,
    scanning,
    sorting,
    unary,
)
from .registry import PRIMITIVES, record, to_tensor
