"""Convolution as one matrix product over gathered windows (im2col), and its two transposes."""

import numpy as np


class Geometry:
    """Sizes of one convolution: x [n, h, w, c], filters [kh, kw, c / groups, f], result [n, oh, ow, f]."""

    def __init__(self, params, x_shape, w_shape, y_shape):
        self.n, self.h, self.w, self.c = x_shape
        self.kh, self.kw, self.cg, self.f = w_shape
        self.oh, self.ow = y_shape[1], y_shape[2]
        self.sh, self.sw = params["strides"]
        self.dh, self.dw = params["dilations"]
        (self.top, self.bottom), (self.left, self.right) = params["pads"]
        self.groups = params["groups"]

    def padded(self, x):
        if self.top or self.bottom or self.left or self.right:
            return np.pad(x, ((0, 0), (self.top, self.bottom), (self.left, self.right), (0, 0)))
        return x

    def windows(self, x):
        """View [n, oh, ow, kh, kw, c] of a padded x."""
        n, h, w, c = x.strides
        return np.lib.stride_tricks.as_strided(
            x,
            (self.n, self.oh, self.ow, self.kh, self.kw, self.c),
            (n, h * self.sh, w * self.sw, h * self.dh, w * self.dw, c),
            writeable=False,
        )

    def columns(self, x):
        """[groups] arrays [n * oh * ow, kh * kw * c / groups]."""
        view = self.windows(np.ascontiguousarray(self.padded(x)))
        rows = self.n * self.oh * self.ow
        for group in range(self.groups):
            part = view[..., group * self.cg : (group + 1) * self.cg]
            yield part.reshape(rows, self.kh * self.kw * self.cg)

    def empty(self):
        return self.n * self.oh * self.ow * self.f * self.c * self.kh * self.kw == 0


def conv2d(params, inputs, outputs):
    # The step's own result shape is that of the convolution: an epilogue keeps it.
    shape = outputs[0]["shape"]
    g = Geometry(params, inputs[0]["shape"], inputs[1]["shape"], shape)
    fg = g.f // g.groups

    def run(x, w):
        if g.empty():
            return [np.zeros(shape, dtype=x.dtype)]
        if g.groups == g.c and g.cg == 1:
            return [_depthwise(g, x, w, shape)]
        parts = []
        for group, columns in enumerate(g.columns(x)):
            filters = w[..., group * fg : (group + 1) * fg].reshape(-1, fg)
            parts.append(columns @ filters)
        y = parts[0] if g.groups == 1 else np.concatenate(parts, axis=1)
        return [y.reshape(shape)]

    return run


def _depthwise(g, x, w, shape):
    padded = g.padded(x)
    multiplier = g.f // g.c
    y = np.zeros((g.n, g.oh, g.ow, g.c, multiplier), dtype=x.dtype)
    taps = w.reshape(g.kh, g.kw, g.c, multiplier)
    for i in range(g.kh):
        for j in range(g.kw):
            y += _tap(g, padded, i, j)[..., None] * taps[i, j]
    return y.reshape(shape)


def _tap(g, padded, i, j):
    top, left = i * g.dh, j * g.dw
    return padded[:, top : top + (g.oh - 1) * g.sh + 1 : g.sh, left : left + (g.ow - 1) * g.sw + 1 : g.sw]


def conv2d_input_grad(params, inputs, outputs):
    shape = outputs[0]["shape"]
    g = Geometry(params, shape, inputs[1]["shape"], inputs[0]["shape"])
    fg = g.f // g.groups
    rows = g.n * g.oh * g.ow

    def run(dy, w):
        padded = np.zeros((g.n, g.h + g.top + g.bottom, g.w + g.left + g.right, g.c), dtype=dy.dtype)
        if not g.empty():
            for group in range(g.groups):
                filters = w[..., group * fg : (group + 1) * fg].reshape(-1, fg)
                flat = np.ascontiguousarray(dy[..., group * fg : (group + 1) * fg]).reshape(rows, fg)
                columns = (flat @ filters.T).reshape(g.n, g.oh, g.ow, g.kh, g.kw, g.cg)
                target = padded[..., group * g.cg : (group + 1) * g.cg]
                for i in range(g.kh):
                    for j in range(g.kw):
                        _tap(g, target, i, j)[...] += columns[:, :, :, i, j]
        return [np.ascontiguousarray(padded[:, g.top : g.top + g.h, g.left : g.left + g.w])]

    return run


def conv2d_filter_grad(params, inputs, outputs):
    shape = outputs[0]["shape"]
    g = Geometry(params, inputs[0]["shape"], shape, inputs[1]["shape"])
    fg = g.f // g.groups
    rows = g.n * g.oh * g.ow

    def run(x, dy):
        if g.empty():
            return [np.zeros(shape, dtype=x.dtype)]
        parts = []
        for group, columns in enumerate(g.columns(x)):
            flat = np.ascontiguousarray(dy[..., group * fg : (group + 1) * fg]).reshape(rows, fg)
            parts.append((columns.T @ flat).reshape(g.kh, g.kw, g.cg, fg))
        return [np.concatenate(parts, axis=3)]

    return run
