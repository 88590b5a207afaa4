"""Every elementwise instruction, broadcasting and the random numbers against NumPy."""

import numpy as np
import pytest
from scipy import special

from .transpiled import Cases

RNG = np.random.default_rng(7)

UNARY = {
    "negative": np.negative,
    "absolute": np.abs,
    "sign": np.sign,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "reciprocal": lambda x: 1 / x,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "sigmoid": special.expit,
    "erf": special.erf,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.round,
}
BINARY = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "mod": np.mod,
    "floor_divide": np.floor_divide,
}
COMPARISONS = {
    "equal": np.equal,
    "not_equal": np.not_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
}
SPECIAL = np.array(
    [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        -2.5,
        1e-8,
        -1e-8,
        90.0,
        -90.0,
        1e30,
        -1e30,
        np.inf,
        -np.inf,
        np.nan,
    ],
    np.float32,
)


def expr(op, dtype, count, attr=None):
    return {"instrs": [[op, dtype, list(range(count)), attr]], "results": [count]}


@pytest.fixture()
def cases(engine_folder):
    return Cases(engine_folder)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_unary(cases):
    x = np.concatenate([SPECIAL, RNG.normal(size=3000).astype(np.float32) * 3])
    for op, reference in UNARY.items():
        want = reference(x.astype(np.float64)).astype(np.float32)
        cases.add(
            op,
            "elementwise",
            {"expr": expr(op, "float32", 1)},
            [[x, "float32"]],
            [[want, "float32"]],
            2.5e-7,
            1e-45,
        )
    n = np.array([0, 1, -1, 2147483647, -2147483648, 77], np.int32)
    for op in ["negative", "absolute", "sign"]:
        cases.add(
            op, "elementwise", {"expr": expr(op, "int32", 1)}, [[n, "int32"]], [[UNARY[op](n), "int32"]]
        )
    for op, reference in {"isnan": np.isnan, "isfinite": np.isfinite}.items():
        cases.add(
            op, "elementwise", {"expr": expr(op, "bool", 1)}, [[x, "float32"]], [[reference(x), "bool"]]
        )
    cases.check()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_binary(cases):
    grid = np.array([0.0, 1.0, -1.0, 2.5, -2.5, 0.3, 7.0, -7.0, np.inf, -np.inf, np.nan], np.float32)
    a, b = [v.reshape(-1) for v in np.meshgrid(grid, grid)]
    ints = np.array([0, 1, -1, 5, -5, 7, -7, 2147483647, -2147483648, 46341], np.int32)
    i, j = [v.reshape(-1) for v in np.meshgrid(ints, ints)]
    for op, reference in BINARY.items():
        want = reference(a, b)
        cases.add(
            op,
            "elementwise",
            {"expr": expr(op, "float32", 2)},
            [[a, "float32"], [b, "float32"]],
            [[want, "float32"]],
            1e-6,
        )
        if op in ("mod", "floor_divide"):
            safe = j != 0
            want, p, q = reference(i[safe].astype(np.int64), j[safe].astype(np.int64)), i[safe], j[safe]
        else:
            want, p, q = reference(i, j), i, j
        cases.add(
            op,
            "elementwise",
            {"expr": expr(op, "int32", 2)},
            [[p, "int32"], [q, "int32"]],
            [[want.astype(np.int32), "int32"]],
        )
    for op, reference in COMPARISONS.items():
        pair = [[a, "float32"], [b, "float32"]]
        cases.add(op, "elementwise", {"expr": expr(op, "bool", 2)}, pair, [[reference(a, b), "bool"]])
        pair = [[i, "int32"], [j, "int32"]]
        cases.add(op, "elementwise", {"expr": expr(op, "bool", 2)}, pair, [[reference(i, j), "bool"]])
    pair = [[a, "float32"], [b, "float32"]]
    cases.add("divide", "elementwise", {"expr": expr("divide", "float32", 2)}, pair, [[a / b, "float32"]])
    want = np.power(a.astype(np.float64), b).astype(np.float32)
    cases.add("power", "elementwise", {"expr": expr("power", "float32", 2)}, pair, [[want, "float32"]])
    p, q = np.array([3, -2, 2, 7, 0, 1], np.int32), np.array([4, 3, 31, 0, 0, 9], np.int32)
    cases.add(
        "power",
        "elementwise",
        {"expr": expr("power", "int32", 2)},
        [[p, "int32"], [q, "int32"]],
        [[p**q, "int32"]],
    )
    t = np.array([0, 0, 1, 1], np.uint8)
    u = np.array([0, 1, 0, 1], np.uint8)
    for op, reference in {"logical_and": np.logical_and, "logical_or": np.logical_or}.items():
        cases.add(
            op,
            "elementwise",
            {"expr": expr(op, "bool", 2)},
            [[t, "bool"], [u, "bool"]],
            [[reference(t, u), "bool"]],
        )
    cases.add(
        "not", "elementwise", {"expr": expr("logical_not", "bool", 1)}, [[t, "bool"]], [[1 - t, "bool"]]
    )
    where = [[(a > 0), "bool"], [a, "float32"], [b, "float32"]]
    cases.add(
        "where",
        "elementwise",
        {"expr": expr("where", "float32", 3)},
        where,
        [[np.where(a > 0, a, b), "float32"]],
    )
    cases.check()


def test_cast(cases):
    x = np.array([0.0, 0.4, -0.4, 1.9, -1.9, 255.0, 256.5, 300.0, -1.0], np.float32)
    n = np.array([0, 1, -1, 255, 256, -300], np.int32)
    cases.add(
        "f i", "elementwise", {"expr": expr("cast", "int32", 1)}, [[x, "float32"]], [[np.trunc(x), "int32"]]
    )
    cases.add("f b", "elementwise", {"expr": expr("cast", "bool", 1)}, [[x, "float32"]], [[x != 0, "bool"]])
    want = np.trunc(x).astype(np.int64) & 255
    cases.add("f u", "elementwise", {"expr": expr("cast", "uint8", 1)}, [[x, "float32"]], [[want, "uint8"]])
    cases.add("i f", "elementwise", {"expr": expr("cast", "float32", 1)}, [[n, "int32"]], [[n, "float32"]])
    cases.add("i u", "elementwise", {"expr": expr("cast", "uint8", 1)}, [[n, "int32"]], [[n & 255, "uint8"]])
    cases.add("i b", "elementwise", {"expr": expr("cast", "bool", 1)}, [[n, "int32"]], [[n != 0, "bool"]])
    cases.add(
        "u f",
        "elementwise",
        {"expr": expr("cast", "float32", 1)},
        [[n & 255, "uint8"]],
        [[n & 255, "float32"]],
    )
    cases.check()


@pytest.mark.parametrize(
    "shape, other",
    [
        ([], []),
        ([1], []),
        ([5], []),
        ([3, 4], [4]),
        ([3, 4], [3, 1]),
        ([3, 4], [1, 4]),
        ([2, 3, 4], [3, 1]),
        ([2, 3, 4], [2, 1, 4]),
        ([2, 1, 4], [1]),
        ([7, 500], [7, 1]),
        ([7, 500], [500]),
        ([3, 2500], [2500]),
        ([1500, 3], [1500, 1]),
        ([5000], [5000]),
        ([40000], [1]),
        ([0, 3], [3]),
        ([3, 0], [3, 1]),
    ],
)
def test_broadcast(cases, shape, other):
    a = RNG.normal(size=shape).astype(np.float32)
    b = RNG.normal(size=other).astype(np.float32)
    pair = [[a, "float32"], [b, "float32"]]
    cases.add("subtract", "elementwise", {"expr": expr("subtract", "float32", 2)}, pair, [[a - b, "float32"]])
    # A chain with numbers, values used twice, results that are operands and results of the middle.
    chain = {
        "instrs": [
            ["constant", "float32", [], 2.0],
            ["multiply", "float32", [1, 2], None],
            ["add", "float32", [0, 3], None],
            ["multiply", "float32", [4, 4], None],
            ["greater", "bool", [5, 3], None],
            ["where", "float32", [6, 4, 0], None],
        ],
        "results": [7, 4, 0, 6],
    }
    s = a + b * np.float32(2)
    want = np.where(s * s > b * 2, s, a)
    full = np.broadcast_to
    refs = [[want, "float32"], [full(s, a.shape), "float32"], [a, "float32"], [s * s > b * 2, "bool"]]
    cases.add("chain", "elementwise", {"expr": chain}, pair, refs)
    cases.check()


def test_iota_and_sizes(cases):
    for shape in [[4], [3, 5], [2, 3, 1500], [1, 1], [0, 2], []]:
        for axis in range(len(shape)):
            want = np.broadcast_to(
                np.arange(shape[axis]).reshape([-1] + [1] * (len(shape) - axis - 1)), shape
            )
            e = {"instrs": [["iota", "int32", [], axis]], "results": [0]}
            cases.add("iota", "elementwise", {"expr": e}, [], [[want, "int32"]])
        e = {"instrs": [["size", "int32", [], 9], ["cast", "float32", [0], None]], "results": [1]}
        cases.add("size", "elementwise", {"expr": e}, [], [[np.full(shape, 9.0), "float32"]])
    cases.check()


def threefry(k0, k1, c0, c1):
    mask = 0xFFFFFFFF
    keys = [k0 & mask, k1 & mask, (k0 ^ k1 ^ 0x1BD11BDA) & mask]
    x, y = (c0 + keys[0]) & mask, (c1 + keys[1]) & mask
    for group in range(5):
        for r in [13, 15, 26, 6] if group % 2 == 0 else [17, 29, 16, 24]:
            x = (x + y) & mask
            y = (((y << r) | (y >> (32 - r))) & mask) ^ x
        x = (x + keys[(group + 1) % 3]) & mask
        y = (y + keys[(group + 2) % 3] + group + 1) & mask
    return x, y


def test_threefry_known_answers():
    assert threefry(0, 0, 0, 0) == (0x6B200159, 0x99BA4EFE)
    assert threefry(-1, -1, -1, -1) == (0x1CB996FC, 0xBB002BE7)


def test_random(cases):
    keys = [[np.array(v, np.int32), "int32"] for v in (123456789, -987654321, 5)]
    bits = np.array([threefry(123456789, -987654321, n, 5)[0] for n in range(2600)], np.uint32)
    shape = [2, 1300]
    e = {"instrs": [["random_bits", "int32", [0, 1, 2], None]], "results": [3]}
    cases.add("bits", "elementwise", {"expr": e}, keys, [[bits.view(np.int32).reshape(shape), "int32"]])
    e = {
        "instrs": [["random_bits", "int32", [0, 1, 2], None], ["bits_to_uniform", "float32", [3], None]],
        "results": [4],
    }
    want = (bits >> 8).astype(np.float64) * 2.0**-24
    cases.add("uniform", "elementwise", {"expr": e}, keys, [[want.reshape(shape), "float32"]], 0, 0)
    e = {
        "instrs": [["random_bits", "int32", [0, 1, 2], None], ["bits_to_normal", "float32", [3], None]],
        "results": [4],
    }
    x = (2.0 * (bits >> 9) + 1) * 2.0**-23 - 1
    want = np.sqrt(2) * special.erfinv(x)
    cases.add("normal", "elementwise", {"expr": e}, keys, [[want.reshape(shape), "float32"]], 2e-6, 1e-7)
    cases.check()
