"""NaN and infinity in training are found: which layer, step and index."""

import numpy as np
import pytest

import pybrowserml as pb


class Breaks(pb.layers.Layer):
    """Divides by its input less 2: infinite where that is 0."""

    def call(self, x, training=None):
        return 1.0 / (x - 2.0)


@pytest.fixture(autouse=True)
def checking():
    pb.debug.check_numerics()
    yield
    pb.debug.check_numerics(False)


def test_layer_step_and_index():
    model = pb.Sequential([pb.Input((3,)), Breaks(name="breaks"), pb.layers.Dense(2, name="last")])
    model.compile("sgd", "mse")
    x = np.ones((8, 3), np.float32)
    y = np.ones((8, 2), np.float32)
    model.fit(x, y, batch_size=4, verbose=0)
    x[6, 1] = 2.0
    with pytest.raises(
        pb.NumericError, match=r"train step 4: layer 'breaks' \(Breaks\) has NaN .* index \[2, 1\]"
    ):
        model.fit(x, y, batch_size=4, shuffle=False, verbose=0)


def test_input():
    model = pb.Sequential([pb.Input((3,)), pb.layers.Dense(2)])
    model.compile("sgd", "mse")
    x = np.ones((4, 3), np.float32)
    x[1, 2] = np.nan
    with pytest.raises(pb.NumericError, match=r"test step 0: input '.*' has NaN .* index \[1, 2\]"):
        model.evaluate(x, np.ones((4, 2), np.float32), verbose=0)


def test_gradient():
    model = pb.Sequential(
        [pb.Input((1,)), pb.layers.Dense(1, use_bias=False, kernel_initializer="zeros", name="d")]
    )
    model.compile("sgd", lambda y, p: pb.ops.sum(pb.ops.sqrt(pb.ops.abs(p))))
    with pytest.raises(pb.NumericError, match="the gradient of 'sequential/d/kernel' has NaN or infinity"):
        model.fit(np.ones((2, 1), np.float32), np.ones((2, 1), np.float32), verbose=0)


def test_nothing_wrong():
    model = pb.Sequential([pb.Input((5, 3)), pb.layers.LSTM(4), pb.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(np.ones((8, 5, 3), np.float32), np.zeros(8, np.int32), epochs=2, verbose=0)
    assert set(history.history) == {"loss", "accuracy"}
