"""The idx reader of the digits demo."""

import gzip
import struct
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "demos" / "digits"))

import mnist


def idx(array):
    header = b"\x00\x00\x08" + bytes([array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("shape", [(5,), (3, 4, 2), (0, 28, 28)])
def test_round_trip(tmp_path, pack, shape):
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    path = tmp_path / "some-idx"
    path.write_bytes(pack(idx(array)))
    np.testing.assert_array_equal(mnist.read_idx(path), array)


@pytest.mark.parametrize(
    "data, told",
    [
        (b"", "not an idx file"),
        (b"\x00\x00\x0d\x01\x00\x00\x00\x01abcd", "not an idx file"),
        (b"\x00\x00\x08\x03\x00\x00", "not an idx file"),
        (b"\x00\x00\x08\x01\x00\x00\x00\x05abc", "truncated or damaged"),
        (b"\x00\x00\x08\x01\x00\x00\x00\x02abc", "truncated or damaged"),
        (b"\x00\x00\x08\x01\xff\xff\xff\xffabc", "truncated or damaged"),
    ],
)
def test_damaged_file_is_named(tmp_path, data, told):
    path = tmp_path / "bad-idx"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=told) as caught:
        mnist.read_idx(path)
    assert str(path) in str(caught.value)


def test_full_mnist():
    (x_train, y_train), (x_test, y_test) = mnist.load_mnist()
    assert (x_train.shape, y_train.shape) == ((60000, 28, 28), (60000,))
    assert (x_test.shape, y_test.shape) == ((10000, 28, 28), (10000,))
    assert y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert sorted(set(y_test.tolist())) == list(range(10))


def test_missing_package_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match="run `make setup`"):
        mnist.load_mnist(tmp_path)
