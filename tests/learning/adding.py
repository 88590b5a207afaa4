"""A recurrent net that adds numbers as text, as a user writes it; by `build --dynamic` a page runs the same file."""

import pybrowserml as keras
from pybrowserml import layers, ops

LETTERS = "0123456789+ "
KINDS = {"lstm": layers.LSTM, "gru": layers.GRU}


class OneHot(layers.Layer):
    """Letters by number → vectors with a one."""

    def __init__(self, depth, **kwargs):
        super().__init__(**kwargs)
        self.depth = depth

    def call(self, x):
        return ops.one_hot(x, self.depth)

    def get_config(self):
        return {**super().get_config(), "depth": self.depth}


class Curve(keras.callbacks.Callback):
    """Notes the sums that are answered right after every tenth epoch, and stops when all are."""

    def __init__(self, questions, answers):
        super().__init__()
        self.questions, self.answers = questions, answers
        self.right = {}

    def on_epoch_end(self, epoch, logs=None):
        if epoch % 10 == 9:
            self.right[epoch + 1] = fraction(written(self.model, self.questions), self.answers)
            if self.right[epoch + 1] == 1:
                self.model.stop_training = True


def encoded(texts, length):
    """Texts as rows of numbers of letters, filled up with spaces."""
    return [[LETTERS.index(letter) for letter in f"{text:<{length}}"] for text in texts]


def written(model, questions):
    """What the model answers, as texts."""
    rows = model.predict(encoded(questions, 5), verbose=0).tolist()
    return ["".join(LETTERS[max(range(len(p)), key=p.__getitem__)] for p in row).strip() for row in rows]


def fraction(found, expected):
    """How many texts are right, 0 to 1."""
    return sum(a == b for a, b in zip(found, expected, strict=True)) / len(expected)


def make(kind, units, steps):
    """Reads the sum with one recurrent layer and writes the answer with another."""
    layer = KINDS[kind]
    model = keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            OneHot(len(LETTERS)),
            layer(units),
            layers.RepeatVector(2),
            layer(units, return_sequences=True),
            layers.Dense(len(LETTERS), activation="softmax"),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(0.02, steps)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def learn(kind="lstm", units=64, epochs=60, seed=7):
    """Trains on all sums below 12 + 12 but every tenth, shuffled; what a script would print."""
    pairs = [(7 * i % 144 // 12, 7 * i % 144 % 12) for i in range(144)]
    sums = {f"{a}+{b}": str(a + b) for a, b in pairs}
    unseen = list(sums)[::10]
    seen = [question for question in sums if question not in unseen]
    keras.utils.set_random_seed(seed)
    model = make(kind, units, steps=epochs * 9)
    curve = Curve(seen, [sums[question] for question in seen])
    history = model.fit(
        encoded(seen, 5),
        encoded([sums[question] for question in seen], 2),
        epochs=epochs,
        batch_size=16,
        verbose=0,
        callbacks=[curve],
    )
    answers = written(model, unseen)
    right = [
        fraction(a, f"{sums[question]}")
        for question, a in zip(unseen, answers, strict=True)
        if len(a) == len(sums[question])
    ]
    return {
        "loss": history.history["loss"],
        "right": curve.right,
        "unseen": dict(zip(unseen, answers, strict=True)),
        "letters": sum(right) / len(unseen),
    }
