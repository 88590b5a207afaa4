"""Products of packed panels: the register tile.

rows x 8 sums in vector registers: 12 of them with 6 rows, two for B and one for A fill the 16 registers of x86-64.
With a separate multiplication and addition one more is needed, so that 4 rows are faster then (measured; see
docs/performance.md).
"""

from .assembler import Function
from .packing import scaled

COLUMNS = 8


def multiply_panels(tier, rows):
    """(a, m, b, n, depth, o, stride, add, edge): m x n of C at o from panels of `rows` rows at a and of 8 columns at
    b.

    add: 0 replaces what is at o. edge: 8 * rows elements of scratch, for tiles that are cut off.
    """
    f = Function(["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"], None)
    a, m, b, n, depth, o, stride, add, edge = f.args
    for local in [a, b, o, stride, edge]:
        scaled(f, local)
    tile = _Tile(f, tier, rows)
    i = f.local("i32")
    at = f.local("i32")
    left = f.local("i32")
    right = f.local("i32")
    b_panel = f.local("i32")
    f.put(b_panel, ["i32.shl", depth, 5])
    f.begin_while(["i32.gt_s", n, 0])
    f.put(i, m)
    f.put(at, o)
    f.put(left, a)
    f.begin_while(["i32.gt_s", i, 0])
    f.put(right, b)
    tile.sums(left, right, depth)
    f.begin_if(["i32.and", ["i32.ge_s", i, rows], ["i32.ge_s", n, COLUMNS]])
    f.begin_if(add)
    tile.store(at, stride, True)
    f.otherwise()
    tile.store(at, stride, False)
    f.end_if()
    f.otherwise()
    tile.store(edge, 32, False)
    tile.move_edge(edge, at, stride, i, n, add)
    f.end_if()
    f.put(at, ["i32.add", at, ["i32.mul", stride, rows]])
    f.put(i, ["i32.sub", i, rows])
    f.end_while()
    f.put(b, ["i32.add", b, b_panel])
    f.move(o, 4 * COLUMNS)
    f.put(n, ["i32.sub", n, COLUMNS])
    f.end_while()
    return f


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

    def sums(self, left, right, depth):
        """Sum up `depth` steps; `left` ends at the next panel."""
        f = self.f
        for k in range(2 * self.rows):
            f.put(self.acc[k], ["f32x4", 0])
        f.put(self.left, depth)
        f.begin_while(self.left)
        f.put(self.b[0], ["v128.load", right, 0])
        f.put(self.b[1], ["v128.load", right, 16])
        for r in range(self.rows):
            f.put(self.a, ["v128.load32_splat", left, 4 * r])
            for half in range(2):
                acc = self.acc[2 * r + half]
                f.put(acc, self.tier.madd(self.a, self.b[half], acc))
        f.move(left, 4 * self.rows)
        f.move(right, 4 * COLUMNS)
        f.put(self.left, ["i32.sub", self.left, 1])
        f.end_while()

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
