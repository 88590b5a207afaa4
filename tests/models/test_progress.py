"""What fit, evaluate and predict show, and how far they go: progress, limits, epochs of so many steps."""

import logging
import re

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.callbacks import progbar

DONE = r" ━{20} \d+s \d+[mu]?s/step"


def test_a_bar(net, flowers, capsys):
    net.fit(*flowers, epochs=2, validation_split=0.2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/2" and lines[2] == "Epoch 2/2" and len(lines) == 4
    number = r": \d\.\d{4}"
    logs = [f" - {name}{number}" for name in ("accuracy", "loss", "val_accuracy", "val_loss")]
    assert re.fullmatch("3/3" + DONE + "".join(logs), lines[3])
    net.fit(*flowers, batch_size=60)
    assert re.fullmatch("2/2" + DONE + " - .*", capsys.readouterr().out.rstrip("\n"))
    net.evaluate(*flowers, batch_size=40)
    assert re.fullmatch("3/3" + DONE + " - .*loss: .*", capsys.readouterr().out.rstrip("\n"))
    net.predict(flowers[0], batch_size=40, verbose=1)
    assert re.fullmatch("3/3" + DONE, capsys.readouterr().out.rstrip("\n"))


def test_lines(net, flowers, capsys):
    net.fit(*flowers, epochs=2, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "Epoch 2/2"
    assert re.fullmatch(r"4/4 - \d+s - \d+[mu]?s/step - .*loss: \d.*", lines[3]) and len(lines) == 4
    net.predict(flowers[0], verbose=2)
    assert re.fullmatch(r"4/4 - \d+s - \d+[mu]?s/step\n", capsys.readouterr().out)


def test_silence(net, flowers, capsys):
    net.fit(*flowers, verbose=0, callbacks=[pb.callbacks.ProgbarLogger()])
    net.evaluate(*flowers, verbose=False)
    net.predict(flowers[0], verbose=0)
    assert capsys.readouterr().out == ""


def test_data_of_unknown_length(net, flowers, capsys):
    x, y = flowers

    def batches():
        for start in range(0, 60, 20):
            yield x[start : start + 20], y[start : start + 20]

    net.fit(batches(), verbose=2)
    assert capsys.readouterr().out.startswith("3/3 - ")


def test_one_progress_of_ones_own(net, flowers, capsys):
    net.fit(*flowers, verbose=2, callbacks=[pb.callbacks.ProgbarLogger()])
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_the_log_of_the_process(net, flowers, capsys, caplog):
    pb.config.disable_interactive_logging()
    try:
        assert not pb.utils.is_interactive_logging_enabled()
        with caplog.at_level(logging.INFO, "pybrowserml"):
            net.fit(*flowers, verbose=2)
    finally:
        pb.utils.enable_interactive_logging()
    assert capsys.readouterr().out == "" and "loss" in caplog.records[0].message


def test_a_terminal(monkeypatch, capsys):
    """The line is written anew, at most every `interval` seconds, and what is left of a longer one is covered."""
    monkeypatch.setattr(progbar, "is_terminal", lambda: True)
    time = [0.0]
    monkeypatch.setattr(progbar, "now", lambda: time[0])
    bar = pb.utils.Progbar(10, width=5)
    for step, milliseconds in ((1, 1000.0), (2, 1010.0), (5, 4000.0), (10, 8000.0)):
        time[0] = milliseconds
        bar.update(step, [("loss", 0.5)])
    shown = [re.sub(r"\x1b\[\d+m", "", line) for line in capsys.readouterr().out.split("\r")[1:]]
    assert shown == [
        " 1/10 ━━━━━ 9s 1s/step - loss: 0.5000",
        " 5/10 ━━━━━ 3s 750ms/step - loss: 0.5000",
        "10/10 ━━━━━ 8s 778ms/step - loss: 0.5000\n",
    ]


def test_means_of_values(capsys):
    bar = pb.utils.Progbar(4, stateful_metrics=["last"], verbose=1)
    bar.update(1, [("mean", 1.0), ("last", 1.0)])
    bar.add(2, [("mean", 4.0), ("last", np.array([2.0, 4.0]))])
    assert [bar.sums[i] / bar.counts[i] for i in range(2)] == [3.0, 3.0]
    bar.update(4, [("mean", 2e-5), ("last", -2e-5)])
    assert capsys.readouterr().out.endswith("mean: 2.0000e-05 - last: -2.0000e-05\n")
    with pytest.raises(pb.ArgumentError, match="either stateful_metrics or"):
        pb.utils.Progbar(4, stateful_metrics=[], stateless_metrics=[])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0000e+00"), (0.00099999999, "1.0000e-03"), (12.34567, "12.3457"), (float("inf"), "Infinity")],
)
def test_numbers_as_texts(value, text):
    assert progbar.value_text(value) == text


@pytest.mark.parametrize(("seconds", "text"), [(59.9, "59s"), (67, "1:07"), (3607, "1:00:07")])
def test_times_as_texts(seconds, text):
    assert progbar.clock_text(seconds) == text


# How far they go


def test_limits(net, flowers):
    calls = []
    count = pb.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: calls.append("t"),
        on_test_batch_end=lambda batch, logs: calls.append("e"),
        on_predict_batch_end=lambda batch, logs: calls.append("p"),
    )
    pb.config.set_max_epochs(2)
    pb.config.set_max_steps_per_epoch(3)
    try:
        assert (pb.config.max_epochs(), pb.config.max_steps_per_epoch()) == (2, 3)
        with pytest.warns(UserWarning, match="epochs are limited to 2"):
            net.fit(*flowers, epochs=4, batch_size=10, verbose=0, callbacks=[count])
        net.evaluate(*flowers, batch_size=10, verbose=0, callbacks=[count])
        assert len(net.predict(flowers[0], batch_size=10, steps=2, verbose=0, callbacks=[count])) == 20
    finally:
        pb.config.set_max_epochs(None)
        pb.config.set_max_steps_per_epoch(None)
    assert "".join(calls) == "tttttteeepp"


class Rows(pb.callbacks.Callback):
    """Notes which rows each batch had: the inputs are their numbers."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_begin(self, epoch, logs=None):
        self.seen.append([])

    def on_train_batch_end(self, batch, logs=None):
        self.seen[-1].append(round(float(logs["largest"])))


class Largest(pb.metrics.Metric):
    def __init__(self):
        super().__init__(name="largest")
        self.value = self.add_weight(shape=(), name="value")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.value.assign(pb.ops.max(y_true))

    def result(self):
        return self.value.value


def numbered():
    model = pb.Sequential([pb.Input((1,)), pb.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[Largest()])
    x = np.arange(10, dtype=np.float32)[:, None] + 1
    return model, x


@pytest.mark.parametrize("kind", ["arrays", "dataset", "endless", "generator"])
def test_epochs_of_so_many_steps_go_on_in_the_data(kind):
    """As in Keras: the next epoch goes on behind the last one; where the data ends, the epoch ends."""
    model, x = numbered()
    rows = Rows()
    data = pb.data.from_arrays(x, x).batch(2)
    sources = {
        "arrays": {"x": x, "y": x, "batch_size": 2},
        "dataset": {"x": data},
        "endless": {"x": data.repeat()},
        "generator": {"x": ((x[i : i + 2], x[i : i + 2]) for i in [0, 2, 4, 6, 8] * 3)},
    }
    given = {"epochs": 4, "steps_per_epoch": 2, "shuffle": False, "verbose": 0, "callbacks": [rows]}
    model.fit(**sources[kind], **given)
    if kind in ("arrays", "dataset"):
        assert rows.seen == [[2, 4], [6, 8], [10], [2, 4]]
    else:
        assert rows.seen == [[2, 4], [6, 8], [10, 2], [4, 6]]


@pytest.mark.parametrize("kind", ["arrays", "dataset"])
def test_such_epochs_after_an_interruption(kind):
    """Stopped within an epoch and gone on with: the same order of rows."""
    model, x = numbered()

    def given():
        data = {"x": pb.data.from_arrays(x, x).shuffle(10, seed=3).batch(2)}
        if kind == "arrays":
            data = {"x": x, "y": x, "batch_size": 2}
        return {**data, "epochs": 5, "steps_per_epoch": 2, "verbose": 0}

    whole, parts = Rows(), Rows()
    model.fit(**given(), callbacks=[whole])

    pb.random.set_seed(7)
    model, _ = numbered()

    def stop(batch, logs):
        model.stop_training = len(parts.seen) == 2 and batch == 0

    model.fit(**given(), callbacks=[parts, pb.callbacks.LambdaCallback(on_train_batch_end=stop)])
    state = model._data_source.state()
    model._data_state = state
    model.fit(**given(), initial_epoch=model.position, callbacks=[parts])
    assert parts.seen[1] + parts.seen.pop(2) == whole.seen[1]
    assert parts.seen[2:] == whole.seen[2:]
