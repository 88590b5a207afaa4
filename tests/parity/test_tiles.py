"""Kernels that work in tiles, on the edges of every tile: sizes around the powers of two, and odd
geometries.
"""

import functools
import itertools
import random

import numpy as np
import pytest
from engines import ENGINES, Job
from parity import reference
from parity.harness import assert_close, plan_of
from parity.rows import Tolerance

from pybrowserml.core.autodiff import gradients
from pybrowserml.core.opset import convolution, pooling
from pybrowserml.core.opset.binary import add
from pybrowserml.core.opset.matmul import matmul
from pybrowserml.core.opset.unary import tanh

EDGES = [*range(1, 10), 15, 16, 17, 31, 32, 33, 63, 64, 65]
TOLERANCE = {"webgl": Tolerance(4e-6, 2e-5)}
DEFAULT = Tolerance(4e-6, 1e-5)
# Few tasks of many jobs: one call carries a task.
TASKS = 6


def matrix_sizes(engine):
    """All small sizes where that is quick, and a sample of the large ones."""
    pick = random.Random(3)
    small = list(itertools.product(range(1, 10), repeat=3))
    large = [tuple(pick.choice(EDGES) for _ in range(3)) for _ in range(180)]
    return (pick.sample(small, 90) if engine in ("cpu", "webgl") else small) + large


@functools.cache
def matrix_job(m, k, n):
    kind = (m + 3 * k + 7 * n) % 8
    ta, tb, fused = kind % 2 == 1, kind // 2 % 2 == 1, kind >= 4
    rng = np.random.default_rng([m, k, n])
    a = rng.uniform(-1, 1, (k, m) if ta else (m, k)).astype(np.float32)
    b = rng.uniform(-1, 1, (n, k) if tb else (k, n)).astype(np.float32)
    bias = rng.uniform(-1, 1, n).astype(np.float32)
    wanted = reference.transposed_matmul(a.astype(np.float64), b.astype(np.float64), ta, tb)

    def build(x):
        product = matmul(x[0], x[1], ta, tb)
        return tanh(add(product, x[2])) if fused else product

    return Job(plan_of(build, [a, b, bias]), [a, b, bias]), [np.tanh(wanted + bias) if fused else wanted]


# batch axes of a, of b
BATCHES = [([2], []), ([], [3]), ([2, 1], [3]), ([1], [4]), ([2, 3, 2], [2, 3, 2]), ([0], [])]


@functools.cache
def batch_job(lead_a, lead_b, m, k, n):
    rng = np.random.default_rng([m, k, n, len(lead_a)])
    a = rng.uniform(-1, 1, (*lead_a, m, k)).astype(np.float32)
    b = rng.uniform(-1, 1, (*lead_b, k, n)).astype(np.float32)
    return Job(plan_of(lambda x: matmul(x[0], x[1]), [a, b]), [a, b]), [
        np.matmul(a.astype(np.float64), b.astype(np.float64))
    ]


@functools.cache
def convolution_cases():
    pick = random.Random(5)
    cases = []
    while len(cases) < 150:
        groups = pick.choice([1, 1, 1, 2, 3, 0])
        c, f = pick.choice([1, 2, 3, 4, 5, 8]), pick.choice([1, 2, 3, 4, 5, 8])
        if groups == 0:
            groups, f = c, c * pick.choice([1, 2])
        elif groups > 1:
            c, f = groups * pick.choice([1, 2, 4]), groups * pick.choice([1, 2, 3, 4])
        kernel = [pick.choice([1, 2, 3, 5]), pick.choice([1, 2, 3, 5])]
        strides = [pick.choice([1, 1, 2, 3]), pick.choice([1, 1, 2, 3])]
        dilations = [pick.choice([1, 1, 2]), pick.choice([1, 1, 3])]
        x = [pick.choice([1, 2, 3]), pick.randint(1, 11), pick.randint(1, 11), c]
        padding = pick.choice(["same", "valid", "explicit"])
        pads = [[0, 0], [0, 0]]
        if padding == "same":
            pads = reference.same_pads(x[1:3], kernel, strides, dilations)
        elif padding == "explicit":
            pads = [[pick.randint(0, 3), pick.randint(0, 3)], [pick.randint(0, 3), pick.randint(0, 3)]]
        room = [x[1 + i] + sum(pads[i]) - (kernel[i] - 1) * dilations[i] for i in range(2)]
        if min(room) >= 1:
            cases.append((x, [*kernel, c // groups, f], strides, pads, dilations, groups))
    return cases + many_channels()


def many_channels():
    """What layers in the middle of a network look like, for which kernels have ways of their own."""
    pick = random.Random(8)
    cases = []
    for c, f in [(8, 8), (8, 12), (9, 8), (12, 17), (16, 16), (17, 9), (16, 33), (33, 16), (64, 8)]:
        for k in (1, 3):
            x = [pick.choice([1, 2]), pick.randint(2, 13), pick.randint(2, 13), c]
            pads = pick.choice([[[k // 2, k // 2]] * 2, [[k // 2, 0], [0, k // 2]], [[2, 1], [1, 2]]])
            cases.append((x, [k, k, c, f], [1, 1], pads, [1, 1], 1))
    for c, multiplier in [(8, 1), (17, 1), (33, 2)]:
        for strides in ([1, 1], [2, 2]):
            x = [2, pick.randint(5, 12), pick.randint(5, 12), c]
            pads = reference.same_pads(x[1:3], [3, 3], strides)
            cases.append((x, [3, 3, 1, c * multiplier], strides, pads, [1, 1], c))
    return cases + depthwise_rows()


def depthwise_rows():
    """Depthwise 3x3 whose rows are longer than a block of pixels, narrower than the filter, or lie 512 channels apart;
    pads of one and of two columns, on either side.
    """
    cases = []
    for size, c, stride, pads in [
        ([3, 64], 2, 1, [[1, 1], [1, 1]]),
        ([4, 66], 3, 1, [[1, 0], [0, 1]]),
        ([3, 131], 2, 2, [[1, 1], [1, 1]]),
        ([4, 130], 2, 2, [[0, 1], [0, 1]]),
        ([5, 68], 2, 1, [[2, 2], [2, 1]]),
        ([1, 1], 3, 1, [[1, 1], [1, 1]]),
        ([2, 1], 3, 2, [[1, 1], [1, 1]]),
        ([1, 2], 2, 1, [[1, 1], [1, 0]]),
        ([3, 4], 512, 1, [[1, 1], [1, 1]]),
        ([5, 4], 512, 2, [[0, 1], [0, 1]]),
    ]:
        cases.append(([2, *size, c], [3, 3, 1, c], [stride, stride], pads, [1, 1], c))
    cases.append(([1, 6, 7, 2], [3, 3, 1, 2], [2, 1], [[1, 1], [1, 1]], [2, 1], 2))
    return cases


@functools.cache
def convolution_job(number):
    x_shape, w_shape, strides, pads, dilations, groups = convolution_cases()[number]
    rng = np.random.default_rng([11, number])
    x = rng.uniform(-1, 1, x_shape).astype(np.float32)
    w = rng.uniform(-1, 1, w_shape).astype(np.float32)
    wide = [x.astype(np.float64), w.astype(np.float64)]
    y = reference.conv2d(*wide, strides, pads, dilations, groups)
    dy = rng.uniform(-1, 1, y.shape).astype(np.float32)

    def build(given):
        made = convolution.conv2d(given[0], given[1], strides, pads, dilations, groups)
        return [made, *gradients([made], given[:2], [given[2]])]

    wanted = reference.conv2d_gradients(*wide, dy.astype(np.float64), strides, pads, dilations, groups)
    return Job(plan_of(build, [x, w, dy]), [x, w, dy]), [y, *wanted]


@functools.cache
def pooling_cases():
    pick = random.Random(6)
    cases = []
    while len(cases) < 90:
        x = [pick.choice([1, 2]), pick.randint(1, 11), pick.randint(1, 11), pick.choice([1, 2, 3, 4, 5, 8])]
        size = [pick.randint(1, 4), pick.randint(1, 4)]
        strides = [pick.randint(1, 3), pick.randint(1, 3)]
        pads = [[pick.randint(0, size[i] - 1), pick.randint(0, size[i] - 1)] for i in range(2)]
        if pick.random() < 0.4:
            pads = reference.same_pads(x[1:3], size, strides)
        if all(
            x[1 + i] + sum(pads[i]) >= size[i] and _all_meet(x[1 + i], size[i], strides[i], pads[i])
            for i in range(2)
        ):
            cases.append((x, size, strides, pads))
    return cases


def _all_meet(n, window, stride, pads):
    """Every window has a part inside x."""
    starts = range(-pads[0], n + pads[1] - window + 1, stride)
    return all(start < n and start + window > 0 for start in starts)


@functools.cache
def pooling_job(number):
    x_shape, size, strides, pads = pooling_cases()[number]
    rng = np.random.default_rng([12, number])
    x = rng.uniform(-1, 1, x_shape).astype(np.float32)
    wide = x.astype(np.float64)
    most, places = reference.max_pool2d(wide, size, strides, pads)
    mean = reference.avg_pool2d(wide, size, strides, pads)
    dy = rng.uniform(-1, 1, mean.shape).astype(np.float32)

    def build(given):
        found = pooling.max_pool2d(given[0], size, strides, pads)
        average = pooling.avg_pool2d(given[0], size, strides, pads)
        by_max = gradients([found[0]], [given[0]], [given[1]])
        by_mean = gradients([average], [given[0]], [given[1]])
        return [found[0], found[1], average, by_max[0], by_mean[0]]

    wanted = [most, places, mean, reference.max_pool2d_gradient(wide, dy, places)]
    wanted.append(reference.avg_pool2d_gradient(wide, dy, size, strides, pads))
    return Job(plan_of(build, [x, dy]), [x, dy]), wanted


def check(engines, engine, cases, labels):
    results = engines.run(engine, [job for job, _ in cases])
    wrong = []
    for result, (_, wanted), label in zip(results, cases, labels, strict=True):
        try:
            for i, (got, numbers) in enumerate(zip(result.outputs, wanted, strict=True)):
                assert_close(got, numbers, TOLERANCE.get(engine, DEFAULT), f"result {i}")
        except AssertionError as failure:
            wrong.append(f"{label}: {str(failure)[:400]}")
    assert not wrong, f"{len(wrong)} of {len(cases)}:\n" + "\n".join(wrong[:6])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("task", range(TASKS))
def test_matmul(engines, engine, task):
    sizes = matrix_sizes(engine)[task::TASKS]
    check(engines, engine, [matrix_job(*size) for size in sizes], sizes)


@pytest.mark.parametrize("engine", ENGINES)
def test_matmul_of_batches(engines, engine):
    labels = [
        (tuple(a), tuple(b), *size)
        for a, b in BATCHES
        for size in [(1, 1, 1), (3, 5, 2), (4, 4, 4), (7, 9, 6)]
    ]
    check(engines, engine, [batch_job(*label) for label in labels], labels)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("task", range(TASKS))
def test_convolution(engines, engine, task):
    numbers = range(task, len(convolution_cases()), TASKS)
    labels = [convolution_cases()[number] for number in numbers]
    check(engines, engine, [convolution_job(number) for number in numbers], labels)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("task", range(3))
def test_pooling(engines, engine, task):
    numbers = range(task, len(pooling_cases()), 3)
    labels = [pooling_cases()[number] for number in numbers]
    check(engines, engine, [pooling_job(number) for number in numbers], labels)


def test_the_reference_convolution_agrees_with_scipy():
    from scipy.signal import correlate

    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(2, 7, 6, 3)), rng.normal(size=(3, 2, 3, 4))
    found = reference.conv2d(x, w, [2, 1], [[0, 0], [0, 0]], [1, 1], 1)
    for n, f in itertools.product(range(2), range(4)):
        wanted = correlate(x[n], w[..., f], mode="valid")[::2, :, 0]
        np.testing.assert_allclose(found[n, ..., f], wanted, rtol=1e-10)
