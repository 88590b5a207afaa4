"""The gradient of a convolution's filter in SIMD, without packing.

dw[tap, c, f] = sum over output pixels of x at the tap times dy. The taps of one row of the filter, where they follow
each other, are neighbours in memory with their channels, and so are the features of a pixel of dy: a tile of `rows` x 8
sums walks over the pixels of some lines and reads both where they lie.
"""

from ..conv2d import forward_taps
from ..launch import Launch, clamp, split
from ..patches import copy_with_border
from .assembler import Function
from .multiply import COLUMNS, tile_of
from .packing import scaled

# Elements of the images that are copied with a border at a time, of a tile of that copy, and pixels that all tiles walk
# over before they go on: what they read should stay in the cache.
CHUNK = 131072
BORDER_WORK = 32768
PIXELS = 512
# Multiply-adds of an item, and nanoseconds of one.
LEAST_ITEM = 4000000
COST = 0.03
# Elements that a tile reads behind the last that it needs.
BEHIND = 16
# Channels, and pixels of a line of dy, up to which packing takes longer than it saves.
FEW_CHANNELS = 8
SHORT_LINE = 4


def suits_lines(params, x, w, dy):
    """Whether packing, which takes four channels of a tap and a line of pixels at once, is worth less than this: there
    are few channels, or no multiple of four, as of the images that a net begins with, or lines are short.
    """
    if x[0] * dy[1] * dy[2] * w[0] * w[1] * w[2] * w[3] == 0:
        return False
    return w[2] % 4 != 0 or w[2] <= FEW_CHANNELS or params["groups"] > 1 or dy[2] < SHORT_LINE


def correlate_lines(tier, rows):
    """(a, a_step, a_line, m, b, b_step, b_line, n, width, lines, o, stride, add, edge): m x n of C at o.

    Element (line, p) of row r of A is at a + line * a_line + p * a_step + r, of column c of B at b + line * b_line +
    p * b_step + c; C sums up their products over all lines and p. add, edge: as in multiply_panels.
    """
    f = Function(["i32" for _k in range(14)], None)
    a, a_step, a_line, m, b, b_step, b_line, n, width, lines, o, stride, add, edge = f.args
    scaled(f, [a, a_step, a_line, b, b_step, b_line, o, stride, edge])
    tile = tile_of(f, tier, rows)
    left = f.local("i32")
    start = f.local("i32")
    line_a = f.local("i32")
    line_b = f.local("i32")
    p = f.local("i32")
    q = f.local("i32")
    rest = f.local("i32")
    steps = f.local("i32")

    def begin_column():
        f.put(start, a)

    def sums():
        f.put(line_a, start)
        f.put(line_b, b)
        f.put(rest, lines)
        f.begin_while(rest)
        f.put(p, line_a)
        f.put(q, line_b)
        f.put(steps, width)
        f.begin_while(steps)
        tile.step([["v128.load32_splat", p, 4 * r] for r in range(rows)], q)
        f.put(p, ["i32.add", p, a_step])
        f.put(q, ["i32.add", q, b_step])
        f.put(steps, ["i32.sub", steps, 1])
        f.end_while()
        f.put(line_a, ["i32.add", line_a, a_line])
        f.put(line_b, ["i32.add", line_b, b_line])
        f.put(rest, ["i32.sub", rest, 1])
        f.end_while()
        f.move(start, 4 * rows)

    tile.walk(left, m, n, o, stride, add, edge, begin_column, sums)
    f.move(b, 4 * COLUMNS)
    tile.end_column()
    return f


class SimdFilterGradLaunch(Launch):
    """Chunks of images one after the other: tiles that copy them with a border, where taps leave them, then items, each
    the sums over a chunk of a part of dw, in one order: [first row, rows, [y, x] of its tap, group, first column,
    columns].
    """

    def __init__(self, tier, params, x, w, dy):
        groups = params["groups"]
        self.x = x
        self.dy = dy
        self.strides = params["strides"]
        self.depth = w[2]
        self.columns = int(w[3] / groups)
        self.total = w[3]
        taps = forward_taps(params, w)
        self._measure_border(taps)
        rows = self._rows_of(tier, w[1] * w[2] if self._runs_on(params, w) else w[2])
        self.call = tier.want("correlate lines " + str(rows), lambda: correlate_lines(tier, rows))
        self.items = []
        self._list_items(params, w, taps)
        image = self.tall * self.wide * x[3]
        self.per_chunk = clamp(int(CHUNK / max(1, image)), 1, x[0]) if self.bordered else x[0]
        self.prepared = 0
        if self.bordered:
            self.border_rows = max(1, int(BORDER_WORK / max(1, self.wide * x[3])))
            self.prepared = split(self.per_chunk * self.tall, self.border_rows)
        self.chunks = split(x[0], self.per_chunk)
        common = self.per_chunk * image + BEHIND if self.bordered else 0
        super().__init__(self.chunks * (self.prepared + len(self.items)), common + COLUMNS * rows + BEHIND)
        self.common = common
        phases = []
        for chunk in range(self.chunks):
            first = chunk * (self.prepared + len(self.items))
            if self.prepared > 0:
                phases.append(first + self.prepared)
            phases.append(first + self.prepared + len(self.items))
        work = len(taps) * self.depth * self.total * x[0] * dy[1] * dy[2]
        self.share(phases, work * COST)

    def _measure_border(self, taps):
        low_y = 0
        low_x = 0
        high_y = self.x[1]
        high_x = self.x[2]
        for tap in taps:
            low_y = min(low_y, tap[0])
            low_x = min(low_x, tap[1])
            high_y = max(high_y, (self.dy[1] - 1) * self.strides[0] + tap[0] + 1)
            high_x = max(high_x, (self.dy[2] - 1) * self.strides[1] + tap[1] + 1)
        self.bordered = low_y < 0 or low_x < 0 or high_y > self.x[1] or high_x > self.x[2]
        self.top = 0 - low_y
        self.left = 0 - low_x
        self.tall = high_y - low_y
        self.wide = high_x - low_x

    def _runs_on(self, params, w):
        """Whether the taps of a row of the filter are neighbours in memory."""
        return params["groups"] == 1 and (params["dilations"][1] == 1 or w[1] == 1)

    def _rows_of(self, tier, count):
        """Rows of the tile: six where multiply-add is one instruction, unless four leave less of it empty."""
        if not tier.relaxed or split(count, 4) * 4 < split(count, 6) * 6:
            return 4
        return 6

    def _list_items(self, params, w, taps):
        together = w[1] if self._runs_on(params, w) else 1
        rows = together * self.depth
        pixels = self.x[0] * self.dy[1] * self.dy[2]
        for group in range(params["groups"]):
            for t in range(0, len(taps), together):
                pieces = clamp(int(rows * self.columns * pixels / LEAST_ITEM), 1, 4)
                step = max(COLUMNS, split(split(self.columns, COLUMNS), pieces) * COLUMNS)
                for column in range(0, self.columns, step):
                    width = min(step, self.columns - column)
                    self.items.append([t * self.depth, rows, taps[t], group, column, width])

    def run(self, lo, hi):
        each = self.prepared + len(self.items)
        t = lo
        while t < hi:
            at = t % each
            chunk = int((t - at) / each)
            end = min(hi, (chunk + 1) * each)
            if at < self.prepared:
                self._copy(chunk, at)
                t += 1
            else:
                self._sum_up(chunk, at - self.prepared, at - self.prepared + end - t)
                t = end

    def _images_of(self, chunk):
        return min(self.per_chunk, self.x[0] - chunk * self.per_chunk)

    def _copy(self, chunk, tile):
        x = self.x
        first = tile * self.border_rows
        last = min(first + self.border_rows, self._images_of(chunk) * self.tall)
        source = self.ins[0] + chunk * self.per_chunk * x[1] * x[2] * x[3]
        geometry = [x[1], x[2], x[3], self.tall, self.wide, self.top, self.left]
        copy_with_border(self.f32, source, self.work, first, last, geometry)

    def _sum_up(self, chunk, low, high):
        """Items low to high - 1 of a chunk, some pixels at a time."""
        dy = self.dy
        channels = self.x[3]
        line = self.wide * channels
        across = min(dy[2], PIXELS)
        down = clamp(int(PIXELS / across), 1, dy[1])
        first_image = chunk * self.per_chunk
        source = self.work if self.bordered else self.ins[0]
        base = source + (self.top * self.wide + self.left) * channels
        for image in range(self._images_of(chunk)):
            for y in range(0, dy[1], down):
                for x in range(0, dy[2], across):
                    added = 1 if first_image + image + y + x > 0 else 0
                    at = base + (image * self.tall + y * self.strides[0]) * line
                    at = at + x * self.strides[1] * channels
                    pixel = ((first_image + image) * dy[1] + y) * dy[2] + x
                    for k in range(low, high):
                        self._item(
                            self.items[k],
                            at,
                            self.ins[1] + pixel * self.total,
                            min(across, dy[2] - x),
                            min(down, dy[1] - y),
                            added,
                        )

    def _item(self, item, at, right, width, lines, added):
        channels = self.x[3]
        line = self.wide * channels
        column = item[3] * self.columns + item[4]
        self.call.run(
            at + (item[2][0] * self.wide + item[2][1]) * channels + item[3] * self.depth,
            self.strides[1] * channels,
            self.strides[0] * line,
            item[1],
            right + column,
            self.total,
            self.dy[2] * self.total,
            item[5],
            width,
            lines,
            self.outs[0] + item[0] * self.total + column,
            self.total,
            added,
            self.own,
        )
