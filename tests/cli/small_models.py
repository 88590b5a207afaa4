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


MAKERS = {"dense": make_dense, "two": make_two, "image": make_image}
