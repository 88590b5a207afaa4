"""The order of the layers of functional models, which is Keras's, and `keras.config`: in Python and in JavaScript."""

import json
import subprocess
from pathlib import Path

import pytest
from pages import LIBRARY

import pybrowserml as keras
from pybrowserml import layers

SCRIPT = Path(__file__).resolve().parent / "orders.mjs"
RUN = """
import * as pb from "%s";
import { config, orders } from "%s";
console.log(JSON.stringify({ orders: orders(pb), config: config(pb) }));
"""
# As Keras 3.15 has them.
ORDERS = {
    "branches": ["b a d2 d1 add d3 c cat o1 o2", "d2 d1 d3 o1 o2"],
    "shared": ["b a t s unused last", "t s last"],
    "nested": ["i r inner", "r p q"],
}


@pytest.fixture(scope="module")
def javascript():
    if not LIBRARY.is_file():
        pytest.fail("build/dist holds no library; run `make build`")
    command = ["node", "--input-type=module", "-e", RUN % (LIBRARY.as_uri(), SCRIPT.as_uri())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def expected(name):
    """[names of layers, owners and names of weights]"""
    ordered, owners = (text.split() for text in ORDERS[name])
    return [ordered, [f"{owner}/{weight}" for owner in owners for weight in ("kernel", "bias")]]


def branches():
    a, b, c = keras.Input((3,), name="a"), keras.Input((3,), name="b"), keras.Input((2,), name="c")
    d1, d2, d3 = (layers.Dense(4, name=name) for name in ("d1", "d2", "d3"))
    x, y = d2(b), d1(a)
    z = layers.Add(name="add")([x, y])
    w = layers.Concatenate(name="cat")([d3(z), c])
    second = layers.Dense(1, name="o2")(w)
    return keras.Model([c, b, a], [layers.Dense(1, name="o1")(z), second])


def shared():
    a, b, unused = keras.Input((4,), name="a"), keras.Input((4,), name="b"), keras.Input((2,), name="unused")
    layer = layers.Dense(4, name="s")
    x = layer(a)
    y = layer(layers.Dense(4, name="t")(b))
    return keras.Model([unused, a, b], layers.Dense(1, name="last")(x * y + 1.5))


def nested():
    given = keras.Input((3,), name="i")
    parts = [keras.Input((3,), name="ii"), layers.Dense(2, name="p"), layers.Dense(2, name="q")]
    inner = keras.Sequential(parts, name="inner")
    return keras.Model(given, [layers.Dense(2, name="r")(given), inner(given)])


@pytest.mark.parametrize("make", [branches, shared, nested])
def test_order(javascript, make):
    model = make()
    wanted = expected(make.__name__)
    paths = ["/".join(weight.path.split("/")[-2:]) for weight in model.weights]
    assert [[layer.name for layer in model.layers], paths] == wanted
    assert javascript["orders"][make.__name__] == wanted


def failure(action):
    with pytest.raises(Exception) as caught:
        action()
    return f"{type(caught.value).__name__}: {caught.value}"


def test_config(javascript):
    found, config = javascript["config"], keras.config
    assert found["texts"] == ["pybrowserml", "float32", "channels_last", "float32"]
    assert found["texts"][:3] == [config.backend(), config.floatx(), config.image_data_format()]
    assert found["epsilon"] == config.epsilon() == 1e-7 and found["same"] == [True, True]
    for (name, is_float, is_int), dtype in zip(
        found["dtypes"], ["float16", "float32", "int32", "uint8", "bool"], strict=True
    ):
        assert name == dtype == config.standardize_dtype(dtype)
        assert (is_float, is_int) == (config.is_float_dtype(dtype), config.is_int_dtype(dtype))
        assert is_float == dtype.startswith("float") and is_int == ("int" in dtype)
    assert found["symbolic"] == [True, True, False]
    assert found["taken"] == [None, None]
    assert found["names"] == [["dense", "dense_1"]] * 2
    assert found["failed"] == [
        failure(lambda: config.set_floatx("float64")),
        failure(lambda: config.set_image_data_format("channels_first")),
        failure(lambda: config.standardize_dtype("float31")),
    ]
