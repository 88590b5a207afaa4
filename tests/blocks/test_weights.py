"""Initializers, regularizers and constraints: random numbers by their statistics, and what users write themselves."""

import numpy as np
import pytest

from pybrowserml import constraints, initializers, layers, ops, regularizers
from pybrowserml.core.config import config_of, from_config
from pybrowserml.ops.random import SeedGenerator
from pybrowserml.platform.errors import PybrowsermlError

SHAPE = [40, 50]


def made(initializer, shape=SHAPE):
    host = initializer.make(list(shape), "float32")
    assert host.shape == list(shape)
    return np.array(host.data).reshape(shape)


# class, arguments, standard deviation, largest absolute value (None: no limit)
RANDOM = [
    (initializers.RandomNormal, {"stddev": 0.3}, 0.3, None),
    (initializers.TruncatedNormal, {"stddev": 0.3}, 0.3 * 0.8796, 0.6),
    (initializers.RandomUniform, {"minval": -0.6, "maxval": 0.6}, 0.6 / np.sqrt(3), 0.6),
    (initializers.GlorotUniform, {}, np.sqrt(2 / 90), np.sqrt(6 / 90)),
    (initializers.GlorotNormal, {}, np.sqrt(2 / 90), 2 * np.sqrt(2 / 90) / 0.8796),
    (initializers.HeUniform, {}, np.sqrt(2 / 40), np.sqrt(6 / 40)),
    (initializers.HeNormal, {}, np.sqrt(2 / 40), 2 * np.sqrt(2 / 40) / 0.8796),
    (initializers.LecunUniform, {}, np.sqrt(1 / 40), np.sqrt(3 / 40)),
    (initializers.LecunNormal, {}, np.sqrt(1 / 40), 2 * np.sqrt(1 / 40) / 0.8796),
    (initializers.VarianceScaling, {"scale": 3.0, "mode": "fan_out"}, np.sqrt(3 / 50), None),
    (
        initializers.VarianceScaling,
        {"distribution": "untruncated_normal", "input_axes": [1], "output_axes": [0]},
        np.sqrt(1 / 50),
        None,
    ),
]


@pytest.mark.parametrize("row", RANDOM, ids=lambda row: row[0].__name__)
def test_random(row):
    cls, arguments, spread, most = row
    initializer = cls(seed=3, **arguments)
    found = made(initializer)
    # 2000 numbers: five standard errors.
    assert abs(found.mean()) < 5 * spread / np.sqrt(2000)
    assert abs(found.std() / spread - 1) < 5 / np.sqrt(4000)
    assert most is None or np.abs(found).max() <= most * 1.0001
    np.testing.assert_array_equal(made(initializer), found)
    again = from_config(config_of(initializer), "initializer")
    assert config_of(again) == config_of(initializer)
    np.testing.assert_array_equal(made(again), found)
    assert (made(cls(seed=4, **arguments)) != found).any()


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (3, 2, 5), (5, 1), (1, 1)])
def test_orthogonal(shape):
    found = made(initializers.Orthogonal(2.0, 5), shape).reshape(-1, shape[-1])
    few = found if found.shape[0] < found.shape[1] else found.T
    np.testing.assert_allclose(few @ few.T, 4 * np.eye(few.shape[0]), atol=1e-6)
    entry = config_of(initializers.Orthogonal(2.0, 5))
    assert config_of(from_config(entry, "initializer")) == entry


def test_fans_of_kernels():
    kernel = made(initializers.VarianceScaling(seed=1, distribution="uniform"), [3, 3, 4, 5])
    assert np.abs(kernel).max() <= np.sqrt(3 / 36)
    assert initializers.random.fans([3, 3, 4, 5]) == [36, 45]
    assert initializers.random.fans([7]) == [7, 7]
    assert initializers.random.fans([]) == [1, 1]


def test_a_generator_as_seed_counts_up():
    first, second = SeedGenerator(9), SeedGenerator(9)
    initializer = initializers.RandomNormal(seed=first)
    numbers = [made(initializer) for _ in range(2)]
    assert (numbers[0] != numbers[1]).any()
    np.testing.assert_array_equal(made(initializers.RandomNormal(seed=second)), numbers[0])
    again = from_config(config_of(initializer), "initializer")
    np.testing.assert_array_equal(made(again), numbers[0])


class Diagonal(initializers.Initializer):
    """An initializer of a user's."""

    def __call__(self, shape, dtype=None):
        return np.eye(*shape, dtype=dtype)


def test_what_users_give_as_initializers():
    np.testing.assert_array_equal(made(initializers.get(Diagonal), [2, 3]), np.eye(2, 3))
    np.testing.assert_array_equal(made(initializers.get(lambda shape, dtype: np.ones(shape)), [2]), [1, 1])
    np.testing.assert_array_equal(made(initializers.get(np.arange(4.0).reshape(2, 2)), [2, 2])[1], [2, 3])
    with pytest.raises(PybrowsermlError, match=r"a value of shape \(2\) does not fit \(3\)"):
        made(initializers.get(np.ones(2)), [3])
    assert isinstance(initializers.get("OrthogonalInitializer"), initializers.Orthogonal)


class Sparse(regularizers.Regularizer):
    """A regularizer of a user's."""

    def __call__(self, x):
        return ops.sum(ops.sqrt(ops.abs(x)))


class Rounded(constraints.Constraint):
    """A constraint of a user's."""

    def __call__(self, w):
        return ops.round(w)


def test_what_users_give_as_regularizers_and_constraints():
    layer = layers.Dense(2, kernel_regularizer=Sparse(), bias_constraint=Rounded(), kernel_initializer="ones")
    layer(np.ones((1, 3), np.float32))
    assert float(layer.regularization_losses()[0]) == 6
    assert float(regularizers.get(lambda x: ops.sum(x)).penalty(ops.ones([3]))) == 3
    found = constraints.get(lambda w: ops.multiply(w, 2.0)).project(ops.ones([2]))
    np.testing.assert_array_equal(found.numpy(), [2, 2])
    np.testing.assert_array_equal(layer.bias_constraint.project(ops.array([0.6, 1.2])).numpy(), [1, 1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: initializers.get("glorot"), "unknown initializer 'glorot'"),
        (lambda: initializers.RandomNormal(seed=1.5), "seed must be an integer, a SeedGenerator or None"),
        (lambda: initializers.VarianceScaling(mode="fan"), "mode"),
        (lambda: initializers.STFT("both"), "side"),
        (lambda: initializers.STFT()([4, 4]), r"STFT: needs the shape"),
        (lambda: initializers.STFT(window="hann2")([4, 1, 3]), "window"),
        (lambda: initializers.Orthogonal()([4]), "Orthogonal: needs at least two axes"),
        (lambda: regularizers.L2(-1.0), "l2 must be a number of at least 0, got -1"),
        (lambda: regularizers.OrthogonalRegularizer(0.1)(ops.ones([3])), "needs a matrix, got"),
    ],
)
def test_messages(make, message):
    with pytest.raises(PybrowsermlError, match=message):
        make()
