"""Loops against the NumPy engine, for 8, 4, 2 and 1 render targets; the texture size of 8 forces several pages."""

import numpy as np
import pytest
from webgl_harness import assert_close, dtype_name, reference

from pybrowserml import ops
from pybrowserml.backends.resolve import resolve
from pybrowserml.backends.webgl.builder import Builder
from pybrowserml.backends.webgl.control import Loop
from pybrowserml.backends.webgl.kernels import KERNELS
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients

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


def placed(reverse):
    """A stacked product, which the same step reads by parts, as a whole, and by columns that share texels."""

    def build(init, xs, weights):
        def step(carry, x):
            z = ops.add(ops.matmul(carry, weights), x)
            parts = ops.split(z, 2, -1)
            new = ops.add(ops.tanh(parts[0]), ops.multiply(parts[1], carry))
            return [new, [z, ops.sum(z, -1), z[:, 1:3], new]]

        last, ys = ops.scan(step, init, xs, None, reverse)
        return [last, *ys]

    return build


def divided(reverse):
    """Results of one expression side by side, stacked, and multiplied by what stays the same."""

    def build(init, xs, weights, scale):
        def step(carry, x):
            own = ops.split(x, 2, -1)
            total = ops.add(ops.multiply(carry, scale), own[1])
            parts = [
                ops.multiply(total, own[0]),
                ops.tanh(total),
                ops.subtract(own[0], total),
                ops.sin(total),
            ]
            joined = ops.concatenate(parts, 1)
            new = ops.matmul(joined, ops.transpose(weights, [1, 0]))
            return [new, [joined, ops.exp(total)]]

        last, ys = ops.scan(step, init, xs, None, reverse)
        return [last, *ys]

    return build


def trained(init, cell, xs, weights):
    """An LSTM and its gradients: the gates' product and their cotangents are drawn in place."""

    def step(carry, x):
        parts = ops.split(ops.add(ops.matmul(carry[0], weights), x), 4, -1)
        kept = ops.multiply(ops.sigmoid(parts[1]), carry[1])
        new = ops.add(kept, ops.multiply(ops.sigmoid(parts[0]), ops.tanh(parts[2])))
        return [[ops.multiply(ops.sigmoid(parts[3]), ops.tanh(new)), new], None]

    last, _ = ops.scan(step, [init, cell], xs)
    loss = ops.sum(ops.multiply(last[0], last[0]))
    return [loss, *gradients([loss], [init, cell, weights])]


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
    for rows in (16, 32, 12, 9):
        yield placed(rows == 16), [floats(rows, 16), floats(5, rows, 32), floats(16, 32)]
        yield divided(rows == 32), [floats(rows, 8), floats(5, rows, 16), floats(8, 32) * 0.2, floats(1)]
    yield trained, [floats(32, 16), floats(32, 16), floats(5, 32, 64), floats(16, 64) * 0.3]
    yield divided(False), [floats(32, 64), floats(3, 32, 128), floats(64, 256) * 0.1, floats(1)]
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


@pytest.mark.parametrize("targets", [8, 4])
def test_slices_that_are_drawn_in_place(targets):
    """Where a step has whole pairs of lines of texels."""
    for make, rows, count in ((placed, 32, 1), (placed, 12, 0), (divided, 32, 1), (divided, 9, 0)):
        width = 16 if make is placed else 8
        inputs = [floats(rows, width), floats(5, rows, 2 * width), floats(width, 32)]
        plan = resolve(plan_of(make(False), inputs if make is placed else [*inputs, floats(1)]), {})
        shapes = [value["shape"] for value in plan["values"]]
        dtypes = [value["dtype"] for value in plan["values"]]
        builder = Builder(shapes, dtypes, targets, 12, 16, False, KERNELS, True)
        for step in plan["steps"]:
            builder.begin(step)
            KERNELS[step["kernel"]](builder, step)
        loops = [action for action in builder.actions if isinstance(action, Loop)]
        kept = [direct for loop in loops for direct in loop.direct if direct is not None]
        assert len(kept) == count, (make, rows)


def test_textures_go_back_to_the_pool(page):
    inputs = [floats(4, 3), floats(9, 4, 3)]
    plan = plan_of(walk(False), inputs)
    used = []
    for runs in (1, 6):
        stats = page.run(plan, inputs, runs=runs)["stats"]
        used.append((stats["textures"], stats["bytes"] - stats["free_bytes"]))
    assert used[0] == used[1]
