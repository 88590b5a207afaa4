"""GroupQueryAttention."""

from ...core.annotations import Initial
from ...core.known import register
from ...core.naming import automatic_name
from ...core.opset.binary import multiply
from ...ops.arguments import require_whole
from ...ops.movement import repeat
from ...platform.errors import error
from ...platform.records import as_tuple
from .heads import HeadedAttention
from .masks import attention_mask_of

EQUATIONS = ["bkuh,bquh->buqk", "buqk,bkuh->bquh"]


class GroupQueryAttention(HeadedAttention):
    """Attention in which neighbouring query heads share the head of key and value.

    query [batch, T, features], value and key [batch, S, features] → [batch, T, features]. head_dim: the size of a head;
    num_query_heads: a multiple of num_key_value_heads. The other arguments, those of the call and the weights are as in
    MultiHeadAttention. Source: Ainslie et al. 2023, arXiv:2305.13245.
    """

    def __init__(
        self,
        head_dim,
        num_query_heads,
        num_key_value_heads,
        dropout=0.0,
        use_bias=True,
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
        # As Keras calls its class.
        super().__init__(trainable, automatic_name("GroupedQueryAttention") if name is None else name, dtype)
        self.head_dim = require_whole(head_dim, 1, self.argument("head_dim"))
        self.num_query_heads = require_whole(num_query_heads, 1, self.argument("num_query_heads"))
        self.num_key_value_heads = require_whole(num_key_value_heads, 1, self.argument("num_key_value_heads"))
        if self.num_query_heads % self.num_key_value_heads != 0:
            raise error(
                "ArgumentError",
                self.argument("num_query_heads") + " must be a multiple of num_key_value_heads",
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

    def build(self, query_shape, value_shape=None, key_shape=None):
        if value_shape is None:
            raise error("ArgumentError", "is called on a query and a value: layer(query, value)")
        keys = self.require_pair(value_shape, key_shape)
        self.require_rank(query_shape, 3)
        features = self.require_static(query_shape, len(query_shape) - 1)
        query_heads = [None, self.num_query_heads, self.head_dim]
        key_heads = [None, self.num_key_value_heads, self.head_dim]
        self.query_dense = self.projection(query_shape, "bqm,muh->bquh", query_heads, "uh", "query")
        self.key_dense = self.projection(keys, "bkm,mvh->bkvh", key_heads, "vh", "key")
        if self.use_gate:
            self.gate_dense = self.projection(
                query_shape, "bqm,muh->bquh", query_heads, "uh", "gate", "sigmoid"
            )
        self.value_dense = self.projection(value_shape, "bkm,mvh->bkvh", key_heads, "vh", "value")
        summed = [query_shape[0], query_shape[1], self.num_query_heads, self.head_dim]
        self.output_dense = self.projection(
            summed, "bquh,uhm->bqm", [None, features], "m", "attention_output"
        )
        self.make_dropout()

    def require_pair(self, value_shape, key_shape):
        self.require_rank(value_shape, 3)
        return super().require_pair(value_shape, key_shape)

    def compute_output_shape(self, query_shape, value_shape=None, key_shape=None):
        made = super().compute_output_shape(query_shape, value_shape, key_shape)
        self.require_rank(made, 3)
        return made

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
        group = self.num_query_heads // self.num_key_value_heads
        queries = self.query_dense.apply_to(query)
        keys = repeat(self.key_dense.apply_to(value if key is None else key), group, 2)
        values = repeat(self.value_dense.apply_to(value), group, 2)
        found = self.attend(
            EQUATIONS, queries, keys, values, self.head_dim, mask, 1, training, return_attention_scores
        )
        result = found[0]
        if self.use_gate:
            result = multiply(result, self.gate_dense.apply_to(query))
        result = self.output_dense.apply_to(result)
        return as_tuple([result, found[1]]) if return_attention_scores else result


register("GroupQueryAttention", GroupQueryAttention)
# Keras writes this name into its files.
register("GroupedQueryAttention", GroupQueryAttention)
