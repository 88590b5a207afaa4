"""The base of layers with a vocabulary: tokens as indices, and back."""

from typing import Any

from ...core.graph import placeholder
from ...core.hashing import bucket, fingerprint, keyed_hash
from ...core.opset.binary import multiply
from ...core.opset.registry import to_tensor
from ...core.opset.unary import cast
from ...ops.arguments import shown
from ...platform.errors import error
from ...platform.maps import new_map
from ...platform.numbers import is_string, is_whole, to_int
from ...platform.streams import lines_at_once
from ...platform.tasks import waits
from .counting import TokenCounts, with_back, with_front
from .encoding import MODES, encoded, require_mode
from .feeding import comes_in_parts, each_part
from .hashing import two_salts
from .host_layer import HostLayer
from .tokens import nested, tensor_of, tokens_of


class IndexLookup(HostLayer):
    """The base of StringLookup and IntegerLookup.

    Indices: 0 for mask_token, where there is one and output_mode is "int"; then num_oov_indices for what is not in the
    vocabulary; then the vocabulary in its order.
    """

    def take_arguments(
        self,
        of_numbers,
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
        """Check and keep what both have. of_numbers: whether tokens are whole numbers."""
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
        if idf_weights is not None and output_mode != "tf_idf":
            raise error("ArgumentError", self.argument("idf_weights") + " belong to output_mode 'tf_idf'")
        self.of_numbers = of_numbers
        self.max_tokens = max_tokens
        self.num_oov_indices = num_oov_indices
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.invert = invert
        self.output_mode = output_mode
        self.pad_to_max_tokens = pad_to_max_tokens
        self.sparse = sparse
        self.oov_method = oov_method
        self.salt = two_salts(salt, self.argument("salt"))
        if self.salt is not None and self.of_numbers and oov_method != "farmhash":
            raise error("ArgumentError", self.argument("salt") + " needs oov_method 'farmhash'")
        self.vocabulary: Any = None
        self.idf_weights: Any = None
        self.given_vocabulary: Any = None
        self.given_weights: Any = None
        self.places = new_map()
        self.counts = TokenCounts()
        if vocabulary is not None:
            self.set_vocabulary(vocabulary, idf_weights)
            if not is_string(vocabulary):
                self.given_vocabulary = tokens_of(vocabulary).items
                self.given_weights = idf_weights

    def config_value(self, argument_name):
        if argument_name == "vocabulary" and self.vocabulary is not None:
            return self.get_vocabulary() if self.given_vocabulary is None else self.given_vocabulary
        if argument_name == "idf_weights" and self.given_vocabulary is not None:
            return self.given_weights
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

    def _given_tokens(self, vocabulary):
        """The tokens of a list or array, or of the lines of a file."""
        if not is_string(vocabulary):
            return self.plain_tokens(tokens_of(vocabulary).items)
        if self.output_mode == "tf_idf":
            raise error("ArgumentError", self.argument("vocabulary") + " of a file has no idf_weights")
        return [self.token_of_line(line) for line in lines_at_once(vocabulary)]

    def set_vocabulary(self, vocabulary, idf_weights=None):
        """Take a list of tokens, with or without the special ones in front; idf_weights: for output_mode "tf_idf".

        In Python it may also be the path of a file, with a token in each line.
        """
        if (self.output_mode == "tf_idf") != (idf_weights is not None):
            raise error(
                "ArgumentError",
                self.argument("idf_weights") + " belong to output_mode 'tf_idf', and it needs them",
            )
        tokens = self._given_tokens(vocabulary)
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
            weights = with_front(weights, self._token_start())
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
        self.given_vocabulary = None
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

    @waits
    def adapt(self, data, steps=None):
        """Learn the vocabulary: the most frequent tokens first, equals in falling order.

        data: nested lists or arrays, of which a row is a document where inverse document frequencies are wanted; or a
        Dataset, a generator or another iterable of such batches, of which steps are read, None for all.
        """
        yield from self.adapting(data, steps)
        return None

    def adapting(self, data, steps):
        """Generator: learn the vocabulary."""
        if self.given_vocabulary is not None:
            raise error(
                "ArgumentError", self.shown_name() + ": the vocabulary was given, so adapt() learns none"
            )
        self.reset_state()
        if comes_in_parts(data):
            yield from each_part(data, steps, self.update_state)
        else:
            tokens = tokens_of(data)
            if len(tokens.shape) == 1:
                for token in self.plain_tokens(tokens.items):
                    self.counts.add([token])
            else:
                self.update_state(data)
        self.finalize_state()
        return None

    def reset_state(self):
        """Forget what update_state has counted."""
        self.counts = TokenCounts()
        return None

    def update_state(self, data):
        """Count the tokens of some data: rows of tokens, each a document, or one row."""
        for row in tokens_of(data).rows():
            self.counts.add(self.plain_tokens(row))
        return None

    def finalize_state(self):
        """Make the vocabulary of what was counted."""
        tokens = self.counts.ordered([self.mask_token, self.oov_token])
        if self.max_tokens is not None:
            tokens = tokens[0 : self.max_tokens - self._token_start()]
        weights = None
        if self.output_mode == "tf_idf" and len(tokens) > 0:
            weights = with_front(self.counts.idf_weights(tokens), self._token_start())
        self._take_tokens(tokens, weights)
        self.reset_state()
        return None

    # Use

    def plain_tokens(self, tokens):
        """Tokens as the vocabulary has them: texts, or whole numbers."""
        return [to_int(token) for token in tokens] if self.of_numbers else tokens

    def token_of_line(self, line):
        """The token that a line of a file holds."""
        return to_int(float(line)) if self.of_numbers else line

    def require_vocabulary(self):
        """Raise NotBuiltError where there is none."""
        if self.vocabulary is None:
            raise error(
                "NotBuiltError", self.shown_name() + " has no vocabulary yet: adapt(data) or set_vocabulary()"
            )
        return None

    def outline(self, shapes):
        """A stand-in of the result; vectors need the vocabulary, since it tells their size."""
        if self.invert:
            return placeholder("tokens", shapes[0], "int32" if self.of_numbers else "string")
        return self.encode(placeholder("indices", shapes[0], "int32"))

    def work(self, x):
        """The indices of tokens, as output_mode says; with invert the tokens of indices, as nested lists."""
        self.require_vocabulary()
        tokens = tokens_of(x)
        if self.invert:
            return nested([self._token_at(index) for index in tokens.items], tokens.shape)
        items = [self.index_of(token) for token in self.plain_tokens(tokens.items)]
        return self.encode(tensor_of(items, tokens.shape))

    def encode(self, indices):
        """A tensor of indices as output_mode says."""
        if self.output_mode == "int":
            return encoded(indices, "int", 0)
        if not self.pad_to_max_tokens:
            self.require_vocabulary()
        depth: Any = self.max_tokens if self.pad_to_max_tokens else self.vocabulary_size()
        if self.output_mode != "tf_idf":
            return encoded(indices, self.output_mode, depth)
        weights = with_back([] if self.idf_weights is None else self.idf_weights, depth)
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
        if self.of_numbers and self.oov_method == "floormod":
            return int(token) % self.num_oov_indices
        text = token if is_string(token) else str(int(token))
        return bucket(
            fingerprint(text) if self.salt is None else keyed_hash(text, self.salt), self.num_oov_indices
        )
