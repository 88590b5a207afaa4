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


REDUCTIONS = {"add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}


def _first_value(reduction, dtype):
    """What a reduction begins with."""
    if reduction in ("add", "update"):
        return 0
    if reduction == "mul":
        return 1
    limits = (-np.inf, np.inf) if dtype.kind == "f" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    return limits[0] if reduction == "max" else limits[1]


def scatter(params, inputs, outputs):
    axis, shape, reduction = params["axis"], outputs[0]["shape"], params["reduction"]
    lead = int(np.prod(shape[:axis], dtype=np.int64))
    trail = int(np.prod(shape[axis + 1 :], dtype=np.int64))
    size = shape[axis]

    def run(indices, updates, base=None):
        if base is None:
            total = np.full([lead, size, trail], _first_value(reduction, updates.dtype), updates.dtype)
        else:
            total = np.array(base).reshape(lead, size, trail)
        places = indices.reshape(-1)
        rows = updates.reshape(lead, places.size, trail)
        if params["clamp"]:
            places = np.clip(places, 0, max(size - 1, 0))
        else:
            inside = (places >= 0) & (places < size)
            places, rows = places[inside], rows[:, inside]
        if total.size > 0 and reduction == "update":
            # The last of equal places.
            places, found = np.unique(places[::-1], return_index=True)
            total[:, places] = rows[:, rows.shape[1] - 1 - found]
        elif total.size > 0:
            REDUCTIONS[reduction].at(total, (slice(None), places), rows)
        return [total.reshape(shape)]

    return run
