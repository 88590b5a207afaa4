"""Every row of the table on every engine: forward, gradients, second-order gradients."""

import functools
import re

import pytest
from engines import ENGINES
from parity.harness import Gradient, assert_close, forward_jobs, uses_doubles
from parity.table import ROWS

BY_NAME = {row.name: row for row in ROWS}
DIFFERENTIABLE = [row.name for row in ROWS if row.grad]
SECOND = [row.name for row in ROWS if row.second]


def test_names_are_unique():
    assert len(BY_NAME) == len(ROWS)


@functools.cache
def forward_of(name):
    row = BY_NAME[name]
    jobs = forward_jobs(row)
    return jobs, [row.expected(job.inputs) for job in jobs]


@functools.cache
def first_of(name):
    cases = [Gradient(BY_NAME[name], case) for case in Gradient.cases(BY_NAME[name])]
    return [case.first_job() for case in cases], [case.first_expected() for case in cases]


@functools.cache
def second_of(name):
    cases = [Gradient(BY_NAME[name], case) for case in Gradient.cases(BY_NAME[name])]
    return [case.second_job() for case in cases], [case.second_expected() for case in cases]


def check(engines, engine, found, tolerance, most=100, dtype=None):
    jobs, expected = found[0][:most], found[1][:most]
    for case, (result, wanted) in enumerate(zip(engines.run(engine, jobs), expected, strict=True)):
        if engine.startswith("webgl") and uses_doubles(jobs[case].plan):
            assert re.search("the step '.*' uses float64", result.failure or ""), result.failure
            continue
        shapes = [list(array.shape) for array in jobs[case].inputs]
        assert len(result.outputs) == len(wanted)
        if dtype is not None:
            names = [output.dtype.name for output in result.outputs]
            assert names == (dtype if isinstance(dtype, list) else [dtype] * len(names))
        for i, (got, numbers) in enumerate(zip(result.outputs, wanted, strict=True)):
            assert_close(got, numbers, tolerance, f"case {case} of shapes {shapes}, result {i}")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", list(BY_NAME))
def test_forward(engines, engine, name):
    check(engines, engine, forward_of(name), BY_NAME[name].tolerance(engine), dtype=BY_NAME[name].dtype)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_gradient(engines, engine, name):
    assert first_of(name)[0], "no case is small enough to differentiate"
    check(engines, engine, first_of(name), BY_NAME[name].gradient_tolerance(engine))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SECOND)
def test_second_gradient(engines, engine, name):
    # Each case is a large shader of its own there.
    most = 4 if engine == "webgl" else 100
    check(engines, engine, second_of(name), BY_NAME[name].gradient_tolerance(engine), most)
