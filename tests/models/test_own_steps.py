"""Models with steps, losses and metrics of their own, as in Keras's guide "Customizing what happens in fit()"."""

import numpy as np
import pytest

import pybrowserml as keras
from pybrowserml import layers, ops


@pytest.fixture
def data():
    generator = np.random.default_rng(4)
    x = generator.normal(size=(20, 3)).astype(np.float32)
    return x, {"a": np.cos(x[:, :2]), "b": np.sin(x[:, :1])}


class Two(keras.Model):
    """Two outputs by name."""

    def __init__(self):
        super().__init__()
        self.first = layers.Dense(2, kernel_initializer="ones")
        self.second = layers.Dense(1, kernel_initializer="ones")

    def call(self, x):
        return {"a": self.first(x), "b": self.second(x)}


class Stepped(Two):
    """The step of the guide: a loss by compute_loss, all metrics by compute_metrics."""

    def train_step(self, data):
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)

        def loss():
            y_pred = self(x, training=True)
            return self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sample_weight)

        found = keras.variable_grads(loss, self.trainable_variables)()
        self.optimizer.apply(found["grads"], self.trainable_variables)
        y_pred = self(x, training=True)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(found["value"], sample_weight=ops.shape(x)[0])
        return self.compute_metrics(x, y, y_pred, sample_weight)


class Weighed(Two):
    """A loss with a part of its own, kept in a metric."""

    def __init__(self):
        super().__init__()
        self.extra = keras.metrics.Mean(name="extra")

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        self.extra.update_state(loss * 2.0)
        return loss


class Measured(Two):
    """A number of its own beside the metrics of compile."""

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        found = super().compute_metrics(x, y, y_pred, sample_weight)
        found["largest"] = ops.max(y_pred["a"])
        return found


def compiled(model):
    model.compile("sgd", {"a": "mse", "b": "mae"}, loss_weights={"a": 1.0, "b": 0.5}, metrics={"a": ["mae"]})
    return model


WEIGHTS = np.linspace(0, 2, 20)


@pytest.mark.parametrize("weights", [None, WEIGHTS, {"a": WEIGHTS, "b": WEIGHTS[::-1]}])
@pytest.mark.parametrize("kind", [Stepped, Weighed, Measured])
def test_means_of_single_outputs(kind, weights, data):
    """The losses of the outputs stand in the logs as without a step of one's own; batches differ in size."""
    x, y = data
    given = {"batch_size": 8, "sample_weight": weights}
    expected = compiled(Two()).evaluate(x, y, **given, verbose=0, return_dict=True)
    model = compiled(kind())
    found = model.evaluate(x, y, **given, verbose=0, return_dict=True)
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-6), key
    fitted = compiled(kind()).fit(x, y, **given, shuffle=False, verbose=0).history
    plain = compiled(Two()).fit(x, y, **given, shuffle=False, verbose=0).history
    for key in ("loss", "a_loss", "b_loss"):
        assert fitted[key] == pytest.approx(plain[key], rel=1e-6), key
    if kind is Weighed:
        assert fitted["extra"][0] > 0
    if kind is Measured:
        assert "largest" in fitted


def test_names_and_results(data):
    x, y = data
    model = compiled(Two())
    assert model.metrics_names == ["loss"] and model.loss == {"a": "mse", "b": "mae"}
    logs = model.train_on_batch(x, y, return_dict=True)
    names = ["loss", "a_loss", "b_loss", "a_mae"]
    assert model.metrics_names == names == [metric.name for metric in model.metrics]
    results = model.get_metrics_result()
    assert {key: float(value) for key, value in results.items()} == pytest.approx(logs, rel=1e-6)
    assert list(logs) == sorted(names)
    model.reset_metrics()
    assert [float(value) for value in model.get_metrics_result().values()] == [0, 0, 0, 0]


def test_compiled_as_another(data):
    x, y = data
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, kernel_initializer="ones")])
    assert model.get_compile_config() == {} and model.loss is None
    model.compile(keras.optimizers.Adam(0.1), keras.losses.Huber(0.5), metrics=["mae"], loss_weights=0.5)
    other = keras.models.clone_model(model)
    other.compile_from_config(model.get_compile_config())
    other.set_weights(model.get_weights())
    assert len(other.optimizer.variables) == len(model.optimizer.variables) + 4
    assert other.train_on_batch(x, y["a"]) == model.train_on_batch(x, y["a"])
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


class Compiled(Two):
    """Two optimizers, as a GAN has."""

    def compile(self, first_optimizer, second_optimizer, loss_fn):
        super().compile()
        self.first_optimizer = first_optimizer
        self.second_optimizer = second_optimizer
        self.loss_fn = loss_fn
        self.mean = keras.metrics.Mean(name="mean")

    @property
    def metrics(self):
        return [self.mean]

    def train_step(self, data):
        x, y = data
        for optimizer, layer, key in (
            (self.first_optimizer, self.first, "a"),
            (self.second_optimizer, self.second, "b"),
        ):
            found = keras.variable_grads(
                lambda layer=layer, key=key: self.loss_fn(y[key], layer(x)), layer.trainable_variables
            )()
            optimizer.apply(found["grads"], layer.trainable_variables)
            self.mean.update_state(found["value"])
        return {"mean": self.mean.result()}


def test_several_optimizers(data):
    x, y = data
    model = Compiled()
    model.compile(keras.optimizers.SGD(0.1), keras.optimizers.Adam(0.1), keras.losses.MeanSquaredError())
    means = model.fit(x, y, epochs=8, verbose=0).history["mean"]
    assert list(model.fit(x, y, verbose=0).history) == ["mean"] and means[-1] < means[0] / 2


def test_a_step_without_targets(data):
    x, _ = data

    class Code(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(3)

        def call(self, x):
            return self.inner(x)

        def train_step(self, x):
            found = keras.variable_grads(
                lambda: ops.mean(ops.square(self(x) - x)), self.trainable_variables
            )()
            self.optimizer.apply(found["grads"], self.trainable_variables)
            return {"loss": found["value"]}

    model = Code()
    model.compile("adam")
    losses = model.fit(x, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
