"""The cpu engine with threads, however small the work: the same bits as on one thread, and right.

Some of the tiles' edges and a few rows always, all of both with `make test-limits` (PYBROWSERML_LIMITS=1).
"""

import os

import pytest
from engines import THREADS
from parity import test_tiles
from parity.table import ROWS
from parity.test_table import BY_NAME, DIFFERENTIABLE, check, first_of, forward_of

WHOLE = os.environ.get("PYBROWSERML_LIMITS") is not None
# What threads share of rows so small: products, convolutions of each kind, windows, reductions, also in larger plans.
CHOSEN = [
    "matmul ta tb",
    "conv of volumes, groups",
    "conv_transpose, dilated",
    "depthwise_conv2d, separable_conv2d",
    "conv2d stride larger than the kernel",
    "conv2d with bias and relu",
    "tanh of max_pool2d whole image",
    "average_pool of volumes, first",
    "reduce_sum [2, 1, 3, 2, 2] [1, 3] keepdims=True",
    "dot_product_attention with everything",
    "pinv",
    "map",
]
NAMES = [row.name for row in ROWS] if WHOLE else CHOSEN


def same_bits(engines, jobs, labels):
    """How many of the jobs threads shared; those with another result than on one thread are an error."""
    alone, *others = [engines.run(engine, jobs) for engine in THREADS]
    for engine, shared in zip(THREADS[1:], others, strict=True):
        for label, one, many in zip(labels, alone, shared, strict=True):
            for wanted, got in zip(one.outputs, many.outputs, strict=True):
                assert wanted.tobytes() == got.tobytes(), f"{engine}, {label}"
    return sum(result.shared for result in others[0])


@pytest.fixture(scope="module", autouse=True)
def called(engines):
    """Threads come with the first plan that they can share, which is computed without them."""
    job = test_tiles.matrix_job(65, 33, 17)[0]
    for engine in THREADS:
        for _ in range(2):
            found = engines.run(engine, [job])[0]
        assert found.shared == (engine != THREADS[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_row(engines, name):
    row = BY_NAME[name]
    check(engines, THREADS[1], forward_of(name), row.tolerance("cpu"))
    shared = 0
    for jobs_of in [forward_of, first_of] if name in DIFFERENTIABLE else [forward_of]:
        jobs = jobs_of(name)[0]
        shared += same_bits(engines, jobs, [f"{name}, case {case}" for case in range(len(jobs))])
    assert shared > 0 or name not in CHOSEN


STEP = 1 if WHOLE else 4
EDGES = {
    "products": [(test_tiles.matrix_job, size) for size in test_tiles.matrix_sizes("cpu-node")[::STEP]],
    "convolutions": [
        (test_tiles.convolution_job, [i]) for i in range(0, len(test_tiles.convolution_cases()), STEP)
    ],
    "windows": [(test_tiles.pooling_job, [i]) for i in range(0, len(test_tiles.pooling_cases()), STEP)],
}


@pytest.mark.parametrize("kind", EDGES)
def test_edges_of_tiles(engines, kind):
    jobs = [make(*given)[0] for make, given in EDGES[kind]]
    assert same_bits(engines, jobs, [given for _, given in EDGES[kind]]) > len(jobs) // 4
