"""Groups become steps: how values, expressions, sizes, leaves and loops are written down."""

import numpy as np
from compiler.validate import validate

from pybrowserml import ops
from pybrowserml.compiler.compile import compile_graph
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import constant, placeholder
from pybrowserml.core.host import host_array
from pybrowserml.core.opset import binary, unary
from pybrowserml.core.opset.generators import size_of
from pybrowserml.core.opset.matmul import matmul
from pybrowserml.core.opset.movement import transpose
from pybrowserml.core.opset.registry import record
from pybrowserml.core.variables import Variable


def plan_of(outputs, inputs, assignments=()):
    names = [f"x{i}" for i in range(len(inputs))]
    plan = compile_graph(outputs, [f"y{i}" for i in range(len(outputs))], inputs, names, assignments).plan
    validate(plan)
    return plan


def x_of(*shape):
    return placeholder("x", list(shape), "float32")


def test_operands_first_then_instructions():
    x, y = x_of(2, 3), x_of(3)
    made = unary.exp(binary.multiply(x, y))
    plan = plan_of([binary.subtract(made, binary.multiply(made, float("inf")))], [x, y])
    (step,) = plan["steps"]
    assert step["kernel"] == "elementwise" and step["inputs"] == [entry["value"] for entry in plan["inputs"]]
    instrs = step["params"]["expr"]["instrs"]
    assert [instr[0] for instr in instrs] == ["multiply", "exp", "constant", "multiply", "subtract"]
    # Operands are 0 and 1, so instruction i makes 2 + i.
    assert [instr[2] for instr in instrs] == [[0, 1], [2], [], [3, 4], [3, 5]]
    assert instrs[2] == ["constant", "float32", [], "Infinity"]
    assert step["params"]["expr"]["results"] == [6]


def test_an_epilogue_reads_the_product_as_operand_0():
    x, w, bias = x_of(2, 3), x_of(3, 4), x_of(4)
    plan = plan_of([unary.tanh(binary.add(matmul(x, w), bias))], [bias, w, x])
    (step,) = plan["steps"]
    assert step["inputs"] == [plan["inputs"][i]["value"] for i in (2, 1, 0)]
    epilogue = step["params"]["epilogue"]
    assert [instr[:3] for instr in epilogue["instrs"]] == [
        ["add", "float32", [0, 1]],
        ["tanh", "float32", [2]],
    ]
    assert epilogue["results"] == [3]


def test_a_primitive_keeps_its_attributes_and_its_unread_results_are_null():
    x = x_of(2, 5)
    plan = plan_of([record("sort", [x], {"descending": True})[1], transpose(x)], [x])
    kernels = {step["kernel"]: step for step in plan["steps"]}
    assert kernels["sort"]["params"] == {"descending": True} and kernels["sort"]["outputs"][0] is None
    assert kernels["transpose"]["params"] == {"perm": [1, 0]}


def test_leaves_and_values_given_twice_are_copied():
    x = x_of(2)
    variable = Variable(np.zeros(2, np.float32), path="v")
    made = unary.exp(x)
    plan = plan_of([x, made, made, variable.value], [x], [[variable, made]])
    copies = [step for step in plan["steps"] if step["params"]["expr"] == {"instrs": [], "results": [0]}]
    given, state = plan["inputs"][0]["value"], plan["state"][0]["value"]
    power = plan["outputs"][1]["value"]
    assert sorted(step["inputs"][0] for step in copies) == sorted([given, state, power, power])
    kept = [entry["value"] for entry in plan["outputs"] + plan["updates"]]
    assert len(set(kept)) == 5


def test_sizes_stand_in_expressions_or_have_a_step():
    n = size_named("n")
    x = placeholder("x", [n, 3], "float32")
    inside = binary.multiply(unary.cast(x, "int32"), size_of(n))
    (step,) = plan_of([inside], [x])["steps"]
    assert ["size", "int32", [], {"dim": "n"}] in step["params"]["expr"]["instrs"]
    steps = plan_of([size_of(n), inside], [x])["steps"]
    assert steps[0]["params"]["expr"] == {"instrs": [["size", "int32", [], {"dim": "n"}]], "results": [0]}


def test_barriers_have_the_value_of_their_operand():
    x = x_of(4)
    through = record("barrier", [unary.sin(x)], {})[0]
    plan = plan_of([unary.negative(through)], [x])
    assert [step["kernel"] for step in plan["steps"]] == ["elementwise", "elementwise"]
    assert plan["steps"][0]["outputs"] == plan["steps"][1]["inputs"]


def test_constants_of_arrays_are_kept_once_and_scalars_are_written_in():
    x = x_of(2)
    row = constant(host_array(np.array([np.nan, 2.0], np.float32), "float32"))
    plan = plan_of([binary.add(binary.multiply(x, row), 3.0), matmul(x_of_row(x), x_of_row(row, True))], [x])
    assert [entry["data"] for entry in plan["constants"]] == [["NaN", 2.0]]


def x_of_row(tensor, turned=False):
    return record("reshape", [tensor], {"shape": [2, 1] if turned else [1, 2]})[0]


def test_the_body_of_a_loop_is_a_plan_of_its_own():
    rows, start = x_of(5, 3), x_of(3)

    def step(carry, row):
        made = ops.tanh(ops.add(carry, row))
        return made, made

    last, stacked = ops.scan(step, start, rows)
    plan = plan_of([last, stacked], [rows, start])
    loop = next(step for step in plan["steps"] if step["kernel"] == "scan")
    assert loop["params"]["subplan"] == 0 and "body" not in loop["params"]
    assert (loop["params"]["length"], loop["params"]["carries"], loop["params"]["stacked"]) == (5, 1, 1)
    body = plan["subplans"][0]
    assert [body["values"][entry["value"]]["shape"] for entry in body["inputs"]] == [[3], [3]]
    assert body["state"] == [] and len(body["outputs"]) == 2
