"""Reductions and movement of elements against NumPy."""

import itertools

import numpy as np
import pytest

from .transpiled import Cases

RNG = np.random.default_rng(13)
SHAPES = [[5], [1], [3, 4], [4, 1, 5], [2, 3, 4, 5], [700, 3], [3, 700], [2, 600, 3], [40000], [0, 3], [3, 0]]


@pytest.fixture()
def cases(engine_folder):
    return Cases(engine_folder)


def numbers(shape, dtype="float32"):
    if dtype == "float32":
        return RNG.normal(size=shape).astype(np.float32)
    return RNG.integers(-50, 50, size=shape).astype(np.int32)


def axes_of(rank):
    return [list(c) for n in range(1, rank + 1) for c in itertools.combinations(range(rank), n)]


def test_reduce(cases):
    functions = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min}
    identities = {
        "max": {"float32": -np.inf, "int32": -(2**31)},
        "min": {"float32": np.inf, "int32": 2**31 - 1},
    }
    for shape in SHAPES:
        for axes in axes_of(len(shape)):
            for op, function in functions.items():
                for dtype in ["float32", "int32"]:
                    x = numbers(shape, dtype)
                    if op == "prod" and dtype == "float32":
                        x = np.sign(x) * np.exp(x * 0.01).astype(np.float32)
                    extra = {"initial": identities[op][dtype]} if op in identities else {}
                    for keepdims in [True, False]:
                        want = function(
                            x.astype(np.float64 if dtype == "float32" else np.int64),
                            tuple(axes),
                            keepdims=keepdims,
                            **extra,
                        )
                        if dtype == "int32":
                            want = (want & 0xFFFFFFFF).astype(np.uint32).view(np.int32)
                        params = {"op": op, "axes": axes, "keepdims": keepdims}
                        cases.add(op, "reduce", params, [[x, dtype]], [[want, dtype]], 1e-5, 1e-4)
    bad = np.array([[1.0, np.nan], [3.0, 2.0]], np.float32)
    for op in ["max", "min", "sum"]:
        for axis in [0, 1]:
            cases.add(
                op,
                "reduce",
                {"op": op, "axes": [axis], "keepdims": False},
                [[bad, "float32"]],
                [[functions[op](bad, axis), "float32"]],
            )
    big = numbers([300000])
    want = big.astype(np.float64).sum()
    cases.add(
        "sum",
        "reduce",
        {"op": "sum", "axes": [0], "keepdims": False},
        [[big, "float32"]],
        [[want, "float32"]],
        1e-6,
        1e-4,
    )
    big = numbers([3, 100000])
    cases.add(
        "max",
        "reduce",
        {"op": "max", "axes": [1], "keepdims": False},
        [[big, "float32"]],
        [[big.max(1), "float32"]],
    )
    big = numbers([100000, 6])
    want = big.astype(np.float64).sum(0)
    cases.add(
        "sum",
        "reduce",
        {"op": "sum", "axes": [0], "keepdims": False},
        [[big, "float32"]],
        [[want, "float32"]],
        1e-6,
        1e-4,
    )
    cases.check()


def test_an_extreme_anywhere_in_a_row(cases):
    """Several accumulators take in a row by turns."""
    for n in (3, 15, 16, 17, 31, 64, 67):
        x = RNG.uniform(-2, 2, (n, n)).astype(np.float32)
        for op, peak in (("max", 5.0), ("min", -5.0), ("max", np.nan), ("min", np.nan)):
            marked = x.copy()
            np.fill_diagonal(marked, peak)
            params = {"op": op, "axes": [1], "keepdims": False}
            wanted = np.full(n, peak, np.float32)
            cases.add(op, "reduce", params, [[marked, "float32"]], [[wanted, "float32"]])
    cases.check()


def test_arg_reduce(cases):
    for shape in [[5], [3, 4], [2, 3, 4], [1, 1], [70, 3], [0, 3]]:
        for axis in range(len(shape)):
            if shape[axis] == 0:
                continue
            for dtype in ["float32", "int32"]:
                x = np.round(numbers(shape, dtype) * 2).astype(np.float32 if dtype == "float32" else np.int32)
                for op, function in {"argmax": np.argmax, "argmin": np.argmin}.items():
                    want = np.expand_dims(function(x, axis), axis)
                    params = {"op": op, "axis": axis, "keepdims": True}
                    cases.add(op, "arg_reduce", params, [[x, dtype]], [[want, "int32"]])
    x = np.array([1.0, np.nan, 3.0, np.nan], np.float32)
    cases.add(
        "nan", "arg_reduce", {"op": "argmax", "axis": 0, "keepdims": False}, [[x, "float32"]], [[1, "int32"]]
    )
    cases.check()


def test_movement(cases):
    for shape in [[], [1], [5], [3, 4], [4, 1, 5], [2, 3, 4, 5], [70, 40], [2, 33, 65], [90, 100], [0, 3]]:
        x = numbers(shape)
        item = [[x, "float32"]]
        for perm in itertools.permutations(range(len(shape))):
            cases.add("transpose", "transpose", {"perm": list(perm)}, item, [[x.transpose(perm), "float32"]])
        wide = [2, *shape]
        cases.add("broadcast_to", "broadcast_to", {}, item, [[np.broadcast_to(x, wide), "float32"]])
        cases.add("reshape", "reshape", {}, item, [[x.reshape(-1), "float32"]])
        for axis in range(len(shape)):
            cases.add("flip", "flip", {"axes": [axis]}, item, [[np.flip(x, axis), "float32"]])
        if len(shape) > 0:
            axes = list(range(len(shape)))
            cases.add("flip", "flip", {"axes": axes}, item, [[np.flip(x, axes), "float32"]])
            begin = [min(1, n) for n in shape]
            y = x[tuple(slice(b, None, 2) for b in begin)]
            params = {"begin": begin, "strides": [2] * len(shape)}
            cases.add("slice", "slice", params, item, [[y, "float32"]])
            pads = [[i + 1, i, i % 2] for i in axes]
            out = [p[0] + p[1] + n + p[2] * max(0, n - 1) for n, p in zip(shape, pads, strict=False)]
            y = np.full(out, 1.5, np.float32)
            if x.size:
                ends = [p[0] + n + p[2] * (n - 1) for n, p in zip(shape, pads, strict=True)]
                y[tuple(slice(p[0], end, p[2] + 1) for p, end in zip(pads, ends, strict=True))] = x
            cases.add("pad", "pad", {"pads": pads, "value": 1.5}, item, [[y, "float32"]])
            for axis in axes:
                other = numbers([n + 2 if i == axis else n for i, n in enumerate(shape)])
                pair = [[x, "float32"], [other, "float32"], [x, "float32"]]
                y = np.concatenate([x, other, x], axis)
                cases.add("concat", "concat", {"axis": axis}, pair, [[y, "float32"]])
    row = numbers([1, 4])
    cases.add(
        "broadcast_to", "broadcast_to", {}, [[row, "float32"]], [[np.broadcast_to(row, [3, 5, 4]), "float32"]]
    )
    n = numbers([2, 3], "int32")
    y = np.pad(n, 1, constant_values=7)
    cases.add("pad", "pad", {"pads": [[1, 1, 0], [1, 1, 0]], "value": 7}, [[n, "int32"]], [[y, "int32"]])
    cases.check()


def test_cumulative(cases):
    for shape, axis in [([70000], 0), ([3, 70000], 1), ([5, 700], 0), ([1400, 601], 0), ([2, 0, 3], 1)]:
        for dtype in ["float32", "int32"]:
            x = numbers(shape, dtype)
            for reverse in [False, True]:
                for exclusive in [False, True]:
                    wide = np.flip(x, axis) if reverse else x
                    y = np.cumsum(wide, axis, dtype=np.float64 if dtype == "float32" else np.int64)
                    y = y - wide if exclusive else y
                    y = np.flip(y, axis) if reverse else y
                    params = {"op": "sum", "axis": axis, "reverse": reverse, "exclusive": exclusive}
                    cases.add("cumsum", "cumulative", params, [[x, dtype]], [[y, dtype]], 1e-5, 1e-3)
    cases.check()


def test_sort(cases):
    for shape in [[1], [64], [65], [3, 64], [3, 65], [2, 40000], [70000], [0, 5], [5, 0]]:
        for dtype in ["float32", "int32"]:
            for x in [numbers(shape, dtype), np.full(shape, 7, dtype), (numbers(shape) * 4e8).astype(dtype)]:
                for descending in [False, True]:
                    key = -x.astype(np.float64) if descending else x
                    order = np.argsort(key, -1, kind="stable")
                    wanted = [[np.take_along_axis(x, order, -1), dtype], [order, "int32"]]
                    cases.add("sort", "sort", {"descending": descending}, [[x, dtype]], wanted)
    cases.check()


def test_movement_by_rows(cases):
    """Sizes that are worth SIMD, with every remainder of four."""
    for shape in [[5, 37, 9, 13], [2, 128, 4, 32], [41, 3, 19], [1100, 2], [3, 1101], [34, 35], [67, 1, 33]]:
        for perm in itertools.permutations(range(len(shape))):
            for dtype in ["float32", "int32"] if len(shape) == 2 else ["float32"]:
                x = numbers(shape, dtype)
                y = x.transpose(perm)
                cases.add("transpose", "transpose", {"perm": list(perm)}, [[x, dtype]], [[y, dtype]])
        x = numbers(shape)
        for begin, step in [(0, 1), (1, 1), (1, 2)]:
            for last in [1, step]:
                starts = [min(begin, n - 1) for n in shape]
                strides = [step] * (len(shape) - 1) + [last]
                y = x[tuple(slice(b, None, s) for b, s in zip(starts, strides, strict=True))]
                params = {"begin": starts, "strides": strides}
                cases.add("slice", "slice", params, [[x, "float32"]], [[y, "float32"]])
    for own, wide in [
        ([1, 40], [60, 40]),
        ([40, 1, 7], [40, 5, 7]),
        ([60, 1], [60, 40]),
        ([9, 1, 1, 5], [9, 7, 6, 5]),
    ]:
        x = numbers(own)
        cases.add(
            "broadcast_to", "broadcast_to", {}, [[x, "float32"]], [[np.broadcast_to(x, wide), "float32"]]
        )
    cases.check()
