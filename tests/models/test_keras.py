"""Keras 3 files: the stored cases, training tasks, and hostile files."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

import pybrowserml as pb
from models.stored import CASES, STORED, TASKS

# A folder of further cases that may not be copied here (their data has another licence).
MORE = Path(os.environ.get("PYBROWSERML_CASES", "/nonexistent"))


def read(folder, file):
    return np.load(folder / file)


def outputs_of(model, inputs):
    found = model.predict(inputs if len(inputs) > 1 else inputs[0])
    if isinstance(found, dict):
        return list(found.values())
    return found if isinstance(found, list) else [found]


def check_stored(folder, model, case):
    inputs = [read(folder, entry["file"]) for entry in case["inputs"]]
    found = outputs_of(model, inputs)
    assert len(found) == len(case["outputs"])
    for result, entry in zip(found, case["outputs"], strict=True):
        wanted = read(folder, entry["file"])
        assert result.shape == wanted.shape
        np.testing.assert_allclose(result, wanted, rtol=case["rtol"], atol=case["atol"])


@pytest.mark.parametrize("name", STORED)
def test_stored(name, tmp_path):
    folder = CASES / "keras3" / name
    case = json.loads((folder / "case.json").read_text())
    model = pb.load_model(folder / "model.keras")
    assert model.count_params() == case["params"]
    check_stored(folder, model, case)
    model.save(tmp_path / "saved")
    check_stored(folder, pb.load_model(tmp_path / "saved"), case)


def test_enough_cases_run():
    assert len(STORED) >= 33 and len(TASKS) >= 6


def check_task(folder):
    case = json.loads((folder / "case.json").read_text())
    model = pb.load_model(folder / "initial.keras")
    model.compile(case["optimizer"], case["loss"])
    x = (read(folder, "x.npy") * case["x_scale"]).astype(np.float32)
    y = read(folder, "y.npy")
    for step, wanted in enumerate(case["loss_before_each_step"]):
        rtol = case["rtol_first_5_steps" if step < 5 else "rtol_all_steps"]
        np.testing.assert_allclose(
            model.train_on_batch(x[step], y[step]), wanted, rtol=rtol, err_msg=f"step {step}"
        )


@pytest.mark.parametrize("name", TASKS)
def test_training(name):
    check_task(CASES / "train" / name)


def test_training_on_mnist():
    folder = MORE / "train" / "adam_mnist_cnn"
    if not folder.is_dir():
        pytest.skip("set PYBROWSERML_CASES to a folder with train/adam_mnist_cnn; MNIST is not copied here")
    check_task(folder)


def test_compile_config_comes_back(tmp_path):
    model = keras_file(
        tmp_path,
        compile_config={
            "optimizer": {
                "module": "keras.optimizers",
                "class_name": "SGD",
                "config": {"learning_rate": 0.25},
            },
            "loss": "mse",
            "metrics": ["mae"],
        },
    )
    assert model.get_learning_rate() == 0.25
    logs = model.train_on_batch(np.ones((2, 3)), np.zeros((2, 2)), return_dict=True)
    assert list(logs) == ["loss", "mae"]


def test_unknown_optimizer_only_warns(tmp_path):
    config = {
        "optimizer": {"module": "keras.optimizers", "class_name": "Nosuch", "config": {}},
        "loss": "mse",
    }
    with pytest.warns(UserWarning, match="how it was compiled is not restored.*Nosuch"):
        model = keras_file(tmp_path, compile_config=config)
    assert model.compiled is None and model.predict(np.ones((1, 3))).shape == (1, 2)


def keras_file(folder, spoil=None, more=(), **top):
    """A `.keras` file of one Dense layer, loaded. spoil(layer config, h5 file) may change it first."""
    layer = {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {"name": "dense", "units": 2, "activation": "relu"},
        "registered_name": None,
    }
    first = {
        "class_name": "InputLayer",
        "config": {"batch_shape": [None, 3], "dtype": "float32", "name": "x"},
    }
    with h5py.File(folder / "w.h5", "w") as weights:
        weights["layers/dense/vars/0"] = np.ones((3, 2), "f")
        weights["layers/dense/vars/1"] = np.zeros(2, "f")
        if spoil is not None:
            spoil(layer, weights)
    config = {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": "s", "layers": [first, layer]},
        **top,
    }
    path = folder / "made.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", "{}")
        archive.write(folder / "w.h5", "model.weights.h5")
        for name, data in more:
            archive.writestr(name, data)
    return pb.load_model(path)


def test_the_file_that_the_next_tests_spoil(tmp_path):
    np.testing.assert_array_equal(keras_file(tmp_path).predict(np.ones((1, 3))), [[3, 3]])


def replaced(weights, **arguments):
    del weights["layers/dense/vars/0"]
    weights.create_dataset("layers/dense/vars/0", **arguments)


def linked(weights, link):
    del weights["layers/dense/vars/0"]
    weights["layers/dense/vars/0"] = link


SPOILS = {
    "lambda": (lambda c, w: c["config"].update(activation="<lambda>"), "unknown activation '<lambda>'"),
    "lambda layer": (
        lambda c, w: c.update(class_name="Lambda", config={"function": "x"}),
        "unknown layer class 'Lambda'",
    ),
    "marshalled": (
        lambda c, w: c["config"].update(
            activation={"class_name": "__lambda__", "config": {"value": "4wEAAA=="}}
        ),
        "__lambda__",
    ),
    "module": (lambda c, w: c.update(module="os", class_name="system"), "unknown layer class 'system'"),
    "argument": (lambda c, w: c["config"].update(secret=1), "has no argument 'secret'"),
    "missing": (lambda c, w: w.__delitem__("layers/dense/vars/1"), "has no group"),
    "text": (lambda c, w: replaced(w, data=np.full((3, 2), b"x")), "which is no number"),
    "external link": (
        lambda c, w: linked(w, h5py.ExternalLink("/etc/passwd", "/x")),
        "links are not followed",
    ),
    "soft link": (lambda c, w: linked(w, h5py.SoftLink("/layers/dense/vars/1")), "links are not followed"),
    "unstored": (lambda c, w: replaced(w, shape=(3, 2), dtype="f", chunks=(3, 2)), "but the file stores 0"),
    "external data": (
        lambda c, w: replaced(w, shape=(3, 2), dtype="f", external=[("/etc/passwd", 0, 24)]),
        "lies in another file",
    ),
    "giant": (lambda c, w: c["config"].update(units=2**24), "larger than all weights"),
}


@pytest.mark.parametrize("name", SPOILS)
def test_spoiled(name, tmp_path):
    spoil, message = SPOILS[name]
    with pytest.raises(pb.FormatError) as caught:
        keras_file(tmp_path, spoil)
    assert message in str(caught.value) and str(caught.value).startswith(str(tmp_path / "made.keras"))


def test_bomb(tmp_path):
    config = b'{"class_name":"Sequential","config":{"layers":[],"name":"' + b"a" * 60_000_000 + b'"}}'
    path = tmp_path / "bomb.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", config * 2)
    with pytest.raises(pb.FormatError, match="claims"):
        pb.load_model(path)


# Hostile files, in a process of their own that must end by itself, in time and without much memory.
LIMITED = """
import resource, sys
import numpy as np
import pybrowserml as pb
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
resource.setrlimit(resource.RLIMIT_DATA, (1 << 29, 1 << 29))
for line in sys.stdin:
    try:
        model = pb.load_model(line.strip())
        model.predict(np.zeros([1, *model.inputs[0].shape[1:]], "f"), verbose=0)
        print("load")
    except pb.FormatError as problem:
        assert line.strip() in str(problem), problem
        print("error")
    sys.stdout.flush()
assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000
print("end")
"""


def test_hostile(tmp_path):
    entries = json.loads((CASES / "hostile" / "index.json").read_text())
    files = [str(CASES / "hostile" / entry["file"]) for entry in entries]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", LIMITED],
        input="\n".join(files),
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    answers = ran.stdout.split()
    assert answers[-1:] == ["end"], ran.stderr[-2000:]
    assert list(tmp_path.iterdir()) == [] and not Path("/tmp/evil.txt").exists()
    for entry, answer in zip(entries, answers[:-1], strict=True):
        allowed = {"error": ["error"], "load": ["load"], "error-or-safe": ["error", "load"]}[entry["expect"]]
        assert answer in allowed, entry
