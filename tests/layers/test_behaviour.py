"""What no table of numbers tells: noise, adapting, masks in models, functions as layers, sizes that are not known."""

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml import layers as L


def noisy(layer, x):
    return np.asarray(layer(x, training=True).numpy())


ONES = np.ones((8, 50, 40), np.float32)


def test_spatial_dropout_drops_whole_channels():
    for layer, shape in [
        (L.SpatialDropout1D(0.5), (8, 5, 40)),
        (L.SpatialDropout2D(0.5), (8, 3, 2, 40)),
        (L.SpatialDropout2D(0.5, "channels_first"), (8, 40, 3, 2)),
        (L.SpatialDropout3D(0.5), (8, 2, 3, 2, 40)),
        (L.SpatialDropout3D(0.5, "channels_first"), (8, 40, 2, 3, 2)),
    ]:
        y = noisy(layer, np.ones(shape, np.float32))
        place = shape.index(40)
        axes = tuple(i for i in range(1, len(shape)) if i != place)
        assert set(np.unique(y)) == {0.0, 2.0}
        np.testing.assert_array_equal(y.max(axes), y.min(axes))
        assert 0.4 < y.mean() / 2 < 0.6


def test_dropout_of_everything():
    assert (noisy(L.Dropout(1.0), ONES) == 0).all()


def test_gaussian_layers():
    added = noisy(L.GaussianNoise(0.5), ONES)
    assert abs(added.mean() - 1) < 0.02 and abs(added.std() - 0.5) < 0.02
    times = noisy(L.GaussianDropout(0.2), 2 * ONES)
    assert abs(times.mean() - 2) < 0.03 and abs(times.std() - 1) < 0.03


def test_alpha_dropout_keeps_mean_and_variance():
    x = np.random.default_rng(1).normal(size=(64, 1000)).astype(np.float32)
    y = noisy(L.AlphaDropout(0.3), x)
    assert abs(y.mean()) < 0.02 and abs(y.std() - 1) < 0.02
    rows = noisy(L.AlphaDropout(0.5, noise_shape=[None, 1]), np.ones((50, 6), np.float32))
    assert len(np.unique(rows)) == 2 and (rows == rows[:, :1]).all()


def test_noise_changes_from_call_to_call_and_is_the_same_for_a_seed():
    layer = L.GaussianNoise(1.0, seed=3)
    first, second = noisy(layer, ONES), noisy(layer, ONES)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(
        noisy(L.GaussianNoise(1.0, seed=3), ONES), noisy(L.GaussianNoise(1.0, seed=3), ONES)
    )


def test_merging_functions():
    a, b = np.float32([[1, 5]]), np.float32([[4, 2]])
    expected = {
        "add": [[5, 7]],
        "subtract": [[-3, 3]],
        "multiply": [[4, 10]],
        "average": [[2.5, 3.5]],
        "maximum": [[4, 5]],
        "minimum": [[1, 2]],
        "concatenate": [[1, 5, 4, 2]],
        "dot": [[14]],
    }
    for name, wanted in expected.items():
        np.testing.assert_array_equal(getattr(L, name)([a, b]).numpy(), wanted)
    x = pb.Input((2,))
    model = pb.Model(x, L.concatenate([x, L.add([x, x], name="twice")], axis=-1))
    np.testing.assert_array_equal(model.predict(a), [[1, 5, 2, 10]])
    assert model.get_layer("twice").name == "twice"


def test_lambda():
    def scaled(x, factor, training=None):
        return x * factor + (1.0 if training else 0.0)

    layer = L.Lambda(scaled, arguments={"factor": 3.0})
    np.testing.assert_array_equal(layer(np.float32([1, 2])).numpy(), [3, 6])
    np.testing.assert_array_equal(layer(np.float32([1, 2]), training=True).numpy(), [4, 7])
    x = pb.Input((4, 2))
    model = pb.Model(x, L.Lambda(lambda t: t[:, 0])(x))
    assert model.predict(np.ones((3, 4, 2))).shape == (3, 2)


def test_a_model_with_a_lambda_cannot_be_loaded(tmp_path):
    x = pb.Input((2,))
    model = pb.Model(x, L.Lambda(pb.activations.relu)(x))
    model.save(tmp_path / "saved")
    with pytest.raises(Exception, match="unknown layer class 'Lambda'"):
        pb.load_model(tmp_path / "saved")


def test_masks_go_through_a_model():
    x = pb.Input((None, 3))
    hidden = L.Dense(2, use_bias=False, kernel_initializer="ones")(L.Dropout(0.5)(L.Masking()(x)))
    model = pb.Model(x, L.GlobalAveragePooling1D()(hidden))
    data = np.float32(
        [[[1, 1, 1], [2, 2, 2], [0, 0, 0], [0, 0, 0]], [[1, 0, 0], [0, 0, 0], [0, 0, 3], [0, 2, 0]]]
    )
    np.testing.assert_allclose(model.predict(data), [[4.5, 4.5], [2, 2]], rtol=1e-6)


def test_a_mask_given_to_a_call_goes_on():
    mask = np.array([[True, True, False]])
    x = np.ones((1, 3, 2), np.float32)
    for layer in [L.LSTM(2, return_sequences=True), L.BatchNormalization()]:
        np.testing.assert_array_equal(layer(x, mask=mask).mask.numpy(), mask)
    assert L.LSTM(2)(x, mask=mask).mask is None


def test_embedding_masks_zeros():
    x = pb.Input((None,), dtype="int32")
    table = np.float32([[9, 9], [1, 2], [3, 4]])
    embedding = L.Embedding(3, 2, mask_zero=True)
    model = pb.Model(x, L.GlobalAveragePooling1D()(embedding(x)))
    embedding.set_weights([table])
    np.testing.assert_allclose(model.predict(np.int32([[1, 2, 0], [2, 0, 0]])), [[2, 3], [3, 4]])


def test_softmax_of_masked_rows():
    x = np.float32([[1, 2, 3], [1, 2, 3]])
    y = L.Softmax()(x, mask=np.array([[True, False, True], [False, False, False]])).numpy()
    np.testing.assert_allclose(y[0], [1 / (1 + np.e**2), 0, 1 / (1 + np.e**-2)], rtol=1e-6)
    assert (y[1] == 0).all()


@pytest.mark.parametrize("axis", [-1, None, (1, 2), 1])
def test_normalization_adapts(axis):
    data = np.random.default_rng(0).normal(3, 2, (20, 4, 3)).astype(np.float32)
    keep = {-1: (0, 1), None: (0, 1, 2), (1, 2): (0,), 1: (0, 2)}[axis]
    wanted = (data - data.mean(keep, keepdims=True)) / data.std(keep, keepdims=True)
    whole, parts = L.Normalization(axis=axis), L.Normalization(axis=axis)
    whole.adapt(data)
    np.testing.assert_allclose(whole(data).numpy(), wanted, rtol=1e-4, atol=1e-5)
    parts.adapt([data[:5], data[5:17], data[17:]])
    np.testing.assert_allclose(parts(data).numpy(), wanted, rtol=1e-4, atol=1e-5)
    whole.adapt(data + 1)
    np.testing.assert_allclose(whole(data + 1).numpy(), wanted, rtol=1e-4, atol=1e-5)


def test_normalization_adapted_is_saved(tmp_path):
    data = np.random.default_rng(0).normal(3, 2, (20, 3)).astype(np.float32)
    layer = L.Normalization()
    layer.adapt(data)
    model = pb.Sequential([pb.Input((3,)), layer, L.Dense(2)])
    model.save(tmp_path / "saved")
    np.testing.assert_array_equal(pb.load_model(tmp_path / "saved").predict(data), model.predict(data))


def test_activity_regularization_is_part_of_the_loss():
    dense = L.Dense(1, kernel_initializer="ones")
    model = pb.Sequential([pb.Input((2,)), L.ActivityRegularization(l1=0.1, l2=0.01), dense])
    model.compile("sgd", "mse")
    x = np.float32([[1, -2], [3, 4]])
    loss = model.train_on_batch(x, x.sum(1, keepdims=True))
    np.testing.assert_allclose(loss, (0.1 * 10 + 0.01 * 30) / 2, rtol=1e-6)


def test_spectral_normalization_bounds_the_kernel():
    layer = L.SpectralNormalization(
        L.Dense(4, use_bias=False, kernel_initializer="random_normal"), power_iterations=30
    )
    layer(np.ones((2, 6), np.float32), training=True).numpy()
    kernel = np.asarray(layer.layer.kernel.numpy())
    np.testing.assert_allclose(np.linalg.svd(kernel)[1][0], 1, rtol=1e-3)


def test_batch_normalization_trains_with_a_mask():
    x = pb.Input((5, 3))
    model = pb.Model(x, L.GlobalAveragePooling1D()(L.BatchNormalization(momentum=0.0)(L.Masking()(x))))
    model.compile("sgd", "mse")
    data = np.zeros((4, 5, 3), np.float32)
    data[:, :2] = np.random.default_rng(0).normal(size=(4, 2, 3))
    model.train_on_batch(data, np.zeros((4, 3)))
    moving = model.layers[2].moving_mean.numpy()
    np.testing.assert_allclose(moving, data[:, :2].mean((0, 1)), rtol=1e-4, atol=1e-6)


def test_unknown_sizes():
    image = pb.Input((None, None, 3))
    y = L.Conv2D(4, 3, 2, "same")(image)
    y = L.SeparableConv2D(4, 3, padding="same")(L.Conv2DTranspose(4, 3, 2, "same")(y))
    y = L.ZeroPadding2D(1)(L.UpSampling2D()(L.Cropping2D([[1, 0], [0, 1]])(L.AveragePooling2D(2)(y))))
    model = pb.Model(image, L.GlobalMaxPooling2D()(L.GroupNormalization(2)(y)))
    for height, width in [(12, 9), (7, 16)]:
        assert model.predict(np.ones((2, height, width, 3))).shape == (2, 4)
    steps = pb.Input((None, 3))
    y = L.MaxPooling1D(2)(L.Conv1D(4, 3, padding="causal")(L.Conv1DTranspose(3, 2, 2)(steps)))
    model = pb.Model(steps, L.UpSampling1D()(L.Cropping1D(1)(y)))
    assert model.predict(np.ones((2, 7, 3))).shape == (2, 10, 4)


def test_reversible_embedding_in_a_model():
    x = pb.Input((3,), dtype="int32")
    embedding = L.ReversibleEmbedding(6, 4)
    model = pb.Model(x, embedding(embedding(x), reverse=True))
    table = np.asarray(embedding.embeddings.numpy())
    ids = np.int32([[1, 5, 0]])
    np.testing.assert_allclose(model.predict(ids), table[ids] @ table.T, rtol=1e-5, atol=1e-6)


def test_steps_of_spectral_normalization():
    """The weights of a step start from the divided kernel, which is what the layer assigned, and move by its gradient.

    So they do in Keras on TensorFlow and PyTorch; its trainer on JAX drops what layers assign to trainable weights.
    """
    random = np.random.RandomState(0)
    x, y = random.randn(16, 3).astype(np.float32), random.randn(16, 2).astype(np.float32)
    layer = pb.layers.SpectralNormalization(pb.layers.Dense(2, use_bias=False))
    model = pb.Sequential([pb.Input((3,)), layer])
    kernel, u = np.linspace(-1, 1, 6).reshape(3, 2), np.array([[-1.0, 1.0]])
    model.set_weights([kernel, u])
    model.compile(pb.optimizers.SGD(0.1), "mse")
    for _ in range(3):
        model.train_on_batch(x, y)
        v = u @ kernel.T
        v = v / np.linalg.norm(v)
        u = v @ kernel / np.linalg.norm(v @ kernel)
        kernel = kernel / (v @ kernel @ u.T)
        kernel = kernel - 0.1 * 2 / y.size * x.T @ (x @ kernel - y)
        np.testing.assert_allclose(layer.get_weights()[0], kernel, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(layer.get_weights()[1], u, rtol=1e-4, atol=1e-5)
