"""The matrix product that matmul and the convolutions share: packed panels, 4x4 register tiles, cache blocks.

C[m, n] = sum over k of A[m, k] B[k, n]. As in Goto, van de Geijn, "Anatomy of high-performance matrix
multiplication" (2008): for each block of columns and each block of k the columns of B are packed once; for
each block of rows A is packed and multiplied by pieces of the packed B. How panels
are packed and multiplied is up to the tile (tile.py, wasm/tile.py); what is packed is up to the derived class, so
that a convolution is this product with another way to read its pixels.
"""

from .launch import Launch, split


class GemmLaunch(Launch):
    """A batch of products with an epilogue.

    batch, m, n, k: the sizes; `n_total`: the length of a row of the output, of which this product fills n
    columns from `column_of(batch)` on; program: the compiled epilogue, or None; is_float: the dtype of the
    output is float32; tile: how to pack and multiply. Derived classes give pack_a(batch, row, rows, k, depth,
    target), pack_b(batch, column, columns, k, depth, target) and, where needed, row_of(batch) and column_of(batch):
    the first row and column of the output, m_of(batch): its rows when the last product has fewer, and preparation in
    `extra` tiles before each product. The sums of several blocks of k gather in the output itself, or in the
    workspace where the output may not hold them.
    """

    def __init__(self, batch, m, n, k, n_total, program, is_float, tile):
        self.tile = tile
        self.batch = batch
        self.m = m
        self.n = n
        self.k = k
        self.n_total = n_total
        self.program = program
        self.in_place = False
        self.is_float = is_float
        self.items = []
        self.block_k = tile.block_k
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
        piece = int(self.tile.piece / (self.tile.block_m * max(1, depth)) / 8) * 8
        if piece < 16:
            piece = 16
        for n0 in range(0, self.n, self.tile.block_n):
            n1 = min(n0 + self.tile.block_n, self.n)
            for block in range(max(1, split(self.k, self.block_k))):
                k0 = block * self.block_k
                k1 = min(k0 + self.block_k, self.k)
                self.items.append([0, n0, n1, k0, k1, 0, 0, n0, n1])
                for m0 in range(0, self.m, self.tile.block_m):
                    m1 = min(m0 + self.tile.block_m, self.m)
                    for j0 in range(n0, n1, piece):
                        kind = 1 if j0 == n0 else 2
                        self.items.append([kind, n0, n1, k0, k1, m0, m1, j0, min(j0 + piece, n1)])

    def accept_reuse(self, output, operand):
        self.in_place = True
        self._measure()

    def _measure(self):
        """Lay out the workspace: panels, edge tile, gathered sums, the epilogue's blocks."""
        depth = self.block_k if self.k > self.block_k else self.k
        width = self.tile.block_n if self.n > self.tile.block_n else self.n
        tile = self.tile
        self.a_size = tile.units_of_rows(min(tile.block_m, self.m), depth)
        self.b_size = split(width, tile.columns) * tile.columns * depth
        self.gathered = self.gathers()
        at = (self.a_size + self.b_size) * tile.width + 2
        self.edge_at = at
        at = at + tile.edge
        self.sums_at = at
        if self.gathered:
            several = self.k > self.block_k
            at = at + (self.m if several else min(self.tile.block_m, self.m)) * width
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
        self.tile.begin(self)
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
        a = self.tile.place(self.work)
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
        first = int((j0 - n0) / self.tile.columns)
        edge = self.work + self.edge_at
        self.tile.multiply(a, rows, b, first, columns, depth, o, stride, k0 > 0, edge)
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
