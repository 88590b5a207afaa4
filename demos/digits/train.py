"""Trains the digits model in Python on 10,000 digits of MNIST, and saves it beside one with fresh weights."""

import time
from pathlib import Path

import numpy as np
from mnist import load_mnist

import pybrowserml as pb

HERE = Path(__file__).resolve().parent
SAVED = HERE / "dist" / "saved"
SEED = 7
EPOCHS = 6
BATCH = 64


def make_model():
    """A small convolutional net: images [batch, 28, 28, 1] from 0 to 1 → ten probabilities."""
    pb.random.set_seed(SEED)
    model = pb.Sequential(
        [
            pb.Input((28, 28, 1)),
            pb.layers.Conv2D(16, 3, padding="same", activation="relu"),
            pb.layers.MaxPooling2D(2),
            pb.layers.Conv2D(32, 3, padding="same", activation="relu"),
            pb.layers.MaxPooling2D(2),
            pb.layers.Flatten(),
            pb.layers.Dropout(0.2, seed=SEED),
            pb.layers.Dense(10, activation="softmax"),
        ],
        name="digits",
    )
    model.compile(
        optimizer=pb.optimizers.Adam(0.003), loss="sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def scaled(images: np.ndarray) -> np.ndarray:
    """uint8 images [n, 28, 28] → float32 [n, 28, 28, 1] from 0 to 1."""
    return (images.astype(np.float32) / np.float32(255))[..., None]


def train(count: int = 10000, unseen: int = 2000, epochs: int = EPOCHS, verbose: int = 1):
    """(model, accuracy on `unseen` other digits) after learning from `count` digits."""
    (x_train, y_train), (x_test, y_test) = load_mnist()
    model = make_model()
    x, y = scaled(x_train[:count]), y_train[:count].astype(np.int32)
    model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=verbose)
    x, y = scaled(x_test[:unseen]), y_test[:unseen].astype(np.int32)
    logs = model.evaluate(x, y, batch_size=500, verbose=0, return_dict=True)
    return model, logs["accuracy"]


def main(folder: Path = SAVED) -> float:
    """Train, save `folder`/trained and `folder`/fresh; the accuracy on unseen digits."""
    start = time.perf_counter()
    model, accuracy = train()
    model.save(str(folder / "trained"))
    make_model().save(str(folder / "fresh"))
    print(f"{100 * accuracy:.2f} % of 2,000 unseen digits right after {time.perf_counter() - start:.0f} s")
    return accuracy


if __name__ == "__main__":
    main()
