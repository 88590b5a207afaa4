"""Elementwise expressions: a block interpreter.

An expression runs over blocks of BLOCK elements that stay in the first-level cache: for each block every
instruction is one call of one tight loop (see blocks_float). What does not depend on the position (numbers,
scalar operands and what is computed from them only) is computed once per run and stands ready as a block of
equal elements.
"""

from ...core.dtypes import is_float
from ...platform.numbers import to_int32
from ..resolve import element_count
from .broadcasting import broadcast_strides, collapse, gather_block, repeats_as_vector
from .combined import FUNCTIONS, combined
from .instructions import block_function, copy_function, narrowing
from .launch import Launch, split, strides_of

BLOCK = 1024
BLOCKS_PER_TILE = 16

SAME = 0
SCALAR = 1
VECTOR = 2
GENERAL = 3
SOURCE = 4


class Program:
    """An expression compiled for given operand shapes.

    expr: see docs/architecture.md. shapes, dtypes: of the operands. shape: of the results. out_dtypes: per
    result, its dtype, or None when nobody reads it. has_source: operand 0 is handed to `apply` as an offset
    (a kernel's result).
    """

    def __init__(self, expr, shapes, dtypes, shape, out_dtypes, has_source):
        self.count = element_count(shape)
        self.block = BLOCK if self.count > BLOCK else self.count
        self.operands = len(shapes)
        self.results = expr["results"]
        self.modes = []
        self.slots = []
        self.vectors = []
        self.walks = []
        self.slot_count = 0
        self.extra = 0
        self.addresses = []
        for k in range(len(shapes)):
            self._add_operand(shapes[k], shape, has_source and k == 0)
        expr = combined(expr, dtypes)
        self._compile(expr, dtypes, shape, out_dtypes)
        self.reuse = self._reusable(expr)
        self.reads_source_late = self._reads_source_late(expr)
        self.workspace = self.slot_count * self.block + self.extra
        self.f32 = None
        self.i32 = None
        self.ins = []
        self.outs = []

    def _add_operand(self, own, shape, is_source):
        mode = GENERAL
        slot = -1
        vector = -1
        walk = None
        if is_source:
            mode = SOURCE
        elif element_count(own) == self.count:
            mode = SAME
        elif element_count(own) == 1:
            mode = SCALAR
            slot = self._new_slot()
        else:
            walk = collapse(shape, broadcast_strides(own, shape))
            slot = self._new_slot()
            if repeats_as_vector(own, shape) and element_count(own) <= BLOCK:
                mode = VECTOR
                vector = self.extra
                self.extra = self.extra + element_count(own) + self.block
        self.modes.append(mode)
        self.slots.append(slot)
        self.vectors.append(vector)
        self.walks.append(walk)
        self.addresses.append(0)

    def _new_slot(self):
        self.slot_count = self.slot_count + 1
        return self.slot_count - 1

    def _compile(self, expr, dtypes, shape, out_dtypes):
        instrs = expr["instrs"]
        results = expr["results"]
        n = self.operands
        strides = strides_of(shape)
        last_use = []
        for j in range(len(instrs)):
            last_use.append(-1)
            for operand in instrs[j][2]:
                if operand >= n:
                    last_use[operand - n] = j
        self.direct = []
        for _j in range(len(instrs)):
            self.direct.append(-1)
        copies = []
        for k in range(len(results)):
            if out_dtypes[k] is None:
                continue
            j = results[k] - n
            if j >= 0 and self.direct[j] < 0:
                self.direct[j] = k
            else:
                copies.append(k)
                if j >= 0:
                    last_use[j] = len(instrs)
        # A result that is written straight to its output may still be read there: it owns no slot.
        kinds = []
        for dtype in dtypes:
            kinds.append(dtype)
        uniform = []
        for k in range(n):
            uniform.append(self.modes[k] == SCALAR)
        self.once = []
        self.code = []
        free = []
        for j in range(len(instrs)):
            instr = instrs[j]
            op = instr[0]
            operand_dtypes = []
            all_uniform = op != "iota" and op != "random_bits"
            for operand in instr[2]:
                operand_dtypes.append(kinds[operand])
                if not uniform[operand]:
                    all_uniform = False
            kinds.append(instr[1])
            if op == "dropped":
                uniform.append(False)
                self.addresses.append(0)
                self.slots.append(-1)
                continue
            attr = instr[3]
            if op == "iota":
                attr = [strides[instr[3]], shape[instr[3]]]
            elif op == "constant" and not is_float(instr[1]):
                attr = to_int32(int(instr[3]))
            operands = instr[2]
            function = FUNCTIONS[op] if op in FUNCTIONS else block_function(op, instr[1], operand_dtypes)
            line = [function, n + j, attr]
            for q in range(3):
                line.append(operands[q] if q < len(operands) else n + j)
            keep = all_uniform and self.direct[j] < 0
            uniform.append(keep)
            self.addresses.append(0)
            code = self.once if keep else self.code
            code.append(line)
            narrow = narrowing(op, instr[1])
            if narrow is not None:
                code.append([narrow, n + j, None, n + j, n + j, n + j])
            if keep:
                self.slots.append(self._new_slot())
                continue
            released = []
            for operand in instr[2]:
                at = operand - n
                if at >= 0 and last_use[at] == j and not uniform[operand] and self.direct[at] < 0:
                    if self.slots[operand] not in released:
                        released.append(self.slots[operand])
            free.extend(released)
            if self.direct[j] >= 0:
                self.slots.append(-1)
            elif len(free) > 0:
                self.slots.append(free.pop())
            else:
                self.slots.append(self._new_slot())
        self.copies = []
        for k in copies:
            self.copies.append([copy_function(out_dtypes[k]), k, results[k]])

    def _reads_source_late(self, expr):
        """True when operand 0 is read after the result was written, so that both may not share a place."""
        j = self.results[0] - self.operands
        late = False
        for k in range(len(expr["instrs"])):
            if j >= 0 and k > j and 0 in expr["instrs"][k][2]:
                late = True
        return late

    def _reusable(self, expr):
        """Per result, the operands that it may overwrite: read at equal positions, and not after it is
        written.
        """
        instrs = expr["instrs"]
        n = self.operands
        found = []
        for k in range(len(self.results)):
            allowed = []
            j = self.results[k] - n
            if j >= 0 and self.direct[j] == k:
                for operand in range(n):
                    fits = self.modes[operand] == SAME
                    for later in range(j + 1, len(instrs)):
                        if operand in instrs[later][2]:
                            fits = False
                    if operand in self.results:
                        fits = False
                    if fits:
                        allowed.append(operand)
            found.append(allowed)
        return found

    def begin(self, memory, ins, outs, work):
        """Bind offsets and compute what does not depend on the position."""
        self.f32 = memory.f32
        self.i32 = memory.i32
        self.ins = ins
        self.outs = outs
        i = memory.i32
        at = self.addresses
        n = self.operands
        for v in range(len(at)):
            if self.slots[v] >= 0:
                at[v] = work + self.slots[v] * self.block
        extra = work + self.slot_count * self.block
        self.vector_base = extra
        for k in range(n):
            if self.modes[k] == SCALAR:
                _fill(i, ins[k], self.block, at[k])
            elif self.modes[k] == VECTOR:
                walk = self.walks[k]
                length = walk[0][1]
                target = extra + self.vectors[k]
                repeat_vector(i, ins[k], length, target, length + self.block)
        for line in self.once:
            line[0](self.f32, i, at[line[1]], at[line[3]], at[line[4]], at[line[5]], self.block, 0, line[2])

    def aim(self):
        """Take note that `outs` was changed."""
        return None

    def apply(self, start, count, source):
        """Compute results start .. start + count - 1; `source`: offset of operand 0's element `start`."""
        done = 0
        while done < count:
            n = count - done
            if n > self.block:
                n = self.block
            self._one_block(start + done, n, source + done)
            done += n

    def _one_block(self, position, n, source):
        f = self.f32
        i = self.i32
        at = self.addresses
        ins = self.ins
        outs = self.outs
        for k in range(self.operands):
            mode = self.modes[k]
            if mode == SAME:
                at[k] = ins[k] + position
            elif mode == SOURCE:
                at[k] = source
            elif mode == VECTOR:
                at[k] = self.vector_base + self.vectors[k] + position % self.walks[k][0][1]
            elif mode == GENERAL:
                walk = self.walks[k]
                gather_block(i, ins[k], walk[0], walk[1], position, n, at[k])
        for line in self.code:
            target = line[1]
            k = self.direct[target - self.operands]
            if k >= 0:
                at[target] = outs[k] + position
            line[0](f, i, at[target], at[line[3]], at[line[4]], at[line[5]], n, position, line[2])
        for line in self.copies:
            line[0](f, i, outs[line[1]] + position, at[line[2]], 0, 0, n, position, None)

    def record(self, commands, start, count, source):
        """Plain JavaScript fits no list of commands (see launch.Launch.record)."""
        return False


def _fill(i, source, n, target):
    x = i[source]
    for p in range(n):
        i[target + p] = x


def repeat_vector(i, source, length, target, n):
    """Fill n elements with copies of a vector one after the other."""
    at = 0
    for p in range(n):
        i[target + p] = i[source + at]
        at += 1
        if at == length:
            at = 0


class ElementwiseLaunch(Launch):
    """The kernel `elementwise`: tiles of BLOCKS_PER_TILE blocks. cost: nanoseconds that an element takes."""

    def __init__(self, program, cost):
        super().__init__(split(program.count, BLOCK * BLOCKS_PER_TILE), program.workspace)
        self.program = program
        self.reuse = program.reuse
        if self.tiles > 0:
            self.share([self.tiles], program.count * cost)

    def begin(self):
        if self.tiles > 0:
            self.program.begin(self, self.ins, self.outs, self.work)

    def run(self, lo, hi):
        unit = BLOCK * BLOCKS_PER_TILE
        end = hi * unit
        if end > self.program.count:
            end = self.program.count
        self.program.apply(lo * unit, end - lo * unit, 0)

    def record(self, commands):
        return self.program.record(commands, 0, self.program.count, 0)


def prepare_elementwise(params, ins, outs):
    """ins, outs: [shape, dtype] per value, None for an output that nobody reads."""
    shapes = []
    dtypes = []
    for value in ins:
        shapes.append(value[0])
        dtypes.append(value[1])
    shape = None
    out_dtypes = []
    for value in outs:
        out_dtypes.append(None if value is None else value[1])
        if value is not None:
            shape = value[0]
    program = Program(params["expr"], shapes, dtypes, shape, out_dtypes, False)
    return ElementwiseLaunch(program, 1.0 + len(params["expr"]["instrs"]))
