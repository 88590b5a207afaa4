"""Which engine a model runs on: engines of NumPy on a clock of ours; each takes the time that a test gives it."""

import json

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.backends import choice
from pybrowserml.backends.active import CHOICE, Engine
from pybrowserml.backends.numpy import NumpyBackend
from pybrowserml.core.naming import reset_names
from pybrowserml.models.freeze import freeze
from pybrowserml.models.opening import open_frozen
from pybrowserml.models.safetensors import encode_tensors
from pybrowserml.platform.errors import error
from pybrowserml.platform.tasks import PAUSE


class World:
    """cost: milliseconds of a run by engine; opened: the engines that were made; kept: what was remembered."""

    def __init__(self):
        self.time = 0.0
        self.cost = {"host": 1.0, "gpu": 1.0}
        self.renderer = "A real GPU"
        self.emulated = None
        self.opened = []
        self.runs = []
        self.kept = {}
        self.day = 100
        self.fails = False

    def clock(self):
        return self.time


class Timed(NumpyBackend):
    """Takes eight slices of time for a run."""

    def __init__(self, name, world):
        super().__init__()
        self.backend_name = name
        self.world = world
        world.opened.append(name)

    def capabilities(self):
        return {"name": self.backend_name, "why": "", "renderer": self.world.renderer}

    def run(self, executable, inputs, state):
        self.world.runs.append(self.backend_name)
        if self.world.fails and self.backend_name == "gpu":
            raise error("EngineLostError", "the GPU took its memory away")
        for _ in range(8):
            self.world.time += self.world.cost[self.backend_name] / 8
            yield PAUSE
        return self.run_now(executable, inputs, state)


@pytest.fixture
def world(monkeypatch):
    made = World()
    rows = [
        Engine("gpu", lambda: [True, ""], lambda: Timed("gpu", made), False, lambda: made.emulated),
        Engine("host", lambda: [True, ""], lambda: Timed("host", made), False),
    ]
    monkeypatch.setattr(CHOICE, "engines", rows)
    monkeypatch.setattr(choice, "SETTINGS", choice.Settings())
    choice.SETTINGS.clock = made.clock
    monkeypatch.setattr(choice, "recall", made.kept.get)
    monkeypatch.setattr(choice, "keep", made.kept.__setitem__)
    monkeypatch.setattr(choice, "today", lambda: made.day)
    return made


@pytest.fixture(scope="module")
def parts():
    pb.set_backend("numpy")
    reset_names()
    pb.random.set_seed(3)
    model = pb.Sequential([pb.Input((4,), name="x"), pb.layers.Dense(3, activation="softmax", name="y")])
    model.compile("adam", "sparse_categorical_crossentropy")
    return freeze(model, True)


def opened(parts, **options):
    frozen = {key: value for key, value in parts.items() if key != "tensors"}
    manifest = json.dumps(frozen).encode()
    return open_frozen(
        manifest, [["weights", encode_tensors(parts["tensors"])]], "model", backend="auto", **options
    )


X = np.ones((2, 4), np.float32)
Y = np.array([0, 1], np.int32)


def test_short_runs_open_no_gpu(world, parts):
    model = opened(parts)
    assert world.opened == ["host"]
    assert not model.backend_info()["settled"]
    model.predict(X)
    info = model.backend_info()
    assert (info["name"], info["settled"], info["measured"]) == ("host", True, {"host": 1.0})
    assert info["why"] == "a run takes 1.0 ms on host: too short for a GPU to pay"
    for _ in range(5):
        model.predict(X)
    assert world.opened == ["host"]
    assert world.runs == ["host"] * 6
    assert world.kept == {}


def test_a_faster_gpu_takes_over_after_two_predictions(world, parts):
    world.cost = {"host": 20.0, "gpu": 5.0}
    model = opened(parts)
    first = model.predict(X)
    assert world.opened == ["host"]
    model.predict(X)
    info = model.backend_info()
    assert (info["name"], info["measured"]) == ("gpu", {"host": 20.0, "gpu": 5.0})
    assert info["why"] == "a run takes 20.0 ms on host, 5.0 ms on gpu here"
    assert world.runs[:2] == ["host", "host"]
    before = len(world.runs)
    np.testing.assert_array_equal(model.predict(X), first)
    assert world.runs[before:] == ["gpu"]


def test_a_slower_gpu_does_not(world, parts):
    world.cost = {"host": 20.0, "gpu": 21.0}
    model = opened(parts)
    for _ in range(3):
        model.predict(X)
    assert model.backend_info()["name"] == "host"
    assert model.backend_info()["measured"] == {"host": 20.0, "gpu": 21.0}
    assert world.runs[-1] == "host"


def test_the_first_run_is_not_all(world, parts):
    """The first one also compiles what is not compiled yet."""
    world.cost["host"] = 10.0
    model = opened(parts)
    model.predict(X)
    world.cost["host"] = 1.0
    model.predict(X)
    assert model.backend_info()["settled"]
    assert world.opened == ["host"]


def test_a_processor_that_plays_a_gpu_is_not_tried(world, parts):
    world.cost = {"host": 20.0, "gpu": 1.0}
    world.emulated = "gpu is drawn by the processor here (SwiftShader)"
    model = opened(parts)
    for _ in range(3):
        model.predict(X)
    assert model.backend_info()["name"] == "host"
    assert (
        model.backend_info()["why"]
        == "a run takes 20.0 ms on host here; gpu is drawn by the processor here (SwiftShader)"
    )
    assert "gpu" not in world.runs


def test_nobody_waits_for_a_slow_processor(world, parts):
    world.cost = {"host": 1000.0, "gpu": 8.0}
    model = opened(parts)
    first = model.predict(X)
    assert first.shape == (2, 3)
    # Given up at the first pause beyond 100 ms; the GPU warmed up, was timed three times, and gave the result.
    assert world.time == 125.0 + 5 * 8.0
    assert model.backend_info()["name"] == "gpu"
    assert model.backend_info()["why"] == "a run takes more than 100 ms on host, 8.0 ms on gpu here"


def test_without_a_gpu_a_slow_processor_goes_on(world, parts):
    world.cost = {"host": 1000.0, "gpu": 8.0}
    world.emulated = "no"
    model = opened(parts)
    model.predict(X)
    assert world.runs == ["host"]
    assert world.time == pytest.approx(1000.0)


def test_what_was_found_is_remembered(world, parts):
    world.cost = {"host": 20.0, "gpu": 5.0}
    model = opened(parts)
    for _ in range(2):
        model.predict(X)
    assert len(world.kept) == 1
    again = opened(parts)
    world.runs.clear()
    for _ in range(3):
        again.predict(X)
    # No trial: the first run of the GPU is the third prediction.
    assert world.runs == ["host", "host", "gpu"]
    assert (
        again.backend_info()["why"] == "a run takes 20.0 ms on host, 5.0 ms on gpu here, as was found before"
    )
    other = opened(parts, remember=False)
    other.predict(X)
    assert not other.backend_info()["settled"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda world, key: world.kept.__setitem__(key, "no json"),
        lambda world, key: world.kept.__setitem__(key, '{"engine": 3}'),
        lambda world, key: setattr(world, "renderer", "Another GPU"),
        lambda world, key: setattr(world, "day", 131),
        lambda world, key: world.kept.__setitem__(key, world.kept[key].replace('"gpu",', '"abacus",')),
    ],
)
def test_what_does_not_fit_is_not_believed(world, parts, spoil):
    world.cost = {"host": 20.0, "gpu": 5.0}
    model = opened(parts)
    for _ in range(2):
        model.predict(X)
    spoil(world, next(iter(world.kept)))
    world.cost["gpu"] = 50.0
    again = opened(parts)
    for _ in range(2):
        again.predict(X)
    assert again.backend_info()["name"] == "host"
    assert again.backend_info()["measured"]["gpu"] == 50.0


def test_a_gpu_that_fails_is_no_error(world, parts):
    world.cost = {"host": 20.0, "gpu": 5.0}
    world.fails = True
    model = opened(parts)
    for _ in range(3):
        assert model.predict(X).shape == (2, 3)
    assert model.backend_info()["name"] == "host"
    assert model.backend_info()["settled"]


def test_much_more_is_measured_again(world, parts):
    world.cost = {"host": 1.0, "gpu": 5.0}
    model = opened(parts)
    model.predict(X)
    assert model.backend_info()["settled"]
    world.cost["host"] = 50.0
    more = np.ones((20, 4), np.float32)
    for _ in range(2):
        model.predict(more)
    assert model.backend_info()["name"] == "gpu"


def test_training_is_settled_before_its_first_step(world, parts):
    world.cost = {"host": 20.0, "gpu": 5.0}
    model = opened(parts)
    untouched = opened(parts)
    model.train_on_batch(X, Y)
    assert model.backend_info()["name"] == "gpu"
    before = len(world.runs)
    model.train_on_batch(X, Y)
    assert world.runs[before:] == ["gpu"]
    # The trials changed nothing: two steps are two steps.
    untouched.set_backend("host")
    for _ in range(2):
        untouched.train_on_batch(X, Y)
    for mine, other in zip(model.get_weights(), untouched.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)
    # And a prediction between two steps does not move the weights to and fro.
    world.runs.clear()
    model.predict(X)
    assert world.runs == ["gpu"]


def test_short_training_opens_no_gpu(world, parts):
    model = opened(parts)
    model.fit(X, Y, epochs=2)
    assert world.opened == ["host"]
    assert model.backend_info()["why"] == "a step takes 1.0 ms on host: too short for a GPU to pay"


def test_a_trained_model_goes_on_where_it_was(world, parts):
    world.cost = {"host": 20.0, "gpu": 5.0}
    model = opened(parts)
    model.train_on_batch(X, Y)
    saved = model.to_bytes()
    assert json.loads(bytes(saved["manifest"]))["engine"] == "gpu"
    world.cost = {"host": 20.0, "gpu": 500.0}
    again = open_frozen(saved["manifest"], [["weights", saved["weights"]]], "kept", backend="auto")
    world.runs.clear()
    again.train_on_batch(X, Y)
    assert world.runs == ["gpu"]
    assert again.backend_info()["why"] == "the engine that the model was trained on"
    # One that only predicted says nothing of an engine.
    fresh = opened(parts)
    fresh.predict(X)
    assert "engine" not in json.loads(bytes(fresh.to_bytes()["manifest"]))


def test_named_engines_are_not_measured(world, parts):
    model = opened(parts)
    model.set_backend("gpu")
    model.predict(X)
    assert model.backend_info()["why"] == "asked for by name"
    assert "measured" not in model.backend_info()
    model.set_backend("auto")
    assert model.backend_info()["name"] == "host"
