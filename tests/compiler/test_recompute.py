"""Cheap results are computed where they are read: what is stored, what stays, and the numbers."""

import numpy as np
import pytest
from compiler.graphs import OPERATIONS, inputs_of, instructions, program
from compiler.validate import validate
from engines import ENGINES, Job, run_numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from parity.harness import plan_of

from pybrowserml import ops
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.compiler import compile as compiling
from pybrowserml.compiler.function import trace_runner
from pybrowserml.compiler.passes import with_passes
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named
from pybrowserml.core.variables import Variable
from pybrowserml.platform.tasks import drive_sync

BATCH = size_named("batch")
SPECS = [["x", [BATCH, 6, 6, 3], "float32"], ["w", [3, 3, 3, 4], "float32"], ["v", [3, 3, 4, 4], "float32"]]
ALL = list(range(len(OPERATIONS)))


def normalized(y):
    """As BatchNormalization has it: the gradient reads both y and what is centered for the variance."""
    mean = ops.mean(y, axis=[0, 1, 2], keepdims=True)
    variance = ops.mean(ops.square(ops.subtract(y, mean)), axis=[0, 1, 2], keepdims=True)
    scale = ops.rsqrt(ops.add(variance, 1e-3))
    return ops.subtract(ops.multiply(y, scale), ops.multiply(mean, scale))


def trained(x):
    """Convolutions with normalizations, and the gradients of their filters."""
    y = ops.relu(normalized(ops.conv(x[0], x[1], 1, "same")))
    for _layer in range(4):
        y = ops.relu(normalized(ops.conv(y, x[2], 1, "same")))
    total = ops.sum(ops.square(y))
    return [["total", total], *[[f"s{i}", s] for i, s in enumerate(gradients([total], x[1:]))]]


def unchanged(build):
    with pytest.MonkeyPatch.context() as context:
        context.setattr(compiling, "recompute", lambda fusion, outputs, passes: None)
        return build()


def arrays_of(specs, batch=4):
    rng = np.random.default_rng(8)
    shapes = [[batch if dim is BATCH else dim for dim in spec[1]] for spec in specs]
    return [rng.uniform(-1, 1, shape).astype(np.float32) for shape in shapes]


def stored(plan):
    return sum(v is not None for step in plan["steps"] for v in step["outputs"])


def plan_with(build, specs):
    return trace_runner(lambda x: [[f"y{i}", y] for i, y in enumerate(build(x))], specs).plan


def test_centered_values_are_not_stored_for_the_gradient():
    found = trace_runner(trained, SPECS).plan
    before = unchanged(lambda: trace_runner(trained, SPECS).plan)
    validate(found)
    assert stored(found) < stored(before) and len(found["steps"]) <= len(before["steps"])

    def scratch(plan):
        return drive_sync(CpuBackend(False, 1).prepare(plan, {"batch": 32})).storage.scratch

    assert scratch(found) < 0.9 * scratch(before)


def test_the_pass_is_explained():
    lines = with_passes(lambda: trace_runner(trained, SPECS)).passes.lines()  # pyright: ignore
    line = next(line for line in lines if line.startswith("recomputed where read: "))
    before, after = line.split(": ")[1].split(" stored")[0].split(" -> ")
    assert int(after) < int(before) and "subtract" in line


def test_what_is_dear_or_read_by_kernels_stays():
    specs = [["x", [BATCH, 6], "float32"], ["w", [6, 6], "float32"], ["b", [6], "float32"]]

    def chain(make):
        """A result of x that is read by two products and, behind them, once more."""

        def build(x):
            y = make(ops.matmul(x[0], x[1]), x)
            far = ops.matmul(ops.tanh(y), x[1])
            return [ops.multiply(ops.sum(ops.matmul(far, x[1]), axis=0, keepdims=True), y)]

        return build

    def cheap(y, x):
        ends = ops.sum(y, axis=0, keepdims=True)
        return ops.subtract(y, ends)

    saved = [plan_with(chain(cheap), specs), unchanged(lambda: plan_with(chain(cheap), specs))]
    assert stored(saved[0]) < stored(saved[1])
    for make in (
        lambda y, x: ops.exp(ops.subtract(y, ops.sum(y, axis=0, keepdims=True))),
        lambda y, x: ops.multiply(y, ops.flip(y, axis=1)),
    ):
        found = plan_with(chain(make), specs)
        assert found == unchanged(lambda make=make: plan_with(chain(make), specs))


def test_what_is_made_of_variables_stays():
    """It is computed once for many runs."""
    w = Variable(np.ones([6, 6], np.float32), path="w")

    def build(x):
        half = ops.multiply(w.value, 0.5)
        far = ops.matmul(ops.tanh(ops.add(half, ops.sum(x[0], axis=0))), w.value)
        return [ops.multiply(ops.matmul(far, w.value), half), ops.add(ops.matmul(x[1], far), half)]

    specs = [["x", [BATCH, 6], "float32"], ["y", [6, 6], "float32"]]
    assert plan_with(build, specs) == unchanged(lambda: plan_with(build, specs))


def test_results_stay_stored():
    specs = [["x", [BATCH, 6], "float32"]]

    def build(x):
        y = ops.subtract(x[0], ops.sum(x[0], axis=0, keepdims=True))
        return [y, ops.tanh(ops.multiply(ops.sum(ops.exp(y), axis=0, keepdims=True), y))]

    found = plan_with(build, specs)
    validate(found)
    assert found == unchanged(lambda: plan_with(build, specs))


@settings(max_examples=60, deadline=None)
@given(instructions(ALL), st.integers(0, 7))
def test_the_same_numbers(steps, seed):
    arrays = inputs_of(seed)
    found = plan_of(program(steps), arrays)
    validate(found)
    before = unchanged(lambda: plan_of(program(steps), arrays))
    results = [run_numpy(Job(plan, arrays))[0] for plan in (found, before)]
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("engine", ENGINES)
def test_training_numbers_on_the_engines(engines, engine):
    arrays = arrays_of(SPECS)
    before = unchanged(lambda: trace_runner(trained, SPECS).plan)
    wanted = run_numpy(Job(before, arrays, sizes={"batch": 4}))[0]
    plan = trace_runner(trained, SPECS).plan
    got = engines.run(engine, [Job(plan, arrays, sizes={"batch": 4})])[0].outputs
    for a, b in zip(got, wanted, strict=True):
        # Sums of 144 rows, of which the gradients take differences.
        np.testing.assert_allclose(a, b, rtol=2e-3, atol=2e-4 * max(1.0, float(np.abs(b).max())))
