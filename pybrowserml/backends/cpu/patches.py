"""The product of image patches and a matrix: what convolutions and their input gradients are.

For a grid of output pixels, row (image, y, x) of A holds, for each tap and channel, the source element at (y
* stride + tap_y, x * stride + tap_x); the patches are packed from the image straight into panels (no im2col).
Images are taken in chunks; where the taps reach over the border, a chunk is first copied with a border of
zeros, so that the inner loops never ask. Taps that follow each other in memory are packed as one run.
"""

from ...platform.buffers import copy_within
from .gemm import GemmLaunch
from .launch import clamp, split

CHUNK_ROWS = 1024
BORDER_WORK = 131072


def copy_with_border(f, source, target, row, row_end, geometry):
    """Rows row .. row_end - 1 of the bordered images of a chunk.

    geometry: [height, width, channels, bordered height, bordered width, top, left].
    """
    height = geometry[0]
    width = geometry[1]
    channels = geometry[2]
    tall = geometry[3]
    wide = geometry[4]
    top = geometry[5]
    left = geometry[6]
    inside = width if width < wide - left else wide - left
    for r in range(row, row_end):
        y = r % tall
        image = (r - y) / tall
        y -= top
        o = target + r * wide * channels
        if y < 0 or y >= height:
            for p in range(wide * channels):
                f[o + p] = 0.0
        else:
            for p in range(left * channels):
                f[o + p] = 0.0
            o += left * channels
            s = source + int(image * height + y) * width * channels
            n = inside * channels
            copy_within(f, o, s, s + n)
            o += n
            rest = (wide - left - inside) * channels
            for p in range(rest):
                f[o + p] = 0.0


class PatchLaunch(GemmLaunch):
    """geometry: a dict of

    images, height, width, channels: of the source; grid: [height, width] of output pixels; strides: [y, x];
    taps: list of [y, x]; groups; depth: channels of a patch (per group); columns: of the result (per group).
    """

    def __init__(self, geometry, program, is_float, tile):
        self.tile = tile
        grid = geometry["grid"]
        taps = geometry["taps"]
        strides = geometry["strides"]
        self.height = geometry["height"]
        self.width = geometry["width"]
        self.channels = geometry["channels"]
        self.groups = geometry["groups"]
        self.patch_depth = geometry["depth"]
        self.grid = grid
        self.starts = [0 for _r in range(tile.block_m)]
        self.strides = strides
        self.pixels = grid[0] * grid[1]
        self.images = geometry["images"]
        self.per_chunk = clamp(split(CHUNK_ROWS, max(1, self.pixels)), 1, max(1, self.images))
        self._measure_border(taps, grid, strides)
        self.table = tile.take_runs(self._runs(taps))
        chunks = split(self.images, self.per_chunk)
        columns = geometry["columns"]
        super().__init__(
            chunks * self.groups,
            self.per_chunk * self.pixels,
            columns,
            len(taps) * self.patch_depth,
            columns * self.groups,
            program,
            is_float,
            tile,
        )
        self._add_space()

    def accept_reuse(self, output, operand):
        super().accept_reuse(output, operand)
        self._add_space()

    def _add_space(self):
        self.table_at = self.own_size
        self.bordered_at = self.common_size
        border = self.per_chunk * self.tall * self.wide * self.channels if self.bordered else 0
        self.lay_out(self.bordered_at + border, self.table_at + self.table)

    def begin(self):
        super().begin()
        self.tile.place_runs(self.own + self.table_at)

    def is_apart(self):
        """Groups share the border of their images."""
        return not self.bordered or self.groups == 1

    def _measure_border(self, taps, grid, strides):
        low_y = 0
        low_x = 0
        high_y = 0
        high_x = 0
        for tap in taps:
            low_y = min(low_y, tap[0])
            low_x = min(low_x, tap[1])
            high_y = max(high_y, (grid[0] - 1) * strides[0] + tap[0])
            high_x = max(high_x, (grid[1] - 1) * strides[1] + tap[1])
        self.bordered = low_y < 0 or low_x < 0 or high_y >= self.height or high_x >= self.width
        self.top = 0 - low_y
        self.left = 0 - low_x
        self.tall = high_y + 1 - low_y if self.bordered else self.height
        self.wide = high_x + 1 - low_x if self.bordered else self.width
        per_row = max(1, self.wide * self.channels)
        self.border_rows = max(1, int(BORDER_WORK / per_row))

    def _runs(self, taps):
        """Per block of k: [offsets, lengths] of the runs of a patch, offsets from its first channel."""
        offsets = []
        lengths = []
        for tap in taps:
            offset = (tap[0] * self.wide + tap[1]) * self.channels
            last = len(offsets) - 1
            if last >= 0 and self.groups == 1 and offsets[last] + lengths[last] == offset:
                lengths[last] = lengths[last] + self.patch_depth
            else:
                offsets.append(offset)
                lengths.append(self.patch_depth)
        blocks = []
        block = [[], []]
        room = self.tile.block_k
        for r in range(len(offsets)):
            done = 0
            while done < lengths[r]:
                n = min(room, lengths[r] - done)
                block[0].append(offsets[r] + done)
                block[1].append(n)
                done += n
                room -= n
                if room == 0:
                    blocks.append(block)
                    block = [[], []]
                    room = self.tile.block_k
        blocks.append(block)
        return blocks

    def extra_tiles(self):
        return split(self.per_chunk * self.tall, self.border_rows) if self.bordered else 0

    def prepare_tile(self, batch, tile):
        if batch % self.groups != 0:
            return None
        chunk = int(batch / self.groups)
        rows = self._images_of(chunk) * self.tall
        first = tile * self.border_rows
        last = min(first + self.border_rows, rows)
        source = self.source() + chunk * self.per_chunk * self.height * self.width * self.channels
        geometry = [self.height, self.width, self.channels, self.tall, self.wide, self.top, self.left]
        copy_with_border(self.f32, source, self.shared_at + self.bordered_at, first, last, geometry)
        return None

    def source(self):
        """The offset of the images."""
        return self.ins[0]

    def _images_of(self, chunk):
        left = self.images - chunk * self.per_chunk
        return left if left < self.per_chunk else self.per_chunk

    def matrices(self):
        return self.groups

    def m_of(self, batch):
        return self._images_of(int(batch / self.groups)) * self.pixels

    def row_of(self, batch):
        return int(batch / self.groups) * self.per_chunk * self.pixels

    def column_of(self, batch):
        return (batch % self.groups) * self.n

    def pack_a(self, batch, row, rows, k, depth, target):
        group = batch % self.groups
        chunk = int(batch / self.groups)
        base = self.shared_at + self.bordered_at
        if not self.bordered:
            base = self.source() + chunk * self.per_chunk * self.height * self.width * self.channels
        base = base + group * self.patch_depth
        line = self.wide * self.channels
        size = self.tall * line
        step_y = self.strides[0] * line
        step_x = self.strides[1] * self.channels
        base = base + (self.top * self.wide + self.left) * self.channels if self.bordered else base
        wide = self.grid[1]
        tall = self.grid[0]
        x = row % wide
        rest = int((row - x) / wide)
        y = rest % tall
        image = int((rest - y) / tall)
        starts = self.starts
        for r in range(rows):
            starts[r] = base + image * size + y * step_y + x * step_x
            x += 1
            if x == wide:
                x = 0
                y += 1
                if y == tall:
                    y = 0
                    image += 1
        self.tile.pack_runs(starts, rows, int(k / self.tile.block_k), target, depth * self.tile.rows)
