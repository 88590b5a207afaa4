"""compile, fit, evaluate, predict and the single steps."""

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.compiler.function import COUNTERS


def copy_of(model):
    """A model with the same layers, weights and compilation."""
    from pybrowserml.models import model_from_config
    from pybrowserml.models.saving import model_entry

    made = model_from_config(model_entry(model))
    made.set_weights(model.get_weights())
    return made


def test_learns(net, flowers):
    x, y = flowers
    net.set_learning_rate(0.03)
    history = net.fit(x, y, epochs=60, verbose=0)
    assert history.epoch == list(range(60))
    assert history.history["accuracy"][-1] > 0.9
    assert history.history["loss"][-1] < history.history["loss"][0] / 2


def test_same_seed_same_numbers(flowers):
    x, y = flowers
    runs = []
    for _ in range(2):
        pb.random.set_seed(11)
        model = pb.Sequential(
            [pb.Input((4,)), pb.layers.Dropout(0.4), pb.layers.Dense(3, activation="softmax", name="d")]
        )
        model.compile("adam", "sparse_categorical_crossentropy")
        runs.append(model.fit(x, y, epochs=3, batch_size=16, verbose=0).history["loss"])
        runs.append([w.tolist() for w in model.get_weights()])
    assert runs[0] == runs[2] and runs[1] == runs[3]


def test_epochs_have_different_orders(net, flowers):
    seen = []
    x, y = flowers
    marked = x.copy()
    marked[:, 0] = np.arange(len(x))
    order = net._model_steps
    original = order.train

    def train(batch, restart):
        seen.append(batch.xs[0].data.reshape(-1, 4)[:, 0].astype(int).tolist())
        return (yield from original(batch, restart))

    order.train = train
    net.fit(marked, y, epochs=2, batch_size=50, verbose=0)
    first, second = sum(seen[:3], []), sum(seen[3:], [])
    assert sorted(first) == sorted(second) == list(range(120))
    assert first != second and first != sorted(first)
    assert [len(part) for part in seen] == [50, 50, 20] * 2
    seen.clear()
    net.fit(marked, y, shuffle=False, batch_size=50, verbose=0)
    assert sum(seen, []) == list(range(120))


def test_logs_are_means_over_all_rows(net, flowers):
    x, y = flowers
    net.compile(pb.optimizers.SGD(0.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
    p = net.predict(x)
    loss, accuracy = -np.log(p[np.arange(120), y]).mean(), (p.argmax(-1) == y).mean()
    history = net.fit(x, y, batch_size=50, epochs=1, verbose=0).history
    np.testing.assert_allclose([history["loss"][0], history["accuracy"][0]], [loss, accuracy], rtol=1e-5)
    np.testing.assert_allclose(net.evaluate(x, y, batch_size=7, verbose=0), [loss, accuracy], rtol=1e-5)
    assert net.evaluate(x, y, verbose=0, return_dict=True).keys() == {"loss", "accuracy"}


def test_batch_logs_start_anew(net, flowers):
    x, y = flowers
    net.compile(pb.optimizers.SGD(0.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
    net.train_on_batch(x, y)
    half = net.train_on_batch(x[:60], y[:60])
    np.testing.assert_allclose(half, net.evaluate(x[:60], y[:60], verbose=0), rtol=1e-5)
    np.testing.assert_allclose(net.test_on_batch(x[:60], y[:60]), half, rtol=1e-6)


def test_compiles_once(net, flowers):
    x, y = flowers
    net.fit(x, y, batch_size=50, epochs=1, validation_split=0.1, verbose=0)
    net.predict(x)
    before = (COUNTERS.traces, COUNTERS.compiles)
    net.fit(x, y, batch_size=32, epochs=2, validation_split=0.1, verbose=0)
    for rows in (1, 3, 120):
        assert net.predict(x[:rows]).shape == (rows, 3)
    net.train_on_batch(x[:5], y[:5])
    net.evaluate(x, y, verbose=0)
    net.set_learning_rate(0.5)
    net.train_on_batch(x, y)
    assert (COUNTERS.traces, COUNTERS.compiles) == before


def test_prepares_once_per_size(net, flowers):
    x, y = flowers
    net.train_on_batch(x, y)
    before = COUNTERS.prepares
    net.train_on_batch(x, y)
    assert COUNTERS.prepares == before


def test_validation(net, flowers):
    x, y = flowers
    history = net.fit(x, y, epochs=2, validation_split=0.25, verbose=0).history
    assert list(history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    np.testing.assert_allclose(history["val_loss"][-1], net.evaluate(x[90:], y[90:], verbose=0)[0], rtol=1e-5)
    history = net.fit(x, y, epochs=4, validation_data=(x[:30], y[:30]), validation_freq=2, verbose=0).history
    assert len(history["val_loss"]) == 2 and len(history["loss"]) == 4
    with pytest.raises(pb.ArgumentError, match="validation_split must lie between 0 and 1, got 1.5"):
        net.fit(x, y, validation_split=1.5, verbose=0)


def test_sample_and_class_weights(net, flowers):
    x, y = flowers
    net.compile(pb.optimizers.SGD(0.0), "sparse_categorical_crossentropy", weighted_metrics=["accuracy"])
    p = net.predict(x)
    losses = -np.log(p[np.arange(120), y])
    weights = np.linspace(0, 2, 120).astype("f")
    found = net.train_on_batch(x, y, sample_weight=weights)
    hits = (p.argmax(-1) == y) * weights
    np.testing.assert_allclose(found, [(losses * weights).mean(), hits.sum() / weights.sum()], rtol=1e-5)
    chosen = np.array([1.0, 3.0, 0.5])[y]
    found = net.train_on_batch(x, y, class_weight={1: 3.0, 2: 0.5})
    np.testing.assert_allclose(found[0], (losses * chosen).mean(), rtol=1e-5)


def test_initial_epoch_and_steps(net, flowers):
    x, y = flowers
    history = net.fit(x, y, epochs=5, initial_epoch=3, steps_per_epoch=2, batch_size=10, verbose=0)
    assert history.epoch == [3, 4]
    assert int(net.optimizer.iterations.numpy()) == 4


def test_labels_of_other_shapes(flowers):
    x, y = flowers
    model = pb.Sequential([pb.Input((4,)), pb.layers.Dense(1)])
    model.compile("sgd", "mse")
    flat = model.evaluate(x, y.astype("f"), verbose=0)
    np.testing.assert_allclose(flat, model.evaluate(x, y[:, None].astype("f"), verbose=0))
    np.testing.assert_allclose(flat, np.mean((model.predict(x)[:, 0] - y) ** 2), rtol=1e-5)


def test_accuracy_fits_the_labels(flowers):
    x, y = flowers
    kinds = [
        ("binary_crossentropy", 1, (y > 0).astype("f"), "sigmoid"),
        ("categorical_crossentropy", 3, np.eye(3, dtype="f")[y], "softmax"),
        ("sparse_categorical_crossentropy", 3, y, "softmax"),
    ]
    for loss, units, labels, activation in kinds:
        model = pb.Sequential([pb.Input((4,)), pb.layers.Dense(units, activation=activation)])
        model.compile("sgd", loss, metrics=["accuracy"])
        p = model.predict(x)
        hits = (p[:, 0] > 0.5) == (y > 0) if units == 1 else p.argmax(-1) == y
        assert abs(model.evaluate(x, labels, verbose=0)[1] - hits.mean()) < 1e-6


def test_predict_takes_any_rows_and_dtypes(net, flowers):
    x = flowers[0]
    assert net.predict(x[:0]).shape == (0, 3)
    np.testing.assert_allclose(net.predict(x.astype(np.float64)), net.predict(x), rtol=1e-6)
    assert net.predict((x * 10).astype(np.uint8)).shape == (120, 3)
    np.testing.assert_allclose(net.predict(x[:2].tolist()), net.predict(x[:2]), rtol=1e-6)
    np.testing.assert_allclose(net.predict(pb.tensor(x[:2])), net.predict(x[:2]), rtol=1e-6)
    np.testing.assert_allclose(net.predict_on_batch(x), net.predict(x, batch_size=9), rtol=1e-5, atol=1e-7)


def test_recompiling_keeps_weights(net, flowers):
    x, y = flowers
    other = copy_of(net)
    net.fit(x, y, verbose=0)
    assert np.any(net.get_weights()[0] != other.get_weights()[0])
    before = net.get_weights()[0]
    net.compile("sgd", "sparse_categorical_crossentropy")
    np.testing.assert_array_equal(net.get_weights()[0], before)


def test_batch_norm_learns_its_statistics():
    x = np.random.default_rng(0).normal(3, 2, size=(64, 5)).astype("f")
    model = pb.Sequential([pb.Input((5,)), pb.layers.BatchNormalization(momentum=0.5)])
    model.compile("sgd", "mse")
    model.train_on_batch(x, x)
    np.testing.assert_allclose(model.get_weights()[2], 0.5 * x.mean(0), rtol=1e-4)
    np.testing.assert_allclose(model.get_weights()[3], 0.5 + 0.5 * x.var(0), rtol=1e-4)
    held = model.get_weights()[2]
    model.evaluate(x, x, verbose=0)
    model.predict(x)
    np.testing.assert_array_equal(model.get_weights()[2], held)


def test_label_sequences_without_times_are_learnt():
    """CTC's targets have a shape of their own."""
    rng = np.random.default_rng(0)
    y = rng.integers(1, 4, (12, 2)).astype(np.int32)
    y[3:6, 1] = 0
    # Each label fills two frames, and a blank one follows.
    frames = np.stack([y[:, 0], y[:, 0], 0 * y[:, 0], y[:, 1], y[:, 1], 0 * y[:, 1]], 1)
    x = (np.eye(4)[frames] + rng.normal(size=(12, 6, 4)) * 0.1).astype(np.float32)
    pb.random.set_seed(3)
    model = pb.Sequential([pb.Input((6, 4)), pb.layers.Dense(16, activation="tanh"), pb.layers.Dense(4)])
    model.compile(pb.optimizers.Adam(0.05), "ctc")
    losses = model.fit(x, y, epochs=40, batch_size=5, verbose=0).history["loss"]
    assert losses[-1] < 0.1 * losses[0]
    found = pb.ops.ctc_decode(model.predict(x, verbose=0), [6] * 12)[0].numpy()[0]
    assert np.mean(np.where(found[:, :2] < 0, 0, found[:, :2]) == y) > 0.9
