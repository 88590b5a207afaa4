"""The tile of plain JavaScript: how rows and columns are packed for the products of panels.py.

A packed panel holds four rows of A (columns of B) as [k][4] in float64: loads need no conversion, which measured 7 %
faster than float32 panels, and the sums are double. A tile (this one, or that of wasm/tile.py) is what a product
needs to know of a processor: the sizes of panels and blocks, how rows are packed and panels multiplied.
"""

from .constant_tiles import COLUMNS, ROWS
from .elementwise import Program
from .launch import split
from .panels import PanelViews, multiply_panels


def pack_strided(f, d, source, step, inner, count, depth, target, panel):
    """Pack `count` rows (step apart) of `depth` elements (inner apart) into panels of four; missing rows are
    zero.

    panel: float64 elements from one panel to the next, 4 * depth unless only a part of the depth is packed.
    """
    for r in range(0, count, 4):
        o = target + (r >> 2) * panel
        s0 = source + r * step
        if r + 4 <= count:
            s1 = s0 + step
            s2 = s1 + step
            s3 = s2 + step
            for _p in range(depth):
                d[o] = f[s0]
                d[o + 1] = f[s1]
                d[o + 2] = f[s2]
                d[o + 3] = f[s3]
                s0 += inner
                s1 += inner
                s2 += inner
                s3 += inner
                o += 4
        else:
            left = count - r
            for _p in range(depth):
                for q in range(4):
                    d[o + q] = f[s0 + q * step] if q < left else 0.0
                s0 += inner
                o += 4


def pack_runs(f, d, s0, s1, s2, s3, offsets, lengths, target):
    """One panel of four patches that start at s0 .. s3: the same runs of each."""
    o = target
    for r in range(len(offsets)):
        offset = offsets[r]
        p0 = s0 + offset
        p1 = s1 + offset
        p2 = s2 + offset
        p3 = s3 + offset
        n = lengths[r]
        for p in range(n):
            d[o] = f[p0 + p]
            d[o + 1] = f[p1 + p]
            d[o + 2] = f[p2 + p]
            d[o + 3] = f[p3 + p]
            o += 4


def pack_channels(f, d, source, step, n, target):
    """n pixels, step apart, of four neighbouring channels."""
    s = source
    o = target
    for _p in range(n):
        d[o] = f[s]
        d[o + 1] = f[s + 1]
        d[o + 2] = f[s + 2]
        d[o + 3] = f[s + 3]
        s += step
        o += 4


def pack_channel(f, d, source, step, n, target):
    """n pixels, step apart, of one channel, into one row of a panel."""
    s = source
    o = target
    for _p in range(n):
        d[o] = f[s]
        s += step
        o += 4


def zero_rows(d, target, n, width):
    """n steps of a panel: zeros in `width` neighbouring rows."""
    o = target
    for _p in range(n):
        for q in range(width):
            d[o + q] = 0.0
        o += 4


class PlainTile:
    """rows, columns: of the tile; width: four-byte units of a packed element; block_m, block_k, block_n: rows of A,
    depth, and columns of B that are packed at a time; piece: multiply-adds of one item of work; cost: nanoseconds that
    one takes; keeps: B may be kept packed; packed: it comes so. One object serves one launch.
    """

    def __init__(self):
        self.rows = ROWS
        self.columns = COLUMNS
        self.width = 2
        self.block_m = 64
        self.block_k = 256
        self.block_n = 512
        self.piece = 2000000
        self.cost = 0.25
        self.thin = 2
        self.keeps = False
        self.packed = False
        self.edge = 16
        self.runs = []
        self.f32 = None
        self.f64 = None
        self.a_views = PanelViews()
        self.b_views = PanelViews()

    def program(self, expr, shapes, dtypes, shape, out_dtypes):
        """The compiled epilogue."""
        return Program(expr, shapes, dtypes, shape, out_dtypes, True)

    def begin(self, launch):
        """Bind to the memory of a launch."""
        self.f32 = launch.f32
        self.f64 = launch.f64

    def _changed(self):
        """Rows of A were packed. Columns of B may have been since, too, by another thread."""
        self.a_views.fresh = True
        self.b_views.fresh = True

    def place(self, offset):
        """The index of a packed element at an offset in four-byte units."""
        return (offset + 1) >> 1

    def units_of_rows(self, count, depth):
        """Elements that `count` packed rows of A take."""
        return split(count, ROWS) * ROWS * depth

    def pack_rows(self, source, step, inner, count, depth, target, panel):
        """Pack rows of A; see pack_strided."""
        self._changed()
        pack_strided(self.f32, self.f64, source, step, inner, count, depth, target, panel)

    def pack_columns(self, source, step, inner, count, depth, target, panel):
        """Pack columns of B; see pack_strided."""
        self.b_views.fresh = True
        pack_strided(self.f32, self.f64, source, step, inner, count, depth, target, panel)

    def take_runs(self, blocks):
        """Blocks of runs [offsets, lengths] for `pack_runs`; returns the units of workspace that they need."""
        self.runs = blocks
        return 0

    def place_runs(self, offset):
        """Where that workspace is."""
        return None

    def pack_runs(self, starts, count, block, target, panel):
        """Pack `count` rows of A, each of which is the runs of a block from another start."""
        runs = self.runs[block]
        self._changed()
        for r in range(0, count, 4):
            s1 = starts[r + 1 if r + 1 < count else count - 1]
            s2 = starts[r + 2 if r + 2 < count else count - 1]
            s3 = starts[r + 3 if r + 3 < count else count - 1]
            o = target + (r >> 2) * panel
            pack_runs(self.f32, self.f64, starts[r], s1, s2, s3, runs[0], runs[1], o)

    def pack_channels(self, source, step, n, target, width):
        """Pack n pixels, step apart, of `width` (1 or 4) neighbouring channels into rows of a panel of four."""
        self._changed()
        if width == 4:
            pack_channels(self.f32, self.f64, source, step, n, target)
        else:
            pack_channel(self.f32, self.f64, source, step, n, target)

    def zero_rows(self, target, n, width):
        """n steps of a panel of four: zeros in `width` neighbouring rows."""
        self._changed()
        zero_rows(self.f64, target, n, width)

    def multiply(self, a, rows, b, first, columns, depth, o, stride, add, edge):
        """rows x columns of C at o from panels of A at a and those of B at b from panel `first` on; `edge`: scratch
        of self.edge units.
        """
        left = self.a_views.at(self.f64, a, depth * 4, (rows + 3) >> 2)
        right = self.b_views.at(self.f64, b, depth * 4, first + ((columns + 3) >> 2))
        multiply_panels(self.f32, left, rows, right, first, columns, depth, o, stride, add, edge)
