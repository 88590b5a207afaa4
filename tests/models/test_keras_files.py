"""Files of Keras: `.keras`, `.weights.h5` and `.h5` that Keras wrote load, ours come back, bad ones are refused."""

import json
import sys
import zipfile

import h5py
import numpy as np
import pytest

import pybrowserml as pb
from models.stored import CASES

FILES = CASES / "files"


@pytest.fixture(scope="module")
def expected():
    return np.load(FILES / "expected.npz")


def close(one, other):
    np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["row.keras", "row.h5", "keras2.h5"])
def test_whole_models(expected, name):
    close(pb.load_model(FILES / name).predict(expected["x"]), expected["row"])


@pytest.mark.parametrize("name", ["row.keras", "row.h5"])
def test_training_comes_back(expected, name):
    model = pb.load_model(FILES / name)
    close(model.evaluate(expected["x"], np.ones((8, 2)), verbose=0), expected["scores"])
    state = model.compiled.optimizer.variables
    assert int(state[0].numpy()) == int(expected["iterations"])
    close(state[3].numpy(), expected["velocity"])
    assert pb.load_model(FILES / name, compile=False).compiled is None


def test_several_inputs_and_shared_layers(expected):
    last, joined = pb.load_model(FILES / "branches.h5").predict([expected["x"], 2 * expected["x"]])
    close(last, expected["last"])
    close(joined, expected["joined"])


@pb.saving.register_keras_serializable()
class Twice(pb.Model):
    def __init__(self):
        super().__init__()
        self.first = pb.layers.Dense(3)
        self.second = pb.layers.Dense(2)

    def call(self, x):
        return self.second(self.first(x))

    def get_config(self):
        return {}


def test_subclass_of_a_user(expected, tmp_path):
    model = pb.load_model(FILES / "twice.keras", custom_objects={"Twice": Twice})
    close(model(expected["x"]).numpy(), expected["twice"])
    model.save(tmp_path / "own.keras")
    again = pb.load_model(tmp_path / "own.keras")
    assert isinstance(again, Twice)
    close(again.predict(expected["x"]), expected["twice"])


def row():
    return pb.Sequential(
        [
            pb.Input((4,)),
            pb.layers.Dense(3, activation="relu"),
            pb.layers.Dropout(0.5),
            pb.layers.BatchNormalization(),
            pb.layers.Dense(2),
        ]
    )


@pytest.mark.parametrize("name", ["row.weights.h5", "row.keras", "row.h5", "keras2.h5"])
def test_weights_of_keras(expected, name):
    model = row()
    model.load_weights(FILES / name)
    close(model.predict(expected["x"]), expected["row"])


@pytest.mark.parametrize("name", ["w.weights.h5", "w.h5"])
def test_weights_there_and_back(expected, tmp_path, name):
    one, other = row(), row()
    one.save_weights(tmp_path / name)
    other.load_weights(tmp_path / name)
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_mismatch_may_be_skipped(tmp_path):
    other = pb.Sequential([pb.Input((4,)), pb.layers.Dense(3), pb.layers.Dense(5)])
    pb.Sequential([pb.Input((4,)), pb.layers.Dense(3), pb.layers.Dense(2)]).save_weights(
        tmp_path / "w.weights.h5"
    )
    before = other.get_weights()
    with pytest.raises(pb.FormatError, match=r"layer 'dense_\d+' .*must have shape \(3, 5\), got \(3, 2\)"):
        other.load_weights(tmp_path / "w.weights.h5")
    np.testing.assert_array_equal(other.get_weights()[0], before[0])
    with pytest.warns(UserWarning, match="stays as it is"):
        other.load_weights(tmp_path / "w.weights.h5", skip_mismatch=True)
    assert not np.array_equal(other.get_weights()[0], before[0])
    np.testing.assert_array_equal(other.get_weights()[2], before[2])


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_saved_models_come_back(expected, tmp_path, ending):
    model = row()
    model.compile("adam", "mse", metrics=["mae"])
    model.fit(expected["x"], np.ones((8, 2)), epochs=1, verbose=0)
    path = tmp_path / ("m" + ending)
    model.save(path)
    assert path.is_file()
    again = pb.load_model(path)
    np.testing.assert_array_equal(again.predict(expected["x"]), model.predict(expected["x"]))
    for a, b in zip(again.compiled.state(), model.compiled.state(), strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    model.save(path, include_optimizer=False)
    assert pb.load_model(path).compiled is None
    with pytest.raises(pb.ArgumentError, match="exists already"):
        model.save(path, overwrite=False)


def test_training_goes_on_from_a_keras_file(expected, tmp_path):
    """Dropout, optimizer and shuffling draw the same numbers as if there had been no file."""
    x, y = expected["x"], np.ones((8, 2))
    pb.utils.set_random_seed(1)
    model = row()
    model.compile("adam", "mse")
    model.fit(x, y, epochs=2, batch_size=4, verbose=0)
    model.save(tmp_path / "m.keras")
    again = pb.load_model(tmp_path / "m.keras")
    logs = [m.fit(x, y, epochs=4, initial_epoch=2, batch_size=4, verbose=0).history for m in (model, again)]
    assert logs[0] == logs[1]
    for a, b in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_entries_name_keras(tmp_path):
    """What Keras asks for: modules of classes, and the groups of its weights."""
    model = row()
    model.compile("adam", pb.losses.MeanSquaredError())
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        config = json.loads(archive.read("config.json"))
        weights = archive.read("model.weights.h5")
        assert "metadata.json" in archive.namelist()
    assert config["module"] == "keras" and config["class_name"] == "Sequential"
    dense = config["config"]["layers"][1]
    assert (dense["module"], dense["registered_name"]) == ("keras.layers", None)
    assert dense["config"]["kernel_initializer"]["module"] == "keras.initializers"
    assert config["compile_config"]["optimizer"]["module"] == "keras.optimizers"
    assert config["compile_config"]["loss"]["module"] == "keras.losses"
    (tmp_path / "w.h5").write_bytes(weights)
    with h5py.File(tmp_path / "w.h5") as ours, h5py.File(FILES / "row.weights.h5") as theirs:
        mine, wanted = set(), set()
        ours.visit(mine.add)
        theirs.visit(wanted.add)
    assert wanted - {name for name in wanted if name.startswith("optimizer")} <= mine


def test_assets():
    """A vocabulary that a layer learned is read from the place where Keras keeps it."""
    from pybrowserml.models.assets import read_assets, written_assets

    class Archive:
        def __init__(self, files):
            self.files = files

        def namelist(self):
            return list(self.files)

    class Reader(pb.Model):
        def __init__(self, layers):
            super().__init__()
            self.words, self.counts, self.texts = layers

    def make(words, counts):
        texts = pb.layers.TextVectorization(max_tokens=9)
        if words is not None:
            texts.adapt(["the cat", "the dog"])
        return Reader(
            [pb.layers.StringLookup(vocabulary=words), pb.layers.IntegerLookup(vocabulary=counts), texts]
        )

    full, empty = make(["é", "b"], [5, 7]), make(None, None)
    files = dict(written_assets(full))
    assert files["assets/layers/string_lookup/vocabulary.txt"] == "[UNK]\né\nb".encode()
    assert files["assets/counts/vocabulary.txt"] == b"-1\n5\n7"
    read_assets(empty, Archive(files), files.__getitem__)
    for name in ("words", "counts", "texts"):
        assert getattr(empty, name).get_vocabulary() == getattr(full, name).get_vocabulary()
    np.testing.assert_array_equal(empty.texts(["the dog"]).numpy(), full.texts(["the dog"]).numpy())
    with pytest.raises(pb.FormatError, match="has no vocabulary: there is no assets/"):
        read_assets(make(None, None), Archive({}), files.__getitem__)


def damaged(tmp_path, change):
    """The stored `.h5` file after a change of the open file."""
    path = tmp_path / "bad.h5"
    path.write_bytes((FILES / "row.h5").read_bytes())
    with h5py.File(path, "r+") as file:
        change(file)
    return path


KERNEL = "model_weights/dense/sequential/dense/kernel"


def replaced(data):
    def change(file):
        del file[KERNEL]
        file.create_dataset(KERNEL, data=data)

    return change


def linked(link):
    def change(file):
        del file[KERNEL]
        file[KERNEL] = link

    return change


def claims(file):
    del file[KERNEL]
    file.create_dataset(KERNEL, shape=(4, 3), dtype="f4", chunks=(4, 3))


def external(file):
    del file[KERNEL]
    file.create_dataset(KERNEL, shape=(4, 3), dtype="f4", external=[("/etc/passwd", 0, 48)])


def configured(edit):
    def change(file):
        config = json.loads(file.attrs["model_config"])
        text = edit(config)
        file.attrs["model_config"] = json.dumps(config) if text is None else text

    return change


def with_module(config):
    config["config"]["layers"][1].update({"module": "os", "class_name": "system"})


def with_units(config):
    config["config"]["layers"][1]["config"]["units"] = 2**40


def nested(config):
    return '{"class_name":' * 3000 + "1" + "}" * 3000


@pytest.mark.parametrize(
    ["change", "message"],
    [
        (replaced(np.zeros((9, 9), "f")), r"must have shape \(4, 3\), got \(9, 9\)"),
        (replaced(np.asarray([[b"abc"] * 3] * 4)), "no number"),
        (linked(h5py.SoftLink("/model_weights")), "is a link"),
        (linked(h5py.ExternalLink("/etc/passwd", "/")), "is a link"),
        (claims, "claims 48 bytes, but the file stores 0"),
        (external, "lies in another file"),
        (configured(lambda config: "{"), "its model_config is not valid JSON"),
        (configured(lambda config: "[1]"), "must be an object"),
        (configured(with_module), "unknown layer class 'system'"),
        (configured(with_units), "units|elements|memory|weights"),
        (configured(nested), "nested too deep|cannot be read"),
        (lambda file: file.attrs.pop("model_config"), "weights only"),
        (lambda file: file.pop("model_weights"), "has no group 'model_weights'"),
        (
            lambda file: file["model_weights"].attrs.__setitem__("layer_names", [b"dense"]),
            "weights of 1 layers",
        ),
        (
            lambda file: file["model_weights/dense"].attrs.__setitem__("weight_names", [b"../../x"]),
            "has 1 weights",
        ),
    ],
)
def test_hostile_h5(tmp_path, change, message):
    path = damaged(tmp_path, change)
    with pytest.raises(pb.FormatError, match=message) as caught:
        pb.load_model(path)
    assert str(caught.value).startswith(str(path))


def test_no_hdf5_at_all(tmp_path):
    (tmp_path / "x.h5").write_bytes(b"PK no")
    with pytest.raises(pb.FormatError, match=r"x\.h5"):
        pb.load_model(tmp_path / "x.h5")
    with pytest.raises(pb.FormatError, match=r"y\.h5: no such file"):
        row().load_weights(tmp_path / "y.h5")


def test_wrong_endings(tmp_path):
    model = row()
    for act, message in [
        (lambda: model.save(tmp_path / "m.weights.h5"), "save takes .keras or .h5"),
        (lambda: model.save_weights(tmp_path / "m.keras"), "go to a .weights.h5"),
        (lambda: model.save_weights(tmp_path / "m.npz"), r"\.safetensors file or \.keras or \.weights\.h5"),
    ]:
        with pytest.raises(pb.ArgumentError, match=message):
            act()
    with pytest.raises(pb.FormatError, match="holds weights only"):
        pb.load_model(FILES / "row.weights.h5")


def test_without_h5py(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(pb.ArgumentError, match="needs h5py: pip install h5py"):
        row().save(tmp_path / "m.keras")
