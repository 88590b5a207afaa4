"""Vocabularies of texts and of whole numbers."""

from typing import Any

from ...core.known import register
from ...ops.arguments import shown
from ...platform.errors import error
from .index_lookup import IndexLookup


class StringLookup(IndexLookup):
    """Texts as indices into a vocabulary, given or learned by adapt(data).

    max_tokens: the most indices there may be. num_oov_indices: indices for unknown texts, which are hashed among them.
    mask_token: the text of index 0, None for none. oov_token: what an unknown index stands for with invert=True, which
    turns indices into texts. output_mode: "int", "one_hot", "multi_hot", "count", "tf_idf"; pad_to_max_tokens: vectors
    of size max_tokens. It takes texts, alone, in nested lists or arrays: before a model, in Dataset.map, or first in a
    model. vocabulary: a list; in Python also the path of a file with a token in each line.
    """

    def __init__(
        self,
        max_tokens=None,
        num_oov_indices=1,
        mask_token=None,
        oov_token: Any = "[UNK]",
        vocabulary=None,
        idf_weights=None,
        invert=False,
        output_mode="int",
        pad_to_max_tokens=False,
        sparse=False,
        encoding="utf-8",
        salt=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.encoding = encoding
        self.take_arguments(
            False,
            max_tokens,
            num_oov_indices,
            mask_token,
            oov_token,
            vocabulary,
            idf_weights,
            invert,
            output_mode,
            pad_to_max_tokens,
            sparse,
            "farmhash",
            salt,
        )


class IntegerLookup(IndexLookup):
    """Whole numbers as indices into a vocabulary; see StringLookup. oov_method: "floormod" or "farmhash"."""

    def __init__(
        self,
        max_tokens=None,
        num_oov_indices=1,
        mask_token=None,
        oov_token: Any = -1,
        vocabulary=None,
        vocabulary_dtype="int64",
        idf_weights=None,
        invert=False,
        output_mode="int",
        sparse=False,
        pad_to_max_tokens=False,
        oov_method="floormod",
        salt=None,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        if vocabulary_dtype not in ["int64", "int32", "int"]:
            raise error(
                "ArgumentError",
                self.argument("vocabulary_dtype")
                + " must be 'int64' or 'int32', got "
                + shown(vocabulary_dtype),
            )
        self.vocabulary_dtype = vocabulary_dtype
        self.take_arguments(
            True,
            max_tokens,
            num_oov_indices,
            mask_token,
            oov_token,
            vocabulary,
            idf_weights,
            invert,
            output_mode,
            pad_to_max_tokens,
            sparse,
            oov_method,
            salt,
        )


register("StringLookup", StringLookup)
register("IntegerLookup", IntegerLookup)
