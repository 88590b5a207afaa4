"""Products with the same matrix at each step of a loop, which plain JavaScript keeps in the page's constant array."""

import json
import subprocess

import numpy as np
import pytest

from pybrowserml import ops
from pybrowserml.compiler.function import trace_runner

from .transpiled import TIERS, run_cases

RNG = np.random.default_rng(23)


def numbers(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def case_of(build, inputs):
    specs = [[f"x{i}", list(x.shape), "float32"] for i, x in enumerate(inputs)]
    plan = trace_runner(lambda given: [[f"y{i}", y] for i, y in enumerate(build(*given))], specs).plan
    return {"plan": plan, "inputs": [[x, "float32"] for x in inputs], "repeat": 2}


def recurrent(transposed):
    """h = tanh(h u + x), u perhaps stored transposed; all states."""

    def build(h, xs, u):
        def step(carry, x):
            matrix = ops.transpose(u, [1, 0]) if transposed else u
            new = ops.tanh(ops.add(ops.matmul(carry, matrix), x))
            return [new, new]

        return ops.scan(step, h, xs)

    return build


def recurrent_reference(h, xs, u):
    states = []
    for x in xs:
        h = np.tanh(h @ u + x)
        states.append(h)
    return [h, np.stack(states)]


# Columns that fill no panel, or one of two; odd depths; two rows; more than a tile takes; too many for the array.
SIZES = [(1, 8), (1, 9), (2, 13), (1, 20), (2, 31), (1, 257), (1, 300)]


@pytest.mark.parametrize("tier", TIERS)
def test_recurrent_products(engine_folder, tier):
    cases, wanted = [], []
    for rows, n in SIZES:
        for transposed in (False, True):
            h, xs, u = numbers(rows, n), numbers(14, rows, n), numbers(n, n) / np.float32(2 * np.sqrt(n))
            cases.append(case_of(recurrent(transposed), [h, xs, u]))
            wide = [x.astype(np.float64) for x in (h, xs, u.T if transposed else u)]
            wanted.append(recurrent_reference(*wide))
    end = run_cases(engine_folder, cases, tier)
    assert end["heap_top"] == 0
    for case, want in zip(cases, wanted, strict=True):
        for got, numbers_of in zip(case["got"], want, strict=True):
            np.testing.assert_allclose(got, numbers_of, rtol=2e-5, atol=2e-5)


def nested(h, xs, us):
    """A loop whose matrix is another one at each step of the loop around it."""

    def outer(carry, given):
        last = recurrent(False)(carry, given[0], given[1])[0]
        # A product that is not small takes the array in between.
        mixed = ops.matmul(ops.matmul(ops.transpose(given[0], [1, 2, 0])[0], given[0][:, 0, :]), given[1])
        return [ops.add(last, ops.multiply(mixed[0:1], 0.01)), last]

    return ops.scan(outer, h, [xs, us])


def nested_reference(h, xs, us):
    states = []
    for x, u in zip(xs, us, strict=True):
        last = recurrent_reference(h, x, u)[0]
        states.append(last)
        h = last + 0.01 * (x[:, 0].T @ x[:, 0] @ u)[0:1]
    return [h, np.stack(states)]


@pytest.mark.parametrize("tier", TIERS)
def test_the_matrix_changes(engine_folder, tier):
    n = 17
    inputs = [numbers(1, n), numbers(3, 14, 1, n), numbers(3, n, n) / np.float32(8)]
    case = case_of(nested, inputs)
    run_cases(engine_folder, [case], tier)
    for got, want in zip(case["got"], nested_reference(*[x.astype(np.float64) for x in inputs]), strict=True):
        np.testing.assert_allclose(got, want, rtol=2e-5, atol=2e-5)


def test_it_is_kept(engine_folder):
    """The launch of the loop's product holds its matrix; where two products would need the array, neither does."""
    script = """
import {CpuBackend} from './out/pybrowserml.backends.cpu.engine.js';
import {drive_sync} from './out/pybrowserml.platform.tasks.js';
import {from_json} from './out/pybrowserml.platform.text.js';
import fs from 'fs';
const found = JSON.parse(fs.readFileSync('plans.json', 'utf8')).map((plan) => {
  const made = drive_sync(CpuBackend(false).prepare(from_json(JSON.stringify(plan)), from_json('{}')));
  const body = made.launches.find((launch) => launch.body).body;
  return body.prepared.filter((launch) => launch.steady).length;
});
console.log(JSON.stringify(found));
"""

    def twice(h, xs, u):
        return ops.scan(
            lambda c, x: [ops.tanh(ops.add(ops.matmul(ops.tanh(ops.matmul(c, u)), u), x)), None], h, xs
        )[:1]

    given = [numbers(1, 16), numbers(14, 1, 16), numbers(16, 16)]
    short = [given[0], given[1][:5], given[2]]
    plans = [
        case_of(build, x)["plan"]
        for build, x in ((recurrent(False), given), (twice, given), (recurrent(False), short))
    ]
    (engine_folder / "plans.json").write_text(json.dumps(plans))
    (engine_folder / "held.mjs").write_text(script)
    done = subprocess.run(
        ["node", "held.mjs"], cwd=engine_folder, capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(done.stdout) == [1, 0, 0]
