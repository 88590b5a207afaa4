"""Functions of the sample."""

from .lists import concat, count_values, reduce_sum, take_out, var, words_of

__all__ = ["concat", "count_values", "reduce_sum", "take_out", "var", "words_of"]
