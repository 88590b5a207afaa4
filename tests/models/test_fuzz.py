"""Files that were changed at random, and hostile ones of every format: only errors of the library come out, in time."""

import copy
import io
import json
import random
import time
import zipfile

import h5py
import numpy as np
import pytest

import pybrowserml as pb

COUNT = 25
JUNK = [
    *(
        None,
        True,
        False,
        0,
        -1,
        2**31,
        2**63,
        -(2**70),
        1e308,
        float("nan"),
        float("inf"),
        0.5,
        "",
        "relu",
        [],
    ),
    *(
        "../../etc/passwd",
        "<lambda>",
        "a" * 100000,
        "__proto__",
        "constructor",
        "float64",
        [[]],
        {},
        [1, [2]],
    ),
    *(
        [2**40, 2**40],
        {"class_name": "Dense"},
        {"class_name": "Dense", "config": {}},
        {"dim": ["*", "a", {}]},
    ),
    {"class_name": "Lambda", "config": {"function": "x"}},
    {"class_name": "function", "config": 5},
    {"class_name": "__lambda__", "config": {"value": "4wEAAA=="}},
    {"class_name": "__numpy__", "config": {"value": [1, [2]], "dtype": "object"}},
    {"class_name": "__tuple__"},
    {"class_name": "__keras_tensor__", "config": {"keras_history": ["a", 0, 0]}},
    {"class_name": "Zeros", "config": {}},
    {"class_name": "Sequential", "config": {"layers": []}},
    {"class_name": "Dense", "config": {"units": 1}, "shared_object_id": 1},
]


def make():
    x = pb.Input([6], name="a")
    h = pb.layers.BatchNormalization()(pb.layers.Dense(3, "relu", kernel_regularizer="l2")(x)) * 2.0
    y = pb.layers.LSTM(2)(pb.layers.Reshape([3, 1])(h))
    inner = pb.Sequential([pb.Input([3]), pb.layers.Dropout(0.5), pb.layers.Dense(2)])
    model = pb.Model(x, pb.layers.Concatenate()([y, inner(h)]))
    rate = pb.optimizers.schedules.ExponentialDecay(0.1, 5, 0.9)
    model.compile(pb.optimizers.Adam(rate), "mse", metrics=["mae"])
    model.fit(np.ones((4, 6)), np.ones((4, 4)), verbose=0)
    return model


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A model, and its files of every format."""
    folder = tmp_path_factory.mktemp("sound")
    model = make()
    for name in ("m.keras", "m.h5", "m"):
        model.save(folder / name)
    for name in ("m.weights.h5", "m.safetensors"):
        model.save_weights(folder / name)
    return model, folder


def places(value, path=()):
    yield path
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def changed_json(text, chance):
    """JSON text with one or two of its values replaced, dropped, copied from elsewhere, or added."""
    value = json.loads(text)
    for _ in range(chance.choice([1, 1, 2])):
        paths = list(places(value))
        path = chance.choice(paths[1:])
        owner, key = at(value, path[:-1]), path[-1]
        act = chance.randrange(5)
        if act < 2:
            owner[key] = copy.deepcopy(chance.choice(JUNK))
        elif act == 2:
            owner.pop(key)
        elif act == 3:
            owner[key] = copy.deepcopy(at(value, chance.choice(paths)))
        elif isinstance(owner, dict):
            owner[chance.choice(["name", "units", "dtype", "module", "config"])] = chance.choice(JUNK)
        else:
            owner.insert(0, chance.choice(JUNK))
    return json.dumps(value).encode()


def changed_bytes(data, chance):
    data = bytearray(data)
    for _ in range(chance.choice([1, 2, 8, 64])):
        place = chance.randrange(len(data))
        act = chance.randrange(4)
        if act < 2:
            data[place] ^= 1 << chance.randrange(8)
        elif act == 2:
            del data[place : place + chance.randrange(1, 64)]
        else:
            data[place:place] = chance.randbytes(chance.randrange(1, 9))
    return bytes(data)


def changed_h5(data, chance):
    stream = io.BytesIO(data)
    with h5py.File(stream, "r+") as file:
        names = []
        file.visit(names.append)
        name = chance.choice(names)
        act = chance.randrange(5)
        if act == 4:
            file[name].attrs["weight_names"] = chance.choice([5, "x", b"\xff", np.zeros(3)])
            return stream.getvalue()
        del file[name]
        if act == 1:
            file[name] = h5py.SoftLink(chance.choice(names))
        elif act == 2:
            kinds = [
                np.zeros(3),
                np.full(2, np.nan),
                np.zeros((2, 2), "S3"),
                5,
                np.zeros((0, 4)),
                np.zeros(3, "c8"),
            ]
            file.create_dataset(name, data=chance.choice(kinds))
        elif act == 3:
            file.create_dataset(name, shape=(2**20, 2**10), dtype="f4", chunks=(1024, 64))
    return stream.getvalue()


def zip_with(path, change, chance):
    """The archive with one of its entries changed; at times in a second entry of the same name."""
    with zipfile.ZipFile(path) as archive:
        entries = [[name, archive.read(name)] for name in archive.namelist()]
    place = chance.randrange(len(entries))
    name, data = entries[place]
    if name.endswith(".json"):
        spoiled = changed_json(data, chance) if chance.random() < 0.8 else changed_bytes(data, chance)
    else:
        spoiled = change(data, chance) if name.endswith(".h5") else changed_bytes(data, chance)
    if chance.random() < 0.2:
        entries.append([name, spoiled])
    else:
        entries[place][1] = spoiled
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return stream.getvalue()


def spoiled_keras(sound, target, chance):
    path = target / "bad.keras"
    if chance.random() < 0.2:
        path.write_bytes(changed_bytes((sound / "m.keras").read_bytes(), chance))
    else:
        change = chance.choice([changed_bytes, changed_h5])
        path.write_bytes(zip_with(sound / "m.keras", change, chance))
    return path


def spoiled_h5(sound, target, chance):
    path = target / "bad.h5"
    data = (sound / "m.h5").read_bytes()
    if chance.random() < 0.5:
        stream = io.BytesIO(data)
        with h5py.File(stream, "r+") as file:
            key = chance.choice(["model_config", "training_config"])
            file.attrs[key] = changed_json(file.attrs[key], chance)[:60000]
        data = stream.getvalue()
    else:
        data = chance.choice([changed_bytes, changed_h5])(data, chance)
    path.write_bytes(data)
    return path


def spoiled_folder(sound, target, chance):
    folder = target / "bad"
    folder.mkdir(exist_ok=True)
    text = (sound / "m" / "model.json").read_text()
    (folder / "model.json").write_bytes(changed_json(text, chance))
    (folder / "weights.safetensors").write_bytes((sound / "m" / "weights.safetensors").read_bytes())
    return folder


def spoiled_weights(sound, target, chance):
    name = chance.choice(["m.weights.h5", "m.safetensors"])
    data = (sound / name).read_bytes()
    path = target / name
    if name.endswith("h5") and chance.random() < 0.6:
        data = changed_h5(data, chance)
    elif name.endswith("h5") or chance.random() < 0.5:
        data = changed_bytes(data, chance)
    else:
        size = int.from_bytes(data[:8], "little")
        head = changed_json(data[8 : 8 + size], chance)
        data = len(head).to_bytes(8, "little") + head + data[8 + size :]
    path.write_bytes(data)
    return path


SPOILERS = {"keras": spoiled_keras, "h5": spoiled_h5, "folder": spoiled_folder, "weights": spoiled_weights}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("format", SPOILERS)
def test_changed_at_random(sound, tmp_path, format):
    model, folder = sound
    refused = 0
    for seed in range(COUNT):
        path = SPOILERS[format](folder, tmp_path, random.Random(seed))
        start = time.monotonic()
        try:
            if format == "weights":
                model.load_weights(path)
            else:
                pb.load_model(path)
        except pb.PybrowsermlError as problem:
            assert str(path) in str(problem), seed
            refused += 1
        assert time.monotonic() - start < 10, seed
    assert refused > COUNT / 4


@pytest.mark.filterwarnings("ignore")
def test_texts_changed_at_random(sound):
    text = sound[0].to_json()
    refused = 0
    for seed in range(COUNT):
        changed = changed_json(text, random.Random(seed)).decode()
        for read in (
            pb.models.model_from_json,
            lambda text: pb.Model.from_config(json.loads(text)["config"]),
        ):
            try:
                read(changed)
            except pb.PybrowsermlError:
                refused += 1
            except KeyError as problem:
                assert problem.args == ("config",)  # this test's own
    assert refused > COUNT / 2


def dense(**config):
    return {"class_name": "Dense", "config": {"name": "d", "units": 2, **config}}


def row(*layers):
    first = {"class_name": "InputLayer", "config": {"batch_shape": [None, 3], "name": "x"}}
    return {"class_name": "Sequential", "config": {"name": "s", "layers": [first, *layers]}}


def graph(*layers):
    first = {"class_name": "InputLayer", "config": {"batch_shape": [None, 3], "name": "x"}, "name": "x"}
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [[layers[-1]["name"], 0, 0]]}
    return {
        "class_name": "Functional",
        "config": {"layers": [{**first, "inbound_nodes": []}, *layers], **ends},
    }


def called(name, source, **more):
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": [source, 0, 0]}}
    return {**dense(name=name), "name": name, "inbound_nodes": [{"args": [tensor], "kwargs": {}}], **more}


def nested(depth, of="Sequential"):
    entry = row(dense())
    for _ in range(depth):
        entry = {"class_name": of, "config": {"name": "n", "layers": [entry]}}
    return entry


HOSTILE = {
    "layers that call each other": (graph(called("a", "b"), called("b", "a")), "called on something that no layer"),
    "a layer that calls itself": (graph(called("a", "a")), "called on something that no layer"),
    "two layers of one name": (graph(called("a", "x"), called("a", "x")), "two layers have the name 'a'"),
    "a name that is no text": (graph({**called("a", "x"), "name": 5, "config": {}}), "no name|needs"),
    "nested without end": (nested(3000), "nested|not valid JSON"),
    "nested a little too deep": (nested(40), "nested more than 32 levels"),
    "a size that is no number": (row(dense(units=float("nan"))), "units"),
    "a size without end": (row(dense(units=float("inf"))), "units"),
    "a negative size": (row(dense(units=-1)), "units"),
    "a giant": (row(dense(units=2**40)), "2..28 elements"),
    "a giant input": (
        {"class_name": "Sequential", "config": {"layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [None, 2**60], "name": "x"}}, dense()]}},
        "2..28 elements",
    ),
    "code": (row({"class_name": "Lambda", "config": {"function": {"class_name": "__lambda__"}}}), "class 'Lambda'"),
    "a function by its module": (
        row(dense(activation={"module": "os", "class_name": "function", "config": "system"})),
        "system",
    ),
    "a class by its module": (row({"module": "os", "class_name": "system", "config": {}}), "os.system|'system'"),
    "a shared object of another class": (
        row({**dense(), "shared_object_id": 1}, {"class_name": "Zeros", "config": {}, "shared_object_id": 1}),
        "Zeros|layer",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(tmp_path, name):
    entry, message = HOSTILE[name]
    try:
        text = json.dumps(entry)
    except RecursionError:
        text = '{"class_name":"Sequential","config":{"layers":[' * 3000 + "]}}" * 3000
    with pytest.raises(pb.PybrowsermlError, match=message):
        pb.models.model_from_json(text)
    with zipfile.ZipFile(tmp_path / "bad.keras", "w") as archive:
        archive.writestr("config.json", text)
        archive.writestr("model.weights.h5", b"")
    with pytest.raises(pb.FormatError, match=r"/bad\.keras: "):
        pb.load_model(tmp_path / "bad.keras")
