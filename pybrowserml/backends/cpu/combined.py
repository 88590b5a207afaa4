"""Several float32 instructions as one block function: one pass over a block for what epilogues are made of.

Bias and activation (add, maximum with 0, perhaps minimum with a number), their gradient (a comparison with 0 that
chooses), and products that are added. A pass over a block costs about as much as a load and a store, whatever is
computed between; in double precision, so that a combination rounds once where the instructions round several times.
The larger of x and 0 is (x + |x|) / 2, which needs no branch: of numbers as often positive as negative a processor
guesses every other wrong. Four numbers at a time share the test whether arithmetic will do.
"""

from ...platform.numbers import fround
from .instructions import is_zero

# Above as many times the bound the arithmetic of `clip` would lose its digits.
FAR = 16777216.0
# Above that a number is infinite, or the sum of some is about to be.
HIGHEST = 3.0e38
FOURS = 0x3FFFFFFC


def relu(f, i, o, a, b, c, n, position, attr):
    """The larger of a and 0."""
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    whole = n & FOURS
    for p in range(0, whole, 4):
        x0 = f[a + p]
        x1 = f[a + p + 1]
        x2 = f[a + p + 2]
        x3 = f[a + p + 3]
        s0 = abs(x0)
        s1 = abs(x1)
        s2 = abs(x2)
        s3 = abs(x3)
        y0 = (x0 + s0) * 0.5
        y1 = (x1 + s1) * 0.5
        y2 = (x2 + s2) * 0.5
        y3 = (x3 + s3) * 0.5
        if not s0 + s1 + s2 + s3 <= HIGHEST:
            y0 = 0.0 if x0 < 0.0 else x0
            y1 = 0.0 if x1 < 0.0 else x1
            y2 = 0.0 if x2 < 0.0 else x2
            y3 = 0.0 if x3 < 0.0 else x3
        f[o + p] = y0
        f[o + p + 1] = y1
        f[o + p + 2] = y2
        f[o + p + 3] = y3
    for p in range(whole, n):
        x = f[a + p]
        f[o + p] = 0.0 if x < 0.0 else x


def add_relu(f, i, o, a, b, c, n, position, attr):
    """The larger of a + b and 0."""
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    whole = n & FOURS
    for p in range(0, whole, 4):
        x0 = f[a + p] + f[b + p]
        x1 = f[a + p + 1] + f[b + p + 1]
        x2 = f[a + p + 2] + f[b + p + 2]
        x3 = f[a + p + 3] + f[b + p + 3]
        s0 = abs(x0)
        s1 = abs(x1)
        s2 = abs(x2)
        s3 = abs(x3)
        y0 = (x0 + s0) * 0.5
        y1 = (x1 + s1) * 0.5
        y2 = (x2 + s2) * 0.5
        y3 = (x3 + s3) * 0.5
        if not s0 + s1 + s2 + s3 <= HIGHEST:
            y0 = 0.0 if x0 < 0.0 else x0
            y1 = 0.0 if x1 < 0.0 else x1
            y2 = 0.0 if x2 < 0.0 else x2
            y3 = 0.0 if x3 < 0.0 else x3
        f[o + p] = y0
        f[o + p + 1] = y1
        f[o + p + 2] = y2
        f[o + p + 3] = y3
    for p in range(whole, n):
        x = f[a + p] + f[b + p]
        f[o + p] = 0.0 if x < 0.0 else x


def clip(f, i, o, a, b, c, n, position, attr):
    """a, at least 0 and at most `attr`: from max(a, 0) is taken what a has above that, max(a - attr, 0)."""
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    far = attr * FAR
    # A number to the compiler, which knows nothing of arguments: else results would be objects.
    bound = attr - 0.0
    whole = n & FOURS
    for p in range(0, whole, 4):
        x0 = f[a + p]
        x1 = f[a + p + 1]
        x2 = f[a + p + 2]
        x3 = f[a + p + 3]
        s0 = abs(x0)
        s1 = abs(x1)
        s2 = abs(x2)
        s3 = abs(x3)
        d0 = x0 - bound
        d1 = x1 - bound
        d2 = x2 - bound
        d3 = x3 - bound
        y0 = ((x0 + s0) - (d0 + abs(d0))) * 0.5
        y1 = ((x1 + s1) - (d1 + abs(d1))) * 0.5
        y2 = ((x2 + s2) - (d2 + abs(d2))) * 0.5
        y3 = ((x3 + s3) - (d3 + abs(d3))) * 0.5
        if not s0 + s1 + s2 + s3 <= far:
            y0 = bound if x0 > bound else (0.0 if x0 < 0.0 else x0)
            y1 = bound if x1 > bound else (0.0 if x1 < 0.0 else x1)
            y2 = bound if x2 > bound else (0.0 if x2 < 0.0 else x2)
            y3 = bound if x3 > bound else (0.0 if x3 < 0.0 else x3)
        f[o + p] = y0
        f[o + p + 1] = y1
        f[o + p + 2] = y2
        f[o + p + 3] = y3
    for p in range(whole, n):
        x = f[a + p]
        f[o + p] = bound if x > bound else (0.0 if x < 0.0 else x)


def add_clip(f, i, o, a, b, c, n, position, attr):
    """a + b, at least 0 and at most `attr`."""
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    far = attr * FAR
    # A number to the compiler, which knows nothing of arguments: else results would be objects.
    bound = attr - 0.0
    whole = n & FOURS
    for p in range(0, whole, 4):
        x0 = f[a + p] + f[b + p]
        x1 = f[a + p + 1] + f[b + p + 1]
        x2 = f[a + p + 2] + f[b + p + 2]
        x3 = f[a + p + 3] + f[b + p + 3]
        s0 = abs(x0)
        s1 = abs(x1)
        s2 = abs(x2)
        s3 = abs(x3)
        d0 = x0 - bound
        d1 = x1 - bound
        d2 = x2 - bound
        d3 = x3 - bound
        y0 = ((x0 + s0) - (d0 + abs(d0))) * 0.5
        y1 = ((x1 + s1) - (d1 + abs(d1))) * 0.5
        y2 = ((x2 + s2) - (d2 + abs(d2))) * 0.5
        y3 = ((x3 + s3) - (d3 + abs(d3))) * 0.5
        if not s0 + s1 + s2 + s3 <= far:
            y0 = bound if x0 > bound else (0.0 if x0 < 0.0 else x0)
            y1 = bound if x1 > bound else (0.0 if x1 < 0.0 else x1)
            y2 = bound if x2 > bound else (0.0 if x2 < 0.0 else x2)
            y3 = bound if x3 > bound else (0.0 if x3 < 0.0 else x3)
        f[o + p] = y0
        f[o + p + 1] = y1
        f[o + p + 2] = y2
        f[o + p + 3] = y3
    for p in range(whole, n):
        x = f[a + p] + f[b + p]
        f[o + p] = bound if x > bound else (0.0 if x < 0.0 else x)


def multiply_add(f, i, o, a, b, c, n, position, attr):
    """a * b + c."""
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    c = c & 0x3FFFFFFF
    for p in range(n):
        f[o + p] = f[a + p] * f[b + p] + f[c + p]


def subtract_multiply(f, i, o, a, b, c, n, position, attr):
    """(a - b) * c."""
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    c = c & 0x3FFFFFFF
    for p in range(n):
        f[o + p] = (f[a + p] - f[b + p]) * f[c + p]


def subtract_square(f, i, o, a, b, c, n, position, attr):
    """(a - b) squared."""
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    for p in range(n):
        x = f[a + p] - f[b + p]
        f[o + p] = x * x


def add_add(f, i, o, a, b, c, n, position, attr):
    """a + b + c."""
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    c = c & 0x3FFFFFFF
    for p in range(n):
        f[o + p] = f[a + p] + f[b + p] + f[c + p]


def gate(f, i, o, a, b, c, n, position, attr):
    """b where a is above 0, else 0."""
    o = o & 0x3FFFFFFF
    a = a & 0x3FFFFFFF
    b = b & 0x3FFFFFFF
    for p in range(n):
        i[o + p] = i[b + p] & (0 - ((f[a + p] > 0.0) | 0))


FUNCTIONS = {
    "relu": relu,
    "add_relu": add_relu,
    "clip": clip,
    "add_clip": add_clip,
    "multiply_add": multiply_add,
    "subtract_multiply": subtract_multiply,
    "subtract_square": subtract_square,
    "add_add": add_add,
    "gate": gate,
}


class _Combining:
    """The instructions of an expression, joined from the first to the last. n: how many operands there are."""

    def __init__(self, expr, dtypes):
        self.n = len(dtypes)
        self.instrs = []
        self.uses = []
        self.dtypes = dtypes
        for instr in expr["instrs"]:
            self.instrs.append([instr[0], instr[1], instr[2], instr[3]])
            self.uses.append(0)
        for instr in expr["instrs"]:
            for operand in instr[2]:
                self._count(operand, 1)
        for operand in expr["results"]:
            self._count(operand, 1)

    def _count(self, operand, by):
        if operand >= self.n:
            self.uses[operand - self.n] += by

    def dtype_of(self, operand):
        return self.dtypes[operand] if operand < self.n else self.instrs[operand - self.n][1]

    def instr_of(self, operand):
        """The instruction that makes an operand, or None."""
        return None if operand < self.n else self.instrs[operand - self.n]

    def only(self, operand, op):
        """Whether an operand is made by such an instruction of float32, and nobody else reads it."""
        instr = self.instr_of(operand)
        if instr is None or self.uses[operand - self.n] != 1:
            return False
        return instr[0] == op and instr[1] == "float32"

    def put(self, j, op, operands, attr):
        """Instruction j becomes another one; what nobody reads any more is dropped."""
        before = self.instrs[j][2]
        for operand in operands:
            self._count(operand, 1)
        self.instrs[j] = [op, self.instrs[j][1], operands, attr]
        for operand in before:
            self._count(operand, -1)
            at = operand - self.n
            if at >= 0 and self.uses[at] == 0:
                for inner in self.instrs[at][2]:
                    self._count(inner, -1)
                self.instrs[at] = ["dropped", self.instrs[at][1], [], None]

    def join(self, j):
        """Take into instruction j what it is combined with."""
        instr = self.instrs[j]
        op = instr[0]
        if op == "where":
            self._join_where(j)
        elif len(instr[2]) == 2 and instr[1] == "float32":
            for side in range(2):
                if self._join_side(j, op, instr[2][side], instr[2][1 - side], side):
                    return None
        return None

    def _join_side(self, j, op, x, y, side):
        """Join operand x of instruction j, the other of which is y."""
        made = self.instr_of(x)
        other = self.instr_of(y)
        if op == "maximum":
            if other is None or not is_zero(other):
                return False
            if self.only(x, "add"):
                self.put(j, "add_relu", made[2], None)
            else:
                self.put(j, "relu", [x], None)
            return True
        if op == "minimum":
            return other is not None and other[0] == "constant" and self._join_bound(j, x, fround(other[3]))
        if op == "add":
            if self.only(x, "multiply"):
                self.put(j, "multiply_add", [made[2][0], made[2][1], y], None)
                return True
            if self.only(x, "add"):
                self.put(j, "add_add", [made[2][0], made[2][1], y], None)
                return True
        if op == "multiply":
            if x == y and made is not None and self.uses[x - self.n] == 2 and made[0] == "subtract":
                self.put(j, "subtract_square", made[2], None)
                return True
            if self.only(x, "subtract"):
                self.put(j, "subtract_multiply", [made[2][0], made[2][1], y], None)
                return True
        return False

    def _join_bound(self, j, x, bound):
        if not (bound > 0.0 and bound < 1000000.0):
            return False
        for op in ["relu", "add_relu"]:
            if self.only(x, op):
                self.put(j, "clip" if op == "relu" else "add_clip", self.instr_of(x)[2], bound)
                return True
        return False

    def _join_where(self, j):
        """where(x > 0, y, 0) of float32."""
        operands = self.instrs[j][2]
        test = self.instr_of(operands[0])
        other = self.instr_of(operands[2])
        if test is None or other is None or self.instrs[j][1] != "float32" or not is_zero(other):
            return None
        if (
            test[0] != "greater"
            or self.uses[operands[0] - self.n] != 1
            or self.dtype_of(test[2][0]) != "float32"
        ):
            return None
        bound = self.instr_of(test[2][1])
        if bound is not None and is_zero(bound):
            self.put(j, "gate", [test[2][0], operands[1]], None)
        return None


def combined(expr, dtypes):
    """The expression with combined instructions; those that vanish are "dropped". dtypes: of its operands."""
    work = _Combining(expr, dtypes)
    for j in range(len(work.instrs)):
        work.join(j)
    return {"instrs": work.instrs, "results": expr["results"]}
