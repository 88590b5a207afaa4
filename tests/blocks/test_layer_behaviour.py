"""What the harness does not see: names, histories, losses, freezing, randomness, custom layers, mistakes."""

import json

import numpy as np
import pytest

from pybrowserml import initializers, ops
from pybrowserml import layers as L
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.context import collected_losses, pop_step, push_step
from pybrowserml.core.dims import size_named
from pybrowserml.core.known import register
from pybrowserml.core.naming import snake_case
from pybrowserml.core.rng import set_seed
from pybrowserml.core.variables import state_variable
from pybrowserml.layers.history import history_of
from pybrowserml.ops import random
from pybrowserml.platform.errors import PybrowsermlError

from .harness import apply, compiled, run, value_of


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("Dense", "dense"),
        ("Conv2D", "conv2d"),
        ("MaxPooling2D", "max_pooling2d"),
        ("GlobalAveragePooling2D", "global_average_pooling2d"),
        ("ReLU", "re_lu"),
        ("LeakyReLU", "leaky_re_lu"),
        ("ELU", "elu"),
        ("RMSprop", "rm_sprop"),
        ("AdamW", "adam_w"),
        ("InputLayer", "input_layer"),
    ],
)
def test_names_are_those_of_keras(class_name, name):
    assert snake_case(class_name) == name


def test_automatic_names_count():
    assert [L.Dense(1).name for i in range(3)] == ["dense", "dense_1", "dense_2"]


# Functional graphs


def test_histories():
    a, b = L.Input([4], name="a"), L.Input([4], dtype="int32")
    dense = L.Dense(3)
    x, y = dense(a), dense(b)
    z = L.Add()([x, y])
    assert [str(dim) for dim in z.shape] == ["batch", "3"]
    history = history_of(z)
    assert len(history.x) == 2 and [t is u for t, u in zip(history.inputs, [x, y], strict=True)] == [
        True,
        True,
    ]
    assert history_of(x).layer is dense and history_of(y).layer is dense
    assert history_of(a).layer.name == "a" and history_of(a).inputs == []
    assert history_of(b).layer.name == "input_layer"
    assert history_of(ops.add(x, 1.0)) is None
    assert history_of(L.Activation("relu")(ops.add(x, 1.0))) is not None


def test_a_layer_that_does_nothing_still_has_a_history():
    a = L.Input([4])
    x = L.Dropout(0.5)(a)
    assert history_of(x).inputs == [a] and x.node is not a.node


def test_open_sizes():
    x = L.Conv2D(3, 3, padding="same")(L.Input([None, None, 2], name="image"))
    assert [str(dim) for dim in x.shape] == ["batch", "image_axis_1", "image_axis_2", "3"]


def test_moving_statistics_do_not_move_while_a_graph_is_made():
    norm = L.BatchNormalization()
    norm(L.Input([4]), training=True)
    np.testing.assert_array_equal(value_of(norm.moving_mean), np.zeros(4))


# Composition


class Block(L.Layer):
    """Two layers in one, with a weight of its own."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units
        self.first = self.track(L.Dense(units, "relu"))
        self.second = self.track(L.Dense(units))

    def build(self, input_shape):
        self.gain = self.add_weight(name="gain", shape=[self.units], initializer="ones")

    def call(self, x):
        return self.second(self.first(x)) * self.gain


register("Block", Block)


def test_a_layer_of_layers():
    block = Block(3, name="block")
    x = np.random.default_rng(0).normal(size=(2, 4))
    before = apply(block, [x], True)
    assert [w.path for w in block.weights] == [
        "block/gain",
        "block/dense/kernel",
        "block/dense/bias",
        "block/dense_1/kernel",
        "block/dense_1/bias",
    ]
    assert block.count_params() == 3 + 15 + 12
    again = from_config(config_of(block), "layer")
    apply(again, [x], False)
    for old, new in zip(block.weights, again.weights, strict=True):
        new.assign(value_of(old))
    np.testing.assert_array_equal(apply(again, [x], False), before)
    assert again.name == "block"


def test_freezing():
    block = Block(3)
    apply(block, [np.zeros((1, 4))], False)
    assert len(block.trainable_weights) == 5
    block.trainable = False
    assert block.trainable_weights == [] and block.first.trainable_weights == []
    assert len(block.non_trainable_weights) == 5
    norm = L.BatchNormalization()
    x = np.random.default_rng(0).normal(size=(5, 4))
    apply(norm, [x], True)
    moved = value_of(norm.moving_mean)
    assert len(norm.non_trainable_weights) == 2
    norm.trainable = False
    apply(norm, [x], True)
    np.testing.assert_array_equal(value_of(norm.moving_mean), moved)


def test_penalties_and_added_losses():
    dense = L.Dense(2, kernel_regularizer="l2", bias_regularizer="l1", activity_regularizer="l1")

    class Noisy(L.Layer):
        def call(self, x):
            self.add_loss(ops.sum(x))
            return x

    noisy = Noisy()
    x = np.random.default_rng(0).normal(size=(3, 4))
    apply(dense, [x], False)
    dense.bias.assign([1.0, -2.0])

    def function(inputs):
        push_step(None)
        y = noisy(dense(inputs[0]))
        found = [*dense.regularization_losses(), *collected_losses(), y]
        pop_step()
        return found

    penalty_w, penalty_b, activity, added, y = compiled(function, [x])
    np.testing.assert_allclose(penalty_w, 0.01 * (value_of(dense.kernel) ** 2).sum(), rtol=1e-5)
    np.testing.assert_allclose(penalty_b, 0.03, rtol=1e-5)
    np.testing.assert_allclose(activity, 0.01 * np.abs(y).sum() / 3, rtol=1e-5)
    np.testing.assert_allclose(added, y.sum(), rtol=1e-5)
    dense.trainable = False
    assert dense.regularization_losses() == []


def test_a_layer_as_activation():
    dense = L.Dense(3, L.LeakyReLU(0.5))
    x = np.random.default_rng(0).normal(size=(2, 4))
    y = apply(dense, [x], False)
    plain = x @ value_of(dense.kernel)
    np.testing.assert_allclose(y, np.where(plain > 0, plain, plain / 2), rtol=1e-5)
    again = from_config(config_of(dense), "layer")
    assert again.activation.negative_slope == 0.5


def test_weights_of_a_layer():
    class Scale(L.Layer):
        def build(self, input_shape):
            self.scale = self.add_weight(shape=(input_shape[-1],), initializer="ones")
            self.shift = self.add_weight(initializer="zeros", trainable=False)

        def call(self, inputs, training=None):
            return inputs * self.scale + self.shift

    layer = Scale()
    with pytest.raises(PybrowsermlError, match="layer 'scale' has no weights yet"):
        layer.get_weights()
    x = np.ones((2, 3))
    apply(layer, [x], False)
    assert [w.path for w in layer.weights] == ["scale/variable", "scale/variable_1"]
    layer.set_weights([[1, 2, 3], 0.5])
    np.testing.assert_allclose(apply(layer, [x], True), [[1.5, 2.5, 3.5]] * 2)
    np.testing.assert_array_equal(layer.get_weights()[0], [1, 2, 3])
    with pytest.raises(PybrowsermlError, match="set_weights needs a list of 2 arrays"):
        layer.set_weights([1])
    with pytest.raises(
        PybrowsermlError, match=r"'scale/variable' has shape \(3\), got a value of shape \(2\)"
    ):
        layer.set_weights([[1, 2], 0.5])


# Randomness


def dropout_steps(layer, x, steps):
    counter = state_variable(0, "int32", False, "counter")

    def step(inputs):
        push_step(counter.value)
        results = [layer.apply_to(inputs[0], True), layer.apply_to(inputs[0], True)]
        counter.assign(ops.add(counter.value, 1))
        pop_step()
        return [["first", results[0]], ["second", results[1]]]

    runner = trace_runner(step, [["x", [size_named("batch"), *x.shape[1:]], "float32"]])
    return [run(runner, [x]) for i in range(steps)]


def test_dropout_depends_on_call_and_step_and_seed():
    x = np.ones((40, 50), np.float32)
    found = dropout_steps(L.Dropout(0.3, seed=1), x, 2)
    masks = [np.asarray(part) > 0 for step in found for part in step]
    for i in range(4):
        assert abs(masks[i].mean() - 0.7) < 0.03
        np.testing.assert_allclose(found[i // 2][i % 2][masks[i]], 1 / 0.7, rtol=1e-6)
        assert all((masks[i] != masks[j]).mean() > 0.3 for j in range(i))
    np.testing.assert_array_equal(dropout_steps(L.Dropout(0.3, seed=1), x, 2), found)
    assert not np.array_equal(dropout_steps(L.Dropout(0.3, seed=2), x, 2), found)


def test_dropout_follows_the_global_seed():
    x = np.ones((8, 50), np.float32)
    runs = []
    for _ in range(2):
        set_seed(5)
        runs.append(dropout_steps(L.Dropout(0.5), x, 2))
    np.testing.assert_array_equal(*runs)


def test_dropout_noise_shape():
    x = np.ones((4, 6, 5), np.float32)
    found = dropout_steps(L.Dropout(0.5, noise_shape=[None, 1, None]), x, 1)[0][0]
    assert (found == found[:, :1]).all() and len(np.unique(found)) == 2


def test_eager_dropout_changes_between_calls():
    layer = L.Dropout(0.5)
    x = np.ones((8, 50), np.float32)
    assert not np.array_equal(layer(x, training=True).numpy(), layer(x, training=True).numpy())
    np.testing.assert_array_equal(layer(x).numpy(), x)


def test_random_tensors():
    uniform = random.uniform([2000], -1.0, 3.0, seed=1).numpy()
    assert uniform.min() >= -1 and uniform.max() < 3 and abs(uniform.mean() - 1) < 0.1
    normal = random.normal([5000], 2.0, 0.5, seed=1).numpy()
    assert abs(normal.mean() - 2) < 0.03 and abs(normal.std() - 0.5) < 0.02
    whole = random.randint([1000], 2, 6, seed=1).numpy()
    assert set(whole.tolist()) == {2, 3, 4, 5} and whole.dtype == np.int32
    assert not np.array_equal(random.uniform([9]).numpy(), random.uniform([9]).numpy())
    np.testing.assert_array_equal(random.uniform([9], seed=3).numpy(), random.uniform([9], seed=3).numpy())
    dropped = random.dropout(np.ones((1000,), np.float32), 0.25, seed=2).numpy()
    assert set(np.unique(dropped)) == {0, np.float32(1 / 0.75)}


SPREADS = [
    # name, standard deviation for 300 inputs and 200 outputs, largest absolute value
    ("glorot_uniform", np.sqrt(2 / 500), np.sqrt(6 / 500)),
    ("glorot_normal", np.sqrt(2 / 500), 2 * np.sqrt(2 / 500) / 0.8796),
    ("he_uniform", np.sqrt(2 / 300), np.sqrt(6 / 300)),
    ("he_normal", np.sqrt(2 / 300), 2 * np.sqrt(2 / 300) / 0.8796),
    ("lecun_uniform", np.sqrt(1 / 300), np.sqrt(3 / 300)),
    ("lecun_normal", np.sqrt(1 / 300), 2 * np.sqrt(1 / 300) / 0.8796),
    ("random_normal", 0.05, 0.3),
    ("truncated_normal", 0.05 * 0.8796, 0.1),
    ("random_uniform", 0.05 / np.sqrt(3), 0.05),
]


@pytest.mark.parametrize(("name", "spread", "largest"), SPREADS)
def test_initializer(name, spread, largest):
    made = initializers.get(name)
    values = made([300, 200]).numpy()
    assert values.dtype == np.float32
    assert abs(values.std() / spread - 1) < 0.01 and abs(values.mean()) < spread / 50
    assert largest * 0.7 < np.abs(values).max() <= largest * 1.0001
    assert not np.array_equal(made([300, 200]).numpy(), values)
    assert config_of(from_config(config_of(made), "initializer")) == config_of(made)


def test_dot_of_integers_gives_integers():
    whole = L.Dot(axes=(1, 2))([np.arange(6).reshape(1, 2, 3), np.arange(4).reshape(1, 2, 2)])
    assert whole.dtype == "int32"
    np.testing.assert_array_equal(whole.numpy(), [[[3, 9], [4, 14], [5, 19]]])


def test_plain_initializers():
    np.testing.assert_array_equal(initializers.get("zeros")([2]).numpy(), [0, 0])
    np.testing.assert_array_equal(initializers.get("ones")([2]).numpy(), [1, 1])
    np.testing.assert_array_equal(initializers.Constant(2.5)([2]).numpy(), [2.5, 2.5])
    for value in ([1, 2], [[1], [2], [3]], np.arange(6).reshape(3, 2), True, np.float32(4)):
        made = initializers.Constant(value)
        again = initializers.deserialize(json.loads(json.dumps(initializers.serialize(made))))
        np.testing.assert_array_equal(again([3, 2]).numpy(), np.broadcast_to(value, (3, 2)))
    with pytest.raises(PybrowsermlError, match=r"Constant: a value of shape \(3\) does not fit \(3, 2\)"):
        initializers.Constant([1, 2, 3])([3, 2])
    np.testing.assert_array_equal(initializers.Identity(2.0)([2, 3]).numpy(), 2 * np.eye(2, 3))
    assert initializers.random.fans([3, 5, 4, 8]) == [60, 120]


def test_weights_follow_the_global_seed():
    kernels = []
    for _ in range(2):
        set_seed(9)
        dense = L.Dense(4)
        apply(dense, [np.zeros((1, 3))], False)
        kernels.append(value_of(dense.kernel))
    np.testing.assert_array_equal(*kernels)


# Numbers that must not be kept


def test_relu_needs_its_result_only():
    """conv + bias + relu: the gradient asks for the sign of the result, so the sum before it dies at once."""
    conv = L.Conv2D(4, 3, activation="relu")
    apply(conv, [np.zeros((1, 6, 6, 2))], False)

    def step(inputs):
        total = ops.sum(ops.square(conv.apply_to(inputs[0], True)))
        return [["g", gradients([total], [conv.kernel.value], None)[0]]]

    plan = trace_runner(step, [["x", [2, 6, 6, 2], "float32"]]).plan
    kept = [
        value
        for value, life in zip(plan["values"], plan["lifetimes"], strict=True)
        if value["shape"] == [2, 4, 4, 4] and life is not None and life[1] > life[0] + 1
    ]
    assert len(kept) <= 1


# Mistakes


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: [L.Dense(3, name="top")(np.zeros((2, 3, 4))), L.Dense(3, name="x")(np.zeros(()))],
            r"layer 'x' \(Dense\): the size of axis -1 must be known, got shape \(\)",
        ),
        (
            lambda: L.Conv2D(3, 3)(np.zeros((2, 8, 8))),
            r"layer 'conv2d' \(Conv2D\): expected an input of rank 4",
        ),
        (lambda: L.Conv2D(4, 3, groups=2)(np.zeros((1, 8, 8, 3))), "must be divisible by groups, 2"),
        (lambda: L.Dense(2)(L.Input([None, None])), "the size of axis 2 must be known"),
        (lambda: L.Subtract()([np.zeros((1, 2))]), "expected exactly 2 inputs, got 1"),
        (lambda: L.Add()(np.zeros((1, 2))), "expected a list of tensors"),
        (lambda: L.Dense(2**20)(np.zeros((1, 2**10))), "more than 2\\*\\*28 elements"),
        (lambda: L.Cropping2D(3)(np.zeros((1, 6, 6, 1))), "cropping leaves nothing"),
        (lambda: L.Permute([1, 3]), "dims must hold 1 to 2"),
        (lambda: L.Input([4], dtype="float61"), "unknown dtype 'float61'"),
    ],
)
def test_messages(make, message):
    with pytest.raises(PybrowsermlError, match=message):
        make()


def test_unknown_constructor_arguments():
    with pytest.raises(PybrowsermlError, match="Dense has no argument 'unit'; it has: units, activation, "):
        L.Dense(unit=4)


def test_an_argument_that_is_not_kept_is_saved_as_it_was_given():
    class Forgetful(L.Layer):
        def __init__(self, size):
            super().__init__()

        def call(self, x):
            return x

    assert config_of(Forgetful(3))["config"]["size"] == 3


def test_hostile_configurations():
    nested = []
    for _ in range(500):
        nested = [nested]
    for entry in (
        {"class_name": "Dense", "config": {"units": nested}},
        {"class_name": "system", "module": "os", "config": {}},
        {"class_name": ["Dense"], "config": {}},
        {"class_name": "Dense", "config": [3]},
        {
            "class_name": "Dense",
            "config": {"units": 3, "activation": {"class_name": "function", "config": "eval"}},
        },
        {"class_name": "Dense", "config": {"units": 3, "lora_rank": 4}},
        {"class_name": "__class__", "config": {}},
    ):
        with pytest.raises(PybrowsermlError):
            from_config(entry, "layer")


def test_build_takes_shapes_as_they_are_written():
    layer = L.Dense(2)
    assert not layer.built
    layer.build((None, 3))
    assert layer.built and [weight.path for weight in layer.weights] == ["dense/kernel", "dense/bias"]
    kernel = layer.kernel
    layer(np.ones((4, 3), np.float32))
    assert layer.kernel is kernel and len(layer.weights) == 2


def test_arguments_of_the_call_stand_in_the_order_of_keras():
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    mask = np.array([[1, 1, 0], [0, 1, 0]])
    expected = (x * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
    np.testing.assert_allclose(L.GlobalAveragePooling1D()(x, mask).numpy(), expected)
    np.testing.assert_allclose(L.ReLU()(inputs=x - 5).numpy(), np.maximum(x - 5, 0))


def test_concatenated_dtypes_are_promoted():
    joined = L.Concatenate()([np.ones((2, 1), np.float32), np.full((2, 1), 3, np.int32)])
    assert joined.dtype == "float32"
    np.testing.assert_array_equal(joined.numpy(), [[1, 3], [1, 3]])


def test_scores_of_attention_are_those_after_dropout():
    query, value = np.eye(2, dtype=np.float32)[None], np.ones((1, 2, 2), np.float32)
    dropped = L.Attention(dropout=0.2, seed=1)([query, value], return_attention_scores=True, training=True)
    plain = L.Attention()([query, value], return_attention_scores=True, training=True)
    ratio = dropped[1].numpy() / plain[1].numpy()
    assert set(np.round(ratio.ravel(), 4)) <= {0.0, 1.25}
    np.testing.assert_allclose(dropped[0].numpy(), dropped[1].numpy() @ value, rtol=1e-6)
