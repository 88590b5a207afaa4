"""Convolutions, their gradients, pooling, gather and scatter against direct NumPy formulas."""

import numpy as np
import pytest

from .transpiled import Cases

RNG = np.random.default_rng(17)


@pytest.fixture()
def cases(engine_folder):
    return Cases(engine_folder)


def numbers(shape):
    return RNG.normal(size=shape).astype(np.float32)


def output_size(n, k, stride, dilation, pads):
    return max(0, (n + pads[0] + pads[1] - (k - 1) * dilation - 1) // stride + 1)


def tap_views(x, kh, kw, p, grid):
    """For each tap, the strided view of the padded x that meets it."""
    (top, bottom), (left, right) = p["pads"]
    padded = np.pad(x, [[0, 0], [top, bottom], [left, right], [0, 0]])
    for ky in range(kh):
        for kx in range(kw):
            y0, x0 = ky * p["dilations"][0], kx * p["dilations"][1]
            sy, sx = p["strides"]
            rows = slice(y0, y0 + (grid[0] - 1) * sy + 1, sy)
            yield ky, kx, padded, (slice(None), rows, slice(x0, x0 + (grid[1] - 1) * sx + 1, sx))


def conv(x, w, p):
    kh, kw, depth, features = w.shape
    grid = [
        output_size(x.shape[1 + a], w.shape[a], p["strides"][a], p["dilations"][a], p["pads"][a])
        for a in (0, 1)
    ]
    g = p["groups"]
    y = np.zeros([x.shape[0], *grid, features])
    if 0 in y.shape:
        return y
    per = features // g
    for ky, kx, padded, where in tap_views(x.astype(np.float64), kh, kw, p, grid):
        part = padded[where]
        for k in range(g):
            y[..., k * per : (k + 1) * per] += (
                part[..., k * depth : (k + 1) * depth] @ w[ky, kx, :, k * per : (k + 1) * per]
            )
    return y


def conv_gradients(x, w, dy, p):
    kh, kw, depth, features = w.shape
    g = p["groups"]
    per = features // g
    (top, bottom), (left, right) = p["pads"]
    dw = np.zeros(w.shape)
    dx = np.zeros([x.shape[0], x.shape[1] + top + bottom, x.shape[2] + left + right, x.shape[3]])
    dy = dy.astype(np.float64)
    if dy.size:
        for ky, kx, padded, where in tap_views(x.astype(np.float64), kh, kw, p, dy.shape[1:3]):
            for k in range(g):
                c, f = slice(k * depth, (k + 1) * depth), slice(k * per, (k + 1) * per)
                dw[ky, kx, :, f] = np.einsum("nhwc,nhwf->cf", padded[where][..., c], dy[..., f])
                dx[where][..., c] += dy[..., f] @ w[ky, kx, :, f].T
    return dx[:, top : top + x.shape[1], left : left + x.shape[2]], dw


GEOMETRIES = [
    # images, height, width, channels, features, filter, strides, dilations, pads, groups
    (1, 1, 1, 1, 1, (1, 1), (1, 1), (1, 1), ((0, 0), (0, 0)), 1),
    (2, 5, 6, 3, 4, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 1),
    (2, 5, 6, 3, 5, (3, 3), (1, 1), (1, 1), ((0, 0), (0, 0)), 1),
    (3, 7, 7, 1, 16, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 1),
    (2, 7, 8, 4, 6, (3, 2), (2, 2), (1, 1), ((0, 1), (1, 0)), 1),
    (2, 9, 8, 2, 3, (3, 3), (1, 1), (2, 2), ((2, 2), (2, 2)), 1),
    (1, 9, 9, 4, 4, (3, 3), (2, 3), (2, 1), ((1, 2), (0, 1)), 1),
    (2, 6, 6, 8, 9, (1, 1), (1, 1), (1, 1), ((0, 0), (0, 0)), 1),
    (2, 6, 6, 5, 7, (1, 1), (2, 2), (1, 1), ((0, 0), (0, 0)), 1),
    (2, 6, 7, 6, 8, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 2),
    (2, 6, 7, 8, 12, (3, 3), (2, 2), (1, 1), ((1, 0), (1, 1)), 4),
    (2, 6, 7, 8, 8, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 8),
    (2, 7, 7, 5, 10, (3, 3), (2, 2), (1, 1), ((1, 1), (1, 1)), 5),
    (2, 8, 8, 6, 6, (3, 3), (1, 1), (2, 2), ((2, 2), (2, 2)), 6),
    # Depthwise: blocks of 7 pixels cut off, all or no columns inside, channels by four and by one.
    (2, 9, 16, 19, 19, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 19),
    (1, 8, 15, 17, 17, (3, 3), (1, 1), (1, 1), ((0, 0), (0, 0)), 17),
    (2, 14, 30, 8, 8, (3, 3), (2, 2), (1, 1), ((0, 1), (0, 1)), 8),
    (3, 5, 31, 6, 6, (5, 5), (2, 2), (1, 1), ((2, 2), (1, 2)), 6),
    (1, 7, 7, 4, 4, (5, 5), (1, 1), (1, 1), ((2, 2), (2, 2)), 4),
    (2, 6, 23, 5, 5, (2, 3), (3, 2), (1, 1), ((1, 1), (0, 0)), 5),
    (1, 10, 24, 5, 5, (3, 3), (2, 1), (2, 3), ((1, 4), (3, 3)), 5),
    (1, 6, 20, 4, 4, (1, 2), (3, 3), (2, 2), ((0, 0), (1, 0)), 4),
    (2, 3, 4, 7, 7, (7, 7), (1, 1), (1, 1), ((3, 3), (3, 3)), 7),
    (1, 9, 9, 5, 5, (2, 2), (4, 4), (1, 1), ((0, 0), (0, 0)), 5),
    (0, 5, 5, 4, 4, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 4),
    (2, 2, 2, 4, 4, (3, 3), (1, 1), (1, 1), ((0, 0), (0, 0)), 4),
    (40, 6, 6, 3, 70, (5, 5), (1, 1), (1, 1), ((2, 2), (2, 2)), 1),
    (1, 40, 33, 64, 12, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 1),
    (1, 4, 4, 300, 10, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 1),
    (2, 3, 3, 2, 3, (5, 5), (1, 1), (1, 1), ((2, 2), (2, 2)), 1),
    (3, 30, 1, 7, 5, (3, 1), (2, 1), (1, 1), ((1, 1), (0, 0)), 1),
    # Filters of few channels: images with borders in several chunks, lines longer than what is taken at once.
    (23, 40, 48, 3, 10, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 1),
    (2, 2, 1100, 1, 9, (2, 5), (1, 1), (1, 1), ((0, 0), (0, 0)), 1),
    (2, 3, 600, 7, 13, (1, 3), (1, 1), (1, 4), ((0, 0), (4, 4)), 1),
    (0, 5, 5, 2, 3, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 1),
    (2, 2, 2, 2, 3, (3, 3), (1, 1), (1, 1), ((0, 0), (0, 0)), 1),
    (3, 7, 6, 9, 10, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 1),
    (2, 5, 8, 8, 8, (3, 3), (1, 1), (1, 1), ((0, 0), (0, 0)), 1),
    (2, 4, 3, 11, 13, (3, 3), (1, 1), (1, 1), ((2, 1), (1, 2)), 1),
    (9, 14, 14, 16, 32, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 1),
    (1, 70, 300, 9, 3, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 1),
    # Depthwise 3x3 of plain JavaScript: more columns than one piece, strides, dilations, pads that differ or are large.
    (2, 4, 35, 6, 6, (3, 3), (1, 1), (1, 1), ((1, 1), (1, 1)), 6),
    (2, 9, 37, 3, 3, (3, 3), (2, 2), (1, 1), ((0, 1), (1, 0)), 3),
    (1, 8, 20, 2, 2, (3, 3), (1, 2), (2, 1), ((0, 0), (3, 4)), 2),
    (1, 7, 19, 2, 2, (3, 3), (1, 1), (2, 3), ((5, 0), (0, 7)), 2),
]


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_conv2d(cases, geometry):
    n, h, w, c, f, size, strides, dilations, pads, groups = geometry
    p = {
        "strides": list(strides),
        "dilations": list(dilations),
        "pads": [list(q) for q in pads],
        "groups": groups,
    }
    x, k, b = numbers([n, h, w, c]), numbers([*size, c // groups, f]), numbers([f])
    y = conv(x, k, p)
    relu = {
        "instrs": [
            ["add", "float32", [0, 1], None],
            ["constant", "float32", [], 0.0],
            ["maximum", "float32", [2, 3], None],
        ],
        "results": [4],
    }
    cases.add(
        "conv2d",
        "conv2d",
        {**p, "epilogue": None},
        [[x, "float32"], [k, "float32"]],
        [[y, "float32"]],
        1e-4,
        1e-4,
    )
    inputs = [[x, "float32"], [k, "float32"], [b, "float32"]]
    cases.add(
        "conv2d", "conv2d", {**p, "epilogue": relu}, inputs, [[np.maximum(y + b, 0), "float32"]], 1e-4, 1e-4
    )
    dy = numbers(y.shape)
    dx, dw = conv_gradients(x, k, dy, p)
    params = {**p, "input_shape": list(x.shape)}
    cases.add(
        "dx", "conv2d_input_grad", params, [[dy, "float32"], [k, "float32"]], [[dx, "float32"]], 1e-4, 1e-4
    )
    params = {**p, "filter_shape": list(k.shape)}
    cases.add(
        "dw", "conv2d_filter_grad", params, [[x, "float32"], [dy, "float32"]], [[dw, "float32"]], 1e-4, 3e-4
    )
    cases.check()


def pool_reference(x, p, dy):
    """Maxima, places, gradient of the maxima, means, gradient of the means."""
    (top, bottom), (left, right) = p["pads"]
    n, height, width, channels = x.shape
    grid = [output_size(x.shape[1 + a], p["pool_size"][a], p["strides"][a], 1, p["pads"][a]) for a in (0, 1)]
    best, places, mean = (
        np.zeros([n, *grid, channels], np.float32),
        np.zeros([n, *grid, channels], np.int32),
        np.zeros([n, *grid, channels]),
    )
    dmax, dmean = np.zeros(x.shape), np.zeros(x.shape)
    dy = dy(best.shape)
    for b, i, j, c in np.ndindex(best.shape):
        y0, x0 = i * p["strides"][0] - top, j * p["strides"][1] - left
        ys = range(max(0, y0), min(height, y0 + p["pool_size"][0]))
        xs = range(max(0, x0), min(width, x0 + p["pool_size"][1]))
        spots = [(h, w) for h in ys for w in xs]
        values = [x[b, h, w, c] for h, w in spots]
        at = int(np.argmax(values))
        best[b, i, j, c], places[b, i, j, c] = values[at], spots[at][0] * width + spots[at][1]
        mean[b, i, j, c] = np.mean(np.array(values, np.float64))
        dmax[b, spots[at][0], spots[at][1], c] += dy[b, i, j, c]
        for h, w in spots:
            dmean[b, h, w, c] += dy[b, i, j, c] / len(spots)
    return best, places, mean, dy, dmax, dmean


@pytest.mark.parametrize(
    "shape, pool, strides, pads",
    [
        ((2, 6, 6, 3), (2, 2), (2, 2), ((0, 0), (0, 0))),
        ((2, 7, 5, 2), (2, 2), (2, 2), ((0, 1), (0, 1))),
        ((1, 6, 7, 4), (3, 3), (2, 2), ((1, 1), (1, 1))),
        ((2, 5, 5, 1), (3, 2), (1, 1), ((1, 1), (0, 1))),
        ((1, 4, 4, 2), (4, 4), (4, 4), ((0, 0), (0, 0))),
        ((0, 4, 4, 2), (2, 2), (2, 2), ((0, 0), (0, 0))),
    ],
)
def test_pool2d(cases, shape, pool, strides, pads):
    p = {"pool_size": list(pool), "strides": list(strides), "pads": [list(q) for q in pads]}
    x = np.round(numbers(shape) * 2)
    best, places, mean, dy, dmax, dmean = pool_reference(x, p, numbers)
    q = {**p, "input_shape": list(shape)}
    cases.add("max", "max_pool2d", p, [[x, "float32"]], [[best, "float32"], [places, "int32"]])
    cases.add("max grad", "max_pool2d_grad", q, [[dy, "float32"], [places, "int32"]], [[dmax, "float32"]])
    cases.add("take", "max_pool2d_take", q, [[x, "float32"], [places, "int32"]], [[best, "float32"]])
    cases.add("avg", "avg_pool2d", p, [[x, "float32"]], [[mean, "float32"]])
    cases.add("avg grad", "avg_pool2d_grad", q, [[dy, "float32"]], [[dmean, "float32"]])
    cases.check()


def test_gather_and_scatter(cases):
    for shape, axis, index_shape in [
        ([5], 0, []),
        ([5], 0, [3]),
        ([4, 3], 0, [2, 2]),
        ([4, 3], 1, [5]),
        ([2, 4, 3], 1, [2]),
        ([3, 4], 0, [0]),
        ([0, 4], 1, [2]),
        ([700, 30], 0, [2000]),
    ]:
        x = numbers(shape)
        index = RNG.integers(-2, shape[axis] + 2, size=index_shape).astype(np.int32)
        safe = np.clip(index, 0, shape[axis] - 1)
        want = np.take(x, safe, axis)
        pair = [[x, "float32"], [index, "int32"]]
        cases.add("gather", "gather", {"axis": axis}, pair, [[want, "float32"]])
        for dtype in ["float32", "int32"]:
            updates = (numbers(want.shape) * 4).astype(np.float32 if dtype == "float32" else np.int32)
            total = np.zeros(shape)
            for spot in np.ndindex(*index_shape):
                at = (slice(None),) * axis
                total[(*at, safe[spot])] += updates[(*at, *spot)]
            params = {"axis": axis, "shape": shape, "reduction": "add", "clamp": True}
            cases.add(
                "scatter",
                "scatter",
                params,
                [[index, "int32"], [updates, dtype]],
                [[total, dtype]],
                1e-4,
                1e-4,
            )
    cases.check()
