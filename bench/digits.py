"""The digits net with equal weights on both sides: our frozen bundle, TensorFlow.js's layers model."""

import json
from pathlib import Path

import numpy as np

import pybrowserml as pb
from pybrowserml.tools.build import BuildOptions, build_bundle

CONVOLUTIONS = (16, 32)
SHAPES = [[3, 3, 1, 16], [16], [3, 3, 16, 32], [32], [1568, 10], [10]]
NAMES = ["first/kernel", "first/bias", "second/kernel", "second/bias", "dense/kernel", "dense/bias"]


def weights() -> list[np.ndarray]:
    """Glorot's uniform kernels and zero biases, always the same."""
    generator = np.random.default_rng(7)
    made = []
    for shape in SHAPES:
        if len(shape) == 1:
            made.append(np.zeros(shape, np.float32))
            continue
        fan = np.prod(shape[:-2]) * (shape[-2] + shape[-1])
        made.append(generator.uniform(-1, 1, shape).astype(np.float32) * np.float32(np.sqrt(6 / fan)))
    return made


def _convolution(name: str, filters: int, **more) -> dict:
    config = {
        "name": name,
        "filters": filters,
        "kernel_size": [3, 3],
        "padding": "same",
        "activation": "relu",
    }
    return {"class_name": "Conv2D", "config": {**config, **more}}


def write_tfjs(folder: Path) -> None:
    """model.json and weights.bin as tf.loadLayersModel reads them."""
    pool = {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}
    layers = [
        _convolution("first", 16, batch_input_shape=[None, 28, 28, 1]),
        {"class_name": "MaxPooling2D", "config": {"name": "pool", **pool}},
        _convolution("second", 32),
        {"class_name": "MaxPooling2D", "config": {"name": "pool_1", **pool}},
        {"class_name": "Flatten", "config": {"name": "flatten"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 10, "activation": "softmax"}},
    ]
    entries = [
        {"name": name, "shape": shape, "dtype": "float32"} for name, shape in zip(NAMES, SHAPES, strict=True)
    ]
    topology = {"class_name": "Sequential", "config": {"name": "digits", "layers": layers}}
    model = {
        "format": "layers-model",
        "modelTopology": topology,
        "weightsManifest": [{"paths": ["weights.bin"], "weights": entries}],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.json").write_text(json.dumps(model))
    (folder / "weights.bin").write_bytes(b"".join(array.tobytes() for array in weights()))


def write_ours(folder: Path, minify: bool) -> None:
    """The folder that `pybrowserml build --trainable` makes of the net."""
    model = pb.Sequential(
        [
            pb.Input((28, 28, 1)),
            pb.layers.Conv2D(16, 3, padding="same", activation="relu"),
            pb.layers.MaxPooling2D(),
            pb.layers.Conv2D(32, 3, padding="same", activation="relu"),
            pb.layers.MaxPooling2D(),
            pb.layers.Flatten(),
            pb.layers.Dense(10, activation="softmax"),
        ],
        name="digits",
    )
    model.set_weights(weights())
    model.compile(optimizer=pb.optimizers.Adam(0.001), loss="sparse_categorical_crossentropy")
    build_bundle(model, folder, BuildOptions(trainable=True, minify=minify))
