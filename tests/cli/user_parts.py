"""Parts as users write them: a layer, a cell, a loss, a metric, a callback and a training script."""

import math

import user_models

import pybrowserml as keras
from pybrowserml import layers, ops
from pybrowserml.callbacks import Callback

DEFAULTS = {"units": 3, "scale": 0.5}


class Affine(layers.Layer):
    """Operators, slices and comparisons of tensors."""

    def __init__(self, units, scale=DEFAULTS["scale"], *, shift=0.0, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.scale = scale
        self.shift = shift

    def build(self, input_shape):
        *_, size = input_shape
        self.w = self.add_weight(shape=(size, self.units), initializer="ones", name="w")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b", trainable=True)

    def call(self, x, training=None):
        y = x @ self.w + self.b
        first, last = y[:, 0], y[..., -1]
        gate = (first > last - 1) & ~(first < -100)
        kept = ops.where(gate, first, -last)
        y = (2 * y - y[:, ::-1]) / (1 + abs(y)) ** 0.5
        if training:
            y *= 1.0
        return self.scale * y + kept[:, None] * 0.25 - self.shift

    def get_config(self):
        return {**super().get_config(), "units": self.units, "scale": self.scale, "shift": self.shift}


class Leaky(layers.Layer):
    """A cell of a recurrent layer."""

    def __init__(self, units, leak=0.25):
        super().__init__()
        self.units, self.leak = units, leak

    @property
    def state_size(self):
        return self.units

    def build(self, input_shape):
        shapes = {"kernel": (input_shape[-1], self.units), "recurrent": (self.units, self.units)}
        for name, shape in shapes.items():
            setattr(
                self,
                name,
                self.add_weight(shape=shape, initializer=keras.initializers.Constant(0.1), name=name),
            )

    def call(self, inputs, states):
        (before,) = states
        now = ops.tanh(inputs @ self.kernel + before @ self.recurrent)
        after = before * (1 - self.leak) + now * self.leak
        return after, [after]


class Huberish(keras.losses.Loss):
    """A loss with arguments of its own."""

    def __init__(self, delta=1.0, name="huberish", **kwargs):
        super().__init__(name=name, **kwargs)
        self.delta = delta

    def call(self, y_true, y_pred):
        error = y_true - y_pred
        return ops.mean(smooth(error, limit=self.delta), axis=-1)


def smooth(error, *, limit):
    """limit² · (√(1 + (error / limit)²) − 1)"""
    return limit**2 * (ops.sqrt(1 + (error / limit) ** 2) - 1)


class Log(Callback):
    """Lines of text and the best epoch."""

    def __init__(self):
        super().__init__()
        self.lines = []
        self.best = {"epoch": None, "loss": math.inf}
        self.batches = 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1

    def on_epoch_end(self, epoch, logs=None):
        logs = dict(logs or {})
        shown = ", ".join(f"{name}={value:.3f}" for name, value in sorted(logs.items()))
        self.lines.append(f"epoch {epoch + 1:02d} | {shown:<12}|")
        if logs["loss"] < self.best["loss"]:
            self.best.update(epoch=epoch, loss=round(logs["loss"], 3))
        if epoch not in range(4):
            self.model.stop_training = True


def data(count=8, size=3):
    """Numbers without randomness."""
    x = [[math.sin(i * size + j) for j in range(size)] for i in range(count)]
    y = [[sum(row) / len(row)] for row in x]
    return x, y


def make_model(**options):
    model = keras.Sequential(
        [keras.Input((3,)), Affine(4, **options), layers.Dense(1, kernel_initializer="ones")]
    )
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.02), loss=Huberish(delta=0.5))
    return model


def train(epochs=3):
    """Everything that a training script reads back."""
    x, y = data()
    model, log = make_model(scale=0.5, shift=0.125), Log()
    history = model.fit(x, y, batch_size=4, epochs=epochs, shuffle=False, verbose=0, callbacks=[log])
    predicted = model.predict(x[:2], verbose=0)
    return {
        "losses": history.history["loss"],
        "lines": log.lines,
        "best": log.best,
        "batches": log.batches,
        "shape": list(predicted.shape),
        "predicted": [float(value) for row in predicted for value in row],
        "weights": sum(1 for weight in model.weights if "w" in weight.path),
        "score": float(model.evaluate(x, y, verbose=0)),
    }


def recur():
    """The cell in a functional model."""
    inputs = keras.Input((4, 2))
    outputs = layers.RNN(Leaky(3), return_sequences=True)(inputs)
    model = keras.Model(inputs, outputs[:, -1] + outputs[:, 0] * 2.0)
    x = [[[(i + j) / 4 - k for k in range(2)] for j in range(4)] for i in range(2)]
    return model.predict(x, verbose=0).tolist()


def eager():
    """Tensors outside of models."""
    x = ops.convert_to_tensor([[1.0, -2.0, 3.0], [4.0, 5.5, -6.0]])
    total = 0.0
    for row in x:
        total += float(ops.sum(row))
    values = (x[1:, ::2] * -1 + x[0, 0] ** 2 // 1).numpy()
    try:
        x @ x
    except ValueError as problem:
        message = type(problem).__name__
    config = Affine(2, scale=1.0, name="made").get_config()
    again = Affine.from_config(config) if hasattr(Affine, "from_config") else Affine(2, 1.0)
    return [
        total,
        values.tolist(),
        values.shape,
        len(x),
        message,
        config["scale"],
        again.units,
        bool(x is not None),
    ]


def models():
    """What a module beside this one does."""
    return user_models.everything()


class Widened(keras.layers.Layer):
    """Shapes as Keras's users take them: tuples, with None for sizes that are not known."""

    def build(self, input_shape):
        self.seen = input_shape
        self.kernel = self.add_weight(shape=input_shape[-1:] + (3,), initializer="ones")

    def call(self, x):
        batch, steps = ops.shape(x)[0], x.shape[1]
        rows = ops.reshape(x, (batch * steps, x.shape[-1]))
        return ops.reshape(ops.matmul(rows, self.kernel), x.shape[:-1] + (3,))

    def compute_output_shape(self, input_shape):
        return input_shape[:-1] + (3,)


def tuples_of_sizes():
    x = keras.Input((4, 5))
    layer = Widened()
    y = layer(x)
    total = keras.layers.Lambda(lambda value: ops.sum(value, axis=1))(y)
    model = keras.Model(x, total)
    return {
        "seen": str(layer.seen),
        "equal": y.shape == (None, 4, 3),
        "more": str(y.shape[1:] + (7,)),
        "told": str(layer.compute_output_shape((None, 4, 5))),
        "result": model.predict([[[1.0, 2.0, 3.0, 4.0, 5.5]] * 4] * 2, verbose=0).tolist(),
    }


class Doubled(keras.layers.Layer):
    """A variable of its `call` has the name of a function that waits; its attributes have names of the library's."""

    def __init__(self):
        super().__init__()
        self.steps = 3
        self.calls = "mine"

    def call(self, x):
        train = x * 2
        return train


class Placed(keras.Model):
    """Attributes under names that mean something for models."""

    def __init__(self):
        super().__init__()
        self.position = layers.Dense(2, use_bias=False)
        self.input_shape = "any"
        self.graph = None

    def call(self, x):
        return self.position(x)


def scaled(train):
    return train * 2 + 1


def called(train):
    return train(3)


def names():
    def recur():
        return train(1)

    models = 5
    placed = Placed()
    rows = placed.predict([[1.0, 2.0]], verbose=0)
    doubled = Doubled()
    return {
        "locals": [scaled(2), called(lambda k: k + models)],
        "losses": recur()["losses"],
        "doubled": doubled(ops.ones((2,))).numpy().tolist(),
        "attributes": [doubled.steps, doubled.calls, placed.input_shape, placed.graph is None],
        "placed": [list(rows.shape), len(placed.weights), placed.position.units],
        "built": doubled.get_build_config() is None,
    }
