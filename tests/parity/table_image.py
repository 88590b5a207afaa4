"""Rows of operations on images."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pybrowserml import ops
from pybrowserml.ops.image import suppression

from . import reference_images as images
from .reference_windows import to_first, to_last
from .rows import Row, distinct, integers, uniform, values

image = ops.image
# Sums of up to 100 weighted pixels in float32, with weights that engines compute in float64.
SUMS = {
    "rtol": 4e-6,
    "atol": 6e-6,
    "webgl": (1e-5, 1e-5),
    "grad_tolerance": (2e-5, 4e-5),
    "webgl_grad": (1e-4, 4e-5),
}


def row(name, build, theirs, *cases, grad=(0,), **more):
    return Row(name, build, [list(case) for case in cases], theirs, grad=grad, **{**SUMS, **more})


def resize_row(name, shape, size, method="bilinear", antialias=False, **more):
    return row(
        name,
        lambda x: image.resize(x, size, method, antialias),
        lambda x: images.resize(x, size, method, antialias, x.ndim - 3),
        [uniform(shape)],
        **more,
    )


def stored(size, method, antialias, numbers):
    """What Keras 3.15 with the jax backend gives for PICTURE."""
    return Row(
        f"resize as Keras, {method}, {size}",
        lambda x: image.resize(x, size, method, antialias),
        [[values(PICTURE)]],
        lambda x: np.array(numbers, float)[..., None],
        rtol=1e-6,
        atol=4e-6,
        webgl=(4e-6, 4e-6),
    )


PICTURE = [[[0], [3], [1]], [[7], [2], [9]], [[4], [8], [5]], [[6], [1], [2]]]

RESIZE = [
    resize_row("resize", [2, 4, 5, 3], [6, 3], second=True),
    resize_row("resize of one image, smaller", [6, 7, 2], [3, 2], antialias=True),
    resize_row("resize to one pixel", [1, 5, 4, 1], [1, 1]),
    resize_row("resize of one pixel", [1, 1, 1, 2], [3, 2], "bicubic"),
    resize_row("resize by the nearest", [1, 4, 6, 3], [7, 4], "nearest"),
    resize_row("resize by cubics", [1, 4, 5, 2], [7, 3], "bicubic", second=True),
    resize_row("resize by cubics, smaller", [1, 8, 5, 1], [3, 5], "bicubic", True),
    resize_row("resize by lanczos3", [1, 5, 6, 2], [8, 3], "lanczos3", True),
    resize_row("resize by lanczos5", [1, 7, 4, 1], [5, 9], "lanczos5"),
    Row(
        "resize of no images",
        lambda x: image.resize(x, [3, 2]),
        [[uniform([0, 4, 5, 2])]],
        lambda x: np.zeros((0, 3, 2, 2)),
    ),
    Row(
        "resize of integers by the nearest",
        lambda x: [image.resize(x, [5, 2], "nearest"), image.resize(x, [2, 2])],
        [[integers([1, 3, 4, 3], 0, 2**20)]],
        lambda x: [
            images.resize(x, [5, 2], "nearest"),
            np.round(images.resize(x.astype(float), [2, 2], "bilinear")).astype(np.int64),
        ],
        **SUMS,
    ),
    row(
        "resize, channels first, kept aspect ratio",
        lambda x: [
            image.resize(x, [3, 4], "bilinear", False, True, False, "constant", 0.0, "channels_first"),
            image.resize(x, [3, 4], "nearest", False, False, True, "constant", 2.5, "channels_first"),
        ],
        # 5 x 4 pixels for 3 x 4: 3 rows of 4 remain, or 5 rows of 4 with a column before and after.
        lambda x: [
            images.resize(x[:, :, 1:4], [3, 4], "bilinear", False, 2),
            images.resize(
                np.pad(x, [(0, 0), (0, 0), (0, 0), (1, 1)], constant_values=2.5), [3, 4], "nearest", False, 2
            ),
        ],
        [uniform([2, 2, 5, 4])],
    ),
    stored(
        [2, 5],
        "bilinear",
        True,
        [[3.571429, 3.457143, 3.285715, 4.314286, 5.0], [5.285715, 4.828572, 4.142858, 4.228572, 4.285715]],
    ),
    stored(
        [5, 2],
        "bicubic",
        False,
        [
            [0.384474, 1.180586],
            [4.491075, 5.981061],
            [5.678833, 7.239051],
            [4.805722, 4.41084],
            [5.038041, 1.529548],
        ],
    ),
    stored(
        [2, 5],
        "bicubic",
        True,
        [
            [3.485966, 3.293604, 3.214876, 4.435026, 5.254718],
            [5.513879, 5.015634, 4.256198, 4.201154, 4.251755],
        ],
    ),
    stored(
        [3, 4],
        "lanczos3",
        True,
        [
            [2.050783, 1.868952, 2.568656, 3.373585],
            [5.895683, 5.233636, 6.273572, 7.8617],
            [5.210301, 4.207104, 2.596957, 2.166292],
        ],
    ),
    stored(
        [3, 4],
        "lanczos5",
        False,
        [
            [0.977471, 1.922685, 2.55606, 2.020942],
            [6.682079, 5.815936, 7.502363, 9.460428],
            [5.637281, 3.615108, 1.51226, 2.172888],
        ],
    ),
]


def tensorflow_sources(n, m, corners, centres):
    if corners and m > 1:
        return np.arange(m) * (n - 1) / (m - 1)
    return (np.arange(m) + 0.5) * n / m - 0.5 if centres else np.arange(m) * n / m


def tensorflow_bilinear(x, size, corners=False, centres=False):
    for axis, m in enumerate(size, start=1):
        n = x.shape[axis]
        source = np.clip(tensorflow_sources(n, m, corners, centres), 0, n - 1)
        x = images.along(np.maximum(0, 1 - np.abs(source[:, None] - np.arange(n))), x, axis)
    return x


def tensorflow_nearest(x, size, corners=False, centres=False):
    for axis, m in enumerate(size, start=1):
        n = x.shape[axis]
        source = tensorflow_sources(n, m, corners, centres)
        places = np.floor(source + 0.5) if corners or centres else np.floor(source)
        x = np.take(x, np.clip(places, 0, n - 1).astype(int), axis)
    return x


FORMS = [
    row(
        "resize_bilinear",
        lambda x: [
            image.resize_bilinear(x, [7, 3]),
            image.resize_bilinear(x, [3, 8], True),
            image.resize_bilinear(x, [7, 1], False, True),
        ],
        lambda x: [
            tensorflow_bilinear(x, [7, 3]),
            tensorflow_bilinear(x, [3, 8], True),
            tensorflow_bilinear(x, [7, 1], False, True),
        ],
        [uniform([1, 4, 5, 2])],
        [uniform([1, 1, 2, 1])],
    ),
    row(
        "resize_nearest_neighbor",
        lambda x: [
            image.resize_nearest_neighbor(x, [7, 3]),
            image.resize_nearest_neighbor(x, [3, 8], True),
            image.resize_nearest_neighbor(x, [7, 1], False, True),
        ],
        lambda x: [
            tensorflow_nearest(x, [7, 3]),
            tensorflow_nearest(x, [3, 8], True),
            tensorflow_nearest(x, [7, 1], False, True),
        ],
        [uniform([1, 4, 5, 2])],
        [uniform([1, 1, 2, 1])],
    ),
    row(
        "scale_and_translate",
        lambda x: [
            image.scale_and_translate(x, [2, 6, 3], [1.5, 0.5], [0.5, -0.25], [1, 2], "linear"),
            image.scale_and_translate(x, [2, 6, 5], [1.5], [-1.0], [1], "cubic", False),
        ],
        lambda x: [
            images.along(
                images.shares(5, 3, "bilinear", True, 0.5, -0.25),
                images.along(images.shares(4, 6, "bilinear", True, 1.5, 0.5), x, 1),
                2,
            ),
            images.along(images.shares(4, 6, "bicubic", False, 1.5, -1.0), x, 1),
        ],
        [uniform([2, 4, 5])],
    ),
    row(
        "scale_and_translate by tensors",
        lambda x, s, t: [
            image.scale_and_translate(x, [6, 3, 2], s, t, [0, 1], "linear"),
            image.scale_and_translate(x, [6, 3, 2], s, t, [0, -2], "lanczos3", False),
        ],
        lambda x, s, t: [
            images.along(
                images.shares(5, 3, m, a, s[1], t[1]),
                images.along(images.shares(4, 6, m, a, s[0], t[0]), x, 0),
                1,
            )
            for m, a in (("bilinear", True), ("lanczos3", False))
        ],
        [uniform([4, 5, 2]), values([1.4, 0.45]), values([0.3, -0.2])],
        grad=(0,),
        # The weights follow from sines of float32 numbers here.
        **{**SUMS, "rtol": 1e-5, "atol": 1e-5, "webgl": (4e-5, 4e-5), "webgl_grad": (1e-4, 1e-4)},
    ),
]


def between(shape, low, high):
    """Coordinates that are never within 0.2 of a whole number, where interpolation bends."""
    return lambda rng: (rng.integers(low, high, shape) + rng.uniform(0.2, 0.45, shape)).astype(np.float32)


def coordinates_row(mode, order):
    return row(
        f"map_coordinates, {mode}, order {order}",
        lambda x, c: image.map_coordinates(x, c, order, mode, 1.5),
        lambda x, c: images.ndimage.map_coordinates(
            x, c, order=order, mode=images.MODES.get(mode, mode), cval=1.5
        ),
        [uniform([4, 5]), between([2, 9], -9, 12)],
        *([[uniform([3, 1, 2]), between([3, 2, 3], -4, 4)]] if mode != "mirror" else []),
        grad=(0, 1) if order == 1 else (0,),
        second=order == 1 and mode == "constant",
        **{**SUMS, "grad_tolerance": (4e-5, 1e-4), "webgl_grad": (1e-4, 1e-4)},
    )


TURNS = [[0.9, 0.3, -1.13, -0.2, 1.1, 0.63, 0, 0], [1.4, 0, 2.3, 0.4, 0.6, -3.2, 0, 0]]
PROJECTED = [[0.9, 0.3, -1.13, -0.2, 1.1, 0.63, 0.02, -0.01], [1.4, 0, 2.3, 0.4, 0.6, -3.2, 0.01, 0.03]]
# Coordinates are float32 here: some 1e-6 of an error of the place, times the slope of the image.
PLACES = {**SUMS, "rtol": 1e-5, "atol": 2e-5, "webgl": (2e-5, 4e-5)}
SQUARE = [[0, 0], [4, 0], [4, 3], [0, 3]]
QUAD = [[0.5, 1], [3, 0.2], [4.2, 2.7], [-0.6, 3.3]]


def affine(x, parameters, order, mode, fill):
    wide = np.broadcast_to(np.array(parameters, float).reshape(-1, 8), (x.shape[0], 8))
    rows, columns = images.projected(wide, x.shape[1:3])
    return images.sample(x, rows, columns, order, mode, fill)


def perspective(x, starts, ends, order, fill):
    starts = np.broadcast_to(starts, (x.shape[0], 4, 2))
    ends = np.broadcast_to(ends, (x.shape[0], 4, 2))
    maps = np.array([images.homography(s, e) for s, e in zip(starts, ends, strict=True)])
    rows, columns = images.projected(maps, x.shape[1:3])
    return images.sample(x, rows, columns, order, "constant", fill)


SAMPLES = [
    *[coordinates_row(mode, 1) for mode in ("constant", "nearest", "wrap", "mirror", "reflect")],
    coordinates_row("constant", 0),
    coordinates_row("reflect", 0),
    Row(
        "map_coordinates of integers",
        lambda x, c: image.map_coordinates(x, c, 1, "nearest"),
        [[integers([7], -99, 99), between([1, 5], -2, 8)]],
        lambda x, c: np.rint(
            images.ndimage.map_coordinates(x.astype(float), c, order=1, mode="nearest")
        ).astype(int),
    ),
    row(
        "affine_transform",
        lambda x: [image.affine_transform(x, TURNS), image.affine_transform(x, TURNS[0], "nearest", "wrap")],
        lambda x: [affine(x, TURNS, 1, "constant", 0), affine(x, TURNS[0], 0, "wrap", 0)],
        [uniform([2, 4, 5, 2])],
        **PLACES,
    ),
    row(
        "affine_transform of one image",
        lambda x: image.affine_transform(x, TURNS[0], "bilinear", "reflect", 0, "channels_first"),
        lambda x: to_first(affine(to_last(x[None]), TURNS[0], 1, "reflect", 0))[0],
        [uniform([2, 3, 4])],
        **PLACES,
    ),
    Row(
        "affine_transform of integers",
        lambda x: image.affine_transform(x, TURNS[0], "bilinear", "nearest"),
        [[integers([1, 4, 5, 2], -99, 256)], [integers([1, 3, 3, 1], 0, 256, np.uint8)]],
        lambda x: np.rint(affine(x.astype(float), TURNS[0], 1, "nearest", 0)).astype(int),
    ),
    row(
        "affine_transform by parameters",
        lambda x, t: image.affine_transform(x, ops.concatenate([t, [0.0, 0.0]]), "bilinear", "constant", 0.7),
        lambda x, t: affine(x, [*t, 0, 0], 1, "constant", 0.7),
        [uniform([1, 3, 3, 1]), values([0.9, 0.1, 0.37, -0.1, 0.9, 0.29])],
        grad=(0, 1),
        **{**PLACES, "grad_tolerance": (1e-4, 1e-4), "webgl_grad": (1e-4, 1e-4)},
    ),
    row(
        "perspective_transform",
        lambda x: [
            image.perspective_transform(x, SQUARE, QUAD, "bilinear", 0.5),
            image.perspective_transform(x, [SQUARE, QUAD], [QUAD, SQUARE], "nearest"),
        ],
        lambda x: [
            perspective(x, SQUARE, QUAD, 1, 0.5),
            perspective(x, [SQUARE, QUAD], [QUAD, SQUARE], 0, 0),
        ],
        [uniform([2, 4, 5, 1])],
        **{**PLACES, "rtol": 2e-5, "atol": 4e-5, "webgl": (1e-4, 1e-4), "webgl_grad": (2e-4, 2e-4)},
    ),
    row(
        "transform",
        lambda x: [
            image.transform(x, PROJECTED, "bilinear", "nearest", 0, [3, 6]),
            image.transform(x, [TURNS[1]], "nearest", "constant", 1.5),
        ],
        lambda x: [
            images.sample(x, *images.projected(np.array(PROJECTED), [3, 6]), 1, "nearest"),
            affine(x, TURNS[1], 0, "constant", 1.5),
        ],
        [uniform([2, 4, 5, 2])],
        **PLACES,
    ),
    row(
        "rotate_with_offset",
        lambda x: [
            image.rotate_with_offset(x, 0.4),
            image.rotate_with_offset(x, -1.3, [0.25, 0.5, 0.75], [0.3, 0.6]),
        ],
        lambda x: [
            images.rotate(x, 0.4, 0, [0.5, 0.5]),
            images.rotate(x, -1.3, [0.25, 0.5, 0.75, 255][: x.shape[3]], [0.3, 0.6]),
        ],
        [uniform([1, 5, 4, 3])],
        [uniform([2, 3, 2, 4])],
    ),
    row(
        "crop_and_resize",
        lambda x, b, i: [
            image.crop_and_resize(x, b, i, [3, 2]),
            image.crop_and_resize(x, b, i, [1, 4], "nearest", 1.5),
        ],
        lambda x, b, i: [
            images.crop_and_resize(x, b, i, [3, 2], 1),
            images.crop_and_resize(x, b, i, [1, 4], 0, 1.5),
        ],
        [
            uniform([2, 4, 5, 2]),
            values([[0, 0, 1, 1], [0.1, 0.7, 0.55, 0.23], [-0.3, 0.2, 0.6, 1.4]]),
            values([0, 1, 1], np.int32),
        ],
        [uniform([1, 1, 1, 1]), values([[0, 0, 1, 1]]), values([0], np.int32)],
        **PLACES,
    ),
    row(
        "crop_and_resize by boxes",
        lambda x, b: image.crop_and_resize(x, b, [0, 0], [2, 3]),
        lambda x, b: images.crop_and_resize(x, b, [0, 0], [2, 3], 1),
        [uniform([1, 4, 5, 2]), values([[0.1, 0.13, 0.85, 0.81], [0.72, 0.21, 0.25, 0.7]])],
        grad=(0, 1),
        **{**PLACES, "grad_tolerance": (1e-4, 2e-4), "webgl_grad": (1e-4, 2e-4)},
    ),
    Row(
        "crop_and_resize without boxes",
        lambda x, b, i: image.crop_and_resize(x, b, i, [2, 3]),
        [[uniform([1, 4, 5, 2]), uniform([0, 4]), integers([0], 0, 1)]],
        lambda x, b, i: np.zeros((0, 2, 3, 2)),
    ),
]


def displaced(x):
    """elastic_transform with alpha 3, sigma 0.5 and seed 5; its normals are those of ops.random."""
    moves = ops.random.normal([*x.shape[:3], 2], 0.0, 0.5, None, 5).numpy().astype(float)
    weights = images.bell(3, 0.5)
    for axis in (1, 2):
        moves = images.ndimage.correlate1d(moves, weights, axis, mode="constant")
    rows, columns = np.mgrid[: x.shape[1], : x.shape[2]]
    return images.sample(x, rows + 3 * moves[..., 0], columns + 3 * moves[..., 1], 1, "reflect")


FILTERS = [
    row(
        "gaussian_blur",
        lambda x: [image.gaussian_blur(x), image.gaussian_blur(x, [5, 2], [0.7, 1.5])],
        # The first number is that of the width; an even size looks one pixel further down and right.
        lambda x: [
            images.ndimage.correlate1d(
                images.ndimage.correlate1d(x, images.bell(a, s), 1, mode="constant", origin=(a + 1) % 2 * -1),
                images.bell(b, t),
                2,
                mode="constant",
            )
            for a, s, b, t in ((3, 1, 3, 1), (2, 1.5, 5, 0.7))
        ],
        [uniform([2, 4, 5, 3])],
        [uniform([1, 1, 2, 1])],
        second=True,
    ),
    row(
        "gaussian_blur of one image, channels first",
        lambda x: image.gaussian_blur(x, 3, 0.8, "channels_first"),
        lambda x: images.ndimage.correlate1d(
            images.ndimage.correlate1d(x, images.bell(3, 0.8), 1, mode="constant"),
            images.bell(3, 0.8),
            2,
            mode="constant",
        ),
        [uniform([2, 4, 3])],
    ),
    row(
        "sobel_edges",
        lambda x: [image.sobel_edges(x), image.sobel_edges(ops.reshape(x, [-1, 2, 3, 4]), "channels_first")],
        lambda x: [
            np.stack([images.sobel(x, 1, 2), images.sobel(x, 2, 1)], -1),
            np.stack(
                [images.sobel(x.reshape(-1, 2, 3, 4), 2, 3), images.sobel(x.reshape(-1, 2, 3, 4), 3, 2)], -1
            ),
        ],
        [uniform([1, 4, 6, 1])],
        [uniform([2, 3, 2, 2])],
    ),
    row(
        "ssim",
        lambda x, y: image.ssim(x, y, 1.0, 3, 1.2),
        lambda x, y: images.ssim(x, y, 1.0, 3, 1.2),
        [uniform([2, 4, 5, 2], 0, 1), uniform([2, 4, 5, 2], 0, 1)],
        grad=(0, 1),
        # A variance is a difference of means that float32 rounds, over a variance of about 0.05.
        **{**SUMS, "rtol": 2e-5, "atol": 2e-5, "webgl": (4e-5, 4e-5), "grad_tolerance": (1e-4, 4e-5)},
    ),
    row(
        "ssim of one image",
        lambda x: [image.ssim(x, x), image.ssim(ops.multiply(x, 255.0), ops.multiply(x, 200.0), 255.0)],
        lambda x: [1.0, images.ssim(255 * x[None], 200 * x[None], 255, 11, 1.5)[0]],
        [uniform([11, 12, 1], 0, 1)],
        grad=(),
        **{**SUMS, "rtol": 2e-5, "atol": 2e-5, "webgl": (4e-5, 4e-5)},
    ),
    row(
        "psnr",
        lambda x, y: ops.psnr(x, y, 2.0),
        lambda x, y: 10 * np.log10(4 / ((x - y) ** 2).mean()),
        [uniform([3, 4]), uniform([3, 4])],
        [uniform([1]), uniform([1])],
        grad=(0, 1),
        **{**SUMS, "grad_tolerance": (4e-5, 4e-5)},
    ),
    row(
        "elastic_transform",
        lambda x: [
            image.elastic_transform(x, 3.0, 0.5, "bilinear", "reflect", 0.0, 5),
            image.elastic_transform(x, 0.0),
        ],
        lambda x: [displaced(x), x],
        [uniform([2, 4, 5, 2])],
        **{**PLACES, "atol": 4e-5, "webgl": (1e-4, 1e-4)},
    ),
]

FIRST = {"grad_tolerance": (4e-5, 1e-4), "webgl_grad": (2e-4, 2e-4)}
COLOURS = [
    row(
        "rgb_to_grayscale",
        lambda x: [
            image.rgb_to_grayscale(x),
            image.rgb_to_grayscale(ops.reshape(x, [3, 2, -1]), "channels_first"),
            image.rgb_to_grayscale(ops.reshape(x, [2, -1, 1])),
        ],
        lambda x: [
            x @ np.array([[0.2989], [0.587], [0.114]]),
            np.tensordot([[0.2989, 0.587, 0.114]], x.reshape(3, 2, -1), 1),
            x.reshape(2, -1, 1),
        ],
        [uniform([2, 2, 3])],
        [uniform([2, 1, 3, 3])],
    ),
    Row(
        "rgb_to_grayscale of integers",
        image.rgb_to_grayscale,
        [[integers([2, 3, 3], 0, 256)]],
        lambda x: np.trunc(x @ np.array([[0.2989], [0.587], [0.114]])).astype(int),
    ),
    row(
        "grayscale_to_rgb",
        image.grayscale_to_rgb,
        lambda x: np.repeat(x, 3, -1),
        [uniform([2, 3, 1])],
        [uniform([1, 2, 2, 1])],
        [uniform([0, 2, 1])],
    ),
    row(
        "rgb_to_hsv",
        lambda x: [image.rgb_to_hsv(x), image.rgb_to_hsv(ops.transpose(x, [2, 0, 1]), "channels_first")],
        lambda x: [images.rgb_to_hsv(x), np.moveaxis(images.rgb_to_hsv(x), -1, 0)],
        [uniform([4, 5, 3], 0.02, 0.98)],
        **FIRST,
    ),
    Row(
        "rgb_to_hsv of grey and of pure colours",
        image.rgb_to_hsv,
        [
            [
                values(
                    [
                        [[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.5]],
                        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
                        [[1, 1, 0], [0, 1, 1], [1, 0, 1]],
                    ]
                )
            ]
        ],
        images.rgb_to_hsv,
    ),
    row(
        "hsv_to_rgb",
        lambda x: [image.hsv_to_rgb(x), image.hsv_to_rgb(ops.transpose(x, [0, 3, 1, 2]), "channels_first")],
        lambda x: [images.hsv_to_rgb(x), np.moveaxis(images.hsv_to_rgb(x), -1, 1)],
        [uniform([1, 4, 5, 3], 0.01, 0.99)],
    ),
    Row(
        "hsv_to_rgb of pure colours",
        image.hsv_to_rgb,
        [[values([[[0, 0, 0.3], [1, 1, 1], [0.5, 1, 0.5], [1 / 3, 1, 1]]])]],
        images.hsv_to_rgb,
    ),
    Row(
        "image.threshold",
        lambda x: [
            image.threshold(x),
            image.threshold(x, "binary", True, 0.25),
            image.threshold(x, "otsu"),
        ],
        [[integers([5, 6, 1], 0, 256)], [integers([1, 1, 1], 0, 256)]],
        lambda x: [255 * (x > 127.5), 255 * (x <= 63.75), 255 * (x > images.otsu(x))],
    ),
    Row(
        "threshold of colours",
        lambda x: [image.threshold(x, "binary", False, 0.4), image.threshold(x, "otsu", True)],
        [[integers([4, 5, 3], 0, 256)]],
        lambda x: [
            255 * (x @ np.array([[0.2989], [0.587], [0.114]]) > 102),
            255
            * (
                x @ np.array([[0.2989], [0.587], [0.114]])
                <= images.otsu(np.rint(x @ np.array([0.2989, 0.587, 0.114])).astype(int))
            ),
        ],
    ),
]


def moved(name, build, theirs, *shapes, **more):
    return Row(
        name,
        build,
        [[distinct(s)] for s in shapes],
        theirs,
        **{"rtol": 0, "atol": 0, "webgl": (0, 0), "grad": (0,), **more},
    )


def patches(x, size, strides, pads=((0, 0), (0, 0))):
    x = np.pad(x, [(0, 0), *pads, (0, 0)])
    seen = sliding_window_view(x, size, (1, 2))[:, :: strides[0], :: strides[1]]
    return np.moveaxis(seen, 3, -1).reshape(*seen.shape[:3], -1)


def volumes(x, size, strides):
    seen = sliding_window_view(x, size, (1, 2, 3))[:, :: strides[0], :: strides[1], :: strides[2]]
    return np.moveaxis(seen, 4, -1).reshape(*seen.shape[:4], -1)


def unfold(x, size, dilation, padding, stride):
    x = np.pad(x, [(0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2])
    spans = [(k - 1) * d + 1 for k, d in zip(size, dilation, strict=True)]
    seen = sliding_window_view(x, spans, (2, 3))[
        :, :, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]
    ]
    return seen.transpose(0, 1, 4, 5, 2, 3).reshape(x.shape[0], -1, seen.shape[2] * seen.shape[3])


def fold(x, size, kernel, dilation, padding, stride):
    """Block by block."""
    counts = [
        (n + 2 * p - (k - 1) * d - 1) // s + 1
        for n, p, k, d, s in zip(size, padding, kernel, dilation, stride, strict=True)
    ]
    blocks = x.reshape(x.shape[0], -1, *kernel, *counts)
    y = np.zeros([*blocks.shape[:2], size[0] + 2 * padding[0], size[1] + 2 * padding[1]])
    for i, j in np.ndindex(*counts):
        rows = slice(i * stride[0], i * stride[0] + (kernel[0] - 1) * dilation[0] + 1, dilation[0])
        columns = slice(j * stride[1], j * stride[1] + (kernel[1] - 1) * dilation[1] + 1, dilation[1])
        y[:, :, rows, columns] += blocks[..., i, j]
    return y[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]


MOVED = [
    moved(
        "crop_images",
        lambda x: [
            image.crop_images(x, 1, 2, 1, 1),
            image.crop_images(x, 1, None, None, 1, 2, 3),
            image.crop_images(ops.reshape(x, [-1, 4, 6]), None, 1, 0, None, 2, 2, "channels_first"),
        ],
        lambda x: [
            x[..., 1:-1, 2:-1, :],
            x[..., 1:3, x.shape[-2] - 4 : -1, :],
            x.reshape(-1, 4, 6)[:, 2:, 1:3],
        ],
        [2, 4, 6, 3],
        [4, 6, 1],
    ),
    moved(
        "pad_images",
        lambda x: [
            image.pad_images(x, 1, 2, 0, 1),
            image.pad_images(x, 1, None, None, 1, 5, 6),
            image.pad_images(ops.reshape(x, [-1, 2, 3]), None, 1, 0, None, 4, 7, "channels_first"),
        ],
        lambda x: [
            np.pad(x, [*[(0, 0)] * (x.ndim - 3), (1, 0), (2, 1), (0, 0)]),
            np.pad(x, [*[(0, 0)] * (x.ndim - 3), (1, 2), (2, 1), (0, 0)]),
            np.pad(x.reshape(-1, 2, 3), [(0, 0), (2, 0), (1, 3)]),
        ],
        [2, 2, 3, 2],
        [2, 3, 1],
    ),
    moved("flip_left_right", image.flip_left_right, lambda x: x[:, :, ::-1], [2, 3, 4, 3], [1, 2, 1, 1]),
    moved(
        "extract_patches",
        lambda x: [
            image.extract_patches(x, 2),
            image.extract_patches(x, [2, 3], 1),
            image.extract_patches(x, 3, [1, 2], 1, "same"),
        ],
        lambda x: [
            patches(x, (2, 2), (2, 2)),
            patches(x, (2, 3), (1, 1)),
            patches(x, (3, 3), (1, 2), ((1, 1), (1, 1))),
        ],
        [2, 4, 5, 2],
        [1, 2, 3, 1],
        rtol=1e-6,
        grad_tolerance=(4e-5, 4e-5),
    ),
    moved(
        "extract_patches of one image, dilated, channels first",
        lambda x: image.extract_patches(x, 2, 1, 2, "valid", "channels_first"),
        lambda x: np.concatenate([x[:, i : i + 2, j : j + 3] for i in (0, 2) for j in (0, 2)]),
        [3, 4, 5],
    ),
    moved(
        "extract_patches_3d",
        lambda x: [image.extract_patches_3d(x, 2), image.extract_patches(x, [2, 1, 3], 1)],
        lambda x: [volumes(x, (2, 2, 2), (2, 2, 2)), volumes(x, (2, 1, 3), (1, 1, 1))],
        [1, 3, 4, 4, 2],
        [2, 2, 2, 3, 1],
    ),
    moved(
        "unfold",
        lambda x: [ops.unfold(x, 2), ops.unfold(x, [2, 3], [2, 1], [1, 0], [1, 2])],
        lambda x: [
            unfold(x, [2, 2], [1, 1], [0, 0], [1, 1]),
            unfold(x, [2, 3], [2, 1], [1, 0], [1, 2]),
        ],
        [2, 2, 4, 5],
        [1, 1, 2, 3],
        grad_tolerance=(4e-5, 4e-5),
    ),
    Row(
        "fold",
        lambda x, y: [ops.fold(x, [4, 5], 2), ops.fold(y, [4, 6], [2, 3], [2, 1], [1, 0], [1, 2])],
        [[uniform([1, 8, 12]), uniform([1, 6, 8])]],
        lambda x, y: [
            fold(x, [4, 5], [2, 2], [1, 1], [0, 0], [1, 1]),
            fold(y, [4, 6], [2, 3], [2, 1], [1, 0], [1, 2]),
        ],
        grad=(0, 1),
        second=True,
        **SUMS,
    ),
]


def suppressed(op, most, iou, least=None, sigma=0.0):
    """Indices and scores padded to `most`, and how many there are."""

    def build(boxes, scores):
        if op == "padded":
            return image.non_max_suppression_padded(boxes, scores, most, iou, least)
        return suppression.choose_boxes(boxes, scores, most, iou, least, sigma, op)

    def theirs(boxes, scores):
        chosen, kept = images.non_max_suppression(boxes, scores, most, iou, least, sigma)
        indices = np.array([*chosen, *[0] * (most - len(chosen))])
        padded = np.array([*kept, *[0.0] * (most - len(kept))])
        return (
            [indices, np.array(len(chosen))] if op == "padded" else [indices, padded, np.array(len(chosen))]
        )

    return build, theirs


def boxes_row(name, op, most, *rest):
    build, theirs = suppressed(op, most, *rest)
    cases = [[uniform([n, 4], 0, 1), uniform([n], -0.3, 1)] for n in (20, 1)]
    return Row(name, build, cases, theirs, **SUMS)


SUPPRESSION = [
    boxes_row("non_max_suppression_padded", "padded", 6, 0.3),
    boxes_row("non_max_suppression_padded above a score", "padded", 25, 0.5, 0.4),
    boxes_row("soft non-maximum suppression", "soft", 9, 0.8, 0.05, 0.5),
    Row(
        "non_max_suppression_padded of equal scores and flat boxes",
        suppressed("padded", 6, 0.5)[0],
        [
            [
                values([[0, 0, 1, 1], [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0.5, 1]]),
                values([0.5, 0.5, 0.5, 0.25, 0.1]),
            ]
        ],
        # The second is the first by other corners; flat boxes overlap nothing; half of the first is 0.5.
        lambda boxes, scores: [np.array([0, 2, 3, 0, 0, 0]), np.array(3)],
    ),
]

ROWS = [*RESIZE, *FORMS, *SAMPLES, *FILTERS, *COLOURS, *MOVED, *SUPPRESSION]
