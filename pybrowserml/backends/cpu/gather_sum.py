"""gather_sum along one axis, on [outer, axis, inner] with indices clamped into range."""

from ..resolve import element_count
from .gather import GatherAxisLaunch, around
from .launch import clamp


def sum_rows(f, i, source, indices, weights, first, last, width, length, inner, o):
    """Rows first .. last - 1 of the result: o[r] = sum of weights[r, j] * source[indices[r, j]]."""
    for r in range(first, last):
        t = o + r * inner
        e = r * width
        first_term = True
        for j in range(width):
            w = f[weights + e + j]
            if w != 0:
                s = source + clamp(i[indices + e + j], 0, length - 1) * inner
                if first_term:
                    for p in range(inner):
                        f[t + p] = w * f[s + p]
                    first_term = False
                else:
                    for p in range(inner):
                        f[t + p] += w * f[s + p]
        if first_term:
            for p in range(inner):
                f[t + p] = 0


def sum_elements(f, i, source, indices, weights, first, last, width, length, o):
    """sum_rows for rows of one element."""
    for r in range(first, last):
        e = r * width
        total = 0.0
        for j in range(width):
            w = f[weights + e + j]
            if w != 0:
                total += w * f[source + clamp(i[indices + e + j], 0, length - 1)]
        f[o + r] = total


class GatherSumLaunch(GatherAxisLaunch):
    """Tiles: pieces of rows of one outer index."""

    def __init__(self, outer, length, inner, rows, width):
        super().__init__(outer, length, inner, rows)
        self.width = width

    def rows_of(self, outer, first, last):
        source = self.ins[0] + outer * self.length * self.inner
        o = self.outs[0] + outer * self.rows * self.inner
        if self.inner == 1:
            sum_elements(
                self.f32, self.i32, source, self.ins[1], self.ins[2], first, last, self.width, self.length, o
            )
        else:
            sum_rows(
                self.f32,
                self.i32,
                source,
                self.ins[1],
                self.ins[2],
                first,
                last,
                self.width,
                self.length,
                self.inner,
                o,
            )


def prepare_gather_sum(params, ins, outs):
    shape = ins[0][0]
    axis = params["axis"]
    sides = around(shape, axis)
    indices = ins[1][0]
    rank = len(indices)
    return GatherSumLaunch(
        sides[0], shape[axis], sides[1], element_count(indices[0 : rank - 1]), indices[rank - 1]
    )
