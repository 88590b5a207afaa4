"""Small tasks with known answers, made from seeds, and models that learn them within seconds."""

from pathlib import Path

import numpy as np

import pybrowserml as pb
from pybrowserml import layers as L

HERE = Path(__file__).resolve().parent
LETTERS = "0123456789+ "
LONGEST_SUM = 2
# Seven segments of a digit as (rows, columns) of an 11x7 picture, and which of them each digit has.
SEGMENTS = [
    (slice(0, 1), slice(1, 6)),
    (slice(1, 5), slice(6, 7)),
    (slice(6, 10), slice(6, 7)),
    (slice(10, 11), slice(1, 6)),
    (slice(6, 10), slice(0, 1)),
    (slice(1, 5), slice(0, 1)),
    (slice(5, 6), slice(1, 6)),
]
DIGITS = ["012345", "12", "01346", "01236", "1256", "02356", "023456", "012", "0123456", "012356"]
SONG = "round and round the garden went the old grey cat, up and down the chimney flew the bat. "


def xor():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    return x, np.array([[0], [1], [1], [0]], np.float32)


def xor_model():
    model = pb.Sequential([pb.Input((2,)), L.Dense(8, "tanh"), L.Dense(1, "sigmoid")])
    model.compile(pb.optimizers.Adam(0.1), "binary_crossentropy", metrics=["accuracy"])
    return model


def flowers(count, seed):
    """Three kinds by four lengths in cm, of which two overlap a little: (x [count, 4], y [count])."""
    rng = np.random.default_rng(seed)
    means = np.array([[5.0, 3.4, 1.5, 0.25], [5.9, 2.8, 4.2, 1.3], [6.6, 3.0, 5.6, 2.05]])
    spreads = np.array([[0.35, 0.38, 0.17, 0.1], [0.5, 0.3, 0.4, 0.18], [0.6, 0.32, 0.45, 0.25]])
    y = rng.integers(0, 3, count).astype(np.int32)
    return (means[y] + spreads[y] * rng.normal(size=(count, 4))).astype(np.float32), y


def flower_model(optimizer):
    model = pb.Sequential([pb.Input((4,)), L.Dense(10, "relu"), L.Dense(3, "softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def digits(count, seed):
    """Seven-segment digits somewhere in noisy 14x10 pictures: (x [count, 14, 10, 1], y [count])."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 10, count).astype(np.int32)
    x = rng.normal(0, 0.15, size=(count, 14, 10, 1))
    for picture, digit in zip(x, y, strict=True):
        row, column = rng.integers(0, 4), rng.integers(0, 4)
        for segment in DIGITS[digit]:
            rows, columns = SEGMENTS[int(segment)]
            picture[row : row + 11, column : column + 7, 0][rows, columns] += rng.uniform(0.6, 1.0)
    return x.astype(np.float32), y


def digits_model():
    model = pb.Sequential(
        [
            pb.Input((14, 10, 1)),
            L.Conv2D(8, 3, padding="same", activation="relu"),
            L.MaxPooling2D(),
            L.Conv2D(16, 3, padding="same", activation="relu"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(48, "relu"),
            L.Dense(10, "softmax"),
        ]
    )
    model.compile(pb.optimizers.Adam(0.004), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def one_hot(texts):
    """[texts, letters, LETTERS] of texts of one length."""
    places = np.array([[LETTERS.index(letter) for letter in text] for text in texts])
    return np.eye(len(LETTERS), dtype=np.float32)[places]


def sums():
    """All sums of two numbers below 12 as text: ("7+12 " one-hot [144, 5, 12], "18" as numbers [144, 2])."""
    pairs = [(a, b) for a in range(12) for b in range(12)]
    x = one_hot([f"{a}+{b}".ljust(5) for a, b in pairs])
    answers = [str(a + b).ljust(LONGEST_SUM) for a, b in pairs]
    return x, np.array([[LETTERS.index(letter) for letter in text] for text in answers], np.int32)


def adding_model(kind, units=64, steps=540):
    """Reads the sum with one recurrent layer and writes the answer with another; kind: L.LSTM or L.GRU."""
    model = pb.Sequential(
        [
            pb.Input((5, len(LETTERS))),
            kind(units),
            L.RepeatVector(LONGEST_SUM),
            kind(units, return_sequences=True),
            L.Dense(len(LETTERS), "softmax"),
        ]
    )
    rate = pb.optimizers.schedules.CosineDecay(0.02, steps)
    model.compile(pb.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def sequences(count, seed, length=6, values=10):
    """Numbers, and the same in order: two arrays [count, length]."""
    x = np.random.default_rng(seed).integers(0, values, (count, length)).astype(np.int32)
    return x, np.sort(x, axis=1)


def sorting_model(length=6, values=10, width=32, steps=240):
    """A transformer of two blocks that sees all numbers at once and names the one of each place."""

    def block(x):
        seen = L.MultiHeadAttention(4, width // 4)(x, x)
        x = L.LayerNormalization()(L.Add()([x, seen]))
        deep = L.Dense(width)(L.Dense(2 * width, "relu")(x))
        return L.LayerNormalization()(L.Add()([x, deep]))

    tokens = pb.Input((length,), dtype="int32")
    places = pb.Input((length,), dtype="int32", name="places")
    x = L.Add()([L.Embedding(values, width)(tokens), L.Embedding(length, width)(places)])
    x = block(block(x))
    model = pb.Model([tokens, places], L.Dense(values, "softmax")(x))
    rate = pb.optimizers.schedules.CosineDecay(0.006, steps)
    model.compile(pb.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def with_places(x):
    """The inputs of `sorting_model`: the numbers and their places."""
    return [x, np.tile(np.arange(x.shape[1], dtype=np.int32), (len(x), 1))]


def shapes(count, seed, size=16):
    """Discs and boxes in noise: (pictures [count, size, size, 1], masks of the same shape)."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:size, 0:size]
    masks = np.zeros((count, size, size, 1), np.float32)
    for mask in masks:
        for _ in range(2):
            row, column, radius = rng.integers(3, size - 3), rng.integers(3, size - 3), rng.integers(2, 4)
            away = np.stack([np.abs(rows - row), np.abs(columns - column)])
            inside = away.max(0) <= radius if rng.random() < 0.5 else np.hypot(*away) <= radius
            mask[inside] = 1
    return (masks * 0.8 + rng.normal(0, 0.35, masks.shape)).astype(np.float32), masks


def unet():
    """Down twice, up twice, each level seeing what it was before."""

    def convolved(x, filters):
        return L.Conv2D(filters, 3, padding="same", activation="relu")(x)

    picture = pb.Input((16, 16, 1))
    fine = convolved(picture, 8)
    middle = convolved(L.MaxPooling2D()(fine), 12)
    coarse = convolved(L.MaxPooling2D()(middle), 16)
    up = L.Conv2DTranspose(12, 2, strides=2)(coarse)
    up = convolved(L.Concatenate()([up, middle]), 12)
    up = L.Concatenate()([L.UpSampling2D()(up), fine])
    model = pb.Model(picture, L.Conv2D(1, 1, activation="sigmoid")(convolved(up, 8)))
    iou = pb.metrics.BinaryIoU(target_class_ids=[1], threshold=0.5, name="iou")
    model.compile(pb.optimizers.Adam(0.01), "binary_crossentropy", metrics=[iou])
    return model


def waves(count, seed):
    """Sums of two waves of random strengths: [count, 20] with two degrees of freedom."""
    strengths = np.random.default_rng(seed).uniform(-1, 1, (count, 2))
    time = np.linspace(0, 2 * np.pi, 20)
    return (strengths @ np.stack([np.sin(time), np.cos(2 * time)])).astype(np.float32)


def song_windows(length=8):
    """Windows of SONG and the letter after each: (x [count, length], y [count], letters)."""
    letters = sorted(set(SONG))
    places = [letters.index(letter) for letter in SONG + SONG[:length]]
    x = np.array([places[i : i + length] for i in range(len(SONG))], np.int32)
    return x, np.array(places[length : length + len(SONG)], np.int32), letters


def song_model(letters):
    model = pb.Sequential(
        [pb.Input((8,), dtype="int32"), L.Embedding(letters, 12), L.LSTM(48), L.Dense(letters, "softmax")]
    )
    model.compile(pb.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def best(probabilities):
    """The most probable class of each row."""
    return np.asarray(probabilities).argmax(-1)
