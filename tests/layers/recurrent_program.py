"""Recurrent layers in Python and, transpiled, in JavaScript: this program must give the same answers in both.

In the subset. In JavaScript the CPU engine runs it. The text given to it lists rows of recurrent_rows.
"""

from pybrowserml import layers, ops, optimizers
from pybrowserml.backends.active import engine_names, register_engine
from pybrowserml.backends.cpu.engine import CpuBackend
from pybrowserml.compiler import realise
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.host import HostArray, host_array, host_numbers
from pybrowserml.core.naming import reset_names
from pybrowserml.layers.call import flat
from pybrowserml.models.model import Model
from pybrowserml.models.saving import model_files
from pybrowserml.models.sequential import Sequential
from pybrowserml.ops import random
from pybrowserml.platform.random import uniform_array
from pybrowserml.platform.tasks import drive
from pybrowserml.platform.text import from_json, to_json


def uniform(shape, step):
    count = 1
    for dim in shape:
        count = count * dim
    return HostArray(uniform_array(1, 2, step, count, -1.0, 1.0), shape, "float32")


def tensor(shape, step):
    return ops.convert_to_tensor(uniform(shape, step))


def numbers(found):
    """Generator → all numbers of tensors, or of a tensor, in one list."""
    listed = []
    for part in flat(found):
        data = yield ops.reshape(part, [-1]).data()
        listed.extend(host_numbers(host_array(data, "float32")))
    return listed


def mask_of(row):
    flags = []
    for i in range(row["shape"][0]):
        for j in range(row["shape"][1]):
            flags.append(0.0 if j in row["mask"][i] else 1.0)
    return ops.reshape(
        ops.cast(ops.convert_to_tensor(host_array(flags, "float32")), "bool"), row["shape"][0:2]
    )


def run_row(row):
    """Generator → outputs, in training too, and configuration of a row."""
    random.set_seed(7)
    reset_names()
    layer = from_config(row["layer"], "layer")
    keywords = {}
    if row["mask"] is not None:
        keywords["mask"] = mask_of(row)
    if len(row["states"]) > 0:
        keywords["initial_state"] = [tensor(row["states"][i], 20 + i) for i in range(len(row["states"]))]
    x = tensor(row["shape"], 1)
    found = yield from numbers(layer.apply_to(x, False, keywords))
    trained = yield from numbers(layer.apply_to(x, True, keywords))
    entry = config_of(layer)
    again = from_config(entry, "layer")
    return {
        "outputs": found,
        "trained": trained,
        "config": entry,
        "again": config_of(again),
        "paths": [variable.path for variable in layer.weights],
    }


class Leaky(layers.Layer):
    """A cell of a user: half of the state stays."""

    def __init__(self, units):
        super().__init__()
        self.units = units
        self.state_size = units
        self.output_size = units

    def build(self, input_shape):
        self.kernel = self.add_weight([input_shape[len(input_shape) - 1], self.units], "ones")

    def call(self, inputs, states):
        after = ops.add(ops.multiply(states[0], 0.5), ops.matmul(inputs, self.kernel.value))
        return [ops.multiply(after, 2.0), [after]]


def own_cell(answers):
    random.set_seed(3)
    layer = layers.RNN(Leaky(3), True, True)
    found = yield from numbers(layer.apply_to(tensor([2, 4, 2], 3)))
    answers["own cell"] = found


def stateful(answers):
    random.set_seed(4)
    reset_names()
    x = layers.Input([None, 2], 2, "float32", None, "x")
    layer = from_config({"class_name": "GRU", "config": {"units": 3, "stateful": True}}, "layer")
    model = Model(x, layer.apply_to(x))
    steps = []
    for i in range(3):
        found = yield model.predict(uniform([2, 4, 2], i), 2)
        steps.append(host_numbers(host_array(found, "float32")))
    answers["stateful"] = steps
    layer.reset_state()
    found = yield from numbers(layer.states)
    answers["reset"] = found


def learning(answers):
    random.set_seed(5)
    reset_names()
    entry = {"class_name": "LSTM", "config": {"units": 4, "dropout": 0.2, "recurrent_dropout": 0.1}}
    both = {"class_name": "Bidirectional", "config": {"layer": entry, "merge_mode": "concat"}}
    model = Sequential(
        [
            layers.Input([None, 3], None, "float32", None, "x"),
            layers.TimeDistributed(layers.Dense(3, "tanh")),
            from_config(both, "layer"),
            layers.Dense(1),
        ]
    )
    model.compile(optimizers.Adam(0.01), "mean_squared_error")
    history = yield model.fit(uniform([12, 5, 3], 1), uniform([12, 1], 2), 4, 3, 0)
    answers["learning"] = history.history["loss"]
    files = yield from model_files(model)
    answers["saved"] = len(files[1][1])
    answers["names"] = [variable.path for variable in model.weights]
    answers["config"] = model.get_config()


def answer(text):
    """Generator → JSON of all answers."""
    realise.install()
    if len(engine_names()) == 0:
        register_engine("cpu", lambda: [True, ""], CpuBackend)
    answers = {"rows": []}
    for row in from_json(text):
        found = yield from run_row(row)
        answers["rows"].append(found)
    yield from own_cell(answers)
    yield from stateful(answers)
    yield from learning(answers)
    return to_json(answers)


def run_job(text):
    """A promise of the answers."""
    return drive(answer(text))
