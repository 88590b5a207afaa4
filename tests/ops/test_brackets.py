"""Python's brackets on tensors and variables: as NumPy's."""

import numpy as np
import pytest

import pybrowserml as pb

X = np.arange(60, dtype=np.float32).reshape(3, 4, 5)
KEYS = [
    1,
    -1,
    np.int64(2),
    slice(None),
    slice(2, 0, -1),
    (slice(None), 1),
    (0, slice(1, None, 2), slice(None, None, -2)),
    (Ellipsis, -1),
    (1, Ellipsis, None),
    (None, slice(0, 2), 3),
    ([0, 2, 2],),
    (slice(1, 3), np.array([[0, 3], [1, -1]])),
    (slice(5, 9),),
    (),
]


@pytest.mark.parametrize("key", KEYS, ids=[str(i) for i in range(len(KEYS))])
def test_keys(key):
    np.testing.assert_array_equal(pb.tensor(X)[key].numpy(), X[key])
    np.testing.assert_array_equal(pb.Variable(X)[key].numpy(), X[key])


def test_length_and_iteration():
    tensor = pb.tensor(X)
    assert len(tensor) == 3
    for ours, theirs in zip(tensor, X, strict=True):
        np.testing.assert_array_equal(ours.numpy(), theirs)
    with pytest.raises(TypeError, match="a scalar has no length"):
        len(pb.tensor(1.0))


def test_a_gradient_flows_through():
    slope = pb.grad(lambda x: pb.ops.sum(pb.ops.square(x[:, ::2, -1])))(X)
    wanted = np.zeros_like(X)
    wanted[:, ::2, -1] = 2 * X[:, ::2, -1]
    np.testing.assert_allclose(slope.numpy(), wanted)


@pytest.mark.parametrize("key", [3, (0, 0, 0, 0), (slice(None, None, 0),), "all", (Ellipsis, Ellipsis)])
def test_what_is_refused(key):
    with pytest.raises(pb.PybrowsermlError, match="get_item"):
        pb.tensor(X)[key]
