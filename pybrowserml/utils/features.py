"""The features of a FeatureSpace: what prepares each, what it learns, how many values it has."""

from ..core.config import Configurable
from ..core.host import HostArray
from ..core.known import register
from ..layers.preprocessing.encoding import CategoryEncoding, Discretization
from ..layers.preprocessing.hashing import HashedCrossing, Hashing
from ..layers.preprocessing.lookup import IntegerLookup, StringLookup
from ..layers.preprocessing.text import TextVectorization
from ..layers.standardization import Normalization
from ..ops.arguments import require_whole, shown
from ..platform.errors import error

# The batches that single rows are joined to while a feature space learns.
ROWS = 32
KINDS = [
    "float",
    "float_normalized",
    "float_rescaled",
    "float_discretized",
    "integer_categorical",
    "string_categorical",
    "integer_hashed",
    "string_hashed",
]


class Cross(Configurable):
    """Features that are hashed together. output_mode: "one_hot" or "int"."""

    def __init__(self, feature_names, crossing_dim, output_mode="one_hot"):
        require_mode(output_mode, ["int", "one_hot"])
        require_whole(crossing_dim, 1, "FeatureSpace: crossing_dim")
        self.feature_names = [name for name in feature_names]
        self.crossing_dim = crossing_dim
        self.output_mode = output_mode

    def label(self):
        """What the crossed feature is called: the names of its parts, joined by _X_."""
        return "_X_".join(self.feature_names)


class Feature(Configurable):
    """A feature: the dtype of its input, the layer that prepares it, and "one_hot", "int" or "float"."""

    def __init__(self, dtype, preprocessor, output_mode):
        require_mode(output_mode, ["int", "one_hot", "float"])
        self.dtype = dtype
        self.preprocessor = preprocessor
        self.output_mode = output_mode

    def learns(self):
        """Whether the layer is to see data first."""
        layer = self.preprocessor
        given = isinstance(layer, Normalization) and layer.input_mean is not None
        if isinstance(layer, TextVectorization):
            given = layer.lookup.given_vocabulary is not None
        elif isinstance(layer, (StringLookup, IntegerLookup)):
            given = layer.given_vocabulary is not None
        elif isinstance(layer, Discretization):
            given = layer.num_bins is None
        return hasattr(layer, "adapt") and not given

    def adapting(self, column):
        """Generator: let the layer learn from a Dataset of this feature, single rows or batches."""
        layer = self.preprocessor
        pass_over = column.iterate()
        first = yield from pass_over.next_batch()
        pass_over.close()
        if first is not None and len(first[0].shape) == 0:
            column = column.batch(ROWS)
        if not isinstance(layer, Normalization):
            yield from layer.adapting(column, None)
            return None
        total = 0
        pass_over = column.iterate()
        while True:
            batch = yield from pass_over.next_batch()
            if batch is None:
                return None
            total = layer.take_batch(_widened(batch[0]), total)

    def value_count(self):
        """How many whole numbers the layer may give; None where it does not say."""
        layer = self.preprocessor
        if isinstance(layer, (StringLookup, IntegerLookup)):
            return layer.vocabulary_size()
        if isinstance(layer, CategoryEncoding):
            return layer.num_tokens
        if isinstance(layer, Discretization):
            return len(layer.bin_boundaries) + 1 if layer.num_bins is None else layer.num_bins
        return layer.num_bins if isinstance(layer, (Hashing, HashedCrossing)) else None


def require_mode(mode, known):
    if mode not in known:
        raise error(
            "ArgumentError",
            "FeatureSpace: output_mode must be one of " + ", ".join(known) + ", got " + shown(mode),
        )
    return None


def _widened(host):
    """A column with an axis of size 1 behind it."""
    if len(host.shape) > 1:
        return host
    return HostArray(host.data, [host.shape[0], 1], host.dtype)


register("Feature", Feature)
register("Cross", Cross)
