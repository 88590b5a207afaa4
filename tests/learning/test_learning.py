"""Models of every kind learn: what they are asked is then right, on data they have not seen where that is fair."""

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml import layers as L

from . import tasks


def test_xor():
    x, y = tasks.xor()
    model = tasks.xor_model()
    history = model.fit(x, y, epochs=150, verbose=0).history
    assert history["loss"][-1] < 0.02 < 0.5 < history["loss"][0]
    np.testing.assert_array_equal(np.round(model.predict(x, verbose=0)), y)


def test_flowers():
    model = tasks.flower_model(pb.optimizers.Adam(0.02))
    model.fit(*tasks.flowers(300, 1), epochs=30, batch_size=32, verbose=0)
    assert model.evaluate(*tasks.flowers(300, 2), verbose=0)[1] >= 0.93


def test_convolutions_read_unseen_digits():
    model = tasks.digits_model()
    model.fit(*tasks.digits(1800, 1), epochs=8, batch_size=32, verbose=0)
    assert model.evaluate(*tasks.digits(500, 2), batch_size=250, verbose=0)[1] >= 0.97


@pytest.mark.parametrize("kind", ["LSTM", "GRU"])
def test_adding_numbers_as_text(kind):
    x, y = tasks.sums()
    unseen = np.random.default_rng(5).permutation(len(x))[:14]
    seen = np.setdiff1d(np.arange(len(x)), unseen)
    model = tasks.adding_model(getattr(L, kind))
    model.fit(x[seen], y[seen], epochs=60, batch_size=16, verbose=0)
    assert (tasks.best(model.predict(x[seen], verbose=0)) == y[seen]).all(1).mean() >= 0.99
    # Letters of sums it has not seen: the commonest letter of each place is right for about half.
    assert (tasks.best(model.predict(x[unseen], verbose=0)) == y[unseen]).mean() >= 0.8


def test_letters_of_a_text():
    x, y, letters = tasks.song_windows()
    model = tasks.song_model(len(letters))
    model.fit(x, y, epochs=40, batch_size=16, verbose=0)
    assert model.evaluate(x, y, verbose=0)[1] == 1.0
    text = tasks.SONG[:8]
    for _ in range(len(tasks.SONG) - 8):
        window = np.array([[letters.index(letter) for letter in text[-8:]]], np.int32)
        text += letters[int(tasks.best(model.predict(window, verbose=0))[0])]
    assert text == tasks.SONG


def test_a_transformer_sorts():
    x, y = tasks.sequences(1500, 1)
    model = tasks.sorting_model()
    model.fit(tasks.with_places(x), y, epochs=8, batch_size=50, verbose=0)
    x, y = tasks.sequences(500, 2)
    right = tasks.best(model.predict(tasks.with_places(x), verbose=0)) == y
    assert right.mean() >= 0.99


def test_an_autoencoder_finds_two_numbers():
    def coder(size):
        return pb.Sequential(
            [
                pb.Input((20,)),
                L.Dense(16, "tanh"),
                L.Dense(size, name="code"),
                L.Dense(16, "tanh"),
                L.Dense(20),
            ]
        )

    x, unseen = tasks.waves(256, 1), tasks.waves(100, 2)
    losses = []
    for size in (1, 2):
        model = coder(size)
        model.compile(pb.optimizers.Adam(0.01), "mse")
        model.fit(x, x, epochs=60, batch_size=32, verbose=0)
        losses.append(model.evaluate(unseen, unseen, verbose=0))
    # Two numbers made each wave, so a code of two holds it and a code of one cannot.
    assert losses[1] < 0.005 * unseen.var() and losses[1] < 0.1 * losses[0]


def test_a_unet_finds_shapes():
    model = tasks.unet()
    model.fit(*tasks.shapes(160, 1), epochs=6, batch_size=16, verbose=0)
    x, masks = tasks.shapes(60, 2)
    iou = model.evaluate(x, masks, verbose=0)[1]
    found = np.asarray(model.predict(x, verbose=0)) > 0.5
    both, either = (found & (masks > 0)).sum(), (found | (masks > 0)).sum()
    assert iou == pytest.approx(both / either, abs=1e-5)
    assert iou >= 0.85
