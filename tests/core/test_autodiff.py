"""Rules of `gradients` that no single op shows."""

import numpy as np
import pytest
from engines import Job, run_numpy
from parity.harness import plan_of

from pybrowserml.core.autodiff import gradients
from pybrowserml.core.graph import placeholder
from pybrowserml.core.opset.binary import add, multiply
from pybrowserml.core.opset.pooling import max_pool2d
from pybrowserml.core.opset.reduction import reduce_sum
from pybrowserml.core.opset.unary import cast, exp, floor, stop_gradient, tanh
from pybrowserml.platform.errors import PybrowsermlError


def run(build, *arrays):
    arrays = [np.asarray(array, np.float32) for array in arrays]
    return run_numpy(Job(plan_of(build, arrays), arrays))[0]


def x_of(shape=(2,), dtype="float32", name="x"):
    return placeholder(name, list(shape), dtype)


def test_no_influence_is_none():
    x, y, n = x_of(), x_of(name="y"), x_of((2,), "int32", "n")
    assert gradients([exp(x)], [y]) == [None]
    assert gradients([stop_gradient(exp(x))], [x]) == [None]
    assert gradients([multiply(cast(n, "float32"), x)], [n]) == [None]
    assert gradients([cast(cast(x, "int32"), "float32")], [x]) == [None]
    assert gradients([floor(x)], [x]) == [None]


def test_uses_add_up():
    found = run(lambda x: gradients([add(multiply(x[0], x[0]), multiply(x[0], 3.0))], [x[0]]), [1, 2])
    np.testing.assert_array_equal(found[0], [5, 7])


def test_an_output_may_be_an_input_and_stand_twice():
    found = run(lambda x: gradients([x[0], multiply(x[0], 2.0), x[0]], [x[0]]), [1, 2])
    np.testing.assert_array_equal(found[0], [4, 4])


def test_with_respect_to_what_lies_between():
    def build(x):
        middle = multiply(x[0], 3.0)
        return gradients([multiply(middle, middle)], [middle, x[0]])

    found = run(build, [1, 2])
    np.testing.assert_array_equal(found[0], [6, 12])
    np.testing.assert_array_equal(found[1], [18, 36])


def test_cotangents_weigh_the_outputs():
    found = run(lambda x: gradients([exp(x[0]), x[0]], [x[0]], [x[1], x[2]]), [0, 0], [2, 3], [10, 20])
    np.testing.assert_array_equal(found[0], [12, 23])


def test_cotangents_must_fit():
    x = x_of()
    with pytest.raises(PybrowsermlError, match="cotangent of shape"):
        gradients([exp(x)], [x], [x_of((3,))])


def test_only_one_of_several_outputs_of_a_node_is_used():
    def build(x):
        y, places = max_pool2d(x[0], [2, 2], [2, 2], [[0, 0], [0, 0]])
        return [*gradients([y], [x[0]]), cast(places, "float32")]

    found = run(build, np.arange(16).reshape(1, 4, 4, 1))
    assert found[0].sum() == 4 and found[0][0, 3, 3, 0] == 1


def test_third_order():
    def build(x):
        y = x[0]
        for _ in range(3):
            y = gradients([tanh(x[0]) if y is x[0] else y], [x[0]])[0]
        return y

    x = np.float64([0.3, -0.7])
    t = np.tanh(x)
    np.testing.assert_allclose(run(build, x)[0], -2 * (1 - t**2) * (1 - 3 * t**2), rtol=1e-5)


def test_a_gradient_of_a_gradient_norm():
    def build(x):
        dx = gradients([reduce_sum(exp(x[0]), None, False)], [x[0]])[0]
        return gradients([reduce_sum(multiply(dx, dx), None, False)], [x[0]])

    np.testing.assert_allclose(run(build, [0.0, 1.0])[0], 2 * np.exp([0.0, 2.0]), rtol=1e-6)
