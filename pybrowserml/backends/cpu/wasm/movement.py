"""Walks over a tensor in SIMD: transposes, slices and what broadcasts, where rows of neighbours are copied, or matrices
are turned, four by four at a time.
"""

from ...resolve import element_count
from ..launch import Launch, clamp, split
from ..movement import (
    GatherLaunch,
    TransposeLaunch,
    prepare_broadcast_to,
    prepare_slice,
    prepare_transpose,
)
from ..reduce import offsets_of
from .assembler import Function
from .packing import BACK, FRONT, HIGH, LOW, scaled

# Elements of a tile, and columns of one that turns a matrix: what it writes should stay in the cache.
TILE = 8192
EDGE = 32
# Matrices, of which each has a place in a table, and tiles that are written on a list of commands at most.
MOST_MATRICES = 65536
MOST_TILES = 16


def copy_rows():
    """(source, source_step, target, target_step, rows, run): rows of `run` neighbours, which begin some steps apart."""
    f = Function(["i32" for _k in range(6)], None)
    source, source_step, target, target_step, rows, run = f.args
    scaled(f, [source, source_step, target, target_step])
    at = f.local("i32")
    to = f.local("i32")
    left = f.local("i32")
    f.begin_while(rows)
    f.put(at, source)
    f.put(to, target)
    f.put(left, run)
    f.begin_while(["i32.ge_s", left, 4])
    f.store("v128.store", to, ["v128.load", at, 0], 0)
    f.move(at, 16)
    f.move(to, 16)
    f.put(left, ["i32.sub", left, 4])
    f.end_while()
    f.begin_while(left)
    _copy_one(f, at, to)
    f.move(at, 4)
    f.move(to, 4)
    f.put(left, ["i32.sub", left, 1])
    f.end_while()
    f.put(source, ["i32.add", source, source_step])
    f.put(target, ["i32.add", target, target_step])
    f.put(rows, ["i32.sub", rows, 1])
    f.end_while()
    return f


def _copy_one(f, source, target):
    f.store("i32.store", target, ["i32.load", source, 0], 0)


def turn_rows():
    """(source, source_step, target, target_step, rows, columns): element c of row r of the source becomes element r of
    row c of the target; rows begin some steps apart.
    """
    f = Function(["i32" for _k in range(6)], None)
    source, source_step, target, target_step, rows, columns = f.args
    scaled(f, [source, source_step, target, target_step])
    at = f.locals("i32", 4)
    to = f.locals("i32", 4)
    loaded = f.locals("v128", 4)
    mixed = f.locals("v128", 4)
    left = f.local("i32")

    def begin(first, base, step, count):
        f.put(first[0], base)
        for k in range(1, count):
            f.put(first[k], ["i32.add", first[k - 1], step])

    def block():
        """Four columns of four rows."""
        for k in range(4):
            f.put(loaded[k], ["v128.load", at[k], 0])
        for pair in range(2):
            f.put(mixed[pair], ["i8x16.shuffle", loaded[2 * pair], loaded[2 * pair + 1], LOW])
            f.put(mixed[2 + pair], ["i8x16.shuffle", loaded[2 * pair], loaded[2 * pair + 1], HIGH])
        # Columns 0 and 1 of two rows stand in `mixed` 0 and 1, columns 2 and 3 in 2 and 3.
        for half in range(2):
            f.put(to[0], target if half == 0 else ["i32.add", to[1], target_step])
            f.put(to[1], ["i32.add", to[0], target_step])
            pair = [mixed[2 * half], mixed[2 * half + 1]]
            f.store("v128.store", to[0], ["i8x16.shuffle", pair[0], pair[1], FRONT], 0)
            f.store("v128.store", to[1], ["i8x16.shuffle", pair[0], pair[1], BACK], 0)
        f.put(target, ["i32.add", to[1], target_step])

    def walk(height):
        """`height` rows, 4 or 1."""
        f.begin_while(["i32.ge_s", rows, height])
        begin(at, source, source_step, height)
        f.put(to[3], target)
        f.put(left, columns)
        if height == 4:
            f.begin_while(["i32.ge_s", left, 4])
            block()
            for k in range(4):
                f.move(at[k], 16)
            f.put(left, ["i32.sub", left, 4])
            f.end_while()
        f.begin_while(left)
        for k in range(height):
            f.store("i32.store", target, ["i32.load", at[k], 0], 4 * k)
            f.move(at[k], 4)
        f.put(target, ["i32.add", target, target_step])
        f.put(left, ["i32.sub", left, 1])
        f.end_while()
        f.put(target, ["i32.add", to[3], 4 * height])
        f.put(source, ["i32.add", source, ["i32.mul", source_step, height]])
        f.put(rows, ["i32.sub", rows, height])
        f.end_while()

    walk(4)
    walk(1)
    return f


class RowsOfWalkLaunch(Launch):
    """A walk (dims, steps) from `first` on. The last two axes are a matrix: rows of neighbours that are copied or, when
    `turned`, columns. Tiles: some rows, or columns, of each matrix after the other.
    """

    def __init__(self, tier, dims, steps, first, turned):
        last = len(dims) - 1
        self.turned = turned
        self.first = first
        self.outer = offsets_of(dims[0 : last - 1], steps[0 : last - 1])
        # Of the target: rows, their length, and what is between the first two in the source.
        self.rows = dims[last - 1]
        self.length = dims[last]
        self.row_step = steps[last - 1]
        self.step = steps[last]
        self.together = clamp(int(TILE / self.length), 1, self.rows)
        if turned:
            self.together = min(EDGE, self.rows)
            self.call = tier.want("turn rows", turn_rows)
        else:
            self.call = tier.want("copy rows", copy_rows)
        self.pieces = split(self.rows, self.together)
        super().__init__(len(self.outer) * self.pieces, 0)

    def _given(self, t):
        """What the function takes for a tile."""
        piece = t % self.pieces
        matrix = int((t - piece) / self.pieces)
        row = piece * self.together
        count = min(self.together, self.rows - row)
        source = self.ins[0] + self.first + self.outer[matrix] + row * self.row_step
        target = self.outs[0] + (matrix * self.rows + row) * self.length
        if self.turned:
            return [source, self.step, target, self.length, self.length, count]
        return [source, self.row_step, target, self.length, count, self.length]

    def run(self, lo, hi):
        for t in range(lo, hi):
            given = self._given(t)
            self.call.run(given[0], given[1], given[2], given[3], given[4], given[5])

    def record(self, commands):
        if self.tiles > MOST_TILES:
            return False
        for t in range(self.tiles):
            commands.call(self.call, self._given(t))
        return True


def _faster(tier, launch):
    """The launch of the same walk in SIMD; None where it is short, or has no rows of neighbours."""
    dims = []
    steps = []
    first = 0
    if isinstance(launch, TransposeLaunch):
        dims = [launch.batch, launch.columns, launch.rows]
        steps = [launch.rows * launch.columns, 1, launch.columns]
    elif isinstance(launch, GatherLaunch):
        dims = launch.dims
        steps = launch.steps
        first = launch.first
    rank = len(dims)
    if rank < 2 or element_count(dims) < tier.least or element_count(dims[0 : rank - 2]) > MOST_MATRICES:
        return None
    if steps[rank - 1] == 1:
        return RowsOfWalkLaunch(tier, dims, steps, first, False)
    if steps[rank - 2] == 1 and steps[rank - 1] > 1:
        return RowsOfWalkLaunch(tier, dims, steps, first, True)
    return None


def simd_transpose(params, ins, outs, tier):
    return _faster(tier, prepare_transpose(params, ins, outs))


def simd_broadcast_to(params, ins, outs, tier):
    return _faster(tier, prepare_broadcast_to(params, ins, outs))


def simd_slice(params, ins, outs, tier):
    return _faster(tier, prepare_slice(params, ins, outs))
