"""What test_training_worlds.py does in both worlds: weights, steps of one's own, limits, progress.

In the subset. In JavaScript the CPU engine runs it.
"""

from pybrowserml import callbacks, config, layers, losses, metrics, ops, optimizers
from pybrowserml.backends.active import engine_names, register_engine
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.callbacks.progbar import Progbar, clock_text, value_text
from pybrowserml.core.host import HostArray
from pybrowserml.core.naming import reset_names
from pybrowserml.data.dataset import Dataset
from pybrowserml.data.parts import unpack_x_y_sample_weight
from pybrowserml.models.freeze import freeze
from pybrowserml.models.model import Model
from pybrowserml.models.opening import open_frozen
from pybrowserml.models.safetensors import encode_tensors
from pybrowserml.models.sequential import Sequential
from pybrowserml.ops import random
from pybrowserml.platform.errors import kind_of, message_of
from pybrowserml.platform.random import uniform_array
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import to_json, utf8_encode
from pybrowserml.transforms import variable_grads


def uniform(shape, step):
    count = 1
    for dim in shape:
        count = count * dim
    return HostArray(uniform_array(1, 2, step, count, -1.0, 1.0), shape, "float32")


def rising(count):
    found = []
    for i in range(count):
        found.append(i / 10.0)
    return found


def thawed(model):
    """Generator → the model frozen and opened again."""
    made = yield freeze(model, True)
    tensors = made["tensors"]
    manifest = {}
    for key in made.keys():
        if key != "tensors":
            manifest[key] = made[key]
    return open_frozen(utf8_encode(to_json(manifest)), [["w", encode_tensors(tensors)]], "model.json")


class Two(Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(2, None, True, "ones")
        self.second = layers.Dense(1, None, True, "ones")

    def call(self, x, training=None):
        return {"a": self.first.apply_to(x), "b": self.second.apply_to(x)}


class Stepped(Two):
    def train_step(self, data):
        parts = unpack_x_y_sample_weight(data)

        def loss():
            return self.compute_loss(parts[0], parts[1], self.apply_to(parts[0], True), parts[2])

        learned = variable_grads(loss, self.trainable_variables)()
        self.optimizer.apply(learned["grads"], self.trainable_variables)
        self.metrics[0].update_state(learned["value"])
        return self.compute_metrics(parts[0], parts[1], self.apply_to(parts[0], True), parts[2])


class Weighed(Two):
    def __init__(self):
        super().__init__()
        self.extra = metrics.Mean("extra")

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        self.extra.update_state(ops.multiply(loss, 2.0))
        return loss


def weighted(answers):
    """A model, and the same frozen, with weights of rows, of places and of classes."""
    random.set_seed(3)
    reset_names()
    x = uniform([12, 4, 2], 1)
    y = uniform([12, 4, 3], 2)
    net = Sequential([layers.Input([None, 2]), layers.Dense(3)])
    net.compile(optimizers.SGD(0.1), "mse", None, None, ["mae"])
    frozen = yield from thawed(net)
    places = uniform([12, 4], 3)
    rows = HostArray(places.data[0:12], [12, 1], "float32")
    found = []
    for weights in [places, rows, None]:
        found.append((yield frozen.fit(x, y, 5, 2, None, 0.0, None, True, None, weights)).history)
        found.append((yield net.fit(x, y, 5, 2, 0, None, 0.0, None, True, None, weights)).history)
    answers["weights"] = found
    net = Sequential([layers.Input([2]), layers.Dense(3, "softmax")])
    net.compile("sgd", losses.SparseCategoricalCrossentropy(), None, ["accuracy"])
    frozen = yield from thawed(net)
    labels = [i % 3 for i in range(12)]
    x = uniform([12, 2], 4)
    classes = {"0": 0.5, "2": 3.0}
    answers["classes"] = [
        (yield frozen.fit(x, labels, 5, 2, None, 0.25, None, True, classes)).history,
        (yield net.fit(x, labels, 5, 2, 0, None, 0.25, None, True, classes)).history,
        (yield frozen.train_on_batch(x, labels, rising(12))),
        (yield frozen.evaluate(x, labels, None, rising(12))),
    ]
    messages = []
    for weights in [[1.0], uniform([12, 2], 1)]:
        try:
            yield frozen.train_on_batch(x, labels, weights)
        except Exception as caught:
            messages.append([kind_of(caught), message_of(caught)])
    answers["refused"] = messages


def own_steps(answers):
    x = uniform([20, 3], 1)
    y = {"a": uniform([20, 2], 2), "b": uniform([20, 1], 3)}
    found = []
    for model in [Two(), Stepped(), Weighed()]:
        for weights in [None, {"a": rising(20), "b": rising(20)}]:
            model.compile("sgd", {"a": "mse", "b": "mae"}, None, {"a": ["mae"]})
            history = yield model.fit(x, y, 8, 2, 0, None, 0.0, None, False, None, weights)
            found.append(history.history)
        found.append((yield model.evaluate(x, y, 8, 0)))
    answers["own steps"] = found
    answers["names"] = model.metrics_names
    other = Weighed()
    other.compile_from_config(model.get_compile_config())
    answers["compiled alike"] = [other.get_compile_config(), other.loss]


class Numbers(callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_begin(self, epoch, logs=None):
        self.seen.append([])

    def on_train_batch_end(self, batch, logs=None):
        self.seen[len(self.seen) - 1].append(logs["loss"])


def epochs(answers):
    """Epochs of so many steps, and limits."""
    x = HostArray(uniform_array(1, 2, 5, 10, 0.0, 9.0), [10, 1], "float32")
    found = []
    for data in [x, Dataset(x, x).batch(2), Dataset(x, x).batch(2).repeat()]:
        numbers = Numbers()
        net = Sequential([layers.Input([1]), layers.Dense(1, None, True, "zeros")])
        net.compile(optimizers.SGD(0.0), "mse")
        y = x if data is x else None
        yield net.fit(data, y, 2, 4, 0, [numbers], 0.0, None, False, None, None, 0, 2)
        found.append(numbers.seen)
    config.set_max_epochs(1)
    config.set_max_steps_per_epoch(2)
    try:
        history = yield net.fit(x, x, 2, 1, 0)
        predicted = yield net.predict(x, 3)
    finally:
        config.set_max_epochs(None)
        config.set_max_steps_per_epoch(None)
    answers["epochs"] = found
    answers["limits"] = [history.epoch, predicted.shape[0], config.max_epochs()]


def progress(answers):
    bar = Progbar(4, 20, 0, 0.05, ["last"])
    bar.update(1, [["mean", 1.0], ["last", 1.0]])
    bar.add(2, [["mean", 4.0], ["last", 2.0]])
    answers["bar"] = [bar.seen, bar.labels, bar.sums, bar.counts]
    answers["texts"] = [value_text(value) for value in [0.0, 0.5, -2e-5, 0.0009999999, 123.45678]]
    answers["times"] = [clock_text(seconds) for seconds in [0.4, 67.5, 3607.0]]


def answer(text):
    """Generator → JSON of all answers."""
    if len(engine_names()) == 0:
        register_engine("cpu", lambda: [True, ""], CpuBackend)
    answers: dict = {}
    yield from weighted(answers)
    yield from own_steps(answers)
    yield from epochs(answers)
    progress(answers)
    return to_json(answers)


def run_job(text):
    """A promise of the answers."""
    return drive(answer(text))
