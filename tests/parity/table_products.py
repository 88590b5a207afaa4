"""Rows of einsum and of products of vectors, matrices and tensors."""

import numpy as np
from scipy import special

from pybrowserml import ops

from .rows import Row, booleans, integers, uniform

# Sums of products of numbers below 2, a few dozen long: some units in the last place of the largest partial sum.
SUMS = {
    "rtol": 2e-6,
    "atol": 8e-6,
    "webgl": (4e-6, 1.6e-5),
    "grad_tolerance": (1e-5, 8e-5),
    "webgl_grad": (1e-4, 8e-5),
}

EQUATIONS = [
    ("matrix product", "ij,jk->ik", [[[3, 4], [4, 2]], [[1, 1], [1, 5]], [[0, 2], [2, 3]], [[3, 0], [0, 2]]]),
    ("transposed operands", "ji,kj->ik", [[[4, 3], [2, 4]], [[5, 1], [7, 5]]]),
    ("transposed result", "ij,jk->ki", [[[3, 4], [4, 2]]]),
    ("implicit result", "ij,jk", [[[3, 4], [4, 2]]]),
    ("implicit, alphabetical", "ba,cb", [[[3, 4], [2, 3]]]),
    ("batched", "bij,bjk->bik", [[[2, 3, 4], [2, 4, 5]], [[1, 3, 4], [2, 4, 5]], [[2, 3, 4], [1, 4, 1]]]),
    ("batch in the middle", "ibj,jkb->bki", [[[3, 2, 4], [4, 5, 2]]]),
    ("several inner axes", "abij,ijc->abc", [[[2, 2, 3, 4], [3, 4, 2]]]),
    ("inner axes in another order", "aij,jib->ab", [[[2, 3, 4], [4, 3, 5]]]),
    ("attention", "btnh,bsnh->bnts", [[[2, 3, 2, 4], [2, 5, 2, 4]]]),
    ("vectors", "i,i->", [[[5], [5]], [[1], [5]], [[0], [0]]]),
    ("rows of vectors", "bi,bi->b", [[[3, 5], [3, 5]]]),
    ("outer", "i,j->ij", [[[3], [4]], [[0], [2]]]),
    ("elementwise", "ij,ij->ij", [[[2, 3], [2, 3]], [[2, 1], [1, 3]]]),
    ("matrix and vector", "ij,j->i", [[[3, 4], [4]]]),
    ("vector and matrix", "i,ij->j", [[[3], [3, 4]]]),
    ("a sum on each side", "ijk,jl->", [[[2, 3, 2], [3, 4]]]),
    (
        "ellipsis",
        "...ij,...jk->...ik",
        [[[2, 3, 4], [2, 4, 2]], [[3, 2, 2, 3], [2, 3, 1]], [[3, 4], [5, 4, 2]]],
    ),
    ("ellipsis left out of the first", "ij,...jk->...ik", [[[3, 4], [2, 4, 2]]]),
    ("ellipsis inside", "i...j,j...k->k...i", [[[2, 3, 4], [4, 3, 2]], [[2, 1, 5, 3], [3, 5, 2]]]),
    ("implicit ellipsis", "...i,...ij", [[[2, 3], [2, 3, 4]]]),
    ("diagonal of an operand", "iij,jk->ik", [[[3, 3, 2], [2, 4]]]),
    ("spaces", " i j , j k -> i k ", [[[3, 4], [4, 2]]]),
]
ALONE = [
    ("transpose", "ij->ji", [[3, 4], [1, 5], [0, 2]]),
    ("implicit transpose", "ba", [[3, 4]]),
    ("sum", "ij->", [[3, 4], [0, 4]]),
    ("sum of rows", "ij->i", [[3, 4]]),
    ("diagonal", "ii->i", [[3, 3], [1, 1]]),
    ("trace", "ii", [[4, 4]]),
    ("diagonal in the middle", "aibib->ab", [[3, 2, 3, 2, 3]]),
    ("cube's diagonal", "iii->i", [[3, 3, 3]]),
    ("ellipsis last", "i...->...i", [[2, 3, 4], [5]]),
    ("diagonal beside an ellipsis", "i...i->...", [[3, 2, 3]]),
    ("scalar", "->", [[]]),
]
CHAINS = [
    ("three matrices", "ij,jk,kl->il", [[5, 2], [2, 6], [6, 1]]),
    ("four operands", "ab,bc,cd,da->ac", [[2, 3], [3, 4], [4, 2], [2, 2]]),
    ("bilinear", "bi,oij,bj->bo", [[3, 2], [4, 2, 3], [3, 3]]),
    ("weights of three", "i,ij,j->", [[3], [3, 4], [4]]),
    ("batch of three", "bij,bjk,bk->bi", [[2, 3, 4], [2, 4, 2], [2, 2]]),
    ("six operands", "ab,bc,cd,de,ef,fg->ag", [[2, 2], [2, 3], [3, 2], [2, 2], [2, 1], [1, 3]]),
    ("outer of three", "i,j,k->kji", [[2], [3], [2]]),
]


def of(equation):
    return lambda *xs: ops.einsum(equation, *xs)


def reference(equation):
    return lambda *xs: np.einsum(equation, *xs)


EINSUMS = [
    Row(
        f"einsum {name}",
        of(equation),
        [[uniform(shape) for shape in case] for case in cases],
        reference(equation),
        grad=(0, 1),
        second=len(cases) > 2,
        **SUMS,
    )
    for name, equation, cases in EQUATIONS
]
EINSUMS += [
    Row(
        f"einsum {name}",
        of(equation),
        [[uniform(shape)] for shape in shapes] + [[integers(shapes[0], -99, 99)]],
        reference(equation),
        grad=(0,),
        **SUMS,
    )
    for name, equation, shapes in ALONE
]
EINSUMS += [
    Row(
        f"einsum {name}",
        of(equation),
        [[uniform(shape) for shape in shapes]],
        reference(equation),
        grad=tuple(range(len(shapes))),
        **SUMS,
    )
    for name, equation, shapes in CHAINS
]
EINSUMS += [
    Row(
        "einsum of integers",
        lambda a, b: [
            ops.einsum("ij,jk->ik", a, b),
            ops.einsum("ij,jk->", a, b),
            ops.einsum("ij,jk->ijk", a, b),
        ],
        [
            [integers([3, 4], -9999, 9999), integers([4, 2], -9999, 9999)],
            [booleans([3, 4]), integers([4, 2], 0, 99)],
        ],
        lambda a, b: [
            np.einsum("ij,jk->ik", a.astype(np.int64), b),
            np.einsum("ij,jk->", a.astype(np.int64), b),
            np.einsum("ij,jk->ijk", a.astype(np.int64), b),
        ],
    ),
    Row(
        "einsum of a float and integers",
        lambda a, b: ops.einsum("ij,jk->ik", a, b),
        [[uniform([3, 4]), integers([4, 2], -9, 9)]],
        lambda a, b: np.einsum("ij,jk->ik", a, b),
        **SUMS,
    ),
]

PRODUCTS = [
    Row(
        "tensordot",
        lambda a, b: [
            ops.tensordot(a, b),
            ops.tensordot(a, b, [[0, 2], [2, 1]]),
            ops.tensordot(a, b, [[-1, 1], [1, 0]]),
        ],
        [[uniform([2, 3, 4]), uniform([3, 4, 2])], [uniform([1, 2, 2]), uniform([2, 2, 1])]],
        lambda a, b: [
            np.tensordot(a, b),
            np.tensordot(a, b, [[0, 2], [2, 1]]),
            np.tensordot(a, b, [[-1, 1], [1, 0]]),
        ],
        grad=(0, 1),
        **SUMS,
    ),
    Row(
        "tensordot over one axis and none",
        lambda a, b: [ops.tensordot(a, b, 1), ops.tensordot(a, b, 0), ops.tensordot(a, b, [0, 1])],
        [
            [uniform([4, 4]), uniform([4, 4])],
            [uniform([3, 3]), uniform([3, 3])],
            [uniform([0, 0]), uniform([0, 0])],
            [integers([3, 3], -99, 99), integers([3, 3], -99, 99)],
        ],
        lambda a, b: [np.tensordot(a, b, 1), np.tensordot(a, b, 0), np.tensordot(a, b, [0, 1])],
        grad=(0, 1),
        **SUMS,
    ),
    Row(
        "matmul of integers",
        lambda a, b: ops.matmul(a, b),
        [
            [integers([3, 4], -40000, 40000), integers([4, 2], -9999, 9999)],
            [integers([2, 1, 3, 4], -99, 99), integers([5, 4, 2], -99, 99)],
            [integers([4], -99, 99), integers([4, 2], -99, 99)],
            [integers([4], -99, 99), integers([4], -99, 99)],
            [integers([2, 3, 4], -99, 99), integers([4], -99, 99)],
            [booleans([3, 4]), integers([4, 2], 0, 9)],
        ],
        np.matmul,
    ),
    Row(
        "matmul of stored transposes",
        lambda a, b: [ops.matmul(a, b, True, True), ops.matmul(b, a, True, True)],
        [[uniform([4, 3]), uniform([3, 4])], [integers([4, 3], -99, 99), integers([3, 4], -99, 99)]],
        lambda a, b: [a.T @ b.T, b.T @ a.T],
        grad=(0, 1),
        **SUMS,
    ),
    Row(
        "dot",
        ops.dot,
        [
            [uniform([3, 4]), uniform([4, 2])],
            [uniform([4]), uniform([4])],
            [uniform([]), uniform([3])],
            [uniform([2, 3, 4]), uniform([4])],
            [uniform([2, 3, 4]), uniform([3, 4, 2])],
            [uniform([4]), uniform([2, 4, 3])],
            [integers([3, 4], -99, 99), integers([4, 2], -99, 99)],
        ],
        np.dot,
        grad=(0, 1),
        **SUMS,
    ),
    Row(
        "inner",
        ops.inner,
        [
            [uniform([3, 4]), uniform([2, 4])],
            [uniform([4]), uniform([4])],
            [uniform([]), uniform([3])],
            [uniform([2, 3, 4]), uniform([4])],
            [uniform([0, 3]), uniform([2, 3])],
            [integers([3, 4], -99, 99), integers([2, 4], -99, 99)],
        ],
        np.inner,
        grad=(0, 1),
        **SUMS,
    ),
    Row(
        "vdot",
        ops.vdot,
        [
            [uniform([5]), uniform([5])],
            [uniform([2, 3]), uniform([3, 2])],
            [uniform([]), uniform([])],
            [integers([7], -99, 99), integers([7], -99, 99)],
            [uniform([0]), uniform([0])],
            [uniform([1, 1]), uniform([1])],
        ],
        np.vdot,
        grad=(0, 1),
        **SUMS,
    ),
    Row(
        "outer",
        ops.outer,
        [
            [uniform([2, 2]), uniform([3])],
            [uniform([]), uniform([3])],
            [integers([3], -99, 99), integers([2, 2], -99, 99)],
            [uniform([0]), uniform([3])],
            [uniform([1]), uniform([1])],
            [uniform([5]), uniform([7])],
        ],
        np.outer,
        grad=(0, 1),
    ),
    Row(
        "kron",
        ops.kron,
        [
            [uniform([2, 3]), uniform([3, 2])],
            [uniform([3]), uniform([4])],
            [uniform([3]), uniform([2, 2])],
            [uniform([2, 1, 2]), uniform([2, 3])],
            [uniform([]), uniform([2, 3])],
            [integers([2, 2], -9, 9), integers([2, 2], -9, 9)],
            [uniform([0, 2]), uniform([2, 2])],
        ],
        np.kron,
        grad=(0, 1),
    ),
    Row(
        "cross",
        lambda a, b: ops.cross(a, b),
        [
            [uniform([3]), uniform([3])],
            [uniform([4, 3]), uniform([4, 3])],
            [uniform([2, 1, 3]), uniform([4, 3])],
            [integers([2, 3], -99, 99), integers([2, 3], -99, 99)],
            [uniform([0, 3]), uniform([3])],
        ],
        np.cross,
        grad=(0, 1),
        second=True,
        # Differences of products below 4.
        atol=2e-6,
    ),
    Row(
        "cross along other axes",
        lambda a, b: [ops.cross(a, b, 0, 1), ops.cross(a, b, 0, 1, 0), ops.cross(a, a, axis=0)],
        [[uniform([3, 4]), uniform([4, 3])]],
        lambda a, b: [np.cross(a, b, 0, 1), np.cross(a, b, 0, 1, 0), np.cross(a, a, axis=0)],
        grad=(0, 1),
        atol=2e-6,
    ),
    Row(
        "cross in the plane",
        lambda a, b, c: [ops.cross(a, b), ops.cross(a, c), ops.cross(c, b)],
        [[uniform([4, 2]), uniform([4, 2]), uniform([4, 3])], [uniform([2]), uniform([2]), uniform([3])]],
        lambda a, b, c: [
            a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0],
            np.cross(flat(a), c),
            np.cross(c, flat(b)),
        ],
        grad=(0, 1, 2),
        atol=2e-6,
    ),
]


def flat(x):
    """Vectors of the plane in space."""
    return np.concatenate([x, np.zeros_like(x[..., :1])], -1)


PRODUCTS += [
    Row(
        f"correlate, convolve {mode}",
        lambda a, b, m=mode: [ops.correlate(a, b, m), ops.convolve(a, b, m)],
        [
            [uniform([7]), uniform([3])],
            [uniform([3]), uniform([8])],
            [uniform([1]), uniform([1])],
            [uniform([4]), uniform([4])],
            [uniform([5]), uniform([2])],
            [integers([6], -9, 9), uniform([3])],
        ],
        lambda a, b, m=mode: [np.correlate(a, b, m), np.convolve(a, b, m)],
        grad=(0, 1),
        **SUMS,
    )
    for mode in ("valid", "same", "full")
]


def attention(q, k, v, bias=None, mask=None, scale=None, causal=False, cap=None):
    """The definition, head by head."""
    group = q.shape[2] // k.shape[2]
    k, v = np.repeat(k, group, 2), np.repeat(v, group, 2)
    logits = np.einsum("btnh,bsnh->bnts", q, k) * (q.shape[3] ** -0.5 if scale is None else scale)
    if cap is not None:
        logits = cap * np.tanh(logits / cap)
    if bias is not None:
        logits = logits + bias
    if mask is not None:
        logits = np.where(mask, logits, -1e30)
    if causal:
        logits = np.where(np.tri(*logits.shape[2:]), logits, -1e30)
    return np.einsum("bnts,bsnh->btnh", special.softmax(logits, -1), v)


# Weights of softmax are exact to a few units; on a GPU its exp to some 1e-6.
WEIGHTED = {
    "rtol": 4e-6,
    "atol": 8e-6,
    "webgl": (1e-5, 2e-5),
    "grad_tolerance": (4e-5, 8e-5),
    "webgl_grad": (1e-4, 1e-4),
}

ATTENTION = [
    Row(
        "dot_product_attention",
        lambda q, k, v: ops.dot_product_attention(q, k, v),
        [
            [uniform([2, 3, 2, 4]), uniform([2, 5, 2, 4]), uniform([2, 5, 2, 4])],
            [uniform([1, 1, 1, 3]), uniform([1, 1, 1, 3]), uniform([1, 1, 1, 3])],
            [uniform([1, 3, 4, 2]), uniform([1, 2, 2, 2]), uniform([1, 2, 2, 3])],
            [uniform([1, 2, 3, 2]), uniform([1, 4, 1, 2]), uniform([1, 4, 1, 2])],
            [uniform([0, 2, 1, 2]), uniform([0, 2, 1, 2]), uniform([0, 2, 1, 2])],
        ],
        attention,
        grad=(0, 1, 2),
        **WEIGHTED,
    ),
    Row(
        "dot_product_attention with everything",
        lambda q, k, v, bias, mask: [
            ops.dot_product_attention(q, k, v, bias),
            ops.dot_product_attention(q, k, v, None, mask, 0.7),
            ops.dot_product_attention(q, k, v, bias, None, None, True),
            ops.dot_product_attention(q, k, v, bias, None, None, False, None, 1.5),
        ],
        [
            [
                uniform([2, 3, 2, 2]),
                uniform([2, 3, 2, 2]),
                uniform([2, 3, 2, 2]),
                uniform([2, 3, 3]),
                lambda rng: np.array([[[[True, False, True], [True, True, False], [False, False, True]]]]),
            ],
        ],
        lambda q, k, v, bias, mask: [
            attention(q, k, v, bias),
            attention(q, k, v, None, mask, 0.7),
            attention(q, k, v, bias, causal=True),
            attention(q, k, v, bias, cap=1.5),
        ],
        grad=(0, 1, 2, 3),
        **WEIGHTED,
    ),
]

ROWS = [*EINSUMS, *PRODUCTS, *ATTENTION]
