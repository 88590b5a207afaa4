"""Writes expected_augmentation.npz: the FIXED and TOLD rows of augmentation_rows.py as real Keras computes them.

KERAS_BACKEND=jax python tests/layers/make_augmentation.py, where Keras 3 is installed; the tests need only the file.
"""

from pathlib import Path

import keras
import numpy as np
from augmentation_rows import BOXES, FIXED, TOLD


def picture(shape):
    i = np.arange(np.prod(shape))
    return ((i * i * 7 + i * 31) % 251).astype(np.float32).reshape(shape)


def main():
    found = {}
    for row in FIXED:
        layer = getattr(keras.layers, row["layer"]["class_name"])(**row["layer"]["config"])
        found[row["name"]] = np.asarray(layer(picture(row["shape"]), training=True), np.float32)
    for row in TOLD:
        layer = getattr(keras.layers, row["layer"]["class_name"])(**row["layer"]["config"])
        given = {key: np.array(value) for key, value in row["transformation"].items()}
        given = {
            key: value.astype(np.float32) if value.dtype == float else value for key, value in given.items()
        }
        given["input_shape"] = tuple(row["shape"])
        found[row["name"]] = np.asarray(layer.transform_images(picture(row["shape"]), given), np.float32)
        if row["boxes"] is not None:
            boxes = {"boxes": np.array(BOXES, np.float32), "labels": np.array([[0, 1], [2, 3], [4, 5]])}
            after = layer.transform_bounding_boxes(boxes, given)
            found[row["name"] + " boxes"] = np.asarray(after["boxes"], np.float32)
            found[row["name"] + " labels"] = np.asarray(after["labels"])
    np.savez_compressed(Path(__file__).resolve().parent / "expected_augmentation.npz", **found)


if __name__ == "__main__":
    main()
