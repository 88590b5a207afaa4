"""Compiled functions and gradients: structures, captures, orders, Variables, messages."""

import numpy as np
import pytest

import pybrowserml as pb
from pybrowserml.compiler.function import COUNTERS

ops = pb.ops
X = np.array([1.0, 2.0, -3.0], "f")


def cube(x):
    return ops.sum(x * x * x)


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


def test_structures_of_arguments_and_results():
    @pb.function
    def body(params, extra, mode):
        assert mode == "double" and extra is None
        return {"sum": params["w"] + params["b"][0], "none": None, "pair": (params["b"][1], [params["w"]])}

    found = body({"w": X, "b": [X, pb.tensor([1.0])]}, None, "double")
    assert list(found) == ["sum", "none", "pair"] and found["none"] is None
    assert isinstance(found["pair"], tuple) and isinstance(found["pair"][1], list)
    np.testing.assert_array_equal(found["sum"].numpy(), 2 * X)
    np.testing.assert_array_equal(found["pair"][0].numpy(), [1])


def test_texts_booleans_and_none_are_part_of_the_structure():
    calls = []

    @pb.function
    def body(x, kind, flag):
        calls.append(kind)
        return x * 2.0 if flag else x

    assert float(body(3.0, "a", True)) == 6 and float(body(4.0, "a", True)) == 8
    assert float(body(3.0, "a", False)) == 3 and float(body(3.0, None, False)) == 3
    assert calls == ["a", "a", None]


def test_a_list_of_numbers_is_an_array_and_an_empty_list_a_structure():
    assert pb.function(lambda x: x)([[1, 2], [3, 4]]).shape == (2, 2)
    assert [t.shape for t in pb.function(lambda x: x)([[1, 2], pb.tensor([1.0])])] == [(2,), (1,)]
    assert pb.function(lambda x: x)([]) == []


def test_functions_read_and_assign_variables():
    count = pb.Variable(0.0)

    @pb.function
    def step(x):
        count.assign(count.value + x)
        return count.value * 10.0

    assert float(step(2.0)) == 20 and float(step(3.0)) == 50 and float(count.numpy()) == 5


def test_tensors_from_outside_are_inputs_with_the_value_of_the_first_call():
    variable = pb.Variable([1.0, 2.0])
    pending = variable.value * 10.0
    realised = pb.tensor([1.0, 1.0]) + 1.0
    realised.numpy()
    body = pb.function(lambda x: x + pending + realised)
    variable.assign([5.0, 5.0])
    np.testing.assert_array_equal(body([0.0, 0.0]).numpy(), [12, 22])
    np.testing.assert_array_equal(body([1.0, 1.0]).numpy(), [13, 23])
    np.testing.assert_array_equal(pb.grad(lambda x: ops.sum(x * realised))([1.0, 1.0]).numpy(), [2, 2])


def test_a_function_inside_another_is_recorded_there():
    inner = pb.function(lambda x: x * 2.0)
    outer = pb.function(lambda x: inner(pb.tensor([1.0])) + inner(x))
    np.testing.assert_array_equal(outer([3.0]).numpy(), [8])
    assert "2 steps" not in pb.explain(outer) and pb.explain(inner) == ""


def test_gradients_of_any_order():
    first = pb.grad(cube)
    second = pb.grad(lambda x: ops.sum(first(x)))
    third = pb.grad(lambda x: ops.sum(second(x)))
    np.testing.assert_allclose(first(X).numpy(), 3 * X**2)
    np.testing.assert_allclose(second(X).numpy(), 6 * X)
    np.testing.assert_allclose(third(X).numpy(), [6, 6, 6])


def test_gradients_of_structures():
    def body(params, x):
        return ops.sum(params["w"] * x) + ops.sum(params["b"][0] * 3.0)

    slopes = pb.grad(body)({"w": X, "b": [2 * X, None]}, X)
    assert list(slopes) == ["w", "b"] and slopes["b"][1] is None
    np.testing.assert_array_equal(slopes["w"].numpy(), X)
    np.testing.assert_array_equal(slopes["b"][0].numpy(), [3, 3, 3])


def test_value_and_grad():
    def body(a, b):
        return ops.sum(a * b * b)

    value, (da, db) = pb.value_and_grad(body, [0, 1])([1.0, 2.0], [3.0, 4.0])
    assert float(value) == 41
    np.testing.assert_allclose(da.numpy(), [9, 16])
    np.testing.assert_allclose(db.numpy(), [6, 16])
    np.testing.assert_allclose(pb.grad(body, 1)([1.0], [3.0]).numpy(), [6])
    np.testing.assert_allclose(pb.grad(body)([1], [3]).numpy(), [9])
    assert [t.numpy() for t in pb.grads(body)(2.0, 3.0)] == [9, 12]
    found = pb.value_and_grads(body)(2.0, 3.0)
    assert float(found["value"]) == 18 and [float(t) for t in found["grads"]] == [9, 12]


def test_aux_goes_along():
    def body(x):
        return ops.sum(x * x), {"doubled": x * 2.0}

    slope, aux = pb.grad(body, 0, True)(X)
    np.testing.assert_array_equal(slope.numpy(), aux["doubled"].numpy())
    (value, aux), slope = pb.value_and_grad(body, 0, True)(X)
    assert float(value) == 14 and list(aux) == ["doubled"]
    np.testing.assert_array_equal(slope.numpy(), 2 * X)


def test_an_argument_without_influence_has_gradient_zero():
    np.testing.assert_array_equal(pb.grad(lambda a, b: ops.sum(b), 0)([1.0, 2.0], [3.0]).numpy(), [0, 0])


def test_a_derivative_is_by_the_argument_only():
    """Neither other uses of the same tensor nor an outer derivative get into it."""
    assert float(pb.grad(lambda x: x * pb.grad(lambda y: x * y)(x))(3.0)) == 6
    found = pb.function(lambda x: pb.grad(lambda a, b: a * b, [0, 1])(x, x))(3.0)
    assert [float(t) for t in found] == [3, 3]
    twice = pb.grad(lambda x: pb.jvp(lambda y: [x * y * y], [x], [1.0])[1][0])(3.0)
    assert float(twice) == 12


def test_gradients_by_variables():
    w, frozen = pb.Variable(2.0, path="w"), pb.Variable(5.0, trainable=False)
    count, unused = pb.Variable(0), pb.Variable([1.0, 1.0])

    def loss(x):
        count.assign(count.value + 1)
        return w.value * w.value * frozen.value * x

    found = pb.variable_grads(loss)(3.0)
    assert found["variables"] == [w] and float(found["value"]) == 60 and int(count.numpy()) == 1
    assert [float(t) for t in found["grads"]] == [60]
    found = pb.variable_grads(loss, [frozen, w, unused])(3.0)
    assert [t.numpy().tolist() for t in found["grads"]] == [12, 60, [0, 0]]
    nested = pb.function(lambda x: w.value * pb.variable_grads(loss)(x)["grads"][0] + w.value)
    assert float(nested(1.0)) == 42


def test_variables_that_the_function_assigns():
    w = pb.Variable(2.0)

    def loss():
        before = w.value
        w.assign(before * 10.0)
        return before * w.value

    found = pb.variable_grads(loss)()
    assert float(found["value"]) == 40 and float(found["grads"][0]) == 40 and float(w.numpy()) == 20


def test_stop_gradient():
    assert float(pb.grad(lambda x: x * ops.stop_gradient(x * x))(3.0)) == 9


@pb.custom_gradient
def log1pexp(x):
    e = ops.exp(x)
    return ops.log(1.0 + e), lambda upstream: upstream * (1.0 - 1.0 / (1.0 + e))


def test_custom_gradient():
    assert float(pb.grad(log1pexp)(100.0)) == 1
    np.testing.assert_allclose(
        pb.grad(pb.grad(log1pexp))(0.5).numpy(), np.exp(0.5) / (1 + np.exp(0.5)) ** 2, rtol=1e-6
    )
    np.testing.assert_allclose(log1pexp(X).numpy(), np.log1p(np.exp(X)), rtol=1e-6)
    np.testing.assert_allclose(pb.jvp(log1pexp, [X], [X])[1].numpy(), X / (1 + np.exp(-X)), rtol=1e-5)


def test_custom_gradient_of_several_arguments_and_results():
    @pb.custom_gradient
    def body(a, b, count):
        return (a * b, {"c": a + b}), lambda d, e: (d * 10.0 + e, None, None)

    def total(a, b):
        first, second = body(a, b, 3)
        return ops.sum(first) + ops.sum(second["c"] * 2.0)

    da, db = pb.grad(total, [0, 1])(X, X)
    np.testing.assert_array_equal(da.numpy(), [12, 12, 12])
    np.testing.assert_array_equal(db.numpy(), [0, 0, 0])


def test_custom_gradient_of_a_structure():
    clipped = pb.custom_gradient(
        lambda p: (p["a"] * p["b"], lambda d: {"a": ops.clip(d, -1.0, 1.0), "b": None})
    )
    slopes = pb.grad(lambda p: ops.sum(clipped(p) * 5.0))({"a": X, "b": X})
    np.testing.assert_array_equal(slopes["a"].numpy(), [1, 1, 1])
    np.testing.assert_array_equal(slopes["b"].numpy(), [0, 0, 0])


def failing(function, *args):
    with pytest.raises(pb.PybrowsermlError) as caught:
        function(*args)
    return type(caught.value).__name__ + ": " + str(caught.value)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: pb.grad(lambda x: x)([1.0, 2.0]),
            "ShapeError: grad: the function must return a single number, got shape (2)",
        ),
        (lambda: pb.grad(cube, 3)([1.0]), "ArgumentError: grad: there is no argument 3; the function got 1"),
        (
            lambda: pb.grad(cube, -1)([1.0]),
            "ArgumentError: grad: there is no argument -1; the function got 1",
        ),
        (
            lambda: pb.value_and_grad(cube)(pb.tensor([1, 2])),
            "DtypeError: value_and_grad: argument 0 must be a float, got int32",
        ),
        (
            lambda: pb.grad(lambda x: ops.argmax(x))(X),
            "DtypeError: grad: the function must return a float, got int32",
        ),
        (
            lambda: pb.grad(lambda x: [x, x])(1.0),
            "ArgumentError: grad: the function must return a single number, got a structure",
        ),
        (
            lambda: pb.grad(cube, 0, True)(X),
            "ArgumentError: grad: with has_aux the function must return [value, aux]",
        ),
        (lambda: pb.grad(3.0), "ArgumentError: grad: the first argument must be a function"),
        (lambda: pb.grad(cube, "x"), "ArgumentError: grad: argnums must be an integer or a list of them"),
        (
            lambda: pb.jvp(cube, X, [X]),
            "ArgumentError: jvp: primals must be a list with one entry an argument",
        ),
        (
            lambda: pb.jvp(cube, [X], [X[:2]]),
            "ShapeError: jvp: a tangent of float32 (3) was expected, got float32 (2)",
        ),
        (
            lambda: pb.jvp(lambda p: p["a"], [{"a": X}], [{"b": X}]),
            "ArgumentError: jvp: the tangents must have the structure {a: *}",
        ),
        (
            lambda: pb.vjp(lambda x: [x, x], [X])[1]([X]),
            "ArgumentError: vjp: the cotangents must have the structure [*, *]",
        ),
        (lambda: pb.jvp(ops.argmax, [X], [X]), "DtypeError: jvp: the function must return floats, got int32"),
        (
            lambda: pb.jacobian(cube, 0, "both"),
            "ArgumentError: jacobian: mode must be 'forward' or 'reverse', got 'both'",
        ),
        (
            lambda: pb.custom_gradient(lambda x: x)(X),
            "ArgumentError: custom_gradient: the function must return [value, gradient function]",
        ),
        (
            lambda: pb.function(lambda p: p)({1: X}),
            "ArgumentError: a dict of tensors must have texts as keys, got 1",
        ),
        (
            lambda: pb.function(lambda x: float(x))(1.0),
            "ArgumentError: this tensor of shape () belongs to a function that is being recorded: it has no value yet",
        ),
    ],
)
def test_messages(call, text):
    assert failing(call) == text


def test_the_gradient_of_a_custom_gradient_must_fit():
    @pb.custom_gradient
    def body(x):
        return x, lambda d: ops.sum(d)

    assert failing(pb.grad(lambda x: ops.sum(body(x))), X) == (
        "ShapeError: custom_gradient: the gradient by argument 0 must have shape (3), got ()"
    )


def test_explain_shows_the_plan():
    double = pb.function(lambda x: x * 2.0)
    double([1.0, 2.0])
    assert "multiply" in pb.explain(double)
