"""What Keras's guides and examples do beside the usual, with the import changed."""

from typing import Any

import numpy as np
import pytest

import pybrowserml as keras
from pybrowserml import layers, ops

TEXTS = ["the good film", "bad awful film", "good good", "awful"] * 4
LABELS = np.array([1, 0, 1, 0] * 4)


def settled(model):
    """The model with the same weights in Keras and here: uniform numbers of seeds 1, 2, ..."""
    weights = [
        np.random.RandomState(i + 1).uniform(-0.3, 0.3, weight.shape).astype("float32")
        for i, weight in enumerate(model.get_weights())
    ]
    model.set_weights(weights)
    return model


def test_texts_end_to_end():
    vectorize = layers.TextVectorization(max_tokens=20, output_sequence_length=4)
    vectorize.adapt(keras.data.Dataset(TEXTS).batch(3).map(lambda text: text))
    inner = keras.Sequential(
        [
            keras.Input((4,), dtype="int64"),
            layers.Embedding(20, 8),
            layers.Flatten(),
            layers.Dense(1, "sigmoid"),
        ]
    )
    inner.compile(keras.optimizers.Adam(0.05), "binary_crossentropy", metrics=["accuracy"])
    inner.fit(vectorize(TEXTS), LABELS, epochs=10, verbose=0)
    inputs = keras.Input(shape=(1,), dtype="string")
    end_to_end = keras.Model(inputs, inner(vectorize(inputs)))
    end_to_end.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    rows = keras.data.Dataset(TEXTS, LABELS).batch(4)
    assert end_to_end.evaluate(rows, verbose=0)[1] == 1
    found = end_to_end.predict(np.array([["good film"], ["awful"]]), verbose=0)
    assert found[0, 0] > 0.5 > found[1, 0]
    np.testing.assert_array_equal(end_to_end(["good film", "awful"]).numpy(), found)
    with pytest.raises(keras.DtypeError, match="must be texts"):
        end_to_end.predict(np.zeros((2, 1)), verbose=0)
    # The model that the first data tells that it takes texts; and a trained layer may not stand before texts.
    late = keras.Sequential([vectorize, layers.Embedding(20, 2), layers.LSTM(2)])
    assert late.predict(TEXTS[:3], verbose=0).shape == (3, 2)
    x = layers.Dense(1)(keras.Input((1,)))
    with pytest.raises(keras.ArgumentError, match="is trained"):
        keras.Model(x.history.inputs[0], layers.IntegerLookup(vocabulary=[1])(x))


def test_feature_space(tmp_path):
    space = keras.utils.FeatureSpace(
        features={
            "sex": "integer_categorical",
            "thal": keras.utils.FeatureSpace.string_categorical(num_oov_indices=0),
            "age": keras.utils.FeatureSpace.float_discretized(num_bins=3),
            "chol": "float_normalized",
        },
        crosses=[("sex", "thal")],
        crossing_dim=8,
        output_mode="concat",
    )
    columns = {
        "sex": [0, 1, 1, 0],
        "thal": ["normal", "fixed", "normal", "fixed"],
        "age": [50.0, 61.0, 43.0, 70.0],
        "chol": [200.0, 210.0, 230.0, 250.0],
    }
    rows = keras.data.Dataset(columns, [0, 1, 1, 0])
    space.adapt(rows.map(lambda x, _: x))
    prepared = rows.map(lambda x, y: (space(x), y)).batch(2)
    encoded = space.get_encoded_features()
    # Sorted names: 3 bins, a number, 2 + 1 whole numbers, 2 texts, then 8 of the cross.
    assert encoded.shape[1] == 3 + 1 + 3 + 2 + 8
    outputs = layers.Dense(1, activation="sigmoid")(encoded)
    training = keras.Model(inputs=encoded, outputs=outputs)
    training.compile("adam", "binary_crossentropy")
    training.fit(prepared, epochs=2, verbose=0)
    inference = keras.Model(inputs=space.get_inputs(), outputs=outputs)
    found = inference.predict(columns, verbose=0)
    np.testing.assert_allclose(found, training.predict(prepared, verbose=0), rtol=1e-6)
    space.save(tmp_path / "space.keras")
    again = keras.saving.load_model(tmp_path / "space.keras")
    assert isinstance(again, keras.utils.FeatureSpace)
    np.testing.assert_array_equal(np.asarray(again(columns)), np.asarray(space(columns)))
    with pytest.raises(keras.ArgumentError, match=r"save\(\) writes .keras files"):
        space.save(tmp_path / "space")
    one = inference.predict({name: np.array([column[1]]) for name, column in columns.items()}, verbose=0)
    np.testing.assert_allclose(one, found[1:2], rtol=1e-6)
    inference.save(tmp_path / "model")
    loaded = keras.models.load_model(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(columns, verbose=0), found)


def test_masks_of_own_layers():
    class TemporalSplit(layers.Layer):
        def call(self, inputs):
            return ops.split(inputs, 2, axis=1)

        def compute_mask(self, inputs, mask=None):
            return None if mask is None else ops.split(mask, 2, axis=1)

    x = layers.Masking()(np.array([[[1.0], [0.0], [2.0], [0.0]]], "float32"))
    first, second = TemporalSplit()(x)
    assert first._keras_mask.numpy().tolist() == second._keras_mask.numpy().tolist() == [[True, False]]


def test_layers_and_outputs_in_order():
    """Dicts go by their keys, layers by depth and then as outputs lead to them."""
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    x = layers.Dense(2, name="long")(a)
    x = layers.concatenate([layers.Dense(2, name="longer")(x), b])
    outputs = {"priority": layers.Dense(1, name="p")(x), "department": layers.Dense(2, name="d")(x)}
    model = keras.Model([a, b], outputs)
    names = [layer.name for layer in model.layers if not layer.name.startswith("concatenate")]
    assert names == ["a", "long", "longer", "b", "d", "p"]
    assert model.output_names == ["department", "priority"]
    assert [weight.path for weight in model.weights][-2:] == ["p/kernel", "p/bias"]
    assert model.weights[0].name == "kernel"


def test_own_metric_and_losses():
    class TruePositives(keras.metrics.Metric):
        def __init__(self, name="hits", **kwargs):
            super().__init__(name=name, **kwargs)
            self.hits = self.add_variable(shape=(), name="hits", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            same = ops.reshape(ops.cast(y_true, "int64"), [-1]) == ops.cast(
                ops.argmax(y_pred, axis=1), "int32"
            )
            self.hits.assign_add(ops.sum(ops.cast(same, "float32")))

        def result(self):
            return self.hits

        def reset_state(self):
            self.hits.assign(0.0)

    class Spread(keras.losses.Loss):
        def __call__(self, y_true, y_pred, sample_weight=None):
            nn: Any = keras.ops.nn  # pyright: ignore[reportAttributeAccessIssue]
            return ops.mean(ops.square(nn.softmax(y_pred) - 0.5)) + keras.backend.epsilon()

    x, y = np.eye(4, dtype="float32")[:, :3], np.array([0, 1, 2, 0])
    model = settled(keras.Sequential([keras.Input((3,)), layers.Dense(3)]))
    model.compile("sgd", Spread(), metrics=[TruePositives()])
    hits = (model.predict(x, verbose=0).argmax(axis=1) == y).sum()
    found = model.evaluate(x, y, verbose=0)
    assert found[1] == hits and 0 < found[0] < 0.25
    # A function as loss compares sizes that only the data tells.
    open_size = settled(keras.Sequential([keras.Input((None, 3)), layers.Dense(1, "sigmoid")]))
    open_size.compile("sgd", keras.losses.binary_crossentropy)
    open_size.fit(np.ones((2, 5, 3)), np.ones((2, 5, 1)), verbose=0)


def test_learning_rate_as_number():
    class Halved(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = float(self.model.optimizer.learning_rate) / 2

    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.5), "mse")
    model.fit(np.ones((4, 2)), np.ones(4), epochs=2, verbose=0, callbacks=[Halved()])
    assert float(np.array(model.optimizer.learning_rate)) == 0.125


def test_layers_that_learn_from_streams(tmp_path):
    x = np.random.RandomState(0).rand(32, 4).astype("float32")
    whole, parts, rows = (layers.Normalization() for _ in range(3))
    whole.adapt(x)
    parts.adapt((x[i : i + 8], None) for i in range(0, 32, 8))
    rows.adapt(keras.data.Dataset(x, np.zeros(32)))
    for other in (parts, rows):
        assert other.mean is not None and whole.mean is not None
        assert other.variance is not None and whole.variance is not None
        np.testing.assert_allclose(other.mean.numpy(), whole.mean.numpy(), rtol=1e-5)
        np.testing.assert_allclose(other.variance.numpy(), whole.variance.numpy(), rtol=1e-4)
    assert whole.mean is not None and list(whole.mean.shape) == [1, 4] and layers.Normalization().mean is None
    with pytest.raises(keras.ArgumentError, match="got no data"):
        layers.Normalization().adapt([])

    def endless():
        while True:
            yield np.array(["b", "a", "b"])

    lookup = layers.StringLookup()
    lookup.adapt(endless(), steps=2)
    assert lookup.get_vocabulary() == ["[UNK]", "b", "a"]
    (tmp_path / "words.txt").write_text("x\ny\n")
    lookup = layers.StringLookup(vocabulary=str(tmp_path / "words.txt"), mask_token="")
    assert lookup.get_vocabulary(include_special_tokens=False) == ["x", "y"]
    given = layers.IntegerLookup(vocabulary=[7, 9])
    assert given.get_config()["vocabulary"] == [7, 9]
    with pytest.raises(keras.ArgumentError, match="was given"):
        given.adapt([1, 2])
    lowered = layers.TextVectorization(
        standardize=lambda text: np.char.lower(text), split=lambda text: text.split("-")
    )
    lowered.adapt(["A-b", "a"])
    assert lowered.get_vocabulary() == ["", "[UNK]", "a", "b"]
