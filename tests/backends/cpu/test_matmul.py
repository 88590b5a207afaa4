"""matmul: every tile edge, transposes, batches, epilogues, several blocks of k, against NumPy."""

import numpy as np
import pytest

from .transpiled import Cases, one_step, run_cases

RNG = np.random.default_rng(11)


@pytest.fixture()
def cases(engine_folder):
    return Cases(engine_folder)


def numbers(shape):
    return RNG.normal(size=shape).astype(np.float32)


def add_case(
    cases, a_shape, b_shape, ta=False, tb=False, epilogue=None, extra=(), reference=None, dtype="float32"
):
    a, b = numbers(a_shape), numbers(b_shape)
    left = np.swapaxes(a, -1, -2) if ta else a
    right = np.swapaxes(b, -1, -2) if tb else b
    want = left.astype(np.float64) @ right.astype(np.float64)
    if reference is not None:
        want = reference(want, *[e[0] for e in extra])
    params = {"transpose_a": ta, "transpose_b": tb, "epilogue": epilogue}
    inputs = [[a, "float32"], [b, "float32"], *extra]
    cases.add("matmul", "matmul", params, inputs, [[want, dtype]], 2e-5, 2e-5)


def test_edges(cases):
    for m in [1, 2, 3, 4, 5, 7, 8, 9]:
        for n in [1, 2, 3, 4, 5, 6, 9]:
            for k in [0, 1, 2, 5]:
                add_case(cases, [m, k], [k, n])
    # Depths that are worth copying the panels to the constant arrays of a tile of plain JavaScript.
    for m in [3, 4, 5, 7, 8]:
        for n in [3, 4, 5, 6, 7]:
            for k in [8, 9, 22]:
                add_case(cases, [m, k], [k, n])
    # More columns than those arrays take, several blocks of rows, of columns and of k.
    for m, n, k in [(5, 700, 70), (150, 530, 260), (70, 30, 600)]:
        add_case(cases, [m, k], [k, n])
    cases.check()


def test_blocks_and_transposes(cases):
    for m, n, k in [
        (65, 70, 257),
        (64, 64, 256),
        (130, 17, 513),
        (3, 600, 300),
        (1, 700, 1000),
        (700, 1, 1000),
        (9, 1030, 33),
    ]:
        for ta in [False, True]:
            for tb in [False, True]:
                add_case(cases, [k, m] if ta else [m, k], [n, k] if tb else [k, n], ta, tb)
    cases.check()


def test_both_tiles_of_plain_javascript_give_the_same_bits(engine_folder):
    """They take turns until a page has chosen one, so the second of two equal products is the other tile's."""
    cases = []
    for m, n, k in [(4, 4, 24), (5, 6, 25), (7, 9, 31), (6, 7, 256), (64, 13, 40), (3, 5, 255), (8, 3, 23)]:
        inputs = [[numbers(shape), "float32"] for shape in ([m, k], [k, n], [m, n])]
        expr = {"instrs": [["add", "float32", [0, 1], None]], "results": [2]}
        params = {"transpose_a": False, "transpose_b": False, "epilogue": expr}
        for _turn in range(2):
            cases.append(
                {"plan": one_step("matmul", params, inputs, [[[m, n], "float32"]]), "inputs": inputs}
            )
    run_cases(engine_folder, cases, "plain")
    for first, second in zip(cases[::2], cases[1::2], strict=True):
        np.testing.assert_array_equal(first["got"][0], second["got"][0])
        a, b, c = [item[0].astype(np.float64) for item in first["inputs"]]
        np.testing.assert_allclose(first["got"][0], a @ b + c, rtol=2e-5, atol=2e-5)


def test_vectors(cases):
    for long, k in [(77, 301), (263, 67), (1030, 33), (34, 1030)]:
        for few in [1, 2, 4]:
            for m, n in [(few, long), (long, few)]:
                for ta in [False, True]:
                    for tb in [False, True]:
                        add_case(cases, [k, m] if ta else [m, k], [n, k] if tb else [k, n], ta, tb)
                        add_case(
                            cases, [3, k, m] if ta else [3, m, k], [3, n, k] if tb else [3, k, n], ta, tb
                        )
    cases.check()


def test_batches(cases):
    for a, b in [
        ([2, 3, 4], [4, 5]),
        ([2, 3, 4], [2, 4, 5]),
        ([3, 1, 6, 7], [2, 7, 5]),
        ([6, 7], [2, 3, 7, 5]),
        ([5, 1, 4], [5, 4, 1]),
    ]:
        add_case(cases, a, b)
        add_case(cases, [*a[:-2], a[-1], a[-2]], [*b[:-2], b[-1], b[-2]], True, True)
    for a, b in [([0, 4], [4, 3]), ([3, 4], [4, 0]), ([0, 3, 4], [4, 5]), ([2, 3, 0], [0, 5])]:
        add_case(cases, a, b)
    cases.check()


def test_epilogues(cases):
    bias_relu = {
        "instrs": [
            ["add", "float32", [0, 1], None],
            ["constant", "float32", [], 0.0],
            ["maximum", "float32", [2, 3], None],
        ],
        "results": [4],
    }
    positive = {"instrs": [["greater", "bool", [0, 1], None]], "results": [2]}
    for m, n, k in [
        (1, 5, 3),
        (5, 1, 3),
        (6, 10, 4),
        (70, 530, 300),
        (130, 64, 10),
        (5, 2000, 8),
        (2, 300, 61),
        (300, 2, 61),
    ]:
        for shape in [[n], [m, 1], [m, n], [1], []]:
            extra = [[numbers(shape), "float32"]]
            add_case(
                cases,
                [m, k],
                [k, n],
                epilogue=bias_relu,
                extra=extra,
                reference=lambda y, b: np.maximum(y + b, 0),
            )
        extra = [[numbers([n]), "float32"]]
        add_case(
            cases, [m, k], [k, n], epilogue=positive, extra=extra, reference=lambda y, b: y > b, dtype="bool"
        )
    extra = [[numbers([3, 1, 5]), "float32"]]
    add_case(
        cases, [3, 4, 6], [6, 5], epilogue=bias_relu, extra=extra, reference=lambda y, b: np.maximum(y + b, 0)
    )
    cases.check()
