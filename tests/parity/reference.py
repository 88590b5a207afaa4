"""Convolution, pooling and friends in float64, written for clearness: one tap of the window at a time."""

import numpy as np


def _padded(x, pads, fill=0.0):
    return np.pad(x, [(0, 0), tuple(pads[0]), tuple(pads[1]), (0, 0)], constant_values=fill)


def _taps(size, window, strides, dilations):
    """For each tap of a window over a padded [h, w]: (i, j, slices)."""
    spans = [(k - 1) * d + 1 for k, d in zip(window, dilations, strict=True)]
    counts = [(n - s) // t + 1 for n, s, t in zip(size, spans, strides, strict=True)]
    for i in range(window[0]):
        for j in range(window[1]):
            top, left = i * dilations[0], j * dilations[1]
            rows = slice(top, top + (counts[0] - 1) * strides[0] + 1, strides[0])
            columns = slice(left, left + (counts[1] - 1) * strides[1] + 1, strides[1])
            yield i, j, (slice(None), rows, columns)


def conv2d(x, w, strides, pads, dilations, groups):
    """x [n, h, w, c], w [kh, kw, c / groups, f] → [n, h', w', f]."""
    padded = _padded(x, pads)
    inner, outer = w.shape[2], w.shape[3] // groups
    parts = []
    for g in range(groups):
        total = 0.0
        for i, j, place in _taps(padded.shape[1:3], w.shape[:2], strides, dilations):
            pixels = padded[place][..., g * inner : (g + 1) * inner]
            total = total + np.einsum("nhwc,cf->nhwf", pixels, w[i, j, :, g * outer : (g + 1) * outer])
        parts.append(total)
    return np.concatenate(parts, axis=3)


def max_pool2d(x, pool_size, strides, pads):
    """[maxima, indices h * w_size + w of the first maximum]."""
    size = x.shape[1:3]
    plane = np.arange(size[0] * size[1], dtype=np.int64).reshape(1, *size, 1)
    padded = _padded(x, pads, -np.inf)
    places = np.pad(np.broadcast_to(plane, x.shape), [(0, 0), *map(tuple, pads), (0, 0)])
    best, chosen = None, None
    for _, _, place in _taps(padded.shape[1:3], pool_size, strides, [1, 1]):
        taps, numbers = padded[place], places[place]
        if best is None:
            best, chosen = taps.copy(), numbers.copy()
        else:
            better = taps > best
            best, chosen = np.where(better, taps, best), np.where(better, numbers, chosen)
    return [best, chosen]


def avg_pool2d(x, pool_size, strides, pads):
    """The mean over the part of each window inside x."""
    padded, inside = _padded(x, pads), _padded(np.ones_like(x), pads)
    total, count = 0.0, 0.0
    for _, _, place in _taps(padded.shape[1:3], pool_size, strides, [1, 1]):
        total, count = total + padded[place], count + inside[place]
    return total / count


def same_pads(size, window, strides, dilations=(1, 1)):
    """Keras's rule for "same": [[top, bottom], [left, right]]; what is odd goes after."""
    pads = []
    for n, k, s, d in zip(size, window, strides, dilations, strict=True):
        span = (k - 1) * d + 1
        total = max((-(-n // s) - 1) * s + span - n, 0)
        pads.append([total // 2, total - total // 2])
    return pads


def transposed_matmul(a, b, transpose_a, transpose_b):
    return np.matmul(
        np.swapaxes(a, -1, -2) if transpose_a else a, np.swapaxes(b, -1, -2) if transpose_b else b
    )


def slice_strided(x, begin, shape, strides):
    """Element by element, by index arrays."""
    picks = [b + np.arange(n) * s for b, n, s in zip(begin, shape, strides, strict=True)]
    return x[np.ix_(*picks)] if picks else x


def pad_interior(x, pads, value):
    shape = [lo + hi + max(n + (n - 1) * inner, 0) for n, (lo, hi, inner) in zip(x.shape, pads, strict=True)]
    y = np.full(shape, value, dtype=x.dtype)
    for place in np.ndindex(*x.shape):
        y[tuple(lo + i * (inner + 1) for i, (lo, _, inner) in zip(place, pads, strict=True))] = x[place]
    return y


def scatter_add(indices, updates, axis, shape):
    y = np.zeros(shape, dtype=updates.dtype)
    moved, source = (
        np.moveaxis(y, axis, 0),
        updates.reshape([*updates.shape[:axis], indices.size, *updates.shape[axis + indices.ndim :]]),
    )
    source = np.moveaxis(source, axis, 0)
    for k, index in enumerate(indices.reshape(-1)):
        moved[min(max(index, 0), shape[axis] - 1)] += source[k]
    return y


def conv2d_gradients(x, w, dy, strides, pads, dilations, groups):
    """[dx, dw] for the cotangent dy of conv2d."""
    padded = _padded(x, pads)
    dx, dw = np.zeros_like(padded), np.zeros_like(w)
    inner, outer = w.shape[2], w.shape[3] // groups
    for g in range(groups):
        here, there = slice(g * inner, (g + 1) * inner), slice(g * outer, (g + 1) * outer)
        for i, j, place in _taps(padded.shape[1:3], w.shape[:2], strides, dilations):
            dx[(*place, here)] += np.einsum("nhwf,cf->nhwc", dy[..., there], w[i, j, :, there])
            dw[i, j, :, there] += np.einsum("nhwc,nhwf->cf", padded[(*place, here)], dy[..., there])
    (top, _), (left, _) = pads
    return [dx[:, top : top + x.shape[1], left : left + x.shape[2]], dw]


def avg_pool2d_gradient(x, dy, pool_size, strides, pads):
    """dx for the cotangent dy of avg_pool2d."""
    inside = _padded(np.ones_like(x), pads)
    count, dx = 0.0, np.zeros_like(inside)
    places = [place for _, _, place in _taps(inside.shape[1:3], pool_size, strides, [1, 1])]
    for place in places:
        count = count + inside[place]
    for place in places:
        dx[place] += dy / count * inside[place]
    (top, _), (left, _) = pads
    return dx[:, top : top + x.shape[1], left : left + x.shape[2]]


def max_pool2d_gradient(x, dy, indices):
    """dx for the cotangent dy of max_pool2d's maxima."""
    n, h, w, c = x.shape
    dx = np.zeros((n, h * w, c))
    for b, i, j, k in np.ndindex(*dy.shape):
        dx[b, indices[b, i, j, k], k] += dy[b, i, j, k]
    return dx.reshape(x.shape)
