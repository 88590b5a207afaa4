"""Rows of quantiles and medians, of sparsemax and in_top_k, which order their numbers."""

import numpy as np

from pybrowserml import ops

from .rows import Row, distinct, integers, uniform, values
from .table_reductions import SUMMED
from .table_statistics import quiet, with_gaps

METHODS = ["linear", "lower", "higher", "midpoint", "nearest"]
CASES = [[distinct([4, 5])], [distinct([3, 1])], [distinct([2, 11])], [integers([3, 4], -9, 9)]]


def of_method(method):
    return Row(
        f"quantile by {method}",
        lambda x: [
            ops.quantile(x, [0.1, 0.3, 0.5, 1.0], 1, method),
            ops.quantile(x, 0.7, None, method, True),
        ],
        CASES,
        lambda x: [
            np.quantile(x.astype(float), [0.1, 0.3, 0.5, 1.0], 1, method=method),
            np.quantile(x.astype(float), 0.7, method=method, keepdims=True),
        ],
        grad=(0,),
        **SUMMED,
    )


def skipping(method):
    return Row(
        f"nanquantile by {method}",
        lambda x: [
            ops.nanquantile(x, [0.0, 0.5, 0.8], 1, method),
            ops.nanpercentile(x, 35.0, 0, method, True),
        ],
        [[with_gaps([4, 5])], [with_gaps([3, 2], 2)], [distinct([3, 4])]],
        lambda x: [
            quiet(np.nanquantile)(x, [0, 0.5, 0.8], 1, method=method),
            quiet(np.nanpercentile)(x, 35, 0, method=method, keepdims=True),
        ],
        **SUMMED,
    )


def exact(function):
    return lambda x, q, axis: function(x, q, axis, method="lower")


QUANTILES = [of_method(method) for method in METHODS]
QUANTILES += [skipping(method) for method in ["linear", "lower", "midpoint"]]
QUANTILES += [
    Row(
        "percentile",
        lambda x: [ops.percentile(x, [0, 10, 50, 95.5], [0, 1]), ops.percentile(x, 25, -1, "linear", True)],
        [[distinct([3, 4, 2])], [distinct([1, 5, 1])], [uniform([2, 2, 2])]],
        lambda x: [np.percentile(x, [0, 10, 50, 95.5], (0, 1)), np.percentile(x, 25, -1, keepdims=True)],
        grad=(0,),
        **SUMMED,
    ),
    Row(
        "quantile at shares from a tensor",
        lambda x, q: ops.quantile(x, q, 1),
        [[distinct([3, 6]), values([0.25, 0.6])], [distinct([2, 9]), values(0.5)]],
        lambda x, q: np.quantile(x, q, axis=1),
        grad=(0,),
        **SUMMED,
    ),
    Row(
        "median",
        lambda x: [ops.median(x), ops.median(x, 0), ops.median(x, [0, -1], True)],
        [[distinct([3, 4])], [distinct([4, 1, 3])], [uniform([1, 1])], [integers([5, 2], -9, 9)]],
        lambda x: [np.median(x), np.median(x, 0), np.median(x, (0, -1), keepdims=True)],
        grad=(0,),
        **SUMMED,
    ),
    Row("median of a number", lambda x: ops.median(x), [[uniform([])]], np.median),
    Row(
        "nanmedian",
        lambda x: [ops.nanmedian(x), ops.nanmedian(x, 1), ops.nanmedian(x, 0, True)],
        [[with_gaps([3, 4])], [distinct([2, 3])], [values([[np.nan, np.nan], [1, np.nan]])]],
        lambda x: [
            quiet(np.nanmedian)(x),
            quiet(np.nanmedian)(x, 1),
            quiet(np.nanmedian)(x, 0, keepdims=True),
        ],
        **SUMMED,
    ),
    Row(
        "quantiles of what is not finite",
        lambda x: [ops.quantile(x, [0.0, 0.5, 1.0], 1), ops.nanquantile(x, 0.5, 1)],
        [
            [
                values(
                    [
                        [1, np.nan, 2],
                        [1, 2, np.inf],
                        [-np.inf, 0, 1],
                        [-np.inf, np.inf, 0],
                        [np.inf, np.inf, np.inf],
                    ]
                )
            ]
        ],
        # Places that meet an element: NumPy's interpolation would make NaN of the infinities.
        lambda x: [exact(np.quantile)(x, [0, 0.5, 1], 1), np.array([1.5, 2, 0, 0, np.inf])],
    ),
]


def sparsemax(x, axis=-1):
    z = np.moveaxis(x - x.max(axis, keepdims=True), axis, -1)
    ordered = -np.sort(-z, -1)
    sums = np.cumsum(ordered, -1)
    counts = np.arange(1, z.shape[-1] + 1)
    size = np.sum(1 + counts * ordered > sums, -1, keepdims=True)
    threshold = (np.take_along_axis(sums, size - 1, -1) - 1) / size
    return np.moveaxis(np.maximum(z - threshold, 0), -1, axis)


def within(targets, x, k):
    own = np.take_along_axis(x, targets[:, None], 1)
    return ((x > own).sum(1) < k) & ~np.isnan(own[:, 0])


ORDERED = [
    Row(
        "sparsemax",
        lambda x: [ops.sparsemax(x), ops.sparsemax(x, 0)],
        [
            [distinct([3, 4], 0.21)],
            [uniform([5, 1])],
            [uniform([2, 3], -0.1, 0.1)],
            [values([[1, 1, 0], [3e30, 0, 0], [5, 5, 5]])],
            [integers([2, 3], 0, 2)],
        ],
        lambda x: [sparsemax(x), sparsemax(x, 0)],
        **SUMMED,
    ),
    Row(
        "slope of sparsemax",
        lambda x: ops.sparsemax(x),
        [[distinct([3, 4], 0.21)], [distinct([6], 0.17)]],
        sparsemax,
        grad=(0,),
        **SUMMED,
    ),
]

ROWS = [*QUANTILES, *ORDERED]
