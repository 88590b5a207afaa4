"""Layers that move numbers: Flatten, Reshape."""

from ..core.config import register
from ..core.dims import is_symbolic
from ..core.opset.movement import reshape, transpose
from ..core.shapes import element_count
from ..ops.arguments import data_format_of, shown
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .layer import Layer


class Flatten(Layer):
    """[batch, ...] → [batch, elements]."""

    def __init__(self, data_format=None, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        self.data_format = data_format_of(data_format)

    def call(self, x, training):
        rank = len(x.shape)
        if rank == 0:
            raise error("ShapeError", "expected an input with a batch axis, got a scalar")
        if self.data_format == "channels_first" and rank > 2:
            order = [0]
            order.extend([i for i in range(2, rank)])
            order.append(1)
            x = transpose(x, order)
        return reshape(x, [x.shape[0], element_count(x.shape[1:rank])])


class Reshape(Layer):
    """[batch, ...] → [batch] + target_shape; one size of target_shape may be -1."""

    def __init__(self, target_shape, name=None, trainable=True, dtype="float32"):
        super().__init__(trainable, name, dtype)
        if not is_list(target_shape):
            raise error("ArgumentError", "target_shape must be a list of sizes, got " + shown(target_shape))
        for dim in target_shape:
            if not is_whole(dim) or dim < -1:
                raise error("ArgumentError", "target_shape must hold sizes or -1, got " + shown(target_shape))
        self.target_shape = [dim for dim in target_shape]

    def call(self, x, training):
        rank = len(x.shape)
        shape = [x.shape[0]]
        rest = element_count(x.shape[1:rank])
        known = 1
        for dim in self.target_shape:
            if dim != -1:
                known = known * dim
        for dim in self.target_shape:
            if dim == -1 and not is_symbolic(rest) and known > 0 and rest % known == 0:
                shape.append(rest // known)
            else:
                shape.append(dim)
        return reshape(x, shape)


register("Flatten", Flatten)
register("Reshape", Reshape)
