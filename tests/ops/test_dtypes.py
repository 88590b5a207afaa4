"""The ops keep the float dtype of their tensors."""

import numpy as np
import pytest

import pybrowserml  # noqa: F401  installs the NumPy engine
from pybrowserml import ops
from pybrowserml.backends.active import set_backend

R = np.random.default_rng(1)
A, B, V = R.uniform(-1, 1, [3, 4]), R.uniform(-1, 1, [4, 2]), R.uniform(-1, 1, 6)
HEADS = R.uniform(-1, 1, [1, 3, 2, 4])

# name: (function of the arrays as tensors, in float64 the reference)
CALLS = {
    "einsum": lambda a, b, v, q: ops.einsum("ij,jk->ki", a, b),
    "products": lambda a, b, v, q: [ops.matmul(a, b), ops.dot(a, b), ops.kron(a, b), ops.convolve(v, v)],
    "cross": lambda a, b, v, q: ops.cross(a, a, 0, 0, 0),
    "attention": lambda a, b, v, q: ops.dot_product_attention(q, q, q, None, None, None, True),
    "movement": lambda a, b, v, q: [
        ops.roll(a, 1),
        ops.pad(a, 3, "symmetric"),
        ops.pad(v, 8, "wrap"),
        ops.diff(v),
    ],
    "triangles": lambda a, b, v, q: [ops.tril(a), ops.diag(a), ops.trace(a), ops.diag(v, 1)],
    "steps": lambda a, b, v, q: [ops.linspace(v, 1.0, 3), ops.logspace(v, 1.0, 3), ops.vander(v, 3)],
    "transforms": lambda a, b, v, q: [*ops.fft([v, v]), *ops.rfft(v), ops.irfft([a, a])],
    "short time": lambda a, b, v, q: ops.istft(ops.stft(v, 2, 1, 4), 2, 1, 4),
    "frames": lambda a, b, v, q: [ops.extract_sequences(v, 3, 1), ops.overlap_add(a, 2)],
    "complex": lambda a, b, v, q: [*ops.polar(v, v), ops.select([ops.greater(v, 0)], [v])],
}
# Half precision has 11 bits, and the results are rounded several times.
TOLERANCES = {"float16": 2e-2, "float32": 1e-5, "float64": 1e-12}


def results(name, dtype):
    found = CALLS[name](*[ops.cast(array, dtype) for array in (A, B, V, HEADS)])
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("dtype", list(TOLERANCES))
@pytest.mark.parametrize("name", list(CALLS))
def test_dtype_stays(name, dtype):
    set_backend("numpy")
    wide = [tensor.numpy() for tensor in results(name, "float64")]
    for tensor, wanted in zip(results(name, dtype), wide, strict=True):
        assert tensor.dtype == dtype
        size = max(1.0, np.abs(wanted).max())
        np.testing.assert_allclose(tensor.numpy(), wanted, rtol=0, atol=TOLERANCES[dtype] * size)
