"""Products of packed float64 panels in plain JavaScript: sums in local variables, 4x4 or 4x2 at a time.

The tiles add the same products in the same order, so their results are the same bits. Which is faster depends on the
engine's compiler: 4x4 loads half a number a multiply-add, but needs more registers than there are; 4x2 loads three
quarters of one. Both read arrays that are constants of their closures, whose length V8 knows (constant_tiles.py);
panels without room there are read where they are, by a third one. Borders (a condition that is always true) keep
compilers from computing all products of a step first and all sums after them, for which there are not enough registers.
Measured in GFLOP/s at depths of 8, 32 and 256, on a busy machine: V8 5.9, 7.8, 8.6 by 4x4; 5.2, 7.3, 8.3 by 4x2; 5.2,
6.7, 7.3 by the third one. WebKitGTK is up to 1.8 times as fast by 4x2, Firefox up to 1.8 times by 4x4. So the first
products of a page are a race.
"""

from ...platform.buffers import subarray
from ...platform.tasks import now
from .constant_tiles import ConstantTiles, move_edge, new_number

# Multiply-adds by which each tile warms up before its time counts, and those that decide then.
WARM = 60000000.0
RACE = 100000000.0


class PanelViews:
    """Views of consecutive packed panels, kept as long as the memory and the place stay the same.

    A panel that is an array of its own lets the inner loop index both panels with its counter: the JavaScript
    engine knows its range and drops the overflow checks (7 % faster than offsets into one large array). fresh: the
    panels were packed since somebody copied them; whoever packs says so.
    """

    def __init__(self):
        self.memory = None
        self.base = -1
        self.size = -1
        self.views = []
        self.first = 0
        self.count = 0
        self.whole = None
        self.fresh = True
        self.number = new_number()

    def at(self, d, base, size, count):
        """These views, of `count` panels of `size` elements each, the first one at `base` of d."""
        if self.memory is not d or self.base != base or self.size != size:
            self.memory = d
            self.base = base
            self.size = size
            self.views = []
            self.whole = None
        for k in range(len(self.views), count):
            self.views.append(subarray(d, base + k * size, base + (k + 1) * size))
        return self

    def together(self, first, count):
        """One view of `count` panels from panel `first` on."""
        if self.whole is None or self.first != first or self.count != count:
            self.first = first
            self.count = count
            start = self.base + first * self.size
            self.whole = subarray(self.memory, start, start + count * self.size)
        return self.whole


def tile_4x4(f, a, b, depth, o, stride, add):
    """A 4x4 tile of C from two packed panels of any length; `add` to what is at o, or replace it."""
    c00 = 0.0
    c01 = 0.0
    c02 = 0.0
    c03 = 0.0
    c10 = 0.0
    c11 = 0.0
    c12 = 0.0
    c13 = 0.0
    c20 = 0.0
    c21 = 0.0
    c22 = 0.0
    c23 = 0.0
    c30 = 0.0
    c31 = 0.0
    c32 = 0.0
    c33 = 0.0
    end = (depth * 4) & 0x3FFFFFFF
    most = depth * 4
    for p in range(0, end, 4):
        b0 = b[p]
        b1 = b[p + 1]
        b2 = b[p + 2]
        b3 = b[p + 3]
        a0 = a[p]
        c00 += a0 * b0
        c01 += a0 * b1
        c02 += a0 * b2
        c03 += a0 * b3
        a1 = a[p + 1]
        c10 += a1 * b0
        c11 += a1 * b1
        c12 += a1 * b2
        c13 += a1 * b3
        # A border, see above.
        if p < most:
            a2 = a[p + 2]
            c20 += a2 * b0
            c21 += a2 * b1
            c22 += a2 * b2
            c23 += a2 * b3
            a3 = a[p + 3]
            c30 += a3 * b0
            c31 += a3 * b1
            c32 += a3 * b2
            c33 += a3 * b3
    if add:
        c00 += f[o]
        c01 += f[o + 1]
        c02 += f[o + 2]
        c03 += f[o + 3]
    f[o] = c00
    f[o + 1] = c01
    f[o + 2] = c02
    f[o + 3] = c03
    o += stride
    if add:
        c10 += f[o]
        c11 += f[o + 1]
        c12 += f[o + 2]
        c13 += f[o + 3]
    f[o] = c10
    f[o + 1] = c11
    f[o + 2] = c12
    f[o + 3] = c13
    o += stride
    if add:
        c20 += f[o]
        c21 += f[o + 1]
        c22 += f[o + 2]
        c23 += f[o + 3]
    f[o] = c20
    f[o + 1] = c21
    f[o + 2] = c22
    f[o + 3] = c23
    o += stride
    if add:
        c30 += f[o]
        c31 += f[o + 1]
        c32 += f[o + 2]
        c33 += f[o + 3]
    f[o] = c30
    f[o + 1] = c31
    f[o + 2] = c32
    f[o + 3] = c33


class Choice:
    """Which tile this page takes: the one that was faster over its first products. Until then the one that has done
    less has its turn.

    A product that took much longer than usual does not count: the processor did other work meanwhile.
    """

    def __init__(self):
        self.tiles = ConstantTiles()
        self.all_done = [0.0, 0.0]
        self.all_spent = [0.0, 0.0]
        self.done = [0.0, 0.0]
        self.spent = [0.0, 0.0]
        self.chosen = -1

    def multiply(self, f, a, rows, b, first, columns, depth, o, stride, add, edge):
        fits = self.tiles.fits(rows, depth)
        races = fits and self.chosen < 0
        tile = self.chosen
        if races:
            tile = 0 if self.all_done[0] <= self.all_done[1] else 1
        start = now() if races else 0.0
        if fits:
            self.tiles.multiply(f, a, rows, b, first, columns, depth, o, stride, add, edge, tile == 0)
        else:
            multiply_4x4(f, a, rows, b, first, columns, depth, o, stride, add, edge)
        if races:
            self._note(tile, rows * columns * depth, now() - start)

    def _note(self, tile, work, time):
        self.all_done[tile] += work
        self.all_spent[tile] += time
        usual = self.all_spent[tile] * work / self.all_done[tile]
        if self.all_done[tile] > WARM and time < 0.5 + 2.0 * usual:
            self.done[tile] += work
            self.spent[tile] += time
        if self.done[0] > RACE and self.done[1] > RACE:
            speeds = [self.done[k] / max(0.001, self.spent[k]) for k in range(2)]
            self.chosen = 1 if speeds[1] > speeds[0] else 0


CHOICES = []


def _choice():
    if len(CHOICES) == 0:
        CHOICES.append(Choice())
    return CHOICES[0]


def constant_tiles():
    """The ConstantTiles of this page."""
    return _choice().tiles


def multiply_4x4(f, a, rows, b, first, columns, depth, o, stride, add, edge):
    """As multiply_panels, for panels that have no room in the constant arrays."""
    # Steps are numbers: a step that the compiler of the subset does not know becomes a generator.
    for j in range(0, columns, 4):
        right = b.views[first + (j >> 2)]
        for r in range(0, rows, 4):
            at = o + r * stride + j
            if r + 4 <= rows and j + 4 <= columns:
                tile_4x4(f, a.views[r >> 2], right, depth, at, stride, add)
            else:
                tile_4x4(f, a.views[r >> 2], right, depth, edge, 4, False)
                move_edge(f, edge, at, stride, rows - r, columns - j, add)


def multiply_panels(f, a, rows, b, first, columns, depth, o, stride, add, edge):
    """rows x columns of C from PanelViews of A and of B, those of B from panel `first` on.

    Tiles that are cut off go through 16 elements at `edge`.
    """
    _choice().multiply(f, a, rows, b, first, columns, depth, o, stride, add, edge)
