"""Rows of the dtypes that results have, which are those of Keras, where they are not simply those of the operands."""

import numpy as np

from pybrowserml import ops
from pybrowserml.ops import image

from . import reference_images as images
from .rows import Row, booleans, integers, uniform, values
from .table_float16 import CLOSE, STEP, halves

BYTE, SIGNED, WORD = np.uint8, np.int8, np.uint32
# Sums of float16 are made in float32 and rounded once, so that results differ by a step at most.
HALF = {key: item for key, item in CLOSE.items() if key != "dtype"}


def wrapped(*items):
    """Reference results in the dtype of ours, so that they wrap as it does."""
    return [np.asarray(item).astype(dtype) for item, dtype in items]


PRODUCTS = [
    Row(
        "products of bytes and booleans",
        lambda a, b, v: (
            [ops.matmul(a, b), ops.einsum("ij,jk->k", a, b), ops.tensordot(a, b, 1)]
            + [ops.dot(v, b), ops.inner(a, v), ops.vdot(v, v), ops.kron(v, v), ops.matmul(v, v)]
        ),
        [
            [integers([2, 3], 0, 256, BYTE), booleans([3, 2]), integers([3], 0, 256, BYTE)],
            [integers([4, 1], 0, 256, BYTE), booleans([1, 5]), integers([1], 0, 256, BYTE)],
        ],
        lambda a, b, v: wrapped(
            *[
                [item, BYTE]
                for item in (a @ b, (a @ b).sum(0), a @ b, v @ b, a @ v, v @ v, np.kron(v, v), v @ v)
            ]
        ),
        dtype="uint8",
    ),
    Row(
        "products of signed bytes",
        lambda a, b: [ops.matmul(a, b), ops.einsum("ij,jk->ik", a, b)],
        [[integers([2, 3], -128, 128, SIGNED), integers([3, 2], -128, 128, SIGNED)]],
        lambda a, b: [a @ b, a @ b],
        dtype="int32",
    ),
    Row(
        "products of signed bytes and booleans",
        lambda a, b: [ops.matmul(a, b), ops.cross(a, ops.transpose(b))],
        [[integers([2, 3], -30, 30, SIGNED), booleans([3, 2])]],
        lambda a, b: [a @ b, np.cross(a, b.T)],
        dtype="int8",
    ),
    Row(
        "products of words and bytes",
        lambda a, b: [ops.matmul(a, b), ops.einsum("ij,jk->ik", a, b), ops.inner(a, ops.transpose(b))],
        [[integers([2, 3], 2**31, 2**32, WORD), integers([3, 2], 0, 256, BYTE)]],
        lambda a, b: wrapped(*[[a @ b, WORD]] * 3),
        dtype="uint32",
    ),
    Row(
        "correlate of float16 and booleans",
        lambda a, b: [ops.correlate(a, b), ops.convolve(a, b, "same")],
        [[halves([5]), booleans([3])]],
        lambda a, b: [np.correlate(a, b), np.convolve(a, b, "same")],
        dtype="float16",
        rtol=4 * STEP,
        atol=4 * STEP,
        webgl=(4 * STEP, 4 * STEP),
    ),
]

REDUCTIONS = [
    Row(
        "average of float16",
        lambda x, w: [ops.average(x, None, w), ops.average(x, 0, ops.cast(w, "int32")), ops.average(x)],
        [[halves([3, 4]), values(np.ones([3, 4]), bool)]],
        lambda x, w: [x.mean(), x.mean(0), x.mean()],
        dtype="float16",
        rtol=4 * STEP,
        atol=STEP,
        webgl=(4 * STEP, STEP),
    ),
    Row(
        "extrema of booleans with a first value",
        lambda x: [ops.max(x, 0, False, False), ops.min(x, 1, True, True), ops.max(x, None, False, True)],
        [[booleans([3, 4])], [booleans([1, 1])]],
        lambda x: [x.max(0), x.min(1, keepdims=True), np.asarray(True)],
        dtype="bool",
    ),
    Row(
        "moments of float16",
        lambda x: [*ops.moments(x, [0]), *ops.moments(x, [0, 1], True)],
        [[values([[-741.0, 353.2], [1099.0, -1807.0], [502.8, -83.4]], np.float16)], [halves([4, 3])]],
        lambda x: [
            x.mean(0),
            np.minimum(x.var(0), 65504),
            x.mean(keepdims=True),
            np.minimum(x.var(keepdims=True), 65504),
        ],
        dtype="float16",
        **HALF,
    ),
    Row(
        "bincount of weights that are bytes",
        lambda x, w: ops.dense_bincount(x, w, 4),
        [
            [integers([9], 0, 5), integers([9], 0, 256, BYTE)],
            [integers([2, 3], 0, 4), integers([2, 3], 0, 256, BYTE)],
        ],
        lambda x, w: (
            np.stack(
                [np.bincount(a, b, 5)[:4] for a, b in zip(np.atleast_2d(x), np.atleast_2d(w), strict=True)]
            )
            .reshape([*x.shape[:-1], 4])
            .astype(np.int64)
            .astype(BYTE)
        ),
        dtype="uint8",
    ),
]

NORMALISATIONS = [
    Row(
        "normalisations of float16 with float32 weights",
        lambda x, g: [ops.layer_normalization(x, g, g), ops.rms_normalization(x, g)],
        [[halves([3, 4]), uniform([4])], [halves([2, 4], 100, 300), uniform([1, 4])]],
        lambda x, g: [
            (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-7) * g + g,
            x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-7) * g,
        ],
        dtype="float16",
        # A sum of products that may cancel, rounded once.
        rtol=STEP,
        atol=1e-4,
        webgl=(STEP, 1e-3),
    ),
]

PLACES = [
    Row(
        "unravel_index of bytes",
        lambda x: ops.unravel_index(x, [4, 5]),
        [[integers([6], 0, 20, BYTE)], [integers([2, 3], 0, 20, BYTE)]],
        lambda x: list(np.unravel_index(x, (4, 5))),
        dtype="uint8",
    ),
    Row(
        "vander of bytes",
        lambda x: ops.vander(x, 4),
        [[integers([3], 0, 256, BYTE)]],
        lambda x: np.vander(x, 4).astype(BYTE),
        dtype="uint8",
    ),
]

IMAGES = [
    Row(
        "resize of bytes",
        lambda x: [
            image.resize(x, [5, 7]),
            image.resize(x, [2, 2], "bicubic", True),
            image.resize(x, [3, 3], "nearest"),
        ],
        [[integers([1, 4, 5, 2], 0, 256, BYTE)], [integers([2, 4, 5, 1], 250, 256, BYTE)]],
        lambda x: [
            np.clip(np.round(resized), 0, 255).astype(np.int64)
            for resized in [
                images.resize(x, [5, 7], "bilinear"),
                images.resize(x, [2, 2], "bicubic", True),
                images.resize(x, [3, 3], "nearest"),
            ]
        ],
        dtype="uint8",
    ),
    Row(
        "images of float16",
        lambda x: [
            image.resize(x, [3, 3]),
            image.gaussian_blur(x, 1, 1.0),
            image.scale_and_translate(x, [1, 4, 4, 1], [1.0, 1.0], [0.0, 0.0], [1, 2], "linear"),
        ],
        [[halves([1, 4, 4, 1])]],
        lambda x: [images.resize(x, [3, 3], "bilinear"), x, x],
        dtype="float16",
        **HALF,
    ),
]

ROWS = PRODUCTS + REDUCTIONS + NORMALISATIONS + PLACES + IMAGES
