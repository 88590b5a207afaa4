"""Forward mode, maps and Hessians of every row of the parity table against their definitions."""

import functools

import numpy as np
import pytest
from engines import Job
from parity.harness import Gradient, assert_close, built, plan_of
from parity.rows import Tolerance
from parity.table import ROWS

from pybrowserml.core.autodiff import gradients
from pybrowserml.core.batching.table import BATCHING
from pybrowserml.core.dtypes import is_float
from pybrowserml.core.opset.binary import multiply
from pybrowserml.core.opset.reduction import reduce_sum
from pybrowserml.core.opset.registry import PRIMITIVES
from pybrowserml.transforms import hessian, jvp, vmap

BY_NAME = {row.name: row for row in ROWS}
DIFFERENTIABLE = [row.name for row in ROWS if row.grad]
ON_WEBGL = [
    "tanh",
    "divide",
    "softmax along [3, 5] -1",
    "matmul",
    "conv2d groups",
    "max_pool2d 2x2",
    "take",
    "scatter_update max",
    "cumsum",
    "sort twice differentiated",
    "gather [3, 6] [2, 4] axis 1",
    "scan",
    "layer_normalization",
    "while_loop with a limit",
]
ELEMENTS = 3
MOST = 400


def engines_and(names, step):
    """Every name with NumPy, each so many of them with the CPU engine, and a few with shaders, which compile long."""
    found = [("numpy", name) for name in names]
    found += [("cpu-node", name) for name in names[::step]]
    return found + [("webgl", name) for name in names if name in ON_WEBGL]


def test_the_rows_on_webgl_exist():
    assert [name for name in ON_WEBGL if name not in BY_NAME] == []


@pytest.mark.parametrize("op", sorted(PRIMITIVES))
def test_every_primitive_has_a_batching_rule(op):
    assert op in BATCHING or op in ("iota", "size")


# Forward mode


class Forward:
    """The derivative of one case along random tangents: the job, and float64 numbers by differences."""

    def __init__(self, row, case):
        self.row = row
        self.arrays = row.inputs(case)
        rng = np.random.default_rng([11, case])
        self.directions = [
            rng.uniform(-1, 1, self.arrays[i].shape).astype(self.arrays[i].dtype) for i in row.grad
        ]

    def job(self):
        given = [*self.arrays, *self.directions]
        return Job(plan_of(self._tangents, given), given)

    def _tangents(self, tensors):
        inputs = list(tensors[: len(self.arrays)])
        directions = tensors[len(inputs) :]

        def body(*moving):
            for i, tensor in zip(self.row.grad, moving, strict=True):
                inputs[i] = tensor
            return [item for item in built(self.row, inputs) if is_float(item.dtype)]

        return jvp(body, [inputs[i] for i in self.row.grad], directions)[1]

    def expected(self, h=1e-5):
        up, down = self._moved(h), self._moved(-h)
        return [(a - b) / (2 * h) for a, b in zip(up, down, strict=True)]

    def _moved(self, step):
        arrays = [a.astype(np.float64) if a.dtype.kind == "f" else a for a in self.arrays]
        for i, direction in zip(self.row.grad, self.directions, strict=True):
            arrays[i] = arrays[i] + step * direction
        return [item for item in self.row.expected(arrays) if item.dtype.kind == "f"]


@functools.cache
def forward_of(name):
    cases = [Forward(BY_NAME[name], case) for case in Gradient.cases(BY_NAME[name])[:2]]
    return [case.job() for case in cases], [case.expected() for case in cases]


@pytest.mark.parametrize(("engine", "name"), engines_and(DIFFERENTIABLE, 5))
def test_jvp_is_the_derivative_along_a_direction(engines, engine, name):
    jobs, expected = forward_of(name)
    tolerance = BY_NAME[name].gradient_tolerance(engine)
    for result, wanted in zip(engines.run(engine, jobs), expected, strict=True):
        for got, numbers in zip(result.outputs, wanted, strict=True):
            # A tangent adds up as many products as the gradient has elements.
            scale = max(1.0, float(np.max(np.abs(numbers), initial=0)))
            assert_close(got, numbers, Tolerance(tolerance.rtol, tolerance.atol * scale), name)


# Maps


def elements_of(row, case):
    """Arrays of one case, several times with other numbers."""
    return [[make(np.random.default_rng([k, case])) for make in row.cases[case]] for k in range(ELEMENTS)]


def mapped_ways(count):
    """All operands mapped, then each alone."""
    ways = [[True] * count]
    return ways + ([[i == j for j in range(count)] for i in range(count)] if count > 1 else [])


def small_cases(row):
    found = []
    for case in range(len(row.cases)):
        arrays = row.inputs(case)
        if arrays and sum(array.size for array in arrays) <= MOST:
            found.append(case)
    return found[:2]


# Elements of a map share the key of random numbers and differ, see test_vmap.
RANDOM = ["elastic_transform"]
MAPPABLE = [row.name for row in ROWS if small_cases(row) and row.name not in RANDOM]


def body_of(row, with_gradient):
    def body(*inputs):
        results = built(row, list(inputs))
        if with_gradient:
            floats = [item for item in results if is_float(item.dtype)]
            found = gradients(floats, [inputs[i] for i in row.grad])
            results = results + [item for item in found if item is not None]
        return results

    return body


@functools.cache
def mapped_of(name, with_gradient):
    """[(job of the map, [jobs of single calls])]"""
    row = BY_NAME[name]
    body = body_of(row, with_gradient)
    found = []
    for case in small_cases(row):
        elements = elements_of(row, case)
        for way in mapped_ways(len(elements[0])):
            ranks = [array.ndim for array in elements[0]]
            axes = [i % 2 if ranks[i] and way[i] else 0 for i in range(len(way))]
            given = [
                np.stack([element[i] for element in elements], axis=axes[i]) if way[i] else elements[0][i]
                for i in range(len(way))
            ]
            in_axes = [axes[i] if way[i] else None for i in range(len(way))]
            plan = plan_of(lambda x, in_axes=in_axes: vmap(body, in_axes)(*x), given)
            singles = [[e[i] if way[i] else elements[0][i] for i in range(len(way))] for e in elements]
            one = plan_of(lambda x: body(*x), singles[0])
            found.append((Job(plan, given), [Job(one, single) for single in singles]))
    return found


def check_mapped(engines, engine, name, with_gradient):
    found = mapped_of(name, with_gradient)
    row = BY_NAME[name]
    tolerance = row.gradient_tolerance(engine) if with_gradient else row.tolerance(engine)
    if engine != "numpy":
        found = found[:2]
    results = engines.run(engine, [job for job, _ in found])
    for result, (_, singles) in zip(results, found, strict=True):
        alone = [single.outputs for single in engines.run("numpy", singles)]
        for i, got in enumerate(result.outputs):
            wanted = np.stack([outputs[i] for outputs in alone])
            scale = max(1.0, float(np.max(np.abs(wanted), initial=0, where=np.isfinite(wanted))))
            assert_close(got, wanted, Tolerance(tolerance.rtol, tolerance.atol * scale), f"{name} {i}")


@pytest.mark.parametrize(("engine", "name"), engines_and(MAPPABLE, 8))
def test_vmap_is_a_stack_of_single_calls(engines, engine, name):
    check_mapped(engines, engine, name, False)


@pytest.mark.parametrize(
    ("engine", "name"), engines_and([name for name in DIFFERENTIABLE if name in MAPPABLE], 16)
)
def test_vmap_of_gradients(engines, engine, name):
    check_mapped(engines, engine, name, True)


# Hessians


def smallest_case(row):
    """The gradient case with the fewest elements of the first input, or None when all are large or empty."""
    cases = [case for case in Gradient.cases(row) if 0 < row.inputs(case)[row.grad[0]].size <= 40]
    return min(cases, key=lambda case: row.inputs(case)[row.grad[0]].size, default=None)


SECOND = [row.name for row in ROWS if row.second and smallest_case(row) is not None]


@functools.cache
def hessian_of(name):
    """The job of the Hessian by the first input, and its case."""
    row = BY_NAME[name]
    case = Gradient(row, smallest_case(row))
    place = row.grad[0]
    given = [*case.arrays, *case.seeds]

    def build(tensors):
        inputs = list(tensors[: len(case.arrays)])
        seeds = tensors[len(inputs) :]

        def total(x):
            floats = [t for t in built(row, [*inputs[:place], x, *inputs[place + 1 :]]) if is_float(t.dtype)]
            parts = [reduce_sum(multiply(t, s), None, False) for t, s in zip(floats, seeds, strict=True)]
            return functools.reduce(lambda a, b: a + b, parts)

        return hessian(total)(inputs[place])

    case.directions = [d if k == 0 else np.zeros_like(d) for k, d in enumerate(case.directions)]
    return Job(plan_of(build, given), given), case


@pytest.mark.parametrize(("engine", "name"), engines_and(SECOND, 8))
def test_hessian(engines, engine, name):
    job, case = hessian_of(name)
    got = engines.run(engine, [job])[0].outputs[0]
    direction = case.directions[0]
    n = direction.size
    matrix = got.reshape(n, n).astype(np.float64)
    tolerance = case.row.gradient_tolerance(engine)
    scale = max(1.0, float(np.abs(matrix).max()))
    np.testing.assert_allclose(matrix, matrix.T, rtol=tolerance.rtol, atol=2 * tolerance.atol * scale)
    product = (matrix @ direction.reshape(-1)).astype(np.float32).reshape(direction.shape)
    wanted = case.second_expected()[0]
    assert_close(product, wanted, Tolerance(tolerance.rtol, 4 * tolerance.atol * scale), name)
