"""Texts and numbers hashed into bins: the same bins as in Keras."""

from ...core.dtypes import is_float
from ...core.graph import placeholder
from ...core.hashing import bucket, fingerprint, joined_fingerprint, keyed_hash
from ...core.known import register
from ...core.shapes import format_shape, same_shape
from ...ops.arguments import require_whole, shown
from ...platform.errors import error
from ...platform.numbers import is_list, is_string, is_whole, to_int
from ...platform.words import small_word, word
from .encoding import MODES, encoded, require_mode
from .host_layer import HostLayer
from .tokens import tensor_of, tokens_of

# What crossing starts from, as in TensorFlow.
CROSSING_KEY = word("decafcaffe")


def text_of(token):
    """What is hashed of a token: a text, or a number without its fraction."""
    return token if is_string(token) else str(to_int(token))


def two_salts(salt, what):
    """None, or two whole numbers of one or two. what: the argument, for messages."""
    if salt is None:
        return None
    if not is_whole(salt) and (not is_list(salt) or len(salt) != 2):
        raise error("ArgumentError", what + " must be a whole number or two, got " + shown(salt))
    return [salt, salt] if is_whole(salt) else [salt[0], salt[1]]


class Hashing(HostLayer):
    """The bin 0 .. num_bins - 1 of each text or whole number, by its hash: FarmHash64, or with a salt SipHash64.

    mask_value: has bin 0 to itself. salt: a whole number, or two. output_mode: "int", "one_hot", "multi_hot", "count".
    Takes texts and numbers, alone, in nested lists or arrays: before a model, in Dataset.map, or first in a model.
    """

    def __init__(
        self,
        num_bins,
        mask_value=None,
        salt=None,
        output_mode="int",
        sparse=False,
        name=None,
        trainable=True,
        dtype=None,
    ):
        super().__init__(trainable, name, dtype)
        self.num_bins = require_whole(num_bins, 1, self.argument("num_bins"))
        self.mask_value = mask_value
        self.salt = two_salts(salt, self.argument("salt"))
        self.output_mode = require_mode(output_mode, MODES, self.shown_name())
        if sparse:
            raise error("ArgumentError", self.argument("sparse") + ": there are no sparse tensors")
        self.sparse = sparse

    def outline(self, shapes):
        """A stand-in of the result."""
        return encoded(placeholder("bins", shapes[0], "int32"), self.output_mode, self.num_bins)

    def work(self, x):
        """The bins of texts or numbers."""
        tokens = tokens_of(x)
        return encoded(
            tensor_of([self._bin(t) for t in tokens.items], tokens.shape), self.output_mode, self.num_bins
        )

    def _bin(self, token):
        bins = self.num_bins
        offset = 0
        if self.mask_value is not None and bins > 1:
            if token == self.mask_value:
                return 0
            bins = bins - 1
            offset = 1
        text = text_of(token)
        value = fingerprint(text) if self.salt is None else keyed_hash(text, self.salt)
        return bucket(value, bins) + offset


class HashedCrossing(HostLayer):
    """The bin of each combination of features: [feature, feature, ...], texts or whole numbers of one shape.

    output_mode: "int" or "one_hot". It stands before a model, in Dataset.map, or first in a model.
    """

    def __init__(self, num_bins, output_mode="int", sparse=False, name=None, trainable=True, dtype=None):
        super().__init__(trainable, name, dtype)
        self.num_bins = require_whole(num_bins, 1, self.argument("num_bins"))
        self.output_mode = require_mode(output_mode, ["int", "one_hot"], self.shown_name())
        if sparse:
            raise error("ArgumentError", self.argument("sparse") + ": there are no sparse tensors")
        self.sparse = sparse

    def outline(self, shapes):
        """A stand-in of the result."""
        return encoded(placeholder("bins", shapes[0], "int32"), self.output_mode, self.num_bins)

    def work(self, x):
        """The bins of the combinations."""
        if not is_list(x) or len(x) < 2:
            raise error("ArgumentError", self.shown_name() + ": is called on a list of at least two features")
        features = [tokens_of(part) for part in x]
        count = len(features[0].items)
        shape = features[0].shape
        if len(shape) > 2 or len(shape) == 2 and shape[1] != 1:
            raise error(
                "ShapeError",
                self.shown_name()
                + ": features must have shape (), (batch,) or (batch, 1), got "
                + format_shape(shape),
            )
        for feature in features:
            if not same_shape(feature.shape, shape):
                raise error("ShapeError", self.shown_name() + ": all features must have the same shape")
            wanted = self.shown_name() + ": features must be texts or whole numbers, got "
            if feature.dtype is not None and is_float(feature.dtype):
                raise error("DtypeError", wanted + feature.dtype)
            for token in feature.items:
                if not is_string(token) and not is_whole(token):
                    raise error("DtypeError", wanted + shown(token))
        bins = []
        for i in range(count):
            value = CROSSING_KEY
            for feature in features:
                token = feature.items[i]
                value = joined_fingerprint(
                    value, fingerprint(token) if is_string(token) else small_word(token)
                )
            bins.append(bucket(value, self.num_bins))
        return encoded(tensor_of(bins, features[0].shape), self.output_mode, self.num_bins)


register("Hashing", Hashing)
register("HashedCrossing", HashedCrossing)
