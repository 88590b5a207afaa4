"""Rows of the normalisations and of TensorFlow.js's losses."""

import numpy as np
from scipy import special

from pybrowserml import ops

from .rows import Row, integers, uniform, values
from .table_reductions import SUMMED


def rms(x, axis=-1, epsilon=1e-7):
    return x / np.sqrt(np.mean(x * x, axis=axis, keepdims=True) + epsilon)


def layer(x, axis=-1, epsilon=1e-7):
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + epsilon)


def response(x, radius=5, bias=1.0, alpha=1.0, beta=0.5):
    count = x.shape[-1]
    total = np.zeros_like(x, dtype=float)
    for c in range(count):
        total[..., c] = (x[..., max(0, c - radius) : c + radius + 1] ** 2).sum(-1)
    return x / (bias + alpha * total) ** beta


NORMALISATIONS = [
    Row(
        "rms_normalization",
        lambda x, s: [ops.rms_normalization(x), ops.rms_normalization(x, s, -1, 0.1)],
        [
            [uniform([3, 4]), uniform([4])],
            [uniform([2, 1]), uniform([1])],
            [uniform([0, 3]), uniform([3])],
            [integers([2, 3], 1, 9), uniform([3])],
        ],
        lambda x, s: [rms(x), rms(x, -1, 0.1) * s],
        grad=(0, 1),
        **SUMMED,
    ),
    Row(
        "rms_normalization over axes",
        lambda x, s: ops.rms_normalization(x, s, [0, 2]),
        [[uniform([2, 3, 4]), uniform([2, 4])]],
        lambda x, s: rms(x, (0, 2)) * s[:, None],
        grad=(0, 1),
        **SUMMED,
    ),
    Row(
        "layer_normalization with Keras's epsilon",
        ops.layer_normalization,
        [[uniform([3, 5])], [uniform([2, 2, 3])]],
        layer,
        grad=(0,),
        second=True,
        **SUMMED,
    ),
    Row(
        "local_response_normalization",
        lambda x: [
            ops.local_response_normalization(x),
            ops.local_response_normalization(x, 1, 2.0, 0.5, 0.75),
        ],
        [[uniform([2, 2, 2, 7])], [uniform([3, 1])], [uniform([1, 3, 13])], [uniform([0, 2, 2, 3])]],
        lambda x: [response(x), response(x, 1, 2.0, 0.5, 0.75)],
        grad=(0,),
        **SUMMED,
    ),
]

REDUCTIONS = ["none", "sum", "mean", "sum_by_nonzero_weights"]


def weighted(losses, weights, reduction="sum_by_nonzero_weights"):
    spread = np.broadcast_to(weights, losses.shape)
    total = losses * spread
    if reduction == "none":
        return total
    if reduction == "sum":
        return total.sum()
    return total.sum() / (spread.sum() if reduction == "mean" else np.count_nonzero(spread))


def every(losses, theirs):
    """All reductions, with weights and without."""

    def build(a, b, w):
        plain = [losses(a, b, None, reduction) for reduction in REDUCTIONS]
        plain.extend([losses(a, b, w, reduction) for reduction in REDUCTIONS])
        return plain

    def reference(a, b, w):
        found = theirs(a, b)
        return [weighted(found, u, reduction) for u in (1.0, w) for reduction in REDUCTIONS]

    return build, reference


def loss(name, ours, theirs, labels, predictions, shape=(3, 4), **more):
    build, reference = every(ours, theirs)
    cases = [
        [labels(shape), predictions(shape), uniform([shape[0], 1], 0.5, 2)],
        [labels(shape), predictions(shape), values(2.0)],
        [labels([1, 1]), predictions([1, 1]), uniform([1, 1], 0.5, 2)],
        [labels([2, 5]), predictions([2, 5]), uniform([2, 1], 0.5, 2)],
        [
            labels([2, 3, 2]),
            predictions([2, 3, 2]),
            uniform([2], 0.5, 2) if name != "cosine_distance" else values(0.5),
        ],
        [labels([5, 2]), predictions([5, 2]), uniform([1, 1], 0.5, 2)],
    ]
    return Row(name, build, cases, reference, grad=(1,), **{**SUMMED, **more})


def yes_or_no(shape):
    return integers(shape, 0, 2, np.float32)


def probabilities(shape):
    return uniform(shape, 0.05, 0.95)


def cross_entropy(y, x):
    return np.logaddexp(x, 0) - x * y


def huber(y, x, delta=0.5):
    e = np.abs(y - x)
    return np.where(e <= delta, 0.5 * e * e, delta * (e - 0.5 * delta))


def smoothed(y, classes):
    return y * 0.9 + 0.1 / classes


LOSSES = [
    loss("absolute_difference", ops.absolute_difference, lambda a, b: np.abs(a - b), uniform, uniform),
    loss("mean_squared_error", ops.mean_squared_error, lambda a, b: (a - b) ** 2, uniform, uniform),
    loss("hinge_loss", ops.hinge_loss, lambda y, x: np.maximum(1 - (2 * y - 1) * x, 0), yes_or_no, uniform),
    loss("huber_loss", lambda a, b, w, r: ops.huber_loss(a, b, w, 0.5, r), huber, uniform, uniform),
    loss(
        "log_loss",
        lambda a, b, w, r: ops.log_loss(a, b, w, 1e-7, r),
        lambda y, p: -(y * np.log(p + 1e-7) + (1 - y) * np.log(1 - p + 1e-7)),
        yes_or_no,
        probabilities,
        webgl_grad=(1e-4, 1e-4),
    ),
    loss(
        "sigmoid_cross_entropy",
        lambda a, b, w, r: ops.sigmoid_cross_entropy(a, b, w, 0.0, r),
        cross_entropy,
        yes_or_no,
        uniform,
    ),
    loss(
        "sigmoid_cross_entropy of smoothed labels",
        lambda a, b, w, r: ops.sigmoid_cross_entropy(a, b, w, 0.1, r),
        lambda y, x: cross_entropy(smoothed(y, 2), x),
        yes_or_no,
        uniform,
    ),
    loss(
        "cosine_distance",
        lambda a, b, w, r: ops.cosine_distance(a, b, 1, w, r),
        lambda a, b: 1 - (a * b).sum(1, keepdims=True),
        uniform,
        uniform,
    ),
    Row(
        "softmax_cross_entropy",
        lambda y, x, w: [
            ops.softmax_cross_entropy(y, x),
            ops.softmax_cross_entropy(y, x, w),
            ops.softmax_cross_entropy(y, x, w, 0.1, "none"),
        ],
        [
            [probabilities([3, 4]), uniform([3, 4], -5, 5), uniform([3], 0, 2)],
            [probabilities([1, 1]), uniform([1, 1]), uniform([1])],
        ],
        lambda y, x, w: [
            -(y * special.log_softmax(x, 1)).sum(1).mean(),
            -((y * special.log_softmax(x, 1)).sum(1) * w).mean(),
            -(smoothed(y, y.shape[1]) * special.log_softmax(x, 1)).sum(1) * w,
        ],
        grad=(0, 1),
        **SUMMED,
    ),
    Row(
        "compute_weighted_loss with zeros among the weights",
        lambda x, w: [ops.compute_weighted_loss(x, w, reduction) for reduction in REDUCTIONS],
        [[uniform([2, 3]), values([[0, 1, 2]])], [uniform([3]), values([0, 0, 4])]],
        lambda x, w: [weighted(x, w, reduction) for reduction in REDUCTIONS],
        grad=(0,),
        **SUMMED,
    ),
    Row(
        "cross-entropies of extreme logits",
        lambda y, x: [
            ops.sigmoid_cross_entropy(y, x, None, 0.0, "none"),
            ops.binary_crossentropy(y, x, True),
        ],
        [[values([0, 1, 0, 1, 0.5, 0.5]), values([200, 200, -200, -200, 0, 3e38])]],
        lambda y, x: [cross_entropy(y, x)] * 2,
        **SUMMED,
    ),
]


def batch(x, m, v, b, g, axis):
    shape = [1] * x.ndim
    shape[axis] = -1
    m, v, b, g = (vector.reshape(shape) for vector in (m, v, b, g))
    return (x - m) / np.sqrt(v + 0.001) * g + b


def vectors(size):
    return [uniform([size]), uniform([size], 0.5, 2), uniform([size]), uniform([size])]


BATCHES = [
    Row(
        f"batch_normalization along {axis}",
        lambda x, m, v, b, g, a=axis: [
            ops.batch_normalization(x, m, v, a, b, g),
            ops.batch_normalization(x, m, v, a),
            ops.batch_normalization(x, m, v, a, None, g),
        ],
        [[uniform(shape), *vectors(shape[axis])] for shape in shapes],
        lambda x, m, v, b, g, a=axis: [
            batch(x, m, v, b, g, a),
            batch(x, m, v, 0 * b, 0 * g + 1, a),
            batch(x, m, v, 0 * b, g, a),
        ],
        grad=(0, 1, 2, 3, 4),
        **SUMMED,
    )
    for axis, shapes in [(1, [[2, 3, 4], [3, 1], [0, 2]]), (0, [[3, 2], [4]])]
]


def categorical(t, x, axis):
    return -(t * special.log_softmax(x, axis=axis)).sum(axis)


def sparse(t, x, axis):
    return -np.take_along_axis(special.log_softmax(x, axis=axis), np.expand_dims(t, axis), axis).squeeze(axis)


def clipped(x):
    return np.clip(x, 1e-7, 1 - 1e-7)


CROSS_ENTROPIES = [
    Row(
        f"categorical_crossentropy along {axis}",
        lambda t, x, a=axis: ops.categorical_crossentropy(t, x, True, a),
        [[probabilities(shape), uniform(shape)] for shape in ([3, 4], [2, 3, 2], [2, 1], [2, 0, 3])],
        lambda t, x, a=axis: categorical(t, x, a) if x.size else x.sum(a),
        grad=(0, 1),
        **SUMMED,
    )
    for axis in (-1, 0)
]
CROSS_ENTROPIES += [
    Row(
        f"sparse_categorical_crossentropy along {axis}",
        lambda t, x, a=axis: ops.sparse_categorical_crossentropy(t, x, True, a),
        cases,
        lambda t, x, a=axis: sparse(t, x, a),
        grad=(1,),
        **SUMMED,
    )
    for axis, cases in [
        (1, [[integers([2, 4], 0, 3), uniform([2, 3, 4])], [integers([1], 0, 1), uniform([1, 1])]]),
        (0, [[integers([4], 0, 3), uniform([3, 4])], [integers([2, 2], 0, 5), uniform([5, 2, 2])]]),
    ]
]
CROSS_ENTROPIES += [
    Row(
        "cross-entropies of certain probabilities",
        lambda t, p: [ops.binary_crossentropy(t, p), ops.categorical_crossentropy(t, p)],
        [[values([[0, 1], [1, 0], [0.5, 0.5]]), values([[0, 1], [0, 1], [1, 0]])]],
        lambda t, p: [
            -(t * np.log(clipped(p)) + (1 - t) * np.log(1 - clipped(p))),
            -(t * np.log(clipped(p))).sum(-1),
        ],
        # 1 - 1e-7 is not a number of float32: the nearest is 1.2e-7 from 1, so log(1 - p) is off by 0.18.
        rtol=0.02,
        webgl=(0.02, 1e-6),
    ),
    Row(
        "one_hot of shapes",
        lambda x: [ops.one_hot(x, 3), ops.one_hot(x, 3, 0, "bool"), ops.one_hot(x, 1)],
        [[integers(shape, 0, 3)] for shape in ([4], [], [2, 1], [0], [2, 3, 2])],
        lambda x: [
            (x[..., None] == np.arange(3)).astype(float),
            np.stack([x == i for i in range(3)]),
            (x[..., None] == 0).astype(float),
        ],
    ),
]

ROWS = [*NORMALISATIONS, *LOSSES, *BATCHES, *CROSS_ENTROPIES]
