"""Variables, state, policies and names as scripts for Keras 3 use them; the numbers are those of Keras 3.15."""

import numpy as np
import pytest

import pybrowserml as keras

L, M, O = keras.layers, keras.metrics, keras.optimizers
X = np.arange(8).reshape(4, 2) / 8.0


@pytest.fixture(autouse=True)
def session():
    keras.utils.clear_session()
    yield
    keras.utils.clear_session(free_memory=False)


def numbers(values):
    return [np.asarray(value).tolist() for value in values]


# Variables


def test_variables_are_made_as_in_keras():
    v = keras.Variable(1.0, name="x")
    assert (v.name, v.path, v.dtype, v.ndim, v.trainable) == ("x", "x", "float32", 0, True)
    assert [keras.Variable(1.0).name for _ in range(2)] == ["variable", "variable_1"]
    found = [
        keras.Variable(keras.initializers.Zeros(), shape=(2,)),
        keras.Variable(initializer="ones", shape=(2,), dtype="int32"),
        keras.Variable(lambda shape, dtype=None: keras.ops.ones(shape, dtype), shape=(2,)),
        keras.Variable(keras.ops.ones((2,)), trainable=False),
        keras.Variable(keras.Variable([1.0, 2.0])),
        keras.Variable(np.ones(2, "int64")),
        keras.Variable(True),
    ]
    assert numbers(found) == [[0, 0], [1, 1], [1, 1], [1, 1], [1, 2], [1, 1], True]
    assert [v.dtype for v in found] == ["float32", "int32", "float32", "float32", "float32", "int32", "bool"]
    with pytest.raises(ValueError, match="an initializer needs a shape"):
        keras.Variable("ones")
    with pytest.raises(ValueError, match="name must be a text without '/', got 'a/b'"):
        keras.Variable(1.0, name="a/b")
    with pytest.raises(ValueError, match="aggregation must be one of none, mean, sum"):
        keras.Variable(1.0, aggregation="best")
    assert keras.Variable(1.0, aggregation=None, synchronization=None).synchronization == "none"


def test_operators_and_assignments_of_variables():
    v = keras.Variable([1.0, 2.0], name="x")
    found = (v + 1, 2 - v, v * v, 2 / v, v**2, v // 2, v % 2, -v, v @ v, v < 1.5, v[0], v == v, v != 1.0)
    assert numbers(found)[:3] == [[2, 3], [1, 0], [1, 4]]
    assert numbers(found)[8:] == [5, [True, False], 1, [True, True], [False, True]]
    assert np.array(v).tolist() == [1, 2]
    assert float(keras.ops.sum(v)) == 3
    assert len({v, keras.Variable(1.0)}) == 2
    assert np.asarray(v.assign(keras.ops.convert_to_tensor([3, 4]))).tolist() == [3, 4]
    assert numbers([v.assign_add([1, 1]), v.assign_sub(0.5), v]) == [[4, 5], [3.5, 4.5], [3.5, 4.5]]
    v.assign(keras.Variable([7.0, 8.0]))
    assert v.numpy().dtype == np.float32
    with pytest.raises(ValueError, match=r"'x' has shape \(2\), got a value of shape \(1\)"):
        v.assign([1.0])


def test_variables_of_layers():
    class Scale(keras.Layer):
        def __init__(self):
            super().__init__()
            self.factor = keras.Variable([1.0, 2.0], name="factor")
            self.count = keras.Variable(0, trainable=False)

        def build(self, input_shape):
            self.shift = keras.Variable("zeros", shape=input_shape[-1:], name="shift")

        def call(self, x):
            return x * self.factor + self.shift

    layer = Scale()
    assert np.asarray(layer(np.ones((1, 2), "float32"))).tolist() == [[1, 2]]
    assert [v.path for v in layer.weights] == ["factor", "scale/shift", "variable"]
    assert [v.name for v in layer.trainable_weights] == ["factor", "shift"]
    layer.factor.regularizer = keras.regularizers.L2(0.1)
    assert [round(float(loss), 5) for loss in layer.losses] == [0.5]
    layer.factor.constraint = lambda w: w * 0
    O.SGD(0.5).apply([np.ones(2, "float32")], [layer.factor])
    assert layer.factor.numpy().tolist() == [0, 0]


# Calls without side effects


def model_of(x):
    model = keras.Sequential(
        [
            keras.Input((2,)),
            L.Dense(3, kernel_initializer="ones", kernel_regularizer="l2"),
            L.BatchNormalization(),
            L.Dense(1, kernel_initializer="ones"),
        ]
    )
    model.compile(O.Adam(0.1), "mse", metrics=["mae"])
    return model


def test_stateless_call_with_losses():
    model = model_of(X)
    weights = [v.value * 2 for v in model.trainable_variables]
    y, rest, losses = model.stateless_call(
        weights, model.non_trainable_variables, X, training=True, return_losses=True
    )
    assert y.shape == (4, 1)
    np.testing.assert_allclose(np.asarray(losses[0]), 0.24, rtol=1e-6)
    np.testing.assert_allclose(rest[0], [0.01 * 2 * X.sum(1).mean()] * 3, rtol=1e-6)
    assert model.non_trainable_variables[0].numpy().tolist() == [0, 0, 0]


def test_stateless_calls_differentiate():
    model = model_of(X)

    def loss(weights, rest):
        y, rest = model.stateless_call(weights, rest, X, training=True)
        return keras.ops.mean(keras.ops.square(y - 1.0)), rest

    weights = [v.value for v in model.trainable_variables]
    rest = [v.value for v in model.non_trainable_variables]
    (value, _), slopes = keras.value_and_grad(loss, has_aux=True)(weights, rest)
    with keras.StatelessScope(list(zip(model.trainable_variables, weights, strict=True))):
        again = loss(weights, rest)[0]
    np.testing.assert_allclose(np.asarray(value), np.asarray(again), rtol=1e-6)
    step = 1e-2
    moved = [weights[0], weights[1], weights[2], weights[3] + step, weights[4], weights[5]]
    rise = float(loss(moved, rest)[0]) - float(value)
    np.testing.assert_allclose(rise / step, float(keras.ops.sum(slopes[3])), rtol=0.05)


def test_stateless_steps_of_optimizers():
    v = keras.Variable([1.0, 2.0])
    optimizer = O.LossScaleOptimizer(O.SGD(0.5, momentum=0.9), initial_scale=4.0, dynamic_growth_steps=2)
    optimizer.build([v])
    weights, state = [v.value], [entry.value for entry in optimizer.variables]
    found = []
    for slopes in ([4.0, 4.0], [8.0, 4.0], [np.inf, 1.0], [1.0, 1.0]):
        weights, state = optimizer.stateless_apply(state, [keras.ops.convert_to_tensor(slopes)], weights)
        found.append([np.round(weights[0], 4).tolist(), int(state[2]), float(state[3]), int(state[4])])
    assert [row[1:] for row in found] == [[1, 4, 1], [0, 8, 2], [0, 4, 2], [1, 4, 3]]
    np.testing.assert_allclose(found[3][0], [-2.38, -0.43], rtol=1e-5)
    assert v.numpy().tolist() == [1, 2]
    with pytest.raises(ValueError, match="dynamic must be True"):
        O.LossScaleOptimizer(O.SGD(), dynamic=False)


def test_stateless_metrics():
    mean = M.Mean()
    state = mean.stateless_reset_state()
    state = mean.stateless_update_state(state, [1.0, 3.0], sample_weight=[1.0, 3.0])
    state = mean.stateless_update_state(state, [1.0, 3.0], [0.0, 3.0])
    np.testing.assert_allclose(mean.stateless_result(state), 19 / 7, rtol=1e-6)
    assert float(mean.result()) == 0
    auc = M.AUC()
    state = auc.stateless_update_state(
        auc.stateless_reset_state(), np.array([0, 0, 1, 1]), np.array([0, 0.5, 0.3, 0.9])
    )
    np.testing.assert_allclose(auc.stateless_result(state), 0.75, rtol=1e-6)


def test_scopes_nest_and_collect_losses():
    class Penalised(keras.Layer):
        def call(self, x):
            self.add_loss(keras.ops.sum(x))
            return x

    v = keras.Variable([1.0])
    with keras.StatelessScope([(v, [5.0])], collect_losses=True) as outer:
        with keras.StatelessScope() as inner:
            v.assign_add([1.0])
            assert float(v[0]) == 6
        Penalised()(np.ones((2, 2)))
        assert float(v[0]) == 5
    assert [float(outer.get_current_value(v)[0]), float(inner.get_current_value(v)[0])] == [5, 6]
    assert [float(loss) for loss in outer.losses] == [4]
    assert v.numpy().tolist() == [1]


def test_state_trees():
    model = model_of(X)
    model.fit(X, np.ones((4, 1)), epochs=2, verbose=0)
    tree = model.get_state_tree(value_format="numpy_array")
    assert list(tree) == [
        "trainable_variables",
        "non_trainable_variables",
        "optimizer_variables",
        "metrics_variables",
    ]
    assert int(tree["optimizer_variables"]["adam"]["iteration"]) == 2
    assert list(tree["metrics_variables"]["loss"]) == ["total", "count"]
    tensors = model.get_state_tree()
    before = model.predict(X, verbose=0)
    for kept in (tree, tensors):
        model.fit(X, np.ones((4, 1)), verbose=0)
        model.set_state_tree(kept)
        np.testing.assert_array_equal(model.predict(X, verbose=0), before)
    model.set_state_tree({"trainable_variables": {model.name: {"dense_1": {"bias": [9.0]}}}})
    assert model.layers[-1].bias.numpy().tolist() == [9]
    with pytest.raises(ValueError, match="value_format must be one of"):
        model.get_state_tree("text")
    with pytest.raises(ValueError, match="unknown part 'other'"):
        model.set_state_tree({"other": {}})


# Policies


def test_global_policy():
    keras.config.set_dtype_policy("mixed_float16")
    layer = L.Dense(1)
    model = keras.Sequential([keras.Input((2,)), layer, L.Dense(1, dtype="float32")])
    assert layer.dtype_policy == keras.DTypePolicy("mixed_float16") == model.dtype_policy
    assert repr(L.LSTM(2).dtype_policy) == '<DTypePolicy "mixed_float16">'
    assert (layer.compute_dtype, layer.variable_dtype, layer.kernel.dtype) == (
        "float16",
        "float32",
        "float32",
    )
    assert model.layers[1].dtype_policy.name == "float32"
    again = keras.models.clone_model(model)
    keras.mixed_precision.set_global_policy("float32")
    assert keras.mixed_precision.dtype_policy() != keras.mixed_precision.Policy("mixed_float16")
    assert [entry.dtype_policy.name for entry in again.layers] == ["mixed_float16", "float32"]
    made = keras.Sequential.from_config(model.get_config())
    assert [entry.dtype_policy.name for entry in made.layers] == ["mixed_float16", "float32"]
    assert L.Dense(1).dtype_policy.name == "float32"
    with pytest.raises(ValueError, match="unknown policy of precision 'half'"):
        keras.config.set_dtype_policy("half")
    stored = keras.dtype_policies.serialize(keras.DTypePolicy("mixed_bfloat16"))
    assert keras.dtype_policies.deserialize(stored).compute_dtype == "bfloat16"


# Names


def test_automatic_names_are_those_of_keras():
    class CNN2DBlock(keras.Layer):
        pass

    class MyModel(keras.Model):
        pass

    class MyMetric(M.Metric):
        pass

    made = [L.ReLU(), L.PReLU(), L.Conv2DTranspose(1, 1), L.ZeroPadding2D(), L.LSTM(1), L.UpSampling3D()]
    made += [L.GroupQueryAttention(1, 2, 1), L.Attention(), L.Dropout(0.1), L.Dropout(0.1), L.RandomFlip()]
    made += [CNN2DBlock(), CNN2DBlock(), MyModel(), keras.Sequential(), keras.Sequential()]
    made += [O.RMSprop(), O.AdamW(), O.AdamW(), M.MeanIoU(2), M.MeanIoU(2), M.AUC(), M.AUC(), MyMetric()]
    made += [keras.losses.Huber(), keras.losses.MeanSquaredError(), keras.random.SeedGenerator(1)]
    assert [thing.name for thing in made] == (
        "re_lu p_re_lu conv2d_transpose zero_padding2d lstm up_sampling3d grouped_query_attention attention "
        "dropout dropout_1 random_flip cnn2d_block cnn2d_block_1 my_model sequential sequential_1 "
        "rm_sprop adam_w adam_w_1 mean_io_u mean_io_u_1 auc auc_1 my_metric "
        "huber_loss mean_squared_error seed_generator"
    ).split()
    i = keras.Input((2,))
    model = keras.Model(i, L.Dense(1)(i))
    assert (model.name, i.name, model.output.name) == ("functional", "keras_tensor", "keras_tensor_1")
    assert keras.Input((2,), name="q").name == "q"
    assert [layer.name for layer in model.layers] == ["input_layer", "dense"]
    keras.backend.clear_session()
    assert L.Dense(1).name == "dense"
    assert [keras.backend.get_uid("dense"), L.Dense(1).name] == [2, "dense_2"]


# Arguments


def test_first_embeddings():
    table = np.arange(6.0).reshape(3, 2)
    layer = L.Embedding(3, 2, weights=[table], trainable=False)
    assert np.asarray(layer(np.array([0, 2]))).tolist() == [[0, 1], [4, 5]]
    assert "weights" not in layer.get_config()
    assert L.Embedding(3, 2, weights=table).get_weights()[0].tolist() == table.tolist()
    with pytest.raises(ValueError, match=r"has shape \(3, 2\), got a value of shape \(2, 2\)"):
        L.Embedding(3, 2, weights=[table[:2]])


def test_scores_of_attention_are_tuples():
    q = np.ones((1, 2, 3), "float32")
    for call in (
        lambda x: L.Attention()([x, x], return_attention_scores=True),
        lambda x: L.AdditiveAttention()([x, x], return_attention_scores=True),
        lambda x: L.MultiHeadAttention(1, 2)(x, x, return_attention_scores=True),
        lambda x: L.GroupQueryAttention(1, 2, 1)(x, x, return_attention_scores=True),
    ):
        found = call(q)
        assert isinstance(found, tuple)
        np.testing.assert_allclose(np.asarray(found[1]).ravel(), 0.5)
        assert isinstance(call(keras.Input((2, 3))), tuple)


@pytest.mark.parametrize(
    "given",
    [
        {"average": "other"},
        {"beta": "x"},
        {"beta": 0.0},
        {"beta": -1.0},
        {"threshold": "x"},
        {"threshold": 0.0},
        {"threshold": 1.1},
    ],
)
def test_arguments_of_scores(given):
    with pytest.raises(ValueError, match=next(iter(given))):
        M.FBetaScore(**given)


def test_shapes_of_scores():
    score = M.F1Score()
    y = np.eye(3)
    score.update_state(y, y)
    with pytest.raises(ValueError, match="must be equal, with 3 columns as before"):
        score.update_state(y[:, :2], y[:, :2])
    with pytest.raises(ValueError, match="must be equal"):
        score.update_state(y, y[:, :2])
    assert M.Poisson(name="q").get_config() == {"name": "q", "dtype": "float32"}


def test_scopes_give_memory_back():
    held = []
    v = keras.Variable(np.ones((4, 4)))

    def body():
        held.append(v + 1)
        held[0].numpy()
        v.assign_add(np.ones((4, 4)))
        return {"kept": [keras.scope(lambda: held[0] * 2), keras.ops.exp(held[0] * 0)]}

    found = keras.scope(body)
    assert [float(t[0, 0]) for t in found["kept"]] == [4, 1]
    assert float(v[0, 0]) == 2
    with pytest.raises(keras.EngineError, match="released"):
        held[0].numpy()
