"""Rows of the activations, at kinks, tails and extremes."""

import numpy as np
from scipy import special

from pybrowserml import activations, ops

from .rows import Row, distinct, extremes, integers, uniform, values
from .table_math import SHAPES

# Sums and products of a few rounded steps.
CLOSE = {"rtol": 2e-6, "atol": 1e-6, "webgl": (6e-6, 3e-6)}


def softplus(x):
    return np.logaddexp(x, 0)


def squareplus(x, b=4):
    return np.where(
        x < 0, 0.5 * b / (np.hypot(x, np.sqrt(b)) - np.minimum(x, 0)), 0.5 * (x + np.hypot(x, np.sqrt(b)))
    )


def soft_shrink(x, threshold=0.5):
    return np.sign(x) * np.maximum(np.abs(x) - threshold, 0)


def sparse_plus(x):
    return np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4))


def bent(name, build, theirs, step=0.3, **more):
    """For functions with kinks: inputs lie between multiples of the step."""
    cases = [[distinct(shape, step)] for shape in SHAPES]
    cases.append([integers([5], -5, 5)])
    return Row(name, build, cases, theirs, grad=(0,), **{**CLOSE, **more})


def smooth(name, build, theirs, low=-4, high=4, **more):
    cases = [[uniform(shape, low, high)] for shape in SHAPES]
    cases.append([integers([5], -5, 5)])
    return Row(name, build, cases, theirs, grad=(0,), second=True, **{**CLOSE, **more})


ELEMENTWISE = [
    bent("hard_shrink", lambda x: ops.hard_shrink(x, 0.7), lambda x: np.where(np.abs(x) > 0.7, x, 0.0)),
    bent("soft_shrink", lambda x: ops.soft_shrink(x, 0.7), lambda x: soft_shrink(x, 0.7)),
    bent("threshold", lambda x: ops.threshold(x, 0.55, -2.0), lambda x: np.where(x > 0.55, x, -2.0)),
    bent("hard_swish", ops.hard_swish, lambda x: x * np.clip(x / 6 + 0.5, 0, 1), 0.7),
    bent("sparse_plus", ops.sparse_plus, sparse_plus, 0.33),
    bent("sparse_sigmoid", ops.sparse_sigmoid, lambda x: np.clip((x + 1) / 2, 0, 1), 0.33),
    bent(
        "relu of all arguments",
        lambda x: activations.relu(x, 0.25, 1.5, 0.55),
        lambda x: np.where(x > 0.55, np.clip(x, 0, 1.5), 0.25 * (x - 0.55)),
    ),
    smooth("squareplus", ops.squareplus, squareplus),
    smooth("squareplus of another b", lambda x: ops.squareplus(x, 0.09), lambda x: squareplus(x, 0.09)),
    smooth("swish", ops.swish, lambda x: x * special.expit(x)),
    smooth("softplus", ops.softplus, softplus),
    smooth("log_sigmoid", ops.log_sigmoid, lambda x: -softplus(-x)),
    smooth("tanh_shrink", ops.tanh_shrink, lambda x: x - np.tanh(x)),
    smooth("exponential", activations.exponential, np.exp, -4, 2),
    Row(
        "tanh_shrink keeps its digits",
        ops.tanh_shrink,
        [[uniform([50], -0.6, 0.6)], [uniform([9], -1e-3, 1e-3)]],
        lambda x: x - np.tanh(x),
        rtol=2e-6,
        atol=1e-30,
        webgl=(4e-6, 1e-30),
    ),
    Row(
        "prelu",
        ops.prelu,
        [
            [distinct([3, 4], 0.3), uniform([4], 0.1, 0.5)],
            [distinct([2, 3, 2], 0.3), uniform([1, 3, 1], 0.1, 0.5)],
            [distinct([5], 0.3), uniform([], 0.1, 0.5)],
            [uniform([]), uniform([])],
            [uniform([0, 2]), uniform([2])],
            [integers([4], -3, 3), uniform([4])],
        ],
        lambda x, a: np.where(x > 0, x, a * x),
        grad=(0, 1),
    ),
    extremes(
        "activations at the extremes",
        [
            [ops.relu, lambda x: np.maximum(x, 0)],
            [ops.relu6, lambda x: np.clip(x, 0, 6)],
            [ops.leaky_relu, lambda x: np.where(x > 0, x, 0.2 * x)],
            [ops.elu, lambda x: np.where(x > 0, x, np.expm1(x))],
            [ops.softplus, softplus],
            [ops.log_sigmoid, lambda x: -softplus(-x)],
            [ops.hard_shrink, lambda x: np.where(np.abs(x) > 0.5, x, 0)],
            [ops.soft_shrink, soft_shrink],
            [ops.hard_tanh, lambda x: np.clip(x, -1, 1)],
            [ops.sparse_sigmoid, lambda x: np.clip(0.5 * x + 0.5, 0, 1)],
            [ops.squareplus, squareplus],
            [ops.tanh_shrink, lambda x: x - np.tanh(x)],
        ],
    ),
]


def axes_of(axis):
    return tuple(axis) if isinstance(axis, list) else axis


def along(name, ours, theirs, **more):
    """softmax and its kin along one axis, several, all; sizes of 1 and empty tensors."""
    shapes = [([3, 5], -1), ([2, 3, 4], 1), ([2, 3, 4], [0, 2]), ([4, 1], 1), ([3, 2], None), ([0, 3], 0)]
    return [
        Row(
            f"{name} {shape} {axis}",
            lambda x, a=axis: ours(x, a),
            [[uniform(shape, -5, 5)]],
            lambda x, a=axis: theirs(x, axis=axes_of(a)) if x.size else x,
            grad=(0,),
            second=True,
            **{**CLOSE, **more},
        )
        for shape, axis in shapes
    ]


def halves(x, axis=-1):
    first, second = np.split(x, 2, axis)
    return first * special.expit(second)


def peaked(n):
    """Rows whose largest number lies at each place in turn, too large for an exponential by itself."""

    def make(rng):
        return (rng.uniform(-3, 3, (n, n)) + 200 * np.eye(n)).astype(np.float32)

    return make


ALONG = [
    *along("softmax along", ops.softmax, special.softmax),
    *along("log_softmax along", ops.log_softmax, special.log_softmax),
    Row(
        "softmax and log_softmax of huge and equal numbers",
        lambda x: [ops.softmax(x), ops.log_softmax(x)],
        [
            [
                values(
                    [
                        [3e38, 3e38, -3e38],
                        [-1e30, 0, 1e-30],
                        [-np.inf, 0, 1],
                        [88, 89, 90],
                        [-200, -201, -500],
                    ]
                )
            ]
        ],
        lambda x: [special.softmax(x, -1), special.log_softmax(x, -1)],
        **CLOSE,
    ),
    Row(
        "softmax with the largest anywhere in a row",
        lambda x: ops.softmax(x),
        [[peaked(n)] for n in (63, 64, 65, 79, 80, 130)],
        lambda x: special.softmax(x, -1),
        **CLOSE,
    ),
    Row(
        "glu",
        lambda x: ops.glu(x),
        [
            [uniform([3, 4])],
            [uniform([2])],
            [uniform([2, 1, 6])],
            [uniform([0, 4])],
            [integers([2, 2], -3, 3)],
        ],
        halves,
        grad=(0,),
        second=True,
        **CLOSE,
    ),
    Row(
        "glu along the first axis",
        lambda x: ops.glu(x, 0),
        [[uniform([4, 3])]],
        lambda x: halves(x, 0),
        grad=(0,),
        **CLOSE,
    ),
]

ROWS = [*ELEMENTWISE, *ALONG]
