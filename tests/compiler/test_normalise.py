"""Simplifying, folding and sharing until no rule has anything to say."""

import numpy as np
import pytest
from compiler.test_passes import ops_of, x_of

from pybrowserml.compiler import normalise as module
from pybrowserml.compiler.cse import share_common
from pybrowserml.compiler.fold import fold
from pybrowserml.compiler.normalise import normalise
from pybrowserml.compiler.passes import Passes
from pybrowserml.compiler.rewrite import scalar_value
from pybrowserml.compiler.simplify import simplify
from pybrowserml.core.graph import walk
from pybrowserml.core.opset import binary, unary
from pybrowserml.core.opset.matmul import matmul
from pybrowserml.core.opset.movement import transpose
from pybrowserml.core.opset.reduction import reduce_sum
from pybrowserml.core.opset.registry import scalar


def chained(x):
    """A rule for one thing makes the pattern of another: the sum of two numbers is 1, and a factor of 1 is nothing."""
    one = binary.add(scalar(0.25, "float32"), scalar(0.75, "float32"))
    left = transpose(transpose(binary.multiply(unary.exp(x), one)))
    return binary.add(left, unary.exp(binary.divide(x, one)))


def test_a_rule_is_tried_on_what_others_made():
    x = x_of()
    made = normalise([chained(x)])[0]
    assert ops_of(made) == ["exp", "add"]
    # The two powers became one.
    assert made.node.inputs[0].node is made.node.inputs[1].node


@pytest.mark.parametrize("rule", [simplify, fold, share_common])
def test_nothing_is_left_to_say(rule):
    x = x_of((2, 3, 4))
    product = matmul(transpose(x, [0, 2, 1]), binary.add(x, 0.0))
    made = normalise([reduce_sum(product, [0], False), chained(x), chained(x)])
    again = rule(made)
    assert [tensor.node for tensor in again] == [tensor.node for tensor in made]
    assert made[1].node is made[2].node


def test_each_node_is_settled_once(monkeypatch):
    """A graph of 60 doublings has 2**60 paths."""
    calls = []
    original = module.simplify_node
    monkeypatch.setattr(module, "simplify_node", lambda *given: calls.append(1) or original(*given))
    x = x_of()
    tensor = x
    for _ in range(60):
        tensor = binary.multiply(unary.tanh(tensor), unary.tanh(tensor))
    made = normalise([tensor])
    assert len(ops_of(made[0])) == 120 and len(calls) == 181


def test_rules_that_undo_each_other_end(monkeypatch):
    x = x_of()

    def flipping(node, inputs):
        if node.op == "sin":
            return [unary.cos(inputs[0])]
        return [unary.sin(inputs[0])] if node.op == "cos" else None

    monkeypatch.setattr(module, "simplify_node", flipping)
    assert ops_of(normalise([unary.sin(x)])[0]) in (["sin"], ["cos"])


def test_numbers_are_folded_in_their_precision():
    third = binary.divide(scalar(1.0, "float32"), scalar(3.0, "float32"))
    made = normalise([binary.multiply(third, scalar(3.0, "float32")), third])
    assert scalar_value(made[1]) == np.float32(1) / np.float32(3)
    assert scalar_value(made[0]) == np.float32(1) / np.float32(3) * np.float32(3)


def test_what_each_rule_did_is_noted():
    passes = Passes()
    x = x_of()
    graph = [chained(x)]
    made = normalise(graph, passes)
    title, before, after, unit, about = passes.entries[0]
    assert (title, before, after, unit) == (
        "simplify, fold, share",
        len(walk(graph)),
        len(walk(made)),
        "nodes",
    )
    assert "fold add" in about and "share exp" in about and "multiply" in about.split(";")[0]
