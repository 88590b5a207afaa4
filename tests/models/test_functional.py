"""Functional models: several inputs and outputs, shared layers, nesting, ops between layers."""

import numpy as np
import pytest

import pybrowserml as pb


def two_by_two():
    a, b = pb.Input((3,), name="a"), pb.Input((2,), name="b")
    left = pb.layers.Dense(4, activation="relu", name="left")(a)
    joined = pb.layers.Concatenate()([left, b])
    return a, b, pb.layers.Dense(2, name="first")(joined), pb.layers.Dense(1, name="second")(joined)


@pytest.fixture
def data():
    generator = np.random.default_rng(0)
    return generator.normal(size=(10, 3)).astype("f"), generator.normal(size=(10, 2)).astype("f")


def test_inputs_by_order_and_by_name(data):
    a, b, first, second = two_by_two()
    model = pb.Model([a, b], [first, second])
    found = model.predict(list(data))
    named = model.predict({"b": data[1], "a": data[0]})
    assert [f.shape for f in found] == [(10, 2), (10, 1)]
    for one, other in zip(found, named, strict=True):
        np.testing.assert_array_equal(one, other)


def test_outputs_by_name(data):
    a, b, first, second = two_by_two()
    model = pb.Model(inputs={"p": a, "q": b}, outputs={"one": first, "two": second})
    found = model.predict({"p": data[0], "q": data[1]})
    assert set(found) == {"one", "two"} and found["two"].shape == (10, 1)


def test_several_losses(data):
    a, b, first, second = two_by_two()
    model = pb.Model([a, b], [first, second])
    model.compile(
        pb.optimizers.SGD(0.0),
        loss={"first": "mse", "second": "mae"},
        loss_weights={"first": 2.0, "second": 0.5},
        metrics={"second": ["mse"]},
    )
    y = [np.ones((10, 2), "f"), np.zeros((10, 1), "f")]
    logs = model.train_on_batch(list(data), y, return_dict=True)
    p = model.predict(list(data))
    mse, mae = np.mean((p[0] - 1) ** 2), np.mean(np.abs(p[1]))
    assert list(logs) == ["first_loss", "loss", "second_loss", "second_mse"]
    np.testing.assert_allclose(
        list(logs.values()), [mse, 2 * mse + 0.5 * mae, mae, np.mean(p[1] ** 2)], rtol=1e-5
    )


def test_wrong_names_and_counts(data):
    a, b, first, second = two_by_two()
    model = pb.Model([a, b], [first, second])
    with pytest.raises(pb.ArgumentError, match="input 'b' is missing; got: a"):
        model.predict({"a": data[0]})
    with pytest.raises(pb.ArgumentError, match="unknown input 'c'; known: a, b"):
        model.predict({"a": data[0], "b": data[1], "c": data[1]})
    with pytest.raises(pb.ArgumentError, match=r"expected a list of 2 inputs \(a, b\)"):
        model.predict([data[0], data[1], data[1]])
    with pytest.raises(pb.ShapeError, match="input 'a' has 10, input 'b' has 4"):
        model.predict([data[0], data[1][:4]])
    with pytest.raises(pb.ArgumentError, match="unknown output 'third'"):
        model.compile("sgd", {"third": "mse"})


def test_shared_layer_learns_once():
    a, b = pb.Input((2,)), pb.Input((2,))
    tower = pb.layers.Dense(3, use_bias=False)
    model = pb.Model([a, b], pb.layers.Add()([tower(a), tower(b)]))
    assert len(model.get_weights()) == 1
    x = [np.ones((1, 2), "f"), 2 * np.ones((1, 2), "f")]
    np.testing.assert_allclose(model.predict(x), (3 * np.ones((1, 2)) @ model.get_weights()[0]), rtol=1e-6)


def test_ops_between_layers(tmp_path):
    x = pb.Input((4,), name="x")
    h = pb.layers.Dense(3)(x)
    y = pb.ops.exp(-pb.ops.square(h)) * 2.0 + pb.ops.mean(x, axis=-1, keepdims=True)
    y = pb.ops.reshape(y, (-1, 3, 1))
    model = pb.Model(x, y)
    data = np.random.default_rng(0).normal(size=(5, 4)).astype("f")
    w = model.get_weights()
    wanted = 2 * np.exp(-((data @ w[0] + w[1]) ** 2)) + data.mean(-1, keepdims=True)
    np.testing.assert_allclose(model.predict(data)[..., 0], wanted, rtol=1e-5)
    # On shapes other than those of the graph, and from a file.
    np.testing.assert_allclose(model(data[:2]).numpy()[..., 0], wanted[:2], rtol=1e-5)
    model.save(tmp_path / "m")
    np.testing.assert_array_equal(pb.load_model(tmp_path / "m").predict(data), model.predict(data))


def test_nested_model_is_a_layer():
    inner_in = pb.Input((4,))
    inner = pb.Model(inner_in, [pb.layers.Dense(2)(inner_in), pb.layers.Dense(3)(inner_in)], name="inner")
    x = pb.Input((4,))
    first, second = inner(x)
    model = pb.Model(x, pb.layers.Concatenate()([second, first]))
    data = np.ones((2, 4), "f")
    parts = inner.predict(data)
    np.testing.assert_allclose(model.predict(data), np.concatenate([parts[1], parts[0]], -1), rtol=1e-6)
    assert len(model.trainable_weights) == 4


def test_part_of_a_graph():
    x = pb.Input((4,))
    h = pb.layers.Dense(5)(x)
    y = pb.layers.Dense(2)(h)
    assert len(pb.Model(h, y).get_weights()) == 2
    other = pb.Input((4,), name="other")
    with pytest.raises(pb.ArgumentError, match="depends on 'input_layer'"):
        pb.Model(other, y)


def test_symbolic_sizes_other_than_the_batch():
    x = pb.Input((None, None, 2))
    model = pb.Model(x, pb.layers.GlobalAveragePooling2D()(pb.layers.Conv2D(3, 3, padding="same")(x)))
    for shape in [(1, 4, 5, 2), (3, 7, 2, 2)]:
        assert model.predict(np.zeros(shape, "f")).shape == (shape[0], 3)


def test_frozen_layers_do_not_learn(flowers):
    x, y = flowers
    a = pb.Input((4,))
    held = pb.layers.Dense(4, activation="relu", trainable=False)
    model = pb.Model(a, pb.layers.Dense(3, activation="softmax")(held(a)))
    model.compile("sgd", "sparse_categorical_crossentropy")
    before = model.get_weights()
    model.train_on_batch(x, y)
    after = model.get_weights()
    np.testing.assert_array_equal(before[0], after[0])
    assert np.any(before[2] != after[2])


def test_own_layer_and_loss(flowers):
    class Scale(pb.Layer):
        def __init__(self, start=2.0):
            super().__init__()
            self.start = start
            self.factor = None

        def build(self, input_shape):
            self.factor = self.add_weight([], pb.initializers.Constant(self.start), name="factor")

        def call(self, x):
            return x * self.factor

    def distance(y_true, y_pred):
        return pb.ops.mean(pb.ops.abs(y_true - y_pred), axis=-1)

    x = flowers[0]
    model = pb.Sequential([pb.Input((4,)), Scale()])
    model.compile("sgd", distance)
    loss = model.train_on_batch(x, x)
    np.testing.assert_allclose(loss, np.abs(x).mean(), rtol=1e-5)
    assert model.get_weights()[0] < 2.0
