"""The primitives: one file a family; each row has a shape rule, a gradient rule and a recorder."""

from . import convolution, elementwise, gathering, matmul, movement, pooling, reduction
from .registry import PRIMITIVES, record, to_tensor
