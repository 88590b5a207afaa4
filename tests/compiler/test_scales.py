"""Scales of variables move into the weights before them: what moves, what stays, and the numbers."""

import numpy as np
import pytest
from engines import ENGINES, Job

import pybrowserml as pb
from pybrowserml import layers, ops
from pybrowserml.backends.invariant import split_plan
from pybrowserml.compiler import compile as compiling
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.dims import size_named
from pybrowserml.core.variables import Variable

RNG = np.random.default_rng(3)


def variable(name, *shape):
    """The same numbers for the same name and shape, since a function makes its variables at each call."""
    rng = np.random.default_rng([len(shape), *shape, *name.encode()])
    return Variable(rng.uniform(0.5, 1.5, shape).astype(np.float32), path=name)


def plans(build, specs, monkeypatch):
    """Runners of a function with the pass and without."""
    with_pass = trace_runner(lambda x: [["y", build(x)]], specs)
    with monkeypatch.context() as context:
        context.setattr(compiling, "absorb_scales", lambda outputs, assigned, passes: outputs)
        without = trace_runner(lambda x: [["y", build(x)]], specs)
    return with_pass, without


def job(runner, arrays):
    state = [np.asarray(variable.numpy()) for variable in runner.variables]
    return Job(runner.plan, arrays, state, {"batch": len(arrays[0])})


def fused(runner, kernel):
    """The instructions fused into each step of a kernel that runs every time."""
    parts = split_plan(runner.plan)
    steps = (runner if parts is None else parts[1]).plan["steps"]
    found = [step["params"]["epilogue"] for step in steps if step["kernel"] == kernel]
    instrs = [[] if expr is None else expr["instrs"] for expr in found]
    return [[instr[0] for instr in each if instr[0] != "constant"] for each in instrs]


IMAGES = [["x", [size_named("batch"), 5, 5, 4], "float32"]]
ROWS = [["x", [size_named("batch"), 6], "float32"]]


def normalized(y, channels):
    moments = [variable(name + str(channels), channels) for name in ("mean", "variance", "beta", "gamma")]
    return ops.batch_normalization(y, moments[0], moments[1], -1, moments[2], moments[3])


def convolution(x):
    return ops.relu(normalized(ops.conv(x[0], variable("w", 3, 3, 4, 6), 1, "same"), 6))


def convolution_with_bias(x):
    y = ops.add(ops.conv(x[0], variable("w", 3, 3, 4, 6)), variable("b", 6))
    return normalized(y, 6)


def depthwise(x):
    return normalized(ops.depthwise_conv(x[0], variable("w", 3, 3, 4, 2)), 8)


def dense(x):
    return normalized(ops.add(ops.matmul(x[0], variable("w", 6, 3)), variable("b", 3)), 3)


def dense_transposed(x):
    return normalized(ops.matmul(x[0], ops.transpose(variable("w", 3, 6).value)), 3)


def by_a_number(x):
    return ops.multiply(ops.matmul(x[0], variable("w", 6, 3)), 0.25)


def rescaled(x):
    return ops.conv(ops.multiply(x[0], 1.0 / 255), variable("w", 3, 3, 4, 6), 1, "same")


def rescaled_and_moved(x):
    return ops.conv(ops.add(ops.multiply(x[0], 1.0 / 127.5), -1.0), variable("w", 3, 3, 4, 6), 2)


def rescaled_by_channel(x):
    y = ops.add(ops.multiply(variable("s", 4), x[0]), variable("t", 4))
    return normalized(ops.relu(ops.conv(y, variable("w", 3, 3, 4, 6))), 6)


def rescaled_before_depthwise(x):
    y = ops.add(ops.multiply(x[0], 0.5), 1.0)
    return ops.depthwise_conv(y, variable("w", 3, 3, 4, 2))


# What stands before the convolution is gone, and what is behind it.
IN_FRONT = [
    (rescaled, IMAGES, []),
    (rescaled_and_moved, IMAGES, ["add"]),
    (rescaled_by_channel, IMAGES, ["add", "maximum"]),
    (rescaled_before_depthwise, IMAGES, ["add"]),
]
CASES = [
    (convolution, IMAGES, "conv2d", ["add", "maximum"]),
    (convolution_with_bias, IMAGES, "conv2d", ["add", "add"]),
    (depthwise, IMAGES, "conv2d", ["add"]),
    (dense, ROWS, "matmul", ["add", "add"]),
    (dense_transposed, ROWS, "matmul", ["add"]),
    (by_a_number, ROWS, "matmul", []),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0].__name__ for case in CASES])
def test_no_scale_is_left_behind_the_product(monkeypatch, case):
    build, specs, kernel, wanted = case
    after, before = plans(build, specs, monkeypatch)
    assert fused(after, kernel) == [wanted]
    assert "multiply" in fused(before, kernel)[0]


def steps_each_time(runner):
    parts = split_plan(runner.plan)
    return [step["kernel"] for step in (runner if parts is None else parts[1]).plan["steps"]]


@pytest.mark.parametrize("case", IN_FRONT, ids=[case[0].__name__ for case in IN_FRONT])
def test_no_scale_is_left_in_front_of_the_convolution(monkeypatch, case):
    build, specs, wanted = case
    after, before = plans(build, specs, monkeypatch)
    assert fused(after, "conv2d")[0][: len(wanted)] == wanted
    assert steps_each_time(after)[0] == "conv2d" and steps_each_time(before)[0] == "elementwise"
    assert len(steps_each_time(after)) < len(steps_each_time(before))


def test_what_must_stay_in_front():
    """Pads that a shift would have to reach, differences, other work, a scale of each channel of groups."""
    w, s = variable("w", 3, 3, 4, 6), variable("s", 4)

    def padded(x):
        return ops.conv(ops.add(ops.multiply(x[0], 0.5), 1.0), w, 1, "same")

    def difference(x):
        return ops.conv(ops.multiply(ops.subtract(x[0], s), 0.5), w)

    def activated(x):
        return ops.conv(ops.multiply(ops.relu(x[0]), s), w)

    def read_twice(x):
        y = ops.multiply(x[0], s)
        return ops.add(ops.sum(ops.conv(y, w)), ops.sum(y))

    def grouped(x):
        return ops.depthwise_conv(ops.multiply(x[0], s), variable("v", 3, 3, 4, 2))

    for build in (padded, difference, activated, read_twice, grouped):
        runner = trace_runner(lambda x, build=build: [["y", build(x)]], IMAGES)
        assert steps_each_time(runner)[0] in ("elementwise", "reductions"), build.__name__


@pytest.mark.parametrize("engine", ENGINES)
def test_the_numbers_stay(engines, monkeypatch, engine):
    """Weights are rounded once more, so results differ by units in the last place of their sums."""
    jobs = []
    for build, specs, *_ in CASES + IN_FRONT:
        x = RNG.uniform(-1, 1, [2, *specs[0][1][1:]]).astype(np.float32)
        jobs.extend([job(runner, [x]) for runner in plans(build, specs, monkeypatch)])
    results = engines.run(engine, jobs)
    for k in range(0, len(jobs), 2):
        after, before = results[k].outputs[0], results[k + 1].outputs[0]
        np.testing.assert_allclose(after, before, rtol=1e-5, atol=2e-6 * float(np.abs(before).max()))


def test_what_must_stay():
    """Read twice, scaled by an input, along another axis, by a variable that the plan assigns."""
    w, s = variable("w", 6, 6), variable("s", 6)
    x_spec = ["x", [6, 6], "float32"]

    def twice(x):
        y = ops.matmul(x[0], w)
        return ops.add(ops.multiply(y, s), y)

    def by_input(x):
        return ops.multiply(ops.matmul(x[0], w), ops.sum(x[0], 0))

    def along_rows(x):
        return ops.multiply(ops.matmul(x[0], w), ops.reshape(s.value, [6, 1]))

    def assigned(x):
        y = ops.multiply(ops.matmul(x[0], w), s)
        s.assign(ops.sum(x[0], 0))
        return y

    for build in (twice, by_input, along_rows, assigned):
        plan = trace_runner(lambda x, build=build: [["y", build(x)]], [x_spec]).plan
        steps = [step for step in plan["steps"] if step["kernel"] == "matmul"]
        scaled = [step for step in plan["steps"] if "w" in names_read(plan, step) and step not in steps]
        assert len(steps) == 1 and scaled == [], build.__name__


def names_read(plan, step):
    return [entry["name"] for entry in plan["state"] if entry["value"] in step["inputs"]]


def test_a_result_is_not_folded_away():
    w, s = variable("w", 6, 6), variable("s", 6)

    def both(x):
        y = ops.matmul(x[0], w)
        return [["y", y], ["z", ops.multiply(y, s)]]

    plan = trace_runner(both, [["x", [6, 6], "float32"]]).plan
    assert [step["params"]["epilogue"] for step in plan["steps"] if step["kernel"] == "matmul"] == [None]


def test_predictions_follow_the_weights():
    pb.random.set_seed(4)
    model = pb.Sequential(
        [
            layers.Conv2D(4, 3, use_bias=False),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )
    model.compile("sgd", "mse")
    x = RNG.uniform(-1, 1, (8, 6, 6, 3)).astype(np.float32)
    first = model.predict(x)
    model.fit(x, np.zeros((8, 2), np.float32), epochs=2, verbose=0)
    second = model.predict(x)
    assert np.abs(first - second).max() > 1e-4
    np.testing.assert_allclose(second, np.asarray(model(x, training=False).numpy()), rtol=1e-5, atol=1e-6)
    kernel = model.layers[0].get_weights()[0]
    model.layers[0].set_weights([kernel * 2])
    np.testing.assert_allclose(
        model.predict(x), np.asarray(model(x, training=False).numpy()), rtol=1e-5, atol=1e-6
    )
