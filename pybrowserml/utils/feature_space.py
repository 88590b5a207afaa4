"""FeatureSpace: columns of a table as one vector, each by the layer that fits it."""

from typing import Any

from ..compiler.realise import read_tensor
from ..core.dtypes import is_float
from ..core.graph import is_tensor
from ..core.host import HostArray, host_array
from ..core.known import register
from ..data.dataset import Dataset
from ..layers.basic import Identity
from ..layers.input import Input
from ..layers.layer import Layer
from ..layers.merging import Concatenate
from ..layers.preprocessing.encoding import CategoryEncoding, Discretization
from ..layers.preprocessing.hashing import HashedCrossing, Hashing
from ..layers.preprocessing.lookup import IntegerLookup, StringLookup
from ..layers.preprocessing.tokens import texts_of
from ..layers.reshaping import Rescaling
from ..layers.standardization import Normalization
from ..models.formats import format_of
from ..models.model import Model
from ..ops.arguments import shown
from ..ops.movement import squeeze
from ..platform.errors import error
from ..platform.numbers import is_dict
from ..platform.tasks import drive_sync, waits
from .features import KINDS, Cross, Feature, require_mode


class FeatureSpace(Layer):
    """Columns of a table, in a dict by name, as one vector, or as a dict of them.

    features: dict of name → "float", "float_normalized", "float_rescaled", "float_discretized", "integer_categorical",
    "string_categorical", "integer_hashed", "string_hashed", or what the class's functions of these names give.
    output_mode: "concat" for one vector of all features, "dict" for each by itself. crosses: lists of names that are
    hashed together, or what `cross` gives. crossing_dim, hashing_dim, num_discretization_bins: sizes of features that
    tell none.

    `adapt(dataset)` learns what there is to learn. Then it is called on dicts of arrays, or of single values, alone
    or in Dataset.map; and `get_inputs()` and `get_encoded_features()` are symbolic tensors for models.
    """

    def __init__(
        self,
        features,
        output_mode="concat",
        crosses=None,
        crossing_dim=32,
        hashing_dim=32,
        num_discretization_bins=32,
        name=None,
    ):
        super().__init__(True, name)
        if not is_dict(features) or len(features.keys()) == 0:
            raise error("ArgumentError", self.argument("features") + " must be a dict that is not empty")
        require_mode(output_mode, ["dict", "concat"])
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.output_mode = output_mode
        self.labels = [key for key in features.keys()]
        self.features = {}
        self.symbols = {}
        self.parts = []
        for key in self.labels:
            feature = self._feature_of(key, features[key])
            self.features[key] = feature
            self.parts.append(feature.preprocessor)
            self.symbols[key] = Input([1], None, feature.dtype, None, key)
        self.crosses = [self._cross_of(entry) for entry in ([] if crosses is None else crosses)]
        self.encoder: Any = None
        self.adapted = False

    # Features

    @staticmethod
    def cross(feature_names, crossing_dim, output_mode="one_hot"):
        """Features hashed together into crossing_dim bins."""
        return Cross(feature_names, crossing_dim, output_mode)

    @staticmethod
    def feature(dtype, preprocessor, output_mode):
        """A feature that a layer prepares."""
        return Feature(dtype, preprocessor, output_mode)

    @staticmethod
    def float(name=None):
        """A number as it is."""
        return Feature("float32", Identity(_label(name)), "float")

    @staticmethod
    def float_rescaled(scale=1.0, offset=0.0, name=None):
        """A number times scale, plus offset."""
        return Feature("float32", Rescaling(scale, offset, _label(name)), "float")

    @staticmethod
    def float_normalized(name=None):
        """A number with mean 0 and variance 1."""
        return Feature("float32", Normalization(-1, None, None, False, _label(name)), "float")

    @staticmethod
    def float_discretized(num_bins, bin_boundaries=None, output_mode="one_hot", name=None):
        """The bin of a number."""
        layer = Discretization(bin_boundaries, num_bins, 0.01, "int", False, _label(name))
        return Feature("float32", layer, output_mode)

    @staticmethod
    def integer_categorical(max_tokens=None, num_oov_indices=1, output_mode="one_hot", name=None):
        """One of some whole numbers."""
        layer = IntegerLookup(
            max_tokens,
            num_oov_indices,
            None,
            -1,
            None,
            "int64",
            None,
            False,
            "int",
            False,
            False,
            "floormod",
            None,
            _label(name),
        )
        return Feature("int32", layer, output_mode)

    @staticmethod
    def string_categorical(max_tokens=None, num_oov_indices=1, output_mode="one_hot", name=None):
        """One of some texts."""
        layer = StringLookup(
            max_tokens,
            num_oov_indices,
            None,
            "[UNK]",
            None,
            None,
            False,
            "int",
            False,
            False,
            "utf-8",
            None,
            _label(name),
        )
        return Feature("string", layer, output_mode)

    @staticmethod
    def string_hashed(num_bins, output_mode="one_hot", name=None):
        """The bin of a text by its hash."""
        return Feature("string", Hashing(num_bins, None, None, "int", False, _label(name)), output_mode)

    @staticmethod
    def integer_hashed(num_bins, output_mode="one_hot", name=None):
        """The bin of a whole number by its hash."""
        return Feature("int32", Hashing(num_bins, None, None, "int", False, _label(name)), output_mode)

    def _feature_of(self, key, kind):
        if isinstance(kind, Feature):
            return kind
        if kind == "float":
            return FeatureSpace.float(key)
        if kind == "float_normalized":
            return FeatureSpace.float_normalized(key)
        if kind == "float_rescaled":
            return FeatureSpace.float_rescaled(1.0, 0.0, key)
        if kind == "float_discretized":
            return FeatureSpace.float_discretized(self.num_discretization_bins, None, "one_hot", key)
        if kind == "integer_categorical":
            return FeatureSpace.integer_categorical(None, 1, "one_hot", key)
        if kind == "string_categorical":
            return FeatureSpace.string_categorical(None, 1, "one_hot", key)
        if kind == "integer_hashed":
            return FeatureSpace.integer_hashed(self.hashing_dim, "one_hot", key)
        if kind == "string_hashed":
            return FeatureSpace.string_hashed(self.hashing_dim, "one_hot", key)
        raise error(
            "ArgumentError",
            self.argument("features")
            + ": '"
            + key
            + "' must be one of "
            + ", ".join(KINDS)
            + ", got "
            + shown(kind),
        )

    def _cross_of(self, entry):
        made = entry if isinstance(entry, Cross) else Cross(entry, self.crossing_dim)
        for key in made.feature_names:
            if key not in self.features:
                raise error("ArgumentError", self.argument("crosses") + ": there is no feature '" + key + "'")
        return made

    # Learning

    def _learning(self):
        """The names of the features that learn from data."""
        return [key for key in self.labels if self.features[key].learns()]

    @waits
    def adapt(self, dataset):
        """Learn from a Dataset of dicts, single rows or batches; or from a dict of arrays."""
        rows = dataset
        if not hasattr(dataset, "iterate"):
            if not is_dict(dataset):
                raise error(
                    "ArgumentError", self.shown_name() + ": adapt() takes a Dataset or a dict of arrays"
                )
            rows = Dataset.from_tensor_slices(dataset)
        for key in self._learning():
            yield from self.features[key].adapting(rows.map(_picked(key)))
        self.adapted = True
        self.encoder = None
        return None

    @waits
    def save(self, filepath):
        """Write what it is and what it learned to a `.keras` file (in Python), which `load_model` reads."""
        kind = format_of(filepath)
        if kind is None or kind.save_layer is None:
            raise error("ArgumentError", self.shown_name() + ": save() writes .keras files, in Python")
        self._encode()
        yield from kind.save_layer(self, filepath)
        return None

    def get_build_config(self):
        """What the layers of the features were built with, by the names of the features."""
        found = {}
        for key in self.labels:
            found[key] = self.features[key].preprocessor.get_build_config()
        return found

    def build_from_config(self, config):
        """Take it that it has learned, as a file says."""
        for key in self.labels:
            layer = self.features[key].preprocessor
            if config.get(key) is not None and not layer.built:
                layer.build_from_config(config[key])
        self.adapted = True
        self._encode()
        return None

    # Use

    def _encode(self):
        """Make the model of all features, once it is known what they are."""
        if self.encoder is not None:
            return None
        if not self.adapted and len(self._learning()) > 0:
            raise error("NotBuiltError", self.shown_name() + ": call adapt(dataset) first")
        prepared = {}
        for key in self.labels:
            prepared[key] = self.features[key].preprocessor.apply_to(self.symbols[key])
        found = {}
        for key in sorted(self.labels):
            feature = self.features[key]
            found[key] = self._encoded(key, prepared[key], feature)
        crossed = {}
        for entry in self.crosses:
            layer = HashedCrossing(entry.crossing_dim, "int", False, entry.label())
            made = layer.apply_to([prepared[key] for key in entry.feature_names])
            crossed[entry.label()] = self._encoded(
                entry.label(), made, Feature("int32", layer, entry.output_mode)
            )
        for key in sorted(crossed.keys()):
            found[key] = crossed[key]
        encoded = found
        if self.output_mode == "concat":
            for key in found.keys():
                if not is_float(found[key].dtype):
                    raise error(
                        "ArgumentError",
                        self.shown_name()
                        + ": the feature '"
                        + key
                        + "' of dtype "
                        + found[key].dtype
                        + " cannot be concatenated; use output_mode='dict'",
                    )
            tensors = [found[key] for key in found.keys()]
            encoded = Concatenate(-1).apply_to(tensors) if len(tensors) > 1 else tensors[0]
        self.encoder = Model(self.symbols, encoded)
        return None

    def _encoded(self, key, tensor, feature):
        """A prepared feature as its output_mode says."""
        if feature.output_mode != "one_hot":
            return tensor
        size = feature.value_count()
        if size is None:
            raise error(
                "ArgumentError",
                self.shown_name() + ": nobody knows how many values '" + key + "' has; use output_mode='int'",
            )
        if is_float(tensor.dtype):
            raise error(
                "ArgumentError", self.shown_name() + ": '" + key + "' must be whole numbers for 'one_hot'"
            )
        return CategoryEncoding(size, "multi_hot").apply_to(tensor)

    def get_inputs(self):
        """A dict of the symbolic inputs by name."""
        self._encode()
        return self.symbols

    def get_encoded_features(self):
        """The symbolic vector, or the dict of vectors, that it makes of its inputs."""
        self._encode()
        return self.encoder.output

    def apply_to(self, x, training=None, keywords=None):
        """The vectors of a dict of columns, or of single values."""
        self._encode()
        if not is_dict(x):
            raise error("ArgumentError", self.shown_name() + ": is called on a dict of features")
        columns = {}
        alone = False
        for key in self.labels:
            if key not in x:
                raise error("ArgumentError", self.shown_name() + ": the feature '" + key + "' is missing")
            host = _host_of(x[key])
            alone = alone or len(host.shape) == 0
            columns[key] = HostArray(host.data, [1, 1], host.dtype) if len(host.shape) == 0 else host
        found = self.encoder.apply_to(columns)
        if not alone:
            return found
        if not is_dict(found):
            return squeeze(found, 0)
        made = {}
        for key in found.keys():
            made[key] = squeeze(found[key], 0)
        return made


def _label(name):
    return None if name is None else name + "_preprocessor"


def _picked(key):
    """A function that takes a feature of a row."""

    def pick(row):
        return row[key]

    return pick


def _host_of(value):
    if isinstance(value, HostArray):
        return value
    if is_tensor(value):
        return drive_sync(read_tensor(value))
    tokens = texts_of(value)
    return host_array(value, None) if tokens is None else HostArray(tokens.items, tokens.shape, "string")


register("FeatureSpace", FeatureSpace)
