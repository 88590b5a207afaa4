"""Random graphs as data: lists of small integers that mean a program whatever they are, so that they shrink.

An instruction is [operation, a, b, n]: which operation, on which two values made so far, with which parameter. Values
have at most `MOST` elements and stay near 1 in size; functions have bounded slopes, so that engines may be compared.
"""

import numpy as np
from hypothesis import strategies as st

from pybrowserml import ops
from pybrowserml.core.opset.gathering import gather, scatter_add
from pybrowserml.core.opset.scanning import cumulative
from pybrowserml.core.opset.sorting import sort

MOST = 64


def count(shape):
    return int(np.prod(shape))


def fit(x, shape):
    """x under another shape: its elements again and again, in order."""
    size = count(x.shape)
    if list(x.shape) == list(shape):
        return x
    flat = ops.reshape(x, [size])
    if count(shape) != size:
        flat = gather(flat, (np.arange(count(shape)) * 7 % size).astype(np.int32), 0)
    return ops.reshape(flat, list(shape))


def axis_of(x, n):
    return n % len(x.shape) if len(x.shape) > 0 else None


def on_axis(operation):
    """An operation along an axis; scalars stay as they are."""
    return lambda a, b, n: a if len(a.shape) == 0 else operation(a, axis_of(a, n), n)


def reduced(operation):
    return on_axis(lambda a, axis, n: operation(a, axis, n % 2 == 0))


def crossed(a, b, n):
    """Operands of different shapes that broadcast."""
    rows, columns = 1 + n % 4, 1 + n % 3
    return ops.add(fit(a, [rows, 1]), fit(b, [2, 1, columns]))


def product(a, b, n):
    m, k, o = 1 + n % 3, 1 + n % 4, 1 + n % 5
    left = fit(a, [2, m, k]) if n % 2 else fit(a, [m, k])
    return ops.multiply(ops.matmul(left, fit(b, [k, o])), 1.0 / k)


def attended(a, b, n):
    """A query, a key and a value; with n odd a query sees no later keys."""
    rows, length, width = 1 + n % 4, 2 + n % 3, 1 + n % 2
    scores = ops.matmul(fit(a, [2, rows, width]), fit(b, [2, width, length]))
    if n % 2:
        seen = np.arange(rows).reshape(-1, 1) >= np.arange(length)
        scores = ops.where(seen, scores, -1e9)
    return ops.matmul(ops.softmax(scores), fit(b, [2, length, 1 + n % 3]))


def convolution(a, b, n):
    padding = "same" if n % 2 else "valid"
    x, w = fit(a, [1, 4, 4, 2]), fit(b, [2, 2, 2, 1 + n % 2])
    return ops.multiply(ops.conv(x, w, 1 + n % 2, padding), 0.125)


def pooled(operation):
    return lambda a, b, n: operation(fit(a, [1, 4, 4, 2]), 2, 1 + n % 2, "same" if n % 3 else "valid")


def picked(a, b, n):
    flat = fit(a, [count(a.shape)])
    return gather(flat, (np.arange(1 + n % 6).reshape(-1, 1) * (n + 3) % count(a.shape)).astype(np.int32), 0)


def scattered(a, b, n):
    size = 1 + n % 5
    flat = fit(a, [6])
    added = scatter_add((np.arange(6) * (n + 1) % size).astype(np.int32), flat, 0, [size])
    return ops.multiply(added, size / 6.0)


def sliced(a, b, n):
    strides = [1 + (n + i) % 2 for i in range(len(a.shape))]
    begin = [(n + i) % 2 if size > 1 else 0 for i, size in enumerate(a.shape)]
    ends = list(a.shape)
    return (
        ops.slice(a, begin, [e - s for e, s in zip(ends, begin, strict=True)])
        if n % 3
        else fit(a, [-(-size // stride) for size, stride in zip(ends, strides, strict=True)])
    )


def joined(a, b, n):
    if len(a.shape) == 0:
        return ops.stack([a, fit(b, [])], 0)
    return ops.concatenate([a, fit(b, a.shape), a], axis_of(a, n))


summed = on_axis(lambda a, axis, n: ops.multiply(cumulative("sum", a, axis, n % 2 == 0, n % 3 == 0), 0.25))
averaged = pooled(ops.average_pool)
greatest = pooled(ops.max_pool)


def stopped(a, b, n):
    return ops.stop_gradient(a)


SMOOTH = [
    lambda a, b, n: ops.tanh(a),
    lambda a, b, n: ops.sin(a),
    lambda a, b, n: ops.cos(a),
    lambda a, b, n: ops.sigmoid(a),
    lambda a, b, n: ops.exp(ops.tanh(a)),
    lambda a, b, n: ops.sqrt(ops.add(ops.square(ops.tanh(a)), 1.0)),
    lambda a, b, n: ops.log1p(ops.square(ops.tanh(a))),
    lambda a, b, n: ops.erf(a),
    lambda a, b, n: ops.negative(a),
    lambda a, b, n: ops.add(a, fit(b, a.shape)),
    lambda a, b, n: ops.subtract(a, fit(b, a.shape)),
    lambda a, b, n: ops.multiply(ops.tanh(a), ops.sin(fit(b, a.shape))),
    lambda a, b, n: ops.divide(a, ops.add(ops.square(fit(b, a.shape)), 1.0)),
    lambda a, b, n: ops.where(np.arange(count(a.shape)).reshape(a.shape) % 2 == n % 2, a, fit(b, a.shape)),
    crossed,
    reduced(lambda a, axis, keep: ops.mean(a, axis, keep)),
    reduced(lambda a, axis, keep: ops.multiply(ops.sum(a, axis, keep), 0.5)),
    reduced(lambda a, axis, keep: ops.prod(ops.sin(a), axis, keep)),
    on_axis(lambda a, axis, n: ops.softmax(a, axis)),
    on_axis(lambda a, axis, n: ops.logsumexp(ops.tanh(a), axis)),
    on_axis(lambda a, axis, n: ops.flip(a, axis)),
    summed,
    lambda a, b, n: ops.transpose(a),
    lambda a, b, n: ops.reshape(a, [-1]),
    lambda a, b, n: ops.expand_dims(a, n % (len(a.shape) + 1)),
    lambda a, b, n: ops.broadcast_to(a, [1 + n % 3, *a.shape]),
    lambda a, b, n: a if len(a.shape) == 0 else ops.pad(a, [[n % 2, i % 2] for i in range(len(a.shape))]),
    sliced,
    joined,
    picked,
    scattered,
    product,
    attended,
    convolution,
    averaged,
    stopped,
]
KINKED = [
    lambda a, b, n: ops.relu(a),
    lambda a, b, n: ops.abs(a),
    lambda a, b, n: ops.maximum(a, fit(b, a.shape)),
    lambda a, b, n: ops.minimum(a, fit(b, a.shape)),
    lambda a, b, n: ops.where(ops.greater(a, fit(b, a.shape)), a, fit(b, a.shape)),
    lambda a, b, n: ops.clip(a, -0.7, 0.6),
    reduced(lambda a, axis, keep: ops.max(a, axis, keep)),
    reduced(lambda a, axis, keep: ops.min(a, axis, keep)),
    greatest,
    on_axis(lambda a, axis, n: sort(a, axis, n % 2 == 0)[0]),
]
OPERATIONS = SMOOTH + KINKED
# Those that exist in float64 too, and whose derivative is that of their values.
IN_DOUBLE = [
    k
    for k, operation in enumerate(OPERATIONS)
    if operation not in (summed, averaged, greatest, product, attended, convolution, stopped)
]
SHAPES = [[], [3], [2, 3], [4, 1, 2]]


def program(instructions):
    """A function of a list of tensors that gives the last value and a sum over all."""

    def call(inputs):
        made = list(inputs)
        for operation, a, b, n in instructions:
            value = OPERATIONS[operation % len(OPERATIONS)](
                made[-1 - a % len(made)], made[-1 - b % len(made)], n
            )
            if count(value.shape) > MOST:
                value = fit(value, [MOST])
            made.append(value)
        total = 0.0
        for value in made:
            total = ops.add(ops.multiply(total, 0.7), ops.mean(value))
        return [made[-1], total]

    return call


def inputs_of(seed):
    rng = np.random.default_rng(seed)
    return [rng.uniform(-1, 1, shape).astype(np.float32) for shape in SHAPES]


def instructions(operations):
    """A hypothesis strategy. operations: the numbers of those in OPERATIONS that are used."""
    small = st.integers(0, 11)
    return st.lists(
        st.tuples(st.sampled_from(operations), small, small, small).map(list), min_size=5, max_size=40
    )


def drawn(seed, operations, most):
    """As the strategy, from a seed, of 5 to `most` instructions."""
    rng = np.random.default_rng([seed, 77])
    length = int(rng.integers(5, most + 1))
    return [[int(rng.choice(operations)), *[int(k) for k in rng.integers(0, 12, 3)]] for _ in range(length)]
