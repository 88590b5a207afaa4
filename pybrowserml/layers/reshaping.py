"""Layers without weights that move or scale numbers: Flatten, Reshape, ZeroPadding2D and their like."""

from typing import Any

from ..core.dims import dim_floordiv, dim_mul, dims_equal
from ..core.known import register_all
from ..core.opset.binary import add, multiply
from ..core.opset.movement import broadcast_to, reshape, transpose
from ..core.opset.plain import plain
from ..core.opset.registry import as_float
from ..core.shapes import element_count
from ..ops.arguments import data_format_of, require_whole, shown
from ..ops.movement import expand_dims
from ..platform.errors import error
from ..platform.numbers import is_list, is_whole
from .layer import Layer


class Flatten(Layer):
    """[batch, ...] → [batch, elements]."""

    def __init__(self, data_format=None, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.data_format = data_format_of(data_format, self.argument("data_format"))

    def call(self, x, training=None):
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

    def __init__(self, target_shape, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        if not is_list(target_shape):
            raise error(
                "ArgumentError",
                self.argument("target_shape") + " must be a list of sizes, got " + shown(target_shape),
            )
        for dim in target_shape:
            if not is_whole(dim) or dim < -1:
                raise error(
                    "ArgumentError",
                    self.argument("target_shape") + " must hold sizes or -1, got " + shown(target_shape),
                )
        self.target_shape = [dim for dim in target_shape]
        if len([dim for dim in target_shape if dim == -1]) > 1:
            raise error(
                "ArgumentError",
                self.argument("target_shape") + " may hold one -1, got " + shown(target_shape),
            )

    def call(self, x, training=None):
        rank = len(x.shape)
        shape = [x.shape[0]]
        rest = element_count(x.shape[1:rank])
        known = 1
        for dim in self.target_shape:
            if dim != -1:
                known = known * dim
        for dim in self.target_shape:
            # Here and not in reshape, which could not tell for an empty batch.
            open_size = dim_floordiv(rest, known) if dim == -1 and known > 0 else dim
            shape.append(open_size if dims_equal(dim_mul(open_size, known), rest) else dim)
        return reshape(x, shape)


class Permute(Layer):
    """The axes after the batch in another order; dims counts them from 1."""

    def __init__(self, dims, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        if not is_list(dims):
            raise error(
                "ArgumentError", self.argument("dims") + " must be a list of axes, got " + shown(dims)
            )
        self.dims = [dim for dim in dims]
        for i in range(len(dims)):
            if i + 1 not in self.dims:
                raise error(
                    "ArgumentError",
                    self.argument("dims") + " must hold 1 to " + str(len(dims)) + ", got " + shown(dims),
                )

    def call(self, x, training=None):
        self.require_rank(x.shape, len(self.dims) + 1)
        order = [0]
        order.extend(self.dims)
        return transpose(x, order)


class RepeatVector(Layer):
    """[batch, features] → [batch, n, features]."""

    def __init__(self, n, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.n = require_whole(n, 1, self.argument("n"))

    def call(self, x, training=None):
        self.require_rank(x.shape, 2)
        return broadcast_to(expand_dims(x, 1), [x.shape[0], self.n, x.shape[1]])


class Rescaling(Layer):
    """x * scale + offset. scale, offset: numbers, or lists or arrays that broadcast with x."""

    def __init__(self, scale, offset: Any = 0.0, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.scale = plain(scale)
        self.offset = plain(offset)
        self.supports_masking = True

    def call(self, x, training=None):
        return add(multiply(as_float(x), self.scale), self.offset)


register_all(
    {
        "flatten": Flatten,
        "reshape": Reshape,
        "permute": Permute,
        "repeat_vector": RepeatVector,
        "rescaling": Rescaling,
    },
    "layer",
)
