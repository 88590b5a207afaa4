"""One row of the parity table, and makers of its inputs."""

import zlib
from dataclasses import dataclass

import numpy as np

RTOL, ATOL = 1e-6, 1e-6


@dataclass
class Tolerance:
    rtol: float
    atol: float


@dataclass
class Row:
    """An op with everything needed to judge it.

    build: tensors → tensor or list of tensors. cases: lists of input makers, one list a case. reference:
    the same on float64 (int64, bool) arrays. rtol, atol: for numpy and cpu; webgl: [rtol, atol] there.
    grad: indices of the inputs to differentiate by. second: whether second-order gradients are checked too.
    grad_tolerance, webgl_grad: [rtol, atol] of gradients. dtype: what the results must
    have, one for all or a list; None: it is not asked.
    """

    name: str
    build: object
    cases: list
    reference: object
    rtol: float = RTOL
    atol: float = ATOL
    webgl: tuple = (4e-6, 2e-6)
    grad: tuple = ()
    second: bool = False
    grad_tolerance: tuple = (2e-5, 1e-5)
    webgl_grad: tuple = (1e-4, 2e-5)
    dtype: str | list | None = None

    def tolerance(self, engine):
        return Tolerance(*self.webgl) if engine == "webgl" else Tolerance(self.rtol, self.atol)

    def gradient_tolerance(self, engine):
        return Tolerance(*(self.webgl_grad if engine == "webgl" else self.grad_tolerance))

    def inputs(self, case):
        """The arrays of a case: the same at every call."""
        rng = np.random.default_rng([zlib.crc32(self.name.encode()), case])
        return [make(rng) for make in self.cases[case]]

    def expected(self, arrays):
        """The reference's results, a list of arrays."""
        found = self.reference(*[widened(array) for array in arrays])
        return [np.asarray(item) for item in (found if isinstance(found, (list, tuple)) else [found])]


def widened(array):
    """float64 for floats, int64 for integers, bool as it is."""
    return array.astype({"f": np.float64, "i": np.int64, "u": np.int64, "b": np.bool_}[array.dtype.kind])


def uniform(shape, low=-2.0, high=2.0):
    """float32 numbers of a range."""
    return lambda rng: rng.uniform(low, high, shape).astype(np.float32)


def distinct(shape, step=0.125):
    """float32 numbers in random order that differ by at least a step: no ties, no kinks nearby."""

    def make(rng):
        count = int(np.prod(shape))
        return ((rng.permutation(count) - count // 2 + 0.25) * step).astype(np.float32).reshape(shape)

    return make


def integers(shape, low, high, dtype=np.int32):
    return lambda rng: rng.integers(low, high, shape, dtype=np.int64).astype(dtype)


def booleans(shape):
    return lambda rng: rng.integers(0, 2, shape).astype(np.bool_)


def values(numbers, dtype=np.float32):
    return lambda rng: np.asarray(numbers, dtype=dtype)


# Where functions of one number go wrong: the ends of float32, both zeros, what is not a number.
EXTREMES = [np.inf, -np.inf, np.nan, 0.0, -0.0, 3.4e38, -3.4e38, 2e-38, -2e-38, 1.0, -1.0, 0.5, -0.5]
EXTREMES += [1e20, -1e20, 1e-20, -1e-20, 88.0, -88.0, 89.0, 100.0, -104.0, 1e6, -1e6]


def extremes(name, functions, **more):
    """One row for many functions of one number at the extremes. functions: list of [ours, theirs]."""

    def reference(x):
        with np.errstate(all="ignore"):
            return [theirs(x) for _, theirs in functions]

    def build(x, ours=tuple(pair[0] for pair in functions)):
        return [function(x) for function in ours]

    return Row(name, build, [[values(EXTREMES)]], reference, **more)


def extreme_pairs(name, functions, numbers=tuple(EXTREMES[:15]), **more):
    """The same for functions of two numbers, at every pair of extremes."""
    left, right = np.meshgrid(np.float32(numbers), np.float32(numbers))

    def reference(a, b):
        with np.errstate(all="ignore"):
            return [theirs(a, b) for _, theirs in functions]

    def build(a, b, ours=tuple(pair[0] for pair in functions)):
        return [function(a, b) for function in ours]

    return Row(name, build, [[values(left.reshape(-1)), values(right.reshape(-1))]], reference, **more)
