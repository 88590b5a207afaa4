"""Writes expected_augmentation.npz: the FIXED rows of augmentation_rows.py as real Keras computes them.

KERAS_BACKEND=jax python tests/layers/make_augmentation.py, where Keras 3 is installed; the tests need only the file.
"""

from pathlib import Path

import keras
import numpy as np
from augmentation_rows import FIXED


def picture(shape):
    i = np.arange(np.prod(shape))
    return ((i * i * 7 + i * 31) % 251).astype(np.float32).reshape(shape)


def main():
    found = {}
    for row in FIXED:
        layer = getattr(keras.layers, row["layer"]["class_name"])(**row["layer"]["config"])
        found[row["name"]] = np.asarray(layer(picture(row["shape"]), training=True), np.float32)
    np.savez_compressed(Path(__file__).resolve().parent / "expected_augmentation.npz", **found)


if __name__ == "__main__":
    main()
