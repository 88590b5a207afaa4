"""Rows of functions applied to many elements and of gradients of one's own."""

import numpy as np

from pybrowserml import ops

from .rows import Row, booleans, integers, uniform


@ops.custom_gradient
def clipped(x):
    """x, whose gradient is what a smooth clip would have."""
    return [ops.multiply(x, 1.0), lambda upstream: ops.multiply(upstream, 1.0)]


ROWS = [
    Row(
        "vectorized_map",
        lambda x: ops.vectorized_map(lambda row: ops.multiply(ops.sum(row), ops.sin(row)), x),
        [[uniform(shape)] for shape in ([3], [2, 3], [1, 4], [3, 1, 2], [0, 3], [5, 7])],
        lambda x: np.sin(x) * x.sum(axis=tuple(range(1, x.ndim)), keepdims=True),
        grad=(0,),
        second=True,
        rtol=1e-5,
        atol=1e-5,
        webgl=(2e-5, 2e-5),
        grad_tolerance=(5e-5, 5e-5),
        webgl_grad=(2e-4, 1e-4),
    ),
    Row(
        "vectorized_map of a structure",
        lambda x, i, b: ops.vectorized_map(
            lambda e: ops.where(e["b"], ops.take(e["x"], e["i"], 0), 0.0), {"x": x, "i": i, "b": b}
        ),
        [
            [uniform([3, 4]), integers([3], 0, 3), booleans([3])],
            [uniform([1, 4, 2]), integers([1], 0, 3), booleans([1])],
            [uniform([2, 3]), integers([2, 5], 0, 2), booleans([2, 5])],
        ],
        lambda x, i, b: np.stack([np.where(b[k], x[k][i[k]], 0) for k in range(len(x))]),
        grad=(0,),
    ),
    Row(
        "custom_gradient",
        clipped,
        [[uniform(shape)] for shape in ([], [3], [2, 1, 3], [0], [1, 1], [5, 7])],
        lambda x: x,
        grad=(0,),
    ),
]
