"""Maps: axes, structures, nesting, random numbers, cost, messages."""

import numpy as np
import pytest
from engines import Job, run_numpy
from parity.harness import plan_of

import pybrowserml as pb
from pybrowserml.core.dims import size_named
from pybrowserml.core.graph import placeholder, record_trace

ops = pb.ops
A = np.arange(24, dtype="f").reshape(2, 3, 4) / 7


def test_axes_of_arguments_and_results():
    f = pb.vmap(lambda a, b: [ops.sum(a, -1), b], [1, None], [1, None])
    total, same = f(A, 5.0)
    np.testing.assert_allclose(total.numpy(), A.sum(-1), rtol=1e-6)
    assert float(same) == 5
    np.testing.assert_allclose(pb.vmap(ops.sum, -1)(A).numpy(), A.sum((0, 1)), rtol=1e-6)
    assert pb.vmap(lambda x: x, 2, -2)(A).shape == (2, 4, 3)


def test_structures():
    f = pb.vmap(lambda p, s: {"y": p["w"] * s[0], "z": [s[1]]}, [{"w": 0, "n": None}, 0], {"y": 1, "z": 0})
    found = f({"w": A[0], "n": None}, [A[0], A[1]])
    np.testing.assert_allclose(found["y"].numpy(), (A[0] * A[0]).T, rtol=1e-6)
    np.testing.assert_array_equal(found["z"][0].numpy(), A[1])


def test_nesting_and_derivatives():
    outer = pb.vmap(lambda x: pb.vmap(lambda y: x * y)(A[0, 0]))
    np.testing.assert_allclose(outer(A[0, 1]).numpy(), np.outer(A[0, 1], A[0, 0]), rtol=1e-6)
    rows = pb.vmap(pb.grad(lambda x, w: ops.sum(ops.sin(ops.matmul(w, x)))), [0, None])
    x, w = A[0], A[1].T[:, :3].reshape(3, 4)
    np.testing.assert_allclose(rows(x, w).numpy(), np.cos(x @ w.T) @ w, rtol=1e-5, atol=1e-5)
    total = pb.grad(lambda x: ops.sum(pb.vmap(lambda y: ops.sum(y) * ops.sum(y))(x)))
    np.testing.assert_allclose(total(x).numpy(), np.repeat(2 * x.sum(1, keepdims=True), 4, 1), rtol=1e-5)
    full = pb.vmap(pb.hessian(lambda x: ops.sum(x * x * x)))(x).numpy()
    np.testing.assert_allclose(full, np.stack([np.diag(6 * row) for row in x]), rtol=1e-5)


def test_a_map_of_products_is_one_product():
    given = [np.zeros((8, 5, 4), "f"), np.zeros((4, 3), "f"), np.zeros(3, "f")]
    plan = plan_of(
        lambda t: pb.vmap(lambda x, w, b: ops.tanh(ops.matmul(x, w) + b), [0, None, None])(*t), given
    )
    kernels = [step["kernel"] for step in plan["steps"]]
    assert kernels.count("matmul") == 1 and "broadcast_to" not in kernels
    shapes = [
        plan["values"][step["inputs"][0]]["shape"] for step in plan["steps"] if step["kernel"] == "matmul"
    ]
    assert shapes == [[40, 4]]


def test_gradients_by_shared_operands_are_products_too():
    """Per-example gradients are what a map of a gradient gives, without a loop."""
    x, y = A[0], A[1]
    w = np.float32([0.3, -0.2, 0.5, 0.1])

    def loss(w, x, y):
        return ops.sum(ops.square(ops.matmul(x, w) - ops.sum(y)))

    each = pb.vmap(pb.grad(loss), [None, 0, 0])(w, x, y).numpy()
    wanted = 2 * (x @ w - y.sum(1))[:, None] * x
    np.testing.assert_allclose(each, wanted, rtol=1e-5)


def test_a_symbolic_number_of_elements():
    batch = size_named("batch")

    def body():
        x = placeholder("x", [batch, 3], "float32")
        return pb.vmap(lambda row: ops.softmax(ops.matmul(row, np.eye(3, dtype="f"))))(x)

    assert record_trace(body)[0].shape[0] is batch


def test_random_numbers_go_on_through_the_elements():
    x = np.ones((4, 6), "f")
    together = pb.function(lambda x: pb.random.dropout(x, 0.5, seed=3))(x).numpy()
    mapped = pb.vmap(lambda row: pb.random.dropout(row, 0.5, seed=3))(x).numpy()
    np.testing.assert_array_equal(mapped, together)
    drawn = pb.vmap(lambda row: pb.random.normal([5], seed=4))(x).numpy()
    np.testing.assert_array_equal(drawn, pb.random.normal([4, 5], seed=4).numpy())
    shared = pb.random.normal([5], seed=4)
    same = pb.vmap(lambda row: shared)(x).numpy()
    np.testing.assert_array_equal(same, np.stack([shared.numpy()] * 4))


def test_keys_of_their_own():
    from pybrowserml.core.opset.generators import bits_to_uniform, random_bits

    keys = np.int32([3, 5, 7])
    mapped = pb.vmap(lambda key: bits_to_uniform(random_bits(key, 1, 0, [4])))(keys).numpy()
    alone = [bits_to_uniform(random_bits(int(key), 1, 0, [4])).numpy() for key in keys]
    np.testing.assert_array_equal(mapped, np.stack(alone))


def test_the_random_numbers_of_a_jacobian_are_those_of_the_function():
    x = np.ones(6, "f")
    f = pb.function(lambda x: pb.random.dropout(x, 0.5, seed=3))
    np.testing.assert_array_equal(pb.jacobian(f)(x).numpy(), np.diag(f(x).numpy()))


def test_custom_gradients():
    @pb.custom_gradient
    def body(x, w):
        e = ops.exp(x)
        return ops.sum(e * w), lambda d: [d * e * 10.0, d * e]

    x, w = A[0], A[1, 0]
    dx, dw = pb.grad(lambda x, w: ops.sum(pb.vmap(body, [0, None])(x, w)), [0, 1])(x, w)
    np.testing.assert_allclose(dx.numpy(), 10 * np.exp(x), rtol=1e-5)
    np.testing.assert_allclose(dw.numpy(), np.exp(x).sum(0), rtol=1e-5)
    twice = pb.vmap(pb.vmap(pb.grad(lambda x: body(x, 2.0))))(x).numpy()
    np.testing.assert_allclose(twice, 10 * np.exp(x), rtol=1e-5)


def test_variables_are_read_but_not_assigned():
    w = pb.Variable(2.0, name="weight")
    np.testing.assert_array_equal(pb.vmap(lambda x: x * w.value)([1.0, 2.0]).numpy(), [2, 4])

    def counting(x):
        w.assign(w.value + 1.0)
        return x

    with pytest.raises(pb.ArgumentError, match=r"vmap: the function assigns the variable 'weight', of which"):
        pb.vmap(counting)([1.0, 2.0])


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (
            lambda: pb.vmap(lambda a, b: a)(A, A[0]),
            "ShapeError",
            "vmap: the mapped axes differ in size: argument 0 of shape (2, 3, 4) along 0, "
            "argument 1 of shape (3, 4) along 0",
        ),
        (
            lambda: pb.vmap(lambda a: a, 3)(A),
            "ShapeError",
            "vmap: in_axes of argument 0 is 3, out of range for shape (2, 3, 4)",
        ),
        (
            lambda: pb.vmap(lambda a, b: a)(A, 1.0),
            "ShapeError",
            "vmap: in_axes of argument 1 is 0, out of range for shape ()",
        ),
        (
            lambda: pb.vmap(lambda a, b: a, [0])(A, A),
            "ArgumentError",
            "vmap: in_axes has 1 entries, but the function got 2 arguments",
        ),
        (lambda: pb.vmap(lambda a: a, None)(A), "ArgumentError", "vmap: in_axes maps no argument"),
        (
            lambda: pb.vmap(lambda a: a, "x"),
            "ArgumentError",
            "vmap: in_axes must be an integer, None or a list of them",
        ),
        (
            lambda: pb.vmap(lambda a: a, [0.5])(A),
            "ArgumentError",
            "vmap: in_axes of argument 0 must be an integer, None or a list of them",
        ),
        (
            lambda: pb.vmap(lambda a: a, [[0, 0]])(A),
            "ArgumentError",
            "vmap: in_axes of argument 0 must be an integer, None or a list of them",
        ),
        (
            lambda: pb.vmap(lambda a: a, [[0, 0]])([A, A, A]),
            "ArgumentError",
            "vmap: in_axes of argument 0 must have the structure [*, *, *]",
        ),
        (
            lambda: pb.vmap(ops.sum, 0, 1)(A),
            "ShapeError",
            "vmap: out_axes is 1, out of range for shape ()",
        ),
        (
            lambda: pb.vmap(lambda a: a, 0, None)(A),
            "ArgumentError",
            "vmap: out_axes is None for a result that differs between elements",
        ),
    ],
)
def test_messages(call, kind, text):
    with pytest.raises(pb.PybrowsermlError) as caught:
        call()
    assert [type(caught.value).__name__, str(caught.value)] == [kind, text]


def test_jacobians_of_structures_in_both_modes():
    def body(p, s):
        return {"a": ops.sum(p["x"]) * s, "b": p["x"] * s * s}

    x = np.float32([1, 2])
    for mode in ("forward", "reverse", None):
        found = pb.jacobian(body, [0, 1], mode)({"x": x}, 3.0)
        np.testing.assert_array_equal(found["a"][0]["x"].numpy(), [3, 3])
        assert float(found["a"][1]) == 3
        np.testing.assert_array_equal(found["b"][0]["x"].numpy(), 9 * np.eye(2))
        np.testing.assert_array_equal(found["b"][1].numpy(), 6 * x)


def test_forward_mode_costs_what_forward_mode_costs():
    """Two products a layer for value and tangent, three with a tangent of the weights."""
    depth = 4
    given = [np.zeros((16, 16), "f") for _ in range(2 * depth + 2)]
    half = depth + 1

    def net(x, *weights):
        for w in weights:
            x = ops.tanh(ops.matmul(x, w))
        return x

    along_x = plan_of(lambda t: pb.jvp(lambda x: net(x, *t[1:half]), [t[0]], [t[half]]), given)
    along_all = plan_of(lambda t: pb.jvp(net, t[:half], t[half:]), given)
    products = [sum(step["kernel"] == "matmul" for step in p["steps"]) for p in (along_x, along_all)]
    assert products == [2 * depth, 3 * depth]


def test_linear_functions_and_products():
    x, v = A[0], A[1]
    value, push = pb.linearize(lambda x: {"y": ops.sin(x)}, [x])
    np.testing.assert_allclose(push([v])["y"].numpy(), np.cos(x) * v, rtol=1e-5)
    np.testing.assert_allclose(value["y"].numpy(), np.sin(x), rtol=1e-5)
    value, pull, aux = pb.vjp(lambda x, s: ([ops.sin(x), s], "aux"), [x, 2.0], True)
    assert aux == "aux" and value[0].shape == (3, 4)
    dx, ds = pull([v, None])
    np.testing.assert_allclose(dx.numpy(), np.cos(x) * v, rtol=1e-5)
    assert float(ds) == 0 and [float(t) for t in pb.vjp(lambda a: [a, a], [1.0])[1]([2.0, 3.0])] == [5]
    hv = pb.hvp(lambda x, s: ops.sum(x * x * x) * s, [x, 2.0], [v, 1.0])
    np.testing.assert_allclose(hv[0].numpy(), 12 * x * v + 3 * x * x, rtol=1e-5)
    np.testing.assert_allclose(hv[1].numpy(), (3 * x * x * v).sum(), rtol=1e-5)

    @pb.function
    def inside(x, v):
        value, push = pb.linearize(ops.sin, [x])
        return [value, push([v]), pb.vjp(ops.sin, [x])[1](v)[0], pb.jvp(ops.sin, [x], [None])[1]]

    value, pushed, pulled, nothing = inside(x, v)
    np.testing.assert_allclose(pushed.numpy(), pulled.numpy(), rtol=1e-6)
    np.testing.assert_array_equal(nothing.numpy(), np.zeros((3, 4)))


def test_numbers_of_the_plan_and_of_numpy():
    given = [A, np.float32([[1, 2], [3, 4], [5, 6], [7, 8]])]
    job = Job(plan_of(lambda t: pb.vmap(ops.matmul, [0, None])(*t), given), given)
    np.testing.assert_allclose(run_numpy(job)[0][0], A @ given[1], rtol=1e-6)
