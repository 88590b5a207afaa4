"""Attention: scores, rows and the product with the values; of many scores matrix by matrix."""

import numpy as np

from .elementwise import rows

# Scores up to which they are computed at once.
AT_ONCE = 4194304


def attention(params, inputs, outputs):
    shape = params["shape"]
    made = outputs[0]["shape"]
    height = shape[-2] if len(shape) > 1 else 1
    # A matrix of scores may hold rows of several heads, not the other way round.
    if int(np.prod(shape, dtype=np.int64)) <= AT_ONCE or made[-2] % height != 0:
        return _at_once(params, inputs, made)
    return _by_matrices(params, inputs, made)


def _turned(x, is_turned):
    x = x.reshape(int(np.prod(x.shape[:-2], dtype=np.int64)), *x.shape[-2:])
    return np.swapaxes(x, -1, -2) if is_turned else x


def _rows(params, shape, operands):
    spec = {"shape": shape, "dtype": "float32"}
    return rows({"shape": shape, "expr": params["expr"]}, [spec, *operands], [spec])


def _at_once(params, inputs, made):
    shape = params["shape"]
    finish = _rows(params, shape, inputs[3:])

    def run(q, k, v, *operands):
        scores = np.matmul(_turned(q, params["transpose_q"]), _turned(k, params["transpose_k"]))
        weights = finish(scores.reshape(shape), *operands)[0].reshape(scores.shape)
        return [np.matmul(weights, _turned(v, params["transpose_v"])).reshape(made)]

    return run


def _by_matrices(params, inputs, made):
    shape = params["shape"]
    height = shape[-2]
    finish = _rows(params, shape[-2:], inputs[3:])

    def run(q, k, v, *operands):
        q = _turned(q, params["transpose_q"])
        k = _turned(k, params["transpose_k"])
        v = _turned(v, params["transpose_v"])
        given = [x.reshape([1] * (len(shape) - x.ndim) + list(x.shape)) for x in operands]
        found = np.empty((q.shape[0] * q.shape[1], v.shape[-1]), np.float32)
        for i, place in enumerate(np.ndindex(*shape[:-2])):
            own = [x[tuple(p if n > 1 else 0 for p, n in zip(place, x.shape, strict=False))] for x in given]
            matrix, first = divmod(i * height, q.shape[1])
            scores = np.matmul(q[matrix, first : first + height], k[matrix])
            found[i * height : (i + 1) * height] = np.matmul(finish(scores, *own)[0], v[matrix])
        return [found.reshape(made)]

    return run
