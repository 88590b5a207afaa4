"""Attention layers."""

from .grouped_query import GroupQueryAttention
from .multi_head import MultiHeadAttention
from .plain import AdditiveAttention, Attention

__all__ = ["AdditiveAttention", "Attention", "GroupQueryAttention", "MultiHeadAttention"]
