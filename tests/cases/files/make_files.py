"""Makes the files beside it with Keras 3 on JAX: python make_files.py. What they give is in expected.npz.

keras2.h5 is what Keras 2 wrote of the same weights: its configuration is made by hand, as Keras 3 writes no such file.
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"

import h5py
import keras
import numpy as np

HERE = Path(__file__).resolve().parent


def row():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(3, activation="relu"),
            keras.layers.Dropout(0.5),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(2),
        ]
    )


def branches():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = keras.layers.Dense(3, name="shared")
    joined = keras.layers.Concatenate()([shared(a), shared(b)])
    steps = keras.layers.Reshape((2, 3))(joined)
    last = keras.layers.Bidirectional(keras.layers.LSTM(2))(steps)
    return keras.Model([a, b], [last, joined])


class Twice(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = keras.layers.Dense(3)
        self.second = keras.layers.Dense(2)

    def call(self, x):
        return self.second(self.first(x))

    def get_config(self):
        return {}


def keras2(path, weights):
    """The first model as Keras 2 kept it: other configurations, and names of weights with ":0"."""
    dense = {"trainable": True, "dtype": "float32", "use_bias": True}
    glorot = {"class_name": "GlorotUniform", "config": {"seed": None}}
    layers = [
        ["InputLayer", "in", {"batch_input_shape": [None, 4], "sparse": False, "ragged": False}, []],
        ["Dense", "d1", {**dense, "units": 3, "activation": "relu", "kernel_initializer": glorot}, ["in"]],
        ["Dropout", "drop", {"rate": 0.5, "noise_shape": None, "seed": None}, ["d1"]],
        ["BatchNormalization", "norm", {"axis": [1], "momentum": 0.99, "epsilon": 0.001}, ["drop"]],
        ["Dense", "d2", {**dense, "units": 2, "activation": "linear"}, ["norm"]],
    ]
    entries = [
        {
            "class_name": class_name,
            "name": name,
            "config": {"name": name, **config},
            "inbound_nodes": [[[source, 0, 0, {}] for source in sources]] if sources else [],
        }
        for class_name, name, config, sources in layers
    ]
    config = {
        "name": "m",
        "layers": entries,
        "input_layers": [["in", 0, 0]],
        "output_layers": [["d2", 0, 0]],
    }
    kept = {"d1": ["kernel", "bias"], "norm": ["gamma", "beta", "moving_mean", "moving_variance"]}
    kept["d2"] = ["kernel", "bias"]
    with h5py.File(path, "w") as file:
        file.attrs["keras_version"] = "2.11.0"
        file.attrs["model_config"] = json.dumps({"class_name": "Functional", "config": config})
        group = file.create_group("model_weights")
        names = ["in", "d1", "drop", "norm", "d2"]
        group.attrs["layer_names"] = np.asarray([name.encode() for name in names])
        waiting = list(weights)
        for name in names:
            inner = group.create_group(name)
            paths = [f"{name}/{key}:0" for key in kept.get(name, [])]
            inner.attrs["weight_names"] = np.asarray([path.encode() for path in paths])
            for path in paths:
                inner.create_dataset(path, data=waiting.pop(0))


def main():
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(8, 4)).astype("f")
    y = np.ones((8, 2), "f")
    first, second, third = row(), branches(), Twice()
    first.compile("adam", "mse", metrics=["mae"])
    first.fit(x, y, epochs=2, verbose=0, shuffle=False)
    first.save(HERE / "row.keras")
    first.save_weights(HERE / "row.weights.h5")
    expected = {"x": x, "row": first.predict(x, verbose=0)}
    expected["scores"] = np.asarray(first.evaluate(x, y, verbose=0))
    expected["iterations"] = np.asarray(first.optimizer.iterations)
    expected["velocity"] = np.asarray(first.optimizer.variables[3])
    keras2(HERE / "keras2.h5", first.get_weights())
    first.save(HERE / "row.h5")
    second.save(HERE / "branches.h5")
    expected["last"], expected["joined"] = second.predict([x, 2 * x], verbose=0)
    expected["twice"] = np.asarray(third(x))
    third.save(HERE / "twice.keras")
    np.savez(HERE / "expected.npz", **expected)


if __name__ == "__main__":
    main()
