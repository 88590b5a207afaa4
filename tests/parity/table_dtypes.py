"""Rows of the integer dtypes: arithmetic that wraps, comparisons, casts, bits, whole-number functions.

References are NumPy's in the dtype itself, compared exactly: integers have no tolerance.
"""

import numpy as np

from pybrowserml import ops
from pybrowserml.core.opset import binary as two
from pybrowserml.core.opset import bits, gathering, movement, reduction, scanning, sorting
from pybrowserml.core.opset import unary as one

from .rows import Row, booleans, integers, uniform, values

INT32 = [-2147483648, -2147483647, -16777217, -255, -1, 0, 1, 3, 16777217, 2147483647]
UINT32 = [0, 1, 3, 255, 16777217, 2147483647, 2147483648, 2147483649, 4294967294, 4294967295]
INT8 = [-128, -127, -100, -3, -1, 0, 1, 3, 100, 127]
UINT8 = [0, 1, 3, 100, 127, 128, 129, 200, 254, 255]
EDGES = {"int32": INT32, "uint32": UINT32, "int8": INT8, "uint8": UINT8}
SHIFTS = [0, 1, 5, 7, 8, 9, 24, 31, 32, 40]


def pairs(a, b):
    """Every number of a with every one of b."""
    return [x for x in a for _ in b], [y for _ in a for y in b]


def same(dtype, function):
    """A function of arrays of one dtype, as a reference of widened arrays."""

    def call(*arrays):
        with np.errstate(all="ignore"):
            found = function(*[array.astype(dtype) for array in arrays])
        return found.astype(np.int64) if found.dtype.kind in "iu" else found

    return call


def together(functions):
    """A function that gives a list of results."""
    return lambda *operands: [function(*operands) for function in functions]


def binary(name, functions, kind, right=None, dtype=None):
    """Functions [ours, NumPy's] on all pairs of edges, a broadcast, a scalar, an empty tensor.

    Many in one row: each row costs a shader a case.
    """
    numbers = EDGES[kind]
    a, b = pairs(numbers, numbers if right is None else right)
    low, high = (-100, 100) if numbers[0] < 0 else (0, 200)
    most = high if right is None else 40
    cases = [
        [values(a, kind), values(b, kind)],
        [integers([3, 1], low, high, kind), integers([1, 5], 0, most, kind)],
        [integers([], low, high, kind), integers([2, 3], 0, most, kind)],
        [integers([0, 3], low, high, kind), integers([3], 0, most, kind)],
    ]
    build = together([function[0] for function in functions])
    reference = together([same(kind, function[1]) for function in functions])
    return Row(f"{name} of {kind}", build, cases, reference, dtype=kind if dtype is None else dtype)


def power(a, b):
    """As repeated products; 1 and -1 alone have negative powers."""
    unit = np.where(a == 1, 1, np.where(a.astype(np.int64) == -1, 1 - 2 * (b & 1).astype(np.int64), 0))
    return np.where(b < 0, unit, np.power(a, np.maximum(b, 0))).astype(a.dtype)


ARITHMETIC = [
    binary(
        "arithmetic",
        [
            [two.add, np.add],
            [two.subtract, np.subtract],
            [two.multiply, np.multiply],
            [two.maximum, np.maximum],
            [two.minimum, np.minimum],
        ],
        kind,
    )
    for kind in ("uint32", "int8", "uint8")
]
ARITHMETIC += [
    binary(
        "division and power",
        [[two.mod, np.mod], [two.floor_divide, np.floor_divide], [two.power, power], [ops.fmod, np.fmod]],
        kind,
    )
    for kind in EDGES
]

COMPARISONS = [
    binary(
        "comparisons",
        [
            [two.equal, np.equal],
            [two.not_equal, np.not_equal],
            [two.less, np.less],
            [two.less_equal, np.less_equal],
            [two.greater, np.greater],
            [two.greater_equal, np.greater_equal],
        ],
        kind,
        dtype="bool",
    )
    for kind in ("uint32", "int8")
]


def unary(name, functions, kind):
    cases = [[values(EDGES[kind], kind)], [integers([3, 5], 0, 100, kind)], [integers([], 0, 9, kind)]]
    build = together([function[0] for function in functions])
    return Row(f"{name} of {kind}", build, cases, together([same(kind, f[1]) for f in functions]), dtype=kind)


UNARY = [
    unary(
        "signs and bits",
        [
            [one.negative, np.negative],
            [one.absolute, np.absolute],
            [one.sign, np.sign],
            [ops.square, np.square],
            [ops.bitwise_not, np.invert],
            [ops.bitwise_invert, np.invert],
        ],
        kind,
    )
    for kind in EDGES
]

BITS = [
    *[
        binary(
            "bits",
            [
                [ops.bitwise_and, np.bitwise_and],
                [ops.bitwise_or, np.bitwise_or],
                [ops.bitwise_xor, np.bitwise_xor],
                [ops.gcd, np.gcd],
            ],
            kind,
        )
        for kind in EDGES
    ],
    *[
        binary("shifts", [[ops.left_shift, np.left_shift], [ops.right_shift, np.right_shift]], kind, SHIFTS)
        for kind in EDGES
    ],
    Row(
        "shifts by negative counts",
        lambda a, b: [ops.bitwise_left_shift(a, b), ops.bitwise_right_shift(a, b)],
        [[values([5, -5, 5, -5], np.int32), values([-1, -1, -32, -2147483648], np.int32)]],
        lambda a, b: [0 * a, np.where(a < 0, -1, 0)],
    ),
    Row(
        "bitwise of bool",
        lambda a, b: [ops.bitwise_and(a, b), ops.bitwise_or(a, b), ops.bitwise_xor(a, b), ops.bitwise_not(a)],
        [[values([0, 0, 1, 1], np.bool_), values([0, 1, 0, 1], np.bool_)], [booleans([3, 1]), booleans([4])]],
        lambda a, b: [a & b, a | b, a ^ b, ~a],
        dtype="bool",
    ),
    binary("lcm", [[ops.lcm, np.lcm]], "uint8"),
    Row(
        "lcm",
        ops.lcm,
        [
            [values([0, 4, -6, 12, 46341, 65536], np.int32), values([5, 6, 4, 0, 46340, -3], np.int32)],
            [integers([3, 1], -300, 300), integers([4], 1, 300)],
        ],
        np.lcm,
        dtype="int32",
    ),
]


def bool_arithmetic(a, b):
    return [two.add(a, b), two.multiply(a, b), two.maximum(a, b), two.minimum(a, b), two.subtract(a, b)]


FLOATS = [-3e9, -2147483648, -129.5, -1.5, -0.5, 0, 0.5, 127.9, 255.5, 16777216, 2147483520, 2147483648]
FLOATS = [*FLOATS, 3e9, 4294967040]


def float_to(dtype):
    """Truncated toward zero, then wrapped."""
    return lambda x: np.trunc(x).astype(np.int64).astype(dtype).astype(np.int64)


OTHERS = {source: [target for target in EDGES if target != source] for source in EDGES}

CASTS = [
    *[
        Row(
            f"casts of {source}",
            lambda x, to=tuple(targets): [one.cast(x, target) for target in to],
            [[values(EDGES[source], source)], [integers([2, 3], 0, 100, source)]],
            lambda x, to=tuple(targets): [x.astype(target).astype(np.int64) for target in to],
            dtype=targets,
        )
        for source, targets in OTHERS.items()
    ],
    *[
        Row(
            f"cast {source} to float32 and bool",
            lambda x: [one.cast(x, "float32"), one.cast(x, "bool")],
            [
                [values(EDGES[source], source)],
                [values([2147483583, 2147483711, 4294967167, 33554435], source)],
            ]
            if source == "uint32"
            else [[values(EDGES[source], source)]],
            lambda x: [x.astype(np.float32).astype(np.float64), x != 0],
            rtol=0,
            atol=0,
            webgl=(0, 0),
            dtype=["float32", "bool"],
        )
        for source in ("uint32", "int8")
    ],
    Row(
        "cast float32 to uint32",
        lambda x: one.cast(x, "uint32"),
        [[values([0, 0.9, 1.5, 16777217, 2147483520, 2147483648, 3e9, 4294967040, -1.9, -70000.5])]],
        float_to("uint32"),
        dtype="uint32",
    ),
    Row(
        "cast float32 to int8",
        lambda x: one.cast(x, "int8"),
        [[values([0, 0.9, 127.5, 128, 255.5, 256, -1.5, -128.9, -129, 1000])]],
        float_to("int8"),
        dtype="int8",
    ),
    Row(
        "cast bool to uint32 and int8",
        lambda x: [one.cast(x, "uint32"), one.cast(x, "int8")],
        [[booleans([7])]],
        lambda x: [x.astype(np.int64)] * 2,
        dtype=["uint32", "int8"],
    ),
    *[
        Row(
            f"saturate_cast float32 to {target}",
            lambda x, t=target: ops.saturate_cast(x, t),
            [[values([*FLOATS, np.inf, -np.inf])]],
            lambda x, t=target: np.trunc(np.clip(x, np.iinfo(t).min, np.iinfo(t).max)).astype(np.int64),
            dtype=target,
        )
        for target in EDGES
    ],
    *[
        Row(
            f"saturate_cast {source}",
            lambda x, to=tuple(targets): [ops.saturate_cast(x, target) for target in to],
            [[values(EDGES[source], source)]],
            lambda x, to=tuple(targets): [np.clip(x, np.iinfo(t).min, np.iinfo(t).max) for t in to],
            dtype=targets,
        )
        for source, targets in OTHERS.items()
    ],
    Row(
        "saturate_cast to bool",
        lambda x: ops.saturate_cast(x, "bool"),
        [[values([-1.5, -0.0, 0, 0.25, 3])]],
        lambda x: x > 0,
    ),
    Row(
        "view float32 as integers",
        lambda x: [ops.view(x, "int32"), ops.view(x, "uint32"), ops.view(x)],
        [[values([0, -0.0, 1, -1.5, 3e38, 1e-30, np.inf, -np.inf])], [uniform([3, 5])], [uniform([0, 2])]],
        lambda x: [
            x.astype(np.float32).view(np.int32).astype(np.int64),
            x.astype(np.float32).view(np.uint32).astype(np.int64),
            x,
        ],
        rtol=0,
        atol=0,
        webgl=(0, 0),
        dtype=["int32", "uint32", "float32"],
    ),
    Row(
        "view integers as float32",
        lambda a, b: [ops.view(a, "float32"), ops.view(b, "float32")],
        [
            [
                values([0, 1065353216, -1065353216, 2139095040], np.int32),
                values([3212836864, 7340032 * 200], np.uint32),
            ]
        ],
        lambda a, b: [
            a.astype(np.int32).view(np.float32).astype(np.float64),
            b.astype(np.uint32).view(np.float32).astype(np.float64),
        ],
        rtol=0,
        atol=0,
        webgl=(0, 0),
        dtype="float32",
    ),
    Row(
        "view integers as integers",
        lambda a, b, c, d: [
            ops.view(a, "uint32"),
            ops.view(b, "int32"),
            ops.view(c, "uint8"),
            ops.view(d, "int8"),
        ],
        [
            [
                values(INT32, np.int32),
                values(UINT32, np.uint32),
                values(INT8, np.int8),
                values(UINT8, np.uint8),
            ]
        ],
        lambda a, b, c, d: [
            x.astype(t).astype(np.int64)
            for x, t in zip((a, b, c, d), ("uint32", "int32", "uint8", "int8"), strict=True)
        ],
        dtype=["uint32", "int32", "uint8", "int8"],
    ),
]

PROMOTED = [
    Row(
        f"{a} with {b} gives {result}",
        lambda x, y: two.multiply(x, y),
        [[integers([3], 0, 9, a) if a != "bool" else booleans([3]), integers([2, 3], 0, 9, b)]],
        lambda x, y: x * y,
        dtype=result,
    )
    for a, b, result in [
        ("bool", "uint8", "uint8"),
        ("bool", "int8", "int8"),
        ("bool", "uint32", "uint32"),
        ("uint8", "int8", "int32"),
        ("uint8", "uint32", "uint32"),
        ("int8", "uint32", "int32"),
        ("int8", "int32", "int32"),
        ("uint32", "int32", "int32"),
        ("uint8", "int32", "int32"),
    ]
]

NUMBERS = [
    Row(
        f"{dtype} with the number {number} gives {result}",
        lambda x, n=number: two.add(x, n),
        [[integers([5], 0, 9, dtype)]],
        lambda x, n=number: x + n,
        dtype=result,
    )
    for dtype, number, result in [
        ("uint8", 3, "uint8"),
        ("uint8", 300, "int32"),
        ("uint8", -1, "int32"),
        ("int8", -100, "int8"),
        ("int8", 0.5, "float32"),
        ("uint32", 4000000000, "uint32"),
        ("uint32", 0.5, "float32"),
    ]
]

MIXED = [
    Row(
        "arithmetic of bool",
        bool_arithmetic,
        [[values([0, 0, 1, 1], np.bool_), values([0, 1, 0, 1], np.bool_)]],
        lambda a, b: [a | b, a & b, a | b, a & b, a.astype(np.int64) - b.astype(np.int64)],
        dtype=["bool", "bool", "bool", "bool", "int32"],
    ),
    Row(
        "uint32 with float32 gives float32",
        lambda a, b: [two.multiply(a, b), two.divide(a, 2), ops.mean(a), ops.sqrt(a)],
        [[values([1, 2147483648, 4294967040], np.uint32), values([0.5, 2, -1])]],
        lambda a, b: [a * b, a / 2, np.mean(a), np.sqrt(a)],
        dtype="float32",
    ),
    *[
        Row(
            f"where of {dtype}",
            two.where,
            [[booleans([10]), values(EDGES[dtype], dtype), integers([], 5, 6, dtype)]],
            np.where,
            dtype=dtype,
        )
        for dtype in ("uint32", "int8", "uint8")
    ],
    Row(
        "a chain of uint8",
        lambda a, b: two.floor_divide(two.subtract(two.multiply(two.add(a, b), a), b), two.maximum(b, 1)),
        [[integers([40], 0, 256, np.uint8), integers([40], 0, 256, np.uint8)]],
        same("uint8", lambda a, b: ((a + b) * a - b) // np.maximum(b, 1)),
        dtype="uint8",
    ),
    Row(
        "a chain of int8",
        lambda a, b: two.mod(one.negative(two.add(two.multiply(a, a), b)), two.maximum(b, 7)),
        [[integers([40], -128, 128, np.int8), integers([40], -128, 128, np.int8)]],
        same("int8", lambda a, b: np.mod(-(a * a + b), np.maximum(b, 7))),
        dtype="int8",
    ),
    Row(
        "a hash of uint32",
        lambda x: two.multiply(bits.bitwise_xor(x, bits.shift_right(x, 16)), 2246822507),
        [[values(UINT32, np.uint32)], [integers([70], 0, 2**32, np.uint32)]],
        same("uint32", lambda x: (x ^ (x >> 16)) * np.uint32(2246822507)),
        dtype="uint32",
    ),
]


def reductions(functions):
    """Along the first axis, the last one with the axis kept, and all."""
    axes = ((0, False), (1, True), (None, False))
    return lambda x: [function(x, axis, keep) for function in functions for axis, keep in axes]


def numpy_reduction(function, dtype):
    def call(x, axis, keep):
        return function(x.astype(dtype), axis=axis, keepdims=keep).astype(np.int64)

    return call


SPANS = {"uint32": (0, 2**32), "int8": (-128, 128), "uint8": (0, 256)}
REDUCED = [
    Row(
        f"max and min of {kind}",
        reductions([reduction.reduce_max, reduction.reduce_min]),
        [[integers(shape, *SPANS[kind], kind)] for shape in ([4, 6], [3, 5], [2, 300])],
        reductions([numpy_reduction(np.max, kind), numpy_reduction(np.min, kind)]),
        dtype=kind,
    )
    for kind in SPANS
]
REDUCED += [
    Row(
        f"{op} of {dtype} as {result}",
        lambda x, f=build: [f(x, 0, False), f(x, 1, True), f(x, None, False)],
        [[integers(shape, *span, dtype)] for shape in ([4, 6], [2, 300])],
        lambda x, f=function, r=result: [
            f(x.astype(r), axis=axis, keepdims=keep, dtype=r).astype(np.int64)
            for axis, keep in ((0, False), (1, True), (None, False))
        ],
        dtype=result,
    )
    for dtype, span, result in (
        ("uint32", (0, 2**32), "uint32"),
        ("int8", (-128, 128), "int32"),
        ("uint8", (0, 256), "uint32"),
        ("int32", (-(2**31), 2**31), "int32"),
    )
    for op, build, function in [
        ("sum", reduction.reduce_sum, np.sum),
        ("prod", reduction.reduce_prod, np.prod),
    ]
]
REDUCED += [
    Row(
        f"argmax and argmin of {dtype}",
        lambda x: [reduction.argmax(x, 1, False), reduction.argmin(x, 0, False)],
        [[integers(shape, *span, dtype)] for shape in ([5, 7], [2, 40])],
        lambda x: [np.argmax(x, 1), np.argmin(x, 0)],
    )
    for dtype, span in (("uint32", (0, 2**32)), ("int8", (-128, 128)))
]
REDUCED += [
    Row(
        "max and min of bool",
        lambda x: [ops.max(x, 0), ops.min(x)],
        [[booleans([3, 4])]],
        lambda x: [np.max(x, 0), np.min(x)],
        dtype="bool",
    ),
]

MOVED = [
    Row(
        f"movement of {dtype}",
        lambda x: [
            movement.transpose(x, [1, 0]),
            movement.pad_interior(x, [[1, 0, 1], [2, 1, 0]], EDGES_OF_PADS[x.dtype]),
            movement.slice_strided(x, [0, 1], [2, 2], [1, 2]),
            movement.concatenate([x, movement.flip(x, [1])], 0),
            movement.broadcast_to(x, [2, 2, 5]),
            gathering.gather(x, ops.array([1, 0, 1]), 0),
            gathering.gather(x, ops.array([4, 0]), 1),
        ],
        [[lambda rng, d=dtype: rng.permutation(np.asarray(EDGES[d], dtype=d)).reshape(2, 5)]],
        lambda x, d=dtype: [
            x.T,
            padded(x, EDGES_OF_PADS[d]),
            x[:, 1:5:2],
            np.concatenate([x, x[:, ::-1]]),
            np.broadcast_to(x, (2, 2, 5)),
            x[[1, 0, 1]],
            x[:, [4, 0]],
        ],
        dtype=dtype,
    )
    for dtype in ("uint32", "int8", "uint8")
]
EDGES_OF_PADS = {"uint32": 4294967295, "int8": -128, "uint8": 255}


def padded(x, value):
    y = np.full((1 + 2 * x.shape[0] - 1, x.shape[1] + 3), value, dtype=np.int64)
    y[1::2, 2:-1] = x
    return y


MOVED += [
    Row(
        f"scatter_add of {dtype}",
        lambda i, u: gathering.scatter_add(i, u, 0, [3, 2]),
        [[values([2, 0, 2, 2], np.int32), integers([4, 2], *span, dtype)]],
        lambda i, u, d=dtype: added(i, u).astype(d).astype(np.int64),
        dtype=dtype,
    )
    for dtype, span in (("uint32", (0, 2**32)), ("int8", (-128, 128)), ("uint8", (0, 256)))
]


def added(indices, updates):
    y = np.zeros((3, 2), dtype=np.int64)
    np.add.at(y, indices, updates)
    return y


def quiet_nextafter(a, b):
    with np.errstate(over="ignore"):
        return np.nextafter(a, b).astype(np.float64)


MOVED += [
    Row(
        f"extremes at indices of {kind}",
        lambda i, u: [gathering.scatter(op, i, u, 0, [4, 2], False) for op in ("max", "min", "update")],
        [[values([2, 0, 2, 2], np.int32), integers([4, 2], *SPANS[kind], kind)]],
        lambda i, u, d=kind: [
            extremes(np.maximum, i, u, np.iinfo(d).min),
            extremes(np.minimum, i, u, np.iinfo(d).max),
            np.stack([u[1], 0 * u[1], u[3], 0 * u[1]]),
        ],
        dtype=kind,
    )
    for kind in SPANS
]


def extremes(function, indices, updates, start):
    y = np.full((4, 2), start, dtype=np.int64)
    function.at(y, indices, updates)
    return y


MOVED += [
    Row(
        f"sorting and running values of {kind}",
        lambda x: [
            ops.sort(x, 1),
            ops.sort(x, 0),
            ops.cumsum(x, 1),
            scanning.cumulative("max", x, 1, False, False),
        ],
        [
            [lambda rng, d=kind: rng.permutation(np.asarray(EDGES[d], dtype=d)).reshape(2, 5)],
            [integers([3, 70], *SPANS[kind], kind)],
        ],
        lambda x, d=kind: [
            np.sort(x, 1),
            np.sort(x, 0),
            np.cumsum(x, 1).astype(d).astype(np.int64),
            np.maximum.accumulate(x, 1),
        ],
        dtype=kind,
    )
    for kind in SPANS
]
MOVED += [
    Row(
        f"descending order of {kind}",
        lambda x: [sorting.sort(x, 1, True)[0], sorting.sort(x, 1, True)[1]],
        [[lambda rng, d=kind: rng.permutation(np.asarray(EDGES[d], dtype=d)).reshape(2, 5)]],
        lambda x: [-np.sort(-x, 1), np.argsort(-x, 1, kind="stable")],
        dtype=[kind, "int32"],
    )
    for kind in SPANS
]

STEPS = [
    1.0,
    -1.0,
    16777216.0,
    3.4028234663852886e38,
    -3.4028234663852886e38,
    np.inf,
    -np.inf,
    1e-30,
    2.0**-126,
]

FLOAT_BITS = [
    Row(
        "signbit",
        ops.signbit,
        [[values([0, -0.0, 1, -1, np.inf, -np.inf, 1e-30, -1e-30])], [uniform([3, 4])], [uniform([0])]],
        np.signbit,
        dtype="bool",
    ),
    Row(
        "signbit of integers",
        lambda a, b, c: [ops.signbit(a), ops.signbit(b), ops.signbit(c)],
        [[values(INT32, np.int32), values(UINT32, np.uint32), values(INT8, np.int8)]],
        lambda a, b, c: [a < 0, b < 0, c < 0],
    ),
    Row(
        "nextafter",
        ops.nextafter,
        [
            [values(pairs(STEPS, STEPS)[0]), values(pairs(STEPS, STEPS)[1])],
            [values([np.nan, 1, np.nan, 2]), values([1, np.nan, np.nan, 2])],
            [uniform([3, 1]), uniform([4])],
        ],
        # Below 2**-126 a GPU knows zero only.
        lambda a, b: quiet_nextafter(a.astype(np.float32), b.astype(np.float32)),
        rtol=0,
        atol=0,
        webgl=(0, 1.2e-38),
    ),
    Row(
        "view as bytes and back",
        lambda x, n: [
            ops.view(x, "uint8"),
            ops.view(n, "int8"),
            ops.view(ops.view(x, "uint8"), "float32"),
            ops.view(ops.view(n, "int8"), "uint32"),
        ],
        [
            [values([[1, -1.5], [3e38, 0.1]]), values(INT32, np.int32)],
            [uniform([3]), integers([2, 0], 0, 9)],
        ],
        lambda x, n: [
            x.astype(np.float32).view(np.uint8).astype(np.int64),
            n.astype(np.int32).view(np.int8).astype(np.int64),
            x,
            n.astype(np.uint32).astype(np.int64),
        ],
        rtol=0,
        atol=0,
        webgl=(0, 0),
        dtype=["uint8", "int8", "float32", "uint32"],
    ),
    Row(
        "nextafter of float16",
        ops.nextafter,
        [
            [
                values([1, 1, -1, 0, 0, 2.0**-14, 2.0**-14, 65504, np.inf, 6e-8, np.nan, 3], np.float16),
                values([2, 0, -2, 1, -1, 0, 1, np.inf, 0, 0, 1, 3], np.float16),
            ],
            [lambda rng: rng.uniform(-3, 3, [3, 1]).astype(np.float16), values([-9, 0, 9], np.float16)],
        ],
        lambda a, b: quiet_nextafter(a.astype(np.float16), b.astype(np.float16)),
        rtol=0,
        atol=0,
        webgl=(0, 0),
        dtype="float16",
    ),
    Row(
        "ldexp far",
        ops.ldexp,
        [
            [
                values([1, -1.5, 3, 1e-30, 1e30, 1, 0, np.inf, np.nan, 2.0**-100]),
                values([3, -4, 127, 200, -190, 300, 5, -300, 2, 227], np.int32),
            ],
            [uniform([3, 1]), integers([4], -20, 20)],
            [uniform([]), integers([0], -20, 20)],
            [uniform([2]), integers([2], -100, 100, np.int8)],
        ],
        lambda a, b: np.ldexp(a, b),
        rtol=0,
        atol=0,
        webgl=(0, 0),
        dtype="float32",
    ),
    Row(
        "ldexp small",
        ops.ldexp,
        [[uniform([3, 1]), integers([4], -3, 4)]],
        lambda a, b: np.ldexp(a, b),
        grad=(0,),
    ),
    Row(
        "fmod by infinity",
        ops.fmod,
        [
            [values([7, -7, 7, -7, 5.5, -5.5, 0, 6]), values([3, 3, -3, -3, 2, 2, 4, -3])],
            [uniform([3, 1], -9, 9), uniform([4], 1.1, 1.3)],
            [values([1, -1]), values([np.inf, -np.inf])],
        ],
        np.fmod,
        webgl=(4e-6, 4e-6),
    ),
]

ROWS = [
    *ARITHMETIC,
    *COMPARISONS,
    *UNARY,
    *BITS,
    *CASTS,
    *PROMOTED,
    *NUMBERS,
    *MIXED,
    *REDUCED,
    *MOVED,
    *FLOAT_BITS,
]
