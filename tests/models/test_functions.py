"""Compiled functions and their derivatives."""

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.compiler.function import COUNTERS


def cube(x):
    return pb.ops.sum(x * x * x)


def test_function_compiles_once_per_shape():
    calls = []

    @pb.function
    def scaled(x, y):
        calls.append(1)
        return [x * y, x + 1.0]

    one, other = scaled(np.ones((2, 3), "f"), 3.0)
    np.testing.assert_array_equal(one.numpy(), 3 * np.ones((2, 3)))
    np.testing.assert_array_equal(other.numpy(), 2 * np.ones((2, 3)))
    before = COUNTERS.compiles
    scaled(np.zeros((2, 3), "f"), 4.0)
    assert len(calls) == 1 and COUNTERS.compiles == before
    scaled(np.zeros((5,), "f"), 4.0)
    assert len(calls) == 2


def test_results_are_tensors_for_further_use():
    double = pb.function(lambda x: x * 2.0)
    np.testing.assert_allclose((double(double(pb.tensor([1.0, 2.0]))) + 1.0).numpy(), [5, 9])


def test_gradients_of_any_order():
    x = np.array([1.0, 2.0, -3.0], "f")
    first = pb.grad(cube)
    second = pb.grad(lambda x: pb.ops.sum(first(x)))
    third = pb.grad(lambda x: pb.ops.sum(second(x)))
    np.testing.assert_allclose(first(x).numpy(), 3 * x**2)
    np.testing.assert_allclose(second(x).numpy(), 6 * x)
    np.testing.assert_allclose(third(x).numpy(), [6, 6, 6])


def test_value_and_grad():
    def body(a, b):
        return pb.ops.sum(a * b * b)

    value, da, db = pb.value_and_grad(body, [0, 1])([1.0, 2.0], [3.0, 4.0])
    assert float(value) == 41
    np.testing.assert_allclose(da.numpy(), [9, 16])
    np.testing.assert_allclose(db.numpy(), [6, 16])
    np.testing.assert_allclose(pb.grad(body, 1)([1.0], [3.0]).numpy(), [6])
    np.testing.assert_allclose(pb.grad(body)([1], [3]).numpy(), [9])


def test_an_argument_without_influence_has_gradient_zero():
    np.testing.assert_array_equal(pb.grad(lambda a, b: pb.ops.sum(b), 0)([1.0, 2.0], [3.0]).numpy(), [0, 0])


def test_functions_read_and_assign_variables():
    count = pb.Variable(0.0)

    @pb.function
    def step(x):
        count.assign(count.value() + x)
        return count.value() * 10.0

    assert float(step(2.0)) == 20 and float(step(3.0)) == 50 and float(count.numpy()) == 5


def test_errors():
    with pytest.raises(pb.ShapeError, match=r"returns a single number, got shape \(2\)"):
        pb.grad(lambda x: x)([1.0, 2.0])
    with pytest.raises(pb.ArgumentError, match="there is no argument 3"):
        pb.grad(cube, 3)([1.0])
    with pytest.raises(pb.DtypeError, match="grad needs a float, but argument 0 is int32"):
        pb.grad(cube)(pb.tensor([1, 2]))


def test_explain_shows_the_plan():
    double = pb.function(lambda x: x * 2.0)
    double([1.0, 2.0])
    assert "multiply" in pb.explain(double)
