"""Instructions that plain JavaScript computes as one (cpu/combined.py), and those that look like them but are not."""

import numpy as np
import pytest

from .transpiled import Cases

RNG = np.random.default_rng(19)
GRID = np.array(
    [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.5,
        -2.5,
        6.0,
        7.0,
        1e-8,
        -1e-8,
        1e30,
        -1e30,
        3e38,
        -3e38,
        np.inf,
        -np.inf,
        np.nan,
    ],
    np.float32,
)
F = "float32"


def constant(value):
    return ["constant", F, [], value]


def gate(x, y):
    return np.where(x > 0, y, np.float32(0))


# name: (operands, instructions, results, what NumPy gives of operands a, b, c in float32)
EXPRESSIONS = {
    "relu": (1, [constant(0.0), ["maximum", F, [0, 1], None]], [2], lambda a: [np.maximum(a, 0)]),
    "relu, turned": (1, [constant(0.0), ["maximum", F, [1, 0], None]], [2], lambda a: [np.maximum(0, a)]),
    "bias and relu": (
        2,
        [["add", F, [0, 1], None], constant(0.0), ["maximum", F, [2, 3], None]],
        [4],
        lambda a, b: [np.maximum(a + b, 0)],
    ),
    "relu up to 6": (
        1,
        [constant(0.0), ["maximum", F, [0, 1], None], constant(6.0), ["minimum", F, [2, 3], None]],
        [4],
        lambda a: [np.minimum(np.maximum(a, 0), 6)],
    ),
    "bias and relu up to 6": (
        2,
        [
            ["add", F, [0, 1], None],
            constant(0.0),
            ["maximum", F, [2, 3], None],
            constant(6.0),
            ["minimum", F, [5, 4], None],
        ],
        [6],
        lambda a, b: [np.minimum(np.maximum(a + b, 0), 6)],
    ),
    "a bound below 0 is none": (
        1,
        [constant(0.0), ["maximum", F, [0, 1], None], constant(-2.0), ["minimum", F, [2, 3], None]],
        [4],
        lambda a: [np.minimum(np.maximum(a, 0), -2)],
    ),
    "multiply and add": (
        3,
        [["multiply", F, [0, 1], None], ["add", F, [2, 3], None]],
        [4],
        lambda a, b, c: [a * b + c],
    ),
    "multiply, add, relu": (
        3,
        [
            ["multiply", F, [0, 1], None],
            ["add", F, [3, 2], None],
            constant(0.0),
            ["maximum", F, [4, 5], None],
        ],
        [6],
        lambda a, b, c: [np.maximum(a * b + c, 0)],
    ),
    "add and add": (
        3,
        [["add", F, [0, 1], None], ["add", F, [2, 3], None]],
        [4],
        lambda a, b, c: [a + b + c],
    ),
    "square of a difference": (
        2,
        [["subtract", F, [0, 1], None], ["multiply", F, [2, 2], None]],
        [3],
        lambda a, b: [(a - b) * (a - b)],
    ),
    "product with a difference": (
        3,
        [["subtract", F, [0, 1], None], ["multiply", F, [2, 3], None]],
        [4],
        lambda a, b, c: [c * (a - b)],
    ),
    "gradient of relu": (
        2,
        [constant(0.0), ["greater", "bool", [0, 2], None], ["where", F, [3, 1, 2], None]],
        [4],
        lambda a, b: [gate(a, b)],
    ),
    "what lies between is a result": (
        2,
        [["add", F, [0, 1], None], constant(0.0), ["maximum", F, [2, 3], None]],
        [2, 4],
        lambda a, b: [a + b, np.maximum(a + b, 0)],
    ),
    "what lies between is read twice": (
        2,
        [
            ["subtract", F, [0, 1], None],
            ["multiply", F, [2, 2], None],
            ["multiply", F, [3, 2], None],
            ["add", F, [4, 4], None],
        ],
        [5],
        lambda a, b: [2 * (a - b) ** 3],
    ),
    "two results of one operand": (
        2,
        [
            constant(0.0),
            ["greater", "bool", [0, 2], None],
            ["where", F, [3, 1, 2], None],
            ["multiply", F, [4, 0], None],
            ["add", F, [5, 1], None],
        ],
        [4, 6],
        lambda a, b: [gate(a, b), gate(a, b) * a + b],
    ),
}


@pytest.fixture()
def cases(engine_folder):
    return Cases(engine_folder)


def add_expression(cases, name, operands):
    count, instrs, results, reference = EXPRESSIONS[name]
    given = operands[:count]
    want = reference(*[value.astype(np.float32) for value in given])
    inputs = [[value, F] for value in given]
    expr = {"instrs": instrs, "results": results}
    # A combination rounds once, the instructions at each step: near 0 what is left of large numbers differs.
    cases.add(name, "elementwise", {"expr": expr}, inputs, [[value, F] for value in want], 1e-6, 1e-6)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_special_numbers(cases):
    pair = [v.reshape(-1) for v in np.meshgrid(GRID, GRID)]
    third = np.roll(pair[0], 5)
    for name in EXPRESSIONS:
        # Where float32 overflows between two steps, or large numbers cancel, the instructions differ from one step.
        operands = [*pair, third]
        steps = [np.abs(pair[0].astype(float)), np.abs(pair[1].astype(float)), np.abs(third.astype(float))]
        tame = np.ones(third.shape, bool)
        for value in steps:
            tame &= ~(value > 100) | ~np.isfinite(value)
        chosen = np.ones(third.shape, bool) if EXPRESSIONS[name][0] == 1 or "relu" in name[:14] else tame
        add_expression(cases, name, [value[chosen] for value in operands])
    cases.check()


def test_blocks_and_broadcasts(cases):
    """Several blocks, a row and a number that repeat."""
    a = RNG.normal(size=(37, 131)).astype(np.float32)
    row = RNG.normal(size=(131,)).astype(np.float32)
    number = np.float32(0.37).reshape(())
    for name in EXPRESSIONS:
        add_expression(cases, name, [a, row, RNG.normal(size=a.shape).astype(np.float32)])
        add_expression(cases, name, [a, number, row])
    cases.check()
