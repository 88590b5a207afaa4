"""Products of packed panels: the register tile.

rows x 8 sums in vector registers: 12 of them with 6 rows, two for B and one for A fill the 16 registers of x86-64.
With a separate multiplication and addition one more is needed, so that 4 rows are faster then (measured; see
docs/performance.md).
"""

from .assembler import Function
from .packing import scaled

COLUMNS = 8


def multiply_panels(tier, rows):
    """(a, a_step, a_panel, m, b, b_step, b_panel, n, depth, o, stride, add, edge): m x n of C at o.

    Element k of A's next `rows` rows is at a + k * a_step, those of the rows behind them `a_panel` on; B likewise
    with 8 columns. So A and B are packed panels, or matrices that have k along their rows and need no packing. add:
    0 replaces what is at o. edge: 8 * rows elements of scratch, for tiles that are cut off.
    """
    f = Function(["i32" for _k in range(13)], None)
    a, a_step, a_panel, m, b, b_step, b_panel, n, depth, o, stride, add, edge = f.args
    scaled(f, [a, a_step, a_panel, b, b_step, b_panel, o, stride, edge])
    tile = _Tile(f, tier, rows)
    left = f.local("i32")
    start = f.local("i32")
    p = f.local("i32")
    q = f.local("i32")
    steps = f.local("i32")

    def begin_column():
        f.put(start, a)

    def sums():
        f.put(p, start)
        f.put(q, b)
        f.put(steps, depth)
        f.begin_while(steps)
        tile.step([["v128.load32_splat", p, 4 * r] for r in range(rows)], q)
        f.put(p, ["i32.add", p, a_step])
        f.put(q, ["i32.add", q, b_step])
        f.put(steps, ["i32.sub", steps, 1])
        f.end_while()
        f.put(start, ["i32.add", start, a_panel])

    tile.walk(left, m, n, o, stride, add, edge, begin_column, sums)
    f.put(b, ["i32.add", b, b_panel])
    tile.end_column()
    return f


def multiply_runs(tier, rows):
    """(starts, m, runs, run_count, b, n, depth, o, stride, add, edge): as multiply_panels, with rows of A where they
    are.

    Row r of A is the elements that `runs`, pairs of an offset and a length, say from starts[r] on: the rows of a
    matrix are one run, the patches of an image one a tap. So a convolution copies no patches (Dukhan, "The indirect
    convolution algorithm", 2019). b: packed panels of `depth` steps.
    """
    f = Function(["i32" for _k in range(11)], None)
    starts, m, runs, run_count, b, n, depth, o, stride, add, edge = f.args
    scaled(f, [starts, runs, b, o, stride, edge])
    tile = _Tile(f, tier, rows)
    left = f.local("i32")
    start = f.local("i32")
    at = f.local("i32")
    run = f.local("i32")
    rest = f.local("i32")
    q = f.local("i32")
    steps = f.local("i32")
    pointers = f.locals("i32", rows)

    def begin_column():
        f.put(start, starts)

    def sums():
        f.put(q, b)
        f.put(run, runs)
        f.put(rest, run_count)
        f.begin_while(rest)
        f.put(at, start)
        for r in range(rows):
            if r > 0:
                f.put(at, ["i32.add", at, ["i32.shl", ["i32.gt_s", left, r], 2]])
            f.put(pointers[r], ["i32.shl", ["i32.add", ["i32.load", at, 0], ["i32.load", run, 0]], 2])
        f.put(steps, ["i32.load", run, 4])
        # One step at a time: engines of 2023 spill registers where the loop is unrolled (0.6 of the speed).
        f.begin_while(steps)
        tile.step([["v128.load32_splat", pointer, 0] for pointer in pointers], q)
        for pointer in pointers:
            f.move(pointer, 4)
        f.move(q, 32)
        f.put(steps, ["i32.sub", steps, 1])
        f.end_while()
        f.move(run, 8)
        f.put(rest, ["i32.sub", rest, 1])
        f.end_while()
        f.move(start, 4 * rows)

    tile.walk(left, m, n, o, stride, add, edge, begin_column, sums)
    f.put(b, ["i32.add", b, ["i32.shl", depth, 5]])
    tile.end_column()
    return f


def tile_of(f, tier, rows):
    """The sums of a tile, for a function with another way through its operands."""
    return _Tile(f, tier, rows)


class _Tile:
    """The sums of one tile and what is done with them."""

    def __init__(self, f, tier, rows):
        self.f = f
        self.tier = tier
        self.rows = rows
        self.acc = f.locals("v128", 2 * rows)
        self.b = f.locals("v128", 2)
        self.a = f.local("v128")
        self.left = f.local("i32")
        self.at = f.local("i32")
        self.r = f.local("i32")
        self.c = f.local("i32")
        self.o = f.local("i32")

    def walk(self, left, m, n, o, stride, add, edge, begin_column, sums):
        """Code for all tiles, columns of 8 one after the other; behind it the caller moves b on and says end_column.

        left: a Local, the rows from the tile on; begin_column(): before the first tile of a column; sums(): code
        that sums up one tile and moves A on.
        """
        f = self.f
        self.n = n
        self.target = o
        f.begin_while(["i32.gt_s", n, 0])
        f.put(left, m)
        f.put(self.o, o)
        begin_column()
        f.begin_while(["i32.gt_s", left, 0])
        for k in range(2 * self.rows):
            f.put(self.acc[k], ["f32x4", 0])
        sums()
        f.begin_if(["i32.and", ["i32.ge_s", left, self.rows], ["i32.ge_s", n, COLUMNS]])
        f.begin_if(add)
        self.store(self.o, stride, True)
        f.otherwise()
        self.store(self.o, stride, False)
        f.end_if()
        f.otherwise()
        self.store(edge, 32, False)
        self.move_edge(edge, self.o, stride, left, n, add)
        f.end_if()
        f.put(self.o, ["i32.add", self.o, ["i32.mul", stride, self.rows]])
        f.put(left, ["i32.sub", left, self.rows])
        f.end_while()

    def end_column(self):
        self.f.move(self.target, 4 * COLUMNS)
        self.f.put(self.n, ["i32.sub", self.n, COLUMNS])
        self.f.end_while()

    def step(self, rows, q):
        """One step of k: rows: an expression for each row of A; B's columns at q."""
        f = self.f
        f.put(self.b[0], ["v128.load", q, 0])
        f.put(self.b[1], ["v128.load", q, 16])
        for r in range(self.rows):
            f.put(self.a, rows[r])
            for half in range(2):
                acc = self.acc[2 * r + half]
                f.put(acc, self.tier.madd(self.a, self.b[half], acc))

    def store(self, o, stride, add):
        """The whole tile at o, rows `stride` bytes apart."""
        f = self.f
        f.put(self.at, o)
        for r in range(self.rows):
            for half in range(2):
                value = self.acc[2 * r + half]
                if add:
                    value = ["f32x4.add", ["v128.load", self.at, 16 * half], value]
                f.store("v128.store", self.at, value, 16 * half)
            if r + 1 < self.rows:
                f.put(self.at, ["i32.add", self.at, stride])

    def move_edge(self, edge, o, stride, rows, columns, add):
        """The valid part of a tile that is cut off, from scratch to C."""
        f = self.f
        f.put(self.r, 0)
        f.begin_while(["i32.and", ["i32.lt_s", self.r, rows], ["i32.lt_s", self.r, self.rows]])
        f.put(self.at, ["i32.add", o, ["i32.mul", self.r, stride]])
        f.put(self.left, ["i32.add", edge, ["i32.shl", self.r, 5]])
        f.put(self.c, 0)
        f.begin_while(["i32.and", ["i32.lt_s", self.c, columns], ["i32.lt_s", self.c, COLUMNS]])
        f.begin_if(add)
        f.store("f32.store", self.at, ["f32.add", ["f32.load", self.at, 0], ["f32.load", self.left, 0]], 0)
        f.otherwise()
        f.store("f32.store", self.at, ["f32.load", self.left, 0], 0)
        f.end_if()
        f.move(self.at, 4)
        f.move(self.left, 4)
        f.move(self.c, 1)
        f.end_while()
        f.move(self.r, 1)
        f.end_while()
