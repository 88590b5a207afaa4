"""What of a plan depends on its variables only runs once per version of them, with the numbers of the whole plan."""

import gc
import weakref

import numpy as np

import pybrowserml as pb
from pybrowserml import ops
from pybrowserml.backends.invariant import Invariants, split_plan
from pybrowserml.backends.runner import PlanRunner
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.dims import size_named
from pybrowserml.core.host import host_array
from pybrowserml.core.variables import Variable
from pybrowserml.platform.tasks import drive_sync

ROWS = np.arange(6, dtype="float32").reshape(2, 3)


def run(runner, *inputs):
    buffers = drive_sync(runner.run([host_array(array, "float32") for array in inputs]))
    return [np.asarray(buffer.backend.read_sync(buffer).data).reshape(buffer.shape) for buffer in buffers]


def scaled(variables, changes=False):
    """y = x * exp(a) @ (exp(b) as a matrix), of which only the products need x."""
    a, b = variables

    def body(inputs):
        x = inputs[0]
        table = ops.softmax(ops.multiply(b.value, 2.0))
        y = ops.matmul(ops.multiply(x, ops.exp(a.value)), ops.transpose(table))
        if changes:
            b.assign(ops.add(b.value, ops.sum(x)))
        return [["y", y]]

    return trace_runner(body, [["x", [size_named("batch"), 3], "float32"]])


def make_variables():
    return Variable([0.5, -0.25, 1.0], path="a"), Variable(np.eye(3, dtype="float32").tolist(), path="b")


def want(values, x):
    a, b = values
    table = np.exp(2 * b) / np.exp(2 * b).sum(-1, keepdims=True)
    return (x * np.exp(a)) @ table.T


def kernels(part):
    return [step["kernel"] for step in part.plan["steps"]]


def test_steps_without_inputs_run_once_per_version(monkeypatch):
    a, b = make_variables()
    runner = scaled([a, b])
    computed = []
    assert runner.invariants is not None and runner.each is not None
    compute = runner.invariants.compute
    monkeypatch.setattr(runner.invariants, "compute", lambda *given: computed.append(1) or compute(*given))
    assert len(kernels(runner.each)) < len(runner.plan["steps"])
    assert "reduce" not in kernels(runner.each)
    values = [np.array([0.5, -0.25, 1.0]), np.eye(3)]
    for x in (ROWS, ROWS[:1] + 1):
        np.testing.assert_allclose(run(runner, x)[0], want(values, x), rtol=1e-5)
    assert len(computed) == 1
    b.assign(np.ones((3, 3), dtype="float32"))
    values[1] = np.ones((3, 3))
    np.testing.assert_allclose(run(runner, ROWS)[0], want(values, ROWS), rtol=1e-5)
    np.testing.assert_allclose(run(runner, ROWS)[0], want(values, ROWS), rtol=1e-5)
    assert len(computed) == 2


def test_what_reads_a_variable_that_the_plan_changes_stays():
    a, b = make_variables()
    runner = scaled([a, b], changes=True)
    assert "reduce" in kernels(runner.each)
    values = [np.array([0.5, -0.25, 1.0]), np.eye(3)]
    for _round in range(3):
        np.testing.assert_allclose(run(runner, ROWS)[0], want(values, ROWS), rtol=1e-5)
        values[1] = values[1] + ROWS.sum()
    np.testing.assert_allclose(b.numpy(), values[1], rtol=1e-6)


def test_other_variables_that_the_plan_changes_compute_nothing_anew(monkeypatch):
    """As the metrics of an evaluation do: its filters stay folded."""
    pb.utils.set_random_seed(1)
    model = pb.Sequential([pb.Input((5, 5, 2)), pb.layers.Conv2D(3, 2), pb.layers.BatchNormalization()])
    model.compile("sgd", "mse", metrics=["mae"])
    computed = []
    compute = Invariants.compute

    def counted(self, *given):
        computed.append(1)
        return compute(self, *given)

    monkeypatch.setattr(Invariants, "compute", counted)
    x, y = np.ones((2, 5, 5, 2), np.float32), np.ones((2, 4, 4, 3), np.float32)
    found = [model.evaluate(x, y, verbose=0) for _ in range(3)]
    assert len(computed) == 1 and found[0] == found[2]
    before = model.predict(x, verbose=0)
    model.train_on_batch(x, y)
    assert model.evaluate(x, y, verbose=0) != found[0]
    assert np.abs(model.predict(x, verbose=0) - before).max() > 1e-3


def test_what_was_computed_before_leaves_nothing():
    """Neither results of former versions nor values that the host gave to a variable wait for anybody."""
    a, b = make_variables()
    runner = scaled([a, b])
    counts = []
    for round_ in range(40):
        a.assign(np.full(3, round_, np.float32))
        run(runner, ROWS)
        gc.collect()
        counts.append(len(weakref.finalize._registry))  # pyright: ignore
    assert counts[-1] <= counts[3]


def test_two_runners_share_variables():
    variables = make_variables()
    one, other = scaled(variables), scaled(variables)
    values = [np.array([0.5, -0.25, 1.0]), np.eye(3)]
    for shift in (0.0, 1.0):
        variables[0].assign(np.array([0.5, -0.25, 1.0], dtype="float32") + np.float32(shift))
        for runner in (one, other, one):
            wanted = want([values[0] + shift, values[1]], ROWS)
            np.testing.assert_allclose(run(runner, ROWS)[0], wanted, rtol=1e-5)


def test_large_results_and_plans_without_variables_stay_whole():
    a = Variable([1.0], path="a")

    def body(inputs):
        table = ops.cumsum(ops.broadcast_to(a.value, [70000]))
        return [["y", ops.add(ops.reshape(inputs[0], [-1]), ops.take(table, [69999], 0))]]

    runner = trace_runner(body, [["x", [size_named("batch"), 1], "float32"]])
    whole = PlanRunner(
        trace_runner(lambda inputs: [["y", ops.exp(inputs[0])]], [["x", [3], "float32"]]).plan, []
    )
    assert whole.each is None
    assert runner.each is None or "cumulative" in kernels(runner.each)
    np.testing.assert_allclose(run(runner, np.zeros((2, 1)))[0], [70000, 70000])


def test_training_between_predictions():
    pb.utils.set_random_seed(1)
    model = pb.Sequential(
        [pb.Input((4,)), pb.layers.Dense(5), pb.layers.BatchNormalization(), pb.layers.Dense(2)]
    )
    model.compile("sgd", "mse")
    x = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4)
    before = model.predict(x, verbose=0)
    model.fit(x, np.ones((8, 2), dtype="float32"), epochs=3, verbose=0)
    after = model.predict(x, verbose=0)
    np.testing.assert_allclose(after, model(x).numpy(), rtol=1e-5, atol=1e-6)
    assert np.abs(after - before).max() > 0.01


def test_split_keeps_the_steps():
    runner = scaled(make_variables())
    parts = split_plan(runner.plan)
    assert parts is not None
    once, each = parts
    assert len(once.plan["steps"]) + len(each.plan["steps"]) == len(runner.plan["steps"])
    assert [entry["value"] for entry in once.plan["outputs"]] == [
        entry["value"] for entry in each.plan["inputs"][1:]
    ]
