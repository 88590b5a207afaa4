"""Attention: some rows of scores at a time, which stay in cache until they are multiplied with the values.

Keys and values are packed once a matrix, as in gemm; each thread packs them for itself. The sums are those of two
products, in the same order, with the step `rows` between them.
"""

from ..kernel_shapes.attention import AttentionSizes, product_of
from .launch import Launch, clamp, split
from .matmul import ThinLaunch, matmul_launch
from .rows import prepare_rows
from .tile import PlainTile

# Scores that are computed together, and packed numbers of values that a pass over a tile's rows reads.
BLOCK = 131072
DEPTH = 512
# Columns to which rows that end at the diagonal are cut at least; a multiple of all blocks.
SHORTEST = 128


class AttentionLaunch(Launch):
    """Tiles: blocks of rows of one matrix after the other. tiles: of the two products. lengths: to how many columns the
    rows of a block may be cut, the last is that of all; rows: for each, the RowsLaunch of all scores, of which this one
    computes chunks in its workspace.
    """

    def __init__(self, params, sizes, tiles, lengths, rows):
        self.sizes = sizes
        self.first = tiles[0]
        self.second = tiles[1]
        self.lengths = lengths
        self.rows = rows
        shape = params["shape"]
        self.height = shape[len(shape) - 2] if len(shape) > 1 else 1
        self.steps = [
            _steps(sizes.m, sizes.k, params["transpose_q"]),
            _steps(sizes.s, sizes.k, not params["transpose_k"]),
            _steps(sizes.v, sizes.s, not params["transpose_v"]),
        ]
        unit = self.first.rows
        block = clamp(int(BLOCK / max(1, sizes.s) / unit) * unit, unit, self.first.block_m)
        self.block = min(block, split(sizes.m, unit) * unit)
        self.per_matrix = split(sizes.m, self.block)
        self.depths = [
            min(self.first.block_k, max(1, sizes.k)),
            min(min(self.second.block_k, DEPTH), max(1, lengths[0])),
        ]
        self.packed = -1
        self._lay_out()
        super().__init__(sizes.count * self.per_matrix if sizes.v > 0 else 0, self.size)
        work = sizes.count * sizes.m * sizes.s * (sizes.k + sizes.v) * self.first.cost + rows[0].cost
        self.share([self.tiles], work * (0.5 + 0.5 / len(lengths)))
        if sizes.k == sizes.v and not params["transpose_q"]:
            # The rows of a query are read before those of its result are written.
            self.reuse = [[0]]

    def _lay_out(self):
        """Places in the workspace: packed keys and values, rows of queries, two times scores, the rows' own."""
        sizes = self.sizes
        first = self.first
        second = self.second
        self.size = 0
        self.keys_at = self._place(split(sizes.s, first.columns) * first.columns * sizes.k, first.width)
        self.values_at = self._place(split(sizes.v, second.columns) * second.columns * sizes.s, second.width)
        left = first.units_of_rows(self.block, self.depths[0])
        self.left_at = self._place(max(left, second.units_of_rows(self.block, self.depths[1])), first.width)
        self.edge_at = self._place(max(first.edge, second.edge), 1)
        self.scores_at = self._place(self.block * sizes.s, 1)
        self.weights_at = self.scores_at
        workspace = 0
        for rows in self.rows:
            workspace = max(workspace, rows.workspace)
            if self.weights_at == self.scores_at and not _reuses(rows):
                self.weights_at = self._place(self.block * sizes.s, 1)
        self.rows_at = self._place(workspace, 1)

    def _place(self, count, width):
        at = self.size
        self.size = at + count * width + 2
        return at

    def begin(self):
        self.packed = -1
        self.first.begin(self)
        self.second.begin(self)
        for rows in self.rows:
            ins = [0]
            ins.extend(self.ins[3 : len(self.ins)])
            rows.start(self, ins, [0], self.own + self.rows_at)

    def run(self, lo, hi):
        sizes = self.sizes
        for t in range(lo, hi):
            part = t % self.per_matrix
            matrix = int((t - part) / self.per_matrix)
            if self.packed != matrix:
                self._pack(matrix)
                self.packed = matrix
            row = part * self.block
            count = min(self.block, sizes.m - row)
            scores = self.own + self.scores_at
            weights = self.own + self.weights_at
            query = self.ins[0] + matrix * sizes.m * sizes.k + row * self.steps[0][0]
            which = self._cut_at(row, count)
            length = self.lengths[which]
            left = [query, self.steps[0][0], self.steps[0][1]]
            self._multiply(0, left, count, length, sizes.k, scores)
            self._finish(self.rows[which], matrix * sizes.m + row, count, scores, weights)
            out = self.outs[0] + (matrix * sizes.m + row) * sizes.v
            self._multiply(1, [weights, length, 1], count, sizes.v, length, out)

    def _cut_at(self, row, count):
        """Which of the lengths some rows need: up to the diagonal, of one head or of several."""
        first = row % self.height
        which = len(self.lengths) - 1
        if first + count <= self.height:
            while which > 0 and self.lengths[which - 1] >= first + count:
                which = which - 1
        return which

    def _pack(self, matrix):
        """Pack the keys and values of a matrix."""
        sizes = self.sizes
        keys = self.ins[1] + matrix * sizes.s * sizes.k
        self._pack_columns(self.first, keys, self.steps[1], sizes.s, sizes.k, self.depths[0], self.keys_at)
        values = self.ins[2] + matrix * sizes.v * sizes.s
        self._pack_columns(
            self.second, values, self.steps[2], sizes.v, sizes.s, self.depths[1], self.values_at
        )

    def _pack_columns(self, tile, source, steps, columns, total, depth, at):
        width = split(columns, tile.columns) * tile.columns
        target = tile.place(self.own + at)
        for k in range(0, total, depth):
            part = min(depth, total - k)
            tile.pack_columns(
                source + k * steps[1],
                steps[0],
                steps[1],
                columns,
                part,
                target + width * k,
                part * tile.columns,
            )

    def _multiply(self, which, left, rows, columns, total, o):
        """rows x columns of one of both products at o. left: [place, step from row to row, step along a row] of its
        first operand; total: the depth. A product of no steps is one of zeros.
        """
        tile = self.first if which == 0 else self.second
        width = split(self.sizes.s if which == 0 else self.sizes.v, tile.columns) * tile.columns
        depth = self.depths[which]
        a = tile.place(self.own + self.left_at)
        b = tile.place(self.own + (self.keys_at if which == 0 else self.values_at))
        k = 0
        while k == 0 or k < total:
            part = min(depth, total - k)
            tile.pack_rows(left[0] + k * left[2], left[1], left[2], rows, part, a, part * tile.rows)
            edge = self.own + self.edge_at
            tile.multiply(a, rows, b + width * k, 0, columns, part, o, columns, k > 0, edge)
            k = k + depth

    def _finish(self, rows, row, count, scores, weights):
        """The step `rows` on `count` rows of all scores from `row` on, which lie at `scores`."""
        length = rows.length
        rows.ins[0] = scores - row * length
        rows.outs[0] = weights - row * length
        done = 0
        while done < count:
            within = (row + done) % rows.run_rows
            part = min(min(count - done, rows.run_rows - within), rows.rows)
            rows.chunk(int((row + done - within) / rows.run_rows), within, part)
            done = done + part


def _steps(outer, depth, turned):
    """Elements from row to row, and along a row, of a matrix [outer, depth], stored as [depth, outer] when turned."""
    return [1, outer] if turned else [depth, 1]


def _reuses(rows):
    return len(rows.reuse) > 0 and 0 in rows.reuse[0]


class SeriesLaunch(Launch):
    """The three steps of attention one after the other: for few rows, which fill no tile.

    launches: of the products and the rows; scores: elements of the first result.
    """

    def __init__(self, launches, scores):
        self.launches = launches
        self.scores = scores
        common = 0
        own = 0
        cost = 0.0
        tiles = 0
        phases = []
        self.ends = []
        for launch in launches:
            common = max(common, launch.common)
            own = max(own, launch.workspace - launch.common)
            cost = cost + launch.cost
            phases.extend([tiles + phase for phase in launch.phases])
            tiles = tiles + launch.tiles
            self.ends.append(tiles)
        super().__init__(tiles, 2 * scores + common + own)
        self.common = 2 * scores + common
        if tiles > 0:
            self.share(phases, cost)

    def begin(self):
        scores = self.work
        weights = self.work + self.scores
        given = [[self.ins[0], self.ins[1]], [scores], [weights, self.ins[2]]]
        given[1].extend(self.ins[3 : len(self.ins)])
        made = [[scores], [weights], [self.outs[0]]]
        for k in range(3):
            self.launches[k].start(self, given[k], made[k], self.work + 2 * self.scores, self.own)

    def run(self, lo, hi):
        first = 0
        for k in range(3):
            low = max(lo, first)
            high = min(hi, self.ends[k])
            if low < high:
                self.launches[k].run(low - first, high - first)
            first = self.ends[k]


def attention_launch(params, ins, outs, tile, rows, thin):
    """The launch of a step. tile(turned): makes the tile of a product whose first operand is stored turned or not;
    rows(params, ins, outs): makes the launch of a step `rows`; thin: as in matmul_launch.
    """
    sizes = AttentionSizes(params, [value[0] for value in ins])
    first = tile(params["transpose_q"])
    extras = ins[3 : len(ins)]
    if sizes.m > first.thin and sizes.s > 0 and sizes.count > 0:
        lengths = _lengths(params, sizes, extras)
        launches = [_rows_of(params, extras, length, rows) for length in lengths]
        return AttentionLaunch(params, sizes, [first, tile(False)], lengths, launches)
    count = sizes.count
    stored = [[count, sizes.m, sizes.k], [count, sizes.k, sizes.s], [count, sizes.s, sizes.v]]
    flags = [params["transpose_q"], params["transpose_k"], params["transpose_v"]]
    operands = []
    for k in range(3):
        dims = stored[k]
        operands.append([[dims[0], dims[2], dims[1]] if flags[k] else dims, "float32"])
    product = [[count, sizes.m, sizes.s], "float32"]
    result = [[count, sizes.m, sizes.v], "float32"]
    before = {"transpose_a": flags[0], "transpose_b": flags[1], "epilogue": None}
    behind = {"transpose_a": False, "transpose_b": flags[2], "epilogue": None}
    launches = [
        matmul_launch(before, operands[0:2], [product], first, thin),
        _rows_of(params, extras, sizes.s, rows),
        matmul_launch(behind, [product, operands[2]], [result], tile(False), thin),
    ]
    return SeriesLaunch(launches, count * sizes.m * sizes.s)


def _lengths(params, sizes, extras):
    """The lengths of rows that are worth a function: where scores end at the diagonal, four. Other operands are one
    number a row then, or one row for all.
    """
    found = []
    unit = SHORTEST
    while unit * 4 < sizes.s:
        unit = unit * 2
    fits = params["causal"] and len(params["shape"]) > 1
    for value in extras:
        last = len(value[0]) - 1
        fits = fits and (last < 0 or value[0][last] == 1 or product_of(value[0][0:last]) == 1)
    if fits:
        for length in range(unit, sizes.s, unit):
            found.append(length)
    found.append(sizes.s)
    return found


def _rows_of(params, extras, length, rows):
    """The launch of a step `rows` on scores whose rows are cut."""
    shape = [dim for dim in params["shape"]]
    shape[len(shape) - 1] = length
    given = [[shape, "float32"]]
    for value in extras:
        own = [dim for dim in value[0]]
        if len(own) > 0 and own[len(own) - 1] != 1:
            own[len(own) - 1] = length
        given.append([own, value[1]])
    return rows({"shape": shape, "expr": params["expr"]}, given, [[shape, "float32"]])


def _plain_tile(turned):
    return PlainTile()


def prepare_attention(params, ins, outs):
    return attention_launch(params, ins, outs, _plain_tile, prepare_rows, ThinLaunch)
