"""Expressions above the size from which they are WebAssembly SIMD: units in the last place, edges, ends, ways of
broadcasting.
"""

import numpy as np
import pytest
from scipy import special

from .transpiled import Cases, one_step, run_cases

RNG = np.random.default_rng(11)
# The largest error in units of the last place, beyond the half that rounding takes.
FUNCTIONS = {
    "exp": [np.exp, 2],
    "expm1": [np.expm1, 2],
    "log": [np.log, 2],
    "log1p": [np.log1p, 2],
    "sigmoid": [special.expit, 3],
    "tanh": [np.tanh, 3],
    "erf": [special.erf, 2],
    "sin": [np.sin, 2],
    "cos": [np.cos, 2],
    "tan": [np.tan, 4],
    "sqrt": [np.sqrt, 0.51],
}
EDGES = [
    0.0,
    -0.0,
    1e-40,
    -1e-40,
    1e-8,
    88.7,
    89.0,
    -87.5,
    -103.0,
    16777216.0,
    1e9,
    3e38,
    np.inf,
    -np.inf,
    np.nan,
]


def expr(op, dtype, count):
    return {"instrs": [[op, dtype, list(range(count)), None]], "results": [count]}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_units_in_the_last_place(engine_folder):
    sizes = 2.0 ** RNG.uniform(-30, 30, 6000) * RNG.choice([-1, 1], 6000)
    x = np.concatenate([EDGES, sizes, RNG.uniform(-100, 100, 6001)]).astype(np.float32)
    cases = []
    for op in FUNCTIONS:
        inputs = [[x, "float32"]]
        plan = one_step("elementwise", {"expr": expr(op, "float32", 1)}, inputs, [[[len(x)], "float32"]])
        cases.append({"plan": plan, "inputs": inputs})
    run_cases(engine_folder, cases, "relaxed")
    for case, (op, (reference, most)) in zip(cases, FUNCTIONS.items(), strict=True):
        want = reference(x.astype(np.float64))
        near = want.astype(np.float32)
        got = case["got"][0]
        finite = np.isfinite(near)
        np.testing.assert_array_equal(got[~finite], near[~finite], err_msg=op)
        error = np.abs(got[finite].astype(np.float64) - want[finite]) / np.abs(
            np.spacing(near[finite])
        ).astype(float)
        assert error.max() <= most, (op, error.max(), x[finite][error.argmax()])


@pytest.mark.parametrize(
    "shape, other",
    [
        ([1026], [1]),
        ([1027], [1027]),
        ([7, 501], [7, 1]),
        ([501, 7], [7]),
        ([600, 2], [600, 1]),
        ([4, 10, 10, 5], [4, 1, 1, 5]),
        ([4, 10, 10, 5], [1, 10, 1, 5]),
        ([7, 3, 9, 9], [7, 3, 9, 1]),
    ],
)
def test_ways_of_broadcasting(engine_folder, shape, other):
    a = RNG.normal(size=shape).astype(np.float32)
    b = RNG.normal(size=other).astype(np.float32)
    chain = {
        "instrs": [
            ["subtract", "float32", [0, 1], None],
            ["greater", "bool", [2, 1], None],
            ["where", "float32", [3, 2, 0], None],
            ["iota", "int32", [], 0],
        ],
        "results": [4, 3, 0, 5],
    }
    first = np.broadcast_to(np.arange(shape[0]).reshape([-1] + [1] * (len(shape) - 1)), shape)
    want = [[np.where(a - b > b, a - b, a), "float32"], [a - b > b, "bool"], [a, "float32"], [first, "int32"]]
    cases = Cases(engine_folder)
    cases.add("chain", "elementwise", {"expr": chain}, [[a, "float32"], [b, "float32"]], want, 0, 0)
    cases.check()
