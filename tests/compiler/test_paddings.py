"""Zeros around images and products summed over a batch: what becomes part of a kernel, what stays, and the numbers."""

import numpy as np
import pytest
from engines import ENGINES, Job, run_numpy

from pybrowserml import ops
from pybrowserml.compiler import compile as compiling
from pybrowserml.compiler import simplify
from pybrowserml.compiler.function import trace_runner
from pybrowserml.compiler.passes import with_passes
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named

BATCH = size_named("batch")
# name: pads of the image, shape of the filter, stride, padding, dilation, groups.
CONVOLUTIONS = {
    "strided": ([[1, 1], [1, 1]], [3, 3, 4, 5], 2, "valid", 1, 1),
    "uneven": ([[0, 2], [1, 0]], [3, 4, 4, 5], 1, "valid", 1, 1),
    "on top of same": ([[1, 1], [1, 1]], [3, 3, 4, 5], 1, "same", 1, 1),
    "winograd": ([[1, 1], [1, 1]], [3, 3, 4, 8], 1, "valid", 1, 1),
    "large": ([[3, 3], [3, 3]], [7, 7, 4, 2], 2, "valid", 1, 1),
    "dilated": ([[3, 4], [2, 1]], [3, 3, 4, 5], 1, "valid", 2, 1),
    "depthwise": ([[1, 1], [1, 1]], [3, 3, 1, 4], 1, "valid", 1, 4),
    "depthwise strided": ([[0, 1], [0, 1]], [3, 3, 1, 4], 2, "valid", 1, 4),
}
# Windows that lie in the zeros entirely: these stay.
KEPT = {
    "too large": ([[3, 0], [0, 0]], [3, 3, 4, 5], 1, "valid", 1, 1),
    "points": ([[1, 1], [1, 1]], [1, 1, 4, 5], 1, "valid", 1, 1),
}


def padded(x, pads):
    return ops.pad(x, [[0, 0], *pads, [0, 0]])


def convolved(case):
    pads, shape, stride, padding, dilation, groups = case

    def call(x):
        image = padded(x[0], pads)
        if groups > 1:
            return ops.depthwise_conv(image, ops.reshape(x[1], [*shape[:2], groups, 1]), stride, padding)
        return ops.conv(image, x[1], stride, padding, dilation_rate=dilation)

    return call


def learned(call):
    def both(x):
        y = call(x)
        total = ops.sum(ops.square(y))
        return [["y", y], *[[f"slope{i}", slope] for i, slope in enumerate(gradients([total], x))]]

    return both


def runner_of(case):
    shape = case[1]
    specs = [["x", [BATCH, 9, 8, 4], "float32"], ["w", shape, "float32"]]
    return trace_runner(learned(convolved(case)), specs)


def kernels(plan):
    return [step["kernel"] for step in plan["steps"]]


def arrays_of(case):
    rng = np.random.default_rng(len(case[1]))
    return [rng.uniform(-1, 1, shape).astype(np.float32) for shape in ([3, 9, 8, 4], case[1])]


def unchanged(monkeypatch, build):
    with monkeypatch.context() as context:
        for op in ("conv2d", "conv2d_filter_grad", "slice"):
            context.delitem(simplify.RULES, op)
        context.setattr(simplify, "join_products", lambda node, inputs: None)
        context.setattr(compiling, "absorb_pooling_pads", lambda outputs, passes: outputs)
        return build()


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_no_copy_is_padded_forwards_and_backwards(name):
    found = kernels(runner_of(CONVOLUTIONS[name]).plan)
    assert "pad" not in found and "slice" not in found
    assert found.count("conv2d") == found.count("conv2d_filter_grad") == 1
    assert found.count("conv2d_input_grad") == 1


@pytest.mark.parametrize("name", KEPT)
def test_windows_of_nothing_but_zeros_stay(name):
    found = kernels(runner_of(KEPT[name]).plan)
    assert "pad" in found and "slice" in found


def test_other_pads_stay():
    def plan(build):
        return kernels(trace_runner(lambda x: [["y", build(*x)]], specs).plan)

    specs = [["x", [BATCH, 6, 6, 4], "float32"], ["w", [3, 3, 4, 2], "float32"]]
    assert "pad" in plan(
        lambda x, w: ops.conv(ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "constant", 1.0), w)
    )
    assert "pad" in plan(lambda x, w: ops.conv(ops.pad(x, [[1, 0], [1, 1], [1, 1], [0, 0]]), w))
    assert "pad" in plan(lambda x, w: ops.max_pool(padded(x, [[1, 1], [1, 1]]), 2))
    assert "pad" in plan(lambda x, w: ops.average_pool(padded(x, [[1, 1], [1, 1]]), 2))


POOLED = {
    "relu": lambda x: ops.max_pool(padded(ops.relu(x), [[1, 1], [1, 1]]), 3, 2),
    "relu6": lambda x: ops.max_pool(padded(ops.relu6(x), [[0, 1], [1, 0]]), 2, 2),
    "sigmoid, on top of same": lambda x: ops.max_pool(padded(ops.sigmoid(x), [[1, 1], [1, 1]]), 3, 1, "same"),
}


@pytest.mark.parametrize("name", POOLED)
def test_maxima_of_what_is_never_negative_need_no_copy(name):
    specs = [["x", [BATCH, 7, 6, 4], "float32"]]
    found = kernels(trace_runner(lambda x: [["y", POOLED[name](x[0])]], specs).plan)
    assert found == ["elementwise", "max_pool2d"]
    passes = with_passes(lambda: trace_runner(lambda x: [["y", POOLED[name](x[0])]], specs)).passes
    assert any(line.startswith("zeros around pooling: ") for line in passes.lines())  # pyright: ignore
    # A gradient asks where the maximum is.
    learning = trace_runner(learned(lambda x: POOLED[name](x[0])), specs).plan
    assert "pad" in kernels(learning)


def test_maxima_of_other_numbers_keep_their_zeros():
    specs = [["x", [BATCH, 7, 6, 4], "float32"]]
    for build in (
        lambda x: ops.max_pool(padded(ops.tanh(x), [[1, 1], [1, 1]]), 3, 2),
        lambda x: ops.max_pool(padded(ops.minimum(x, 6.0), [[1, 1], [1, 1]]), 3, 2),
        lambda x: ops.max_pool(padded(ops.maximum(x, -1.0), [[1, 1], [1, 1]]), 3, 2),
        lambda x: ops.max_pool(padded(ops.relu(x), [[2, 0], [0, 0]]), 2, 1),
        lambda x: ops.average_pool(padded(ops.relu(x), [[1, 1], [1, 1]]), 3, 2),
    ):
        plan = trace_runner(lambda x, build=build: [["y", build(x[0])]], specs).plan
        assert "pad" in kernels(plan)


def test_sums_of_products_of_a_batch_are_one_product(monkeypatch):
    specs = [["x", [BATCH, 5, 6], "float32"], ["w", [6, 7], "float32"]]

    def build():
        return trace_runner(learned(lambda x: ops.relu(ops.matmul(x[0], x[1]))), specs)

    found, before = build(), unchanged(monkeypatch, build)

    def large(plan):
        return [
            step for step in plan["steps"] if step["kernel"] == "matmul" and step["params"]["transpose_a"]
        ]

    def rank(plan):
        return [len(plan["values"][step["outputs"][0]]["shape"]) for step in large(plan)]

    assert rank(before.plan) == [3] and rank(found.plan) == [2]
    rng = np.random.default_rng(4)
    arrays = [rng.uniform(-1, 1, shape).astype(np.float32) for shape in ([3, 5, 6], [6, 7])]
    for a, b in zip(
        *[run_numpy(Job(each.plan, arrays, sizes={"batch": 3}))[0] for each in (found, before)], strict=True
    ):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)


def test_sums_that_are_no_product_stay():
    def count(build, *shapes):
        specs = [[f"x{i}", shape, "float32"] for i, shape in enumerate(shapes)]
        plan = trace_runner(lambda x: [["y", build(*x)]], specs).plan
        return kernels(plan).count("reduce")

    def product(a, b):
        return ops.matmul(ops.transpose(a, [0, 2, 1]), b)

    assert count(lambda a, b: ops.sum(product(a, b), axis=0), [BATCH, 4, 5], [BATCH, 4, 6]) == 0
    assert count(lambda a, b: ops.max(product(a, b), axis=0), [BATCH, 4, 5], [BATCH, 4, 6]) == 1
    # Another axis, an operand that is repeated, rows along the other axis.
    assert count(lambda a, b: ops.sum(product(a, b), axis=1), [BATCH, 4, 5], [BATCH, 4, 6]) == 1
    assert count(lambda a, b: ops.sum(product(a, b), axis=0), [BATCH, 4, 5], [1, 4, 6]) == 1
    assert count(lambda a, b: ops.sum(ops.matmul(a, b), axis=0), [BATCH, 4, 5], [BATCH, 5, 6]) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_numbers_are_those_of_the_padded_copy(engines, engine, monkeypatch):
    jobs, wanted = [], []
    for case in [*CONVOLUTIONS.values(), *KEPT.values()]:
        arrays = arrays_of(case)
        jobs.append(Job(runner_of(case).plan, arrays, sizes={"batch": 3}))
        before = unchanged(monkeypatch, lambda case=case: runner_of(case))
        wanted.append(run_numpy(Job(before.plan, arrays, sizes={"batch": 3}))[0])
    image = np.random.default_rng(6).uniform(-2, 8, [3, 7, 6, 4]).astype(np.float32)
    for build in POOLED.values():
        specs = [["x", [BATCH, 7, 6, 4], "float32"]]

        def make(build=build, specs=specs):
            return trace_runner(lambda x: [["y", build(x[0])]], specs)

        jobs.append(Job(make().plan, [image], sizes={"batch": 3}))
        wanted.append(run_numpy(Job(unchanged(monkeypatch, make).plan, [image], sizes={"batch": 3}))[0])
    for result, expected in zip(engines.run(engine, jobs), wanted, strict=True):
        for a, b in zip(result.outputs, expected, strict=True):
            # Sums of up to 200 products, in another order, and Winograd's transformation.
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-4 * max(1.0, float(np.abs(b).max())))
