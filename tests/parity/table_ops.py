"""Rows of the elementwise ops, activations and statistics of `pybrowserml.ops`."""

import numpy as np
from scipy import special

from pybrowserml import ops

from .rows import Row, booleans, distinct, integers, uniform, values

LOOSE = {"rtol": 4e-6, "atol": 4e-6, "webgl": (1e-5, 1e-5), "grad_tolerance": (4e-5, 4e-5)}


def smooth(name, build, theirs, low=-4, high=4, second=True, **more):
    cases = [[uniform(shape, low, high)] for shape in ([], [7], [3, 5], [2, 1, 3])]
    return Row(name, build, cases, theirs, grad=(0,), second=second, **{**LOOSE, **more})


def bent(name, build, theirs, step=0.3, **more):
    """For functions with kinks: inputs lie between multiples of the step."""
    cases = [[distinct(shape, step)] for shape in ([], [7], [3, 5], [2, 1, 3], [0, 3])]
    cases.append([distinct([4, 1], 10 * step)])
    return Row(
        name,
        build,
        cases,
        theirs,
        grad=(0,),
        **{**LOOSE, **more},
    )


def softplus(x):
    return np.logaddexp(x, 0)


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


ELEMENTWISE = [
    bent("abs", ops.abs, np.abs),
    smooth("square", ops.square, np.square),
    Row(
        "square int32",
        ops.square,
        [[values([3, -46340, 65537], np.int32)]],
        lambda x: np.array([9, 46340**2, 131073]),
    ),
    Row(
        "round to two decimals",
        lambda x: ops.round(x, 2),
        [[uniform([3, 5])]],
        lambda x: np.rint(x * 100) / 100,
        rtol=4e-6,
    ),
    bent("clip", lambda x: ops.clip(x, -0.55, 0.65), lambda x: np.clip(x, -0.55, 0.65)),
    smooth("sinh small", ops.sinh, np.sinh, -1e-3, 1e-3, atol=1e-9, webgl=(1e-5, 1e-9)),
    Row(
        "logical_xor",
        ops.logical_xor,
        [
            [booleans([8]), booleans([8])],
            [booleans([3, 1]), booleans([4])],
            [booleans([]), booleans([2])],
            [booleans([0, 2]), booleans([2])],
            [integers([6], 0, 3), integers([6], 0, 3)],
            [values([0.0, -0.0, 1e-30, np.nan]), values([0.0, 1, 0, 0])],
        ],
        lambda a, b: np.logical_xor(a != 0, b != 0),
    ),
    Row(
        "divide_no_nan",
        ops.divide_no_nan,
        [
            [values([1, -2, 0, 3]), values([0, 4, 0, -2])],
            [uniform([3, 4]), uniform([4], 1, 2)],
            [uniform([]), values(0.0)],
            [uniform([2, 1]), values([[0.0, -0.0, 2]])],
            [uniform([0, 2]), uniform([2])],
        ],
        lambda a, b: np.where(b == 0, 0, a / np.where(b == 0, 1, b)),
        grad=(0,),
    ),
    Row(
        "true_divide",
        ops.true_divide,
        [
            [uniform([3, 4]), uniform([4], 1, 2)],
            [uniform([2, 1]), uniform([], 1, 2)],
            [uniform([0, 3]), uniform([3], 1, 2)],
        ],
        np.divide,
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "true_divide of integers",
        ops.true_divide,
        [
            [integers([5], -9, 9), integers([5], 1, 9)],
            [integers([2, 2], -9, 9), uniform([2], 1, 2)],
            [booleans([4]), integers([4], 1, 3)],
        ],
        np.divide,
        **LOOSE,
    ),
    bent("trunc", ops.trunc, np.trunc),
]

ACTIVATIONS = [
    bent("relu", ops.relu, lambda x: np.maximum(x, 0)),
    bent("relu6", ops.relu6, lambda x: np.clip(x, 0, 6), 0.7),
    bent("leaky_relu", lambda x: ops.leaky_relu(x, 0.1), lambda x: np.where(x > 0, x, 0.1 * x)),
    bent("elu", lambda x: ops.elu(x, 0.7), lambda x: elu(x, 0.7), second=True),
    bent("celu", lambda x: ops.celu(x, 1.5), lambda x: elu(x / 1.5, 1.0) * 1.5),
    bent("selu", ops.selu, lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772)),
    smooth(
        "gelu by tanh",
        ops.gelu,
        lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    ),
    smooth("gelu", lambda x: ops.gelu(x, False), lambda x: x * special.ndtr(x)),
    smooth("silu", ops.silu, lambda x: x * special.expit(x)),
    Row(
        "softplus of large numbers",
        ops.softplus,
        [[values([100, -100, 1000, -1000, 0, 20, -20])]],
        softplus,
        rtol=4e-6,
        atol=1e-12,
        webgl=(1e-5, 1e-12),
    ),
    bent("softsign", ops.softsign, lambda x: x / (1 + np.abs(x))),
    bent("hard_sigmoid", ops.hard_sigmoid, lambda x: np.clip(x / 6 + 0.5, 0, 1), 0.7),
    bent("hard_silu", ops.hard_silu, lambda x: x * np.clip(x / 6 + 0.5, 0, 1), 0.7),
    bent("hard_tanh", ops.hard_tanh, lambda x: np.clip(x, -1, 1)),
    bent("mish", ops.mish, lambda x: x * np.tanh(softplus(x))),
    Row(
        "softmax",
        ops.softmax,
        [[uniform([3, 5], -5, 5)], [uniform([7])], [values([[1000, 1000, -1000], [-1000, 0, 1]])]],
        lambda x: special.softmax(x, axis=-1),
        grad=(0,),
        second=True,
        **LOOSE,
    ),
    Row(
        "softmax over axes",
        lambda x: ops.softmax(x, [0, 2]),
        [[uniform([2, 3, 4])]],
        lambda x: special.softmax(x, axis=(0, 2)),
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "log_softmax",
        ops.log_softmax,
        [[uniform([3, 5], -5, 5)], [values([[1000, 1000, -1000]])]],
        lambda x: special.log_softmax(x, axis=-1),
        grad=(0,),
        second=True,
        **LOOSE,
    ),
]

# What Keras's gradients are where the function has a kink.
AT_ZERO = [0.0, -0.0, 1.0, -1.0]


def _slopes(activation):
    from pybrowserml.core.autodiff import gradients

    return lambda x: gradients([activation(x)], [x])[0]


SLOPES = [
    Row("slope of relu at zero", _slopes(ops.relu), [[values(AT_ZERO)]], lambda x: np.float64([0, 0, 1, 0])),
    Row(
        "slope of relu6 at its corners",
        _slopes(ops.relu6),
        [[values([0.0, 6.0, 3.0, 7.0])]],
        lambda x: np.float64([0, 0, 1, 0]),
    ),
    Row(
        "slope of leaky_relu at zero",
        _slopes(ops.leaky_relu),
        [[values(AT_ZERO)]],
        lambda x: np.float64([0.2, 0.2, 1, 0.2]),
    ),
    Row(
        "relu of what is not a number",
        ops.relu,
        [[values([np.nan, np.inf, -np.inf])]],
        lambda x: np.float64([np.nan, np.inf, 0]),
    ),
]

AXES = [([3, 4], None), ([3, 4], 1), ([2, 3, 4], [0, 2]), ([5], 0)]
STATISTICS = []
for shape, axis in AXES:
    at = tuple(axis) if isinstance(axis, list) else axis
    for name, build, theirs in [
        ("mean", ops.mean, np.mean),
        ("var", ops.var, np.var),
        ("std", ops.std, np.std),
        ("logsumexp", ops.logsumexp, special.logsumexp),
        (
            "norm",
            lambda x, axis, keepdims=False: ops.norm(x, None, axis, keepdims),
            lambda x, axis, keepdims: np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims)),
        ),
    ]:
        STATISTICS.append(
            Row(
                f"{name} {shape} {axis}",
                lambda x, f=build, a=axis: [f(x, a), f(x, a, True)],
                [[uniform(shape)]],
                lambda x, f=theirs, a=at: [f(x, axis=a, keepdims=False), f(x, axis=a, keepdims=True)],
                grad=(0,),
                second=True,
                **LOOSE,
            )
        )
STATISTICS += [
    Row(
        "moments",
        lambda x: ops.moments(x, [0]),
        [[uniform([4, 3])]],
        lambda x: [x.mean(0), x.var(0)],
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "any, all, count_nonzero",
        lambda x: [ops.any(x, 1), ops.all(x, 1), ops.count_nonzero(x, 1)],
        [[booleans([6, 3])]],
        lambda x: [x.any(1), x.all(1), x.sum(1)],
    ),
    Row(
        "any, all of numbers",
        lambda x: [ops.any(x), ops.all(x, 0), ops.count_nonzero(x)],
        [[integers([4, 3], 0, 2)]],
        lambda x: [(x != 0).any(), (x != 0).all(0), np.count_nonzero(x)],
    ),
    Row(
        "sum, prod, max, min",
        lambda x: [ops.sum(x, 1), ops.prod(x, 0), ops.max(x), ops.min(x, 1, True)],
        [[distinct([3, 4], 0.3)]],
        lambda x: [x.sum(1), x.prod(0), x.max(), x.min(1, keepdims=True)],
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "amax, amin",
        lambda x: [ops.amax(x, 0), ops.amin(x), ops.amin(x, [0, -1], True)],
        [
            [distinct([3, 4])],
            [distinct([1, 1])],
            [distinct([2, 3, 2])],
            [integers([4, 2], -9, 9)],
            [uniform([3, 1])],
            [values([[np.nan, 1], [2, 3]])],
        ],
        lambda x: [x.max(0), x.min(), x.min((0, -1), keepdims=True)],
    ),
    Row(
        "argmax of everything",
        lambda x: [ops.argmax(x), ops.argmin(x), ops.argmax(x, 0)],
        [[distinct([3, 4])]],
        lambda x: [x.argmax(), x.argmin(), x.argmax(0)],
    ),
]

ROWS = [*ELEMENTWISE, *ACTIVATIONS, *SLOPES, *STATISTICS]
