"""The kernel `rows` in SIMD: the function of row_code on chunks of rows."""

from ....platform.text import to_json
from ...resolve import element_count
from ..rows import RowsLaunch
from .chains import expression_key, has_forms
from .row_code import RowCode

# Chunks that are written on a list of commands at most.
MOST_CHUNKS = 16


class SimdRowsLaunch(RowsLaunch):
    """As RowsLaunch, with one call a chunk."""

    def __init__(self, tier, params, ins, outs):
        self.tier = tier
        self.over = []
        super().__init__(params, ins, outs, None, None)
        for k in range(len(self.over)):
            # What repeats along leading axes is read again.
            self.over[k] = [i for i in self.over[k] if element_count(ins[i][0]) == element_count(self.shape)]
        self.reuse = self.over

    def build(self, outs):
        self.sizes = []
        wide = []
        for value in outs:
            full = value is not None and element_count(value[0]) == element_count(self.shape)
            wide.append(None if value is None else full)
            self.sizes.append(self.length if full else 1)
        dtypes = self.dtypes[0 : self.values.count]
        narrow = self.values.narrow[0 : self.values.count]

        def code():
            return RowCode(self.tier, self.values, dtypes, self.moves, wide, self.length)

        key = "rows" + expression_key(self.expr, [dtypes, narrow, self.moves, to_json(wide), self.length])
        made = code()
        self.space = made.table_size()
        self.over = made.reusable()
        self.call = self.tier.want(key, lambda: made.f)

    def chunk(self, turn, first, rows):
        i = self.i32
        table = self.work
        count = self.values.count
        for k in range(count):
            i[table + k] = (self.ins[k] + self.bases[k][turn] + first * self.moves[k]) * 4
        row = turn * self.run_rows + first
        for k in range(len(self.sizes)):
            i[table + count + k] = (self.outs[k] + row * self.sizes[k]) * 4
        self.call.run(table * 4, rows)

    def record(self, commands):
        if self.tiles > MOST_CHUNKS:
            return False
        table = self.work
        count = self.values.count
        for tile in range(self.tiles):
            within = tile % self.per_run
            turn = int((tile - within) / self.per_run)
            first = within * self.rows
            for k in range(count):
                commands.word(table + k, (self.ins[k] + self.bases[k][turn] + first * self.moves[k]) * 4)
            row = turn * self.run_rows + first
            for k in range(len(self.sizes)):
                commands.word(table + count + k, (self.outs[k] + row * self.sizes[k]) * 4)
            commands.call(self.call, [table * 4, min(self.rows, self.run_rows - first)])
        return True


def simd_rows(params, ins, outs, tier):
    """The launch of a step `rows`, or None."""
    shape = params["shape"]
    dtypes = [value[1] for value in ins]
    out_dtypes = [None if value is None else value[1] for value in outs]
    if (
        shape[len(shape) - 1] < 4
        or element_count(shape) < tier.least
        or not has_forms(params["expr"], dtypes, out_dtypes)
    ):
        return None
    return SimdRowsLaunch(tier, params, ins, outs)
