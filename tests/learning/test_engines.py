"""Chosen models learn in Chromium too: the plan of a training step runs there, with Python's losses."""

import numpy as np
import pytest
from engines import Job

from pybrowserml import layers as L
from pybrowserml.core.host import host_array

from . import tasks


def xor():
    return tasks.xor_model(), [tasks.xor()[0]], tasks.xor()[1], 40


def adding():
    x, y = [array[:16] for array in tasks.sums()]
    return tasks.adding_model(L.LSTM, 16), [x], y, 10


def sorting():
    x, y = tasks.sequences(16, 1)
    return tasks.sorting_model(width=16), tasks.with_places(x), y, 10


def digits():
    x, y = tasks.digits(16, 1)
    return tasks.digits_model(), [x], y, 10


TASKS = [xor, adding, sorting, digits]


def jobs_of(model, inputs, y, later):
    """Steps on one batch: the losses before the first, the third and a later one."""
    targets = model.compiled.targets_for(model, [host_array(y, None)])
    model.compiled.optimizer.build(model.trainable_weights)
    runner = model._model_steps.step_runner("train", targets, [])
    state = [variable.numpy() for variable in runner.variables]
    given = [*inputs, y.astype(targets[0]["dtype"]), np.array(True)]
    return [Job(runner.plan, given, state, {"batch": len(y)}, runs) for runs in (1, 3, later)]


@pytest.mark.parametrize("engine", ["cpu", "webgl"])
def test_learns_as_python_does(engines, engine):
    jobs = [job for task in TASKS for job in jobs_of(*task())]
    expected = [float(result.outputs[0]) for result in engines.run("numpy", jobs)]
    found = [float(result.outputs[0]) for result in engines.run(engine, jobs)]
    for i, task in enumerate(TASKS):
        ours, pythons = found[3 * i : 3 * i + 3], expected[3 * i : 3 * i + 3]
        np.testing.assert_allclose(ours[0], pythons[0], rtol=1e-4, err_msg=task.__name__)
        # Adam's first steps turn the rounding of small gradients into parts of whole steps.
        np.testing.assert_allclose(ours[1], pythons[1], rtol=1e-3, err_msg=task.__name__)
        assert ours[2] < 0.8 * ours[0], (task.__name__, ours)
