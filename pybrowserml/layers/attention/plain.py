"""Attention without heads: by dot products or by a small network."""

from typing import Any

from ...core.dims import is_symbolic
from ...core.known import register
from ...core.opset.binary import add, logical_and, multiply, subtract, where
from ...core.opset.matmul import matmul
from ...core.opset.reduction import reduce_sum
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast, tanh
from ...ops.activations import softmax
from ...ops.arguments import shown
from ...ops.movement import expand_dims
from ...platform.errors import error
from ...platform.numbers import is_list, is_whole
from ...platform.records import as_tuple
from ..dropout import Dropout
from ..layer import Layer
from .masks import causal_mask

# What Keras subtracts from masked scores.
FAR_BELOW = 1.0e9


class Attention(Layer):
    """softmax(query key') value of [query, value] or [query, value, key].

    query [batch, T, dim], value and key [batch, S, dim] → [batch, T, dim]; key is value when not given. use_scale: a
    trained factor of the scores. score_mode: "dot", or "concat" for w · sum(tanh(query + key)). dropout: of weights.
    Masks: [query mask, value mask]. In the call, return_attention_scores gives [output, weights [batch, T, S]], and
    use_causal_mask lets a query see only keys up to its own place. Source: Luong et al. 2015, arXiv:1508.04025.
    """

    def __init__(
        self,
        use_scale=False,
        score_mode="dot",
        dropout=0.0,
        seed=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        if score_mode not in ["dot", "concat"]:
            raise error(
                "ArgumentError",
                self.argument("score_mode") + " must be 'dot' or 'concat', got " + shown(score_mode),
            )
        self.supports_masking = True
        self.use_scale = use_scale
        self.score_mode = score_mode
        self.dropout = dropout
        self.seed = seed
        self.scale: Any = None
        self.concat_score_weight: Any = None
        self.dropping = Dropout(dropout, None, seed, "dropout")

    def build(self, input_shape):
        self.require_inputs(input_shape)
        if self.use_scale:
            self.scale = self.new_weight("scale", [], "ones", True, self.dtype)
        if self.score_mode == "concat":
            self.concat_score_weight = self.new_weight("concat_score_weight", [], "ones", True, self.dtype)

    def require_inputs(self, inputs):
        """Raise ArgumentError unless there are two or three."""
        single = is_list(inputs) and len(inputs) > 0 and (is_whole(inputs[0]) or is_symbolic(inputs[0]))
        if not is_list(inputs) or single or len(inputs) not in [2, 3]:
            raise error("ArgumentError", "is called on a list: [query, value] or [query, value, key]")
        return None

    def require_masks(self, mask):
        """Raise ArgumentError unless mask is None or a list of two or three masks or None."""
        if mask is not None and (not is_list(mask) or len(mask) not in [2, 3]):
            raise error("ArgumentError", "mask must be a list: [query mask, value mask]")
        return None

    def scores(self, query, key):
        """[batch, T, S]"""
        if self.score_mode == "dot":
            found = matmul(query, key, False, True)
            return found if self.scale is None else multiply(found, self.scale.value)
        together = add(expand_dims(query, -2), expand_dims(key, -3))
        if self.scale is not None:
            together = multiply(together, self.scale.value)
        return multiply(reduce_sum(tanh(together), -1, False), self.concat_score_weight.value)

    def call(self, inputs, mask=None, training=None, return_attention_scores=False, use_causal_mask=False):
        self.require_inputs(inputs)
        self.require_masks(mask)
        query = inputs[0]
        value = inputs[1]
        key = inputs[2] if len(inputs) > 2 else value
        found = self.scores(query, key)
        seen = None if mask is None or mask[1] is None else expand_dims(cast(mask[1], "bool"), -2)
        if use_causal_mask:
            causal = causal_mask(found.shape[1], found.shape[2])
            seen = causal if seen is None else logical_and(seen, causal)
        if seen is not None:
            found = where(seen, found, subtract(found, FAR_BELOW))
        weights = self.dropping.apply_to(softmax(found, -1), training)
        result = matmul(weights, value, False, False)
        if mask is not None and mask[0] is not None:
            result = where(expand_dims(cast(mask[0], "bool"), -1), result, 0.0)
        return as_tuple([result, weights]) if return_attention_scores else result

    def compute_mask(self, inputs, mask: Any = None):
        self.require_masks(mask)
        return None if mask is None or mask[0] is None else to_tensor(mask[0])


class AdditiveAttention(Attention):
    """Attention whose scores are sum(scale * tanh(query + key)); see `Attention` for the rest.

    use_scale: scale is a trained vector [dim], else 1. Source: Bahdanau et al. 2014, arXiv:1409.0473.
    """

    def __init__(self, use_scale=True, dropout=0.0, seed=None, name=None, trainable=True, dtype=None):
        super().__init__(use_scale, "dot", dropout, seed, name, trainable, dtype)

    def build(self, input_shape):
        self.require_inputs(input_shape)
        if self.use_scale:
            size = self.require_static(input_shape[0], len(input_shape[0]) - 1)
            self.scale = self.new_weight("scale", [size], "glorot_uniform", True, self.dtype)

    def scores(self, query, key):
        found = tanh(add(expand_dims(query, -2), expand_dims(key, -3)))
        if self.scale is not None:
            found = multiply(found, self.scale.value)
        return reduce_sum(found, -1, False)


register("Attention", Attention)
register("AdditiveAttention", AdditiveAttention)
