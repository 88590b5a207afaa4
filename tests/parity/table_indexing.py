"""Rows of indexing, scattering, segments, counting and searching."""

import numpy as np

from pybrowserml import ops
from pybrowserml.core.opset.gathering import scatter as scatter_primitive

from .rows import Row, booleans, distinct, integers, uniform, values

NAN, INF = float("nan"), float("inf")
EXACT = {"rtol": 0, "atol": 0, "webgl": (0, 0)}
# Sums in another order than NumPy's.
SUMS = {"rtol": 2e-6, "atol": 2e-6, "webgl": (4e-6, 4e-6)}


def points(*numbers):
    return values(list(numbers), np.int32)


def gathered(x, indices, batch_dims=0):
    """gather_nd in NumPy."""
    if batch_dims > 0:
        return np.stack([gathered(a, b, batch_dims - 1) for a, b in zip(x, indices, strict=True)])
    return x[tuple(np.moveaxis(indices, -1, 0))]


def scattered(base, indices, updates, reduction):
    """One update after the other."""
    y = np.array(base)
    flat = indices.reshape(-1, indices.shape[-1])
    rows = updates.reshape(len(flat), *y.shape[indices.shape[-1] :])
    functions = {"add": np.add, "max": np.maximum, "min": np.minimum, "mul": np.multiply}
    for place, row in zip(flat, rows, strict=True):
        at = tuple(place)
        if all(-n <= i < n for i, n in zip(place, y.shape, strict=False)):
            y[at] = row if reduction is None else functions[reduction](y[at], row)
    return y


READING = [
    Row(
        "take_along_axis",
        lambda x, i: [ops.take_along_axis(x, i, 1), ops.take_along_axis(x, i)],
        [
            [distinct([3, 5]), integers([3, 2], -5, 5)],
            [distinct([2, 5, 3]), integers([2, 4, 3], 0, 5)],
            [integers([2, 1], 0, 9), integers([2, 3], 0, 1)],
            [booleans([2, 4]), integers([2, 0], 0, 1)],
            [distinct([1, 70]), integers([1, 80], -70, 70)],
        ],
        lambda x, i: [
            np.take_along_axis(x, i, 1),
            np.take_along_axis(x, i.reshape(-1), None) if i.size > 0 else np.zeros(0, x.dtype),
        ],
        grad=(0,),
        second=True,
        **EXACT,
    ),
    Row(
        "take_along_axis with broadcasting, other axes",
        lambda x, i: [ops.take_along_axis(x, i, 0), ops.take_along_axis(x, i, -1)],
        [[distinct([3, 3]), integers([1, 3], 0, 3)], [distinct([2, 2, 2]), integers([1, 2, 1], 0, 2)]],
        lambda x, i: [
            np.take_along_axis(x, np.broadcast_to(i, [i.shape[0], *x.shape[1:]]), 0),
            np.take_along_axis(x, np.broadcast_to(i, [*x.shape[:-1], i.shape[-1]]), -1),
        ],
        grad=(0,),
        **EXACT,
    ),
    Row(
        "gather_nd",
        ops.gather_nd,
        [
            [distinct([5]), points([0], [4], [-1])],
            [distinct([3, 4]), points([0, 1], [2, 3], [2, 3])],
            [distinct([3, 4]), points([[1], [0]], [[2], [2]])],
            [distinct([2, 3, 2]), points([1, 2, 1])],
            [integers([2, 3, 4], 0, 9), points([[1, -1]])],
            [booleans([3, 3]), integers([0, 2], 0, 1)],
        ],
        gathered,
        grad=(0,),
        **EXACT,
    ),
    Row(
        "gather_nd with batch axes",
        lambda x, i: ops.gather_nd(x, i, 1),
        [
            [distinct([2, 3]), points([[0], [2]], [[1], [1]])],
            [distinct([2, 3, 4]), points([2, 1], [0, 3])],
            [distinct([2, 3, 4]), points([[2], [1]], [[0], [0]])],
        ],
        lambda x, i: gathered(x, i, 1),
        grad=(0,),
        **EXACT,
    ),
    Row(
        "slice with starts of tensors",
        lambda x, i: [
            ops.slice(x, i, [2, 3]),
            ops.slice(x, [1, ops.get_item(i, 1)], [-1, 2]),
            ops.slice(x, [1, 2], [2, -1]),
        ],
        [[distinct([3, 5]), values([1, 2], np.int32)], [integers([4, 6], 0, 9), values([3, -1], np.int32)]],
        lambda x, i: [
            x[fit(i[0], x, 0, 2) :][:2, fit(i[1], x, 1, 3) :][:, :3],
            x[1:, fit(i[1], x, 1, 2) :][:, :2],
            x[1:3, 2:],
        ],
        grad=(0,),
        **EXACT,
    ),
    Row(
        "slice_update",
        lambda x, u, i: [ops.slice_update(x, [1, 0], u), ops.slice_update(x, i, u)],
        [
            [distinct([3, 4]), distinct([2, 2]), values([0, 2], np.int32)],
            [distinct([3, 4]), distinct([2, 4]), values([9, -9], np.int32)],
            [integers([3, 2], 0, 9), integers([1, 1], 0, 9), values([2, 1], np.int32)],
            [distinct([2, 2]), uniform([0, 2]), values([0, 0], np.int32)],
        ],
        lambda x, u, i: [
            updated(x, u, [1, 0]),
            updated(x, u, [fit(i[0], x, 0, u.shape[0]), fit(i[1], x, 1, u.shape[1])]),
        ],
        grad=(0, 1),
        second=True,
        **EXACT,
    ),
    Row(
        "get_item",
        lambda x: [
            ops.get_item(x, 1),
            ops.get_item(x, [-1, [0, 3]]),
            ops.get_item(x, ["...", 0]),
            ops.get_item(x, [[None, None, 2], None, [4, 0, -2]]),
            ops.get_item(x, [[None, None, -1], "...", [None, None, -1]]),
            ops.get_item(x, [slice(1, None), slice(-3, -1)]),
            ops.get_item(x, [[5, 9], [2, 1]]),
            ops.get_item(x, [..., None]),
            ops.get_item(x, [[-100, 100], [-1, -100, -3]]),
        ],
        [[distinct([3, 5])], [integers([2, 6, 3], 0, 9)], [distinct([4, 3])]],
        lambda x: [
            x[1],
            x[-1, 0:3],
            x[..., 0],
            x[::2, None, 4:0:-2],
            x[::-1, ..., ::-1],
            x[1:, -3:-1],
            x[5:9, 2:1],
            x[..., None],
            x[-100:100, -1:-100:-3],
        ],
        grad=(0,),
        **EXACT,
    ),
    Row(
        "get_item with a tensor",
        lambda x, i: [ops.get_item(x, i), ops.get_item(x, [[0, 2], i]), ops.get_item(x, [0, None, i])],
        [[distinct([3, 4]), integers([2, 2], -3, 3)], [integers([4, 3, 2], 0, 9), integers([5], 0, 3)]],
        lambda x, i: [x[i], x[0:2][:, i], x[0][None][:, i]],
        grad=(0,),
        **EXACT,
    ),
    Row(
        "strided_slice",
        lambda x: [
            ops.strided_slice(x, [1, 0], [3, 4]),
            ops.strided_slice(x, [1, -1], [3, 0], [1, -2]),
            ops.strided_slice(x, [1, 2], [0, 0], None, 0, 1, 0, 0, 2),
            ops.strided_slice(x, [2, 1], [3, 3], [1, 1], 1, 2),
        ],
        [[distinct([3, 5])], [integers([4, 4], 0, 9)]],
        lambda x: [x[1:3, 0:4], x[1:3, -1:0:-2], x[1:, 2], x[:3, 1:]],
        grad=(0,),
        **EXACT,
    ),
]


def fit(start, x, axis, count):
    return int(min(max(start, 0), x.shape[axis] - count))


def updated(x, u, starts):
    y = np.array(x)
    y[tuple(slice(s, s + n) for s, n in zip(starts, u.shape, strict=True))] = u
    return y


WRITING = [
    Row(
        "scatter",
        lambda i, u: ops.scatter(i, u, [4, 3]),
        [
            [points([0, 1], [3, 2], [0, 1]), uniform([3])],
            [points([2], [2], [0]), uniform([3, 3])],
            [points([[1], [-1]]), uniform([1, 2, 3])],
            [points([1], [7], [-9]), uniform([3, 3])],
            [points([0, 0]), integers([1], 0, 9)],
            [integers([0, 2], 0, 1), uniform([0])],
            [integers([70, 2], 0, 3), uniform([70])],
        ],
        lambda i, u: scattered(np.zeros((4, 3), u.dtype), i, u, "add"),
        grad=(1,),
        **SUMS,
    ),
]
for reduction in (None, "add", "max", "min", "mul"):
    WRITING.append(
        Row(
            f"scatter_update {reduction}",
            lambda x, i, u, r=reduction: ops.scatter_update(x, i, u, r),
            [
                [distinct([5]), points([0], [4], [0]), uniform([3])],
                [distinct([3, 2]), points([2], [2], [0]), uniform([3, 2])],
                [distinct([2, 2, 2]), points([1, 0], [1, 0]), uniform([2, 2])],
                [distinct([2, 2]), points([0, 1], [5, 0]), uniform([2])],
                [integers([4, 2], -9, 9), points([3], [1], [3]), integers([3, 2], -9, 9)],
                [uniform([3, 2]), integers([0, 1], 0, 1), uniform([0, 2])],
                [distinct([6]), integers([50, 1], 0, 4), uniform([50], 0.5, 1.5)],
            ],
            lambda x, i, u, r=reduction: scattered(x, i, u, r),
            grad=(0, 2),
            second=True,
            rtol=1e-5,
            webgl=(1e-5, 2e-6),
            grad_tolerance=(1e-4, 2e-5),
        )
    )
WRITING += [
    Row(
        "scatter mul with zeros",
        lambda x, u: ops.scatter_update(x, np.int32([[0], [0], [1], [1], [2]]), u, "mul"),
        [[values([2, 0, 3, 0]), values([0, 2, 3, 4, 5])]],
        lambda x, u: scattered(x, np.array([[0], [0], [1], [1], [2]]), u, "mul"),
        grad=(0, 1),
        second=True,
    ),
    Row(
        "scatter mul with several zeros",
        lambda x, u: ops.scatter_update(x, np.int32([[0], [0], [1], [1], [2]]), u, "mul"),
        [[values([2, 3, 0, 1]), values([0, 0, 3, 0, 0])]],
        lambda x, u: scattered(x, np.array([[0], [0], [1], [1], [2]]), u, "mul"),
        grad=(0, 1),
    ),
    Row(
        "scatter with many indices",
        lambda i, u: [
            scatter_primitive("add", i, u, 0, [3000], False),
            scatter_primitive("max", i, u, 0, [3000], True),
            scatter_primitive("update", i, u, 0, [3000], False),
        ],
        [[integers([900], -10, 3050), uniform([900])], [integers([900], 7, 9), uniform([900])]],
        lambda i, u: [
            scattered(np.zeros(3000), kept(i, u)[0], kept(i, u)[1], "add"),
            scattered(np.full(3000, -INF), np.clip(i, 0, 2999)[:, None], u, "max"),
            scattered(np.zeros(3000), kept(i, u)[0], kept(i, u)[1], None),
        ],
        atol=2e-5,
        webgl=(4e-6, 4e-5),
    ),
]


def kept(i, u):
    """Indices and updates inside of 0 .. 2999."""
    inside = (i >= 0) & (i < 3000)
    return i[inside][:, None], u[inside]


def segmented(function, first, x, ids, count):
    y = np.full([count, *x.shape[1:]], first, dtype=x.dtype)
    for place, row in zip(ids, x, strict=True):
        if 0 <= place < count:
            y[place] = function(y[place], row)
    return y


def lowest(x):
    return -INF if x.dtype.kind == "f" else -(2**31)


def highest(x):
    return INF if x.dtype.kind == "f" else 2**31 - 1


def segment_means(x, ids, count):
    number = np.maximum(segmented(np.add, 0, np.ones(len(x)), ids, count), 1)
    return segmented(np.add, 0, x.astype(float), ids, count) / number.reshape(-1, *[1] * (x.ndim - 1))


WRITING.append(
    Row(
        "sparse_to_dense",
        lambda i, v: [ops.sparse_to_dense(i, v, [3, 4]), ops.sparse_to_dense(i, v, [3, 4], -1)],
        [
            [points([0, 1], [2, 3], [0, 1]), uniform([3])],
            [points([1, 1], [0, 9]), integers([2], 0, 9)],
            [points([1, 1], [0, 0]), uniform([])],
            [integers([0, 2], 0, 1), uniform([0])],
        ],
        lambda i, v: [
            scattered(np.full((3, 4), fill, v.dtype), i, np.broadcast_to(v, len(i)), None) for fill in (0, -1)
        ],
        grad=(1,),
        **EXACT,
    )
)

SEGMENTS = []
for name, ours, theirs in [
    ("segment_sum", ops.segment_sum, lambda x, i: segmented(np.add, 0, x, i, 4)),
    ("segment_prod", ops.segment_prod, lambda x, i: segmented(np.multiply, 1, x, i, 4)),
    ("segment_max", ops.segment_max, lambda x, i: segmented(np.maximum, lowest(x), x, i, 4)),
    ("segment_min", ops.segment_min, lambda x, i: segmented(np.minimum, highest(x), x, i, 4)),
    ("segment_mean", ops.segment_mean, lambda x, i: segment_means(x, i, 4)),
    ("unsorted_segment_sum", ops.unsorted_segment_sum, lambda x, i: segmented(np.add, 0, x, i, 4)),
]:
    SEGMENTS.append(
        Row(
            name,
            lambda x, i, f=ours: f(x, i, 4),
            [
                [distinct([5], 0.25), values([0, 0, 1, 3, 3], np.int32)],
                [distinct([5, 3], 0.25), values([3, 0, 3, 9, -1], np.int32)],
                [distinct([3, 2, 2], 0.25), values([1, 1, 1], np.int32)],
                [integers([6, 2], -9, 9), integers([6], 0, 4)],
                [uniform([0, 2]), integers([0], 0, 1)],
                [distinct([70], 0.03125), integers([70], 0, 4)],
            ],
            theirs,
            # The gradient of an empty segment's infinity by differences is NaN: only full ones are differentiated.
            grad=() if name in ("segment_max", "segment_min") else (0,),
            rtol=2e-6,
            webgl=(1e-5, 4e-6),
            grad_tolerance=(1e-4, 2e-5),
        )
    )
SEGMENTS += [
    Row(
        "segment_max, segment_min differentiated",
        lambda x, i: [ops.segment_max(x, i, 2), ops.segment_min(x, i, 2)],
        [[distinct([5]), values([0, 1, 1, 0, 0], np.int32)], [distinct([3, 2]), values([1, 0, 1], np.int32)]],
        lambda x, i: [
            np.stack([x[i == k].max(0) for k in (0, 1)]),
            np.stack([x[i == k].min(0) for k in (0, 1)]),
        ],
        grad=(0,),
        second=True,
        **EXACT,
    ),
]

CODES = [
    Row(
        "multi_hot",
        lambda x: [ops.multi_hot(x, 5), ops.multi_hot(x, 4, -1, "int32")],
        [
            [values([[0, 4], [2, 2]], np.int32)],
            [values([[1], [3]], np.int32)],
            [integers([3, 4], -1, 6)],
            [integers([2, 0], 0, 1)],
        ],
        lambda x: [
            (x[..., None] == np.arange(5)).any(1).astype(float),
            (x[..., None] == np.arange(4)).any(1).astype(np.int64),
        ],
    ),
    Row(
        "unravel_index, ravel_multi_index",
        lambda i: [
            *ops.unravel_index(i, [3, 4, 2]),
            ops.ravel_multi_index(ops.unravel_index(i, [3, 4, 2]), [3, 4, 2]),
            *ops.unravel_index(i, [24]),
        ],
        [
            [values([0, 5, 23, -1], np.int32)],
            [integers([2, 3], 0, 24)],
            [integers([], 0, 24)],
            [integers([0], 0, 1)],
        ],
        lambda i: [*np.unravel_index(i % 24, (3, 4, 2)), i % 24, i % 24],
    ),
    Row(
        "band_part of other sizes",
        lambda x: [
            ops.band_part(x, 1, 0),
            ops.band_part(x, -1, 1),
            ops.band_part(x, 0, -1),
            ops.band_part(x, 0, 0),
        ],
        [
            [distinct([3, 3])],
            [distinct([2, 3, 5])],
            [integers([4, 2], 0, 9)],
            [booleans([3, 3])],
            [uniform([0, 3])],
        ],
        lambda x: [np.triu(np.tril(x), -1), np.tril(x, 1), np.triu(x), np.tril(np.triu(x))],
        grad=(0,),
        **EXACT,
    ),
]


def rows_counted(x, weights, size):
    """bincount of rows, without what lies beyond."""
    if x.ndim == 2:
        parts = zip(x, x if weights is None else weights, strict=True)
        return np.stack([rows_counted(a, None if weights is None else b, size) for a, b in parts])
    inside = (x >= 0) & (x < size)
    return np.bincount(x[inside], None if weights is None else weights[inside], size)


COUNTING = [
    Row(
        "bincount",
        lambda x: [
            ops.bincount(x, None, 6),
            ops.dense_bincount(x, None, 3),
            ops.dense_bincount(x, None, 4, True),
        ],
        [
            [integers([20], 0, 6)],
            [integers([3, 5], -1, 8)],
            [integers([0], 0, 1)],
            [integers([1], 0, 6)],
            [integers([9], 0, 200, np.uint8)],
            [integers([1000], 0, 6)],
        ],
        lambda x: [
            rows_counted(x, None, 6),
            rows_counted(x, None, 3),
            np.minimum(rows_counted(x, None, 4), 1),
        ],
    ),
    Row(
        "bincount with weights",
        lambda x, w: [ops.bincount(x, w, 5), ops.dense_bincount(x, w, 3)],
        [
            [integers([20], 0, 5), uniform([20])],
            [integers([3, 5], -1, 8), uniform([3, 5])],
            [integers([4], 0, 5), integers([4], 0, 9)],
        ],
        lambda x, w: [rows_counted(x, w, 5).astype(w.dtype), rows_counted(x, w, 3).astype(w.dtype)],
        grad=(1,),
        **SUMS,
    ),
    Row(
        "confusion_matrix",
        lambda a, b: ops.confusion_matrix(a, b, 3),
        [
            [integers([9], 0, 3), integers([9], 0, 3)],
            [values([0, 1, 3, -1, 2], np.int32), values([0, 2, 1, 1, 5], np.int32)],
            [integers([0], 0, 3), integers([0], 0, 3)],
            [integers([90], 0, 3), integers([90], 0, 3)],
        ],
        lambda a, b: np.array([[((a == i) & (b == j)).sum() for j in range(3)] for i in range(3)]),
    ),
    Row(
        "histogram",
        lambda x: [*ops.histogram(x), *ops.histogram(x, 4, [-1, 2]), *ops.histogram(x, 1)],
        [
            [uniform([50])],
            [uniform([3, 4])],
            [values([2, 2, 2])],
            [values([-1, 2, 0.5, -0.25, 1.25, 7])],
            [uniform([700])],
        ],
        lambda x: [*np.histogram(x), *np.histogram(x, 4, (-1, 2)), *np.histogram(x, 1)],
        rtol=2e-6,
        webgl=(4e-6, 4e-6),
    ),
    Row(
        "histogram of integers and of nothing",
        lambda x, e: [*ops.histogram(x, 3), *ops.histogram(e, 2)],
        [[integers([40], 0, 10), uniform([0])]],
        lambda x, e: [*np.histogram(x, 3), *np.histogram(e, 2)],
    ),
]

SORTED = values([-2, -1, 0, 0, 0, 0.5, 3])
SEARCHING = [
    Row(
        "searchsorted",
        lambda s, v: [
            ops.searchsorted(s, v),
            ops.searchsorted(s, v, "right"),
            ops.lower_bound(s, v),
            ops.upper_bound(s, v),
            ops.digitize(v, s),
        ],
        [
            [SORTED, values([-3, -2, -1.5, 0, 0.25, 3, 9])],
            [SORTED, uniform([2, 3, 4])],
            [values([1]), values([[0, 1, 2]])],
            [uniform([0]), uniform([3])],
            [values([1, 2, INF, NAN, NAN]), values([0, 2, INF, NAN, -INF])],
            [values([1, 5, 5, 2000000000], np.int32), integers([9], 0, 7)],
            [lambda rng: np.sort(rng.uniform(-2, 2, 100).astype(np.float32)), uniform([20])],
        ],
        lambda s, v: [
            np.searchsorted(s, v),
            np.searchsorted(s, v, "right"),
            np.searchsorted(s, v),
            np.searchsorted(s, v, "right"),
            np.searchsorted(s, v, "right"),
        ],
    ),
    Row(
        "searchsorted in rows",
        lambda s, v: [ops.searchsorted(s, v), ops.upper_bound(s, v)],
        [
            [values([[0, 1, 2], [5, 5, 6]]), values([[1, 9], [5, 0]])],
            [values([[0, 3], [4, 4]], np.int32), integers([2, 5], 0, 6)],
        ],
        lambda s, v: [
            np.stack([np.searchsorted(a, b, side) for a, b in zip(s, v, strict=True)])
            for side in ("left", "right")
        ],
    ),
    Row(
        "isin",
        lambda a, b: [ops.isin(a, b), ops.isin(a, b, False, True)],
        [
            [integers([3, 4], 0, 6), integers([3], 0, 6)],
            [values([1, NAN, INF, -0.0]), values([[0.0, INF], [NAN, 4]])],
            [uniform([4]), uniform([0])],
            [integers([5], 0, 9, np.uint8), integers([100], 0, 9)],
            [booleans([4]), values([True], np.bool_)],
            [integers([], 0, 2), integers([1], 0, 2)],
        ],
        lambda a, b: [np.isin(a, b), np.isin(a, b, invert=True)],
    ),
    Row(
        "in_top_k",
        lambda t, p: [ops.in_top_k(t, p, 1), ops.in_top_k(t, p, 2)],
        [
            [integers([4], 0, 3), distinct([4, 3])],
            [values([0, 1, 2, 5, -1], np.int32), values([[1, 1, 0]] * 5)],
            [values([0, 1], np.int32), values([[INF, 1, 0], [NAN, 0, 1]])],
            [integers([0], 0, 1), uniform([0, 3])],
        ],
        lambda t, p: [
            np.array([among(row, target, k) for target, row in zip(t, p, strict=True)], dtype=bool)
            for k in (1, 2)
        ],
    ),
]


def among(row, target, k):
    return bool(0 <= target < len(row) and np.isfinite(row[target]) and (row > row[target]).sum() < k)


ROWS = [*READING, *WRITING, *SEGMENTS, *CODES, *COUNTING, *SEARCHING]
