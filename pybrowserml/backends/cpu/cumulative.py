"""Cumulative sums, products and extrema along one axis of [outer, length, inner].

Where nothing lies behind the axis a row is walked with the running value in a variable; else a chunk of columns
is walked with running values in the workspace. Floats run in double precision and are rounded by the store. A
long walk spans several tiles, which find the running values where the tile before left them.
"""

from ...core.dtypes import is_float
from ...platform.numbers import imul, to_int32, to_uint32
from ...platform.real import INFINITY, exp, log1p
from .gather import around
from .launch import Launch, split
from .reduce import MAX, MIN, PROD, SUM, UINT_CODES, UINT_MAX, identity_of

LOGSUMEXP = 6
CODES = {"sum": SUM, "prod": PROD, "max": MAX, "min": MIN, "logsumexp": LOGSUMEXP}
CHUNK = 512
TILE_WORK = 65536


def log_add_exp(a, b):
    """log(exp(a) + exp(b)) without overflow."""
    if a == b:
        return a + 0.6931471805599453
    if a != a or b != b:
        return a + b
    return a + log1p(exp(b - a)) if a > b else b + log1p(exp(a - b))


def join_float(op, x, y):
    """x op y; NaN stays."""
    if op == SUM:
        return x + y
    if op == PROD:
        return x * y
    if op == MAX:
        return x if x > y or x != x else y
    if op == MIN:
        return x if x < y or x != x else y
    return log_add_exp(x, y)


def join_int(op, x, y):
    """x op y in wrapping 32-bit arithmetic."""
    if op == SUM:
        return to_int32(x + y)
    if op == PROD:
        return imul(x, y)
    if op == MAX:
        return x if x > y else y
    if op == MIN:
        return x if x < y else y
    if op == UINT_MAX:
        return x if to_uint32(x) > to_uint32(y) else y
    return x if to_uint32(x) < to_uint32(y) else y


def sum_row(f, x, s, o, n, step, exclusive):
    """Running sums of n elements at a step; returns the last."""
    for p in range(n):
        y = f[s + p * step]
        if exclusive:
            f[o + p * step] = x
            x += y
        else:
            x += y
            f[o + p * step] = x
    return x


def row_float(f, op, x, s, o, n, step, exclusive):
    """As sum_row, for any op."""
    for p in range(n):
        y = join_float(op, x, f[s + p * step])
        f[o + p * step] = x if exclusive else y
        x = y
    return x


def row_int(i, op, x, s, o, n, step, exclusive):
    """As row_float, in wrapping 32-bit arithmetic."""
    for p in range(n):
        y = join_int(op, x, i[s + p * step])
        i[o + p * step] = x if exclusive else y
        x = y
    return x


def column_float(d, f, op, acc, s, o, n, exclusive):
    """One place of n columns: the running values take it in."""
    for p in range(n):
        x = d[acc + p]
        y = join_float(op, x, f[s + p])
        f[o + p] = x if exclusive else y
        d[acc + p] = y


def column_int(i, op, acc, s, o, n, exclusive):
    """As column_float, in wrapping 32-bit arithmetic."""
    for p in range(n):
        x = i[acc + p]
        y = join_int(op, x, i[s + p])
        i[o + p] = x if exclusive else y
        i[acc + p] = y


class CumulativeLaunch(Launch):
    """Tiles: for each chunk of columns of each outer index, segments of the walk along the axis."""

    def __init__(self, op, floats, sides, length, reverse, exclusive):
        self.op = op
        self.is_float = floats
        self.inner = sides[1]
        self.length = length
        self.reverse = reverse
        self.exclusive = exclusive
        self.width = min(self.inner, CHUNK)
        self.chunks = split(self.inner, CHUNK)
        self.per_segment = max(1, int(TILE_WORK / max(1, self.width)))
        self.segments = split(length, self.per_segment)
        super().__init__(sides[0] * self.chunks * self.segments, self.width * 2 + 2)
        self.reuse = [[0]]

    def run(self, lo, hi):
        for t in range(lo, hi):
            segment = t % self.segments
            piece = int((t - segment) / self.segments)
            chunk = piece % self.chunks
            outer = int((piece - chunk) / self.chunks)
            self._segment(outer, chunk, segment)

    def _segment(self, outer, chunk, segment):
        acc = (self.work + 1) >> 1 if self.is_float else self.work
        store = self.f64 if self.is_float else self.i32
        begin = chunk * CHUNK
        n = min(self.inner - begin, CHUNK)
        if segment == 0:
            x = 0.0 - INFINITY if self.op == LOGSUMEXP else identity_of(self.op, self.is_float)
            for k in range(n):
                store[acc + k] = x
        first = segment * self.per_segment
        count = min(self.per_segment, self.length - first)
        if self.reverse:
            first = self.length - 1 - first
        base = (outer * self.length + first) * self.inner + begin
        if self.inner == 1:
            self._row(store, acc, base, count)
        else:
            self._columns(acc, base, count, n)

    def _row(self, store, acc, base, count):
        s = self.ins[0] + base
        o = self.outs[0] + base
        step = -1 if self.reverse else 1
        if not self.is_float:
            store[acc] = row_int(self.i32, self.op, store[acc], s, o, count, step, self.exclusive)
        elif self.op == SUM:
            store[acc] = sum_row(self.f32, store[acc], s, o, count, step, self.exclusive)
        else:
            store[acc] = row_float(self.f32, self.op, store[acc], s, o, count, step, self.exclusive)

    def _columns(self, acc, base, count, n):
        step = -self.inner if self.reverse else self.inner
        for k in range(count):
            s = self.ins[0] + base + k * step
            o = self.outs[0] + base + k * step
            if self.is_float:
                column_float(self.f64, self.f32, self.op, acc, s, o, n, self.exclusive)
            else:
                column_int(self.i32, self.op, acc, s, o, n, self.exclusive)


def prepare_cumulative(params, ins, outs):
    shape = ins[0][0]
    axis = params["axis"]
    return CumulativeLaunch(
        UINT_CODES[params["op"]] if ins[0][1] == "uint32" else CODES[params["op"]],
        is_float(ins[0][1]),
        around(shape, axis),
        shape[axis],
        params["reverse"],
        params["exclusive"],
    )
