"""Steps that users write beside train_step: predict_step, compute_loss, compute_metrics; what compile was given."""

import numpy as np

import pybrowserml as pb
from pybrowserml.models.freeze import freeze

X = np.random.default_rng(5).normal(size=(10, 4)).astype("float32")
Y = X[:, :2] * 0.5


class Classes(pb.Model):
    """Predicts what is largest, and how large."""

    def __init__(self):
        super().__init__()
        self.dense = pb.layers.Dense(3)

    def call(self, x, training=None):
        return self.dense(x)

    def predict_step(self, data):
        x, _, _ = pb.utils.unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)
        return {"class": pb.ops.argmax(y_pred, axis=-1), "score": pb.ops.max(y_pred, axis=-1)}


class Again(pb.Model):
    """Calls Model's predict_step; of several inputs."""

    def predict_step(self, data):
        assert isinstance(data, tuple)
        return super().predict_step(data) * 10.0


class Own(pb.Model):
    """A loss and metrics of its own."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return super().compute_loss(x, y, y_pred, sample_weight) * 3.0

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        results = super().compute_metrics(x, y, y_pred, sample_weight)
        return {**results, "rows": pb.ops.sum(pb.ops.ones_like(y[:, 0]))}


def test_predict_step():
    model = Classes()
    found = model.predict(X, batch_size=4, verbose=0)
    plain = np.asarray(model(X))
    np.testing.assert_array_equal(found["class"], plain.argmax(-1))
    np.testing.assert_allclose(found["score"], plain.max(-1), rtol=1e-6)
    assert model.predict_on_batch(X[:3])["class"].shape == (3,)
    frozen = freeze(model)
    assert frozen["signature"]["outputs_by"] == "name"
    assert [spec["name"] for spec in frozen["signature"]["outputs"]] == ["class", "score"]


def test_predict_step_of_several_inputs():
    a, b = pb.Input((4,)), pb.Input((4,))
    model = Again([a, b], pb.layers.Dense(2)(a + b))
    np.testing.assert_allclose(model.predict([X, X], verbose=0), np.asarray(model([X, X])) * 10, rtol=1e-5)


def test_own_loss_and_metrics():
    inputs = pb.Input((4,))
    outputs = pb.layers.Dense(2, kernel_initializer="ones")(inputs)
    own, plain = Own(inputs, outputs), pb.Model(inputs, outputs)
    for model in (own, plain):
        model.compile("sgd", "mse", metrics=["mae"])
    found = own.evaluate(X, Y, batch_size=10, verbose=0, return_dict=True)
    wanted = plain.evaluate(X, Y, batch_size=10, verbose=0, return_dict=True)
    assert found["rows"] == 10
    np.testing.assert_allclose([found["loss"], found["mae"]], [wanted["loss"] * 3, wanted["mae"]], rtol=1e-5)


def test_what_compile_was_given():
    model = pb.Sequential([pb.Input((4,)), pb.layers.Dense(2)])
    model.compile("sgd", "mse", run_eagerly=True, jit_compile=False, steps_per_execution=2)
    assert (model.run_eagerly, model.jit_compile, model.steps_per_execution) == (True, False, 2)
    model.run_eagerly = False
    history = model.fit(X, Y, epochs=2, verbose=0)
    assert model.history is history and len(model.history.history["loss"]) == 2
    model.reset_metrics()
    assert float(np.asarray(model.metrics[0].result())) == 0


class Denoiser(pb.Model):
    """Makes its targets of its inputs, with the loss of compile."""

    def __init__(self):
        super().__init__()
        self.dense = pb.layers.Dense(4)

    def call(self, x):
        return self.dense(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return self.loss(x, y_pred) * 2.0


def test_own_loss_without_targets():
    model = Denoiser()
    model.compile("sgd", pb.losses.MeanAbsoluteError())
    history = model.fit(X, epochs=2, batch_size=10, verbose=0)
    model.fit(pb.data.from_arrays(X).batch(5), verbose=0)
    np.testing.assert_allclose(
        model.evaluate(X, batch_size=10, verbose=0), 2 * np.abs(X - np.asarray(model(X))).mean(), rtol=1e-5
    )
    assert history.history["loss"][1] < history.history["loss"][0]


def test_sizes_that_are_not_known_are_numbers():
    """ops.shape gives them, and ops take them."""

    class Counted(pb.layers.Layer):
        def call(self, x):
            rows = pb.ops.shape(x)[0]
            return x * rows / pb.ops.cast(rows, "float32") + pb.ops.expand_dims(rows, -1)

    model = pb.Sequential([pb.Input((4,)), Counted()])
    np.testing.assert_allclose(model.predict(X, batch_size=10, verbose=0), X + 10, rtol=1e-6)


def test_windows_of_unknown_batches():
    """Reshapes of slices of reshaped batches, as in a Swin transformer."""
    x = pb.Input((4, 8))
    split = pb.ops.reshape(x, (-1, 2, 2, 8))
    parts = pb.ops.transpose(pb.ops.reshape(pb.layers.Dense(24)(split), (-1, 4, 3, 2, 4)), (2, 0, 3, 1, 4))
    joined = pb.ops.reshape(pb.ops.matmul(pb.ops.transpose(parts[0], (0, 1, 3, 2)), parts[1]), (-1, 2, 4, 4))
    assert pb.Model(x, joined).predict(np.ones((3, 4, 8)), verbose=0).shape == (3, 2, 4, 4)
