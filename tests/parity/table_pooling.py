"""Rows of pooling over one to three axes, and of blocks moved between pixels, channels and batch."""

import numpy as np

from pybrowserml import ops

from . import reference_windows as windows
from .rows import Row, distinct, uniform

# Means of up to 27 numbers; maxima are exact.
MEANS = {"rtol": 4e-6, "atol": 4e-6, "webgl": (1e-5, 1e-5), "grad_tolerance": (4e-5, 4e-5)}


def pool_rows(name, shape, window, strides=None, padding="valid", form=None, pads=None):
    """A row of max_pool and one of average_pool."""
    count = len(shape) - 2
    size = [window] * count if isinstance(window, int) else window
    steps = size if strides is None else [strides] * count if isinstance(strides, int) else strides
    first = form == "channels_first"

    def theirs(function, x):
        x = windows.to_last(x) if first else x
        own = pads
        if own is None:
            own = windows.same(x.shape[1:-1], size, steps) if padding == "same" else [[0, 0]] * count
        y = function(x, size, steps, own)
        return windows.to_first(y) if first else y

    return [
        Row(
            f"max_pool {name}",
            lambda x: ops.max_pool(x, window, strides, padding, form),
            [[distinct(shape, 0.02)]],
            lambda x: theirs(windows.max_pool, x),
            rtol=0,
            atol=0,
            webgl=(0, 0),
            grad=(0,),
            grad_tolerance=(4e-5, 4e-5),
        ),
        Row(
            f"average_pool {name}",
            lambda x: ops.average_pool(x, window, strides, padding, form),
            [[uniform(shape)]],
            lambda x: theirs(windows.average_pool, x),
            grad=(0,),
            second=True,
            **MEANS,
        ),
    ]


POOLS = [
    *pool_rows("of images", [1, 5, 6, 2], 2),
    *pool_rows("of images, same", [1, 5, 6, 2], [3, 2], 1, "same"),
    *pool_rows("of images, pads", [1, 4, 4, 1], 3, 2, [[1, 2], [0, 1]], None, [[1, 2], [0, 1]]),
    *pool_rows("of sequences", [2, 7, 3], 3, 2, "same"),
    *pool_rows("of sequences, first", [2, 3, 7], 2, None, "valid", "channels_first"),
    *pool_rows("of volumes", [1, 4, 5, 3, 2], [2, 3, 2], None, "same"),
    *pool_rows("of volumes, first", [1, 2, 3, 4, 4], 2, [1, 2, 1], "valid", "channels_first"),
    *pool_rows("of volumes of one", [1, 1, 1, 1, 1], 1),
    Row(
        "max_pool of nothing",
        lambda x: [ops.max_pool(x, 2), ops.average_pool(x, 2)],
        [[uniform([0, 4, 4, 4, 2])]],
        lambda x: [np.zeros((0, 2, 2, 2, 2)), np.zeros((0, 2, 2, 2, 2))],
    ),
]


def argmax_pool(x, window, strides, pads, with_batch):
    """[maxima, flat indices], window by window."""
    n, h, w, c = x.shape
    flat = np.arange(x.size).reshape(x.shape)
    places = np.broadcast_to(flat if with_batch else flat[:1], x.shape).astype(float)
    x, places = windows.padded(x, pads, -np.inf), windows.padded(places, pads)
    taps = [p for _, p in windows.tap_slices(x.shape[1:-1], window, strides, [1, 1])]
    seen = np.stack([x[(slice(None), *p)] for p in taps])
    best = seen.argmax(0)[None]
    numbers = np.stack([places[(slice(None), *p)] for p in taps])
    return [seen.max(0), np.take_along_axis(numbers, best, 0)[0].astype(np.int64)]


def adaptive_rows(name, shape, sizes, form=None):
    first = form == "channels_first"
    count = len(shape) - 2
    own = [sizes] * count if isinstance(sizes, int) else sizes

    def theirs(combine, x):
        y = windows.adaptive(windows.to_last(x) if first else x, own, combine)
        return windows.to_first(y) if first else y

    return [
        Row(
            f"adaptive_average_pool {name}",
            lambda x: ops.adaptive_average_pool(x, sizes, form),
            [[uniform(shape)]],
            lambda x: theirs(np.mean, x),
            grad=(0,),
            second=True,
            **MEANS,
        ),
        Row(
            f"adaptive_max_pool {name}",
            lambda x: ops.adaptive_max_pool(x, sizes, form),
            [[distinct(shape, 0.02)]],
            lambda x: theirs(np.max, x),
            rtol=0,
            atol=0,
            webgl=(0, 0),
            grad=(0,),
            grad_tolerance=(4e-5, 4e-5),
        ),
    ]


OTHERS = [
    *adaptive_rows("of images", [1, 5, 7, 3], [3, 2]),
    *adaptive_rows("of images, even", [1, 4, 6, 2], [2, 3]),
    *adaptive_rows("to more than there is", [1, 2, 3, 2], [3, 5]),
    *adaptive_rows("of sequences", [2, 3, 5], 2, "channels_first"),
    *adaptive_rows("of volumes", [1, 3, 4, 2, 2], [2, 3, 1]),
    *adaptive_rows("of images, first", [2, 2, 3, 4], 1, "channels_first"),
    Row(
        "max_pool_with_argmax",
        lambda x: [
            *ops.max_pool_with_argmax(x, 2, 2, "valid"),
            *ops.max_pool_with_argmax(x, [3, 2], [1, 2], "same", True),
        ],
        [[distinct([2, 5, 6, 3], 0.02)], [distinct([1, 2, 2, 1], 0.02)]],
        lambda x: [
            *argmax_pool(x, [2, 2], [2, 2], [[0, 0], [0, 0]], False),
            *argmax_pool(x, [3, 2], [1, 2], windows.same(x.shape[1:3], [3, 2], [1, 2]), True),
        ],
        rtol=0,
        atol=0,
        webgl=(0, 0),
        grad=(0,),
        grad_tolerance=(4e-5, 4e-5),
    ),
    Row(
        "pool",
        lambda x: [ops.pool(x, 2, "max"), ops.pool(x, [2, 3], "max", "same", [2, 1])],
        [[distinct([1, 5, 6, 2], 0.02)]],
        lambda x: [
            windows.max_pool(x, [2, 2], [1, 1], [[0, 0], [0, 0]]),
            windows.max_pool(x, [2, 3], [1, 1], windows.same([5, 6], [2, 3], [1, 1], [2, 1]), [2, 1]),
        ],
        grad=(0,),
        **MEANS,
    ),
    Row(
        "pool of means",
        lambda x: [ops.pool(x, 2, "avg", "same", 1, 2), ops.pool(x, [2, 3], "avg", "same", [2, 1])],
        [[uniform([1, 5, 6, 2])]],
        lambda x: [
            windows.average_pool(x, [2, 2], [2, 2], windows.same([5, 6], [2, 2], [2, 2])),
            windows.average_pool(x, [2, 3], [1, 1], windows.same([5, 6], [2, 3], [1, 1], [2, 1]), [2, 1]),
        ],
        grad=(0,),
        **MEANS,
    ),
]


def space_to_depth(x, b):
    n, h, w, c = x.shape
    return (
        x.reshape(n, h // b, b, w // b, b, c)
        .transpose(0, 1, 3, 2, 4, 5)
        .reshape(n, h // b, w // b, b * b * c)
    )


def depth_to_space(x, b):
    n, h, w, c = x.shape
    y = x.reshape(n, h, w, b, b, c // (b * b)).transpose(0, 1, 3, 2, 4, 5)
    return y.reshape(n, h * b, w * b, c // (b * b))


def shuffled(planes, b):
    """b² planes [n, b², h, w] as one of b times the size."""
    y = np.zeros([planes.shape[0], planes.shape[2] * b, planes.shape[3] * b])
    for k in range(b * b):
        y[:, k // b :: b, k % b :: b] = planes[:, k]
    return y


def space_to_batch(x, blocks, paddings):
    """One place of the blocks after the other."""
    x = np.pad(x, [(0, 0), *map(tuple, paddings), *[(0, 0)] * (x.ndim - 1 - len(blocks))])
    places = np.ndindex(*blocks)
    return np.concatenate(
        [
            x[(slice(None), *[slice(p, None, b) for p, b in zip(place, blocks, strict=True)])]
            for place in places
        ]
    )


def batch_to_space(x, blocks, crops):
    count = int(np.prod(blocks))
    parts = x.reshape(count, x.shape[0] // count, *x.shape[1:])
    sizes = [n * b for n, b in zip(x.shape[1:], blocks, strict=False)]
    y = np.zeros([parts.shape[1], *sizes, *x.shape[1 + len(blocks) :]])
    for part, place in zip(parts, np.ndindex(*blocks), strict=True):
        y[(slice(None), *[slice(p, None, b) for p, b in zip(place, blocks, strict=True)])] = part
    return y[(slice(None), *[slice(a, n - b) for (a, b), n in zip(crops, sizes, strict=True)])]


def moved(name, build, theirs, *shapes):
    return Row(name, build, [[distinct(s)] for s in shapes], theirs, rtol=0, atol=0, webgl=(0, 0), grad=(0,))


SPACE = [
    moved(
        "space_to_depth",
        lambda x: ops.space_to_depth(x, 2),
        lambda x: space_to_depth(x, 2),
        [1, 4, 6, 3],
        [2, 2, 2, 1],
        [0, 2, 4, 1],
    ),
    moved(
        "space_to_depth, channels first",
        lambda x: ops.space_to_depth(x, 3, "channels_first"),
        lambda x: np.stack([x[:, c, i::3, j::3] for c in range(2) for i in range(3) for j in range(3)], 1),
        [1, 2, 3, 6],
    ),
    moved(
        "depth_to_space",
        lambda x: ops.depth_to_space(x, 2),
        lambda x: depth_to_space(x, 2),
        [1, 2, 3, 8],
        [2, 1, 1, 4],
    ),
    moved(
        "depth_to_space, channels first",
        lambda x: ops.depth_to_space(x, 2, "channels_first"),
        lambda x: np.stack([shuffled(x[:, 4 * c : 4 * c + 4], 2) for c in range(2)], 1),
        [2, 8, 2, 3],
    ),
    moved(
        "space_to_batch_nd",
        lambda x: ops.space_to_batch_nd(x, [2, 3], [[1, 0], [0, 1]]),
        lambda x: space_to_batch(x, [2, 3], [[1, 0], [0, 1]]),
        [2, 3, 5, 2],
        [1, 1, 2],
    ),
    moved(
        "space_to_batch_nd of one axis",
        lambda x: ops.space_to_batch_nd(x, [2], [[0, 0]]),
        lambda x: space_to_batch(x, [2], [[0, 0]]),
        [2, 4, 3],
        [1, 2],
    ),
    moved(
        "batch_to_space_nd",
        lambda x: ops.batch_to_space_nd(x, [2, 3], [[1, 0], [0, 1]]),
        lambda x: batch_to_space(x, [2, 3], [[1, 0], [0, 1]]),
        [12, 3, 2, 2],
        [6, 1, 1],
    ),
    moved(
        "batch_to_space_nd of one axis",
        lambda x: ops.batch_to_space_nd(x, [2], [[0, 0]]),
        lambda x: batch_to_space(x, [2], [[0, 0]]),
        [4, 2, 3],
        [2, 1],
    ),
]

ROWS = [*POOLS, *OTHERS, *SPACE]
