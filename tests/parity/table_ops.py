"""Rows of what users call: `pybrowserml.ops`, with references in NumPy and SciPy."""

import numpy as np
from scipy import special

from pybrowserml import ops
from pybrowserml.core.opset.binary import greater

from . import reference
from .rows import Row, booleans, distinct, integers, uniform, values

LOOSE = {"rtol": 4e-6, "atol": 4e-6, "webgl": (1e-5, 1e-5), "grad_tolerance": (4e-5, 4e-5)}


def smooth(name, build, theirs, low=-4, high=4, second=True, **more):
    cases = [[uniform(shape, low, high)] for shape in ([], [7], [3, 5], [2, 1, 3])]
    return Row(name, build, cases, theirs, grad=(0,), second=second, **{**LOOSE, **more})


def bent(name, build, theirs, step=0.3, **more):
    """For functions with kinks: inputs lie between multiples of the step."""
    return Row(
        name,
        build,
        [[distinct(shape, step)] for shape in ([7], [3, 5])],
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
    smooth("sinh", ops.sinh, np.sinh, grad_tolerance=(2e-5, 4e-5)),
    smooth("sinh small", ops.sinh, np.sinh, -1e-3, 1e-3, atol=1e-9, webgl=(1e-5, 1e-9)),
    smooth("cosh", ops.cosh, np.cosh),
    smooth("log2", ops.log2, np.log2, 0.2, 50, grad_tolerance=(2e-5, 1e-4), webgl_grad=(1e-4, 1e-4)),
    smooth("log10", ops.log10, np.log10, 0.2, 50),
    Row(
        "logaddexp",
        ops.logaddexp,
        [[distinct([3, 4], 0.3), uniform([4], 0.01, 0.1)], [values([100, -100]), values([99, -101])]],
        np.logaddexp,
        grad=(0, 1),
        **LOOSE,
    ),
    Row("isinf", ops.isinf, [[values([0, np.inf, -np.inf, np.nan])]], np.isinf),
    Row("logical_xor", ops.logical_xor, [[booleans([8]), booleans([8])]], np.logical_xor),
    Row(
        "divide_no_nan",
        ops.divide_no_nan,
        [[values([1, -2, 0, 3]), values([0, 4, 0, -2])]],
        lambda a, b: np.divide(a, b, out=np.zeros_like(a), where=b != 0),
        grad=(0,),
    ),
    Row("true_divide", ops.true_divide, [[integers([5], -9, 9), integers([5], 1, 9)]], np.divide),
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
    bent("softplus", ops.softplus, softplus),
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
    bent("log_sigmoid", ops.log_sigmoid, lambda x: -softplus(-x)),
    bent("hard_sigmoid", ops.hard_sigmoid, lambda x: np.clip(x / 6 + 0.5, 0, 1), 0.7),
    bent("hard_silu", ops.hard_silu, lambda x: x * np.clip(x / 6 + 0.5, 0, 1), 0.7),
    bent("hard_tanh", ops.hard_tanh, lambda x: np.clip(x, -1, 1)),
    smooth("tanh_shrink", ops.tanh_shrink, lambda x: x - np.tanh(x)),
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
        ("norm", ops.norm, lambda x, axis, keepdims: np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims))),
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
        lambda x: [ops.amax(x, 0), ops.amin(x)],
        [[distinct([3, 4])]],
        lambda x: [x.max(0), x.min()],
    ),
    Row(
        "argmax of everything",
        lambda x: [ops.argmax(x), ops.argmin(x), ops.argmax(x, 0)],
        [[distinct([3, 4])]],
        lambda x: [x.argmax(), x.argmin(), x.argmax(0)],
    ),
    Row(
        "dot",
        lambda a, b: ops.dot(a, b),
        [[uniform([3, 4]), uniform([4, 2])], [uniform([4]), uniform([4])]],
        np.dot,
        grad=(0, 1),
        **LOOSE,
    ),
    Row("outer", ops.outer, [[uniform([2, 2]), uniform([3])]], np.outer, grad=(0, 1), **LOOSE),
]


def moved(name, build, theirs, *makers):
    return Row(
        name, build, [list(makers)], theirs, rtol=0, atol=0, webgl=(0, 0), grad=tuple(range(len(makers)))
    )


MOVEMENT = [
    moved(
        "squeeze",
        lambda x: [ops.squeeze(x), ops.squeeze(x, 1), ops.squeeze(x, [-1])],
        lambda x: [x.squeeze(), x.squeeze(1), x.squeeze(-1)],
        distinct([2, 1, 3, 1]),
    ),
    moved(
        "expand_dims",
        lambda x: [ops.expand_dims(x, 0), ops.expand_dims(x, -1)],
        lambda x: [x[None], x[..., None]],
        distinct([2, 3]),
    ),
    moved("ravel", ops.ravel, np.ravel, distinct([2, 3])),
    moved("swapaxes", lambda x: ops.swapaxes(x, 0, -1), lambda x: np.swapaxes(x, 0, -1), distinct([2, 3, 4])),
    moved("moveaxis", lambda x: ops.moveaxis(x, 0, -1), lambda x: np.moveaxis(x, 0, -1), distinct([2, 3, 4])),
    moved(
        "stack",
        lambda a, b: [ops.stack([a, b], 0), ops.stack([a, b], -1)],
        lambda a, b: [np.stack([a, b]), np.stack([a, b], -1)],
        distinct([2, 3]),
        distinct([2, 3]),
    ),
    moved(
        "unstack", lambda x: ops.unstack(x, None, 1), lambda x: [x[:, i] for i in range(3)], distinct([2, 3])
    ),
    moved(
        "split",
        lambda x: [*ops.split(x, 3, 1), *ops.split(x, [1, 4], 1)],
        lambda x: [*np.split(x, 3, 1), *np.split(x, [1, 4], 1)],
        distinct([2, 6]),
    ),
    moved("slice", lambda x: ops.slice(x, [1, 2], [2, 3]), lambda x: x[1:3, 2:5], distinct([4, 6])),
    moved(
        "pad",
        lambda x: [ops.pad(x, [[1, 2], [0, 1]]), ops.pad(x, 1), ops.pad(x, [0, 2])],
        lambda x: [np.pad(x, [(1, 2), (0, 1)]), np.pad(x, 1), np.pad(x, (0, 2))],
        distinct([2, 3]),
    ),
    moved(
        "repeat",
        lambda x: [ops.repeat(x, 3, 1), ops.repeat(x, 2)],
        lambda x: [np.repeat(x, 3, 1), np.repeat(x, 2)],
        distinct([2, 3]),
    ),
    moved(
        "tile",
        lambda x: [ops.tile(x, [2, 3]), ops.tile(x, 2), ops.tile(x, [2, 1, 2])],
        lambda x: [np.tile(x, [2, 3]), np.tile(x, 2), np.tile(x, [2, 1, 2])],
        distinct([2, 3]),
    ),
    Row(
        "take",
        lambda x, i: [ops.take(x, i, 1), ops.take(x, i)],
        [[distinct([2, 5]), values([[0, -1], [3, 3]], np.int32)]],
        lambda x, i: [np.take(x, i, 1), np.take(x, i)],
        grad=(0,),
        rtol=1e-6,
    ),
    Row(
        "one_hot",
        lambda x: [ops.one_hot(x, 5), ops.one_hot(x, 4, 0, "int32")],
        [[values([[0, 4], [2, -1]], np.int32)]],
        lambda x: [
            (x[..., None] == np.arange(5)).astype(float),
            (x[None] == np.arange(4)[:, None, None]).astype(np.int64),
        ],
    ),
]

CREATION = [
    Row(
        "zeros, ones, full",
        lambda: [ops.zeros([2, 3]), ops.ones([2], "int32"), ops.full([2, 2], 2.5)],
        [[]],
        lambda: [np.zeros((2, 3)), np.ones(2, np.int64), np.full((2, 2), 2.5)],
    ),
    Row(
        "zeros_like, ones_like, full_like",
        lambda x: [ops.zeros_like(x), ops.ones_like(x), ops.full_like(x, 7)],
        [[integers([2, 3], 0, 9)]],
        lambda x: [x * 0, x * 0 + 1, x * 0 + 7],
    ),
    Row(
        "arange",
        lambda: [ops.arange(5), ops.arange(2, 9, 3), ops.arange(3, 0, -1), ops.arange(0.5, 2.0, 0.5)],
        [[]],
        lambda: [np.arange(5), np.arange(2, 9, 3), np.arange(3, 0, -1), np.arange(0.5, 2, 0.5)],
    ),
    Row(
        "linspace",
        lambda: [ops.linspace(0.0, 1.0, 5), ops.linspace(1.0, 2.0, 4, False)],
        [[]],
        lambda: [np.linspace(0, 1, 5), np.linspace(1, 2, 4, endpoint=False)],
    ),
    Row(
        "eye",
        lambda: [ops.eye(3), ops.eye(2, 4, 1), ops.eye(3, 2, -1), ops.identity(2)],
        [[]],
        lambda: [np.eye(3), np.eye(2, 4, 1), np.eye(3, 2, -1), np.eye(2)],
    ),
]


def normalized(x, axes, epsilon):
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + epsilon)


def first_channels(x):
    return np.transpose(x, [0, 2, 3, 1])


def last_channels(x):
    return np.transpose(x, [0, 3, 1, 2])


def same(x, w, strides, dilations=(1, 1)):
    return reference.same_pads(x.shape[1:3], w, strides, dilations)


ONE, NONE = [1, 1], [[0, 0], [0, 0]]
NETWORKS = [
    Row(
        "batch_normalization",
        lambda x, m, v, b, g: ops.batch_normalization(x, m, v, -1, b, g, 0.01),
        [[uniform([2, 3, 4]), uniform([4]), uniform([4], 0.5, 2), uniform([4]), uniform([4])]],
        lambda x, m, v, b, g: (x - m) / np.sqrt(v + 0.01) * g + b,
        grad=(0, 1, 2, 3, 4),
        second=True,
        **LOOSE,
    ),
    Row(
        "layer_normalization",
        lambda x, g, b: ops.layer_normalization(x, g, b, -1, 0.01),
        [[uniform([3, 5]), uniform([5]), uniform([5])]],
        lambda x, g, b: normalized(x, (1,), 0.01) * g + b,
        grad=(0, 1, 2),
        second=True,
        rtol=1e-5,
        atol=1e-5,
        webgl=(2e-5, 2e-5),
        grad_tolerance=(1e-4, 1e-4),
        webgl_grad=(2e-4, 2e-4),
    ),
    Row(
        "layer_normalization over axes",
        lambda x: ops.layer_normalization(x, None, None, [1, 2]),
        [[uniform([2, 3, 4])]],
        lambda x: normalized(x, (1, 2), 0.001),
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "conv",
        lambda x, w: ops.conv(x, w, 2, "same"),
        [[uniform([1, 5, 6, 2]), uniform([3, 3, 2, 3])]],
        lambda x, w: reference.conv2d(x, w, [2, 2], same(x, [3, 3], [2, 2]), ONE, 1),
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "conv with groups, channels first",
        lambda x, w: ops.conv(x, w, 1, "valid", "channels_first"),
        [[uniform([1, 4, 5, 6]), uniform([3, 2, 2, 4])]],
        lambda x, w: last_channels(reference.conv2d(first_channels(x), w, ONE, NONE, ONE, 2)),
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "depthwise_conv",
        lambda x, w: ops.depthwise_conv(x, w, 1, "same"),
        [[uniform([1, 4, 5, 3]), uniform([3, 3, 3, 2])]],
        lambda x, w: reference.conv2d(x, w.reshape(3, 3, 1, 6), ONE, same(x, [3, 3], ONE), ONE, 3),
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "separable_conv",
        ops.separable_conv,
        [[uniform([1, 4, 5, 3]), uniform([2, 2, 3, 1]), uniform([1, 1, 3, 2])]],
        lambda x, d, p: reference.conv2d(
            reference.conv2d(x, d.reshape(2, 2, 1, 3), ONE, NONE, ONE, 3), p, ONE, NONE, ONE, 1
        ),
        grad=(0, 1, 2),
        **LOOSE,
    ),
    Row(
        "max_pool",
        lambda x: [ops.max_pool(x, 2), ops.max_pool(x, [3, 2], 1, "same")],
        [[distinct([1, 5, 6, 2], 0.02)]],
        lambda x: [
            reference.max_pool2d(x, [2, 2], [2, 2], NONE)[0],
            reference.max_pool2d(x, [3, 2], ONE, same(x, [3, 2], ONE))[0],
        ],
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "average_pool",
        lambda x: [ops.average_pool(x, 2), ops.average_pool(x, 3, 2, "same")],
        [[uniform([1, 5, 6, 2])]],
        lambda x: [
            reference.avg_pool2d(x, [2, 2], [2, 2], NONE),
            reference.avg_pool2d(x, [3, 3], [2, 2], same(x, [3, 3], [2, 2])),
        ],
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "categorical_crossentropy",
        lambda t, x: ops.categorical_crossentropy(t, x, True),
        [[uniform([3, 4], 0, 1), uniform([3, 4])]],
        lambda t, x: -(t * special.log_softmax(x, axis=-1)).sum(-1),
        grad=(0, 1),
        second=True,
        **LOOSE,
    ),
    Row(
        "categorical_crossentropy of probabilities",
        ops.categorical_crossentropy,
        [[uniform([3, 4], 0, 1), uniform([3, 4], 0.1, 1)]],
        lambda t, x: -(t * np.log(x / x.sum(-1, keepdims=True))).sum(-1),
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "sparse_categorical_crossentropy",
        lambda t, x: ops.sparse_categorical_crossentropy(t, x, True),
        [[integers([5], 0, 4), uniform([5, 4])], [integers([5, 1], 0, 4), uniform([5, 4])]],
        lambda t, x: -np.take_along_axis(special.log_softmax(x, axis=-1), t.reshape(-1, 1), 1)[:, 0],
        grad=(1,),
        second=True,
        **LOOSE,
    ),
    Row(
        "binary_crossentropy",
        lambda t, x: ops.binary_crossentropy(t, x, True),
        [[uniform([3, 4], 0, 1), distinct([3, 4], 0.3)]],
        lambda t, x: softplus(x) - t * x,
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "binary_crossentropy of probabilities",
        ops.binary_crossentropy,
        [[uniform([3, 4], 0, 1), uniform([3, 4], 0.1, 0.9)]],
        lambda t, x: -(t * np.log(x) + (1 - t) * np.log(1 - x)),
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "gradient where a branch has none",
        lambda x: ops.where(greater(x, 0.0), ops.log(ops.where(greater(x, 0.0), x, 1.0)), 0.0),
        [[values([-1.0, 0.5, 2.0])]],
        lambda x: np.log(np.where(x > 0, x, 1)),
        grad=(0,),
    ),
]

ROWS = [*ELEMENTWISE, *ACTIVATIONS, *SLOPES, *STATISTICS, *MOVEMENT, *CREATION, *NETWORKS]
