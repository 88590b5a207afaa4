"""What the Layers API of TensorFlow.js refuses or lacks, gap by gap: it works here, with the numbers it should have."""

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml import layers as L
from pybrowserml import ops
from pybrowserml.data import Dataset

RNG = np.random.default_rng(4)
X = RNG.normal(size=(60, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int32) + (X[:, 1] > 0)
REAL = X[:, :1] - 2 * X[:, 1:2]


def classifier(optimizer="adam", **arguments):
    model = pb.Sequential([pb.Input((4,)), L.Dense(6, "relu"), L.Dense(3, "softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", **arguments)
    return model


def line(optimizer="sgd", loss="mse", **arguments):
    model = pb.Sequential([pb.Input((4,)), L.Dense(1)])
    model.compile(optimizer, loss, **arguments)
    return model


def flat(model):
    return np.concatenate([np.ravel(array) for array in model.get_weights()])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_01_early_stopping_restores_the_best_weights():
    model = line(pb.optimizers.SGD(0.05))
    kept = []

    def spoil(epoch, logs):
        kept.append(flat(model))
        if epoch == 3:
            model.set_learning_rate(5.0)

    stop = pb.callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True)
    keep = pb.callbacks.LambdaCallback(on_epoch_end=spoil)
    history = model.fit(X, REAL, epochs=20, batch_size=60, verbose=0, callbacks=[keep, stop]).history
    best = int(np.argmin(history["loss"]))
    assert len(history["loss"]) == best + 3 < 20
    np.testing.assert_array_equal(flat(model), kept[best])


def test_02_the_default_gru_resets_after_the_product():
    x = RNG.normal(size=(3, 5, 2)).astype(np.float32)
    layer = L.GRU(4, bias_initializer="glorot_uniform")
    found = layer(x).numpy()
    kernel, recurrent, bias = [np.split(weight.numpy(), 3, axis=-1) for weight in layer.weights]
    assert list(layer.weights[2].shape) == [2, 12]
    state = np.zeros((3, 4))
    for step in range(5):
        given = [x[:, step] @ kernel[i] + bias[i][0] for i in range(3)]
        back = [state @ recurrent[i] + bias[i][1] for i in range(3)]
        update, reset = sigmoid(given[0] + back[0]), sigmoid(given[1] + back[1])
        state = update * state + (1 - update) * np.tanh(given[2] + reset * back[2])
    np.testing.assert_allclose(found, state, atol=1e-6)


def test_03_sample_weight_in_fit_evaluate_and_validation():
    weights = np.where(np.arange(60) % 3 == 0, 0, 2).astype(np.float32)
    spoiled = np.where(weights[:, None] == 0, 1000, REAL).astype(np.float32)
    model = line(pb.optimizers.SGD(0.1))
    history = model.fit(
        X,
        spoiled,
        sample_weight=weights,
        epochs=40,
        batch_size=60,
        verbose=0,
        validation_data=[X, spoiled, weights],
    ).history
    # Rows of weight 0, whose targets are absurd, change nothing.
    np.testing.assert_allclose(model.get_weights()[0].ravel(), [1, -2, 0, 0], atol=0.05)
    squares = (np.asarray(model.predict(X, verbose=0)) - spoiled)[:, 0].astype(np.float64) ** 2
    expected = (weights * squares).sum() / 60
    found = model.evaluate(X, spoiled, sample_weight=weights, batch_size=60, verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    assert history["val_loss"][-1] < 0.02 < history["val_loss"][0]


def test_04_loss_weights_and_weighted_metrics():
    entry = pb.Input((4,))
    model = pb.Model(entry, {"a": L.Dense(1, name="a")(entry), "b": L.Dense(1, name="b")(entry)})
    model.compile(
        pb.optimizers.SGD(0.1),
        {"a": "mse", "b": "mae"},
        loss_weights={"a": 3.0, "b": 0.5},
        weighted_metrics={"a": ["mae"]},
    )
    weights = RNG.uniform(0, 2, 60).astype(np.float32)
    targets = {"a": REAL, "b": -REAL}
    p = {name: np.asarray(array) for name, array in model.predict(X, verbose=0).items()}
    square = (weights * (p["a"] - REAL)[:, 0] ** 2).mean()
    away = [np.abs(p[name] - targets[name])[:, 0] for name in ("a", "b")]
    logs = model.evaluate(X, targets, sample_weight=weights, batch_size=60, verbose=0, return_dict=True)
    np.testing.assert_allclose(logs["loss"], 3 * square + 0.5 * (weights * away[1]).mean(), rtol=1e-5)
    np.testing.assert_allclose(logs["a_mae"], (weights * away[0]).sum() / weights.sum(), rtol=1e-5)


def test_05_steps_per_epoch_in_fit():
    steps = []
    model = line()
    count = pb.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: steps.append(batch))
    data = Dataset(X, REAL).batch(10).repeat()
    history = model.fit(data, epochs=3, steps_per_epoch=4, verbose=0, callbacks=[count])
    assert steps == [0, 1, 2, 3] * 3 and history.epoch == [0, 1, 2]


def test_06_verbose_in_predict_and_evaluate(capsys):
    model = line()
    quiet = model.predict(X, verbose=0), model.evaluate(X, REAL, verbose=0)
    assert capsys.readouterr().out == ""
    loud = model.predict(X, verbose=1), model.evaluate(X, REAL, verbose=2)
    np.testing.assert_array_equal(quiet[0], loud[0])
    assert quiet[1] == loud[1] and "loss" in capsys.readouterr().out


class Leaning(L.Layer):
    """A cell that adds a constant of the sequence to its state at every step."""

    def __init__(self, units):
        super().__init__()
        self.units = units
        self.state_size = units

    def call(self, inputs, states, constants=None):
        state = ops.add(ops.add(ops.multiply(states[0], 0.5), inputs), constants[0])
        return [state, [state]]


def test_07_constants_and_initial_state_of_recurrent_layers():
    x, start, lean = (RNG.normal(size=size).astype(np.float32) for size in [(3, 4, 2), (3, 2), (3, 2)])
    entries = [pb.Input((4, 2)), pb.Input((2,)), pb.Input((2,))]
    layer = L.RNN(Leaning(2), return_sequences=True)
    model = pb.Model(entries, layer(entries[0], initial_state=[entries[1]], constants=[entries[2]]))
    state, states = start, []
    for step in range(4):
        state = state * 0.5 + x[:, step] + lean
        states.append(state)
    np.testing.assert_allclose(model.predict([x, start, lean], verbose=0), np.stack(states, 1), atol=1e-6)


def test_08_elu_with_any_alpha():
    x = np.linspace(-3, 3, 13).astype(np.float32)
    expected = np.where(x > 0, x, 0.3 * np.expm1(x))
    np.testing.assert_allclose(L.ELU(0.3)(x).numpy(), expected, atol=1e-6)
    slopes = pb.grad(lambda given: ops.sum(L.ELU(0.3)(given)))(x).numpy()
    np.testing.assert_allclose(slopes, np.where(x > 0, 1, 0.3 * np.exp(x)), atol=1e-6)


def test_09_activity_regularizers_in_nested_models():
    inner = pb.Sequential(
        [pb.Input((4,)), L.Dense(5, "tanh", activity_regularizer="l2"), L.ActivityRegularization(l1=0.1)]
    )
    entry = pb.Input((4,))
    model = pb.Model(entry, L.Dense(1, kernel_initializer="zeros")(inner(entry)))
    model.compile(pb.optimizers.SGD(0.5), "mse")
    middle = np.asarray(inner.predict(X, verbose=0))
    # Sums over a batch, divided by its size.
    penalty = (0.01 * (middle**2).sum() + 0.1 * np.abs(middle).sum()) / 60
    found = model.evaluate(X, REAL, batch_size=60, verbose=0)
    np.testing.assert_allclose(found, (REAL**2).mean() + penalty, rtol=1e-5)
    model.fit(X, 0 * REAL, epochs=30, batch_size=60, verbose=0)
    assert np.abs(inner.predict(X, verbose=0)).mean() < 0.9 * np.abs(middle).mean()


@pb.saving.register_keras_serializable("Gaps")
def fourth_power(y, p):
    return ops.mean(ops.power(ops.subtract(y, p), 4), axis=-1)


@pb.saving.register_keras_serializable("Gaps")
class Pinball(pb.losses.Loss):
    def __init__(self, quantile=0.5, reduction="sum_over_batch_size", name="pinball"):
        super().__init__(name, reduction)
        self.quantile = quantile

    def call(self, y_true, y_pred):
        away = ops.subtract(y_true, y_pred)
        more = ops.multiply(away, self.quantile)
        return ops.mean(ops.maximum(more, ops.subtract(more, away)), axis=-1)


def test_10_custom_losses_are_saved_and_loaded(tmp_path):
    for name, loss in (("function", fourth_power), ("object", Pinball(0.8))):
        model = line("adam", loss)
        model.fit(X, REAL, verbose=0)
        model.save(tmp_path / name)
        again = pb.load_model(tmp_path / name)
        assert again.evaluate(X, REAL, verbose=0) == model.evaluate(X, REAL, verbose=0)
        for one in (model, again):
            one.fit(X, REAL, verbose=0)
        np.testing.assert_array_equal(flat(again), flat(model))
    away = REAL - np.asarray(again.predict(X, verbose=0))
    expected = np.maximum(0.8 * away, -0.2 * away).mean()
    np.testing.assert_allclose(again.evaluate(X, REAL, verbose=0), expected, rtol=1e-5)


def test_11_validation_while_fitting_a_dataset():
    data, held = Dataset(X[:40], Y[:40]).batch(8), Dataset(X[40:], Y[40:]).batch(5)
    model = classifier(metrics=["accuracy"])
    history = model.fit(data, epochs=2, validation_data=held, verbose=0).history
    scores = model.evaluate(X[40:], Y[40:], verbose=0)
    np.testing.assert_allclose([history[key][-1] for key in ("val_loss", "val_accuracy")], scores, rtol=1e-5)
    # The same from arrays, which are split.
    split = classifier().fit(X, Y, validation_split=1 / 3, epochs=2, verbose=0).history
    assert len(split["val_loss"]) == 2


def test_12_dot_of_four_axes():
    a, b = RNG.normal(size=(2, 3, 4, 5)).astype(np.float32), RNG.normal(size=(2, 6, 5, 7)).astype(np.float32)
    found = L.Dot(axes=(3, 2))([a, b]).numpy()
    np.testing.assert_allclose(found, np.einsum("bijn,bknl->bijkl", a, b), atol=1e-5)


POINTS = np.array([[0, 1], [2, 3], [2, 3]], np.int32)
BOXES = np.array([[0.1, 0.2, 0.8, 0.9]], np.float32)
FIXED = RNG.normal(size=(4, 3)).astype(np.float32)
DIFFERENTIABLE = {
    "einsum": ((3, 4), lambda x: ops.einsum("ij,jk->ik", x, FIXED)),
    "top_k": ((3, 4), lambda x: ops.top_k(x, 2)[0]),
    "gather_nd": ((3, 4), lambda x: ops.gather_nd(x, POINTS)),
    "scatter": ((3,), lambda x: ops.scatter(POINTS, x, [3, 4])),
    "strided_slice": ((3, 4), lambda x: ops.strided_slice(x, [0, 3], [3, 0], [2, -1])),
    "cumprod": ((3, 4), lambda x: ops.cumprod(x, 1)),
    "prod": ((3, 4), lambda x: ops.prod(x, 1)),
    "fft": ((2, 6), lambda x: ops.concatenate(ops.fft([x, ops.multiply(x, 2.0)]), 0)),
    "ifft": ((2, 6), lambda x: ops.concatenate(ops.ifft([x, ops.multiply(x, 2.0)]), 0)),
    "flip_left_right": ((1, 2, 3, 1), ops.image.flip_left_right),
    "depth_to_space": ((1, 2, 2, 4), lambda x: ops.depth_to_space(x, 2)),
    "crop_and_resize": ((1, 5, 5, 2), lambda x: ops.image.crop_and_resize(x, BOXES, [0], [3, 3])),
    "rotate_with_offset": ((1, 5, 5, 1), lambda x: ops.image.rotate_with_offset(x, 0.4)),
    "sparse_to_dense": ((2,), lambda x: ops.sparse_to_dense(POINTS[:2], x, [3, 4])),
    "stop_gradient": ((3,), lambda x: ops.multiply(x, ops.stop_gradient(2.0))),
}


def test_13_ops_that_had_no_gradient():
    for name, (size, op) in DIFFERENTIABLE.items():
        # Far enough from each other that no step changes an order.
        x = (RNG.permutation(int(np.prod(size))).reshape(size) * 0.05 + 0.4).astype(np.float32)
        mix = RNG.normal(size=op(x).numpy().shape).astype(np.float32)
        along = RNG.normal(size=size).astype(np.float32)

        def total(given, op=op, mix=mix):
            return ops.sum(ops.multiply(op(given), mix))

        slope = float((pb.grad(total)(x).numpy() * along).sum())
        step = 1e-3
        values = [op(x + by * along).numpy().astype(np.float64) for by in (step, -step)]
        numeric = ((values[0] - values[1]) * mix).sum() / (2 * step)
        assert slope != 0 and abs(slope - numeric) <= 2e-3 * max(1, abs(numeric)), (name, slope, numeric)
    stopped = pb.grad(lambda x: ops.sum(ops.multiply(x, ops.stop_gradient(x))))(FIXED).numpy()
    np.testing.assert_array_equal(stopped, FIXED)


def test_14_callbacks(tmp_path):
    calls = pb.callbacks
    model = classifier(pb.optimizers.SGD(0.1))
    first = flat(model)
    entries = [
        calls.LearningRateScheduler(lambda epoch, rate: rate / 2 if epoch == 1 else rate),
        calls.ModelCheckpoint(tmp_path / "best", monitor="loss", save_best_only=True),
        calls.CSVLogger(tmp_path / "log.csv"),
    ]
    history = model.fit(X, Y, epochs=2, verbose=0, callbacks=entries).history
    np.testing.assert_allclose(model.get_learning_rate(), 0.05)
    np.testing.assert_array_equal(flat(pb.load_model(tmp_path / "best")), flat(model))
    rows = (tmp_path / "log.csv").read_text().split()
    assert rows[0].startswith("epoch,") and "loss" in rows[0] and len(rows) == 3
    assert history["loss"][1] < history["loss"][0] and not np.array_equal(first, flat(model))

    flatter = calls.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=100)
    model.fit(X, Y, epochs=3, verbose=0, callbacks=[flatter])
    np.testing.assert_allclose(model.get_learning_rate(), 0.0125)

    wild = line(pb.optimizers.SGD(1e30))
    with pytest.warns(UserWarning, match="the loss is Infinity since batch 2 of epoch 1"):
        epochs = wild.fit(X, REAL, epochs=9, verbose=0, callbacks=[calls.TerminateOnNaN()]).epoch
    assert len(epochs) < 9

    averaged = classifier(pb.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5))
    losses = averaged.fit(
        X, Y, epochs=2, verbose=0, validation_data=[X, Y], callbacks=[calls.SwapEMAWeights()]
    ).history["val_loss"]
    averages = averaged.evaluate(X, Y, verbose=0, callbacks=[calls.SwapEMAWeights()])
    np.testing.assert_allclose(losses[-1], averages, rtol=1e-5)


def test_14_backup_and_restore(tmp_path):
    def run(model, *more):
        backup = pb.callbacks.BackupAndRestore(tmp_path / "backup")
        return model.fit(X, Y, epochs=4, verbose=0, callbacks=[backup, *more])

    def interrupt(epoch, logs):
        if epoch == 2:
            raise KeyboardInterrupt

    pb.random.set_seed(1)
    whole = classifier()
    weights = whole.get_weights()
    whole.fit(X, Y, epochs=4, verbose=0)
    pb.random.set_seed(1)
    model = classifier()
    model.set_weights(weights)
    try:
        run(model, pb.callbacks.LambdaCallback(on_epoch_begin=interrupt))
    except KeyboardInterrupt:
        pass
    again = classifier()
    assert run(again).epoch == [2, 3]
    np.testing.assert_array_equal(flat(again), flat(whole))


def test_15_gradients_over_models_of_layers():
    model = pb.Sequential([pb.Input((4,)), L.Dense(6, "tanh"), L.Dense(1)])

    def loss():
        return ops.mean(ops.square(ops.subtract(model(X), REAL)))

    learned = pb.variable_grads(loss)
    found = learned()
    assert {v.path for v in found["variables"]} == {v.path for v in model.trainable_weights}
    before = float(found["value"].numpy())
    for _ in range(60):
        found = learned()
        for variable, slope in zip(found["variables"], found["grads"], strict=True):
            variable.assign(variable.numpy() - 0.1 * slope.numpy())
    assert float(loss().numpy()) < 0.1 * before
    by_input = pb.grad(lambda x: ops.sum(model(x)))(X).numpy()
    hidden = np.tanh(X @ model.get_weights()[0] + model.get_weights()[1])
    last = model.get_weights()[2][:, 0]
    np.testing.assert_allclose(by_input, ((1 - hidden**2) * last) @ model.get_weights()[0].T, atol=1e-5)
