"""Rows of loops and choices."""

import numpy as np

from pybrowserml import ops

from .rows import Row, booleans, integers, uniform, values

SMALL = {
    "rtol": 4e-6,
    "atol": 4e-6,
    "webgl": (2e-5, 1e-5),
    "grad_tolerance": (5e-5, 2e-5),
    "webgl_grad": (2e-4, 5e-5),
}


def rnn(w, u, h, xs):
    """A recurrent layer: all its states and the last one."""

    def step(carry, x):
        new = ops.tanh(ops.add(ops.matmul(carry, u), ops.matmul(x, w)))
        return [new, new]

    last, states = ops.scan(step, h, xs)
    return [last, states]


def rnn_reference(w, u, h, xs):
    states = np.zeros([len(xs), *h.shape])
    for t in range(len(xs)):
        h = np.tanh(h @ u + xs[t] @ w)
        states[t] = h
    return [h, states]


def running(carry, x):
    total = ops.add(carry, x)
    return [total, ops.multiply(total, x)]


def running_reference(init, xs, order=1):
    found = np.zeros(xs.shape, xs.dtype)
    total = init
    for i in range(len(xs))[::order]:
        total = total + xs[i]
        found[i] = total * xs[i]
    return [total, found]


def geometric(init, factor):
    """Steps without xs: the powers of a factor that the loop takes from outside."""
    last, powers = ops.scan(lambda c, x: [ops.multiply(c, factor), c], init, None, 5)
    return [last, powers]


def geometric_reference(init, factor):
    powers = [init * factor**i for i in range(5)]
    return [init * factor**5, np.stack(powers)]


def pairs(a, b, xs):
    """A carry of a dict and a counter, stacked results of two kinds."""

    def step(carry, x):
        state = carry[0]
        new = {"a": ops.add(ops.sin(state["b"]), x), "b": ops.multiply(state["a"], 0.5)}
        return [[new, ops.add(carry[1], 1)], {"sum": ops.add(state["a"], state["b"]), "step": carry[1]}]

    start = [{"a": a, "b": b}, 0]
    last, ys = ops.scan(step, start, xs)
    return [last[0]["a"], last[0]["b"], last[1], ys["sum"], ys["step"]]


def pairs_reference(a, b, xs):
    sums = []
    for x in xs:
        sums.append(a + b)
        a, b = np.sin(b) + x, a * 0.5
    count = len(xs)
    return [a, b, np.int64(count), np.stack(sums), np.arange(count)]


def nested(h, xs):
    """A loop in a loop: each outer step walks along the columns of its slice."""

    def outer(carry, row):
        def inner(total, item):
            new = ops.add(ops.multiply(total, 0.5), ops.multiply(ops.sin(item), carry))
            return [new, None]

        last = ops.scan(inner, carry, row)[0]
        return [last, ops.multiply(last, 2.0)]

    last, ys = ops.scan(outer, h, xs)
    return [last, ys]


def nested_reference(h, xs):
    found = []
    for row in xs:
        total = h
        for item in row:
            total = total * 0.5 + np.sin(item) * h
        h = total
        found.append(h * 2)
    return [h, np.stack(found)]


def collatz(n):
    """Steps until 1: a loop whose end follows from numbers."""

    def more(value, count):
        return ops.greater(value, 1)

    def step(value, count):
        half = ops.floor_divide(value, 2)
        odd = ops.equal(ops.mod(value, 2), 1)
        return [ops.where(odd, ops.add(ops.multiply(value, 3), 1), half), ops.add(count, 1)]

    return ops.while_loop(more, step, [ops.sum(n), 0])


def collatz_reference(n):
    value, count = int(n.sum()), 0
    while value > 1:
        value = value * 3 + 1 if value % 2 else value // 2
        count += 1
    return [np.int64(value), np.int64(count)]


def newton(x):
    """Square roots by Newton's steps, at most 12, as long as one is far off."""

    def far(y):
        return ops.greater(ops.max(ops.absolute(ops.subtract(ops.multiply(y, y), x))), 0.5)

    def step(y):
        return ops.multiply(0.5, ops.add(y, ops.divide(x, y)))

    return ops.while_loop(far, step, x, 12)


def newton_reference(x):
    y, count = x, 0
    while np.max(np.abs(y * y - x)) > 0.5 and count < 12:
        y, count = 0.5 * (y + x / y), count + 1
    return y


ROWS = [
    Row(
        "scan recurrent",
        rnn,
        [
            [uniform([3, 5], -1, 1), uniform([5, 5], -0.5, 0.5), uniform([2, 5]), uniform([4, 2, 3])],
            [uniform([1, 1], -1, 1), uniform([1, 1], -1, 1), uniform([1, 1]), uniform([3, 1, 1])],
            [uniform([2, 4], -1, 1), uniform([4, 4], -0.5, 0.5), uniform([3, 4]), uniform([1, 3, 2])],
            [uniform([2, 9], -1, 1), uniform([9, 9], -0.5, 0.5), uniform([9, 9]), uniform([2, 9, 2])],
        ],
        rnn_reference,
        grad=(0, 1, 2, 3),
        second=True,
        **SMALL,
    ),
    Row(
        "scan",
        lambda init, xs: ops.scan(running, init, xs),
        [
            [uniform([]), uniform([7])],
            [uniform([3]), uniform([5, 3])],
            [uniform([2, 3]), uniform([4, 2, 3])],
            [uniform([1]), uniform([1, 1])],
            [uniform([3]), uniform([0, 3])],
            [uniform([2, 0]), uniform([3, 2, 0])],
            [integers([4], -9, 9), integers([6, 4], -9, 9)],
        ],
        running_reference,
        grad=(0, 1),
        second=True,
        **SMALL,
    ),
    Row(
        "scan reverse",
        lambda init, xs: ops.scan(running, init, xs, None, True),
        [[uniform([]), uniform([5])], [uniform([3]), uniform([4, 3])], [uniform([2, 5]), uniform([3, 2, 5])]],
        lambda init, xs: running_reference(init, xs, -1),
        grad=(0, 1),
        **SMALL,
    ),
    Row(
        "scan unrolled",
        lambda init, xs: ops.scan(running, init, xs, None, False, True),
        [[uniform([]), uniform([3])], [uniform([3]), uniform([4, 3])]],
        running_reference,
        grad=(0, 1),
        **SMALL,
    ),
    Row(
        "scan without xs",
        geometric,
        [
            [uniform([3]), uniform([3], 0.5, 1.5)],
            [uniform([2, 3]), uniform([], 0.5, 1.5)],
            [uniform([]), uniform([])],
        ],
        geometric_reference,
        grad=(0, 1),
        second=True,
        **SMALL,
    ),
    Row(
        "scan of structures",
        pairs,
        [
            [uniform([3]), uniform([3]), uniform([4, 3])],
            [uniform([]), uniform([]), uniform([9])],
            [uniform([2, 5]), uniform([2, 5]), uniform([3, 2, 5])],
        ],
        pairs_reference,
        grad=(0, 1, 2),
        **SMALL,
    ),
    Row(
        "scan in a scan",
        nested,
        [[uniform([]), uniform([3, 4])], [uniform([3]), uniform([3, 2, 3])]],
        nested_reference,
        grad=(0, 1),
        second=True,
        **SMALL,
    ),
    Row(
        "map",
        lambda xs, w: ops.map(lambda x: ops.tanh(ops.matmul(x, w)), xs),
        [
            [uniform([4, 2, 3]), uniform([3, 2])],
            [uniform([3, 3]), uniform([3, 2])],
            [uniform([1, 1, 1]), uniform([1, 1])],
        ],
        lambda xs, w: np.stack([np.tanh(x @ w) for x in xs]),
        grad=(0, 1),
        **SMALL,
    ),
    Row(
        "fori_loop",
        lambda x: ops.fori_loop(2, 6, lambda i, v: ops.add(ops.multiply(v, 0.5), ops.cast(i, "float32")), x),
        [[uniform([3])], [uniform([])], [uniform([2, 3])], [uniform([1, 1])], [uniform([0])]],
        lambda x: (((x * 0.5 + 2) * 0.5 + 3) * 0.5 + 4) * 0.5 + 5,
        grad=(0,),
        second=True,
        **SMALL,
    ),
    Row(
        "fori_loop of a tensor",
        lambda n, x: ops.fori_loop(0, ops.sum(n), lambda i, v: ops.add(v, ops.cast(i, "float32")), x),
        [
            [integers([], 3, 5), uniform([3])],
            [integers([], 0, 1), uniform([2])],
            [integers([2], -3, 0), uniform([])],
        ],
        lambda n, x: x + sum(range(max(int(n.sum()), 0))),
        **SMALL,
    ),
    Row(
        "while_loop",
        collatz,
        [[values([6], np.int32)], [values([1], np.int32)], [values([9], np.int32)], [integers([3], 1, 9)]],
        collatz_reference,
    ),
    Row(
        "while_loop with a limit",
        newton,
        [[uniform([3], 1.0, 40.0)], [uniform([], 20.0, 30.0)], [uniform([2, 5], 1.0, 3.0)], [values([1.0])]],
        newton_reference,
        grad=(0,),
        second=True,
        **SMALL,
    ),
    Row(
        "cond",
        lambda flag, a, b: ops.cond(
            ops.all(flag), lambda: [ops.sin(a), ops.add(a, b)], lambda: [ops.multiply(b, 2.0), b]
        ),
        [
            [values([True], np.bool_), uniform([3]), uniform([3])],
            [values([False], np.bool_), uniform([3]), uniform([3])],
            [booleans([]), uniform([]), uniform([])],
            [booleans([2]), uniform([2, 3]), uniform([2, 3])],
        ],
        lambda flag, a, b: [np.sin(a), a + b] if flag.all() else [b * 2, b],
        grad=(1, 2),
        **SMALL,
    ),
    Row(
        "switch",
        lambda i, x: ops.switch(
            ops.sum(i), [lambda v: ops.sin(v), lambda v: ops.multiply(v, v), lambda v: ops.negative(v)], x
        ),
        [[values(k, np.int32), uniform([3])] for k in (-1, 0, 1, 2, 7)],
        lambda i, x: [np.sin(x), x * x, -x][int(np.clip(i.sum(), 0, 2))],
        grad=(1,),
        **SMALL,
    ),
]
