"""Plans keep their contract; updates follow the order of the program."""

import json

import numpy as np
import pytest
from compiler.unfused import without_fusion
from compiler.validate import validate
from engines import ENGINES, Job
from parity.harness import Gradient, forward_jobs
from parity.table import ROWS

from pybrowserml.compiler.explain import explain
from pybrowserml.compiler.function import trace_runner
from pybrowserml.core.autodiff import gradients
from pybrowserml.core.dims import size_named
from pybrowserml.core.host import HostArray
from pybrowserml.core.opset.binary import add, divide, multiply, subtract
from pybrowserml.core.opset.generators import size_of
from pybrowserml.core.opset.matmul import matmul
from pybrowserml.core.opset.movement import broadcast_to, flip, transpose
from pybrowserml.core.opset.reduction import reduce_sum
from pybrowserml.core.opset.unary import cast, exp
from pybrowserml.core.variables import Variable
from pybrowserml.platform.errors import PybrowsermlError
from pybrowserml.platform.tasks import drive_sync


@pytest.mark.parametrize("name", [row.name for row in ROWS])
def test_plans_of_rows_keep_the_contract(name):
    row = next(row for row in ROWS if row.name == name)
    for job in forward_jobs(row):
        validate(job.plan)
    for case in Gradient.cases(row)[:2] if row.grad else []:
        gradient = Gradient(row, case)
        validate(gradient.first_job().plan)
        if row.second:
            validate(gradient.second_job().plan)
            with without_fusion():
                validate(gradient.second_job().plan)


def state_of(runner):
    return [np.asarray(variable.slot.host.data).reshape(variable.shape) for variable in runner.variables]


def updated(engines, engine, body, variables, inputs=(), runs=1):
    """[outputs, new values in the order of `variables`] after runs of a traced function of state."""
    specs = [[f"x{i}", list(x.shape), "float32"] for i, x in enumerate(inputs)]
    runner = trace_runner(body, specs)
    validate(runner.plan)
    plan = json.loads(json.dumps(runner.plan))
    result = engines.run(engine, [Job(plan, list(inputs), state_of(runner), runs=runs)])[0]
    places = [next((i for i, v in enumerate(runner.variables) if v is w), None) for w in variables]
    return result.outputs, [None if place is None else result.state[place] for place in places]


def variables(*values):
    return [Variable(np.asarray(v, np.float32), path=f"v{i}") for i, v in enumerate(values)]


@pytest.mark.parametrize("engine", ENGINES)
class TestUpdates:
    def test_a_later_read_sees_an_earlier_assignment(self, engines, engine):
        (v,) = variables([1, 2, 3])

        def body(inputs):
            before = v.value
            v.assign(add(v.value, 10.0))
            middle = v.value
            v.assign(multiply(v.value, 2.0))
            return [["before", multiply(before, 1.5)], ["middle", middle], ["after", v.value]]

        outputs, (new,) = updated(engines, engine, body, [v])
        np.testing.assert_array_equal(outputs[0], [1.5, 3, 4.5])
        np.testing.assert_array_equal(outputs[1], [11, 12, 13])
        np.testing.assert_array_equal(outputs[2], [22, 24, 26])
        np.testing.assert_array_equal(new, [22, 24, 26])

    def test_two_variables_swap(self, engines, engine):
        a, b = variables([1, 2], [3, 4])

        def body(inputs):
            left, right = a.value, b.value
            a.assign(right)
            b.assign(left)
            return []

        _, (x, y) = updated(engines, engine, body, [a, b], runs=3)
        np.testing.assert_array_equal(x, [3, 4])
        np.testing.assert_array_equal(y, [1, 2])

    def test_a_variable_moves_within_itself(self, engines, engine):
        v, w = variables(np.arange(12).reshape(3, 4), np.arange(9).reshape(3, 3))

        def body(inputs):
            v.assign(flip(v.value, [0, 1]))
            w.assign(transpose(w.value))
            return []

        _, (x, y) = updated(engines, engine, body, [v, w], runs=3)
        np.testing.assert_array_equal(x, np.arange(12).reshape(3, 4)[::-1, ::-1])
        np.testing.assert_array_equal(y, np.arange(9).reshape(3, 3).T)

    def test_an_old_version_is_read_after_the_new_one_is_made(self, engines, engine):
        (v,) = variables(np.arange(6).reshape(2, 3))

        def body(inputs):
            old = v.value
            v.assign(add(old, 1.0))
            late = matmul(transpose(v.value), v.value)
            total = reduce_sum(multiply(broadcast_to(reduce_sum(late, None, False), [2, 3]), old), 1, False)
            return [["total", total], ["product", matmul(old, late)]]

        outputs, (new,) = updated(engines, engine, body, [v], runs=2)
        old = np.arange(6).reshape(2, 3) + 1.0
        late = (old + 1).T @ (old + 1)
        np.testing.assert_allclose(outputs[0], (late.sum() * old).sum(1), rtol=1e-6)
        np.testing.assert_allclose(outputs[1], old @ late, rtol=1e-6)
        np.testing.assert_array_equal(new, old + 1)

    def test_one_value_for_several_outputs_and_updates(self, engines, engine):
        a, b = variables([1, 2], [5, 6])

        def body(inputs):
            value = add(a.value, 1.0)
            a.assign(value)
            b.assign(value)
            return [["x", value], ["again", value], ["input", inputs[0]], ["state", a.value]]

        outputs, (x, y) = updated(engines, engine, body, [a, b], [np.float32([7, 8])], runs=2)
        np.testing.assert_array_equal(outputs[0], [3, 4])
        np.testing.assert_array_equal(outputs[1], [3, 4])
        np.testing.assert_array_equal(outputs[2], [7, 8])
        np.testing.assert_array_equal(outputs[3], [3, 4])
        np.testing.assert_array_equal(x, [3, 4])
        np.testing.assert_array_equal(y, [3, 4])

    def test_writing_without_reading_and_reading_without_writing(self, engines, engine):
        a, b, c = variables([1, 2], [3, 4], [5, 6])

        def body(inputs):
            a.assign(inputs[0])
            c.assign(c.value)
            return [["b", exp(b.value)]]

        outputs, (x, y, z) = updated(engines, engine, body, [a, b, c], [np.float32([7, 8])], runs=2)
        np.testing.assert_allclose(outputs[0], np.exp([3, 4]), rtol=1e-6)
        np.testing.assert_array_equal(x, [7, 8])
        np.testing.assert_array_equal(y, [3, 4])
        np.testing.assert_array_equal(z, [5, 6])

    def test_training_steps(self, engines, engine):
        rng = np.random.default_rng(4)
        w, b = variables(rng.normal(size=(5, 3)), np.zeros(3))
        x = rng.normal(size=(8, 5)).astype(np.float32)
        y = rng.normal(size=(8, 3)).astype(np.float32)

        def body(inputs):
            error = subtract(add(matmul(inputs[0], w.value), b.value), inputs[1])
            loss = reduce_sum(multiply(error, error), None, False)
            dw, db = gradients([loss], [w.value, b.value])
            w.assign(subtract(w.value, multiply(0.01, dw)))
            b.assign(subtract(b.value, multiply(0.01, db)))
            return [["loss", loss]]

        outputs, (new_w, new_b) = updated(engines, engine, body, [w, b], [x, y], runs=5)
        ww, bb = np.float64(w.slot.host.data.reshape(5, 3)), np.zeros(3)
        for _ in range(5):
            error = x @ ww + bb - y
            loss = (error**2).sum()
            ww, bb = ww - 0.01 * 2 * x.T @ error, bb - 0.01 * 2 * error.sum(0)
        np.testing.assert_allclose(outputs[0], loss, rtol=1e-5)
        np.testing.assert_allclose(new_w, ww, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(new_b, bb, rtol=1e-4, atol=1e-5)


def test_an_assignment_of_another_shape_is_refused_and_of_another_dtype_cast():
    (v,) = variables([1, 2])

    def body(x):
        v.assign(x[0])
        return []

    for wrong in ([1.0, 2.0, 3.0], [[1.0, 2.0]]):
        with pytest.raises(PybrowsermlError, match="v0"):
            trace_runner(body, [["x", list(np.shape(wrong)), "float32"]])
    runner = trace_runner(body, [["x", [2], "int32"]])
    drive_sync(runner.run([HostArray(np.asarray([3, 4], np.int32), [2], "int32")]))
    assert v.value.dtype == "float32" and v.value.numpy().tolist() == [3, 4]


def test_explain_names_kernels_layers_shapes_and_what_is_fused():
    from pybrowserml.core.graph import pop_label, push_label

    batch = size_named("batch")
    w = Variable(np.zeros((4, 2), np.float32), path="dense/kernel")

    def body(inputs):
        push_label("dense")
        y = exp(matmul(inputs[0], w.value))
        pop_label()
        loss = divide(reduce_sum(y, None, False), cast(size_of(batch), "float32"))
        w.assign(subtract(w.value, loss))
        return [["loss", loss]]

    plan = trace_runner(body, [["x", [batch, 4], "float32"]]).plan
    text = explain(plan)
    assert text.splitlines()[0].startswith(f"{len(plan['steps'])} steps, 1 inputs, 1 state, 1 updates")
    assert "matmul (dense)  x[batch,4], dense/kernel[4,2] -> " in text
    assert "[exp]" in text and "loss[]" in text and "dense/kernel'[4,2]" in text
    sized = explain(plan, {"batch": 32})
    assert "x[32,4]" in sized and "bytes" in sized and "batch" not in sized
