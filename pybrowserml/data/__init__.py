"""Data: datasets of arrays, generators, text and images, and helpers that make arrays ready."""

from .dataset import Dataset
from .making import from_arrays, from_generator, from_tensor_slices
from .making import range_dataset as range
from .making import zip_datasets as zip
from .preparing import normalize, pad_sequences, split_dataset, to_categorical, train_test_split
from .tables import csv, text
