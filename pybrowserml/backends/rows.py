"""The expression of a step `rows`, taken apart: which values are one number a row, and what waits for which reduction.

Engines compute it in passes over the row. Pass 0 computes what needs no reduction, up to the operands of the first
reductions; pass 1 what these results make possible, and so on.
"""

ROW_INSTRUCTIONS = {"row_sum": "sum", "row_max": "max", "row_min": "min"}
FREE = ["constant", "size"]


class RowValues:
    """What is known of each value of an expression: the operands first, then the results of instructions.

    narrow: it is one number a row (or for all rows). free: it is a number that stands in the expression. passes: the
    first pass that can compute it; for a reduction the one after that of its operand. count: of operands.
    """

    def __init__(self, expr, shapes, length):
        """shapes: of the operands; length: of a row."""
        self.expr = expr
        self.count = len(shapes)
        self.narrow = []
        self.free = []
        self.passes = []
        for shape in shapes:
            last = len(shape) - 1
            self.narrow.append(last < 0 or (shape[last] == 1 and length != 1))
            self.free.append(False)
            self.passes.append(0)
        for instr in expr["instrs"]:
            reduces = instr[0] in ROW_INSTRUCTIONS
            narrow = True
            turn = 0
            for operand in instr[2]:
                narrow = narrow and self.narrow[operand]
                turn = max(turn, self.passes[operand])
            self.narrow.append(narrow or reduces)
            self.free.append(instr[0] in FREE)
            self.passes.append(turn + 1 if reduces else turn)

    def instr(self, value):
        """The instruction that makes a value, None for an operand."""
        return None if value < self.count else self.expr["instrs"][value - self.count]

    def reductions(self, turn):
        """The values that reductions make of what a pass computes."""
        found = []
        for value in range(self.count, len(self.narrow)):
            if self.instr(value)[0] in ROW_INSTRUCTIONS and self.passes[value] == turn + 1:
                found.append(value)
        return found

    def last_pass(self):
        turn = 0
        for value in self.passes:
            turn = max(turn, value)
        return turn

    def readers(self, value):
        """The values that instructions make of a value."""
        found = []
        for j in range(len(self.expr["instrs"])):
            if value in self.expr["instrs"][j][2]:
                found.append(self.count + j)
        return found

    def is_reduction(self, value):
        return value >= self.count and self.instr(value)[0] in ROW_INSTRUCTIONS

    def kept_narrow(self):
        """The values, one number a row, that are worth computing once a row: those that other work reads, or results.

        In order; operands and numbers are none.
        """
        found = []
        for value in range(self.count, len(self.narrow)):
            if self.narrow[value] and not self.free[value]:
                kept = self.is_reduction(value) or value in self.expr["results"]
                for reader in self.readers(value):
                    kept = kept or not self.narrow[reader] or self.is_reduction(reader)
                    kept = kept or self.passes[reader] > self.passes[value]
                if kept:
                    found.append(value)
        return found


def cut(expr, count, wanted, given):
    """The part of an expression that computes some values of others: [expression, those of `given` that it reads].

    wanted, given: numbers of values, operands (the first `count`) and results of instructions.
    """
    needed = []
    for _value in range(count + len(expr["instrs"])):
        needed.append(False)
    for value in wanted:
        needed[value] = True
    value = len(needed) - 1
    while value >= count:
        if needed[value] and value not in given:
            for operand in expr["instrs"][value - count][2]:
                needed[operand] = True
        value = value - 1
    used = []
    places = []
    for value in range(len(needed)):
        places.append(-1)
        if needed[value] and (value < count or value in given):
            places[value] = len(used)
            used.append(value)
    instrs = []
    for value in range(count, len(needed)):
        if needed[value] and places[value] < 0:
            instr = expr["instrs"][value - count]
            places[value] = len(used) + len(instrs)
            instrs.append([instr[0], instr[1], [places[operand] for operand in instr[2]], instr[3]])
    return [{"instrs": instrs, "results": [places[value] for value in wanted]}, used]
