"""Rows of reductions, movement, gather and scatter."""

import numpy as np

from pybrowserml.core.opset import gathering, movement, reduction
from pybrowserml.core.opset.binary import multiply
from pybrowserml.core.opset.unary import exp

from . import reference
from .rows import Row, booleans, distinct, integers, uniform, values

REDUCED = [
    ([3, 4], None),
    ([3, 4], 0),
    ([3, 4], -1),
    ([2, 3, 5], [0, 2]),
    ([2, 3, 5], [1]),
    ([2, 1, 3, 2, 2], [1, 3]),
    ([1], None),
    ([], None),
]
KINDS = [
    ("sum", reduction.reduce_sum, np.sum, uniform, True),
    ("prod", reduction.reduce_prod, np.prod, lambda shape: uniform(shape, 0.5, 1.5), True),
    ("max", reduction.reduce_max, np.max, distinct, False),
    ("min", reduction.reduce_min, np.min, distinct, False),
]


def _axes(axis):
    return tuple(axis) if isinstance(axis, list) else axis


REDUCTIONS = []
for kind, ours, theirs, maker, smooth in KINDS:
    for shape, axis in REDUCED:
        for keep in (False, True):
            REDUCTIONS.append(
                Row(
                    f"reduce_{kind} {shape} {axis} keepdims={keep}",
                    lambda x, f=ours, a=axis, k=keep: f(x, a, k),
                    [[maker(shape)]],
                    lambda x, f=theirs, a=axis, k=keep: f(x, axis=_axes(a), keepdims=k),
                    rtol=2e-6,
                    atol=2e-6 if smooth else 0,
                    grad=(0,),
                    second=kind == "prod" and not keep,
                )
            )
    REDUCTIONS.append(
        Row(
            f"exp of reduce_{kind}",
            lambda x, f=ours: exp(multiply(f(x, 1, False), 0.3)),
            [[maker([3, 4]) if smooth else distinct([3, 4], 0.3)]],
            lambda x, f=theirs: np.exp(f(x, axis=1) * 0.3),
            grad=(0,),
            second=True,
        )
    )

REDUCTIONS += [
    Row(
        "reduce_prod with one zero",
        lambda x: reduction.reduce_prod(x, 1, False),
        [[values([[1, 2, 3], [0, 2, 3], [4, -1, 0]])]],
        lambda x: x.prod(1),
        grad=(0,),
        second=True,
    ),
    Row(
        "reduce_prod with zeros",
        lambda x: reduction.reduce_prod(x, 1, False),
        [[values([[1, 2, 3], [0, 2, 3], [0, 0, 3], [4, -2, 0]])]],
        lambda x: np.prod(x, axis=1),
        grad=(0,),
    ),
    Row(
        "reduce_sum long",
        lambda x: [reduction.reduce_sum(x, None, False), reduction.reduce_sum(x, 0, False)],
        [[uniform([5003, 7], 0, 1)]],
        lambda x: [np.sum(x), np.sum(x, axis=0)],
        rtol=4e-6,
        webgl=(4e-6, 1e-4),
    ),
    Row(
        "reduce_max long",
        lambda x: [reduction.reduce_max(x, None, False), reduction.reduce_min(x, 1, True)],
        [[distinct([3, 4097], 1.0)]],
        lambda x: [np.max(x), np.min(x, axis=1, keepdims=True)],
        rtol=0,
        atol=0,
        webgl=(0, 0),
    ),
    Row(
        "reduce of empty axes",
        lambda x: [reduction.reduce_sum(x, 0, False), reduction.reduce_prod(x, 0, False)],
        [[uniform([0, 3])], [uniform([0, 0])]],
        lambda x: [np.sum(x, axis=0), np.prod(x, axis=0)],
    ),
    Row(
        "reduce beside an empty axis",
        lambda x: [reduction.reduce_sum(x, 0, False), reduction.reduce_max(x, 0, True)],
        [[uniform([3, 0])]],
        lambda x: [np.sum(x, axis=0), np.zeros((1, 0))],
    ),
    Row(
        "reduce int32",
        lambda x: [reduction.reduce_sum(x, 1, False), reduction.reduce_max(x, 0, False)],
        [[values([[16777217, 1, 5], [2147483000, 647, -2000000000]], np.int32)]],
        lambda x: [x.sum(1), x.max(0)],
    ),
    Row(
        "reduce_prod int32",
        lambda x: reduction.reduce_prod(x, 0, False),
        [[values([[65537, -3], [255, 715827882]], np.int32)]],
        lambda x: x.prod(0),
    ),
    Row(
        "reduce_min int32",
        lambda x: reduction.reduce_min(x, None, False),
        [[values([16777219, 16777217, 16777218], np.int32)]],
        np.min,
    ),
    Row("count of bool", lambda x: reduction.reduce_sum(x, None, False), [[booleans([37])]], np.sum),
]

for kind, ours, theirs in [("argmax", reduction.argmax, np.argmax), ("argmin", reduction.argmin, np.argmin)]:
    for shape, axis in [
        ([7], 0),
        ([3, 4], 0),
        ([3, 4], 1),
        ([2, 3, 5], 1),
        ([2, 3, 5], -1),
        ([2, 1, 2, 3, 2], 3),
    ]:
        REDUCTIONS.append(
            Row(
                f"{kind} {shape} {axis}",
                lambda x, f=ours, a=axis: [f(x, a, False), f(x, a, True)],
                [[distinct(shape)], [integers(shape, 0, 2)], [integers(shape, 16777216, 16777220)]],
                lambda x, f=theirs, a=axis: [f(x, axis=a), f(x, axis=a, keepdims=True)],
            )
        )

DTYPES = [uniform, lambda s: integers(s, -(2**31), 2**31), booleans, lambda s: integers(s, 0, 256, np.uint8)]


def moved(name, shape, build, ref, grad=True):
    """A movement op: exact on every dtype."""
    return Row(
        name,
        build,
        [[make(shape)] for make in DTYPES],
        ref,
        rtol=0,
        atol=0,
        webgl=(0, 0),
        grad=(0,) if grad else (),
    )


MOVEMENT = []
for source, target in [
    ([6], [2, 3]),
    ([2, 3, 4], [4, 6]),
    ([2, 3, 4], [-1]),
    ([1], []),
    ([], [1, 1]),
    ([5, 2, 3], [3, 2, 5]),
    ([0, 3], [3, 0]),
    ([2, 2, 3], [3, 2, 1, 2, 1]),
]:
    MOVEMENT.append(
        moved(
            f"reshape {source} {target}",
            source,
            lambda x, t=target: movement.reshape(x, t),
            lambda x, t=target: x.reshape(t),
        )
    )
for source, perm in [
    ([3, 5], None),
    ([2, 3, 4], [2, 0, 1]),
    ([2, 3, 4], [0, 2, 1]),
    ([2, 3, 4], [1, 0, 2]),
    ([2, 1, 3, 2, 2], [4, 2, 0, 1, 3]),
    ([1, 4], [1, 0]),
    ([], None),
    ([0, 2], [1, 0]),
    ([7, 9], [1, 0]),
]:
    MOVEMENT.append(
        moved(
            f"transpose {source} {perm}",
            source,
            lambda x, p=perm: movement.transpose(x, p),
            lambda x, p=perm: np.transpose(x, p),
        )
    )
for source, target in [
    ([3, 1], [3, 4]),
    ([4], [2, 3, 4]),
    ([], [2, 3]),
    ([2, 1, 2, 1, 3], [2, 2, 2, 3, 3]),
    ([1, 5], [0, 5]),
    ([3], [3]),
]:
    MOVEMENT.append(
        moved(
            f"broadcast_to {source} {target}",
            source,
            lambda x, t=target: movement.broadcast_to(x, t),
            lambda x, t=target: np.broadcast_to(x, t),
        )
    )
for source, begin, shape, strides in [
    ([7], [1], [3], [2]),
    ([5, 6], [1, 2], [3, 2], [1, 3]),
    ([2, 3, 4], [0, 1, 0], [2, 1, 4], [1, 1, 1]),
    ([5, 6], [5, 0], [0, 6], [1, 1]),
    ([2, 3, 2, 3, 4], [1, 0, 0, 1, 1], [1, 2, 2, 1, 2], [1, 2, 1, 1, 2]),
    ([9, 9], [0, 1], [5, 3], [2, 3]),
    ([], [], [], []),
]:
    MOVEMENT.append(
        moved(
            f"slice {source} {begin} {shape} {strides}",
            source,
            lambda x, b=begin, s=shape, t=strides: movement.slice_strided(x, b, s, t),
            lambda x, b=begin, s=shape, t=strides: reference.slice_strided(x, b, s, t),
        )
    )
for source, pads in [
    ([4], [[1, 2, 0]]),
    ([3, 4], [[0, 1, 2], [2, 0, 1]]),
    ([2, 3, 2], [[1, 1, 0], [0, 0, 0], [2, 1, 3]]),
    ([0, 2], [[1, 2, 0], [0, 1, 1]]),
    ([1, 3], [[0, 0, 5], [1, 1, 0]]),
    ([2, 2, 1, 2, 2], [[1, 0, 0], [0, 1, 0], [1, 1, 1], [0, 0, 1], [1, 0, 2]]),
    ([], []),
]:
    for fill in (0, 1):
        MOVEMENT.append(
            moved(
                f"pad {source} {pads} {fill}",
                source,
                lambda x, p=pads, v=fill: movement.pad_interior(x, p, v),
                lambda x, p=pads, v=fill: reference.pad_interior(x, p, v),
            )
        )
for source, axes in [
    ([5], None),
    ([3, 4], 0),
    ([3, 4], 1),
    ([2, 3, 4], [0, 2]),
    ([2, 1, 3, 2, 5], [2, 4]),
    ([], None),
    ([0, 2], 0),
]:
    MOVEMENT.append(
        moved(
            f"flip {source} {axes}",
            source,
            lambda x, a=axes: movement.flip(x, a),
            lambda x, a=axes: np.flip(x, _axes(a)),
        )
    )
for shapes, axis in [
    ([[2, 3], [2, 5]], 1),
    ([[2, 3], [1, 3], [4, 3]], 0),
    ([[2], [0], [3]], 0),
    ([[2, 1, 3], [2, 4, 3]], -2),
    ([[1, 2, 1, 2, 3], [1, 2, 1, 2, 2]], 4),
    ([[3, 5], [3, 1], [3, 2], [3, 4]], -1),
]:
    MOVEMENT.append(
        Row(
            f"concatenate {shapes} {axis}",
            lambda *xs, a=axis: movement.concatenate(list(xs), a),
            [[make(shape) for shape in shapes] for make in DTYPES],
            lambda *xs, a=axis: np.concatenate(xs, axis=a),
            rtol=0,
            atol=0,
            webgl=(0, 0),
            grad=tuple(range(len(shapes))),
        )
    )


def clamped(x, indices, axis):
    return np.take(x, np.clip(indices, 0, x.shape[axis] - 1), axis=axis)


GATHERED = [
    Row(
        f"gather {shape} {places} axis {axis}",
        lambda x, i, a=axis: gathering.gather(x, i, a),
        [[make(shape), integers(places, -1, shape[axis] + 1)] for make in DTYPES],
        lambda x, i, a=axis: clamped(x, i, a),
        rtol=0,
        atol=0,
        webgl=(0, 0),
        grad=(0,),
        grad_tolerance=(2e-6, 2e-6),
    )
    for shape, places, axis in [
        ([5], [7], 0),
        ([5, 3], [4], 0),
        ([3, 6], [2, 4], 1),
        ([2, 5, 3], [], 1),
        ([2, 3, 4], [3, 1, 2], 2),
        ([5, 3], [0], 0),
    ]
]
GATHERED += [
    Row(
        f"scatter_add {places} {updates} axis {axis} {shape}",
        lambda i, u, a=axis, s=shape: gathering.scatter_add(i, u, a, s),
        [[integers(places, -1, shape[axis] + 1), make(updates)] for make in DTYPES[:2]],
        lambda i, u, a=axis, s=shape: (
            reference.scatter_add(i, u, a, s).astype(np.int32)
            if u.dtype.kind == "i"
            else reference.scatter_add(i, u, a, s)
        ),
        rtol=2e-6,
        grad=(1,),
    )
    for places, updates, axis, shape in [
        ([7], [7], 0, [5]),
        ([4], [4, 3], 0, [5, 3]),
        ([2, 4], [3, 2, 4], 1, [3, 6]),
        ([], [2, 3], 1, [2, 5, 3]),
        ([0], [0, 3], 0, [5, 3]),
        ([40], [40], 0, [2]),
    ]
]

ROWS = [*REDUCTIONS, *MOVEMENT, *GATHERED]
