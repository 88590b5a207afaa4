"""The matrix product that matmul and the convolutions share: packed panels, 4x4 register tiles, cache blocks.

C[m, n] = sum over k of A[m, k] B[k, n]. As in Goto, van de Geijn, "Anatomy of high-performance matrix
multiplication" (2008): for each block of columns and each block of k the columns of B are packed once; for
each block of rows A is packed and multiplied by pieces of the packed B. How panels
are packed and multiplied is up to the tile (tile.py, wasm/tile.py); what is packed is up to the derived class, so
that a convolution is this product with another way to read its pixels.
"""

from .forms import PanelOrder
from .launch import Launch, split

# Rows of a block where there are few, items that a product should have, and multiply-adds that an item is worth.
LEAST_ROWS = 18
ITEMS = 8
LEAST_ITEM = 1000000
# Elements of B that are packed at once, and of one piece of them.
MOST_PACKED = 1048576
PACK_PIECE = 32768
# Rows up to which it is worth the memory to keep B packed: packing takes a few hundredths of the time of 1024 rows.
MOST_ROWS = 1024
# Nanoseconds up to which a product of many is one tile.
ALONE = 1500000.0
LEAST_ALONE = 4


class GemmLaunch(Launch):
    """A batch of products with an epilogue.

    batch, m, n, k: the sizes; `n_total`: the length of a row of the output, of which this product fills n
    columns from `column_of(batch)` on; program: the compiled epilogue, or None; is_float: the dtype of the
    output is float32; tile: how to pack and multiply. Derived classes give pack_a(batch, row, rows, k, depth,
    target), pack_b(batch, column, columns, k, depth, target) and, where needed, row_of(batch) and column_of(batch):
    the first row and column of the output, m_of(batch): its rows when the last product has fewer, and preparation in
    `extra` tiles before each product. The sums of several blocks of k gather in the output itself, or in the
    workspace where the output may not hold them.

    Many small products are a tile each (`alone`), with a workspace of its thread's own. Of others the tiles are pieces,
    in phases: preparation, then for each block of k its packing and its products; packed columns and sums of several
    blocks are common to all threads.
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
        self.packed = [-1, 0, 0, 0, 0]
        self.alone = False
        tiles = 0
        phases = []
        if batch > 0 and m > 0 and n > 0:
            self._list_items()
            self.alone = batch >= LEAST_ALONE and m * n * k * tile.cost <= ALONE and self.is_apart()
            tiles = batch if self.alone else batch * len(self.items)
            phases = [tiles] if self.alone else self._phases()
        super().__init__(tiles, 0)
        if tiles > 0:
            self.share(phases, batch * m * n * k * tile.cost)
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

    def matrices(self):
        """How many different B there are, those of the first products, or 0 where it is not that simple."""
        return 0

    def _panels(self, n0, n1):
        """The columns that the panels of columns n0 to n1 - 1 have."""
        return split(n1 - n0, self.tile.columns) * self.tile.columns

    def packed_size(self):
        if not self.tile.keeps or self.batch * self.m > MOST_ROWS:
            return 0
        return self.matrices() * self._panels(0, self.n) * self.k

    def packed_order(self):
        steps = self.steps_of_b()
        if steps is None or self.matrices() != 1:
            return None
        tile = self.tile
        return PanelOrder(self.n, self.k, tile.block_n, self.block_k, tile.columns, steps)

    def packed_key(self):
        order = self.packed_order()
        if order is not None:
            return order.key()
        sizes = [self.kind_of_b(), self.matrices(), self.n, self.k, self.tile.block_n, self.block_k]
        return ",".join([str(size) for size in sizes])

    def steps_of_b(self):
        """Elements of operand 1 from column to column and from k to k, None where it is no matrix that is read so."""
        return None

    def kind_of_b(self):
        """How the columns of operand 1 are read otherwise, as a text."""
        return ""

    def _packed_at(self, batch, n0):
        """Where the columns from n0 on begin among what is kept."""
        return ((batch % self.matrices()) * self._panels(0, self.n) + n0) * self.k

    def pack_into(self, source, target):
        self.ins = [0, source]
        for matrix in range(self.matrices()):
            for n0 in range(0, self.n, self.tile.block_n):
                n1 = min(n0 + self.tile.block_n, self.n)
                o = target + self._packed_at(matrix, n0)
                for k0 in range(0, self.k, self.block_k):
                    depth = min(self.block_k, self.k - k0)
                    self.pack_b(matrix, n0, n1 - n0, k0, depth, o + self._panels(n0, n1) * k0)

    def is_apart(self):
        """Whether a product needs nothing of the one before."""
        return True

    def _list_items(self):
        """One product as items [kind, n0, n1, k0, k1, m0, m1, j0, j1]: kind 0 packs B, 1 multiplies, 3 prepares.

        k0 to k1 is one block of k, or several where B is narrow.
        """
        tile = self.tile
        for part in range(self.extra):
            self.items.append([3, part, 0, 0, 0, 0, 0, 0, 0])
        for n0 in range(0, self.n, tile.block_n):
            n1 = min(n0 + tile.block_n, self.n)
            step = self.block_k * self._blocks_at_once(n1 - n0)
            for k0 in range(0, max(1, self.k), step):
                k1 = min(k0 + step, self.k)
                pack = max(16, int(PACK_PIECE / max(1, k1 - k0) / 8) * 8)
                for j0 in range(n0, n0 if tile.packed else n1, pack):
                    self.items.append([0, n0, n1, k0, k1, 0, 0, j0, min(j0 + pack, n1)])
                work = self.m * (n1 - n0) * (k1 - k0)
                rows = self._rows_of_block(work)
                piece = self._columns_of_piece(work, rows, k1 - k0)
                for m0 in range(0, self.m, rows):
                    m1 = min(m0 + rows, self.m)
                    for j0 in range(n0, n1, piece):
                        self.items.append([1, n0, n1, k0, k1, m0, m1, j0, min(j0 + piece, n1)])

    def _blocks_at_once(self, width):
        """How many blocks of k an item takes: as many as are worth one."""
        tile = self.tile
        work = tile.block_m * self.block_k * width
        return max(1, min(int(tile.piece / work), int(MOST_PACKED / (self.block_k * (width + tile.columns)))))

    def _rows_of_block(self, work):
        """Rows of an item: such that there are some items, but neither too small nor too large ones."""
        tile = self.tile
        wanted = min(ITEMS, int(self.m / LEAST_ROWS), int(work / LEAST_ITEM))
        blocks = max(1, split(self.m, tile.block_m), wanted)
        return split(split(self.m, tile.rows), blocks) * tile.rows

    def _columns_of_piece(self, work, rows, depth):
        """Columns of an item."""
        piece = int(self.tile.piece / (rows * max(1, depth)) / 8) * 8
        blocks = split(self.m, rows)
        if blocks < ITEMS and self.m < 2 * LEAST_ROWS:
            pieces = min(ITEMS, int(work / LEAST_ITEM))
            if pieces > 1:
                piece = min(piece, split(split(self.n, 8), pieces) * 8)
        return max(16, piece)

    def _phases(self):
        """The tiles at which all before must be done: where the kind of item, the columns or the block of k change."""
        ends = []
        for k in range(1, len(self.items)):
            item = self.items[k]
            before = self.items[k - 1]
            if item[0] != before[0] or (item[0] != 3 and (item[1] != before[1] or item[3] != before[3])):
                ends.append(k)
        ends.append(len(self.items))
        found = []
        for batch in range(self.batch):
            for end in ends:
                found.append(batch * len(self.items) + end)
        return found

    def accept_reuse(self, output, operand):
        self.in_place = True
        self._measure()

    def _measure(self):
        """Lay out the workspace: panels, edge tile, gathered sums, the epilogue's blocks."""
        tile = self.tile
        depth = self.block_k if self.k > self.block_k else self.k
        width = tile.block_n if self.n > tile.block_n else self.n
        deep = min(self.k, self.block_k * self._blocks_at_once(width)) if width > 0 else 0
        several = self.k > self.block_k
        self.gathered = self.gathers()
        self.a_size = tile.units_of_rows(min(tile.block_m, self.m), depth)
        # What the threads have in common: B, and sums that wait for another item.
        common = 2 if tile.packed else self._panels(0, width) * deep * tile.width + 2
        self.common_sums_at = common
        if self.gathered and several:
            common = common + self.m * width
        at = self.a_size * tile.width + 2
        self.edge_at = at
        at = at + tile.edge
        self.sums_at = at
        if self.gathered and not several:
            at = at + min(tile.block_m, self.m) * width
        self.program_at = at
        at = at + (0 if self.program is None else self.program.workspace)
        self.lay_out(common, at)

    def lay_out(self, common, own):
        """Place both parts of the workspace; those of a product that is a tile are both its thread's own."""
        self.common_size = common
        self.own_size = own
        self.common = 0 if self.alone else common
        self.workspace = common + own

    def gathers(self):
        """True when the sums may not gather in the output."""
        late = self.program is not None and self.program.reads_source_late
        return self.in_place or late or not self.is_float

    def row_of(self, batch):
        return batch * self.m

    def column_of(self, batch):
        return 0

    def begin(self):
        self.packed = [-1, 0, 0, 0, 0]
        self.shared_at = self.own + self.own_size if self.alone else self.work
        self.tile.begin(self)
        if self.program is not None and self.tiles > 0:
            self.program.begin(self, self.ins[1 : len(self.ins)], self.outs, self.own + self.program_at)

    def run(self, lo, hi):
        count = len(self.items)
        if self.alone:
            lo = lo * count
            hi = hi * count
        for t in range(lo, hi):
            at = t % count
            self._item(int((t - at) / count), self.items[at])

    def _item(self, batch, item):
        if item[0] == 3:
            self.prepare_tile(batch, item[1])
            return None
        n0 = item[1]
        columns = item[8] - item[7]
        width = self._panels(n0, item[2])
        k0 = item[3]
        b = self.tile.place(self.shared_at)
        if self.tile.packed:
            b = self.ins[1] + self._packed_at(batch, n0) + width * k0
        # A product of no steps is one of zeros.
        while k0 == item[3] or k0 < item[4]:
            depth = min(self.block_k, item[4] - k0)
            if item[0] == 0:
                self.pack_b(batch, item[7], columns, k0, depth, b + (item[7] - n0) * depth)
            else:
                self._multiply(batch, item, k0, depth, b)
            b = b + width * depth
            k0 = k0 + self.block_k
        return None

    def _multiply(self, batch, item, k0, depth, b):
        """The products of one block of k."""
        n0 = item[1]
        m0 = item[5]
        j0 = item[7]
        rows = min(item[6], self.m_of(batch)) - m0
        columns = item[8] - j0
        if rows <= 0:
            return None
        a = self.tile.place(self.own)
        held = self.packed
        if held[0] != batch or held[1] != m0 or held[2] != item[6] or held[3] != k0 or held[4] != n0:
            self.pack_a(batch, m0, rows, k0, depth, a)
            self.packed = [batch, m0, item[6], k0, n0]
        row = self.row_of(batch) + m0
        column = self.column_of(batch) + j0
        if self.gathered:
            width = item[2] - n0
            stride = width
            o = self.own + self.sums_at + j0 - n0
            if self.k > self.block_k:
                o = self.shared_at + self.common_sums_at + j0 - n0 + m0 * width
        else:
            stride = self.n_total
            o = self.outs[0] + row * self.n_total + column
        first = int((j0 - n0) / self.tile.columns)
        edge = self.own + self.edge_at
        self.tile.multiply(a, rows, b, first, columns, depth, o, stride, k0 > 0, edge)
        if k0 + depth == self.k:
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
