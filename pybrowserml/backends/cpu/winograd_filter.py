"""The filter gradient of 3x3 convolutions of stride 1 by Winograd's F(3x3, 2x2), in double precision.

Tiles of 2 x 2 pixels of dy against 4 x 4 patches of x: at each of the 16 places the product of [channels,
tiles] and [tiles, features] is summed over all tiles; one transform at the end gives the nine taps. 16
products for 36.
"""

from .constant_tiles import MOST_A, MOST_B
from .launch import Launch, clamp, split
from .panels import constant_tiles, multiply_panels
from .winograd import APART, TileWalk, copy_patch, transform_patch, views_of_places

BLOCK_WORK = 1500000
OUT_WORK = 4096


def transform_given(f, d, s, line, channels, width, o, place):
    """GdG' of one 2 x 2 tile of dy for all features; panels of four are `width` apart.

    What a last panel holds beyond `channels` only reaches columns that are never stored.
    """
    s = s & 0x3FFFFFFF
    line = line & 0xFFFFFF
    channels = channels & 0xFFFFFF
    place = place & 0xFFFFFF
    for c in range(channels):
        a0 = f[s]
        a1 = f[s + channels]
        b0 = f[s + line]
        b1 = f[s + line + channels]
        at = (o + (c >> 2) * width + (c & 3)) & 0x3FFFFFFF
        d[at] = a0
        d[at + place] = (a0 + a1) * 0.5
        d[at + 2 * place] = (a0 - a1) * 0.5
        d[at + 3 * place] = a1
        e0 = (a0 + b0) * 0.5
        e1 = (a1 + b1) * 0.5
        d[at + 4 * place] = e0
        d[at + 5 * place] = (e0 + e1) * 0.5
        d[at + 6 * place] = (e0 - e1) * 0.5
        d[at + 7 * place] = e1
        e0 = (a0 - b0) * 0.5
        e1 = (a1 - b1) * 0.5
        d[at + 8 * place] = e0
        d[at + 9 * place] = (e0 + e1) * 0.5
        d[at + 10 * place] = (e0 - e1) * 0.5
        d[at + 11 * place] = e1
        d[at + 12 * place] = b0
        d[at + 13 * place] = (b0 + b1) * 0.5
        d[at + 14 * place] = (b0 - b1) * 0.5
        d[at + 15 * place] = b1
        s = (s + 1) & 0x3FFFFFFF


def taps_of_sums(f, z, place, o, tap):
    """The nine taps of one channel and feature from its 16 sums."""
    for q in range(3):
        r0 = sums_row(f, z, place, q)
        r1 = sums_row(f, z + 4 * place, place, q)
        r2 = sums_row(f, z + 8 * place, place, q)
        r3 = sums_row(f, z + 12 * place, place, q)
        f[o + q * tap] = r0 + r1 + r2
        f[o + (3 + q) * tap] = r1 - r2
        f[o + (6 + q) * tap] = r1 + r2 - r3


def sums_row(f, z, place, q):
    """Entry q of A' times one row of sums."""
    if q == 0:
        return f[z] + f[z + place] + f[z + 2 * place]
    if q == 1:
        return f[z + place] - f[z + 2 * place]
    return f[z + place] + f[z + 2 * place] - f[z + 3 * place]


class WinogradFilterLaunch(Launch):
    """x [images, height, width, channels], dy [images, grid, features] → dw [3, 3, channels, features].

    Tiles: blocks of image tiles, then pieces of the final transform.
    """

    def __init__(self, params, x, dy):
        self.height = x[1]
        self.width = x[2]
        self.channels = x[3]
        self.features = dy[3]
        self.grid = [dy[1], dy[2]]
        self.top = params["pads"][0][0]
        self.left = params["pads"][1][0]
        self.walk = TileWalk(self.grid)
        self.image_tiles = dy[0] * self.walk.across * self.walk.down
        self.block = clamp(int(BLOCK_WORK / (16 * self.channels * self.features)), 16, 128)
        self.blocks = split(self.image_tiles, self.block)
        self.out_rows = max(1, int(OUT_WORK / self.features))
        super().__init__(self.blocks + split(self.channels, self.out_rows), 0)
        self.a_panels = split(self.channels, 4)
        self.b_panels = split(self.features, 4)
        self.b_at = 16 * (self.a_panels * 4 * self.block + APART)
        self.a_views = views_of_places()
        self.b_views = views_of_places()
        at = (self.b_at + 16 * (self.b_panels * 4 * self.block + APART)) * 2 + 2
        self.edge_at = at
        self.patch_at = at + 16
        self.given_at = self.patch_at + 16 * self.channels
        self.sums_at = self.given_at + 4 * self.features
        self.workspace = self.sums_at + 16 * self.channels * self.features

    def begin(self):
        if self.blocks == 0:
            f = self.f32
            o = self.work + self.sums_at
            for p in range(16 * self.channels * self.features):
                f[o + p] = 0.0

    def run(self, lo, hi):
        for t in range(lo, hi):
            if t < self.blocks:
                first = t * self.block
                self._block(first, min(self.block, self.image_tiles - first))
            else:
                first = (t - self.blocks) * self.out_rows
                self._taps(first, min(first + self.out_rows, self.channels))

    def _block(self, first, count):
        f = self.f32
        d = self.f64
        channels = self.channels
        features = self.features
        # Both operands are transformed right where the products read them, as far as there is room.
        a_place = self.a_panels * 4 * count + APART
        b_place = self.b_panels * 4 * count + APART
        tiles = constant_tiles()
        a_array = d
        a = (self.work + 1) >> 1
        b_array = d
        b = a + self.b_at
        if 16 * a_place <= MOST_A:
            a_array = tiles.a.claim()
            a = 0
        if 16 * b_place <= MOST_B:
            b_array = tiles.b.claim()
            b = 0
        line = self.width * channels
        given_line = self.grid[1] * features
        walk = self.walk
        walk.begin(first)
        for t in range(count):
            h = walk.y * 2 - self.top
            w = walk.x * 2 - self.left
            source = self.ins[0] + walk.image * self.height * line
            if h >= 0 and w >= 0 and h + 4 <= self.height and w + 4 <= self.width:
                patch = source + h * line + w * channels
                patch_line = line
            else:
                patch = self.work + self.patch_at
                patch_line = 4 * channels
                copy_patch(f, source, h, w, self.height, self.width, channels, 4, patch)
            for c in range(0, channels, 4):
                o = a + c * count + t * 4
                transform_patch(
                    f, a_array, patch + c, patch_line, channels, min(4, channels - c), o, 1, a_place
                )
            given = self.ins[1] + walk.image * self.grid[0] * given_line
            y = 2 * walk.y
            x = 2 * walk.x
            if y + 2 <= self.grid[0] and x + 2 <= self.grid[1]:
                s = given + y * given_line + x * features
                transform_given(f, b_array, s, given_line, features, 4 * count, b + t * 4, b_place)
            else:
                s = self.work + self.given_at
                copy_patch(f, given, y, x, self.grid[0], self.grid[1], features, 2, s)
                transform_given(f, b_array, s, 2 * features, features, 4 * count, b + t * 4, b_place)
            walk.move(1)
        sums = self.work + self.sums_at
        edge = self.work + self.edge_at
        add = first > 0
        for q in range(16):
            left = self.a_views[q].at(a_array, a + q * a_place, count * 4, self.a_panels)
            right = self.b_views[q].at(b_array, b + q * b_place, count * 4, self.b_panels)
            left.fresh = True
            right.fresh = True
            o = sums + q * channels * features
            multiply_panels(f, left, channels, right, 0, features, count, o, features, add, edge)

    def _taps(self, first, last):
        f = self.f32
        place = self.channels * self.features
        sums = self.work + self.sums_at
        for c in range(first, last):
            for k in range(self.features):
                at = c * self.features + k
                taps_of_sums(f, sums + at, place, self.outs[0] + at, place)
