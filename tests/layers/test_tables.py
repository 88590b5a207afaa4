"""Every row of every table of layers, on every engine, as real Keras computes it; and configurations that come back.

The layers are made from configurations, built, run and differentiated by program.py: in this process on the
NumPy engine, and transpiled in Node.js and Chromium.
"""

import functools
import json
from pathlib import Path

import numpy as np
import pytest
from engines import ENGINES, Hosts, decode, encode

from pybrowserml import layers
from pybrowserml.backends.active import engine_names, register_engine
from pybrowserml.backends.numpy import NumpyBackend

from . import augmentation_rows, program, recurrent_rows, test_text
from .rows import HERE, families, rows_of

PROGRAM = Path(program.__file__).resolve()
ROWS = {row.label: row for family in families() for row in rows_of(family)}
# Arguments of Keras that have no meaning here.
ABSENT = {"lora_rank", "lora_alpha", "quantization_config", "gptq_unpacked_column_size", "dtype", "autocast"}
ABSENT.add("rms_scaling")
# Not layers to apply, or without a configuration: a function cannot be saved.
WITHOUT_ROWS = {"Layer", "InputLayer", "Lambda", "Wrapper"}


@functools.cache
def expected():
    """label → arrays by name, label → facts."""
    arrays, facts = {}, {}
    for family in families():
        with np.load(HERE / f"expected_{family}.npz") as stored:
            facts.update(json.loads(str(stored["facts"])))
            for key in stored.files:
                if key != "facts":
                    label, name = key.split("/", 1)
                    arrays.setdefault(label, {})[name] = stored[key]
    return arrays, facts


def wanted(row, training):
    """What a row must give in a mode, by name."""
    if row.reference is not None:
        return {"y0": row.reference(*[x.astype(np.float64) for x in row.inputs()])}
    mode = "train/" if training else "infer/"
    found = {}
    for name, array in expected()[0][row.label].items():
        if name.startswith(mode):
            found[name.removeprefix(mode)] = array
        elif name == "mask":
            found[name] = array
    return found


def config_entry(name, arguments):
    made = {}
    for key, value in arguments.items():
        is_layer = isinstance(value, dict) and "layer" in value
        made[key] = config_entry(value["layer"], value["arguments"]) if is_layer else value
    return {"class_name": name, "config": made}


def weights_of(row):
    """[[name, shape], ...] in Keras."""
    return [] if row.reference is not None else expected()[1][row.label]["weights"]


def job_of(row, engine, training):
    """The job of a row in a mode, as text."""
    inputs = row.inputs()
    masks = row.input_masks()
    entry = config_entry(row.layer, row.arguments)
    entry["config"].setdefault("name", "layer")
    found = wanted(row, training)
    results = [found[f"y{i}"] for i in range(9) if f"y{i}" in found]
    weights = [row.weight(i, *weight) for i, weight in enumerate(weights_of(row))]
    return json.dumps(
        {
            "engine": engine,
            "layer": entry,
            "inputs": [encode(x) for x in inputs],
            "masks": [encode(mask) for mask in masks if mask is not None],
            "masked": [place for place, mask in enumerate(masks) if mask is not None],
            "call": row.call,
            "several": row.several and not row.spread,
            "spread": list(row.spread),
            "weights": [encode(weight) for weight in weights],
            "projections": [encode(row.projection(i, y.shape)) for i, y in enumerate(results)],
            "training": training,
            "dynamic": not row.static,
            "batch": inputs[0].shape[0],
        }
    )


class Layers(Hosts):
    """Where the program runs, and its answers."""

    def __init__(self, folder):
        super().__init__(folder, PROGRAM)
        self.answers = {}

    def run(self, engine, labels):
        """Answers of all rows that the session asks of an engine, in one call."""
        jobs = [(label, mode) for label in labels for mode in modes(ROWS[label])]
        texts = [job_of(ROWS[label], engine.removesuffix("-node"), mode) for label, mode in jobs]
        if engine == "numpy":
            found = [_attempt(text) for text in texts]
        else:
            found = self.host(engine).call([["run_layer", text] for text in texts])
        for job, answer in zip(jobs, found, strict=True):
            self.answers[engine, *job] = answer


def _attempt(text):
    try:
        return {"ok": program.run_layer(text)}
    except Exception as failure:
        return {"failed": f"{type(failure).__name__}: {failure}"}


def modes(row):
    return [False, True] if row.training else [False]


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    if "numpy" not in engine_names():
        register_engine("numpy", lambda: [True, ""], NumpyBackend)
    made = Layers(tmp_path_factory.mktemp("layers"))
    yield made
    made.close()


def answers_of(hosts, request, engine, label):
    """The answers of a row: [mode, what the program found]."""
    if (engine, label, False) not in hosts.answers:
        asked = [
            item.callspec.params["label"]
            for item in request.session.items
            if item.function is request.function and item.callspec.params["engine"] == engine
        ]
        hosts.run(engine, asked)
    found = []
    for mode in modes(ROWS[label]):
        answer = hosts.answers[engine, label, mode]
        assert "ok" in answer, answer["failed"]
        found.append((mode, json.loads(answer["ok"])))
    return found


def test_labels_are_unique():
    assert len(ROWS) == sum(len(rows_of(family)) for family in families())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("label", list(ROWS))
def test_layer(hosts, request, engine, label):
    row = ROWS[label]
    rtol, atol = row.webgl if engine == "webgl" else (row.rtol, row.atol)
    for training, answer in answers_of(hosts, request, engine, label):
        names = [[path.rsplit("/", 1)[-1], shape] for path, shape in answer["weights"]]
        assert names == weights_of(row)
        assert answer["config"] == answer["again"]
        check_config(row, answer["config"]["config"])
        numbers = wanted(row, training)
        found = {name: decode(item) for name, item in answer["outputs"].items()}
        assert ("mask" in found) == ("mask" in numbers)
        for name, reference in numbers.items():
            assert found[name].shape == reference.shape, name
            message = f"{'train' if training else 'infer'} {name}"
            np.testing.assert_allclose(found[name], reference, rtol=rtol, atol=atol, err_msg=message)


def check_config(row, config):
    """Keras's keys, and its values where they are plain."""
    if row.reference is not None:
        return
    for key, value in expected()[1][row.label]["config"].items():
        if key in ABSENT or (key == "activity_regularizer" and value is None):
            continue
        assert key in config, key
        is_plain = value is None or isinstance(value, (str, bool, int, float))
        if key != "name" and key not in row.unlike and is_plain and not isinstance(config[key], (dict, list)):
            assert config[key] == value, key


def test_every_layer_has_a_row():
    classes = {name for name in dir(layers) if isinstance(getattr(layers, name), type)} - {"InputSpec"}
    # Recurrent layers have rows of their own kind, with states and gradients.
    used = {row.layer for row in ROWS.values()} | recurrent_rows.classes(recurrent_rows.ROWS)
    # So have random image layers, and layers of texts.
    for row in [*augmentation_rows.ROWS, *test_text.ROWS.values()]:
        used.add(row["layer"]["class_name"])
    aliases = {name for name in classes if getattr(layers, name).__name__ != name}
    assert classes - aliases - WITHOUT_ROWS == used
