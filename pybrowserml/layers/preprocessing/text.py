"""Texts as rows of indices."""

from typing import Any

from ...core.dims import size_named
from ...core.graph import placeholder
from ...core.known import register
from ...ops.arguments import require_whole, shown
from ...platform.errors import error
from ...platform.numbers import is_function, is_list, is_string, is_whole
from ...platform.streams import text_argument, text_result
from ...platform.tasks import waits
from .encoding import require_mode
from .feeding import comes_in_parts, each_part
from .host_layer import HostLayer
from .lookup import StringLookup
from .tokens import tensor_of, tokens_of

PUNCTUATION = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'"
STANDARDIZE = ["lower_and_strip_punctuation", "lower", "strip_punctuation"]


class TextVectorization(HostLayer):
    """Texts, one each, as rows of indices of their tokens, or as vectors of a bag of tokens.

    standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation", None, or a function of a text. split:
    "whitespace", "character", None, or a function of a text that gives a list. ngrams: also sequences of up to so many
    tokens, or of the lengths in a list. output_mode: "int", "multi_hot", "count", "tf_idf". output_sequence_length: the
    length of all rows, cut or filled up with 0; None takes that of the longest. The vocabulary is given, or learned by
    adapt(texts); index 0 is padding, 1 an unknown token. It stands before a model, in
    Dataset.map, or first in a model.
    """

    def __init__(
        self,
        max_tokens=None,
        standardize: Any = "lower_and_strip_punctuation",
        split: Any = "whitespace",
        ngrams=None,
        output_mode="int",
        output_sequence_length=None,
        pad_to_max_tokens=False,
        vocabulary=None,
        idf_weights=None,
        sparse=False,
        ragged=False,
        encoding="utf-8",
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        if is_string(standardize) and standardize not in STANDARDIZE:
            raise error(
                "ArgumentError",
                self.argument("standardize")
                + " must be one of "
                + ", ".join(STANDARDIZE)
                + ", got "
                + shown(standardize),
            )
        if is_string(split) and split not in ["whitespace", "character"]:
            raise error(
                "ArgumentError",
                self.argument("split") + " must be 'whitespace' or 'character', got " + shown(split),
            )
        require_mode(output_mode, ["int", "multi_hot", "count", "tf_idf"], self.shown_name())
        if ragged:
            raise error("ArgumentError", self.argument("ragged") + ": there are no ragged tensors")
        self.max_tokens = max_tokens
        self.standardize: Any = standardize
        self.split: Any = split
        if output_sequence_length is not None and output_mode != "int":
            raise error("ArgumentError", self.argument("output_sequence_length") + " needs output_mode 'int'")
        self.ngrams = listed_ngrams(ngrams, self.argument("ngrams"))
        self.output_mode = output_mode
        self.output_sequence_length = (
            None
            if output_sequence_length is None
            else require_whole(output_sequence_length, 1, self.argument("output_sequence_length"))
        )
        self.pad_to_max_tokens = pad_to_max_tokens
        self.sparse = sparse
        self.ragged = ragged
        self.encoding = encoding
        self.lookup = StringLookup(
            max_tokens,
            1,
            "",
            "[UNK]",
            vocabulary,
            idf_weights,
            False,
            output_mode,
            pad_to_max_tokens,
            sparse,
            encoding,
        )

    @property
    def vocabulary(self):
        """The tokens without the special ones, or None."""
        return self.lookup.vocabulary

    @property
    def idf_weights(self):
        """The weights of all indices for output_mode "tf_idf", or None."""
        return self.lookup.idf_weights

    def config_value(self, argument_name):
        if argument_name == "vocabulary" or argument_name == "idf_weights":
            return self.lookup.config_value(argument_name)
        return super().config_value(argument_name)

    @waits
    def adapt(self, data, batch_size=None, steps=None):
        """Learn the vocabulary of texts: the most frequent tokens first.

        data: a list or array of texts; or a Dataset, a generator or another iterable of batches of texts, or of texts,
        of which steps are read, None for all. batch_size: of no consequence, as in Keras.
        """
        yield from self.adapting(data, steps)
        return None

    def adapting(self, data, steps):
        """Generator: learn the vocabulary."""
        if self.lookup.given_vocabulary is not None:
            raise error(
                "ArgumentError", self.shown_name() + ": the vocabulary was given, so adapt() learns none"
            )
        self.reset_state()
        if comes_in_parts(data):
            yield from each_part(data, steps, self.update_state)
        else:
            self.update_state(data)
        self.finalize_state()
        return None

    def reset_state(self):
        """Forget what update_state has counted."""
        return self.lookup.reset_state()

    def update_state(self, data):
        """Count the tokens of some texts."""
        for text in self._texts(data):
            self.lookup.counts.add(self._tokens(text))
        return None

    def finalize_state(self):
        """Make the vocabulary of what was counted."""
        return self.lookup.finalize_state()

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Take a list of tokens."""
        return self.lookup.set_vocabulary(vocabulary, idf_weights)

    def get_vocabulary(self, include_special_tokens=True):
        """The tokens by index."""
        return self.lookup.get_vocabulary(include_special_tokens)

    def vocabulary_size(self):
        """How many indices there are."""
        return self.lookup.vocabulary_size()

    def _texts(self, data):
        tokens = tokens_of(data)
        rank = len(tokens.shape)
        if self.split is not None and (rank > 2 or rank == 2 and tokens.shape[1] != 1):
            raise error(
                "ShapeError",
                self.shown_name() + ": texts must come as (batch,) or (batch, 1) where they are split",
            )
        return tokens.items

    def _tokens(self, text):
        """The tokens of one text, with its n-grams."""
        if is_function(self.standardize):
            text = text_result(self.standardize(text_argument(text)))
        elif self.standardize is not None:
            if self.standardize != "strip_punctuation":
                text = text.lower()
            if self.standardize != "lower":
                text = "".join([letter for letter in text if letter not in PUNCTUATION])
        if is_function(self.split):
            words = text_result(self.split(text_argument(text)))
        elif self.split == "whitespace":
            words = text.split()
        elif self.split == "character":
            words = [letter for letter in text]
        else:
            words = [text]
        if self.ngrams is None:
            return words
        found = []
        for length in self.ngrams:
            for i in range(len(words) - length + 1):
                found.append(" ".join(words[i : i + length]))
        return found

    def outline(self, shapes):
        """A stand-in of the result: rows of output_sequence_length, or of a size that the texts tell."""
        shape = shapes[0]
        rows = [dim for dim in shape]
        if len(rows) > 1:
            rows = rows[0 : len(rows) - 1]
        width = self.output_sequence_length
        rows.append(size_named(self.name + "_tokens") if width is None else width)
        return self.lookup.encode(placeholder("indices", rows, "int32"))

    def work(self, x):
        """The rows of a list of texts; of one text its row alone."""
        if self.lookup.vocabulary is None:
            raise error(
                "NotBuiltError",
                self.shown_name() + " has no vocabulary yet: adapt(texts) or set_vocabulary()",
            )
        alone = is_string(x)
        rows = [[self.lookup.index_of(token) for token in self._tokens(text)] for text in self._texts(x)]
        counted = self.output_mode != "int"
        width = self.output_sequence_length
        if width is None or counted:
            width = 0
            for row in rows:
                width = max(width, len(row))
        items = []
        for row in rows:
            items.extend(row if len(row) <= width else row[0:width])
            for _i in range(width - len(row)):
                items.append(-1 if counted else 0)
        shape = [width] if alone else [len(rows), width]
        return self.lookup.encode(tensor_of(items, shape))


def listed_ngrams(ngrams, what):
    """The lengths of n-grams: 3 stands for 1, 2, 3. what: the argument, for messages."""
    if ngrams is None:
        return None
    if is_whole(ngrams):
        return [i + 1 for i in range(ngrams)]
    if not is_list(ngrams):
        raise error("ArgumentError", what + " must be a whole number or a list of them, got " + shown(ngrams))
    return [require_whole(n, 1, what) for n in ngrams]


register("TextVectorization", TextVectorization)
