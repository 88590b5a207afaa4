"""3x3 convolutions of stride 1 by Winograd's minimal filtering F(2x2, 3x3), in double precision.

Output tiles of 2 x 2 pixels: 16 products for 36 (Lavin, Gray, "Fast algorithms for convolutional neural
networks", 2015). For each of the 16 places of a transformed tile, [tiles, channels] times [channels,
features] is one packed product (see gemm). Transforms and panels are float64, so that the detour costs no
accuracy; the products are kept as float32. The same launch serves the input gradient: a convolution of dy
with the turned filter.
"""

from .constant_tiles import MOST_A
from .launch import Launch, clamp, split
from .panels import PanelViews, constant_tiles, multiply_panels

BLOCK_WORK = 1500000
FILTER_WORK = 8192
LEAST_CHANNELS = 8
MOST_PRODUCTS = 262144
# Elements between the places of a tile beside their numbers: at a power of two apart they would be in one set of lines
# of the cache, which holds eight, and a tile is at 16 places at once.
APART = 8


def fits_winograd(params, filter_shape, height, width):
    """True for the convolutions that this file is faster for."""
    if filter_shape[0] != 3 or filter_shape[1] != 3 or params["groups"] != 1:
        return False
    for axis in range(2):
        if params["strides"][axis] != 1 or params["dilations"][axis] != 1:
            return False
    if height < 2 or width < 2 or filter_shape[2] * filter_shape[3] > MOST_PRODUCTS:
        return False
    return filter_shape[2] >= LEAST_CHANNELS and filter_shape[3] >= LEAST_CHANNELS


def views_of_places():
    """PanelViews for each of the 16 places."""
    made = []
    for _q in range(16):
        made.append(PanelViews())
    return made


def copy_patch(f, source, y, x, height, width, channels, size, target):
    """A patch of size x size pixels at (y, x) of an image, zeros outside of it."""
    first = 0 - x if x < 0 else 0
    last = width - x if x + size > width else size
    n = (last - first) * channels
    line = size * channels
    for r in range(size):
        h = y + r
        o = target + r * line
        if h < 0 or h >= height or n <= 0:
            for c in range(line):
                f[o + c] = 0.0
        else:
            for c in range(first * channels):
                f[o + c] = 0.0
            t = o + first * channels
            s = source + (h * width + x + first) * channels
            for c in range(n):
                f[t + c] = f[s + c]
            t += n
            rest = (size - last) * channels
            for c in range(rest):
                f[t + c] = 0.0


def transform_patch(f, d, s, line, channels, count, o, step, place):
    """B'dB of one 4 x 4 patch for `count` channels.

    s: the first element of the first of them; line, channels: elements from row to row and from pixel to
    pixel; o: target of the first channel at place 0; step: from channel to channel; place: from place to
    place.
    """
    channels = channels & 0xFFFFFF
    place = place & 0xFFFFFF
    o = o & 0x3FFFFFFF
    s0 = s & 0x3FFFFFFF
    s1 = (s + line) & 0x3FFFFFFF
    s2 = (s + 2 * line) & 0x3FFFFFFF
    s3 = (s + 3 * line) & 0x3FFFFFFF
    c2 = channels * 2
    c3 = channels * 3
    for _c in range(count):
        x0 = f[s0]
        x1 = f[s1]
        x2 = f[s2]
        x3 = f[s3]
        a0 = x0 - x2
        b0 = x1 + x2
        c0 = x2 - x1
        d0 = x1 - x3
        x0 = f[s0 + c2]
        x1 = f[s1 + c2]
        x2 = f[s2 + c2]
        x3 = f[s3 + c2]
        a2 = x0 - x2
        b2 = x1 + x2
        e2 = x2 - x1
        d2 = x1 - x3
        d[o] = a0 - a2
        d[o + 4 * place] = b0 - b2
        d[o + 8 * place] = c0 - e2
        d[o + 12 * place] = d0 - d2
        x0 = f[s0 + channels]
        x1 = f[s1 + channels]
        x2 = f[s2 + channels]
        x3 = f[s3 + channels]
        a1 = x0 - x2
        b1 = x1 + x2
        c1 = x2 - x1
        d1 = x1 - x3
        d[o + place] = a1 + a2
        d[o + 2 * place] = a2 - a1
        d[o + 5 * place] = b1 + b2
        d[o + 6 * place] = b2 - b1
        d[o + 9 * place] = c1 + e2
        d[o + 10 * place] = e2 - c1
        d[o + 13 * place] = d1 + d2
        d[o + 14 * place] = d2 - d1
        x0 = f[s0 + c3]
        x1 = f[s1 + c3]
        x2 = f[s2 + c3]
        x3 = f[s3 + c3]
        d[o + 3 * place] = a1 - (x0 - x2)
        d[o + 7 * place] = b1 - (x1 + x2)
        d[o + 11 * place] = c1 - (x2 - x1)
        d[o + 15 * place] = d1 - (x1 - x3)
        s0 = (s0 + 1) & 0x3FFFFFFF
        s1 = (s1 + 1) & 0x3FFFFFFF
        s2 = (s2 + 1) & 0x3FFFFFFF
        s3 = (s3 + 1) & 0x3FFFFFFF
        o = (o + step) & 0x3FFFFFFF


def transform_filter(f, d, s, line, tap, o, place):
    """GgG' of one 3 x 3 filter: s: its first tap; line, tap: from row to row and tap to tap."""
    for q in range(4):
        t = 0 if q == 0 else (2 * tap if q == 3 else 0)
        g0 = column_of_filter(f, s + t, tap, q)
        g1 = column_of_filter(f, s + line + t, tap, q)
        g2 = column_of_filter(f, s + 2 * line + t, tap, q)
        d[o + q * place] = g0
        d[o + (4 + q) * place] = (g0 + g1 + g2) * 0.5
        d[o + (8 + q) * place] = (g0 - g1 + g2) * 0.5
        d[o + (12 + q) * place] = g2


def column_of_filter(f, s, tap, q):
    """Entry q of G times one row of a filter."""
    if q == 0 or q == 3:
        return f[s]
    middle = f[s + tap] if q == 1 else 0.0 - f[s + tap]
    return (f[s] + middle + f[s + 2 * tap]) * 0.5


def transform_products(f, m, place, features, o, line, rows, columns):
    """A'mA of one tile for all features: up to 2 x 2 pixels at o, `line` elements from row to row."""
    s = m & 0x3FFFFFFF
    o = o & 0x3FFFFFFF
    place = place & 0xFFFFFF
    features = features & 0xFFFFFF
    for c in range(features):
        b0 = f[s] + f[s + 4 * place] + f[s + 8 * place]
        b1 = f[s + place] + f[s + 5 * place] + f[s + 9 * place]
        b2 = f[s + 2 * place] + f[s + 6 * place] + f[s + 10 * place]
        b3 = f[s + 3 * place] + f[s + 7 * place] + f[s + 11 * place]
        f[o + c] = b0 + b1 + b2
        if columns > 1:
            f[o + features + c] = b1 - b2 - b3
        if rows > 1:
            b0 = f[s + 4 * place] - f[s + 8 * place] - f[s + 12 * place]
            b1 = f[s + 5 * place] - f[s + 9 * place] - f[s + 13 * place]
            b2 = f[s + 6 * place] - f[s + 10 * place] - f[s + 14 * place]
            b3 = f[s + 7 * place] - f[s + 11 * place] - f[s + 15 * place]
            f[o + line + c] = b0 + b1 + b2
            if columns > 1:
                f[o + line + features + c] = b1 - b2 - b3
        s = (s + 1) & 0x3FFFFFFF


class TileWalk:
    """The tiles of 2 x 2 pixels of images on a grid of [height, width] pixels, row by row: image, y, x of one of
    them.
    """

    def __init__(self, grid):
        self.down = split(grid[0], 2)
        self.across = split(grid[1], 2)
        self.image = 0
        self.y = 0
        self.x = 0

    def begin(self, tile):
        """Go to a tile by its number."""
        self.x = tile % self.across
        rest = int((tile - self.x) / self.across)
        self.y = rest % self.down
        self.image = int((rest - self.y) / self.down)

    def move(self, tiles):
        """Go on by some tiles of the present row."""
        self.x += tiles
        if self.x == self.across:
            self.x = 0
            self.y += 1
            if self.y == self.down:
                self.y = 0
                self.image += 1


class WinogradTiles(Launch):
    """The tiles of both tiers: first `filter_tiles` pieces of the filter's transform, then blocks of image tiles.

    Derived classes set filter_rows, filter_tiles, channels, block, image_tiles, walk, grid, features, program,
    rows_at (place of finished pixels before the epilogue, in a thread's own workspace) and define
    transform_filter_rows, transform_block and write_pixels.
    """

    def run(self, lo, hi):
        for t in range(lo, hi):
            if t < self.filter_tiles:
                first = t * self.filter_rows
                self.transform_filter_rows(first, min(first + self.filter_rows, self.channels))
            else:
                first = (t - self.filter_tiles) * self.block
                self.transform_block(first, min(self.block, self.image_tiles - first))

    def place_epilogue(self, program):
        """Lay out the epilogue's part of the workspace behind the finished pixels."""
        self.workspace = self.common + self.rows_at
        if program is not None:
            self.program_at = self.rows_at + 4 * self.block * self.features
            self.workspace = self.common + self.program_at + program.workspace
            self.reuse.append([])
            for operand in program.reuse[0]:
                self.reuse[0].append(operand + 1)

    def begin(self):
        if self.program is not None and self.tiles > 0:
            self.program.begin(self, self.ins[1 : len(self.ins)], self.outs, self.own + self.program_at)

    def store(self, first, count, products, place):
        """The pixels of tiles first .. first + count - 1, a run of tiles of one row at a time."""
        features = self.features
        walk = self.walk
        walk.begin(first)
        t = 0
        while t < count:
            run = min(walk.across - walk.x, count - t)
            rows = min(2, self.grid[0] - 2 * walk.y)
            pixels = min(2 * run, self.grid[1] - 2 * walk.x)
            position = ((walk.image * self.grid[0] + 2 * walk.y) * self.grid[1] + 2 * walk.x) * features
            line = self.grid[1] * features
            o = self.outs[0] + position
            if self.program is not None:
                o = self.own + self.rows_at
                line = 2 * self.block * features
            for k in range(run):
                m = products + (t + k) * features
                self.write_pixels(m, place, o + 2 * k * features, line, rows, pixels - 2 * k)
            if self.program is not None:
                for r in range(rows):
                    at = position + r * self.grid[1] * features
                    self.program.apply(at, pixels * features, o + r * line)
            walk.move(run)
            t += run


class WinogradLaunch(WinogradTiles):
    """geometry: a dict of

    images, height, width, channels: of the source; grid: [height, width] of the result; top, left: border
    before the source; features: of the result; filter_steps: elements from tap to tap (negative for a turned
    filter), from channel to channel, from feature to feature; filter_first: the tap at the top left. Tiles:
    first pieces of the filter's transform, then blocks of image tiles.
    """

    def __init__(self, geometry, program):
        self.height = geometry["height"]
        self.width = geometry["width"]
        self.channels = geometry["channels"]
        self.features = geometry["features"]
        self.grid = geometry["grid"]
        self.top = geometry["top"]
        self.left = geometry["left"]
        self.filter_steps = geometry["filter_steps"]
        self.filter_first = geometry["filter_first"]
        self.program = program
        self.walk = TileWalk(self.grid)
        self.image_tiles = geometry["images"] * self.walk.across * self.walk.down
        products = 16 * self.channels * self.features
        self.block = clamp(int(BLOCK_WORK / products / 4) * 4, 8, 64)
        self.filter_rows = max(1, int(FILTER_WORK / self.features))
        self.filter_tiles = split(self.channels, self.filter_rows)
        self.panels = split(self.features, 4)
        u_size = 16 * self.panels * 4 * self.channels
        self.v_place = self.block * self.channels + APART
        v_size = 16 * self.v_place
        super().__init__(
            self.filter_tiles + split(self.image_tiles, self.block) if self.image_tiles > 0 else 0, 0
        )
        # The panels of all places follow each other.
        self.u_views = PanelViews()
        self.v_views = views_of_places()
        self.v_at = u_size
        at = (u_size + v_size) * 2 + 2
        self.edge_at = at
        self.patch_at = at + 16
        self.products_at = self.patch_at + 16 * self.channels
        self.product_place = self.block * self.features + 2 * APART
        self.rows_at = self.products_at + 16 * self.product_place
        self.place_epilogue(program)

    def begin(self):
        super().begin()
        # Somebody transforms the filter again.
        self.u_views.fresh = True

    def transform_filter_rows(self, first, last):
        """The panels of the transformed filter for channels first .. last - 1."""
        d = self.f64
        u = (self.work + 1) >> 1
        place = self.panels * 4 * self.channels
        steps = self.filter_steps
        start = self.ins[1] + self.filter_first
        for c in range(first, last):
            for k in range(self.panels * 4):
                o = u + ((k >> 2) * self.channels + c) * 4 + (k & 3)
                if k < self.features:
                    s = start + c * steps[1] + k * steps[2]
                    transform_filter(self.f32, d, s, 3 * steps[0], steps[0], o, place)
                else:
                    for q in range(16):
                        d[o + q * place] = 0.0

    def transform_block(self, first, count):
        f = self.f32
        d = self.f64
        channels = self.channels
        # The transformed tiles, where possible right where the products read them.
        v = ((self.work + 1) >> 1) + self.v_at
        if 16 * self.v_place <= MOST_A:
            d = constant_tiles().a.claim()
            v = 0
        place = self.v_place
        line = self.width * channels
        walk = self.walk
        walk.begin(first)
        for t in range(count):
            h = walk.y * 2 - self.top
            w = walk.x * 2 - self.left
            source = self.ins[0] + walk.image * self.height * line
            o = v + (t >> 2) * 4 * channels + (t & 3)
            if h >= 0 and w >= 0 and h + 4 <= self.height and w + 4 <= self.width:
                transform_patch(f, d, source + h * line + w * channels, line, channels, channels, o, 4, place)
            else:
                patch = self.work + self.patch_at
                copy_patch(f, source, h, w, self.height, self.width, channels, 4, patch)
                transform_patch(f, d, patch, 4 * channels, channels, channels, o, 4, place)
            walk.move(1)
        products = self.work + self.products_at
        size = self.product_place
        edge = self.work + self.edge_at
        right = self.u_views.at(self.f64, (self.work + 1) >> 1, channels * 4, 16 * self.panels)
        for q in range(16):
            left = self.v_views[q].at(d, v + q * place, channels * 4, split(count, 4))
            left.fresh = True
            k = q * self.panels
            o = products + q * size
            multiply_panels(f, left, count, right, k, self.features, channels, o, self.features, False, edge)
        self.store(first, count, products, size)

    def write_pixels(self, source, place, target, line, rows, columns):
        """Up to 2 x 2 pixels of one tile."""
        transform_products(self.f32, source, place, self.features, target, line, rows, columns)
