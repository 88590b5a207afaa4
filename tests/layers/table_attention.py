"""Rows of the attention layers."""

from .rows import Row

QUERY = [2, 5, 4]
VALUE = [2, 6, 4]
LOOSE = {"rtol": 2e-5, "atol": 5e-6, "webgl": (2e-4, 5e-5)}

ROWS = [
    Row(
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 3},
        [QUERY, VALUE],
        spread=("value",),
        training=True,
        **LOOSE,
    ),
    Row(
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 3, "value_dim": 5, "output_shape": 7, "use_bias": False},
        [QUERY, [2, 6, 3]],
        "sizes",
        spread=("value",),
        call={"return_attention_scores": True},
        unlike=("output_shape",),
        **LOOSE,
    ),
    Row(
        "MultiHeadAttention",
        {"num_heads": 3, "key_dim": 2, "use_gate": True, "sliding_window": 2},
        [QUERY, QUERY, QUERY],
        "gate_window",
        spread=("value", "key"),
        call={"use_causal_mask": True},
        **LOOSE,
    ),
    Row(
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 3, "attention_axes": [2]},
        [[2, 3, 5, 4], [2, 3, 6, 4]],
        "axes",
        spread=("value",),
        **LOOSE,
    ),
    Row(
        "GroupQueryAttention",
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2},
        [QUERY, VALUE],
        spread=("value",),
        training=True,
        **LOOSE,
    ),
    Row(
        "GroupQueryAttention",
        {
            "head_dim": 3,
            "num_query_heads": 4,
            "num_key_value_heads": 2,
            "use_gate": True,
            "sliding_window": 3,
        },
        [QUERY, QUERY],
        "gate_window",
        spread=("value",),
        call={"use_causal_mask": True},
        **LOOSE,
    ),
    Row("Attention", {"use_scale": True}, [QUERY, VALUE], masks=[2, 2], **LOOSE),
    Row(
        "Attention",
        {"score_mode": "concat", "use_scale": True},
        [QUERY, VALUE, VALUE],
        "concat",
        call={"use_causal_mask": True},
        **LOOSE,
    ),
    Row("AdditiveAttention", {}, [QUERY, VALUE], masks=[2, 2], **LOOSE),
    Row("AdditiveAttention", {"use_scale": False}, [QUERY, VALUE], "no_scale", **LOOSE),
]
