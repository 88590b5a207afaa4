"""Elementwise expressions in WebAssembly SIMD: what an expression becomes for given operands, and where they lie.

The code is that of chain_code.
"""

from ....core.dtypes import is_float
from ....platform.text import to_json
from ...resolve import element_count
from ...rows import ROW_INSTRUCTIONS
from ..elementwise import ElementwiseLaunch, repeat_vector
from .chain_code import FIRST, LANES, SOURCE, Chain, kinds_of, operand_kind, table_size
from .instructions import emitter, kind_of
from .lanes import word_of
from .walks import COLUMN, EVERY, ROW, Walk

# Segments shorter than this cost more than what they save.
LEAST_SEGMENT = 64
# Segments, or copies of a column, that are written on a list of commands at most.
MOST_PARTS = 16


class SimdProgram:
    """An expression compiled for given operand shapes; its use is that of elementwise.Program. Made by
    `simd_program`.
    """

    def __init__(self, shape, operands, outs, axes, walk, modes, call):
        self.count = element_count(shape)
        self.operands = operands
        self.axes = axes
        self.walk = walk
        self.modes = modes
        self.call = call
        self.written = outs
        self.reads_source_late = False
        # Elements are read before any is written.
        same = []
        for k in range(operands):
            if modes[k] == EVERY:
                same.append(k)
        self.reuse = [same for _out in outs]
        self.period = walk.length * int((walk.length + LANES - 1) / walk.length)
        at = table_size(modes, outs)
        self.columns = []
        for mode in modes:
            self.columns.append(at)
            if mode == COLUMN:
                at += self.period + LANES
        self.numbers = []
        for axis in axes:
            self.numbers.append(at)
            at += shape[axis]
        self.lengths = [shape[axis] for axis in axes]
        self.workspace = at
        self.table = 0
        self.bound = -1
        self.i32 = None
        self.ins = []
        self.outs = []

    def begin(self, memory, ins, outs, work):
        """Bind offsets."""
        i = memory.i32
        self.i32 = i
        self.table = work
        self.outs = outs
        self.ins = []
        for k in range(self.operands):
            self.ins.append(ins[k])
        for k in range(len(self.axes)):
            base = work + self.numbers[k]
            for p in range(self.lengths[k]):
                i[base + p] = p
            self.ins.append(base)
        i[work] = self.walk.length
        i[work + 1] = self.period * 4
        self.bound = -1
        if self.walk.segments == 1:
            self._bind(0)

    def _bind(self, segment):
        """The addresses of a segment."""
        i = self.i32
        at = self.table + FIRST
        modes = self.modes
        for k in range(len(modes)):
            mode = modes[k]
            if mode != SOURCE:
                base = self.ins[k]
                if segment > 0:
                    base = base + self.walk.offset(k, segment)
                if mode == COLUMN:
                    copy = self.table + self.columns[k]
                    repeat_vector(i, base, self.walk.length, copy, self.period + LANES)
                    base = copy
                i[at + k] = base * 4
        self.bound = segment
        self.aim()

    def aim(self):
        """Take note that `outs` was changed."""
        if self.bound >= 0:
            at = self.table + FIRST + len(self.modes)
            first = self.bound * self.walk.size
            for k in range(len(self.written)):
                self.i32[at + k] = (self.outs[self.written[k]] + first) * 4

    def apply(self, start, count, source):
        """Compute results start .. start + count - 1; `source`: offset of operand 0's element `start`."""
        if self.walk.segments == 1:
            self.call.run(self.table * 4, start, count, source, start)
            return None
        size = self.walk.size
        done = 0
        while done < count:
            at = start + done
            within = at % size
            segment = int((at - within) / size)
            n = min(count - done, size - within)
            if segment != self.bound:
                self._bind(segment)
            self.call.run(self.table * 4, within, n, source + done, at)
            done += n
        return None

    def record(self, commands, start, count, source):
        """What `begin` and `apply` do; whether that fits a list of commands."""
        walk = self.walk
        if len(self.axes) > 0 or walk.segments > MOST_PARTS:
            return False
        commands.word(self.table, walk.length)
        commands.word(self.table + 1, self.period * 4)
        done = 0
        while done < count:
            at = start + done
            within = at % walk.size
            segment = int((at - within) / walk.size)
            n = min(count - done, walk.size - within)
            if (done == 0 or within == 0) and not self._record_segment(commands, segment):
                return False
            commands.call(self.call, [self.table * 4, within, n, source + done, at])
            done += n
        return True

    def _record_segment(self, commands, segment):
        at = self.table + FIRST
        for k in range(len(self.modes)):
            mode = self.modes[k]
            if mode == SOURCE:
                continue
            base = self.ins[k] + (self.walk.offset(k, segment) if segment > 0 else 0)
            if mode == COLUMN:
                copy = self.table + self.columns[k]
                length = self.walk.length
                if self.period + LANES > MOST_PARTS * length:
                    return False
                for p in range(0, self.period + LANES, length):
                    commands.carry(base, copy + p, min(length, self.period + LANES - p))
                base = copy
            commands.word(at + k, base * 4)
        at = at + len(self.modes)
        for k in range(len(self.written)):
            commands.word(at + k, (self.outs[self.written[k]] + segment * self.walk.size) * 4)
        return True


def simd_program(tier, expr, shapes, dtypes, shape, out_dtypes, has_source):
    """The SimdProgram of an expression, or None where plain JavaScript serves; parameters as of
    elementwise.Program.
    """
    if element_count(shape) < tier.least or not has_forms(expr, dtypes, out_dtypes):
        return None
    walked = []
    for k in range(len(shapes)):
        walked.append(shapes[k] if not has_source or k > 0 else shape)
    axes = []
    for instr in expr["instrs"]:
        if instr[0] == "iota" and instr[3] not in axes and shape[instr[3]] != element_count(shape):
            axes.append(instr[3])
    for axis in axes:
        own = [1 for _later in range(axis + 1, len(shape))]
        own.insert(0, shape[axis])
        walked.append(own)
    walk = Walk(walked, shape)
    modes = []
    for k in range(len(walked)):
        modes.append(SOURCE if has_source and k == 0 else walk.kinds[k])
    if walk.length < LANES and ROW in modes:
        return None
    if walk.segments > 1 and walk.size < LEAST_SEGMENT:
        return None
    written = []
    for k in range(len(out_dtypes)):
        if out_dtypes[k] is not None:
            written.append(k)
    key = expression_key(expr, [dtypes, modes, axes, written])
    call = tier.want(key, lambda: Chain(tier, expr, dtypes, modes, axes, written).f)
    return SimdProgram(shape, len(shapes), written, axes, walk, modes, call)


def expression_key(expr, others):
    """What makes the code: constants by their bits, since JSON knows neither NaN nor -0."""
    instrs = []
    for instr in expr["instrs"]:
        attr = instr[3]
        if instr[0] == "constant" and is_float(instr[1]):
            attr = word_of(attr)
        instrs.append([instr[0], instr[1], instr[2], attr])
    return to_json([instrs, expr["results"], others])


def has_forms(expr, dtypes, out_dtypes):
    """True where all instructions have a form on vectors, reductions of rows aside."""
    kinds = kinds_of(expr, dtypes)
    for kind in kinds:
        if kind == "":
            return False
    for dtype in out_dtypes:
        if dtype is not None and kind_of(dtype) == "":
            return False
    for instr in expr["instrs"]:
        if len(instr[2]) > 0 and instr[0] != "random_bits" and instr[0] not in ROW_INSTRUCTIONS:
            kind = operand_kind(instr[0], kinds, instr[2])
            if emitter(instr[0], kind, instr[1]) is None:
                return False
    return True


def simd_elementwise(params, ins, outs, tier):
    """The launch of a step `elementwise`, or None."""
    shapes = [value[0] for value in ins]
    dtypes = [value[1] for value in ins]
    shape = None
    out_dtypes = []
    for value in outs:
        out_dtypes.append(None if value is None else value[1])
        if value is not None:
            shape = value[0]
    program = simd_program(tier, params["expr"], shapes, dtypes, shape, out_dtypes, False)
    return None if program is None else ElementwiseLaunch(program, 0.5 + 0.3 * len(params["expr"]["instrs"]))
