"""Random chains of integer operations of every dtype: fused on each engine, they give what the NumPy engine gives."""

import numpy as np
import pytest
from engines import Job
from parity.harness import plan_of
from parity.table_dtypes import EDGES

from pybrowserml import ops
from pybrowserml.core.dtypes import INTEGERS

BINARY = [ops.add, ops.subtract, ops.multiply, ops.maximum, ops.minimum, ops.mod, ops.floor_divide, ops.power]
BINARY += [ops.bitwise_and, ops.bitwise_or, ops.bitwise_xor, ops.left_shift, ops.right_shift, ops.gcd]
COMPARISONS = [ops.less, ops.less_equal, ops.equal, ops.greater, ops.not_equal]
UNARY = [ops.negative, ops.abs, ops.sign, ops.bitwise_not, ops.square]


def chain(seed):
    """A function of four tensors of the four dtypes: 20 operations, of whose results the last six are kept."""

    def build(inputs):
        rng = np.random.default_rng(seed)
        held = list(inputs)

        def pick():
            return held[rng.integers(max(0, len(held) - 8), len(held))]

        for _ in range(20):
            kind = rng.integers(5)
            if kind < 2:
                made = BINARY[rng.integers(len(BINARY))](pick(), pick())
            elif kind == 2:
                made = UNARY[rng.integers(len(UNARY))](pick())
            elif kind == 3:
                made = ops.cast(pick(), INTEGERS[rng.integers(len(INTEGERS))])
            else:
                holds = COMPARISONS[rng.integers(len(COMPARISONS))](pick(), pick())
                made = ops.where(holds, pick(), pick())
            held.append(made)
        return held[-6:]

    return build


def arrays(seed):
    rng = np.random.default_rng(seed)
    shapes = [[3, 10], [10], [3, 1], [3, 10]]
    return [rng.choice(np.asarray(EDGES[d], dtype=d), size=s) for d, s in zip(INTEGERS, shapes, strict=True)]


@pytest.mark.parametrize("engine, seeds", [("cpu-node", range(60)), ("webgl", range(60, 72))])
def test_engines_agree(engines, engine, seeds):
    jobs = [Job(plan_of(chain(seed), arrays(seed)), arrays(seed)) for seed in seeds]
    wanted = engines.run("numpy", jobs)
    for seed, found, there in zip(seeds, engines.run(engine, jobs), wanted, strict=True):
        for k, (got, number) in enumerate(zip(found.outputs, there.outputs, strict=True)):
            assert got.dtype == number.dtype
            np.testing.assert_array_equal(got, number, err_msg=f"seed {seed}, result {k}")
