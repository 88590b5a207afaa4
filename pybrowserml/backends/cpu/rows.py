"""Rows: reductions along the last axis with the elementwise work around them, a few rows at a time.

What a pass hands on to the next lies in the workspace, which is small enough for the cache.
"""

from ..resolve import element_count
from ..rows import ROW_INSTRUCTIONS, RowValues, cut
from .elementwise import Program
from .launch import Launch, clamp, split, strides_of
from .reduce import CODES, identity_of, offsets_of, row_float

# Elements of the rows that are computed together.
CHUNK = 16384


def plain_program(expr, shapes, dtypes, shape, out_dtypes):
    return Program(expr, shapes, dtypes, shape, out_dtypes, False)


def plain_reduction(op):
    """A function (launch, source, rows, length, target): reduces rows that lie one after the other."""
    code = CODES[op]
    first = identity_of(code, True)

    def run(launch, source, rows, length, target):
        f = launch.f32
        for r in range(rows):
            f[target + r] = row_float(f, code, first, source + r * length, length)

    return run


class _Part:
    """A program and the values that it reads and writes. size: elements a row."""

    def __init__(self, program, reads, writes, size):
        self.program = program
        self.reads = reads
        self.writes = writes
        self.size = size


class RowsLaunch(Launch):
    """Tiles: chunks of neighbouring rows, along which every operand goes on alike. The leading axes are `outer` ones,
    then those of a run; a chunk lies in one run.

    make_program: as plain_program; make_reduction: op → a function as of plain_reduction.
    """

    def __init__(self, params, ins, outs, make_program, make_reduction):
        self.shape = params["shape"]
        rank = len(self.shape)
        self.length = self.shape[rank - 1]
        self.expr = params["expr"]
        self.values = RowValues(self.expr, [value[0] for value in ins], self.length)
        self.dtypes = [value[1] for value in ins]
        for instr in self.expr["instrs"]:
            self.dtypes.append(instr[1])
        rows = element_count(self.shape[0 : rank - 1])
        if rows == 0:
            super().__init__(0, 0)
            return None
        self._walk(ins)
        self.rows = clamp(int(CHUNK / max(1, self.length)), 1, self.run_rows)
        self.per_run = split(self.run_rows, self.rows)
        self.make_program = make_program
        self.make_reduction = make_reduction
        self.space = 0
        self.program_space = 0
        self.build(outs)
        super().__init__(split(rows, self.run_rows) * self.per_run, self.space + self.program_space)
        self.share([self.tiles], rows * self.length * (1.0 + 0.4 * len(self.expr["instrs"])))

    def build(self, outs):
        """Choose what computes a chunk, and how much of the workspace it takes (space and program_space)."""
        self._assign(outs)
        self.parts = []
        self.reductions = []
        for turn in range(self.values.last_pass() + 1):
            self._add_pass(turn)
        self._add_copies()

    def _walk(self, ins):
        """Where the rows of each operand begin: `moves`, its step from row to row of a run (0: it is the same), and
        `bases`, its offset at each run.
        """
        last = len(self.shape) - 1
        padded = []
        for value in ins:
            dims = [1 for _axis in range(last + 1 - len(value[0]))]
            dims.extend(value[0])
            padded.append(dims)
        first = last
        # Whether an operand repeats over the run: unknown, no, yes.
        repeats = [-1 for _value in ins]
        fits = True
        while fits and first > 0:
            axis = first - 1
            if self.shape[axis] != 1:
                for k in range(len(ins)):
                    own = 1 if padded[k][axis] == 1 else 0
                    fits = fits and (repeats[k] < 0 or repeats[k] == own)
                if fits:
                    for k in range(len(ins)):
                        repeats[k] = 1 if padded[k][axis] == 1 else 0
            if fits:
                first = axis
        self.run_rows = element_count(self.shape[first:last])
        self.moves = []
        self.bases = []
        for k in range(len(ins)):
            strides = strides_of(padded[k])
            steps = []
            for axis in range(first):
                steps.append(0 if padded[k][axis] == 1 else strides[axis])
            self.bases.append(offsets_of(self.shape[0:first], steps))
            self.moves.append(0 if repeats[k] == 1 else padded[k][last])

    def _assign(self, outs):
        """Where each value lies that is handed on or given out: place, in the workspace, or direct, in an output; -1
        for neither. copied: the outputs that take a value from elsewhere in the end.
        """
        values = self.values
        self.place = []
        self.direct = []
        for _value in range(len(values.narrow)):
            self.place.append(-1)
            self.direct.append(-1)
        for value in values.kept_narrow():
            self.place[value] = self.space
            self.space += self.rows
        results = self.expr["results"]
        self.copied = []
        self.sizes = []
        self.spreads = []
        for k in range(len(results)):
            value = results[k]
            self.sizes.append(1)
            if outs[k] is not None:
                if element_count(outs[k][0]) == element_count(self.shape):
                    self.sizes[k] = self.length
                if value >= values.count and not values.narrow[value] and self.direct[value] < 0:
                    self.direct[value] = k
                else:
                    self.copied.append(k)
        for value in range(values.count, len(values.narrow)):
            if not values.narrow[value] and self.direct[value] < 0 and self._is_handed_on(value):
                self.place[value] = self.space
                self.space += self.rows * self.length

    def _is_handed_on(self, value):
        """Whether a later pass, or a reduction, reads a value."""
        values = self.values
        for reader in values.readers(value):
            if values.is_reduction(reader) or values.passes[reader] > values.passes[value]:
                return True
        return False

    def _add_pass(self, turn):
        values = self.values
        narrow = []
        wide = []
        known = []
        for value in range(values.count, len(values.narrow)):
            here = self.place[value] >= 0 or self.direct[value] >= 0
            if not here:
                continue
            if values.passes[value] < turn or values.is_reduction(value):
                known.append(value)
            elif values.passes[value] == turn:
                if values.narrow[value]:
                    narrow.append(value)
                else:
                    wide.append(value)
        parts = [self._part(narrow, known, narrow, 1)]
        known.extend(narrow)
        parts.append(self._part(wide, known, wide, self.length))
        reductions = []
        for value in values.reductions(turn):
            source = values.instr(value)[2][0]
            repeats = source < values.count and self.moves[source] == 0 and self.rows > 1
            if values.narrow[source] or repeats:
                # What is one number a row is reduced as a row of equal numbers, and an operand that is the same for
                # every row as if each had it.
                wide = len(self.place) + len(self.sizes) + len(self.spreads)
                parts.append(self._part([source], known, [wide], self.length))
                source = wide
                self.spreads.append(self.space)
                self.space += self.rows * self.length
            reductions.append([self.make_reduction(ROW_INSTRUCTIONS[values.instr(value)[0]]), source, value])
        self.parts.append(parts)
        self.reductions.append(reductions)

    def _add_copies(self):
        known = []
        for value in range(self.values.count, len(self.values.narrow)):
            if self.place[value] >= 0 or self.direct[value] >= 0:
                known.append(value)
        parts = []
        for k in self.copied:
            parts.append(self._part([self.expr["results"][k]], known, [len(self.place) + k], self.sizes[k]))
        self.parts.append(parts)
        self.reductions.append([])

    def _part(self, wanted, known, writes, size):
        """What computes some values, of one number a row (size 1) or of whole rows, and writes them."""
        if len(wanted) == 0:
            return None
        values = self.values
        made = cut(self.expr, values.count, wanted, known)
        shapes = []
        dtypes = []
        for value in made[1]:
            rows = 1 if value < values.count and self.moves[value] == 0 else self.rows
            shapes.append([rows, 1 if values.narrow[value] else self.length])
            dtypes.append(self.dtypes[value])
        out_dtypes = [self.dtypes[value] for value in wanted]
        program = self.make_program(made[0], shapes, dtypes, [self.rows, size], out_dtypes)
        self.program_space = max(self.program_space, program.workspace)
        return _Part(program, made[1], writes, size)

    def run(self, lo, hi):
        for chunk in range(lo, hi):
            within = chunk % self.per_run
            turn = int((chunk - within) / self.per_run)
            first = within * self.rows
            self.chunk(turn, first, min(self.rows, self.run_rows - first))

    def chunk(self, turn, first, rows):
        """Compute some rows of a run."""
        values = self.values
        at = []
        for k in range(values.count):
            at.append(self.ins[k] + self.bases[k][turn] + first * self.moves[k])
        row = turn * self.run_rows + first
        for value in range(values.count, len(values.narrow)):
            if self.direct[value] >= 0:
                at.append(self.outs[self.direct[value]] + row * self.length)
            else:
                at.append(self.work + self.place[value])
        for k in range(len(self.sizes)):
            at.append(self.outs[k] + row * self.sizes[k])
        for place in self.spreads:
            at.append(self.work + place)
        programs = self.work + self.space
        for p in range(len(self.parts)):
            for part in self.parts[p]:
                if part is not None:
                    part.program.begin(
                        self,
                        [at[value] for value in part.reads],
                        [at[value] for value in part.writes],
                        programs,
                    )
                    part.program.apply(0, rows * part.size, 0)
            for entry in self.reductions[p]:
                source = entry[1]
                entry[0](self, at[source], rows, self.length, at[entry[2]])


def rows_with(make_program, make_reduction):
    """prepare(params, ins, outs) of the kernel `rows`."""

    def prepare(params, ins, outs):
        return RowsLaunch(params, ins, outs, make_program, make_reduction)

    return prepare


prepare_rows = rows_with(plain_program, plain_reduction)
