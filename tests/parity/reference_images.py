"""Images in float64: resampling by dense matrices, sampling by SciPy, colours pixel by pixel."""

import colorsys

import numpy as np
from scipy import ndimage

RADIUS = {"bilinear": 1, "bicubic": 2, "lanczos3": 3, "lanczos5": 5}


def kernel(method, x):
    x = np.abs(x)
    if method == "bilinear":
        return np.maximum(0, 1 - x)
    if method == "bicubic":
        far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
        return np.where(x < 1, 1.5 * x**3 - 2.5 * x**2 + 1, np.where(x < 2, far, 0))
    radius = RADIUS[method]
    return np.where(x < radius, np.sinc(x) * np.sinc(x / radius), 0)


def shares(n, m, method, antialias=False, scale=None, translation=0.0):
    """[m, n]: the share of each of n pixels in each of m results."""
    scale = m / n if scale is None else scale
    width = max(1 / scale, 1) if antialias else 1
    centre = (np.arange(m)[:, None] + 0.5 - translation) / scale - 0.5
    weights = kernel(method, (centre - np.arange(n)) / width)
    total = weights.sum(1, keepdims=True)
    weights = np.where(np.abs(total) > 1.2e-4, weights / np.where(total == 0, 1, total), 0)
    return np.where((centre >= -0.5) & (centre <= n - 0.5), weights, 0)


def along(matrix, x, axis):
    return np.moveaxis(np.tensordot(matrix, x, [1, axis]), 0, axis)


def resize(x, size, method, antialias=False, first=1):
    """Axes `first` and `first` + 1 to a size."""
    for axis, m in enumerate(size, start=first):
        n = x.shape[axis]
        if method == "nearest":
            x = np.take(x, [(2 * i + 1) * n // (2 * m) for i in range(m)], axis)
        else:
            x = along(shares(n, m, method, antialias), x, axis)
    return x


MODES = {"constant": "grid-constant", "wrap": "grid-wrap"}


def sample(x, rows, columns, order, fill_mode="constant", fill_value=0.0):
    """[n, h, w, c] at rows, columns [n, h', w']."""
    planes = [
        [
            ndimage.map_coordinates(
                image[..., c], [r, s], order=order, mode=MODES.get(fill_mode, fill_mode), cval=fill_value
            )
            for c in range(x.shape[3])
        ]
        for image, r, s in zip(x, rows, columns, strict=True)
    ]
    return np.moveaxis(np.array(planes), 1, 3)


def projected(parameters, size):
    """[rows, columns], each [n, h, w], under maps [n, 8]."""
    y, x = np.mgrid[: size[0], : size[1]].astype(float)
    p = [v[:, None, None] for v in np.moveaxis(parameters, 1, 0)]
    depth = p[6] * x + p[7] * y + 1
    return (p[3] * x + p[4] * y + p[5]) / depth, (p[0] * x + p[1] * y + p[2]) / depth


def homography(starts, ends):
    """The eight numbers of the map from end points to start points, by solving the linear system."""
    rows, wanted = [], []
    for (u, v), (x, y) in zip(starts, ends, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return np.linalg.solve(np.array(rows, float), np.array(wanted, float))


def crop_and_resize(x, boxes, images, size, order, extrapolation=0.0):
    def spread(low, high, n, count):
        steps = np.arange(count) / (count - 1) if count > 1 else np.array([0.5])
        return (low * (1 - steps) + high * steps) * (n - 1)

    found = []
    for (y1, x1, y2, x2), k in zip(boxes, images, strict=True):
        rows, columns = spread(y1, y2, x.shape[1], size[0]), spread(x1, x2, x.shape[2], size[1])
        grid = np.meshgrid(rows, columns, indexing="ij")
        part = sample(x[k : k + 1], grid[0][None], grid[1][None], order, "nearest")[0]
        outside = [(g < 0) | (g > n - 1) for g, n in zip(grid, x.shape[1:3], strict=True)]
        found.append(np.where((outside[0] | outside[1])[..., None], extrapolation, part))
    return np.array(found).reshape(len(boxes), *size, x.shape[3])


def pixelwise(function, x):
    return np.apply_along_axis(lambda pixel: function(*pixel), -1, x)


def rgb_to_hsv(x):
    return pixelwise(colorsys.rgb_to_hsv, x)


def hsv_to_rgb(x):
    return pixelwise(colorsys.hsv_to_rgb, x)


def bell(size, sigma):
    weights = np.exp(-0.5 * ((np.arange(size) - (size - 1) / 2) / sigma) ** 2)
    return weights / weights.sum()


def sobel(x, along_axis, across):
    slope = ndimage.correlate1d(x, [-1, 0, 1], along_axis, mode="constant")
    return ndimage.correlate1d(slope, [1, 2, 1], across, mode="constant")


def ssim(x, y, max_val, size, sigma):
    weights = np.outer(bell(size, sigma), bell(size, sigma))

    def mean(z):
        windows = np.lib.stride_tricks.sliding_window_view(z, (size, size), (1, 2))
        return np.einsum("nhwcij,ij->nhwc", windows, weights)

    c1, c2 = (0.01 * max_val) ** 2, (0.03 * max_val) ** 2
    u, v = mean(x), mean(y)
    both = (2 * u * v + c1) * (2 * (mean(x * y) - u * v) + c2)
    return (both / ((u * u + v * v + c1) * (mean(x * x) - u * u + mean(y * y) - v * v + c2))).mean((1, 2, 3))


def rotate(x, angle, fill, center):
    """By the nearest pixel, one pixel at a time."""
    n, h, w, c = x.shape
    y = np.empty_like(x)
    cx, cy = center[0] * w, center[1] * h
    for i, j in np.ndindex(h, w):
        across, down = j - cx, i - cy
        column = int(np.floor(across * np.cos(angle) - down * np.sin(angle) + cx + 0.5))
        row = int(np.floor(across * np.sin(angle) + down * np.cos(angle) + cy + 0.5))
        y[:, i, j] = x[:, row, column] if 0 <= row < h and 0 <= column < w else fill
    return y


def otsu(grey):
    """The first level that separates best, by trying them all."""
    counts = np.bincount(grey.reshape(-1), minlength=256).astype(float)
    levels = np.arange(256)
    best, found = 0.0, 0
    for t in range(255):
        a, b = counts[: t + 1].sum(), counts[t + 1 :].sum()
        if a > 0 and b > 0:
            gap = (counts * levels)[: t + 1].sum() / a - (counts * levels)[t + 1 :].sum() / b
            if a * b * gap**2 > best * (1 + 1e-12):
                best, found = a * b * gap**2, t
    return found


def non_max_suppression(boxes, scores, most, iou_threshold, least=None, sigma=0.0):
    """[indices, scores] of the chosen boxes."""
    low, high = np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])
    areas = np.prod(high - low, 1)
    alive, scores = np.ones(len(boxes), bool), scores.astype(float)
    chosen, kept = [], []
    while len(chosen) < most and alive.any():
        best = int(np.argmax(np.where(alive, scores, -np.inf)))
        if least is not None and not scores[best] > least:
            break
        chosen.append(best)
        kept.append(scores[best])
        alive[best] = False
        shared = np.prod(np.maximum(np.minimum(high, high[best]) - np.maximum(low, low[best]), 0), 1)
        overlap = np.where(
            (areas == 0) | (areas[best] == 0), 0, shared / (areas + areas[best] - shared + 1e-300)
        )
        alive &= ~(overlap >= iou_threshold)
        if sigma > 0:
            scores = scores * np.exp(-0.5 / sigma * overlap**2)
    return chosen, kept
