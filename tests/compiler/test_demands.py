"""What a plan demands of its sizes is told when data comes that does not fit, not computed wrong."""

import json

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml import ops
from pybrowserml.compiler.demands import demands_of
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import placeholder
from pybrowserml.core.opset.movement import reshape
from pybrowserml.platform.errors import PybrowsermlError


def of_batch(*rest):
    return placeholder("x", [size_named("batch"), *rest], "float32")


def test_a_reshape_that_only_some_sizes_fit():
    found = demands_of([reshape(of_batch(4), [8])])
    assert [(entry["left"], entry["right"]) for entry in found] == [(["*", "batch", 4], 8)] or [
        (entry["left"], entry["right"]) for entry in found
    ] == [(["*", 4, "batch"], 8)]
    assert found[0]["text"] == "reshape: cannot reshape (batch, 4) to (8)"
    assert json.loads(json.dumps(found)) == found


def test_what_always_fits_demands_nothing():
    x = of_batch(2, 6)
    assert demands_of([reshape(x, [size_named("batch"), 12]), reshape(x, [-1]), ops.exp(x)]) == []


def test_the_layer_is_named_and_bodies_of_loops_are_looked_through():
    x = of_batch(4)
    rows = placeholder("rows", [5, 4], "float32")

    def step(carry, row):
        return ops.add(carry, ops.sum(ops.reshape(x, [2, 6]), 0)[:4]), None

    looped = ops.scan(step, ops.zeros((4,)), rows)[0]
    assert [entry["text"] for entry in demands_of([looped])] == [
        "reshape: cannot reshape (batch, 4) to (2, 6)"
    ]
    tensor = reshape(x, [12])
    tensor.node.label = "flat"
    assert demands_of([tensor])[0]["text"].startswith("layer 'flat': reshape")


def test_data_that_does_not_fit_is_refused():
    x = pb.Input([4])
    model = pb.Model(x, ops.multiply(ops.reshape(x, [2, 6]), 2.0))
    found = model.predict(np.ones((3, 4), np.float32), verbose=0)
    np.testing.assert_array_equal(found, np.full((2, 6), 2.0))
    with pytest.raises(PybrowsermlError, match=r"cannot reshape \(.*, 4\) to \(2, 6\)"):
        model.predict(np.ones((5, 4), np.float32), verbose=0)
