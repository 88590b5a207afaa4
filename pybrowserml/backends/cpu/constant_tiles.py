"""Tiles over two constant arrays, of which V8 knows the length: it tests an index, but need not be able to go back
where the test fails. What is multiplied is copied into them: packed panels of four float64 rows of A, or columns of B.
"""

from ...platform.buffers import float64_array, set_at
from .constant_loops import make_tile_4x2, make_tile_4x4, make_tile_8x1

ROWS = 4
COLUMNS = 4
# Elements of the constant arrays: of the panels of A and of B, and of one panel, which is what a step of the loop may
# reach beyond.
MOST_A = 0x10000
MOST_B = 0x8000
MOST_PANEL = 0x1000
# Steps of k from which on they are considered.
LEAST_DEPTH = 8


class _Numbers:
    """last: of what was given a number: PanelViews, and vectors' matrices."""

    def __init__(self):
        self.last = 0


NUMBERS = _Numbers()


def new_number():
    """A number that nobody has."""
    NUMBERS.last += 1
    return NUMBERS.last


class Held:
    """Which panels an array of copies holds: the number of their PanelViews, and where they are."""

    def __init__(self, array):
        self.array = array
        self.number = 0
        self.base = -1
        self.size = 0
        self.first = 0
        self.count = 0

    def claim(self):
        """The array, to be written by the caller, who multiplies before anybody else can take panels."""
        self.number = 0
        return self.array

    def place_of(self, panels, first, count):
        """Let it hold these panels; returns where they begin. Panels that lie in the array itself stay there; of few
        panels all are taken, and stay as long as nobody else comes.
        """
        if panels.memory is self.array:
            return panels.base + first * panels.size
        all_panels = len(panels.views)
        if all_panels * panels.size <= MOST_B:
            self.take(panels, 0, all_panels)
            return first * panels.size
        self.take(panels, first, count)
        return 0

    def take(self, panels, first, count):
        """Copy `count` panels from panel `first` on, unless they are there."""
        if (
            panels.fresh
            or self.number != panels.number
            or self.base != panels.base
            or self.size != panels.size
            or self.first != first
            or self.count < count
        ):
            set_at(self.array, panels.together(first, count), 0)
            self.number = panels.number
            self.base = panels.base
            self.size = panels.size
            self.first = first
            self.count = count


def move_edge(f, edge, o, stride, rows, columns, add):
    """The valid part of a tile that is cut off, from 16 elements to C: at most four of `rows` and of `columns`."""
    down = rows if rows < 4 else 4
    across = columns if columns < 4 else 4
    for r in range(down):
        for c in range(across):
            x = f[edge + r * 4 + c]
            if add:
                x += f[o + r * stride + c]
            f[o + r * stride + c] = x


class ConstantTiles:
    """The tiles and their arrays."""

    def __init__(self):
        self.a = Held(float64_array(MOST_A + MOST_PANEL + 8))
        self.b = Held(float64_array(MOST_B + MOST_PANEL + 8))
        self.wide = make_tile_4x4(self.a.array, self.b.array)
        self.tile = make_tile_4x2(self.a.array, self.b.array)
        self.vector_tile = make_tile_8x1(self.a.array, self.b.array)

    def fits(self, rows, depth):
        return depth >= LEAST_DEPTH and depth * ROWS < MOST_PANEL and (rows + ROWS - 1) * depth <= MOST_A

    def multiply(self, f, a, rows, b, first, columns, depth, o, stride, add, edge, whole):
        """See panels.multiply_panels. whole: by the tile of 4x4."""
        tile = self.tile
        wide = self.wide
        panel = depth * ROWS
        start = self.a.place_of(a, 0, (rows + ROWS - 1) >> 2)
        a.fresh = False
        # As many columns at a time as find room.
        most = max(1, int(MOST_B / panel))
        panels = (columns + COLUMNS - 1) >> 2
        k = 0
        while k < panels:
            last = panels if k + most > panels else k + most
            right = self.b.place_of(b, first + k, last - k)
            for q in range(k, last):
                j = q * 4
                for r in range(0, rows, 4):
                    at = o + r * stride + j
                    left = start + (r >> 2) * panel
                    fits = r + 4 <= rows and j + 4 <= columns
                    if whole:
                        if fits:
                            wide(f, left, right, depth, at, stride, add)
                        else:
                            wide(f, left, right, depth, edge, 4, False)
                            move_edge(f, edge, at, stride, rows - r, columns - j, add)
                    elif fits:
                        tile(f, left, right, depth, at, stride, add)
                        tile(f, left, right + 2, depth, at + 2, stride, add)
                    else:
                        tile(f, left, right, depth, edge, 4, False)
                        if columns - j > 2:
                            tile(f, left, right + 2, depth, edge + 2, 4, False)
                        move_edge(f, edge, at, stride, rows - r, columns - j, add)
                right += panel
            k = last
        b.fresh = panels > most

    def fits_matrix(self, length, depth):
        """Whether a matrix of `length` vectors of `depth` numbers may be held."""
        room = ((length + 7) >> 3) * 8 * depth
        return depth >= LEAST_DEPTH and depth * ROWS < MOST_PANEL and room <= MOST_A

    def put_vector(self, f, vector, inner, depth):
        """Take a vector into the first column of a panel."""
        b = self.b.claim()
        v = vector
        for p in range(depth):
            b[4 * p] = f[v]
            v += inner
