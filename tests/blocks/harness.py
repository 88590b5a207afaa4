"""One harness for all layers, and helpers to compile and run what a test records."""

from dataclasses import dataclass, field

import numpy as np

from pybrowserml.backends.numpy import convolution, elementwise, engine, linear, movement, pooling
from pybrowserml.compiler.function import read_outputs, trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.config import config_of, from_config
from pybrowserml.core.context import pop_step, push_step
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import constant
from pybrowserml.core.host import host_array, host_scalar
from pybrowserml.core.opset.binary import multiply
from pybrowserml.core.opset.reduction import reduce_sum
from pybrowserml.core.slots import fetch_host
from pybrowserml.platform import buffers
from pybrowserml.platform.tasks import drive


class _DoubleNumpy:
    """NumPy, save that its float32 has 64 bits."""

    float32 = np.float64

    def __getattr__(self, name):
        return getattr(np, name)


def double_precision(monkeypatch):
    for module in (convolution, elementwise, engine, linear, movement, pooling, buffers):
        monkeypatch.setattr(module, "np", _DoubleNumpy())
    for table in (engine.DTYPES, elementwise.DTYPES, buffers.NUMPY):
        monkeypatch.setitem(table, "float32", np.float64)
    monkeypatch.setattr(elementwise, "F32", np.float64)


def compiled(function, arrays):
    """function(list of tensors) → list of tensors, compiled with a symbolic batch, run once: arrays."""
    specs = []
    for i, array in enumerate(arrays):
        host = host_array(array, None)
        specs.append([f"x{i}", [size_named("batch"), *host.shape[1:]], host.dtype])

    def named(inputs):
        return [[f"y{i}", tensor] for i, tensor in enumerate(function(inputs))]

    runner = trace_runner(named, specs)
    return run(runner, arrays)


def run(runner, arrays):
    """The outputs of a PlanRunner as arrays."""
    hosts = drive(read_outputs(drive(runner.run([host_array(array, None) for array in arrays]))))
    return [np.array(host.data).reshape(host.shape) for host in hosts]


def value_of(variable):
    host = drive(fetch_host(variable))
    return np.array(host.data).reshape(host.shape)


@dataclass
class LayerCase:
    """One row: how to make the layer, the shapes (batch included) of its inputs, what it must give.

    reference: (layer, *arrays) → array in float64, or None where stored cases tell the numbers;
    training_reference: the same in training; weights: their names in order; integers: the inputs are labels
    below this number.
    """

    label: str
    make: object
    shapes: list
    reference: object = None
    training_reference: object = None
    weights: list = field(default_factory=list)
    integers: int = 0


def run_layer_case(case):
    """Build; numbers in both training modes; configuration round trip; gradients by differences."""
    rng = np.random.default_rng(3)
    if case.integers:
        arrays = [rng.integers(0, case.integers, shape).astype(np.int32) for shape in case.shapes]
    else:
        arrays = [rng.normal(size=shape) for shape in case.shapes]
    layer = case.make()
    apply(layer, arrays, False)
    assert layer.built
    assert [variable.path for variable in layer.weights] == [f"{layer.name}/{w}" for w in case.weights]
    disturb(layer, rng)

    inferred = apply(layer, arrays, False)
    eager = layer(arrays if len(arrays) > 1 else arrays[0]).numpy()
    np.testing.assert_allclose(eager, inferred, rtol=1e-12, atol=1e-12)
    if case.reference is not None:
        np.testing.assert_allclose(inferred, case.reference(layer, *arrays), rtol=1e-7, atol=1e-9)
    check_config(layer, arrays, inferred)
    before = [value_of(variable) for variable in layer.weights]
    trained = apply(layer, arrays, True)
    if case.training_reference is not None:
        expected = case.training_reference(layer, before, *arrays)
        np.testing.assert_allclose(trained, expected, rtol=1e-7, atol=1e-9)
    assert trained.shape == inferred.shape
    for training in (False, True):
        check_gradients(layer, arrays, training, case.integers > 0)


def disturb(layer, rng):
    """Weights that no initializer would hide a mistake behind."""
    for variable in layer.weights:
        value = rng.normal(size=variable.shape) * 0.5
        variable.assign(np.abs(value) + 0.5 if "variance" in variable.path else value)


def apply(layer, arrays, training):
    """The layer's result as an array, through a compiled plan with a symbolic batch."""

    def function(inputs):
        return [layer.apply_to(inputs if len(inputs) > 1 else inputs[0], training)]

    return compiled(function, arrays)[0]


def check_config(layer, arrays, expected):
    """The layer made again from its configuration, with the same weights, gives the same numbers."""
    entry = config_of(layer)
    again = from_config(entry, "layer")
    assert config_of(again) == entry
    assert again.name == layer.name
    apply(again, arrays, False)
    for variable, other in zip(layer.weights, again.weights, strict=True):
        assert variable.shape == other.shape
        other.assign(value_of(variable))
    np.testing.assert_array_equal(apply(again, arrays, False), expected)


def check_gradients(layer, arrays, training, labels):
    """Gradients of a random projection of the result against central differences in double precision."""
    weights = layer.trainable_weights
    projection = np.random.default_rng(5).normal(size=apply(layer, arrays, training).shape)

    def function(given):
        inputs = given[:-1]
        push_step(constant(host_scalar(1, "int32")))
        try:
            result = layer.apply_to(inputs if len(inputs) > 1 else inputs[0], training)
        finally:
            pop_step()
        total = reduce_sum(multiply(result, given[-1]), None, False)
        sources = [variable.value for variable in weights]
        if not labels:
            sources = [*sources, *inputs]
        return [total, *gradients([total], sources, None)]

    # Moving averages change in training; the differences must all start from the same ones.
    state = [(variable, value_of(variable)) for variable in layer.weights]

    def total_at():
        for variable, value in state:
            if not any(variable is weight for weight in weights):
                variable.assign(value)
        return float(compiled(lambda given: function(given)[:1], [*arrays, projection])[0])

    found = compiled(function, [*arrays, projection])[1:]
    rng = np.random.default_rng(11)
    for i, gradient in enumerate(found):
        start = value_of(weights[i]) if i < len(weights) else arrays[i - len(weights)]
        direction = rng.normal(size=start.shape)
        step = 1e-6

        def moved(by, i=i, start=start, direction=direction):
            if i < len(weights):
                weights[i].assign(start + by * direction)
                result = total_at()
                weights[i].assign(start)
                return result
            place = i - len(weights)
            arrays[place] = start + by * direction
            result = total_at()
            arrays[place] = start
            return result

        numeric = (moved(step) - moved(-step)) / (2 * step)
        exact = float((gradient * direction).sum())
        assert abs(numeric - exact) <= 1e-6 * max(1.0, abs(exact)), (i, numeric, exact)
