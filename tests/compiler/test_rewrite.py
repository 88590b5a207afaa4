"""Rebuilding a graph by a rule, and the texts by which attributes and bodies are told apart."""

import numpy as np
import pytest

from pybrowserml import ops
from pybrowserml.compiler.rewrite import attrs_key, body_text, encode_attrs, plain_number, rewrite, same_value
from pybrowserml.core.dims import dim_add, size_named
from pybrowserml.core.graph import constant, placeholder, walk
from pybrowserml.core.host import host_array
from pybrowserml.core.opset import binary, unary
from pybrowserml.core.opset.movement import flip
from pybrowserml.core.opset.registry import record


def test_what_no_rule_changes_stays_itself():
    x = placeholder("x", [3], "float32")
    kept, changed = unary.exp(x), binary.add(unary.sin(x), 1.0)
    found = rewrite([kept, changed], lambda node, _inputs: [x] if node.op == "sin" else None)
    assert found[0].node is kept.node
    assert found[1].node is not changed.node and found[1].node.inputs[0].node is x.node
    assert changed.node.inputs[0].node.op == "sin", "nodes are never changed in place"


def test_a_rule_sees_rewritten_inputs_and_each_node_once():
    x = placeholder("x", [3], "float32")
    shared = unary.exp(x)
    seen = []

    def rule(node, inputs):
        seen.append(node.op)
        if node.op == "exp":
            return [unary.tanh(inputs[0])]
        assert all(tensor.node.op != "exp" for tensor in inputs)
        return None

    found = rewrite([binary.multiply(shared, unary.negative(shared))], rule)[0]
    assert seen.count("exp") == 1 and len(seen) == 4
    first, second = found.node.inputs
    assert first.node is second.node.inputs[0].node and first.node.op == "tanh"


def test_outputs_of_a_node_keep_their_numbers():
    x = placeholder("x", [4], "float32")
    values, indices = record("sort", [x], {"descending": False})
    found = rewrite([indices, unary.negative(values)], lambda node, inputs: None)
    assert found[0].output == 1 and found[1].node.inputs[0].output == 0
    swapped = rewrite([indices], lambda node, inputs: [indices, values] if node.op == "sort" else None)
    assert swapped[0].output == 0
    # What reads another output of the same node is another node.
    read = rewrite(
        [unary.negative(indices)],
        lambda node, inputs: [values, values] if node.op == "sort" else None,
    )[0]
    assert read.node.inputs[0].output == 0


def test_a_changed_node_keeps_its_label():
    x = placeholder("x", [3], "float32")
    tensor = unary.exp(unary.sin(x))
    tensor.node.label = "dense"
    found = rewrite([tensor], lambda node, _inputs: [x] if node.op == "sin" else None)[0]
    assert found.node is not tensor.node and found.node.label == "dense"


def test_numbers_that_json_lacks_are_text():
    assert [plain_number(x) for x in [1.5, float("inf"), -float("inf"), float("nan")]] == [
        1.5,
        "Infinity",
        "-Infinity",
        "NaN",
    ]
    attrs = {"pads": [[0, dim_add(size_named("n"), 1)]], "value": float("inf"), "keep": True, "none": None}
    expr = ["+", "n", 1]
    found = encode_attrs(attrs)
    assert found == {"pads": [[0, {"dim": expr}]], "value": "Infinity", "keep": True, "none": None}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (0.0, -0.0),
        (1, True),
        (None, False),
        ("1", 1),
        ([1, 23], [12, 3]),
        ([[1], 2], [1, [2]]),
        ([1], [1, 2]),
        (size_named("a"), size_named("b")),
        (size_named("a"), "a"),
        ({"x": 1}, {"y": 1}),
    ],
)
def test_values_that_differ_have_other_keys(a, b):
    assert not same_value(a, b) and not same_value(b, a)
    assert attrs_key({"key": a}) != attrs_key({"key": b})
    assert same_value(a, a)


def test_equal_values_of_other_objects_have_one_key():
    for make in [lambda: [1, [2.5, None]], lambda: {"x": [True, "t"]}, lambda: dim_add(size_named("n"), 2)]:
        assert same_value(make(), make())
        assert attrs_key({"key": make()}) == attrs_key({"key": make()})


def body_of(function, shape=(2, 3)):
    """The body of a scan whose step is a function of the carry."""
    start = placeholder("start", list(shape), "float32")
    last = ops.scan(lambda carry, _row: [function(carry), None], start, None, 4)[0]
    return next(node for node in walk([last]) if node.op == "scan").attrs["body"]


def test_bodies_are_told_apart_by_what_they_compute():
    sine = body_text(body_of(lambda x: unary.sin(binary.add(x, 1.5))))
    assert sine == body_text(body_of(lambda x: unary.sin(binary.add(x, 1.5))))

    def row(*data):
        return constant(host_array(np.array(data, np.float32), "float32"))

    others = [
        body_of(lambda x: unary.cos(binary.add(x, 1.5))),
        body_of(lambda x: unary.sin(binary.add(x, 2.5))),
        body_of(lambda x: unary.sin(binary.add(x, 1.5)), (3, 2)),
        body_of(lambda x: unary.sin(binary.subtract(x, 1.5))),
        body_of(lambda x: flip(x, [0])),
        body_of(lambda x: flip(x, [1])),
        body_of(lambda x: unary.sin(binary.add(x, row(1.5, 1.5, 1.5)))),
    ]
    texts = [body_text(body) for body in others]
    assert len({sine, *texts}) == 1 + len(others)
    # Arrays from around a body are inputs of it, and no part of what it computes.
    assert body_text(body_of(lambda x: unary.sin(binary.add(x, row(1, 2, 3))))) == texts[6]
