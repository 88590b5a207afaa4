"""What Keras has under `keras.utils` for data, seeds and saved objects."""

from ..callbacks.progbar import Progbar
from ..config import (
    clear_session,
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
    standardize_dtype,
)
from ..core.rng import set_seed as set_random_seed
from ..data.directories import (
    image_dataset_from_directory,
    text_dataset_from_directory,
    timeseries_dataset_from_array,
)
from ..data.parts import pack_x_y_sample_weight, unpack_x_y_sample_weight
from ..data.preparing import normalize, pad_sequences, split_dataset, to_categorical, train_test_split
from ..data.sequences import PyDataset
from ..layers.history import get_source_inputs, is_keras_tensor
from ..saving import (
    CustomObjectScope,
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)
from . import bounding_boxes
from .feature_space import FeatureSpace

# Keras's older name.
Sequence = PyDataset
