"""Reductions of expressions: the kernel `reductions`.

What is reduced is seen as outer x length x inner, the middle run being reduced. The expression is computed for a block
of neighbouring elements at a time, which stays in the first-level cache; the accumulators of cpu/reduce.py take it in
from there. Where there are few outputs the length is cut into parts, each with accumulators of its own, which a
second phase joins in order; the cuts depend on the shape alone, so any number of threads gives the same bits.
"""

from ...core.dtypes import is_float
from ..resolve import element_count
from .elementwise import Program
from .launch import Launch, clamp, split
from .reduce import CODES, Reducer, column_float, column_int, identity_of

# Elements that are computed at a time.
BLOCK = 4096
TILE_WORK = 65536
# Parts of the reduced length at most, and outputs that make cuts needless.
MOST_PARTS = 64
ENOUGH_TILES = 8


def prepare_reductions(params, ins, outs):
    return reductions_launch(params, ins, outs, Program, lambda op, floats: Reducer(op, floats), 1.0)


def reductions_launch(params, ins, outs, make_program, make_reducer, cost):
    """make_program: as Program; make_reducer: function(code, whether float) → Reducer; cost: nanoseconds that an
    instruction takes for an element.
    """
    shape = params["shape"]
    expr = params["expr"]
    operands = len(ins)
    # Each value of the expression that is stored, or reduced, once: it is the result `places[k]` of the program.
    values = []
    dtypes = []
    stored = []
    for k in range(len(outs)):
        if outs[k] is not None and params["ops"][k] is None:
            values.append(expr["results"][k])
            dtypes.append(outs[k][1])
            stored.append(k)
    sums = []
    for k in range(len(outs)):
        if outs[k] is None or params["ops"][k] is None:
            continue
        value = expr["results"][k]
        whole = value < operands and element_count(ins[value][0]) == element_count(shape)
        if value not in values and not whole:
            values.append(value)
            dtypes.append(outs[k][1])
            stored.append(-1)
        place = -1 - value if whole else values.index(value)
        sums.append(Sum(k, place, make_reducer(CODES[params["ops"][k]], is_float(outs[k][1]))))
    program = make_program(
        {"instrs": expr["instrs"], "results": values},
        [value[0] for value in ins],
        [value[1] for value in ins],
        shape,
        dtypes,
        False,
    )
    return ReductionsLaunch(
        program, stored, sums, runs_of(shape, params["axes"]), cost * (1 + len(expr["instrs"]))
    )


def runs_of(shape, axes):
    """[outer, length, inner]."""
    first = axes[0]
    last = axes[len(axes) - 1]
    return [
        element_count(shape[0:first]),
        element_count(shape[first : last + 1]),
        element_count(shape[last + 1 : len(shape)]),
    ]


class Sum:
    """One reduction. output: its number among the step's; place: which result of the program it takes in, or -1 - k for
    operand k of the step as it lies in memory.
    """

    def __init__(self, output, place, reducer):
        self.output = output
        self.place = place
        self.reducer = reducer


class ReductionsLaunch(Launch):
    """stored: per result of the program, the output of the step that it is, or -1 for one that is only reduced.

    A tile takes `rows` outer places, or one outer place, `width` of its inner ones and a part of its length. Its
    accumulators, `stride` four-byte elements for each Sum, lie in its own workspace, or among those of all parts.
    """

    def __init__(self, program, stored, sums, runs, cost):
        self.program = program
        self.stored = stored
        self.sums = sums
        self.outer = runs[0]
        self.length = runs[1]
        self.inner = runs[2]
        self.width = min(self.inner, BLOCK)
        self.rows = 1
        if self.inner <= BLOCK:
            self.rows = clamp(int(TILE_WORK / max(1, self.length * self.inner)), 1, max(1, self.outer))
            self.rows = min(self.rows, max(1, int(BLOCK / max(1, self.inner))))
        self.chunks = split(self.inner, self.width)
        groups = split(self.outer, self.rows) * self.chunks
        self.parts = 1
        if 0 < groups < ENOUGH_TILES:
            self.parts = clamp(split(self.length * self.width, TILE_WORK), 1, MOST_PARTS)
        self.part = split(self.length, self.parts)
        self.stride = 2 * self.rows * self.width
        self.scratch = 0
        for place in stored:
            if place < 0:
                self.scratch += BLOCK
        tiles = groups * self.parts
        super().__init__(tiles + (groups if self.parts > 1 else 0), 0)
        self.first_tiles = tiles
        room = self.stride * len(sums)
        if self.parts > 1:
            self.common = room * tiles + 2
            room = 0
        self.workspace = self.common + self.scratch + room + 2 + program.workspace
        # Operands that are reduced as they are get read after results were written.
        read = [each.place for each in sums]
        for k in range(len(program.reuse)):
            while stored[k] >= len(self.reuse):
                self.reuse.append([])
            if stored[k] >= 0:
                self.reuse[stored[k]] = [operand for operand in program.reuse[k] if -1 - operand not in read]
        if tiles > 0:
            phases = [tiles, self.tiles] if self.parts > 1 else [tiles]
            self.share(phases, self.outer * self.length * self.inner * cost)

    def begin(self):
        if self.tiles == 0:
            return None
        # Where element 0 of each result lies, or would lie.
        self.aims = []
        block = self.own + (2 if self.common > 0 else self.stride * len(self.sums) + 2)
        self.blocks = []
        for place in self.stored:
            self.blocks.append(block if place < 0 else -1)
            self.aims.append(block if place < 0 else self.outs[place])
            if place < 0:
                block += BLOCK
        self.program.begin(self, self.ins, self.aims, block)
        return None

    def run(self, lo, hi):
        for t in range(lo, hi):
            if t >= self.first_tiles:
                self._join(t - self.first_tiles)
                continue
            part = t % self.parts
            group = int((t - part) / self.parts)
            chunk = group % self.chunks
            outer = int((group - chunk) / self.chunks) * self.rows
            self._tile(outer, chunk, part, self._accumulators(t))

    def _accumulators(self, t):
        """Where those of a tile begin, in four-byte elements, at an even place."""
        base = self.work + self.stride * len(self.sums) * t if self.parts > 1 else self.own
        return base + (base & 1)

    def _bounds(self, chunk):
        begin = chunk * self.width
        return min(self.width, self.inner - begin)

    def _tile(self, outer, chunk, part, acc):
        n = self._bounds(chunk)
        rows = min(self.rows, self.outer - outer)
        for s in range(len(self.sums)):
            self._clear(self.sums[s].reducer, acc + s * self.stride, rows * n)
        begin = part * self.part
        end = min(self.length, begin + self.part)
        if n < self.inner:
            for r in range(begin, end):
                start = (outer * self.length + r) * self.inner + chunk * self.width
                self._compute(start, n)
                for s in range(len(self.sums)):
                    reducer = self.sums[s].reducer
                    reducer.column(self, reducer.place(acc + s * self.stride), self._source(s, start), n)
        else:
            self._whole(outer, rows, begin, end, acc)
        if self.parts == 1:
            for s in range(len(self.sums)):
                target = self.outs[self.sums[s].output] + outer * self.inner + chunk * self.width
                self._store(self.sums[s].reducer, acc + s * self.stride, target, rows * n)

    def _whole(self, outer, rows, begin, end, acc):
        """Blocks of neighbouring elements, each of some whole inner runs, through one outer place after the other."""
        inner = self.inner
        # With several outer places the part is the whole length.
        at = outer * self.length + begin
        last = outer * self.length + end if rows == 1 else (outer + rows) * self.length
        most = max(1, int(BLOCK / inner))
        while at < last:
            m = min(most, last - at)
            start = at * inner
            self._compute(start, m * inner)
            for s in range(len(self.sums)):
                reducer = self.sums[s].reducer
                source = self._source(s, start)
                done = 0
                while done < m:
                    place = int((at + done) / self.length)
                    n = min(m - done, (place + 1) * self.length - at - done)
                    target = reducer.place(acc + s * self.stride) + (place - outer) * inner
                    if inner == 1:
                        reducer.row(self, target, source + done, n)
                    else:
                        reducer.columns(self, target, source + done * inner, inner, n)
                    done += n
            at += m

    def _compute(self, start, n):
        """The results of the program for elements of the whole."""
        if len(self.stored) == 0:
            return None
        for k in range(len(self.stored)):
            if self.stored[k] < 0:
                self.aims[k] = self.blocks[k] - start
        self.program.aim()
        self.program.apply(start, n, 0)
        return None

    def _source(self, s, start):
        """Where the operand of a Sum lies for the block that was computed."""
        place = self.sums[s].place
        if place < 0:
            return self.ins[-1 - place] + start
        return self.aims[place] + start

    def _clear(self, reducer, acc, n):
        store = self.f64 if reducer.floats else self.i32
        x = identity_of(reducer.op, reducer.floats)
        at = reducer.place(acc)
        for k in range(n):
            store[at + k] = x

    def _store(self, reducer, acc, target, n):
        at = reducer.place(acc)
        store = self.f32 if reducer.floats else self.i32
        source = self.f64 if reducer.floats else self.i32
        for k in range(n):
            store[target + k] = source[at + k]

    def _join(self, group):
        """The parts of a group of tiles, one after the other."""
        chunk = group % self.chunks
        outer = int((group - chunk) / self.chunks) * self.rows
        rows = min(self.rows, self.outer - outer)
        n = rows * self._bounds(chunk)
        first = group * self.parts
        for s in range(len(self.sums)):
            reducer = self.sums[s].reducer
            into = reducer.place(self._accumulators(first) + s * self.stride)
            for part in range(1, self.parts):
                other = reducer.place(self._accumulators(first + part) + s * self.stride)
                if reducer.floats:
                    column_float(self.f64, self.f64, reducer.op, into, other, n)
                else:
                    column_int(self.i32, reducer.op, into, other, n)
            target = self.outs[self.sums[s].output] + outer * self.inner + chunk * self.width
            self._store(reducer, self._accumulators(first) + s * self.stride, target, n)
