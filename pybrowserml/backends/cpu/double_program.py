"""Elementwise expressions with float64 in them: the same block functions over registers of their own.

Operands of a block are loaded into registers, one array of float64 and one of int32 behind the same addresses; a block
function finds the floats in one and the integers in the other. Functions that look at a float's bits have another form
here. After each instruction the result is rounded to its dtype. For checking gradients, not for speed.
"""

from ...core.dtypes import is_float
from ...platform.buffers import float64_array, int32_array, memory
from ...platform.numbers import fround, to_int32
from ...platform.real import exp as real_exp
from ...platform.real import tanh as real_tanh
from ..resolve import element_count
from . import blocks_float
from .broadcasting import broadcast_strides, collapse
from .instructions import block_function, narrowing
from .launch import Launch, split, strides_of

BLOCK = 256
BITS = memory(2)


def absolute(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        f[o + p] = 0.0 - x if x < 0.0 else (0.0 if x == 0.0 else x)


def exp(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_exp(f[a + p])


def sigmoid(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        if x < 0.0:
            e = real_exp(x)
            f[o + p] = e / (1.0 + e)
        else:
            f[o + p] = 1.0 / (1.0 + real_exp(-x))


def tanh(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = real_tanh(f[a + p])


def maximum(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        f[o + p] = x if x > f[b + p] or x != x else f[b + p]


def minimum(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        x = f[a + p]
        f[o + p] = x if x < f[b + p] or x != x else f[b + p]


def where(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = f[b + p] if i[a + p] != 0 else f[c + p]


def float_bits(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        BITS.f32[0] = f[a + p]
        i[o + p] = BITS.i32[0]


def bits_float(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        BITS.i32[0] = i[a + p]
        f[o + p] = BITS.f32[0]


def to_single(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        f[o + p] = fround(f[a + p])


def to_half(f, i, o, a, b, c, n, position, attr):
    for p in range(n):
        BITS.f32[0] = f[a + p]
        blocks_float.to_half(BITS.f32, BITS.i32, 0, 0, 0, 0, 1, 0, None)
        f[o + p] = BITS.f32[0]


OF_FLOATS = {
    "absolute": absolute,
    "exp": exp,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "maximum": maximum,
    "minimum": minimum,
    "where": where,
}


def function_of(op, dtype, operand_dtypes):
    """The block function of an instruction on registers."""
    if op == "bitcast":
        if is_float(dtype):
            return bits_float
        if is_float(operand_dtypes[0]):
            return float_bits
    chosen = operand_dtypes[1] if op == "where" else (operand_dtypes[0] if len(operand_dtypes) > 0 else dtype)
    if op in OF_FLOATS and is_float(chosen):
        return OF_FLOATS[op]
    return block_function(op, dtype, operand_dtypes)


def rounding_of(op, dtype):
    """The block function that rounds an instruction's result to its dtype, or None."""
    if dtype == "float32":
        return to_single
    return to_half if dtype == "float16" else narrowing(op, dtype)


def load(view, source, dims, steps, position, n, registers, at):
    """Elements position .. position + n - 1 of a walk over `source`."""
    rank = len(dims)
    index = []
    offset = source
    left = position
    for axis in range(rank):
        inner = element_count(dims[axis + 1 : rank])
        place = int(left / inner)
        left = left - place * inner
        index.append(place)
        offset = offset + place * steps[axis]
    for p in range(n):
        registers[at + p] = view[offset]
        axis = rank - 1
        index[axis] = index[axis] + 1
        offset = offset + steps[axis]
        while axis > 0 and index[axis] == dims[axis]:
            offset = offset - dims[axis] * steps[axis]
            index[axis] = 0
            axis -= 1
            index[axis] = index[axis] + 1
            offset = offset + steps[axis]


class DoubleProgram:
    """As elementwise.Program, for a launch that uses doubles."""

    def __init__(self, expr, shapes, dtypes, shape, out_dtypes, has_source):
        self.count = element_count(shape)
        self.workspace = 0
        self.reads_source_late = True
        self.reuse = [[] for dtype in out_dtypes]
        self.operands = len(shapes)
        self.dtypes = dtypes
        self.out_dtypes = out_dtypes
        self.has_source = has_source
        self.results = expr["results"]
        self.walks = []
        for own in shapes:
            self.walks.append(collapse(shape, broadcast_strides(own, shape)))
        self._compile(expr, shape)
        count = (self.operands + len(expr["instrs"])) * BLOCK
        self.floats = float64_array(count)
        self.ints = int32_array(count)
        self.launch = None
        self.ins = []
        self.outs = []

    def _compile(self, expr, shape):
        strides = strides_of(shape)
        kinds = [dtype for dtype in self.dtypes]
        self.code = []
        for j in range(len(expr["instrs"])):
            instr = expr["instrs"][j]
            attr = instr[3]
            if instr[0] == "iota":
                attr = [strides[attr], shape[attr]]
            elif instr[0] == "constant" and not is_float(instr[1]):
                attr = to_int32(int(attr))
            operand_dtypes = [kinds[operand] for operand in instr[2]]
            target = self.operands + j
            line = [function_of(instr[0], instr[1], operand_dtypes), target, attr]
            for q in range(3):
                line.append(instr[2][q] if q < len(instr[2]) else target)
            self.code.append(line)
            rounding = rounding_of(instr[0], instr[1])
            if rounding is not None:
                self.code.append([rounding, target, None, target, target, target])
            kinds.append(instr[1])
        self.kinds = kinds

    def begin(self, launch, ins, outs, work):
        """Bind to memory."""
        self.launch = launch
        self.ins = ins
        self.outs = outs

    def view(self, dtype):
        if dtype == "float64":
            return self.launch.f64
        return self.launch.single if is_float(dtype) else self.launch.i32

    def apply(self, start, count, source):
        """Compute results start .. start + count - 1; `source`: place of operand 0's element `start` in f64."""
        done = 0
        while done < count:
            n = min(count - done, BLOCK)
            self._one_block(start + done, n, source + done)
            done += n

    def _one_block(self, position, n, source):
        f = self.floats
        i = self.ints
        for k in range(self.operands):
            registers = f if is_float(self.dtypes[k]) else i
            if self.has_source and k == 0:
                load(self.launch.f64, source, [n], [1], 0, n, registers, 0)
                if self.dtypes[0] == "float32":
                    to_single(f, i, 0, 0, 0, 0, n, 0, None)
            else:
                walk = self.walks[k]
                view = self.view(self.dtypes[k])
                load(view, self.ins[k], walk[0], walk[1], position, n, registers, k * BLOCK)
        for line in self.code:
            at = [line[1] * BLOCK, line[3] * BLOCK, line[4] * BLOCK, line[5] * BLOCK]
            line[0](f, i, at[0], at[1], at[2], at[3], n, position, line[2])
        for k in range(len(self.results)):
            dtype = self.out_dtypes[k]
            if dtype is None:
                continue
            registers = f if is_float(dtype) else i
            view = self.view(dtype)
            for p in range(n):
                view[self.outs[k] + position + p] = registers[self.results[k] * BLOCK + p]


class DoubleElementwiseLaunch(Launch):
    """The kernel `elementwise`, a block a tile."""

    def __init__(self, program):
        super().__init__(split(program.count, BLOCK), 0)
        self.program = program

    def begin(self):
        self.program.begin(self, self.ins, self.outs, self.work)

    def run(self, lo, hi):
        end = min(hi * BLOCK, self.program.count)
        self.program.apply(lo * BLOCK, end - lo * BLOCK, 0)


def prepare_double_elementwise(params, ins, outs):
    shape = []
    for value in outs:
        if value is not None:
            shape = value[0]
    shapes = [value[0] for value in ins]
    dtypes = [value[1] for value in ins]
    out_dtypes = [None if value is None else value[1] for value in outs]
    return DoubleElementwiseLaunch(DoubleProgram(params["expr"], shapes, dtypes, shape, out_dtypes, False))
