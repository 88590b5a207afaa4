"""Embedding."""

from .. import constraints, initializers, regularizers
from ..core.config import register
from ..core.opset.gathering import gather
from ..core.opset.unary import cast
from ..ops.arguments import require_whole
from ..platform.errors import error
from .layer import Layer


class Embedding(Layer):
    """Vectors of integers: int [...] in 0 .. input_dim - 1 → [..., output_dim]. Weight: embeddings."""

    def __init__(
        self,
        input_dim,
        output_dim,
        embeddings_initializer="uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        mask_zero=False,
        name=None,
        trainable=True,
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        if mask_zero:
            raise error("ArgumentError", self.argument("mask_zero") + "=True is not supported")
        self.input_dim = require_whole(input_dim, 1, self.argument("input_dim"))
        self.output_dim = require_whole(output_dim, 1, self.argument("output_dim"))
        self.embeddings_initializer = initializers.get(embeddings_initializer, self.shown_name())
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer, self.shown_name())
        self.embeddings_constraint = constraints.get(embeddings_constraint, self.shown_name())
        self.mask_zero = mask_zero

    def build(self, input_shape):
        self.embeddings = self.add_weight(
            "embeddings",
            [self.input_dim, self.output_dim],
            self.embeddings_initializer,
            True,
            self.dtype,
            self.embeddings_regularizer,
            self.embeddings_constraint,
        )

    def call(self, x, training):
        return gather(self.embeddings.value(), cast(x, "int32"), 0)


register("Embedding", Embedding)
