"""Callbacks: which hooks are called, with what, and what they may do."""

from typing import Any

import numpy as np
import pytest

import pybrowserml as pb


class Recorder(pb.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.calls = []

    def on_train_begin(self, logs=None):
        self.calls.append("train begin")

    def on_train_end(self, logs=None):
        self.calls.append("train end")

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append(f"epoch {epoch} begin")

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append(f"epoch {epoch} end {sorted(logs)}")

    def on_batch_end(self, batch, logs=None):
        self.calls.append(f"batch {batch} {sorted(logs)}")

    def on_test_begin(self, logs=None):
        self.calls.append("test begin")

    def on_test_batch_end(self, batch, logs=None):
        self.calls.append(f"test {batch}")


def test_order_of_hooks(net, flowers):
    recorder = Recorder()
    net.fit(*flowers, batch_size=60, validation_split=0.5, verbose=0, callbacks=[recorder])
    assert recorder.calls == [
        "train begin",
        "epoch 0 begin",
        "batch 0 ['accuracy', 'loss']",
        "test begin",
        "test 0",
        "epoch 0 end ['accuracy', 'loss', 'val_accuracy', 'val_loss']",
        "train end",
    ]
    assert recorder.model is net and recorder.params == {"verbose": 0, "epochs": 1, "steps": 1}


class Groups(pb.callbacks.Callback):
    """The batches that hooks of batches are told."""

    def __init__(self):
        super().__init__()
        self.told = {"train": [], "test": [], "predict": []}
        self.rows = []

    def on_train_batch_begin(self, batch, logs=None):
        self.told["train"].append(batch)

    def on_train_batch_end(self, batch, logs=None):
        assert logs["loss"] > 0
        self.told["train"].append(batch)

    def on_test_batch_begin(self, batch, logs=None):
        self.told["test"].append(batch)

    def on_test_batch_end(self, batch, logs=None):
        self.told["test"].append(batch)

    def on_predict_batch_begin(self, batch, logs=None):
        self.told["predict"].append(batch)

    def on_predict_batch_end(self, batch, logs=None):
        self.told["predict"].append(batch)
        self.rows.append(len(logs["outputs"]))


@pytest.mark.parametrize("streamed", [False, True])
def test_hooks_of_several_batches(streamed, net, flowers):
    # Keras, too, tells the end of the last group the batch that it would end with.
    groups = Groups()
    x, y = flowers[0][:50], flowers[1][:50]
    net.compile("sgd", net.loss, steps_per_execution=3)
    if streamed:
        data = pb.data.Dataset.from_tensor_slices((x, y)).batch(10)
        net.fit(data, verbose=0, callbacks=[groups])
        net.evaluate(data, verbose=0, callbacks=[groups])
        net.predict(data, verbose=0, callbacks=[groups])
    else:
        net.fit(x, y, batch_size=10, verbose=0, callbacks=[groups])
        net.evaluate(x, y, batch_size=10, verbose=0, callbacks=[groups])
        net.predict(x, batch_size=10, verbose=0, callbacks=[groups])
    assert groups.told == {kind: [0, 2, 3, 5] for kind in ("train", "test", "predict")}
    assert groups.rows == [30, 20]


def test_dicts_of_functions(net, flowers):
    calls = []
    net.fit(
        *flowers,
        batch_size=60,
        verbose=0,
        callbacks={
            "on_batch_end": lambda batch, logs: calls.append(batch),
            "onEpochEnd": lambda e, logs: calls.append("e"),
        },
    )
    assert calls == [0, 1, "e"]


def test_predict_inside_fit(net, flowers):
    x = flowers[0]
    seen = []
    net.fit(
        *flowers,
        batch_size=60,
        verbose=0,
        callbacks={"on_batch_end": lambda b, logs: seen.append(net.predict(x[:2]))},
    )
    assert len(seen) == 2 and np.any(seen[0] != seen[1])
    np.testing.assert_array_equal(seen[1], net.predict(x[:2]))


def test_stop_training(net, flowers):
    def stop(batch, logs):
        net.stop_training = batch == 1

    history = net.fit(*flowers, batch_size=10, epochs=5, verbose=0, callbacks={"on_batch_end": stop})
    assert history.epoch == [0] and int(net.optimizer.iterations.numpy()) == 2


def test_errors_in_callbacks_pass(net, flowers):
    def fail(batch, logs):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        net.fit(*flowers, verbose=0, callbacks={"on_batch_end": fail})
    net.fit(*flowers, verbose=0)


def test_early_stopping(net, flowers):
    net.compile(pb.optimizers.SGD(0.0), "sparse_categorical_crossentropy")
    history = net.fit(
        *flowers, epochs=20, verbose=0, callbacks=[pb.callbacks.EarlyStopping("loss", patience=3)]
    )
    assert len(history.epoch) == 4
    with pytest.warns(UserWarning, match="no 'val_loss' to monitor; they have: loss"):
        net.fit(*flowers, verbose=0, callbacks=[pb.callbacks.EarlyStopping()])


def test_early_stopping_restores(net, flowers):
    x, y = flowers
    net.compile(pb.optimizers.SGD(30.0), "sparse_categorical_crossentropy")
    stopping = pb.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
    history = net.fit(x, y, epochs=20, validation_split=0.3, verbose=0, callbacks=[stopping]).history[
        "val_loss"
    ]
    assert stopping.best == min(history)
    best: Any = stopping.best
    np.testing.assert_allclose(net.evaluate(x[84:], y[84:], verbose=0), best, rtol=1e-5)


def test_learning_rates(net, flowers):
    net.compile(pb.optimizers.SGD(0.5), "sparse_categorical_crossentropy")
    net.fit(
        *flowers,
        epochs=2,
        verbose=0,
        callbacks=[pb.callbacks.LearningRateScheduler(lambda e, rate: rate / 10)],
    )
    assert net.get_learning_rate() == pytest.approx(0.005)
    net.compile(pb.optimizers.SGD(1e-12), "sparse_categorical_crossentropy")
    reduce = pb.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=2, min_delta=0.1)
    history = net.fit(*flowers, epochs=5, verbose=0, callbacks=[reduce]).history
    assert net.get_learning_rate() == pytest.approx(0.25e-12)
    np.testing.assert_allclose(history["learning_rate"], [1e-12, 1e-12, 1e-12, 0.5e-12, 0.5e-12], rtol=1e-6)


def test_checkpoints(net, flowers, tmp_path):
    save = pb.callbacks.ModelCheckpoint(tmp_path / "at{epoch}")
    best = pb.callbacks.ModelCheckpoint(
        tmp_path / "best.safetensors", monitor="loss", save_best_only=True, save_weights_only=True
    )
    net.fit(*flowers, epochs=2, verbose=0, callbacks=[save, best])
    found = pb.load_model(tmp_path / "at2")
    np.testing.assert_array_equal(found.predict(flowers[0]), net.predict(flowers[0]))
    net.load_weights(tmp_path / "best.safetensors")


def test_lambda_callback(net, flowers):
    calls = []
    net.fit(
        *flowers,
        verbose=0,
        batch_size=75,
        callbacks=[
            pb.callbacks.LambdaCallback(
                on_epoch_end=lambda e, logs: calls.append(e),
                on_batch_end=lambda b, logs: calls.append(f"b{b}"),
            )
        ],
    )
    assert calls == ["b0", "b1", 0]


def test_nan_warns_once_and_trains_on(net, flowers):
    x, y = flowers
    spoiled = x.copy()
    spoiled[70, 0] = np.nan
    with pytest.warns(UserWarning, match=r"the loss is NaN since batch 8 of epoch 1") as caught:
        history = net.fit(spoiled, y, epochs=3, batch_size=10, shuffle=False, verbose=0)
    assert len(caught) == 1 and len(history.epoch) == 3


def test_terminate_on_nan(net, flowers):
    x, y = flowers
    stop = pb.callbacks.TerminateOnNaN()
    with pytest.warns(UserWarning):
        history = net.fit(x * np.nan, y, epochs=3, verbose=0, callbacks=[stop])
    assert len(history.epoch) == 1
    with pytest.warns(UserWarning), pytest.raises(pb.NumericError, match="batch 1: the loss is NaN"):
        net.fit(x * np.nan, y, verbose=0, callbacks=[pb.callbacks.TerminateOnNaN(True)])


@pytest.mark.parametrize("patience", [0, 1, 2, 3])
def test_patience_as_in_keras(patience, net):
    stopping = pb.callbacks.EarlyStopping("loss", patience=patience)
    stopping.set_model(net)
    stopping.on_train_begin()
    net.stop_training = False
    for epoch, loss in enumerate([10.0, 9.0, 8.0, 9.0, 8.9, 8.8, 8.7, 8.6, 8.5]):
        stopping.on_epoch_end(epoch, {"loss": loss})
        if net.stop_training:
            break
    assert stopping.stopped_epoch == max(patience, 1) + 2
    assert stopping.best == 8.0 and stopping.monitor_op(1, 2) and not stopping.monitor_op(2, 1)


def test_monitored_numbers_that_come_later(net, flowers):
    x, y = flowers
    reduce = pb.callbacks.ReduceLROnPlateau("val_loss", patience=1)
    with pytest.warns(UserWarning, match="ReduceLROnPlateau: the logs have no 'val_loss'"):
        history = net.fit(
            x, y, epochs=2, validation_data=(x, y), validation_freq=2, callbacks=[reduce], verbose=0
        )
    assert len(history.epoch) == 2 and reduce.best == history.history["val_loss"][0]


@pytest.mark.parametrize("kind", ["plain", "scaled", "several"])
@pytest.mark.parametrize("at_epochs", [False, True])
def test_averages_are_evaluated_and_stay(kind, at_epochs, flowers):
    x, y = flowers
    pb.utils.set_random_seed(1)
    model = pb.Sequential([pb.Input([4]), pb.layers.Dense(3, activation="softmax")])
    optimizer = pb.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.9)
    if kind == "scaled":
        optimizer = pb.optimizers.LossScaleOptimizer(optimizer)
    elif kind == "several":
        optimizer = pb.optimizers.MultiOptimizer(pb.optimizers.OptimizerMap(optimizer))
    model.compile(optimizer, "sparse_categorical_crossentropy")
    swap = pb.callbacks.SwapEMAWeights(swap_on_epoch=at_epochs)
    kept = []
    keep = {"on_epoch_end": lambda epoch, logs: kept.append(model.get_weights())}
    history = model.fit(x, y, epochs=2, validation_data=(x, y), callbacks=[swap, keep], verbose=0).history
    assert model.evaluate(x, y, verbose=0) == pytest.approx(history["val_loss"][-1], rel=1e-6)
    same = [np.array_equal(a, b) for a, b in zip(model.get_weights(), kept[-1], strict=True)]
    assert all(same) if at_epochs else not any(same)


def test_stop_evaluating_and_predicting(net, flowers):
    x, y = flowers
    seen = []

    def stop(batch, logs):
        seen.append(batch)
        net.stop_evaluating = net.stop_predicting = batch == 2

    net.evaluate(x, y, batch_size=10, verbose=0, callbacks={"on_test_batch_end": stop})
    assert net.predict(x, batch_size=10, callbacks={"on_predict_batch_end": stop}).shape == (30, 3)
    assert seen == [0, 1, 2, 0, 1, 2]


def test_what_cannot_be_saved_to():
    for folder in (None, ""):
        with pytest.raises(pb.ArgumentError, match="backup_dir must name a folder"):
            pb.callbacks.BackupAndRestore(folder)
    for kind in (pb.callbacks.BackupAndRestore, pb.callbacks.ModelCheckpoint):
        with pytest.raises(pb.ArgumentError, match="save_freq must be 'epoch' or .* got 'batch'"):
            kind("folder", save_freq="batch")


def test_the_best_model_without_its_number(net, flowers, tmp_path):
    """Is the last one, with a warning."""
    checkpoint = pb.callbacks.ModelCheckpoint(tmp_path / "best", monitor="val_auc", save_best_only=True)
    with pytest.warns(UserWarning, match="no 'val_auc' to monitor"):
        net.fit(*flowers, verbose=0, callbacks=[checkpoint])
    assert (tmp_path / "best").is_dir()


def test_all_digits_in_a_table(net, flowers, tmp_path):
    history = net.fit(*flowers, verbose=0, callbacks=[pb.callbacks.CSVLogger(tmp_path / "log.csv")]).history
    heads, row = [line.split(",") for line in (tmp_path / "log.csv").read_text().splitlines()]
    assert float(row[heads.index("loss")]) == history["loss"][0]
