"""Cumulative operations and sorting."""

import numpy as np

ACCUMULATE = {
    "sum": np.add,
    "prod": np.multiply,
    "max": np.maximum,
    "min": np.minimum,
    "logsumexp": np.logaddexp,
}
NEUTRAL = {"sum": 0, "prod": 1, "logsumexp": -np.inf}


def cumulative(params, inputs, outputs):
    function, axis, op = ACCUMULATE[params["op"]], params["axis"], params["op"]

    def run(x):
        wide = np.float64 if x.dtype.kind == "f" else x.dtype
        ordered = np.flip(x, axis) if params["reverse"] else x
        if params["exclusive"] and x.shape[axis] > 0:
            first = np.full_like(np.take(ordered, [0], axis), NEUTRAL[op])
            rest = np.take(ordered, np.arange(x.shape[axis] - 1), axis)
            ordered = np.concatenate([first, rest], axis)
        y = function.accumulate(ordered, axis=axis, dtype=wide)
        return [np.asarray(np.flip(y, axis) if params["reverse"] else y, dtype=x.dtype, order="C")]

    return run


def sort(params, inputs, outputs):
    def run(x):
        if not params["descending"]:
            indices = np.argsort(x, axis=-1, kind="stable")
        elif x.dtype.kind == "f":
            # The last key decides first: NaN before all numbers.
            indices = np.lexsort((-x, ~np.isnan(x)), axis=-1)
        else:
            indices = np.argsort(np.invert(x), axis=-1, kind="stable")
        return [np.take_along_axis(x, indices, -1), indices.astype(np.int32)]

    return run
