"""Pooling over windows of NHWC images, tap by tap: the window is small, the image is large."""

import numpy as np


class Pool:
    """Sizes of one pooling: x [n, h, w, c] → [n, oh, ow, c]."""

    def __init__(self, params, x_shape, y_shape):
        self.n, self.h, self.w, self.c = x_shape
        self.oh, self.ow = y_shape[1], y_shape[2]
        self.kh, self.kw = params["pool_size"]
        self.sh, self.sw = params["strides"]
        (self.top, _), (self.left, _) = params["pads"]

    def taps(self):
        """(i, j, slices of the result, slices of x) for each tap of the window, without what lies in the padding."""
        for i in range(self.kh):
            rows = self._range(i - self.top, self.sh, self.oh, self.h)
            for j in range(self.kw):
                columns = self._range(j - self.left, self.sw, self.ow, self.w)
                if rows is not None and columns is not None:
                    yield (slice(None), rows[0], columns[0]), (slice(None), rows[1], columns[1])

    @staticmethod
    def _range(offset, stride, windows, size):
        first = max(0, -(offset // stride))
        last = min(windows - 1, (size - 1 - offset) // stride)
        if last < first:
            return None
        begin = first * stride + offset
        return slice(first, last + 1), slice(begin, begin + (last - first) * stride + 1, stride)

    def counts(self):
        """How many taps of each window lie inside x, [oh, ow, 1]."""
        total = np.zeros((1, self.oh, self.ow, 1), dtype=np.float32)
        for target, _ in self.taps():
            total[target] += 1
        return np.maximum(total, 1)


def max_pool2d(params, inputs, outputs):
    shape = (outputs[0] or outputs[1])["shape"]
    pool = Pool(params, inputs[0]["shape"], shape)
    plane = np.arange(pool.h * pool.w, dtype=np.int32).reshape(1, pool.h, pool.w, 1)
    indexed = outputs[1] is not None

    def run(x):
        y = np.full(shape, -np.inf, dtype=x.dtype)
        places = np.zeros(shape, dtype=np.int32)
        seen = np.zeros(shape, dtype=np.bool_) if indexed else None
        for target, source in pool.taps():
            taps, best = x[source], y[target]
            if indexed:
                better = (taps > best) | ~seen[target] | (np.isnan(taps) & ~np.isnan(best))
                places[target] = np.where(better, plane[source], places[target])
                y[target] = np.where(better, taps, best)
                seen[target] = True
            else:
                np.maximum(best, taps, out=best)
        return [y, places]

    return run


def _flat_places(indices, pool):
    """Positions in the flattened x of what `indices` point at."""
    n, _, _, c = indices.shape
    image = np.arange(n, dtype=np.int64).reshape(-1, 1, 1, 1) * (pool.h * pool.w)
    return (image + indices) * c + np.arange(c)


def max_pool2d_grad(params, inputs, outputs):
    shape = outputs[0]["shape"]
    pool = Pool(params, shape, inputs[0]["shape"])
    size = int(np.prod(shape, dtype=np.int64))

    def run(dy, indices):
        places = _flat_places(indices, pool).reshape(-1)
        total = np.bincount(places, weights=dy.reshape(-1), minlength=size)
        return [total.astype(dy.dtype).reshape(shape)]

    return run


def max_pool2d_take(params, inputs, outputs):
    pool = Pool(params, inputs[0]["shape"], outputs[0]["shape"])
    return lambda x, indices: [x.reshape(-1)[_flat_places(indices, pool)]]


def avg_pool2d(params, inputs, outputs):
    shape = outputs[0]["shape"]
    pool = Pool(params, inputs[0]["shape"], shape)
    counts = pool.counts()

    def run(x):
        total = np.zeros(shape, dtype=x.dtype)
        for target, source in pool.taps():
            total[target] += x[source]
        return [total / counts]

    return run


def avg_pool2d_grad(params, inputs, outputs):
    shape = outputs[0]["shape"]
    pool = Pool(params, shape, inputs[0]["shape"])
    counts = pool.counts()

    def run(dy):
        share = dy / counts
        total = np.zeros(shape, dtype=dy.dtype)
        for target, source in pool.taps():
            total[source] += share[target]
        return [total]

    return run
