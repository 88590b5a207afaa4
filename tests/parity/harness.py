"""Rows to jobs: compile forward, gradient and second-gradient graphs, and compare what engines answer."""

import numpy as np
from engines import Job, dtype_of

from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dtypes import is_float


def plan_of(build, arrays):
    """The plan of a function of tensors for arrays of these shapes and dtypes."""
    specs = [[f"x{i}", list(array.shape), dtype_of(array)] for i, array in enumerate(arrays)]
    return trace_runner(lambda inputs: named(build(inputs)), specs).plan


def named(tensors):
    tensors = tensors if isinstance(tensors, list) else [tensors]
    return [[f"y{i}", tensor] for i, tensor in enumerate(tensors)]


def built(row, tensors):
    found = row.build(*tensors)
    return found if isinstance(found, list) else [found]


def uses_doubles(plan):
    """Whether a step reads or makes float64, which WebGL refuses."""
    touched = [value for step in plan["steps"] for value in [*step["inputs"], *step["outputs"]]]
    return any(value is not None and plan["values"][value]["dtype"] == "float64" for value in touched)


def forward_jobs(row):
    jobs = []
    for case in range(len(row.cases)):
        arrays = row.inputs(case)
        jobs.append(Job(plan_of(lambda x: built(row, x), arrays), arrays))
    return jobs


class Gradient:
    """The gradients of one case: the job, and the float64 numbers by differences of the reference.

    The function that is differentiated is the sum of all float results times fixed seeds.
    """

    MOST = 200

    def __init__(self, row, case):
        self.row = row
        self.arrays = row.inputs(case)
        self.rng = np.random.default_rng([7, case])
        expected = row.expected(self.arrays)
        self.seeds = [
            self.rng.uniform(-1, 1, item.shape).astype(np.float32)
            for item in expected
            if item.dtype.kind == "f"
        ]
        self.directions = [self.rng.uniform(-1, 1, self.arrays[i].shape).astype(np.float32) for i in row.grad]

    @staticmethod
    def cases(row):
        """The cases of floats that are small enough for differences."""
        found = []
        for case in range(len(row.cases)):
            arrays = row.inputs(case)
            floats = all(arrays[i].dtype.kind == "f" for i in row.grad)
            if floats and sum(arrays[i].size for i in row.grad) <= Gradient.MOST:
                found.append(case)
        return found

    def first_job(self):
        given = [*self.arrays, *self.seeds]
        return Job(plan_of(self._first, given), given)

    def second_job(self):
        given = [*self.arrays, *self.seeds, *self.directions]
        return Job(plan_of(self._second, given), given)

    def _first(self, tensors):
        """The gradients, zeros where there is no influence."""
        inputs = tensors[: len(self.arrays)]
        seeds = tensors[len(inputs) : len(inputs) + len(self.seeds)]
        outputs = [item for item in built(self.row, inputs) if is_float(item.dtype)]
        by = [inputs[i] for i in self.row.grad]
        return [_or_zeros(g, x) for g, x in zip(gradients(outputs, by, seeds), by, strict=True)]

    def _second(self, tensors):
        inputs = tensors[: len(self.arrays)]
        by = [inputs[i] for i in self.row.grad]
        first = self._first(tensors)
        directions = tensors[len(self.arrays) + len(self.seeds) :]
        return [_or_zeros(g, x) for g, x in zip(gradients(first, by, directions), by, strict=True)]

    def _total(self, arrays):
        total = 0.0
        floats = [item for item in self.row.expected(arrays) if item.dtype.kind == "f"]
        for item, seed in zip(floats, self.seeds, strict=True):
            total += float(np.sum(item * seed))
        return total

    def first_expected(self, h=1e-5):
        """Central differences, element by element."""
        arrays = [a.astype(np.float64) if a.dtype.kind == "f" else a for a in self.arrays]
        found = []
        for i in self.row.grad:
            g = np.zeros(arrays[i].shape)
            for place in np.ndindex(*g.shape):
                g[place] = (
                    self._moved(arrays, [(i, place, h)], 0) - self._moved(arrays, [(i, place, -h)], 0)
                ) / (2 * h)
            found.append(g)
        return found

    def second_expected(self, h=3e-4):
        """Differences of the directional derivative: the Hessian times the directions."""
        arrays = [a.astype(np.float64) if a.dtype.kind == "f" else a for a in self.arrays]
        found = []
        for i in self.row.grad:
            g = np.zeros(arrays[i].shape)
            for place in np.ndindex(*g.shape):
                up = self._moved(arrays, [(i, place, h)], h) - self._moved(arrays, [(i, place, h)], -h)
                down = self._moved(arrays, [(i, place, -h)], h) - self._moved(arrays, [(i, place, -h)], -h)
                g[place] = (up - down) / (4 * h * h)
            found.append(g)
        return found

    def _moved(self, arrays, moves, along):
        """The total with single elements moved, and everything moved along the directions."""
        moved = list(arrays)
        for i, direction in zip(self.row.grad, self.directions, strict=True):
            moved[i] = arrays[i] + along * direction
        for i, place, amount in moves:
            moved[i] = np.array(moved[i])
            moved[i][place] += amount
        return self._total(moved)


def _or_zeros(gradient, x):
    from pybrowserml.core.opset.movement import broadcast_to
    from pybrowserml.core.opset.registry import scalar

    return broadcast_to(scalar(0.0, "float32"), x.shape) if gradient is None else gradient


def assert_close(got, wanted, tolerance, label):
    """Exact for integers and booleans, within tolerance for floats; shapes and kinds of dtype must agree."""
    wanted = np.asarray(wanted)
    assert list(got.shape) == list(wanted.shape), f"{label}: shape {got.shape}, wanted {wanted.shape}"
    assert got.dtype.kind.replace("u", "i") == wanted.dtype.kind.replace("u", "i"), f"{label}: {got.dtype}"
    if wanted.dtype.kind == "f":
        with np.errstate(over="ignore"):
            wanted = wanted.astype(np.float64 if got.dtype == np.float64 else np.float32)
        np.testing.assert_allclose(got, wanted, rtol=tolerance.rtol, atol=tolerance.atol, err_msg=label)
    else:
        np.testing.assert_array_equal(got, wanted, err_msg=label)
