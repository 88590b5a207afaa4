"""Reductions: sums and products in double precision, over any axes. Places of extremes: arg_reduce.py.

The input is seen as a walk of kept axes and one of reduced axes. Where the last axis is reduced ("rows"), an
output takes contiguous pieces; where it is kept ("columns"), a chunk of outputs takes one contiguous piece
per reduced place. Accumulators live in the workspace (float64; int32 for integers), so that a long reduction
spans several tiles.
"""

from ...core.dtypes import is_float
from ...platform.buffers import int32_array
from ...platform.numbers import imul, to_int32, to_uint32
from ...platform.real import INFINITY
from ..resolve import element_count
from .broadcasting import collapse
from .launch import Launch, clamp, split, strides_of

CHUNK = 512
PIECE = 16384
TILE_WORK = 262144

SUM = 0
PROD = 1
MAX = 2
MIN = 3
UINT_MAX = 4
UINT_MIN = 5
CODES = {"sum": SUM, "prod": PROD, "max": MAX, "min": MIN}
UINT_CODES = {"sum": SUM, "prod": PROD, "max": UINT_MAX, "min": UINT_MIN}


def row_float(f, op, x, s, n):
    """Reduce n contiguous elements into the accumulator x, which is returned."""
    if op == SUM:
        for p in range(n):
            x += f[s + p]
    elif op == PROD:
        for p in range(n):
            x *= f[s + p]
    elif op == MAX:
        for p in range(n):
            y = f[s + p]
            x = x if x > y or x != x else y
    else:
        for p in range(n):
            y = f[s + p]
            x = x if x < y or x != x else y
    return x


def row_int(i, op, x, s, n):
    """As row_float, in wrapping 32-bit arithmetic."""
    if op == SUM:
        for p in range(n):
            x = to_int32(x + i[s + p])
    elif op == PROD:
        for p in range(n):
            x = imul(x, i[s + p])
    elif op == MAX:
        for p in range(n):
            y = i[s + p]
            x = x if x > y else y
    elif op == MIN:
        for p in range(n):
            y = i[s + p]
            x = x if x < y else y
    elif op == UINT_MAX:
        for p in range(n):
            y = i[s + p]
            x = x if to_uint32(x) > to_uint32(y) else y
    else:
        for p in range(n):
            y = i[s + p]
            x = x if to_uint32(x) < to_uint32(y) else y
    return x


def column_float(d, f, op, o, s, n):
    """Reduce n contiguous elements into n accumulators."""
    if op == SUM:
        for p in range(n):
            d[o + p] = d[o + p] + f[s + p]
    elif op == PROD:
        for p in range(n):
            d[o + p] = d[o + p] * f[s + p]
    elif op == MAX:
        for p in range(n):
            x = d[o + p]
            y = f[s + p]
            d[o + p] = x if x > y or x != x else y
    else:
        for p in range(n):
            x = d[o + p]
            y = f[s + p]
            d[o + p] = x if x < y or x != x else y


def column_int(i, op, o, s, n):
    """As column_float, in wrapping 32-bit arithmetic."""
    if op == SUM:
        for p in range(n):
            i[o + p] = to_int32(i[o + p] + i[s + p])
    elif op == PROD:
        for p in range(n):
            i[o + p] = imul(i[o + p], i[s + p])
    elif op == MAX:
        for p in range(n):
            x = i[o + p]
            y = i[s + p]
            i[o + p] = x if x > y else y
    elif op == MIN:
        for p in range(n):
            x = i[o + p]
            y = i[s + p]
            i[o + p] = x if x < y else y
    elif op == UINT_MAX:
        for p in range(n):
            x = i[o + p]
            y = i[s + p]
            i[o + p] = x if to_uint32(x) > to_uint32(y) else y
    else:
        for p in range(n):
            x = i[o + p]
            y = i[s + p]
            i[o + p] = x if to_uint32(x) < to_uint32(y) else y


def sum_columns(d, f, o, s, n, m):
    """n accumulators take in m runs of n elements, which follow each other."""
    p = 0
    while p + 4 <= n:
        a = d[o + p]
        b = d[o + p + 1]
        c = d[o + p + 2]
        e = d[o + p + 3]
        q = s + p
        for _r in range(m):
            a += f[q]
            b += f[q + 1]
            c += f[q + 2]
            e += f[q + 3]
            q += n
        d[o + p] = a
        d[o + p + 1] = b
        d[o + p + 2] = c
        d[o + p + 3] = e
        p += 4
    while p < n:
        a = d[o + p]
        q = s + p
        for _r in range(m):
            a += f[q]
            q += n
        d[o + p] = a
        p += 1


def identity_of(op, floats):
    """The result of reducing nothing."""
    if op == SUM:
        return 0
    if op == PROD:
        return 1
    if op == UINT_MAX:
        return 0
    if op == UINT_MIN:
        return -1
    if op == MAX:
        return 0.0 - INFINITY if floats else -2147483648
    return INFINITY if floats else 2147483647


def offsets_of(dims, steps):
    """The offset of every place of a walk, in row-major order."""
    count = element_count(dims)
    table = int32_array(count)
    index = []
    for _axis in range(len(dims)):
        index.append(0)
    offset = 0
    for place in range(count):
        table[place] = offset
        axis = len(dims) - 1
        while axis >= 0:
            index[axis] = index[axis] + 1
            offset = offset + steps[axis]
            if index[axis] < dims[axis]:
                break
            offset = offset - index[axis] * steps[axis]
            index[axis] = 0
            axis -= 1
    return table


class Reducer:
    """How a reduction takes in elements. op: a code; floats: accumulators are float64, else int32."""

    def __init__(self, op, floats):
        self.op = op
        self.floats = floats

    def row(self, launch, acc, s, n):
        """The accumulator at acc takes in n neighbouring elements from s on."""
        if self.floats:
            launch.f64[acc] = row_float(launch.f32, self.op, launch.f64[acc], s, n)
        else:
            launch.i32[acc] = row_int(launch.i32, self.op, launch.i32[acc], s, n)

    def column(self, launch, acc, s, n):
        """n neighbouring accumulators take in an element each."""
        if self.floats:
            column_float(launch.f64, launch.f32, self.op, acc, s, n)
        else:
            column_int(launch.i32, self.op, acc, s, n)

    def columns(self, launch, acc, s, n, m):
        """n neighbouring accumulators take in m elements each, run by run."""
        if self.op == SUM and self.floats:
            sum_columns(launch.f64, launch.f32, acc, s, n, m)
        else:
            for r in range(m):
                self.column(launch, acc, s + r * n, n)

    def place(self, offset):
        """An even offset in four-byte elements as one of accumulators."""
        return offset >> 1 if self.floats else offset


class ReduceLaunch(Launch):
    """Tiles: for each chunk of outputs, segments of its reduction.

    reducer: takes in elements; kept: [dims, steps] of the outputs; places: offsets of the contiguous pieces;
    lengths: of each piece (rows), or None (columns: a piece is as long as the chunk). run_length: length of the last
    kept axis (columns), 1 for rows.
    """

    def __init__(self, reducer, kept, places, lengths, run_length):
        self.reducer = reducer
        self.op = reducer.op
        self.is_float = reducer.floats
        self.by_rows = lengths is not None
        self.places = places
        self.lengths = lengths
        self.run_length = run_length
        self.starts = offsets_of(kept[0], kept[1])
        self.pieces = len(places)
        # A chunk: some outputs of the rows, or up to CHUNK neighbours of one run of the columns.
        longest = lengths[0] if self.by_rows and self.pieces > 0 else 1
        if self.by_rows:
            self.width = clamp(int(TILE_WORK / longest), 1, CHUNK)
        else:
            self.width = CHUNK if run_length > CHUNK else run_length
        self.chunks_per_run = 1 if self.by_rows else split(run_length, self.width)
        chunks = (
            split(len(self.starts), self.width) if self.by_rows else len(self.starts) * self.chunks_per_run
        )
        longest = longest * self.width
        self.per_segment = max(1, int(TILE_WORK / max(1, longest)))
        self.segments = max(1, split(self.pieces, self.per_segment))
        super().__init__(chunks * self.segments, self.width * 2 + 2)
        # The segments of a chunk add to the same accumulators, one after the other.
        self.unit = self.segments
        if self.tiles > 0:
            self.share([self.tiles], self.tiles * min(self.pieces, self.per_segment) * longest * 0.3)

    def run(self, lo, hi):
        for t in range(lo, hi):
            segment = t % self.segments
            chunk = int((t - segment) / self.segments)
            first = segment * self.per_segment
            last = first + self.per_segment
            if last > self.pieces:
                last = self.pieces
            if self.by_rows:
                self._rows(chunk, first, last, segment == 0, segment == self.segments - 1)
            else:
                self._columns(chunk, first, last, segment == 0, segment == self.segments - 1)

    def _rows(self, chunk, first, last, is_first, is_last):
        begin = chunk * self.width
        n = len(self.starts) - begin
        if n > self.width:
            n = self.width
        acc = self._accumulators(n, is_first)
        places = self.places
        lengths = self.lengths
        for k in range(n):
            start = self.ins[0] + self.starts[begin + k]
            for r in range(first, last):
                self.reducer.row(self, acc + k, start + places[r], lengths[r])
        if is_last:
            self._store(acc, self.outs[0] + begin, n)

    def _columns(self, chunk, first, last, is_first, is_last):
        part = chunk % self.chunks_per_run
        run = int((chunk - part) / self.chunks_per_run)
        begin = part * self.width
        n = self.run_length - begin
        if n > self.width:
            n = self.width
        acc = self._accumulators(n, is_first)
        places = self.places
        start = self.ins[0] + self.starts[run] + begin
        for r in range(first, last):
            self.reducer.column(self, acc, start + places[r], n)
        if is_last:
            self._store(acc, self.outs[0] + run * self.run_length + begin, n)

    def _accumulators(self, n, is_first):
        """Their offset, in float64 elements for floats."""
        acc = (self.work + 1) >> 1 if self.is_float else self.work
        if is_first:
            store = self.f64 if self.is_float else self.i32
            x = identity_of(self.op, self.is_float)
            for k in range(n):
                store[acc + k] = x
        return acc

    def _store(self, acc, target, n):
        if self.is_float:
            f = self.f32
            d = self.f64
            for k in range(n):
                f[target + k] = d[acc + k]
        else:
            i = self.i32
            for k in range(n):
                i[target + k] = i[acc + k]


def prepare_reduce(params, ins, outs):
    dtype = ins[0][1]
    op = UINT_CODES[params["op"]] if dtype == "uint32" else CODES[params["op"]]
    return reduce_launch(params, ins, Reducer(op, is_float(dtype)))


def reduce_launch(params, ins, reducer):
    """The launch of a reduction by a Reducer."""
    shape = ins[0][0]
    strides = strides_of(shape)
    kept_dims = []
    kept_steps = []
    over_dims = []
    over_steps = []
    for axis in range(len(shape)):
        if axis in params["axes"]:
            over_dims.append(shape[axis])
            over_steps.append(strides[axis])
        else:
            kept_dims.append(shape[axis])
            kept_steps.append(strides[axis])
    if element_count(kept_dims) == 0:
        return Launch(0, 0)
    kept = collapse(kept_dims, kept_steps)
    if element_count(over_dims) == 0:
        return ReduceLaunch(reducer, [[1], [1]], int32_array(0), None, element_count(kept_dims))
    over = collapse(over_dims, over_steps)
    last = len(over[0]) - 1
    kept_last = len(kept[0]) - 1
    if over[1][last] == 1 and (element_count(kept_dims) == 1 or kept[1][kept_last] != 1 or over[0][last] > 1):
        length = over[0].pop()
        over[1].pop()
        outer = offsets_of(over[0], over[1])
        per_run = split(length, PIECE)
        places = int32_array(len(outer) * per_run)
        lengths = int32_array(len(outer) * per_run)
        for r in range(len(outer)):
            for q in range(per_run):
                places[r * per_run + q] = outer[r] + q * PIECE
                lengths[r * per_run + q] = PIECE if (q + 1) * PIECE < length else length - q * PIECE
        return ReduceLaunch(reducer, kept, places, lengths, 1)
    run_length = 1
    if kept[1][kept_last] == 1:
        run_length = kept[0].pop()
        kept[1].pop()
    return ReduceLaunch(reducer, kept, offsets_of(over[0], over[1]), None, run_length)
