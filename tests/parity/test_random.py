"""Random numbers: Threefry2x32-20 by its published answers, the same bits on every engine, and sane
statistics.
"""

import numpy as np
import pytest
from engines import ENGINES, Job
from parity.harness import plan_of
from scipy import stats

from pybrowserml.core import rng
from pybrowserml.core.opset.generators import bits_to_normal, bits_to_uniform, random_bits
from pybrowserml.platform.random import threefry_array, threefry_pair

# Random123, kat_vectors, threefry2x32 with 20 rounds: counter, key → words.
ANSWERS = [
    ([0, 0], [0, 0], [0x6B200159, 0x99BA4EFE]),
    ([0xFFFFFFFF, 0xFFFFFFFF], [0xFFFFFFFF, 0xFFFFFFFF], [0x1CB996FC, 0xBB002BE7]),
    ([0x243F6A88, 0x85A308D3], [0x13198A2E, 0x03707344], [0xC4923A9C, 0x483DF7A0]),
]
SHAPES = [[], [1], [7], [3, 5], [2, 3, 4, 5], [1031], [0, 3]]
KEYS = [(0, 0, 0), (1, 2, 3), (-1, -1, -1), (0x13198A2E, 0x03707344, 5), (-2147483648, 2147483647, 1000000)]


@pytest.mark.parametrize("counter, key, words", ANSWERS)
def test_published_answers(counter, key, words):
    assert [word & 0xFFFFFFFF for word in threefry_pair(*key, *counter)] == words


def drawn(key0, key1, step, shape):
    """Our own threefry in plain integers: word 0 at counters (index, step)."""
    mask = 0xFFFFFFFF
    keys = [key0 & mask, key1 & mask]
    keys.append(keys[0] ^ keys[1] ^ 0x1BD11BDA)
    words = []
    for index in range(int(np.prod(shape))):
        x = [(index + keys[0]) & mask, ((step & mask) + keys[1]) & mask]
        for r in range(20):
            turn = [13, 15, 26, 6, 17, 29, 16, 24][r % 8]
            x[0] = (x[0] + x[1]) & mask
            x[1] = (((x[1] << turn) | (x[1] >> (32 - turn))) & mask) ^ x[0]
            if r % 4 == 3:
                d = r // 4 + 1
                x = [(x[0] + keys[d % 3]) & mask, (x[1] + keys[(d + 1) % 3] + d) & mask]
        words.append(x[0])
    return np.array(words, dtype=np.uint32).reshape(shape)


def stream_job(key0, key1, step, shape):
    """Bits, uniforms and normals; the key and step are inputs of the plan."""
    given = [np.int32(key0), np.int32(key1), np.int32(step)]

    def build(x):
        bits = random_bits(x[0], x[1], x[2], shape)
        return [bits, bits_to_uniform(bits), bits_to_normal(bits)]

    given = [np.asarray(item) for item in given]
    return Job(plan_of(build, given), given)


CASES = [(*key, shape) for key in KEYS for shape in SHAPES]


@pytest.mark.parametrize("engine", ENGINES)
def test_bits_and_uniforms_are_the_same_on_every_engine(engines, engine):
    results = engines.run(engine, [stream_job(*case) for case in CASES])
    for case, result in zip(CASES, results, strict=True):
        bits = drawn(*case)
        np.testing.assert_array_equal(result.outputs[0].view(np.uint32), bits, err_msg=str(case))
        uniform = ((bits >> np.uint32(8)).astype(np.float64) * 2.0**-24).astype(np.float32)
        np.testing.assert_array_equal(result.outputs[1], uniform, err_msg=str(case))


@pytest.mark.parametrize("engine", ENGINES[1:])
def test_normals_agree_with_numpy(engines, engine):
    cases = [*CASES, (3, 4, 5, [20000])]
    ours = engines.run(engine, [stream_job(*case) for case in cases])
    theirs = engines.run("numpy", [stream_job(*case) for case in cases])
    for a, b in zip(ours, theirs, strict=True):
        got, wanted = a.outputs[2], b.outputs[2]
        if engine == "webgl":
            np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-6)
        else:
            np.testing.assert_array_max_ulp(got, wanted, maxulp=2)


@pytest.mark.parametrize("engine", ENGINES)
def test_extreme_bits(engines, engine):
    bits = np.array([0, 1, 255, 256, -1, -256, -2147483648, 2147483647, 511, 512, -512], dtype=np.int32)
    job = Job(plan_of(lambda x: [bits_to_uniform(x[0]), bits_to_normal(x[0])], [bits]), [bits])
    uniform, normal = engines.run(engine, [job])[0].outputs
    assert uniform.min() == 0 and uniform.max() < 1
    assert np.isfinite(normal).all()
    x = (2.0 * (bits.view(np.uint32) >> np.uint32(9)) + 1.0) * 2.0**-23 - 1.0
    from scipy.special import erfinv

    np.testing.assert_allclose(normal, np.sqrt(2) * erfinv(x), rtol=4e-6, atol=2e-6)


def test_statistics():
    outputs = run_numpy_stream([100000])
    uniform, normal = outputs[1], outputs[2]
    assert stats.kstest(uniform, "uniform").pvalue > 1e-3
    assert stats.kstest(normal, "norm").pvalue > 1e-3
    assert abs(np.corrcoef(normal[:-1], normal[1:])[0, 1]) < 0.02
    ones = np.unpackbits(outputs[0].view(np.uint8)).mean()
    assert abs(ones - 0.5) < 0.002


def run_numpy_stream(shape):
    from engines import run_numpy

    return run_numpy(stream_job(11, 22, 33, shape))[0]


def test_streams_differ_by_key_and_step():
    first = threefry_array(1, 2, 3, 1000)
    for other in [
        threefry_array(1, 2, 4, 1000),
        threefry_array(1, 3, 3, 1000),
        threefry_array(2, 2, 3, 1000),
    ]:
        assert (first == other).sum() < 3


def test_keys_fold_and_seeds_repeat():
    key = rng.key_of_seed(7)
    assert rng.fold_in(key, 1) != rng.fold_in(key, 2) != key
    assert rng.fold_in_text(key, "dense") != rng.fold_in_text(key, "dense_1")
    rng.set_seed(5)
    first = [rng.next_key(), rng.next_key()]
    rng.set_seed(5)
    assert [rng.next_key(), rng.next_key()] == first and first[0] != first[1]
    assert sorted(rng.host_permutation(key, 0, 100)) == list(range(100))
    assert rng.host_permutation(key, 0, 100) != rng.host_permutation(key, 1, 100)
