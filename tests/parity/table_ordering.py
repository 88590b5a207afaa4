"""Rows of cumulative operations and of sorting."""

import itertools

import numpy as np

from pybrowserml import ops

from .rows import Row, booleans, distinct, integers, uniform, values

NAN, INF = float("nan"), float("inf")
# Running sums of up to 900 float32 numbers on a GPU: errors grow with the depth of the blocks.
SUMS = {
    "rtol": 2e-6,
    "atol": 1e-5,
    "webgl": (4e-6, 4e-5),
    "grad_tolerance": (2e-5, 2e-5),
    "webgl_grad": (1e-4, 1e-4),
}


def turned(f, x, axis, reverse, exclusive, neutral):
    """A NumPy accumulation in either direction, with or without the element itself."""
    x = np.flip(x, axis) if reverse else x
    if exclusive:
        first = np.full_like(np.take(x, [0], axis), neutral)
        x = np.concatenate([first, np.take(x, np.arange(x.shape[axis] - 1), axis)], axis)
    y = f(x, axis=axis)
    return np.flip(y, axis) if reverse else y


def log_cumulated(x, axis):
    """numpy.logaddexp, which makes NaN of infinities, along an axis."""
    return np.apply_along_axis(lambda row: np.array(list(itertools.accumulate(row, log_add))), axis, x)


def log_add(a, b):
    return a if a == b and np.isinf(a) else np.logaddexp(a, b)


CUMULATIVE = []
for reverse in (False, True):
    for exclusive in (False, True):
        label = (" reverse" if reverse else "") + (" exclusive" if exclusive else "")
        CUMULATIVE += [
            Row(
                "cumsum" + label,
                lambda x, r=reverse, e=exclusive: [
                    ops.cumsum(x, 0, None, e, r),
                    ops.cumsum(x, -1, None, e, r),
                ],
                [
                    [uniform([7])],
                    [uniform([3, 1])],
                    [uniform([3, 6])],
                    [uniform([2, 3, 5])],
                    [integers([3, 5], -(2**30), 2**30)],
                    [uniform([37, 149])],
                    [uniform([900])],
                ],
                lambda x, r=reverse, e=exclusive: [
                    wrapped(turned(np.cumsum, x, 0, r, e, 0)),
                    wrapped(turned(np.cumsum, x, -1, r, e, 0)),
                ],
                grad=(0,),
                second=True,
                **SUMS,
            ),
            Row(
                "cumprod" + label,
                lambda x, r=reverse, e=exclusive: ops.cumprod(x, 1, None, e, r),
                [
                    [uniform([2, 5], 0.5, 2)],
                    [uniform([3, 1])],
                    [uniform([2, 4, 3], 0.5, 2)],
                    [integers([3, 5], -3, 4)],
                    [uniform([2, 300], 0.9, 1.1)],
                ],
                lambda x, r=reverse, e=exclusive: turned(np.cumprod, x, 1, r, e, 1),
                grad=(0,),
                second=True,
                rtol=2e-6,
                webgl=(4e-5, 2e-6),
                webgl_grad=(1e-4, 1e-4),
            ),
        ]


def wrapped(x):
    """int64 sums as the 32 bits that are kept."""
    return x.astype(np.int32).astype(np.int64) if x.dtype.kind == "i" else x


CUMULATIVE += [
    Row(
        "cumprod with zeros",
        lambda x: [ops.cumprod(x, 1), ops.cumprod(x, 1, None, True, True)],
        [[values([[1, 0, 2, 3], [0, 2, 0, 1], [0.5, 1, 2, 0], [3, 2, 1, 1]])]],
        lambda x: [np.cumprod(x, 1), turned(np.cumprod, x, 1, True, True, 1)],
        grad=(0,),
        second=True,
    ),
    Row(
        "cumsum of all, of bool, uint8 and empty tensors",
        lambda x, b, u, e: [
            ops.cumsum(x),
            ops.cumsum(b, 0),
            ops.cumsum(u, 0),
            ops.cumsum(e, 0),
            ops.cumsum(e, 1),
            ops.cumsum(u, 0, "float32"),
            ops.cumsum(ops.cast(u, "uint32"), 0),
            ops.cummax(ops.cast(ops.multiply(ops.cast(u, "int32"), -100), "uint32")),
        ],
        [[uniform([2, 3]), booleans([9]), integers([5], 0, 256, np.uint8), uniform([0, 3])]],
        lambda x, b, u, e: [
            np.cumsum(x),
            np.cumsum(b),
            np.cumsum(u) % 256,
            e,
            e,
            np.cumsum(u).astype(float),
            np.cumsum(u),
            np.maximum.accumulate((u * -100) % 2**32),
        ],
        **SUMS,
    ),
    Row(
        "cumsum of many rows",
        lambda x: [ops.cumsum(x, 0), ops.cumsum(x, 1, None, True, True), ops.cumsum(x, 2)],
        [[uniform([70, 3, 5])], [uniform([1, 40, 4])], [uniform([2, 2, 531])], [uniform([2, 1200, 2])]],
        lambda x: [
            np.cumsum(x, 0),
            turned(np.cumsum, x, 1, True, True, 0),
            np.cumsum(x, 2),
        ],
        **SUMS,
    ),
    Row(
        "cummax, cummin",
        lambda x: [ops.cummax(x, 0), ops.cummin(x, -1), ops.cummax(x, -1, True), ops.cummin(x, 0, True)],
        [
            [distinct([6])],
            [distinct([3, 5])],
            [distinct([2, 1, 4])],
            [integers([3, 7], -(2**31), 2**31)],
            [distinct([2, 600])],
        ],
        lambda x: [
            np.maximum.accumulate(x, 0),
            np.minimum.accumulate(x, -1),
            turned(np.maximum.accumulate, x, -1, True, False, 0),
            turned(np.minimum.accumulate, x, 0, True, False, 0),
        ],
        rtol=0,
        atol=0,
        webgl=(0, 0),
        grad=(0,),
    ),
    Row(
        "cummax, cummin of NaN",
        lambda x: [ops.cummax(x, 1), ops.cummin(x)],
        [[values([[1, 1, NAN, 3], [2, -INF, 2, 2]])]],
        lambda x: [np.maximum.accumulate(x, 1), np.minimum.accumulate(x.reshape(-1))],
    ),
    Row(
        "logcumsumexp",
        lambda x: [
            ops.logcumsumexp(x, 0),
            ops.logcumsumexp(x, -1),
            ops.logcumsumexp(x, 0, False, True),
        ],
        [
            [uniform([6])],
            [uniform([3, 4], -5, 5)],
            [uniform([2, 1, 3])],
            [uniform([1])],
            [values([[200, -200, 100], [-300, 1, 299]])],
            [uniform([200, 2])],
        ],
        lambda x: [log_cumulated(x, 0), log_cumulated(x, -1), turned(log_cumulated, x, 0, True, False, 0)],
        grad=(0,),
        second=True,
        rtol=2e-6,
        webgl=(4e-6, 4e-6),
    ),
    Row(
        "logcumsumexp of infinities, exclusive",
        lambda x: [ops.logcumsumexp(x), ops.logcumsumexp(x, 0, True)],
        [[values([-INF, -INF, 0, 0, -INF, 88, INF, 1])]],
        lambda x: [
            log_cumulated(x, 0),
            turned(log_cumulated, x, 0, False, True, -INF),
        ],
    ),
    Row(
        "nancumsum, nancumprod",
        lambda x: [ops.nancumsum(x, 1), ops.nancumprod(x, 0), ops.nancumsum(x)],
        [
            [values([[1, NAN, 2, 3], [NAN, 2, NAN, 1]])],
            [uniform([2, 3])],
            [uniform([1, 1])],
            [integers([2, 3], 0, 9)],
        ],
        lambda x: [np.nancumsum(x, 1), np.nancumprod(x, 0), np.nancumsum(x)],
        grad=(),
    ),
]


def falling(x):
    """Indices in falling order along the last axis: equal elements keep theirs, NaN comes first."""
    key = -x.astype(np.float64)
    return np.lexsort((key, ~np.isnan(key)), axis=-1)


EXACT = {"rtol": 0, "atol": 0, "webgl": (0, 0)}
HALF = uniform([3, 9], -1, 1)
SORTING = [
    Row(
        "sort, argsort",
        lambda x: [ops.sort(x), ops.argsort(x), ops.sort(x, 0), ops.argsort(x, 0), ops.argsort(x, None)],
        [
            [distinct([7])],
            [distinct([3, 5])],
            [integers([2, 3, 9], 0, 3)],
            [integers([4, 6], -(2**31), 2**31)],
            [booleans([5, 6])],
            [integers([11], 0, 256, np.uint8)],
            [integers([11], 0, 2**32, np.uint32)],
            [uniform([1, 1])],
            [uniform([0, 4])],
            [distinct([2, 133])],
            [integers([1000], 0, 50)],
        ],
        lambda x: [
            np.sort(x),
            np.argsort(x, kind="stable"),
            np.sort(x, 0),
            np.argsort(x, 0, kind="stable"),
            np.argsort(x, None, kind="stable"),
        ],
        grad=(0,),
        **EXACT,
    ),
    Row(
        "sort, argsort descending",
        lambda x: [ops.sort(x, -1, True), ops.argsort(x, -1, True)],
        [
            [distinct([6])],
            [integers([3, 9], 0, 3)],
            [integers([3, 5], -(2**31), 2**31)],
            [booleans([5, 6])],
            [integers([9], 0, 2**32, np.uint32)],
            [integers([9], -128, 128, np.int8)],
            [integers([300], -9, 9)],
        ],
        lambda x: [np.take_along_axis(x, falling(x), -1), falling(x)],
        grad=(0,),
        **EXACT,
    ),
    Row(
        "sort, argsort, top_k of NaN, infinities and zeros",
        lambda x: [
            ops.sort(x),
            ops.argsort(x),
            ops.sort(x, -1, True),
            ops.argsort(x, -1, True),
            *ops.top_k(x, 3),
        ],
        [[values([2, NAN, -INF, 0.0, -0.0, INF, NAN, -1, -3.5])], [values([[NAN, 1, 2, INF]])]],
        lambda x: [
            np.sort(x),
            np.argsort(x, kind="stable"),
            np.take_along_axis(x, falling(x), -1),
            falling(x),
            np.take_along_axis(x, falling(x), -1)[..., :3],
            falling(x)[..., :3],
        ],
        **EXACT,
    ),
    Row(
        "sort twice differentiated",
        lambda x: ops.multiply(ops.sort(x, 0), ops.sort(x, 0)),
        [[distinct([3, 2])], [distinct([70])]],
        lambda x: np.sort(x, 0) ** 2,
        grad=(0,),
        second=True,
    ),
    Row(
        "top_k",
        lambda x: [*ops.top_k(x, 2), *ops.top_k(x, 1, False), *ops.top_k(x, 0)],
        [
            [distinct([5])],
            [distinct([3, 4])],
            [integers([2, 3, 7], 0, 3)],
            [integers([2, 2], 0, 256, np.uint8)],
            [uniform([0, 3])],
        ],
        lambda x: [
            part
            for k in (2, 1, 0)
            for part in (np.take_along_axis(x, falling(x)[..., :k], -1), falling(x)[..., :k])
        ],
        grad=(0,),
        **EXACT,
    ),
    Row(
        "partition, argpartition",
        lambda x: [ops.partition(x, 2), ops.take_along_axis(x, ops.argpartition(x, 1, 0), 0)],
        [[distinct([5])], [distinct([3, 4])], [integers([4, 3], 0, 9)], [uniform([3, 3])]],
        lambda x: [np.sort(x), np.sort(x, 0)],
        grad=(0,),
        **EXACT,
    ),
]

ROWS = [*CUMULATIVE, *SORTING]
