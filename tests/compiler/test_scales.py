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


@pytest.mark.parametrize("engine", ENGINES)
def test_the_numbers_stay(engines, monkeypatch, engine):
    """Weights are rounded once more, so results differ by units in the last place of their sums."""
    jobs = []
    for build, specs, *_ in CASES:
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
