"""Fusion changes how much one step does, never the numbers."""

import numpy as np
import pytest
from compiler.unfused import without_fusion
from engines import ENGINES, Job, run_numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from parity.harness import Gradient, plan_of, uses_doubles
from parity.table import ROWS

from pybrowserml import ops
from pybrowserml.compiler.function import trace_runner
from pybrowserml.compiler.fuse import MOST_OPERANDS
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.opset.binary import add, greater, multiply, where
from pybrowserml.core.opset.matmul import matmul
from pybrowserml.core.opset.movement import broadcast_to, reshape, transpose
from pybrowserml.core.opset.reduction import reduce_max, reduce_sum
from pybrowserml.core.opset.unary import exp, negative, tanh

N = 3
OPERATIONS = [
    lambda a, b: add(a, b),
    lambda a, b: multiply(a, tanh(b)),
    lambda a, b: where(greater(a, b), negative(a), b),
    lambda a, b: matmul(a, b),
    lambda a, b: matmul(tanh(a), b, True, False),
    lambda a, b: add(a, reduce_sum(b, 0, True)),
    lambda a, b: broadcast_to(reduce_max(a, 1, True), [N, N]),
    lambda a, b: transpose(a),
    lambda a, b: reshape(reshape(b, [N * N]), [N, N]),
    lambda a, b: multiply(reduce_sum(a, 1, True), reduce_sum(b, 0, True)),
    lambda a, b: add(reduce_sum(tanh(a), 0, True), reduce_sum(b, 1, True)),
]


def program(steps, kept):
    """A function of two matrices: each step applies an operation to two earlier values."""

    def call(inputs):
        made = list(inputs)
        for operation, left, right in steps:
            value = OPERATIONS[operation](made[left % len(made)], made[right % len(made)])
            made.append(multiply(value, 0.5))
        chosen = [made[len(made) - 1]] + [made[k % len(made)] for k in kept]
        return [[f"y{i}", tensor] for i, tensor in enumerate(chosen)]

    return call


SPECS = [["a", [N, N], "float32"], ["b", [N, N], "float32"]]
STEPS = st.lists(
    st.tuples(st.integers(0, len(OPERATIONS) - 1), st.integers(0, 30), st.integers(0, 30)), max_size=24
)


def both(function, specs, inputs):
    fused = run_numpy(Job(trace_runner(function, specs).plan, inputs))[0]
    with without_fusion():
        plan = trace_runner(function, specs).plan
    assert all(len(step["params"].get("expr", {"instrs": []})["instrs"]) < 8 for step in plan["steps"])
    assert all(step["params"].get("epilogue") is None for step in plan["steps"])
    return fused, run_numpy(Job(plan, inputs))[0]


@settings(max_examples=300, deadline=None)
@given(STEPS, st.lists(st.integers(0, 30), max_size=3))
def test_random_graphs_fused_and_unfused(steps, kept):
    rng = np.random.default_rng(1)
    inputs = [rng.uniform(-1, 1, (N, N)).astype(np.float32) for _ in range(2)]
    fused, unfused = both(program(steps, kept), SPECS, inputs)
    for a, b in zip(fused, unfused, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_gradients_of_random_graphs_fused_and_unfused(steps):
    rng = np.random.default_rng(2)
    inputs = [rng.uniform(-1, 1, (N, N)).astype(np.float32) for _ in range(2)]
    forward = program(steps, [])

    def call(given):
        found = gradients([forward(given)[0][1]], given)
        return [[f"g{i}", g] for i, g in enumerate(found) if g is not None]

    fused, unfused = both(call, SPECS, inputs)
    for a, b in zip(fused, unfused, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_a_group_does_not_wait_for_itself_through_another_group():
    """A reduce older than a group may wait for it, through a younger member of its input's group."""

    def call(inputs):
        wide, narrow = inputs
        old = multiply(wide, wide)
        summed = reduce_sum(old, 1, True)
        small = exp(narrow)
        young = multiply(old, small)
        last = add(small, summed)
        return [["a", reduce_sum(add(young, old), None, False)], ["b", last]]

    specs = [["wide", [4, 5], "float32"], ["narrow", [4, 1], "float32"]]
    rng = np.random.default_rng(0)
    w, n = rng.uniform(-1, 1, (4, 5)).astype(np.float32), rng.uniform(-1, 1, (4, 1)).astype(np.float32)
    outputs = run_numpy(Job(trace_runner(call, specs).plan, [w, n]))[0]
    np.testing.assert_allclose(outputs[0], (w * w * np.exp(n) + w * w).sum(), rtol=1e-5)
    np.testing.assert_allclose(outputs[1], np.exp(n) + (w * w).sum(1, keepdims=True), rtol=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", [row.name for row in ROWS if row.second])
def test_second_gradients_unfused(engines, engine, name):
    row = next(row for row in ROWS if row.name == name)
    case = Gradient(row, Gradient.cases(row)[-1])
    fused = case.second_job()
    with without_fusion():
        unfused = case.second_job()
    assert len(unfused.plan["steps"]) >= len(fused.plan["steps"])
    results = engines.run(engine, [fused, unfused])
    if engine == "webgl" and uses_doubles(fused.plan):
        assert all("uses float64" in result.failure for result in results)
        return
    for a, b in zip(results[0].outputs, results[1].outputs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_an_elementwise_chain_is_one_step():
    plan = plan_of(lambda x: tanh(add(multiply(x[0], 2.0), x[0])), [np.zeros((3, 4), np.float32)])
    assert [step["kernel"] for step in plan["steps"]] == ["elementwise"]


def test_a_bias_and_activation_become_the_epilogue_of_a_matmul():
    arrays = [np.zeros((3, 4), np.float32), np.zeros((4, 5), np.float32), np.zeros(5, np.float32)]
    plan = plan_of(lambda x: tanh(add(matmul(x[0], x[1]), x[2])), arrays)
    assert [step["kernel"] for step in plan["steps"]] == ["matmul"]
    assert [instr[0] for instr in plan["steps"][0]["params"]["epilogue"]["instrs"]] == ["add", "tanh"]


def test_a_bias_and_activation_behind_a_reshape_become_an_epilogue():
    def sequences(x):
        return [tanh(add(ops.conv(x[0], x[1], 1, "same"), x[2]))]

    plan = plan_of(sequences, [np.zeros(s, np.float32) for s in ([2, 5, 3], [3, 3, 4], [4])])
    assert [step["kernel"] for step in plan["steps"]] == ["reshape", "reshape", "conv2d", "reshape"]
    assert plan["steps"][2]["params"]["epilogue"] is not None

    # Heads whose axes the product has as one.
    def heads(x):
        return [tanh(add(reshape(matmul(x[0], x[1]), [3, 2, 4]), x[2]))]

    plan = plan_of(heads, [np.zeros(s, np.float32) for s in ([3, 5], [5, 8], [2, 4])])
    assert [step["kernel"] for step in plan["steps"]] == ["reshape", "matmul", "reshape"]

    # Rows that change, and operands of other shapes, stay where they are.
    def others(x):
        y = matmul(x[0], x[1])
        return [tanh(reshape(y, [3, 4])), add(reshape(y, [2, 3, 2]), x[2])]

    plan = plan_of(others, [np.zeros(s, np.float32) for s in ([6, 5], [5, 2], [2, 3, 2])])
    assert [step["kernel"] for step in plan["steps"] if step["kernel"] != "reshape"] == [
        "matmul",
        "elementwise",
        "elementwise",
    ]


def test_a_matmul_read_twice_keeps_its_own_step():
    arrays = [np.zeros((4, 4), np.float32)]

    def build(x):
        product = matmul(x[0], x[0])
        return [tanh(product), reduce_sum(product, 0, False)]

    assert [step["kernel"] for step in plan_of(build, arrays)["steps"]] == ["matmul", "elementwise", "reduce"]


def test_a_step_reads_no_more_operands_than_a_shader_may():
    arrays = [np.full(3, i, dtype=np.float32) for i in range(40)]

    def build(tensors):
        total = tensors[0]
        for tensor in tensors[1:]:
            total = multiply(add(total, tensor), 0.5)
        return total

    steps = plan_of(build, arrays)["steps"]
    assert max(len(step["inputs"]) for step in steps) == MOST_OPERANDS
    assert len(steps) == 4
