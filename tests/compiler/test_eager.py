"""Eager use: lazy, computed together, compiled once."""

import gc
import time

import numpy as np
import pytest

import pybrowserml
from pybrowserml.backends.active import set_backend
from pybrowserml.compiler.function import COUNTERS, trace_runner
from pybrowserml.compiler.realise import EAGER, MOST_PENDING, is_realised, read_tensor
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import constant
from pybrowserml.core.host import host_array
from pybrowserml.core.opset.binary import add, multiply
from pybrowserml.core.opset.generators import iota, size_of
from pybrowserml.core.opset.pooling import max_pool2d
from pybrowserml.core.opset.reduction import reduce_sum
from pybrowserml.core.opset.unary import exp
from pybrowserml.core.variables import Variable
from pybrowserml.platform.errors import EngineError
from pybrowserml.platform.tasks import drive


@pytest.fixture(autouse=True)
def numpy_engine():
    gc.collect()
    set_backend("numpy")


def given(numbers):
    return constant(host_array(np.asarray(numbers, np.float32), None))


def read(tensor):
    return drive(read_tensor(tensor)).data.tolist()


def test_nothing_runs_before_a_read():
    runs = COUNTERS.runs
    y = exp(add(given([0.0, 1.0]), 1.0))
    assert COUNTERS.runs == runs and not is_realised(y)
    np.testing.assert_allclose(read(y), np.exp([1, 2]), rtol=1e-6)
    assert COUNTERS.runs == runs + 1
    read(y)
    assert COUNTERS.runs == runs + 1


def test_handles_that_are_alive_become_outputs_and_others_do_not():
    x = given([1.0, 2.0])
    kept = add(x, 1.0)
    aside = multiply(kept, 10.0)
    node = add(kept, 5.0).node
    total = reduce_sum(multiply(add(kept, 5.0), 2.0), None, False)
    assert read(total) == [30]
    runs = COUNTERS.runs
    assert is_realised(kept) and not is_realised(aside) and node.buffers is None
    assert read(kept) == [2, 3] and COUNTERS.runs == runs
    assert read(aside) == [20, 30] and COUNTERS.runs == runs + 1


def test_a_realised_tensor_drops_its_history():
    y = add(multiply(given([1.0]), 2.0), 3.0)
    read(y)
    assert y.node.inputs == []
    assert read(multiply(y, 2.0)) == [10]


def test_every_output_of_a_node_is_kept():
    x = given(np.arange(16.0).reshape(1, 4, 4, 1))
    y, places = max_pool2d(x, [2, 2], [2, 2], [[0, 0], [0, 0]])
    assert read(y) == [5, 7, 13, 15]
    runs = COUNTERS.runs
    assert read(places) == [5, 7, 13, 15] and COUNTERS.runs == runs


def test_other_numbers_compile_nothing_new():
    def work(numbers, factor):
        x = given(numbers)
        return read(reduce_sum(multiply(exp(x), factor), None, False))

    work([1, 2, 3], 0.5)
    compiles, prepares = COUNTERS.compiles, COUNTERS.prepares
    for factor in (0.25, 3.0, -1.0):
        found = work([factor, 1, 2], factor)
        np.testing.assert_allclose(found, factor * np.exp([factor, 1, 2]).sum(), rtol=1e-6)
    assert (COUNTERS.compiles, COUNTERS.prepares) == (compiles, prepares)
    work([1, 2, 3, 4], 0.5)
    assert COUNTERS.compiles == compiles + 1


def test_a_captured_value_of_a_variable_stays_what_it_was():
    v = Variable(np.float32([1, 2]), path="v")
    old = v.value
    double = multiply(old, 2.0)
    v.assign(add(v.value, 10.0))
    assert read(old) == [1, 2]
    assert read(double) == [2, 4]
    assert read(v.value) == [11, 12]
    v.assign(np.float32([5, 6]))
    assert read(v.value) == [5, 6]


def test_a_captured_value_survives_an_assignment_from_the_host():
    v = Variable(np.float32([1, 2]), path="v")
    double = multiply(v.value, 2.0)
    v.assign(np.float32([5, 6]))
    assert read(double) == [2, 4]
    assert read(v.value) == [5, 6]


def test_a_captured_value_survives_a_compiled_step():
    v = Variable(np.float32([1, 2]), path="v")
    double = multiply(v.value, 2.0)

    def body(inputs):
        v.assign(add(v.value, inputs[0]))
        return []

    runner = trace_runner(body, [["x", [2], "float32"]])
    for _ in range(2):
        drive(runner.run([host_array(np.float32([1, 1]), None)]))
    assert read(double) == [2, 4]
    assert read(v.value) == [3, 4]


def test_a_loop_that_never_reads_stays_small():
    runs, x = COUNTERS.runs, given([0.0])
    for _ in range(2000):
        x = add(multiply(x, 0.5), 1.0)
    assert COUNTERS.runs > runs
    assert EAGER.pending.count() <= 2 * MOST_PENDING
    compiles = COUNTERS.compiles
    for _ in range(2000):
        x = add(multiply(x, 0.5), 1.0)
    assert COUNTERS.compiles <= compiles + 2
    np.testing.assert_allclose(read(x), [2], rtol=1e-6)


def test_many_handles_that_are_kept_are_computed_together():
    runs = COUNTERS.runs
    x = given([1.0])
    kept = [add(x, float(i)) for i in range(700)]
    assert runs < COUNTERS.runs <= runs + 2
    runs = COUNTERS.runs
    assert [read(y)[0] for y in kept[:100]] == [1.0 + i for i in range(100)]
    assert COUNTERS.runs == runs
    assert read(kept[699]) == [700.0]


def test_host_data_that_a_traced_function_assigns_is_assigned_at_every_run():
    v = Variable(np.float32([1, 2]), path="v")

    def body(inputs):
        v.assign(np.float32([7, 8]))
        v.assign(add(v.value, inputs[0]))
        return []

    runner = trace_runner(body, [["x", [2], "float32"]])
    assert read(v.value) == [1, 2]
    for _ in range(2):
        drive(runner.run([host_array(np.float32([1, 1]), None)]))
        assert read(v.value) == [8, 9]


def test_a_long_chain_compiles_in_time():
    """Compiling is about linear in the number of nodes: 1500 of them take well below a second each half."""

    def body(inputs):
        x = inputs[0]
        for _ in range(750):
            x = add(multiply(x, 0.5), inputs[0])
        return [["y", x]]

    started = time.perf_counter()
    plan = trace_runner(body, [["x", [2], "float32"]]).plan
    assert time.perf_counter() - started < 10
    assert len(plan["steps"]) == 1


def test_a_compiled_function_compiles_once():
    runner = trace_runner(lambda x: [["y", exp(x[0])]], [["x", [3], "float32"]])
    compiles, prepares = COUNTERS.compiles, COUNTERS.prepares
    for _ in range(3):
        drive(runner.run([host_array(np.float32([1, 2, 3]), None)]))
    assert COUNTERS.compiles == compiles and COUNTERS.prepares == prepares + 1


def test_what_reads_a_disposed_value_says_so():
    x = add(given([1, 2]), 1.0)
    assert read(x) == [2, 3]
    late = multiply(x, 3.0)
    x.dispose()
    with pytest.raises(EngineError, match="was released: its tensor was disposed"):
        read(late)


def test_bits_have_operators():
    x = constant(host_array([12, 10], "uint32"))
    found = [x & 8, 1 | x, x ^ 5, x << 2, x >> 1, 2 << x, ~x]
    wanted = [[8, 8], [13, 11], [9, 15], [48, 40], [6, 5], [8192, 2048], [4294967283, 4294967285]]
    assert [read(tensor) for tensor in found] == wanted
    assert all(tensor.dtype == "uint32" for tensor in found)


def test_tensors_of_unknown_sizes_wait_for_ever():
    """They depend on no input and still have no value: many pending tensors must not be computed with them."""
    size = size_named("n")
    held = [add(iota([size], 0), 1), add(size_of(size), 1)]
    x = constant(host_array([1.0, 2.0], "float32"))
    for _step in range(MOST_PENDING + 8):
        x = add(x, 1.0)
    assert drive(read_tensor(x)).data.tolist() == [MOST_PENDING + 9.0, MOST_PENDING + 10.0]
    assert not any(is_realised(tensor) for tensor in held)


def test_what_a_layer_keeps_of_its_call():
    """It is computed when asked for, with the weights of the time of the call."""

    class Keeps(pybrowserml.Layer):
        def build(self, input_shape):
            self.w = self.add_weight(shape=(2,), initializer="ones", name="w")

        def call(self, x):
            self.kept = x * self.w
            self.read = float(reduce_sum(x, None, False).data())
            return self.kept + 1.0

    layer = Keeps()
    first = layer(given([2.0, 3.0]))
    kept = layer.kept
    assert layer.read == 5 and not is_realised(kept)
    layer.w.assign([10.0, 20.0])
    assert read(first) == [3, 4] and read(kept) == [2, 3]
    second = layer(given([1.0, 1.0]))
    assert read(second) == [11, 21] and not is_realised(layer.kept)
    assert read(layer.kept) == [10, 20]


def test_a_long_call_of_a_layer_is_one_run():
    class Long(pybrowserml.Layer):
        def call(self, x):
            steps = []
            for _step in range(MOST_PENDING + 8):
                x = x + 1.0
                steps.append(x)
            return x

    runs = COUNTERS.runs
    found = Long()(given([1.0]))
    assert COUNTERS.runs == runs + 1 and is_realised(found)
    assert read(found) == [MOST_PENDING + 9.0] and EAGER.calls == 0
    with pytest.raises(ZeroDivisionError):
        pybrowserml.layers.Lambda(lambda x: 1 // 0)(found)
    assert EAGER.calls == 0
