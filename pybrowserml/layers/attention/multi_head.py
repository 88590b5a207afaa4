"""MultiHeadAttention."""

from typing import Any

from ...core.annotations import Initial
from ...core.known import register
from ...core.opset.binary import multiply
from ...ops.arguments import require_whole
from ...platform.errors import error
from ...platform.numbers import is_list
from ...platform.records import as_tuple
from .heads import HeadedAttention
from .masks import attention_mask_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class MultiHeadAttention(HeadedAttention):
    """Attention in several heads: query [batch, T, ...], value and key [batch, S, ...] → [batch, T, features of query].

    key_dim, value_dim (key_dim when None): the sizes of a head. output_shape: the sizes of the result's last axes, None
    for the query's. attention_axes: the axes that are attended over, None for all but batch and features.
    sliding_window: how far a query sees. use_gate: multiply the heads' results by a sigmoid projection of the query.
    flash_attention: has no effect. Weights: query, key, value: kernel [features, heads, size], bias [heads, size];
    attention_output: kernel [heads, size, features], bias.

    The call takes (query, value, key=value), masks of the inputs, attention_mask [batch, T, S], use_causal_mask, and
    return_attention_scores, which gives [output, weights [batch, heads, T, S]].
    Source: Vaswani et al. 2017, arXiv:1706.03762; gates: Qiu et al. 2025, arXiv:2505.06708.
    """

    def __init__(
        self,
        num_heads,
        key_dim,
        value_dim=None,
        dropout=0.0,
        use_bias=True,
        output_shape=None,
        attention_axes=None,
        sliding_window=None,
        flash_attention=None,
        kernel_initializer: Initial = "glorot_uniform",
        bias_initializer: Initial = "zeros",
        kernel_regularizer=None,
        bias_regularizer=None,
        activity_regularizer=None,
        kernel_constraint=None,
        bias_constraint=None,
        use_gate=False,
        seed=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.num_heads = require_whole(num_heads, 1, self.argument("num_heads"))
        self.key_dim = require_whole(key_dim, 1, self.argument("key_dim"))
        self.value_dim = (
            self.key_dim if value_dim is None else require_whole(value_dim, 1, self.argument("value_dim"))
        )
        self.take_arguments(
            dropout,
            use_bias,
            sliding_window,
            flash_attention,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            use_gate,
            seed,
        )
        self.output_shape = (
            None
            if output_shape is None
            else [require_whole(size, 1, self.argument("output_shape")) for size in _listed(output_shape)]
        )
        self.attention_axes = None if attention_axes is None else _listed(attention_axes)

    def build(self, query_shape, value_shape=None, key_shape=None):
        if value_shape is None:
            raise error("ArgumentError", "is called on a query and a value: layer(query, value)")
        keys = self.require_pair(value_shape, key_shape)
        self.query_dense = self._to_heads(query_shape, self.key_dim, "query", None)
        self.key_dense = self._to_heads(keys, self.key_dim, "key", None)
        if self.use_gate:
            self.gate_dense = self._to_heads(query_shape, self.value_dim, "gate", "sigmoid")
        self.value_dense = self._to_heads(value_shape, self.value_dim, "value", None)
        rank = len(value_shape) + 1
        axes = [i for i in range(1, rank - 2)] if self.attention_axes is None else self.attention_axes
        self.axes = [axis if axis >= 0 else rank - 1 + axis for axis in axes]
        self.equations = _attention_equations(rank, self.axes)
        sizes = self.result_sizes(query_shape[len(query_shape) - 1])
        equation = _projection_equation(len(query_shape) - 1, 2, len(sizes))
        known: Any = [None for i in range(len(query_shape) - 2)]
        known.extend(sizes)
        summed = [dim for dim in query_shape[0 : len(query_shape) - 1]]
        summed.extend([self.num_heads, self.value_dim])
        self.output_dense = self.projection(summed, equation[0], known, equation[1], "attention_output")
        self.make_dropout()

    def result_sizes(self, features):
        return [features] if self.output_shape is None else self.output_shape

    def _to_heads(self, shape, size, name, activation):
        equation = _projection_equation(len(shape) - 1, 1, 2)
        known: Any = [None for i in range(len(shape) - 2)]
        known.extend([self.num_heads, size])
        return self.projection(shape, equation[0], known, equation[1], name, activation)

    def call(
        self,
        query,
        value,
        key=None,
        query_mask=None,
        value_mask=None,
        key_mask=None,
        attention_mask=None,
        return_attention_scores=False,
        training=None,
        use_causal_mask=False,
    ):
        mask = attention_mask_of(
            query,
            value,
            query_mask,
            value_mask,
            None if key is None else key_mask,
            attention_mask,
            use_causal_mask,
            self.sliding_window,
        )
        queries = self.query_dense.apply_to(query)
        keys = self.key_dense.apply_to(value if key is None else key)
        values = self.value_dense.apply_to(value)
        found = self.attend(
            self.equations,
            queries,
            keys,
            values,
            self.key_dim,
            mask,
            len(self.axes),
            training,
            return_attention_scores,
        )
        result = found[0]
        if self.use_gate:
            result = multiply(result, self.gate_dense.apply_to(query))
        result = self.output_dense.apply_to(result)
        return as_tuple([result, found[1]]) if return_attention_scores else result


def _listed(value):
    return [item for item in value] if is_list(value) else [value]


def _projection_equation(free, bound, made):
    """[equation, letters of the made axes]: `free` axes are kept, `bound` ones summed over, `made` ones appear."""
    kept = LETTERS[0:free]
    summed = LETTERS[free : free + bound]
    new = LETTERS[free + bound : free + bound + made]
    return [kept + summed + "," + summed + new + "->" + kept + new, new]


def _attention_equations(rank, axes):
    """[of scores from (key, query), of the result from (scores, value)] for tensors of a rank, heads and size last."""
    query = LETTERS[0:rank]
    key = ""
    batch = ""
    for i in range(rank):
        if i in axes:
            key = key + LETTERS[rank + i]
        else:
            key = key + query[i]
            if i < rank - 1:
                batch = batch + query[i]
    scores = batch
    for i in axes:
        scores = scores + query[i]
    for i in axes:
        scores = scores + key[i]
    return [key + "," + query + "->" + scores, scores + "," + key + "->" + query]


register("MultiHeadAttention", MultiHeadAttention)
