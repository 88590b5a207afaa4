"""Training that was stopped at any batch goes on exactly: the same weights bit for bit as without the stop."""

from typing import Any

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.callbacks import BackupAndRestore, CSVLogger, LambdaCallback, ModelCheckpoint, SwapEMAWeights
from pybrowserml.data import Dataset

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype("float32")
Y = (X.sum(1) > 0).astype("int32")


def make(optimizer: Any = "adam"):
    pb.random.set_seed(3)
    layers = [
        pb.Input((4,)),
        pb.layers.Dense(8, activation="relu"),
        pb.layers.Dropout(0.5),
        pb.layers.BatchNormalization(),
        pb.layers.Dense(2, activation="softmax"),
    ]
    model = pb.Sequential(layers)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def flat(model):
    return np.concatenate([array.ravel() for array in model.get_weights()])


def fit(model, source, **arguments):
    if source == "arrays":
        return model.fit(X, Y, batch_size=8, epochs=4, verbose=0, **arguments)
    dataset = Dataset(X, Y).shuffle(20, seed=5).batch(8)
    return model.fit(dataset, epochs=4, verbose=0, **arguments)


class StopAt(pb.callbacks.Callback):
    def __init__(self, epoch, batch, fail=False):
        super().__init__()
        self.epoch, self.batch, self.fail, self.now = epoch, batch, fail, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.now, batch) == (self.epoch, self.batch):
            if self.fail:
                raise KeyboardInterrupt
            self.model.stop_training = True


@pytest.mark.parametrize("source", ["arrays", "dataset"])
@pytest.mark.parametrize("place", [(0, 0), (1, 2), (2, 6)])
def test_saved_and_loaded(source, place, tmp_path):
    whole = make()
    history = fit(whole, source)
    stopped = make()
    fit(stopped, source, callbacks=[StopAt(*place)])
    stopped.save(tmp_path / "model")
    resumed = pb.load_model(tmp_path / "model")
    assert resumed.position == ([place[0], place[1] + 1] if place[1] < 6 else [place[0] + 1, 0])
    rest = fit(resumed, source, initial_epoch=resumed.position)
    np.testing.assert_array_equal(flat(resumed), flat(whole))
    assert rest.history["loss"] == history.history["loss"][resumed_epochs(place) :]
    assert rest.history["accuracy"] == history.history["accuracy"][resumed_epochs(place) :]


def resumed_epochs(place):
    return place[0] if place[1] < 6 else place[0] + 1


@pytest.mark.parametrize("source", ["arrays", "dataset"])
def test_backup_and_restore(source, tmp_path):
    whole = make()
    fit(whole, source)
    backup = tmp_path / "backup"
    broken = make()
    with pytest.raises(KeyboardInterrupt):
        fit(broken, source, callbacks=[BackupAndRestore(backup, save_freq=2), StopAt(1, 4, fail=True)])
    assert (backup / "model.json").is_file()
    again = make()
    fit(again, source, callbacks=[BackupAndRestore(backup, save_freq=2)])
    np.testing.assert_array_equal(flat(again), flat(whole))
    assert not backup.exists()


def test_csv_logger(tmp_path):
    path = tmp_path / "log.csv"
    model = make()
    history = model.fit(X, Y, epochs=2, verbose=0, callbacks=[CSVLogger(path)])
    model.fit(X, Y, epochs=3, initial_epoch=2, verbose=0, callbacks=[CSVLogger(path, append=True)])
    lines = path.read_text().splitlines()
    assert lines[0] == "epoch,accuracy,loss,val_accuracy,val_loss" and [
        line.split(",")[0] for line in lines[1:]
    ] == ["0", "1", "2"]
    assert float(lines[1].split(",")[2]) == pytest.approx(history.history["loss"][0], rel=1e-5)


def test_checkpoint_names(tmp_path):
    path = str(tmp_path / "m-{epoch:03d}-{val_loss:.2f}")
    model = make()
    history = model.fit(
        X, Y, epochs=2, verbose=0, validation_split=0.2, callbacks=[ModelCheckpoint(path)]
    ).history
    names = {f"m-{epoch + 1:03d}-{loss:.2f}" for epoch, loss in enumerate(history["val_loss"])}
    assert {entry.name for entry in tmp_path.iterdir()} == names
    wrong = [ModelCheckpoint(str(tmp_path / "{nosuch}"))]
    with pytest.raises(pb.ArgumentError, match=r"asks for \{nosuch\}"):
        model.fit(X, Y, verbose=0, callbacks=wrong)


def test_swap_of_averages():
    model = make(pb.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.9))
    seen = []
    look = LambdaCallback(on_test_batch_end=lambda batch, logs: seen.append(flat(model)))
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[SwapEMAWeights(), look], validation_data=(X, Y))
    ends = flat(model)
    averages = [np.asarray(average.numpy()).ravel() for average in model.optimizer._averages]
    # Training ends with the averages as weights, as Keras's fit does.
    trained = np.concatenate([weight.numpy().ravel() for weight in model.trainable_weights])
    np.testing.assert_array_equal(trained, np.concatenate(averages))
    assert not np.array_equal(seen[0], ends)


class Items:
    """A sequence as Keras's PyDataset."""

    ended = 0

    def __len__(self):
        return 5

    def __getitem__(self, index):
        rows = slice(index * 10, index * 10 + 10)
        return X[rows], Y[rows]

    def on_epoch_end(self):
        self.ended += 1


def test_sources_give_the_same():
    def endless():
        while True:
            for index in range(5):
                yield Items()[index]

    curves = []
    items = Items()
    for source, steps in [
        (items, None),
        (endless(), 5),
        (Dataset(X, Y).batch(10), None),
        ([X, Y], None),
    ]:
        model = make()
        if isinstance(source, list):
            found = model.fit(X, Y, batch_size=10, shuffle=False, epochs=2, verbose=0)
        else:
            found = model.fit(source, epochs=2, steps_per_epoch=steps, verbose=0, shuffle=False)
        curves.append(found.history)
    assert curves[0] == curves[1] == curves[2] == curves[3]
    assert items.ended == 2
    model = make()
    assert model.evaluate(Items(), verbose=0) == model.evaluate(X, Y, batch_size=10, verbose=0)
    np.testing.assert_array_equal(
        model.predict(Items(), verbose=0), model.predict(X, batch_size=10, verbose=0)
    )


def test_data_that_ends():
    model = make()
    with pytest.warns(UserWarning, match="no batch left"):
        history = model.fit(iter([Items()[0]]), epochs=3, verbose=0)
    assert len(history.history["loss"]) == 1
    with pytest.raises(pb.ArgumentError, match="y and sample_weight must be None"):
        model.fit(Items(), Y, verbose=0)
    with pytest.raises(pb.ArgumentError, match="validation_split works for arrays"):
        model.fit(Items(), validation_split=0.5, verbose=0)
