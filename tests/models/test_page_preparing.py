"""Models that begin with texts, features or random images: trained in a page of Chromium as in CPython, by one seed."""

from pathlib import Path

import numpy as np
import pytest
from pages import page_of

import pybrowserml as keras
from pybrowserml import layers

HERE = Path(__file__).resolve().parent
# The 90 shaders of the policies are compiled for long; tests/layers/test_augmentation.py applies these layers on webgl.
PARTS = {"cpu": ["texts", "lookups", "features", "images", "mixed", "policies"]}
PARTS["webgl"] = PARTS["cpu"][:-1]
TEXTS = """good fine day|bad wet night|fine good sun|wet cold rain|a good warm day|a bad cold night
sun and warm air|rain and wet wind|Fine, warm sun!|Cold, bad wind!|good air|wet rain""".replace("\n", "|")
QUIET = {"verbose": 0, "shuffle": True, "batch_size": 4}
TABLE = {
    "city": ["rome", "oslo", "rome", "bern", "oslo", "oslo", "bern", "rome"],
    "stars": [3, 1, 4, 1, 5, 9, 2, 6],
    "age": [10.5, 20.5, 30.5, 40.5, 15.5, 25.5, 35.5, 45.5],
}
COLUMNS = {name: np.array(column)[:, None] for name, column in TABLE.items()}
PRICES = np.array([[1.5], [0.25], [2.5], [0.5], [1.25], [2.25], [0.75], [3.5]])

pytestmark = pytest.mark.browser


def numbers(given):
    return np.asarray(given).ravel().tolist()


def texts():
    keras.utils.set_random_seed(4)
    data = TEXTS.split("|")
    words = layers.TextVectorization(max_tokens=30, output_sequence_length=5)
    words.adapt(data)
    model = keras.Sequential(
        [
            keras.Input((1,), dtype="string"),
            words,
            layers.Embedding(30, 6, mask_zero=True),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    x, y = np.array(data)[:, None], np.array([[1], [0]] * 6)
    history = model.fit(x, y, epochs=12, **QUIET).history
    predicted = numbers(model.predict(np.array([["good sun"], ["cold unknown rain"]]), verbose=0))
    return {
        "vocabulary": words.get_vocabulary(),
        "loss": history["loss"],
        "accuracy": history["accuracy"][-1],
        "scores": model.evaluate(x, y, verbose=0),
        "predicted": predicted,
        "again": predicted,
    }


def lookups():
    keras.utils.set_random_seed(5)
    city = keras.Input((1,), dtype="string", name="city")
    stars = keras.Input((1,), dtype="int32", name="stars")
    age = keras.Input((1,), name="age")
    cities = layers.StringLookup(output_mode="one_hot")
    cities.adapt(TABLE["city"])
    known = layers.IntegerLookup(vocabulary=[1, 2, 3, 4, 5], output_mode="int")
    ages = layers.Normalization(axis=-1)
    ages.adapt(COLUMNS["age"])
    encoded = layers.CategoryEncoding(num_tokens=6, output_mode="multi_hot")(known(stars))
    joined = layers.Concatenate()([cities(city), encoded, ages(age)])
    out = layers.Dense(1)(layers.Dense(6, activation="relu")(joined))
    model = keras.Model({"city": city, "stars": stars, "age": age}, out)
    model.compile(keras.optimizers.Adam(0.02), "mse")
    history = model.fit(COLUMNS, PRICES, epochs=6, **QUIET).history
    one = {"city": np.array([["paris"]]), "stars": np.array([[2]]), "age": np.array([[30.5]])}
    return {
        "cities": cities.get_vocabulary(),
        "loss": history["loss"],
        "predicted": numbers(model.predict(COLUMNS, verbose=0)),
        "one": numbers(model.predict(one, verbose=0)),
    }


def features():
    keras.utils.set_random_seed(6)
    space = keras.utils.FeatureSpace(
        features={"city": "string_categorical", "stars": "integer_categorical", "age": "float_normalized"},
        crosses=[("city", "stars")],
        crossing_dim=8,
        output_mode="concat",
    )
    space.adapt(keras.data.Dataset.from_tensor_slices(TABLE))
    out = layers.Dense(1)(space.get_encoded_features())
    model = keras.Model(space.get_inputs(), out)
    model.compile(keras.optimizers.Adam(0.02), "mse")
    history = model.fit(COLUMNS, PRICES, epochs=4, **QUIET).history
    return {"loss": history["loss"], "predicted": numbers(model.predict(COLUMNS, verbose=0))}


def pictures():
    """24 pictures of 8x8 with a bright row or a bright column, and which it is."""
    kinds = np.arange(24) % 2
    i, row, column, channel = np.ogrid[0:24, 0:8, 0:8, 0:3]
    bright = np.where(kinds[:, None, None, None] == 1, row, column) == i * 5 % 8
    x = np.where(bright, 200, 40) + (i * 7 + (row * 8 + column) * 3 + channel) % 11
    return x.astype(np.float32), kinds


def images():
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.RandomFlip(seed=1),
            layers.RandomTranslation(0.1, 0.1, seed=2),
            layers.RandomRotation(0.02, fill_mode="nearest", seed=3),
            layers.RandomContrast(0.2, seed=4),
            layers.Rescaling(1 / 127.5, offset=-1),
            layers.Conv2D(6, 3, activation="relu"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    x, y = pictures()
    history = model.fit(x, y, epochs=3, **{**QUIET, "batch_size": 8}).history
    return {"loss": history["loss"], "predicted": numbers(model.predict(x, verbose=0))}


def policies():
    keras.utils.set_random_seed(9)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.RandAugment(factor=0.2, num_ops=2, seed=5),
            layers.AugMix(factor=0.1, num_chains=2, chain_depth=2, seed=6),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")
    x, y = pictures()
    return {"loss": model.fit(x, y, epochs=3, **{**QUIET, "batch_size": 8}).history["loss"]}


def mixed():
    keras.utils.set_random_seed(8)
    x, y = pictures()
    chain = [layers.MixUp(alpha=0.4, seed=1), layers.CutMix(factor=0.6, seed=2)]

    def augment(images, labels):
        element = {"images": images, "labels": labels}
        for layer in chain:
            element = layer(element, training=True)
        return element["images"], element["labels"]

    rows = keras.utils.to_categorical(y, 2).astype(np.float32)
    dataset = keras.data.Dataset.from_tensor_slices((x, rows)).batch(8).map(augment)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.1), "categorical_crossentropy")
    return {"loss": model.fit(dataset, epochs=3, verbose=0).history["loss"]}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What the page found on each engine."""
    with page_of(tmp_path_factory.mktemp("page"), HERE / "page_preparing.mjs") as page:
        return {engine: page.ask("page_preparing.mjs", "run", engine, PARTS[engine]) for engine in PARTS}


@pytest.fixture(scope="module")
def expected():
    keras.set_backend("numpy")
    return {make.__name__: make() for make in (texts, lookups, features, images, mixed, policies)}


@pytest.mark.parametrize(("engine", "part"), [(engine, part) for engine in PARTS for part in PARTS[engine]])
def test_trains_as_in_python(found, expected, engine, part):
    there = found[engine][part]
    assert "broken" not in there, there["broken"]
    seconds = there.pop("seconds")
    for name, wanted in expected[part].items():
        if isinstance(wanted, list) and isinstance(wanted[0], str):
            assert there[name] == wanted
        else:
            # A few epochs of float32 in another order of sums.
            np.testing.assert_allclose(
                there[name], wanted, rtol=2e-4, atol=2e-5, err_msg=f"{name} ({seconds} s)"
            )
