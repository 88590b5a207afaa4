"""The models that the tests of bundles ship, and the error that their pages raise."""

import pybrowserml as pb


class PageError(Exception):
    """What a script on the page threw; `kind` is the name of the error."""

    def __init__(self, kind, message, stack):
        super().__init__(f"{kind}: {message}\n{stack}")
        self.kind = kind
        self.message = message


def make_dense():
    """Four numbers → probabilities of three classes, compiled."""
    pb.random.set_seed(11)
    model = pb.Sequential(
        [
            pb.Input((4,), name="features"),
            pb.layers.Dense(8, activation="tanh"),
            pb.layers.Dense(3, activation="softmax", name="species"),
        ],
        name="flowers",
    )
    model.compile(pb.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def make_large():
    """Weights of more than one piece, one of them in both."""
    pb.random.set_seed(13)
    return pb.Sequential(
        [pb.Input((900,)), pb.layers.Dense(1000, use_bias=False), pb.layers.Dense(400), pb.layers.Dense(2)]
    )


def make_two():
    """Two inputs, two outputs, by name."""
    pb.random.set_seed(12)
    words = pb.Input((5,), name="words")
    size = pb.Input((2,), name="size")
    joined = pb.layers.Concatenate()([words, size])
    price = pb.layers.Dense(1, name="price")(joined)
    kind = pb.layers.Dense(3, activation="softmax", name="kind")(joined)
    return pb.Model([words, size], [price, kind], name="two")


def make_image():
    """Images of 6 × 4 with three channels, made flat: what arrives can be seen in what comes out."""
    image = pb.Input((6, 4, 3), name="photo")
    return pb.Model(image, pb.layers.Reshape((6 * 4 * 3,))(image), name="eyes")


class Recurrent(pb.layers.Layer):
    """A layer of one's own with a loop: a running state of each row of [batch, time, features]."""

    def __init__(self, units, name=None):
        super().__init__(name=name)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[2], self.units), name="kernel")
        self.recurrent = self.add_weight((self.units, self.units), name="recurrent")

    def call(self, x):
        def step(carry, item):
            new = pb.ops.tanh(
                pb.ops.add(pb.ops.matmul(carry, self.recurrent), pb.ops.matmul(item, self.kernel))
            )
            return [new, None]

        start = pb.ops.matmul(pb.ops.multiply(pb.ops.take(x, 0, 1), 0.0), self.kernel)
        return pb.ops.scan(step, start, pb.ops.transpose(x, [1, 0, 2]))[0]


def make_recurrent():
    """Rows of five times two numbers → two classes, through a loop; compiled."""
    pb.random.set_seed(13)
    model = pb.Sequential(
        [pb.Input((5, 2)), Recurrent(4), pb.layers.Dense(2, activation="softmax")], name="times"
    )
    model.compile(pb.optimizers.SGD(0.5), "sparse_categorical_crossentropy")
    return model


def make_several():
    """Rows of any number of steps → three numbers a row and one a step; compiled, with weighted metrics."""
    pb.random.set_seed(14)
    given = pb.Input((None, 2), name="given")
    total = pb.layers.Dense(3, name="sum")(pb.layers.GlobalAveragePooling1D()(given))
    model = pb.Model(given, {"sum": total, "steps": pb.layers.Dense(1, name="steps")(given)}, name="several")
    losses = {"sum": "mse", "steps": "mae"}
    model.compile("sgd", losses, weighted_metrics={"sum": ["mae"], "steps": ["mse"]})
    return model


def make_words():
    """Five words → two numbers; compiled. Its plans have constants, and steps that depend on weights only."""
    pb.random.set_seed(15)
    model = pb.Sequential(
        [
            pb.Input((5,)),
            pb.layers.Embedding(9, 4),
            pb.layers.Bidirectional(pb.layers.LSTM(3)),
            pb.layers.Dense(2, use_bias=False),
            pb.layers.BatchNormalization(),
        ]
    )
    model.compile("sgd", "mse")
    return model


MAKERS = {
    "dense": make_dense,
    "two": make_two,
    "image": make_image,
    "large": make_large,
    "recurrent": make_recurrent,
    "several": make_several,
    "words": make_words,
}
