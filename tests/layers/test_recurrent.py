"""Recurrent layers against Keras 3's numbers, on every engine: outputs, and gradients by weights and input."""

import numpy as np
import pytest
from engines import ENGINES, Job

from pybrowserml.backends.active import engine_names, register_engine, set_backend
from pybrowserml.backends.numpy import NumpyBackend
from pybrowserml.compiler import realise
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import placeholder, record_trace
from pybrowserml.layers.call import flat
from pybrowserml.ops import multiply, sum

from .recurrent_rows import ROWS, STORED, mask_array

NAMES = [given["name"] for given in ROWS]


class Row:
    """A row with its layer and plan."""

    def __init__(self, given, stored):
        self.given = given
        self.name = given["name"]
        self.stored = stored
        self.layer = from_config(given["layer"], "layer")
        self.x = self.array("x")
        self.mask = mask_array(given)
        self.states = self.group("states")
        self.outputs = self.group("outputs")
        self.build()

    def array(self, key):
        return self.stored[f"{self.name}/{key}"]

    def group(self, key):
        found = []
        while f"{self.name}/{key}/{len(found)}" in self.stored:
            found.append(self.array(f"{key}/{len(found)}"))
        return found

    def build(self):
        record_trace(lambda: self.layer.apply_to(placeholder("x", list(self.x.shape), "float32")))
        self.layer.set_weights(self.group("weights"))

    def inputs(self):
        masks = [] if self.mask is None else [self.mask]
        return [self.x, *masks, *self.states, *self.group("projections")]

    def plan(self, layer):
        """Outputs and gradients, for any batch and any time."""
        dims = [size_named("batch"), size_named("time")]

        def spec(name, array):
            shape = list(array.shape)
            if array is self.x or array is self.mask:
                shape[:2] = dims
            elif shape[0] == self.x.shape[0]:
                shape[0] = dims[0]
                if len(shape) == len(self.x.shape) or self.given["layer"]["class_name"] == "TimeDistributed":
                    shape[1] = dims[1]
            return [name, shape, "bool" if array.dtype == bool else "float32"]

        def body(inputs):
            x = inputs[0]
            at = 1
            keywords = {}
            if self.mask is not None:
                keywords["mask"] = inputs[at]
                at += 1
            if self.states:
                keywords["initial_state"] = inputs[at : at + len(self.states)]
                at += len(self.states)
            outputs = flat(layer.apply_to(x, False, keywords))
            total = None
            for output, projection in zip(outputs, inputs[at:], strict=True):
                part = sum(multiply(output, projection))
                total = part if total is None else total + part
            sources = [*(variable.value for variable in layer.trainable_weights), x]
            found = gradients([total], sources, None)
            return [[f"y{i}", tensor] for i, tensor in enumerate([*outputs, *found])]

        return trace_runner(body, [spec(f"x{i}", array) for i, array in enumerate(self.inputs())])

    def job(self, layer=None):
        layer = layer or self.layer
        runner = self.plan(layer)
        state = [np.asarray(variable.slot.host.data).reshape(variable.shape) for variable in runner.variables]
        return Job(
            runner.plan, self.inputs(), state, sizes={"batch": self.x.shape[0], "time": self.x.shape[1]}
        )

    def check(self, result):
        wanted = [*self.outputs, *self.group("gradients")]
        assert len(result.outputs) == len(wanted)
        for i, (found, expected) in enumerate(zip(result.outputs, wanted, strict=True)):
            # float32 in both; gradients sum over steps.
            np.testing.assert_allclose(found, expected, rtol=2e-5, atol=1e-5, err_msg=f"{self.name}: {i}")


@pytest.fixture(scope="module")
def stored():
    return dict(np.load(STORED))


@pytest.fixture(autouse=True)
def fresh():
    if "numpy" not in engine_names():
        register_engine("numpy", lambda: [True, ""], NumpyBackend)
    realise.install()
    set_backend("numpy")


@pytest.mark.parametrize("given", ROWS, ids=NAMES)
def test_keras_numbers(given, stored, engines):
    made = Row(given, stored)
    made.check(engines.run("numpy", [made.job()])[0])
    paths = [variable.path for variable in made.layer.weights]
    assert [path.split("/")[-1] for path in paths] == [p.split("/")[-1] for p in made.array("paths")]


# A row is some twenty shaders: these differ most.
WEBGL = [
    "simple masked",
    "lstm one step",
    "lstm sequences",
    "gru masked",
    "gru before backwards",
    "rnn stacked",
]
WEBGL.append("convlstm1d strides")


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_engines(engine, stored, engines):
    made = [Row(given, stored) for given in ROWS if engine != "webgl" or given["name"] in WEBGL]
    for entry, result in zip(made, engines.run(engine, [entry.job() for entry in made]), strict=True):
        entry.check(result)


@pytest.mark.parametrize("given", ROWS, ids=NAMES)
def test_configurations(given, stored, engines):
    made = Row(given, stored)
    entry = config_of(made.layer)
    again = from_config(entry, "layer")
    assert config_of(again) == entry
    record_trace(lambda: again.apply_to(placeholder("x", list(made.x.shape), "float32")))
    again.set_weights(made.group("weights"))
    made.check(engines.run("numpy", [made.job(again)])[0])
