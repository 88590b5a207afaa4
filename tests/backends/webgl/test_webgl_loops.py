"""Loops against the NumPy engine, for 8, 4, 2 and 1 render targets; the texture size of 8 forces several pages."""

import numpy as np
import pytest
from webgl_harness import assert_close, dtype_name, reference

from pybrowserml import ops
from pybrowserml.compiler.function import trace_runner

pytestmark = pytest.mark.browser

# As software rasterisers are drawn for, and as GPUs.
OPTIONS = [
    {},
    {"sampled": False},
    {"targets": 4, "texture_size": 2048},
    {"targets": 2, "texture_size": 8},
    {"targets": 1},
]
random = np.random.default_rng(17)


def floats(*shape):
    return random.uniform(-1, 1, shape).astype(np.float32)


def plan_of(build, inputs):
    specs = [[f"x{i}", list(x.shape), dtype_name(x)] for i, x in enumerate(inputs)]
    return trace_runner(lambda given: [[f"y{i}", y] for i, y in enumerate(build(*given))], specs).plan


def walk(reverse):
    """The carry, what came in, and a sum of each step: three stacked results of different shapes."""

    def build(init, xs):
        def step(carry, x):
            new = ops.add(ops.multiply(carry, 0.5), x)
            return [new, [carry, x, ops.sum(new)]]

        last, ys = ops.scan(step, init, xs, None, reverse)
        return [last, *ys]

    return build


def mixed(init, xs, weights):
    """Products with what stays the same, which software rasterisers draw a copy of before the loop."""

    def step(carry, x):
        new = ops.tanh(ops.add(ops.matmul(ops.matmul(carry, weights), weights), x))
        return [new, ops.matmul(new, ops.transpose(weights, [1, 0]))]

    return ops.scan(step, init, xs)


def counted(init, xs):
    """Integers beyond 2**24, and a flag."""

    def step(carry, x):
        new = ops.add(ops.multiply(carry, 3), x)
        return [new, [new, ops.greater(new, 0)]]

    last, ys = ops.scan(step, init, xs)
    return [last, *ys]


def doubled(x):
    def more(value, count):
        return ops.less(ops.max(value), 100.0)

    return ops.while_loop(more, lambda value, count: [ops.multiply(value, 2.0), ops.add(count, 1)], [x, 0])


SHAPES = [[], [3], [9], [5, 3], [8, 4], [2, 3, 4], [1, 1], [7, 1], [0, 3]]


def cases():
    for k, shape in enumerate(SHAPES):
        length = [1, 6, 3, 11][k % 4]
        yield walk(k % 2 == 1), [floats(*shape), floats(length, *shape)]
    yield walk(False), [floats(3, 2), floats(0, 3, 2)]
    yield walk(True), [floats(40), floats(30, 40)]
    yield mixed, [floats(3, 130), floats(4, 3, 130), floats(130, 130) * 0.1]
    big = random.integers(-(2**20), 2**20, [5, 6, 3]).astype(np.int32)
    yield counted, [big[0], big]
    for factor in (0.01, 1.0, 1000.0):
        yield doubled, [np.abs(floats(4, 3)) * factor]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_loops(page, options):
    for build, inputs in cases():
        plan = plan_of(build, inputs)
        found = page.run(plan, inputs, options=options)["outputs"]
        for got, wanted in zip(found, reference(plan, inputs), strict=True):
            assert_close(got, wanted, 1e-5)


def test_textures_go_back_to_the_pool(page):
    inputs = [floats(4, 3), floats(9, 4, 3)]
    plan = plan_of(walk(False), inputs)
    used = []
    for runs in (1, 6):
        stats = page.run(plan, inputs, runs=runs)["stats"]
        used.append((stats["textures"], stats["bytes"] - stats["free_bytes"]))
    assert used[0] == used[1]
