"""Data: datasets of arrays, generators, text and images, cameras and sound; helpers that make arrays ready."""

from .dataset import Dataset
from .devices import MicrophoneIterator, WebcamIterator, microphone, video, webcam
from .making import array, from_arrays, from_generator, from_tensor_slices, func
from .making import range_dataset as range
from .making import zip_datasets as zip
from .pictures import from_pixels, image, images, to_pixels
from .preparing import normalize, pad_sequences, split_dataset, to_categorical, train_test_split
from .tables import csv, text
