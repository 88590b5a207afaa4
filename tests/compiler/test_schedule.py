"""The order of steps: legal, never worse than that of recording, the same numbers, the same in both worlds."""

import copy
import json
import subprocess
from typing import Any

import numpy as np
import pytest
from compiler.graphs import OPERATIONS, drawn, inputs_of, instructions, program
from compiler.validate import validate
from engines import ENGINES, ROOT, Job, run_numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from parity.harness import plan_of

from pybrowserml import ops
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.compiler import compile as compiling
from pybrowserml.compiler.function import trace_runner
from pybrowserml.compiler.passes import with_passes
from pybrowserml.compiler.schedule import schedule
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named
from pybrowserml.core.variables import Variable
from pybrowserml.platform.tasks import drive_sync
from pybrowserml.tools.transpile import transpile

ALL = list(range(len(OPERATIONS)))


def branches(x):
    """Five branches that widen and narrow, layer by layer as a user may write them."""
    wide = [ops.matmul(x[0], w) for w in x[1:6]]
    powers = [ops.exp(ops.sum(h, axis=0)) for h in wide]
    return [ops.add(ops.add(powers[0], powers[1]), ops.add(powers[2], ops.add(powers[3], powers[4])))]


SHAPES = [["x", [size_named("batch"), 4], "float32"]] + [[f"w{i}", [4, 64], "float32"] for i in range(5)]


def unscheduled(monkeypatch, build):
    with monkeypatch.context() as context:
        context.setattr(compiling, "schedule", lambda plan, passes: None)
        return build()


def alive(plan):
    """The most bytes that are alive at a step, inputs and everything that is made, told by the lifetimes."""
    first = {v: life[0] for v, life in enumerate(plan["lifetimes"]) if life is not None}
    last = {v: life[1] for v, life in enumerate(plan["lifetimes"]) if life is not None}
    for entry in plan["inputs"]:
        reads = [s for s, step in enumerate(plan["steps"]) if entry["value"] in step["inputs"]]
        first[entry["value"]], last[entry["value"]] = 0, max(reads, default=0)
    size = {v: 4 * int(np.prod(plan["values"][v]["shape"])) for v in first}
    return max(sum(size[v] for v in first if first[v] <= s <= last[v]) for s in range(len(plan["steps"])))


def arena(plan, sizes):
    return drive_sync(CpuBackend(False, 1).prepare(plan, sizes)).storage.scratch


def test_branches_run_one_after_the_other(monkeypatch):
    specs = [["x", [32, 4], "float32"], *SHAPES[1:]]

    def build():
        return trace_runner(lambda x: [["y", branches(x)[0]]], specs).plan

    found, recorded = build(), unscheduled(monkeypatch, build)
    validate(found)
    # Rows of 64 instead of five matrices of 32 such rows, beside the inputs.
    assert alive(found) < alive(recorded) / 2
    assert arena(found, {}) < arena(recorded, {}) / 2


def test_the_pass_is_explained():
    passes: Any = with_passes(lambda: trace_runner(lambda x: [["y", branches(x)[0]]], SHAPES)).passes
    line = next(line for line in passes.lines() if line.startswith("order of steps: "))
    before, after = line.split(": ")[1].split(" bytes")[0].split(" -> ")
    assert int(after) < int(before) / 2 and line.endswith("(alive at once, sizes of 32)")


def test_an_order_that_is_good_stays(monkeypatch):
    def chain(x):
        y = x[0]
        for w in x[1:]:
            y = ops.relu(ops.matmul(ops.matmul(y, w), ops.transpose(w)))
        return [["y", y]]

    found = trace_runner(chain, SHAPES).plan
    assert found == unscheduled(monkeypatch, lambda: trace_runner(chain, SHAPES).plan)


def test_gradients_are_used_at_once(monkeypatch):
    """Each weight is updated when its gradient is there, so that one gradient is alive at a time."""

    def step(x):
        weights = [Variable(np.full((256, 256), 0.01, np.float32), path=f"w{i}") for i in range(5)]
        y = x[0]
        for w in weights:
            y = ops.tanh(ops.matmul(y, w.value))
        slopes = gradients([ops.sum(ops.square(y))], [w.value for w in weights])
        for w, slope in zip(weights, slopes, strict=True):
            # More than an epilogue of the product takes: the gradient is stored.
            w.assign(ops.subtract(w.value, ops.divide(slope, ops.sqrt(ops.sum(ops.square(slope))))))
        return []

    def build():
        return trace_runner(step, [["x", [size_named("batch"), 256], "float32"]]).plan

    found, recorded = build(), unscheduled(monkeypatch, build)
    validate(found)
    assert arena(found, {"batch": 4}) < arena(recorded, {"batch": 4}) / 2


@settings(max_examples=40, deadline=None)
@given(instructions(ALL), st.integers(0, 7))
def test_any_order_gives_the_same_bits(steps, seed):
    arrays = inputs_of(seed)
    with pytest.MonkeyPatch.context() as patch:
        recorded = unscheduled(patch, lambda: plan_of(program(steps), arrays))
        patch.setattr("pybrowserml.compiler.schedule.LEAST_GAIN", 10**9)
        found = plan_of(program(steps), arrays)
    validate(found)
    assert sorted(map(repr, found["steps"])) == sorted(map(repr, recorded["steps"]))
    results = [run_numpy(Job(plan, arrays))[0] for plan in (found, recorded)]
    for a, b in zip(*results, strict=True):
        np.testing.assert_array_equal(a, b)


def test_javascript_finds_the_same_order(tmp_path, monkeypatch):
    def build(seed):
        arrays = inputs_of(seed)
        return plan_of(program(drawn(seed, ALL, 40)), arrays)

    plans = unscheduled(monkeypatch, lambda: [build(seed) for seed in range(30)])
    plans.append(
        unscheduled(monkeypatch, lambda: trace_runner(lambda x: [["y", branches(x)[0]]], SHAPES).plan)
    )
    transpile(ROOT, "pybrowserml.compiler.schedule", tmp_path / "out")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "plans.json").write_text(json.dumps(plans))
    (tmp_path / "run.mjs").write_text(
        "import fs from 'fs';\n"
        "import {schedule} from './out/pybrowserml.compiler.schedule.js';\n"
        "import {from_json} from './out/pybrowserml.platform.text.js';\n"
        "const plans = from_json(fs.readFileSync('plans.json', 'utf8'));\n"
        "for (const plan of plans) schedule(plan);\n"
        "console.log(JSON.stringify(plans.map((plan) => plan.steps.map((step) => step.outputs))));\n"
    )
    run = subprocess.run(["node", "run.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True)
    wanted = copy.deepcopy(plans)
    for plan in wanted:
        schedule(plan)
    assert json.loads(run.stdout) == [[step["outputs"] for step in plan["steps"]] for plan in wanted]
    assert [plan["steps"] for plan in wanted] != [plan["steps"] for plan in plans]


@pytest.mark.parametrize("engine", ENGINES)
def test_branches_on_the_engines(engines, engine):
    arrays = [np.random.default_rng(i).uniform(-1, 1, [5 if i == 0 else 4, 64 if i else 4]) for i in range(6)]
    arrays = [array.astype(np.float32) for array in arrays]
    plan = trace_runner(lambda x: [["y", branches(x)[0]]], SHAPES).plan
    wanted = np.exp(np.stack([(arrays[0] @ w).sum(0) for w in arrays[1:6]])).sum(0)
    got = engines.run(engine, [Job(plan, arrays, sizes={"batch": 5})])[0].outputs[0]
    np.testing.assert_allclose(got, wanted, rtol=2e-4)
