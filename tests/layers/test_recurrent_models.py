"""Recurrent layers in models: plans, states from batch to batch, dropout, cells of users, learning."""

import json

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml import layers as L
from pybrowserml import ops
from pybrowserml.core.config import config_of, from_config

RNG = np.random.default_rng(7)


def numbers(*shape):
    return RNG.normal(size=shape).astype(np.float32)


def kernels(plan):
    return [step["kernel"] for step in plan["steps"]]


def plans_of(layer, shape, x):
    """The plans of predict and of a training step."""
    entry = pb.Input(shape)
    model = pb.Model(entry, layer(entry))
    model.compile("sgd", "mse")
    model.train_on_batch(x, model.predict(x))
    return [runner.plan for runner in model._model_steps.runners.all_values()]


PLANS = {
    # The products in the body of each loop, those outside of them in predict and in training.
    "lstm": (lambda: L.LSTM(4), 1, 1, 3),
    "lstm sequences": (lambda: L.LSTM(4, return_sequences=True, go_backwards=True), 1, 1, 3),
    "gru": (lambda: L.GRU(4), 1, 1, 3),
    "gru before": (lambda: L.GRU(4, reset_after=False), 2, 1, 4),
    "simple": (lambda: L.SimpleRNN(4), 1, 1, 3),
    "dropout": (lambda: L.LSTM(4, dropout=0.2), 1, 1, 3),
}


@pytest.mark.parametrize("name", PLANS)
def test_one_loop_forward_and_one_backward(name):
    make, inside, before, outside = PLANS[name]
    predict, train = plans_of(make(), (None, 3), numbers(2, 5, 3))
    assert kernels(predict).count("scan") == 1 and kernels(predict).count("matmul") == before
    assert kernels(train).count("scan") == 2 and kernels(train).count("matmul") == outside
    assert [kernels(body).count("matmul") for body in predict["subplans"]] == [inside]
    assert [kernels(body).count("matmul") for body in train["subplans"]] == [inside, inside]
    assert [step["params"]["carries"] for step in train["steps"] if step["kernel"] == "scan"][1] <= 2


def test_own_masks_of_gates_are_own_products():
    predict, train = plans_of(L.LSTM(4, recurrent_dropout=0.2), (None, 3), numbers(2, 5, 3))
    assert [kernels(body).count("matmul") for body in predict["subplans"]] == [1]
    assert [kernels(body).count("matmul") for body in train["subplans"]] == [4, 4]


def test_convolutions_of_inputs_and_gradients_of_filters_are_outside():
    predict, train = plans_of(L.ConvLSTM2D(2, 3, padding="same"), (None, 4, 5, 1), numbers(2, 3, 4, 5, 1))
    assert kernels(predict).count("conv2d") == 1
    assert [kernels(body).count("conv2d") for body in predict["subplans"]] == [1]
    assert kernels(train).count("scan") == 2 and kernels(train).count("conv2d_filter_grad") == 2
    assert kernels(train["subplans"][1]).count("conv2d_filter_grad") == 0


def test_a_bidirectional_layer_turns_nothing_around():
    layer = L.Bidirectional(L.GRU(3, return_sequences=True))
    predict = plans_of(layer, (None, 3), numbers(2, 5, 3))[0]
    assert kernels(predict).count("scan") == 2 and kernels(predict).count("flip") == 0


# States


@pytest.mark.parametrize("make", [lambda **k: L.LSTM(3, **k), lambda **k: L.GRU(3, **k)])
def test_stateful_goes_on_where_the_last_batch_ended(make):
    x = numbers(2, 6, 4)
    entry = pb.Input((None, 4), batch_size=2)
    layer = make(stateful=True, return_sequences=True)
    model = pb.Model(entry, layer(entry))
    whole = model.predict(x, batch_size=2)
    assert len(model.weights) == 3
    layer.reset_state()
    np.testing.assert_array_equal(layer.states[0].numpy(), np.zeros((2, 3)))
    first = model.predict(x[:, :2], batch_size=2)
    np.testing.assert_allclose(layer.states[0].numpy(), first[:, -1], rtol=1e-6)
    second = model.predict(x[:, 2:], batch_size=2)
    np.testing.assert_allclose(np.concatenate([first, second], 1), whole, rtol=1e-5, atol=1e-6)
    # Eagerly, and in training.
    layer.reset_states()
    np.testing.assert_allclose(layer(x[:, :2]).numpy(), first, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layer(x[:, 2:]).numpy(), second, rtol=1e-5, atol=1e-6)
    model.compile(pb.optimizers.SGD(0.0), "mse")
    layer.reset_states()
    model.train_on_batch(x[:, :2], first)
    assert model.train_on_batch(x[:, 2:], second) < 1e-10


def test_stateful_needs_one_size_of_batches():
    with pytest.raises(pb.ArgumentError, match="stateful=True needs a batch of known size"):
        L.LSTM(3, stateful=True)(pb.Input((None, 4)))
    layer = L.LSTM(3, stateful=True)
    layer(numbers(2, 3, 4))
    with pytest.raises(pb.ShapeError, match="keeps the size of its batches, 2, but got a batch of 3"):
        layer(numbers(3, 3, 4))


def test_an_encoder_hands_its_states_to_a_decoder():
    source, target = pb.Input((None, 4), name="source"), pb.Input((None, 2), name="target")
    encoded = L.LSTM(3, return_state=True, name="encoder")(source)
    decoder = L.LSTM(3, return_sequences=True, name="decoder")
    output = decoder(target, initial_state=encoded[1:])
    model = pb.Model([source, target], output)
    inputs = [numbers(2, 5, 4), numbers(2, 3, 2)]
    found = model.predict(inputs)
    # By hand, and from the saved configuration.
    encoder = model.get_layer("encoder")
    states = encoder(inputs[0])[1:]
    np.testing.assert_allclose(decoder(inputs[1], initial_state=states).numpy(), found, rtol=1e-5, atol=1e-6)
    again = pb.models.clone_model(model)
    again.set_weights(model.get_weights())
    np.testing.assert_allclose(again.predict(inputs), found, rtol=1e-6)
    # Keras 2 lists the states behind the input.
    np.testing.assert_allclose(decoder([inputs[1], *states]).numpy(), found, rtol=1e-5, atol=1e-6)
    with pytest.raises(pb.ArgumentError, match="initial_state must hold 2 tensors.*got 1"):
        decoder(inputs[1], initial_state=states[:1])


def test_masks_reach_the_layers():
    class Marks(pb.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, x):
            return x

        def compute_mask(self, inputs, previous_mask):
            return ops.any(ops.not_equal(inputs, 0.0), -1)

    x = numbers(2, 4, 3)
    x[0, 2:] = 0
    marked = Marks()(x)
    lstm = L.LSTM(3)
    np.testing.assert_allclose(lstm(marked).numpy()[0], lstm(x[:1, :2]).numpy()[0], rtol=1e-6)
    sequences = L.GRU(2, return_sequences=True)(marked)
    np.testing.assert_array_equal(sequences.mask.numpy(), [[True, True, False, False], [True] * 4])
    assert lstm(marked).mask is None
    both = L.Bidirectional(L.GRU(2, return_sequences=True))(marked)
    assert both.mask.shape == (2, 4) and np.all(both.numpy()[0, 2:] == 0)
    assert L.TimeDistributed(L.Dense(2))(sequences).mask.shape == (2, 4)


# Dropout


def test_one_mask_for_all_steps():
    x = np.ones((2, 6, 4), np.float32)
    layer = L.SimpleRNN(4, "linear", dropout=0.5, use_bias=False, return_sequences=True, seed=3)
    layer(x)
    layer.set_weights([np.eye(4), np.zeros((4, 4))])
    found = layer(x, training=True).numpy()
    assert set(np.unique(found)) == {0.0, 2.0}
    np.testing.assert_array_equal(found, np.repeat(found[:, :1], 6, 1))
    assert not np.array_equal(found, layer(x, training=True).numpy())
    np.testing.assert_array_equal(layer(x, training=False).numpy(), x)


def test_recurrent_dropout_keeps_units_of_the_state():
    layer = L.SimpleRNN(8, "linear", recurrent_dropout=0.5, use_bias=False, return_sequences=True, seed=1)
    x = np.zeros((1, 5, 1), np.float32)
    x[:, 0] = 1
    layer(x)
    layer.set_weights([np.ones((1, 8)), np.eye(8)])
    found = layer(x, training=True).numpy()[0]
    # A unit that is kept doubles at each step, one that is dropped is gone after the first.
    for unit in found.T:
        assert list(unit) in ([1, 2, 4, 8, 16], [1, 0, 0, 0, 0])


@pytest.mark.parametrize("make", [L.LSTM, L.GRU, L.SimpleRNN])
def test_dropout_of_gates_keeps_the_mean(make):
    # Two steps: a mask that counts twice would not keep the mean.
    x = np.repeat(numbers(1, 2, 4) * 0.1, 4000, 0)
    layer = make(3, activation="linear", dropout=0.3, recurrent_dropout=0.2, seed=5)
    layer(x)
    found = layer(x, training=True).numpy()
    error = found.std(0) / np.sqrt(len(x))
    # Gates are nearly linear for small numbers.
    np.testing.assert_array_less(np.abs(found.mean(0) - layer(x).numpy()[0]), 5 * error + 0.003)
    assert len(np.unique(found.round(5), axis=0)) > 100


def test_saved_models_keep_the_masks(tmp_path):
    entry = pb.Input((3, 2))
    model = pb.Model(entry, L.LSTM(3, dropout=0.4, recurrent_dropout=0.3)(entry))
    model.compile("sgd", "mse")
    x, y = numbers(4, 3, 2), numbers(4, 3)
    model.train_on_batch(x, y)
    model.save(tmp_path / "saved")
    again = pb.load_model(tmp_path / "saved")
    for _ in range(2):
        assert again.train_on_batch(x, y) == model.train_on_batch(x, y)


# Cells of users


class Minimal(pb.Layer):
    """A cell whose output is no state, with states of two shapes and no first state of its own."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = [units, 1]
        self.output_size = 2 * units

    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones", name="kernel")

    def call(self, inputs, states):
        h, count = states
        after = ops.add(ops.matmul(inputs, self.kernel), ops.multiply(h, 0.5))
        return ops.concatenate([after, h], -1), (after, ops.add(count, 1.0))


def minimal(x, keep):
    h = np.zeros((len(x), 2), np.float32)
    before = np.zeros((len(x), 4), np.float32)
    outputs = []
    for t in range(x.shape[1]):
        after = x[:, t].sum(-1, keepdims=True) + h * 0.5
        before = np.where(keep[:, t, None], np.concatenate([after, h], -1), before)
        h = np.where(keep[:, t, None], after, h)
        outputs.append(before)
    return np.stack(outputs, 1), h


def test_a_cell_of_a_user():
    x = numbers(2, 5, 3)
    every = np.ones((2, 5), bool)
    some = every.copy()
    some[0, [0, 3]] = False
    for mask, keep in ((None, every), (some, some)):
        for sequences in (True, False):
            layer = L.RNN(Minimal(2), return_sequences=sequences, return_state=True)
            output, h, count = layer(x, mask=mask)
            outputs, last = minimal(x, keep)
            np.testing.assert_allclose(
                output.numpy(), outputs if sequences else outputs[:, -1], rtol=1e-5, atol=1e-6
            )
            np.testing.assert_allclose(h.numpy(), last, rtol=1e-5, atol=1e-6)
            np.testing.assert_array_equal(count.numpy()[:, 0], keep.sum(1))
            assert [variable.path for variable in layer.weights] == [f"{layer.name}/{layer.cell.name}/kernel"]
    zero = L.RNN(Minimal(2), zero_output_for_mask=True)(x[:, :4], mask=some[:, :4])
    np.testing.assert_array_equal(zero.numpy()[0], np.zeros(4))


def test_constants_reach_the_cell():
    class Shifted(pb.Layer):
        state_size = 2

        def call(self, inputs, states, constants=None):
            after = ops.add(ops.add(states[0], inputs), constants[0])
            return after, [after]

    x, shift = numbers(2, 3, 2), numbers(2, 2)
    found = L.RNN(Shifted())(x, constants=[shift]).numpy()
    np.testing.assert_allclose(found, x.sum(1) + 3 * shift, rtol=1e-5, atol=1e-6)


def test_cells_by_themselves():
    for cell, count in ((L.LSTMCell(3), 2), (L.GRUCell(3), 1), (L.SimpleRNNCell(3), 1)):
        x = numbers(2, 4, 5)
        states = cell.get_initial_state(batch_size=2)
        assert len(states) == count
        for t in range(4):
            output, states = cell(x[:, t], states)
        layer = L.RNN(cell)
        np.testing.assert_allclose(output.numpy(), layer(x).numpy(), rtol=1e-5, atol=1e-6)


def test_stacked_cells_are_layers_in_a_row():
    cells = [L.LSTMCell(3), L.GRUCell(2)]
    x = numbers(2, 5, 4)
    stacked = L.RNN(cells, return_state=True)
    output, first, second = stacked(x)
    middle = L.RNN(cells[0], return_sequences=True)(x)
    np.testing.assert_allclose(output.numpy(), L.RNN(cells[1])(middle).numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(first[0].numpy(), middle.numpy()[:, -1], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(second[0].numpy(), output.numpy())
    assert stacked.state_size == [[3, 3], 2]
    np.testing.assert_allclose(
        stacked(x[:, 2:], initial_state=stacked(x[:, :2])[1:])[0].numpy(),
        output.numpy(),
        rtol=1e-5,
        atol=1e-6,
    )


# Arguments


def test_weights_and_first_values():
    layer = L.LSTM(3)
    layer(numbers(1, 2, 4))
    kernel, recurrent, bias = layer.get_weights()
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(3), atol=1e-5)
    np.testing.assert_array_equal(bias, [0] * 3 + [1] * 3 + [0] * 6)
    assert np.abs(kernel).max() <= np.sqrt(6 / (4 + 12))
    assert [variable.path for variable in layer.weights] == [
        f"{layer.name}/lstm_cell/{name}" for name in ("kernel", "recurrent_kernel", "bias")
    ]
    assert layer.units == 3 and layer.count_params() == 4 * (3 * (4 + 3) + 3)


def test_configurations_of_keras_2():
    config = json.loads(
        """{"name": "lstm_7", "trainable": true, "batch_input_shape": [null, 5, 2], "dtype": "float32",
        "return_sequences": false, "return_state": false, "go_backwards": false, "stateful": false, "unroll": false,
        "time_major": false, "units": 3, "activation": "tanh", "recurrent_activation": "hard_sigmoid", "use_bias": true,
        "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_avg",
        "distribution": "uniform", "seed": null}}, "recurrent_initializer": {"class_name": "Orthogonal", "config":
        {"gain": 1.0, "seed": null}}, "bias_initializer": {"class_name": "Zeros", "config": {}}, "unit_forget_bias":
        true, "kernel_regularizer": null, "recurrent_regularizer": null, "bias_regularizer": null,
        "activity_regularizer": null, "kernel_constraint": null, "recurrent_constraint": null, "bias_constraint": null,
        "dropout": 0.0, "recurrent_dropout": 0.0, "implementation": 1}"""
    )
    layer = from_config({"class_name": "LSTM", "config": config}, "layer")
    assert layer.name == "lstm_7" and layer.implementation == 1
    model = pb.Sequential([layer, L.Dense(2)])
    assert model.predict(numbers(3, 5, 2)).shape == (3, 2)


def test_regularizers_reach_the_loss():
    entry = pb.Input((3, 2))
    layer = L.GRU(2, kernel_regularizer="l2", recurrent_regularizer="l1", bias_regularizer="l2")
    model = pb.Model(entry, layer(entry))
    assert len(model.regularization_losses()) == 3
    assert config_of(from_config(config_of(layer), "layer")) == config_of(layer)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: L.LSTM(0), "units must be"),
        (lambda: L.RNN(L.Dense(3)), "cell must have a state_size, got Dense"),
        (lambda: L.LSTM(3)(numbers(2, 3)), "expected an input of rank 3"),
        (lambda: L.Bidirectional(L.LSTM(2), merge_mode="max"), "merge_mode must be one of"),
        (lambda: L.Bidirectional(L.LSTM(2), backward_layer=L.LSTM(2)), "must differ in go_backwards"),
        (lambda: L.ConvLSTM2D(2, 3, strides=2, dilation_rate=2), "cannot both be above 1"),
        (lambda: L.TimeDistributed(L.Dense(2))(numbers(2, 3)), "the axes batch, time and one more"),
        (
            lambda: L.TimeDistributed(L.Dense(2))(numbers(2, 3, 1), mask=np.ones((2, 4), bool)),
            "the mask must",
        ),
    ],
)
def test_messages(make, message):
    with pytest.raises((pb.ArgumentError, pb.ShapeError), match=message):
        make()


def test_bidirectional_takes_weights():
    x = numbers(2, 3, 4)
    first = L.Bidirectional(L.GRU(2))
    expected = first(x).numpy()
    np.testing.assert_array_equal(L.Bidirectional(L.GRU(2), weights=first.get_weights())(x).numpy(), expected)


def test_time_distributed_statistics_are_those_of_each_step():
    """As Keras: a layer that keeps statistics of batches sees the steps one after another in training."""
    x = numbers(4, 3, 2)
    layer = L.TimeDistributed(L.BatchNormalization(momentum=0.5))
    layer(x)
    found = layer(x, training=True).numpy()
    mean = np.zeros(2)
    for t in range(3):
        step = x[:, t]
        np.testing.assert_allclose(
            found[:, t], (step - step.mean(0)) / np.sqrt(step.var(0) + 1e-3), rtol=1e-3, atol=1e-4
        )
        mean = 0.5 * mean + 0.5 * step.mean(0)
    np.testing.assert_allclose(layer.layer.moving_mean.numpy(), mean, rtol=1e-4, atol=1e-5)


# Learning


@pytest.mark.parametrize("make", [lambda: L.LSTM(16), lambda: L.GRU(16), lambda: L.Bidirectional(L.LSTM(8))])
def test_learns_which_came_first(make):
    """Sequences of any length with a 1 and a 2 among zeros: which comes first."""
    pb.random.set_seed(1)
    rng = np.random.default_rng(0)
    x = np.zeros((256, 8, 2), np.float32)
    y = np.zeros(256, np.float32)
    for i in range(256):
        a, b = rng.choice(8, 2, replace=False)
        x[i, a, 0] = 1
        x[i, b, 1] = 1
        y[i] = a < b
    model = pb.Sequential([pb.Input((None, 2)), make(), L.Dense(1, "sigmoid")])
    model.compile(pb.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
    logs = model.fit(x[:200], y[:200], batch_size=50, epochs=25, verbose=0)
    assert logs.history["accuracy"][-1] >= 0.99
    assert model.evaluate(x[200:], y[200:], verbose=0, return_dict=True)["accuracy"] >= 0.95
