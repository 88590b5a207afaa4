"""3x3 convolutions of stride 1, and their gradients, by Winograd's minimal filtering in SIMD (see cpu/winograd.py).

Transformed tiles lie as [place][tile][channels], so that the product at each place reads its rows where they are. The
float32 detour costs about two more bits than a sum of products; F(2x2) is the largest of which that is true.
"""

from ..launch import Launch, clamp, split
from ..winograd import TileWalk, WinogradTiles
from .multiply import COLUMNS, multiply_panels, multiply_runs
from .transforms import (
    copy_patch,
    transform_filters,
    transform_given,
    transform_patch,
    transform_products,
    transform_taps,
)

BLOCK_WORK = 6000000
FILTER_WORK = 32768
OUT_WORK = 16384
# Tiles that a block of the filter gradient's transforms, and one of its products, is.
PARTS = 4
# Nanoseconds of one, transforms included.
MULTIPLY_ADD = 0.05
# Tiles up to which it is worth the memory to keep transformed filters: the transform takes a few hundredths of the time
# of 512 tiles.
MOST_TILES = 512
# What the 16 places of a tile lie apart beyond their size, a line of the cache: whole kilobytes apart they would drive
# each other out of it.
APART = 16


class Patches:
    """The 4 x 4 patches of an image, two pixels apart, and their transforms. shape: [height, width, channels]; grid:
    [height, width] of the result; top, left: border before the image.
    """

    def __init__(self, tier, shape, grid, top, left):
        self.height = shape[0]
        self.width = shape[1]
        self.channels = shape[2]
        self.top = top
        self.left = left
        self.walk = TileWalk(grid)
        self.copy = tier.want("winograd copy", copy_patch)
        self.transform = tier.want("winograd patch", transform_patch)

    def run(self, images, first, count, target, place, scratch):
        """Transform tiles first .. first + count - 1 of the images at `images`; tile by tile at target."""
        channels = self.channels
        line = self.width * channels
        walk = self.walk
        walk.begin(first)
        for t in range(count):
            h = walk.y * 2 - self.top
            w = walk.x * 2 - self.left
            at = images + walk.image * self.height * line
            o = target + t * channels
            if h >= 0 and w >= 0 and h + 4 <= self.height and w + 4 <= self.width:
                self.transform.run(at + h * line + w * channels, line, channels, channels, o, place)
            else:
                self.copy.run(at, h, w, self.height, self.width, channels, 4, scratch)
                self.transform.run(scratch, 4 * channels, channels, channels, o, place)
            walk.move(1)


class SimdWinogradLaunch(WinogradTiles):
    """geometry: see cpu/winograd.WinogradLaunch. Tiles: first pieces of the filter's transform, then blocks of image
    tiles. packed: the filter comes transformed.
    """

    def __init__(self, tier, rows, geometry, program, packed):
        self.packed = packed
        self.channels = geometry["channels"]
        self.features = geometry["features"]
        self.grid = geometry["grid"]
        self.filter_steps = geometry["filter_steps"]
        self.filter_first = geometry["filter_first"]
        self.program = program
        shape = [geometry["height"], geometry["width"], geometry["channels"]]
        self.patches = Patches(tier, shape, self.grid, geometry["top"], geometry["left"])
        self.walk = self.patches.walk
        self.image_tiles = geometry["images"] * self.walk.across * self.walk.down
        products = 16 * self.channels * self.features
        self.block = clamp(int(BLOCK_WORK / products / rows) * rows, 2 * rows, 16 * rows)
        self.filter_rows = max(1, int(FILTER_WORK / self.features))
        self.filter_tiles = 0 if packed else split(self.channels, self.filter_rows)
        self.panels = split(self.features, COLUMNS)
        self.filters = tier.want("winograd filters", transform_filters)
        self.products = tier.want("winograd products", transform_products)
        self.multiply = tier.want("multiply runs " + str(rows), lambda: multiply_runs(tier, rows))
        blocks = split(self.image_tiles, self.block)
        super().__init__(self.filter_tiles + blocks if self.image_tiles > 0 else 0, 0)
        self.filter_place = self.panels * COLUMNS * self.channels + APART
        self.tile_place = self.block * self.channels + APART
        self.product_place = self.block * self.features + APART
        # All threads read the transformed filter; the rest is each one's own.
        self.common = 0 if packed else 16 * self.filter_place
        self.table_at = 16 * self.tile_place
        self.edge_at = self.table_at + self.block + 2
        self.patch_at = self.edge_at + COLUMNS * rows
        self.products_at = self.patch_at + 16 * self.channels
        self.rows_at = self.products_at + 16 * self.product_place
        self.place_epilogue(program)
        if self.tiles > 0:
            self.share([self.filter_tiles, self.tiles], self.image_tiles * products * MULTIPLY_ADD)

    def begin(self):
        super().begin()
        self.transformed = self.ins[1] if self.packed else self.work
        if self.tiles > 0:
            table = self.own + self.table_at
            for t in range(self.block):
                self.i32[table + t] = self.own + t * self.channels

    def packed_size(self):
        return 16 * self.filter_place if self.image_tiles <= MOST_TILES else 0

    def packed_key(self):
        sizes = [self.channels, self.features, self.filter_first]
        sizes.extend(self.filter_steps)
        return "winograd " + ",".join([str(size) for size in sizes])

    def pack_into(self, source, target):
        self.ins = [0, source]
        self.transformed = target
        self.transform_filter_rows(0, self.channels)

    def transform_filter_rows(self, first, last):
        """The panels of the transformed filter for channels first .. last - 1. What a last panel holds beyond the
        features only reaches columns that are never stored.
        """
        steps = self.filter_steps
        start = self.ins[1] + self.filter_first
        for c in range(first, last):
            for k in range(self.panels):
                source = start + c * steps[1] + k * COLUMNS * steps[2]
                count = min(COLUMNS, self.features - k * COLUMNS)
                o = self.transformed + (k * self.channels + c) * COLUMNS
                self.filters.run(source, 3 * steps[0], steps[0], steps[2], count, o, self.filter_place)

    def transform_block(self, first, count):
        channels = self.channels
        features = self.features
        place = self.tile_place
        size = self.product_place
        table = self.own + self.table_at
        runs = table + self.block
        products = self.own + self.products_at
        edge = self.own + self.edge_at
        self.patches.run(self.ins[0], first, count, self.own, place, self.own + self.patch_at)
        for q in range(16):
            self.i32[runs] = q * place
            self.i32[runs + 1] = channels
            b = self.transformed + q * self.filter_place
            o = products + q * size
            self.multiply.run(table, count, runs, 1, b, features, channels, o, features, 0, edge)
        self.store(first, count, products, size)

    def write_pixels(self, source, place, target, line, rows, columns):
        self.products.run(source, place, self.features, target, line, rows, columns)


class SimdWinogradFilterLaunch(Launch):
    """x [images, height, width, channels], dy [images, grid, features] → dw [3, 3, channels, features].

    Tiles: for each block of image tiles PARTS pieces of their transforms, then as many of the products [channels,
    tiles] [tiles, features] at their places, which are summed up; at the end pieces of the final transform.
    """

    def __init__(self, tier, rows, params, x, dy):
        self.rows = rows
        self.channels = x[3]
        self.features = dy[3]
        self.grid = [dy[1], dy[2]]
        self.patches = Patches(
            tier, [x[1], x[2], x[3]], self.grid, params["pads"][0][0], params["pads"][1][0]
        )
        self.walk = self.patches.walk
        self.image_tiles = dy[0] * self.walk.across * self.walk.down
        self.block = clamp(int(BLOCK_WORK / (16 * self.channels * self.features)), 16, 128)
        self.blocks = split(self.image_tiles, self.block)
        self.out_rows = max(1, int(OUT_WORK / self.features))
        self.given = tier.want("winograd given", transform_given)
        self.taps = tier.want("winograd taps", transform_taps)
        self.multiply = tier.want("multiply " + str(rows), lambda: multiply_panels(tier, rows))
        block_tiles = self.blocks * 2 * PARTS
        super().__init__(block_tiles + split(self.channels, self.out_rows), 0)
        # Behind each operand there is room for what a last panel reads beyond it.
        self.b_at = 16 * (self.block * self.channels + APART) + rows
        self.sums_at = self.b_at + 16 * (self.block * self.features + APART) + COLUMNS
        self.sums_place = self.channels * self.features + APART
        self.common = self.sums_at + 16 * self.sums_place
        self.patch_at = COLUMNS * rows
        self.given_at = self.patch_at + 16 * self.channels
        self.workspace = self.common + self.given_at + 4 * self.features
        if self.tiles > 0:
            phases = [PARTS * k for k in range(1, 2 * self.blocks + 1)]
            phases.append(self.tiles)
            work = 16 * self.image_tiles * self.channels * self.features
            self.share(phases, work * MULTIPLY_ADD)

    def begin(self):
        if self.blocks == 0:
            o = self.work + self.sums_at
            for p in range(16 * self.sums_place):
                self.f32[o + p] = 0.0

    def run(self, lo, hi):
        for t in range(lo, hi):
            part = t % (2 * PARTS)
            block = int((t - part) / (2 * PARTS))
            if block >= self.blocks:
                first = (t - self.blocks * 2 * PARTS) * self.out_rows
                self._taps(first, min(first + self.out_rows, self.channels))
                continue
            first = block * self.block
            count = min(self.block, self.image_tiles - first)
            if part < PARTS:
                size = split(count, PARTS)
                begin = part * size
                self._transform(first, begin, min(size, count - begin), count)
            else:
                self._products(first, count, part - PARTS)

    def _transform(self, first, begin, n, count):
        """The transforms of n tiles of a block, from its tile `begin` on."""
        if n <= 0:
            return None
        a = self.work + begin * self.channels
        b = self.work + self.b_at + begin * self.features
        scratch = self.own + self.patch_at
        self.patches.run(self.ins[0], first + begin, n, a, count * self.channels + APART, scratch)
        self._given(first + begin, n, b, count * self.features + APART)
        return None

    def _products(self, first, count, part):
        """The products of a block at one of PARTS parts of the 16 places."""
        channels = self.channels
        features = self.features
        a_place = count * channels + APART
        b_place = count * features + APART
        a = self.work
        b = self.work + self.b_at
        edge = self.own
        add = 1 if first > 0 else 0
        places = int(16 / PARTS)
        for q in range(part * places, (part + 1) * places):
            o = self.work + self.sums_at + q * self.sums_place
            left = a + q * a_place
            right = b + q * b_place
            self.multiply.run(
                left,
                channels,
                self.rows,
                channels,
                right,
                features,
                COLUMNS,
                features,
                count,
                o,
                features,
                add,
                edge,
            )

    def _given(self, first, count, target, place):
        """The transforms of the 2 x 2 tiles of dy."""
        features = self.features
        line = self.grid[1] * features
        walk = self.walk
        walk.begin(first)
        scratch = self.own + self.given_at
        for t in range(count):
            y = 2 * walk.y
            x = 2 * walk.x
            image = self.ins[1] + walk.image * self.grid[0] * line
            o = target + t * features
            if y + 2 <= self.grid[0] and x + 2 <= self.grid[1]:
                self.given.run(image + y * line + x * features, line, features, o, place)
            else:
                self.patches.copy.run(image, y, x, self.grid[0], self.grid[1], features, 2, scratch)
                self.given.run(scratch, 2 * features, features, o, place)
            walk.move(1)

    def _taps(self, first, last):
        tap = self.channels * self.features
        at = first * self.features
        count = (last - first) * self.features
        self.taps.run(self.work + self.sums_at + at, self.sums_place, count, self.outs[0] + at, tap)
