"""scatter along one axis: rows of updates taken into [outer, axis, inner], in the order of the indices."""

from ...core.dtypes import is_float
from ..resolve import element_count
from .cumulative import join_float, join_int
from .gather import GatherAxisLaunch, around
from .movement import fill_block
from .reduce import CODES, SUM, UINT_CODES, identity_of

UPDATE = -1
REDUCTIONS = {"add": "sum", "mul": "prod", "max": "max", "min": "min"}


def place_of(index, length, clamp):
    """The row of an index; -1 for one that is left out."""
    if index >= 0 and index < length:
        return index
    if not clamp:
        return -1
    return 0 if index < 0 else length - 1


def add_rows_float(f, i, updates, indices, first, last, length, inner, clamp, o):
    """o[indices[r]] += updates[r]."""
    for r in range(first, last):
        row = place_of(i[indices + r], length, clamp)
        if row >= 0:
            t = o + row * inner
            s = updates + r * inner
            for p in range(inner):
                f[t + p] += f[s + p]


def join_rows_float(f, i, op, updates, indices, first, last, length, inner, clamp, o):
    """o[indices[r]] = o[indices[r]] op updates[r]."""
    for r in range(first, last):
        row = place_of(i[indices + r], length, clamp)
        if row >= 0:
            t = o + row * inner
            s = updates + r * inner
            for p in range(inner):
                f[t + p] = join_float(op, f[t + p], f[s + p])


def join_rows_int(i, op, updates, indices, first, last, length, inner, clamp, o):
    """As join_rows_float, in wrapping 32-bit arithmetic."""
    for r in range(first, last):
        row = place_of(i[indices + r], length, clamp)
        if row >= 0:
            t = o + row * inner
            s = updates + r * inner
            for p in range(inner):
                i[t + p] = join_int(op, i[t + p], i[s + p])


def write_rows(x, i, updates, indices, first, last, length, inner, clamp, o):
    """o[indices[r]] = updates[r], of any dtype."""
    for r in range(first, last):
        row = place_of(i[indices + r], length, clamp)
        if row >= 0:
            t = o + row * inner
            s = updates + r * inner
            for p in range(inner):
                x[t + p] = x[s + p]


def copy_block(x, s, o, n):
    """n elements of any dtype."""
    for p in range(n):
        x[o + p] = x[s + p]


class ScatterLaunch(GatherAxisLaunch):
    """The first piece of an outer index begins with the base, or with what the reduction begins with.

    inputs: indices, updates, and the base if there is one (which may be overwritten).
    """

    def __init__(self, op, outer, length, inner, rows, floats, clamp, has_base):
        super().__init__(outer, length, inner, rows)
        self.op = op
        self.is_float = floats
        self.clamp = clamp
        self.has_base = has_base
        if self.pieces == 0:
            self.pieces = 1
            self.tiles = outer if inner > 0 else 0
        if has_base:
            self.reuse = [[2]]

    def rows_of(self, outer, first, last):
        i = self.i32
        size = self.length * self.inner
        o = self.outs[0] + outer * size
        updates = self.ins[1] + outer * self.rows * self.inner
        if first == 0:
            self._begin(outer * size, o, size)
        indices = self.ins[0]
        n = self.length
        if self.op == UPDATE:
            write_rows(self.moved, i, updates, indices, first, last, n, self.inner, self.clamp, o)
        elif not self.is_float:
            join_rows_int(i, self.op, updates, indices, first, last, n, self.inner, self.clamp, o)
        elif self.op == SUM:
            add_rows_float(self.f32, i, updates, indices, first, last, n, self.inner, self.clamp, o)
        else:
            join_rows_float(self.f32, i, self.op, updates, indices, first, last, n, self.inner, self.clamp, o)

    def _begin(self, offset, o, size):
        if not self.has_base:
            value = 0 if self.op == UPDATE else identity_of(self.op, self.is_float)
            fill_block(self.f32 if self.is_float else self.i32, o, size, value)
        elif self.ins[2] != self.outs[0]:
            copy_block(self.moved, self.ins[2] + offset, o, size)


def prepare_scatter(params, ins, outs):
    shape = outs[0][0]
    axis = params["axis"]
    sides = around(shape, axis)
    op = UPDATE
    if params["reduction"] != "update":
        codes = UINT_CODES if outs[0][1] == "uint32" else CODES
        op = codes[REDUCTIONS[params["reduction"]]]
    return ScatterLaunch(
        op,
        sides[0],
        shape[axis],
        sides[1],
        element_count(ins[0][0]),
        is_float(outs[0][1]),
        params["clamp"],
        len(ins) == 3,
    )
