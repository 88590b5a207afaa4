"""Every layer through the one harness; a new layer adds a row."""

import numpy as np
import pytest

from pybrowserml import layers as L

from .harness import LayerCase, run_layer_case


def dense(layer, x):
    w, b = (np.asarray(variable.numpy()) for variable in layer.weights)
    return np.maximum(x @ w + b, 0)


def pooled(reduce):
    def reference(layer, x):
        n, h, w, c = x.shape
        blocks = x[:, : h // 2 * 2, : w // 2 * 2].reshape(n, h // 2, 2, w // 2, 2, c)
        return reduce(blocks, (2, 4))

    return reference


def normalised(layer, x, axis):
    mean = x.mean(axis, keepdims=True)
    variance = x.var(axis, keepdims=True)
    gamma, beta = (variable.numpy() for variable in layer.weights[:2])
    return (x - mean) / np.sqrt(variance + layer.epsilon) * gamma + beta


def batch_normalised(layer, x):
    gamma, beta, mean, variance = (variable.numpy() for variable in layer.weights)
    return (x - mean) / np.sqrt(variance + layer.epsilon) * gamma + beta


def batch_normalised_in_training(layer, before, x):
    gamma, beta, mean, variance = before
    centre, spread = x.mean((0, 1, 2)), x.var((0, 1, 2))
    keep = layer.momentum
    now = [variable.numpy() for variable in layer.weights]
    np.testing.assert_allclose(now[2], mean * keep + centre * (1 - keep), rtol=1e-6)
    np.testing.assert_allclose(now[3], variance * keep + spread * (1 - keep), rtol=1e-6)
    return (x - centre) / np.sqrt(spread + layer.epsilon) * gamma + beta


def joined(axis):
    return lambda layer, *xs: np.concatenate(xs, axis)


IMAGE = [2, 6, 5, 4]
CASES = [
    LayerCase("dense", lambda: L.Dense(3, "relu"), [[4, 5]], dense, None, ["kernel", "bias"]),
    LayerCase(
        "dense_rank_3", lambda: L.Dense(3, "tanh", use_bias=False), [[4, 2, 5]], None, None, ["kernel"]
    ),
    LayerCase(
        "conv2d",
        lambda: L.Conv2D(3, 3, 2, "same", activation="relu"),
        [IMAGE],
        None,
        None,
        ["kernel", "bias"],
    ),
    LayerCase(
        "conv2d_dilated",
        lambda: L.Conv2D(2, [2, 3], dilation_rate=[2, 1]),
        [IMAGE],
        None,
        None,
        ["kernel", "bias"],
    ),
    LayerCase(
        "conv2d_groups", lambda: L.Conv2D(4, 3, groups=2, use_bias=False), [IMAGE], None, None, ["kernel"]
    ),
    LayerCase(
        "conv2d_channels_first",
        lambda: L.Conv2D(3, 2, data_format="channels_first"),
        [[2, 4, 6, 5]],
        None,
        None,
        ["kernel", "bias"],
    ),
    LayerCase("max_pooling2d", lambda: L.MaxPooling2D(), [IMAGE], pooled(np.max)),
    LayerCase("max_pooling2d_same", lambda: L.MaxPooling2D(3, 2, "same"), [IMAGE]),
    LayerCase("average_pooling2d", lambda: L.AveragePooling2D(2), [IMAGE], pooled(np.mean)),
    LayerCase("average_pooling2d_same", lambda: L.AveragePooling2D([3, 2], 1, "same"), [IMAGE]),
    LayerCase("global_average_pooling2d", L.GlobalAveragePooling2D, [IMAGE], lambda layer, x: x.mean((1, 2))),
    LayerCase(
        "global_average_pooling2d_first",
        lambda: L.GlobalAveragePooling2D("channels_first", True),
        [IMAGE],
        lambda layer, x: x.mean((2, 3), keepdims=True),
    ),
    LayerCase("global_max_pooling2d", L.GlobalMaxPooling2D, [IMAGE], lambda layer, x: x.max((1, 2))),
    LayerCase("flatten", L.Flatten, [IMAGE], lambda layer, x: x.reshape(2, -1)),
    LayerCase(
        "flatten_channels_first",
        lambda: L.Flatten("channels_first"),
        [IMAGE],
        lambda layer, x: x.transpose(0, 2, 3, 1).reshape(2, -1),
    ),
    LayerCase("reshape", lambda: L.Reshape([10, -1]), [IMAGE], lambda layer, x: x.reshape(2, 10, 12)),
    LayerCase("dropout", lambda: L.Dropout(0.5, seed=3), [IMAGE], lambda layer, x: x),
    LayerCase("activation", lambda: L.Activation("tanh"), [IMAGE], lambda layer, x: np.tanh(x)),
    LayerCase(
        "batch_normalization",
        L.BatchNormalization,
        [IMAGE],
        batch_normalised,
        batch_normalised_in_training,
        ["gamma", "beta", "moving_mean", "moving_variance"],
    ),
    LayerCase(
        "batch_normalization_plain",
        lambda: L.BatchNormalization(1, center=False, scale=False),
        [[5, 3]],
        None,
        None,
        ["moving_mean", "moving_variance"],
    ),
    LayerCase(
        "layer_normalization",
        L.LayerNormalization,
        [[4, 5]],
        lambda layer, x: normalised(layer, x, -1),
        None,
        ["gamma", "beta"],
    ),
    LayerCase(
        "layer_normalization_two_axes",
        lambda: L.LayerNormalization([1, 2]),
        [[2, 3, 4]],
        lambda layer, x: normalised(layer, x, (1, 2)),
        None,
        ["gamma", "beta"],
    ),
    LayerCase(
        "embedding",
        lambda: L.Embedding(7, 3),
        [[4, 2]],
        lambda layer, x: layer.weights[0].numpy()[x],
        None,
        ["embeddings"],
        integers=7,
    ),
    LayerCase("permute", lambda: L.Permute([2, 1]), [[2, 3, 4]], lambda layer, x: x.transpose(0, 2, 1)),
    LayerCase(
        "repeat_vector", lambda: L.RepeatVector(3), [[2, 4]], lambda layer, x: np.repeat(x[:, None], 3, 1)
    ),
    LayerCase(
        "zero_padding2d",
        lambda: L.ZeroPadding2D([[1, 0], [2, 1]]),
        [IMAGE],
        lambda layer, x: np.pad(x, [[0, 0], [1, 0], [2, 1], [0, 0]]),
    ),
    LayerCase(
        "zero_padding2d_first",
        lambda: L.ZeroPadding2D(1, "channels_first"),
        [IMAGE],
        lambda layer, x: np.pad(x, [[0, 0], [0, 0], [1, 1], [1, 1]]),
    ),
    LayerCase(
        "cropping2d", lambda: L.Cropping2D([[1, 2], [0, 1]]), [IMAGE], lambda layer, x: x[:, 1:-2, :-1]
    ),
    LayerCase(
        "up_sampling2d", lambda: L.UpSampling2D([2, 3]), [IMAGE], lambda layer, x: x.repeat(2, 1).repeat(3, 2)
    ),
    LayerCase("rescaling", lambda: L.Rescaling(2.0, -1.0), [IMAGE], lambda layer, x: x * 2 - 1),
    LayerCase(
        "relu",
        lambda: L.ReLU(1.5, 0.1, 0.2),
        [IMAGE],
        lambda layer, x: np.minimum(np.where(x >= 0.2, x, 0.1 * (x - 0.2)), 1.5),
    ),
    LayerCase("relu_plain", L.ReLU, [IMAGE], lambda layer, x: np.maximum(x, 0)),
    LayerCase("leaky_relu", L.LeakyReLU, [IMAGE], lambda layer, x: np.where(x > 0, x, 0.3 * x)),
    LayerCase("elu", lambda: L.ELU(0.7), [IMAGE], lambda layer, x: np.where(x > 0, x, 0.7 * np.expm1(x))),
    LayerCase(
        "softmax",
        lambda: L.Softmax(1),
        [[2, 3, 4]],
        lambda layer, x: np.exp(x) / np.exp(x).sum(1, keepdims=True),
    ),
    LayerCase(
        "depthwise_conv2d",
        lambda: L.DepthwiseConv2D(3, 1, "same", 2, activation="tanh"),
        [IMAGE],
        None,
        None,
        ["kernel", "bias"],
    ),
    LayerCase(
        "separable_conv2d",
        lambda: L.SeparableConv2D(3, [2, 3], depth_multiplier=2),
        [IMAGE],
        None,
        None,
        ["depthwise_kernel", "pointwise_kernel", "bias"],
    ),
    LayerCase("add", L.Add, [[3, 4], [3, 4], [3, 4]], lambda layer, a, b, c: a + b + c),
    LayerCase("add_broadcast", L.Add, [[3, 4], [3, 2, 4]], lambda layer, a, b: a[:, None] + b),
    LayerCase("multiply", L.Multiply, [[3, 4], [3, 4]], lambda layer, a, b: a * b),
    LayerCase("subtract", L.Subtract, [[3, 4], [3, 4]], lambda layer, a, b: a - b),
    LayerCase("average", L.Average, [[3, 4], [3, 4]], lambda layer, a, b: (a + b) / 2),
    LayerCase("maximum", L.Maximum, [[3, 4], [3, 4]], lambda layer, a, b: np.maximum(a, b)),
    LayerCase("minimum", L.Minimum, [[3, 4], [3, 4]], lambda layer, a, b: np.minimum(a, b)),
    LayerCase("concatenate", L.Concatenate, [[3, 4], [3, 2]], joined(-1)),
    LayerCase("concatenate_axis", lambda: L.Concatenate(1), [[3, 4, 2], [3, 1, 2]], joined(1)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_layer(case, float64):
    run_layer_case(case)
