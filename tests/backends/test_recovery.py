"""Losing an engine's memory at any moment, with an engine of NumPy that forgets: with which numbers work goes on."""

import gc

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.backends import active, journal
from pybrowserml.backends.active import CHOICE, Engine
from pybrowserml.backends.numpy import NumpyBackend
from pybrowserml.core.host import HostArray
from pybrowserml.core.naming import reset_names
from pybrowserml.platform.errors import error


class Fragile(NumpyBackend):
    """Loses its memory at the call of a number, counted over prepare, run and read by `calls`."""

    def __init__(self, plan):
        super().__init__()
        self.backend_name = "fragile"
        self.may_lose = True
        self.plan = plan
        self.gone = False
        self.handles = []
        plan.engines.append(self)

    def lose(self):
        self.gone = True
        for array in self.handles:
            if array.dtype.kind == "f":
                array.flags.writeable = True
                array[...] = np.nan

    def step(self, kind, tells=True):
        """One moment at which the memory may go; a run that is done does not notice."""
        self.plan.calls.append(kind)
        if len(self.plan.calls) - 1 in self.plan.losses:
            self.lose()
        if self.gone and tells:
            raise error("EngineLostError", "the GPU took its memory away")

    def holds_memory(self, buffer):
        return True

    def is_gone(self):
        return self.gone

    def restored(self, wait):
        yield None
        return Fragile(self.plan) if self.plan.returns and self.gone else None

    def prepare(self, plan, sizes):
        self.step("prepare")
        executable = yield from super().prepare(plan, sizes)
        return executable

    def run(self, executable, inputs, state):
        self.step("run")
        buffers = yield from super().run(executable, inputs, state)
        kept = [*buffers, *[slot.buffer for slot in state]]
        for buffer in kept:
            buffer.handle = np.array(buffer.handle)
            self.handles.append(buffer.handle)
        self.step("done", False)
        return buffers

    def read_many(self, buffers):
        self.step("read")
        hosts = yield from super().read_many(buffers)
        hosts = [HostArray(host.data.copy(), host.shape, host.dtype) for host in hosts]
        self.step("arrived")
        return hosts


class Plan:
    """losses: at which calls memory goes; returns: whether an engine comes back; changes: what listeners were told."""

    def __init__(self, losses=(), returns=False):
        self.losses = losses
        self.returns = returns
        self.calls = []
        self.engines = []
        self.changes = []


@pytest.fixture
def use(monkeypatch):
    """use(losses, returns): make a fragile engine the one in use; its Plan."""
    rows = CHOICE.engines
    ends = []

    def start(losses=(), returns=False):
        plan = Plan(losses, returns)
        CHOICE.engines = [Engine("fragile", lambda: [True, ""], lambda: Fragile(plan), False), *rows]
        pb.set_backend("fragile")
        ends.append(pb.on_engine_change(plan.changes.append))
        return plan

    monkeypatch.setattr(journal.SETTINGS, "steps", 4)
    yield start
    for end in ends:
        end()
    CHOICE.engines = rows
    CHOICE.active = None


def batches(count=12):
    generator = np.random.default_rng(2)
    for _ in range(count):
        x = generator.normal(size=(8, 4)).astype(np.float32)
        yield x, (x.sum(axis=1) > 0).astype(np.int32)


def train(count=12):
    """The losses, the weights and the predictions of a small net; one buffer of the caller's holds every batch."""
    reset_names()
    pb.random.set_seed(3)
    model = pb.Sequential(
        [pb.Input((4,)), pb.layers.Dense(6, "relu"), pb.layers.Dropout(0.3), pb.layers.Dense(2, "softmax")]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    x, y = np.zeros((8, 4), np.float32), np.zeros(8, np.int32)
    losses = []
    for given, labels in batches(count):
        x[...], y[...] = given, labels
        losses.append(float(model.train_on_batch(x, y)))
    predicted = model.predict(next(batches(1))[0], verbose=0)
    return [np.array(losses), predicted, *model.get_weights()]


def test_nothing_changes_without_a_loss(use):
    pb.set_backend("numpy")
    expected = train()
    plan = use()
    for got, wanted in zip(train(), expected, strict=True):
        np.testing.assert_array_equal(got, wanted)
    assert plan.changes == [] and len(plan.engines) == 1


@pytest.mark.parametrize("returns", [False, True])
def test_a_loss_at_every_moment(use, returns):
    """Whatever is under way, the numbers are those of a run that was never disturbed."""
    pb.set_backend("numpy")
    expected = train()
    plan = use()
    train()
    moments = len(plan.calls)
    assert moments > 50
    for moment in range(moments):
        plan = use([moment], returns)
        for got, wanted in zip(train(), expected, strict=True):
            np.testing.assert_array_equal(got, wanted, err_msg=f"lost at {plan.calls[moment]} {moment}")
        to = "fragile" if returns else "numpy"
        assert plan.changes == [{"from": "fragile", "to": to, "why": "the GPU took its memory away"}]
        assert ("came back" if returns else "was given up") in pb.backend_info()["why"]


@pytest.mark.parametrize(("losses", "names"), [([3, 30, 60], 3 * ["fragile"]), ([9, 10, 11], ["numpy"])])
def test_an_engine_that_is_lost_again_and_again(use, losses, names):
    """Between the steps, and while they are done again."""
    pb.set_backend("numpy")
    expected = train()
    plan = use(losses, True)
    for got, wanted in zip(train(), expected, strict=True):
        np.testing.assert_array_equal(got, wanted)
    assert [change["to"] for change in plan.changes] == names


def test_held_tensors_are_computed_again(use):
    plan = use()
    x = pb.tensor(np.arange(6, dtype=np.float32))
    doubled = pb.ops.multiply(x, 2.0)
    shifted = pb.ops.add(doubled, 1.0)
    doubled.data()
    shifted.data()
    doubled.dispose()
    plan.engines[0].lose()
    np.testing.assert_array_equal(shifted.data(), np.arange(6) * 2 + 1)
    np.testing.assert_array_equal(pb.ops.multiply(shifted, 2.0).data(), np.arange(6) * 4 + 2)
    assert len(plan.changes) == 1


def test_held_tensors_of_variables(use):
    """A value computed from a variable comes back while the journal knows the variable as it was."""
    plan = use()
    weight = pb.Variable(np.ones(3, np.float32))
    seen = pb.ops.multiply(weight.value, 2.0)
    seen.data()
    for _ in range(3):
        weight.assign(pb.ops.add(weight.value, seen))
    plan.engines[0].lose()
    np.testing.assert_array_equal(seen.data(), np.full(3, 2.0))
    np.testing.assert_array_equal(weight.value.data(), np.full(3, 7.0))


def test_a_tensor_that_cannot_be_computed_again(use):
    plan = use()
    x = pb.tensor(np.ones(3, np.float32))
    for _ in range(journal.DEEPEST + 1):
        x = pb.ops.add(x, 1.0)
        x.data()
    plan.engines[0].lose()
    with pytest.raises(
        pb.TensorLostError, match="compute it anew; what has to outlive such a loss is kept in a Variable"
    ):
        x.data()


def test_values_from_the_host_between_steps(use):
    """Assignments from the host are in the journal, and so are visits of another engine."""
    plan = use()
    weight, total = pb.Variable(np.ones(3, np.float32)), pb.Variable(np.zeros(3, np.float32))

    def step():
        total.assign(pb.ops.add(total.value, weight.value))
        weight.assign(pb.ops.multiply(weight.value, 2.0))

    run = pb.function(lambda: [step(), total.value][1])
    run().data()
    weight.assign(np.full(3, 10.0, np.float32))
    run().data()
    pb.set_backend("numpy")
    run().data()
    pb.set_backend("fragile")
    last = run()
    plan.engines[0].lose()
    np.testing.assert_array_equal(last.data(), np.full(3, 1.0 + 10 + 20 + 40))
    np.testing.assert_array_equal(weight.value.data(), np.full(3, 80.0))


def test_an_engine_that_fails_but_keeps_its_memory(use):
    """Too little memory or a program that does not compile: variables are read from the engine that failed."""
    plan = use()
    weight = pb.Variable(np.ones(3, np.float32))
    weight.assign(pb.ops.add(weight.value, 1.0))
    held = pb.ops.multiply(weight.value, 3.0)
    held.data()

    def fail(executable, inputs, state):
        raise error("EngineLostError", "no memory is left")
        yield

    plan.engines[0].run = fail
    weight.assign(pb.ops.add(weight.value, 1.0))
    np.testing.assert_array_equal(weight.value.data(), np.full(3, 3.0))
    np.testing.assert_array_equal(held.data(), np.full(3, 6.0))
    assert plan.changes == [{"from": "fragile", "to": "numpy", "why": "no memory is left"}]


def test_the_journal_is_bounded(use, monkeypatch):
    """A snapshot comes after so many steps, and earlier when the batches are large; predictions leave nothing."""
    plan = use()
    train(30)
    kept = plan.engines[0].journal
    assert len(kept.entries) <= 5 and kept.changes == len(kept.entries)
    monkeypatch.setattr(journal.SETTINGS, "steps", 10**6)
    monkeypatch.setattr(journal.SETTINGS, "bytes", 8 * 5 * 4 * 3)
    train(30)
    assert len(kept.entries) <= 4


def test_predictions_leave_nothing_in_the_journal(use):
    plan = use()
    model = pb.Sequential([pb.Input((4,)), pb.layers.Dense(2)])
    for x, _ in batches(5):
        model.predict(x, verbose=0)
    assert plan.engines[0].journal.entries == []
    weight = model.weights[0].slot
    assert weight.is_saved()
    plan.engines[0].lose()
    np.testing.assert_allclose(
        model.predict(np.eye(4, dtype=np.float32), verbose=0), model.get_weights()[0], rtol=1e-6
    )
    assert weight.saved is None


def test_variables_give_their_memory_back(use):
    """A variable that nobody holds leaves nothing on its engine."""
    released = []
    plan = use()
    weight, other = pb.Variable(np.ones(3, np.float32)), pb.Variable(np.ones(3, np.float32))
    pb.ops.add(weight.value, 1.0).data()
    plan.engines[0].release = released.append
    buffer = weight.slot.buffer
    del weight
    for _ in range(2 * journal.FEW):
        pb.ops.add(other.value, 1.0).data()
    gc.collect()
    assert sum(entry is buffer for entry in released) == 1


def test_without_another_engine_the_error_is_told(use):
    plan = use()
    CHOICE.engines = CHOICE.engines[:1]
    x = pb.ops.add(pb.tensor(np.ones(2, np.float32)), 1.0)
    plan.losses = [len(plan.calls) + 1]
    with pytest.raises(pb.EngineLostError, match="memory away"):
        x.data()


def test_settings_are_checked():
    with pytest.raises(pb.ArgumentError, match="at least 1"):
        pb.set_recovery(steps=0)
    with pytest.raises(pb.ArgumentError, match="numbers of at least 0"):
        pb.set_recovery(wait=-1)
    assert active.CHOICE.listeners == []
