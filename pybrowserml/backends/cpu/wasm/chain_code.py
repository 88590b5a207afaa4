"""The code of an elementwise expression in WebAssembly SIMD: one function of a loop for an expression and the way its
operands are walked.

Four elements at a time go through all instructions in registers. What does not depend on the position stands before
the loop. The last one to three elements go the same way by a copy of four, so that every element comes out the same
wherever it stands.
"""

from ....platform.numbers import to_int32
from .assembler import Function
from .instructions import Value, emitter, kind_of, masked, narrowed
from .lanes import Lanes
from .random import random_bits
from .walks import COLUMN, EVERY, ONE, ROW

# How an operand is read, beside the kinds of walks.
SOURCE = 4
# The table of addresses begins with: length of a row, bytes after which columns repeat.
FIRST = 2
# Four-byte elements that an operand, or a result, takes of the place for the last elements.
LANES = 4


def table_size(modes, outs):
    """Elements of the table: addresses, then four elements for each operand and result."""
    return FIRST + len(modes) + len(outs) + LANES * (len(modes) + len(outs))


def kinds_of(expr, dtypes):
    """The kinds of operands and instructions."""
    kinds = [kind_of(dtype) for dtype in dtypes]
    for instr in expr["instrs"]:
        kinds.append(kind_of(instr[1]))
    return kinds


def operand_kind(op, kinds, operands):
    """The kind that an instruction computes with: masks where it knows them, else as integers."""
    kind = kinds[operands[1 if op == "where" else 0]]
    if kind == "m" and emitter(op, "m", "bool") is None:
        return "i"
    return kind


def read_value(lanes, expression, kind, uniform):
    """The Value of four loaded words; truth becomes a mask."""
    if kind == "m":
        expression = ["i32x4.ne", expression, lanes.whole(0)]
    return Value(lanes.let(expression), kind, None, uniform)


def constant_value(lanes, number, kind):
    if kind == "f":
        return Value(lanes.number(number), kind, number, True)
    if kind == "m":
        return Value(lanes.whole(-1 if number else 0), kind, None, True)
    return Value(lanes.whole(to_int32(int(number))), kind, number, True)


def computed_value(lanes, instr, operands, uniform):
    """The Value of an instruction of Values."""
    op = instr[0]
    kinds = [operand.kind for operand in operands]
    with_kind = operand_kind(op, kinds, range(len(kinds)))
    given = operands
    if with_kind != kinds[0] and kinds[0] == "m" and op != "where":
        given = []
        for operand in operands:
            given.append(Value(lanes.let(masked(lanes, operand.local, "i", 1)), "i", None, uniform))
    found = emitter(op, with_kind, instr[1])(lanes, given)
    return Value(lanes.let(narrowed(lanes, found, op, instr[1])), kind_of(instr[1]), None, uniform)


class Chain:
    """The function (table, position, n, source, first): n elements from a position of the bound segment, `first` of
    the whole.

    source: the offset of operand 0's element where it is one of a kernel's result.
    """

    def __init__(self, tier, expr, dtypes, modes, axes, written):
        self.expr = expr
        self.dtypes = dtypes
        self.modes = modes
        self.axes = axes
        self.count = len(dtypes)
        self.written = len(written)
        self.f = Function(["i32", "i32", "i32", "i32", "i32"], None)
        self.lanes = Lanes(self.f, tier)
        self.pointers = []
        self.values = []
        self.column = None
        self.left = None
        self.row_length = None
        self.ahead = []
        self.in_rows = []
        self.position = None
        f = self.f
        self._streams()
        start = f.code
        f.code = []
        self._group(written)
        body = f.code
        f.code = []
        self._loop(body)
        loop = f.code
        f.code = start
        f.code.extend(self.lanes.head)
        f.code.extend(loop)

    def _load(self, k):
        return ["i32.load", self.f.args[0], 4 * (FIRST + k)]

    def _streams(self):
        """Where operands and results begin."""
        f = self.f
        table, position, _n, source, first = f.args
        along = f.local("i32")
        f.put(along, ["i32.shl", position, 2])
        self.row_length = f.local("i32")
        rest = f.local("i32")
        f.put(self.row_length, ["i32.load", table, 0])
        if COLUMN in self.modes or ROW in self.modes:
            f.put(rest, ["i32.rem_u", position, self.row_length])
        if COLUMN in self.modes:
            self.column = f.local("i32")
            f.put(self.column, ["i32.shl", rest, 2])
        if ROW in self.modes:
            self.left = f.local("i32")
            f.put(self.left, ["i32.sub", self.row_length, rest])
        for k in range(len(self.modes)):
            pointer = f.local("i32")
            self.pointers.append(pointer)
            self.ahead.append(None)
            self.in_rows.append(None)
            mode = self.modes[k]
            if mode == SOURCE:
                f.put(pointer, ["i32.shl", source, 2])
            elif mode == EVERY:
                f.put(pointer, ["i32.add", self._load(k), along])
            elif mode == ROW:
                row = ["i32.shl", ["i32.div_u", position, self.row_length], 2]
                f.put(pointer, ["i32.add", self._load(k), row])
                self.ahead[k] = f.local("v128")
                self.in_rows[k] = f.local("v128")
                f.put(self.ahead[k], ["v128.load32_splat", pointer, 0])
            else:
                f.put(pointer, self._load(k))
        for k in range(self.written):
            pointer = f.local("i32")
            self.pointers.append(pointer)
            f.put(pointer, ["i32.add", self._load(len(self.modes) + k), along])
        numbers = ["i32x4.splat", first]
        self.position = self._once(lambda: self.lanes.let(["i32x4.add", numbers, self.lanes.steps()]))

    def _loop(self, body):
        f = self.f
        table = f.args[0]
        moving = []
        for k in range(len(self.modes)):
            if self.modes[k] == EVERY or self.modes[k] == SOURCE:
                moving.append(k)
        results = [len(self.modes) + k for k in range(self.written)]
        groups = f.local("i32")
        rest = f.local("i32")
        tail = f.local("i32")
        at = f.local("i32")
        f.put(groups, ["i32.shr_u", f.args[2], 2])
        f.put(rest, ["i32.shl", ["i32.and", f.args[2], 3], 2])
        kept = f.locals("i32", self.written)
        f.begin_loop()
        f.begin_while(groups)
        f.code.extend(body)
        for k in moving:
            f.move(self.pointers[k], 16)
        for k in results:
            f.move(self.pointers[k], 16)
        f.put(groups, ["i32.sub", groups, 1])
        f.end_while()
        f.begin_if(rest)
        # The last elements: once more with a copy.
        f.put(at, 0)
        if len(moving) > 0:
            f.begin_loop()
            for k in moving:
                value = ["i32.load", ["i32.add", self.pointers[k], at], 0]
                f.store("i32.store", ["i32.add", table, at], value, self._place(k))
            f.move(at, 4)
            f.again_if(["i32.lt_u", at, rest])
        for k in range(self.written):
            f.put(kept[k], self.pointers[results[k]])
        for k in moving:
            f.put(self.pointers[k], ["i32.add", table, self._place(k)])
        for k in results:
            f.put(self.pointers[k], ["i32.add", table, self._place(k)])
        f.put(tail, rest)
        f.put(rest, 0)
        f.put(groups, 1)
        f.otherwise()
        f.begin_if(tail)
        f.put(at, 0)
        f.begin_loop()
        for k in range(self.written):
            value = ["i32.load", ["i32.add", table, at], self._place(results[k])]
            f.store("i32.store", ["i32.add", kept[k], at], value, 0)
        f.move(at, 4)
        f.again_if(["i32.lt_u", at, tail])
        f.end_if()
        f.end_if()
        f.again_if(groups)

    def _place(self, k):
        """The offset from the table, in bytes, of the copy of an operand's or a result's last elements."""
        return 4 * (FIRST + len(self.modes) + self.written + LANES * k)

    def _group(self, written):
        """Four elements of every result."""
        f = self.f
        lanes = self.lanes
        if self.left is not None:
            self._rows()
        for k in range(self.count):
            self.values.append(self._operand(k, kind_of(self.dtypes[k])))
        for j in range(len(self.expr["instrs"])):
            self.values.append(self._instruction(self.expr["instrs"][j]))
        for k in range(len(written)):
            value = self.values[self.expr["results"][written[k]]]
            stored = value.local
            if value.kind == "m":
                stored = masked(lanes, stored, "i", 1)
            f.store("v128.store", self.pointers[len(self.modes) + k], stored, 0)
        if self.column is not None:
            period = ["i32.load", f.args[0], 4]
            f.move(self.column, 16)
            back = ["i32.sub", self.column, period]
            f.put(self.column, ["select", back, self.column, ["i32.ge_u", self.column, period]])
        f.put(self.position, ["i32x4.add", self.position, lanes.whole(4)])

    def _rows(self):
        """The operands that are one number a row, for this group: at a row's end, two numbers."""
        f = self.f
        lanes = self.lanes
        f.begin_if(["i32.ge_u", self.left, LANES])
        for k in range(len(self.modes)):
            if self.modes[k] == ROW:
                f.put(self.in_rows[k], self.ahead[k])
        f.put(self.left, ["i32.sub", self.left, LANES])
        f.otherwise()
        mask = lanes.let(["i32x4.lt_s", lanes.steps(), ["i32x4.splat", self.left]])
        for k in range(len(self.modes)):
            if self.modes[k] == ROW:
                f.move(self.pointers[k], 4)
                behind = lanes.let(["v128.load32_splat", self.pointers[k], 0])
                f.put(self.in_rows[k], lanes.choose(mask, self.ahead[k], behind))
                f.put(self.ahead[k], behind)
        f.put(self.left, ["i32.add", self.left, ["i32.sub", self.row_length, LANES]])
        f.end_if()

    def _once(self, make):
        """make() with its code before the loop."""
        body = self.f.code
        self.f.code = self.lanes.head
        made = make()
        self.f.code = body
        return made

    def _operand(self, k, kind):
        """The Value of an operand, or of the numbers along an axis."""
        mode = self.modes[k]
        pointer = self.pointers[k]
        if mode == ONE:
            return self._once(lambda: read_value(self.lanes, ["v128.load32_splat", pointer, 0], kind, True))
        if mode == ROW:
            return read_value(self.lanes, self.in_rows[k], kind, False)
        at = ["i32.add", pointer, self.column] if mode == COLUMN else pointer
        return read_value(self.lanes, ["v128.load", at, 0], kind, False)

    def _instruction(self, instr):
        op = instr[0]
        lanes = self.lanes
        if op == "constant" or op == "size":
            return constant_value(lanes, instr[3], kind_of(instr[1]))
        if op == "iota":
            if instr[3] in self.axes:
                return self._operand(self.count + self.axes.index(instr[3]), "i")
            return Value(lanes.let(["v128.or", self.position, self.position]), "i", None, False)
        operands = [self.values[k] for k in instr[2]]
        if op == "random_bits":
            keys = [operand.local for operand in operands]
            return Value(random_bits(lanes, keys, self.position), "i", None, False)
        uniform = True
        for operand in operands:
            uniform = uniform and operand.uniform
        if uniform:
            return self._once(lambda: computed_value(lanes, instr, operands, True))
        return computed_value(lanes, instr, operands, False)
