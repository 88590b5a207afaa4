"""Models learn in Chromium through `fit` in JavaScript, with the loss curves that Python has for the same seed."""

import numpy as np
import pytest
from pages import page_of

from pybrowserml.tools.dynamic import build_dynamic

from . import adding, tasks

HERE = tasks.HERE
SEED = 7

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    build_dynamic(HERE / "adding.py", folder / "adding")
    for name, (x, y) in {"": tasks.digits(1800, 1), "unseen_": tasks.digits(500, 2)}.items():
        x.tofile(folder / f"{name}x.bin")
        y.tofile(folder / f"{name}y.bin")
    with page_of(folder, HERE / "page.mjs") as opened:
        yield opened


def assert_same_curve(found, expected, drift):
    """Curves apart by no more than `drift` of the largest loss: float32 sums of another order."""
    assert len(found) == len(expected)
    np.testing.assert_allclose(found, expected, rtol=0, atol=drift * max(expected))


@pytest.mark.parametrize("engine", ["cpu", "webgl"])
def test_xor(page, engine):
    model = tasks.xor_model()
    x, y = tasks.xor()
    expected = model.fit(x, y, epochs=100, verbose=0).history["loss"]
    found = page.ask("page.mjs", "xor", engine, SEED)
    assert found["answers"] == [0, 1, 1, 0]
    assert found["loss"][-1] < 0.05
    assert_same_curve(found["loss"], expected, 5e-6)


def test_convolutions_read_unseen_digits(page):
    found = page.ask("page.mjs", "digits", "cpu", SEED)
    assert found["accuracy"] >= 0.97
    model = tasks.digits_model()
    expected = model.fit(*tasks.digits(1800, 1), epochs=8, batch_size=32, verbose=0).history["loss"]
    assert_same_curve(found["loss"], expected, 5e-6)


def test_a_module_of_the_user_adds_numbers_as_text(page):
    found = page.ask("page.mjs", "adding", "cpu", SEED)
    assert list(found["right"].values())[-1] >= 0.98
    assert found["letters"] >= 0.7
    expected = adding.learn("gru", seed=SEED)
    assert list(found["right"])[:2] == ["10", "20"]
    # What began as the last bit of a sum grows tenfold every five epochs while the learning rate is high.
    assert_same_curve(found["loss"][:10], expected["loss"][:10], 5e-6)
    assert_same_curve(found["loss"][:20], expected["loss"][:20], 5e-4)
    most = min(len(found["loss"]), len(expected["loss"]))
    assert_same_curve(found["loss"][:most], expected["loss"][:most], 0.1)
