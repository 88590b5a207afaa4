"""Recomputing in the backward pass: the same numbers, less memory."""

import numpy as np
import pytest
from engines import Job, run_numpy
from parity.harness import plan_of

import pybrowserml as pb
from pybrowserml.backends.resolve import element_count, resolve
from pybrowserml.core.autodiff import gradients

ops = pb.ops
DEPTH, WIDTH = 8, 32


def block(x, w):
    """Several activations of the size of x that its gradient needs."""
    h = ops.tanh(ops.matmul(x, w))
    h = ops.sigmoid(ops.matmul(h, w))
    return x + ops.sin(ops.matmul(h, w))


def net(layer):
    def build(tensors):
        x, *weights = tensors
        for w in weights:
            x = layer(x, w)
        return gradients([ops.sum(x * x)], tensors)

    return build


def peak(plan):
    """The most elements of intermediate values that live at one time."""
    plan = resolve(plan, {})
    most = 0
    for step in range(len(plan["steps"])):
        alive = 0
        for value, lifetime in zip(plan["values"], plan["lifetimes"], strict=True):
            if lifetime is not None and lifetime[0] <= step <= lifetime[1]:
                alive += element_count(value["shape"])
        most = max(most, alive)
    return most


def arrays():
    rng = np.random.default_rng(5)
    return [rng.uniform(-1, 1, (256, WIDTH)).astype("f")] + [
        rng.uniform(-0.3, 0.3, (WIDTH, WIDTH)).astype("f") for _ in range(DEPTH)
    ]


def test_a_chain_of_blocks_needs_less_memory_and_one_more_forward_pass():
    given = arrays()
    plain, saving = plan_of(net(block), given), plan_of(net(pb.remat(block)), given)
    for a, b in zip(run_numpy(Job(plain, given))[0], run_numpy(Job(saving, given))[0], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    products = [sum(step["kernel"] == "matmul" for step in plan["steps"]) for plan in (plain, saving)]
    assert products == [9 * DEPTH, 12 * DEPTH]
    size = 256 * WIDTH
    # Without it some three activations a block live until its gradient; with it the input of each block.
    assert peak(plain) > (3 * DEPTH) * size
    assert peak(saving) < (DEPTH + 8) * size
    assert all(step["kernel"] != "barrier" for step in saving["steps"])


def test_blocks_within_blocks():
    """The inner blocks are recomputed from what the outer one recomputed."""

    def double(x, w):
        return pb.remat(block)(pb.remat(block)(x, w), w)

    given = arrays()
    plain = plan_of(net(lambda x, w: block(block(x, w), w)), given)
    saving = plan_of(net(pb.remat(double)), given)
    for a, b in zip(run_numpy(Job(plain, given))[0], run_numpy(Job(saving, given))[0], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)
    assert peak(saving) < (DEPTH + 10) * 256 * WIDTH


def dropped(x, w):
    return ops.matmul(pb.random.dropout(ops.tanh(x), 0.5, seed=3), w)


def test_random_numbers_come_out_the_same_and_are_not_kept():
    given = arrays()
    plain, saving = plan_of(net(dropped), given), plan_of(net(pb.remat(dropped)), given)
    for a, b in zip(run_numpy(Job(plain, given))[0], run_numpy(Job(saving, given))[0], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert peak(saving) < peak(plain)


def test_variables_are_assigned_once_and_differentiated():
    count, w = pb.Variable(0.0), pb.Variable([2.0, 3.0])

    @pb.remat
    def body(x):
        count.assign(count.value + 1.0)
        return ops.sum(ops.sin(w.value * x)) * count.value

    found = pb.variable_grads(body, [w])([0.5, 1.0])
    np.testing.assert_allclose(found["grads"][0].numpy(), [0.5 * np.cos(1.0), np.cos(3.0)], rtol=1e-5)
    assert float(count.numpy()) == 1
    np.testing.assert_allclose(
        pb.grad(body)([0.5, 1.0]).numpy(), 2 * np.array([2 * np.cos(1.0), 3 * np.cos(3.0)]), rtol=1e-5
    )


def test_structures_orders_and_maps():
    body = pb.remat(lambda p: {"y": ops.sin(p["x"]) * p["x"], "n": ops.argmax(p["x"])})

    def loss(x):
        found = body({"x": x})
        return ops.sum(found["y"]) * ops.cast(found["n"], "float32")

    x = np.array([0.1, 0.7, 1.3], "f")
    np.testing.assert_allclose(pb.grad(loss)(x).numpy(), 2 * (np.cos(x) * x + np.sin(x)), rtol=1e-5)
    np.testing.assert_allclose(
        pb.hessian(loss)(x).numpy(), np.diag(2 * (2 * np.cos(x) - x * np.sin(x))), rtol=1e-4, atol=1e-6
    )
    rows = np.stack([x, -x, 2 * x])
    wanted = [pb.grad(loss)(row).numpy() for row in rows]
    np.testing.assert_allclose(pb.vmap(pb.grad(loss))(rows).numpy(), wanted, rtol=1e-5)


def test_eager_use():
    np.testing.assert_allclose(pb.remat(ops.exp)(1.0).numpy(), np.e, rtol=1e-6)


@pytest.mark.parametrize("engine", ["cpu-node", "webgl"])
def test_on_every_engine(engines, engine):
    given = arrays()[:4]
    jobs = [Job(plan_of(net(layer), given), given) for layer in (pb.remat(block), pb.remat(dropped))]
    for result, job in zip(engines.run(engine, jobs), jobs, strict=True):
        for got, wanted in zip(result.outputs, run_numpy(job)[0], strict=True):
            # Sums over 256 rows of terms as large as the largest result.
            np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-6 * np.abs(wanted).max())
