"""Attributes of users' classes: every name that Keras leaves free is free here, too."""

import numpy as np
import pytest

import pybrowserml as pb

X = np.random.default_rng(3).normal(size=(12, 4)).astype("float32")
Y = X[:, :2] * 0.5

# What instances of Keras 3.15 have under public names, by `dir`, as far as ours have it as attributes too.
IN_KERAS = {
    "activity_regularizer",
    "beta",
    "bias",
    "built",
    "clipnorm",
    "clipvalue",
    "compiled",
    "dtype",
    "ema_momentum",
    "ema_overwrite_frequency",
    "global_clipnorm",
    "history",
    "jit_compile",
    "run_eagerly",
    "steps_per_execution",
    "gradient_accumulation_steps",
    "input_spec",
    "iterations",
    "layer",
    "loss_scale_factor",
    "model",
    "name",
    "params",
    "path",
    "reduction",
    "stop_evaluating",
    "stop_predicting",
    "stop_training",
    "supports_masking",
    "use_ema",
    "variables",
    "weight_decay",
}


class OwnLayer(pb.layers.Layer):
    def __init__(self, **keywords):
        super().__init__()
        self.inner = pb.layers.Dense(2)
        for name, value in keywords.items():
            setattr(self, name, value)

    def call(self, x):
        return self.inner(x)


class OwnModel(pb.Model):
    def __init__(self, **keywords):
        super().__init__()
        for name, value in keywords.items():
            setattr(self, name, value)
        self.inner = pb.layers.Dense(2)

    def call(self, x):
        return self.inner(x)


class OwnMetric(pb.Metric):
    def __init__(self, name="own", **keywords):
        super().__init__(name=name)
        for key, value in keywords.items():
            setattr(self, key, value)
        self.total = self.add_weight(name="total", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign(self.total + pb.ops.sum(y_pred - y_true))

    def result(self):
        return self.total


class OwnLoss(pb.Loss):
    def __init__(self, **keywords):
        super().__init__()
        for key, value in keywords.items():
            setattr(self, key, value)

    def call(self, y_true, y_pred):
        return pb.ops.mean(pb.ops.square(y_true - y_pred), axis=-1)


class OwnOptimizer(pb.Optimizer):
    def __init__(self, **keywords):
        super().__init__(learning_rate=0.1)
        for key, value in keywords.items():
            setattr(self, key, value)

    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, gradient * learning_rate)


class OwnCallback(pb.callbacks.Callback):
    def __init__(self, **keywords):
        super().__init__()
        for key, value in keywords.items():
            setattr(self, key, value)


def used(kind, **keywords):
    """An instance of a class of a user after a `fit`, and the model that it took part in."""
    thing = kind(**keywords)
    model = thing if kind is OwnModel else pb.Sequential([thing if kind is OwnLayer else pb.layers.Dense(2)])
    model.compile(
        thing if kind is OwnOptimizer else "sgd",
        thing if kind is OwnLoss else "mse",
        metrics=[thing if kind is OwnMetric else "mae"],
    )
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[thing] if kind is OwnCallback else None)
    return [thing, model]


KINDS = [OwnLayer, OwnModel, OwnMetric, OwnLoss, OwnOptimizer, OwnCallback]


@pytest.mark.parametrize("kind", KINDS)
def test_no_attributes_that_keras_has_not(kind):
    own = {"inner", "total"}
    public = {name for name in vars(used(kind)[0]) if not name.startswith("_")}
    assert public - IN_KERAS - own == set()


# Names that scripts use, and that once meant something here; those after "position" are properties of models.
NAMES = [
    "calls",
    "front",
    "graph",
    "penalties",
    "steps",
    "source",
    "ends",
    "begins",
    "tensors",
    "stacked",
    "told",
]
NAMES += ["held", "random_key", "given_shape", "averages", "accumulators", "schedule", "rate", "slot_owners"]
MODEL_NAMES = ["position", "inputs", "outputs", "input_names", "output_names", "input_shape", "output_shape"]


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_free(kind, tmp_path):
    names = NAMES + (MODEL_NAMES if kind in (OwnLayer, OwnModel) else [])
    pb.random.set_seed(1)
    plain = used(kind)[1].predict(X, verbose=0)
    pb.random.set_seed(1)
    thing, model = used(kind, **{name: f"my {name}" for name in names})
    assert [getattr(thing, name) for name in names] == [f"my {name}" for name in names]
    np.testing.assert_array_equal(model.predict(X, verbose=0), plain)
    model.save_weights(tmp_path / "kept.weights.h5")
    model.evaluate(X, Y, verbose=0)
    if kind is OwnModel:
        assert model.count_params() == 10
    else:
        assert model.input_shape == (None, 4) and model.output_shape == (None, 2)


def test_layers_under_free_names():
    """A layer that is kept under such a name belongs to the model."""

    class Encoder(pb.Model):
        def __init__(self):
            super().__init__()
            self.position = pb.layers.Embedding(8, 3)
            self.inputs = pb.layers.Dense(3)

        def call(self, x):
            return self.inputs(x) + self.position(pb.ops.arange(3))[0]

    model = Encoder()
    model.compile("adam", "mse")
    model.fit(X, X[:, :3], verbose=0)
    assert [layer.name.split("_")[0] for layer in model.layers] == ["embedding", "dense"]
    assert len(model.trainable_weights) == 3
    assert pb.Sequential([pb.Input((4,)), pb.layers.Dense(2)]).position == [0, 0]
