"""Rows of steps that read more tensors than a device has texture units: 16 at least, 32 where the tests usually run."""

import numpy as np

from pybrowserml import ops

from .rows import Row, integers, uniform


def alternating(*xs):
    """Sums and products in turn, so that nothing can be left out or reordered; and a second result half way."""
    total, half = xs[0], None
    for i, x in enumerate(xs[1:]):
        total = ops.add(ops.multiply(total, 0.5), x) if i % 2 else ops.multiply(ops.subtract(total, x), 0.5)
        half = total if i == len(xs) // 2 else half
    return [total, half]


def alternating_numbers(*xs):
    total, half = xs[0], None
    for i, x in enumerate(xs[1:]):
        total = total * 0.5 + x if i % 2 else (total - x) * 0.5
        half = total if i == len(xs) // 2 else half
    return [total, half]


def tree(*xs):
    """Neighbours added until one is left: both operands read many."""
    while len(xs) > 1:
        xs = [ops.maximum(a, ops.tanh(b)) for a, b in zip(xs[::2], xs[1::2], strict=True)]
    return xs[0]


def tree_numbers(*xs):
    while len(xs) > 1:
        xs = [np.maximum(a, np.tanh(b)) for a, b in zip(xs[::2], xs[1::2], strict=True)]
    return xs[0]


def after_product(a, b, *xs):
    return alternating(ops.matmul(a, b), *xs)[0]


def after_convolution(x, w, *xs):
    return alternating(ops.conv(x, w, 1, "valid"), *xs)[0]


def convolved(x, w):
    return sum(
        np.einsum("nhwc,cf->nhwf", x[:, i : i + 2, j : j + 2], w[i, j]) for i in (0, 1) for j in (0, 1)
    )


def counted(*xs):
    total = ops.add(xs[0], xs[1])
    for x in xs[2:]:
        total = ops.bitwise_xor(ops.add(total, x), 5)
    return ops.cast(total, "float32")


def counted_numbers(*xs):
    total = xs[0] + xs[1]
    for x in xs[2:]:
        total = (total + x) ^ 5
    return total.astype(float)


def mixed(count, shape):
    """Operands of full size, rows, columns and single numbers in turn."""
    shapes = [shape, shape[-1:], [*shape[:-1], 1], []]
    return [uniform(shapes[i % 4], -1, 1) for i in range(count)]


ROWS = [
    Row(
        "many operands",
        alternating,
        [mixed(20, [3, 5]), mixed(40, [3, 5]), mixed(33, [9, 2, 6]), mixed(22, [0, 4]), mixed(21, [1])],
        alternating_numbers,
        grad=(0, 1, 2, 19),
        rtol=4e-6,
    ),
    Row(
        "many operands in a tree",
        tree,
        [mixed(32, [3, 5]), mixed(64, [4, 3])],
        tree_numbers,
        grad=(0, 31),
        rtol=4e-6,
    ),
    Row(
        "matmul with many operands behind it",
        after_product,
        [[uniform([4, 6], -1, 1), uniform([6, 5], -1, 1), *mixed(count, [4, 5])] for count in (16, 36)],
        lambda a, b, *xs: alternating_numbers(a @ b, *xs)[0],
        grad=(0, 1, 2),
        rtol=4e-6,
    ),
    Row(
        "conv with many operands behind it",
        after_convolution,
        [
            [uniform([1, 3, 3, 2], -1, 1), uniform([2, 2, 2, 3], -1, 1), *mixed(count, [1, 2, 2, 3])]
            for count in (16, 36)
        ],
        lambda x, w, *xs: alternating_numbers(convolved(x, w), *xs)[0],
        grad=(0, 1, 2),
        rtol=4e-6,
    ),
    Row(
        "many operands of whole numbers",
        counted,
        [[integers([3, 5], 0, 100) for _ in range(count)] for count in (20, 40)],
        counted_numbers,
        rtol=0,
        atol=0,
    ),
]
