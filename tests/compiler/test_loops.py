"""Loops in plans: one step each, with what is around them and what leaves them."""

import copy

import numpy as np
import pytest
from compiler.validate import validate
from engines import ENGINES, Engines, Job

import pybrowserml as pb
from pybrowserml import ops
from pybrowserml.backends.check import check_plan, check_sizes
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.backends.resolve import resolve
from pybrowserml.backends.runner import COUNTERS
from pybrowserml.compiler.explain import explain
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named
from pybrowserml.core.host import HostArray
from pybrowserml.core.variables import Variable
from pybrowserml.platform.tasks import drive_sync

RNG = np.random.default_rng(3)


def numbers(*shape):
    return RNG.uniform(-1, 1, shape).astype(np.float32)


def kernels(plan):
    return [step["kernel"] for step in plan["steps"]]


def body_of(plan, place=0):
    return plan["subplans"][place]


def rnn(x, w, u, h):
    def step(carry, item):
        new = ops.tanh(ops.add(ops.matmul(carry, u), ops.matmul(item, w)))
        return [new, new]

    return ops.scan(step, h, x)


def rnn_plan(batch, time):
    specs = [
        ["x", [time, batch, 3], "float32"],
        ["w", [3, 4], "float32"],
        ["u", [4, 4], "float32"],
        ["h", [batch, 4], "float32"],
    ]

    def body(inputs):
        last, states = rnn(*inputs)
        loss = ops.sum(ops.multiply(states, states))
        found = gradients([loss], inputs)
        named = [["last", last], ["loss", loss]]
        return named + [[f"d{i}", gradient] for i, gradient in enumerate(found)]

    return trace_runner(body, specs).plan


def reference(x, w, u, h):
    states = []
    for item in x.astype(np.float64):
        h = np.tanh(h @ u + item @ w)
        states.append(h)
    return h, float(np.sum(np.square(states)))


def test_forward_and_backward_are_one_loop_each():
    plan = rnn_plan(2, 5)
    validate(plan)
    assert kernels(plan).count("scan") == 2
    assert [step["params"]["reverse"] for step in plan["steps"] if step["kernel"] == "scan"] == [False, True]
    text = explain(plan)
    assert "5 times" in text and "5 times, backward" in text
    assert "    0  matmul" in text


def test_products_that_need_no_steps_leave_the_loops():
    """Of a recurrent layer only the two products with the state are left inside; all others are one each."""
    plan = rnn_plan(2, 5)
    assert [kernels(body).count("matmul") for body in plan["subplans"]] == [1, 1]
    # x w before; the cotangents of x, w and u behind.
    assert kernels(plan).count("matmul") == 4
    forward, backward = plan["subplans"]
    assert [forward["values"][entry["value"]]["shape"] for entry in forward["inputs"]] == [
        [2, 4],
        [2, 4],
        [4, 4],
    ]
    # Nothing is summed from step to step: the only carry is the cotangent of the state.
    assert [step["params"]["carries"] for step in plan["steps"] if step["kernel"] == "scan"] == [1, 1]
    assert len(backward["outputs"]) == 2


def test_products_of_results_leave_the_loop():
    def body(inputs):
        x, u, v, h = inputs

        def step(carry, item):
            new = ops.tanh(ops.add(ops.matmul(carry, u), item))
            return [new, ops.sigmoid(ops.add(ops.matmul(new, v), 1.0))]

        return [["y", ops.scan(step, h, x)[1]]]

    specs = [
        ["x", [5, 2, 4], "float32"],
        ["u", [4, 4], "float32"],
        ["v", [4, 3], "float32"],
        ["h", [2, 4], "float32"],
    ]
    plan = trace_runner(body, specs).plan
    validate(plan)
    assert kernels(plan).count("matmul") == 1 and kernels(body_of(plan)).count("matmul") == 1
    x, u, v, h = numbers(5, 2, 4), numbers(4, 4), numbers(4, 3), numbers(2, 4)
    found = Engines("").run("numpy", [Job(plan, [x, u, v, h])])[0].outputs[0]
    for t in range(5):
        h = np.tanh(h @ u + x[t])
        np.testing.assert_allclose(found[t], 1 / (1 + np.exp(-(h @ v + 1))), rtol=1e-5)


def test_gradients_of_filters_leave_the_loop():
    def body(inputs):
        x, w, u, h = inputs

        def step(carry, item):
            new = ops.tanh(ops.add(ops.conv(carry, u, 1, "same"), ops.conv(item, w, 1, "same")))
            return [new, None]

        loss = ops.sum(ops.scan(step, h, x)[0])
        return [[f"d{i}", gradient] for i, gradient in enumerate(gradients([loss], inputs))]

    shapes = [[4, 2, 6, 3], [3, 3, 2], [3, 2, 2], [2, 6, 2]]
    plan = trace_runner(body, [[f"x{i}", shape, "float32"] for i, shape in enumerate(shapes)]).plan
    validate(plan)
    assert kernels(plan).count("conv2d_filter_grad") == 2
    assert [kernels(inner).count("conv2d_filter_grad") for inner in plan["subplans"]] == [0, 0]
    inputs = [numbers(*shape) for shape in shapes]
    found = Engines("").run("numpy", [Job(plan, inputs)])[0].outputs
    wide = [array.astype(np.float64) for array in inputs]

    def total():
        x, w, u, h = wide
        for item in x:
            both = [(item, w), (h, u)]
            h = np.tanh(np.sum([[near(a, f) for a, f in both]], axis=(0, 1)))
        return h.sum()

    def near(a, f):
        padded = np.pad(a, [[0, 0], [1, 1], [0, 0]])
        return sum(padded[:, k : k + 6] @ f[k] for k in range(3))

    for gradient, array in zip(found, wide, strict=True):
        direction = RNG.normal(size=array.shape)
        array += 1e-5 * direction
        above = total()
        array -= 2e-5 * direction
        below = total()
        array += 1e-5 * direction
        np.testing.assert_allclose((gradient * direction).sum(), (above - below) / 2e-5, rtol=1e-3, atol=1e-4)


def test_the_gradient_of_a_split_is_one_concatenation():
    def body(inputs):
        a, b, c = ops.split(inputs[0], 3, -1)
        loss = ops.sum(ops.multiply(ops.multiply(a, b), ops.sin(c)))
        return [["d", gradients([loss], inputs)[0]]]

    plan = trace_runner(body, [["x", [4, 6], "float32"]]).plan
    assert kernels(plan).count("pad") == 0 and kernels(plan).count("concat") == 1
    x = numbers(4, 6)
    found = Engines("").run("numpy", [Job(plan, [x])])[0].outputs[0]
    a, b, c = np.split(x, 3, -1)
    wanted = np.concatenate([b * np.sin(c), a * np.sin(c), a * b * np.cos(c)], -1)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_symbolic_time_and_batch(engines, engine):
    plan = rnn_plan(size_named("batch"), size_named("time"))
    validate(plan)
    jobs, wanted = [], []
    for batch, time in ((2, 5), (3, 1), (1, 4)):
        inputs = [numbers(time, batch, 3), numbers(3, 4), numbers(4, 4), numbers(batch, 4)]
        jobs.append(Job(plan, inputs, sizes={"batch": batch, "time": time}))
        wanted.append(reference(*inputs))
    for result, (last, loss) in zip(engines.run(engine, jobs), wanted, strict=True):
        np.testing.assert_allclose(result.outputs[0], last, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(result.outputs[1], loss, rtol=1e-4)


@pytest.mark.parametrize("engine", ENGINES)
def test_variables_are_read_and_carried(engines, engine):
    weight = Variable(np.asarray([2.0, 3.0], np.float32), path="weight")
    count = Variable(np.asarray(10, np.int32), path="count")
    total = Variable(np.zeros(2, np.float32), path="total")

    def body(inputs):
        def step(carry, item):
            count.assign(ops.add(count.value, 1))
            new = ops.add(carry, ops.multiply(item, weight.value))
            total.assign(ops.add(total.value, new))
            return [new, count.value]

        last, counts = ops.scan(step, ops.zeros([2]), inputs[0])
        return [["last", last], ["counts", counts], ["after", ops.multiply(count.value, 2)]]

    x = numbers(3, 2)
    runner = trace_runner(body, [["x", [3, 2], "float32"]])
    validate(runner.plan)
    state = [np.asarray(v.slot.host.data).reshape(v.shape) for v in runner.variables]
    result = engines.run(engine, [Job(runner.plan, [x], state, runs=2)])[0]
    steps = np.cumsum(x * [2, 3], axis=0)
    after = dict(zip([v.path for v in runner.variables], result.state, strict=True))
    np.testing.assert_allclose(result.outputs[0], steps[-1], rtol=1e-5)
    np.testing.assert_array_equal(result.outputs[1], [14, 15, 16])
    np.testing.assert_array_equal(result.outputs[2], 32)
    np.testing.assert_array_equal(after["count"], 16)
    np.testing.assert_allclose(after["total"], 2 * steps.sum(axis=0), rtol=1e-5)


def test_a_plan_that_assigns_in_while_and_cond():
    count = Variable(np.asarray(0, np.int32), path="count")

    def body(inputs):
        def step(value):
            count.assign(ops.add(count.value, 1))
            return ops.multiply(value, 2.0)

        def overflow():
            count.assign(100)

        value = ops.while_loop(lambda v: ops.less(v, 50.0), step, ops.sum(inputs[0]))
        ops.cond(ops.greater(value, 60.0), overflow, lambda: None)
        return [["value", value]]

    runner = trace_runner(body, [["x", [2], "float32"]])
    for x, value, steps in (([1.0, 2.0], 96.0, 100), ([3.0, 4.0], 56.0, 3), ([30.0, 20.0], 50.0, 0)):
        count.assign(0)
        found = drive_sync(runner.run([HostArray(np.asarray(x, np.float32), [2], "float32")]))
        assert float(found[0].handle) == value
        assert int(count.value.numpy()) == steps


def test_eager_use_compiles_nothing_new_for_other_numbers():
    def run(factor, values):
        outside = ops.multiply(ops.array(factor), 1.0)
        return ops.scan(lambda c, x: [ops.add(ops.multiply(c, outside), x), c], 0.0, values)[0].numpy()

    run(0.5, numbers(4))
    before = COUNTERS.compiles
    x = numbers(4)
    found = run(0.25, x)
    assert COUNTERS.compiles == before
    np.testing.assert_allclose(found, ((x[0] * 0.25 + x[1]) * 0.25 + x[2]) * 0.25 + x[3], rtol=1e-5)


def test_eager_use_assigns_at_once():
    seen = Variable(np.asarray(0, np.int32), path="seen")

    def step(carry, item):
        seen.assign(ops.add(seen.value, 1))
        return [ops.add(carry, item), None]

    last, nothing = ops.scan(step, 0, ops.array([1, 2, 3]))
    assert nothing is None
    assert int(seen.value.numpy()) == 3
    assert int(last.numpy()) == 6


def test_random_numbers_of_a_generator_go_on_from_step_to_step():
    drawn = pb.random.SeedGenerator(5)
    stacked = ops.scan(lambda c, x: [c, pb.random.uniform([3], seed=drawn)], None, None, 4)[1].numpy()
    alone = pb.random.SeedGenerator(5)
    np.testing.assert_array_equal(stacked, [pb.random.uniform([3], seed=alone).numpy() for _ in range(4)])
    assert len(np.unique(stacked)) == 12
    np.testing.assert_array_equal(
        pb.random.uniform([3], seed=drawn).numpy(), pb.random.uniform([3], seed=alone).numpy()
    )


def test_a_number_takes_the_dtype_of_what_follows():
    last, _ = ops.scan(lambda c, x: [ops.add(c, x), None], 0, ops.array([0.5, 1.5]))
    assert last.dtype == "float32" and float(last.numpy()) == 2.0
    assert float(ops.while_loop(lambda v: ops.less(v, 3), lambda v: ops.add(v, 0.5), 0).numpy()) == 3.0


def test_what_nobody_reads_leaves_the_loop():
    def body(inputs):
        def step(carry, item):
            a, b, unread = carry
            return [[ops.add(a, item), ops.exp(b), ops.sin(unread)], [ops.cos(item), ops.tan(a)]]

        last, ys = ops.scan(step, [inputs[1], inputs[1], inputs[1]], inputs[0])
        return [["a", last[0]], ["cos", ys[0]]]

    plan = trace_runner(body, [["x", [5, 3], "float32"], ["h", [3], "float32"]]).plan
    validate(plan)
    ops_inside = [i[0] for step in body_of(plan)["steps"] for i in step["params"]["expr"]["instrs"]]
    assert sorted(ops_inside) == ["add", "cos"]
    assert len(plan["steps"][0]["inputs"]) == 2


def test_what_stays_the_same_is_computed_once():
    def body(inputs):
        w = inputs[1]

        def step(carry, item):
            return [ops.matmul(carry, ops.matmul(w, ops.transpose(w))), ops.add(item, ops.sum(carry))]

        return [["last", ops.scan(step, inputs[2], inputs[0])[0]]]

    specs = [["x", [5], "float32"], ["w", [3, 3], "float32"], ["h", [2, 3], "float32"]]
    plan = trace_runner(body, specs).plan
    assert kernels(plan) == ["matmul", "scan"]
    assert kernels(body_of(plan)) == ["matmul"]


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
def test_the_cpu_engine_may_stop_between_any_two_tiles(chunk):
    plan = rnn_plan(2, 4)
    inputs = [numbers(4, 2, 3), numbers(3, 4), numbers(4, 4), numbers(2, 4)]
    hosts = [HostArray(x.reshape(-1), list(x.shape), "float32") for x in inputs]
    backend = CpuBackend()
    executable = drive_sync(backend.prepare(plan, {}))
    for step, launch in zip(executable.plan["steps"], executable.launches, strict=True):
        if step["kernel"] == "scan":
            assert launch.tiles >= 4
            launch.run = in_chunks(launch.run, chunk)
    found = drive_sync(backend.run(executable, hosts, []))
    last = np.asarray(backend.read_sync(found[0]).data).reshape(2, 4)
    np.testing.assert_allclose(last, reference(*inputs)[0], rtol=1e-5, atol=1e-6)


def in_chunks(run, chunk):
    def chunked(lo, hi):
        for low in range(lo, hi, chunk):
            run(low, min(low + chunk, hi))

    return chunked


def test_decompositions_are_islands_that_explain_shows():
    def body(inputs):
        return [["w", ops.eigh(inputs[0])[0]], ["s", ops.svd(inputs[0], True, False)]]

    text = explain(trace_runner(body, [["x", [4, 4], "float32"]]).plan)
    lines = [line for line in text.splitlines() if "island" in line]
    assert ["eigh" in lines[0], "svd" in lines[1], len(lines)] == [True, True, 2]


ERRORS = {
    "no function": (lambda: ops.scan(3, 0.0, [1.0]), pb.ArgumentError, "scan: f must be a function"),
    "no pair": (lambda: ops.scan(lambda c, x: c, 0.0, [1.0]), pb.ArgumentError, "f must return [carry, y]"),
    "unroll": (
        lambda: ops.scan(lambda c, x: [c, x], 0.0, [1.0], None, False, 0),
        pb.ArgumentError,
        "scan: unroll must be an integer >= 1, got 0",
    ),
    "no length": (lambda: ops.scan(lambda c, x: [c, x], 0.0), pb.ArgumentError, "scan: needs xs or length"),
    "scalar": (
        lambda: ops.scan(lambda c, x: [c, x], 0.0, ops.array(1.0)),
        pb.ShapeError,
        "scan: xs must have a first axis to walk along, got a scalar",
    ),
    "lengths": (
        lambda: ops.scan(lambda c, x: [c, x[0]], 0.0, [ops.zeros([3]), ops.zeros([4, 2])]),
        pb.ShapeError,
        "the first axis of xs must have size 3, got shape (4, 2)",
    ),
    "shape of the carry": (
        lambda: ops.scan(lambda c, x: [ops.add(c, x), None], ops.zeros([]), ops.zeros([4, 2])),
        pb.ShapeError,
        "leaf 0 is float32 of shape () at first, but the function returns float32 of shape (2)",
    ),
    "dtype of the carry": (
        lambda: ops.scan(lambda c, x: [ops.cast(c, "int32"), None], ops.zeros([2]), ops.zeros([4, 2])),
        pb.ShapeError,
        "the carry must keep shape and dtype; leaf 0 is float32",
    ),
    "structure of the carry": (
        lambda: ops.scan(lambda c, x: [[c, c], None], {"a": ops.zeros([2])}, ops.zeros([4, 2])),
        pb.ArgumentError,
        "scan: the carry that the function returns must have the structure {a: *}",
    ),
    "flag": (
        lambda: ops.while_loop(lambda v: ops.less(v, 1.0), lambda v: v, ops.zeros([2])),
        pb.ShapeError,
        "while_loop: cond must return a single number, got shape (2)",
    ),
    "loop variables": (
        lambda: ops.while_loop(lambda a, b: True, lambda a, b: a, [ops.zeros([2]), 1]),
        pb.ArgumentError,
        "while_loop: body must return a list of 2 variables",
    ),
    "limit": (
        lambda: ops.while_loop(lambda v: True, lambda v: v, 1.0, -1),
        pb.ArgumentError,
        "while_loop: maximum_iterations must be an integer >= 0, got -1",
    ),
    "gradient without a limit": (
        lambda: pb.grad(
            lambda x: ops.while_loop(lambda v: ops.less(v, 9.0), lambda v: ops.multiply(v, 2.0), x)
        )(1.0),
        pb.ArgumentError,
        "while_loop has a gradient only with maximum_iterations",
    ),
    "branches": (
        lambda: ops.cond(ops.array(True), lambda: [ops.zeros([2])], lambda: ops.zeros([2])),
        pb.ArgumentError,
        "cond: what each branch returns must have the structure [*]",
    ),
    "no branch": (
        lambda: ops.switch(0, []),
        pb.ArgumentError,
        "switch: branches must be a list of at least one",
    ),
    "pred": (
        lambda: ops.cond(ops.array([True, False]), lambda: 1.0, lambda: 2.0),
        pb.ShapeError,
        "cond: pred must be a single number, got shape (2)",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    call, kind, message = ERRORS[name]
    with pytest.raises(kind) as caught:
        call()
    assert message in str(caught.value)


# Plans from files


def scan_step(plan):
    return next(step for step in plan["steps"] if step["kernel"] == "scan")


def nest(plan):
    """The first loop of a plan around itself, more often than is allowed."""
    for _ in range(9):
        plan["subplans"] = [copy.deepcopy(plan)]
        plan["state"] = []


LIES = {
    "no subplan": (lambda p: p.update(subplans=[]), "scan names a subplan that does not exist"),
    "no list": (lambda p: p.update(subplans={}), "subplans: must be a list"),
    "no plan": (lambda p: p.update(subplans=[{}, {}]), "subplans[0]: has no 'sizes'"),
    "too deep": (nest, "is a loop inside of 8 others"),
    "state": (
        lambda p: body_of(p)["state"].append({"name": "x", "value": body_of(p)["inputs"].pop()["value"]}),
        "subplans[0].state: must be empty",
    ),
    "sizes": (lambda p: body_of(p)["sizes"].append("evil"), "names 'evil', which the plan around it has not"),
    "carries": (lambda p: scan_step(p)["params"].update(carries=99), "has carries that are no number"),
    "half a carry": (lambda p: scan_step(p)["params"].update(carries=0.5), "has carries that are no number"),
    "stacked": (lambda p: scan_step(p)["params"].update(stacked=99), "more carries and stacked inputs than"),
    "length": (lambda p: scan_step(p)["params"].update(length="long"), "needs a whole number as its length"),
    "reverse": (lambda p: scan_step(p)["params"].update(reverse=1), "needs a reverse that is true or false"),
    "inputs": (lambda p: scan_step(p)["inputs"].pop(), "other numbers of inputs or outputs than its subplan"),
    "null": (
        lambda p: scan_step(p)["outputs"].__setitem__(len(scan_step(p)["outputs"]) - 1, None),
        "must have all its stacked outputs",
    ),
    "dtype": (
        lambda p: body_of(p)["values"][body_of(p)["inputs"][1]["value"]].update(dtype="int32"),
        "has an input of another dtype than its subplan",
    ),
    "kernel inside": (
        lambda p: body_of(p)["steps"][0].update(kernel="eval"),
        "subplans[0].steps[0].kernel: is unknown: eval",
    ),
    "longer": (lambda p: scan_step(p)["params"].update(length=6), "of another shape than its subplan"),
    "shape inside": (
        lambda p: body_of(p)["values"][body_of(p)["inputs"][2]["value"]].update(shape=[4, 3]),
        "subplans[0].steps",
    ),
}


def test_the_plan_that_the_next_tests_spoil():
    plan = rnn_plan(2, 5)
    check_plan(plan, "here")
    check_sizes(plan, {}, "here")
    assert resolve(plan, {})["steps"][0]["kernel"]


@pytest.mark.parametrize("name", LIES)
def test_lies(name):
    plan = copy.deepcopy(rnn_plan(2, 5))
    spoil, message = LIES[name]
    spoil(plan)
    with pytest.raises(pb.FormatError) as caught:
        check_plan(plan, "here")
        check_sizes(plan, {}, "here")
    assert message in str(caught.value)
