"""Ops against NumPy and SciPy in double precision: values, and gradients by differences."""

from dataclasses import dataclass

import numpy as np
import pytest
import scipy.special as sp

from pybrowserml import activations, ops
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.host import host_array
from pybrowserml.core.opset.binary import multiply
from pybrowserml.core.opset.reduction import reduce_sum
from pybrowserml.platform.errors import PybrowsermlError

from .harness import compiled, run


@dataclass
class Row:
    """ours: tensors → tensor; reference: arrays → array; shapes of the inputs, or the inputs themselves."""

    label: str
    ours: object
    reference: object
    inputs: list
    smooth: bool = True


def positive(x):
    return np.abs(x) + 0.1


def one_hot(x, n):
    return np.eye(n)[x]


def batch_norm(x, mean, variance, offset, scale):
    return (x - mean) / np.sqrt(variance + 0.001) * scale + offset


LABELS = np.array([[0, 3], [2, 1], [3, 3]], np.int32)
S = [3, 4]
ROWS = [
    Row("square", ops.square, np.square, [S]),
    Row("clip", lambda x: ops.clip(x, -0.5, 0.7), lambda x: np.clip(x, -0.5, 0.7), [S]),
    Row("round_decimals", lambda x: ops.round(x, 1), lambda x: np.round(x, 1), [S], False),
    Row("sinh", ops.sinh, np.sinh, [S]),
    Row("cosh", ops.cosh, np.cosh, [S]),
    Row("log2", lambda x: ops.log2(ops.abs(x)), lambda x: np.log2(np.abs(x)), [S]),
    Row("log10", lambda x: ops.log10(ops.abs(x)), lambda x: np.log10(np.abs(x)), [S]),
    Row("logaddexp", ops.logaddexp, np.logaddexp, [S, [4]]),
    Row("trunc", ops.trunc, np.trunc, [S], False),
    Row("isinf", lambda x: ops.isinf(ops.divide(1.0, ops.relu(x))), lambda x: x <= 0, [S], False),
    Row("divide_no_nan", lambda x: ops.divide_no_nan(x, ops.relu(x)), lambda x: (x > 0) * 1.0, [S], False),
    Row("sum", lambda x: ops.sum(x, 0, True), lambda x: x.sum(0, keepdims=True), [S]),
    Row("mean", lambda x: ops.mean(x, [0, 2]), lambda x: x.mean((0, 2)), [[3, 4, 2]]),
    Row("mean_batch", lambda x: ops.mean(x), np.mean, [S]),
    Row("var", lambda x: ops.var(x, 1), lambda x: x.var(1), [S]),
    Row("std", lambda x: ops.std(x), np.std, [S]),
    Row("prod", lambda x: ops.prod(x, 1), lambda x: x.prod(1), [S]),
    Row("max", lambda x: ops.max(x, -1), lambda x: x.max(-1), [S]),
    Row("min", lambda x: ops.min(x, -1, True), lambda x: x.min(-1, keepdims=True), [S]),
    Row("any", lambda x: ops.any(ops.greater(x, 0.8), 1), lambda x: (x > 0.8).any(1), [S], False),
    Row("all", lambda x: ops.all(ops.greater(x, -1.0), 1), lambda x: (x > -1).all(1), [S], False),
    Row("count_nonzero", lambda x: ops.count_nonzero(ops.relu(x)), lambda x: (x > 0).sum(), [S], False),
    Row("argmax", lambda x: ops.argmax(x, 1), lambda x: x.argmax(1), [S], False),
    Row("argmin_flat", lambda x: ops.argmin(x), lambda x: x.argmin(), [S], False),
    Row("logsumexp", lambda x: ops.logsumexp(x, 1, True), lambda x: sp.logsumexp(x, 1, keepdims=True), [S]),
    Row(
        "logsumexp_large",
        lambda x: ops.logsumexp(ops.multiply(x, 1e4)),
        lambda x: sp.logsumexp(x * 1e4),
        [S],
        False,
    ),
    Row("dot", ops.dot, np.dot, [S, [np.ones((4, 2))][0]]),
    Row("outer", ops.outer, np.outer, [[3], [4]]),
    Row("norm", lambda x: ops.norm(x, None, 1), lambda x: np.linalg.norm(x, axis=1), [S]),
    Row("relu", ops.relu, lambda x: np.maximum(x, 0), [S]),
    Row("relu6", lambda x: ops.relu6(ops.multiply(x, 8.0)), lambda x: np.clip(8 * x, 0, 6), [S]),
    Row("leaky_relu", ops.leaky_relu, lambda x: np.where(x > 0, x, 0.2 * x), [S]),
    Row("elu", ops.elu, lambda x: np.where(x > 0, x, np.expm1(x)), [S]),
    Row("celu", lambda x: ops.celu(x, 0.5), lambda x: np.where(x > 0, x, 0.5 * np.expm1(x / 0.5)), [S]),
    Row(
        "selu",
        ops.selu,
        lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
        [S],
    ),
    Row("gelu", lambda x: ops.gelu(x, False), lambda x: x * sp.ndtr(x), [S]),
    Row(
        "gelu_tanh",
        ops.gelu,
        lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
        [S],
    ),
    Row("silu", ops.silu, lambda x: x * sp.expit(x), [S]),
    Row("softplus", ops.softplus, lambda x: np.logaddexp(x, 0), [S]),
    Row(
        "softplus_far",
        lambda x: ops.softplus(ops.multiply(x, 500.0)),
        lambda x: np.logaddexp(500 * x, 0),
        [S],
    ),
    Row("softsign", ops.softsign, lambda x: x / (1 + np.abs(x)), [S]),
    Row("log_sigmoid", ops.log_sigmoid, sp.log_expit, [S]),
    Row(
        "hard_sigmoid",
        lambda x: ops.hard_sigmoid(ops.multiply(x, 4.0)),
        lambda x: np.clip(4 * x / 6 + 0.5, 0, 1),
        [S],
    ),
    Row("hard_silu", ops.hard_silu, lambda x: x * np.clip(x / 6 + 0.5, 0, 1), [S]),
    Row("hard_tanh", ops.hard_tanh, lambda x: np.clip(x, -1, 1), [S]),
    Row("tanh_shrink", ops.tanh_shrink, lambda x: x - np.tanh(x), [S]),
    Row("mish", ops.mish, lambda x: x * np.tanh(np.logaddexp(x, 0)), [S]),
    Row("exponential", activations.get("exponential"), np.exp, [S]),
    Row("softmax", ops.softmax, lambda x: sp.softmax(x, -1), [S]),
    Row(
        "softmax_large",
        lambda x: ops.softmax(ops.multiply(x, 1e4), 0),
        lambda x: sp.softmax(1e4 * x, 0),
        [S],
        False,
    ),
    Row("softmax_axes", lambda x: ops.softmax(x, [0, 1]), lambda x: sp.softmax(x, (0, 1)), [S]),
    Row("log_softmax", ops.log_softmax, lambda x: sp.log_softmax(x, -1), [S]),
    Row(
        "log_softmax_large",
        lambda x: ops.log_softmax(ops.multiply(x, 1e4)),
        lambda x: sp.log_softmax(1e4 * x, -1),
        [S],
        False,
    ),
    Row(
        "batch_normalization",
        lambda x, m, v, o, s: ops.batch_normalization(x, m, ops.add(ops.abs(v), 0.1), -1, o, s),
        lambda x, m, v, o, s: batch_norm(x, m, positive(v), o, s),
        [S, *(np.random.default_rng(i).normal(size=4) for i in range(4))],
    ),
    Row(
        "layer_normalization",
        ops.layer_normalization,
        lambda x: (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-7),
        [S],
    ),
    Row(
        "one_hot",
        lambda x: ops.one_hot(x, 4, 1),
        lambda x: np.moveaxis(one_hot(x, 4), -1, 1),
        [LABELS],
        False,
    ),
    Row(
        "broadcast_to",
        lambda x: ops.broadcast_to(x, [2, 3, 4]),
        lambda x: np.broadcast_to(x, (2, 3, 4)),
        [np.ones((3, 1))],
    ),
    Row("squeeze", lambda x: ops.squeeze(x), lambda x: x.squeeze(), [[3, 1, 2, 1]]),
    Row("expand_dims", lambda x: ops.expand_dims(x, -2), lambda x: x[:, None], [S]),
    Row("swapaxes", lambda x: ops.swapaxes(x, 0, -1), lambda x: x.swapaxes(0, -1), [[3, 4, 2]]),
    Row("moveaxis", lambda x: ops.moveaxis(x, 0, 2), lambda x: np.moveaxis(x, 0, 2), [[3, 4, 2]]),
    Row("ravel", ops.ravel, np.ravel, [S]),
    Row("concatenate", lambda a, b: ops.concatenate([a, b]), lambda a, b: np.concatenate([a, b]), [S, S]),
    Row("stack", lambda a, b: ops.stack([a, b], 1), lambda a, b: np.stack([a, b], 1), [S, S]),
    Row("unstack", lambda x: ops.unstack(x, None, 1)[2], lambda x: x[:, 2], [S]),
    Row("split", lambda x: ops.split(x, 2, 1)[1], lambda x: x[:, 2:], [S]),
    Row("split_places", lambda x: ops.split(x, [1, 3], 1)[1], lambda x: x[:, 1:3], [S]),
    Row(
        "slice",
        lambda x: ops.slice(x, [1, 2], [2, 2]),
        lambda x: x[1:3, 2:4],
        [np.arange(12.0).reshape(3, 4)],
    ),
    Row("take", lambda x: ops.take(x, [[0, -1], [2, 1]], 1), lambda x: x[:, [[0, -1], [2, 1]]], [S]),
    Row("take_flat", lambda x: ops.take(x, [1, 1]), lambda x: x.ravel()[[1, 1]], [S]),
    Row(
        "pad",
        lambda x: ops.pad(x, [[0, 1], [2, 0]], "constant", 7),
        lambda x: np.pad(x, [[0, 1], [2, 0]], constant_values=7),
        [S],
    ),
    Row("flip", lambda x: ops.flip(x, 1), lambda x: x[:, ::-1], [S]),
    Row("repeat", lambda x: ops.repeat(x, 2, 1), lambda x: np.repeat(x, 2, 1), [S]),
    Row("repeat_flat", lambda x: ops.repeat(x, 3), lambda x: np.repeat(x, 3), [S]),
    Row("tile", lambda x: ops.tile(x, [2, 1, 2]), lambda x: np.tile(x, [2, 1, 2]), [S]),
    Row("transpose", ops.transpose, np.transpose, [S]),
    Row("eye", lambda x: ops.add(ops.eye(4, 3, -1), ops.sum(x)), lambda x: np.eye(4, 3, -1) + x.sum(), [S]),
    Row(
        "arange",
        lambda x: ops.add(ops.arange(2, 10, 3), ops.sum(x)),
        lambda x: np.arange(2, 10, 3) + x.sum(),
        [S],
    ),
    Row(
        "linspace",
        lambda x: ops.add(ops.linspace(0.0, 1.0, 5), ops.sum(x)),
        lambda x: np.linspace(0, 1, 5) + x.sum(),
        [S],
    ),
    Row("full_like", lambda x: ops.add(ops.full_like(x, 2.5), x), lambda x: x + 2.5, [S]),
    Row(
        "categorical_crossentropy",
        lambda t, x: ops.categorical_crossentropy(ops.softmax(t), x, True),
        lambda t, x: -(sp.softmax(t, -1) * sp.log_softmax(x, -1)).sum(-1),
        [S, S],
    ),
    Row(
        "sparse_categorical_crossentropy",
        lambda t, x: ops.sparse_categorical_crossentropy(t, x, True, 1),
        lambda t, x: -np.take_along_axis(sp.log_softmax(x, 1), t[:, None], 1)[:, 0],
        [LABELS, [3, 4, 2]],
    ),
    Row(
        "sparse_categorical_crossentropy_probabilities",
        lambda t, x: ops.sparse_categorical_crossentropy(t, ops.softmax(x)),
        lambda t, x: -np.take_along_axis(sp.log_softmax(x, -1), t[..., None], -1)[..., 0],
        [LABELS, [3, 2, 4]],
    ),
    Row(
        "binary_crossentropy",
        lambda t, x: ops.binary_crossentropy(ops.sigmoid(t), ops.sigmoid(x)),
        lambda t, x: -(sp.expit(t) * sp.log_expit(x) + (1 - sp.expit(t)) * sp.log_expit(-x)),
        [S, S],
    ),
    Row(
        "binary_crossentropy_logits",
        lambda t, x: ops.binary_crossentropy(ops.sigmoid(t), ops.multiply(x, 200.0), True),
        lambda t, x: -(sp.expit(t) * sp.log_expit(200 * x) + (1 - sp.expit(t)) * sp.log_expit(-200 * x)),
        [S, S],
    ),
]


def inputs_of(row):
    rng = np.random.default_rng(1)
    return [rng.normal(size=x) if isinstance(x, list) else np.asarray(x) for x in row.inputs]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.label)
def test_value(row, float64):
    arrays = inputs_of(row)
    found = compiled_static(lambda xs: [row.ours(*xs)], arrays)[0]
    np.testing.assert_allclose(found, row.reference(*arrays), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("row", [row for row in ROWS if row.smooth], ids=lambda row: row.label)
def test_gradient(row, float64):
    arrays = inputs_of(row)
    weight = np.random.default_rng(2).normal(size=np.shape(row.reference(*arrays)))
    places = [i for i, array in enumerate(arrays) if array.dtype.kind == "f"]

    def function(xs):
        total = reduce_sum(multiply(row.ours(*xs[:-1]), xs[-1]), None, False)
        return gradients([total], [xs[i] for i in places], None)

    found = compiled_static(function, [*arrays, weight])
    direction = np.random.default_rng(4)
    for place, gradient in zip(places, found, strict=True):
        along = direction.normal(size=arrays[place].shape)
        totals = []
        for sign in (1, -1):
            moved = list(arrays)
            moved[place] = arrays[place] + sign * 1e-6 * along
            totals.append((row.reference(*moved) * weight).sum())
        numeric = (totals[0] - totals[1]) / 2e-6
        exact = (gradient * along).sum()
        assert abs(numeric - exact) <= 2e-6 * max(1.0, abs(exact))


def compiled_static(function, arrays):
    """As `compiled`, with every size known."""
    hosts = [host_array(array, None) for array in arrays]
    specs = [[f"x{i}", host.shape, host.dtype] for i, host in enumerate(hosts)]
    runner = trace_runner(lambda xs: [["y", y] for y in function(xs)], specs)
    return run(runner, arrays)


def test_means_follow_the_batch(float64):
    x = np.random.default_rng(0).normal(size=(5, 3))
    found = compiled(lambda xs: [ops.mean(xs[0]), ops.var(xs[0], 0), ops.flip(xs[0], 0)], [x])
    np.testing.assert_allclose(found[0], x.mean())
    np.testing.assert_allclose(found[1], x.var(0))
    np.testing.assert_array_equal(found[2], x[::-1])


def test_relu_gradient_at_zero_is_zero():
    x = np.array([-1.0, 0.0, 2.0], np.float32)
    gradient = compiled_static(lambda xs: gradients([ops.relu(xs[0])], xs, None), [x])[0]
    np.testing.assert_array_equal(gradient, [0.0, 0.0, 1.0])


def test_softplus_gradient_at_zero_is_a_half():
    gradient = compiled_static(
        lambda xs: gradients([ops.softplus(xs[0])], xs, None), [np.zeros(1, np.float32)]
    )[0]
    np.testing.assert_array_equal(gradient, [0.5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ops.expand_dims(ops.zeros([2]), 3), "axis 3 is out of range"),
        (lambda: ops.pad(ops.zeros([2]), 1, "mirror"), "mode must be one of 'constant'"),
        (lambda: ops.conv(ops.zeros([2, 3]), ops.zeros([1, 1, 3, 2])), "rank 3, 4 or 5"),
        (lambda: ops.conv(ops.zeros([1, 4, 4, 3]), ops.zeros([1, 1, 2, 2])), "do not fit"),
        (lambda: ops.max_pool(ops.zeros([1, 4, 4, 3]), 2, padding="half"), "padding must be one of"),
        (lambda: ops.zeros([2], "bfloat16"), "unknown dtype 'bfloat16'"),
        (lambda: ops.arange(0, 3, 0), "step must not be 0"),
    ],
)
def test_messages(call, message):
    with pytest.raises(PybrowsermlError, match=message):
        call()
