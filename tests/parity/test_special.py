"""Infinities, NaN, signed zeros, huge and tiny numbers through every elementwise op."""

import warnings

import numpy as np
import pytest
from engines import ENGINES, Job
from parity.harness import plan_of
from scipy import special

from pybrowserml.core.opset import binary, reduction, unary

X = np.array(
    [
        np.inf,
        -np.inf,
        np.nan,
        0.0,
        -0.0,
        3.4e38,
        -3.4e38,
        2e-38,
        -2e-38,
        1.0,
        -1.0,
        88.0,
        100.0,
        -88.0,
        -104.0,
        1e6,
        -1e6,
    ],
    dtype=np.float32,
)

UNARY = {
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "reciprocal": lambda x: 1 / x,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "sigmoid": special.expit,
    "erf": special.erf,
    "floor": np.floor,
    "ceil": np.ceil,
    "round_half_even": np.rint,
    "negative": np.negative,
    "absolute": np.abs,
    "sign": np.sign,
    "isnan": np.isnan,
    "isfinite": np.isfinite,
}
DENORMALS = np.array([1e-38, -1e-38, 1e-40, -1e-45], dtype=np.float32)
# A GPU may lose numbers below the smallest normal one, and how its sine treats 3e38 is not ours to say.
TINY = 1.1754944e-38
HUGE_ANGLES = ["sin", "cos"]

BINARY = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
}
LEFT, RIGHT = (grid.reshape(-1).copy() for grid in np.meshgrid(X[:11], X[:11]))


def agree(got, wanted, label, inputs, engine):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = wanted if wanted.dtype.kind == "b" else wanted.astype(np.float32)
    if wanted.dtype.kind == "b":
        good = got == wanted
    else:
        atol = TINY if engine == "webgl" else 2e-45
        good = np.isclose(got, wanted, rtol=4e-6, atol=atol, equal_nan=True)
    shown = [(*(float(x[i]) for x in inputs), got[i], wanted[i]) for i in np.flatnonzero(~good)]
    assert not shown, f"{label} (inputs, got, wanted): {shown}"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", UNARY)
def test_unary(engines, engine, name):
    x = X[np.abs(X) < 1e38] if name in HUGE_ANGLES else X
    if name in HUGE_ANGLES:
        x = np.append(x, np.float32([np.inf, -np.inf, np.nan]))
    job = Job(plan_of(lambda t: getattr(unary, name)(t[0]), [x]), [x])
    with np.errstate(all="ignore"):
        wanted = UNARY[name](x.astype(np.float64))
    agree(engines.run(engine, [job])[0].outputs[0], wanted, name, [x], engine)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", BINARY)
def test_binary(engines, engine, name):
    job = Job(plan_of(lambda t: getattr(binary, name)(t[0], t[1]), [LEFT, RIGHT]), [LEFT, RIGHT])
    with np.errstate(all="ignore"):
        wanted = BINARY[name](LEFT.astype(np.float64), RIGHT.astype(np.float64))
    agree(engines.run(engine, [job])[0].outputs[0], wanted, name, [LEFT, RIGHT], engine)


@pytest.mark.parametrize("engine", ENGINES[:3])
@pytest.mark.parametrize("name", ["log", "sqrt", "reciprocal", "floor", "ceil", "sign", "negative"])
def test_denormals(engines, engine, name):
    job = Job(plan_of(lambda t: getattr(unary, name)(t[0]), [DENORMALS]), [DENORMALS])
    with np.errstate(all="ignore"):
        wanted = UNARY[name](DENORMALS.astype(np.float64))
    agree(engines.run(engine, [job])[0].outputs[0], wanted, name, [DENORMALS], engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_power(engines, engine):
    base = np.array(
        [0, 0, 0, -0.0, 1, 1, 2, 2, -2, -2, -8, np.inf, np.inf, np.nan, np.nan, -1], dtype=np.float32
    )
    exponent = np.array(
        [0, 2, -1, 3, np.nan, np.inf, 200, -200, 3, 2, 1 / 3, 2, -1, 0, 1, 7], dtype=np.float32
    )
    job = Job(plan_of(lambda t: binary.power(t[0], t[1]), [base, exponent]), [base, exponent])
    with np.errstate(all="ignore"):
        wanted = np.power(base.astype(np.float64), exponent.astype(np.float64))
    agree(engines.run(engine, [job])[0].outputs[0], wanted, "power", [base, exponent], engine)


@pytest.mark.parametrize("engine", ENGINES[:3])
def test_signs_of_zero(engines, engine):
    x = np.array([0.0, -0.0, 1.0, -1.0], dtype=np.float32)
    job = Job(plan_of(lambda t: [unary.negative(t[0]), unary.floor(t[0]), unary.sqrt(t[0])], [x]), [x])
    with np.errstate(all="ignore"):
        wanted = [-x, np.floor(x), np.sqrt(x)]
    for got, numbers in zip(engines.run(engine, [job])[0].outputs, wanted, strict=True):
        np.testing.assert_array_equal(np.signbit(got[:2]), np.signbit(numbers[:2]))


@pytest.mark.parametrize("engine", ENGINES)
def test_reductions(engines, engine):
    x = np.array(
        [[1, np.inf, 2], [1, np.nan, 3], [-np.inf, np.inf, 0], [-np.inf, -np.inf, -np.inf], [np.nan] * 3],
        dtype=np.float32,
    )

    def build(t):
        return [
            reduction.reduce_sum(t[0], 1, False),
            reduction.reduce_max(t[0], 1, False),
            reduction.reduce_min(t[0], 1, False),
        ]

    with np.errstate(all="ignore"):
        wanted = [x.sum(1), x.max(1), x.min(1)]
    outputs = engines.run(engine, [Job(plan_of(build, [x]), [x])])[0].outputs
    for name, got, numbers in zip(["sum", "max", "min"], outputs, wanted, strict=True):
        np.testing.assert_array_equal(got, numbers, err_msg=name)


@pytest.mark.parametrize("engine", ENGINES)
def test_arguments_of_infinities(engines, engine):
    x = np.array([[-np.inf] * 3, [np.inf, np.inf, 1], [1, -np.inf, -np.inf]], dtype=np.float32)
    job = Job(
        plan_of(lambda t: [reduction.argmax(t[0], 1, False), reduction.argmin(t[0], 1, False)], [x]), [x]
    )
    outputs = engines.run(engine, [job])[0].outputs
    np.testing.assert_array_equal(outputs[0], [0, 0, 0])
    np.testing.assert_array_equal(outputs[1], [0, 2, 1])
