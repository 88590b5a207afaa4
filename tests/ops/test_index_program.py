"""Bad calls say the same in CPython and in JavaScript; plans with symbolic sizes give what known sizes give."""

import json
from pathlib import Path

import numpy as np
import pytest
from engines import ENGINES, Job, NodeHost, run_numpy, transpiled

from ops import index_program
from pybrowserml import ops
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named

PROGRAM = Path(index_program.__file__).resolve()


def test_messages(tmp_path_factory):
    here = index_program.failures()
    assert [row for row in here if row[1] not in ("ShapeError", "ArgumentError", "DtypeError")] == []
    for name, _, message in here:
        assert len(message) > 20, name
    host = NodeHost(transpiled(tmp_path_factory.mktemp("failures"), PROGRAM), PROGRAM.stem)
    try:
        answer = host.call([["run_failures", ""]])[0]
    finally:
        host.close()
    assert json.loads(answer["ok"]) == here


N = size_named("n")
PROGRAMS = {
    "order": lambda x: [
        *ops.top_k(x, 2),
        ops.sort(x, 0),
        ops.argsort(x, 0),
        ops.cumsum(x, 0),
        ops.cummax(x, 0),
        ops.cumprod(x, 0, None, True, True),
        ops.logcumsumexp(x, 0),
    ],
    "places": lambda x: [
        ops.take(x, [0, -1], 0),
        ops.take_along_axis(x, ops.argsort(x, 1), 1),
        ops.gather_nd(x, [[0, 1], [2, 3]]),
        ops.get_item(x, [[None, None, -1], [1, 3]]),
        ops.get_item(x, [[1, -1, 2], "..."]),
        ops.get_item(x, [-1, None]),
        ops.slice(x, [1, 0], [-1, 2]),
        ops.slice_update(x, [0, 1], ops.ones([2, 2])),
        ops.band_part(x, 1, 0),
    ],
    "targets": lambda x: [
        ops.segment_sum(x, ops.mod(ops.arange(x.shape[0]), 3), 3),
        ops.segment_max(x, ops.mod(ops.arange(x.shape[0]), 2), 2),
        ops.scatter_update(x, [[1], [0]], ops.zeros([2, 4])),
        ops.scatter([[0], [2]], ops.ones([2, 4]), x.shape),
        ops.bincount(ops.cast(ops.abs(ops.get_item(x, ["...", 0])), "int32"), None, 3),
        ops.searchsorted([-0.5, 0.0, 0.5], x),
        ops.isin(ops.round(x), [0.0, 1.0]),
        ops.in_top_k(ops.mod(ops.arange(x.shape[0]), 4), x, 2),
        *ops.histogram(x, 3),
    ],
}


def plan_of(build, shape):
    def traced(tensors):
        found = build(*tensors)
        floats = [item for item in found if item.dtype == "float32"]
        slopes = gradients([ops.square(item) for item in floats], tensors)
        return [[f"y{i}", item] for i, item in enumerate([*found, *slopes])]

    return trace_runner(traced, [["x0", shape, "float32"]]).plan


@pytest.mark.parametrize("engine", [engine for engine in ENGINES if engine != "cpu"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_symbolic_sizes(engines, engine, name):
    plan = plan_of(PROGRAMS[name], [N, 4])
    jobs = []
    for n in (5, 8):
        x = (np.random.default_rng(n).permutation(4 * n).reshape(n, 4) / (2.0 * n) - 1).astype(np.float32)
        jobs.append(Job(plan, [x], sizes={"n": n}))
        jobs[-1].wanted = run_numpy(Job(plan_of(PROGRAMS[name], [n, 4]), [x]))[0]
    for job, result in zip(jobs, engines.run(engine, jobs), strict=True):
        for got, wanted in zip(result.outputs, job.wanted, strict=True):
            # Running products and exponentials of four numbers or more, twice over on WebGL.
            np.testing.assert_allclose(got, wanted, rtol=2e-5, atol=2e-5)
