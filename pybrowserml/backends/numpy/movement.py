"""Movement, gather and scatter."""

import numpy as np


def reshape(params, inputs, outputs):
    shape = outputs[0]["shape"]
    return lambda x: [np.asarray(x, order="C").reshape(shape)]


def transpose(params, inputs, outputs):
    perm = params["perm"]
    return lambda x: [np.asarray(np.transpose(x, perm), order="C")]


def broadcast_to(params, inputs, outputs):
    shape = outputs[0]["shape"]
    return lambda x: [np.asarray(np.broadcast_to(x, shape), order="C")]


def slice_strided(params, inputs, outputs):
    sizes, strides, begin = outputs[0]["shape"], params["strides"], params["begin"]
    window = tuple(
        slice(b, b + (n - 1) * s + 1 if n > 0 else b, s)
        for b, n, s in zip(begin, sizes, strides, strict=True)
    )
    return lambda x: [np.asarray(x[window], order="C")]


def pad(params, inputs, outputs):
    shape, pads = outputs[0]["shape"], params["pads"]
    sizes = inputs[0]["shape"]
    window = tuple(
        slice(low, low + (n - 1) * (inner + 1) + 1 if n > 0 else low, inner + 1)
        for (low, _, inner), n in zip(pads, sizes, strict=True)
    )

    def run(x):
        y = np.full(shape, params["value"], dtype=x.dtype)
        y[window] = x
        return [y]

    return run


def concat(params, inputs, outputs):
    return lambda *xs: [np.concatenate(xs, axis=params["axis"])]


def flip(params, inputs, outputs):
    return lambda x: [np.asarray(np.flip(x, tuple(params["axes"])), order="C")]


def gather(params, inputs, outputs):
    axis = params["axis"]
    top = inputs[0]["shape"][axis] - 1
    return lambda x, indices: [np.take(x, np.clip(indices, 0, top), axis=axis)]


def gather_sum(params, inputs, outputs):
    axis = params["axis"]
    top = inputs[0]["shape"][axis] - 1
    behind = [1] * (len(inputs[0]["shape"]) - 1 - axis)

    def run(x, indices, weights):
        y = np.zeros(outputs[0]["shape"], dtype=x.dtype)
        for j in range(indices.shape[-1]):
            w = weights[..., j].reshape([*indices.shape[:-1], *behind])
            y += np.where(w != 0, w, 0) * np.where(
                w != 0, np.take(x, np.clip(indices[..., j], 0, top), axis), 0
            )
        return [y]

    return run


def scatter_add(params, inputs, outputs):
    axis, shape = params["axis"], outputs[0]["shape"]
    lead = int(np.prod(shape[:axis], dtype=np.int64))
    trail = int(np.prod(shape[axis + 1 :], dtype=np.int64))

    def run(indices, updates):
        total = np.zeros([lead, shape[axis], trail], dtype=updates.dtype)
        places = np.clip(indices.reshape(-1), 0, max(shape[axis] - 1, 0))
        if total.size > 0:
            np.add.at(total, (slice(None), places), updates.reshape(lead, places.size, trail))
        return [total.reshape(shape)]

    return run
