"""Random graphs of 5 to 40 operations: fused and unfused, engine and engine, derivatives and differences."""

import numpy as np
import pytest
from compiler.graphs import IN_DOUBLE, OPERATIONS, SMOOTH, drawn, inputs_of, instructions, program
from compiler.unfused import without_fusion
from engines import Job, run_numpy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from parity.harness import plan_of

import pybrowserml as pb
from pybrowserml.core.autodiff import gradients
from pybrowserml.transforms.gradient import slopes_of

ALL, ALL_SMOOTH = list(range(len(OPERATIONS))), list(range(len(SMOOTH)))
SEEDS = st.integers(0, 7)


def with_gradients(steps):
    """A function that gives the values of a program and the gradients of its total."""
    forward = program(steps)

    def call(inputs):
        results = forward(inputs)
        slopes = gradients([results[1]], inputs)
        return results + [slope for slope in slopes if slope is not None]

    return call


def compared(got, wanted, tolerance, steps):
    for i, (a, b) in enumerate(zip(got, wanted, strict=True)):
        scale = max(1.0, float(np.abs(b).max(initial=0)))
        np.testing.assert_allclose(
            a, b, rtol=tolerance, atol=tolerance * scale, err_msg=f"result {i} of {steps}"
        )


@settings(max_examples=100, deadline=None)
@given(instructions(ALL), SEEDS)
def test_fused_and_unfused(steps, seed):
    arrays = inputs_of(seed)
    fused = Job(plan_of(with_gradients(steps), arrays), arrays)
    with without_fusion():
        unfused = Job(plan_of(with_gradients(steps), arrays), arrays)
    compared(run_numpy(fused)[0], run_numpy(unfused)[0], 2e-5, steps)


@settings(max_examples=60, deadline=None)
@given(instructions(ALL_SMOOTH), SEEDS)
def test_numpy_and_javascript(engines, steps, seed):
    arrays = inputs_of(seed)
    job = Job(plan_of(with_gradients(steps), arrays), arrays)
    compared(engines.run("cpu-node", [job])[0].outputs, run_numpy(job)[0], 5e-5, steps)


@settings(max_examples=40, deadline=None)
@given(instructions(ALL), SEEDS)
def test_numpy_and_javascript_with_kinks(engines, steps, seed):
    """Values only: which side of a kink is taken may hang on the last bit, and the gradient with it."""
    arrays = inputs_of(seed)
    job = Job(plan_of(program(steps), arrays), arrays)
    compared(engines.run("cpu-node", [job])[0].outputs, run_numpy(job)[0], 5e-5, steps)


@pytest.mark.browser
@pytest.mark.parametrize("engine", ["cpu", "webgl"])
def test_in_the_browser(engines, engine):
    # Each step of a graph is a shader of its own there.
    graphs, most = (60, 40) if engine == "cpu" else (10, 16)
    programs = [drawn(seed, ALL if seed % 2 else ALL_SMOOTH, most) for seed in range(graphs)]
    jobs = []
    for seed, steps in enumerate(programs):
        arrays = inputs_of(seed)
        call = program(steps) if seed % 2 else with_gradients(steps)
        jobs.append(Job(plan_of(call, arrays), arrays))
    for job, steps, result in zip(jobs, programs, engines.run(engine, jobs), strict=True):
        compared(result.outputs, run_numpy(job)[0], 5e-5 if engine == "cpu" else 2e-4, steps)


def directions(seed):
    rng = np.random.default_rng([seed, 5])
    return [rng.uniform(-1, 1, array.shape) for array in inputs_of(seed)]


def totals(steps, arrays, moves, distances):
    """The total of a program in float64 with its inputs moved along by each of some distances."""
    found = []
    plan = plan_of(program(steps), moves)
    for h in distances:
        moved = [a.astype(np.float64) + h * m for a, m in zip(arrays, moves, strict=True)]
        found.append(float(run_numpy(Job(plan, moved))[0][1]))
    return found


@settings(max_examples=100, deadline=None)
@given(instructions(IN_DOUBLE), SEEDS)
def test_derivatives_and_differences(steps, seed):
    """In float64: reverse and forward mode are the slope of the total, on both sides the same."""
    arrays, moves, h = inputs_of(seed), directions(seed), 1e-5
    middle, left, right = totals(steps, arrays, moves, [0, -h, h])
    # Where the slopes of the two sides differ there is a kink.
    assume(abs((right - middle) - (middle - left)) < 1e-3 * h)
    given = [a.astype(np.float64) for a in arrays] + moves
    count = len(arrays)

    def derivatives(tensors):
        inputs, tangents = tensors[:count], tensors[count:]
        slopes = slopes_of([program(steps)(inputs)[1]], inputs, None)
        return [pb.jvp(lambda *inner: program(steps)(list(inner))[1], inputs, tangents)[1], *slopes]

    found = run_numpy(Job(plan_of(derivatives, given), given))[0]
    reverse = sum(float(np.sum(slope * move)) for slope, move in zip(found[1:], moves, strict=True))
    difference = (right - left) / (2 * h)
    np.testing.assert_allclose(
        [float(found[0]), reverse], difference, rtol=1e-6, atol=1e-7, err_msg=str(steps)
    )


@settings(max_examples=60, deadline=None)
@given(instructions(ALL), SEEDS)
def test_maps_and_single_calls(steps, seed):
    elements = [inputs_of(seed + 100 * k) for k in range(3)]
    stacked = [np.stack([element[i] for element in elements]) for i in range(len(elements[0]))]
    call = with_gradients(steps)
    mapped = run_numpy(
        Job(plan_of(lambda x: pb.vmap(lambda *inner: call(list(inner)))(*x), stacked), stacked)
    )[0]
    one = plan_of(call, elements[0])
    alone = [run_numpy(Job(one, element))[0] for element in elements]
    compared(mapped, [np.stack(parts) for parts in zip(*alone, strict=True)], 2e-5, steps)


@settings(max_examples=60, deadline=None)
@given(instructions(ALL), SEEDS)
def test_recomputed_and_kept(steps, seed):
    arrays = inputs_of(seed)
    half = len(steps) // 2

    def call(inputs):
        middle = pb.remat(lambda *inner: program(steps[:half])(list(inner))[0])(*inputs)
        total = pb.remat(lambda *inner: program(steps[half:])(list(inner))[1])(middle, *inputs)
        return [total] + [g for g in gradients([total], inputs) if g is not None]

    def plain(inputs):
        middle = program(steps[:half])(inputs)[0]
        total = program(steps[half:])([middle, *inputs])[1]
        return [total] + [g for g in gradients([total], inputs) if g is not None]

    found = [run_numpy(Job(plan_of(body, arrays), arrays))[0] for body in (call, plain)]
    compared(found[0], found[1], 2e-5, steps)
