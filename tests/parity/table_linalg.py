"""Rows of linear algebra."""

import warnings

import numpy as np
import scipy.linalg

from pybrowserml import ops

from .rows import Row, uniform, values

# Elimination in float32: the errors of n dependent steps, times the condition of the matrices (about 3).
LOOSE = {
    "rtol": 1e-5,
    "atol": 1e-5,
    "webgl": (4e-5, 2e-5),
    "grad_tolerance": (1e-4, 5e-5),
    "webgl_grad": (4e-4, 2e-4),
}


def steady(shape):
    """Matrices near a multiple of the identity: the condition is small, and pivots are not close to each other."""

    def make(rng):
        x = rng.uniform(-1, 1, shape)
        k = min(shape[-2:])
        for i in range(k):
            x[..., i, i] += 2.0 if i % 2 else -2.5
        return x.astype(np.float32)

    return make


def positive(shape):
    """Positive definite matrices."""

    def make(rng):
        x = rng.uniform(-1, 1, shape)
        return (x @ np.swapaxes(x, -1, -2) + np.eye(shape[-1])).astype(np.float32)

    return make


def half(x):
    return (x + np.swapaxes(x, -1, -2)) / 2


def t(x):
    return np.swapaxes(x, -1, -2)


def apart(shape):
    """Symmetric matrices whose eigenvalues are far from each other, as eigenvectors turn fast where they are close."""

    def make(rng):
        x = rng.uniform(-0.5, 0.5, shape)
        x = x + np.swapaxes(x, -1, -2) + np.diag(3.0 * np.arange(shape[-1]) - 2.0)
        return x.astype(np.float32)

    return make


def eigen_parts(w, v):
    """Eigenvalues, squares of the components of the vectors, and the matrix again."""
    return [w, ops.square(v), ops.matmul(ops.multiply(v, ops.expand_dims(ops.exp(w), -2)), v, False, True)]


def eigen_parts_reference(x):
    w, v = np.linalg.eigh(x)
    return [w, v * v, (v * np.exp(w)[..., None, :]) @ t(v)]


def singular_parts(u, s, vh):
    """Singular values, squares of the components, and a product in which signs vanish."""
    return [
        s,
        ops.square(u),
        ops.square(vh),
        ops.matmul(ops.multiply(u, ops.expand_dims(ops.sin(s), -2)), vh),
    ]


def singular_reference(x):
    u, s, vh = np.linalg.svd(x, full_matrices=False)
    return [s, u * u, vh * vh, (u * np.sin(s)[..., None, :]) @ vh]


def whole_bases(u, s, vh):
    k = s.shape[-1]
    left = ops.split(u, [k], -1)[0]
    right = ops.split(vh, [k], -2)[0]
    product = ops.matmul(ops.multiply(left, ops.expand_dims(s, -2)), right)
    return [product, ops.matmul(u, u, True, False), ops.matmul(vh, vh, False, True)]


def whole_bases_reference(x):
    m, n = x.shape[-2:]
    lead = x.shape[:-2]
    return [x, np.broadcast_to(np.eye(m), [*lead, m, m]), np.broadcast_to(np.eye(n), [*lead, n, n])]


SQUARES = [[4, 4], [1, 1], [2, 3, 3], [2, 1, 2, 2], [5, 5], [0, 0], [0, 3, 3]]


def batched(function, outputs=1):
    """A SciPy function of one matrix over the leading axes."""

    def apply(x):
        lead = x.shape[:-2]
        flat = [function(item) for item in x.reshape(-1, *x.shape[-2:])]
        parts = [np.stack([np.asarray(item[k]) for item in flat]) for k in range(outputs)]
        return [part.reshape(*lead, *part.shape[1:]) for part in parts]

    return apply


ROWS = [
    Row(
        "cholesky",
        ops.cholesky,
        [[positive(shape)] for shape in SQUARES],
        lambda x: np.linalg.cholesky(half(x)),
        grad=(0,),
        second=True,
        **LOOSE,
    ),
    Row(
        "cholesky upper",
        lambda x: ops.cholesky(x, True),
        [[positive([3, 3])], [positive([2, 2, 2])]],
        lambda x: t(np.linalg.cholesky(half(x))),
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "solve_triangular",
        lambda a, b: [ops.solve_triangular(a, b, True), ops.solve_triangular(a, b)],
        [
            [steady([4, 4]), uniform([4, 2])],
            [steady([4, 4]), uniform([4])],
            [steady([2, 3, 3]), uniform([2, 3, 1])],
            [steady([2, 3, 3]), uniform([2, 3])],
            [steady([3, 3]), uniform([2, 3, 2])],
            [steady([1, 1]), uniform([1, 1])],
            [steady([0, 0]), uniform([0, 2])],
            [steady([3, 3]), uniform([3, 0])],
        ],
        lambda a, b: [solved(np.tril(a), b), solved(np.triu(a), b)],
        grad=(0, 1),
        second=True,
        **LOOSE,
    ),
    Row(
        "solve",
        ops.solve,
        [
            [steady([4, 4]), uniform([4, 2])],
            [steady([4, 4]), uniform([4])],
            [uniform([3, 3]), uniform([3, 1])],
            [steady([2, 3, 3]), uniform([2, 3])],
            [steady([3, 3]), uniform([2, 3, 2])],
            [steady([1, 1]), uniform([1, 1])],
            [steady([0, 0]), uniform([0, 2])],
        ],
        lambda a, b: solved(a, b),
        grad=(0, 1),
        second=True,
        **{**LOOSE, "rtol": 2e-5, "webgl": (2e-4, 5e-5), "webgl_grad": (1e-3, 5e-4)},
    ),
    Row(
        "inv",
        ops.inv,
        [[steady(shape)] for shape in SQUARES],
        np.linalg.inv,
        grad=(0,),
        second=True,
        **LOOSE,
    ),
    Row(
        "det",
        ops.det,
        [[steady(shape)] for shape in SQUARES],
        np.linalg.det,
        grad=(0,),
        second=True,
        **{
            **LOOSE,
            "atol": 1e-4,
            "webgl": (4e-5, 4e-4),
            "grad_tolerance": (2e-4, 5e-4),
            "webgl_grad": (4e-4, 1e-3),
        },
    ),
    Row(
        "slogdet",
        ops.slogdet,
        [[steady(shape)] for shape in SQUARES],
        lambda x: list(np.linalg.slogdet(x)),
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "logdet",
        ops.logdet,
        [[positive(shape)] for shape in SQUARES],
        lambda x: np.linalg.slogdet(x)[1],
        grad=(0,),
        second=True,
        **LOOSE,
    ),
    Row(
        "lu_factor",
        ops.lu_factor,
        [
            [steady([4, 4])],
            [uniform([3, 3])],
            [uniform([2, 3, 3])],
            [uniform([4, 2])],
            [uniform([2, 4])],
            [steady([1, 1])],
            [lambda rng: np.asarray([[1, 2], [2, 4]], np.float32)],
        ],
        lambda x: pivoted(x),
        **LOOSE,
    ),
    Row(
        "lu_factor by its gradient",
        lambda x: ops.lu_factor(x)[0],
        [[steady([4, 4])], [steady([2, 3, 3])], [steady([3, 2])], [steady([2, 3])], [steady([1, 1])]],
        lambda x: pivoted(x)[0],
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "qr",
        ops.qr,
        [
            [steady([4, 3])],
            [steady([3, 3])],
            [steady([2, 3, 2])],
            [steady([2, 4])],
            [steady([1, 1])],
            [steady([3, 0])],
        ],
        lambda x: list(np.linalg.qr(x)),
        grad=(0,),
        **LOOSE,
    ),
    # Nothing below a diagonal element: its column is left as it is, and the signs jump nearby.
    Row(
        "qr of triangles",
        ops.qr,
        [
            [values([[1, 2], [0, 3]])],
            [values([[-1, 2, 5], [0, -3, 1], [0, 0, -2]])],
            [values([[0, 1], [0, 2]])],
        ],
        lambda x: list(np.linalg.qr(x)),
        **LOOSE,
    ),
    Row(
        "qr complete",
        lambda x: ops.qr(x, "complete"),
        [[steady([4, 2])], [steady([3, 3])], [steady([2, 3, 1])], [steady([2, 4])]],
        lambda x: list(np.linalg.qr(x, "complete")),
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "cholesky_inverse",
        lambda x: [ops.cholesky_inverse(x), ops.cholesky_inverse(x, True)],
        [[steady([3, 3])], [steady([1, 1])], [steady([2, 2, 2])]],
        lambda x: [
            np.linalg.inv(np.tril(x) @ t(np.tril(x))),
            np.linalg.inv(t(np.triu(x)) @ np.triu(x)),
        ],
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "matrix_power",
        lambda x: [ops.matrix_power(x, n) for n in (0, 1, 5, -2)],
        [[steady([3, 3])], [steady([2, 2, 2])], [steady([1, 1])], [steady([0, 0])]],
        lambda x: [np.linalg.matrix_power(x, n) for n in (0, 1, 5, -2)],
        grad=(0,),
        # Values up to 200.
        **{
            **LOOSE,
            "atol": 2e-4,
            "webgl": (4e-5, 1e-3),
            "grad_tolerance": (2e-4, 1e-3),
            "webgl_grad": (4e-4, 4e-3),
        },
    ),
    Row(
        "eigh",
        lambda x: eigen_parts(*ops.eigh(x)),
        [[apart(shape)] for shape in SQUARES],
        lambda x: eigen_parts_reference(half(x)),
        grad=(0,),
        second=True,
        **LOOSE,
    ),
    Row(
        "map of eigh",
        lambda x: ops.map(lambda item: ops.eigh(item)[0], x),
        [[apart([3, 2, 2])], [apart([2, 2, 3, 3])]],
        lambda x: np.linalg.eigvalsh(half(x)),
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "svd",
        lambda x: singular_parts(*ops.svd(x, False)),
        [[steady(shape)] for shape in ([4, 3], [3, 3], [2, 4], [2, 3, 2], [1, 1], [3, 0])],
        lambda x: singular_reference(x),
        grad=(0,),
        second=True,
        **LOOSE,
    ),
    Row(
        "svd of singular values",
        lambda x: ops.svd(x, True, False),
        [[uniform(shape)] for shape in ([4, 3], [2, 5], [2, 2, 2])]
        + [[values([[1, 2], [2, 4]])], [values([[0, 0]])]],
        lambda x: np.linalg.svd(x, compute_uv=False),
        **LOOSE,
    ),
    Row(
        "svd of whole bases",
        lambda x: whole_bases(*ops.svd(x)),
        [[uniform(shape)] for shape in ([4, 2], [2, 4], [3, 3], [2, 3, 1])]
        + [[values([[1, 2], [2, 4], [3, 6]])], [values([[0, 0], [0, 0]])]],
        lambda x: whole_bases_reference(x),
        **LOOSE,
    ),
    Row(
        "pinv",
        ops.pinv,
        [[steady(shape)] for shape in ([4, 3], [3, 3], [2, 4], [2, 3, 2], [1, 1], [3, 0])],
        lambda x: np.linalg.pinv(x),
        grad=(0,),
        second=True,
        **LOOSE,
    ),
    Row(
        "pinv of matrices without full rank",
        ops.pinv,
        [[values([[1, 2], [2, 4], [3, 6]])], [values([[0, 0], [0, 0]])], [values([[1, 1], [1, 1]])]],
        lambda x: np.linalg.pinv(x),
        **LOOSE,
    ),
    Row(
        "lstsq",
        ops.lstsq,
        [
            [steady([4, 3]), uniform([4])],
            [steady([4, 3]), uniform([4, 2])],
            [steady([2, 3]), uniform([2, 1])],
            [steady([1, 1]), uniform([1])],
            [steady([3, 3]), uniform([3, 2])],
        ],
        lambda a, b: np.linalg.lstsq(a, b, rcond=None)[0],
        grad=(0, 1),
        **LOOSE,
    ),
    Row(
        "matrix_rank",
        ops.matrix_rank,
        [
            [steady([4, 3])],
            [values([[1, 2], [2, 4]])],
            [values([[0, 0], [0, 0]])],
            [steady([2, 3, 3])],
            [values([[1, 2, 3], [4, 5, 6], [7, 8, 9]])],
        ],
        lambda x: np.linalg.matrix_rank(x.astype(np.float32)).astype(np.int64),
    ),
    Row(
        "norm by singular values",
        lambda x: [
            ops.norm(x, "nuc", [-2, -1]),
            ops.norm(x, 2, [-2, -1], True),
            ops.norm(x, -2, [-1, -2]),
        ],
        [[steady(shape)] for shape in ([4, 3], [3, 3], [2, 4], [2, 3, 2], [1, 1])],
        lambda x: [
            np.linalg.norm(x, "nuc", (-2, -1)),
            np.linalg.norm(x, 2, (-2, -1), keepdims=True),
            np.linalg.norm(x, -2, (-2, -1)),
        ],
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "associative_scan",
        lambda x: [
            ops.associative_scan(ops.add, x),
            ops.associative_scan(ops.add, x, True),
        ],
        [[uniform([n])] for n in (1, 2, 3, 4, 7)] + [[uniform([5, 3])]],
        lambda x: [np.cumsum(x, axis=0), np.cumsum(x[::-1], axis=0)[::-1]],
        grad=(0,),
        **LOOSE,
    ),
    Row(
        "associative_scan along axis 1 of pairs",
        lambda a, b: list(
            ops.associative_scan(
                lambda p, q: [ops.multiply(p[0], q[0]), ops.add(ops.multiply(p[1], q[0]), q[1])],
                [a, b],
                False,
                1,
            )
        ),
        [[uniform([2, 5], 0.5, 1.5), uniform([2, 5])], [uniform([1, 6, 2], 0.5, 1.5), uniform([1, 6, 2])]],
        lambda a, b: recurrence(a, b),
        grad=(0, 1),
        second=True,
        **LOOSE,
    ),
]


def solved(a, b):
    return np.linalg.solve(a, b[..., None])[..., 0] if b.ndim == a.ndim - 1 else np.linalg.solve(a, b)


def pivoted(x):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scipy.linalg.LinAlgWarning)
        return batched(lambda item: scipy.linalg.lu_factor(item, check_finite=False), 2)(x)


def recurrence(a, b):
    products, sums = [a[:, 0]], [b[:, 0]]
    for i in range(1, a.shape[1]):
        sums.append(sums[-1] * a[:, i] + b[:, i])
        products.append(products[-1] * a[:, i])
    return [np.stack(products, 1), np.stack(sums, 1)]
