"""Rows of layers: adding, popping, building, and what they compute."""

import numpy as np
import pytest

import pybrowserml as pb


def dense(units, **more):
    return pb.layers.Dense(units, **more)


def by_hand(weights, x):
    hidden = np.maximum(x @ weights[0] + weights[1], 0)
    z = hidden @ weights[2] + weights[3]
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def test_predict_is_the_formula(net, flowers):
    x = flowers[0]
    np.testing.assert_allclose(net.predict(x), by_hand(net.get_weights(), x), rtol=1e-5, atol=1e-6)


def test_add_builds_as_it_goes():
    model = pb.Sequential()
    model.add(pb.Input((4,)))
    model.add(dense(5))
    assert [w.shape for w in model.get_weights()] == [(4, 5), (5,)]
    model.add(dense(2))
    assert model.predict(np.zeros((3, 4), np.float32)).shape == (3, 2)


def test_pop():
    model = pb.Sequential([pb.Input((4,)), dense(5), dense(2)])
    removed = model.pop()
    assert removed.name == "dense_1"
    assert [layer.name for layer in model.layers] == ["dense"]
    assert model.predict(np.zeros((3, 4), np.float32)).shape == (3, 5)
    with pytest.raises(pb.ArgumentError, match="no layer to pop"):
        pb.Sequential().pop()


def test_build_and_deferred_build():
    model = pb.Sequential([dense(5), dense(2)])
    with pytest.raises(
        pb.NotBuiltError, match=r"model 'sequential' is not built, so it cannot give its weights"
    ):
        model.get_weights()
    with pytest.raises(pb.NotBuiltError):
        model.count_params()
    model.build((None, 4))
    assert model.count_params() == 4 * 5 + 5 + 5 * 2 + 2
    other = pb.Sequential([dense(3)])
    assert other.predict(np.zeros((2, 7), np.float32)).shape == (2, 3)


def test_batches_of_several_lengths_in_one_epoch():
    rng = np.random.default_rng(0)
    data = [(rng.normal(size=(2, n, 3)).astype(np.float32), np.ones((2, 1), np.float32)) for n in (5, 7, 6)]
    model = pb.Sequential([pb.layers.Conv1D(2, 3), pb.layers.GlobalMaxPooling1D(), dense(1)])
    model.compile(pb.optimizers.SGD(0.0), "mse", metrics=["mae"])
    found = model.fit((batch for batch in data), verbose=0).history
    errors = [np.abs(model.predict(x, verbose=0) - y) for x, y in data]
    np.testing.assert_allclose(found["mae"], np.mean(errors), rtol=1e-5)
    np.testing.assert_allclose(found["loss"], np.mean(np.square(errors)), rtol=1e-5)
    assert model.input_shape == (None, None, 3)


def test_nested_models():
    inner = pb.Sequential([pb.Input((4,)), dense(6, activation="tanh")], name="inner")
    model = pb.Sequential([inner, dense(2)])
    x = np.ones((3, 4), np.float32)
    w = model.get_weights()
    np.testing.assert_allclose(model.predict(x), np.tanh(x @ w[0] + w[1]) @ w[2] + w[3], rtol=1e-5)


def test_get_layer(net):
    assert net.get_layer("dense_1") is net.layers[1]
    assert net.get_layer(index=0) is net.layers[0]
    with pytest.raises(pb.ArgumentError, match=r"has no layer 'nosuch'; its layers: dense, dense_1"):
        net.get_layer("nosuch")
    with pytest.raises(pb.ArgumentError, match="has 2 layers, so none at index 2"):
        net.get_layer(index=2)


def test_names_must_differ():
    with pytest.raises(pb.ArgumentError, match="two layers named 'a'"):
        pb.Sequential([dense(2, name="a"), dense(2, name="a")])


def test_what_is_no_layer():
    with pytest.raises(pb.ArgumentError, match="takes layers, got 'dense'"):
        pb.Sequential(["dense"])


def test_set_weights(net):
    values = [np.full_like(w, i) for i, w in enumerate(net.get_weights())]
    net.set_weights(values)
    for found, wanted in zip(net.get_weights(), values, strict=True):
        np.testing.assert_array_equal(found, wanted)
    with pytest.raises(pb.ArgumentError, match="expected a list of 4 weights, got 1"):
        net.set_weights(values[:1])
    values[2] = values[2].T
    with pytest.raises(
        pb.ShapeError, match=r"'sequential/dense_1/kernel' has shape \(8, 3\), got a value of shape \(3, 8\)"
    ):
        net.set_weights(values)


def test_weights_given_out_are_copies(net):
    before = net.get_weights()
    before[0][:] = 9
    assert not np.any(net.get_weights()[0] == 9)


def test_summary(net, capsys):
    net.summary()
    text = capsys.readouterr().out
    assert "dense_1 (Dense)" in text and "(batch, 3)" in text and "Total params: 67" in text


def test_explain(net):
    text = net.explain(32)
    assert "matmul (sequential/dense)" in text and "x[32,4]" in text and "bytes" in text
    assert pb.explain(net, 32) == text


def test_paths_of_weights_are_those_of_keras():
    class Block(pb.layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = pb.layers.Dense(2, name="inner")
            self.later = pb.Sequential([pb.layers.Dense(2, name="last")], name="later")

        def build(self, shape):
            self.inner.build(shape)

        def call(self, x):
            return self.later(self.inner(x))

    model = pb.Sequential([pb.Input((3,)), pb.layers.Dense(3, name="first"), Block()], name="net")
    tails = ["first/", "block/inner/", "block/later/last/"]
    assert [v.path for v in model.weights] == ["net/" + t + n for t in tails for n in ("kernel", "bias")]
    late = pb.Sequential([pb.layers.Dense(3, name="d", use_bias=False)], name="late")
    whole = pb.Sequential([pb.Input((3,)), late, model], name="whole")
    assert [v.path for v in whole.weights][:2] == ["whole/late/d/kernel", "net/first/kernel"]


def test_weights_of_files_with_other_paths_load(tmp_path):
    """Files of earlier versions, in which the paths of weights did not begin with the name of a Sequential."""

    def made(name):
        model = pb.Sequential([pb.Input((3,)), pb.layers.Dense(2, name="d")], name=name)
        model.compile("adam", "mse")
        model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
        return model

    old = made("net")
    for variable in [*old.weights, *old.optimizer.variables]:
        variable.path = variable.path.replace("net/", "").replace("net_", "")
    assert [variable.path for variable in old.weights] == ["d/kernel", "d/bias"]
    old.save(tmp_path / "old")
    old.save_weights(tmp_path / "old.safetensors")
    back = pb.load_model(tmp_path / "old")
    assert [variable.path for variable in back.weights] == ["net/d/kernel", "net/d/bias"]
    for a, b in zip(back.optimizer.variables, old.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    other = made("net")
    other.load_weights(tmp_path / "old.safetensors")
    for model in (back, other):
        for a, b in zip(model.get_weights(), old.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
