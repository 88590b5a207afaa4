"""Rows of creation: numbers in a row, diagonals and triangles."""

import numpy as np

from pybrowserml import ops
from pybrowserml.core.opset.binary import multiply

from .rows import Row, booleans, integers, uniform, values

EXACT = {"rtol": 0, "atol": 0, "webgl": (0, 0)}


def created(name, build, reference, **more):
    """Ops without tensor arguments: their result beside an input that is passed on."""
    return Row(
        name, lambda x: [*_list(build()), x], [[values([1.0])]], lambda x: [*_list(reference()), x], **more
    )


def _list(found):
    return found if isinstance(found, list) else [found]


def f64(*arrays):
    return [np.asarray(a, dtype=np.float64) for a in arrays]


CREATED = [
    created(
        "arange",
        lambda: [
            ops.arange(5),
            ops.arange(2, 11, 3),
            ops.arange(7, -4, -2),
            ops.arange(3, 3),
            ops.arange(0.0, 1.0, 0.3),
            ops.arange(1, 4, None, "float32"),
            ops.arange(-1.5, 1.0),
            ops.arange(16777217, 16777219),
        ],
        lambda: [
            np.arange(5),
            np.arange(2, 11, 3),
            np.arange(7, -4, -2),
            np.arange(3, 3),
            *f64(np.arange(0.0, 1.0, 0.3), np.arange(1, 4), np.arange(-1.5, 1.0)),
            np.arange(16777217, 16777219),
        ],
        # One rounding of float64 numbers to float32.
        rtol=6e-8,
        atol=0,
        webgl=(6e-8, 0),
    ),
    created(
        "linspace of numbers",
        lambda: [
            ops.linspace(0, 1, 7),
            ops.linspace(-3, 11.5),
            ops.linspace(5, 2, 4, False),
            ops.linspace(0, 10, 4, True, False, "int32"),
            ops.linspace(2, 3, 1),
            ops.linspace(2, 3, 0),
            *ops.linspace(1, 2, 5, False, True),
        ],
        lambda: [
            np.linspace(0, 1, 7),
            np.linspace(-3, 11.5),
            np.linspace(5, 2, 4, False),
            np.linspace(0, 10, 4, dtype=int),
            np.linspace(2, 3, 1),
            np.linspace(2, 3, 0),
            *np.linspace(1, 2, 5, False, True),
        ],
    ),
    created(
        "logspace, geomspace of numbers",
        lambda: [
            ops.logspace(0, 2, 5),
            ops.logspace(-1, 1, 4, False, 2),
            ops.logspace(0, 3, 4, True, 10, "int32"),
            ops.geomspace(1, 1000, 4),
            ops.geomspace(-2, -0.1, 5, False),
            ops.geomspace(8, 1, 1),
        ],
        lambda: [
            np.logspace(0, 2, 5),
            np.logspace(-1, 1, 4, False, 2),
            np.array([1, 10, 100, 1000]),
            np.geomspace(1, 1000, 4),
            np.geomspace(-2, -0.1, 5, False),
            np.geomspace(8, 1, 1),
        ],
    ),
    created(
        "full, fill, empty",
        lambda: [
            ops.full([2, 3], 1.5),
            ops.full(3, 7, "int32"),
            ops.full([2], True),
            ops.fill([1, 2], 3.0),
            multiply(ops.empty([2, 2]), 0.0),
            ops.full([0, 2], 1.0),
            ops.full([], 4.0),
        ],
        lambda: [
            np.full([2, 3], 1.5),
            np.full(3, 7),
            np.full(2, True),
            np.full([1, 2], 3.0),
            np.zeros([2, 2]),
            np.zeros([0, 2]),
            np.array(4.0),
        ],
        **EXACT,
    ),
    created(
        "eye, identity, tri",
        lambda: [
            ops.eye(3),
            ops.eye(2, 5, 1),
            ops.eye(4, 3, -2, "int32"),
            ops.identity(2, "bool"),
            ops.tri(3),
            ops.tri(3, 5, 1),
            ops.tri(4, 2, -1, "int32"),
            ops.eye(0),
        ],
        lambda: [
            np.eye(3),
            np.eye(2, 5, 1),
            np.eye(4, 3, -2, dtype=int),
            np.identity(2, bool),
            np.tri(3),
            np.tri(3, 5, 1),
            np.tri(4, 2, -1, dtype=int),
            np.eye(0),
        ],
        **EXACT,
    ),
]

STEPS = [
    Row(
        "linspace of tensors",
        lambda a, b: [
            ops.linspace(a, b, 5),
            ops.linspace(a, b, 4, False, False, None, -1),
            *ops.linspace(a, b, 3, True, True),
        ],
        [
            [uniform([]), uniform([])],
            [uniform([3]), uniform([3])],
            [uniform([2, 1]), uniform([3])],
            [uniform([0]), uniform([1])],
        ],
        lambda a, b: [
            np.linspace(a, b, 5),
            np.linspace(a, b, 4, False, axis=-1),
            *np.linspace(a, b, 3, retstep=True),
        ],
        grad=(0, 1),
        second=False,
    ),
    Row(
        "logspace of tensors",
        lambda a, b: [ops.logspace(a, b, 4), ops.logspace(a, b, 3, False, 2, None, -1)],
        [
            [uniform([]), uniform([])],
            [uniform([3]), uniform([3])],
            [uniform([2, 1]), uniform([3])],
            [uniform([1]), uniform([5])],
            [uniform([2, 2]), uniform([2, 2])],
        ],
        lambda a, b: [np.logspace(a, b, 4), np.logspace(a, b, 3, False, 2, axis=-1)],
        grad=(0, 1),
        # exp of an exponent up to 2 ln 10, itself rounded to float32.
        rtol=2e-6,
        webgl=(4e-6, 1e-6),
        grad_tolerance=(2e-5, 1e-4),
        webgl_grad=(1e-4, 2e-4),
    ),
    Row(
        "geomspace of tensors",
        lambda a, b: [ops.geomspace(a, b, 4), ops.geomspace(a, b, 3, False, None, -1)],
        [
            [uniform([], 0.5, 2), uniform([], 3, 9)],
            [uniform([3], -2, -0.5), uniform([3], -9, -1)],
            [uniform([2, 1], 0.5, 2), uniform([3], 0.5, 9)],
            [uniform([1], 0.5, 0.6), uniform([4], 5, 9)],
            [uniform([2, 2], -2, -1), uniform([2, 2], -2, -1)],
        ],
        lambda a, b: [np.geomspace(a, b, 4), np.geomspace(a, b, 3, False, axis=-1)],
        grad=(0, 1),
        rtol=2e-6,
    ),
    Row(
        "meshgrid",
        lambda a, b, c: [
            *ops.meshgrid([a, b, c]),
            *ops.meshgrid([b, a], "ij"),
            *ops.meshgrid([c]),
            *ops.meshgrid([a, b]),
        ],
        [
            [uniform([3]), uniform([2]), uniform([4])],
            [uniform([1]), uniform([5]), uniform([])],
            [uniform([0]), uniform([5]), uniform([2])],
            [integers([3], -9, 9), integers([2], 0, 5), booleans([2])],
            [uniform([1]), uniform([1]), uniform([1])],
            [uniform([]), uniform([2]), uniform([3])],
        ],
        lambda a, b, c: [
            *np.meshgrid(a, b, c),
            *np.meshgrid(b, a, indexing="ij"),
            *np.meshgrid(c),
            *np.meshgrid(a, b),
        ],
        grad=(0, 1, 2),
        **EXACT,
    ),
    Row(
        "vander",
        lambda x: [ops.vander(x), ops.vander(x, 3, True), ops.vander(x, 1), ops.vander(x, 0)],
        [
            [uniform([4])],
            [uniform([1])],
            [integers([3], -5, 6)],
            [uniform([0])],
            [uniform([7], -1, 1)],
            [booleans([3])],
        ],
        lambda x: [np.vander(x), np.vander(x, 3, True), np.vander(x, 1), np.vander(x, 0)],
        grad=(0,),
        second=True,
        grad_tolerance=(2e-5, 1e-4),
    ),
]

MAKES = [uniform, lambda s: integers(s, -(2**31), 2**31), booleans, lambda s: integers(s, 0, 256, np.uint8)]


def zero_of(x):
    return np.zeros((), x.dtype)


TRIANGLES = [
    Row(
        f"tril, triu {shape}",
        lambda x: [ops.tril(x), ops.tril(x, 1), ops.triu(x), ops.triu(x, -1), ops.triu(x, 9)],
        [[make(shape)] for make in MAKES],
        lambda x: [np.tril(x), np.tril(x, 1), np.triu(x), np.triu(x, -1), np.triu(x, 9)],
        grad=(0,),
        **EXACT,
    )
    for shape in ([3, 3], [2, 3, 5], [4, 1], [0, 2])
]
TRIANGLES += [
    Row(
        "band_part",
        lambda x: [
            ops.band_part(x, 1, 0),
            ops.band_part(x, -1, 1),
            ops.band_part(x, 0, -1),
            ops.band_part(x, 2, 2),
        ],
        [
            [uniform([4, 4])],
            [uniform([2, 3, 5])],
            [integers([5, 2], -9, 9)],
            [uniform([1, 1])],
            [uniform([0, 3])],
        ],
        lambda x: [np.triu(np.tril(x), -1), np.tril(x, 1), np.triu(x), np.triu(np.tril(x, 2), -2)],
        grad=(0,),
        **EXACT,
    )
]
TRIANGLES += [
    Row(
        f"diag, diagflat of a vector {shape}",
        lambda x: [ops.diag(x), ops.diag(x, 2), ops.diag(x, -1), ops.diagflat(x, 1)],
        [[make(shape)] for make in MAKES],
        lambda x: [np.diag(x), np.diag(x, 2), np.diag(x, -1), np.diagflat(x, 1)],
        grad=(0,),
        **EXACT,
    )
    for shape in ([3], [1], [0], [5])
]
TRIANGLES += [
    Row(
        f"diagonal, trace {shape} {one} {two}",
        lambda x, a=one, b=two: (
            [ops.diagonal(x, k, a, b) for k in (0, 1, -1, 9)] + [ops.trace(x, 0, a, b), ops.trace(x, 1, a, b)]
        ),
        [[uniform(shape)], [integers(shape, -99, 99)], [booleans(shape)]],
        lambda x, a=one, b=two: (
            [np.diagonal(x, k, a, b) for k in (0, 1, -1, 9)] + [np.trace(x, 0, a, b), np.trace(x, 1, a, b)]
        ),
        grad=(0,),
    )
    for shape, one, two in [
        ([3, 3], 0, 1),
        ([2, 5], 0, 1),
        ([5, 2], 1, 0),
        ([2, 3, 4], 0, 2),
        ([2, 3, 4, 3], -1, 1),
        ([1, 1], 0, 1),
        ([0, 3], 0, 1),
    ]
]
TRIANGLES += [
    Row(
        "diag of a matrix, diagflat of a matrix",
        lambda x: [ops.diag(x), ops.diag(x, 1), ops.diag(x, -1), ops.diagflat(x)],
        [[uniform([3, 3])], [uniform([2, 4])], [uniform([1, 1])]],
        lambda x: [np.diag(x), np.diag(x, 1), np.diag(x, -1), np.diagflat(x)],
        grad=(0,),
        **EXACT,
    ),
    Row(
        "zeros, ones and full like, copies",
        lambda x: [
            ops.zeros_like(x),
            ops.ones_like(x, "int32"),
            ops.full_like(x, 1),
            multiply(ops.empty_like(x, "float32"), 0.0),
            ops.copy(x),
            ops.clone(x),
            ops.ensure_shape(x, [None, 3]),
            ops.broadcast_to(ops.size(x), ops.broadcast_args([3, 1], [2])),
        ],
        [[make([2, 3])] for make in MAKES],
        lambda x: [
            np.zeros_like(x),
            np.ones_like(x, int),
            np.full_like(x, 1),
            np.zeros(x.shape),
            x,
            x,
            x,
            np.full([3, 2], 6),
        ],
        **EXACT,
    ),
]

ROWS = [*CREATED, *STEPS, *TRIANGLES]
