"""Random bodies: a loop gives what the same steps one by one give, and so do its gradients."""

import numpy as np
import pytest
from compiler.validate import validate
from engines import ENGINES, Job

from pybrowserml import ops
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients

SIZE = 3
STEPS = 4


class Body:
    """A function of two carries, two slices and three fixed tensors, all [2, SIZE] but for the weights."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.moves = [self._move(k) for k in range(self.rng.integers(4, 12))]
        count = 7 + len(self.moves)
        self.results = [int(i) for i in self.rng.integers(0, count, 4)]

    def _move(self, k):
        kind = str(
            self.rng.choice(
                ["add", "multiply", "tanh", "sin", "matmul", "matmul^T", "split", "sum", "flip", "where"]
            )
        )
        return kind, int(self.rng.integers(0, 7 + k)), int(self.rng.integers(0, 7 + k))

    def __call__(self, carries, slices, fixed):
        """fixed: a bias [SIZE], a weight [SIZE, SIZE], a tensor [2, SIZE]."""
        pool = [*carries, *slices, ops.add(slices[0], fixed[0]), fixed[2], ops.multiply(fixed[2], fixed[0])]
        for kind, i, j in self.moves:
            a, b = pool[i], pool[j]
            if kind == "add":
                made = ops.multiply(ops.add(a, b), 0.5)
            elif kind == "multiply":
                made = ops.multiply(a, ops.tanh(b))
            elif kind == "tanh":
                made = ops.tanh(ops.add(a, fixed[0]))
            elif kind == "sin":
                made = ops.sin(a)
            elif kind == "matmul":
                made = ops.matmul(a, fixed[1])
            elif kind == "matmul^T":
                made = ops.matmul(ops.matmul(a, b, False, True), ops.multiply(b, 0.3))
            elif kind == "split":
                left, right = ops.split(a, [1], -1)
                made = ops.concatenate([ops.sin(right), left], -1)
            elif kind == "sum":
                made = ops.add(ops.multiply(ops.sum(a, 0), 0.2), ops.multiply(b, 0.1))
            elif kind == "flip":
                made = ops.flip(a, 1)
            else:
                made = ops.where(ops.greater(a, b), a, ops.multiply(b, 0.9))
            pool.append(made)
        picked = [ops.tanh(pool[i]) if n < 2 else pool[i] for n, i in enumerate(self.results)]
        return picked[:2], picked[2:]


def slopes(outputs, inputs):
    """Gradients; zeros where there is no influence, which a loop need not know."""
    found = gradients(outputs, inputs)
    return [ops.zeros_like(x) if g is None else g for g, x in zip(found, inputs, strict=True)]


def plan_of(body, unroll, reverse):
    specs = [[f"h{i}", [2, SIZE], "float32"] for i in range(2)]
    specs += [[f"x{i}", [STEPS, 2, SIZE], "float32"] for i in range(2)]
    specs += [["b", [SIZE], "float32"], ["w", [SIZE, SIZE], "float32"], ["f", [2, SIZE], "float32"]]

    def traced(inputs):
        def step(carry, x):
            return list(body(carry, x, inputs[4:]))

        last, ys = ops.scan(step, inputs[:2], inputs[2:4], None, reverse, unroll)
        weights = [
            ops.sin(ops.reshape(ops.arange(0.5, 0.5 + STEPS * 2 * SIZE), [STEPS, 2, SIZE])),
            ops.cos(ys[0]),
        ]
        loss = ops.sum(ops.multiply(ys[0], weights[0]))
        loss = ops.add(loss, ops.sum(ops.multiply(ys[1], weights[1])))
        loss = ops.add(loss, ops.sum(ops.sin(last[0])))
        kept = slopes([loss], inputs)
        named = [["last0", last[0]], ["last1", last[1]], ["y0", ys[0]], ["y1", ys[1]], ["loss", loss]]
        kept += slopes([ops.sum(ops.square(g)) for g in kept[:4:2]], inputs)
        return named + [[f"d{k}", g] for k, g in enumerate(kept)]

    return trace_runner(traced, specs).plan


def inputs_of(seed):
    rng = np.random.default_rng(seed)
    shapes = [[2, SIZE]] * 2 + [[STEPS, 2, SIZE]] * 2 + [[SIZE], [SIZE, SIZE], [2, SIZE]]
    return [rng.uniform(-1, 1, shape).astype(np.float32) for shape in shapes]


# A body is a large shader or several there: fewer of them.
SEEDS = {"numpy": range(60), "cpu-node": range(25), "cpu": range(3), "webgl": range(5)}


@pytest.mark.parametrize("engine", ENGINES)
def test_loops_and_single_steps_agree(engines, engine):
    jobs, wanted = [], []
    for seed in SEEDS[engine]:
        body = Body(seed)
        loop, single = plan_of(body, False, seed % 2 == 1), plan_of(body, True, seed % 2 == 1)
        validate(loop)
        inputs = inputs_of(seed)
        jobs.append(Job(loop, inputs))
        wanted.append(engines.run("numpy", [Job(single, inputs)])[0].outputs)
    for seed, (result, expected) in enumerate(zip(engines.run(engine, jobs), wanted, strict=True)):
        for i, (got, numbers) in enumerate(zip(result.outputs, expected, strict=True)):
            scale = max(1.0, float(np.abs(numbers).max()))
            # float32 in another order of sums, and second derivatives of up to twelve functions of functions.
            np.testing.assert_allclose(
                got / scale, numbers / scale, atol=1e-4, err_msg=f"seed {seed}, result {i}"
            )
