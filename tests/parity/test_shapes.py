"""Shape rules of broadcasting, reduction and movement on random shapes, on the NumPy engine."""

import numpy as np
from engines import Job, run_numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from parity import reference
from parity.harness import plan_of

from pybrowserml.core.autodiff import gradients
from pybrowserml.core.opset import binary, movement, reduction

MANY = settings(max_examples=100, deadline=None)


def array(shape, seed=0):
    return np.random.default_rng(seed).permutation(int(np.prod(shape))).astype(np.float32).reshape(shape)


def run(build, *arrays):
    return run_numpy(Job(plan_of(build, arrays), list(arrays)))[0]


@MANY
@given(hnp.mutually_broadcastable_shapes(num_shapes=3, min_side=0, max_side=3, max_dims=5))
def test_broadcasting(shapes):
    a, b, c = (array(shape, i) for i, shape in enumerate(shapes.input_shapes))
    outputs = run(
        lambda x: [binary.where(binary.greater(x[0], x[1]), x[1], x[2]), binary.add(x[0], x[1])], a, b, c
    )
    np.testing.assert_array_equal(outputs[0], np.where(a > b, b, c))
    np.testing.assert_array_equal(outputs[1], a + b)


@MANY
@given(hnp.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3, max_dims=5))
def test_gradients_of_broadcasting_have_the_shapes_of_the_operands(shapes):
    a, b = (array(shape, i) for i, shape in enumerate(shapes.input_shapes))

    def build(x):
        return gradients([binary.multiply(x[0], x[1])], [x[0], x[1]])

    da, db = run(build, a, b)
    wide = np.broadcast_shapes(a.shape, b.shape)
    assert da.shape == a.shape and db.shape == b.shape
    np.testing.assert_allclose(da, _summed_to(np.broadcast_to(b, wide), a.shape), rtol=1e-6)
    np.testing.assert_allclose(db, _summed_to(np.broadcast_to(a, wide), b.shape), rtol=1e-6)


def _summed_to(x, shape):
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and x.shape[i] != 1)
    return x.sum(axis=axes, keepdims=True)


@MANY
@given(hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4), st.data(), st.booleans())
def test_reductions(shape, data, keepdims):
    x = array(shape)
    axes = data.draw(st.lists(st.integers(0, max(len(shape) - 1, 0)), unique=True, max_size=len(shape)))
    signed = [data.draw(st.sampled_from([axis, axis - len(shape)])) for axis in axes]
    outputs = run(
        lambda t: [
            reduction.reduce_sum(t[0], signed, keepdims),
            reduction.reduce_prod(t[0], signed, keepdims),
        ],
        x,
    )
    np.testing.assert_array_equal(outputs[0], x.sum(axis=tuple(axes), keepdims=keepdims))
    np.testing.assert_allclose(outputs[1], x.prod(axis=tuple(axes), keepdims=keepdims), rtol=1e-6)
    if all(x.shape[axis] > 0 for axis in axes):
        outputs = run(
            lambda t: [
                reduction.reduce_max(t[0], signed, keepdims),
                reduction.reduce_min(t[0], signed, keepdims),
            ],
            x,
        )
        np.testing.assert_array_equal(outputs[0], x.max(axis=tuple(axes), keepdims=keepdims))
        np.testing.assert_array_equal(outputs[1], x.min(axis=tuple(axes), keepdims=keepdims))


def moves(data, x):
    """A random movement of x: [function of a tensor, the moved array]."""
    kind = data.draw(st.sampled_from(["reshape", "transpose", "flip", "slice", "pad", "broadcast", "concat"]))
    if kind == "reshape":
        shape = _factors(data, x.size)
        return lambda t: movement.reshape(t, shape), x.reshape(shape)
    if kind == "transpose":
        perm = data.draw(st.permutations(range(x.ndim)))
        return lambda t: movement.transpose(t, list(perm)), np.transpose(x, perm)
    if kind == "flip":
        axes = data.draw(st.lists(st.integers(0, x.ndim - 1), unique=True)) if x.ndim else []
        return lambda t: movement.flip(t, axes), np.flip(x, tuple(axes))
    if kind == "slice":
        begin = [data.draw(st.integers(0, n)) for n in x.shape]
        strides = [data.draw(st.integers(1, 3)) for _ in x.shape]
        most = [-(-(n - b) // s) for n, b, s in zip(x.shape, begin, strides, strict=True)]
        shape = [data.draw(st.integers(0, m)) for m in most]
        return (
            lambda t: movement.slice_strided(t, begin, shape, strides),
            reference.slice_strided(x, begin, shape, strides),
        )
    if kind == "pad":
        pads = [[data.draw(st.integers(0, 2)) for _ in range(3)] for _ in x.shape]
        return lambda t: movement.pad_interior(t, pads, 3), reference.pad_interior(x, pads, 3)
    if kind == "broadcast":
        lead = data.draw(st.lists(st.integers(1, 2), max_size=2))
        shape = [*lead, *[data.draw(st.integers(1, 3)) if n == 1 else n for n in x.shape]]
        return lambda t: movement.broadcast_to(t, shape), np.broadcast_to(x, shape)
    axis = data.draw(st.integers(0, x.ndim - 1)) if x.ndim else None
    if axis is None:
        return lambda t: t, x
    return lambda t: movement.concatenate([t, t], axis), np.concatenate([x, x], axis)


def _factors(data, count):
    shape, rest = [], count
    for _ in range(data.draw(st.integers(0, 3))):
        divisors = [d for d in range(1, rest + 1) if rest % d == 0] or [0]
        shape.append(data.draw(st.sampled_from(divisors)))
        rest = rest // shape[-1] if shape[-1] else 0
    return [*shape, rest]


@MANY
@given(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3), st.data())
def test_chains_of_movement(shape, data):
    x = array(shape)
    steps, moved = [], x
    for _ in range(data.draw(st.integers(1, 4))):
        if moved.size > 2000 or moved.ndim > 6:
            break
        step, moved = moves(data, moved)
        steps.append(step)

    def build(tensors):
        tensor = tensors[0]
        for step in steps:
            tensor = step(tensor)
        return binary.add(tensor, 0.5)

    got = run(build, x)[0]
    assert got.shape == moved.shape
    np.testing.assert_array_equal(got, moved + np.float32(0.5))


@MANY
@given(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3), st.data())
def test_gradients_of_movement_are_transposes(shape, data):
    """Movement is linear: <move(x), y> = <x, gradient(y)> for every y."""
    x = array(shape)
    step, moved = moves(data, x)
    zero = step_of_zeros(step, x)
    y = array(moved.shape, 5)
    dx = run(lambda t: gradients([step(t[0])], [t[0]], [t[1]]), x, y)[0]
    assert dx.shape == x.shape
    np.testing.assert_allclose(np.sum(dx * x), np.sum((moved - zero) * y), rtol=1e-5)


def step_of_zeros(step, x):
    return run(lambda t: binary.multiply(step(t[0]), 1.0), np.zeros_like(x))[0]
