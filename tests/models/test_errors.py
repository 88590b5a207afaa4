"""What users do wrong: each message names the input, layer or op, what was expected and what came."""

import re

import numpy as np
import pytest

import pybrowserml as pb


def unbuilt():
    return pb.Sequential([pb.layers.Dense(2)])


def test_unbuilt():
    for call in (
        lambda m: m.explain(),
        lambda m: m.set_weights([]),
    ):
        with pytest.raises(pb.NotBuiltError, match=r"model 'sequential\w*' is not built.*Input\(shape\)"):
            call(unbuilt())


def test_not_compiled(flowers):
    model = pb.Sequential([pb.Input((4,)), pb.layers.Dense(3)])
    for call in (model.fit, model.evaluate, model.train_on_batch):
        with pytest.raises(
            pb.NotBuiltError, match=r"model 'sequential' is not compiled.*call compile\(optimizer, loss\)"
        ):
            call(*flowers)
    model.compile("sgd")
    with pytest.raises(pb.ArgumentError, match="has no loss"):
        model.fit(*flowers)


@pytest.mark.parametrize(
    "x, kind, message",
    [
        (np.zeros((5, 3), "f"), pb.ShapeError, "input 'x' must have shape (batch, 4), got (5, 3)"),
        (np.zeros((5,), "f"), pb.ShapeError, "input 'x' must have shape (batch, 4), got (5)"),
        (np.zeros((5, 4, 2), "f"), pb.ShapeError, "input 'x' must have shape (batch, 4), got (5, 4, 2)"),
        (
            [[1, 2], [3]],
            pb.DtypeError,
            "input 'x' must be numbers in a regular (not ragged) nested list or array",
        ),
        ([["a", "b", "c", "d"]], pb.DtypeError, "input 'x' must be numbers"),
        (None, pb.DtypeError, "input 'x' must be numbers"),
    ],
)
def test_wrong_inputs(net, flowers, x, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        net.predict(x)
    with pytest.raises(kind, match=re.escape(message)):
        net.fit(x, flowers[1][:5], verbose=0)


def test_floats_where_integers_are_expected():
    model = pb.Sequential([pb.Input((2,), dtype="int32", name="words"), pb.layers.Embedding(5, 3)])
    with pytest.raises(pb.DtypeError, match="input 'words' must have dtype int32, got float32"):
        model.predict(np.zeros((1, 2), "f"))
    assert model.predict(np.zeros((1, 2), np.int64)).shape == (1, 2, 3)


@pytest.mark.parametrize("label", [3, -1, 7, 0.5])
def test_label_out_of_range(net, flowers, label):
    x, y = flowers
    y = y.astype("f")
    y[77] = label
    message = f"target 'dense_1': the label {label} in row 77 is out of range; there are 3 classes, "
    message += "so labels go from 0 to 2"
    for shuffle in (False, True):
        with pytest.raises(pb.ArgumentError, match=re.escape(message)):
            net.fit(x, y, shuffle=shuffle, batch_size=20, verbose=0)
    with pytest.raises(pb.ArgumentError, match="row 0 "):
        net.train_on_batch(x[77:], y[77:])


def test_targets(net, flowers):
    x, y = flowers
    with pytest.raises(pb.ShapeError, match=r"input 'x' has 120, target 'dense_1' has 119"):
        net.fit(x, y[1:], verbose=0)
    with pytest.raises(
        pb.ShapeError, match=re.escape("target 'dense_1' must have shape (batch), got (120, 3)")
    ):
        net.fit(x, np.eye(3)[y], verbose=0)
    with pytest.raises(pb.ArgumentError, match="fit needs targets y for: dense_1"):
        net.fit(x, verbose=0)
    net.compile("sgd", "categorical_crossentropy")
    with pytest.raises(
        pb.ShapeError, match=re.escape("target 'dense_1' must have shape (batch, 3), got (120)")
    ):
        net.fit(x, y, verbose=0)
    with pytest.raises(pb.ShapeError, match="sample_weight has 5"):
        net.fit(x, np.eye(3)[y], sample_weight=np.ones(5), verbose=0)


@pytest.mark.parametrize("size", [0, -1, 2.5])
def test_batch_size(net, flowers, size):
    with pytest.raises(pb.ArgumentError, match="batch_size must be a whole number of at least 1"):
        net.fit(*flowers, batch_size=size, verbose=0)


def test_epochs(net, flowers):
    with pytest.raises(pb.ArgumentError, match="epochs must be a whole number of at least 0, got 1.5"):
        net.fit(*flowers, epochs=1.5, verbose=0)


@pytest.mark.parametrize("callback", [3, "EarlyStopping", None, pb.callbacks.EarlyStopping])
def test_callbacks(net, flowers, callback):
    with pytest.raises(pb.ArgumentError, match="callbacks must be instances of Callback or dicts"):
        net.fit(*flowers, callbacks=[callback], verbose=0)


def test_rates_that_are_no_numbers():
    with pytest.raises(pb.ArgumentError, match="rate must be in"):
        pb.layers.Dropout(float("nan"))
    with pytest.raises(pb.ArgumentError, match="learning_rate must be a number >= 0"):
        pb.optimizers.SGD(float("nan"))


def test_unknown_names(net):
    with pytest.raises(pb.ArgumentError, match="unknown optimizer 'adan'.*adam"):
        net.compile("adan", "mse")
    with pytest.raises(pb.ArgumentError, match="unknown loss 'msee'.*mse"):
        net.compile("adam", "msee")
    with pytest.raises(pb.ArgumentError, match="unknown metric 'acurracy'"):
        net.compile("adam", "mse", metrics=["acurracy"])


def test_a_shape_error_names_its_layer():
    with pytest.raises(pb.ShapeError, match=r"layer 'small' \(Conv2D\)"):
        pb.Sequential([pb.Input((2, 2, 1)), pb.layers.Conv2D(1, 3, name="small")])


def test_a_failed_step_leaves_everything_as_it_was(net, flowers):
    x, y = flowers
    before = net.get_weights()
    y[3] = 9
    with pytest.raises(pb.ArgumentError):
        net.train_on_batch(x, y)
    for one, other in zip(before, net.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_loss_must_be_a_number(net, flowers):
    net.compile("sgd", pb.losses.SparseCategoricalCrossentropy(reduction="none"))
    with pytest.raises(pb.ShapeError, match="the loss of 'dense_1' must be a single number"):
        net.fit(*flowers, verbose=0)
