"""Slices that are read where they lie, against the NumPy engine, for 8, 4, 2 and 1 render targets."""

import pytest
from test_webgl_loops import OPTIONS, floats, plan_of
from webgl_harness import assert_close, reference

from pybrowserml import ops

pytestmark = pytest.mark.browser


def gates(x, y):
    """Parts of a row in one expression, beside what broadcasts; one part is handed out too."""
    parts = ops.split(x, 3, -1)
    mixed = ops.add(ops.multiply(ops.tanh(parts[0]), parts[1]), ops.multiply(parts[2], y))
    return [mixed, parts[1]]


def added(x, a, b):
    """A part as the addend of a product."""
    return [ops.relu(ops.add(ops.matmul(a, b), ops.split(x, 2, -1)[1]))]


def lstm_like(xs, w, h):
    """Parts of a slice of a stacked input, of a product and of a sum of both."""

    def step(carry, x):
        z = ops.add(ops.matmul(carry, w), x)
        parts = ops.split(z, 2, -1)
        own = ops.split(x, 2, -1)
        new = ops.add(ops.multiply(ops.sigmoid(parts[0]), parts[1]), ops.multiply(own[1], carry))
        return [new, [own[0], z]]

    last, ys = ops.scan(step, h, xs)
    return [last, *ys]


def both(x):
    """A part that an expression and a reduction read, and a part of a part."""
    part = ops.split(x, 2, -1)[1]
    inner = ops.split(part, 2, -1)[0]
    return [ops.add(part, 1.0), ops.sum(part), ops.multiply(inner, 2.0), ops.add(x[..., 2:6], 1.0)]


def side_by_side(x, y):
    """Results of one expression beside each other, one that is read elsewhere too, and one of a constant row."""
    total = ops.add(x, y)
    parts = [ops.multiply(total, x), ops.tanh(total), ops.subtract(y, total)]
    return [
        ops.concatenate(parts, -1),
        ops.exp(ops.negative(total)),
        ops.concatenate([total, ops.relu(total)], -1),
    ]


def of_gates(xs, w, h):
    """The same in a loop, as cotangents of gates are, of slices and of a carry."""

    def step(carry, x):
        own = ops.split(x, 2, -1)
        joined = ops.concatenate(
            [ops.multiply(own[0], carry), ops.sigmoid(own[1]), ops.add(own[0], own[1])], -1
        )
        new = ops.matmul(joined, w)
        return [ops.tanh(ops.add(new, carry)), joined]

    last, ys = ops.scan(step, h, xs)
    return [last, ys]


def heads(x):
    """Heads parted and joined again; a reshape that others read too; a transpose that is handed out."""
    parted = ops.reshape(x, [x.shape[0], 3, 8])
    turned = ops.transpose(parted, [1, 0, 2])
    joined = ops.reshape(ops.transpose(ops.tanh(turned), [1, 0, 2]), list(x.shape))
    other = ops.reshape(ops.transpose(ops.reshape(x, [-1, 2, 12]), [1, 0, 2]), [-1, 4])
    return [turned, joined, other, ops.sum(parted, 1)]


CASES = [
    (heads, [floats(9, 24)]),
    (heads, [floats(64, 24)]),
    (side_by_side, [floats(5, 8), floats(5, 8)]),
    (side_by_side, [floats(8), floats(8)]),
    (side_by_side, [floats(3, 19, 12), floats(12)]),
    (side_by_side, [floats(4, 6), floats(4, 6)]),
    (of_gates, [floats(5, 9, 16), floats(24, 8), floats(9, 8)]),
    (of_gates, [floats(3, 1, 8), floats(12, 4), floats(1, 4)]),
    (gates, [floats(24), floats(8)]),
    (gates, [floats(5, 24), floats(5, 1)]),
    (gates, [floats(16, 12), floats(4)]),
    (gates, [floats(2, 9, 600), floats(9, 200)]),
    (gates, [floats(3, 15), floats(3, 5)]),
    (added, [floats(9, 16), floats(9, 5), floats(5, 8)]),
    (added, [floats(4, 8), floats(4, 300), floats(300, 4)]),
    (lstm_like, [floats(5, 8, 16), floats(8, 16), floats(8, 8)]),
    (lstm_like, [floats(4, 3, 8), floats(4, 8), floats(3, 4)]),
    (lstm_like, [floats(3, 1, 24), floats(12, 24), floats(1, 12)]),
    (both, [floats(6, 16)]),
    (both, [floats(16)]),
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_views(page, options):
    for build, inputs in CASES:
        plan = plan_of(build, inputs)
        found = page.run(plan, inputs, options=options)["outputs"]
        for got, wanted in zip(found, reference(plan, inputs), strict=True):
            assert_close(got, wanted, 1e-5)
