"""What Keras has under `keras.utils` for data and seeds."""

from ..core.rng import set_seed as set_random_seed
from ..data.directories import (
    image_dataset_from_directory,
    text_dataset_from_directory,
    timeseries_dataset_from_array,
)
from ..data.parts import pack_x_y_sample_weight, unpack_x_y_sample_weight
from ..data.preparing import normalize, pad_sequences, split_dataset, to_categorical, train_test_split
from ..data.sequences import PyDataset
