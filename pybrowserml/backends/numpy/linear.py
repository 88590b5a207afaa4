"""Matrix products and reductions."""

import numpy as np

from .elementwise import expression

REDUCTIONS = {"sum": np.sum, "prod": np.prod, "max": np.max, "min": np.min}


def matmul(params, inputs, outputs):
    def run(a, b):
        left = np.swapaxes(a, -1, -2) if params["transpose_a"] else a
        right = np.swapaxes(b, -1, -2) if params["transpose_b"] else b
        return [np.matmul(left, right)]

    return run


def reduce(params, inputs, outputs):
    shape = outputs[0]["shape"]
    return lambda x: [reduced(x, params["op"], params["axes"], shape)]


def reduced(x, op, axes, shape):
    """An array reduced along axes, in a shape of so many elements."""
    # NumPy adds float32 one by one along all axes but the last: of 4 million numbers 3 % were lost.
    given = {"dtype": np.float64} if op == "sum" and x.dtype == np.float32 else {}
    return np.asarray(REDUCTIONS[op](x, axis=tuple(axes), **given), dtype=x.dtype).reshape(shape)


def reductions(params, inputs, outputs):
    """An expression some of whose results are reduced; see docs/architecture.md."""
    shape = params["shape"]

    def finish(k, array):
        if outputs[k] is None:
            return None
        array = np.asarray(array)
        if params["ops"][k] is None:
            return (
                array if list(array.shape) == shape else np.ascontiguousarray(np.broadcast_to(array, shape))
            )
        return reduced(np.broadcast_to(array, shape), params["ops"][k], params["axes"], outputs[k]["shape"])

    return expression(params["expr"], len(inputs), shape, finish)


def arg_reduce(params, inputs, outputs):
    function = np.argmax if params["op"] == "argmax" else np.argmin
    shape = outputs[0]["shape"]

    def run(x):
        return [np.asarray(function(x, axis=params["axis"]), dtype=np.int32).reshape(shape)]

    return run
