"""Saved folders and weight files: what comes back, and what damaged ones say."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

import pybrowserml as pb
from pybrowserml.core.host import HostArray, host_array
from pybrowserml.models.safetensors import decode_tensors, encode_tensors


@pytest.fixture
def folder(net, flowers, tmp_path):
    net.fit(*flowers, epochs=2, verbose=0)
    net.save(tmp_path / "net")
    return tmp_path / "net"


def test_comes_back(net, flowers, folder):
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "weights.safetensors"]
    back = pb.load_model(folder)
    assert isinstance(back, pb.Sequential) and back.name == net.name
    np.testing.assert_array_equal(back.predict(flowers[0]), net.predict(flowers[0]))


def test_training_goes_on_exactly(net, flowers, folder):
    back = pb.load_model(str(folder))
    first, second = (model.fit(*flowers, epochs=2, batch_size=25, verbose=0).history for model in (net, back))
    assert first == second
    for one, other in zip(net.get_weights(), back.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_compiling(folder):
    assert pb.load_model(folder, compile=False).compiled is None


def test_all_kinds_of_layers(tmp_path):
    x = pb.Input((8, 8, 2), name="x")
    h = pb.layers.Conv2D(4, 3, padding="same", kernel_regularizer="l2")(x)
    h = pb.layers.BatchNormalization()(h)
    h = pb.layers.Activation("relu")(h)
    h = pb.layers.Add()([h, pb.layers.Conv2D(4, 1)(x)])
    h = pb.layers.MaxPooling2D()(h)
    inner = pb.Sequential([pb.Input((4, 4, 4)), pb.layers.Flatten(), pb.layers.Dense(3)], name="inner")
    a, b = inner(h), pb.layers.GlobalAveragePooling2D(name="mean")(h)
    model = pb.Model(x, {"a": a, "b": b}, name="all")
    model.compile("adam", {"a": "mse", "b": "mae"}, metrics={"a": ["mae"]})
    data = np.random.default_rng(0).normal(size=(6, 8, 8, 2)).astype("f")
    y = {"a": np.zeros((6, 3)), "b": np.zeros((6, 4))}
    model.fit(data, y, verbose=0)
    model.save(tmp_path / "m")
    back = pb.load_model(tmp_path / "m")
    for key, value in model.predict(data).items():
        np.testing.assert_array_equal(back.predict(data)[key], value)
    assert back.train_on_batch(data, y) == model.train_on_batch(data, y)
    manifest = json.loads((tmp_path / "m" / "model.json").read_text())
    assert manifest["signature"]["inputs"] == [
        {"name": "x", "shape": [{"dim": "batch"}, 8, 8, 2], "dtype": "float32"}
    ]


def test_replaces_whole_or_not_at_all(net, folder, monkeypatch):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(pb.ArgumentError, match="exists already"):
        net.save(folder, overwrite=False)
    from pybrowserml.platform import files

    def fail(source, target):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            net.save(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["net"]
    net.save(folder)
    assert [path.name for path in folder.parent.iterdir()] == ["net"]
    (folder / "diary.txt").write_text("dear")
    with pytest.raises(pb.ArgumentError, match=r"no part of a saved model \(diary.txt\)"):
        net.save(folder)
    assert (folder / "diary.txt").read_text() == "dear"


def test_custom_loss_cannot_be_kept(net, flowers, tmp_path):
    net.compile("sgd", lambda y, p: pb.ops.mean(pb.ops.square(p), axis=-1))
    with pytest.warns(UserWarning, match="how model 'sequential' was compiled is not saved"):
        net.save(tmp_path / "m")
    assert pb.load_model(tmp_path / "m").compiled is None


def damage(folder, change):
    manifest = json.loads((folder / "model.json").read_text())
    change(manifest)
    (folder / "model.json").write_text(json.dumps(manifest))


def cut(path, count):
    path.write_bytes(path.read_bytes()[:count])


def flip(path, place):
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))


def layer(manifest):
    return manifest["model"]["config"]["layers"][1]


@pytest.mark.parametrize(
    "spoil, message",
    [
        (lambda f: (f / "weights.safetensors").unlink(), "weights.safetensors: no such file"),
        (lambda f: (f / "model.json").unlink(), "model.json: no such file"),
        (
            lambda f: cut(f / "weights.safetensors", 500),
            "weights.safetensors: truncated or changed, it has 500 bytes",
        ),
        (lambda f: flip(f / "weights.safetensors", -1), "weights.safetensors: damaged, its SHA-256"),
        (lambda f: cut(f / "model.json", 100), "model.json: not valid JSON"),
        (lambda f: (f / "model.json").write_text("[" * 200000), "model.json: not valid JSON"),
        (lambda f: damage(f, lambda m: m.update(format="other")), "its format is not pybrowserml-model"),
        (lambda f: damage(f, lambda m: m.update(version=2)), "its version is not 1"),
        (lambda f: damage(f, lambda m: m["weights"].update(file="../../x")), "must name the file weights"),
        (lambda f: damage(f, lambda m: m["weights"]["entries"].pop()), "has 4 weights, but 3 are saved"),
        (
            lambda f: damage(f, lambda m: m["weights"]["entries"].__setitem__(0, "zzz")),
            "the weight 'zzz' is missing",
        ),
        (
            lambda f: damage(f, lambda m: layer(m)["config"].update(units=9)),
            "'sequential/dense/kernel' must have shape (4, 9)",
        ),
        (lambda f: damage(f, lambda m: layer(m)["config"].update(units=2**20)), "larger than all weights"),
        (lambda f: damage(f, lambda m: layer(m)["config"].update(units="4; x")), "units"),
        (lambda f: damage(f, lambda m: layer(m)["config"].update(extra=1)), "has no argument 'extra'"),
        (lambda f: damage(f, lambda m: layer(m)["config"].update(activation="<lambda>")), "<lambda>"),
        (
            lambda f: damage(f, lambda m: layer(m).update(class_name="os.system")),
            "unknown layer class 'os.system'",
        ),
        (lambda f: damage(f, lambda m: m["compile"].update(optimizer="adan")), "unknown optimizer 'adan'"),
        (lambda f: damage(f, lambda m: m["training"].update(random_key="x")), "training.random_key"),
    ],
)
def test_damaged(folder, spoil, message):
    spoil(folder)
    with pytest.raises(pb.FormatError) as caught:
        pb.load_model(folder)
    assert message in str(caught.value) and str(folder) in str(caught.value)


def test_weights_file(net, flowers, tmp_path):
    net.save_weights(tmp_path / "w.safetensors")
    read = safetensors.numpy.load_file(tmp_path / "w.safetensors")
    assert set(read) == {
        "sequential/dense/bias",
        "sequential/dense/kernel",
        "sequential/dense_1/bias",
        "sequential/dense_1/kernel",
    }
    np.testing.assert_array_equal(read["sequential/dense/kernel"], net.get_weights()[0])
    before = net.predict(flowers[0])
    net.set_weights([w * 0 for w in net.get_weights()])
    net.load_weights(tmp_path / "w.safetensors")
    np.testing.assert_array_equal(net.predict(flowers[0]), before)
    with pytest.raises(pb.ArgumentError, match="writes a .safetensors file"):
        net.save_weights(tmp_path / "w.npz")
    other = pb.Sequential([pb.Input((4,)), pb.layers.Dense(8, name="dense")], name="sequential")
    with pytest.raises(pb.FormatError, match="unknown weight 'sequential/dense_1/"):
        other.load_weights(tmp_path / "w.safetensors")


def test_weights_of_a_second_model(tmp_path):
    """Automatic names count on; weights find their layers by order, as in Keras."""
    make = lambda: pb.Sequential([pb.Input((3,)), pb.layers.Dense(4), pb.layers.Dense(2)])  # noqa: E731
    first, second = make(), make()
    first.save_weights(tmp_path / "w.safetensors")
    second.load_weights(tmp_path / "w.safetensors")
    for one, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    tensors = [[f"{i}/wrong", host_array(value, None)] for i, value in enumerate(first.get_weights())]
    (tmp_path / "w.safetensors").write_bytes(bytes(encode_tensors(tensors)))
    with pytest.raises(pb.FormatError, match="kernel' is missing"):
        second.load_weights(tmp_path / "w.safetensors")


def test_zip(net, folder, tmp_path):
    """An archive is read as the folder that it holds, at its top or in a folder of its own."""
    for root in [folder, folder.parent]:
        archive = shutil.make_archive(str(tmp_path / "archive"), "zip", root)
        back = pb.load_model(archive)
        for one, other in zip(net.get_weights(), back.get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)
    data = Path(archive).read_bytes()
    Path(archive).write_bytes(data[: len(data) - 30])
    with pytest.raises(pb.FormatError, match=r"archive.zip: no intact zip archive"):
        pb.load_model(archive)
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("other.json", "{}")
    with pytest.raises(pb.FormatError, match=r"archive.zip: the archive holds no model.json"):
        pb.load_model(archive)


def test_texts_that_are_no_model():
    with pytest.raises(pb.FormatError, match="not valid JSON text"):
        pb.models.model_from_json("{")
    with pytest.raises(pb.FormatError, match="unknown model class 'Nowhere'"):
        pb.models.model_from_json('{"class_name": "Nowhere", "config": {}}')


# The codec


TENSORS = [
    ["a", host_array(np.arange(6, dtype=np.float32).reshape(2, 3), None)],
    ["empty", HostArray(np.zeros(0, np.int32), [0, 4], "int32")],
    ["scalar", host_array(7, None)],
    ["flags", host_array(np.array([True, False, True]), None)],
    ["bytes", host_array(np.array([[1, 255]], np.uint8), None)],
    ["signed", host_array(np.array([-128, 127], np.int8), None)],
    ["unsigned", host_array(np.array([0, 4294967295], np.uint32), None)],
    ["half", host_array(np.array([65504, -6e-8, np.inf], np.float16), None)],
    ["double", host_array(np.array([0.1, 1e300]), "float64")],
]


def test_codec_round_trip(tmp_path):
    data = encode_tensors(TENSORS)
    for (name, host), (back_name, back) in zip(TENSORS, decode_tensors(data, "f"), strict=True):
        assert name == back_name and list(host.shape) == list(back.shape) and host.dtype == back.dtype
        np.testing.assert_array_equal(host.data, back.data)
    found = safetensors.numpy.load(bytes(data))
    np.testing.assert_array_equal(found["a"], np.arange(6).reshape(2, 3))
    assert found["empty"].shape == (0, 4) and found["flags"].dtype == bool


def test_reads_what_others_write():
    data = safetensors.numpy.save(
        {"b": np.ones((2, 2), np.float32), "a": np.array([1, 2], np.int32)}, {"by": "x"}
    )
    found: Any = dict(decode_tensors(np.frombuffer(data, np.uint8), "f"))
    np.testing.assert_array_equal(found["a"].data, [1, 2])
    assert found["b"].shape == [2, 2]


def file_of(header, body=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return np.frombuffer(
        (len(text) if length is None else length).to_bytes(8, "little") + text + body, np.uint8
    )


def entry(dtype: Any = "F32", shape=(1,), offsets=(0, 4)):
    return {"t": {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}}


@pytest.mark.parametrize(
    "data, message",
    [
        (np.zeros(3, np.uint8), "truncated"),
        (file_of(b"{}", length=2**62), "header claims"),
        (file_of(b"{}", length=100), "header claims"),
        (file_of(b"not json"), "not valid JSON"),
        (file_of(b"[1]"), "header is not an object"),
        (file_of(entry("F99"), b"1234"), "dtype F99"),
        (file_of(entry(["F32"]), b"1234"), "dtype"),
        (file_of(entry(shape=[2**40, 2**40]), b"1234"), "too large to exist"),
        (file_of(entry(shape=[-1]), b"1234"), "no shape of whole numbers"),
        (file_of(entry(shape=[1.5]), b"1234"), "no shape of whole numbers"),
        (file_of(entry(shape=[2]), b"1234"), "needs 8 bytes, but has 4"),
        (file_of(entry(offsets=[0, 8]), b"1234"), "truncated"),
        (file_of(entry(offsets=[4, 0]), b"1234"), "no valid data_offsets"),
        (file_of(entry(offsets=[2, 6]), b"123456"), "does not start where"),
        (file_of(entry(), b"12345678"), "need 4 bytes, but there are 8"),
        (file_of({"t": 3}), "is not an object"),
    ],
)
def test_codec_refuses(data, message):
    with pytest.raises(pb.FormatError, match=message) as caught:
        decode_tensors(data, "some.safetensors")
    assert "some.safetensors" in str(caught.value)


def test_loading_changes_nothing_when_it_fails(net, tmp_path):
    before = net.get_weights()
    tensors = [["sequential/dense/kernel", host_array(np.zeros((4, 8), np.float32), None)]]
    (tmp_path / "w.safetensors").write_bytes(bytes(encode_tensors(tensors)))
    with pytest.raises(pb.FormatError, match="'sequential/dense/bias' is missing"):
        net.load_weights(tmp_path / "w.safetensors")
    np.testing.assert_array_equal(before[0], net.get_weights()[0])
    shutil.rmtree(tmp_path)


def test_a_loaded_model_drops_out_the_same(tmp_path):
    """Layers without a seed take theirs from the global one; what they took is saved with the model."""
    pb.random.set_seed(3)
    model = pb.Sequential([pb.Input((6,)), pb.layers.Dense(32), pb.layers.Dropout(0.5), pb.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.save(tmp_path / "model")
    loaded = pb.load_model(tmp_path / "model")
    x, y = np.ones((8, 6), dtype=np.float32), np.zeros((8, 1), dtype=np.float32)
    curves = [[m.train_on_batch(x, y) for _ in range(4)] for m in (model, loaded)]
    assert curves[0] == curves[1]
    pb.random.set_seed(4)
    assert pb.load_model(tmp_path / "model").train_on_batch(x, y) == curves[0][0]
