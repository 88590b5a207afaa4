"""explain(passes=True) tells of each pass what it did: a test for each line, before and after."""

import numpy as np

import pybrowserml as pb
from pybrowserml import layers, ops
from pybrowserml.compiler.function import trace_runner
from pybrowserml.compiler.passes import with_passes
from pybrowserml.core.autodiff import gradients


def lines_of(function, *shapes):
    specs = [[f"x{i}", list(shape), "float32"] for i, shape in enumerate(shapes)]
    runner = with_passes(lambda: trace_runner(lambda x: [["y", function(*x)]], specs))
    return dict(line.split(": ", 1) for line in runner.passes.lines()[1:])


def test_simplified_folded_and_shared_nodes_are_counted_by_rule():
    def function(x):
        y = ops.transpose(ops.transpose(ops.add(x, 0.0)))
        return ops.add(ops.exp(y), ops.multiply(ops.exp(y), ops.sqrt(ops.add(3.0, 1.0))))

    line = lines_of(function, (2, 3))["simplify, fold, share"]
    assert "simplify add, transpose" in line.replace("2 transpose", "transpose")
    assert "fold add, sqrt" in line and "share exp" in line
    before, after = line.split(" nodes")[0].split(" -> ")
    # The input, its power, 2, their product and the sum.
    assert int(before) > int(after) == 5


def test_chains_epilogues_and_rows_tell_what_they_joined():
    def function(x, w):
        return ops.softmax(ops.relu(ops.add(ops.matmul(x, w), 1.0)))

    lines = lines_of(function, (4, 6), (6, 5))
    assert lines["chains of elementwise work"] == "8 -> 6 steps  (add [add maximum], subtract [subtract exp])"
    assert lines["epilogues"] == "6 -> 5 steps  (matmul [add maximum])"
    assert lines["rows"] == "5 -> 2 steps  (reduce [max subtract exp sum divide])"


def test_a_model_tells_of_scales_and_of_what_runs_once():
    model = pb.Sequential(
        [
            layers.Input([6, 6, 2]),
            layers.Conv2D(3, 3, use_bias=False, name="look"),
            layers.BatchNormalization(),
        ]
    )
    text = model.explain(None, True)
    assert "look)" in next(line for line in text.split("\n") if line.startswith("scales into weights"))
    assert any(line.startswith("once: ") for line in text.split("\n"))
    # What is shown without it is the same plan, and nothing is told of passes.
    assert text.split("\n\n", 1)[1] == model.explain() and "pass:" not in model.explain()
    assert pb.explain(model, 2, True).split("\n\n", 1)[1] == model.explain(2)


def test_loops_tell_what_left_them():
    """The product of all steps' inputs leaves the forward loop, that of the weights' gradient the backward one, and
    the loops that the gradient asks for become one of each direction."""

    def function(sequence, kernel, state):
        def step(carry, row):
            made = ops.tanh(ops.add(ops.matmul(carry, state), ops.matmul(row, kernel)))
            return made, made

        loss = ops.sum(ops.scan(step, ops.zeros((2, 3)), sequence)[1])
        return gradients([loss], [kernel, state], [ops.ones(())])[0]

    line = lines_of(function, (5, 2, 4), (4, 3), (3, 3))["loops"]
    before, after = line.split(" nodes in them")[0].split(" -> ")
    assert int(before) > int(after)
    assert "loops" not in lines_of(lambda x: ops.exp(x), (2, 3))


def test_a_function_is_recorded_once_more():
    calls = []

    def body(x):
        calls.append(1)
        return ops.softmax(x)

    function = pb.function(body)
    function(np.zeros((2, 3), np.float32))
    assert "rows: 4 -> 1 steps" in pb.explain(function, passes=True)
    assert len(calls) == 2
    function(np.zeros((2, 3), np.float32))
    assert len(calls) == 2
