"""A kernel `rows` as one function in WebAssembly SIMD: row by row, pass by pass, four elements at a time.

Numbers of a row stay in registers, as vectors of equal lanes. What a pass computes of whole rows, and a later one
reads, is computed anew where that is cheap; else it lies where its output does, or in a buffer of one row.
"""

from ...rows import ROW_INSTRUCTIONS
from .assembler import Function
from .chain_code import computed_value, constant_value, kinds_of, read_value
from .instructions import DIRECT, Value, masked
from .lanes import UPPER, Lanes

# What an instruction costs that is none of the processor's, and from which cost on a value is kept.
EXPENSIVE = 10
KEPT = 4
SLOW = ["divide", "sqrt"]
# Extremes are taken in by as many accumulators in turn: one of a processor's waits for some ten cycles.
APART = 4
NEGATIVE_INFINITY = -8388608
INFINITY_BITS = 0x7F800000


class RowCode:
    """f: the function (table, rows). The table holds the addresses of operands and outputs, then rows of what is kept.

    values: RowValues; moves: per operand, elements from row to row; outs: per output None, or whether it is of whole
    rows; length: of a row.
    """

    def __init__(self, tier, values, dtypes, moves, outs, length):
        self.values = values
        self.expr = values.expr
        self.kinds = kinds_of(self.expr, dtypes)
        self.moves = moves
        self.outs = outs
        self.length = length
        self.f = Function(["i32", "i32"], None)
        self.lanes = Lanes(self.f, tier)
        self.pointers = []
        self.targets = []
        self.numbers = []
        self.kept = []
        self.buffers = []
        self.place = None
        # Per operand, the last pass that reads it.
        self.last_read = [0 for _move in moves]
        self._keep()
        self._pointers()
        f = self.f
        start = f.code
        f.code = []
        f.begin_while(f.args[1])
        self._row()
        f.put(f.args[1], ["i32.sub", f.args[1], 1])
        f.end_while()
        loop = f.code
        f.code = start
        f.code.extend(self.lanes.head)
        f.code.extend(loop)

    def table_size(self):
        """Elements of the table; rows of what is kept are as long as whole vectors need."""
        return len(self.moves) + len(self.outs) + len(self.buffers) * 4 * int((self.length + 3) / 4)

    def reusable(self):
        """Per output, the operands of whole rows that it may overwrite: nobody reads them after it was written. Only a
        single output of whole rows may.
        """
        wide = [k for k in range(len(self.outs)) if self.outs[k]]
        found = [[] for _out in self.outs]
        if len(wide) == 1:
            turn = self._turn_of(wide[0])
            for k in range(len(self.moves)):
                if self.moves[k] == self.length and self.last_read[k] <= turn:
                    found[wide[0]].append(k)
        return found

    def _turn_of(self, k):
        """The pass in which an output of whole rows is written."""
        value = self.expr["results"][k]
        return self.values.last_pass() if self.values.narrow[value] else self.values.passes[value]

    def _keep(self):
        """kept: per value, None, or the place of its row: ["out", output] or ["buffer", number]."""
        values = self.values
        costs = []
        for value in range(len(values.narrow)):
            self.kept.append(None)
            instr = values.instr(value)
            cost = 0
            if instr is not None and not values.narrow[value]:
                cheap = instr[0] in DIRECT["f"] and instr[0] not in SLOW
                cost = 1 if cheap or instr[0] in ["maximum", "minimum", "where"] else EXPENSIVE
                for operand in instr[2]:
                    cost = cost + costs[operand]
                if cost >= KEPT and self._is_read_later(value):
                    cost = 0
                    for k in range(len(self.outs)):
                        if self.outs[k] and self.expr["results"][k] == value:
                            self.kept[value] = ["out", k]
                    if self.kept[value] is None:
                        self.kept[value] = ["buffer", len(self.buffers)]
                        self.buffers.append(None)
            costs.append(cost)

    def _is_read_later(self, value):
        """Whether a later pass needs a value, by way of others perhaps that are not kept."""
        values = self.values
        stack = [value]
        while len(stack) > 0:
            for reader in values.readers(stack.pop()):
                if values.is_reduction(reader) or values.narrow[reader]:
                    continue
                if values.passes[reader] > values.passes[value]:
                    return True
                stack.append(reader)
        for k in range(len(self.outs)):
            if self.outs[k] and self.expr["results"][k] == value and self._turn_of(k) > values.passes[value]:
                return True
        return False

    def _pointers(self):
        f = self.f
        table = f.args[0]
        for k in range(len(self.moves)):
            pointer = f.local("i32")
            f.put(pointer, ["i32.load", table, 4 * k])
            self.pointers.append(pointer)
        for k in range(len(self.outs)):
            pointer = f.local("i32")
            f.put(pointer, ["i32.load", table, 4 * (len(self.moves) + k)])
            self.targets.append(pointer)
        size = 16 * int((self.length + 3) / 4)
        for k in range(len(self.buffers)):
            pointer = f.local("i32")
            f.put(pointer, ["i32.add", table, 4 * (len(self.moves) + len(self.outs)) + k * size])
            self.buffers[k] = pointer
        self.place = f.local("i32")

    def _row(self):
        f = self.f
        values = self.values
        self.numbers = []
        for value in range(len(values.narrow)):
            self.numbers.append(None)
        for k in range(values.count):
            if values.narrow[k]:
                loaded = ["v128.load32_splat", self.pointers[k], 0]
                self.numbers[k] = read_value(self.lanes, loaded, self.kinds[k], False)
        for turn in range(values.last_pass() + 1):
            self._numbers(turn)
            self._walk(turn)
        for k in range(len(self.outs)):
            if self.outs[k] is not None and not self.outs[k]:
                stored = self._stored(self.numbers[self.expr["results"][k]])
                f.store_lane("v128.store32_lane", self.targets[k], stored, 0, 0)
        for k in range(len(self.moves)):
            if self.moves[k] > 0:
                f.move(self.pointers[k], 4 * self.moves[k])
        for k in range(len(self.outs)):
            if self.outs[k] is not None:
                f.move(self.targets[k], 4 * self.length if self.outs[k] else 4)

    def _numbers(self, turn):
        """What is one number a row and can be computed now."""
        values = self.values
        for value in range(values.count, len(values.narrow)):
            if values.narrow[value] and values.passes[value] == turn and not values.is_reduction(value):
                instr = values.instr(value)
                if values.free[value]:
                    self.numbers[value] = constant_value(self.lanes, instr[3], self.kinds[value])
                else:
                    operands = [self.numbers[operand] for operand in instr[2]]
                    self.numbers[value] = computed_value(self.lanes, instr, operands, False)

    def _walk(self, turn):
        """One pass along the row."""
        values = self.values
        reductions = values.reductions(turn)
        outputs = []
        for k in range(len(self.outs)):
            if self.outs[k] and self._turn_of(k) == turn:
                outputs.append(k)
        buffered = []
        for value in range(values.count, len(values.narrow)):
            kept = self.kept[value]
            if kept is not None and kept[0] == "buffer" and values.passes[value] == turn:
                buffered.append(value)
        if len(reductions) + len(outputs) + len(buffered) == 0:
            return None
        f = self.f
        sums = [self._accumulator(value) for value in reductions]
        full = 16 * int(self.length / 4)
        f.put(self.place, 0)
        if len(outputs) + len(buffered) == 0 and full >= 16 * APART and self._are_extremes(reductions):
            full = self._apart(turn, reductions, sums, full)
        if full > 0:
            f.begin_loop()
            self._group(turn, reductions, sums, outputs, buffered, 4)
            f.move(self.place, 16)
            f.again_if(["i32.lt_u", self.place, full])
        if self.length % 4 > 0:
            self._group(turn, reductions, sums, outputs, buffered, self.length % 4)
        for i in range(len(reductions)):
            self.numbers[reductions[i]] = self._joined(reductions[i], sums[i])
        return None

    def _are_extremes(self, reductions):
        for value in reductions:
            if ROW_INSTRUCTIONS[self.values.instr(value)[0]] == "sum":
                return False
        return True

    def _apart(self, turn, reductions, sums, full):
        """Take in what fills turns of several groups; returns the bytes up to where others are left, 0 if none is."""
        f = self.f
        apart = [sums]
        for _more in range(APART - 1):
            apart.append([self._accumulator(value) for value in reductions])
        turns = full - full % (16 * APART)
        f.begin_loop()
        for each in apart:
            self._group(turn, reductions, each, [], [], 4)
            f.move(self.place, 16)
        f.again_if(["i32.lt_u", self.place, turns])
        for i in range(len(reductions)):
            op = ROW_INSTRUCTIONS[self.values.instr(reductions[i])[0]]
            for each in apart[1:]:
                f.put(sums[i][0], ["f32x4." + op, sums[i][0], each[i][0]])
        return full if turns < full else 0

    def _accumulator(self, value):
        """The locals that take in a row: two of float64 for sums, one of float32 for extremes."""
        f = self.f
        op = ROW_INSTRUCTIONS[self.values.instr(value)[0]]
        made = [f.local("v128")]
        if op == "sum":
            made.append(f.local("v128"))
            f.put(made[0], self.lanes.whole(0))
            f.put(made[1], self.lanes.whole(0))
        else:
            f.put(made[0], self.lanes.whole(NEGATIVE_INFINITY if op == "max" else INFINITY_BITS))
        return made

    def _group(self, turn, reductions, sums, outputs, buffered, count):
        """Four elements of the row at `place`, or the last `count`."""
        f = self.f
        found = [number for number in self.numbers]
        for i in range(len(reductions)):
            source = self.values.instr(reductions[i])[2][0]
            self._take(reductions[i], sums[i], self._value(source, turn, found).local, count)
        for k in outputs:
            value = self._value(self.expr["results"][k], turn, found)
            self._store(["i32.add", self.targets[k], self.place], self._stored(value), count)
        for value in buffered:
            kept = self._value(value, turn, found)
            address = ["i32.add", self.buffers[self.kept[value][1]], self.place]
            f.store("v128.store", address, self._stored(kept), 0)

    def _store(self, address, stored, count):
        if count == 4:
            self.f.store("v128.store", address, stored, 0)
            return None
        for lane in range(count):
            self.f.store_lane("v128.store32_lane", address, stored, 4 * lane, lane)
        return None

    def _stored(self, value):
        """A Value as memory holds it."""
        return self.lanes.let(masked(self.lanes, value.local, "i", 1)) if value.kind == "m" else value.local

    def _value(self, value, turn, found):
        """A value at `place`: found already, loaded, or computed. found: per value, its Value here, or None."""
        if found[value] is not None:
            return found[value]
        values = self.values
        address = None
        if value < values.count:
            address = self.pointers[value]
            self.last_read[value] = turn
        elif self.kept[value] is not None and values.passes[value] < turn:
            kept = self.kept[value]
            address = self.targets[kept[1]] if kept[0] == "out" else self.buffers[kept[1]]
        if address is not None:
            loaded = ["v128.load", ["i32.add", address, self.place], 0]
            found[value] = read_value(self.lanes, loaded, self.kinds[value], False)
        else:
            instr = values.instr(value)
            operands = [self._value(operand, turn, found) for operand in instr[2]]
            found[value] = computed_value(self.lanes, instr, operands, False)
        return found[value]

    def _take(self, value, sums, x, count):
        """Take four elements in, or the first `count`."""
        f = self.f
        lanes = self.lanes
        op = ROW_INSTRUCTIONS[self.values.instr(value)[0]]
        if count < 4:
            mask = lanes.let(["i32x4.lt_s", lanes.steps(), lanes.whole(count)])
            if op == "sum":
                x = lanes.let(["v128.and", x, mask])
            else:
                x = lanes.let(
                    lanes.choose(mask, x, lanes.whole(NEGATIVE_INFINITY if op == "max" else INFINITY_BITS))
                )
        if op == "sum":
            f.put(sums[0], ["f64x2.add", sums[0], ["f64x2.promote_low_f32x4", x]])
            upper = ["f64x2.promote_low_f32x4", ["i8x16.shuffle", x, x, UPPER]]
            f.put(sums[1], ["f64x2.add", sums[1], upper])
        else:
            f.put(sums[0], ["f32x4." + op, sums[0], x])

    def _joined(self, value, sums):
        """The reduction's Value, in all lanes."""
        f = self.f
        op = ROW_INSTRUCTIONS[self.values.instr(value)[0]]
        if op == "sum":
            both = self.lanes.let(["f64x2.add", sums[0], sums[1]])
            total = ["f64.add", ["f64x2.extract_lane", both, 0], ["f64x2.extract_lane", both, 1]]
            joined = ["f32.demote_f64", total]
        else:
            best = f.local("f32")
            f.put(best, ["f32x4.extract_lane", sums[0], 0])
            for lane in range(1, 4):
                f.put(best, ["f32." + op, best, ["f32x4.extract_lane", sums[0], lane]])
            joined = best
        return Value(self.lanes.let(["f32x4.splat", joined]), "f", None, False)
