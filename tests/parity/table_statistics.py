"""Rows of the reductions that skip NaN, and of correlation, distances, integrals, confusion."""

import warnings

import numpy as np
from scipy.spatial import distance

from pybrowserml import ops

from .rows import Row, distinct, integers, uniform, values
from .table_reductions import SUMMED


def with_gaps(shape, every=3):
    """Distinct numbers, every third NaN."""
    make = distinct(shape)

    def gaps(rng):
        array = make(rng)
        array.reshape(-1)[::every] = np.nan
        return array

    return gaps


def quiet(function):
    """NumPy warns of slices without numbers."""

    def call(*arguments, **named):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*arguments, **named)

    return call


NAN_REDUCTIONS = [
    ("nansum", ops.nansum, np.nansum),
    ("nanprod", ops.nanprod, np.nanprod),
    ("nanmax", ops.nanmax, np.nanmax),
    ("nanmin", ops.nanmin, np.nanmin),
    ("nanmean", ops.nanmean, np.nanmean),
    ("nanvar", ops.nanvar, np.nanvar),
    ("nanstd", ops.nanstd, np.nanstd),
]


def skipping(name, ours, theirs):
    theirs = quiet(theirs)
    return [
        Row(
            name,
            lambda x: [ours(x), ours(x, 1), ours(x, [0, -1], True)],
            [[with_gaps([3, 4])], [distinct([2, 3])], [with_gaps([2, 1, 4])], [integers([2, 3], -5, 5)]],
            lambda x: [theirs(x), theirs(x, axis=1), theirs(x, axis=(0, -1), keepdims=True)],
            **SUMMED,
        ),
        Row(
            f"{name} of nothing but NaN",
            lambda x: [ours(x, 1), ours(x, 0, True)],
            [[values([[np.nan, np.nan], [np.nan, 2], [np.inf, 1], [-np.inf, np.nan]])]],
            lambda x: [theirs(x, axis=1), theirs(x, axis=0, keepdims=True)],
            **SUMMED,
        ),
        Row(
            f"{name} without NaN",
            lambda x: ours(x, 1),
            [[distinct([3, 4])], [distinct([2, 1])]],
            lambda x: theirs(x, axis=1),
            grad=() if name == "nanstd" else (0,),
            **SUMMED,
        ),
    ]


def at_gaps(function):
    """NumPy raises where nothing is a number; Keras gives -1."""

    def call(x, axis):
        found = function(np.where(np.isnan(x), -np.inf if function is np.argmax else np.inf, x), axis)
        return np.where(np.isnan(x).all(axis), -1, found)

    return call


SKIPPING = [row for name, ours, theirs in NAN_REDUCTIONS for row in skipping(name, ours, theirs)]
SKIPPING += [
    Row(
        "slopes of nansum and nanmean",
        lambda x, s: [ops.nansum(ops.add(x, s), 1), ops.nanmean(ops.add(x, s))],
        [[with_gaps([3, 4]), uniform([4])]],
        lambda x, s: [np.nansum(x + s, 1), np.nanmean(x + s)],
        grad=(1,),
        **SUMMED,
    ),
    Row(
        "nanargmax, nanargmin",
        lambda x: [
            ops.nanargmax(x, 1),
            ops.nanargmin(x, 1),
            ops.nanargmax(x, 0, True),
            ops.nanargmin(x),
            ops.nanargmax(x, None, True),
        ],
        [
            [with_gaps([3, 4])],
            [values([[np.nan, np.nan], [np.nan, 1], [2, 3]])],
            [values([[np.nan, np.nan]])],
            [integers([3, 2], -9, 9)],
            [values([[np.inf, np.nan, -np.inf]])],
        ],
        lambda x: [
            at_gaps(np.argmax)(x, 1),
            at_gaps(np.argmin)(x, 1),
            at_gaps(np.argmax)(x, 0)[None],
            at_gaps(np.argmin)(x.reshape(-1), 0),
            at_gaps(np.argmax)(x.reshape(-1), 0).reshape(1, 1),
        ],
    ),
]


def tf_average(v, x, decay, step):
    return v + (x - v) * (1 - decay) / (1 - decay**step)


RELATIONS = [
    Row(
        "corrcoef",
        ops.corrcoef,
        [[uniform([3, 6])], [uniform([2, 2])], [uniform([5])], [uniform([1, 4])], [integers([2, 5], -9, 9)]],
        quiet(np.corrcoef),
        grad=(0,),
        **{**SUMMED, "webgl_grad": (1e-4, 1e-4)},
    ),
    Row("corrcoef of a constant row", ops.corrcoef, [[values([[1, 1, 1], [1, 2, 4]])]], quiet(np.corrcoef)),
    Row(
        "cdist",
        ops.cdist,
        [
            [uniform([3, 4]), uniform([5, 4])],
            [uniform([1, 2]), uniform([1, 2])],
            [uniform([2, 1]), uniform([3, 1])],
            [uniform([0, 2]), uniform([3, 2])],
            [integers([2, 3], -5, 5), integers([2, 3], 6, 9)],
        ],
        distance.cdist,
        grad=(0, 1),
        **SUMMED,
    ),
    Row(
        "cdist of batches",
        ops.cdist,
        [[uniform([2, 3, 2]), uniform([2, 4, 2])], [uniform([2, 3, 2]), uniform([4, 2])]],
        lambda a, b: np.linalg.norm(a[..., :, None, :] - b[..., None, :, :], axis=-1),
        **SUMMED,
    ),
    Row(
        "cdist of close points far away",
        lambda x: ops.cdist(x, ops.add(x, 0.5)),
        [[lambda rng: (4096 + rng.integers(0, 9, [4, 3])).astype(np.float32)]],
        lambda x: distance.cdist(x, x + 0.5),
        **SUMMED,
    ),
    Row(
        "trapezoid",
        lambda y: [ops.trapezoid(y), ops.trapezoid(y, None, 0.25, 0)],
        [
            [uniform([4, 5])],
            [uniform([1, 3])],
            [uniform([3, 1])],
            [uniform([2, 2])],
            [integers([3, 4], -9, 9)],
        ],
        lambda y: [np.trapezoid(y), np.trapezoid(y, dx=0.25, axis=0)],
        grad=(0,),
        **SUMMED,
    ),
    Row(
        "trapezoid at places",
        lambda y, x: [ops.trapezoid(y, x), ops.trapezoid(y, ops.multiply(y, y), 1.0, 0)],
        [[uniform([3, 4]), uniform([4])], [uniform([2, 2]), uniform([2, 2])]],
        lambda y, x: [np.trapezoid(y, x), np.trapezoid(y, y * y, axis=0)],
        grad=(0, 1),
        **SUMMED,
    ),
    Row(
        "moving_average",
        lambda v, x: [
            ops.moving_average(v, x, 0.9, None, False),
            ops.moving_average(v, x, 0.9, 3),
            ops.moving_average(v, x, 0.0, 1),
        ],
        [[uniform([3]), uniform([3])], [uniform([]), uniform([])], [uniform([2, 0]), uniform([2, 0])]],
        lambda v, x: [v + (x - v) * 0.1, tf_average(v, x, 0.9, 3), x],
        grad=(0, 1),
        **SUMMED,
    ),
]

ROWS = [*SKIPPING, *RELATIONS]
