"""Models as users write them, and numbers that are floats although they are whole."""

import math

import pybrowserml as keras
from pybrowserml import layers, metrics, ops, optimizers
from pybrowserml.layers import Dense, Layer


class Block(Layer):
    def __init__(self, sizes, activation="relu", **kw):
        super().__init__(**kw)
        self.sizes = sizes
        self.activation = activation
        self.inner = []
        for i, n in enumerate(sizes):
            constant = keras.initializers.Constant(0.1 * (i + 1))
            self.inner.append(Dense(n, activation=activation, kernel_initializer=constant))
        self.by_name = {"last": Dense(1, kernel_initializer="ones")}

    def call(self, x, training=False):
        for i, layer in enumerate(self.inner):
            y = layer(x, training=training)
            x = y if i == 0 else y + x
        return self.by_name["last"](x)


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.block = Block([4, 4])
        self.head = lambda t: t * 2.0 + 1

    def call(self, inputs, training=False):
        return self.head(self.block(inputs, training=training))


class Count(metrics.Metric):
    def __init__(self, name="count", **kw):
        super().__init__(name=name, **kw)
        self.total = self.add_weight(shape=(), initializer="zeros", name="total")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign(self.total + ops.sum(ops.where(y_pred > 0, 1.0, 0.0)))

    def result(self):
        return self.total.value

    def reset_state(self):
        self.total.assign(0.0)


class Stepped(keras.Model):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, x, training=None):
        return self.inner(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return ops.mean(ops.abs(y - y_pred)) * 0.5


def scheduled(epoch, lr):
    return lr * 0.5 if epoch % 2 == 1 else lr


def data():
    x = [[math.sin(i * 3 + j) for j in range(3)] for i in range(8)]
    y = [[sum(r)] for r in x]
    return x, y


def subclassed():
    seen.clear()
    x, y = data()
    net = Net()
    net.compile(optimizer=optimizers.Adam(0.01), loss="mse", metrics=[Count(), "mae"])
    h = net.fit(
        x,
        y,
        epochs=3,
        batch_size=4,
        shuffle=False,
        verbose=0,
        callbacks=[
            keras.callbacks.LearningRateScheduler(scheduled),
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda e, logs: seen.append(f"{e}:{logs['loss']:.2f}")
            ),
        ],
    )
    return [h.history["loss"], h.history["count"], h.history["mae"], len(net.trainable_weights), seen[:]]


seen = []


def stepped():
    x, y = data()
    m = Stepped(keras.Sequential([Dense(2, kernel_initializer="ones"), Dense(1, kernel_initializer="ones")]))
    m.compile(optimizer="sgd", loss="mse")
    h = m.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0)
    return h.history["loss"]


def functional():
    inp = keras.Input(shape=(3,), name="a")
    z = Dense(4, activation=ops.tanh, kernel_initializer="ones", name="d1")(inp)
    out = layers.Concatenate()([z, inp]) * 2 - z[:, :1]
    model = keras.Model(inputs=inp, outputs=[out, z])
    x, _ = data()
    a, b = model.predict(x[:2], verbose=0)
    names = [layer.name for layer in model.layers]
    w = model.get_layer("d1").get_weights()
    return [
        a.tolist(),
        b.tolist(),
        names[:2],
        len(w),
        model.count_params(),
        str(ops.full((2,), 1.0).dtype),
        ops.arange(0.0, 3.0).dtype,
        (ops.convert_to_tensor([1, 2]) * 2.0).dtype,
        (ops.convert_to_tensor([1, 2]) * 2).dtype,
    ]


def gradients():
    x = ops.convert_to_tensor([1.0, 2.0, 3.0])
    g = keras.grad(lambda t: ops.sum(t**3 + ops.where(t > 1.5, t, -t)))(x)
    total = 0
    for i in range(len(g)):
        total = total + g[i]
    return [g.numpy().tolist(), float(total), str(x.shape), x.dtype, [int(v) for v in x.shape]]


def custom_loop():
    w = keras.Variable([1.0, -1.0])
    x = ops.convert_to_tensor([[1.0, 2.0], [3.0, 4.0]])
    out = []
    for _ in range(3):
        grads = keras.grad(lambda p: ops.mean((x @ p) ** 2))(w.value)
        w.assign(w - 0.1 * grads)
        out.append(float(ops.sum(w)))
    return out


def config():
    b = keras.register_class("Block", Block)([2, 3], name="blk")
    c = b.get_config()
    d = Block(**{k: v for k, v in c.items() if k in ("sizes", "activation", "name")})
    return [c["sizes"], c["name"], d.sizes, sorted(c)]


def everything():
    return [subclassed(), stepped(), functional(), gradients(), custom_loop(), config()]
