"""Layers that are built by more than a shape: get_build_config and build_from_config, in files and without."""

from pathlib import Path

import numpy as np
import pytest

import pybrowserml as pb

FILES = Path(__file__).parent.parent / "cases" / "files"
X = np.arange(8, dtype="float32").reshape(2, 4) / 8


@pb.saving.register_keras_serializable(package="own")
class Scaled(pb.layers.Layer):
    """Its `build` needs more than a shape."""

    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def get_config(self):
        return {**super().get_config(), "units": self.units}

    def build(self, input_shape, factor):
        self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="w")
        self.factor = factor

    def call(self, x):
        return pb.ops.matmul(x, self.w) * self.factor

    def get_build_config(self):
        return {"input_shape": (None, 4), "factor": self.factor}

    def build_from_config(self, config):
        self.build(config["input_shape"], config["factor"])


@pb.saving.register_keras_serializable(package="own")
class Scaling(pb.Model):
    """A model that tells how it is built."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.scaled = Scaled(2)
        self.factor = None

    def build(self, input_shape):
        self.scaled.build(input_shape, self.factor)

    def call(self, x):
        return self.scaled(x)

    def get_build_config(self):
        return {"input_shape": (None, 4), "factor": self.factor}

    def build_from_config(self, config):
        self.factor = config["factor"]
        self.build(config["input_shape"])


def scaled(factor):
    layer = Scaled(3, name="scaled")
    layer.build((None, 4), factor)
    return pb.Sequential([layer, pb.layers.Dense(1, name="last")])


@pytest.mark.parametrize("ending", [".keras", ".h5", ""])
def test_files(ending, tmp_path):
    model = scaled(2.5)
    wanted = model.predict(X, verbose=0)
    model.save(tmp_path / f"kept{ending}")
    again = pb.load_model(tmp_path / f"kept{ending}")
    assert again.layers[0].factor == 2.5
    np.testing.assert_array_equal(again.predict(X, verbose=0), wanted)


@pytest.mark.parametrize("ending", [".keras", ""])
def test_models(ending, tmp_path):
    model = Scaling()
    model.factor = 0.5
    wanted = np.asarray(model(X))
    model.save(tmp_path / f"kept{ending}")
    again = pb.load_model(tmp_path / f"kept{ending}")
    assert again.factor == 0.5
    np.testing.assert_array_equal(again.predict(X, verbose=0), wanted)


def test_file_of_keras():
    """interop_built.keras is that of `scaled(2.5)`, written by Keras 3.15."""
    model = pb.load_model(FILES / "interop_built.keras")
    assert model.layers[0].factor == 2.5
    found = model.predict(X, verbose=0).ravel()
    np.testing.assert_allclose(found, [0.61478543, 1.2029172], rtol=1e-6)


def test_what_layers_tell():
    """As Keras has it: the shape of the only argument, or shapes by the names of the arguments."""
    dense = pb.layers.Dense(2)
    assert dense.get_build_config() is None
    dense(X)
    assert dense.get_build_config() == {"input_shape": (2, 4)}
    attention = pb.layers.MultiHeadAttention(2, 3)
    attention.build((None, 5, 4), (None, 6, 4))
    assert attention.get_build_config() == {
        "shapes_dict": {"query_shape": (None, 5, 4), "value_shape": (None, 6, 4)}
    }
    again = pb.layers.MultiHeadAttention(2, 3)
    again.build_from_config(attention.get_build_config())
    assert [weight.shape for weight in again.weights] == [weight.shape for weight in attention.weights]
    model = pb.Sequential([pb.Input((4,)), pb.layers.Dense(2)])
    assert model.get_build_config() == {"input_shape": (None, 4)}


def test_serialised_layers_are_built():
    """`deserialize_keras_object` gives a layer with weights where that which was serialised had some."""
    dense = pb.layers.Dense(2)
    assert not pb.saving.deserialize_keras_object(pb.saving.serialize_keras_object(dense)).built
    dense.build((None, 4))
    again = pb.saving.deserialize_keras_object(pb.saving.serialize_keras_object(dense))
    again.set_weights(dense.get_weights())
    np.testing.assert_array_equal(np.asarray(again(X)), np.asarray(dense(X)))
    assert "build_config" not in pb.layers.serialize(dense)


class Plain(pb.Model):
    """A model with a `build` of its own."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def build(self, input_shape):
        self.count += 1
        self.w = self.add_weight(shape=(input_shape[-1], 3), name="w")

    def call(self, x):
        return pb.ops.matmul(x, self.w)


class Asking(Plain):
    """Its `build` calls that of Model, first or last."""

    first = True

    def build(self, input_shape):
        if self.first:
            super(Plain, self).build(input_shape)
        Plain.build(self, input_shape)
        if not self.first:
            super(Plain, self).build(input_shape)


class AskingLast(Asking):
    first = False


@pytest.mark.parametrize("kind", [Plain, Asking, AskingLast])
def test_models_with_a_build_of_their_own(kind):
    """They are built once, whoever is first: `build`, a call or the data of `fit`."""
    built, called, fitted = kind(), kind(), kind()
    built.build((None, 4))
    assert built.built
    for model in (built, called):
        model(X)
        model(X)
    fitted.compile("sgd", "mse")
    fitted.fit(X, X[:, :3], verbose=0)
    for model in (built, called, fitted):
        assert model.count == 1 and len(model.weights) == 1
        assert model.predict(X, verbose=0).shape == (2, 3)


@pb.saving.register_keras_serializable(package="own")
class Around(pb.layers.Layer):
    """Keeps a layer in its configuration, and builds it in `build`, though it may be built already."""

    def __init__(self, inner=None, **kwargs):
        super().__init__(**kwargs)
        self.inner = inner or pb.layers.Dense(3)

    def build(self, input_shape):
        self.inner.build(input_shape)

    def call(self, x):
        return self.inner(x)

    def get_config(self):
        return {**super().get_config(), "inner": pb.saving.serialize_keras_object(self.inner)}

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "inner": pb.saving.deserialize_keras_object(config["inner"])})


def test_layers_are_built_once(tmp_path):
    dense = pb.layers.Dense(2)
    dense.build((None, 4))
    dense.build([None, 4])
    assert len(dense.weights) == 2
    model = pb.Sequential([pb.Input((4,)), Around()])
    wanted = model.predict(X, verbose=0)
    model.save(tmp_path / "kept.keras")
    again = pb.load_model(tmp_path / "kept.keras")
    assert len(again.weights) == 2
    np.testing.assert_array_equal(again.predict(X, verbose=0), wanted)


def test_weights_of_models_that_were_only_built(tmp_path):
    """A `build` of a subclass makes weights, though nothing told the inputs yet."""
    one, other = Plain(), Plain()
    one.build((None, 4))
    other.build((None, 4))
    one.save_weights(tmp_path / "one.weights.h5")
    other.load_weights(tmp_path / "one.weights.h5")
    np.testing.assert_array_equal(other.get_weights()[0], one.get_weights()[0])
    with pytest.raises(pb.NotBuiltError, match="cannot be saved"):
        Plain().save_weights(tmp_path / "none.weights.h5")


def test_classes_of_one_name(tmp_path):
    def made(package, by):
        @pb.saving.register_keras_serializable(package)
        class Dense(pb.layers.Layer):
            def call(self, x):
                return x * by

        return Dense

    @pb.saving.register_keras_serializable("third", name="renamed")
    class Other(pb.layers.Layer):
        def call(self, x):
            return x - 1.0

    rows = [made("first", 2.0)(), made("second", 3.0)(), Other(), pb.layers.Dense(2)]
    model = pb.Sequential([pb.Input((2,)), *rows])
    x = np.ones((1, 2), np.float32)
    y = model.predict(x, verbose=0)
    for place in ["model", "model.keras"]:
        model.save(tmp_path / place)
        np.testing.assert_array_equal(pb.load_model(tmp_path / place).predict(x, verbose=0), y)
