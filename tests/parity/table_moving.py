"""Rows of the movement composites: joins, cuts, rolls, margins."""

import numpy as np

from pybrowserml import ops

from .rows import Row, booleans, integers, uniform

EXACT = {"rtol": 0, "atol": 0, "webgl": (0, 0)}
MAKES = [uniform, lambda s: integers(s, -(2**31), 2**31), booleans, lambda s: integers(s, 0, 256, np.uint8)]


def exact(name, build, shapes, reference, dtypes=2, grad=True):
    """Exact in every dtype: each shape as float32, the first as other dtypes too. shapes: lists of input shapes."""
    cases = [[uniform(shape) for shape in group] for group in shapes]
    cases += [[make(shape) for shape in shapes[0]] for make in MAKES[1 : 1 + dtypes]]
    return Row(name, build, cases, reference, grad=tuple(range(len(shapes[0]))) if grad else (), **EXACT)


JOINS = [
    exact(
        "stack",
        lambda a, b: [ops.stack([a, b]), ops.stack([a, b], -1), ops.stack([b])],
        [[[2, 3], [2, 3]], [[], []], [[4], [4]], [[0, 2], [0, 2]], [[1, 2, 3], [1, 2, 3]]],
        lambda a, b: [np.stack([a, b]), np.stack([a, b], -1), np.stack([b])],
    ),
    exact(
        "hstack",
        lambda a, b: ops.hstack([a, b]),
        [[[2, 3], [2, 1]], [[3], [2]], [[], []], [[2, 1, 3], [2, 4, 3]], [[0], [3]]],
        lambda a, b: np.hstack([a, b]),
    ),
    exact(
        "vstack",
        lambda a, b: ops.vstack([a, b]),
        [[[2, 3], [1, 3]], [[3], [3]], [[], []], [[3], [2, 3]], [[1, 2, 2], [3, 2, 2]]],
        lambda a, b: np.vstack([a, b]),
    ),
    exact(
        "dstack",
        lambda a, b: ops.dstack([a, b]),
        [[[2, 3], [2, 3]], [[3], [3]], [[], []], [[2, 3, 1], [2, 3, 4]], [[2, 1], [2, 1, 3]]],
        lambda a, b: np.dstack([a, b]),
    ),
    exact(
        "append",
        lambda a, b: [ops.append(a, b), ops.append(a, b, 0), ops.append(b, a, -2)],
        [[[2, 3], [1, 3]], [[1, 1], [5, 1]], [[0, 2], [3, 2]], [[2, 2, 3], [2, 2, 3]]],
        lambda a, b: [np.append(a, b), np.append(a, b, 0), np.append(b, a, -2)],
    ),
    Row(
        "joins promote",
        lambda a, b, c: [ops.concatenate([a, b]), ops.stack([b, c]), ops.concatenate([c, a, b], -1)],
        [[uniform([3]), integers([3], -9, 9), booleans([3])]],
        lambda a, b, c: [np.concatenate([a, b]), np.stack([b, c]), np.concatenate([c, a, b], -1)],
        **EXACT,
    ),
    exact(
        "split",
        lambda x: [
            *ops.split(x, 3),
            *ops.split(x, [1, 4]),
            *ops.split(x, [4, 2, -1, 9]),
            *ops.unstack(x, None, -1),
            *ops.array_split(x, 4),
            *ops.array_split(x, [2], 0),
        ],
        [[[6, 2]], [[6, 1]], [[6, 2, 1]], [[6, 3]]],
        lambda x: [
            *np.split(x, 3),
            *np.split(x, [1, 4]),
            *np.split(x, [4, 2, -1, 9]),
            *[x[..., i] for i in range(x.shape[-1])],
            *np.array_split(x, 4),
            *np.array_split(x, [2], 0),
        ],
    ),
    exact(
        "split of an empty tensor",
        lambda x: [*ops.split(x, 2), *ops.unstack(x, None, 1)],
        [[[0, 2]]],
        lambda x: [*np.split(x, 2), x[:, 0], x[:, 1]],
    ),
    exact(
        "hsplit, vsplit, dsplit",
        lambda x: [*ops.hsplit(x, 2), *ops.vsplit(x, [1]), *ops.dsplit(x, 3)],
        [[[2, 4, 3]], [[3, 2, 6]], [[1, 2, 3, 2]], [[2, 6, 3]]],
        lambda x: [*np.hsplit(x, 2), *np.vsplit(x, [1]), *np.dsplit(x, 3)],
    ),
    exact(
        "hsplit of a vector", lambda x: ops.hsplit(x, [1, 3]), [[[5]], [[2]]], lambda x: np.hsplit(x, [1, 3])
    ),
]

MOVES = [
    exact(
        "roll",
        lambda x: [
            ops.roll(x, 2),
            ops.roll(x, -1, 0),
            ops.roll(x, [1, 7], [0, 1]),
            ops.roll(x, [1, 2], [-1, -1]),
            ops.roll(x, 1, [0, 1]),
        ],
        [[[3, 4]], [[1, 1]], [[0, 2]], [[2, 3, 2]], [[5, 7]]],
        lambda x: [
            np.roll(x, 2),
            np.roll(x, -1, 0),
            np.roll(x, [1, 7], [0, 1]),
            np.roll(x, [1, 2], [-1, -1]),
            np.roll(x, 1, [0, 1]),
        ],
        3,
    ),
    exact(
        "fliplr, flipud",
        lambda x: [ops.fliplr(x), ops.flipud(x), ops.flip(x)],
        [[[3, 4]], [[1, 5]], [[2, 0]], [[2, 3, 5]]],
        lambda x: [np.fliplr(x), np.flipud(x), np.flip(x)],
    ),
    exact(
        "rot90",
        lambda x: (
            [ops.rot90(x, k) for k in (1, 2, 3, 4, -1)] + [ops.rot90(x, 1, [1, 0]), ops.rot90(x, 3, [0, -1])]
        ),
        [[[3, 4]], [[1, 5]], [[2, 0]], [[2, 3, 5]]],
        lambda x: (
            [np.rot90(x, k) for k in (1, 2, 3, 4, -1)] + [np.rot90(x, 1, (1, 0)), np.rot90(x, 3, (0, -1))]
        ),
    ),
    exact(
        "moveaxis, swapaxes",
        lambda x: [
            ops.moveaxis(x, 0, -1),
            ops.moveaxis(x, [0, 1], [-1, 0]),
            ops.moveaxis(x, [2, 0], [0, 1]),
            ops.swapaxes(x, 0, -1),
        ],
        [[[2, 3, 4]], [[1, 5, 2]], [[2, 0, 3]], [[2, 1, 3, 2]]],
        lambda x: [
            np.moveaxis(x, 0, -1),
            np.moveaxis(x, [0, 1], [-1, 0]),
            np.moveaxis(x, [2, 0], [0, 1]),
            np.swapaxes(x, 0, -1),
        ],
    ),
    exact(
        "squeeze, expand_dims, ravel",
        lambda x: [
            ops.squeeze(x),
            ops.squeeze(x, -1),
            ops.expand_dims(x, 1),
            ops.expand_dims(x, -1),
            ops.ravel(x),
        ],
        [[[3, 1]], [[1, 1, 1]], [[0, 1]], [[2, 1, 3, 1]]],
        lambda x: [
            np.squeeze(x),
            np.squeeze(x, -1),
            np.expand_dims(x, 1),
            np.expand_dims(x, -1),
            np.ravel(x),
        ],
    ),
    exact(
        "repeat",
        lambda x: [
            ops.repeat(x, 2),
            ops.repeat(x, 3, 0),
            ops.repeat(x, 0, -1),
            ops.repeat(x, [2, 0, 1], 0),
            ops.repeat(x, [2], 1),
        ],
        [[[3, 2]], [[3, 1]], [[3, 2, 4]], [[3, 5]]],
        lambda x: [
            np.repeat(x, 2),
            np.repeat(x, 3, 0),
            np.repeat(x, 0, -1),
            np.repeat(x, [2, 0, 1], 0),
            np.repeat(x, [2], 1),
        ],
    ),
    exact(
        "tile",
        lambda x: [ops.tile(x, 2), ops.tile(x, [2, 1, 3]), ops.tile(x, [3, 1]), ops.tile(x, [0, 2])],
        [[[2, 3]], [[4]], [[]], [[0, 3]], [[2, 1, 3]]],
        lambda x: [np.tile(x, 2), np.tile(x, [2, 1, 3]), np.tile(x, [3, 1]), np.tile(x, [0, 2])],
    ),
    exact(
        "broadcast_arrays",
        lambda a, b: ops.broadcast_arrays([a, b]),
        [[[2, 1], [3]], [[], [2, 2]], [[4, 1, 3], [4, 2, 1]], [[0, 1], [3]]],
        lambda a, b: list(np.broadcast_arrays(a, b)),
    ),
    Row(
        "diff",
        lambda x: [ops.diff(x), ops.diff(x, 1, 0), ops.diff(x, 2, 1), ops.diff(x, 0), ops.diff(x, 4)],
        [
            [uniform([3, 5])],
            [uniform([2, 1])],
            [uniform([1, 7])],
            [integers([3, 6], -99, 99)],
            [booleans([4, 6])],
            [uniform([0, 3])],
        ],
        lambda x: [np.diff(x), np.diff(x, 1, 0), np.diff(x, 2, 1), x, np.diff(x, 4)],
        grad=(0,),
        # Four differences in a row of numbers below 2.
        atol=4e-6,
    ),
    Row(
        "select",
        lambda p, q, a, b: [
            ops.select([p, q], [a, b]),
            ops.select([q, p], [a, b], 2.5),
            ops.select([q], [b], a),
        ],
        [
            [booleans([3, 2]), booleans([3, 2]), uniform([3, 2]), uniform([3, 2])],
            [booleans([3, 1]), booleans([2]), uniform([3, 2]), uniform([1, 2])],
            [booleans([]), booleans([]), uniform([]), uniform([])],
            [booleans([0]), booleans([1]), uniform([0]), uniform([1])],
            [booleans([4, 1, 2]), booleans([3, 1]), uniform([2]), uniform([4, 3, 2])],
            [booleans([5]), booleans([5]), integers([5], -9, 9), uniform([5])],
        ],
        lambda p, q, a, b: [
            np.where(p, a, np.where(q, b, 0.0)),
            np.where(q, a, np.where(p, b, 2.5)),
            np.where(q, b, a),
        ],
        grad=(2, 3),
        **EXACT,
    ),
]

PADS = [
    exact(
        f"pad {mode}",
        lambda x, m=mode: [ops.pad(x, [[1, 2], [0, 1]], m), ops.pad(x, 1, m), ops.pad(x, [2, 0], m)],
        [[[3, 4]], [[5, 7]], [[1, 1]], [[2, 3]]],
        lambda x, m=mode: [np.pad(x, [[1, 2], [0, 1]], m), np.pad(x, 1, m), np.pad(x, [[2, 0]], m)],
        3,
    )
    for mode in ("constant", "edge", "reflect", "symmetric", "wrap")
]
PADS += [
    exact(
        f"pad {mode} wider than the tensor",
        lambda x, m=mode: [ops.pad(x, [[7, 4]], m), ops.pad(x, [0, 11], m)],
        [[[3]], [[1]], [[4]]],
        lambda x, m=mode: [np.pad(x, [[7, 4]], m), np.pad(x, [[0, 11]], m)],
    )
    for mode in ("edge", "reflect", "symmetric", "wrap")
]
PADS += [
    exact(
        "pad with a value, mirror_pad",
        lambda x: [
            ops.pad(x, [[1, 1], [0, 2]], "constant", 1),
            ops.mirror_pad(x, [[1, 1], [0, 2]], "reflect"),
            ops.mirror_pad(x, [[1, 1], [3, 2]], "symmetric"),
        ],
        [[[2, 3]], [[4, 3]], [[2, 5]], [[7, 4]]],
        lambda x: [
            np.pad(x, [[1, 1], [0, 2]], constant_values=1),
            np.pad(x, [[1, 1], [0, 2]], "reflect"),
            np.pad(x, [[1, 1], [3, 2]], "symmetric"),
        ],
    ),
]

PATTERNS = [
    exact(
        f"rearrange {pattern} {lengths}",
        lambda x, p=pattern, n=lengths: ops.rearrange(x, p, n),
        [[shape] for shape in shapes],
        reference,
    )
    for pattern, lengths, shapes, reference in [
        ("b h w -> b w h", None, [[2, 3, 4], [1, 0, 2]], lambda x: x.transpose(0, 2, 1)),
        ("b (h p) -> b h p", {"p": 3}, [[2, 6], [1, 3]], lambda x: x.reshape(x.shape[0], -1, 3)),
        ("b h w c -> (b h) (c w)", None, [[2, 3, 4, 2]], lambda x: x.transpose(0, 1, 3, 2).reshape(6, 8)),
        (
            "b (h p1) (w p2) c -> b (h w) (p1 p2 c)",
            {"p1": 2, "p2": 3},
            [[2, 4, 6, 2]],
            lambda x: x.reshape(2, 2, 2, 2, 3, 2).transpose(0, 1, 3, 2, 4, 5).reshape(2, 4, 12),
        ),
        ("... a b -> ... b a", None, [[3, 4], [2, 3, 4]], lambda x: np.swapaxes(x, -1, -2)),
        ("a ... -> (...) a 1", None, [[3, 4, 2], [3]], lambda x: x.reshape(x.shape[0], -1).T[:, :, None]),
        ("a 1 b -> () b (a)", None, [[3, 1, 2]], lambda x: x[:, 0].T[None]),
        ("(a_1 b2) -> b2 a_1", {"a_1": 2, "b2": 3}, [[6]], lambda x: x.reshape(2, 3).T),
        (" -> 1", None, [[]], lambda x: x.reshape(1)),
    ]
]

DEEP = [
    exact(
        "movement of eight axes",
        lambda x: [
            ops.transpose(x, [7, 0, 6, 1, 5, 2, 4, 3]),
            ops.roll(x, [1, -1], [2, 7]),
            ops.flip(x, [0, 4, 6]),
            ops.pad(x, [[0, 0], [1, 0], [0, 0], [0, 1], [1, 1], [0, 0], [0, 0], [2, 0]], "symmetric"),
            ops.moveaxis(x, [0, 7], [3, 1]),
            ops.rearrange(x, "a b c d e f g h -> (h a) (c b) d e (g f)"),
        ],
        [[[2, 1, 3, 1, 2, 1, 2, 3]]],
        lambda x: [
            np.transpose(x, [7, 0, 6, 1, 5, 2, 4, 3]),
            np.roll(x, [1, -1], [2, 7]),
            np.flip(x, (0, 4, 6)),
            np.pad(x, [[0, 0], [1, 0], [0, 0], [0, 1], [1, 1], [0, 0], [0, 0], [2, 0]], "symmetric"),
            np.moveaxis(x, [0, 7], [3, 1]),
            x.transpose(7, 0, 2, 1, 3, 4, 6, 5).reshape(6, 3, 1, 2, 2),
        ],
        3,
    ),
]

ROWS = [*DEEP, *PATTERNS, *JOINS, *MOVES, *PADS]
