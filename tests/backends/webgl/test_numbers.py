"""The GLSL library's accuracy against float64, its special values, and random numbers bit for bit."""

# ruff: noqa: E501
import numpy as np
import pytest
from scipy import special
from webgl_harness import dtype_name, one_step, reference

pytestmark = pytest.mark.browser

F = "float32"
random = np.random.default_rng(3)
TINY = float(np.finfo(np.float32).tiny)
HUGE = float(np.finfo(np.float32).max)


def apply(page, op, inputs, dtype=F):
    instrs = [[op, dtype, list(range(len(inputs))), None]]
    plan = one_step(
        "elementwise",
        inputs,
        [(inputs[0].shape, dtype)],
        {"expr": {"instrs": instrs, "results": [len(inputs)]}},
    )
    return page.run(plan, inputs)["outputs"][0]


def everyday():
    parts = [random.normal(size=5000) * scale for scale in [1e-6, 1e-3, 0.1, 1, 5, 20, 60]]
    parts.append(np.array([0, -0.0, 1, -1, np.inf, -np.inf, np.nan, 88.7, 88.8, -87.3, -100, 3e38, -3e38]))
    return np.concatenate(parts).astype(np.float32)


def large():
    return np.concatenate([random.normal(size=3000) * 10.0**k for k in range(3, 38, 3)]).astype(np.float32)


def positive():
    parts = [
        np.exp(random.normal(size=10000) * 20),
        1 + random.normal(size=5000) * 0.1,
        1 + random.normal(size=5000) * 1e-4,
    ]
    parts.append(np.array([0, 1, np.inf, np.nan, -1, 3e38, 1.2e-38]))
    return np.concatenate(parts).astype(np.float32)


def check(got, wanted, tolerance):
    """Relative error where the result is a normal float32, the same special values elsewhere, denormals as
    zero.
    """
    normal = np.isfinite(wanted) & (np.abs(wanted) > 2 * TINY) & (np.abs(wanted) < HUGE)
    error = np.abs(got[normal].astype(np.float64) - wanted[normal]) / np.abs(wanted[normal])
    assert error.max() < tolerance
    with np.errstate(all="ignore"):
        rest, expected = got[~normal], wanted[~normal].astype(np.float32)
    same = (rest == expected) | (np.isnan(rest) & np.isnan(expected))
    flushed = (np.abs(wanted[~normal]) <= 2 * TINY) & (np.abs(rest) <= 2 * TINY)
    assert np.all(same | flushed)


FUNCTIONS = [
    ("exp", np.exp, everyday), ("expm1", np.expm1, everyday), ("tanh", np.tanh, everyday), ("erf", special.erf, everyday),
    ("sigmoid", special.expit, everyday), ("sin", np.sin, everyday), ("cos", np.cos, everyday), ("tan", np.tan, everyday),
    ("sin", np.sin, large), ("cos", np.cos, large), ("tan", np.tan, large), ("log", np.log, positive),
    ("log1p", np.log1p, positive), ("log1p", np.log1p, everyday), ("sqrt", np.sqrt, positive),
    ("rsqrt", lambda x: 1 / np.sqrt(x), positive), ("reciprocal", lambda x: 1 / x, positive),
]  # fmt: skip


@pytest.mark.parametrize("op, function, points", FUNCTIONS)
def test_functions_are_accurate(page, op, function, points):
    x = points()
    with np.errstate(all="ignore"):
        check(apply(page, op, [x]), function(x.astype(np.float64)), 4e-7)


def test_power_is_accurate(page):
    a = np.exp(random.normal(size=20000) * 3).astype(np.float32)
    b = (random.normal(size=20000) * 10).astype(np.float32)
    signed = (random.normal(size=5000) * 3).astype(np.float32)
    whole = random.integers(-6, 7, size=5000).astype(np.float32)
    with np.errstate(all="ignore"):
        check(apply(page, "power", [a, b]), np.power(a.astype(np.float64), b), 4e-7)
        check(apply(page, "power", [signed, whole]), np.power(signed.astype(np.float64), whole), 4e-7)


@pytest.mark.parametrize("op", ["power", "mod", "floor_divide", "maximum", "minimum", "divide"])
def test_special_values(page, op):
    values = np.array([0, -0.0, 1, -1, 0.5, 2, -2, 3, -3, 0.3, np.inf, -np.inf, np.nan], dtype=np.float32)
    a, b = [grid.ravel().copy() for grid in np.meshgrid(values, values)]
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(apply(page, op, [a, b]), getattr(np, op)(a, b), rtol=1e-6)


def test_huge_divisors(page):
    """Reciprocals of numbers above 2**126 are no normal numbers, and yet the quotients are."""
    sizes = (2.0 ** random.uniform(120, 127.9, 4000)).astype(np.float32)
    a = (sizes[:2000] * random.choice([-1, 1, 0.25], 2000)).astype(np.float32)
    b = sizes[2000:] * random.choice([-1, 1], 2000).astype(np.float32)
    check(apply(page, "divide", [a, b]), a.astype(np.float64) / b, 4e-7)
    check(apply(page, "arctan2", [a, b]), np.arctan2(a.astype(np.float64), b), 4e-7)
    assert np.array_equal(apply(page, "floor_divide", [a, b]), np.floor_divide(a, b))


def test_remainders_of_large_quotients_are_exact(page):
    a = (random.normal(size=20000) * 1000).astype(np.float32)
    b = (random.normal(size=20000) * 7).astype(np.float32)
    assert np.array_equal(apply(page, "mod", [a, b]), np.mod(a, b))
    assert np.array_equal(apply(page, "floor_divide", [a, b]), np.floor_divide(a, b))


@pytest.mark.parametrize("op", ["add", "subtract", "multiply", "mod", "floor_divide", "maximum", "minimum"])
def test_integers_wrap_and_survive_beyond_24_bits(page, op):
    a = random.integers(-(2**31), 2**31, size=2000).astype(np.int32)
    b = random.integers(1, 20, size=2000).astype(np.int32) * random.choice([-1, 1], size=2000).astype(
        np.int32
    )
    assert np.array_equal(apply(page, op, [a, b], "int32"), getattr(np, op)(a, b))


def test_casts(page):
    x = np.array([0, 1.9, -1.9, 255.7, 256, 300.2, -1, -300.5, 2e9, 1e5], dtype=np.float32)
    whole = np.trunc(x).astype(np.int64)
    assert np.array_equal(apply(page, "cast", [x], "int32"), whole.astype(np.int32))
    assert np.array_equal(apply(page, "cast", [x], "bool"), x != 0)
    assert np.array_equal(apply(page, "cast", [x], "uint8"), (whole & 255).astype(np.uint8))
    assert dtype_name(apply(page, "cast", [x != 0], F)) == F


@pytest.mark.parametrize("shape", [(4096,), (97, 13), (5, 7, 11)])
def test_random_bits_are_those_of_numpy(page, shape):
    keys = [np.array(k, dtype=np.int32) for k in (12345, -7, 3)]
    instrs = [
        ["random_bits", "int32", [0, 1, 2], None],
        ["bits_to_uniform", F, [3], None],
        ["bits_to_normal", F, [3], None],
    ]
    plan = one_step(
        "elementwise",
        keys,
        [(shape, "int32"), (shape, F), (shape, F)],
        {"expr": {"instrs": instrs, "results": [3, 4, 5]}},
    )
    got, wanted = page.run(plan, keys)["outputs"], reference(plan, keys)
    assert np.array_equal(got[0], wanted[0])
    assert np.array_equal(got[1], wanted[1])
    assert np.abs(got[2].astype(np.float64) - wanted[2]).max() < 1e-6


def test_normals_in_the_tails(page):
    ends = np.concatenate([np.arange(20000), 2**23 - 1 - np.arange(20000), np.arange(0, 2**23, 401)])
    bits = (ends << 9).astype(np.uint32).view(np.int32)
    plan = one_step(
        "elementwise", [bits], [(bits.shape, F)],
        {"expr": {"instrs": [["bits_to_normal", F, [0], None]], "results": [1]}},
    )  # fmt: skip
    got, wanted = page.run(plan, [bits])["outputs"][0], reference(plan, [bits])[0]
    assert np.abs(got.astype(np.float64) - wanted).max() < 1e-6
