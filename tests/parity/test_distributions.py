"""Random distributions: against SciPy's in CPython, and the same numbers on every engine."""

import numpy as np
import pytest
from engines import ENGINES, Job
from parity.harness import plan_of
from scipy import stats

import pybrowserml as pb
from pybrowserml.ops import random

COUNT = 30000
SEED = 11

CONTINUOUS = {
    "uniform": (lambda: random.uniform([COUNT], -1, 3, None, SEED), stats.uniform(-1, 4)),
    "normal": (lambda: random.normal([COUNT], 2, 3, None, SEED), stats.norm(2, 3)),
    "truncated_normal": (
        lambda: random.truncated_normal([COUNT], 1, 2, None, SEED),
        stats.truncnorm(-2, 2, 1, 2),
    ),
    "exponential": (lambda: random.exponential([COUNT], 2.0, None, SEED), stats.expon(scale=2)),
    "gamma 0.05": (lambda: random.gamma([COUNT], 0.05, None, SEED), stats.gamma(0.05)),
    "gamma 1": (lambda: random.gamma([COUNT], 1, None, SEED), stats.gamma(1)),
    "gamma 700": (lambda: random.gamma([COUNT], 700.0, None, SEED), stats.gamma(700)),
    "beta 0.5, 0.5": (lambda: random.beta([COUNT], 0.5, 0.5, None, SEED), stats.beta(0.5, 0.5)),
    "beta 9, 2": (lambda: random.beta([COUNT], 9, 2, None, SEED), stats.beta(9, 2)),
    "wide randint": (
        lambda: random.randint([COUNT], -(2**31), 2**31 - 1, "int32", SEED),
        stats.uniform(-(2**31), 2**32),
    ),
}
DISCRETE = {
    "binomial 1": (lambda: random.binomial([COUNT], 1, 0.3, None, SEED), stats.binom(1, 0.3)),
    "binomial 12": (lambda: random.binomial([COUNT], 12, 0.5, None, SEED), stats.binom(12, 0.5)),
    "binomial 90": (lambda: random.binomial([COUNT], 90, 0.35, None, SEED), stats.binom(90, 0.35)),
    "binomial 9000": (lambda: random.binomial([COUNT], 9000, 0.8, None, SEED), stats.binom(9000, 0.8)),
    "poisson 0.5": (lambda: random.poisson([COUNT], 0.5, None, SEED), stats.poisson(0.5)),
    "poisson 9": (lambda: random.poisson([COUNT], 9, None, SEED), stats.poisson(9)),
    "poisson 40": (lambda: random.poisson([COUNT], 40, None, SEED), stats.poisson(40)),
    "randint": (lambda: random.randint([COUNT], 3, 10, "uint8", SEED), stats.randint(3, 10)),
}


@pytest.mark.parametrize("name", CONTINUOUS)
def test_continuous(name):
    draw, distribution = CONTINUOUS[name]
    x = draw().numpy().astype(np.float64)
    assert stats.kstest(x, distribution.cdf).pvalue > 1e-3
    np.testing.assert_allclose(x.mean(), distribution.mean(), atol=5 * distribution.std() / np.sqrt(COUNT))
    # The standard deviation of the sample's variance follows from the fourth moment.
    spread = float(distribution.stats(moments="k")) + 2
    np.testing.assert_allclose(x.var() / distribution.var(), 1, atol=5 * np.sqrt(spread / COUNT))


@pytest.mark.parametrize("name", DISCRETE)
def test_discrete(name):
    draw, distribution = DISCRETE[name]
    x = draw().numpy().astype(int)
    places = np.arange(x.min(), x.max() + 1)
    wanted, found = distribution.pmf(places) * COUNT, np.bincount(x - x.min())
    often = wanted > 5
    chance = stats.chisquare(found[often], wanted[often] * found[often].sum() / wanted[often].sum()).pvalue
    assert chance > 1e-3
    assert found[~often].sum() <= wanted[~often].sum() + 5 * np.sqrt(wanted[~often].sum() + 1)


def test_truncated_normals_stay_within_two_deviations():
    x = random.truncated_normal([200000], 0, 1, None, 3).numpy()
    assert np.abs(x).max() < 2
    assert np.abs(x).max() > 1.999


def test_categories():
    chances = np.array([[0.1, 0.2, 0.7], [0.5, 0.0, 0.5]])
    with np.errstate(divide="ignore"):
        logits = np.log(chances).astype(np.float32)
    x = random.categorical(logits, 20000, "int32", 4).numpy()
    assert x.shape == (2, 20000)
    for row, wanted in zip(x, chances, strict=True):
        np.testing.assert_allclose(np.bincount(row, minlength=3) / 20000, wanted, atol=0.015)


def test_shuffles_are_permutations():
    assert sorted(random.permutation(1000, 5).numpy()) == list(range(1000))
    x = np.arange(12, dtype=np.float32).reshape(3, 4)
    for axis in (0, 1, -1):
        y = random.shuffle(x, axis, 7).numpy()
        assert np.array_equal(np.sort(y, axis), x) and y.shape == x.shape
    seen = {tuple(random.permutation(3, seed).numpy()) for seed in range(60)}
    assert len(seen) == 6


def test_a_seed_generator_counts():
    generator = random.SeedGenerator(5)
    first, second = (
        random.normal([3], 0, 1, None, generator).numpy(),
        random.normal([3], 0, 1, None, generator).numpy(),
    )
    assert not np.array_equal(first, second)
    again = random.SeedGenerator(5)
    assert np.array_equal(random.normal([3], 0, 1, None, again).numpy(), first)
    assert generator.state.numpy().tolist() == [2]
    drawn = pb.function(lambda x: pb.ops.add(x, random.uniform([2], 0, 1, None, generator)))
    zeros = np.zeros(2, np.float32)
    a, b = drawn(zeros).numpy(), drawn(zeros).numpy()
    assert not np.array_equal(a, b)
    assert generator.state.numpy().tolist() == [4]
    assert random.SeedGenerator(**generator.get_config()).initial_seed == 5


def test_an_integer_repeats_and_none_does_not():
    assert np.array_equal(random.gamma([4], 2.0, None, 1).numpy(), random.gamma([4], 2.0, None, 1).numpy())
    assert not np.array_equal(random.gamma([4], 2.0).numpy(), random.gamma([4], 2.0).numpy())


@pytest.mark.parametrize("seed", ["7", 0.5, [1]])
def test_bad_seeds(seed):
    with pytest.raises(pb.ArgumentError, match="seed must be None, an integer or a SeedGenerator"):
        random.uniform([2], 0, 1, None, seed)


# What a kernel of plain integers makes must be the same to the bit; what goes through logarithms is near.
EXACT = {
    "randint": lambda x: random.randint([200], -5, 9, "int32", 3),
    "wide randint": lambda x: random.randint([200], -(2**31), 2**31 - 1, "int32", 3),
    "unsigned randint": lambda x: random.randint([50], 2**31, 2**32 - 1, "uint32", 3),
    "permutation": lambda x: random.permutation(300, 4),
    "shuffle": lambda x: random.shuffle(x, 0, 5),
    "categorical": lambda x: random.categorical(x, 40, "int32", 6),
    "dropout": lambda x: random.dropout(x, 0.3, None, 7),
    "binomial": lambda x: random.binomial([100], 9, 0.3, None, 8),
    "many binomial": lambda x: random.binomial([100], 900, 0.3, None, 8),
    "poisson": lambda x: random.poisson([100], 4, None, 9),
    "many poisson": lambda x: random.poisson([100], 40, None, 9),
}
NEAR = {
    "truncated_normal": lambda x: random.truncated_normal([200], 0, 1, None, 3),
    "exponential": lambda x: random.exponential([200], 1, None, 3),
    "gamma": lambda x: random.gamma([3, 50], [[0.1], [1.0], [30.0]], None, 3),
    "beta": lambda x: random.beta([100], 2, 3, None, 3),
}


@pytest.mark.parametrize("engine", ENGINES[1:])
@pytest.mark.parametrize("name", [*EXACT, *NEAR])
def test_the_same_on_every_engine(engines, engine, name):
    x = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    build = EXACT.get(name) or NEAR[name]
    job = Job(plan_of(lambda tensors: build(tensors[0]), [x]), [x])
    ours = engines.run(engine, [job])[0].outputs[0]
    theirs = engines.run("numpy", [job])[0].outputs[0]
    if name in EXACT:
        np.testing.assert_array_equal(ours, theirs)
    else:
        # Two polynomials after each other on WebGL (a logarithm and an exponential of up to 90 for small alpha).
        np.testing.assert_allclose(ours, theirs, rtol=2e-5 if engine == "webgl" else 2e-6, atol=2e-6)
