"""Rows of the reductions and norms: every form of axis, sizes of 1, empty tensors, extremes."""

import numpy as np
from scipy import special

from pybrowserml import ops

from .rows import Row, booleans, distinct, integers, uniform, values

# Sums of up to 60 terms in float32, against float64.
SUMMED = {"rtol": 4e-6, "atol": 4e-6, "webgl": (1e-5, 1e-5), "grad_tolerance": (4e-5, 4e-5)}
FORMS = [
    ([3, 4], None),
    ([3, 4], -1),
    ([2, 3, 4], [0, -1]),
    ([5], 0),
    ([1, 4, 1], 1),
    ([], None),
    ([2, 1, 2, 1, 2], [1, 3]),
]


def axes_of(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def reduction(name, ours, theirs, make=distinct, **more):
    """One row for every form: with and without keepdims."""

    def rows():
        for shape, axis in FORMS:
            yield Row(
                f"{name} {shape} {axis}",
                lambda x, a=axis: [ours(x, a), ours(x, a, True)],
                [[make(shape)]],
                lambda x, a=axis: [theirs(x, axis=axes_of(a)), theirs(x, axis=axes_of(a), keepdims=True)],
                grad=(0,),
                **{**SUMMED, **more},
            )

    return list(rows())


def few_zeros(shape):
    return integers(shape, -1, 2, np.float32)


PLAIN = [
    *reduction("ptp", ops.ptp, np.ptp),
    *reduction("max", ops.max, np.max),
    *reduction("min", ops.min, np.min),
    Row(
        "max and min with a first value",
        lambda x: [ops.max(x, 1, False, 0.1), ops.min(x, 1, True, 0.1), ops.max(x, None, False, 9)],
        [[distinct([3, 4])], [distinct([2, 1])], [uniform([2, 0])], [uniform([0, 3])]],
        lambda x: [
            np.max(x, 1, initial=np.float32(0.1)),
            np.min(x, 1, keepdims=True, initial=np.float32(0.1)),
            np.max(x, initial=9),
        ],
        grad=(0,),
    ),
    Row(
        "prod in another dtype",
        lambda x: [ops.prod(x, 1, False, "int32"), ops.prod(x, None, True, "float32")],
        [[integers([3, 4], -3, 4)], [integers([2, 0], -3, 4)], [booleans([2, 2])]],
        lambda x: [np.prod(x, 1, dtype=np.int64), np.prod(x, keepdims=True, dtype=float)],
    ),
    Row(
        "reductions of nothing",
        lambda x: [
            ops.sum(x, 1),
            ops.prod(x, 1),
            ops.any(x, 1),
            ops.all(x, 1),
            ops.count_nonzero(x, 1),
            ops.mean(x, 1),
            ops.logsumexp(x, 1),
            ops.var(x, 0),
        ],
        [[uniform([2, 0])], [uniform([0, 0])]],
        lambda x: [
            x.sum(1),
            x.prod(1),
            x.any(1),
            x.all(1),
            np.count_nonzero(x, 1),
            np.full(x.shape[0], np.nan),
            np.full(x.shape[0], -np.inf),
            np.full(x.shape[1], np.nan),
        ],
    ),
    Row(
        "reductions keep what is not a number",
        lambda x: [
            f(x, 1)
            for f in (
                ops.sum,
                ops.prod,
                ops.mean,
                ops.max,
                ops.min,
                ops.var,
                ops.logsumexp,
                ops.euclidean_norm,
            )
        ],
        [
            [
                values(
                    [
                        [1, np.nan, 2],
                        [np.nan, 1, 3],
                        [np.inf, 1, 2],
                        [-np.inf, 0, 1],
                        [np.inf, -np.inf, 1],
                        [-np.inf] * 3,
                    ]
                )
            ]
        ],
        lambda x: not_finite(x),
        **SUMMED,
    ),
    Row(
        "argmax and argmin find what is not a number",
        lambda x: [ops.argmax(x, 1), ops.argmin(x, 1), ops.argmax(x), ops.argmin(x)],
        [[values([[1, np.nan, 2], [3, 1, np.nan], [np.nan, np.nan, 0], [np.inf, 1, -np.inf]])]],
        lambda x: [x.argmax(1), x.argmin(1), x.argmax(), x.argmin()],
    ),
    Row(
        "argmax and argmin of equals",
        lambda x: [ops.argmax(x, 0), ops.argmin(x, -1, True), ops.argmax(x, None, True)],
        [[integers([4, 3], 0, 2)], [integers([5, 7], 0, 3, np.float32)], [values([[0, -0.0, 0]])]],
        lambda x: [x.argmax(0), x.argmin(-1, keepdims=True), x.argmax(keepdims=True)],
    ),
    Row(
        "any, all, count_nonzero of special numbers",
        lambda x: [
            ops.any(x, 1),
            ops.all(x, 1),
            ops.count_nonzero(x, [0, 1]),
            ops.any(x, 0, True),
            ops.all(x),
        ],
        [
            [values([[np.nan, 0], [0, -0.0], [1e-30, 1], [np.inf, -1]])],
            [integers([3, 2], 0, 2)],
            [booleans([2, 3])],
        ],
        lambda x: [x.any(1), x.all(1), np.count_nonzero(x), x.any(0, keepdims=True), x.all()],
    ),
    Row(
        "variance of a small spread around a large mean",
        lambda x: [ops.var(x), ops.std(x, 0)],
        [[lambda rng: (10000 + rng.integers(0, 5, [40, 2])).astype(np.float32)]],
        lambda x: [x.var(), x.std(0)],
        rtol=1e-5,
        webgl=(1e-5, 1e-5),
    ),
    Row(
        "moments with keepdims",
        lambda x: ops.moments(x, [0, 2], True),
        [[uniform([3, 2, 4])], [uniform([1, 2, 1])]],
        lambda x: [x.mean((0, 2), keepdims=True), x.var((0, 2), keepdims=True)],
        grad=(0,),
        **SUMMED,
    ),
    Row(
        "logsumexp of huge numbers",
        lambda x: [ops.logsumexp(x, 1), ops.logsumexp(x)],
        [[values([[1000, 1000], [-1000, -1001], [3e38, -3e38], [-np.inf, 2]])]],
        lambda x: [special.logsumexp(x, 1), special.logsumexp(x)],
    ),
]


def not_finite(x):
    with np.errstate(all="ignore"):
        return [
            x.sum(1),
            x.prod(1),
            x.mean(1),
            x.max(1),
            x.min(1),
            x.var(1),
            special.logsumexp(x, 1),
            np.sqrt((x * x).sum(1)),
        ]


AVERAGES = [
    Row(
        "average",
        lambda x, w: [ops.average(x), ops.average(x, 1, w), ops.average(x, [0, 1], ops.multiply(x, x))],
        [
            [uniform([3, 4]), uniform([4], 0.5, 2)],
            [uniform([1, 2]), uniform([2], 0.5, 2)],
            [uniform([9, 37]), uniform([37], 0.5, 2)],
        ],
        lambda x, w: [np.mean(x), np.average(x, 1, w), np.average(x, weights=x * x)],
        grad=(0, 1),
        **SUMMED,
    ),
    Row(
        "average with weights of its shape",
        lambda x, w: [ops.average(x, None, w), ops.average(x, 0, w)],
        [
            [uniform([3, 4]), uniform([3, 4], 0.5, 2)],
            [uniform([5]), uniform([5], 0.5, 2)],
            [integers([4], -9, 9), integers([4], 1, 9)],
        ],
        lambda x, w: [np.average(x, weights=w), np.average(x, 0, w)],
        grad=(0, 1),
        **SUMMED,
    ),
]


def p_norm(p):
    return lambda x, axis=None, keepdims=False: (
        np.sum(np.abs(x) ** p, axis=axis, keepdims=keepdims) ** (1 / p)
    )


def norms(kind, order, places, shapes):
    """Along two choices of axes, the second with keepdims."""
    a, b = places
    return Row(
        f"norm of {kind}, order {order}",
        lambda x: [ops.norm(x, order, a), ops.norm(x, order, b, True)],
        [[distinct(shape)] for shape in shapes],
        lambda x: [np.linalg.norm(x, order, axes_of(a)), np.linalg.norm(x, order, axes_of(b), True)],
        grad=(0,),
        **SUMMED,
    )


VECTORS = [[3, 4], [2, 3, 2], [1, 5]]
MATRICES = [[3, 4, 2], [1, 5]]
NORMS = [norms("vectors", order, [-1, 0], VECTORS) for order in [None, 1, 2, 3.5, 0, np.inf, -np.inf]]
NORMS += [
    norms("matrices", order, [[-2, -1], [1, 0]], MATRICES) for order in ["fro", None, 1, -1, np.inf, -np.inf]
]
NORMS += [
    Row(
        "norm of everything",
        lambda x: [ops.norm(x), ops.norm(x, None, None, True)],
        [[uniform([2, 3, 2])], [uniform([])], [uniform([0])]],
        lambda x: [np.sqrt((x * x).sum()), np.sqrt((x * x).sum(keepdims=True))],
        grad=(0,),
        **SUMMED,
    ),
    *reduction("euclidean_norm", ops.euclidean_norm, p_norm(2.0)),
    Row("slope of a norm at zero", lambda x: slope(ops.norm, x), [[values([0, 0])]], lambda x: x),
]
for order in [1, 2, 3, np.inf]:
    NORMS.append(
        Row(
            f"normalize, order {order}",
            lambda x, p=order: [ops.normalize(x, -1, p), ops.normalize(x, 0, p, 1e-3)],
            [[distinct([3, 4])], [distinct([2, 1, 3])], [values([[0, 0], [0, 0]])], [integers([2, 2], 1, 9)]],
            lambda x, p=order: [
                x / np.maximum(np.linalg.norm(x, p, a, keepdims=True), e) for a, e in [(-1, 1e-7), (0, 1e-3)]
            ],
            **SUMMED,
        )
    )


def slope(f, x):
    from pybrowserml.core.autodiff import gradients

    return gradients([f(x)], [x])[0]


ROWS = [*PLAIN, *AVERAGES, *NORMS]
