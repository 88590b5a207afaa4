"""The register tile of plain JavaScript: 4x4 sums over packed float64 panels.

A packed panel holds four rows of A (columns of B) as [k][4] in float64: loads need no conversion, which measured 7 %
faster than float32 panels, and the sums are double. A tile (this one, or that of wasm/tile.py) is what a product
needs to know of a processor: the sizes of panels and blocks, how rows are packed and panels multiplied.
"""

from ...platform.buffers import subarray
from .elementwise import Program
from .launch import split

ROWS = 4
COLUMNS = 4
INDEX = 0x3FFFFFFF


class PanelViews:
    """Views of consecutive packed panels, kept as long as the memory and the place stay the same.

    A panel that is an array of its own lets the inner loop index both panels with its counter: the JavaScript
    engine knows its range and drops the overflow checks (7 % faster than offsets into one large array).
    """

    def __init__(self):
        self.memory = None
        self.base = -1
        self.size = -1
        self.views = []

    def at(self, d, base, size, count):
        """Views of `count` panels of `size` elements each, the first one at `base` of d."""
        if self.memory is not d or self.base != base or self.size != size:
            self.memory = d
            self.base = base
            self.size = size
            self.views = []
        for k in range(len(self.views), count):
            self.views.append(subarray(d, base + k * size, base + (k + 1) * size))
        return self.views


def tile_4x4(f, a, b, depth, o, stride, add):
    """A 4x4 tile of C from two packed panels; `add` to what is at o, or replace it."""
    c00 = 0.0
    c01 = 0.0
    c02 = 0.0
    c03 = 0.0
    c10 = 0.0
    c11 = 0.0
    c12 = 0.0
    c13 = 0.0
    c20 = 0.0
    c21 = 0.0
    c22 = 0.0
    c23 = 0.0
    c30 = 0.0
    c31 = 0.0
    c32 = 0.0
    c33 = 0.0
    end = (depth * 4) & INDEX
    for p in range(0, end, 4):
        b0 = b[p]
        b1 = b[p + 1]
        b2 = b[p + 2]
        b3 = b[p + 3]
        a0 = a[p]
        c00 += a0 * b0
        c01 += a0 * b1
        c02 += a0 * b2
        c03 += a0 * b3
        a1 = a[p + 1]
        c10 += a1 * b0
        c11 += a1 * b1
        c12 += a1 * b2
        c13 += a1 * b3
        a2 = a[p + 2]
        c20 += a2 * b0
        c21 += a2 * b1
        c22 += a2 * b2
        c23 += a2 * b3
        a3 = a[p + 3]
        c30 += a3 * b0
        c31 += a3 * b1
        c32 += a3 * b2
        c33 += a3 * b3
    if add:
        c00 += f[o]
        c01 += f[o + 1]
        c02 += f[o + 2]
        c03 += f[o + 3]
    f[o] = c00
    f[o + 1] = c01
    f[o + 2] = c02
    f[o + 3] = c03
    o += stride
    if add:
        c10 += f[o]
        c11 += f[o + 1]
        c12 += f[o + 2]
        c13 += f[o + 3]
    f[o] = c10
    f[o + 1] = c11
    f[o + 2] = c12
    f[o + 3] = c13
    o += stride
    if add:
        c20 += f[o]
        c21 += f[o + 1]
        c22 += f[o + 2]
        c23 += f[o + 3]
    f[o] = c20
    f[o + 1] = c21
    f[o + 2] = c22
    f[o + 3] = c23
    o += stride
    if add:
        c30 += f[o]
        c31 += f[o + 1]
        c32 += f[o + 2]
        c33 += f[o + 3]
    f[o] = c30
    f[o + 1] = c31
    f[o + 2] = c32
    f[o + 3] = c33


def multiply_panels(f, a, rows, b, first, columns, depth, o, stride, add, edge):
    """rows x columns of C from views of the panels of A and of B, those of B from panel `first` on.

    Tiles that are cut off go through 16 elements at `edge`.
    """
    for j in range(0, columns, COLUMNS):
        right = b[first + (j >> 2)]
        for r in range(0, rows, ROWS):
            at = o + r * stride + j
            if r + ROWS <= rows and j + COLUMNS <= columns:
                tile_4x4(f, a[r >> 2], right, depth, at, stride, add)
            else:
                tile_4x4(f, a[r >> 2], right, depth, edge, 4, False)
                move_edge(f, edge, at, stride, min(ROWS, rows - r), min(COLUMNS, columns - j), add)


def move_edge(f, edge, o, stride, rows, columns, add):
    """The valid part of a tile that is cut off, from 16 elements to C."""
    for r in range(rows):
        for c in range(columns):
            x = f[edge + r * 4 + c]
            if add:
                x += f[o + r * stride + c]
            f[o + r * stride + c] = x


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

    def place(self, offset):
        """The index of a packed element at an offset in four-byte units."""
        return (offset + 1) >> 1

    def units_of_rows(self, count, depth):
        """Elements that `count` packed rows of A take."""
        return split(count, ROWS) * ROWS * depth

    def pack_rows(self, source, step, inner, count, depth, target, panel):
        """Pack rows of A; see pack_strided."""
        pack_strided(self.f32, self.f64, source, step, inner, count, depth, target, panel)

    def pack_columns(self, source, step, inner, count, depth, target, panel):
        """Pack columns of B; see pack_strided."""
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
        for r in range(0, count, 4):
            s1 = starts[min(r + 1, count - 1)]
            s2 = starts[min(r + 2, count - 1)]
            s3 = starts[min(r + 3, count - 1)]
            o = target + (r >> 2) * panel
            pack_runs(self.f32, self.f64, starts[r], s1, s2, s3, runs[0], runs[1], o)

    def pack_channels(self, source, step, n, target, width):
        """Pack n pixels, step apart, of `width` (1 or 4) neighbouring channels into rows of a panel of four."""
        if width == 4:
            pack_channels(self.f32, self.f64, source, step, n, target)
        else:
            pack_channel(self.f32, self.f64, source, step, n, target)

    def zero_rows(self, target, n, width):
        """n steps of a panel of four: zeros in `width` neighbouring rows."""
        zero_rows(self.f64, target, n, width)

    def multiply(self, a, rows, b, first, columns, depth, o, stride, add, edge):
        """rows x columns of C at o from panels of A at a and those of B at b from panel `first` on; `edge`: scratch
        of self.edge units.
        """
        left = self.a_views.at(self.f64, a, depth * 4, (rows + 3) >> 2)
        right = self.b_views.at(self.f64, b, depth * 4, first + ((columns + 3) >> 2))
        multiply_panels(self.f32, left, rows, right, first, columns, depth, o, stride, add, edge)
