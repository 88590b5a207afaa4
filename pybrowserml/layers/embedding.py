"""Embeddings."""

from .. import constraints, initializers, regularizers
from ..core.annotations import Initial
from ..core.known import register_all
from ..core.opset.binary import divide, multiply, not_equal
from ..core.opset.gathering import gather
from ..core.opset.matmul import matmul
from ..core.opset.registry import as_float, to_tensor
from ..core.opset.unary import cast, tanh
from ..ops.arguments import require_whole
from ..platform.numbers import is_list
from .layer import Layer


class Embedding(Layer):
    """Vectors of integers: int [...] in 0 .. input_dim - 1 → [..., output_dim]. Weight: embeddings.

    mask_zero: the integer 0 stands for padding; the result has a mask that leaves it out. weights: the first
    embeddings, an array or a list with one.
    """

    def __init__(
        self,
        input_dim,
        output_dim,
        embeddings_initializer: Initial = "uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        mask_zero=False,
        weights=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.input_dim = require_whole(input_dim, 1, self.argument("input_dim"))
        self.output_dim = require_whole(output_dim, 1, self.argument("output_dim"))
        self.embeddings_initializer = initializers.get(embeddings_initializer, self.shown_name())
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer, self.shown_name())
        self.embeddings_constraint = constraints.get(embeddings_constraint, self.shown_name())
        self.mask_zero = mask_zero
        self.supports_masking = mask_zero
        if weights is not None:
            self.build()
            self.built = True
            self.set_weights(weights if is_list(weights) and len(weights) == 1 else [weights])

    def get_config(self):
        """The constructor's arguments but for the first weights."""
        config = super().get_config()
        return {key: config[key] for key in config.keys() if key != "weights"}

    def config_value(self, argument_name):
        return None if argument_name == "weights" else super().config_value(argument_name)

    def build(self, input_shape=None):
        self.embeddings = self.new_weight(
            "embeddings",
            [self.input_dim, self.output_dim],
            self.embeddings_initializer,
            True,
            self.dtype,
            self.embeddings_regularizer,
            self.embeddings_constraint,
        )

    def compute_mask(self, inputs, mask=None):
        """True where the integer is not 0, with mask_zero."""
        return not_equal(to_tensor(inputs), 0) if self.mask_zero else None

    def call(self, x, training=None):
        return gather(self.embeddings.value, cast(x, "int32"), 0)


class ReversibleEmbedding(Embedding):
    """An Embedding that, called with reverse=True, gives logits [..., input_dim] of vectors [..., output_dim].

    tie_weights: both directions use the embeddings; else there is a second weight, reverse_embeddings
    [output_dim, input_dim]. reverse_dtype: the dtype of the reverse product. logit_soft_cap: logits become
    cap * tanh(logits / cap).
    """

    def __init__(
        self,
        input_dim,
        output_dim,
        tie_weights=True,
        embeddings_initializer: Initial = "uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        mask_zero=False,
        reverse_dtype=None,
        logit_soft_cap=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            None,
            name,
            trainable,
            dtype,
        )
        self.tie_weights = tie_weights
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape=None):
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.new_weight(
                "reverse_embeddings",
                [self.output_dim, self.input_dim],
                self.embeddings_initializer,
                True,
                self.dtype,
            )

    def compute_mask(self, inputs, mask=None):
        """None: `call` knows whether it goes forward, and sets the mask."""
        return None

    def call(self, x, training=None, reverse=False):
        if not reverse:
            result = super().call(x, training)
            result.mask = super().compute_mask(x, None)
            return result
        kernel = self.embeddings.value if self.tie_weights else self.reverse_embeddings.value
        x = as_float(x)
        if self.reverse_dtype is not None:
            x = cast(x, self.reverse_dtype)
            kernel = cast(kernel, self.reverse_dtype)
        logits = matmul(x, kernel, False, self.tie_weights)
        if self.logit_soft_cap is None:
            return logits
        return multiply(tanh(divide(logits, self.logit_soft_cap)), self.logit_soft_cap)


register_all({"Embedding": Embedding, "ReversibleEmbedding": ReversibleEmbedding}, "layer")
