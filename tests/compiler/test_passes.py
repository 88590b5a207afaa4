"""What simplify, fold and share_common do to single patterns, and what they must leave alone."""

import json

import numpy as np
import pytest
from engines import ENGINES, Job
from parity.harness import plan_of

from pybrowserml.compiler.cse import share_common
from pybrowserml.compiler.fold import fold
from pybrowserml.compiler.function import trace_runner
from pybrowserml.compiler.simplify import simplify
from pybrowserml.core.graph import constant, placeholder, walk
from pybrowserml.core.host import host_array
from pybrowserml.core.opset import binary, unary
from pybrowserml.core.opset.matmul import matmul
from pybrowserml.core.opset.movement import broadcast_to, concatenate, flip, pad_interior, reshape, transpose
from pybrowserml.core.opset.reduction import reduce_max, reduce_sum
from pybrowserml.core.opset.registry import record, scalar
from pybrowserml.core.variables import Variable


def x_of(shape=(3, 4), dtype="float32"):
    return placeholder("x", list(shape), dtype)


def ops_of(tensor):
    return [node.op for node in walk([tensor]) if node.op not in ("input", "constant")]


def simplified(tensor):
    return simplify([tensor])[0]


@pytest.mark.parametrize(
    "build",
    [
        lambda x: binary.add(x, 0.0),
        lambda x: binary.add(0.0, x),
        lambda x: binary.subtract(x, 0.0),
        lambda x: binary.multiply(x, 1.0),
        lambda x: binary.multiply(1.0, x),
        lambda x: binary.divide(x, 1.0),
        lambda x: binary.power(x, 1.0),
        lambda x: unary.negative(unary.negative(x)),
        lambda x: unary.stop_gradient(x),
        lambda x: transpose(transpose(x)),
        lambda x: flip(flip(x, [1, 0]), [0, 1]),
        lambda x: record("reshape", [reshape(x, [12])], {"shape": [3, 4]})[0],
        lambda x: record("reduce", [reshape(x, [1, 3, 4])], {"op": "sum", "axes": [0], "keepdims": False})[0],
        lambda x: record("concat", [x], {"axis": 0})[0],
        lambda x: record("slice", [x], {"begin": [0, 0], "shape": [3, 4], "strides": [1, 1]})[0],
        lambda x: record("pad", [x], {"pads": [[0, 0, 0], [0, 0, 0]], "value": 7})[0],
        lambda x: record("broadcast_to", [x], {"shape": [3, 4]})[0],
    ],
)
def test_what_changes_nothing_vanishes(build):
    x = x_of()
    found = simplified(simplified(build(x)))
    assert ops_of(found) == []
    assert found.node is x.node


@pytest.mark.parametrize(
    "build",
    [
        lambda x: binary.subtract(0.0, x),
        lambda x: binary.divide(1.0, x),
        lambda x: binary.add(x, broadcast_to(scalar(0.0, "float32"), [2, 3, 4])),
        lambda x: binary.multiply(x, 0.0),
        lambda x: binary.power(1.0, x),
        lambda x: reduce_max(reshape(x, [4, 3]), 0, True),
    ],
)
def test_what_changes_something_stays(build):
    x = x_of()
    tensor = build(x)
    found = simplified(tensor)
    assert len(ops_of(found)) > 0
    assert found.shape == tensor.shape


def test_a_zero_does_not_shrink_a_broadcast():
    x = x_of((4,))
    tensor = binary.add(x, scalar(0.0, "float32"))
    assert simplified(tensor).shape == (4,)
    wide = binary.add(x_of((1,)), broadcast_to(scalar(0.0, "float32"), [5]))
    assert simplified(wide).shape == (5,)


def test_transposes_compose():
    tensor = transpose(transpose(x_of((2, 3, 4)), [1, 2, 0]), [0, 2, 1])
    found = simplified(tensor)
    assert ops_of(found) == ["transpose"]
    assert found.node.attrs["perm"] == [1, 0, 2]


def test_turning_around_twice_is_nothing():
    tensor = flip(transpose(flip(x_of((2, 3, 4)), [0]), [1, 0, 2]), [1])
    assert ops_of(simplified(tensor)) == ["transpose"]
    assert len(ops_of(simplified(flip(transpose(flip(x_of((2, 3)), [0])), [0])))) == 3


def test_moving_axes_of_one_is_a_reshape():
    assert ops_of(simplified(transpose(x_of((1, 5)), [1, 0]))) == ["reshape"]
    assert ops_of(simplified(transpose(x_of((2, 5)), [1, 0]))) == ["transpose"]


@pytest.mark.parametrize("ta", [False, True])
@pytest.mark.parametrize("tb", [False, True])
def test_matmul_absorbs_transposes(ta, tb):
    a, b = x_of((4, 4)), placeholder("y", [4, 4], "float32")
    tensor = matmul(transpose(a), transpose(b), ta, tb)
    found = simplified(tensor)
    assert ops_of(found) == ["matmul"]
    assert found.node.attrs == {"transpose_a": not ta, "transpose_b": not tb}


def test_matmul_keeps_a_transpose_of_batches():
    a = transpose(placeholder("a", [3, 2, 3], "float32"), [1, 0, 2])
    assert "transpose" in ops_of(simplified(matmul(a, a)))


def test_products_summed_over_a_batch_are_one_product():
    a, b = x_of((2, 3, 5, 4)), x_of((2, 3, 5, 6))
    summed = simplified(reduce_sum(matmul(a, b, True, False), [0, 1], False))
    assert ops_of(summed) == ["reshape", "reshape", "matmul"] and list(summed.shape) == [4, 6]
    kept = simplified(reduce_sum(matmul(a, b, True, False), [0, 1], True))
    assert ops_of(kept) == ["reshape", "reshape", "matmul", "reshape"] and list(kept.shape) == [1, 1, 4, 6]


@pytest.mark.parametrize(
    ("shape", "flags", "axes"),
    [
        ((2, 3, 5, 4), (True, False), [0]),
        ((2, 3, 5, 4), (True, False), [0, 1, 2]),
        ((2, 3, 5, 4), (True, False), [2, 3]),
        ((2, 1, 5, 4), (True, False), [0, 1]),
        ((2, 3, 6, 5), (False, False), [0, 1]),
    ],
)
def test_other_sums_of_products_stay(shape, flags, axes):
    product = matmul(x_of(shape), x_of((2, 3, 5, 6)), *flags)
    assert "reduce" in ops_of(simplified(reduce_sum(product, axes, False)))


def test_repeated_scalars_are_computed_once():
    tensor = unary.exp(broadcast_to(reduce_sum(x_of(), None, False), [5, 6]))
    found = simplified(tensor)
    assert found.node.op == "broadcast_to"
    assert found.node.inputs[0].shape == ()


FOLDED = [
    (lambda: binary.add(scalar(2.0, "float32"), 3.0), 5.0),
    (lambda: binary.subtract(scalar(2, "int32"), 3), -1),
    (lambda: binary.multiply(scalar(0.1, "float32"), 3.0), np.float32(np.float32(0.1) * np.float32(3))),
    (lambda: binary.divide(scalar(1.0, "float32"), 3.0), np.float32(1) / np.float32(3)),
    (lambda: binary.power(scalar(2.0, "float32"), 10.0), 1024.0),
    (lambda: binary.maximum(scalar(2.0, "float32"), 3.0), 3.0),
    (lambda: binary.minimum(scalar(2.0, "float32"), 3.0), 2.0),
    (lambda: unary.sqrt(scalar(2.0, "float32")), np.sqrt(np.float32(2))),
    (lambda: unary.cast(scalar(-2.7, "float32"), "int32"), -2),
    (lambda: unary.cast(scalar(300.7, "float32"), "uint8"), 44),
    (lambda: unary.cast(scalar(-1.0, "float32"), "uint8"), 255),
    (lambda: unary.cast(scalar(0.5, "float32"), "bool"), 1),
    (lambda: unary.negative(binary.add(scalar(1, "int32"), 1)), -2),
]


@pytest.mark.parametrize("number", range(len(FOLDED)))
def test_scalars_fold(number):
    build, wanted = FOLDED[number]
    tensor = build()
    found = fold([tensor])[0]
    assert found.node.op == "constant"
    assert found.dtype == tensor.dtype
    assert found.node.attrs["data"].data[0] == wanted


INFINITY = float("inf")
NAN = float("nan")


@pytest.mark.parametrize(
    "build",
    [
        lambda: binary.divide(scalar(1.0, "float32"), 0.0),
        lambda: unary.log(scalar(-1.0, "float32")),
        lambda: unary.log(scalar(0.0, "float32")),
        lambda: unary.sqrt(scalar(-1.0, "float32")),
        lambda: unary.exp(scalar(1000.0, "float32")),
        lambda: binary.power(scalar(-2.0, "float32"), 0.5),
        lambda: unary.reciprocal(scalar(0.0, "float32")),
        lambda: binary.add(scalar(2147483647, "int32"), 1),
        lambda: binary.multiply(scalar(2147483647, "int32"), 2147483647),
        lambda: binary.power(scalar(10.0, "float32"), 400.0),
        lambda: binary.maximum(scalar(NAN, "float32"), 1.0),
        lambda: binary.minimum(scalar(NAN, "float32"), 1.0),
        lambda: binary.maximum(1.0, scalar(NAN, "float32")),
        lambda: binary.multiply(scalar(3e38, "float32"), 3e38),
        lambda: unary.cast(scalar(3e9, "float32"), "int32"),
    ],
)
def test_what_has_no_plain_number_is_left_to_the_engine(build):
    tensor = build()
    assert fold([tensor])[0].node.op == tensor.node.op


def test_equal_nodes_become_one():
    x = x_of()
    tensor = binary.add(unary.exp(x), unary.exp(x))
    assert ops_of(share_common([tensor])[0]) == ["exp", "add"]


def test_nodes_that_differ_stay():
    x = x_of()
    tensor = binary.add(reduce_sum(x, 0, False), reduce_sum(x, 0, False))
    other = binary.add(reduce_sum(x, 1, False), reduce_max(x, 1, False))
    assert ops_of(share_common([tensor])[0]) == ["reduce", "add"]
    assert ops_of(share_common([other])[0]) == ["reduce", "reduce", "add"]


def test_equal_scalars_become_one_but_not_across_dtypes():
    x = binary.add(x_of(()), 1.0)
    y = binary.multiply(
        binary.add(x, 1.0), unary.cast(binary.add(placeholder("n", [], "int32"), 1), "float32")
    )
    constants = [node for node in walk(share_common([y])) if node.op == "constant"]
    assert sorted(node.attrs["data"].dtype for node in constants) == ["float32", "int32"]


def test_reads_of_one_variable_become_one_value():
    v, w = Variable(np.ones(3, np.float32), path="v"), Variable(np.ones(3, np.float32), path="w")

    def function(inputs):
        return [["y", binary.add(binary.add(v.value, w.value), binary.multiply(v.value, inputs[0]))]]

    plan = trace_runner(function, [["x", [3], "float32"]]).plan
    assert [entry["name"] for entry in plan["state"]] == ["v", "w"]


def test_concatenation_of_one_tensor_is_that_tensor():
    x = x_of()
    assert concatenate([x], 0) is x


@pytest.mark.parametrize("engine", ENGINES)
def test_numbers_that_json_lacks(engines, engine):
    """Masks use infinities; a plan is JSON, which has none."""
    x = np.array([1, -2, 3], np.float32)
    table = np.array([NAN, INFINITY, -INFINITY], np.float32)

    def build(t):
        masked = binary.where(binary.greater(t[0], 0.0), t[0], -INFINITY)
        return [
            masked,
            binary.add(t[0], constant(host_array(table, None))),
            binary.maximum(t[0], NAN),
            binary.multiply(t[0], INFINITY),
            pad_interior(t[0], [[1, 0, 1]], -INFINITY),
        ]

    plan = json.loads(json.dumps(plan_of(build, [x]), allow_nan=False))
    outputs = engines.run(engine, [Job(plan, [x])])[0].outputs
    np.testing.assert_array_equal(outputs[0], [1, -INFINITY, 3])
    np.testing.assert_array_equal(outputs[1], table)
    np.testing.assert_array_equal(outputs[2], [NAN, NAN, NAN])
    np.testing.assert_array_equal(outputs[3], [INFINITY, -INFINITY, INFINITY])
    np.testing.assert_array_equal(outputs[4], [-INFINITY, 1, -INFINITY, -2, -INFINITY, 3])
