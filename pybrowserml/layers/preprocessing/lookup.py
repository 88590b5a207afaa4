"""Vocabularies: tokens as indices, and back."""

from typing import Any

from ...core.config import register
from ...core.hashing import bucket, fingerprint, keyed_hash
from ...core.opset.binary import multiply
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast
from ...ops.arguments import shown
from ...platform import real
from ...platform.errors import error
from ...platform.maps import new_map
from ...platform.numbers import is_list, is_string, is_whole
from ..layer import Layer
from .encoding import MODES, encoded, require_mode
from .tokens import nested, tensor_of, tokens_of


class IndexLookup(Layer):
    """The base of StringLookup and IntegerLookup.

    Indices: 0 for mask_token, where there is one and output_mode is "int"; then num_oov_indices for what is not in the
    vocabulary; then the vocabulary in its order.
    """

    def take_arguments(
        self,
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
    ):
        """Check and keep what both have."""
        if max_tokens is not None and (not is_whole(max_tokens) or max_tokens <= 1):
            raise error(
                "ArgumentError",
                self.argument("max_tokens") + " must be a whole number above 1, got " + shown(max_tokens),
            )
        if not is_whole(num_oov_indices) or num_oov_indices < 0:
            raise error(
                "ArgumentError",
                self.argument("num_oov_indices")
                + " must be a whole number of at least 0, got "
                + shown(num_oov_indices),
            )
        known = [mode for mode in MODES]
        known.append("tf_idf")
        require_mode(output_mode, known, self.shown_name())
        if invert and output_mode != "int":
            raise error("ArgumentError", self.argument("invert") + " needs output_mode 'int'")
        if pad_to_max_tokens and max_tokens is None:
            raise error("ArgumentError", self.argument("pad_to_max_tokens") + " needs max_tokens")
        if sparse:
            raise error("ArgumentError", self.argument("sparse") + ": there are no sparse tensors")
        if oov_method not in ["floormod", "farmhash"]:
            raise error(
                "ArgumentError",
                self.argument("oov_method") + " must be 'floormod' or 'farmhash', got " + shown(oov_method),
            )
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.invert = invert
        self.output_mode = output_mode
        self.pad_to_max_tokens = pad_to_max_tokens
        self.sparse = sparse
        self.oov_method = oov_method
        self.salt = [salt, salt] if is_whole(salt) else salt
        self.vocabulary: Any = None
        self.idf_weights: Any = None
        self.places = new_map()
        self.built = True
        self.reset_state()
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)

    def config_value(self, argument_name):
        if argument_name == "vocabulary" and self.vocabulary is not None:
            return self.get_vocabulary()
        return super().config_value(argument_name)

    def _token_start(self):
        masked = 1 if self.mask_token is not None and self.output_mode == "int" else 0
        return masked + self.num_oov_indices

    def _special(self):
        """What stands in front of the vocabulary in get_vocabulary."""
        found = []
        if self.mask_token is not None and self.output_mode == "int":
            found.append(self.mask_token)
        for _i in range(self.num_oov_indices):
            found.append(self.oov_token)
        return found

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Take a list of tokens, with or without the special ones in front; idf_weights: for output_mode "tf_idf"."""
        if is_string(vocabulary):
            raise error(
                "ArgumentError",
                self.argument("vocabulary") + " must be a list of tokens; read a file by data.text first",
            )
        if (self.output_mode == "tf_idf") != (idf_weights is not None):
            raise error(
                "ArgumentError",
                self.argument("idf_weights") + " belong to output_mode 'tf_idf', and it needs them",
            )
        tokens = tokens_of(vocabulary).items
        special = self._special()
        start = len(special)
        given = len(tokens) >= start and start > 0
        for i in range(start):
            given = given and tokens[i] == special[i]
        weights = None if idf_weights is None else [float(weight) for weight in idf_weights]
        if weights is not None and len(weights) != len(tokens):
            raise error("ArgumentError", self.argument("idf_weights") + " must be as many as the vocabulary")
        if given:
            tokens = tokens[start : len(tokens)]
        if len(tokens) == 0:
            raise error("ArgumentError", self.argument("vocabulary") + " is empty")
        if weights is not None and not given:
            weights = _with_front(weights, self._token_start())
        self._take_tokens(tokens, weights)
        return None

    def _take_tokens(self, tokens, weights):
        start = self._token_start()
        if self.max_tokens is not None and start + len(tokens) > self.max_tokens:
            raise error(
                "ArgumentError",
                self.argument("vocabulary")
                + " has "
                + str(start + len(tokens))
                + " tokens, more than max_tokens="
                + str(self.max_tokens),
            )
        places = new_map()
        for i in range(len(tokens)):
            if places.has(tokens[i]):
                raise error(
                    "ArgumentError", self.argument("vocabulary") + " has " + shown(tokens[i]) + " twice"
                )
            if self.mask_token is not None and tokens[i] == self.mask_token:
                raise error(
                    "ArgumentError",
                    self.argument("vocabulary") + " has the mask token; it may stand in front only",
                )
            places.put(tokens[i], start + i)
        self.places = places
        self.vocabulary = [token for token in tokens]
        self.idf_weights = weights
        return None

    def get_vocabulary(self, include_special_tokens=True):
        """The tokens by index; the special ones stand in front."""
        tokens = [] if self.vocabulary is None else self.vocabulary
        found = self._special() if include_special_tokens else []
        found.extend(tokens)
        return found

    def vocabulary_size(self):
        """How many indices there are."""
        return self._token_start() + (0 if self.vocabulary is None else len(self.vocabulary))

    # Adapting

    def adapt(self, data):
        """Learn the vocabulary: the most frequent tokens first, equals in falling order. data: nested lists or arrays;
        a row is a document where inverse document frequencies are wanted.
        """
        self.reset_state()
        self.update_state(data)
        self.finalize_state()
        return None

    def reset_state(self):
        """Forget what update_state has counted."""
        self.counts = new_map()
        self.document_counts = new_map()
        self.documents = 0
        return None

    def update_state(self, data):
        """Count the tokens of some data."""
        for row in tokens_of(data).rows():
            self.count_document(row)
        return None

    def count_document(self, row):
        """Count the tokens of one document."""
        seen = new_map()
        for token in row:
            self.counts.put(token, 1 + (self.counts.at(token) if self.counts.has(token) else 0))
            if not seen.has(token):
                seen.put(token, True)
                before = self.document_counts.at(token) if self.document_counts.has(token) else 0
                self.document_counts.put(token, before + 1)
        self.documents = self.documents + 1
        return None

    def finalize_state(self):
        """Make the vocabulary of what was counted."""
        tokens = []
        rising = sorted(self.counts.all_keys())
        for i in range(len(rising)):
            token = rising[len(rising) - 1 - i]
            if token != self.mask_token and token != self.oov_token:
                tokens.append(token)
        ordered = _by_count(tokens, self.counts)
        if self.max_tokens is not None:
            ordered = ordered[0 : self.max_tokens - self._token_start()]
        weights = None
        if self.output_mode == "tf_idf":
            weights = []
            for token in ordered:
                weights.append(real.log(1.0 + self.documents / (1.0 + self.document_counts.at(token))))
            weights = _with_front(weights, self._token_start())
        self._take_tokens(ordered, weights)
        self.reset_state()
        return None

    # Use

    def apply_to(self, x, training=None, keywords=None):
        """The indices of tokens, as output_mode says; with invert the tokens of indices, as nested lists."""
        if self.vocabulary is None:
            raise error(
                "NotBuiltError", self.shown_name() + " has no vocabulary yet: adapt(data) or set_vocabulary()"
            )
        tokens = tokens_of(x)
        if self.invert:
            return nested([self._token_at(index) for index in tokens.items], tokens.shape)
        return self.encode(tensor_of([self.index_of(token) for token in tokens.items], tokens.shape))

    def encode(self, indices):
        """A tensor of indices as output_mode says."""
        depth: Any = self.max_tokens if self.pad_to_max_tokens else self.vocabulary_size()
        if self.output_mode != "tf_idf":
            return encoded(indices, self.output_mode, depth)
        weights = [weight for weight in self.idf_weights]
        while len(weights) < depth:
            weights.append(0.0)
        return multiply(encoded(indices, "count", depth), cast(to_tensor(weights), "float32"))

    def _token_at(self, index):
        known = self.get_vocabulary()
        return known[index] if index >= 0 and index < len(known) else self.oov_token

    def index_of(self, token):
        """The index of one token; of the mask token 0, or -1 where vectors are made and it does not count."""
        if self.mask_token is not None and token == self.mask_token:
            return 0 if self.output_mode == "int" else -1
        if self.places.has(token):
            return self.places.at(token)
        if self.num_oov_indices == 0:
            raise error(
                "ArgumentError",
                self.shown_name()
                + ": "
                + shown(token)
                + " is not in the vocabulary, and num_oov_indices is 0",
            )
        start: Any = self._token_start() - self.num_oov_indices
        return start if self.num_oov_indices == 1 else start + self._oov_place(token)

    def _oov_place(self, token):
        if not is_string(token) and self.oov_method == "floormod":
            return int(token) % self.num_oov_indices
        text = token if is_string(token) else str(int(token))
        return bucket(
            fingerprint(text) if self.salt is None else keyed_hash(text, self.salt), self.num_oov_indices
        )


def _with_front(weights, count):
    """Weights for special tokens, whose frequency nobody knows: the mean of the others."""
    total = 0.0
    for weight in weights:
        total = total + weight
    found = [total / len(weights) for i in range(count)]
    found.extend(weights)
    return found


def _by_count(tokens, counts):
    """Tokens with the most frequent first; equals keep their order."""
    groups = new_map()
    for token in tokens:
        count = counts.at(token)
        if not groups.has(count):
            groups.put(count, [])
        groups.at(count).append(token)
    found = []
    rising = sorted(groups.all_keys())
    for i in range(len(rising)):
        found.extend(groups.at(rising[len(rising) - 1 - i]))
    return found


class StringLookup(IndexLookup):
    """Texts as indices into a vocabulary, given or learned by adapt(data).

    max_tokens: the most indices there may be. num_oov_indices: indices for unknown texts, which are hashed among them.
    mask_token: the text of index 0, None for none. oov_token: what an unknown index stands for with invert=True, which
    turns indices into texts. output_mode: "int", "one_hot", "multi_hot", "count", "tf_idf"; pad_to_max_tokens: vectors
    of size max_tokens. It takes texts, alone, in nested lists or arrays, and stands before a model or in Dataset.map.
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
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.encoding = encoding
        self.take_arguments(
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
        dtype="float32",
    ):
        super().__init__(trainable, name, dtype)
        self.vocabulary_dtype = vocabulary_dtype
        self.take_arguments(
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


def listed_ngrams(ngrams):
    """The lengths of n-grams: 3 stands for 1, 2, 3."""
    if ngrams is None:
        return None
    return [n for n in ngrams] if is_list(ngrams) else [i + 1 for i in range(ngrams)]
