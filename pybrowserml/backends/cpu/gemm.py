"""The matrix product that matmul and the convolutions share: packed panels, 4x4 register tiles, cache blocks.

C[m, n] = sum over k of A[m, k] B[k, n]. As in Goto, van de Geijn, "Anatomy of high-performance matrix
multiplication" (2008): for each block of columns and each block of k the columns of B are packed once; for
each block of rows A is packed and multiplied by pieces of the packed B. A packed panel holds four rows
(columns of B) as [k][4] in float64: loads need no conversion, which measured 7 % faster than float32 panels,
and the sums are double. What is packed is up to the derived class, so that a convolution is this product with
another way to read its pixels.
"""

from ...platform.buffers import subarray
from .launch import Launch, split

ROWS = 4
COLUMNS = 4
BLOCK_M = 64
BLOCK_K = 256
BLOCK_N = 512
PIECE_WORK = 2000000
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


class GemmLaunch(Launch):
    """A batch of products with an epilogue.

    batch, m, n, k: the sizes; `n_total`: the length of a row of the output, of which this product fills n
    columns from `column_of(batch)` on; program: the compiled epilogue, or None; is_float: the dtype of the
    output is float32. Derived classes give pack_a(batch, row, rows, k, depth, target), pack_b(batch, column,
    columns, k, depth, target) and, where needed, row_of(batch) and column_of(batch): the first row and column
    of the output, m_of(batch): its rows when the last product has fewer, and preparation in `extra` tiles
    before each product. The sums of several blocks of k gather in the output itself, or in the workspace
    where the output may not hold them.
    """

    def __init__(self, batch, m, n, k, n_total, program, is_float):
        self.batch = batch
        self.m = m
        self.n = n
        self.k = k
        self.n_total = n_total
        self.program = program
        self.in_place = False
        self.a_views = PanelViews()
        self.b_views = PanelViews()
        self.is_float = is_float
        self.items = []
        self.block_k = BLOCK_K
        self.extra = self.extra_tiles()
        tiles = 0
        if batch > 0 and m > 0 and n > 0:
            self._list_items()
            tiles = batch * len(self.items)
        super().__init__(tiles, 0)
        if program is not None:
            for operand in program.reuse[0]:
                if len(self.reuse) == 0:
                    self.reuse.append([])
                self.reuse[0].append(operand + 1)
        self._measure()

    def extra_tiles(self):
        """How many tiles of preparation stand before each product."""
        return 0

    def prepare_tile(self, batch, tile):
        """One tile of preparation."""
        return None

    def pack_a(self, batch, row, rows, k, depth, target):
        """Pack rows of A for a block of k."""
        return None

    def pack_b(self, batch, column, columns, k, depth, target):
        """Pack columns of B for a block of k."""
        return None

    def m_of(self, batch):
        return self.m

    def _list_items(self):
        """One product as items [kind, n0, n1, k0, k1, m0, m1, j0, j1]: kind 0 packs B, 1 packs A and
        multiplies, 2 multiplies, 3 prepares.
        """
        depth = self.block_k if self.k > self.block_k else self.k
        for tile in range(self.extra):
            self.items.append([3, tile, 0, 0, 0, 0, 0, 0, 0])
        piece = int(PIECE_WORK / (BLOCK_M * max(1, depth)) / 4) * 4
        if piece < 16:
            piece = 16
        for n0 in range(0, self.n, BLOCK_N):
            n1 = min(n0 + BLOCK_N, self.n)
            for block in range(max(1, split(self.k, self.block_k))):
                k0 = block * self.block_k
                k1 = min(k0 + self.block_k, self.k)
                self.items.append([0, n0, n1, k0, k1, 0, 0, n0, n1])
                for m0 in range(0, self.m, BLOCK_M):
                    m1 = min(m0 + BLOCK_M, self.m)
                    for j0 in range(n0, n1, piece):
                        kind = 1 if j0 == n0 else 2
                        self.items.append([kind, n0, n1, k0, k1, m0, m1, j0, min(j0 + piece, n1)])

    def accept_reuse(self, output, operand):
        self.in_place = True
        self._measure()

    def _measure(self):
        """Lay out the workspace: float64 panels, edge tile, gathered sums, the epilogue's blocks."""
        depth = self.block_k if self.k > self.block_k else self.k
        width = BLOCK_N if self.n > BLOCK_N else self.n
        self.a_size = split(min(BLOCK_M, self.m), ROWS) * 4 * depth
        self.b_size = split(width, COLUMNS) * 4 * depth
        self.gathered = self.gathers()
        at = (self.a_size + self.b_size) * 2 + 2
        self.edge_at = at
        at = at + 16
        self.sums_at = at
        if self.gathered:
            several = self.k > self.block_k
            at = at + (self.m if several else min(BLOCK_M, self.m)) * width
        self.program_at = at
        self.workspace = at + (0 if self.program is None else self.program.workspace)

    def gathers(self):
        """True when the sums may not gather in the output."""
        late = self.program is not None and self.program.reads_source_late
        return self.in_place or late or not self.is_float

    def row_of(self, batch):
        return batch * self.m

    def column_of(self, batch):
        return 0

    def begin(self):
        if self.program is not None and self.tiles > 0:
            self.program.begin(self, self.ins[1 : len(self.ins)], self.outs, self.work + self.program_at)

    def run(self, lo, hi):
        count = len(self.items)
        for t in range(lo, hi):
            at = t % count
            self._item(int((t - at) / count), self.items[at])

    def _item(self, batch, item):
        if item[0] == 3:
            self.prepare_tile(batch, item[1])
            return None
        n0 = item[1]
        k0 = item[3]
        m0 = item[5]
        j0 = item[7]
        rows = min(item[6], self.m_of(batch)) - m0
        columns = item[8] - j0
        depth = item[4] - k0
        a = (self.work + 1) >> 1
        b = a + self.a_size
        if item[0] == 0:
            self.pack_b(batch, n0, item[2] - n0, k0, depth, b)
            return None
        if rows <= 0:
            return None
        if item[0] == 1:
            self.pack_a(batch, m0, rows, k0, depth, a)
        row = self.row_of(batch) + m0
        column = self.column_of(batch) + j0
        if self.gathered:
            width = item[2] - n0
            stride = width
            o = self.work + self.sums_at + j0 - n0
            if self.k > self.block_k:
                o = o + m0 * width
        else:
            stride = self.n_total
            o = self.outs[0] + row * self.n_total + column
        left = self.a_views.at(self.f64, a, depth * 4, split(rows, ROWS))
        right = self.b_views.at(self.f64, b, depth * 4, split(item[2] - n0, COLUMNS))
        edge = self.work + self.edge_at
        multiply_panels(self.f32, left, rows, right, (j0 - n0) >> 2, columns, depth, o, stride, k0 > 0, edge)
        if item[4] == self.k:
            self.finish(batch, m0, row, column, rows, columns, o, stride)
        return None

    def finish(self, batch, m0, row, column, rows, columns, o, stride):
        """Rows of finished sums at o: apply the epilogue."""
        if self.program is None:
            return None
        if columns == self.n_total and stride == columns:
            self.program.apply(row * self.n_total, rows * columns, o)
        else:
            for r in range(rows):
                self.program.apply((row + r) * self.n_total + column, columns, o + r * stride)
        return None
