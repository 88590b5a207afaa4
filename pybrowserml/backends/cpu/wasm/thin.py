"""Products of one or two rows in SIMD: a matrix times a vector, the matrix read once and where it is."""

from ..matmul import ROW_AT, ThinLaunch
from .assembler import Function
from .packing import BACK, FRONT, HIGH, LOW, scaled

# A lane sums up so many products by themselves, and such sums then: the error grows with the root of both counts.
RUN = 64
# Rows of a matrix that are taken at once.
SWEEP = 8
# Multiplications, per element from which on an expression is worth a function (Tier.least), from which on a product is.
WORTH = 4
# Tiles that are written on a list of commands at most.
MOST_TILES = 16
# And numbers that have to be copied one by one.
MOST_SINGLES = 64


def columns_by_vector(tier):
    """(matrix, row, vector, inner, n, depth, o): o[c] = sum over p of matrix[p * row + c] * vector[p * inner].

    SWEEP rows at a time along all columns: memory is read as it lies, whatever the length of a row.
    """
    f = Function(["i32" for _k in range(7)], None)
    matrix, row, vector, inner, n, depth, o = f.args
    scaled(f, [matrix, row, vector, inner, o])
    factors = f.locals("v128", SWEEP)
    at = f.locals("i32", SWEEP)
    c = f.local("i32")
    to = f.local("i32")
    total = f.local("v128")
    later = f.local("i32")

    def columns(rows, width):
        f.begin_while(["i32.ge_s", c, width])
        load = "v128.load" if width == 4 else "v128.load32_zero"
        for r in range(rows):
            product = [load, at[r], 0]
            f.put(
                total, tier.madd(product, factors[r], total) if r > 0 else ["f32x4.mul", product, factors[r]]
            )
            f.move(at[r], 4 * width)
        f.begin_if(later)
        f.put(total, ["f32x4.add", total, [load, to, 0]])
        f.end_if()
        if width == 4:
            f.store("v128.store", to, total, 0)
        else:
            f.store_lane("v128.store32_lane", to, total, 0, 0)
        f.move(to, 4 * width)
        f.put(c, ["i32.sub", c, width])
        f.end_while()

    def sweep(rows):
        f.begin_while(["i32.ge_s", depth, rows])
        for r in range(rows):
            f.put(factors[r], ["v128.load32_splat", vector, 0])
            f.put(vector, ["i32.add", vector, inner])
            f.put(at[r], matrix)
            f.put(matrix, ["i32.add", matrix, row])
        f.put(c, n)
        f.put(to, o)
        columns(rows, 4)
        columns(rows, 1)
        f.put(later, 1)
        f.put(depth, ["i32.sub", depth, rows])
        f.end_while()

    sweep(SWEEP)
    sweep(1)
    return f


def rows_by_vector(tier):
    """(matrix, row, vector, n, depth, o): o[c] = sum over p of matrix[c * row + p] * vector[p]."""
    f = Function(["i32" for _k in range(6)], None)
    matrix, row, vector, n, depth, o = f.args
    scaled(f, [matrix, row, vector, o])
    totals = f.locals("v128", 4)
    acc = f.locals("v128", 4)
    at = f.locals("i32", 4)
    v = f.local("i32")
    left = f.local("i32")
    rest = f.local("i32")
    x = f.local("v128")

    def products(rows, load, width):
        f.begin_while(["i32.ge_s", left, width])
        f.put(x, [load, v, 0])
        for r in range(rows):
            f.put(acc[r], tier.madd([load, at[r], 0], x, acc[r]))
            f.move(at[r], 4 * width)
        f.move(v, 4 * width)
        f.put(left, ["i32.sub", left, width])
        f.end_while()

    def block(rows):
        f.begin_while(["i32.ge_s", n, rows])
        f.put(v, vector)
        for r in range(rows):
            f.put(totals[r], ["f32x4", 0])
            f.put(at[r], matrix)
            f.put(matrix, ["i32.add", matrix, row])
        f.put(rest, depth)
        f.begin_while(rest)
        f.put(left, ["select", 4 * RUN, rest, ["i32.gt_s", rest, 4 * RUN]])
        f.put(rest, ["i32.sub", rest, left])
        for r in range(rows):
            f.put(acc[r], ["f32x4", 0])
        products(rows, "v128.load", 4)
        products(rows, "v128.load32_zero", 1)
        for r in range(rows):
            f.put(totals[r], ["f32x4.add", totals[r], acc[r]])
        f.end_while()
        _store_sums(f, totals, rows, o)
        f.move(o, 4 * rows)
        f.put(n, ["i32.sub", n, rows])
        f.end_while()

    block(4)
    block(1)
    return f


def _store_sums(f, acc, rows, o):
    """The sum of the lanes of each of four vectors, or of the first, whatever their number in the same order."""
    low = f.locals("v128", 2)
    high = f.locals("v128", 2)
    for pair in range(2):
        f.put(low[pair], ["i8x16.shuffle", acc[2 * pair], acc[2 * pair + 1], LOW])
        f.put(high[pair], ["i8x16.shuffle", acc[2 * pair], acc[2 * pair + 1], HIGH])
    # Lanes of one number stand together: 0 and 1 of every sum in low, 2 and 3 in high.
    f.put(
        acc[0],
        ["f32x4.add", ["i8x16.shuffle", low[0], low[1], FRONT], ["i8x16.shuffle", low[0], low[1], BACK]],
    )
    f.put(
        acc[1],
        ["f32x4.add", ["i8x16.shuffle", high[0], high[1], FRONT], ["i8x16.shuffle", high[0], high[1], BACK]],
    )
    f.put(acc[0], ["f32x4.add", acc[0], acc[1]])
    if rows == 4:
        f.store("v128.store", o, acc[0], 0)
    else:
        f.store_lane("v128.store32_lane", o, acc[0], 0, 0)


class SimdThinLaunch(ThinLaunch):
    """A vector whose elements are no neighbours is copied first."""

    def __init__(self, tier, sizes, offsets, transposed, program, side):
        super().__init__(sizes, offsets, transposed, program, side)
        self.by_rows = self.matrix_inner == 1
        self.copy_at = self.workspace
        if self.by_rows:
            self.call = tier.want("rows by vector", lambda: rows_by_vector(tier))
            if self.vector_inner != 1:
                self.workspace = self.workspace + self.k
        else:
            self.call = tier.want("columns by vector", lambda: columns_by_vector(tier))

    def multiply(self, matrix, vector, n, target):
        if not self.by_rows:
            self.call.run(matrix, self.matrix_inner, vector, self.vector_inner, n, self.k, target)
            return None
        if self.vector_inner != 1:
            f = self.f32
            copy = self.work + self.copy_at
            for p in range(self.k):
                f[copy + p] = f[vector + p * self.vector_inner]
            vector = copy
        self.call.run(matrix, self.matrix_step, vector, n, self.k, target)

    def record(self, commands):
        step = 1 if self.side == 0 else self.n
        direct = self.program is None and step == 1
        copies = self.by_rows and self.vector_inner != 1
        if self.tiles > MOST_TILES or (copies and self.tiles * self.k > MOST_SINGLES):
            return False
        if step != 1 and self.vectors * self.length > MOST_SINGLES:
            return False
        for t in range(self.tiles):
            place = self.place_of(t)
            target = place.target if direct else self.work + ROW_AT
            vector = place.vector
            if copies:
                vector = self.work + self.copy_at
                for p in range(self.k):
                    commands.carry(place.vector + p * self.vector_inner, vector + p, 1)
            given = [place.matrix, self.matrix_step, vector]
            if not self.by_rows:
                given = [place.matrix, self.matrix_inner, place.vector, self.vector_inner]
            given.extend([place.n, self.k, target])
            commands.call(self.call, given)
            if direct:
                continue
            at_once = place.n if step == 1 else 1
            for c in range(0, place.n, at_once):
                if self.program is None:
                    commands.carry(target + c, place.target + c * step, 1)
                elif not self.program.record(commands, place.position + c * step, at_once, target + c):
                    return False
        return True


def thin_launch(tier):
    """The maker of launches for products of few rows: SIMD where there is work enough."""

    def make(sizes, offsets, transposed, program, side):
        # At least one: a product of no steps writes zeros.
        if sizes[0] * sizes[1] * sizes[2] * sizes[3] < max(1, WORTH * (tier.least - 1)):
            return ThinLaunch(sizes, offsets, transposed, program, side)
        return SimdThinLaunch(tier, sizes, offsets, transposed, program, side)

    return make
