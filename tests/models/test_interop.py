"""Files of Keras with users' classes, operations and state: Keras's load here, ours have what Keras looks for."""

import io
import json
import zipfile

import h5py
import numpy as np
import pytest

import pybrowserml as pb
from models.interop import FILES, X, Y, models, numbers
from models.stored import CASES

MADE, INPUTS = models(pb)


@pytest.fixture(scope="module")
def expected():
    return np.load(FILES / "interop.npz")


def weights_in(path):
    """The paths of the arrays in a `.keras` file, random states aside, which layers that drop nothing lack in Keras."""
    found = set()
    with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
        file.visititems(lambda name, item: found.add(name) if isinstance(item, h5py.Dataset) else None)
    return {name for name in found if "seed_generator" not in name}


def config_in(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("config.json"))


@pytest.mark.parametrize("name", MADE)
def test_files_of_keras(expected, tmp_path, name):
    stored = FILES / f"interop_{name}.keras"
    ours = tmp_path / "ours.keras"
    pb.load_model(stored).save(ours)
    for path in (stored, ours):
        found = numbers(pb.load_model(path), INPUTS[name])
        for key, value in found.items():
            np.testing.assert_allclose(value, expected[f"{name}/{key}"], rtol=1e-4, atol=1e-5, err_msg=key)
    # Keras finds weights by these paths, and classes by these names.
    assert weights_in(ours) == weights_in(stored)
    mine, theirs = config_in(ours), config_in(stored)
    assert mine["class_name"] == theirs["class_name"]
    if ">" in (theirs["registered_name"] or ""):
        assert mine["registered_name"] == theirs["registered_name"]
    else:
        assert mine["module"] == theirs["module"]


@pytest.mark.parametrize("name", ["functional_ops_arith", "functional_ops_more"])
@pytest.mark.parametrize("ending", ["keras", "h5"])
def test_operations_are_those_of_keras(tmp_path, name, ending):
    folder = CASES / "keras3" / name
    model = pb.load_model(folder / "model.keras")
    model.save(tmp_path / f"m.{ending}")
    again = pb.load_model(tmp_path / f"m.{ending}")
    case = json.loads((folder / "case.json").read_text())
    x = [np.load(folder / entry["file"]) for entry in case["inputs"]]
    one, other = (net.predict(x[0] if len(x) == 1 else x) for net in (model, again))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)
    if ending == "keras":
        layers = config_in(tmp_path / "m.keras")["config"]["layers"]
        assert all(entry["module"].startswith("keras.") for entry in layers)


def test_texts_name_the_modules_of_keras():
    config = json.loads(MADE["functions"]().to_json())
    layer = config["config"]["layers"][1]
    assert (config["module"], layer["module"]) == ("keras", "keras.layers")
    assert layer["config"]["activation"]["config"] == "interop>bent"
    text = json.dumps(config_in(FILES / "interop_operations.keras"))
    assert pb.models.model_from_json(text).predict(X).shape == (12, 3)


@pb.saving.register_keras_serializable(package="interop")
class Keeper(pb.layers.Layer):
    """A layer that keeps its own state; its argument is no attribute of its name."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.dense = pb.layers.Dense(units)
        self.notes = "none"
        self.table = np.zeros(3)

    def call(self, x):
        return self.dense(x)

    def save_own_variables(self, store):
        store["table"] = self.table

    def load_own_variables(self, store):
        self.table = np.asarray(store["table"])

    def save_assets(self, folder):
        with open(f"{folder}/notes.txt", "w") as file:
            file.write(self.notes)

    def load_assets(self, folder):
        with open(f"{folder}/notes.txt") as file:
            self.notes = file.read()


def test_state_of_their_own(tmp_path):
    model = pb.Sequential([pb.Input([3]), Keeper(2)])
    model.layers[0].notes, model.layers[0].table = "hello", np.asarray([1.0, 2.0, 3.0])
    model.save(tmp_path / "m.keras")
    again = pb.load_model(tmp_path / "m.keras")
    assert again.layers[0].notes == "hello" and again.layers[0].table.tolist() == [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(again.predict(np.ones((2, 3))), model.predict(np.ones((2, 3))))
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    for bad in ("../out.txt", "a/../../out.txt", "\\out.txt", "/out.txt"):
        with zipfile.ZipFile(tmp_path / "bad.keras", "w") as archive:
            for name, data in {**entries, "assets/layers/keeper/" + bad: b"x"}.items():
                archive.writestr(name, data)
        with pytest.raises(pb.FormatError, match="bad.keras: .*leads out of its folder"):
            pb.load_model(tmp_path / "bad.keras")


def test_one_layer_in_two_places(tmp_path):
    shared = pb.layers.Dense(3)
    x = pb.Input([5, 3])
    model = pb.Model(x, pb.layers.Add()([pb.layers.TimeDistributed(shared)(x), shared(x)]))
    for place in (tmp_path / "m.keras", tmp_path / "m"):
        model.save(place)
        again = pb.load_model(place)
        dense = next(layer for layer in again.layers if isinstance(layer, pb.layers.Dense))
        wrapper = next(layer for layer in again.layers if isinstance(layer, pb.layers.TimeDistributed))
        assert wrapper.layer is dense and again.count_params() == model.count_params()
        value = np.ones((2, 5, 3), "f")
        np.testing.assert_array_equal(again.predict(value), model.predict(value))


class Own(pb.Sequential):
    """A model that is compiled in its own way."""

    def compile(self, rate):
        super().compile(pb.optimizers.SGD(rate), "mse")


@pb.saving.register_keras_serializable(package="interop")
class Told(Own):
    def get_compile_config(self):
        return {"rate": 0.5}

    def compile_from_config(self, config):
        self.compile(config["rate"])


@pb.saving.register_keras_serializable(package="interop")
def halved(y_true, y_pred):
    return pb.ops.mean(pb.ops.square(y_true - y_pred), axis=-1) / 2.0


@pytest.mark.parametrize("place", ["m.keras", "m.h5", "m"])
def test_functions_as_losses(tmp_path, place):
    model = pb.Sequential([pb.Input([6]), pb.layers.Dense(2)])
    model.compile("sgd", halved, metrics=[halved, pb.losses.mean_squared_error])
    model.save(tmp_path / place)
    again = pb.load_model(tmp_path / place)
    scores = model.evaluate(X, Y, verbose=0)
    np.testing.assert_allclose(again.evaluate(X, Y, verbose=0), scores, rtol=1e-6)
    np.testing.assert_allclose(scores[2], 2 * scores[1], rtol=1e-6)


def test_own_compile(tmp_path):
    model = Told([pb.Input([2]), pb.layers.Dense(1)])
    model.compile(0.5)
    model.save(tmp_path / "told.keras")
    again = pb.load_model(tmp_path / "told.keras")
    assert isinstance(again, Told) and again.get_learning_rate() == 0.5
    pb.saving.register_keras_serializable(package="interop")(Own)
    model = Own([pb.Input([2]), pb.layers.Dense(1)])
    model.compile(0.5)
    model.save(tmp_path / "own.keras")
    with pytest.warns(UserWarning, match="compile.. was not called, because Own has its own"):
        assert pb.load_model(tmp_path / "own.keras").compiled is None


def test_models_that_are_not_built(tmp_path):
    for model in (
        pb.Sequential([pb.layers.Dense(2), pb.layers.Dropout(0.1)]),
        MADE["subclass"]().__class__(),
    ):
        for place in (tmp_path / "m.keras", tmp_path / "m.h5"):
            model.save(place)
            again = pb.load_model(place)
            assert not again.built and again.predict(X).shape == (12, 2)


def test_open_files():
    model = MADE["functions"]()
    stream = io.BytesIO()
    model.save(stream)
    stream.seek(0)
    np.testing.assert_array_equal(pb.load_model(stream).predict(X), model.predict(X))
    with pytest.raises(pb.FormatError, match="the open file: no intact .keras file"):
        pb.load_model(io.BytesIO(b"no"))


def unnamed(x):
    return x * 2.0


def test_objects(tmp_path):
    """Functions without a registration are named, and have to be given; arrays and nested objects come back."""
    layer = pb.layers.Dense(2, activation=unnamed)
    entry = pb.saving.serialize_keras_object({"layer": layer, "array": np.eye(2), "list": [1, "x", None]})
    text = json.dumps(entry)
    found = pb.saving.deserialize_keras_object(json.loads(text), {"unnamed": unnamed})
    assert found["layer"].activation is unnamed and found["list"] == [1, "x", None]
    np.testing.assert_array_equal(found["array"], np.eye(2))
    with pytest.raises(pb.FormatError, match="unknown function 'unnamed'"):
        pb.saving.deserialize_keras_object(json.loads(text))
    with pytest.raises(pb.ArgumentError, match="cannot save a function that is not registered"):
        pb.saving.serialize_keras_object(lambda x: x)
    with pytest.raises(pb.ArgumentError, match="safe_mode=False is not supported"):
        pb.saving.deserialize_keras_object(entry, safe_mode=False)
    model = pb.Sequential([pb.Input([6]), layer])
    model.save(tmp_path / "m.keras")
    assert pb.load_model(tmp_path / "m.keras", {"unnamed": unnamed}).layers[0].activation is unnamed


class Idle(pb.layers.Dense):
    def build(self, input_shape):
        super().build(input_shape)
        self.idle = self.add_weight(shape=(3,), name="idle")


def test_weights_that_the_loss_does_not_move(tmp_path):
    """Their slots are there all the same, so that files have what Keras has."""
    model = pb.Sequential([pb.Input([6]), Idle(2)])
    model.compile("adam", "mse")
    with pytest.warns(UserWarning, match=r"Gradients do not exist for variables \['.*idle/idle'\]"):
        model.fit(X, Y, verbose=0)
    assert len(model.trainable_weights) == 3 and len(model.optimizer.variables) == 2 + 2 * 3


def test_names_that_keras_has_not():
    """A user's attribute may have names that mean something here, and nothing in Keras."""

    class Named(pb.Model):
        def __init__(self):
            super().__init__()
            self.stack = [pb.layers.Dense(3), pb.layers.Dense(2)]
            self.sublayers = {"last": pb.layers.Dense(1)}

        def call(self, x):
            for layer in self.stack:
                x = layer(x)
            return self.sublayers["last"](x)

    model = Named()
    model.compile("sgd", "mse")
    model.fit(X, Y[:, :1], verbose=0)
    assert len(model.weights) == 6


def test_gradients_of_operations(tmp_path):
    """A cheaper way to the same gradient is no part of a file; a gradient that a user chose would be lost."""
    x = pb.Input((4,))
    model = pb.Model(x, pb.ops.softmax(pb.layers.Dense(3)(x)))
    model.save(tmp_path / "softmax")
    given = np.arange(8, dtype="float32").reshape(2, 4)
    loaded = pb.load_model(tmp_path / "softmax")
    np.testing.assert_array_equal(loaded.predict(given, verbose=0), model.predict(given, verbose=0))
    chosen = pb.custom_gradient(lambda x: [x * 2.0, lambda g: g])
    with pytest.raises(pb.ArgumentError, match="cannot save a model that uses custom_gradient"):
        pb.Model(x, chosen(pb.layers.Dense(3)(x))).save(tmp_path / "chosen")
