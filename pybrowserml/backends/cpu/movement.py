"""Kernels that move elements: every one is a strided walk on one side and row-major order on the other."""

from ...core.dtypes import is_float
from ...platform.buffers import copy_within
from ...platform.numbers import to_int32
from ..resolve import element_count
from .broadcasting import LONG, broadcast_strides, collapse, gather_block
from .launch import Launch, split, strides_of

TILE = 8192
EDGE = 32
# Runs that are written on a list of commands at most.
MOST_RUNS = 16


class GatherLaunch(Launch):
    """Row-major output from a walk (dims, steps) over the input that starts at `first`."""

    def __init__(self, dims, steps, first):
        self.count = element_count(dims)
        super().__init__(split(self.count, TILE), 0)
        self.dims = dims
        self.steps = steps
        self.first = first

    def run(self, lo, hi):
        for t in range(lo, hi):
            at = t * TILE
            n = TILE if at + TILE < self.count else self.count - at
            gather_block(
                self.moved, self.ins[0] + self.first, self.dims, self.steps, at, n, self.outs[0] + at
            )

    def record(self, commands):
        if self.is_double:
            return False
        return record_walk(commands, self.dims, self.steps, self.ins[0] + self.first, self.outs[0])


def record_walk(commands, dims, steps, source, target):
    """Write a walk of few runs of neighbours on a list of commands; whether it is one."""
    rank = len(dims)
    if rank > 2 or steps[rank - 1] != 1 or (rank == 2 and dims[0] > MOST_RUNS):
        return False
    length = dims[rank - 1]
    for run in range(dims[0] if rank == 2 else 1):
        commands.carry(source + run * steps[0], target + run * length, length)
    return True


class TransposeLaunch(Launch):
    """Swap the last two of [batch, rows, columns] in square pieces, so that both sides stay in the cache."""

    def __init__(self, batch, rows, columns):
        self.across = split(columns, EDGE)
        super().__init__(batch * self.across, 0)
        self.batch = batch
        self.rows = rows
        self.columns = columns

    def run(self, lo, hi):
        for t in range(lo, hi):
            piece = t % self.across
            offset = int((t - piece) / self.across) * self.rows * self.columns
            first = piece * EDGE
            last = first + EDGE
            if last > self.columns:
                last = self.columns
            for row in range(0, self.rows, EDGE):
                end = row + EDGE
                if end > self.rows:
                    end = self.rows
                source = self.ins[0] + offset
                target = self.outs[0] + offset
                transpose_piece(self.moved, source, target, row, end, first, last, self.rows, self.columns)


def transpose_piece(i, source, target, row, row_end, column, column_end, rows, columns):
    """target[c, r] = source[r, c] for a piece of a matrix."""
    for c in range(column, column_end):
        o = target + c * rows
        s = source + c + row * columns
        for r in range(row, row_end):
            i[o + r] = i[s]
            s += columns


class ScatterLaunch(Launch):
    """Inputs copied to walks over the output, which is filled with a value before when `fill` is not None.

    walks: per input [dims, steps, first].
    """

    def __init__(self, walks, out_count, fill, floats):
        self.fill = fill
        self.is_float = floats
        self.out_count = out_count
        self.fill_tiles = 0 if fill is None else split(out_count, TILE)
        self.walks = walks
        self.parts = []
        for k in range(len(walks)):
            count = element_count(walks[k][0])
            for t in range(split(count, TILE)):
                at = t * TILE
                self.parts.append([k, at, TILE if at + TILE < count else count - at])
        super().__init__(self.fill_tiles + len(self.parts), 0)

    def run(self, lo, hi):
        for t in range(lo, hi):
            if t < self.fill_tiles:
                at = t * TILE
                n = TILE if at + TILE < self.out_count else self.out_count - at
                fill_block(self.f32 if self.is_float else self.i32, self.outs[0] + at, n, self.fill)
            else:
                part = self.parts[t - self.fill_tiles]
                walk = self.walks[part[0]]
                target = self.outs[0] + walk[2]
                scatter_block(
                    self.moved, self.ins[part[0]] + part[1], walk[0], walk[1], part[1], part[2], target
                )


def fill_block(view, offset, n, value):
    """n equal elements."""
    for p in range(n):
        view[offset + p] = value


def scatter_block(i, source, dims, steps, position, n, target):
    """Copy n contiguous elements to places position .. position + n - 1 of a walk over `target`."""
    rank = len(dims)
    index = []
    rest = position
    offset = target
    for axis in range(rank):
        inner = 1
        for later in range(axis + 1, rank):
            inner = inner * dims[later]
        at = int(rest / inner)
        rest = rest - at * inner
        index.append(at)
        offset = offset + at * steps[axis]
    last = rank - 1
    done = 0
    while done < n:
        run = dims[last] - index[last]
        if run > n - done:
            run = n - done
        spread_run(i, source + done, run, offset, steps[last])
        done += run
        offset = offset + run * steps[last]
        index[last] = index[last] + run
        axis = last
        while axis > 0 and index[axis] == dims[axis]:
            index[axis] = 0
            offset = offset - dims[axis] * steps[axis]
            axis -= 1
            index[axis] = index[axis] + 1
            offset = offset + steps[axis]


def spread_run(i, source, n, target, step):
    """Copy n contiguous elements to a stride."""
    if step == 1 and n >= LONG:
        copy_within(i, target, source, source + n)
    elif step == 1:
        for p in range(n):
            i[target + p] = i[source + p]
    else:
        o = target
        for p in range(n):
            i[o] = i[source + p]
            o += step


def gather_of(shape, steps, first):
    """The launch of one walk; no tiles for an empty shape."""
    if element_count(shape) == 0:
        return Launch(0, 0)
    walk = collapse(shape, steps)
    return GatherLaunch(walk[0], walk[1], first)


def prepare_reshape(params, ins, outs):
    return gather_of([element_count(ins[0][0])], [1], 0)


def prepare_broadcast_to(params, ins, outs):
    return gather_of(outs[0][0], broadcast_strides(ins[0][0], outs[0][0]), 0)


def prepare_transpose(params, ins, outs):
    own = strides_of(ins[0][0])
    steps = []
    for axis in params["perm"]:
        steps.append(own[axis])
    shape = outs[0][0]
    if element_count(shape) == 0:
        return Launch(0, 0)
    walk = collapse(shape, steps)
    dims = walk[0]
    moved = walk[1]
    rank = len(dims)
    if rank == 2 and moved[0] == 1 and moved[1] == dims[0]:
        return TransposeLaunch(1, dims[1], dims[0])
    if rank == 3 and moved[0] == dims[1] * dims[2] and moved[1] == 1 and moved[2] == dims[1]:
        return TransposeLaunch(dims[0], dims[2], dims[1])
    return GatherLaunch(dims, moved, 0)


def prepare_slice(params, ins, outs):
    own = strides_of(ins[0][0])
    first = 0
    steps = []
    for axis in range(len(own)):
        first = first + params["begin"][axis] * own[axis]
        steps.append(params["strides"][axis] * own[axis])
    return gather_of(outs[0][0], steps, first)


def prepare_flip(params, ins, outs):
    shape = ins[0][0]
    own = strides_of(shape)
    first = 0
    steps = []
    for axis in range(len(own)):
        if axis in params["axes"]:
            first = first + (shape[axis] - 1) * own[axis]
            steps.append(0 - own[axis])
        else:
            steps.append(own[axis])
    return gather_of(shape, steps, first)


def prepare_pad(params, ins, outs):
    shape = ins[0][0]
    out = strides_of(outs[0][0])
    first = 0
    steps = []
    for axis in range(len(shape)):
        pads = params["pads"][axis]
        first = first + pads[0] * out[axis]
        steps.append((pads[2] + 1) * out[axis])
    walks = []
    if element_count(shape) > 0:
        walk = collapse(shape, steps)
        walks.append([walk[0], walk[1], first])
    value = params["value"]
    floats = is_float(outs[0][1])
    return ScatterLaunch(walks, element_count(outs[0][0]), value if floats else to_int32(int(value)), floats)


def prepare_concat(params, ins, outs):
    axis = params["axis"]
    out = strides_of(outs[0][0])
    walks = []
    at = 0
    for value in ins:
        shape = value[0]
        if element_count(shape) > 0:
            walk = collapse(shape, out)
            walks.append([walk[0], walk[1], at * out[axis]])
        else:
            walks.append([[0], [1], 0])
        at = at + shape[axis]
    return ScatterLaunch(walks, element_count(outs[0][0]), None, True)
