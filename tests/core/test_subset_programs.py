"""The same program gives the same text in CPython and in JavaScript."""

import json

import numpy as np
import pytest
from core import programs
from engines import HERE, NodeHost, transpiled
from hypothesis import example, given, settings
from hypothesis import strategies as st

import pybrowserml  # noqa: F401  installs the NumPy engine
from pybrowserml.backends.active import set_backend


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    modules = transpiled(tmp_path_factory.mktemp("programs"), HERE / "core" / "programs.py")
    host = NodeHost(modules, "programs")
    yield host
    host.close()


def answer(node, name, text):
    found = node.call([[name, text]])[0]
    assert "ok" in found, found.get("failed")
    return json.loads(found["ok"])


def same(node, name, value=None):
    text = json.dumps(value)
    here = json.loads(getattr(programs, name)(text))
    assert answer(node, name, text) == here
    return here


def many(node, name, examples):
    return same(node, name, examples)


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
INT32 = st.integers(-(2**31), 2**31 - 1)


@settings(max_examples=20, deadline=None)
@given(st.lists(FLOATS, min_size=50, max_size=50))
def test_shown_numbers(node, examples):
    many(node, "show_numbers", examples)


def test_shown_numbers_at_the_edges(node):
    edges = [0, -0.0, 1, -1, 0.1, 1e15, 1e16, 123456789, 1234567.5, 999999.5, 9999995e-7, 1e-7, 1.5e-10, 0.3]
    edges += [2.5, 1 / 3, -2 / 3, 1e21, 1e22, 1e300, 5e-324, 0.000123456789, 1e-5, 100000.5, 0.1 + 0.2, 65504]
    shown = same(node, "show_numbers", edges)
    assert shown[:5] == ["0", "0", "1", "-1", "0.1"]


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(INT32, INT32), min_size=40, max_size=40))
def test_integers(node, pairs):
    many(node, "integers", pairs)


def test_real_functions(node):
    entries = [
        [name, x] for name in ("exp", "log", "log1p", "sqrt", "tanh") for x in (-1, 0, 0.5, 1, 800, 1e300)
    ]
    entries += [[name, x] for name in ("floor", "trunc") for x in (-2.5, -0.5, 0.5, 1e20)]
    same(node, "real_functions", entries)


NAMES = st.one_of(
    st.sampled_from(["constructor", "toString", "keys", "__proto__", "length", "0", "1", "size", "a"]),
    st.text(max_size=3),
)
OPERATIONS = st.one_of(
    st.tuples(st.just("put"), NAMES, st.integers(0, 9)),
    st.tuples(st.just("drop"), NAMES),
    st.tuples(st.just("at"), NAMES),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(OPERATIONS, max_size=30))
def test_maps(node, operations):
    many(node, "map_operations", operations)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=10))
def test_texts(node, examples):
    many(node, "texts", examples)


@st.composite
def stack_programs(draw):
    """A dimension by a stack program, with a value for each size that keeps divisors at least 1."""

    def expression(depth):
        if depth == 0 or draw(st.booleans()):
            return (
                [draw(st.sampled_from(["batch", "h", "w"]))]
                if draw(st.booleans())
                else [draw(st.integers(0, 9))]
            )
        name = draw(st.sampled_from(["add", "mul", "sub", "floordiv", "max", "min"]))
        right = [draw(st.integers(1, 5))] if name == "floordiv" else expression(depth - 1)
        return [*expression(depth - 1), *right, name]

    sizes = {name: draw(st.integers(2, 50)) for name in ("batch", "h", "w")}
    return [expression(3), sizes]


def plain(steps, sizes):
    """The value of a stack program in plain integers."""
    operations = {
        "add": lambda a, b: a + b,
        "mul": lambda a, b: a * b,
        "sub": lambda a, b: a - b,
        "floordiv": lambda a, b: a // b,
        "max": max,
        "min": min,
    }
    stack = []
    for step in steps:
        if step in operations:
            b, a = stack.pop(), stack.pop()
            stack.append(operations[step](a, b))
        else:
            stack.append(sizes.get(step, step) if isinstance(step, str) else step)
    return stack[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(stack_programs(), min_size=5, max_size=5))
@example([[[0, "batch", "min", 1, "max"], {"batch": 2, "h": 2, "w": 2}]])
def test_dimensions(node, examples):
    rows = many(node, "dimension", examples)
    for (steps, sizes), row in zip(examples, rows, strict=True):
        assert row[2] == plain(steps, sizes)


def test_shape_rules_and_their_messages(node):
    rows = same(
        node,
        "shape_rules",
        {
            "broadcast": [
                [[3, 1], [1, 4]],
                [[2, 3], [3, 2]],
                [[], [5]],
                [[0, 1], [1, 3]],
                [[2, 3, 4], [3, 1]],
            ],
            "reshape": [
                [[2, 3], [6]],
                [[2, 3], [-1, 2]],
                [[2, 3], [4, -1]],
                [[0, 3], [-1]],
                [[2], [-1, -1]],
                [[0], [0, -1]],
            ],
            "axes": [[None, 3], [-1, 3], [[0, 2], 3], [[0, 0], 2], [5, 2], [[-1, 1], 2]],
        },
    )
    assert rows[1][1][0] == "ShapeError" and "do not broadcast" in rows[1][1][1]


@pytest.mark.parametrize(
    "seed, call, path", [(0, 0, ""), (7, 1, "dense/kernel"), (-5, 2147483647, "größe 🎲")]
)
def test_random_numbers(node, seed, call, path):
    same(node, "random_numbers", {"seed": seed, "call": call, "path": path})


def test_plans_are_compiled_to_the_same_text(node):
    """Graph, gradients and every compiler pass, in both worlds: the plans are equal, number by number."""
    here = same(node, "plans")
    assert len(here[0]["steps"]) > 5 and "matmul (dense)" in here[1]


@pytest.mark.parametrize(
    "numbers",
    [
        [0.0, 1.0, -1.0, 127.5, 128.0, 255.5, 256.0, -129.25, 65519.0, 2049.0, 0.1],
        [65504.0, 65520.0, 1e6, 6e-8, 2.98e-8, 3.1e-8, 6.1e-5, -6.2e-5, 1 + 2.0**-11, 1 + 3 * 2.0**-11],
        [2147483647, 2147483648, 4294967295, -2147483648, 16777217, 3000000000],
    ],
)
def test_dtypes_hold_the_same_numbers(node, numbers):
    found = same(node, "dtypes", numbers)
    assert found[0][0] == "bool"


def test_messages(node):
    found = same(node, "messages")
    assert all(entry is not None and entry[1] for entry in found)


def test_an_error_is_an_error_of_javascript(node):
    found = node.call([["refuse", "x"]])[0]
    assert found["failed"].startswith("ShapeError: refused: x")


class TestRuns:
    @pytest.fixture(autouse=True)
    def engines_of_both(self, node):
        set_backend("numpy")
        answer(node, "install_cpu", "null")

    def test_training(self, node):
        here = json.loads(programs.run_training("null"))
        there = answer(node, "run_training", "null")
        np.testing.assert_allclose(there[0], here[0], rtol=1e-6)
        np.testing.assert_allclose(there[1], here[1], rtol=1e-5, atol=1e-7)
        assert here[0][4] < here[0][0]

    def test_single_ops(self, node):
        here = json.loads(programs.run_single_ops("null"))
        there = answer(node, "run_single_ops", "null")
        assert here[1] == [True, False]
        assert there == here

    def test_zeros_of_both_signs_stay_two(self, node):
        here = json.loads(programs.signed_zeros("null"))
        assert here == [["Infinity"], ["-Infinity"]]
        assert answer(node, "signed_zeros", "null") == here

    def test_eager(self, node):
        here = json.loads(programs.run_eager("null"))
        there = answer(node, "run_eager", "null")
        assert here[0][:3] == [[1.5, 2.5], [3.0, 5.0], [11.5, 12.5]]
        assert there == here
