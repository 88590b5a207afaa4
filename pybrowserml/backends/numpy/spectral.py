"""Decompositions of matrices, computed in float64. Signs as on the CPU engine: see backends/cpu/spectral.py."""

import numpy as np


def _signs(vectors, axis):
    """The sign of the largest component of each vector along an axis; of about as large ones, of the first."""
    size = np.abs(vectors)
    place = np.argmax(size >= 0.999999 * size.max(axis=axis, keepdims=True), axis=axis, keepdims=True)
    return np.where(np.take_along_axis(vectors, place, axis) < 0, -1.0, 1.0)


def _unless_bad(function, x, shapes):
    """The function's results, or NaN where the numbers are not finite (LAPACK refuses them)."""
    if x.size > 0 and not np.isfinite(x).all():
        return [np.full(shape, np.nan) for shape in shapes]
    return function(x)


def eigh(params, inputs, outputs):
    shape = inputs[0]["shape"]

    def run(x):
        w, v = _unless_bad(np.linalg.eigh, x.astype(np.float64), [shape[:-1], shape])
        if v.size > 0:
            v = v * _signs(v, -2)
        return [np.asarray(w, x.dtype), np.asarray(v, x.dtype)]

    return run


def svd(params, inputs, outputs):
    shape = inputs[0]["shape"]
    lead, (m, n) = shape[:-2], shape[-2:]
    k = min(m, n)

    def run(x):
        shapes = [[*lead, m, k], [*lead, k], [*lead, k, n]]
        u, s, vh = _unless_bad(lambda a: np.linalg.svd(a, full_matrices=False), x.astype(np.float64), shapes)
        if vh.size > 0:
            signs = _signs(vh, -1)
            vh = vh * signs
            u = u * np.swapaxes(signs, -1, -2)
        return [np.asarray(part, x.dtype) for part in (u, s, vh)]

    return run
