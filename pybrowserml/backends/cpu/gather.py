"""gather along one axis, on [outer, axis, inner] with indices clamped into range."""

from ...platform.buffers import copy_within
from ..resolve import element_count
from .broadcasting import LONG
from .launch import Launch, clamp, split

TILE = 16384


def gather_rows(x, i, source, indices, first, last, length, inner, o):
    """Rows first .. last - 1 of the result: o[r] = source[indices[r]], each `inner` long."""
    for r in range(first, last):
        s = source + clamp(i[indices + r], 0, length - 1) * inner
        t = o + r * inner
        if inner >= LONG:
            copy_within(x, t, s, s + inner)
        else:
            for p in range(inner):
                x[t + p] = x[s + p]


class GatherAxisLaunch(Launch):
    """Tiles: pieces of rows of one outer index."""

    def __init__(self, outer, length, inner, rows):
        self.length = length
        self.inner = inner
        self.rows = rows
        self.per_tile = max(1, int(TILE / max(1, inner)))
        self.pieces = split(rows, self.per_tile)
        super().__init__(outer * self.pieces if inner > 0 else 0, 0)

    def run(self, lo, hi):
        for t in range(lo, hi):
            piece = t % self.pieces
            outer = int((t - piece) / self.pieces)
            first = piece * self.per_tile
            last = min(first + self.per_tile, self.rows)
            self.rows_of(outer, first, last)

    def rows_of(self, outer, first, last):
        source = self.ins[0] + outer * self.length * self.inner
        o = self.outs[0] + outer * self.rows * self.inner
        gather_rows(self.moved, self.i32, source, self.ins[1], first, last, self.length, self.inner, o)


def around(shape, axis):
    """[elements before the axis, elements after it]."""
    outer = 1
    inner = 1
    for k in range(len(shape)):
        if k < axis:
            outer = outer * shape[k]
        elif k > axis:
            inner = inner * shape[k]
    return [outer, inner]


def prepare_gather(params, ins, outs):
    shape = ins[0][0]
    axis = params["axis"]
    sides = around(shape, axis)
    return GatherAxisLaunch(sides[0], shape[axis], sides[1], element_count(ins[1][0]))
