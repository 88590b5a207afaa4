"""Convolution and pooling over any number of spatial axes in float64: one tap of the window at a time."""

import itertools

import numpy as np


def tap_slices(size, window, strides, dilations):
    """For each tap of a window over a padded size: (tap, slices of the spatial axes)."""
    counts = [
        (n - (k - 1) * d - 1) // s + 1 for n, k, s, d in zip(size, window, strides, dilations, strict=True)
    ]
    for tap in itertools.product(*[range(k) for k in window]):
        yield (
            tap,
            tuple(
                slice(t * d, t * d + (n - 1) * s + 1, s)
                for t, d, n, s in zip(tap, dilations, counts, strides, strict=True)
            ),
        )


def padded(x, pads, fill=0.0):
    return np.pad(x, [(0, 0), *[tuple(p) for p in pads], (0, 0)], constant_values=fill)


def conv(x, w, strides, pads, dilations=None, groups=1):
    """x [n, sizes, c], w [window, c / groups, f]."""
    count = x.ndim - 2
    dilations = dilations or [1] * count
    x = padded(x, pads)
    inner, outer = w.shape[-2], w.shape[-1] // groups
    parts = []
    for g in range(groups):
        total = 0.0
        for tap, place in tap_slices(x.shape[1:-1], w.shape[:count], strides, dilations):
            seen = x[(slice(None), *place, slice(g * inner, (g + 1) * inner))]
            total = total + seen @ w[tap][:, g * outer : (g + 1) * outer]
        parts.append(total)
    return np.concatenate(parts, axis=-1)


def conv_transpose(x, w, strides, sizes, before, dilations=None):
    """Every input spread over its window, then `sizes` values of each axis from `before` on; w [window, f, c]."""
    count = x.ndim - 2
    dilations = dilations or [1] * count
    window = w.shape[:count]
    full = [
        (n - 1) * s + (k - 1) * d + 1
        for n, s, k, d in zip(x.shape[1:-1], strides, window, dilations, strict=True)
    ]
    y = np.zeros([x.shape[0], *[f + s + b for f, s, b in zip(full, sizes, before, strict=True)], w.shape[-2]])
    for tap, place in tap_slices(full, window, strides, dilations):
        y[(slice(None), *place)] += x @ w[tap].T
    return y[(slice(None), *[slice(b, b + s) for b, s in zip(before, sizes, strict=True)])]


def max_pool(x, window, strides, pads, dilations=None):
    x = padded(x, pads, -np.inf)
    taps = tap_slices(x.shape[1:-1], window, strides, dilations or [1] * len(window))
    return np.max([x[(slice(None), *place)] for _, place in taps], axis=0)


def average_pool(x, window, strides, pads, dilations=None):
    """The mean of what lies inside."""
    inside, x = padded(np.ones_like(x), pads), padded(x, pads)
    places = [p for _, p in tap_slices(x.shape[1:-1], window, strides, dilations or [1] * len(window))]
    total = sum(x[(slice(None), *place)] for place in places)
    return total / sum(inside[(slice(None), *place)] for place in places)


def dilation2d(x, w, strides, pads, dilations):
    x = padded(x, pads, -np.inf)
    taps = tap_slices(x.shape[1:-1], w.shape[:2], strides, dilations)
    return np.max([x[(slice(None), *place)] + w[tap] for tap, place in taps], axis=0)


def adaptive(x, sizes, combine):
    """combine (np.max, np.mean) over floor(i n / m) .. ceil((i + 1) n / m) of each axis."""
    for axis, size in enumerate(sizes, start=1):
        n = x.shape[axis]
        spans = [range(i * n // size, -(-(i + 1) * n // size)) for i in range(size)]
        x = np.stack([combine(np.take(x, span, axis), axis=axis) for span in spans], axis)
    return x


def same(size, window, strides, dilations=None):
    """Keras's rule: as many windows as size / stride, rounded up; the odd one goes after."""
    pads = []
    for n, k, s, d in zip(size, window, strides, dilations or [1] * len(window), strict=True):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        pads.append([total // 2, total - total // 2])
    return pads


def to_last(x):
    return np.moveaxis(x, 1, -1)


def to_first(x):
    return np.moveaxis(x, -1, 1)
