"""The NumPy engine, fresh names and a fixed seed for every test of the models."""

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.core.naming import reset_names


@pytest.fixture(autouse=True)
def fresh():
    pb.set_backend("numpy")
    reset_names()
    pb.random.set_seed(7)


@pytest.fixture
def flowers():
    """(x [120, 4] float32, y [120] classes 0 to 2) that a small net can learn."""
    generator = np.random.default_rng(3)
    x = generator.normal(size=(120, 4)).astype(np.float32)
    return x, (x[:, 0] > 0).astype(np.int32) + (x[:, 1] > 0)


@pytest.fixture
def net():
    """A compiled net for `flowers`."""
    model = pb.Sequential(
        [
            pb.Input((4,), name="x"),
            pb.layers.Dense(8, activation="relu"),
            pb.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
