"""The register tile of WebAssembly SIMD; what a product needs of it is what it needs of tile.PlainTile."""

from ..elementwise import Program
from ..launch import split
from .chains import simd_program
from .multiply import COLUMNS, multiply_panels, multiply_runs
from .packing import pack_channels, pack_runs, pack_strided, zero_rows


class VectorTile:
    """What both tiles share: 8 columns of B, packed in float32. See PlainTile for the fields."""

    def __init__(self, tier, rows):
        self.rows = rows
        self.columns = COLUMNS
        self.width = 1
        self.block_m = 96
        self.block_k = 256
        self.block_n = 480
        self.piece = 20000000
        self.cost = 0.035
        self.thin = 4
        self.keeps = True
        self.packed = False
        self.edge = COLUMNS * rows
        self.tier = tier
        self.blocks = []
        self.i32 = None
        self.call_columns = tier.want("pack " + str(COLUMNS), lambda: pack_strided(COLUMNS))

    def program(self, expr, shapes, dtypes, shape, out_dtypes):
        found = simd_program(self.tier, expr, shapes, dtypes, shape, out_dtypes, True)
        return Program(expr, shapes, dtypes, shape, out_dtypes, True) if found is None else found

    def begin(self, launch):
        self.i32 = launch.i32

    def place(self, offset):
        return offset

    def pack_columns(self, source, step, inner, count, depth, target, panel):
        self.call_columns.run(source, step, inner, count, depth, target, panel)


class SimdTile(VectorTile):
    """The tile of packed panels of `rows` rows of A; channels are packed into panels of four."""

    def __init__(self, tier, rows):
        super().__init__(tier, rows)
        self.table = 0
        self.call_multiply = tier.want("multiply " + str(rows), lambda: multiply_panels(tier, rows))
        self.call_rows = tier.want("pack " + str(rows), lambda: pack_strided(rows))
        self.call_runs = tier.want("pack runs " + str(rows), lambda: pack_runs(rows))
        self.call_channels = [
            tier.want("pack channels 1", lambda: pack_channels(1)),
            tier.want("pack channels 4", lambda: pack_channels(4)),
        ]
        self.call_zero = [
            tier.want("zero rows 1", lambda: zero_rows(1)),
            tier.want("zero rows 4", lambda: zero_rows(4)),
        ]

    def units_of_rows(self, count, depth):
        return split(count, self.rows) * self.rows * depth

    def pack_rows(self, source, step, inner, count, depth, target, panel):
        self.call_rows.run(source, step, inner, count, depth, target, panel)

    def take_runs(self, blocks):
        longest = 0
        for runs in blocks:
            longest = max(longest, len(runs[0]))
        self.blocks = blocks
        return self.block_m + 2 * longest

    def place_runs(self, offset):
        self.table = offset

    def pack_runs(self, starts, count, block, target, panel):
        i = self.i32
        for r in range(count):
            i[self.table + r] = starts[r]
        runs = self.blocks[block]
        at = self.table + self.block_m
        for r in range(len(runs[0])):
            i[at + 2 * r] = runs[0][r]
            i[at + 2 * r + 1] = runs[1][r]
        self.call_runs.run(self.table, count, at, len(runs[0]), target, panel)

    def pack_channels(self, source, step, n, target, width):
        self.call_channels[0 if width == 1 else 1].run(source, step, n, target)

    def zero_rows(self, target, n, width):
        self.call_zero[0 if width == 1 else 1].run(target, n)

    def multiply(self, a, rows, b, first, columns, depth, o, stride, add, edge):
        right = b + first * COLUMNS * depth
        wide = self.rows
        added = 1 if add else 0
        self.call_multiply.run(
            a,
            wide,
            wide * depth,
            rows,
            right,
            COLUMNS,
            COLUMNS * depth,
            columns,
            depth,
            o,
            stride,
            added,
            edge,
        )


class RunsTile(VectorTile):
    """The tile for rows of A that are read where they are: runs of neighbouring elements."""

    def __init__(self, tier, rows):
        super().__init__(tier, rows)
        self.block_k = 1024
        self.longest = 1
        self.run_count = 1
        self.call_product = tier.want("multiply runs " + str(rows), lambda: multiply_runs(tier, rows))

    def take_runs(self, blocks):
        self.blocks = blocks
        for runs in blocks:
            self.longest = max(self.longest, len(runs[0]))
        return 0

    def place_runs(self, offset):
        return None

    def units_of_rows(self, count, depth):
        return self.block_m + 2 * self.longest

    def pack_rows(self, source, step, inner, count, depth, target, panel):
        """Note where rows of neighbouring elements start; inner is 1."""
        i = self.i32
        for r in range(count):
            i[target + r] = source + r * step
        self._note([[0], [depth]], target + self.block_m)

    def pack_runs(self, starts, count, block, target, panel):
        i = self.i32
        for r in range(count):
            i[target + r] = starts[r]
        self._note(self.blocks[block], target + self.block_m)

    def _note(self, runs, at):
        self.run_count = len(runs[0])
        for r in range(self.run_count):
            self.i32[at + 2 * r] = runs[0][r]
            self.i32[at + 2 * r + 1] = runs[1][r]

    def multiply(self, a, rows, b, first, columns, depth, o, stride, add, edge):
        right = b + first * COLUMNS * depth
        runs = a + self.block_m
        added = 1 if add else 0
        self.call_product.run(a, rows, runs, self.run_count, right, columns, depth, o, stride, added, edge)
