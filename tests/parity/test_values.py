"""Ops whose result's size depends on values: against NumPy in CPython, the same in Node.js and on WebGL."""

import json
from pathlib import Path

import numpy as np
import pytest
from engines import NodeHost, PageHost, chromium, transpiled

import pybrowserml as pb
from pybrowserml import ops

ENTRY = Path(__file__).resolve().parent / "values_entry.py"
RNG = np.random.default_rng(3)
NUMBERS = RNG.integers(0, 5, [40]).tolist()
ROWS = RNG.integers(0, 2, [12, 2, 2]).tolist()

# op, arguments, what NumPy says
CASES = [
    ("nonzero", [[0, 3, 0, 1]], lambda x: np.nonzero(x)),
    ("nonzero", [[[0.0, 1.5], [2.0, 0.0]]], lambda x: np.nonzero(x)),
    ("nonzero", [[False, False]], lambda x: np.nonzero(x)),
    ("nonzero", [[[True] * 5] * 7], lambda x: np.nonzero(x)),
    ("where", [[[True, False], [True, True]]], lambda x: np.nonzero(x)),
    ("argwhere", [[[0, 1, 2], [3, 0, 0]]], lambda x: [np.argwhere(x)]),
    ("argwhere", [[0, 0]], lambda x: [np.argwhere(x)]),
    ("boolean_mask", [[[1, 2], [3, 4], [5, 6]], [True, False, True], 0], lambda x, m, a: [x[m]]),
    ("boolean_mask", [[[1, 2], [3, 4]], [False, True], 1], lambda x, m, a: [x[:, m]]),
    ("boolean_mask", [[[1.5, 2], [3, 4]], [[False, True], [True, True]], 0], lambda x, m, a: [x[m]]),
    ("boolean_mask", [[1, 2, 3], [False, False, False], 0], lambda x, m, a: [x[m]]),
    (
        "setdiff1d",
        [[4, 1, 2, 1, 9], [1, 7]],
        lambda x, y: [x[~np.isin(x, y)], np.flatnonzero(~np.isin(x, y))],
    ),
    ("setdiff1d", [[1, 2], [2, 1]], lambda x, y: [x[:0], np.zeros(0, int)]),
    ("bincount", [[3, 0, 3, 1], None], lambda x, w: [np.bincount(x)]),
    ("bincount", [[3, 0, 3, 1], [0.5, 1, 0.25, 2]], lambda x, w: [np.bincount(x, w)]),
    (
        "bincount",
        [[[1, 2], [2, 2]], None],
        lambda x, w: [np.stack([np.bincount(row, minlength=3) for row in x])],
    ),
    ("unique", [[3, 1, 3, 2, 1], None, None, None], lambda x, *_: everything(x)),
    ("unique", [NUMBERS, None, None, None], lambda x, *_: everything(x)),
    ("unique", [[[2.5, 1.0], [2.5, -1.0]], None, None, None], lambda x, *_: everything(x)),
    ("unique", [[7], None, None, None], lambda x, *_: everything(x)),
    ("unique", [ROWS, 0, None, None], lambda x, *_: everything(x, 0)),
    ("unique", [ROWS, -1, None, None], lambda x, *_: everything(x, -1)),
    ("unique", [[[1, 2, 1], [0, 5, 0]], 1, None, None], lambda x, *_: everything(x, 1)),
    (
        "unique",
        [[4, 4, 9], None, 4, -1],
        lambda x, *_: [[4, 9, -1, -1], [0, 2, 0, 0], [0, 0, 1], [2, 1, 0, 0]],
    ),
    (
        "unique",
        [[9, 4, 4], None, 4, None],
        lambda x, *_: [[4, 9, 4, 4], [1, 0, 1, 1], [1, 0, 0], [2, 1, 0, 0]],
    ),
    ("unique", [[4, 4, 9, 7], None, 2, None], lambda x, *_: [[4, 7], [0, 3], [0, 0, 2, 1], [2, 1]]),
]


def everything(x, axis=None):
    found = np.unique(x, return_index=True, return_inverse=True, return_counts=True, axis=axis)
    return [*found[:2], found[2].reshape(-1) if axis is not None else found[2], found[3]]


def wanted(case):
    op, arguments, theirs = case
    return [np.asarray(part) for part in theirs(*[None if a is None else np.asarray(a) for a in arguments])]


def check(found, case):
    assert not isinstance(found, str), found
    for got, numbers in zip(found, wanted(case), strict=True):
        got = np.asarray(got)
        assert got.size == numbers.size
        np.testing.assert_array_equal(got.reshape(numbers.shape), numbers)


@pytest.mark.parametrize("case", CASES, ids=[f"{case[0]} {i}" for i, case in enumerate(CASES)])
def test_in_python(case):
    op, arguments, _ = case
    if op == "unique":
        found = ops.unique(arguments[0], True, True, True, True, *arguments[1:])
    else:
        found = getattr(ops, op)(*arguments)
    found = found if isinstance(found, list) else [found]
    for got, numbers in zip(found, wanted(case), strict=True):
        assert got.numpy().shape == numbers.shape
    check([part.numpy() for part in found], case)


def test_every_nan_is_unique():
    x = np.float32([np.nan, 1, np.nan, -1])
    np.testing.assert_array_equal(ops.unique(x).numpy(), np.unique(x, equal_nan=False))


def test_unique_of_a_known_size_compiles():
    compiled = pb.function(lambda x: ops.unique(x, True, False, False, True, None, 4))
    for x, values, counts in [
        ([3, 1, 3, 3], [1, 3, 1, 1], [1, 3, 0, 0]),
        ([5, 6, 7, 8], [5, 6, 7, 8], [1, 1, 1, 1]),
    ]:
        found = compiled(np.int32(x))
        assert found[0].numpy().tolist() == values
        assert found[1].numpy().tolist() == counts


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    host = NodeHost(transpiled(tmp_path_factory.mktemp("values"), ENTRY), ENTRY.stem)
    yield host
    host.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("values_page")
    driver = chromium(folder)
    host = PageHost(transpiled(folder, ENTRY), ENTRY.stem, driver.get, driver.quit)
    yield host
    host.close()


def answers(host, engine):
    calls = [
        ["run_values", json.dumps({"engine": engine, "op": op, "arguments": arguments})]
        for op, arguments, _ in CASES
    ]
    return host.call(calls)


def test_in_node(node):
    for answer, case in zip(answers(node, "cpu"), CASES, strict=True):
        check(json.loads(answer["ok"]), case)


@pytest.mark.browser
def test_on_webgl(page):
    for answer, case in zip(answers(page, "webgl"), CASES, strict=True):
        check(json.loads(answer["ok"]), case)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: ops.where([True], [1]), "where: needs both x1 and x2"),
        (lambda: ops.boolean_mask([1, 2, 3], [True, False]), "boolean_mask: the mask must have the shape"),
        (lambda: ops.setdiff1d([[1]], [1]), "setdiff1d: x must have one axis"),
        (lambda: ops.bincount([0.5]), "bincount: x must be integers"),
        (lambda: ops.bincount([1, 2], [0.5]), "bincount: weights must have the shape of x"),
        (lambda: ops.unique([1, 2], axis=1), "unique: axis 1 is out of range"),
    ],
)
def test_messages(call, message):
    with pytest.raises(pb.PybrowsermlError, match=message):
        call()
