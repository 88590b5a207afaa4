"""Models in the words that Keras and this library share. `python interop.py` in a Python with Keras 3 and JAX writes
tests/cases/files/interop_*.keras and interop.npz: what Keras makes of them, and its numbers.
"""

import io
import sys
import zipfile
from pathlib import Path

import numpy as np

FILES = Path(__file__).parents[1] / "cases" / "files"
_random = np.random.default_rng(0)
X = _random.normal(size=(12, 6)).astype("float32")
Y = _random.normal(size=(12, 2)).astype("float32")
SEQUENCES = _random.normal(size=(12, 5, 3)).astype("float32")


def models(keras):
    """{name: a function that makes and, where it compiles, trains the model} and {name: inputs}."""
    layers, ops = keras.layers, keras.ops
    known = keras.saving.register_keras_serializable

    @known(package="interop")
    class Mixed(layers.Layer):
        """Weights of its own, a private layer, and layers in nested lists and a dict."""

        def __init__(self, units=3, factor=2.0, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.factor = factor
            self._inner = layers.Dense(units)
            self.parts = [layers.Dense(units), (layers.Dense(units), layers.Dense(units))]
            self.named = {"b": layers.Dense(units), "a": layers.LayerNormalization()}

        def build(self, shape):
            self.w = self.add_weight(shape=(shape[-1], self.units), initializer="random_normal", name="w")
            self.count = self.add_weight(shape=(), initializer="ones", trainable=False, name="count")
            self._inner.build(shape)
            for layer in [self.parts[0], *self.parts[1], self.named["b"], self.named["a"]]:
                layer.build((None, self.units))

        def call(self, x):
            y = ops.matmul(x, self.w) * self.factor + self._inner(x) * self.count
            y = self.parts[1][1](self.parts[1][0](self.parts[0](y)))
            return self.named["a"](self.named["b"](y))

        def get_config(self):
            return {**super().get_config(), "units": self.units, "factor": self.factor}

    @known(package="interop")
    class Net(keras.Model):
        def __init__(self, size=4, **kwargs):
            super().__init__(**kwargs)
            self.size = size
            self.z = layers.Dense(size, activation="relu")
            self.block = keras.Sequential([layers.Dense(3), layers.BatchNormalization()])
            self.head = Mixed(2)
            self._last = layers.Dense(2)
            self.tracker = keras.metrics.Mean(name="tracker")

        def call(self, x, training=None):
            return self._last(self.head(self.block(self.z(x), training=training)))

        def get_config(self):
            return {**super().get_config(), "size": self.size}

    @known(package="interop")
    def bent(x):
        return ops.tanh(x) * 1.5

    @known(package="interop")
    class Absolute(keras.losses.Loss):
        def __init__(self, k=1.0, name="absolute", reduction="sum_over_batch_size", dtype=None):
            super().__init__(name=name, reduction=reduction, dtype=dtype)
            self.k = k

        def call(self, y_true, y_pred):
            return self.k * ops.mean(ops.abs(y_true - y_pred), axis=-1)

        def get_config(self):
            return {**super().get_config(), "k": self.k}

    def trained(model, x=X):
        model.fit(x, Y, epochs=2, batch_size=4, verbose=0, shuffle=False)
        return model

    def subclass():
        model = Net()
        model.compile("adam", "mse", metrics=["mae"])
        return trained(model)

    def functions():
        stack = [layers.Dense(4, activation=bent, kernel_regularizer="l2"), layers.Dense(2)]
        model = keras.Sequential([keras.Input((6,)), *stack])
        rate = keras.optimizers.schedules.ExponentialDecay(0.1, 5, 0.9)
        optimizer = keras.optimizers.SGD(rate, momentum=0.9, nesterov=True, clipnorm=1.0)
        model.compile(optimizer, Absolute(2.0), weighted_metrics=["mse"])
        return trained(model)

    def operations():
        x = keras.Input((6,))
        h = ops.concatenate([ops.relu(layers.Dense(4)(x)), x[:, 1:3]], axis=-1)
        h = ops.softmax(h) * 2.0 + 1.0
        return keras.Model(x, ops.mean(ops.reshape(h, (-1, 2, 3)), axis=1))

    def attention():
        x = keras.Input((5, 3))
        h = layers.MultiHeadAttention(2, 4, dropout=0.1)(x, x, use_causal_mask=True)
        h = layers.GroupQueryAttention(4, 4, 2, dropout=0.1)(h, h)
        return keras.Model(x, Mixed(2)(layers.GlobalAveragePooling1D()(h)))

    made = {"subclass": subclass, "functions": functions, "operations": operations, "attention": attention}
    return made, {"subclass": X, "functions": X, "operations": X, "attention": SEQUENCES}


def numbers(model, x):
    """What a model gives, and how its training goes on."""
    found = {"predicted": model.predict(x, verbose=0)}
    if getattr(model, "optimizer", None) is not None:
        found["scores"] = np.asarray(model.evaluate(x, Y, verbose=0))
        steps = [model.train_on_batch(x, Y) for _ in range(3)]
        found["losses"] = np.asarray([np.ravel(step)[0] for step in steps])
    return found


def main():
    import keras  # pyright: ignore[reportMissingImports]

    made, inputs = models(keras)
    expected = {}
    for name, make in made.items():
        model = make()
        path = FILES / f"interop_{name}.keras"
        model.save(path)
        # Keras compresses nothing.
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            entries = [
                (entry, archive.read(entry)) for entry in archive.namelist() if not entry.endswith("/")
            ]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, data in entries:
                archive.writestr(entry, data)
        found = numbers(model, inputs[name])
        expected.update({f"{name}/{key}": value for key, value in found.items()})
    np.savez_compressed(FILES / "interop.npz", **expected)


if __name__ == "__main__":
    sys.exit(main())
